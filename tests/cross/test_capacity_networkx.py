"""The largest flow is that of networkx, and of the same programme written on arcs."""

import networkx as nx
import numpy as np
import pytest
from tests.cross.flow_networks import (
    by_arcs,
    connected,
    random_network,
    reordered,
    solver_of,
)

from bereket.analysis.capacity.programme import Programme

SEEDS = range(200)
CARGOES = range(60)
TRAIN_T = 1000.0
EXACT = {"rel": 1e-6, "abs": 1e-4}  # tonnes a day; flows are thousands


def one_pair(seed):
    """Return a network with a way from its first node to its last."""
    for again in range(100):
        network = random_network(seed + 1_000 * again)
        if connected(network, 0, network.n_nodes - 1):
            return network, 0, network.n_nodes - 1
    raise AssertionError(seed)


def several_cargoes(seed):
    """Return a network of two-way tracks, and cargoes there and back."""
    network = random_network(seed, is_shared=True)
    rng = np.random.default_rng(10_000 + seed)
    ends = [
        (start, end)
        for start in range(network.n_nodes)
        for end in range(network.n_nodes)
        if start != end and connected(network, start, end)
    ]
    demands = []
    for side in (0, 1):
        share = rng.uniform(0.2, 1.0, int(rng.integers(1, 4)))
        for each in share / share.sum():
            pair = ends[int(rng.integers(len(ends)))]
            demands.append((*pair, float(each), side, float(rng.integers(500, 4000))))
    return network, demands


def distance(network):
    """Return how far each row lies from the source at least cost, 0 to 1."""
    graph = nx.DiGraph()
    ends = (each.tolist() for each in (network.tail, network.head, network.cost))
    graph.add_weighted_edges_from(zip(*ends, strict=True))
    found = nx.single_source_dijkstra_path_length(graph, 0)
    far = np.zeros(network.capacity.size)
    far[network.row] = [found.get(start, 0.0) for start in network.tail.tolist()]
    return far / max(far.max(), 1.0)


def nearest_cut(network, solver):
    """Return the rows of the cut nearest the source, and the flow through them."""
    programme = Programme(
        graph=None,
        streams=(),
        room=None,
        largest=solver,
        capacity_per_day=network.capacity,
        far=distance(network),
        closed=(),
        laid_on=None,
        unsized=(),
    )
    dual, flow = programme.nearest_cut((0,))
    return set(np.nonzero(dual)[0].tolist()), dual, flow


@pytest.mark.parametrize("seed", SEEDS)
def test_flow_of_one_pair_and_cargo_is_the_maximum_flow(seed):
    network, source, target = one_pair(seed)
    value = nx.maximum_flow_value(network.graph(), source, target)
    solver = solver_of(network, [(source, target, 1.0, 0, TRAIN_T)])
    found = solver.solve((0,))
    assert found.t_per_day[0] == pytest.approx(TRAIN_T * value, **EXACT)
    assert solver.solve((0,), by_cost=True).t_per_day[0] == pytest.approx(
        TRAIN_T * value, **EXACT
    )
    assert (found.used <= network.capacity * (1 + 1e-9) + 1e-9).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_cut_sums_to_the_flow_and_parts_the_network_nearest_the_source(seed):
    network, source, target = one_pair(seed)
    graph = network.graph()
    value = nx.maximum_flow_value(graph, source, target)
    solver = solver_of(network, [(source, target, 1.0, 0, TRAIN_T)])
    cut, dual, flow = nearest_cut(network, solver)
    assert network.capacity[list(cut)].sum() == pytest.approx(value, **EXACT)
    assert flow == pytest.approx(TRAIN_T * value, rel=2e-4)
    assert dual[list(cut)] == pytest.approx(TRAIN_T, rel=1e-6)
    ends = list(zip(network.tail.tolist(), network.head.tolist(), strict=True))
    of_cut = {
        end for row, end in zip(network.row.tolist(), ends, strict=True) if row in cut
    }
    assert of_cut == nearest_edges(graph, source, target)
    left = graph.copy()
    left.remove_edges_from(of_cut)
    assert not nx.has_path(left, source, target)


def nearest_edges(graph, source, target):
    """Return the edges out of the smallest source side, from the residual graph."""
    residual = nx.algorithms.flow.edmonds_karp(graph, source, target)
    side, waiting = {source}, [source]
    while waiting:
        here = waiting.pop()
        for there, edge in residual[here].items():
            if there not in side and edge["flow"] < edge["capacity"]:
                side.add(there)
                waiting.append(there)
    return {(i, j) for i, j in graph.edges if i in side and j not in side}


@pytest.mark.parametrize("seed", CARGOES)
def test_flow_of_several_cargoes_and_its_duals_are_those_of_the_programme_on_arcs(seed):
    network, demands = several_cargoes(seed)
    solver = solver_of(network, demands)
    for sides in ((0, 1), (0,), (1,)):
        multiples, gains = by_arcs(network, demands, sides)
        found = solver.solve(sides)
        assert found.t_per_day.sum() == pytest.approx(multiples.sum(), **EXACT)
        # both are optimal duals, though not always the same where there are several
        assert found.dual_t @ network.capacity == pytest.approx(
            gains @ network.capacity, **EXACT
        )
        assert (found.used <= network.capacity * (1 + 1e-7) + 1e-7).all()


@pytest.mark.parametrize("seed", CARGOES)
def test_a_train_more_brings_what_the_dual_says_where_there_is_one_dual(seed):
    network, demands = several_cargoes(seed)
    solver = solver_of(network, demands)
    found = solver.solve((0, 1))
    step = 1e-3
    for row in np.nonzero(found.dual_t > 1.0)[0]:
        up, down = (solved_with(network, demands, row, by) for by in (step, -step))
        centre = found.t_per_day.sum()
        # concave: the dual lies between the slopes on either side
        assert (up - centre) / step <= found.dual_t[row] * (1 + 1e-5) + 1e-2
        assert (centre - down) / step >= found.dual_t[row] * (1 - 1e-5) - 1e-2


def solved_with(network, demands, row, by):
    solver = solver_of(network, demands)
    rows = np.array([row], dtype=np.intp)
    solver.set_capacity(rows, network.capacity[rows] + by)
    return float(solver.solve((0, 1)).t_per_day.sum())


@pytest.mark.parametrize("seed", CARGOES)
def test_both_directions_together_carry_no_more_than_each_alone(seed):
    network, demands = several_cargoes(seed)
    solver = solver_of(network, demands)
    joint = float(solver.solve((0, 1)).t_per_day.sum())
    there, back = (float(solver.solve((side,)).t_per_day.sum()) for side in (0, 1))
    assert max(there, back) * (1 - 1e-9) <= joint <= (there + back) * (1 + 1e-9)


@pytest.mark.parametrize("seed", CARGOES)
def test_other_numbers_of_nodes_and_rows_change_nothing(seed):
    network, demands = several_cargoes(seed)
    moved, node, row = reordered(network, np.random.default_rng(seed))
    renamed = [(int(node[s]), int(node[t]), *rest) for s, t, *rest in demands]
    before, after = solver_of(network, demands), solver_of(moved, renamed)
    for sides in ((0, 1), (0,), (1,)):
        one, other = before.solve(sides), after.solve(sides)
        assert one.t_per_day.sum() == pytest.approx(other.t_per_day.sum(), **EXACT)
    assert before.capacity == pytest.approx(after.capacity[row])
