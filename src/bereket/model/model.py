"""The model: frozen tables, a content hash, and look-up by label."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bereket.schema import (
    LIST_SEPARATOR,
    TableSchema,
    interval_base,
    table_schema,
)

if TYPE_CHECKING:
    import pandas as pd

EXACT_BELOW = 1e15  # whole numbers are exact in float64
KEPT = ("keys", "row_of", "references")  # what a table works out from its key alone
# Manners in which a column is read (`Table.read`).
MANNERS = ("text", "number", "labels", "lists", "rows_by", "bounded")
DATES = ("valid_from", "valid_to")  # what `Table.days` follows from
Column = NDArray[np.object_] | NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """One table of a model; columns are read-only.

    Attributes
    ----------
    name : str
        Table name, such as ``link``.
    columns : mapping of str to (n_rows,)
        Text as object arrays (empty = unknown); figures, and booleans as 1 and 0, as
        float64 (NaN = unknown), in the unit of the column's schema.
    read : dict of tuple of (str, str)
        What was read of columns before, by manner and column: some are asked for many
        thousands of times. Nothing in it is altered.
    """

    name: str
    columns: Mapping[str, Column]
    read: dict[tuple[str, str], Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for values in self.columns.values():
            values.setflags(write=False)
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        object.__setattr__(self, "read", {})

    def __len__(self) -> int:
        """Return the number of rows."""
        return next((values.size for values in self.columns.values()), 0)

    def __repr__(self) -> str:
        """Show name and size."""
        return f"Table({self.name!r}, {len(self)} rows, {len(self.columns)} columns)"

    @property
    def schema(self) -> TableSchema:
        """What the table is."""
        return table_schema(self.name)

    def text(self, column: str) -> NDArray[np.object_]:
        """Return a text column with the schema's default where cells are empty.

        Parameters
        ----------
        column : str
            Name of a text column of the schema; it may be absent from the file.

        Returns
        -------
        (n_rows,)
            Text; empty where unknown and the schema has no default.
        """
        if ("text", column) not in self.read:
            known = self.schema.fields[column]
            default = str(known.default) if known.default is not None else ""
            values = self.columns.get(column, np.full(len(self), "", dtype=object))
            text = np.where(values == "", default, values).astype(object)
            text.setflags(write=False)
            self.read["text", column] = text
        found: NDArray[np.object_] = self.read["text", column]
        return found

    def number(self, column: str) -> NDArray[np.float64]:
        """Return a column of figures with the schema's default where cells are empty.

        Parameters
        ----------
        column : str
            Name of a number, integer or boolean column of the schema, or of a bound
            of one (``x_low``, ``x_high``); it may be absent from the file.

        Returns
        -------
        (n_rows,)
            Figures in the schema's unit; NaN where unknown without default.
        """
        if ("number", column) not in self.read:
            known = self.schema.field(column)
            if known is None:
                raise KeyError(column)
            default = np.nan if known.default is None else float(known.default)
            values = self.columns.get(column, np.full(len(self), np.nan))
            stated = np.asarray(values, dtype=np.float64)
            figures = np.where(np.isnan(stated), default, stated)
            figures.setflags(write=False)
            self.read["number", column] = figures
        found: NDArray[np.float64] = self.read["number", column]
        return found

    def labels(self, column: str) -> tuple[str, ...]:
        """Return a text column as plain text, for look-ups row by row."""
        if ("labels", column) not in self.read:
            self.read["labels", column] = tuple(map(str, self.text(column)))
        found: tuple[str, ...] = self.read["labels", column]
        return found

    @cached_property
    def days(self) -> list[NDArray[np.int64]]:
        """First and last days of the rows, once the calendar has worked them out."""
        return []

    def lists(self, column: str) -> tuple[tuple[str, ...], ...]:
        """Return a list column as one tuple of labels a row."""
        if ("lists", column) not in self.read:
            self.read["lists", column] = tuple(map(split_list, self.labels(column)))
        found: tuple[tuple[str, ...], ...] = self.read["lists", column]
        return found

    @cached_property
    def row_of(self) -> Mapping[tuple[str, ...], tuple[int, ...]]:
        """Row positions by key; several where a key recurs over time."""
        keys: dict[tuple[str, ...], list[int]] = {}
        for position, key in enumerate(self.keys):
            keys.setdefault(key, []).append(position)
        return MappingProxyType({key: tuple(rows) for key, rows in keys.items()})

    @cached_property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """Key of every row, in the order of a row reference."""
        parts = [
            [label(value) for value in self.columns[column]]
            if column in self.columns
            else [""] * len(self)
            for column in self.schema.key
        ]
        return tuple(zip(*parts, strict=True))

    @cached_property
    def digest(self) -> bytes:
        """Hash of what the table says, whatever the order of its rows and columns.

        Notes
        -----
        sha256 of its canonical columns, rows sorted by all cells; a column without any
        known cell counts as absent.
        """
        return hashlib.sha256(canonical(self).encode()).digest()

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Reference of every row, as it is typed."""
        return tuple(":".join((self.name, *key)) for key in self.keys)

    def rows(self, positions: Sequence[int] | NDArray[np.intp]) -> "Table":
        """Return a table of the rows at the given positions."""
        chosen = np.asarray(positions, dtype=np.intp)
        return Table(self.name, {k: v[chosen] for k, v in self.columns.items()})

    def to_frame(self) -> "pd.DataFrame":
        """Return the table as a frame, unknown cells as they are."""
        import pandas as pd

        return pd.DataFrame(dict(self.columns))


@dataclass(frozen=True)
class Model:
    """A corridor model: its tables, and nothing that computes.

    Attributes
    ----------
    name : str
        Name from the ``config`` table.
    tables : mapping of str to Table
        Tables by name; one that the folder lacks is empty.
    about : mapping
        What the metadata says besides: title, licences.
    """

    name: str
    tables: Mapping[str, Table]
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))

    def __getitem__(self, table: str) -> Table:
        """Return a table; an empty one where the folder has none."""
        found = self.tables.get(table)
        return empty_table(table) if found is None else found

    def __repr__(self) -> str:
        """Show name, sizes and hash."""
        sizes = ", ".join(f"{len(t)} {n}" for n, t in self.tables.items() if len(t))
        return f"Model({self.name!r}: {sizes}; hash {self.content_hash[:12]})"

    @cached_property
    def content_hash(self) -> str:
        """Hash of what the tables say, whatever the order of their rows and columns.

        Notes
        -----
        sha256 of the tables' own (`Table.digest`), by name. A changed model shares its
        unchanged tables with its base, so that only what changed is read again.
        """
        digest = hashlib.sha256()
        for name in sorted(self.tables):
            digest.update(self.tables[name].digest)
        return digest.hexdigest()

    def config(self, column: str) -> str:
        """Return a text cell of the one row of ``config``."""
        return str(self["config"].text(column)[0])

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Carriers by what may name them: a carrier_id or a use_group."""
        carrier = self["carrier"]
        named: dict[str, list[str]] = {}
        ids, groups = carrier.text("carrier_id"), carrier.text("use_group")
        for carrier_id, group in zip(ids, groups, strict=True):
            for name in dict.fromkeys((str(carrier_id), str(group))):
                if name:
                    named.setdefault(name, []).append(str(carrier_id))
        return MappingProxyType({name: tuple(ids) for name, ids in named.items()})

    @cached_property
    def kept(self) -> dict[date, object]:
        """What was compiled from the model, by date, for the next question."""
        return {}

    def carriers(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the carriers that a list of carriers and groups names, once each."""
        found = (c for name in names for c in self.groups.get(name, ()))
        return tuple(dict.fromkeys(found))


def empty_table(name: str) -> Table:
    """Return a table without rows."""
    columns: dict[str, Column] = {
        field.name: np.array([], dtype=object if field.is_text else np.float64)
        for field in table_schema(name).fields.values()
    }
    return Table(name, columns)


def blank_column(table: Table, column: str) -> Column:
    """Return a column of cells that are not known, as long as a table."""
    field = table.schema.field(column)
    if field is not None and field.is_text:
        return np.full(len(table), "", dtype=object)
    return np.full(len(table), np.nan)


def with_column(table: Table, column: str, values: Column) -> Table:
    """Return a table with one column replaced or added.

    Parameters
    ----------
    table : Table
        The table.
    column : str
        Name of the column.
    values : (n_rows,)
        Its cells; they become read-only.

    Returns
    -------
    Table
        It knows its rows by key as the other does, if no key is replaced, and what the
        other has read of other columns: a scenario changes cells of a table many times.
    """
    changed = Table(table.name, {**table.columns, column: values})
    known = table.__dict__
    if column not in table.schema.key:
        changed.__dict__.update({n: known[n] for n in KEPT if n in known})
    if column not in DATES and "days" in known:
        changed.__dict__["days"] = known["days"]
    read = table.read.copy()
    for manner in MANNERS:
        read.pop((manner, column), None)
    read.pop(("bounded", interval_base(column)), None)
    changed.__dict__["read"] = read
    return changed


def split_list(text: str) -> tuple[str, ...]:
    """Return the labels of a list cell.

    Examples
    --------
    >>> split_list("rail1520|road")
    ('rail1520', 'road')
    """
    return tuple(p.strip() for p in text.split(LIST_SEPARATOR)) if text else ()


def label(value: object) -> str:
    """Return a cell as text: figures without a needless decimal, unknown as empty.

    Examples
    --------
    >>> label(2024.0), label(0.1), label(float("nan"))
    ('2024', '0.1', '')
    """
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    if np.isnan(number):
        return ""
    whole = number.is_integer() and abs(number) < EXACT_BELOW
    return str(int(number)) if whole else repr(number)


def canonical(table: Table) -> str:
    """Return the table as text that does not depend on the order it was written in."""
    cells = {
        name: [label(value) for value in values]
        for name, values in sorted(table.columns.items())
    }
    known = {name: column for name, column in cells.items() if any(column)}
    rows = sorted(zip(*known.values(), strict=True))
    lines = [table.name, "\x1f".join(known), *("\x1f".join(row) for row in rows)]
    return "\x1e".join(lines) + "\x1d"
