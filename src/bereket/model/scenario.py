"""A scenario: an ordered tuple of typed changes, applied to a copy of the model."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from bereket.errors import ScenarioError
from bereket.model.model import Column, Model, Table
from bereket.model.reference import RowReference, find_rows
from bereket.model.validate import validate
from bereket.schema import Field, interval_base, table_schema
from bereket.schema.checker import cell_fault, cell_number


@dataclass(frozen=True, slots=True)
class SetValue:
    """Give a cell another value.

    Attributes
    ----------
    reference : RowReference
        The rows.
    column : str
        A column of the table that is no part of its key.
    value : str
        The value as it would stand in the table.
    """

    reference: RowReference
    column: str
    value: str

    def __str__(self) -> str:
        """Return the change as it is typed."""
        return f"{self.reference}.{self.column}={self.value}"


@dataclass(frozen=True, slots=True)
class Close:
    """Close the rows of a dated table: a link, a border side, a service, an order."""

    reference: RowReference

    def __str__(self) -> str:
        """Return the change as it is read."""
        return f"close {self.reference}"


@dataclass(frozen=True, slots=True)
class Open:
    """Open the rows of a dated table for good, planned ones too."""

    reference: RowReference

    def __str__(self) -> str:
        """Return the change as it is read."""
        return f"open {self.reference}"


Change = SetValue | Close | Open


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named, ordered list of changes on a base.

    Attributes
    ----------
    name : str
        What it is called.
    changes : tuple of Change
        What it changes, in order; a later change of the same cell wins.
    """

    name: str
    changes: tuple[Change, ...] = ()


# Figures that a rule between cells looks at.
RELATED_FIGURES = ("x_coord", "y_coord", "from_km", "to_km")

BASELINE = Scenario("baseline")


def apply(model: Model, scenario: Scenario) -> Model:
    """Return a copy of the model with a scenario's changes.

    Parameters
    ----------
    model : Model
        The base; it is not altered.
    scenario : Scenario
        The changes.

    Returns
    -------
    Model
        The changed model; the base itself where there is nothing to change.

    Raises
    ------
    ScenarioError
        When a change names a row, a column or a value that cannot be.

    Examples
    --------
    >>> from bereket.model.model import Model, Table
    >>> fx = Table("fx", {"currency": np.array(["KZT"], dtype=object),
    ...                   "usd_per_unit": np.array([0.002])})
    >>> change = SetValue(RowReference("fx", ("KZT",)), "usd_per_unit", "0.0019")
    >>> changed = apply(Model("m", {"fx": fx}), Scenario("weak", (change,)))
    >>> [float(m["fx"].number("usd_per_unit")[0]) for m in (changed, {"fx": fx})]
    [0.0019, 0.002]
    """
    changed = with_changes(model, scenario.changes)
    if all(map(_is_plain_figure, scenario.changes)):
        return changed
    before = set(validate(model, frozenset(model.tables)).faults)
    after = validate(changed, frozenset(changed.tables)).faults
    fresh = [str(issue) for issue in after if issue not in before]
    if fresh:
        said = "; ".join(map(str, scenario.changes))
        msg = f"{said} would break the model: {'; '.join(fresh)}"
        raise ScenarioError(msg)
    return changed


def with_changes(model: Model, changes: Iterable[Change]) -> Model:
    """Return a copy of the model with changes, each held against its own column only.

    Raises
    ------
    ScenarioError
        When a change names a row, a column or a value that cannot be.
    """
    for change in changes:
        rows = find_rows(model, change.reference)
        if isinstance(change, SetValue):
            model = _with_cells(model, change, rows)
        else:
            model = _with_status(model, change, rows)
    return model


def _is_plain_figure(change: Change) -> bool:
    """Whether a change cannot break a rule between rows: a figure, or a closure."""
    if not isinstance(change, SetValue):
        return isinstance(change, Close)
    known = table_schema(change.reference.table).field(change.column)
    return known is not None and known.type == "number" and not _is_bounded(known)


def _is_bounded(known: Field) -> bool:
    """Whether other columns hold a figure in bounds, or belts and coordinates do."""
    return known.name in RELATED_FIGURES or bool(interval_base(known.name))


def _with_cells(model: Model, change: SetValue, rows: tuple[int, ...]) -> Model:
    table = model[change.reference.table]
    field = table.schema.field(change.column)
    if field is None or change.column in table.schema.key:
        why = "is part of the key" if field is not None else "is no column"
        msg = f"{change}: {change.column!r} {why} of table {table.name!r}"
        raise ScenarioError(msg)
    empty = "must not be empty" if field.required else ""
    fault = cell_fault(field, change.value) if change.value else empty
    if fault:
        msg = f"{change}: {change.column} {fault}; found {change.value!r}"
        raise ScenarioError(msg)
    value = change.value if field.is_text else cell_number(field, change.value)
    return _replaced(model, table, change.column, rows, value)


def _with_status(model: Model, change: Close | Open, rows: tuple[int, ...]) -> Model:
    table = model[change.reference.table]
    if not table.schema.is_dated:
        msg = f"{change}: rows of table {table.name!r} are neither open nor closed"
        raise ScenarioError(msg)
    if isinstance(change, Close):
        return _replaced(model, table, "status", rows, "closed")
    if len(rows) > 1:
        msg = f"{change}: {len(rows)} rows of that key hold at different times"
        raise ScenarioError(msg)
    for column, value in (
        ("status", "operating"),
        ("valid_from", ""),
        ("valid_to", ""),
    ):
        model = _replaced(model, model[table.name], column, rows, value)
    return model


def _replaced(
    model: Model, table: Table, column: str, rows: tuple[int, ...], value: str | float
) -> Model:
    field = table.schema.field(column)
    blank: Callable[[], Column] = (
        (lambda: np.full(len(table), "", dtype=object))
        if field is not None and field.is_text
        else (lambda: np.full(len(table), np.nan))
    )
    values = table.columns[column].copy() if column in table.columns else blank()
    values[list(rows)] = value
    changed = Table(table.name, {**table.columns, column: values})
    return Model(model.name, {**model.tables, table.name: changed}, model.about)
