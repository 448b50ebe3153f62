"""Turn the text of a table into typed columns, and list the cells that break rules."""

import difflib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.errors import Issue
from bereket.schema import LIST_SEPARATOR, Field, TableSchema

TRUE_WORDS = frozenset({"true", "1", "yes"})
FALSE_WORDS = frozenset({"false", "0", "no"})
CLOSE_SPELLING = 0.8  # difflib ratio from which an unknown header is taken for a slip
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
FEBRUARY = 2
FIRST_ROW = 2  # the header is row 1


@dataclass(frozen=True, slots=True)
class Parsed:
    """Typed columns of one table, with what was wrong.

    Attributes
    ----------
    columns : dict of str to (n_rows,)
        Text as object arrays (empty = unknown), all else as float64 (NaN = unknown).
    faults : tuple of Issue
        Cells and headers that break a rule.
    advice : tuple of Issue
        Columns that the schema does not know; they are carried, not used.
    """

    columns: dict[str, NDArray[np.object_] | NDArray[np.float64]]
    faults: tuple[Issue, ...]
    advice: tuple[Issue, ...]


def parse(
    schema: TableSchema, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> Parsed:
    """Turn text cells into typed columns.

    Parameters
    ----------
    schema : TableSchema
        What the table must be.
    header : sequence of str
        Column names of the file.
    rows : sequence of sequence of str
        Text cells, each row as long as `header`.

    Returns
    -------
    Parsed
        Columns of every known header, and every fault; a faulty cell is unknown.

    Examples
    --------
    >>> from bereket.schema import table_schema
    >>> found = parse(table_schema("fx"), ["currency", "usd_per_unit"], [["KZT", "-2"]])
    >>> print(found.faults[0])
    fx row 2, usd_per_unit: must be more than 0; found '-2'
    """
    faults = list(_header_faults(schema, header))
    advice: list[Issue] = []
    columns: dict[str, NDArray[np.object_] | NDArray[np.float64]] = {}
    for position, name in enumerate(header):
        field = schema.field(name)
        if field is None:
            slip = _likely_slip(schema, name)
            rule = (
                f"must be a column of the schema; did you mean {slip!r}?"
                if slip
                else "is not in the schema: carried along, not used"
            )
            issue = Issue(schema.name, (1,), name, rule, repr(name))
            (faults if slip else advice).append(issue)
            if not slip:
                carried = [row[position].strip() for row in rows]
                columns[name] = np.array(carried, dtype=object)
            continue
        cells = [row[position].strip() for row in rows]
        columns[name], wrong = _column(schema.name, field, cells)
        faults.extend(wrong)
    return Parsed(columns, tuple(faults), tuple(advice))


def cell_fault(field: Field, text: str) -> str:
    """Say which rule a non-empty cell breaks, or return an empty text.

    Examples
    --------
    >>> from bereket.schema import table_schema
    >>> cell_fault(table_schema("link").fields["length_km"], "12,5")
    'must be a number with a decimal point, not a comma'
    """
    if field.is_text:
        return _text_fault(field, text)
    if field.type == "boolean":
        known = text.lower() in TRUE_WORDS | FALSE_WORDS
        return "" if known else "must be true or false"
    return _number_fault(field, text)


def cell_number(field: Field, text: str) -> float:
    """Return the figure of a cell that has no fault; NaN when it is empty."""
    if not text:
        return math.nan
    if field.type == "boolean":
        return float(text.lower() in TRUE_WORDS)
    return float(text)


def _column(
    table: str, field: Field, cells: list[str]
) -> tuple[NDArray[np.object_] | NDArray[np.float64], list[Issue]]:
    broken: dict[tuple[str, str], list[int]] = {}
    verdicts: dict[str, str] = {}
    for row, text in enumerate(cells):
        if text not in verdicts:
            empty = "must not be empty" if field.required else ""
            verdicts[text] = cell_fault(field, text) if text else empty
        rule = verdicts[text]
        if rule:
            broken.setdefault((rule, text), []).append(row)
    bad = {row for rows in broken.values() for row in rows}
    issues = [
        Issue(
            table,
            tuple(row + FIRST_ROW for row in rows),
            field.name,
            rule,
            repr(text) if text else "an empty cell",
        )
        for (rule, text), rows in broken.items()
    ]
    if field.is_text:
        values = np.array(
            ["" if row in bad else text for row, text in enumerate(cells)], dtype=object
        )
        return values, issues
    figures = [
        math.nan if row in bad else cell_number(field, text)
        for row, text in enumerate(cells)
    ]
    return np.array(figures, dtype=np.float64), issues


def _header_faults(schema: TableSchema, header: Sequence[str]) -> Iterator[Issue]:
    for name, field in schema.fields.items():
        if field.required and name not in header:
            rule = "the column must be there"
            yield Issue(schema.name, (1,), name, rule, "no such header")
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            times = f"{header.count(name)} times"
            yield Issue(schema.name, (1,), name, "a header stands once", times)


def _likely_slip(schema: TableSchema, name: str) -> str:
    close = difflib.get_close_matches(name.lower(), schema.fields, 1, CLOSE_SPELLING)
    return close[0] if close else ""


def _number_fault(field: Field, text: str) -> str:  # noqa: PLR0911 a test a line
    if DECIMAL_COMMA.fullmatch(text):
        return "must be a number with a decimal point, not a comma"
    if NOT_FINITE.fullmatch(text):
        return "must be a finite number; leave the cell empty where it is unknown"
    if not NUMBER.fullmatch(text):
        return "must be a number"
    value = float(text)
    if not math.isfinite(value):
        return "must be a finite number; leave the cell empty where it is unknown"
    if field.type == "integer" and value != int(value):
        return "must be a whole number"
    if field.exclusive_minimum is not None and value <= field.exclusive_minimum:
        return f"must be more than {field.exclusive_minimum:g}"
    if field.minimum is not None and value < field.minimum:
        return f"must be {field.minimum:g} or more"
    if field.maximum is not None and value > field.maximum:
        return f"must be {field.maximum:g} or less"
    return ""


def _text_fault(field: Field, text: str) -> str:
    if field.enum and text not in field.enum:
        close = difflib.get_close_matches(text, field.enum, 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        return f"must be one of {', '.join(field.enum)}{hint}"
    if field.pattern and not re.fullmatch(field.pattern, text):
        return f"must match {field.pattern}"
    if field.format == "partial_date" and not is_partial_date(text):
        return "must be a date: YYYY, YYYY-MM or YYYY-MM-DD"
    if field.is_list and not all(part.strip() for part in text.split(LIST_SEPARATOR)):
        return f"must be values with {LIST_SEPARATOR!r} between, none empty"
    return ""


def is_partial_date(text: str) -> bool:
    """Whether a text is YYYY, YYYY-MM or YYYY-MM-DD, and a day of the calendar.

    Examples
    --------
    >>> is_partial_date("2024-02-29"), is_partial_date("2025-02-29")
    (True, False)
    """
    found = PARTIAL_DATE.fullmatch(text)
    if not found:
        return False
    year, month, day = (int(part) if part else None for part in found.groups())
    if not year:
        return False
    if month is not None and not 1 <= month <= len(DAYS_IN_MONTH):
        return False
    if day is None or month is None:
        return True
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = DAYS_IN_MONTH[month - 1] - (month == FEBRUARY and not leap)
    return 1 <= day <= last
