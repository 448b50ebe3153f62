"""Ships that leave when they are full: the wait that falls as more cargo comes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.freight import Freight
from bereket.analysis.assign.uses import hours_usd_per_t
from bereket.compiled.arcs import ArcKind
from bereket.compiled.money import loads
from bereket.compiled.values import HOURS_PER_WEEK, headway_wait, service_wait
from bereket.kernels.delays import ROOM
from bereket.solve.equilibrium.problem import Problem
from bereket.solve.equilibrium.solution import Solution
from bereket.solve.solved import Solved

Floats = NDArray[np.float64]
Solve = Callable[[Problem, Solved | None], Solved]
Look = Callable[[Problem, Solution], Solution]  # prices once and shifts nothing
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


@dataclass(frozen=True, eq=False)
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

    def units_per_day(self, solution: Solved) -> Floats:
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
        return self.of_problem(self.costing(wait_h), wait_h)

    def of_problem(self, problem: Problem, wait_h: Floats) -> Freight:
        """Return the assignment whose problem has other waits already."""
        freight, laid = self.freight, self.freight.laid
        money, time_h = laid.money.copy(), laid.time_h.copy()
        arc, hour, of_arc = self._boarding
        more = (wait_h - self.stated_h)[of_arc]
        time_h[arc] += more
        vot = np.array([each.vot_usd_per_t_h for each in freight.offer.prices])
        money[:, arc] += more * (hour - vot[:, None])
        laid = replace(laid, problem=problem, time_h=time_h, money=money)
        return replace(freight, laid=laid)

    def costing(self, wait_h: Floats) -> Problem:
        """Return the problem with other waits for the ships."""
        problem = self.freight.laid.problem
        arc, hour, of_arc = self._boarding
        fixed, more = problem.network.fixed.copy(), (wait_h - self.stated_h)[of_arc]
        fixed[:, arc] = np.maximum(fixed[:, arc] + more * hour, 0.0)
        return replace(problem, network=problem.network._replace(fixed=fixed))

    @cached_property
    def _boarding(self) -> tuple[NDArray[np.intp], Floats, NDArray[np.intp]]:
        """Boarding arcs of all, what an hour there is worth by class, and whose."""
        offer = self.freight.offer
        arc = np.concatenate([np.empty(0, dtype=np.intp), *self.arcs])
        of_arc = np.repeat(np.arange(len(self.arcs)), [each.size for each in self.arcs])
        carrier = offer.graph.arcs.carrier_idx[offer.arc[arc]]
        hour = np.array([hours_usd_per_t(each)[carrier] for each in offer.prices])
        return arc, hour, of_arc


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
    fills: Fills, solve: Solve, start: Solved | None = None
) -> tuple[Freight, Solved, tuple[Headway, ...]]:
    """Let ships and cargo find each other, once from full ships and once from empty.

    Parameters
    ----------
    fills : Fills
        Services that leave when full.
    solve : callable
        Solves a problem, from an earlier solution.
    start : Solved, optional
        Where to begin.

    Returns
    -------
    tuple of Freight, Solved and tuple of Headway
        From full ships; with the waits of both starts.

    Notes
    -----
    A ship that fills on its busier side sails both ways, so the headway of a service is
    the time to fill there, and not less than the row's own. Headways are fixed while
    flows are found, and set anew between, half of the way each time.
    """
    full = settled(fills, fills.waits(fills.least_h), solve, start)
    if not fills.row or full[1].status == "interrupted":
        return full[0], full[1], ()
    empty = settled(fills, fills.longest_h, solve, full[1])
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


def settled(
    fills: Fills,
    wait_h: Floats,
    solve: Solve,
    start: Solved | None,
    look: Look | None = None,
) -> tuple[Freight, Solved, Floats]:
    """Go from first waits to ones that the flows bear out.

    Parameters
    ----------
    fills : Fills
        Services that leave when full.
    wait_h : (n_services,)
        Waits to begin with [h].
    solve : callable
        Solves a problem, from an earlier solution.
    start : Solved or None
        Where to begin.
    look : callable, optional
        Prices a solution at other costs: rounds that by it move no flow are leapt over.
        The answer is the same.

    Returns
    -------
    tuple of Freight, Solved and (n_services,)
        The assignment and its flows at the last waits, and what those ask for.
    """
    problem, at_h = fills.freight.laid.problem, wait_h
    solution, rounds = start, 0
    while rounds < MOST_ROUNDS:
        problem, at_h = fills.costing(wait_h), wait_h
        solution = solve(problem, solution)
        rounds += 1
        if not fills.row or solution.status == "interrupted":
            break
        wanted = fills.waits(_headways(fills, fills.units_per_day(solution)))
        if np.abs(wanted - wait_h).max() <= SAME_H:
            break
        waits = _halfway(wait_h, wanted, MOST_ROUNDS - rounds)
        if look is None or not isinstance(solution, Solution) or not waits:
            wait_h = 0.5 * (wait_h + wanted)
            continue
        passed, solution = _leapt(fills, solution, waits, look)
        if passed == len(waits):
            problem, wait_h, at_h = solution.problem, waits[-1], waits[-1]
            break
        rounds, wait_h = rounds + passed, waits[passed]
    if solution is None:  # no round is no answer
        msg = "MOST_ROUNDS must be 1 or more"
        raise ValueError(msg)
    return fills.of_problem(problem, at_h), solution, wait_h


def _halfway(wait_h: Floats, wanted: Floats, rounds: int) -> list[Floats]:
    """Return the waits of the rounds to come, as long as the same is wanted."""
    waits: list[Floats] = []
    while len(waits) < rounds and np.abs(wanted - wait_h).max() > SAME_H:
        wait_h = 0.5 * (wait_h + wanted)
        waits.append(wait_h)
    return waits


def _leapt(
    fills: Fills, solution: Solution, waits: list[Floats], look: Look
) -> tuple[int, Solution]:
    """Return how many rounds to come leave all flows as they are, and where they end.

    What the flows could gain grows from round to round, so that the first round that
    moves them is found by halving.
    """

    def looked(number: int) -> Solution:
        problem = fills.costing(waits[number - 1])
        return look(problem, _rested(solution, number - 1))

    last = looked(len(waits))
    if last.status == "answered":
        return len(waits), last
    still, moved = 0, len(waits)
    while moved - still > 1:
        middle = (still + moved) // 2
        if looked(middle).status == "answered":
            still = middle
        else:
            moved = middle
    return still, _rested(solution, still)


def _rested(solution: Solution, rounds: int) -> Solution:
    """Return a solution after rounds that move no flow: waits for room go on to rise.

    Each takes up the waits of the one before, and what its loads miss the limits by.
    """
    room = solution.problem.delays.curve[:, ROOM]
    over = np.where(np.isfinite(room), solution.load - np.maximum(room, 0.0), 0.0)
    wait_h = solution.wait_h
    for _ in range(rounds):
        wait_h = np.maximum(wait_h + solution.stiffness * over, 0.0)
    return replace(solution, wait_h=wait_h)
