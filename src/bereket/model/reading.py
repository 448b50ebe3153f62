"""From cells as text to a model, and back: what every file format has in common."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from bereket.errors import Issue
from bereket.model.model import Model, Table, empty_table, label
from bereket.model.result import Cell
from bereket.model.validate import validate
from bereket.schema import REQUIRED_TABLES, TABLE_NAMES, table_schema
from bereket.schema.checker import parse

WORDS_OF_TRUTH = MappingProxyType({"1": "true", "0": "false", "": ""})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as text.

    Attributes
    ----------
    header : sequence of str
        Names of the columns.
    rows : sequence of sequence of str
        Cells, each row as long as the header; an empty text where unknown.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A model as read, with everything that was found wrong in it.

    Attributes
    ----------
    model : Model
        The tables; cells with a fault are unknown.
    faults : tuple of Issue
        Every rule broken, of files, cells and rows.
    advice : tuple of Issue
        What is no fault but worth a look.
    """

    model: Model
    faults: tuple[Issue, ...]
    advice: tuple[Issue, ...]


def read_sheets(
    sheets: Mapping[str, Sheet],
    about: Mapping[str, Any],
    faults: Sequence[Issue] = (),
) -> Reading:
    """Make a model of tables that are text, and hold it against every rule.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        Tables by name; one without a header is taken as empty.
    about : mapping
        What the metadata says besides the tables.
    faults : sequence of Issue
        What was found wrong with the files before.

    Returns
    -------
    Reading
        The model and every fault, those of the files first.

    Notes
    -----
    A required table that is in no sheet is a fault.

    Examples
    --------
    >>> sheet = Sheet(["currency", "usd_per_unit"], [["KZT", "-2"]])
    >>> for fault in read_sheets({"fx": sheet}, {}).faults[:2]:
    ...     print(fault)
    config: the table must be there; found none
    node: the table must be there; found none
    """
    found = list(faults)
    advice: list[Issue] = []
    told = {issue.table for issue in faults}
    found.extend(
        Issue(name, (), "", "the table must be there", "none")
        for name in REQUIRED_TABLES
        if name not in sheets and name not in told
    )
    tables: dict[str, Table] = {}
    for name in TABLE_NAMES:
        if name in sheets and not sheets[name].header:
            tables[name] = empty_table(name)  # what is wrong with it is told already
        elif name in sheets:
            sheet = sheets[name]
            parsed = parse(table_schema(name), sheet.header, sheet.rows)
            found.extend(parsed.faults)
            advice.extend(parsed.advice)
            tables[name] = Table(name, parsed.columns)
    model = Model(_name(tables), tables, about)
    rules = validate(model, frozenset(tables))
    return Reading(model, (*found, *rules.faults), (*advice, *rules.advice))


def sheet_of(table: Table) -> Sheet:
    """Return a table as text, as it is written to a file.

    Examples
    --------
    >>> import numpy as np
    >>> rate = np.array([0.0021, np.nan])
    >>> sheet_of(Table("fx", {"usd_per_unit": rate})).rows
    [('0.0021',), ('',)]
    """
    columns = [
        [WORDS_OF_TRUTH[label(v)] for v in values]
        if is_boolean(table, name)
        else [label(v) for v in values]
        for name, values in table.columns.items()
    ]
    return Sheet(list(table.columns), list(zip(*columns, strict=True)))


def typed(table: Table) -> dict[str, list[Cell]]:
    """Return the columns of a table as text, figures and truth values.

    Parameters
    ----------
    table : Table
        A table of a model.

    Returns
    -------
    dict of str to list
        Cells by column; None where unknown.

    Examples
    --------
    >>> import numpy as np
    >>> typed(Table("link", {"directed": np.array([1, np.nan])}))
    {'directed': [True, None]}
    """
    columns: dict[str, list[Cell]] = {}
    for name, values in table.columns.items():
        if values.dtype == object:
            columns[name] = [str(value) or None for value in values]
        else:
            kind = bool if is_boolean(table, name) else float
            cells = [None if math.isnan(v) else kind(v) for v in values.tolist()]
            columns[name] = list(cells)
    return columns


def cell_text(value: object) -> str:
    """Return a value of a typed cell as a planner would type it into a CSV file.

    Parameters
    ----------
    value : object
        Text, figure, truth value, date or time; None = unknown.

    Returns
    -------
    str
        Figures in the fewest digits that give them back.

    Examples
    --------
    >>> from datetime import datetime, time
    >>> [cell_text(v) for v in (7.0, True, datetime(2024, 3, 1), time(8, 30), None)]
    ['7', 'true', '2024-03-01', '08:30', '']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return label(value)
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, (date, time)):
        return value.isoformat().removesuffix(":00")
    return str(value)


def is_boolean(table: Table, column: str) -> bool:
    """Whether a column holds yes and no."""
    field = table.schema.field(column)
    return field is not None and field.type == "boolean"


def _name(tables: Mapping[str, Table]) -> str:
    config = tables.get("config")
    is_there = config is not None and len(config) > 0
    return str(config.text("dataset_name")[0]) if config and is_there else ""
