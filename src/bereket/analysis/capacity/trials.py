"""Flows under sets of measures, and what measures cost."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np

from bereket.analysis.capacity.programme import (
    DAYS_PER_YEAR,
    Programme,
    after_works,
    memo_of,
    programme_of,
    touched_by,
)
from bereket.compiled.capacities import affected, resizing
from bereket.model.changes import with_changes
from bereket.model.measures import End, Works, measure_changes
from bereket.model.model import Model

LEAST_GAIN_T_PER_YEAR: Final = 1.0
ENDS: Final[tuple[End, ...]] = ("low", "high")
Shift = tuple[str, str, End]  # element, kind, end of its interval
MOST_SHIFTS: Final = 8
CRUMB: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Money:
    """What a measure costs to build, USD of the price year; NaN where unknown."""

    value: float
    low: float
    high: float

    def __add__(self, other: "Money") -> "Money":
        """Return the cost of both."""
        return Money(
            self.value + other.value, self.low + other.low, self.high + other.high
        )


class Trials:
    """Flows under sets of measures; each set is tried once.

    Parameters
    ----------
    programme : Programme
        The programme before.

    Notes
    -----
    A measure can only raise the flow where it touches the minimum cut; so only those
    that do are solved for.
    """

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._resized: dict[tuple[str, ...], Programme] = {(): programme}
        self._flows: dict[tuple[frozenset[str], End], float] = {}
        self._cuts: dict[frozenset[str], frozenset[str]] = {}
        self._touched: dict[str, frozenset[str]] = {}
        self._memo = memo_of(programme)
        self.before_t_per_year = self.t_per_year(())

    @property
    def model(self) -> Model:
        """The model before."""
        return self._programme.graph.model

    @property
    def day(self) -> date:
        """The day that is asked about."""
        return self._programme.graph.day

    def programme(
        self, measure_ids: Collection[str], end: End = "central"
    ) -> Programme:
        """Return the programme after measures."""
        if not measure_ids:
            return self._programme
        works = measure_changes(self.model, sorted(measure_ids), end, self.day)
        return after_works(self._sized(works), works, self._memo)

    def done(self, measure_ids: Collection[str]) -> tuple[str, ...]:
        """Return the measures that are built, with those needed that do not stand."""
        day = self._programme.graph.day
        works = measure_changes(self.model, sorted(measure_ids), day=day)
        return works.measure_ids

    def _sized(self, works: Works) -> Programme:
        """Return the programme before, with trains of the size they have after."""
        changes = resizing(works.changes)
        key = tuple(map(str, changes))
        if key not in self._resized:
            before = self._programme
            model = with_changes(self.model, changes)
            graph = replace(before.graph, model=model)
            # longer trains are more tonnes on the same track: capacities in trains hold
            moved = set(affected(model, changes))
            known = {
                k: each for k, each in before.room.derived.items() if k not in moved
            }
            self._resized[key] = programme_of(
                graph, before.streams, before.closed, known, before.laid_on
            )
        return self._resized[key]

    def t_per_year(self, measure_ids: Collection[str], end: End = "central") -> float:
        """Return the flow of both directions under measures; inf where none binds."""
        key = frozenset(measure_ids), end
        if key not in self._flows:
            flow = self.programme(measure_ids, end).solve()
            total = float(flow.t_per_day.sum()) * DAYS_PER_YEAR
            self._flows[key] = total if flow.is_bounded else np.inf
        return self._flows[key]

    def cut(self, measure_ids: Collection[str]) -> frozenset[str]:
        """Return the elements of the minimum cut nearest the sources under measures."""
        key = frozenset(measure_ids)
        if key not in self._cuts:
            self._cuts[key] = cut_of(self.programme(measure_ids))
        return self._cuts[key]

    def gains_elsewhere(self, measure_id: str) -> list[float]:
        """Return what a measure adds where one element is at an end of its interval.

        Only elements that move the flow are moved, and only ends at which the measure
        touches the cut are solved for.
        """
        gains = []
        for shift, (before, cut) in self._shifted.items():
            if not self.touched(measure_id).isdisjoint(cut):
                moved = shifted(self.programme((measure_id,)), shift)
                after, _ = flow_and_bound(moved)
                gains.append(after - before)
        return gains

    @cached_property
    def _shifted(self) -> dict[Shift, tuple[float, frozenset[str]]]:
        """Flow and cut with one element at one end, by element and end."""
        found = {}
        for shift in shifts_of(self._programme)[:MOST_SHIFTS]:
            moved = shifted(self._programme, shift)
            found[shift] = flow_and_bound(moved)[0], cut_of(moved)
        return found

    def touched(self, measure_id: str) -> frozenset[str]:
        """Return the elements that a measure changes and the cargo may pass."""
        if measure_id not in self._touched:
            programme = self._programme
            works = measure_changes(self.model, (measure_id,), day=self.day)
            self._touched[measure_id] = touched_by(programme, works, self._memo)
        return self._touched[measure_id]

    def may_raise(self, measure_id: str, done: Collection[str] = ()) -> bool:
        """Whether a measure touches the cut that stands after others."""
        return not self.touched(measure_id).isdisjoint(self.cut(done))


def cut_of(programme: Programme) -> frozenset[str]:
    """Return the elements of the minimum cut nearest the sources."""
    dual, _ = programme.nearest_cut()
    cut = np.unique(programme.room.element_of_row[dual > 0]).tolist()
    return frozenset(programme.room.elements[at].element for at in cut)


def flow_and_bound(programme: Programme) -> tuple[float, bool]:
    """Return the largest flow of a year, inf if unlimited, and if it is bounded."""
    flow = programme.solve()
    total = float(flow.t_per_day.sum()) * DAYS_PER_YEAR
    return (total if flow.is_bounded else np.inf), flow.is_bounded


def shifts_of(programme: Programme) -> list[Shift]:
    """Return the elements whose interval moves the flow, those that move it most first.

    Parameters
    ----------
    programme : Programme
        The programme.

    Returns
    -------
    list of (str, str, {"low", "high"})
        Element, kind, end.
    """
    total, _ = flow_and_bound(programme)
    flow = programme.solve()
    cut = cut_of(programme)
    found: list[tuple[float, Shift]] = []
    for at, element in enumerate(programme.room.elements):
        if programme.is_gate(at):
            continue
        rows, free = programme.room.rows_of(at), element.free_per_day
        is_tight = bool((flow.used[rows] > max(0.0, free.low) + CRUMB).any())
        ends: list[End] = ["low"] if is_tight else []
        ends += ["high"] if element.element in cut else []
        for end in ends:
            shift = element.element, element.kind, end
            moved, _ = flow_and_bound(shifted(programme, shift))
            if abs(moved - total) > LEAST_GAIN_T_PER_YEAR:
                found.append((-abs(moved - total), shift))
    return [shift for _, shift in sorted(found)]


def shifted(programme: Programme, shift: Shift) -> Programme:
    """Return the programme with one element at an end of its own interval."""
    name, kind, end = shift
    capacity = programme.capacity_per_day.copy()
    for at, element in enumerate(programme.room.elements):
        if (element.element, element.kind) == (name, kind) and not programme.is_gate(
            at
        ):
            free = getattr(element.free_per_day, end)
            capacity[programme.room.rows_of(at)] = max(0.0, free)
    return programme.with_capacity(capacity)


def cost_of(model: Model, measure_ids: Collection[str]) -> Money:
    """Return what measures cost to build, with the ends of the intervals."""
    table = model["measure"]
    total = Money(0.0, 0.0, 0.0)
    for measure_id in measure_ids:
        (row,) = table.row_of[(measure_id,)]
        value, low, high = (
            float(table.number(f"capex_usd{end}")[row]) for end in ("", "_low", "_high")
        )
        total += Money(
            value,
            value if np.isnan(low) else low,
            value if np.isnan(high) else high,
        )
    return total


def per_tonne(usd: float, t_per_year: float) -> float:
    """Return USD per extra tonne a year; NaN where nothing is added."""
    if not t_per_year > LEAST_GAIN_T_PER_YEAR:
        return float("nan")
    return usd / t_per_year if np.isfinite(t_per_year) else 0.0
