"""Measures as changes of a scenario: what a thing that could be done does to the rows.

A measure stands in table `measure`, what it changes in `measure_effect`. Whether an
effect names something that is there is held by `measure_rules`; here the effects of
chosen measures are put in order and made.
"""

import difflib
import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from bereket.errors import ScenarioError
from bereket.model.calendar import as_day, is_open
from bereket.model.changes import (
    SIGNS,
    Change,
    InsertRow,
    Open,
    Operation,
    ReviseValue,
    SetValue,
    with_changes,
)
from bereket.model.model import Model, label
from bereket.model.reference import RowReference, parse_reference
from bereket.schema import INTERVAL_SUFFIXES, table_schema

End = Literal["central", "low", "high"]

PROVENANCE = ("source_id", "quality", "note")
SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Effect:
    """One cell that a measure changes, or one of a row that it brings.

    Attributes
    ----------
    row : int
        Position in table `measure_effect`.
    reference : RowReference
        The row changed.
    column : str
        Its column.
    operation : str
        ``set``, ``add``, ``multiply`` or ``insert``.
    value : float
        Figure at the end asked for; NaN where the effect is a text.
    low, high : float
        Its bounds; NaN where they are not stated, or an end is asked for.
    text : str
        Text; empty where the effect is a figure.
    """

    row: int
    reference: RowReference
    column: str
    operation: str
    value: float
    text: str
    low: float = math.nan
    high: float = math.nan

    @property
    def opens(self) -> bool:
        """Whether it opens a row, or brings it."""
        dated = table_schema(self.reference.table).is_dated
        status = dated and (self.column, self.text) == ("status", "operating")
        return self.operation == "insert" or (self.operation == "set" and status)


@dataclass(frozen=True, slots=True)
class Works:
    """Measures done to a model.

    Attributes
    ----------
    measure_ids : tuple of str
        Measures that change something, in the order in which they are done; what they
        need is among them.
    changes : tuple of Change
        What they change, in order.
    notes : tuple of str
        What has no effect and why; what was added because it is needed.
    model : Model
        The changed model.
    """

    measure_ids: tuple[str, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    model: Model


def measure_changes(
    model: Model,
    measure_ids: Iterable[str],
    end: End = "central",
    day: date | None = None,
    done: Collection[str] = (),
) -> Works:
    """Do measures to a model, those first that the others need.

    Parameters
    ----------
    model : Model
        The model as changed so far; it is not altered.
    measure_ids : iterable of str
        Measures, in the order wanted.
    end : {"central", "low", "high"}
        Which end of the effects is taken, where a row has ``value_low`` or
        ``value_high``.
    day : date, optional
        Day on which rows may be open already; else the model's base date.
    done : collection of str
        Measures that the model holds already; none of them is done again.

    Returns
    -------
    Works
        The changes, and the model with them.

    Raises
    ------
    ScenarioError
        When measures contradict each other, need each other in a circle, or change what
        is not there; every fault on a line of its own.

    Notes
    -----
    ``add`` and ``multiply`` find what the measures before have left, and take the
    figure's bounds along; ``set`` gives the effect's bounds to the figure, and makes
    those that stand there unknown where it has none or an end is asked for. A measure
    that opens rows, all of which are open already, is done: it has no effect. The
    changed model is held against its columns, not against the rules between rows, as
    `bereket.model.scenario.apply` does; a measure changes figures in well under a
    millisecond.

    Examples
    --------
    >>> from bereket import blank_model
    >>> works = measure_changes(blank_model(), ["loops"])
    >>> print(*works.changes)
    link:L3.section_max_km=14
    """
    asked = tuple(dict.fromkeys(measure_ids))
    chosen = tuple(each for each in in_order(model, asked) if each not in done)
    _refuse_contradictions(model, (*done, *chosen))
    at = day or as_day(model.config("base_date"))
    notes = list(_needed(model, asked, chosen))
    changes: list[Change] = []
    faults: list[str] = []
    effective: list[str] = []
    for measure_id in chosen:
        try:
            idle, effects = _due(model, measure_id, end, at)
        except ScenarioError as fault:
            faults.append(f"measure {measure_id}: {fault}")
            continue
        notes.extend(f"measure {measure_id} {told}" for told in idle)
        for change in changes_of(model, effects):
            try:
                model = with_changes(model, (change,))
            except ScenarioError as fault:
                faults.append(f"measure {measure_id}: {fault}")
            else:
                changes.append(change)
        effective.extend((measure_id,) if effects else ())
    if faults:
        raise ScenarioError("\n".join(faults))
    return Works(tuple(effective), tuple(changes), tuple(notes), model)


def in_order(model: Model, measure_ids: Iterable[str]) -> tuple[str, ...]:
    """Return measures with all that they need, each after what it needs.

    Raises
    ------
    ScenarioError
        When one is not there, or they need each other in a circle.
    """
    needs = links_of(model, "needs")
    ordered: dict[str, None] = {}
    faults: list[str] = []

    def visit(measure_id: str, path: tuple[str, ...]) -> None:
        if measure_id in path:
            circle = (*path[path.index(measure_id) :], measure_id)
            faults.append(f"measures need each other: {' needs '.join(circle)}")
        elif measure_id not in needs:
            by = f", which {path[-1]} needs" if path else ""
            near = difflib.get_close_matches(measure_id, needs, SUGGESTIONS)
            hint = f"; near are {', '.join(near)}" if near else ""
            faults.append(f"the model has no measure {measure_id!r}{by}{hint}")
        elif measure_id not in ordered:
            for other in needs[measure_id]:
                visit(other, (*path, measure_id))
            ordered[measure_id] = None

    for measure_id in measure_ids:
        visit(measure_id, ())
    if faults:
        raise ScenarioError("\n".join(dict.fromkeys(faults)))
    return tuple(ordered)


def links_of(
    model: Model, column: Literal["needs", "excludes"]
) -> Mapping[str, tuple[str, ...]]:
    """Return the measures that each measure names in a column."""
    table = model["measure"]
    return dict(zip(table.labels("measure_id"), table.lists(column), strict=True))


def contradictions(
    model: Model, measure_ids: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """Return the pairs of measures that cannot both be done: first who says so."""
    excludes = links_of(model, "excludes")
    return tuple(
        (one, other) if other in excludes[one] else (other, one)
        for one, other in itertools.combinations(measure_ids, 2)
        if other in excludes[one] or one in excludes[other]
    )


def effects_of(
    model: Model, measure_id: str, end: End = "central"
) -> tuple[Effect, ...]:
    """Return what a measure changes, in the order of its rows.

    Raises
    ------
    ScenarioError
        When an element is no row reference.
    """
    table = model["measure_effect"]
    rows = [
        r for r, name in enumerate(table.labels("measure_id")) if name == measure_id
    ]
    values = table.number("value")
    low, high = (table.number("value" + suffix) for suffix in INTERVAL_SUFFIXES)
    if end != "central":
        bounds = low if end == "low" else high
        values = np.where(np.isnan(bounds), values, bounds)
        low = high = np.full(len(table), np.nan)
    elements, columns = table.labels("element"), table.labels("column")
    operations, texts = table.labels("operation"), table.labels("text")
    return tuple(
        Effect(
            row,
            parse_reference(elements[row]),
            columns[row],
            operations[row],
            float(values[row]),
            texts[row],
            float(low[row]),
            float(high[row]),
        )
        for row in rows
    )


def changes_of(model: Model, effects: Iterable[Effect]) -> Iterator[Change]:
    """Give the changes that effects of one measure make, rows to insert as one each."""
    effects = tuple(effects)
    own = {(each.reference, each.column) for each in effects}
    inserted: set[RowReference] = set()
    for each in effects:
        reference, column = each.reference, each.column
        value = each.text or label(each.value)
        if each.operation == "insert":
            if reference not in inserted:
                inserted.add(reference)
                yield _new_row(model, reference, effects)
        elif each.operation in SIGNS:
            operation: Operation = "add" if each.operation == "add" else "multiply"
            yield ReviseValue(reference, column, operation, each.value)
        elif each.opens:
            yield Open(reference)
        else:
            yield SetValue(reference, column, value)
            for suffix, figure in zip(
                INTERVAL_SUFFIXES, (each.low, each.high), strict=True
            ):
                bound, text = column + suffix, label(figure)
                is_there = text or _is_stated(model, reference, bound)
                if is_there and (reference, bound) not in own:
                    yield SetValue(reference, bound, text)


def _is_stated(model: Model, reference: RowReference, column: str) -> bool:
    """Whether a cell of the rows of a reference is known."""
    table = model[reference.table]
    rows = list(table.row_of.get(reference.key, ()))
    return column in table.columns and any(map(label, table.columns[column][rows]))


def _new_row(
    model: Model, reference: RowReference, effects: tuple[Effect, ...]
) -> InsertRow:
    """Return the row that effects make together; its source is that of the effects."""
    table = model["measure_effect"]
    own = [e for e in effects if e.operation == "insert" and e.reference == reference]
    first = own[0].row
    said = {name: table.labels(name)[first] for name in PROVENANCE}
    cells = {name: text for name, text in said.items() if text}
    for each in own:
        cells[each.column] = each.text or label(each.value)
        for suffix, figure in zip(
            INTERVAL_SUFFIXES, (each.low, each.high), strict=True
        ):
            if label(figure):
                cells.setdefault(each.column + suffix, label(figure))
    return InsertRow(reference, tuple(cells.items()))


def _due(
    model: Model, measure_id: str, end: End, day: date
) -> tuple[list[str], tuple[Effect, ...]]:
    """Return what is to be said of a measure, and the effects that it has."""
    table = model["measure"]
    (row,) = table.row_of[(measure_id,)]
    effects = effects_of(model, measure_id, end)
    fades = float(table.number("fades_year")[row])
    if not effects:
        return ["has no effect: no row of measure_effect says one"], ()
    if day.year > fades:
        return [f"has no effect on {day}: it fades after {fades:.0f}"], ()
    opened = {e.reference for e in effects if e.opens}
    there = {r for r in opened if _is_there(model, r, day)}
    told = ", ".join(str(each) for each in sorted(there))
    if opened and there == opened:
        return [f"has no effect: {told} is open already"], ()
    if all(_stands(model, each) for each in effects):
        return ["has no effect: what it sets stands there already"], ()
    due = tuple(e for e in effects if not (e.opens and e.reference in there))
    return [f"leaves {told} as it is: open already"] if there else [], due


def _is_there(model: Model, reference: RowReference, day: date) -> bool:
    """Whether a row is there, and open on a day."""
    table = model[reference.table]
    rows = table.row_of.get(reference.key, ())
    return bool(is_open(table, day)[list(rows)].any())


def _stands(model: Model, effect: Effect) -> bool:
    """Whether a cell is as an effect would set it."""
    table = model[effect.reference.table]
    rows = list(table.row_of.get(effect.reference.key, ()))
    is_set = effect.operation == "set" and not effect.opens
    if not is_set or not rows or effect.column not in table.columns:
        return False
    wanted = effect.text or label(effect.value)
    return all(label(each) == wanted for each in table.columns[effect.column][rows])


def _needed(
    model: Model, asked: tuple[str, ...], chosen: tuple[str, ...]
) -> Iterator[str]:
    """Say what is done besides, as something asked for needs it."""
    needs = links_of(model, "needs")
    for measure_id in chosen:
        if measure_id not in asked:
            by = ", ".join(each for each in chosen if measure_id in needs[each])
            yield f"measure {measure_id} is done too: {by} needs it"


def _refuse_contradictions(model: Model, chosen: tuple[str, ...]) -> None:
    """Raise where measures rule each other out.

    Raises
    ------
    ScenarioError
        With every pair.
    """
    pairs = contradictions(model, chosen)
    if pairs:
        told = "; ".join(f"{one} excludes {other}" for one, other in pairs)
        msg = f"measures contradict each other: {told}"
        raise ScenarioError(msg)
