"""Cells that carry bounds, and the assumptions they move by: one factor, one rule."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.errors import Issue, ModelError, QuestionError
from bereket.model.calendar import is_open
from bereket.model.model import Model, Table, blank_column, label
from bereket.model.reference import parse_reference
from bereket.schema import INTERVAL_SUFFIXES, interval_base
from bereket.studies.cell import Cell
from bereket.studies.rules import Found, Moves, label_of, numbered

LOW, HIGH = INTERVAL_SUFFIXES
Floats = NDArray[np.float64]
NAMED: Final = 5  # cells that a factor names
OF_VALUE: Final = "x value"

NOT_READ: Final = "not read by the question"
NOT_OPEN: Final = "in rows not open on the date"
OTHER_YEAR: Final = "demand of other years"
HALF: Final = "with one bound only, or bounds without a figure"
NO_WIDTH: Final = "whose bounds are equal"
NO_MEASURE: Final = "counted in whole numbers, which do not move by degrees"


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a model a question can read.

    Attributes
    ----------
    columns : mapping of str to collection of str
        Columns by table.
    days : tuple of date
        Dates of its networks.
    year : int or None
        Year of its demand; None where it has none.
    """

    columns: Mapping[str, frozenset[str]]
    days: tuple[date, ...]
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """One assumption: the cells that move by it.

    Attributes
    ----------
    name : str
        Its first cell, and how many move with it.
    table, column : str
        Where they stand.
    quality : str
        Their quality.
    note : str
        Basis of the first, as the row states it.
    cells : int
        How many.
    references : tuple of str
        The first few.
    low, high : float
        Bounds, in `unit`.
    unit : str
        Unit of the column; ``x value`` where the figures differ from row to row.
    """

    name: str
    table: str
    column: str
    quality: str
    note: str
    cells: int
    references: tuple[str, ...]
    low: float
    high: float
    unit: str

    def as_dict(self) -> dict[str, Any]:
        """Return the factor as plain data."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        name = plain.pop("name")
        return {"factor": name} | plain | {"references": list(self.references)}


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """The assumptions that a question rests on, with their cells.

    Attributes
    ----------
    each : tuple of Factor
        In the order of tables, columns, rows.
    at : tuple of (str, str, (n,) int, slice)
        Table, column, rows, and where their cells lie in the arrays below.
    low, value, high : (n_cells,)
        Bounds and figure.
    of_cell : (n_cells,) int
        Factor of each cell.
    left_out : mapping of str to int
        Cells with bounds that do not move, by why.
    """

    each: tuple[Factor, ...]
    at: tuple[tuple[str, str, NDArray[np.intp], slice], ...]
    low: Floats
    value: Floats
    high: Floats
    of_cell: NDArray[np.intp]
    left_out: Mapping[str, int]

    def __len__(self) -> int:
        """Return the number of factors."""
        return len(self.each)


def factors_of(model: Model, asked: Asked, moves: Moves = "together") -> Factors:
    """Find the cells with bounds that a question reads, and join those of one rule.

    Parameters
    ----------
    model : Model
        The model.
    asked : Asked
        What the question reads.
    moves : {"together", "alone"}
        Whether rows of one rule are one factor, or every cell is.

    Returns
    -------
    Factors
        With the count of cells that were left out.

    Raises
    ------
    ModelError
        When a figure does not lie within its bounds; every cell is named.
    QuestionError
        When no cell that the question reads has bounds.

    Notes
    -----
    Rows are of one rule where table, column, quality and the relative bounds are the
    same, and so is the note, or a part of it that stands for these bounds: parts are
    what semicolons divide, and one stands for bounds where at least half of the cells
    of the column that say it have them; of demand, whose flows are judged one by one,
    the whole note. Sharing goes on from row to row. A row without
    note shares its source, or its lack of one. Points of one curve are one factor
    whatever they say, also where cells move alone.

    Examples
    --------
    >>> from bereket import blank_model
    >>> model = blank_model()
    >>> every = {name: frozenset(t.columns) for name, t in model.tables.items()}
    >>> factors_of(model, Asked(every, ()))
    Traceback (most recent call last):
    ...
    bereket.errors.QuestionError: no cell that the question reads has bounds ...
    """
    refuse_unordered(model)
    left_out: Counter[str] = Counter()
    found = [
        cell
        for name, table in sorted(model.tables.items())
        for column in bounded_columns(table)
        for cell in _moving(table, column, asked, left_out)
        if name
    ]
    if not found:
        told = ", ".join(f"{n:,} {why}" for why, n in left_out.items()) or "none at all"
        msg = f"no cell that the question reads has bounds to be drawn from ({told})"
        raise QuestionError(msg)
    of_cell = numbered(model, found, moves)
    columns: dict[tuple[str, str], list[int]] = {}
    for at, cell in enumerate(found):
        columns.setdefault((cell.table, cell.column), []).append(at)
    return Factors(
        each=_told(model, found, of_cell),
        at=tuple(
            (*key, np.array([found[i].row for i in at]), slice(at[0], at[-1] + 1))
            for key, at in columns.items()
        ),
        low=np.array([cell.low for cell in found]),
        value=np.array([cell.value for cell in found]),
        high=np.array([cell.high for cell in found]),
        of_cell=of_cell,
        left_out=dict(left_out),
    )


def bounded_columns(table: Table) -> list[str]:
    """Return the columns of figures that may have bounds in a table."""
    bases = dict.fromkeys(interval_base(name) for name in table.columns)
    return [base for base in bases if base in table.columns]


def refuse_unordered(model: Model) -> None:
    """Refuse figures that do not lie within their bounds.

    Raises
    ------
    ModelError
        With every such cell.
    """
    faults = []
    for name, table in sorted(model.tables.items()):
        for column in bounded_columns(table):
            low, value, high = _three(table, column)
            for row in np.nonzero((low > value) | (value > high) | (low > high))[0]:
                said = (label(each[row]) for each in (low, value, high))
                rule = f"{column}{LOW} <= {column} <= {column}{HIGH}"
                faults.append(
                    Issue(name, (int(row) + 2,), column, rule, " <= ".join(said))
                )
    if faults:
        raise ModelError(tuple(faults))


def _three(table: Table, column: str) -> tuple[Floats, Floats, Floats]:
    """Return low, figure and high of a column."""
    low, value, high = (
        np.asarray(
            table.columns[name] if name in table.columns else blank_column(table, name),
            dtype=np.float64,
        )
        for name in (f"{column}{LOW}", column, f"{column}{HIGH}")
    )
    return low, value, high


def _moving(
    table: Table, column: str, asked: Asked, left_out: Counter[str]
) -> Iterable[Found]:
    """Give the cells of a column that move; count the others by why they do not."""
    low, value, high = _three(table, column)
    left = ~np.isnan(low) | ~np.isnan(high)
    whole = np.isnan(low) | np.isnan(value) | np.isnan(high)
    field = table.schema.field(column)
    is_read = column in asked.columns.get(table.name, ())
    is_measured = field is not None and field.type == "number"
    for why, mask in (
        (HALF, whole),
        (NOT_READ, np.full(low.size, not is_read)),
        (NO_MEASURE, np.full(low.size, not is_measured)),
        (OTHER_YEAR, _of_other_year(table, asked.year)),
        (NOT_OPEN, ~_open(table, asked.days)),
        (NO_WIDTH, low == high),
    ):
        count = int((left & mask).sum())
        if count:
            left_out[why] += count
        left = left & ~mask
    for row in np.nonzero(left)[0].tolist():
        three = (float(each[row]) for each in (low, value, high))
        yield Found(table.name, column, row, *three)


def _of_other_year(table: Table, year: int | None) -> NDArray[np.bool_]:
    if table.name != "demand" or year is None:
        return np.zeros(len(table), dtype=bool)
    return np.asarray(table.number("year") != year, dtype=bool)


def _open(table: Table, days: tuple[date, ...]) -> NDArray[np.bool_]:
    """Return which rows are open on any of the days; all where there is no day."""
    if not days:
        return np.ones(len(table), dtype=bool)
    mask = np.any([is_open(table, day) for day in days], axis=0)
    return np.asarray(mask, dtype=bool)


def _told(
    model: Model, found: list[Found], of_cell: NDArray[np.intp]
) -> tuple[Factor, ...]:
    """Describe each factor by its cells."""
    members: dict[int, list[Found]] = {}
    for number, cell in zip(of_cell.tolist(), found, strict=True):
        members.setdefault(number, []).append(cell)
    return tuple(_factor(model, cells) for cells in members.values())


def _factor(model: Model, cells: list[Found]) -> Factor:
    first = cells[0]
    table = model[first.table]
    named = [f"{table.references[c.row]}.{c.column}" for c in cells[:NAMED]]
    more = f" and {len(cells) - 1:,} more" if len(cells) > 1 else ""
    bounds = {(c.low, c.high) for c in cells}
    low, high = first.low, first.high
    reference = parse_reference(table.references[first.row])
    unit = Cell(reference, table, first.row).unit_of(first.column)
    if len(bounds) > 1 and first.value:
        low, high, unit = low / first.value, high / first.value, OF_VALUE
    return Factor(
        name=f"{named[0]}{_dated(table, first.row)}{more}",
        table=first.table,
        column=first.column,
        quality=label_of(table, "quality", first.row),
        note=label_of(table, "note", first.row),
        cells=len(cells),
        references=tuple(named),
        low=low if math.isfinite(low) else math.nan,
        high=high if math.isfinite(high) else math.nan,
        unit=unit,
    )


def _dated(table: Table, row: int) -> str:
    """Tell rows of one key apart by the day from which, or to which, they hold."""
    if len(table.row_of[table.keys[row]]) == 1 or not table.schema.is_dated:
        return ""
    start, end = (table.labels(name)[row] for name in ("valid_from", "valid_to"))
    return f" from {start}" if start else f" to {end}"
