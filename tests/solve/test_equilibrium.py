"""Equilibria on networks that are drawn: what holds whatever they look like."""

from dataclasses import replace

import numpy as np
import pytest
from tests.reference.equilibrium import (
    Road,
    Want,
    flows_by_class,
    lost_at_nodes,
    problem_of,
    random_roads,
    random_wants,
    slow_equilibrium,
    with_uses,
)

from bereket.kernels import columns, pricing
from bereket.kernels.delays import FREE, P0, ROOM
from bereket.solve.equilibrium import solver
from bereket.solve.equilibrium.problem import with_stay
from bereket.solve.equilibrium.solver import Effort, solve

FINE = Effort(gap=1e-12, max_iterations=2000)
USUAL = Effort(gap=1e-8, violation=1e-6, max_iterations=2000)
SAME = 1e-6  # relative: loads of one optimum, each known to about the root of the gap
SUM = 1e-12  # relative: rounding of a sum of a few flows
TWO = {"value": (1.0, 3.0), "size": (1.0, 4.0)}


def drawn(seed, n_kinds=1, n_nodes=6):
    rng = np.random.default_rng(seed)
    roads = random_roads(rng, n_nodes, 4)
    return n_nodes, roads, random_wants(rng, n_nodes, n_kinds)


def near(value, rel=SAME):
    return pytest.approx(value, rel=rel, abs=rel)


# --- against the plain twin ------------------------------------------------------


@pytest.mark.parametrize("written", [lambda p: p, with_uses], ids=["plain", "by uses"])
@pytest.mark.parametrize("seed", range(8))
def test_loads_are_those_of_the_slow_way(seed, written):
    n_nodes, roads, wants = drawn(seed)
    found = solve(written(problem_of(n_nodes, roads, wants)), FINE)
    assert found.status == "answered"
    slow = slow_equilibrium(n_nodes, roads, wants)
    assert found.load == near(slow)
    areas = [road.area(load) for road, load in zip(roads, slow, strict=True)]
    money = sum(r.money * load for r, load in zip(roads, slow, strict=True))
    assert found.objective() == near(sum(areas) + money)


@pytest.mark.parametrize("seed", range(4))
def test_loads_of_two_classes_are_those_of_the_slow_way(seed):
    n_nodes, roads, wants = drawn(seed, n_kinds=2)
    found = solve(problem_of(n_nodes, roads, wants, **TWO), FINE)
    slow = slow_equilibrium(n_nodes, roads, wants, *TWO.values())
    assert found.load == near(slow)


# --- what holds of any answer ----------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_what_comes_to_a_node_leaves_it(seed):
    problem = problem_of(*drawn(seed, n_kinds=2), **TWO)
    found = solve(problem, USUAL)
    lost = lost_at_nodes(problem, found)
    assert np.abs(lost).max() <= SUM * problem.rows.demand.sum()


@pytest.mark.parametrize("seed", range(6))
def test_load_is_the_sum_over_paths_by_size(seed):
    problem = problem_of(*drawn(seed, n_kinds=2), **TWO)
    found = solve(problem, USUAL)
    by_class = flows_by_class(problem, found)
    assert found.load == near(np.array(TWO["size"]) @ by_class, SUM)
    assert found.paths().flow_on(problem.n_arcs) == near(by_class.sum(axis=0), SUM)


@pytest.mark.parametrize("seed", range(6))
def test_paths_are_chains_from_source_to_target(seed):
    problem = problem_of(*drawn(seed))
    found = solve(problem, USUAL)
    paths, network = found.paths(), problem.network
    source = problem.rows.source[problem.row_of_pair]
    for at, pair in enumerate(paths.pair.tolist()):
        arcs = paths.arc[paths.indptr[at] : paths.indptr[at + 1]]
        assert network.tail[arcs[0]] == source[pair]
        assert network.head[arcs[-1]] == problem.rows.target[pair]
        assert (network.head[arcs[:-1]] == network.tail[arcs[1:]]).all()
    assert (paths.flow > 0).all()


@pytest.mark.parametrize("seed", range(6))
def test_no_path_in_use_is_dearer_than_another(seed):
    problem = problem_of(*drawn(seed))
    found = solve(problem, FINE)
    paths = found.paths()
    cost = problem.network.fixed[0] + found.delay_h[: problem.n_arcs]
    of_path = paths.sums_of(cost[paths.arc])
    for pair in range(problem.n_pairs):
        mine = of_path[paths.pair == pair]
        assert mine.max() == near(mine.min())


def test_what_goes_and_what_stays_is_the_demand():
    for seed in range(6):
        plain = problem_of(*drawn(seed, n_kinds=2), **TWO)
        stay = np.full(plain.n_pairs, 15.0)
        for written in (plain, with_uses(plain)):
            problem = with_stay(written, stay, stay)
            paths = solve(problem, USUAL).paths()
            goes = np.bincount(paths.pair, paths.flow, problem.n_pairs)
            assert goes == near(plain.rows.demand, SUM)
            assert np.abs(lost_at_nodes(problem, solve(problem, USUAL))).max() < SUM


# --- order changes nothing -------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_order_of_nodes_roads_and_classes_changes_nothing(seed):
    n_nodes, roads, wants = drawn(seed, n_kinds=2)
    # of one load many splits by class are optima: classes are told apart by money
    rng = np.random.default_rng(seed)
    roads = [replace(r, money=(r.money, float(rng.uniform(0, 9)))) for r in roads]
    node = rng.permutation(n_nodes).tolist()
    moved = [
        (at, replace(r, tail=node[r.tail], head=node[r.head], money=r.money[::-1]))
        for at, r in enumerate(roads)
    ]
    moved = [moved[at] for at in rng.permutation(len(roads))]
    moved.sort(key=lambda each: each[1].tail)  # stable: heads stay in drawn order
    other = sorted(
        (
            replace(w, source=node[w.source], target=node[w.target], kind=1 - w.kind)
            for w in wants
        ),
        key=lambda w: (w.kind, w.source),
    )
    first = solve(problem_of(n_nodes, roads, wants, **TWO), FINE)
    turned = {name: pair[::-1] for name, pair in TWO.items()}
    second = solve(
        problem_of(n_nodes, [road for _, road in moved], other, **turned), FINE
    )
    assert second.load == near(first.load[[at for at, _ in moved]])
    assert second.objective() == near(first.objective(), 1e-10)


# --- threads ----------------------------------------------------------------------


def grid(side, n_sources, n_targets=40):
    """Return a grid of streets with times drawn, and cars from its west to all over."""
    rng = np.random.default_rng(5)
    roads = []
    for at in range(side * side):
        row, column = divmod(at, side)
        steps = [(row, column - 1), (row, column + 1), (row - 1, column)]
        for r, c in [*steps, (row + 1, column)]:
            if 0 <= r < side and 0 <= c < side:
                roads.append(Road(at, r * side + c, rng.uniform(1, 2), 1e-9, 4.0))
    wants = []
    for source in range(n_sources):
        targets = rng.choice(side * side, n_targets, replace=False)
        wants += [Want(source, int(t), 5.0) for t in sorted(targets) if t != source]
    return problem_of(side * side, roads, wants)


def test_the_answer_is_the_same_to_the_bit_on_any_number_of_threads(monkeypatch):
    made = []

    def executor(n_threads):
        made.append(n_threads)
        return real(n_threads)

    real = solver.ThreadPoolExecutor
    monkeypatch.setattr(solver, "ThreadPoolExecutor", executor)
    problem = grid(30, 30)
    one, two, five = (
        solve(problem, Effort(gap=1e-6, n_threads=number)) for number in (1, 2, 5)
    )
    assert made == [2, 5]  # they are worth it here, and are used
    assert len(one.record) > 2
    for other in (two, five):
        assert other.load.tobytes() == one.load.tobytes()
        assert other.paths().flow.tobytes() == one.paths().flow.tobytes()
        assert other.paths().arc.tobytes() == one.paths().arc.tobytes()
        assert other.spent == one.spent
        gaps = [[each.relative_gap for each in found.record] for found in (one, other)]
        assert gaps[0] == gaps[1]


# --- warm start -------------------------------------------------------------------


def changed(problem, what):
    """Return the problem with one cost, slope, room or demand changed."""
    delays, rows = problem.delays, problem.rows
    curve, demand = delays.curve.copy(), rows.demand.copy()
    fixed = problem.network.fixed.copy()
    if what == "cost":
        fixed[:, 2] += 5.0
    elif what == "shut":
        fixed[:, 2] = np.inf
    elif what == "time":
        curve[:, FREE] *= np.linspace(0.5, 2.0, curve.shape[0])
    elif what == "slope":
        curve[3, P0] *= 4.0
    elif what == "room":
        curve[:2, ROOM] = curve[:2, ROOM] * 0.7
    else:
        demand *= np.linspace(0.2, 2.0, demand.size)
    return replace(
        problem,
        network=problem.network._replace(fixed=fixed),
        rows=rows._replace(demand=demand),
        delays=delays._replace(curve=curve),
    )


@pytest.mark.parametrize("what", ["cost", "shut", "time", "slope", "demand", "nothing"])
def test_going_on_gives_the_same_as_beginning_anew(what):
    for seed in range(4):
        problem = problem_of(*drawn(seed))
        first = solve(problem, FINE)
        before = first.load.copy(), first.paths().flow.copy()
        other = problem if what == "nothing" else changed(problem, what)
        warm, cold = solve(other, FINE, first), solve(other, FINE)
        assert warm.status == "answered"
        assert warm.load == near(cold.load)
        assert warm.objective() == near(cold.objective(), 1e-10)
        assert np.abs(lost_at_nodes(other, warm)).max() <= SUM * 20
        # what it went on from is as it was
        assert first.load.tolist() == before[0].tolist()
        assert first.paths().flow.tolist() == before[1].tolist()
    if what == "nothing":
        assert len(warm.record) == 1


def test_going_on_with_less_room_gives_the_same_as_beginning_anew():
    # 10 go: 6 fit on the cheap road, then 4.2; the next takes all else
    roads = [Road(0, 1, 1.0, room=6.0), Road(0, 1, 3.0, room=8.0), Road(0, 1, 9.0)]
    problem = problem_of(2, roads, [Want(0, 1, 10.0)])
    first = solve(problem, USUAL)
    assert first.load == near([6.0, 4.0, 0.0], 1e-5)
    assert first.wait_h == near([2.0, 0.0, 0.0], 1e-4)
    other = changed(problem, "room")
    warm, cold = solve(other, USUAL, first), solve(other, USUAL)
    for found in (warm, cold):
        assert found.status == "answered"
        assert found.load == near([4.2, 5.6, 0.2], 1e-5)
        assert found.wait_h == near([8.0, 6.0, 0.0], 1e-4)


def test_a_want_that_had_no_demand_goes_on_too():
    problem = problem_of(*drawn(2))
    demand = problem.rows.demand.copy()
    demand[0] = 0.0
    less = replace(problem, rows=problem.rows._replace(demand=demand))
    warm = solve(problem, FINE, solve(less, FINE))
    assert warm.load == near(solve(problem, FINE).load)


FOUR_ROADS = [Road(0, 1, 1.0), Road(0, 2, 1.0), Road(1, 3, 1.0), Road(2, 3, 1.0)]
TO_3 = [Want(0, 3, 1.0), Want(1, 3, 1.0)]
OTHERS = {
    "a road more": problem_of(4, [*FOUR_ROADS, Road(3, 0, 1.0)], TO_3),
    "another head": problem_of(4, [*FOUR_ROADS[:3], Road(2, 1, 1.0)], TO_3),
    "another tail": problem_of(4, [*FOUR_ROADS[:3], Road(1, 3, 1.0)], TO_3),
    "another source": problem_of(4, FOUR_ROADS, [Want(0, 3, 1.0), Want(2, 3, 1.0)]),
    "another target": problem_of(4, FOUR_ROADS, [Want(0, 2, 1.0), Want(1, 3, 1.0)]),
    "a want more": problem_of(4, FOUR_ROADS, [*TO_3, Want(2, 3, 1.0)]),
    "staying": with_stay(problem_of(4, FOUR_ROADS, TO_3), np.ones(2), np.ones(2)),
}


@pytest.mark.parametrize("what", OTHERS)
def test_a_start_of_another_problem_is_refused(what):
    first = solve(problem_of(4, FOUR_ROADS, TO_3))
    with pytest.raises(ValueError, match="same arcs, pairs and resources"):
        solve(OTHERS[what], start=first)


def test_a_start_whose_wants_belong_to_other_rows_is_refused():
    # targets 3, 3, 3 of sources 0, 0, 1, and then of 0, 1, 1
    first = [Want(0, 2, 1.0), Want(0, 3, 1.0), Want(1, 3, 1.0)]
    second = [Want(0, 2, 1.0), Want(1, 3, 1.0), Want(1, 3, 1.0)]
    start = solve(problem_of(4, FOUR_ROADS, first))
    with pytest.raises(ValueError, match="same arcs, pairs and resources"):
        solve(problem_of(4, FOUR_ROADS, second), start=start)


def test_a_start_whose_roads_took_other_resources_is_refused():
    first = with_uses(problem_of(4, FOUR_ROADS, TO_3))
    # what road 0 took is now taken by road 1
    indptr = np.array([0, 0, 2, 3, 4], dtype=np.int64)
    second = replace(first, network=first.network._replace(use_indptr=indptr))
    with pytest.raises(ValueError, match="same arcs, pairs and resources"):
        solve(second, start=solve(first))


# --- how it ends ------------------------------------------------------------------


def test_a_gap_that_is_not_reached_is_told_and_flows_stand():
    problem = problem_of(*drawn(3))
    found = solve(problem, Effort(gap=1e-15, max_iterations=2))
    assert (found.status, len(found.record)) == ("not_converged", 2)
    assert found.record[-1].relative_gap > 1e-15
    assert np.abs(lost_at_nodes(problem, found)).max() <= SUM * 20


def test_an_answer_of_false_stops():
    told = []

    def stop(each):
        told.append(each.number)
        return each.number < 2

    problem = problem_of(*drawn(3))
    found = solve(problem, Effort(gap=1e-15), told=stop)
    assert (found.status, told) == ("interrupted", [1, 2])
    assert np.abs(lost_at_nodes(problem, found)).max() <= SUM * 20


def test_wants_without_a_way_are_named_and_the_others_go():
    roads = [Road(0, 1, 1.0), Road(2, 1, 1.0)]
    wants = [Want(0, 1, 5.0), Want(0, 2, 3.0), Want(1, 2, 0.0)]
    found = solve(problem_of(3, roads, wants), USUAL)
    assert found.no_way.tolist() == [False, True, False]  # nothing wants nothing
    assert found.load.tolist() == [5.0, 0.0]


def test_a_pool_grows_before_a_long_way_is_written_past_its_end(monkeypatch):
    # Ways of up to 1,800 roads each in a row; a way may take more than a guess of it.
    # As written, and not compiled, a place past the end is an error.
    for module in (columns, pricing):
        for name, each in list(vars(module).items()):
            if hasattr(each, "py_func") and name in {"append_row", "load_row"}:
                monkeypatch.setattr(module, name, each.py_func)
    monkeypatch.setattr(solver, "load_first", pricing.load_first.py_func)
    n_nodes = 1801
    roads = [Road(at, at + 1, 1.0) for at in range(n_nodes - 1)]
    wants = [Want(at, n_nodes - 1, 1.0) for at in range(4)]
    found = solve(problem_of(n_nodes, roads, wants))
    assert found.load[[0, 1, 2, 3, 1799]].tolist() == [1.0, 2.0, 3.0, 4.0, 4.0]
