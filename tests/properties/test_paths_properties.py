"""What holds of least-cost paths on any graph."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import paths as twin

from bereket.kernels import paths, ranking
from bereket.kernels.heap import ABSENT, allocate_heap

# Whole numbers add without rounding, so costs must be equal to the last bit.
COSTS = st.one_of(st.integers(0, 6).map(float), st.just(np.inf))
# Numbers that do round; a sum in another order may differ in the last bits.
ROUNDED = st.floats(0.0, 1e6)
TOLERANCE = 1e-12
MANY_PATHS = 400


@st.composite
def graphs(draw, costs=COSTS, max_nodes=7, max_arcs=16):
    """Draw indptr, head, tail, cost: with loops, parallel arcs, zeros and shut arcs."""
    n_nodes = draw(st.integers(1, max_nodes))
    node = st.integers(0, n_nodes - 1)
    arcs = draw(st.lists(st.tuples(node, node, costs), max_size=max_arcs))
    return arrays(n_nodes, sorted(arcs, key=lambda arc: arc[0]))


def arrays(n_nodes, arcs):
    tail = np.array([arc[0] for arc in arcs], dtype=np.int32)
    head = np.array([arc[1] for arc in arcs], dtype=np.int32)
    cost = np.array([arc[2] for arc in arcs], dtype=float)
    order = np.argsort(tail, kind="stable")
    indptr = np.searchsorted(tail[order], np.arange(n_nodes + 1)).astype(np.int64)
    return indptr, head[order], tail[order], cost[order]


def tree(graph, source, kernel=paths.tree):
    indptr, head, _, cost = graph
    n_nodes = indptr.size - 1
    dist, pred = np.empty(n_nodes), np.empty(n_nodes, dtype=np.int32)
    heap = allocate_heap(n_nodes)
    assert kernel(indptr, head, cost, source, dist, pred, *heap) == paths.OK
    assert (heap.key == np.inf).all()
    assert (heap.place == ABSENT).all()
    return dist, pred


def turned_round(graph):
    indptr, head, tail, cost = graph
    return arrays(indptr.size - 1, list(zip(head, tail, cost, strict=True)))


@given(graphs(), st.data())
def test_the_tree_equals_its_twin_compiled_and_plain(graph, data):
    indptr, head, tail, cost = graph
    source = data.draw(st.integers(0, indptr.size - 2))
    expected = twin.least_costs(indptr, head, cost, source)
    for kernel in (paths.tree, paths.tree.py_func):
        dist, pred = tree(graph, source, kernel)
        assert dist.tolist() == expected
        for node, arc in enumerate(pred):
            tight = twin.tight_arcs(indptr, head, cost, expected, node)
            dearer = [arc for arc in tight if expected[tail[arc]] < expected[node]]
            if node == source or not tight:
                assert arc == -1
            elif dearer:
                assert arc == dearer[0]  # the lowest
            else:
                assert arc in tight
    assert paths.tree.signatures


@given(graphs(), st.data())
def test_a_walk_costs_what_the_tree_says_compiled_and_plain(graph, data):
    indptr, _, tail, cost = graph
    node = st.integers(0, indptr.size - 2)
    source, target = data.draw(node), data.draw(node)
    dist, pred = tree(graph, source)
    expected = twin.walk(pred, tail, source, target)
    for kernel in (paths.walk_back, paths.walk_back.py_func):
        out = np.empty(indptr.size - 2, dtype=np.int32)
        count = kernel(pred, tail, source, target, out)
        if expected is None:
            assert (count, dist[target]) == (paths.UNREACHABLE, np.inf)
        else:
            assert out[:count].tolist() == expected
            assert cost[expected].sum() == dist[target]


@given(graphs(ROUNDED), st.data())
def test_rounded_sums_run_from_the_root_outwards(graph, data):
    indptr, head, _, cost = graph
    source = data.draw(st.integers(0, indptr.size - 2))
    dist, _ = tree(graph, source)
    assert dist.tolist() == twin.least_costs(indptr, head, cost, source)


@given(graphs(), st.data())
def test_the_order_of_nodes_changes_no_cost(graph, data):
    indptr, head, tail, cost = graph
    n_nodes = indptr.size - 1
    new = np.array(data.draw(st.permutations(range(n_nodes))), dtype=np.int32)
    source = data.draw(st.integers(0, n_nodes - 1))
    renamed = arrays(n_nodes, list(zip(new[tail], new[head], cost, strict=True)))
    dist, _ = tree(graph, source)
    assert tree(renamed, new[source])[0][new].tolist() == dist.tolist()


@given(graphs(ROUNDED))
def test_costs_obey_the_triangle(graph):
    between = np.array([tree(graph, node)[0] for node in range(graph[0].size - 1)])
    by_way_of = (between[:, :, None] + between[None, :, :]).min(axis=1)
    assert (between <= by_way_of * (1.0 + TOLERANCE)).all()


@given(graphs(), st.data())
def test_costs_to_a_node_are_those_from_it_in_the_graph_turned_round(graph, data):
    n_nodes = graph[0].size - 1
    target = data.draw(st.integers(0, n_nodes - 1))
    backward, _ = tree(turned_round(graph), target)
    forward = [tree(graph, node)[0][target] for node in range(n_nodes)]
    assert backward.tolist() == forward


@given(graphs(), st.data())
def test_shutting_an_arc_makes_nothing_cheaper(graph, data):
    indptr, head, tail, cost = graph
    if not cost.size:
        return
    shut = cost.copy()
    shut[data.draw(st.integers(0, cost.size - 1))] = np.inf
    before, _ = tree(graph, 0)
    after, _ = tree((indptr, head, tail, shut), 0)
    assert (after >= before).all()


@given(graphs(), st.data(), st.integers(1, 5) | st.just(MANY_PATHS))
def test_ranked_paths_are_the_cheapest_of_all_loopless_ones(graph, data, max_paths):
    indptr, head, tail, cost = graph
    node = st.integers(0, indptr.size - 2)
    source, target = data.draw(node), data.draw(node)
    to_target, _ = tree(turned_round(graph), target)
    state = ranking.allocate(indptr.size - 1, cost.size, max_paths)
    found = []
    while True:
        status = ranking.next_path(
            indptr, head, tail, cost, to_target, source, target, state
        )
        if status != ranking.OK:
            break
        arcs = tuple(ranking.last_path(state).tolist())
        found.append((float(state.total[len(found)]), arcs))
    every = twin.loopless_paths(indptr, head, cost, source, target)
    assert [total for total, _ in found] == [total for total, _ in every[:max_paths]]
    assert len(set(found)) == len(found)
    assert set(found) <= set(every)
    full = ranking.POOL_FULL if len(found) == max_paths else ranking.EXHAUSTED
    assert status == full


@given(graphs(ROUNDED), st.data())
def test_ranked_paths_rise_in_cost_within_rounding(graph, data):
    indptr, head, tail, cost = graph
    target = data.draw(st.integers(0, indptr.size - 2))
    to_target, _ = tree(turned_round(graph), target)
    state = ranking.allocate(indptr.size - 1, cost.size, MANY_PATHS)
    status = ranking.OK
    while status == ranking.OK:
        status = ranking.next_path(
            indptr, head, tail, cost, to_target, 0, target, state
        )
    totals = state.total[: state.counts[ranking.N_FOUND]]
    every = twin.loopless_paths(indptr, head, cost, 0, target)
    expected = [total for total, _ in every[:MANY_PATHS]]
    np.testing.assert_allclose(totals, expected, rtol=TOLERANCE)
    assert (totals[1:] >= totals[:-1] * (1.0 - TOLERANCE)).all()
