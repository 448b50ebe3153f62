"""Newton's method in the hours of a logit's elements, waits of full ones among them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.delays import CONSTANT, FORM
from bereket.solve.logit.run import NO_ROOM, Run

Floats = NDArray[np.float64]
SHORTEST: Final = 2.0**-8  # part of a step below which elements are balanced instead
DESCENT: Final = 1e-4
RIDGE: Final = 1e-13  # elements that the same cargo fills make equations alike
LEAST_LOAD: Final = 1e-6  # of the room: less load is as good as none
NEARLY_FULL: Final = 0.9


def working(run: Run) -> NDArray[np.intp]:
    """Return the elements that a step moves: not those with room to spare."""
    bends = run.delays.curve[:, FORM] != CONSTANT
    fills = run.state.load > NEARLY_FULL * run.room
    waits = run.hour > run.state.delay_h
    (found,) = np.nonzero(run.live & (bends | fills | waits))
    return found


def residual(run: Run, at: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
    """Return what elements miss, and its slopes in the wait and in the load.

    Notes
    -----
    ``a + b - sqrt(a^2 + b^2)`` [1]_ of the wait a, as a change of utility, and of
    the logarithm b of room over load, which a logit makes nearly straight in the
    wait: 0 where neither is below 0 and one of them is 0, and, unlike the smaller
    of the two, smooth where they change place.

    References
    ----------
    .. [1] Fischer, A. (1992). A special Newton-type optimization method.
       *Optimization* 24.
    """
    scale, others = run.scale[at], run.delays.background[at]
    wait = (run.hour[at] - run.state.delay_h[at]) / scale
    limited = run.room[at] < np.inf
    room = np.where(limited, np.maximum(run.room[at] - others, NO_ROOM), 1.0)
    load = np.maximum(run.state.load[at] - others, LEAST_LOAD * room)
    left = np.log(room / load)
    length = np.hypot(wait, left)
    missed = np.where(limited, wait + left - length, wait)
    length = np.where(length > 0.0, length, 1.0)
    of_wait = np.where(limited, 1.0 - wait / length, 1.0) / scale
    of_load = np.where(limited, -(1.0 - left / length) / load, 0.0)
    return missed, of_wait, of_load


def jacobian(run: Run, at: NDArray[np.intp]) -> Floats:
    """Return how the residual of elements answers to their hours."""
    _, of_wait, of_load = residual(run, at)
    weight = of_load - of_wait * run.state.slope[at]
    found: Floats = weight[:, None] * run.response(at)
    found[np.arange(at.size), np.arange(at.size)] += of_wait
    return found


def step(run: Run) -> bool:
    """Go one step of Newton's method; False where nothing gets nearer."""
    at = working(run)
    missed, _, _ = residual(run, at)
    slopes = jacobian(run, at)
    steepest = float(np.abs(np.diag(slopes)).max(initial=0.0))
    slopes[np.arange(at.size), np.arange(at.size)] += RIDGE * max(steepest, RIDGE)
    try:
        way = np.linalg.solve(slopes, -missed)
    except np.linalg.LinAlgError:
        way = np.linalg.lstsq(slopes, -missed, rcond=None)[0]
    before, first = float(missed @ missed), run.hour[at].copy()
    length = 1.0
    while length >= SHORTEST:
        run.hour[at] = first + length * way
        run.refresh()
        now = residual(run, at)[0]
        if float(now @ now) <= (1.0 - DESCENT * length) * before:
            return True
        length *= 0.5
    run.hour[at] = first
    run.refresh()
    return False
