"""Which assumed rows an answer rests on most, and what their bounds would do to it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from bereket.analysis.route import RouteResult, route
from bereket.compiled.alternative import Alternative
from bereket.compiled.asking import RouteParams, compiled
from bereket.compiled.graph import patch
from bereket.compiled.itinerary import Leg
from bereket.model.calendar import validity
from bereket.model.model import Model, Table, label
from bereket.model.reference import RowReference, parse_reference
from bereket.model.scenario import SetValue
from bereket.schema import INTERVAL_SUFFIXES, interval_base

# What of a leg a row of a table makes: parts of its money, and whether its hours.
PARTS_OF: Final = {
    "tariff": ("haulage", "empty_return"),
    "carrier": ("haulage",),
    "rent": ("wagon", "container", "empty_return", "backload"),
    "fx": ("haulage",),
    "deflator": ("haulage",),
    "transfer": ("terminal",),
    "border": ("border",),
    "regime": ("other",),
}
TIMED: Final = ("link", "stop", "transfer", "border", "port", "service")
LOW, HIGH = INTERVAL_SUFFIXES


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumed row, and how much of an answer rests on it.

    Attributes
    ----------
    reference : str
        The row.
    note : str
        Its basis, as the row states it.
    touches_usd_per_t : float
        Generalised cost of the best way of `pair` that it makes [USD/t].
    touches_share : float
        The same as a share of the way's generalised cost.
    pair : str
        Which way: from, to, cargo.
    column : str
        Column that has bounds; empty where none has.
    value, low, high : float
        Its figure and bounds; NaN where there are none.
    change_low_usd_per_t, change_high_usd_per_t : float
        What the generalised cost of the best way of the pair changes by when the figure
        is at its low and at its high, everything asked anew; NaN where not asked.
    """

    reference: str
    note: str
    touches_usd_per_t: float
    touches_share: float
    pair: str
    column: str
    value: float
    low: float
    high: float
    change_low_usd_per_t: float
    change_high_usd_per_t: float

    @property
    def swing_usd_per_t(self) -> float:
        """The larger of its two changes, whatever the sign; 0 where not asked."""
        changes = self.change_low_usd_per_t, self.change_high_usd_per_t
        return max((abs(c) for c in changes if not math.isnan(c)), default=0.0)

    def as_dict(self) -> dict[str, Any]:
        """Return the assumption as plain data, units in the names."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in plain.items()
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """A question whose best way is looked at.

    Attributes
    ----------
    params : RouteParams
        The question.
    found : RouteResult
        Its answer, with one way at least.
    """

    params: RouteParams
    found: RouteResult

    @property
    def best(self) -> Alternative:
        """The best way."""
        return self.found.alternatives[0]

    @property
    def commodity_id(self) -> str:
        """The cargo."""
        return self.found.commodity_id

    @property
    def day(self) -> date:
        """The date."""
        return date.fromisoformat(self.found.as_of)

    @property
    def pair(self) -> str:
        """From, to, cargo."""
        found = self.found
        return f"{found.origin_id} > {found.destination_id}, {found.commodity_id}"


def assumptions(
    model: Model, asked: Sequence[Asked], most: int, most_turned: int
) -> tuple[Assumption, ...]:
    """Rank the assumed rows behind the best ways by what they touch.

    Parameters
    ----------
    model : Model
        The model, changed by the scenario where there is one.
    asked : sequence of Asked
        Questions and their best ways.
    most : int
        Rows wanted.
    most_turned : int
        How many of them that have bounds are turned to their low and high.

    Returns
    -------
    tuple of Assumption
        First those that were turned, the largest change first; then the others, the
        row that touches the largest share of any way first.

    Notes
    -----
    A row touches the money and the hours of the legs that it stands behind, by
    `PARTS_OF` and `TIMED`; where several rows of a table stand behind one leg, each is
    given an equal part. That ranks rows; it is no derivative. The changes are exact:
    the question is asked again with the figure at each bound.

    Examples
    --------
    >>> from bereket import blank_model, route, RouteParams
    >>> model, params = blank_model(), RouteParams("EAST", "FARPORT", "grain")
    >>> found = route(model, params=params)
    >>> assumptions(model, [Asked(params, found)], most=1, most_turned=0)[0].pair
    'EAST > FARPORT, grain'
    """
    found: dict[str, tuple[float, float, Asked]] = {}
    for question in asked:
        whole = question.best.totals.generalised_usd_per_t
        for reference, usd in touched(model, question).items():
            share = usd / whole if whole > 0 else 0.0
            if share > found.get(reference, (0.0,))[0]:
                found[reference] = share, usd, question
    ranked = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:most]
    told: list[Assumption] = []
    left = most_turned
    for reference, (_, usd, question) in ranked:
        cell = Cell.of(model, reference, question.day)
        is_turned = left > 0 and cell.bounded is not None
        left -= is_turned
        told.append(_told(model, question, cell, usd, is_turned=is_turned))
    return tuple(sorted(told, key=lambda each: -each.swing_usd_per_t))


def touched(model: Model, asked: Asked) -> dict[str, float]:
    """Return what each assumed row makes of the best way's generalised cost [USD/t]."""
    commodity = model["commodity"]
    (at,) = commodity.row_of[(asked.commodity_id,)]
    vot = float(commodity.number("vot_usd_per_t_h")[at])
    usd: dict[str, float] = {}
    for leg in asked.best.legs:
        for reference, share in _shares(leg, vot):
            usd[reference] = usd.get(reference, 0.0) + share
    return {
        reference: value
        for reference, value in usd.items()
        if Cell.of(model, reference, asked.day).is_assumed
    }


@dataclass(frozen=True, slots=True)
class Cell:
    """A row by its reference, on a date.

    Attributes
    ----------
    reference : RowReference
        Its name.
    table : Table
        The table.
    row : int
        Its position: of several with one key, that which holds on the date.
    """

    reference: RowReference
    table: Table
    row: int

    @classmethod
    def of(cls, model: Model, text: str, day: date) -> "Cell":
        """Find the row that a reference names on a date."""
        reference = parse_reference(text)
        table = model[reference.table]
        rows = table.row_of[reference.key]
        if len(rows) > 1 and table.schema.is_dated:
            start, end = validity(table)
            at = day.toordinal()
            rows = tuple(r for r in rows if start[r] <= at <= end[r]) or rows
        return cls(reference, table, rows[0])

    @property
    def is_assumed(self) -> bool:
        """Whether the row says so."""
        return self.table.labels("quality")[self.row] == "assumed"

    @property
    def bounded(self) -> tuple[str, float, float, float] | None:
        """The first column with a figure and both bounds, with the three figures."""
        columns = self.table.columns
        for name in columns:
            base = interval_base(name) if name.endswith(LOW) else ""
            three = base, name, f"{base}{HIGH}"
            if base and all(each in columns for each in three):
                cells = [columns[each][self.row] for each in three]
                if all(label(cell) for cell in cells):
                    value, low, high = map(float, cells)
                    return base, value, low, high
        return None


def _told(
    model: Model, asked: Asked, cell: Cell, usd: float, *, is_turned: bool
) -> Assumption:
    nan = float("nan")
    column, value, low, high = cell.bounded or ("", nan, nan, nan)
    changes = [
        _change(model, asked, SetValue(cell.reference, column, repr(bound)))
        if is_turned
        else nan
        for bound in (low, high)
    ]
    return Assumption(
        reference=str(cell.reference),
        note=cell.table.labels("note")[cell.row],
        touches_usd_per_t=usd,
        touches_share=usd / asked.best.totals.generalised_usd_per_t,
        pair=asked.pair,
        column=column,
        value=value,
        low=low,
        high=high,
        change_low_usd_per_t=changes[0],
        change_high_usd_per_t=changes[1],
    )


def _change(model: Model, asked: Asked, change: SetValue) -> float:
    """Ask again with one cell changed; return what the best way's cost changes by."""
    graph = patch(compiled(model, asked.day), (change,))
    params = replace(asked.params, count=1)
    found = route(graph.model, params=params, graph=graph)
    if not found.alternatives:
        return float("nan")
    before = asked.best.totals.generalised_usd_per_t
    return found.alternatives[0].totals.generalised_usd_per_t - before


def _shares(leg: Leg, vot_usd_per_t_h: float) -> Iterator[tuple[str, float]]:
    """Give each row behind a leg its part of the leg's money and hours [USD/t]."""
    by_table: dict[str, list[str]] = {}
    for reference in leg.rows:
        by_table.setdefault(reference.partition(":")[0], []).append(reference)
    for table, references in by_table.items():
        money = sum(abs(leg.cost_parts.get(p, 0.0)) for p in PARTS_OF.get(table, ()))
        hours = vot_usd_per_t_h * leg.time_h if table in TIMED else 0.0
        for reference in references:
            yield reference, (money + hours) / len(references)
