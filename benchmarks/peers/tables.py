"""Tables in and out beside plain pandas, which reads cells and holds them to no rule.

pandas is told the type of every column, and gets what it needs beforehand.
"""

from functools import partial

import pandas as pd
from benchmarks.files import place_for, written
from benchmarks.peers.comparison import Comparison
from benchmarks.subjects import MODELS

from bereket import read_model, write_model
from bereket.schema import table_schema

FILE_FORMATS = ("csv", "parquet")  # a file a table; the workbook is one file
EMPTY_ONLY = {"keep_default_na": False, "na_values": [""]}  # "NA" is a text
YES_OR_NO = {"true": 1.0, "True": 1.0, "false": 0.0, "False": 0.0}


def our_reading(form, name):
    """Return a function that reads a model and holds it against every rule."""
    path = written(name, form)
    return lambda: read_model(path)


def pandas_reading(form, name):
    """Return a function that reads its tables, each into a frame."""
    path, tables = written(name, form), list(MODELS[name]().tables)
    types = {table: _types(table) for table in tables}
    if form == "xlsx":
        return lambda: _sheets(path, types)
    if form == "parquet":
        return lambda: {t: pd.read_parquet(path / f"{t}.parquet") for t in tables}
    return lambda: {
        table: pd.read_csv(path / f"{table}.csv", dtype=types[table], **EMPTY_ONLY)
        for table in tables
    }


def _sheets(path, types):
    with pd.ExcelFile(path) as book:
        return {
            table: pd.read_excel(book, table, dtype=of_columns, **EMPTY_ONLY)
            for table, of_columns in types.items()
        }


def our_writing(form, name):
    """Return a function that writes a model, whole or not at all, with metadata."""
    model, path = MODELS[name](), place_for(name, form)

    def run():
        write_model(model, path, form)
        return path

    return run


def pandas_writing(form, name):
    """Return a function that writes frames that are made beforehand."""
    model, path = MODELS[name](), place_for(name, form, by="pandas")
    frames = {table: _typed(model, table) for table in model.tables}

    def whole():
        with pd.ExcelWriter(path) as book:
            for table, frame in frames.items():
                frame.to_excel(book, sheet_name=table, index=False)
        return path

    def by_table():
        path.mkdir(exist_ok=True)
        for table, frame in frames.items():
            if form == "parquet":
                frame.to_parquet(path / f"{table}.parquet", index=False)
            else:
                frame.to_csv(path / f"{table}.csv", index=False)
        return path

    return by_table if form in FILE_FORMATS else whole


def hold_frames(model, frames):
    """Hold every cell of a model against the frames that pandas has read."""
    assert set(frames) == set(model.tables)
    for name, table in model.tables.items():
        assert list(frames[name]) == list(table.columns)
        for column, values in table.columns.items():
            assert _cells(frames[name][column]) == _cells(values), (name, column)


def hold_files(form, ours, theirs):
    """Read the files of both with pandas, and hold cell against cell."""
    one, other = (_read(path, form) for path in (ours, theirs))
    for name, frame in other.items():
        assert list(one[name]) == list(frame)
        for column in frame:
            assert _cells(one[name][column]) == _cells(frame[column]), (name, column)


def _read(path, form):
    """Return the frames of the files of a model, types as pandas guesses them."""
    if form == "xlsx":
        return pd.read_excel(path, None)
    read = pd.read_parquet if form == "parquet" else pd.read_csv
    return {each.stem: read(each) for each in path.glob(f"*.{form}")}


def _cells(column):
    """Return cells in one form: figures as such, yes and no as 1 and 0."""
    return [YES_OR_NO.get(str(value), value) for value in _known(column)]


def _known(column):
    """Return cells, empty where unknown."""
    return ["" if pd.isna(value) else value for value in column]


def _types(table):
    """Return the type of each column: text, or figures; yes and no stay text."""
    schema = table_schema(table)
    return {
        name: float if field.type in {"number", "integer"} else str
        for name, field in schema.fields.items()
    }


def _typed(model, table):
    """Return a frame with text, figures, and yes and no where the schema has them."""
    frame = model[table].to_frame()
    for name, field in table_schema(table).fields.items():
        if field.type == "boolean" and name in frame:
            truth = {1.0: True, 0.0: False}
            frame[name] = frame[name].map(truth.get).astype("boolean")
        elif field.is_text and name in frame:
            frame[name] = frame[name].replace("", None)
    return frame


def reading(form):
    """Return the comparison of reading a format."""
    return Comparison(
        f"read {form}",
        "pandas",
        partial(our_reading, form),
        partial(pandas_reading, form),
        hold_frames,
    )


def writing(form):
    """Return the comparison of writing a format."""
    return Comparison(
        f"write {form}",
        "pandas",
        partial(our_writing, form),
        partial(pandas_writing, form),
        partial(hold_files, form),
    )
