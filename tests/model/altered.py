"""Models that differ from another in one thing; the other is never touched."""

import numpy as np

from bereket.model.model import Model, Table

HEADER_ROWS = 1  # a row's number is that of the file, where the header is row 1


def fresh(model):
    """Return the model without anything it has worked out and kept."""
    tables = {name: Table(name, t.columns) for name, t in model.tables.items()}
    return Model(model.name, tables)


def row_at(model, table, *key):
    """Return the position of the one row with a key."""
    (position,) = [i for i, k in enumerate(model[table].keys) if k == key]
    return position


def number(position):
    """Return the number that a planner sees beside the row."""
    return position + 1 + HEADER_ROWS


def with_table(model, table):
    return Model(model.name, {**model.tables, table.name: table})


def without_table(model, name):
    return Model(model.name, {n: t for n, t in model.tables.items() if n != name})


def with_cell(model, table, position, column, value):
    columns = dict(model[table].columns)
    is_text = model[table].schema.field(column).is_text
    blank = np.full(
        len(model[table]), "" if is_text else np.nan, dtype=object if is_text else float
    )
    values = columns.get(column, blank).copy()
    values[position] = value
    return with_table(model, Table(table, {**columns, column: values}))


def without_row(model, table, position):
    kept = [row for row in range(len(model[table])) if row != position]
    return with_table(model, model[table].rows(kept))


def with_row(model, table, **cells):
    """Return the model with a row more, the last; cells that are not told are empty."""
    old = model[table]
    columns = {}
    for name in dict.fromkeys((*old.columns, *cells)):
        is_text = old.schema.field(name).is_text
        empty, kind = ("", object) if is_text else (np.nan, float)
        before = old.columns.get(name, np.full(len(old), empty, dtype=kind))
        columns[name] = np.array([*before, cells.get(name, empty)], dtype=kind)
    return with_table(model, Table(table, columns))


def with_order(model, orders, *, columns_reversed=False):
    """Return the model with rows of each table in another order."""
    tables = {}
    for name, table in model.tables.items():
        turned = table.rows(orders.get(name, range(len(table))))
        names = reversed(turned.columns) if columns_reversed else turned.columns
        tables[name] = Table(name, {n: turned.columns[n] for n in names})
    return Model(model.name, tables)
