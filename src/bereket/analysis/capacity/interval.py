"""The interval of a largest flow, from those of the capacities that it rests on."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from bereket.analysis.capacity.programme import DAYS_PER_YEAR, Programme
from bereket.solve.largest import Flow

CRUMB: Final = 1e-9


def flow_interval(programme: Programme, flow: Flow) -> tuple[float, float | None]:
    """Return the low and high end of the largest flow of both directions.

    Parameters
    ----------
    programme : Programme
        The programme under its capacities.
    flow : Flow
        Its largest flow.

    Returns
    -------
    tuple of float and (float or None)
        Tonnes a year; the high end None where nothing known limits the flow then.

    Notes
    -----
    The flow with one element at its low end, whichever lowers it most; and at its high
    end, whichever raises it most. A flow is a least of capacities, so that what several
    do to it does not add up; all at their low ends at once nobody expects. Only an
    element whose low end is less than the flow takes can lower it, and only one of the
    minimum cut can raise it.
    """
    total = float(flow.t_per_day.sum())
    low = min([total, *_lowered(programme, flow)])
    high = max([total, *_raised(programme)])
    return low * DAYS_PER_YEAR, high * DAYS_PER_YEAR if np.isfinite(high) else None


def _lowered(programme: Programme, flow: Flow) -> Iterator[float]:
    """Give the flow with each element at its low end that the flow would not fit."""
    for at, element in enumerate(programme.room.elements):
        if programme.is_gate(at):
            continue
        rows, low = programme.room.rows_of(at), max(0.0, element.free_per_day.low)
        if (flow.used[rows] > low + CRUMB).any():
            yield _flow_with(programme, at, low)


def _raised(programme: Programme) -> Iterator[float]:
    """Give the flow with each element of the minimum cut at its high end."""
    dual, _ = programme.nearest_cut()
    for at in np.unique(programme.room.element_of_row[dual > 0]).tolist():
        if not programme.is_gate(at):
            high = programme.room.elements[at].free_per_day.high
            yield _flow_with(programme, at, max(0.0, high))


def _flow_with(programme: Programme, element: int, per_day: float) -> float:
    """Return the flow with one element of another capacity; inf where unlimited."""
    capacity = programme.capacity_per_day.copy()
    capacity[programme.room.rows_of(element)] = per_day
    found = programme.with_capacity(capacity).solve()
    return float(found.t_per_day.sum()) if found.is_bounded else np.inf
