"""Ours and the peers', each as a function without arguments, ready to be timed.

Each pair gives the same answer; `benchmarks/phases` asserts it.
"""

from itertools import islice

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bereket.kernels import paths, ranking
from bereket.kernels.heap import allocate_heap


def our_tree(network):
    """Return a function that makes the least-cost tree by our kernel."""
    dist = np.empty(network.n_nodes)
    pred = np.empty(network.n_nodes, dtype=np.int32)
    heap = allocate_heap(network.n_nodes)
    graph = network.indptr, network.head, network.cost

    def run():
        assert paths.tree(*graph, network.source, dist, pred, *heap) == paths.OK
        return dist

    return run


def scipy_tree(network):
    """Return a function that makes it by SciPy; its matrix is made beforehand."""
    matrix = csr_array(
        (network.cost, network.head, network.indptr.astype(np.int32)),
        shape=(network.n_nodes, network.n_nodes),
    )

    def run():
        return dijkstra(matrix, indices=network.source, return_predecessors=True)[0]

    return run


def our_ranking(network, n_paths):
    """Return a function that ranks paths by our kernel, the tree to the target too."""
    graph = network.indptr, network.head, network.tail, network.cost
    to_target = our_tree(network.turned_round())

    def run():
        state = ranking.allocate(network.n_nodes, network.head.size, n_paths)
        ends = network.source, network.target
        dist = to_target()
        for _ in range(n_paths):
            assert ranking.next_path(*graph, dist, *ends, state) == ranking.OK
        return state.total

    return run


def networkx_ranking(network, n_paths):
    """Return a function that ranks them by networkx; its graph is made beforehand."""
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(
        zip(network.tail.tolist(), network.head.tolist(), network.cost, strict=True)
    )

    def run():
        found = nx.shortest_simple_paths(
            graph, network.source, network.target, "weight"
        )
        nodes = islice(found, n_paths)
        return np.array([nx.path_weight(graph, path, "weight") for path in nodes])

    return run
