"""Answers on the terminal, as JSON and as CSV."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

import click
from rich.console import Console
from rich.markup import escape
from rich.status import Status

from bereket.errors import BereketError, ModelError
from bereket.io import write_tables
from bereket.io.files import write_files
from bereket.model.result import Flat, Monitor, Stamp, flat
from bereket.schema.checker import NUMBER

if TYPE_CHECKING:
    import pandas as pd

Command = TypeVar("Command", bound=Callable[..., Any])
Format = Literal["table", "json", "csv", "xlsx", "parquet"]
TO_FILES = ("xlsx", "parquet")  # forms that no terminal shows
PIPED_WIDTH = 110
FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Answer:
    """What a command has to say, in every form.

    Attributes
    ----------
    result : dict
        The answer as plain data.
    stamp : Stamp
        Where it comes from.
    draw : callable
        Draws the answer on a console.
    rows : sequence of mapping
        Flat rows, for CSV.
    warnings : tuple of str
        What could not be used.
    columns : tuple of str
        Columns that a CSV has though there be no row.
    tables : callable, optional
        Returns every table of the answer by name; `rows` alone where it is none.
    """

    result: dict[str, Any]
    stamp: Stamp
    draw: Callable[[Console], None]
    rows: Sequence[Mapping[str, Any]] = ()
    warnings: tuple[str, ...] = field(default=())
    columns: tuple[str, ...] = field(default=())
    tables: Callable[[], "Mapping[str, pd.DataFrame]"] | None = None


def terminal() -> Console:
    """Return the console that answers are drawn on; wide where it is no terminal."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(width=width, highlight=False, soft_wrap=False)


def working(note: str) -> AbstractContextManager[object]:
    """Show that something is being done, where somebody watches."""
    if not sys.stderr.isatty():
        return nullcontext()
    return Console(stderr=True).status(escape(note))


@contextmanager
def watching(doing: str) -> Iterator[Monitor]:
    """Show what is being done and how far it is, where somebody watches.

    Parameters
    ----------
    doing : str
        What is being done.

    Yields
    ------
    Monitor
        To be told about progress; it never says stop.
    """
    with working(doing) as status:

        def monitor(done: int, of: int, note: str) -> bool:
            if isinstance(status, Status):
                status.update(escape(f"{note}, {done} of {of}"))
            return True

        yield monitor


def emit(answer: Answer, form: Format, out: str, model: str) -> None:
    """Give an answer in the form asked for, on the terminal or into a file.

    Parameters
    ----------
    answer : Answer
        The answer.
    form : {"table", "json", "csv", "xlsx", "parquet"}
        Its form; the last two go to files only.
    out : str
        File to write instead, or folder for several; all or nothing is written.
    model : str
        Folder or file of the model asked, where no answer is written.

    Raises
    ------
    BereketError
        When the file to write lies in the model's folder, or in none.
    """
    path = Path(out)
    if out:
        refuse_to_write(path, Path(model))
    if form in TO_FILES:
        write_tables(flat_tables(answer), stamp_of(answer), path, form)
        click.echo(f"written: {out}", err=True)
        return
    if form == "table" and not out:
        answer.draw(terminal())
        for warning in answer.warnings:
            click.echo(f"warning: {warning}", err=True)
        return
    text = as_csv(answer.rows, answer.columns) if form == "csv" else as_json(answer)
    if form == "table":
        buffer = io.StringIO()
        answer.draw(Console(file=buffer, width=PIPED_WIDTH, highlight=False))
        text = buffer.getvalue()
    if out:
        write_files(path.parent, {path.name: text})
        click.echo(f"written: {out}", err=True)
    else:
        click.echo(text, nl=False)


def refuse_to_write(path: Path, model: Path) -> None:
    """Raise where an answer's file would touch the model, or has no folder to lie in.

    Raises
    ------
    BereketError
        With the reason.
    """
    if path.resolve().is_relative_to(model.resolve()):
        place = (
            "is the model's file" if model.is_file() else "lies in the model's folder"
        )
        msg = f"{str(path)!r} {place}; write the answer elsewhere"
        raise BereketError(msg)
    if not path.parent.is_dir():
        msg = f"there is no folder {str(path.parent)!r} to write {path.name!r} into"
        raise BereketError(msg)


def flat_tables(answer: Answer) -> dict[str, Flat]:
    """Return every table of an answer as plain cells."""
    if answer.tables is None:
        return {"answer": flat(answer.rows, answer.columns)}
    plain: dict[str, Flat] = {}
    for name, frame in answer.tables().items():
        rows: Any = frame.to_dict("records")  # by Hashable, says pandas; by text here
        plain[name] = flat(rows, [str(column) for column in frame.columns])
    return plain


def stamp_of(answer: Answer) -> dict[str, Any]:
    """Return where an answer comes from, with its notes and warnings."""
    said = {"notes": answer.result.get("notes", []), "warnings": list(answer.warnings)}
    return answer.stamp.as_dict() | said


def as_json(answer: Answer) -> str:
    """Return one object with result, stamp and warnings."""
    whole = {
        "result": answer.result,
        "stamp": answer.stamp.as_dict(),
        "warnings": list(answer.warnings),
    }
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> str:
    """Return flat rows as CSV; text that a spreadsheet would compute is quoted off.

    Examples
    --------
    >>> print(as_csv([{"place": "=1+1", "length_km": -3.5}]), end="")
    place,length_km
    '=1+1,-3.5
    """
    buffer = io.StringIO()
    header = list(dict.fromkeys((*columns, *(name for row in rows for name in row))))
    writer = csv.DictWriter(buffer, header, lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return buffer.getvalue()


def asks_for_json(argv: Sequence[str]) -> bool:
    """Whether a command line asks for JSON."""
    return any(
        text == "--format=json"
        or (text == "--format" and argv[at + 1 : at + 2] == ["json"])
        for at, text in enumerate(argv)
    )


def fault_object(fault: Exception) -> str:
    """Return the JSON object of a question that could not be answered."""
    lines = (
        [str(i) for i in fault.issues]
        if isinstance(fault, ModelError)
        else str(fault).splitlines()
    )
    whole = {"result": None, "stamp": None, "warnings": [], "errors": lines}
    return json.dumps(whole, indent=1, ensure_ascii=False)


def answer_options(command: Command) -> Command:
    """Add the options that every verb has."""
    for option in (
        click.option("--debug", is_flag=True, help="Show the traceback of an error."),
        click.option(
            "--out",
            metavar="PATH",
            default="",
            is_eager=True,  # so that --format knows of it
            help="Write to a file instead; for parquet, to a folder of tables.",
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(get_args(Format)),
            default="table",
            show_default=True,
            callback=_with_out,
            help="Form of the answer; xlsx and parquet hold every table of it.",
        ),
    ):
        command = option(command)
    return command


def _with_out(context: click.Context, option: click.Parameter, form: str) -> str:
    """Return the form asked for; one that is a file must be told where to go."""
    if form in TO_FILES and not context.params.get("out"):
        msg = f"{form} is written to a file: say where with --out PATH"
        raise click.BadParameter(msg, context, option)
    return form


def _cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        value = "|".join(map(str, value))
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return value
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
