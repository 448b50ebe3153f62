"""The same paths by networkx."""

from itertools import islice

import networkx as nx
import numpy as np
import pytest

from bereket.kernels import paths, ranking
from bereket.kernels.heap import allocate_heap

# Sums of at most 60 costs of about 10, in another order: rounding stays far below.
TOLERANCE = 1e-10
SEEDS = range(12)
PATHS = 25


def arrays(tail, head, cost, n_nodes):
    order = np.argsort(tail, kind="stable")
    indptr = np.searchsorted(tail[order], np.arange(n_nodes + 1)).astype(np.int64)
    return (
        indptr,
        head[order].astype(np.int32),
        tail[order].astype(np.int32),
        cost[order],
    )


def costs_from(graph, source):
    indptr, head, _, cost = graph
    n_nodes = indptr.size - 1
    dist, pred = np.empty(n_nodes), np.empty(n_nodes, dtype=np.int32)
    status = paths.tree(indptr, head, cost, source, dist, pred, *allocate_heap(n_nodes))
    assert status == paths.OK
    return dist


def random_arcs(seed, n_nodes, n_arcs):
    rng = np.random.default_rng(seed)
    tail, head = rng.integers(0, n_nodes, (2, n_arcs))
    return tail, head, rng.uniform(0.0, 10.0, n_arcs)


def simple_arcs(seed, n_nodes, n_arcs):
    """Return arcs without parallels and loops: networkx ranks simple graphs only."""
    tail, head, cost = random_arcs(seed, n_nodes, n_arcs)
    _, once = np.unique(tail * n_nodes + head, return_index=True)
    once = once[tail[once] != head[once]]
    return tail[once], head[once], cost[once]


@pytest.mark.parametrize("seed", SEEDS)
def test_least_costs_agree_with_networkx(seed):
    n_nodes = 80
    tail, head, cost = random_arcs(seed, n_nodes, 200)
    peer = nx.MultiDiGraph()
    peer.add_nodes_from(range(n_nodes))
    peer.add_weighted_edges_from(zip(tail, head, cost, strict=True))
    expected = np.full(n_nodes, np.inf)
    for node, value in nx.shortest_path_length(peer, 0, weight="weight").items():
        expected[node] = value
    found = costs_from(arrays(tail, head, cost, n_nodes), 0)
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE)


@pytest.mark.parametrize("seed", SEEDS)
def test_costs_of_the_cheapest_loopless_paths_agree_with_networkx(seed):
    n_nodes, source, target = 60, 0, 59
    tail, head, cost = simple_arcs(seed, n_nodes, 240)
    graph = arrays(tail, head, cost, n_nodes)
    to_target = costs_from(arrays(head, tail, cost, n_nodes), target)
    peer = nx.DiGraph()
    peer.add_nodes_from(range(n_nodes))
    peer.add_weighted_edges_from(zip(tail, head, cost, strict=True))
    expected = [
        nx.path_weight(peer, nodes, "weight")
        for nodes in islice(
            nx.shortest_simple_paths(peer, source, target, "weight"), PATHS
        )
    ]
    state = ranking.allocate(n_nodes, tail.size, PATHS)
    for rank in range(PATHS):
        status = ranking.next_path(*graph, to_target, source, target, state)
        assert status == ranking.OK
        arcs = ranking.last_path(state)
        nodes = [source, *graph[1][arcs].tolist()]
        assert nx.is_simple_path(peer, nodes)
        assert nodes[-1] == target
        assert state.total[rank] == pytest.approx(expected[rank], rel=TOLERANCE)
    assert ranking.next_path(*graph, to_target, source, target, state) == (
        ranking.POOL_FULL
    )
