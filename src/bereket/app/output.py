"""Answers on the terminal, as JSON and as CSV."""

import csv
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import click
from rich.console import Console
from rich.markup import escape

from bereket.errors import BereketError, ModelError
from bereket.io.files import write_files
from bereket.model.reference import parse_change
from bereket.model.result import Stamp
from bereket.model.scenario import BASELINE, Scenario, SetValue
from bereket.schema.checker import NUMBER

Command = TypeVar("Command", bound=Callable[..., Any])
Format = Literal["table", "json", "csv"]
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
    """

    result: dict[str, Any]
    stamp: Stamp
    draw: Callable[[Console], None]
    rows: Sequence[Mapping[str, Any]] = ()
    warnings: tuple[str, ...] = field(default=())
    columns: tuple[str, ...] = field(default=())


def terminal() -> Console:
    """Return the console that answers are drawn on; wide where it is no terminal."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(width=width, highlight=False, soft_wrap=False)


def working(note: str) -> AbstractContextManager[object]:
    """Show that something is being done, where somebody watches."""
    if not sys.stderr.isatty():
        return nullcontext()
    return Console(stderr=True).status(escape(note))


def emit(answer: Answer, form: Format, out: str, model: str) -> None:
    """Give an answer in the form asked for, on the terminal or into a file.

    Parameters
    ----------
    answer : Answer
        The answer.
    form : {"table", "json", "csv"}
        Its form.
    out : str
        File to write instead; it is written whole or not at all.
    model : str
        Folder of the model asked, where no answer is written.

    Raises
    ------
    BereketError
        When the file to write lies in the model's folder, or in none.
    """
    path = Path(out)
    if out:
        refuse_to_write(path, Path(model))
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
        msg = f"{str(path)!r} lies in the model's folder; write the answer elsewhere"
        raise BereketError(msg)
    if not path.parent.is_dir():
        msg = f"there is no folder {str(path.parent)!r} to write {path.name!r} into"
        raise BereketError(msg)


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
        else [str(fault)]
    )
    whole = {"result": None, "stamp": None, "warnings": [], "errors": lines}
    return json.dumps(whole, indent=1, ensure_ascii=False)


def scenario_of(changes: Sequence[str]) -> Scenario:
    """Return the scenario that ``--set`` options make."""
    if not changes:
        return BASELINE
    return Scenario(
        "as set on the command line",
        tuple(SetValue(*parse_change(text)) for text in changes),
    )


def answer_options(command: Command) -> Command:
    """Add the options that every verb has."""
    for option in (
        click.option("--debug", is_flag=True, help="Show the traceback of an error."),
        click.option(
            "--out", metavar="PATH", default="", help="Write to a file instead."
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(["table", "json", "csv"]),
            default="table",
            show_default=True,
            help="Form of the answer.",
        ),
    ):
        command = option(command)
    return command


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
