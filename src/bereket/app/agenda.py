"""The verb ``agenda``: what was agreed, and whether it is on course."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.app.asking import asking_options, plan_of
from bereket.app.output import (
    Answer,
    answer_options,
    emit,
    refuse_to_write,
    watching,
)
from bereket.errors import QuestionError
from bereket.io import read_model
from bereket.io.files import write_files
from bereket.studies.agenda import AgendaParams
from bereket.studies.agenda import agenda as look_at
from bereket.studies.agenda_result import AgendaResult

COLOURS = {
    "met": "green",
    "on course": "green",
    "at risk": "yellow",
    "past its date": "red",
    "not measurable": "dim",
}


@click.command()
@click.argument("model", metavar="MODEL")
@click.option(
    "--item", "item_ids", multiple=True, metavar="ID", help="This one; repeat."
)
@click.option(
    "--ics",
    metavar="FILE",
    default="",
    help="Write what has a date as a calendar (iCalendar) too.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@asking_options
@answer_options
def agenda(**asked: Any) -> None:
    """Hold what was agreed (table `agenda` of MODEL) against what is known on a date.

    Each item is met, on course, at risk, past its date, or not measurable; with value,
    target, due date, and the rows that it rests on.
    """
    path = asked["model"]
    if asked["year"] is not None:
        msg = "an agenda has a date, --as-of, and no year"
        raise QuestionError(msg)
    for file in filter(None, (asked["ics"], asked["out"])):
        refuse_to_write(Path(file), Path(path))
    with watching("reading the agenda") as monitor:
        model = read_model(path)
        plan = plan_of(model, path, asked)
        params = AgendaParams(plan.as_of, tuple(asked["item_ids"]))
        found = look_at(
            model, plan.scenario, params, seed=asked["seed"], monitor=monitor
        )
    if asked["ics"]:
        file = Path(asked["ics"])
        write_files(file.parent, {file.name: found.calendar()})
        click.echo(f"written: {file}", err=True)

    def draw(console: Console) -> None:
        draw_agenda(console, found)
        console.print(f"[dim]{escape(found.stamp.line())}[/]")

    warnings = (*plan.notes, *found.warnings)
    answer = Answer(
        found.as_dict(), found.stamp, draw, found.rows(), warnings, tables=found.tables
    )
    emit(answer, asked["form"], asked["out"], path)


def draw_agenda(console: Console, found: AgendaResult) -> None:
    """Draw the counts and a row an item, what presses first."""
    console.print(f"[bold]{escape(found.headline())}[/]")
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("item", "status", "due"):
        grid.add_column(name, no_wrap=True)
    grid.add_column("what, and how far it is")
    order = ("past its date", "at risk", "on course", "met", "not measurable")
    for each in sorted(found.items, key=lambda state: order.index(state.status)):
        colour = COLOURS[each.status]
        grid.add_row(
            each.item.item_id,
            f"[{colour}]{each.status}[/]",
            each.item.due.isoformat() if each.item.due else "",
            f"{escape(each.item.text)} [dim]{escape(each.why)}[/]",
        )
    console.print(grid)
    for note in found.notes:
        console.print(f"[dim]{escape(note)}[/]")
