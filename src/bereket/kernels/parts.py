"""Parts of the set of all paths between two nodes, and the cheapest path of one.

A part holds the paths that begin like one found before, its parent, up to one node, the
spur, and leave there by an arc that no path found with this beginning has used. The
ranking of paths is made of parts; see `bereket.kernels.ranking`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel
from bereket.kernels.heap import (
    ABSENT,
    PADDING,
    allocate_heap,
    clear,
    remove_first,
    rise,
    sink,
)

NONE = -1  # parent of the part that holds every path
WAITING, DROPPED = -1, -2  # in `row`: not searched yet; cannot be among the paths asked
N_FOUND, N_HELD, N_PARTS, N_QUEUED, STAMP, N_COUNTS = 0, 1, 2, 3, 4, 5


class RankingState(NamedTuple):
    """What is known of the paths of one pair of nodes so far.

    The path of rank ``r`` (0 the cheapest) is ``arcs[r, : length[r]]`` and costs
    ``total[r]``; ``counts[N_FOUND]`` paths have been found. The rest is for the kernel.

    Attributes
    ----------
    arcs : (max_paths, max_length)
        Arc indices: first the paths found, behind them the best of those held back.
    length : (max_paths,)
        Number of arcs of each path.
    total : (max_paths,)
        Cost of each path, summed from the source.
    part : (max_paths,)
        Part that each path is the cheapest of.
    parent : (max_parts,)
        Rank of the path whose beginning a part shares.
    spur : (max_parts,)
        Arcs in that beginning.
    row : (max_parts,)
        Row of `arcs` with the cheapest path of a part, `WAITING` or `DROPPED`.
    queue, queue_key, queue_place : arrays
        Heap of parts.
    reach : (n_nodes,)
        Cost from the source in this search; -inf in the beginning, which is shut.
    pred : (n_nodes,)
        Arc by which a node is reached in this search; -1 at the spur.
    seen : (n_nodes,)
        Search that last set the two above.
    heap, key, place : arrays
        Heap of nodes.
    counts : (N_COUNTS,)
        Paths found and held back, parts made and queued, searches.
    """

    arcs: NDArray[np.int32]
    length: NDArray[np.int32]
    total: NDArray[np.float64]
    part: NDArray[np.int32]
    parent: NDArray[np.int32]
    spur: NDArray[np.int32]
    row: NDArray[np.int32]
    queue: NDArray[np.uint32]
    queue_key: NDArray[np.float64]
    queue_place: NDArray[np.int32]
    reach: NDArray[np.float64]
    pred: NDArray[np.int32]
    seen: NDArray[np.int64]
    heap: NDArray[np.uint32]
    key: NDArray[np.float64]
    place: NDArray[np.int32]
    counts: NDArray[np.int64]


def allocate(
    n_nodes: int, n_arcs: int, max_paths: int, max_length: int | None = None
) -> RankingState:
    """Return the state with which the ranking of one pair of nodes begins.

    Parameters
    ----------
    n_nodes, n_arcs : int
        Size of the graph.
    max_paths : int
        Paths that may be asked for, 1 or more.
    max_length : int, optional
        Arcs that a path may have; where it is not given, as many as a loopless path can
        have.

    Returns
    -------
    RankingState
        No path found yet.

    Notes
    -----
    Takes some ``24 * max_paths * max_length`` bytes at the most.
    """
    longest = max(0, min(n_nodes - 1, n_arcs))
    if max_length is None or max_length > longest:
        max_length = longest
    max_parts = 1 + (max_paths - 1) * max_length
    # Not filled: few of the parts that there may be are made, and untouched memory
    # costs nothing.
    parent, spur, row, queue_place = np.empty((4, max_parts), dtype=np.int32)
    queue, queue_key = np.empty(max_parts, np.uint32), np.empty(max_parts + PADDING)
    parent[0], spur[0], row[0], queue[0], queue_place[0] = NONE, 0, WAITING, 0, 0
    queue_key[0], queue_key[1 : 1 + PADDING] = 0.0, np.inf
    counts = np.zeros(N_COUNTS, dtype=np.int64)
    counts[N_PARTS] = counts[N_QUEUED] = 1
    nodes = allocate_heap(n_nodes)
    return RankingState(
        arcs=np.empty((max_paths, max_length), dtype=np.int32),
        length=np.zeros(max_paths, dtype=np.int32),
        total=np.full(max_paths, np.inf),
        part=np.zeros(max_paths, dtype=np.int32),
        parent=parent,
        spur=spur,
        row=row,
        queue=queue,
        queue_key=queue_key,
        queue_place=queue_place,
        reach=np.empty(n_nodes),
        pred=np.empty(n_nodes, dtype=np.int32),
        seen=np.zeros(n_nodes, dtype=np.int64),
        heap=nodes.heap,
        key=nodes.key,
        place=nodes.place,
        counts=counts,
    )


@kernel
def search(
    indptr: NDArray[np.int64],
    head: NDArray[np.int32],
    tail: NDArray[np.int32],
    cost: NDArray[np.float64],
    to_target: NDArray[np.float64],
    source: int,
    target: int,
    part: int,
    state: RankingState,
) -> int:
    """Find the cheapest path of a part.

    Parameters
    ----------
    indptr, head, tail, cost, to_target, source, target
        As in `next_path`.
    part : int
        The part.
    state : RankingState, out
        `reach` and `pred` lead to the target; its `seen` is old when there is no path.

    Returns
    -------
    int
        Nodes settled.
    """
    seen, reach, place = state.seen, state.reach, state.place
    state.counts[STAMP] += 1
    stamp = state.counts[STAMP]
    parent, n_before, before, spur = state.parent[part], state.spur[part], 0.0, source
    if parent >= 0:
        for step in range(n_before):
            arc = state.arcs[parent, step]
            seen[tail[arc]], reach[tail[arc]] = stamp, -np.inf
            before += cost[arc]
        spur = tail[state.arcs[parent, n_before]]
    n_settled, n_queued = 0, 0
    if to_target[spur] < np.inf:
        seen[spur], reach[spur], state.pred[spur] = stamp, before, NONE
        rise(state.heap, state.key, place, 0, np.uint32(spur), before + to_target[spur])
        n_queued = 1
    while n_queued > 0 and state.heap[0] != target:
        n_queued = expand(indptr, head, cost, to_target, part, n_queued, state)
        n_settled += 1
    clear(state.heap, state.key, place, n_queued)
    return n_settled


@kernel
def expand(
    indptr: NDArray[np.int64],
    head: NDArray[np.int32],
    cost: NDArray[np.float64],
    to_target: NDArray[np.float64],
    part: int,
    n_queued: int,
    state: RankingState,
) -> int:
    """Settle the first node of the heap and look along its arcs.

    Parameters
    ----------
    indptr, head, cost, to_target
        As in `next_path`.
    part : int
        The part that is searched.
    n_queued : int
        Nodes on the heap before, 1 or more.
    state : RankingState, out
        Changed in place.

    Returns
    -------
    int
        Nodes on the heap after.

    Notes
    -----
    The potential comes from sums in the other direction; where rounding would let an
    estimate fall below the node's own, the node's own is taken.
    """
    heap, key, place = state.heap, state.key, state.place
    seen, reach, pred, stamp = state.seen, state.reach, state.pred, state.counts[STAMP]
    at, least = heap[0], key[0]
    here, is_spur = reach[at], pred[at] < 0
    place[at] = ABSENT
    first, first_estimate = at, least  # of the newcomers; the node itself for none
    for arc in range(indptr[at], indptr[at + 1]):
        node = np.uint32(head[arc])
        reached = here + cost[arc]
        estimate = max(reached + to_target[node], least)
        if not estimate < np.inf or (is_spur and is_used(part, arc, state)):
            continue
        if seen[node] != stamp:
            seen[node], reach[node] = stamp, np.inf
        if reached < reach[node]:
            reach[node] = reached
            pred[node] = arc
            slot = place[node]
            if slot < 0:
                if first in (at, node):
                    first, first_estimate = node, estimate
                    continue
                slot = n_queued
                n_queued += 1
            rise(heap, key, place, slot, node, estimate)
        elif reached == reach[node] and here < reached and arc < pred[node]:
            pred[node] = arc
    if first == at:
        return remove_first(heap, key, place, n_queued)
    sink(heap, key, place, n_queued, first, first_estimate)
    return n_queued


@kernel
def is_used(part: int, arc: int, state: RankingState) -> bool:
    """Tell whether a path with a part's beginning has left its spur by an arc.

    Parameters
    ----------
    part : int
        The part.
    arc : int
        An arc out of its spur.
    state : RankingState
        Only read.

    Returns
    -------
    bool
        Such paths are the parent, and its parent as long as they part at this spur.
    """
    spur = state.spur[part]
    parent = state.parent[part]
    while parent >= 0:
        if state.arcs[parent, spur] == arc:
            return True
        its_part = state.part[parent]
        parent = state.parent[its_part] if state.spur[its_part] == spur else NONE
    return False
