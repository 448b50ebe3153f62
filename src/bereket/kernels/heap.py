"""An indexed 4-ary heap in three arrays, shared by the searches.

The children of slot ``s`` are ``4 s + 1`` to ``4 s + 4``; the least key is at slot 0.
Equal keys stand in the order that the moves left them in: the same on every machine.
Keys are held slot by slot, beside the nodes, so that four siblings are read from one
place, and keys of inf stand behind the last slot, so that there are always four.

A search does not remove the node at slot 0 when it takes it up: its key stays there as
the least while newcomers rise below it. When they have, the search lets the first
newcomer of all, or else the last node of the heap, sink from slot 0. Along a line the
next station is mostly the next to settle, so this saves most of the work.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel

ABSENT = -1  # in `place`: not on the heap
PADDING = 3  # keys of inf behind the last slot
# Slots are unsigned, so that Numba need not look for a negative index.
ZERO, ONE, TWO, THREE, FOUR = (
    np.uint64(0),
    np.uint64(1),
    np.uint64(2),
    np.uint64(3),
    np.uint64(4),
)


class Heap(NamedTuple):
    """Arrays of a heap; made once, used for many searches, each leaves it empty.

    Attributes
    ----------
    heap : (n_nodes,)
        Node at each slot.
    key : (n_nodes + PADDING,)
        Key of each slot; inf where no slot is in use.
    place : (n_nodes,)
        Slot of each node; `ABSENT` when it is not on the heap.
    """

    heap: NDArray[np.uint32]
    key: NDArray[np.float64]
    place: NDArray[np.int32]


def allocate_heap(n_nodes: int) -> Heap:
    """Return an empty heap.

    Parameters
    ----------
    n_nodes : int
        Nodes are the integers from 0 to ``n_nodes - 1``.

    Returns
    -------
    Heap
        To be given to a kernel as its arguments `heap`, `key`, `place`.
    """
    return Heap(
        heap=np.zeros(n_nodes, dtype=np.uint32),
        key=np.full(n_nodes + PADDING, np.inf),
        place=np.full(n_nodes, ABSENT, dtype=np.int32),
    )


@kernel
def rise(
    heap: NDArray[np.uint32],
    key: NDArray[np.float64],
    place: NDArray[np.int32],
    slot: int,
    node: np.uint32,
    value: float,
) -> None:
    """Put a node in a slot and let it rise to where it belongs.

    Parameters
    ----------
    heap, key, place : out
        The `Heap`.
    slot : int
        The node's own slot, when its key has fallen; the first free one, when it is
        new: then one more slot is in use.
    node : int
        The node.
    value : float
        Its key.
    """
    at = np.uint64(slot)
    while at > ZERO:
        above = (at - ONE) >> TWO
        other, bound = heap[above], key[above]
        if bound <= value:
            break
        heap[at] = other
        key[at] = bound
        place[other] = at
        at = above
    heap[at] = node
    key[at] = value
    place[node] = at


@kernel
def sink(
    heap: NDArray[np.uint32],
    key: NDArray[np.float64],
    place: NDArray[np.int32],
    n_queued: int,
    node: np.uint32,
    value: float,
) -> None:
    """Put a node in slot 0 and let it sink to where it belongs.

    Parameters
    ----------
    heap, key, place : out
        The `Heap`; slot 0 is free, keys are inf from `n_queued` on.
    n_queued : int
        Slots in use, slot 0 counted.
    node : int
        The node.
    value : float
        Its key.
    """
    # The comparisons are added up, so that there is no branch to mispredict.
    end = np.uint64(n_queued)
    slot = np.uint64(0)
    below = ONE
    while below < end:
        left = below + np.uint64(key[below + ONE] < key[below])
        right = below + TWO + np.uint64(key[below + THREE] < key[below + TWO])
        least = right if key[right] < key[left] else left
        other, bound = heap[least], key[least]
        if value <= bound:
            break
        heap[slot] = other
        key[slot] = bound
        place[other] = slot
        slot = least
        below = FOUR * slot + ONE
    heap[slot] = node
    key[slot] = value
    place[node] = slot


@kernel
def remove_first(
    heap: NDArray[np.uint32],
    key: NDArray[np.float64],
    place: NDArray[np.int32],
    n_queued: int,
) -> int:
    """Take the node off slot 0 and let the last one sink from there.

    Parameters
    ----------
    heap, key, place : out
        The `Heap`.
    n_queued : int
        Slots in use before, 1 or more.

    Returns
    -------
    int
        Slots in use after.
    """
    last = n_queued - 1
    place[heap[0]] = ABSENT
    node, value = heap[last], key[last]
    key[last] = np.inf
    if last > 0:
        sink(heap, key, place, last, node, value)
    return last


@kernel
def clear(
    heap: NDArray[np.uint32],
    key: NDArray[np.float64],
    place: NDArray[np.int32],
    n_queued: int,
) -> None:
    """Empty the heap.

    Parameters
    ----------
    heap, key, place : out
        The `Heap`.
    n_queued : int
        Slots in use.
    """
    for slot in range(n_queued):
        place[heap[slot]] = ABSENT
        key[slot] = np.inf
