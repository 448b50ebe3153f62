"""Flow shifted from dearer paths to cheaper ones, under tolls on arcs too full.

An arc of room ``r``, flow ``x`` takes the toll ``max(0, price + stiffness (x - r))``,
the marginal cost of the augmented Lagrangian of ``x <= r``. What cannot go is held as a
path of no arcs at a cost of its own, `LEFT`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel
from bereket.kernels.pool import NONE, SAME, Pool, path_cost

LEFT = -1  # the path of what cannot go
NEAR = 1e-3  # a shift is good enough when this share of the difference is left
MAX_TRIALS = 8  # of the length of a shift


class Arcs(NamedTuple):
    """What is known of arcs, each (n_arcs,).

    Attributes
    ----------
    room : (n_arcs,)
        Capacity; inf where there is no limit.
    stiffness : (n_arcs,)
        Toll for each unit of flow beyond the room, above 0.
    price, load, toll : (n_arcs,)
        Price to start from, flow, and the toll that follows from the two.
    """

    room: NDArray[np.float64]
    stiffness: NDArray[np.float64]
    price: NDArray[np.float64]
    load: NDArray[np.float64]
    toll: NDArray[np.float64]


class Scratch(NamedTuple):
    """Room to hold two paths against each other, each (n_arcs,) but `stamp`.

    Attributes
    ----------
    mark, stamp : (n_arcs,), (1,)
        Last comparison that each arc was part of, and the last there was.
    arc, sign : (n_arcs,)
        Arcs on one of the two only: 1 on the path that gains, -1 on the one that loses.
    """

    mark: NDArray[np.int64]
    stamp: NDArray[np.int64]
    arc: NDArray[np.int32]
    sign: NDArray[np.float64]


def allocate_scratch(n_arcs: int) -> Scratch:
    """Return scratch for arcs from 0 to ``n_arcs - 1``."""
    return Scratch(
        mark=np.zeros(n_arcs, dtype=np.int64),
        stamp=np.zeros(1, dtype=np.int64),
        arc=np.empty(n_arcs, dtype=np.int32),
        sign=np.empty(n_arcs),
    )


@kernel
def balance(
    pool: Pool,
    arcs: Arcs,
    left: NDArray[np.float64],
    left_cost: NDArray[np.float64],
    begin: int,
    end: int,
    scratch: Scratch,
) -> float:
    """Shift the flow of some commodities from dearer paths to the cheapest of each.

    One commodity after the other, each at the tolls that those before it left behind.

    Parameters
    ----------
    pool : Pool, out
        Flows are altered, paths are not.
    arcs : Arcs, out
        `load` and `toll` follow the flows.
    left : (n_commodities,), out
        What does not go.
    left_cost : (n_commodities,)
        Cost of a unit of it.
    begin, end : int
        Commodities `begin` to ``end - 1``.
    scratch : Scratch
        Any.

    Returns
    -------
    float
        Flow times cost by which paths were dearer than the cheapest, before.
    """
    excess = 0.0
    for each in range(begin, end):
        best, least = LEFT, left_cost[each]
        most = left_cost[each] if left[each] > 0.0 else 0.0
        path = pool.first[each]
        while path != NONE:
            total = path_cost(pool, arcs.toll, path)
            if total < least:
                best, least = path, total
            if pool.flow[path] > 0.0:
                most = max(most, total)
            path = pool.follows[path]
        if most - least <= SAME * least:
            continue
        path = pool.first[each]
        while path != NONE:
            if path != best and pool.flow[path] > 0.0:
                excess += shift(pool, arcs, left, left_cost, each, path, best, scratch)
            path = pool.follows[path]
        if best != LEFT and left[each] > 0.0:
            excess += shift(pool, arcs, left, left_cost, each, LEFT, best, scratch)
    return excess


@kernel
def shift(
    pool: Pool,
    arcs: Arcs,
    left: NDArray[np.float64],
    left_cost: NDArray[np.float64],
    commodity: int,
    path: int,
    best: int,
    scratch: Scratch,
) -> float:
    """Shift flow from a path to a cheaper one until they cost the same.

    Parameters
    ----------
    pool, arcs, left, left_cost : out
        As for `balance`.
    commodity, path, best : int
        Whose flow, from which path, to which; either may be `LEFT`.
    scratch : Scratch
        Any.

    Returns
    -------
    float
        Flow times difference of cost, before.
    """
    has: float = left[commodity] if path == LEFT else pool.flow[path]
    apart = left_cost[commodity] if path == LEFT else pool.cost[path]
    apart -= left_cost[commodity] if best == LEFT else pool.cost[best]
    n_differ = differ(pool, path, best, scratch)
    gain = gain_after(0.0, apart, arcs, scratch, n_differ)
    if gain <= 0.0:
        return 0.0
    moved = length_of_shift(has, gain, apart, arcs, scratch, n_differ)
    if path == LEFT:
        left[commodity] = has - moved
    else:
        pool.flow[path] = has - moved
    if best == LEFT:
        left[commodity] += moved
    else:
        pool.flow[best] += moved
    for slot in range(n_differ):
        arc = scratch.arc[slot]
        arcs.load[arc] += scratch.sign[slot] * moved
        beyond = arcs.load[arc] - arcs.room[arc]
        arcs.toll[arc] = max(0.0, arcs.price[arc] + arcs.stiffness[arc] * beyond)
    return gain * has


@kernel
def differ(pool: Pool, path: int, best: int, scratch: Scratch) -> int:
    """Fill the scratch with the watched arcs of one path only; return how many."""
    on_best, on_both = scratch.stamp[0] + 1, scratch.stamp[0] + 2
    scratch.stamp[0] += 2
    begin, end = 0, 0
    if best != LEFT:
        begin, end = pool.watched_start[best], pool.watched_start[best + 1]
    for slot in range(begin, end):
        scratch.mark[pool.watched_arc[slot]] = on_best
    count = 0
    if path != LEFT:
        for slot in range(pool.watched_start[path], pool.watched_start[path + 1]):
            arc = pool.watched_arc[slot]
            if scratch.mark[arc] == on_best:
                scratch.mark[arc] = on_both
                continue
            scratch.arc[count], scratch.sign[count] = arc, -1.0
            count += 1
    for slot in range(begin, end):
        arc = pool.watched_arc[slot]
        if scratch.mark[arc] == on_best:
            scratch.arc[count], scratch.sign[count] = arc, 1.0
            count += 1
    return count


@kernel
def gain_after(
    moved: float, apart: float, arcs: Arcs, scratch: Scratch, n_differ: int
) -> float:
    """Return how much dearer the path that loses is, once flow has moved."""
    gain = apart
    for slot in range(n_differ):
        arc, sign = scratch.arc[slot], scratch.sign[slot]
        beyond = arcs.load[arc] + sign * moved - arcs.room[arc]
        toll = arcs.price[arc] + arcs.stiffness[arc] * beyond
        if toll > 0.0:
            gain -= sign * toll
    return gain


@kernel
def length_of_shift(
    has: float, gain: float, apart: float, arcs: Arcs, scratch: Scratch, n_differ: int
) -> float:
    """Return how much to move: all, or as much as makes both cost about the same.

    The gain falls with each unit, in straight pieces: the Illinois method finds its
    root, or comes near.
    """
    low, high = 0.0, has
    above, below = gain, gain_after(has, apart, arcs, scratch, n_differ)
    if below >= 0.0:
        return has
    moved = 0.0
    for _ in range(MAX_TRIALS):
        moved = low + (high - low) * above / (above - below)
        now = gain_after(moved, apart, arcs, scratch, n_differ)
        if abs(now) <= NEAR * gain:
            break
        if now > 0.0:
            low, above, below = moved, now, 0.5 * below
        else:
            high, below, above = moved, now, 0.5 * above
    return moved
