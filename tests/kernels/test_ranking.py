import numpy as np
import pytest
from tests.reference import paths as twin

from bereket.kernels import parts, paths, ranking
from bereket.kernels.heap import ABSENT, allocate_heap

KERNELS = (
    ranking.advance,
    ranking.hold,
    ranking.accept,
    ranking.divide,
    parts.search,
    parts.expand,
    parts.is_used,
)

# Six nodes, C D E F G H as 0 to 5, from C to H; no two paths cost the same.
# The three cheapest are C-E-F-H at 5, C-E-G-H at 7 and C-D-F-H at 8.
TAIL = np.array([0, 0, 1, 2, 2, 2, 3, 3, 4], dtype=np.int32)
HEAD = np.array([1, 2, 3, 1, 3, 4, 4, 5, 5], dtype=np.int32)
COST = np.array([3.0, 2.0, 4.0, 1.0, 2.0, 3.0, 2.5, 1.0, 2.0])


def starts(tail, n_nodes):
    return np.searchsorted(tail, np.arange(n_nodes + 1)).astype(np.int64)


def graph_to(n_nodes, tail, head, cost, target):
    """Return the arguments of `next_path` up to `to_target`."""
    order = np.argsort(head, kind="stable")
    to_target, pred = np.empty(n_nodes), np.empty(n_nodes, dtype=np.int32)
    status = paths.tree(
        starts(head[order], n_nodes),
        tail[order],
        cost[order],
        target,
        to_target,
        pred,
        *allocate_heap(n_nodes),
    )
    assert status == paths.OK
    return starts(tail, n_nodes), head, tail, cost, to_target


def ranked(graph, source, target, max_paths, max_length=None):
    """Return the last status, and the paths as (cost, arcs)."""
    n_nodes = graph[0].size - 1
    state = ranking.allocate(n_nodes, graph[1].size, max_paths, max_length)
    found = []
    while True:
        status = ranking.next_path(*graph, source, target, state)
        if status != ranking.OK:
            break
        arcs = tuple(ranking.last_path(state).tolist())
        found.append((float(state.total[len(found)]), arcs))
    # The answer stays, and the heap of nodes is left empty.
    assert ranking.next_path(*graph, source, target, state) == status
    assert (state.key == np.inf).all()
    assert (state.place == ABSENT).all()
    return status, found


@pytest.fixture
def yen():
    return graph_to(6, TAIL, HEAD, COST, 5)


@pytest.fixture(params=["compiled", "plain"])
def form(request, monkeypatch):
    """Run the kernels compiled, or as written; the plain ones call one another."""
    if request.param == "plain":
        for kernel in KERNELS:
            name = kernel.py_func.__name__
            for module in (ranking, parts):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, kernel.py_func)
    return request.param


@pytest.mark.usefixtures("form")
def test_the_three_cheapest_paths_come_in_order(yen):
    status, found = ranked(yen, 0, 5, 3)
    assert status == ranking.POOL_FULL
    assert found == [(5.0, (1, 4, 7)), (7.0, (1, 5, 8)), (8.0, (0, 2, 7))]


@pytest.mark.usefixtures("form")
def test_all_loopless_paths_come_once(yen):
    status, found = ranked(yen, 0, 5, 50)
    every = twin.loopless_paths(yen[0], HEAD, COST, 0, 5)
    assert status == ranking.EXHAUSTED
    assert [cost for cost, _ in found] == [cost for cost, _ in every]
    assert sorted(found) == every


@pytest.mark.usefixtures("form")
def test_paths_of_a_full_mesh_come_once_though_many_are_equal():
    tail, head = np.nonzero(~np.eye(6, dtype=bool))
    tail, head = tail.astype(np.int32), head.astype(np.int32)
    cost = np.ones(tail.size)
    graph = graph_to(6, tail, head, cost, 5)
    status, found = ranked(graph, 0, 5, 100)
    # 1 of one arc, 4 of two, 12 of three, 24 of four, 24 of five
    assert status == ranking.EXHAUSTED
    assert sorted(found) == twin.loopless_paths(graph[0], head, cost, 0, 5)
    assert [cost for cost, _ in found] == [1] + [2] * 4 + [3] * 12 + [4] * 24 + [5] * 24


@pytest.mark.usefixtures("form")
def test_parallel_arcs_make_different_paths():
    tail, head = np.array([0, 0, 1], np.int32), np.array([1, 1, 2], np.int32)
    graph = graph_to(3, tail, head, np.array([2.0, 1.0, 1.0]), 2)
    assert ranked(graph, 0, 2, 9) == (
        ranking.EXHAUSTED,
        [(2.0, (1, 2)), (3.0, (0, 2))],
    )


@pytest.mark.usefixtures("form")
def test_a_shut_arc_is_on_no_path():
    tail, head = np.array([0, 0, 1], np.int32), np.array([1, 2, 2], np.int32)
    graph = graph_to(3, tail, head, np.array([1.0, np.inf, 1.0]), 2)
    assert ranked(graph, 0, 2, 9) == (ranking.EXHAUSTED, [(2.0, (0, 2))])


@pytest.mark.usefixtures("form")
def test_from_a_node_to_itself_there_is_one_path_of_no_arcs():
    tail, head = np.array([0, 1], np.int32), np.array([1, 0], np.int32)
    graph = graph_to(2, tail, head, np.array([1.0, 1.0]), 0)
    assert ranked(graph, 0, 0, 9) == (ranking.EXHAUSTED, [(0.0, ())])


@pytest.mark.usefixtures("form")
def test_where_there_is_no_way_there_is_no_path():
    tail, head = np.array([1], np.int32), np.array([0], np.int32)
    graph = graph_to(2, tail, head, np.array([1.0]), 1)
    assert ranked(graph, 0, 1, 9) == (ranking.EXHAUSTED, [])


@pytest.mark.usefixtures("form")
def test_a_path_too_long_is_told_when_its_turn_comes():
    # At 1 by one arc, at 3 by three arcs, at 9 by one arc.
    tail = np.array([0, 0, 0, 1, 2], dtype=np.int32)
    head = np.array([3, 3, 1, 2, 3], dtype=np.int32)
    graph = graph_to(4, tail, head, np.array([1.0, 9.0, 1.0, 1.0, 1.0]), 3)
    assert ranked(graph, 0, 3, 9, 2) == (ranking.TOO_LONG, [(1.0, (0,))])
    assert ranked(graph, 0, 3, 9, 3) == (
        ranking.EXHAUSTED,
        [(1.0, (0,)), (3.0, (2, 3, 4)), (9.0, (1,))],
    )


@pytest.mark.usefixtures("form")
def test_fewer_paths_asked_for_are_the_first_of_more(yen):
    _, every = ranked(yen, 0, 5, 50)
    for max_paths in range(1, len(every)):
        status, found = ranked(yen, 0, 5, max_paths)
        assert status == ranking.POOL_FULL
        assert [cost for cost, _ in found] == [cost for cost, _ in every[:max_paths]]


@pytest.mark.usefixtures("form")
def test_a_path_held_back_is_dropped_when_enough_cheaper_ones_are_known():
    tail = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3], dtype=np.int32)
    head = np.array([1, 1, 3, 0, 2, 3, 3, 0, 0], dtype=np.int32)
    cost = np.array([5.0, 18.0, 9.0, 9.0, 10.0, 16.0, 21.0, 9.0, 23.0])
    graph = graph_to(4, tail, head, cost, 3)
    state = ranking.allocate(4, 9, 3)
    while ranking.next_path(*graph, 0, 3, state) == ranking.OK:
        pass
    assert parts.DROPPED in state.row[: state.counts[parts.N_PARTS]]
    assert state.total.tolist() == [9.0, 31.0, 36.0]


@pytest.mark.parametrize("largest_cost", [2, 30])
@pytest.mark.parametrize("max_paths", [2, 3, 4, 6, 9])
def test_few_paths_of_many_are_the_cheapest(max_paths, largest_cost):
    for seed in range(150):
        rng = np.random.default_rng(seed)
        ends = np.sort(rng.integers(0, 7 * 7, 18))  # parallel arcs and loops too
        tail, head = (ends // 7).astype(np.int32), (ends % 7).astype(np.int32)
        cost = rng.integers(0, largest_cost + 1, 18).astype(float)
        graph = graph_to(7, tail, head, cost, 6)
        _, found = ranked(graph, 0, 6, max_paths)
        every = twin.loopless_paths(graph[0], head, cost, 0, 6)
        assert [cost for cost, _ in found] == [cost for cost, _ in every[:max_paths]]
        assert len(set(found)) == len(found)
        assert set(found) <= set(every)


def test_the_kernel_pauses_when_it_has_worked_enough(monkeypatch):
    monkeypatch.setattr(ranking, "SETTLED_LIMIT", 0)
    tail, head = np.nonzero(~np.eye(6, dtype=bool))
    tail, head = tail.astype(np.int32), head.astype(np.int32)
    cost = np.random.default_rng(0).integers(1, 90, tail.size).astype(float)
    graph = graph_to(6, tail, head, cost, 5)
    state = ranking.allocate(6, tail.size, 50)
    answers = [ranking.OK]
    while answers[-1] in (ranking.OK, ranking.PAUSED):
        answers.append(ranking.advance.py_func(*graph, 0, 5, state))
    assert answers[-1] == ranking.POOL_FULL
    assert ranking.PAUSED in answers
    expected = [cost for cost, _ in ranked(graph, 0, 5, 50)[1]]
    assert state.total.tolist() == expected


def test_asking_for_the_last_path_before_there_is_one_is_a_fault():
    with pytest.raises(ValueError, match="call next_path first"):
        ranking.last_path(ranking.allocate(6, 9, 50))


def test_ranking_kernels_are_compiled(yen):
    status, _ = ranked(yen, 0, 5, 2)
    assert status == ranking.POOL_FULL
    assert ranking.advance.signatures
