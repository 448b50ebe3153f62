"""The k cheapest loopless paths, one at a time.

Yen's method with Lawler's partition. Each path found splits the paths not yet found
that share its beginning into parts: those that follow its parent and it up to one node,
the spur, and leave there by an arc that no path with this beginning has used. The parts
do not overlap, so no path comes twice. A part waits in a queue by a lower bound, the
least cost of its arcs out of the spur and on to the target; when it comes first it is
searched, by A* with the exact cost to the target as potential; when it comes first
again, its path is the next cheapest. Parts that never come first are never searched.

References
----------
.. [1] Yen, J. (1971). Finding the k shortest loopless paths in a network. *Management
   Science* 17(11), 712-716.
.. [2] Lawler, E. (1972). A procedure for computing the k best solutions to discrete
   optimization problems. *Management Science* 18(7), 401-405.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel
from bereket.kernels.heap import PADDING, remove_first, rise, sink
from bereket.kernels.parts import (
    DROPPED,
    N_FOUND,
    N_HELD,
    N_PARTS,
    N_QUEUED,
    STAMP,
    WAITING,
    RankingState,
    allocate,
    is_used,
    search,
)

__all__ = [
    "EXHAUSTED",
    "N_FOUND",
    "OK",
    "POOL_FULL",
    "TOO_LONG",
    "RankingState",
    "allocate",
    "last_path",
    "next_path",
]

OK, EXHAUSTED, POOL_FULL, TOO_LONG = 0, 1, 2, 3
PAUSED = 4  # between kernel and `next_path` only
SETTLED_LIMIT: Final = 200_000  # nodes before the kernel returns: some 0.05 s


def next_path(
    indptr: NDArray[np.int64],
    head: NDArray[np.int32],
    tail: NDArray[np.int32],
    cost: NDArray[np.float64],
    to_target: NDArray[np.float64],
    source: int,
    target: int,
    state: RankingState,
) -> int:
    """Find the next cheapest loopless path; `last_path` gives it.

    The arrays, the source and the target must be the same in all calls with one state.

    Parameters
    ----------
    indptr : (n_nodes + 1,)
        Start of each node's outgoing arcs.
    head, tail : (n_arcs,)
        Node index at the end and at the start of each arc.
    cost : (n_arcs,)
        Cost of each arc, 0 or more, as `paths.tree` has checked; inf where it is shut.
    to_target : (n_nodes,)
        Least cost from each node to the target: `paths.tree` on the graph with its arcs
        turned round.
    source, target : int
        First and last node of the paths.
    state : RankingState, out
        As `allocate` made it, or as the last call left it.

    Returns
    -------
    int
        `OK`: one more path. `EXHAUSTED`: there are no more. `POOL_FULL`: `max_paths`
        have been found. `TOO_LONG`: the next path has more than `max_length` arcs; so
        it stays with every further call.

    Notes
    -----
    Paths come in order of cost, up to the rounding of its sum. Parallel arcs make
    different paths. Which of two equally dear paths comes first follows from the order
    of arcs and nodes alone, and is the same on every machine.

    Examples
    --------
    Two arcs side by side, at 3 and 2 USD/t:

    >>> indptr, cost = np.array([0, 2, 2]), np.array([3.0, 2.0])
    >>> tail, head = np.array([[0, 0], [1, 1]], dtype=np.int32)
    >>> state = allocate(n_nodes=2, n_arcs=2, max_paths=5)
    >>> graph = indptr, head, tail, cost, np.array([2.0, 0.0]), 0, 1
    >>> while next_path(*graph, state) == OK:
    ...     print(last_path(state), state.total[state.counts[N_FOUND] - 1])
    [1] 2.0
    [0] 3.0
    """
    status = PAUSED
    while status == PAUSED:  # back in Python at each turn, so that Ctrl-C works
        status = advance(indptr, head, tail, cost, to_target, source, target, state)
    return status


def last_path(state: RankingState) -> NDArray[np.int32]:
    """Return the arcs of the path found last, in order from source to target.

    Parameters
    ----------
    state : RankingState
        After `next_path` has returned `OK` once or more.

    Returns
    -------
    (length,)
        Arc indices; a copy.
    """
    rank = int(state.counts[N_FOUND]) - 1
    if rank < 0:
        msg = "no path has been found yet; call next_path first"
        raise ValueError(msg)
    return state.arcs[rank, : state.length[rank]].copy()


@kernel
def advance(
    indptr: NDArray[np.int64],
    head: NDArray[np.int32],
    tail: NDArray[np.int32],
    cost: NDArray[np.float64],
    to_target: NDArray[np.float64],
    source: int,
    target: int,
    state: RankingState,
) -> int:
    """Search for the next path until it is found or much work has been done.

    Parameters
    ----------
    indptr, head, tail, cost, to_target, source, target
        As in `next_path`.
    state : RankingState, out
        Changed in place.

    Returns
    -------
    int
        As `next_path`, or `PAUSED` when `SETTLED_LIMIT` nodes have been settled.
    """
    counts, heap = state.counts, (state.queue, state.queue_key, state.queue_place)
    if counts[N_FOUND] == state.length.size:
        return POOL_FULL
    n_settled = 0
    while counts[N_QUEUED] > 0:
        part, row = heap[0][0], state.row[heap[0][0]]
        if row >= 0:
            if state.length[row] > state.arcs.shape[1]:
                return TOO_LONG
            counts[N_QUEUED] = remove_first(*heap, counts[N_QUEUED])
            accept(row, state)
            divide(indptr, head, tail, cost, to_target, state)
            return OK
        total = np.inf
        if row == WAITING:
            if n_settled > SETTLED_LIMIT:
                return PAUSED
            n_settled += search(
                indptr, head, tail, cost, to_target, source, target, part, state
            )
            if state.seen[target] == counts[STAMP]:
                total = state.reach[target]
        if total < np.inf and hold(tail, target, part, total, state):
            sink(*heap, counts[N_QUEUED], part, max(total, heap[1][0]))
        else:
            counts[N_QUEUED] = remove_first(*heap, counts[N_QUEUED])
    return EXHAUSTED


@kernel
def hold(
    tail: NDArray[np.int32], target: int, part: int, total: float, state: RankingState
) -> bool:
    """Keep the path that a search has found until it comes first, if it can.

    Parameters
    ----------
    tail, target
        As in `next_path`.
    part : int
        The part that was searched.
    total : float
        Cost of the path.
    state : RankingState, out
        Changed in place.

    Returns
    -------
    bool
        False when as many cheaper ones are held as may still be asked for.
    """
    row = state.counts[N_FOUND] + state.counts[N_HELD]
    if row < state.length.size:
        state.counts[N_HELD] += 1
    else:
        row = state.counts[N_FOUND]
        for other in range(row + 1, state.length.size):
            if state.total[other] >= state.total[row]:
                row = other
        if total >= state.total[row]:
            return False
        state.row[state.part[row]] = DROPPED
    n_before, length, node = state.spur[part], state.spur[part], target
    while state.pred[node] >= 0:
        length += 1
        node = tail[state.pred[node]]
    state.row[part], state.part[row] = row, part
    state.length[row], state.total[row] = length, total
    if length <= state.arcs.shape[1]:
        for step in range(n_before):
            state.arcs[row, step] = state.arcs[state.parent[part], step]
        node = target
        for step in range(length - 1, n_before - 1, -1):
            state.arcs[row, step] = state.pred[node]
            node = tail[state.pred[node]]
    return True


@kernel
def accept(row: int, state: RankingState) -> None:
    """Move a path that is held to the end of the paths found.

    Parameters
    ----------
    row : int
        Its row.
    state : RankingState, out
        The first path held changes places with it.
    """
    arcs, length, total, part = state.arcs, state.length, state.total, state.part
    rank = state.counts[N_FOUND]
    state.counts[N_FOUND] += 1
    state.counts[N_HELD] -= 1
    state.row[part[rank]], state.row[part[row]] = row, rank
    part[rank], part[row] = part[row], part[rank]
    total[rank], total[row] = total[row], total[rank]
    length[rank], length[row] = length[row], length[rank]
    for step in range(min(max(length[rank], length[row]), arcs.shape[1])):
        arcs[rank, step], arcs[row, step] = arcs[row, step], arcs[rank, step]


@kernel
def divide(
    indptr: NDArray[np.int64],
    head: NDArray[np.int32],
    tail: NDArray[np.int32],
    cost: NDArray[np.float64],
    to_target: NDArray[np.float64],
    state: RankingState,
) -> None:
    """Queue the parts into which the path found last splits the part it came from.

    Parameters
    ----------
    indptr, head, tail, cost, to_target
        As in `next_path`.
    state : RankingState, out
        Changed in place.

    Notes
    -----
    One part for each node of the path from its own spur on. Its bound is the cost up to
    the node, and of the arcs that are left the least sum of its cost and that from its
    head to the target.
    """
    counts, seen = state.counts, state.seen
    if counts[N_FOUND] == state.length.size:
        return
    counts[STAMP] += 1
    rank = counts[N_FOUND] - 1
    first_spur, before = state.spur[state.part[rank]], 0.0
    for step in range(state.length[rank]):
        at, part, bound = tail[state.arcs[rank, step]], counts[N_PARTS], np.inf
        seen[at] = counts[STAMP]
        state.reach[at] = -np.inf
        state.parent[part], state.spur[part], state.row[part] = rank, step, WAITING
        if step >= first_spur:
            for arc in range(indptr[at], indptr[at + 1]):
                estimate = before + cost[arc] + to_target[head[arc]]
                if estimate >= bound or seen[head[arc]] == counts[STAMP]:
                    continue
                if not is_used(part, arc, state):
                    bound = estimate
        if bound < np.inf:
            counts[N_PARTS] += 1
            rise(
                state.queue,
                state.queue_key,
                state.queue_place,
                counts[N_QUEUED],
                np.uint32(part),
                bound,
            )
            counts[N_QUEUED] += 1
            state.queue_key[counts[N_QUEUED] + PADDING - 1] = np.inf
        before += cost[state.arcs[rank, step]]
