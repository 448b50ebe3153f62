"""Efficient paths are those that none beats among all simple paths."""

import networkx as nx
import numpy as np
import pytest

from bereket.kernels import efficient, paths
from bereket.kernels.heap import allocate_heap

N_NODES, N_CRITERIA, ROOM = 9, 3, 5_000
NO_SLACK = np.ones(N_CRITERIA)


def random_graph(seed):
    """Return tails, heads and integer costs, so that ties are exact."""
    rng = np.random.default_rng(seed)
    n_arcs = int(rng.integers(10, 26))
    ends = rng.integers(0, N_NODES, size=(n_arcs, 2))
    ends = ends[ends[:, 0] != ends[:, 1]]
    ends = np.unique(ends, axis=0)
    cost = rng.integers(0, 6, size=(len(ends), N_CRITERIA)).astype(float)
    return ends[:, 0].astype(np.int32), ends[:, 1].astype(np.int32), cost


def bounds(tail, head, cost, target):
    """Return the least cost to the target in each criterion, by the tree kernel."""
    order = np.argsort(head, kind="stable")
    indptr = np.searchsorted(head[order], np.arange(N_NODES + 1)).astype(np.int64)
    columns = []
    for column in cost.T:
        dist, pred = np.empty(N_NODES), np.empty(N_NODES, dtype=np.int32)
        back = tail[order].astype(np.int32)
        heap = allocate_heap(N_NODES)
        paths.tree(indptr, back, column[order].copy(), target, dist, pred, *heap)
        columns.append(dist)
    return np.stack(columns, axis=1)


def found(graph, slack=NO_SLACK, room=ROOM, kernel=efficient.search):
    tail, head, cost = graph
    target = N_NODES - 1
    indptr = np.searchsorted(tail, np.arange(N_NODES + 1)).astype(np.int64)
    labels = efficient.allocate(N_NODES, N_CRITERIA, room)
    bound = bounds(tail, head, cost, target)
    if not np.isfinite(bound[0, 0]):
        return efficient.OK, []
    status = kernel(indptr, head, cost, bound, 0, target, slack, labels)
    at = labels.found[: labels.counts[efficient.N_FOUND]]
    return status, sorted(map(tuple, labels.cost[at].tolist()))


def enumerated(graph):
    tail, head, cost = graph
    network = nx.DiGraph()
    network.add_nodes_from(range(N_NODES))
    for start, end, figures in zip(tail.tolist(), head.tolist(), cost, strict=True):
        network.add_edge(start, end, cost=figures)
    sums = {
        tuple(np.sum([network.edges[e]["cost"] for e in path], axis=0).tolist())
        for path in nx.all_simple_edge_paths(network, 0, N_NODES - 1)
    }

    def is_beaten(own):
        return any(
            other != own and all(a <= b for a, b in zip(other, own, strict=True))
            for other in sums
        )

    return sorted(own for own in sums if not is_beaten(own))


@pytest.mark.parametrize("seed", range(60))
def test_the_paths_are_those_that_none_beats(seed):
    graph = random_graph(seed)
    status, costs = found(graph)
    assert status == efficient.OK
    assert costs == enumerated(graph)


@pytest.mark.parametrize("seed", range(3))
def test_plain_and_compiled_agree(seed):
    graph = random_graph(seed)
    assert found(graph, kernel=efficient.search.py_func) == found(graph)


@pytest.mark.parametrize("seed", range(20))
def test_with_slack_each_path_is_nearly_as_good_as_one_found(seed):
    graph = random_graph(seed)
    slack = np.full(N_CRITERIA, 1.3)
    _, few = found(graph, slack)
    for own in enumerated(graph):
        assert any(
            all(a <= 1.3 * b for a, b in zip(other, own, strict=True)) for other in few
        )


def test_no_room_is_told_and_never_overrun():
    graph = next(
        graph for graph in map(random_graph, range(60)) if len(enumerated(graph)) > 2
    )
    status, _ = found(graph, room=4)
    assert status == efficient.FULL
