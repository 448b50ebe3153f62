"""The verb ``compare``: what differs between two saved answers."""

import json
import math
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.app.flow_changes import draw_flow_changes
from bereket.app.output import Answer, Format, answer_options, emit
from bereket.errors import BereketError
from bereket.io.files import FileFaultError, decode, read_whole
from bereket.report.compare import (
    COLUMNS,
    Comparison,
    answer_fault,
    headline,
)
from bereket.report.compare import compare as compare_answers
from bereket.report.differences import Difference

LINES_SHOWN = 40
ASKED_SHOWN = 12
TEXT_SHOWN = 60
HEADS = ("where", "value", "before", "after", "difference", "%", "unit")
FIGURES = ("before", "after", "difference", "%")


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--all", "everything", is_flag=True, help="Show all, rows within rows (legs) too."
)
@answer_options
def compare(
    before: str, after: str, everything: bool, form: Format, out: str, debug: bool
) -> None:
    """Show what differs between the saved answers A and B, and only that.

    Both are files that --format json --out FILE wrote, of the same verb: under two
    scenarios, on two dates, of two states of a model.
    """
    saved = _answers(before, after)
    if out and Path(out).resolve() in {Path(p).resolve() for p in (before, after)}:
        msg = f"{out!r} is one of the answers compared; write to another file"
        raise BereketError(msg)
    try:
        found = compare_answers(*saved)
    except RecursionError:
        msg = f"{before!r} and {after!r} are nested too deeply to be answers"
        raise BereketError(msg) from None

    def draw(console: Console) -> None:
        draw_comparison(console, found, everything=everything)

    answer = Answer(
        found.as_dict(),
        found.stamp,
        draw,
        found.rows(),
        columns=COLUMNS,
        tables=found.tables,
    )
    emit(answer, form, out, after)


def draw_comparison(console: Console, found: Comparison, *, everything: bool) -> None:
    """Draw what was asked differently, then the values, then rows that came or went."""
    console.print(f"[bold]{escape(headline(found))}[/]")
    _draw_asked(console, found.of("asked"), everything=everything)
    if found.flows and not everything:
        draw_flow_changes(console, found.flows)
        console.print("--all shows every value that changed, row by row")
        console.print(f"[dim]{escape(found.stamp.line())}[/]")
        return
    shown = [d for d in found.differences if d.part != "asked"]
    plain = [d for d in shown if everything or d.depth <= 1]
    plain = plain if everything else plain[:LINES_SHOWN]
    changed = [each for each in plain if each.part == "changed"]
    if changed:
        console.print(_grid(changed))
    for each in plain:
        if each.part != "changed":
            verb = "new" if each.part == "added" else "gone"
            told = _cell(each.after if each.part == "added" else each.before)
            line = f"{verb}: {each.where}: {_cut(each.name)}"
            console.print(escape(f"{line} ({told})" if told else line))
    if len(plain) < len(shown):
        more = len(shown) - len(plain)
        console.print(f"and {more:,} more, rows within rows too (--all shows them)")
    console.print(f"[dim]{escape(found.stamp.line())}[/]")


def _draw_asked(
    console: Console, asked: tuple[Difference, ...], *, everything: bool
) -> None:
    """Draw what the two questions do not share."""
    shown = asked if everything else asked[:ASKED_SHOWN]
    for each in shown:
        name = escape(", ".join(filter(None, (each.where, each.name))))
        console.print(f"asked: {name}: {escape(_turn(each))}")
    if len(asked) > len(shown):
        console.print(f"asked: and {len(asked) - len(shown)} more that differ")


def _grid(changed: list[Difference]) -> Grid:
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name in HEADS:
        grid.add_column(name, justify="right" if name in FIGURES else "left")
    for each in changed:
        percent = "" if each.percent is None else f"{each.percent:+,.1f}"
        grid.add_row(
            escape(each.where),
            escape(each.name),
            escape(_cell(each.before)),
            escape(_cell(each.after)),
            "" if each.difference is None else f"{each.difference:+,.6g}",
            percent,
            each.unit,
        )
    return grid


def _turn(each: Difference) -> str:
    if each.before is None:
        return f"also {_cell(each.after)}"
    if each.after is None:
        return f"no more {_cell(each.before)}"
    return f"{_cell(each.before)} → {_cell(each.after)}"


def _cell(value: object) -> str:
    """Return a value as it is read: figures in six digits, long texts cut."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, bool):
        return str(value).lower()
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_SHOWN else f"{text[: TEXT_SHOWN - 1]}…"


def _answers(*paths: str) -> list[Any]:
    """Read saved answers.

    Raises
    ------
    BereketError
        When one is missing, broken or no answer; of all of them at once.
    """
    saved, faults = [], []
    for path in paths:
        try:
            saved.append(_read(path))
        except BereketError as fault:
            faults.append(str(fault))
            continue
        if fault_found := answer_fault(saved[-1]):
            faults.append(f"{path!r} {fault_found}")
    if faults:
        raise BereketError("\n".join(faults))
    return saved


def _read(path: str) -> Any:
    """Read a file of JSON.

    Raises
    ------
    BereketError
        When there is none, or it is broken.
    """
    try:
        text = decode(read_whole(Path(path)))
        return json.loads(
            text, parse_float=_figure, parse_int=_figure, parse_constant=_figure
        )
    except FileFaultError as fault:
        msg = f"{path!r} is {fault}"
        raise BereketError(msg) from None
    except (ValueError, RecursionError) as fault:
        msg = f"{path!r} is no JSON: {fault}"
        raise BereketError(msg) from None


def _figure(text: str) -> float:
    """Return a figure; one without end is none of an answer.

    Raises
    ------
    ValueError
        When it is not finite, or would not be as a float.
    """
    value = float(text)
    if not math.isfinite(value):
        msg = f"it holds {text[:TEXT_SHOWN]}"
        raise ValueError(msg)
    return int(text) if text.lstrip("-").isdigit() else value
