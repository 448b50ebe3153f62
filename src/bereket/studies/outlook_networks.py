"""Networks of the years of an outlook, measures opening in theirs."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from bereket.analysis.assign.alike import lend_ways
from bereket.compiled.graph import Graph, build
from bereket.errors import QuestionError
from bereket.model.calendar import as_day, is_open, is_valid
from bereket.model.model import Model
from bereket.model.plan import DoMeasures, ScenarioFile, Step, planned
from bereket.model.scenario import apply
from bereket.studies.carriage import opening_year

MIDDLE: Final = "07-01"


class Networks:
    """Networks of the years, each compiled once, measures opening in theirs."""

    def __init__(self, model: Model, measure_ids: Sequence[str]) -> None:
        self.model, self.measure_ids = model, measure_ids
        self.day = as_day(model.config("base_date"))
        self.opens = self._opens()
        self.made: dict[tuple[tuple[str, ...], bytes], Graph] = {}
        self.last: Graph | None = None
        self.notes: tuple[str, ...] = ()

    def _opens(self) -> dict[str, int]:
        """Return the year from which each measure works.

        Raises
        ------
        QuestionError
            When there is no such measure.
        """
        table = self.model["measure"]
        opens = {}
        for name in self.measure_ids:
            if (name,) not in table.row_of:
                msg = f"there is no measure {name!r}"
                raise QuestionError(msg)
            opens[name] = opening_year(self.model, (name,), self.day)
        return opens

    def of(self, year: int) -> Graph:
        """Return the network of a year."""
        done = tuple(name for name, opens in self.opens.items() if opens <= year)
        model = self._with(done)
        day = as_day(f"{year}-{MIDDLE}")
        key = done, _open_rows(model, day)
        if key not in self.made:
            self.made[key] = graph = build(model, day)
            if self.last is not None:
                lend_ways(graph, self.last)
            self.last = graph
        return self.made[key]

    def opened(self, year: int) -> tuple[str, ...]:
        """Return the measures that work from a year on."""
        return tuple(name for name, opens in self.opens.items() if opens == year)

    def _with(self, done: Sequence[str]) -> Model:
        if not done:
            return self.model
        step = Step(DoMeasures(tuple(done)))
        plan = planned(self.model, ScenarioFile("+".join(done), steps=(step,)))
        self.notes = tuple(dict.fromkeys((*self.notes, *plan.notes)))
        return apply(self.model, plan.scenario)


def _open_rows(model: Model, day: date) -> bytes:
    """Return what rows of a model are open on a day."""
    parts = [
        is_open(table, day) if "status" in table.schema.fields else is_valid(table, day)
        for table in model.tables.values()
        if table.schema.is_dated and len(table)
    ]
    return np.packbits(np.concatenate(parts)).tobytes() if parts else b""
