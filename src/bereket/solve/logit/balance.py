"""Waits of a logit's full elements, each found in turn."""

from typing import Final

import numpy as np

from bereket.kernels import bregman as kernel
from bereket.kernels.delays import CONSTANT, FORM
from bereket.solve.logit.run import NO_ROOM, Run

MOST_SWEEPS: Final = 60  # before Newton's method is tried again
DAMPED: Final = 0.7  # part of the way that elements which slow go, each by itself
BALANCED: Final = 0.1  # change of a wait, as one of utility, that it takes over from


def balance(run: Run) -> None:
    """Let each full element find its own wait in turn, until all nearly fit.

    Elements that slow with load keep their time meanwhile, and then go most of the way
    to that at which it would be the one that its own load makes: all of the way, in
    one, they would overshoot, the farther the steeper they are.
    """
    holds, sets, choice = run.holds, run.choice.sets, run.choice
    (limited,) = np.nonzero(run.live & (run.room < np.inf))
    order = np.argsort(holds.resource, kind="stable")
    count = np.bincount(holds.resource, minlength=run.room.size)
    others = run.delays.background
    slows = run.live & (run.delays.curve[:, FORM] != CONSTANT)
    wait_h = run.waits()
    time_h = np.where(slows, run.hour - wait_h, run.state.delay_h)
    run.hour = time_h + wait_h
    run.refresh()
    load = run.state.load - others
    for _ in range(MOST_SWEEPS):
        change = kernel.balance(
            limited,
            np.concatenate(([0], np.cumsum(count))),
            run.path[order],
            holds.usd_per_h[order],
            holds.taken[order],
            holds.indptr,
            holds.resource,
            holds.taken,
            np.maximum(run.room - others, NO_ROOM),
            sets.pair,
            sets.indptr,
            sets.size,
            choice.theta_per_usd,
            run.problem.rows.demand,
            choice.unserved_usd_per_t,
            run.scale,
            wait_h,
            run.cost,
            run.share,
            run.flow,
            run.stay,
            load,
        )
        if change < BALANCED:
            break
    run.hour = time_h + wait_h
    run.refresh()
    (at,) = np.nonzero(slows)
    if at.size:
        rise = 1.0 - run.state.slope[at] * np.diag(run.response(at))
        run.hour[at] += DAMPED * (run.state.delay_h - time_h)[at] / rise
        run.refresh()
