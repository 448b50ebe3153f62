"""A model as a folder of CSV tables."""

from pathlib import Path
from types import MappingProxyType

from bereket.errors import BereketError, Issue
from bereket.io.files import (
    as_csv,
    exists,
    read_csv,
    read_metadata,
    refuse_mixture,
    write_files,
)
from bereket.model.model import Model, Table
from bereket.model.package import FILE_NAME, Package, package_text
from bereket.model.reading import Reading, read_sheets, sheet_of
from bereket.schema import REQUIRED_TABLES, TABLE_NAMES, table_schema
from bereket.schema.checker import parse


def examine_folder(folder: Path) -> Reading:
    """Read a model folder and list its faults without stopping at the first.

    Parameters
    ----------
    folder : Path
        Folder that holds the tables.

    Returns
    -------
    Reading
        The model and every fault.

    Raises
    ------
    BereketError
        When there is no such folder.
    """
    if not folder.is_dir():
        msg = f"{str(folder)!r} is no folder; give the folder that holds node.csv"
        raise BereketError(msg)
    faults: list[Issue] = []
    package = read_metadata(folder)
    faults.extend(package.faults)
    sheets = {
        name: read_csv(folder, name, file, faults)
        for name, file in _files(folder, package, faults).items()
    }
    return read_sheets(sheets, package.about, faults)


def write_folder(model: Model, folder: Path) -> None:
    """Write a model as a folder of CSV tables with its metadata.

    Parameters
    ----------
    model : Model
        The model.
    folder : Path
        Folder to write; its tables are replaced, all or none.

    Raises
    ------
    BereketError
        When the folder holds tables that this model has not.
    """
    paths = {name: f"{name}.csv" for name in model.tables}
    texts = {paths[n]: as_csv(sheet_of(table)) for n, table in model.tables.items()}
    texts[FILE_NAME] = package_text(model.name, model.about, paths)
    others = [f"{n}.csv" for n in TABLE_NAMES if n not in paths]
    refuse_mixture(folder, (*others, *(f"{n}.parquet" for n in TABLE_NAMES)))
    write_files(folder, texts)


def blank_model() -> Model:
    """Return the model that ``bereket new`` writes: every column, an example or two.

    Examples
    --------
    >>> [str(n) for n in blank_model()["node"].text("node_id")]
    ['EAST', 'EASTGATE', 'WESTGATE', 'PORT', 'FARPORT']
    """
    tables: dict[str, Table] = {}
    for name in TABLE_NAMES:
        schema = table_schema(name)
        header = list(schema.fields)
        rows = [[row.get(column, "") for column in header] for row in schema.examples]
        tables[name] = Table(
            name, MappingProxyType(parse(schema, header, rows).columns)
        )
    return Model(str(tables["config"].text("dataset_name")[0]), tables)


def _files(folder: Path, package: Package, faults: list[Issue]) -> dict[str, str]:
    """Return the file of each table: named in the metadata, or simply there."""
    own = {name: f"{name}.csv" for name in TABLE_NAMES}
    found = {name: file for name, file in own.items() if exists(folder, file)}
    for name, file in ({n: own[n] for n in REQUIRED_TABLES} | package.paths).items():
        if exists(folder, file):
            found[name] = file
        else:
            rule = "the table must be there"
            faults.append(Issue(name, (), "", rule, f"no file {file!r}"))
    return {name: found[name] for name in TABLE_NAMES if name in found}
