"""The year by month: seasons of the cargo, weather of the elements."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.freight import Freight
from bereket.analysis.assign.ways import DAYS as DAYS_A_YEAR
from bereket.compiled.months import DAYS, MONTHS, Seasons, room_in_month
from bereket.kernels.delays import P0, ROOM
from bereket.solve.equilibrium.problem import Problem
from bereket.solve.solved import Solved

Floats = NDArray[np.float64]
LEAST_WAIT_H: Final = 0.05


@dataclass(frozen=True, slots=True)
class MonthFlow:
    """What goes in a month.

    Attributes
    ----------
    month : int
        1 to 12.
    wanted_t, served_t : float
        Tonnes that want to go in it, and that do.
    element : str
        Where the wait is longer by most than on the mean day; empty if nowhere.
    wait_h : float
        The wait there.
    """

    month: int
    wanted_t: float
    served_t: float
    element: str
    wait_h: float


def months_of(
    freight: Freight, start: Solved, solve: Callable[[Problem, Solved], Solved]
) -> tuple[MonthFlow, ...]:
    """Solve every month from the one before.

    Parameters
    ----------
    freight : Freight
        A mean day of the year.
    start : Solved
        Its solution.
    solve : callable
        Solves a problem from an earlier solution.

    Returns
    -------
    tuple of MonthFlow
        Twelve. Orders of the date hold in every month.
    """
    seasons = Seasons(freight.offer.graph.model)
    laid = freight.laid
    kind = laid.problem.kind_of_pair.tolist()
    shipments = [freight.offer.prices[each].shipment for each in kind]
    shares = np.array(
        [seasons.shares(each.commodity_id, each.origin_iso3) for each in shipments]
    )
    found, before = [], start
    for month in MONTHS:
        at = month - 1
        scale = shares[:, at] * DAYS_A_YEAR / DAYS[at]
        problem = _in_month(freight, month, scale)
        before = solve(problem, before)
        paths = before.paths()
        served = float(paths.flow[~paths.stays].sum()) * DAYS[at]
        wait_h = before.wait_h[: problem.n_resources]
        more_h = wait_h - start.wait_h[: problem.n_resources]
        worst = int(np.argmax(more_h)) if wait_h.size else 0
        is_long = bool(wait_h.size and more_h[worst] > LEAST_WAIT_H)
        found.append(
            MonthFlow(
                month=month,
                wanted_t=float(problem.rows.demand.sum()) * DAYS[at],
                served_t=served,
                element=laid.element_of_resource[worst] if is_long else "",
                wait_h=float(wait_h[worst]) if is_long else 0.0,
            )
        )
    return tuple(found)


def _in_month(freight: Freight, month: int, scale: Floats) -> Problem:
    """Return the problem of a mean day of a month."""
    problem, offer = freight.laid.problem, freight.offer
    graph, room = offer.graph, offer.room
    per_day = room.capacity_per_day
    _, capacity = room_in_month(graph, room, per_day, month, graph.kept_capacities)
    curve = problem.delays.curve.copy()
    # what is shut all year stays so: no path leads there
    room_left = np.where(per_day > 0, capacity, per_day)
    others = problem.delays.background[: problem.n_resources]
    curve[: problem.n_resources, ROOM] = room_left + others
    own = np.maximum(scale, np.finfo(np.float64).tiny)
    curve[problem.n_resources :, P0] /= own  # what stays is told as a share
    return replace(
        problem,
        rows=problem.rows._replace(demand=problem.rows.demand * scale),
        delays=problem.delays._replace(curve=curve),
    )
