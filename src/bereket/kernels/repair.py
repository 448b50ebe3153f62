"""An old least-cost tree made that of new costs, for less than a new tree takes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel
from bereket.kernels.heap import allocate_heap, remove_first, rise

UNKNOWN, CLEAN, MOVED = np.int8(0), np.int8(1), np.int8(2)  # is a node's way as before?


class Scratch(NamedTuple):
    """Room that one thread works in.

    Attributes
    ----------
    dist : (n_nodes,)
        Costs from the root.
    stack, way : (n_nodes,)
        Nodes on a walk; whether a node is reached as before.
    heap, key, place : arrays
        A `Heap`, empty before and after.
    arc_cost : (n_arcs,)
        Costs of one class.
    """

    dist: NDArray[np.float64]
    stack: NDArray[np.int32]
    way: NDArray[np.int8]
    heap: NDArray[np.uint32]
    key: NDArray[np.float64]
    place: NDArray[np.int32]
    arc_cost: NDArray[np.float64]


def allocate_scratch(n_nodes: int, n_arcs: int) -> Scratch:
    """Return room for one thread to work in."""
    return Scratch(
        dist=np.empty(n_nodes),
        stack=np.empty(n_nodes, dtype=np.int32),
        way=np.empty(n_nodes, dtype=np.int8),
        **allocate_heap(n_nodes)._asdict(),
        arc_cost=np.empty(n_arcs),
    )


@kernel
def repair(  # noqa: C901
    indptr: NDArray[np.int64],
    head: NDArray[np.int32],
    tail: NDArray[np.int32],
    cost: NDArray[np.float64],
    source: int,
    pred: NDArray[np.int32],
    scratch: Scratch,
) -> None:
    """Make an old tree the least-cost tree of new costs.

    Parameters
    ----------
    indptr, head, tail : arrays
        The arcs, in compressed sparse rows.
    cost : (n_arcs,)
        Cost of each arc, 0 or more.
    source : int
        Root.
    pred : (n_nodes,)
        Arc by which each node was reached; altered.
    scratch : Scratch
        `dist` is filled; `way` says which nodes are reached by another arc than before.

    Notes
    -----
    Labels along the old tree, one look at every arc for those that are cheaper, and
    correction from there by rising label. At little changed costs half the work of a
    new tree.
    """
    # house: one loop
    dist, way, stack = scratch.dist, scratch.way, scratch.stack
    n_nodes = dist.size
    dist[:] = -1.0
    way[:] = UNKNOWN
    dist[source] = 0.0
    way[source] = CLEAN
    for node in range(n_nodes):
        if dist[node] >= 0.0:
            continue
        depth = 0
        at = node
        while dist[at] < 0.0:
            if pred[at] < 0:
                dist[at] = np.inf
                break
            stack[depth] = at
            depth += 1
            at = tail[pred[at]]
        reached = dist[at]
        while depth > 0:
            depth -= 1
            at = stack[depth]
            reached += cost[pred[at]]
            dist[at] = reached
    heap, key, place = scratch.heap, scratch.key, scratch.place
    n_queued = 0
    for node in range(n_nodes):
        start = dist[node]
        for arc in range(indptr[node], indptr[node + 1]):
            to = head[arc]
            reached = start + cost[arc]
            if reached < dist[to]:
                n_queued = _correct(
                    to, arc, reached, dist, pred, way, heap, key, place, n_queued
                )
    while n_queued > 0:
        node = heap[0]
        n_queued = remove_first(heap, key, place, n_queued)
        start = dist[node]
        for arc in range(indptr[node], indptr[node + 1]):
            to = head[arc]
            reached = start + cost[arc]
            if reached < dist[to]:
                n_queued = _correct(
                    to, arc, reached, dist, pred, way, heap, key, place, n_queued
                )


@kernel
def _correct(
    node: int,
    arc: int,
    reached: float,
    dist: NDArray[np.float64],
    pred: NDArray[np.int32],
    way: NDArray[np.int8],
    heap: NDArray[np.uint32],
    key: NDArray[np.float64],
    place: NDArray[np.int32],
    n_queued: int,
) -> int:
    """Reach a node by a cheaper arc; return how many wait on the heap."""
    dist[node] = reached
    pred[node] = arc
    way[node] = MOVED
    slot = place[node]
    if slot < 0:
        slot = n_queued
        n_queued += 1
    rise(heap, key, place, slot, np.uint32(node), reached)
    return n_queued
