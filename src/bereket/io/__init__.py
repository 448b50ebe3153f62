"""File formats: what is read into a model and written from one.

A format is one module with `examine_x(path) -> Reading` and `write_x(model, path)`,
and one row of `FORMATS`; its module, and the library that it needs, is imported when it
is used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bereket.errors import BereketError, ModelError

if TYPE_CHECKING:
    from bereket.model.model import Model
    from bereket.model.reading import Reading


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
    """

    name: str
    suffix: str
    reader: str
    writer: str
    line: str


FORMATS: Final = (
    Format(
        "csv",
        "",
        "bereket.io.folder:examine_folder",
        "bereket.io.folder:write_folder",
        "a folder of CSV tables, the model's own form",
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
    form = _form_of(path, "reader")
    found: Reading = _function(form.reader)(Path(path))
    return found


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
    chosen = _form_of(path, "writer", form)
    _function(chosen.writer)(model, Path(path))


def _form_of(path: str | Path, side: str, name: str = "") -> Format:
    """Find the format by its name, else by the suffix of a path."""
    able = [form for form in FORMATS if getattr(form, side)]
    suffix = Path(path).suffix.lower()
    if not name and (Path(path).is_dir() or suffix not in {f.suffix for f in able}):
        suffix = ""
    for form in able:
        if form.name == name or (not name and form.suffix == suffix):
            return form
    msg = f"no format {name!r}; there are {', '.join(form.name for form in able)}"
    raise BereketError(msg)


def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
