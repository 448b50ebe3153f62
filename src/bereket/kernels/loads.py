"""What resources carry, and the delay that follows from it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel
from bereket.kernels.delays import delay


class Delays(NamedTuple):
    """How resources delay what takes them.

    Attributes
    ----------
    curve : (n_resources, 8)
        Form, parameters and limit of each; columns as in `kernels.delays`.
    table_h : (n_tables, n_points)
        Tables of waits.
    background : (n_resources,)
        Load that is always there.
    is_system : bool
        Whether the marginal time of all stands for the time.
    """

    curve: NDArray[np.float64]
    table_h: NDArray[np.float64]
    background: NDArray[np.float64]
    is_system: bool


class State(NamedTuple):
    """What resources carry, and what follows from it.

    Attributes
    ----------
    load : (n_resources,)
        Whole load, background counted.
    delay_h, slope : (n_resources,)
        Hours at that load, and how they rise.
    """

    load: NDArray[np.float64]
    delay_h: NDArray[np.float64]
    slope: NDArray[np.float64]


def allocate_state(n_resources: int) -> State:
    """Return arrays for the loads of resources, not filled."""
    return State(*(np.empty(n_resources) for _ in State._fields))


@kernel
def refresh(delays: Delays, state: State) -> None:
    """Work out the delay of every resource at its load."""
    curve, table_h, is_system = delays.curve, delays.table_h, delays.is_system
    load, delay_h, slope = state.load, state.delay_h, state.slope
    for at in range(load.size):
        delay_h[at], slope[at] = delay(curve, table_h, is_system, at, load[at])
