"""One row explained: its figures, what joins it, how it is used, its sources."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bereket.errors import QuestionError
from bereket.model.model import Model, Table, label, split_list
from bereket.model.places import find_place
from bereket.model.reference import (
    RowReference,
    find_rows,
    parse_reference,
    split_elements,
)
from bereket.schema import TABLE_NAMES, Field
from bereket.studies.derive import derivation

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

SOURCE_COLUMNS = (
    "source_id",
    "title",
    "publisher",
    "url",
    "year",
    "retrieved",
    "licence",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row.

    Attributes
    ----------
    column, value, unit, meaning : str
        As in table and schema; of an unknown cell the value says what it counts as.
    is_known : bool
        Whether the table states it.
    """

    column: str
    value: str
    unit: str
    meaning: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """A row with what belongs to it.

    Attributes
    ----------
    reference : str
        Row reference.
    cells : tuple of Cell
        Its columns, in the schema's order.
    derivation : tuple of str
        What is worked out from it, line by line.
    joined : mapping of str to tuple of str
        References of the rows that name it, by table.
    sources : tuple of dict
        Sources of the row.
    """

    reference: str
    cells: tuple[Cell, ...]
    derivation: tuple[str, ...]
    joined: dict[str, tuple[str, ...]]
    sources: tuple[dict[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return {
            "reference": self.reference,
            "cells": [
                {
                    "column": c.column,
                    "value": c.value,
                    "unit": c.unit,
                    "known": c.is_known,
                }
                for c in self.cells
            ],
            "derivation": list(self.derivation),
            "joined": {table: list(rows) for table, rows in self.joined.items()},
            "sources": list(self.sources),
        }


def show(model: Model, text: str) -> tuple[Explained, ...]:
    """Explain the rows that a reference, a label or a place's name means.

    Parameters
    ----------
    model : Model
        The model.
    text : str
        ``table:key[:key…]``, a label such as ``L036``, or the name of a place; empty
        = the model itself.

    Returns
    -------
    tuple of Explained
        One a row; several where a key recurs over time, or a label in several tables.

    Raises
    ------
    ScenarioError, QuestionError
        When the model holds nothing of that name.

    Examples
    --------
    >>> from bereket import blank_model
    >>> show(blank_model(), "L1")[0].reference
    'link:L1'
    """
    return tuple(
        _explained(model, model[name], row) for name, row in meant(model, text)
    )


def explained_tables(rows: tuple[Explained, ...]) -> "Mapping[str, pd.DataFrame]":
    """Return explained rows as tables: cells, what is worked out, what joins, sources.

    Parameters
    ----------
    rows : tuple of Explained
        Rows as `show` gives them.

    Returns
    -------
    mapping of str to DataFrame
        Tables ``cells``, ``derivation``, ``joined`` and ``sources``.
    """
    import pandas as pd

    cells = [
        {"reference": row.reference} | cell
        for row in rows
        for cell in row.as_dict()["cells"]
    ]
    derivation = [(row.reference, line) for row in rows for line in row.derivation]
    joined = [
        (row.reference, table, other)
        for row in rows
        for table, others in row.joined.items()
        for other in others
    ]
    sources = [{"reference": row.reference} | s for row in rows for s in row.sources]
    return {
        "cells": pd.DataFrame(cells),
        "derivation": pd.DataFrame(derivation, columns=["reference", "line"]),
        "joined": pd.DataFrame(joined, columns=["reference", "table", "row"]),
        "sources": pd.DataFrame(sources, columns=["reference", *SOURCE_COLUMNS]),
    }


def meant(model: Model, text: str) -> tuple[tuple[str, int], ...]:
    """Return table and position of the rows that a text means."""
    if not text:
        return tuple(("config", row) for row in range(len(model["config"])))
    if ":" in text:
        reference = parse_reference(text)
        return tuple((reference.table, row) for row in find_rows(model, reference))
    found = tuple(
        (name, row)
        for name in TABLE_NAMES
        if len(model[name].schema.key) == 1
        for row in model[name].row_of.get((text,), ())
    )
    if found:
        return found
    try:
        return (("node", find_place(model, text)),)
    except QuestionError as fault:
        msg = f"{fault}; or give a row reference, such as link:L036"
        raise QuestionError(msg) from None


def _explained(model: Model, table: Table, row: int) -> Explained:
    reference = RowReference(table.name, table.keys[row])
    return Explained(
        reference=str(reference),
        cells=tuple(_cells(table, row)),
        derivation=derivation(model, table.name, row),
        joined=_joined(model, table, row),
        sources=_sources(model, table, row),
    )


def _cells(table: Table, row: int) -> list[Cell]:
    cells = []
    for name, known in table.schema.fields.items():
        stated = label(table.columns[name][row]) if name in table.columns else ""
        if known.type == "boolean" and stated:
            stated = "true" if stated == "1" else "false"
        low, high = (
            label(table.columns[name + end][row]) if name + end in table.columns else ""
            for end in ("_low", "_high")
        )
        interval = f" ({low} to {high})" if low or high else ""
        value = stated + interval if stated else _unknown(known.unknown, known.default)
        if stated or known.unknown not in {"none", "all", "always"}:
            cells.append(Cell(name, value, known.unit, known.description, bool(stated)))
    return cells


def _unknown(unknown: str, default: object) -> str:
    return (
        f"unknown, counts as {default}"
        if default is not None
        else f"unknown: {unknown}"
    )


def _joined(model: Model, table: Table, row: int) -> dict[str, tuple[str, ...]]:
    """Return the rows that name this one, by table."""
    joined: dict[str, tuple[str, ...]] = {}
    reference = RowReference(table.name, table.keys[row])
    for other in model.tables.values():
        hits: dict[str, None] = {}
        for column, known in other.schema.fields.items():
            names = _names(table, row, known.names)
            if not names or column not in other.columns:
                continue
            for position, value in enumerate(other.text(column)):
                if names.intersection(_parts(model, known, str(value))):
                    hits[str(RowReference(other.name, other.keys[position]))] = None
        hits.pop(str(reference), None)
        if hits and other.name != "source":
            joined[other.name] = tuple(hits)
    return joined


def _names(table: Table, row: int, named: str) -> frozenset[str]:
    """Return what a row is called in columns that name rows of a kind."""
    key = table.keys[row]
    if named == "element":
        own = {key[0]} if table.name == "corridor" else set()
        return frozenset(own | {str(RowReference(table.name, key))})
    if named == "carrier_or_group" and table.name == "carrier":
        return frozenset({key[0], str(table.text("use_group")[row])} - {""})
    return frozenset(key) if named == table.name and len(key) == 1 else frozenset()


def _parts(model: Model, known: Field, text: str) -> tuple[str, ...]:
    """Return the labels of a cell."""
    if known.names == "element":
        corridors = {key[0] for key in model["corridor"].row_of}
        countries = {str(c) for c in model["node"].text("country_iso3")}
        return split_elements(text, corridors | countries)
    return split_list(text) if known.is_list else (text,)


def _sources(model: Model, table: Table, row: int) -> tuple[dict[str, str], ...]:
    if "source_id" not in table.columns:
        return ()
    source = model["source"]
    rows = source.row_of.get((str(table.columns["source_id"][row]),), ())
    return tuple(
        {c: label(source.columns[c][at]) for c in SOURCE_COLUMNS if c in source.columns}
        for at in rows
    )
