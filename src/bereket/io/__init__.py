"""File formats: what is read into a model and written from one.

A format is one module with `examine_x(path) -> Reading` and `write_x(model, path)`,
and one row of `FORMATS`; its module, and the library that it needs, is imported when it
is used. Some also hold the tables of an answer: `write_x_tables(tables, stamp, path)`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bereket.errors import BereketError, ModelError

if TYPE_CHECKING:
    from bereket.io.gmns.reading import GmnsParams
    from bereket.model.model import Model
    from bereket.model.reading import Reading
    from bereket.model.result import Flat


@dataclass(frozen=True, slots=True)
class Format:
    """One way to keep a model in files.

    Attributes
    ----------
    name : str
        What a planner types.
    suffix : str
        Ending of its file; empty for a folder.
    reader, writer : str
        ``module:function``; empty where there is none.
    line : str
        One line of help.
    sign : str
        File by which a folder is known to be of this format.
    tables : str
        ``module:function`` that writes the tables of an answer; may be empty.
    holds : tuple of str
        Tables of a model that it holds; empty = all.
    """

    name: str
    suffix: str
    reader: str
    writer: str
    line: str
    sign: str = ""
    tables: str = ""
    holds: tuple[str, ...] = ()


FORMATS: Final = (
    Format(
        "csv",
        "",
        "bereket.io.folder:examine_folder",
        "bereket.io.folder:write_folder",
        "a folder of CSV tables, the model's own form",
        sign="node.csv",
    ),
    Format(
        "xlsx",
        ".xlsx",
        "bereket.io.excel:examine_excel",
        "bereket.io.excel:write_excel",
        "one Excel workbook, a sheet a table",
        tables="bereket.io.excel:write_excel_tables",
    ),
    Format(
        "parquet",
        "",
        "bereket.io.parquet:examine_parquet",
        "bereket.io.parquet:write_parquet",
        "a folder of Parquet tables",
        sign="node.parquet",
        tables="bereket.io.parquet:write_parquet_tables",
    ),
    Format(
        "gmns",
        "",
        "",
        "bereket.io.gmns.writing:write_gmns",
        "a folder of GMNS tables, all others of the model beside them",
    ),
    Format(
        "geojson",
        ".geojson",
        "",
        "bereket.io.geojson:write_geojson",
        "one GeoJSON file of places and links",
        holds=("node", "link"),
    ),
    Format(
        "gpkg",
        ".gpkg",
        "",
        "bereket.io.geopackage:write_geopackage",
        "one GeoPackage, a layer a table, to open in QGIS",
    ),
)


def read_model(path: str | Path) -> "Model":
    """Read a model: a folder of tables, or one file of a format that holds them all.

    Parameters
    ----------
    path : str or Path
        The folder or file.

    Returns
    -------
    Model
        The frozen model.

    Raises
    ------
    BereketError
        When there is no such folder or file, or none that can be read.
    ModelError
        When the tables break rules; it lists every fault.
    """
    reading = examine(path)
    if reading.faults:
        raise ModelError(reading.faults)
    return reading.model


def examine(path: str | Path) -> "Reading":
    """Read a model and list its faults without stopping at the first.

    Raises
    ------
    BereketError
        When there is no such folder or file, or none that can be read.
    """
    form = _form_of(Path(path))
    found: Reading = _function(form.reader)(Path(path))
    return found


def read_gmns(folder: str | Path, params: "GmnsParams") -> "Model":
    """Make a model of a folder of GMNS tables.

    Parameters
    ----------
    folder : str or Path
        The folder that holds ``node.csv`` and ``link.csv``.
    params : GmnsParams
        What the folder does not say of itself: the country, units.

    Returns
    -------
    Model
        Places, links and a carrier for each use.

    Raises
    ------
    BereketError
        When there is no such folder.
    ModelError
        When the tables break rules; it lists every fault.
    """
    from bereket.io.gmns.reading import examine_gmns

    reading = examine_gmns(Path(folder), params)
    if reading.faults:
        raise ModelError(reading.faults)
    return reading.model


def write_model(model: "Model", path: str | Path, form: str = "") -> None:
    """Write a model, whole or not at all.

    Parameters
    ----------
    model : Model
        The model.
    path : str or Path
        Folder or file to write; its tables are replaced.
    form : str
        Name of a format; empty = by the suffix, a folder of CSV where there is none.

    Raises
    ------
    BereketError
        When no format has that name or suffix, or what is there must not be replaced.
    """
    chosen = form_to_write(path, form)
    _refuse_another(chosen, Path(path))
    _function(chosen.writer)(model, Path(path))


def form_to_write(path: str | Path, form: str = "") -> Format:
    """Find the format that a model is written in: by name, else by suffix.

    Raises
    ------
    BereketError
        When no format has that name.

    Examples
    --------
    >>> form_to_write("caspian.gpkg").name, form_to_write("caspian").name
    ('gpkg', 'csv')
    """
    return _named(form, "writer") if form else _by_suffix(Path(path), "writer")


def write_tables(
    tables: "Mapping[str, Flat]", stamp: Mapping[str, Any], path: str | Path, form: str
) -> None:
    """Write the tables of an answer, all or none.

    Parameters
    ----------
    tables : mapping of str to Flat
        Tables by name.
    stamp : mapping
        Where the answer comes from.
    path : str or Path
        File to write; a folder where the format has a file a table.
    form : str
        Name of a format.

    Raises
    ------
    BereketError
        When no format of that name holds tables, or the path is not of its kind.
    """
    chosen = _named(form, "tables")
    _refuse_another(chosen, Path(path))
    _function(chosen.tables)(tables, stamp, Path(path))


def _able(side: str) -> list[Format]:
    return [form for form in FORMATS if getattr(form, side)]


def _named(name: str, side: str) -> Format:
    """Find a format by its name."""
    able = {form.name: form for form in _able(side)}
    if name not in able:
        msg = f"no format {name!r} here; there are {', '.join(able)}"
        raise BereketError(msg)
    return able[name]


def _by_suffix(path: Path, side: str) -> Format:
    """Find a format by the suffix of a path; a folder has none."""
    able = _able(side)
    suffix = path.suffix.lower()
    found = next((f for f in able if f.suffix and f.suffix == suffix), able[0])
    if found.suffix == "" and path.is_file():
        known = ", ".join(f.suffix for f in able if f.suffix)
        msg = f"{str(path)!r} is no folder of tables, and no file {known}"
        raise BereketError(msg)
    return able[0] if path.is_dir() else found


def _form_of(path: Path) -> Format:
    """Find the format of a model that is there: by a file of the folder, or suffix."""
    if path.is_dir():
        signs = [f for f in _able("reader") if f.sign and (path / f.sign).exists()]
        return (*signs, *_able("reader"))[0]
    return _by_suffix(path, "reader")


def _refuse_another(form: Format, path: Path) -> None:
    """Raise where a path is no place for a file of a format.

    Raises
    ------
    BereketError
        When the suffix is of another format, or a folder stands in the way.
    """
    if form.suffix and path.suffix.lower() != form.suffix:
        msg = f"{str(path)!r} must end in {form.suffix} to hold {form.line}"
        raise BereketError(msg)
    if form.suffix and path.is_dir():
        msg = f"{str(path)!r} is a folder; name a file in it"
        raise BereketError(msg)


def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
