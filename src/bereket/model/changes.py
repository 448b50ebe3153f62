"""Typed changes of a model's rows, each made on a copy and held against its columns."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from bereket.errors import ScenarioError
from bereket.model.model import Column, Model, Table, blank_column, label, with_column
from bereket.model.reference import RowReference, find_rows
from bereket.schema import INTERVAL_SUFFIXES, Field, interval_base, table_schema
from bereket.schema.checker import cell_fault, cell_number

Operation = Literal["add", "multiply"]
SIGNS: Final = {"add": "+=", "multiply": "*="}
# Figures that a rule between cells looks at.
RELATED_FIGURES: Final = ("x_coord", "y_coord", "from_km", "to_km")
DIGITS_OF_COUNTS: Final = 9  # 10 x 1.1 is 11 of something that is counted


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
class ReviseValue:
    """Add to the figure that stands in a cell, or multiply it; its bounds go along.

    Attributes
    ----------
    reference : RowReference
        The rows.
    column : str
        A column of figures.
    operation : {"add", "multiply"}
        What is done to the figure as it stands when the change is made.
    value : float
        The summand, in the column's unit; or the factor, 0 or more.
    """

    reference: RowReference
    column: str
    operation: Operation
    value: float

    def __str__(self) -> str:
        """Return the change as it is read."""
        sign = SIGNS[self.operation]
        return f"{self.reference}.{self.column}{sign}{label(self.value)}"


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


@dataclass(frozen=True, slots=True)
class InsertRow:
    """Put a new row into a table.

    Attributes
    ----------
    reference : RowReference
        The row; its key is that of no row which is there.
    cells : tuple of (str, str)
        Columns beside those of the key, and their values as they would stand there.
    """

    reference: RowReference
    cells: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Return the change as it is read."""
        told = ", ".join(f"{column}={value}" for column, value in self.cells)
        return f"insert {self.reference}: {told}"


Change = SetValue | ReviseValue | Close | Open | InsertRow


def with_changes(model: Model, changes: Iterable[Change]) -> Model:
    """Return a copy of the model with changes, each held against its own column only.

    Parameters
    ----------
    model : Model
        The base; it is not altered.
    changes : iterable of Change
        The changes, in order; each finds the model as those before have left it.

    Returns
    -------
    Model
        The changed model; tables that nothing touches are those of the base.

    Raises
    ------
    ScenarioError
        When a change names a row, a column or a value that cannot be.
    """
    for change in changes:
        if isinstance(change, InsertRow):
            model = _with_row(model, change)
            continue
        rows = find_rows(model, change.reference)
        if isinstance(change, SetValue):
            model = _with_cells(model, change, rows)
        elif isinstance(change, ReviseValue):
            model = _with_adjusted(model, change, rows)
        else:
            model = _with_status(model, change, rows)
    return model


def is_plain(change: Change) -> bool:
    """Whether a change cannot break a rule between rows: a figure, or a closure."""
    if not isinstance(change, SetValue | ReviseValue):
        return isinstance(change, Close)
    known = table_schema(change.reference.table).field(change.column)
    if known is None or known.type != "number":
        return False
    if isinstance(change, SetValue) and not change.value:
        return bool(interval_base(known.name))  # a bound that is not known bounds none
    return known.name not in RELATED_FIGURES and not interval_base(known.name)


def _with_cells(model: Model, change: SetValue, rows: tuple[int, ...]) -> Model:
    table = model[change.reference.table]
    field = _field_of(table, change)
    empty = "must not be empty" if field.required else ""
    fault = cell_fault(field, change.value) if change.value else empty
    if fault:
        msg = f"{change}: {change.column} {fault}; found {change.value!r}"
        raise ScenarioError(msg)
    model = _replaced(model, table, rows, {change.column: _cell(field, change.value)})
    return _without_bounds(model, change, rows) if change.value else model


def _without_bounds(model: Model, change: SetValue, rows: tuple[int, ...]) -> Model:
    """Return the model without bounds of a figure that no longer hold it."""
    for row in rows:
        table = model[change.reference.table]
        bounds = [f"{change.column}{end}" for end in INTERVAL_SUFFIXES]
        low, high = (_figure(table, name, row) for name in bounds)
        if math.isnan(low) and math.isnan(high):
            continue
        figure = _figure(table, change.column, row)
        if figure < low or figure > high:
            model = _replaced(model, table, (row,), dict.fromkeys(bounds, math.nan))
    return model


def _with_adjusted(model: Model, change: ReviseValue, rows: tuple[int, ...]) -> Model:
    table, column = model[change.reference.table], change.column
    field = _field_of(table, change)
    if field.type not in {"number", "integer"}:
        msg = f"{change}: {column!r} holds no figures"
        raise ScenarioError(msg)
    if not math.isfinite(change.value):
        msg = f"{change}: it takes a figure; found {label(change.value) or 'none'!r}"
        raise ScenarioError(msg)
    if change.operation == "multiply" and change.value < 0.0:
        msg = f"{change}: a factor must be 0 or more"
        raise ScenarioError(msg)
    for row in rows:
        model = _adjusted(model, change, field, row)
    return model


def _adjusted(model: Model, change: ReviseValue, field: Field, row: int) -> Model:
    """Return the model with one row's figure and its bounds moved."""
    table, column = model[change.reference.table], change.column
    figure = _moved(change, _figure(table, column, row))
    if math.isnan(figure):
        verb = "added to" if change.operation == "add" else "multiplied"
        msg = f"{change}: the cell is blank, and cannot be {verb}; set it"
        raise ScenarioError(msg)
    if field.type == "integer":
        figure = round(figure, DIGITS_OF_COUNTS)
    fault = cell_fault(field, label(figure))
    if fault:
        msg = f"{change}: {column} {fault}; found {label(figure)!r}"
        raise ScenarioError(msg)
    cells: dict[str, str | float] = {column: figure}
    for name in (column + suffix for suffix in INTERVAL_SUFFIXES):
        bound = _moved(change, _figure(table, name, row))
        known = table.schema.field(name)
        if known is not None and not math.isnan(bound):
            # A bound that would leave the column's range ends at the figure.
            cells[name] = figure if cell_fault(known, label(bound)) else bound
    return _replaced(model, table, (row,), cells)


def _moved(change: ReviseValue, figure: float) -> float:
    if change.operation == "add":
        return figure + change.value
    return figure * change.value


def _figure(table: Table, column: str, row: int) -> float:
    """Return the figure that stands in a cell; NaN where none does."""
    return float(table.columns[column][row]) if column in table.columns else math.nan


def _with_status(model: Model, change: Close | Open, rows: tuple[int, ...]) -> Model:
    table = model[change.reference.table]
    if not table.schema.is_dated:
        msg = f"{change}: rows of table {table.name!r} are neither open nor closed"
        raise ScenarioError(msg)
    if isinstance(change, Close):
        return _replaced(model, table, rows, {"status": "closed"})
    if len(rows) > 1:
        msg = f"{change}: {len(rows)} rows of that key hold at different times"
        raise ScenarioError(msg)
    opened = {"status": "operating", "valid_from": "", "valid_to": ""}
    return _replaced(model, table, rows, opened)


def _with_row(model: Model, change: InsertRow) -> Model:
    table = model[change.reference.table]
    faults = list(_row_faults(table, change))
    if faults:
        msg = f"insert {change.reference}: {'; '.join(faults)}"
        raise ScenarioError(msg)
    schema = table.schema
    cells = dict(zip(schema.key, change.reference.key, strict=True)) | dict(
        change.cells
    )
    columns: dict[str, Column] = {}
    for name in dict.fromkeys((*table.columns, *cells)):
        values = table.columns.get(name)
        field = schema.field(name)
        if values is None:
            values = blank_column(table, name)
        is_text = field is None or field.is_text  # a column that no schema knows
        text = cells.get(name, "")
        cell = text if field is None else _cell(field, text)
        added = np.array([cell], dtype=object if is_text else np.float64)
        columns[name] = np.concatenate([values, added])
    tables = {**model.tables, table.name: Table(table.name, columns)}
    return Model(model.name, tables, model.about)


def _row_faults(table: Table, change: InsertRow) -> Iterable[str]:
    """Yield what is wrong with a new row."""
    schema = table.schema
    if len(change.reference.key) != len(schema.key):
        yield f"the key is written {':'.join((table.name, *schema.key))}"
        return
    if change.reference.key in table.row_of:
        yield "the row is there already"
    cells = dict(change.cells)
    keys = dict(zip(schema.key, change.reference.key, strict=True))
    for column in cells:
        if column in keys:
            yield f"{column!r} is part of the key, and stands there"
        elif schema.field(column) is None:
            yield f"{column!r} is no column of table {table.name!r}"
    for name, field in schema.fields.items():
        if field.required and not (keys | cells).get(name):
            yield f"{name} must not be empty"
    for name, value in (keys | cells).items():
        known = schema.field(name)
        fault = cell_fault(known, value) if known is not None and value else ""
        if fault:
            yield f"{name} {fault}; found {value!r}"


def _field_of(table: Table, change: SetValue | ReviseValue) -> Field:
    """Return the column that a change means.

    Raises
    ------
    ScenarioError
        When there is none, or it is part of the key.
    """
    field = table.schema.field(change.column)
    if field is None or change.column in table.schema.key:
        why = "is part of the key" if field is not None else "is no column"
        msg = f"{change}: {change.column!r} {why} of table {table.name!r}"
        raise ScenarioError(msg)
    return field


def _cell(field: Field, text: str) -> str | float:
    return text if field.is_text else cell_number(field, text)


def _replaced(
    model: Model, table: Table, rows: tuple[int, ...], cells: Mapping[str, str | float]
) -> Model:
    """Return the model with cells of a table replaced, in all of the given rows."""
    changed = table
    for column, value in cells.items():
        known = changed.columns.get(column)
        values = blank_column(changed, column) if known is None else known.copy()
        values[list(rows)] = value
        changed = with_column(changed, column, values)
    return Model(model.name, {**model.tables, table.name: changed}, model.about)
