"""Waits of full resources in a logit, each set in turn so that its own load fits.

Pairs, paths and holds as in `kernels.logit`. Beside them the paths that pass a resource
lie side by side, in rising order: resource ``r`` has entries ``on_indptr[r]`` to
``on_indptr[r + 1] - 1``.
"""

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel
from bereket.kernels.logit import split_pair

BOLD = 5.0  # largest change of a utility in one step
EXACT = 1e-10  # of the logarithm of a load, from which it fits
STEPS = 30


@kernel
def load_on(
    first: int,
    last: int,
    on_path: NDArray[np.int32],
    on_usd: NDArray[np.float64],
    on_taken: NDArray[np.float64],
    more_h: float,
    pair_of: NDArray[np.int32],
    indptr: NDArray[np.int64],
    cost: NDArray[np.float64],
    size: NDArray[np.float64],
    theta: NDArray[np.float64],
    demand: NDArray[np.float64],
    unserved_usd: NDArray[np.float64],
    share: NDArray[np.float64],
    flow: NDArray[np.float64],
    stay: NDArray[np.float64],
) -> tuple[float, float]:
    """Return load and slope of one resource if an hour there were some hours more.

    Parameters
    ----------
    first, last : int
        The resource's entries of `on_path`, `on_usd`, `on_taken`: paths that pass it,
        in rising order, what an hour costs them and what a tonne of them takes.
    more_h : float
        Hours more; `cost` is left raised by them, and the pairs split by it.
    pair_of, indptr, cost, size, theta, demand, unserved_usd, share, flow, stay
        As in `split`.

    Returns
    -------
    tuple of float
        Load, background apart, and its change for an hour more, below 0.
    """
    for at in range(first, last):
        cost[on_path[at]] += on_usd[at] * more_h
    load, slope = 0.0, 0.0
    at = first
    while at < last:
        pair = pair_of[on_path[at]]
        stay[pair] = split_pair(
            indptr[pair],
            indptr[pair + 1],
            cost,
            size,
            theta[pair],
            demand[pair],
            unserved_usd[pair],
            share,
            flow,
        )
        taken, felt, both = 0.0, 0.0, 0.0
        while at < last and pair_of[on_path[at]] == pair:
            path = on_path[at]
            part = flow[path] * on_taken[at]
            taken += part
            felt += share[path] * on_usd[at]
            both += part * on_usd[at]
            at += 1
        load += taken
        slope -= theta[pair] * (both - (taken * felt if stay[pair] == 0.0 else 0.0))
    return load, slope


@kernel
def balance(  # noqa: C901 a sweep reads better in one piece
    limited: NDArray[np.int64],
    on_indptr: NDArray[np.int64],
    on_path: NDArray[np.int32],
    on_usd: NDArray[np.float64],
    on_taken: NDArray[np.float64],
    hold_indptr: NDArray[np.int64],
    hold_resource: NDArray[np.int32],
    hold_taken: NDArray[np.float64],
    room: NDArray[np.float64],
    pair_of: NDArray[np.int32],
    indptr: NDArray[np.int64],
    size: NDArray[np.float64],
    theta: NDArray[np.float64],
    demand: NDArray[np.float64],
    unserved_usd: NDArray[np.float64],
    scale_h: NDArray[np.float64],
    wait_h: NDArray[np.float64],
    cost: NDArray[np.float64],
    share: NDArray[np.float64],
    flow: NDArray[np.float64],
    stay: NDArray[np.float64],
    load: NDArray[np.float64],
) -> float:
    """Set the wait of each limited resource in turn so that its own load just fits.

    Parameters
    ----------
    limited : (n_limited,)
        Resources with a hard limit that some path passes.
    on_indptr, on_path, on_usd, on_taken
        Paths that pass each resource; see `load_on`.
    hold_indptr, hold_resource, hold_taken
        As in `fill_loads`.
    room : (n_resources,)
        Limits, background taken off.
    pair_of, indptr, size, theta, demand, unserved_usd
        As in `split`.
    scale_h : (n_resources,)
        Hours that change a utility by 1 at the most.
    wait_h, cost, share, flow, stay, load : in and out
        Waits, and what follows from them; `load` without background.

    Returns
    -------
    float
        Largest change of a wait in its scale.

    Notes
    -----
    Bregman's method: the dual is raised along one coordinate at a time, each step an
    exact projection, here by Newton's method in the logarithm of the load, which a
    logit makes nearly straight.

    References
    ----------
    .. [1] Bregman, L. (1967). The relaxation method of finding the common point of
       convex sets. *USSR Computational Mathematics* 7(3).
    """
    # house: one loop
    largest = 0.0
    before = np.empty(flow.size)
    for number in range(limited.size):
        at = limited[number]
        if load[at] <= room[at] and wait_h[at] == 0.0:
            continue
        first, last = on_indptr[at], on_indptr[at + 1]
        for entry in range(first, last):
            pair = pair_of[on_path[entry]]
            for path in range(indptr[pair], indptr[pair + 1]):
                before[path] = flow[path]
        start = wait_h[at]
        here, move = start, 0.0
        for step in range(STEPS):
            now, slope = load_on(
                first,
                last,
                on_path,
                on_usd,
                on_taken,
                move,
                pair_of,
                indptr,
                cost,
                size,
                theta,
                demand,
                unserved_usd,
                share,
                flow,
                stay,
            )
            gap = np.log(max(now, 1e-300) / room[at])
            fits = abs(gap) < EXACT or (gap <= 0.0 and here == 0.0)
            if fits or step == STEPS - 1:
                break
            bold = BOLD * scale_h[at]
            move = bold if gap > 0.0 else -bold
            if slope < 0.0:
                move = min(max(-gap * now / slope, -bold), bold)
            move = max(move, -here)
            here += move
        wait_h[at] = here
        largest = max(largest, abs(here - start) / scale_h[at])
        done = -1
        for entry in range(first, last):
            pair = pair_of[on_path[entry]]
            if pair == done:
                continue
            done = pair
            for path in range(indptr[pair], indptr[pair + 1]):
                more = flow[path] - before[path]
                if more != 0.0:
                    for hold in range(hold_indptr[path], hold_indptr[path + 1]):
                        load[hold_resource[hold]] += more * hold_taken[hold]
    return largest
