"""A search: the network laid out for a question, its trees, and their paths."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.graph import Graph, frozen, starts
from bereket.kernels import paths
from bereket.kernels.heap import allocate_heap

Ints = NDArray[np.int32]
Tree = tuple[NDArray[np.float64], Ints]


@dataclass(frozen=True, slots=True)
class Search:
    """A question to the network: from one vertex to another, by stages.

    With places to pass in between, the network is laid in as many stages as there are
    such places, and one; a way moves on to the next stage where it arrives at the
    stage's place.

    Attributes
    ----------
    indptr : (n_nodes + 1,) int64
        Start of each node's arcs.
    head, tail : (n_edges,) int32
        Nodes of the staged network.
    arc : (n_edges,) int32
        Arc of the graph that each edge stands for.
    back_indptr, back_head, back_edge : arrays
        The staged network with every edge reversed.
    source, target : int
        Nodes.
    """

    indptr: NDArray[np.int64]
    head: Ints
    tail: Ints
    arc: Ints
    back_indptr: NDArray[np.int64]
    back_head: Ints
    back_edge: Ints
    source: int
    target: int


def staged_search(
    graph: Graph, source: int, target: int, via_places: Sequence[int] = ()
) -> Search:
    """Lay out the network for a search that passes places in order.

    Parameters
    ----------
    graph : Graph
        The network.
    source, target : int
        Vertices.
    via_places : sequence of int
        Places to arrive at in between, in order.

    Returns
    -------
    Search
        The network itself where there is nothing to pass.
    """
    come_to = graph.vertices.place_idx[graph.arcs.head]
    stages = [come_to == place for place in via_places]
    return search_by_stages(graph, source, target, stages)


def search_by_stages(
    graph: Graph, source: int, target: int, stages: Sequence[NDArray[np.bool_]]
) -> Search:
    """Lay out the network for a search that takes one of a set of arcs at each stage.

    Parameters
    ----------
    graph : Graph
        The network.
    source, target : int
        Vertices.
    stages : sequence of (n_arcs,) bool
        Arcs that move a way on to the next stage, in order; through rates count by
        their chains.

    Returns
    -------
    Search
        The network itself where there is no stage.
    """
    arcs, n = graph.arcs, graph.n_vertices
    if not stages:
        every = np.arange(graph.n_arcs, dtype=np.int32)
        return Search(
            graph.indptr,
            arcs.head,
            arcs.tail,
            frozen(every),
            graph.back_indptr,
            graph.back_head,
            graph.back_arc,
            source,
            target,
        )
    layers = len(stages) + 1
    tails, heads = [], []
    for stage in range(layers):
        moves_on = np.zeros(graph.n_arcs, dtype=np.int64)
        wanted = stages[stage:]
        if wanted:
            moves_on[wanted[0]] = 1
        for product, chain in graph.chains.arcs_of.items():
            moves_on[product] = _stages_moved(wanted, chain.tolist())
        tails.append(arcs.tail + stage * n)
        heads.append(arcs.head + (stage + moves_on) * n)
    tail, head = np.concatenate(tails), np.concatenate(heads)
    order = np.argsort(head, kind="stable")
    return Search(
        indptr=starts(tail, layers * n),
        head=frozen(head.astype(np.int32)),
        tail=frozen(tail.astype(np.int32)),
        arc=frozen(np.tile(np.arange(graph.n_arcs, dtype=np.int32), layers)),
        back_indptr=starts(head[order], layers * n),
        back_head=frozen(tail[order].astype(np.int32)),
        back_edge=frozen(order.astype(np.int32)),
        source=source,
        target=(layers - 1) * n + target,
    )


def passes(graph: Graph, way: Ints, places: Sequence[int]) -> bool:
    """Whether a way comes to places in order, chains of through rates counted."""
    come_to = graph.arcs.end_idx
    stages = [come_to == place for place in places]
    return _stages_moved(stages, graph.chains.flat(way).tolist()) == len(places)


def _stages_moved(stages: Sequence[NDArray[np.bool_]], arcs: list[int]) -> int:
    """Return how many stages arcs in a row move a way on, one each."""
    count = 0
    for arc in arcs:
        if count < len(stages) and stages[count][arc]:
            count += 1
    return count


def tree_of(
    indptr: NDArray[np.int64], head: Ints, weight: NDArray[np.float64], source: int
) -> Tree:
    """Return the least weight to each node, and the edge by which it is reached."""
    n_nodes = indptr.size - 1
    dist, pred = np.empty(n_nodes), np.empty(n_nodes, dtype=np.int32)
    status = paths.tree(
        indptr, head, weight, source, dist, pred, *allocate_heap(n_nodes)
    )
    if status != paths.OK:
        msg = "arc weights must be 0 or more; one is negative or NaN"
        raise ValueError(msg)
    return dist, pred


def tree_from(search: Search, weight: NDArray[np.float64]) -> Tree:
    """Return the tree from the source: weight to each node, and the last edge."""
    return tree_of(search.indptr, search.head, weight, search.source)


def tree_to(search: Search, weight: NDArray[np.float64]) -> Tree:
    """Return the tree to the target: weight from each node, and the reversed edge."""
    back_weight = frozen(weight[search.back_edge])
    return tree_of(search.back_indptr, search.back_head, back_weight, search.target)


def walk(search: Search, pred: Ints, target: int) -> Ints | None:
    """Return the edges of a tree's path to a node, or None where there is none."""
    out = np.empty(search.indptr.size, dtype=np.int32)
    count = paths.walk_back(pred, search.tail, search.source, target, out)
    return out[:count].copy() if count >= 0 else None
