"""The verb ``corridors``: the first screen."""

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
    working,
)
from bereket.io import read_model
from bereket.studies.corridors import CorridorRow, CorridorsResult
from bereket.studies.corridors import corridors as look_at

COLOURS = {"open": "green", "closed": "red", "not served": "yellow"}
ORDERS_SHOWN = 3
COLUMNS = (
    *("corridor", "", "days", "USD/t", "USD/FEU", "assumed", "last seen", "for"),
    "cargo",
)
LEFT = ("corridor", "", "for", "cargo")


@click.command()
@click.argument("model", metavar="MODEL")
@asking_options
@answer_options
def corridors(**asked: Any) -> None:
    """Show every corridor of MODEL on a date: open or not, days, money, last seen."""
    path = asked["model"]
    with working("looking at every corridor"):
        model = read_model(path)
        plan = plan_of(model, path, asked)
        found = look_at(model, plan.scenario, plan.as_of, asked["party"])

    def draw(console: Console) -> None:
        draw_corridors(console, found)
        console.print(
            f"next: bereket route {escape(path)} --from PLACE --to PLACE --commodity "
            f"CARGO · bereket show {escape(path)} corridor:ID · --as-of DATE"
        )
        console.print(f"[dim]{escape(found.stamp.line())}[/]")

    rows = [row.as_dict() for row in found.corridors]
    warnings = (*plan.notes, *found.warnings)
    answer = Answer(
        found.as_dict(), found.stamp, draw, rows, warnings, tables=found.tables
    )
    emit(answer, asked["form"], asked["out"], path)


def draw_corridors(console: Console, found: CorridorsResult) -> None:
    """Draw the headline, a row a corridor, and what the rows rest on."""
    is_open = sum(row.status == "open" for row in found.corridors)
    console.print(
        f"[bold]{is_open} of {len(found.corridors)} corridors are open[/] on "
        f"{found.as_of}; days from departure to arrival, money all in but for duties, "
        "insurance and what each way leaves out"
    )
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for name in COLUMNS:
        justify = "left" if name in LEFT else "right"
        grid.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for row in found.corridors:
        grid.add_row(*_cells(row))
    console.print(grid)
    for row in found.corridors:
        if row.why:
            what = (
                "is closed" if row.status == "closed" else "is shown for another pair"
            )
            console.print(f"{row.corridor_id} {what}: {escape('; '.join(row.why))}")
    _draw_orders(console, found)


def _draw_orders(console: Console, found: CorridorsResult) -> None:
    """Name the orders in force by corridor."""
    for row in found.corridors:
        if row.regimes:
            more = len(row.regimes) - ORDERS_SHOWN
            tail = f" and {more} more" if more > 0 else ""
            shown = ", ".join(row.regimes[:ORDERS_SHOWN])
            console.print(f"[dim]orders on {row.corridor_id}: {shown}{tail}[/]")


def _cells(row: CorridorRow) -> tuple[str, ...]:
    status = f"[{COLOURS[row.status]}]{row.status}[/]"
    seen = row.observed.in_short() if row.observed else ""
    ends = f"{row.origin_id} > {row.destination_id}" if row.origin_id else ""
    asked = (ends, row.commodity_id)
    if row.way is None:
        return (row.corridor_id, status, *("",) * 4, seen, *asked)
    figures, feu = row.way.totals, row.way.cost_usd_per_feu
    return (
        row.corridor_id,
        status,
        f"{figures.time_h / 24:.1f} ± {figures.sd_h / 24:.1f}",
        f"{figures.cost_usd_per_t:,.0f}",
        "" if feu is None else f"{feu:,.0f}",
        f"{figures.assumed_share:.0%}",
        seen,
        *asked,
    )
