"""A repaired tree is the tree of the new costs, compiled and as written."""

import numpy as np
import pytest
from tests.reference import paths as reference

from bereket.kernels import repair as module
from bereket.kernels.heap import ABSENT, allocate_heap
from bereket.kernels.paths import tree

INF = np.inf
KERNELS = (module.repair, module._correct)  # noqa: SLF001
NETWORKS = 60


@pytest.fixture(params=["compiled", "plain"], autouse=True)
def form(request, monkeypatch):
    """Run the kernels compiled, or as written; the plain ones call one another."""
    if request.param == "plain":
        for kernel in KERNELS:
            monkeypatch.setattr(module, kernel.py_func.__name__, kernel.py_func)
    return request.param


def network(n_nodes, tail, head):
    order = np.lexsort((head, tail))
    tail, head = tail[order].astype(np.int32), head[order].astype(np.int32)
    indptr = np.searchsorted(tail, np.arange(n_nodes + 1)).astype(np.int64)
    return indptr, head, tail


def drawn(seed):
    """Draw a network, often not connected, with loops and parallel arcs."""
    rng = np.random.default_rng(seed)
    n_nodes = int(rng.integers(2, 14))
    n_arcs = int(rng.integers(1, 4 * n_nodes))
    return rng, network(n_nodes, *rng.integers(0, n_nodes, (2, n_arcs)))


def costs(rng, n_arcs, old=None):
    """Draw costs: whole, so that ties abound, some 0, some shut; or change a few."""
    cost = rng.integers(0, 9, n_arcs).astype(float)
    cost[rng.random(n_arcs) < 0.15] = INF
    return cost if old is None else np.where(rng.random(n_arcs) < 0.3, cost, old)


def fresh(graph, cost, source):
    indptr, head, _ = graph
    n_nodes = indptr.size - 1
    dist, pred = np.empty(n_nodes), np.empty(n_nodes, dtype=np.int32)
    tree(indptr, head, cost, source, dist, pred, *allocate_heap(n_nodes))
    return dist, pred


def repaired(graph, cost, source, pred):
    indptr, head, tail = graph
    scratch = module.allocate_scratch(indptr.size - 1, head.size)
    module.repair(indptr, head, tail, cost, source, pred, scratch)
    assert (scratch.key == INF).all()  # the heap is left empty
    assert (scratch.place == ABSENT).all()
    return scratch


@pytest.mark.parametrize("seed", range(NETWORKS))
def test_costs_are_those_of_a_fresh_tree_and_of_the_plain_twin(seed):
    rng, graph = drawn(seed)
    indptr, head, _ = graph
    source = int(rng.integers(indptr.size - 1))
    cost = costs(rng, head.size)
    _, pred = fresh(graph, cost, source)
    for _ in range(4):  # a tree repaired is repaired again
        cost = costs(rng, head.size, cost)
        scratch = repaired(graph, cost, source, pred)
        dist, _ = fresh(graph, cost, source)
        assert scratch.dist.tolist() == dist.tolist()
        twin = reference.least_costs(indptr.tolist(), head.tolist(), cost, source)
        assert scratch.dist.tolist() == twin


@pytest.mark.parametrize("seed", range(NETWORKS))
def test_walks_of_the_tree_cost_what_it_says(seed):
    rng, graph = drawn(seed)
    _, head, tail = graph
    cost = costs(rng, head.size)
    _, pred = fresh(graph, cost, 0)
    cost = costs(rng, head.size, cost)
    dist = repaired(graph, cost, 0, pred).dist
    for node in np.nonzero(dist < INF)[0].tolist():
        arcs = reference.walk(pred, tail, 0, node)
        assert arcs is not None
        assert cost[arcs].sum() == dist[node]
        assert len(set(arcs)) == len(arcs)
    assert pred[0] < 0


@pytest.mark.parametrize("seed", range(NETWORKS))
def test_real_costs_come_to_the_same_bits_as_a_fresh_tree(seed):
    rng, graph = drawn(seed)
    n_arcs = graph[1].size
    _, pred = fresh(graph, rng.random(n_arcs), 0)
    for _ in range(3):
        cost = rng.random(n_arcs)
        scratch = repaired(graph, cost, 0, pred)
        assert scratch.dist.tolist() == fresh(graph, cost, 0)[0].tolist()


@pytest.mark.parametrize("seed", range(NETWORKS))
def test_nodes_that_are_not_marked_keep_their_arc(seed):
    rng, graph = drawn(seed)
    cost = costs(rng, graph[1].size)
    _, pred = fresh(graph, cost, 0)
    before = pred.copy()
    scratch = repaired(graph, costs(rng, graph[1].size, cost), 0, pred)
    kept = scratch.way != module.MOVED
    assert pred[kept].tolist() == before[kept].tolist()
    assert scratch.way[0] == module.CLEAN


def test_same_costs_move_nothing():
    rng, graph = drawn(1)
    cost = costs(rng, graph[1].size)
    dist, pred = fresh(graph, cost, 0)
    before = pred.tolist()
    scratch = repaired(graph, cost, 0, pred)
    assert pred.tolist() == before
    assert scratch.dist.tolist() == dist.tolist()
    assert not (scratch.way == module.MOVED).any()


def test_no_tree_at_all_becomes_one():
    graph = network(3, np.array([0, 0, 1]), np.array([1, 2, 2]))
    pred = np.full(3, -1, dtype=np.int32)
    scratch = repaired(graph, np.array([1.0, 5.0, 2.0]), 0, pred)
    assert (scratch.dist.tolist(), pred.tolist()) == ([0.0, 1.0, 3.0], [-1, 0, 2])


def test_a_tree_whose_only_arc_is_shut_reaches_nothing():
    graph = network(2, np.array([0]), np.array([1]))
    pred = np.array([-1, 0], dtype=np.int32)
    assert repaired(graph, np.array([INF]), 0, pred).dist.tolist() == [0.0, INF]


def test_a_ring_of_free_arcs_makes_no_ring_in_the_tree():
    graph = network(3, np.array([0, 1, 2]), np.array([1, 2, 1]))
    pred = np.array([-1, 0, 1], dtype=np.int32)
    scratch = repaired(graph, np.array([5.0, 0.0, 0.0]), 0, pred)
    assert (scratch.dist.tolist(), pred.tolist()) == ([0.0, 5.0, 5.0], [-1, 0, 1])


def test_kernels_were_compiled(form):
    assert hasattr(module.repair, "signatures") == (form != "plain")
    if form != "plain":
        test_no_tree_at_all_becomes_one()
        assert module.repair.signatures
