"""Flows under sets of measures, and what measures cost."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
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
            programme = self.programme(measure_ids)
            dual, _ = programme.nearest_cut()
            cut = np.unique(programme.room.element_of_row[dual > 0]).tolist()
            elements = programme.room.elements
            self._cuts[key] = frozenset(elements[at].element for at in cut)
        return self._cuts[key]

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
