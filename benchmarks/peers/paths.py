"""Least-cost trees beside SciPy and networkx, the k cheapest paths beside networkx."""

from functools import partial
from itertools import islice

import networkx as nx
import numpy as np
from benchmarks.peers.comparison import Comparison
from benchmarks.subjects import NETWORKS
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bereket.kernels import paths, ranking
from bereket.kernels.heap import allocate_heap

N_PATHS = 40
ROUNDING = 1e-12  # sums of some 50 costs, in another order


def our_tree(name):
    """Return a function that makes the least-cost tree by our kernel."""
    return _tree(NETWORKS[name]())


def _tree(network):
    dist = np.empty(network.n_nodes)
    pred = np.empty(network.n_nodes, dtype=np.int32)
    heap = allocate_heap(network.n_nodes)
    graph = network.indptr, network.head, network.cost

    def run():
        assert paths.tree(*graph, network.source, dist, pred, *heap) == paths.OK
        return dist

    return run


def scipy_tree(name):
    """Return a function that makes it by SciPy; its matrix is made beforehand."""
    network = NETWORKS[name]()
    matrix = csr_array(
        (network.cost, network.head, network.indptr.astype(np.int32)),
        shape=(network.n_nodes, network.n_nodes),
    )

    def run():
        return dijkstra(matrix, indices=network.source, return_predecessors=True)[0]

    return run


def networkx_tree(name):
    """Return a function that makes it by networkx; its graph is made beforehand."""
    network = NETWORKS[name]()
    graph = _graph(network)
    make = nx.dijkstra_predecessor_and_distance

    def run():
        _, cost_of = make(graph, network.source, weight="weight")
        dist = np.full(network.n_nodes, np.inf)
        dist[list(cost_of)] = list(cost_of.values())
        return dist

    return run


def our_ranking(name):
    """Return a function that ranks paths by our kernel, the tree to the target too."""
    network = NETWORKS[name]()
    graph = network.indptr, network.head, network.tail, network.cost
    to_target = _tree(network.turned_round())

    def run():
        state = ranking.allocate(network.n_nodes, network.head.size, N_PATHS)
        ends = network.source, network.target
        dist = to_target()
        for _ in range(N_PATHS):
            assert ranking.next_path(*graph, dist, *ends, state) == ranking.OK
        return state.total

    return run


def networkx_ranking(name):
    """Return a function that ranks them by networkx; its graph is made beforehand."""
    network = NETWORKS[name]()
    graph = _graph(network)

    def run():
        found = nx.shortest_simple_paths(
            graph, network.source, network.target, "weight"
        )
        nodes = islice(found, N_PATHS)
        return np.array([nx.path_weight(graph, path, "weight") for path in nodes])

    return run


def _graph(network):
    """Return a network as networkx has it; of arcs between the same ends the least."""
    order = np.argsort(-network.cost, kind="stable")  # a later arc replaces an earlier
    columns = (network.tail[order], network.head[order], network.cost[order])
    graph = nx.DiGraph()
    graph.add_nodes_from(range(network.n_nodes))
    graph.add_weighted_edges_from(
        zip(*(column.tolist() for column in columns), strict=True)
    )
    return graph


same = np.testing.assert_array_equal  # all add from the root outwards
close = partial(np.testing.assert_allclose, rtol=ROUNDING)

TREE_BESIDE_SCIPY = Comparison("tree", "scipy", our_tree, scipy_tree, same)
TREE_BESIDE_NETWORKX = Comparison("tree", "networkx", our_tree, networkx_tree, same)
RANKING = Comparison("40 paths", "networkx", our_ranking, networkx_ranking, close)
