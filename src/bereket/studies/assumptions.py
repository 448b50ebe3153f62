"""Which assumed rows an answer rests on most, and what their bounds would do to it."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

from bereket.analysis.route import RouteResult, route
from bereket.compiled.alternative import Alternative
from bereket.compiled.asking import RouteParams, compiled
from bereket.compiled.graph import patch
from bereket.compiled.itinerary import Leg
from bereket.model.changes import SetValue
from bereket.model.model import Model
from bereket.studies.cell import Cell, width

# What of a leg a row of a table makes: parts of its money, and whether its hours.
PARTS_OF: Final = {
    "carrier": ("haulage",),
    "rent": ("wagon", "container", "empty_return", "backload"),
    "fx": ("haulage",),
    "deflator": ("haulage",),
    "transfer": ("terminal",),
    "border": ("border",),
    "regime": ("other",),
}
TIMED: Final = ("link", "stop", "transfer", "border", "port", "service")


class Made(NamedTuple):
    """What of a leg a row makes.

    Attributes
    ----------
    group : str
        Rows of one group share it evenly.
    parts : tuple of str
        Parts of the money.
    is_timed : bool
        Whether the hours too.
    """

    group: str
    parts: tuple[str, ...]
    is_timed: bool


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
        Column that has bounds, the widest; empty where none has.
    unit : str
        Its unit.
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
    unit: str
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
        row that touches the largest share of its way first.

    Notes
    -----
    Turned are the rows whose bounds lie farthest apart for what they touch. A row
    touches the money and the hours of the legs that it stands behind, by
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
    found: dict[str, Touch] = {}
    for question in asked:
        for reference, usd in touched(model, question).items():
            cell = Cell.of(model, reference, question.day)
            touch = Touch(question, cell, usd)
            known = found.get(reference)
            if known is None or touch.swing_usd_per_t > known.swing_usd_per_t:
                found[reference] = touch
    by_swing = sorted(found.values(), key=lambda each: -each.swing_usd_per_t)
    turned = [each for each in by_swing if each.swing_usd_per_t > 0][:most_turned]
    by_share = sorted(found.values(), key=lambda each: -each.share)
    others = [each for each in by_share if each not in turned]
    told = [_told(model, each, is_turned=True) for each in turned]
    told += [_told(model, each, is_turned=False) for each in others]
    return tuple(sorted(told, key=lambda each: -each.swing_usd_per_t)[:most])


def touched(model: Model, asked: Asked) -> dict[str, float]:
    """Return what each assumed row makes of the best way's generalised cost [USD/t]."""
    commodity = model["commodity"]
    (at,) = commodity.row_of[(asked.commodity_id,)]
    vot = float(commodity.number("vot_usd_per_t_h")[at])
    rows = {reference for leg in asked.best.legs for reference in leg.rows}
    cells = {reference: Cell.of(model, reference, asked.day) for reference in rows}
    made = {reference: _made(cell) for reference, cell in cells.items()}
    usd: dict[str, float] = {}
    for leg in asked.best.legs:
        for reference, share in _shares(leg, vot, made):
            usd[reference] = usd.get(reference, 0.0) + share
    for reference in usd:
        usd[reference] += vot * _ordered_hours(model, reference, asked.day)
    return {
        reference: value
        for reference, value in usd.items()
        if cells[reference].is_assumed
    }


@dataclass(frozen=True, slots=True)
class Touch:
    """A row, and what it makes of the best way of a question.

    Attributes
    ----------
    asked : Asked
        The question.
    cell : Cell
        The row.
    usd_per_t : float
        Generalised cost that it makes [USD/t].
    """

    asked: Asked
    cell: Cell
    usd_per_t: float

    @property
    def share(self) -> float:
        """The same as a share of the way's generalised cost."""
        whole = self.asked.best.totals.generalised_usd_per_t
        return self.usd_per_t / whole if whole > 0 else 0.0

    @property
    def swing_usd_per_t(self) -> float:
        """How far its bounds might move the cost, were it in proportion [USD/t]."""
        if self.cell.bounded is None:
            return 0.0
        _, value, low, high = self.cell.bounded
        return self.usd_per_t * width(value, low, high)


def _told(model: Model, touch: Touch, *, is_turned: bool) -> Assumption:
    nan, cell = float("nan"), touch.cell
    column, value, low, high = cell.bounded or ("", nan, nan, nan)
    changes = [
        _change(model, touch.asked, SetValue(cell.reference, column, repr(bound)))
        if is_turned
        else nan
        for bound in (low, high)
    ]
    return Assumption(
        reference=str(cell.reference),
        note=cell.table.labels("note")[cell.row],
        touches_usd_per_t=touch.usd_per_t,
        touches_share=touch.share,
        pair=touch.asked.pair,
        column=column,
        unit=cell.unit_of(column),
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


def _ordered_hours(model: Model, reference: str, day: date) -> float:
    """Return the hours that an order adds; 0 of any other row."""
    if not reference.startswith("regime:"):
        return 0.0
    cell = Cell.of(model, reference, day)
    adds = cell.table.labels("effect")[cell.row] == "added_h"
    return float(cell.table.number("value")[cell.row]) if adds else 0.0


def _shares(
    leg: Leg, vot_usd_per_t_h: float, made: Mapping[str, Made]
) -> Iterator[tuple[str, float]]:
    """Give each row behind a leg its part of the leg's money and hours [USD/t]."""
    groups = Counter(made[reference].group for reference in leg.rows)
    for reference in leg.rows:
        group, parts, is_timed = made[reference]
        money = sum(abs(leg.cost_parts.get(part, 0.0)) for part in parts)
        hours = vot_usd_per_t_h * leg.time_h if is_timed else 0.0
        yield reference, (money + hours) / groups[group]


def _made(cell: Cell) -> Made:
    """Return what of a leg a row makes, and with which others it shares that."""
    table, reference = cell.table, str(cell.reference)
    if table.name != "tariff":
        return Made(table.name, PARTS_OF.get(table.name, ()), table.name in TIMED)
    kind = table.labels("kind")[cell.row]
    is_empty = table.labels("load")[cell.row] == "empty"
    part = "empty_return" if is_empty else "haulage"
    # A coefficient multiplies the whole of it, whatever other rows there are.
    group = reference if kind == "coefficient" else f"tariff {kind} {part}"
    return Made(group, (part,), is_timed=False)
