"""A model as a folder of CSV tables."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bereket.errors import BereketError, Issue, ModelError
from bereket.io.files import FileFaultError, exists, read_text, write_files
from bereket.model.model import Model, Table, empty_table, label
from bereket.model.package import FILE_NAME, Package, read_package
from bereket.model.validate import validate
from bereket.schema import REQUIRED_TABLES, TABLE_NAMES, table_schema
from bereket.schema.checker import parse


@dataclass(frozen=True, slots=True)
class Reading:
    """A folder as read, with everything that was found wrong in it.

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


def read_model(path: str | Path) -> Model:
    """Read a model folder.

    Parameters
    ----------
    path : str or Path
        Folder that holds the tables.

    Returns
    -------
    Model
        The frozen model.

    Raises
    ------
    BereketError
        When there is no such folder.
    ModelError
        When the folder breaks rules; it lists every fault.
    """
    reading = examine(path)
    if reading.faults:
        raise ModelError(reading.faults)
    return reading.model


def examine(path: str | Path) -> Reading:
    """Read a model folder and list its faults without stopping at the first.

    Raises
    ------
    BereketError
        When there is no such folder.
    """
    folder = Path(path)
    if not folder.is_dir():
        msg = f"{str(path)!r} is no folder; give the folder that holds node.csv"
        raise BereketError(msg)
    faults: list[Issue] = []
    advice: list[Issue] = []
    tables: dict[str, Table] = {}
    package = _package(folder)
    faults.extend(package.faults)
    for name, file in _files(folder, package, faults).items():
        tables[name] = _read_table(folder, name, file, faults, advice)
    model = Model(_name(tables), tables, package.about)
    found = validate(model, frozenset(tables))
    return Reading(model, tuple(faults) + found.faults, tuple(advice) + found.advice)


def write_model(model: Model, path: str | Path) -> None:
    """Write a model as a folder of CSV tables with its metadata.

    Parameters
    ----------
    model : Model
        The model.
    path : str or Path
        Folder to write; its tables are replaced, all or none.

    Raises
    ------
    BereketError
        When the folder holds tables that this model has not.
    """
    texts = {f"{name}.csv": _to_csv(table) for name, table in model.tables.items()}
    resources = [
        {"name": name, "path": f"{name}.csv", "schema": name} for name in model.tables
    ]
    package = {"name": model.name} | dict(model.about) | {"resources": resources}
    texts[FILE_NAME] = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    folder = Path(path)
    others = [n for n in TABLE_NAMES if n not in model.tables]
    left = [f"{name}.csv" for name in others if exists(folder, f"{name}.csv")]
    if left:
        msg = f"{str(path)!r} holds tables of another model: {', '.join(left)}"
        raise BereketError(msg)
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


def _package(folder: Path) -> Package:
    """Read the metadata, where there is any."""
    if not exists(folder, FILE_NAME):
        return Package({})
    try:
        return read_package(read_text(folder, FILE_NAME))
    except FileFaultError as fault:
        return Package({}, (Issue(FILE_NAME, (), "", "must be readable", str(fault)),))


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


def _read_table(
    folder: Path, name: str, file: str, faults: list[Issue], advice: list[Issue]
) -> Table:
    try:
        text = read_text(folder, file)
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except (FileFaultError, csv.Error) as fault:
        rule = "must be a CSV text in UTF-8, inside the folder"
        faults.append(Issue(name, (), "", rule, str(fault)))
        return empty_table(name)
    if not lines or not any(lines[0]):
        faults.append(Issue(name, (), "", "must have a header", "an empty file"))
        return empty_table(name)
    header = [cell.strip() for cell in lines[0]]
    if len(header) == 1 and ";" in header[0]:
        rule = "columns must be separated by commas, with decimal points"
        faults.append(Issue(name, (1,), "", rule, "semicolons"))
        return empty_table(name)
    rows = list(_rows(name, header, lines[1:], faults))
    parsed = parse(table_schema(name), header, rows)
    faults.extend(parsed.faults)
    advice.extend(parsed.advice)
    return Table(name, parsed.columns) if parsed.columns else empty_table(name)


def _rows(
    name: str, header: list[str], lines: list[list[str]], faults: list[Issue]
) -> Iterator[list[str]]:
    """Give the rows as wide as the header, so that row numbers stay the file's."""
    while lines and not any(lines[-1]):
        lines.pop()
    uneven: dict[int, list[int]] = {}
    for number, line in enumerate(lines, start=2):
        if len(line) != len(header):
            uneven.setdefault(len(line), []).append(number)
        yield (line + [""] * len(header))[: len(header)]
    for width, numbers in uneven.items():
        rule = f"a row must have {len(header)} cells, as the header has"
        faults.append(Issue(name, tuple(numbers), "", rule, str(width)))


def _name(tables: dict[str, Table]) -> str:
    config = tables.get("config")
    return (
        str(config.text("dataset_name")[0])
        if config is not None and len(config)
        else ""
    )


def _to_csv(table: Table) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.columns)
    columns = [
        _booleans(values) if _is_boolean(table, name) else [label(v) for v in values]
        for name, values in table.columns.items()
    ]
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue()


def _is_boolean(table: Table, column: str) -> bool:
    field = table.schema.field(column)
    return field is not None and field.type == "boolean"


def _booleans(values: object) -> list[str]:
    words = {"1": "true", "0": "false", "": ""}
    return [words[label(value)] for value in values]  # type: ignore[attr-defined]
