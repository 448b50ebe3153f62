"""Verbs on a model's tables: check, new, show."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.app.output import Answer, Format, answer_options, emit, working
from bereket.errors import BereketError, Issue
from bereket.io import read_model, write_model
from bereket.io.folder import blank_model
from bereket.model.result import Stamp, model_stamp
from bereket.model.scenario import BASELINE
from bereket.studies.check import CheckResult
from bereket.studies.check import check as check_folder
from bereket.studies.show import Explained, explained_tables
from bereket.studies.show import show as show_rows

ADVICE_SHOWN = 10
JOINED_SHOWN = 8
DEFAULTS_SHOWN = 12


@click.command()
@click.argument("model", metavar="MODEL")
@click.option("--all", "everything", is_flag=True, help="Show all advice and defaults.")
@answer_options
def check(model: str, everything: bool, form: Format, out: str, debug: bool) -> int:
    """List every fault of MODEL, a folder of tables or a workbook, in one run.

    Ends with code 1 where there is a fault.
    """
    with working(f"checking {model}"):
        found = check_folder(model)
    rows = [
        {
            "table": i.table,
            "row": r,
            "column": i.field,
            "rule": i.rule,
            "found": i.found,
        }
        for i in found.faults
        for r in (i.rows or ("",))
    ]

    def draw(console: Console) -> None:
        _draw_check(console, model, found, everything=everything)

    columns = ("table", "row", "column", "rule", "found")
    answer = Answer(
        found.as_dict(),
        found.stamp,
        draw,
        rows,
        columns=columns,
        tables=found.tables,
    )
    emit(answer, form, out, model)
    if form == "table":
        for issue in found.faults:
            click.echo(str(issue), err=True)
    return 1 if found.faults else 0


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def new(folder: str, debug: bool) -> None:
    """Write a small example model into the new folder DIR."""
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        msg = f"{folder!r} is there and not empty; name a new folder"
        raise BereketError(msg)
    write_model(blank_model(), target)
    click.echo(
        f"written: {folder}, a model of five places with one example row or a few"
    )
    click.echo(f"next:    bereket check {folder}")
    click.echo(
        f"         bereket route {folder} --from EAST --to FARPORT --commodity grain"
    )


@click.command()
@click.argument("model", metavar="MODEL")
@click.argument("reference", metavar="[REF]", default="")
@answer_options
def show(model: str, reference: str, form: Format, out: str, debug: bool) -> None:
    """Show what REF means in MODEL: a row, what joins it, and its sources.

    REF is a row reference such as link:L036, a label such as AKT, or a place's name;
    without it the model itself is shown.
    """
    found = read_model(model)
    about = Stamp(
        "show",
        **model_stamp(found, BASELINE),
        as_of=found.config("base_date"),
        params={"reference": reference},
        status="answered",
    )
    rows = show_rows(found, reference)
    flat = [
        {"reference": r.reference, "column": c.column, "value": c.value, "unit": c.unit}
        for r in rows
        for c in r.cells
    ]

    def draw(console: Console) -> None:
        if not reference:
            console.print(escape(repr(found)))
        for row in rows:
            _draw_row(console, model, row)

    result = {"rows": [row.as_dict() for row in rows]}
    answer = Answer(result, about, draw, flat, tables=lambda: explained_tables(rows))
    emit(answer, form, out, model)


def _draw_check(
    console: Console, path: str, found: CheckResult, *, everything: bool
) -> None:
    verdict = (
        f"[bold red]{_count(len(found.faults), 'fault')}[/]"
        if found.faults
        else "[bold green]no fault[/]"
    )
    total = sum(found.rows.values())
    console.print(
        f"[bold]{escape(found.stamp.model or path)}[/]: {verdict} in {total:,} rows of "
        f"{len(found.rows)} tables; {found.assumed_share:.0%} of the rows are assumed"
    )
    qualities = ("measured", "reported", "derived", "assumed", "not stated")
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name in ("table", "rows", *qualities):
        grid.add_column(name, justify="left" if name == "table" else "right")
    for table, count in found.rows.items():
        by = found.quality.get(table, {})
        grid.add_row(
            table, f"{count:,}", *(f"{by[q]:,}" if q in by else "" for q in qualities)
        )
    console.print(grid)
    _draw_list(
        console, "worth a look", found.advice, None if everything else ADVICE_SHOWN
    )
    defaults = [
        f"{d.table}.{d.column} counts as {d.value} in {_count(d.cells, 'empty cell')}"
        for d in found.defaults
    ]
    _draw_list(
        console, "defaults used", defaults, None if everything else DEFAULTS_SHOWN
    )
    if found.faults:
        console.print("next: mend the faults listed below, then check again")
    else:
        console.print(
            f"next: bereket show {escape(path)} REF · bereket route {escape(path)} …"
        )
    console.print(f"[dim]{escape(found.stamp.line())}[/]")
    sys.stdout.flush()


def _draw_list(
    console: Console, title: str, items: list[str] | tuple[Issue, ...], most: int | None
) -> None:
    if not items:
        return
    console.print(f"\n[bold]{title}[/] ({len(items)})")
    for item in items[:most]:
        console.print(f"  {escape(str(item))}")
    if most is not None and len(items) > most:
        console.print(f"  and {len(items) - most} more (--all shows them)")


def _draw_row(console: Console, model: str, row: Explained) -> None:
    console.print(f"\n[bold]{escape(row.reference)}[/]")
    grid = Grid(box=None, pad_edge=False, show_header=False)
    grid.add_column(no_wrap=True)
    grid.add_column(max_width=52)
    grid.add_column(style="dim", max_width=48)
    for cell in row.cells:
        value = escape(
            f"{cell.value} {cell.unit}".strip() if cell.is_known else cell.value
        )
        style = "" if cell.is_known else "dim"
        grid.add_row(
            cell.column,
            f"[{style}]{value}[/]" if style else value,
            escape(cell.meaning),
        )
    console.print(grid)
    for line in row.derivation:
        console.print(f"[bold]worked out[/]: {escape(line)}")
    for table, references in row.joined.items():
        more = len(references) - JOINED_SHOWN
        tail = f" and {more} more" if more > 0 else ""
        names = "  ".join(references[:JOINED_SHOWN])
        console.print(f"[bold]named by {table}[/]: {escape(names)}{tail}")
    for source in row.sources:
        parts = [
            source[c] for c in ("title", "publisher", "year", "url") if source.get(c)
        ]
        console.print(
            f"[bold]source[/] {source['source_id']}: {escape(', '.join(parts))}"
        )
    if not row.sources:
        console.print("[bold]source[/]: none; see quality and note above")
    if row.joined:
        other = next(iter(row.joined.values()))[0]
        console.print(f"[dim]next: bereket show {escape(model)} {escape(other)}[/]")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
