"""A model, or the tables of an answer, as Parquet: a file a table."""

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bereket.errors import BereketError, Issue
from bereket.io.files import (
    LARGEST_FILE_BYTES,
    FileFaultError,
    exists,
    needs,
    read_bytes,
    read_metadata,
    refuse_mixture,
    write_files,
)
from bereket.model.model import Model, Table
from bereket.model.package import FILE_NAME, package_text
from bereket.model.reading import (
    Reading,
    Sheet,
    cell_text,
    is_boolean,
    read_sheets,
    typed,
)
from bereket.model.result import Cell, Flat
from bereket.schema import TABLE_NAMES

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIX: Final = ".parquet"
STAMP_KEY: Final = "bereket"  # of the file's metadata


def examine_parquet(folder: Path) -> Reading:
    """Read a folder of Parquet tables and list its faults.

    Parameters
    ----------
    folder : Path
        Folder that holds ``node.parquet`` and the others.

    Returns
    -------
    Reading
        The model and every fault; rows are numbered as if there were a header row.
    """
    faults: list[Issue] = []
    package = read_metadata(folder)
    faults.extend(package.faults)
    faults.extend(
        Issue(name, (), "", "the table must be there", f"no file {file!r}")
        for name, file in package.paths.items()
        if not exists(folder, name + SUFFIX)
    )
    sheets = {
        name: _read(folder, name, faults)
        for name in TABLE_NAMES
        if exists(folder, name + SUFFIX)
    }
    return read_sheets(sheets, package.about, faults)


def write_parquet(model: Model, folder: Path) -> None:
    """Write a model as a folder of Parquet tables with its metadata.

    Parameters
    ----------
    model : Model
        The model.
    folder : Path
        Folder to write; its tables are replaced, all or none.

    Raises
    ------
    BereketError
        When the folder holds tables that this model has not, or another form of it.
    """
    paths = {name: name + SUFFIX for name in model.tables}
    files: dict[str, str | bytes] = {
        paths[name]: _bytes(_arrow(table)) for name, table in model.tables.items()
    }
    files[FILE_NAME] = package_text(model.name, model.about, paths)
    others = [f"{name}.csv" for name in TABLE_NAMES]
    others += [name + SUFFIX for name in TABLE_NAMES if name not in paths]
    refuse_mixture(folder, others)
    write_files(folder, files)


def write_parquet_tables(
    tables: Mapping[str, Flat], stamp: Mapping[str, Any], path: Path
) -> None:
    """Write the tables of an answer: one file, or a folder with a file a table.

    Parameters
    ----------
    tables : mapping of str to Flat
        Tables by name.
    stamp : mapping
        Where the answer comes from; JSON in the metadata of each file.
    path : Path
        A file ``x.parquet`` for an answer of one table; else a folder.

    Raises
    ------
    BereketError
        When several tables are to go into one file, or the folder holds others.
    """
    told = {STAMP_KEY: json.dumps(stamp, ensure_ascii=False)}
    files = {n + SUFFIX: _bytes(_of_cells(t, told)) for n, t in tables.items()}
    if path.suffix.lower() == SUFFIX:
        if len(files) > 1:
            names = ", ".join(tables)
            msg = f"the answer has the tables {names}; give a folder for them"
            raise BereketError(msg)
        write_files(path.parent, {path.name: next(iter(files.values()))})
        return
    there = {each.name for each in path.glob("*" + SUFFIX)} - set(files)
    if there:
        left = ", ".join(sorted(there))
        msg = f"{str(path)!r} holds tables of another answer: {left}"
        raise BereketError(msg)
    write_files(path, files)


# --- reading -------------------------------------------------------------------


def _read(folder: Path, name: str, faults: list[Issue]) -> Sheet:
    """Read one table as text; an empty one where the file is no such table."""
    with needs("parquet"):
        import pyarrow as pa
        from pyarrow import parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(read_bytes(folder, name + SUFFIX)))
        groups = range(file.metadata.num_row_groups)
        unpacked = sum(file.metadata.row_group(g).total_byte_size for g in groups)
        if unpacked > LARGEST_FILE_BYTES:
            rule = f"must unpack to at most {LARGEST_FILE_BYTES // 1024**2} MiB"
            faults.append(Issue(name, (), "", rule, f"{unpacked // 1024**2} MiB"))
            return Sheet([], [])
        table = file.read()
        table.validate(full=True)  # text that is no UTF-8, which is told late otherwise
    except (FileFaultError, pa.ArrowException, OSError, ValueError) as fault:
        rule = "must be a Parquet file, inside the folder"
        faults.append(Issue(name, (), "", rule, str(fault)))
        return Sheet([], [])
    columns = []
    for column in table.schema:
        if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
            rule = "must be text, figures, dates or truth values"
            faults.append(Issue(name, (), column.name, rule, str(column.type)))
    if not table.num_columns or any(issue.table == name for issue in faults):
        return Sheet([], [])
    columns = [list(map(cell_text, each.to_pylist())) for each in table.columns]
    return Sheet(table.column_names, list(zip(*columns, strict=True)))


# --- writing -------------------------------------------------------------------


def _arrow(table: Table) -> "pa.Table":
    """Return a table of a model with its types; unit and meaning beside each column."""
    with needs("parquet"):
        import pyarrow as pa

    arrays, fields = [], []
    for name, cells in typed(table).items():
        known = table.schema.field(name)
        figures = pa.bool_() if is_boolean(table, name) else pa.float64()
        kind = pa.string() if table.columns[name].dtype == object else figures
        told = {"unit": known.unit, "description": known.description} if known else None
        arrays.append(pa.array(cells, kind))
        fields.append(pa.field(name, kind, metadata=told))
    return pa.table(arrays, schema=pa.schema(fields))


def _of_cells(flat: Flat, told: Mapping[str, str]) -> "pa.Table":
    """Return a table of an answer, each column of the one type that holds its cells."""
    with needs("parquet"):
        import pyarrow as pa

    columns = [[row[at] for row in flat.rows] for at in range(len(flat.header))]
    arrays = [_column(cells) for cells in columns]
    fields = [pa.field(n, a.type) for n, a in zip(flat.header, arrays, strict=True)]
    return pa.table(arrays, schema=pa.schema(fields, metadata=dict(told)))


def _column(cells: Sequence[Cell]) -> "pa.Array":
    """Return cells as truth values, whole numbers, figures, or else text."""
    import pyarrow as pa

    kinds = {type(cell) for cell in cells if cell is not None}
    for allowed, kind in (
        ({bool}, pa.bool_()),
        ({int}, pa.int64()),
        ({int, float}, pa.float64()),
    ):
        if kinds and kinds <= allowed:
            return pa.array(cells, kind)
    texts = [None if cell is None else cell_text(cell) for cell in cells]
    return pa.array(texts, pa.string())


def _bytes(table: "pa.Table") -> bytes:
    """Return a table as the bytes of its file."""
    from pyarrow import parquet

    buffer = io.BytesIO()
    parquet.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()
