import numpy as np
import pytest

from bereket.kernels import paths
from bereket.kernels.heap import ABSENT, allocate_heap

INF = np.inf


def network(n_nodes, *arcs):
    """Return indptr, head, tail, cost of arcs given in order of tail."""
    tail, head, cost = zip(*arcs, strict=True)
    assert list(tail) == sorted(tail)
    starts = np.searchsorted(tail, np.arange(n_nodes + 1)).astype(np.int64)
    return (
        starts,
        np.array(head, dtype=np.int32),
        np.array(tail, dtype=np.int32),
        np.array(cost, dtype=float),
    )


@pytest.fixture(params=["compiled", "plain"])
def tree(request):
    def run(graph, source=0):
        indptr, head, _, cost = graph
        n_nodes = indptr.size - 1
        dist, pred = np.full(n_nodes, -7.0), np.full(n_nodes, -7, dtype=np.int32)
        kernel = paths.tree if request.param == "compiled" else paths.tree.py_func
        heap = allocate_heap(n_nodes)
        status = kernel(indptr, head, cost, source, dist, pred, *heap)
        assert (heap.key == INF).all()
        assert (heap.place == ABSENT).all()
        return status, dist.tolist(), pred.tolist()

    return run


@pytest.fixture(params=["compiled", "plain"])
def walk_back(request):
    kernel = paths.walk_back
    return kernel if request.param == "compiled" else kernel.py_func


def test_costs_add_up_along_the_cheapest_path(tree):
    graph = network(4, (0, 1, 4.0), (0, 2, 1.0), (1, 3, 1.0), (2, 1, 2.0), (2, 3, 9.0))
    assert tree(graph) == (paths.OK, [0.0, 3.0, 1.0, 4.0], [-1, 3, 1, 2])


def test_a_node_without_a_way_to_it_costs_inf(tree):
    graph = network(3, (0, 1, 1.0), (2, 1, 1.0))
    assert tree(graph) == (paths.OK, [0.0, 1.0, INF], [-1, 0, -1])


def test_an_arc_of_inf_is_shut(tree):
    graph = network(2, (0, 1, INF), (0, 1, 5.0), (1, 0, INF))
    assert tree(graph) == (paths.OK, [0.0, 5.0], [-1, 1])


def test_of_parallel_arcs_the_cheaper_is_taken(tree):
    graph = network(2, (0, 1, 3.0), (0, 1, 2.0), (0, 1, 4.0))
    assert tree(graph) == (paths.OK, [0.0, 2.0], [-1, 1])


def test_of_equal_parallel_arcs_the_lowest_is_taken(tree):
    graph = network(2, (0, 1, 2.0), (0, 1, 2.0))
    assert tree(graph) == (paths.OK, [0.0, 2.0], [-1, 0])


def test_of_equal_ways_the_one_by_the_lowest_arc_is_taken(tree):
    # Node 3 is reached at 3 first by way of node 2, which is nearer; by arc 3 later.
    graph = network(4, (0, 1, 2.0), (0, 2, 1.0), (1, 3, 1.0), (2, 3, 2.0))
    assert tree(graph) == (paths.OK, [0.0, 2.0, 1.0, 3.0], [-1, 0, 1, 2])


def test_a_ring_of_free_arcs_makes_no_ring_in_the_tree(tree, walk_back):
    # Node 0 is reached by arc 2; arc 1 back to it costs nothing and is lower.
    graph = network(3, (0, 1, 0.0), (1, 0, 0.0), (2, 0, 5.0))
    status, dist, pred = tree(graph, 2)
    assert (status, dist, pred) == (paths.OK, [5.0, 5.0, 0.0], [2, 0, -1])
    out = np.empty(2, dtype=np.int32)
    assert walk_back(np.array(pred, dtype=np.int32), graph[2], 2, 1, out) == 2
    assert out.tolist() == [2, 0]


def test_a_loop_at_a_node_changes_nothing(tree):
    graph = network(2, (0, 0, 0.0), (0, 1, 1.0), (1, 1, 0.0))
    assert tree(graph) == (paths.OK, [0.0, 1.0], [-1, 1])


@pytest.mark.parametrize("fault", [-1.0, np.nan, -INF])
def test_a_faulty_cost_is_told_and_nothing_is_filled(tree, fault):
    graph = network(3, (0, 1, 1.0), (1, 0, 1.0), (2, 0, fault))
    assert tree(graph) == (paths.NEGATIVE_COST, [-7.0] * 3, [-7] * 3)


def test_a_graph_without_arcs_has_a_tree_of_one_node(tree):
    empty = np.empty(0, dtype=np.int32)
    graph = np.zeros(3, dtype=np.int64), empty, empty, np.empty(0)
    assert tree(graph, 1) == (paths.OK, [INF, 0.0], [-1, -1])


def test_a_line_is_walked_from_source_to_target(tree, walk_back):
    graph = network(4, (0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0))
    _, _, pred = tree(graph)
    out = np.full(5, -7, dtype=np.int32)
    count = walk_back(np.array(pred, dtype=np.int32), graph[2], 0, 3, out)
    assert (count, out.tolist()) == (3, [0, 1, 2, -7, -7])


def test_a_walk_of_no_arcs_leads_from_a_node_to_itself(walk_back):
    pred, tail = np.array([-1], dtype=np.int32), np.empty(0, dtype=np.int32)
    assert walk_back(pred, tail, 0, 0, np.empty(0, dtype=np.int32)) == 0


def test_a_walk_to_a_node_out_of_reach_is_told(walk_back):
    pred, tail = np.array([-1, -1], dtype=np.int32), np.empty(0, dtype=np.int32)
    out = np.empty(1, dtype=np.int32)
    assert walk_back(pred, tail, 0, 1, out) == paths.UNREACHABLE


def test_a_walk_longer_than_its_room_is_told_and_not_written(tree, walk_back):
    graph = network(3, (0, 1, 1.0), (1, 2, 1.0))
    _, _, pred = tree(graph)
    out = np.full(1, -7, dtype=np.int32)
    count = walk_back(np.array(pred, dtype=np.int32), graph[2], 0, 2, out)
    assert (count, out.tolist()) == (paths.NO_ROOM, [-7])


def test_path_kernels_are_compiled_for_read_only_arrays():
    indptr, head, tail, cost = network(2, (0, 1, 1.0))
    for array in (indptr, head, tail, cost):
        array.setflags(write=False)
    dist, pred, out = np.empty(2), np.empty(2, np.int32), np.empty(1, np.int32)
    assert paths.is_priced(cost)
    assert paths.tree(indptr, head, cost, 0, dist, pred, *allocate_heap(2)) == paths.OK
    assert paths.walk_back(pred, tail, 0, 1, out) == 1
    for kernel in (paths.tree, paths.walk_back, paths.is_priced):
        assert kernel.signatures


@pytest.fixture(params=["compiled", "plain"])
def walk_on(request):
    kernel = paths.walk_on
    return kernel if request.param == "compiled" else kernel.py_func


def backwards(*back_pred):
    """Return reversed predecessors on a line 0 > 1 > 2 whose arcs are 0 and 1."""
    ints = [np.array(x, dtype=np.int32) for x in (back_pred, (0, 1), (1, 2))]
    return tuple(ints)


def test_a_path_to_the_target_is_walked_on_in_order(walk_on):
    out = np.full(2, -7, dtype=np.int32)
    assert walk_on(*backwards(0, 1, -1), 0, 2, out) == 2
    assert out.tolist() == [0, 1]
    assert walk_on(*backwards(0, 1, -1), 2, 2, out) == 0


def test_walking_on_from_where_no_way_leads_is_told(walk_on):
    out = np.empty(2, dtype=np.int32)
    assert walk_on(*backwards(0, -1, -1), 0, 2, out) == paths.UNREACHABLE


def test_walking_on_never_writes_beyond_the_room(walk_on):
    out = np.empty(1, dtype=np.int32)
    assert walk_on(*backwards(0, 1, -1), 0, 2, out) == paths.NO_ROOM


@pytest.mark.parametrize(
    ("nodes", "expected"), [([], True), ([3, 1, 2], True), ([3, 1, 3], False)]
)
@pytest.mark.parametrize("kernel", [paths.is_loopless, paths.is_loopless.py_func])
def test_a_node_that_occurs_twice_is_a_loop(kernel, nodes, expected):
    seen = np.zeros(4, dtype=bool)
    assert kernel(np.array(nodes, dtype=np.int32), seen) is expected
    assert not seen.any()
