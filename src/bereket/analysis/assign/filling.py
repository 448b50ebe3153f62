"""Ships that leave when they are full: the wait that falls as more cargo comes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.freight import Freight
from bereket.analysis.assign.uses import hours_usd_per_t
from bereket.compiled.arcs import ArcKind
from bereket.compiled.money import loads
from bereket.compiled.values import HOURS_PER_WEEK, headway_wait, service_wait
from bereket.solve.equilibrium.problem import Problem
from bereket.solve.equilibrium.solution import Solution

Floats = NDArray[np.float64]
Solve = Callable[[Problem, Solution | None], Solution]
HOURS_PER_DAY: Final = 24.0
MOST_ROUNDS: Final = 12
SAME_H: Final = 0.5  # waits that differ by less are one
DIFFER: Final = 0.01  # of what a service takes, above which two ends are told apart


@dataclass(frozen=True, slots=True)
class Headway:
    """The departures of a service that fills, as the assignment makes them.

    Attributes
    ----------
    service_id : str
        Row of table `service`.
    units_per_day : float
        What comes a day on the busier side, in the carrier's unit.
    headway_h, wait_h : float
        Hours between departures, and the mean wait for one, from a start with full
        ships: as many sailings as the row states.
    empty_units_per_day, empty_wait_h : float
        The same from a start with empty ships: all wait as long as they would.
    is_unsure : bool
        Whether the two starts end apart: more than one equilibrium.
    """

    service_id: str
    units_per_day: float
    headway_h: float
    wait_h: float
    empty_units_per_day: float
    empty_wait_h: float
    is_unsure: bool


@dataclass(frozen=True, slots=True, eq=False)
class Fills:
    """Services that fill, and where they are boarded.

    Attributes
    ----------
    freight : Freight
        The assignment.
    row : tuple of int
        Rows of table `service`.
    arcs : tuple of (n,)
        Boarding arcs of the problem, service by service.
    slots : (n_services,)
        Units of a full ship.
    least_h, longest_h : (n_services,)
        Hours between sailings as the row states them; the longest wait.
    cv : (n_services,)
        Spread of the headway.
    stated_h : (n_services,)
        Wait that the costs of the problem hold.
    """

    freight: Freight
    row: tuple[int, ...]
    arcs: tuple[NDArray[np.intp], ...]
    slots: Floats
    least_h: Floats
    longest_h: Floats
    cv: Floats
    stated_h: Floats

    def waits(self, headway_h: Floats) -> Floats:
        """Return the mean wait for departures so far apart [h]."""
        per_week = HOURS_PER_WEEK / headway_h
        return headway_wait(per_week, self.cv, self.longest_h)[0]

    def units_per_day(self, solution: Solution) -> Floats:
        """Return what boards a day on the busier side, in the carrier's unit."""
        freight = self.freight
        graph, paths = freight.offer.graph, solution.paths()
        model = graph.model
        unit = model["carrier"].labels("unit")
        load = [loads(model, p.shipment.commodity_id) for p in freight.offer.prices]
        kind = freight.laid.problem.kind_of_pair[paths.pair]
        entry_kind = kind[paths.path_of_entry]
        flow = paths.flow[paths.path_of_entry]
        found = []
        for arcs in self.arcs:
            busiest = 0.0
            for arc in arcs.tolist():
                carrier = int(graph.arcs.carrier_idx[freight.offer.arc[arc]])
                on_arc = paths.arc == arc
                tonnes = np.bincount(entry_kind[on_arc], flow[on_arc], len(load))
                per_unit = np.array([each.get(unit[carrier], np.nan) for each in load])
                busiest = max(busiest, float(np.nansum(tonnes / per_unit)))
            found.append(busiest)
        return np.array(found)

    def with_waits(self, wait_h: Floats) -> Freight:
        """Return the assignment with other waits for the ships."""
        freight, offer = self.freight, self.freight.offer
        laid, network = freight.laid, freight.laid.problem.network
        fixed, money = network.fixed.copy(), laid.money.copy()
        time_h = laid.time_h.copy()
        worth = [hours_usd_per_t(each) for each in offer.prices]
        for arcs, more in zip(self.arcs, wait_h - self.stated_h, strict=True):
            carrier = offer.graph.arcs.carrier_idx[offer.arc[arcs]]
            time_h[arcs] += more
            for kind, each in enumerate(offer.prices):
                hour = worth[kind][carrier]
                fixed[kind, arcs] = np.maximum(fixed[kind, arcs] + more * hour, 0.0)
                money[kind, arcs] += more * (hour - each.vot_usd_per_t_h)
        problem = replace(laid.problem, network=network._replace(fixed=fixed))
        laid = replace(laid, problem=problem, time_h=time_h, money=money)
        return replace(freight, laid=laid)


def fills_of(freight: Freight, patience_h: float) -> Fills:
    """Return the services of an assignment that leave when full.

    Parameters
    ----------
    freight : Freight
        The assignment.
    patience_h : float
        Longest wait where the row states none.

    Returns
    -------
    Fills
        Those with slots and sailings that are boarded somewhere.
    """
    graph, arc = freight.offer.graph, freight.offer.arc
    service = graph.model["service"]
    slots, sailings = service.number("slots"), service.number("sailings_per_week")
    sailed = sailings * service.number("availability")
    longest = service.number("max_wait_h")
    stated = service.number("headway_cv")
    rows, arcs = [], []
    board = graph.arcs.kind[arc] == ArcKind.BOARD
    for row in np.nonzero(service.text("kind") == "fill")[0].tolist():
        (mine,) = np.nonzero(board & (graph.arcs.main_idx[arc] == row))
        if mine.size and slots[row] > 0 and sailed[row] > 0:
            rows.append(row)
            arcs.append(mine)
    at = np.array(rows, dtype=np.intp)
    return Fills(
        freight=freight,
        row=tuple(rows),
        arcs=tuple(arcs),
        slots=slots[at],
        least_h=HOURS_PER_WEEK / sailed[at],
        longest_h=np.where(np.isnan(longest[at]), patience_h, longest[at]),
        cv=np.where(np.isnan(stated[at]), 1.0, stated[at]),
        stated_h=service_wait(graph.model)[0][at],
    )


def settle(
    fills: Fills, solve: Solve, start: Solution | None = None
) -> tuple[Freight, Solution, tuple[Headway, ...]]:
    """Let ships and cargo find each other, once from full ships and once from empty.

    Parameters
    ----------
    fills : Fills
        Services that leave when full.
    solve : callable
        Solves a problem, from an earlier solution.
    start : Solution, optional
        Where to begin.

    Returns
    -------
    tuple of Freight, Solution and tuple of Headway
        From full ships; with the waits of both starts.

    Notes
    -----
    A ship that fills on its busier side sails both ways, so the headway of a service is
    the time to fill there, and not less than the row's own. Headways are fixed while
    flows are found, and set anew between, half of the way each time.
    """
    full = _settled(fills, fills.waits(fills.least_h), solve, start)
    if not fills.row or full[1].status == "interrupted":
        return full[0], full[1], ()
    empty = _settled(fills, fills.longest_h, solve, full[1])
    names = fills.freight.offer.graph.model["service"].labels("service_id")
    units, other = fills.units_per_day(full[1]), fills.units_per_day(empty[1])
    headways = []
    for at, row in enumerate(fills.row):
        most = max(units[at], other[at])
        headways.append(
            Headway(
                service_id=names[row],
                units_per_day=float(units[at]),
                headway_h=float(_headways(fills, units)[at]),
                wait_h=float(full[2][at]),
                empty_units_per_day=float(other[at]),
                empty_wait_h=float(empty[2][at]),
                is_unsure=bool(abs(units[at] - other[at]) > DIFFER * max(most, 1e-9)),
            )
        )
    return full[0], full[1], tuple(headways)


def _headways(fills: Fills, units_per_day: Floats) -> Floats:
    """Return the hours between departures for what comes; the longest for nothing."""
    per_hour = units_per_day / HOURS_PER_DAY
    filling = fills.slots / np.maximum(per_hour, 1e-12)
    longest = np.maximum(2.0 * fills.longest_h, fills.least_h)
    return np.clip(filling, fills.least_h, longest)


def _settled(
    fills: Fills, wait_h: Floats, solve: Solve, start: Solution | None
) -> tuple[Freight, Solution, Floats]:
    """Go from first waits to ones that the flows bear out."""
    freight, solution = fills.freight, start
    for _ in range(MOST_ROUNDS):
        freight = fills.with_waits(wait_h)
        solution = solve(freight.laid.problem, solution)
        if not fills.row or solution.status == "interrupted":
            break
        wanted = fills.waits(_headways(fills, fills.units_per_day(solution)))
        if np.abs(wanted - wait_h).max() <= SAME_H:
            break
        wait_h = 0.5 * (wait_h + wanted)
    if solution is None:  # no round is no answer
        msg = "MOST_ROUNDS must be 1 or more"
        raise ValueError(msg)
    return freight, solution, wait_h
