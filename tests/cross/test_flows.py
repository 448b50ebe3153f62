"""The same flows by SciPy's programme over arcs and by networkx's maximum flow."""

import networkx as nx
import numpy as np
import pytest
from benchmarks.subjects.loads import load
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import flows as twin

from bereket.solve.flows import Commodities, FlowNetwork, FlowStatus, cheapest_flow

COST = 1e-7  # share; the programme over arcs has tolerances of that size
BALANCE = 1e-9  # share of the demands, rounding of sums
PRICE = 1e-6  # share of the overflow cost; duals have the solver's tolerance


def network_of(n_nodes, arcs):
    """Return a network of (tail, head, cost, capacity)."""
    table = np.array(arcs, dtype=float).reshape(-1, 4)
    table = table[np.argsort(table[:, 0], kind="stable")]
    tail, head = table[:, 0].astype(np.int32), table[:, 1].astype(np.int32)
    indptr = np.searchsorted(tail, np.arange(n_nodes + 1)).astype(np.int64)
    return FlowNetwork(indptr, head, tail, table[:, 2].copy(), table[:, 3].copy())


def commodities_of(rows):
    """Return commodities of (source, target, demand, overflow_cost)."""
    table = np.array(rows, dtype=float).reshape(-1, 4)
    ends = table[:, :2].astype(np.int64)
    return Commodities(ends[:, 0], ends[:, 1], table[:, 2].copy(), table[:, 3].copy())


NODES = 6
NODE = st.integers(0, NODES - 1)
ARC = st.tuples(
    NODE,
    NODE,
    st.sampled_from([0.0, 1.0, 1.0, 2.5, 7.0, np.inf]),
    st.sampled_from([0.0, 0.5, 1.0, 1.0, 3.0, np.inf]),
)
COMMODITY = st.tuples(
    NODE, NODE, st.sampled_from([0.3, 1.0, 2.0]), st.sampled_from([4.0, 50.0])
).filter(lambda row: row[0] != row[1])


def hold(network, commodities, found):
    """Hold a flow against every rule that it must keep."""
    total = commodities.demand.sum()
    # every path leads from its source to its target
    served = np.zeros(commodities.demand.size)
    net = np.zeros((commodities.demand.size, network.n_nodes))
    on_arc = np.zeros(network.tail.size)
    for at, (each, flow) in enumerate(
        zip(found.path_commodity, found.path_flow, strict=True)
    ):
        arcs = found.path_arc[found.path_indptr[at] : found.path_indptr[at + 1]]
        assert network.tail[arcs[0]] == commodities.source[each]
        assert network.head[arcs[-1]] == commodities.target[each]
        assert (network.head[arcs[:-1]] == network.tail[arcs[1:]]).all()
        assert flow > 0.0
        served[each] += flow
        np.add.at(net[each], network.tail[arcs], flow)
        np.add.at(net[each], network.head[arcs], -flow)
        np.add.at(on_arc, arcs, flow)
    left = found.unserved
    assert (left >= 0.0).all()
    np.testing.assert_allclose(served + left, commodities.demand, rtol=BALANCE)
    each = np.arange(served.size)
    net[each, commodities.source] -= served
    net[each, commodities.target] += served
    assert np.abs(net).max() <= BALANCE * total
    np.testing.assert_allclose(found.arc_flow, on_arc, rtol=0, atol=BALANCE * total)
    assert (found.arc_flow <= network.capacity * (1 + BALANCE) + BALANCE * total).all()
    used = on_arc > 0.0
    cost = float(network.cost[used] @ on_arc[used]) + commodities.overflow_cost @ left
    assert found.objective == pytest.approx(cost, rel=BALANCE)
    # its prices prove the bound
    assert (found.price >= 0.0).all()
    proof = twin.bound(network, commodities, found.price)
    assert found.lower_bound <= proof + BALANCE * abs(cost) + BALANCE
    assert found.lower_bound <= found.objective


def hold_slackness(network, commodities, found):
    """Hold that only full arcs have a price, and that flow takes cheapest paths."""
    dear = commodities.overflow_cost.max()
    has_price = found.price > PRICE * dear
    np.testing.assert_allclose(
        found.arc_flow[has_price], network.capacity[has_price], rtol=PRICE, atol=PRICE
    )
    tolled = network.cost + found.price
    for at, each in enumerate(found.path_commodity):
        arcs = found.path_arc[found.path_indptr[at] : found.path_indptr[at + 1]]
        source, target = commodities.source[each], commodities.target[each]
        least = twin.twin.least_costs(network.indptr, network.head, tolled, source)
        worth = min(least[target], commodities.overflow_cost[each])
        assert tolled[arcs].sum() <= worth + PRICE * dear


@given(st.lists(ARC, max_size=18), st.lists(COMMODITY, min_size=1, max_size=6))
def test_any_small_flow_is_the_cheapest_there_is(arcs, rows):
    network, commodities = network_of(NODES, arcs), commodities_of(rows)
    found = cheapest_flow(network, commodities)
    best = twin.least_cost(network, commodities)
    assert found.status is FlowStatus.WITHIN_GAP
    assert found.objective == pytest.approx(best, rel=COST)
    assert found.lower_bound <= best * (1 + COST)
    hold(network, commodities, found)
    hold_slackness(network, commodities, found)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("share", [0.4, 0.6, 1.2])
def test_any_loaded_corridor_is_flowed_at_the_least_cost(seed, share):
    network, commodities = load(6, 5, share, seed=seed)
    found = cheapest_flow(network, commodities)
    best = twin.least_cost(network, commodities)
    assert found.objective == pytest.approx(best, rel=COST)
    hold(network, commodities, found)
    hold_slackness(network, commodities, found)


@pytest.mark.parametrize("seed", range(200))
def test_one_commodity_that_wants_too_much_takes_the_maximum_flow(seed):
    random = np.random.default_rng(seed)
    n_nodes, n_arcs = 12, 40
    ends = random.integers(0, n_nodes, (2, n_arcs))
    capacity = random.integers(0, 20, n_arcs)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n_nodes))
    for tail, head, most in zip(*ends.tolist(), capacity.tolist(), strict=True):
        before = graph.get_edge_data(tail, head, {"capacity": 0})["capacity"]
        graph.add_edge(tail, head, capacity=before + most)
    value = nx.maximum_flow_value(graph, 0, n_nodes - 1)
    network = network_of(n_nodes, np.array([*ends, np.zeros(n_arcs), capacity]).T)
    wanted = float(value) + 50.0
    found = cheapest_flow(network, commodities_of([(0, n_nodes - 1, wanted, 1.0)]))
    assert wanted - found.unserved[0] == pytest.approx(value, abs=BALANCE * wanted)
    # ways cost nothing, what is left costs 1: prices are those of a cut, worth the flow
    worth = found.price @ network.capacity
    assert worth == pytest.approx(value, abs=PRICE * wanted)


@pytest.mark.parametrize("seed", range(10))
def test_more_capacity_never_costs_more(seed):
    network, commodities = load(12, 10, 0.6, seed=seed)
    wider = FlowNetwork(
        network.indptr,
        network.head,
        network.tail,
        network.cost,
        network.capacity * np.random.default_rng(seed).uniform(1.0, 1.3, 1),
    )
    before, after = (cheapest_flow(each, commodities) for each in (network, wider))
    assert after.objective <= before.objective * (1 + COST)


def test_a_small_change_of_capacity_changes_the_cost_by_its_price():
    network, commodities = load(12, 10, 0.6)
    found = cheapest_flow(network, commodities)
    dearest = int(found.price.argmax())
    capacity = network.capacity.copy()
    capacity[dearest] += 1e-4
    changed = cheapest_flow(
        FlowNetwork(
            *(network.indptr, network.head, network.tail, network.cost), capacity
        ),
        commodities,
    )
    saved = (found.objective - changed.objective) / 1e-4
    assert saved == pytest.approx(found.price[dearest], rel=1e-4)


def test_the_order_of_commodities_changes_no_cost():
    network, commodities = load(12, 10, 0.6)
    turned = Commodities(
        commodities.source[::-1],
        commodities.target[::-1],
        commodities.demand[::-1],
        commodities.overflow_cost[::-1],
    )
    one, other = (cheapest_flow(network, each) for each in (commodities, turned))
    assert one.objective == pytest.approx(other.objective, rel=COST)
    hold(network, turned, other)


def test_the_same_question_has_the_same_answer_to_the_last_digit():
    network, commodities = load(20, 8, 0.6)
    one, other = (cheapest_flow(network, commodities) for _ in range(2))
    for name in ("path_indptr", "path_arc", "path_flow", "arc_flow", "price"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.objective == other.objective
