"""The verb ``corridors``: the first screen."""

from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.app.asking import asking_options, plan_of
from bereket.app.fits import draw_fits
from bereket.app.ladder import Words, mt
from bereket.app.output import Answer, answer_options, emit, watching
from bereket.io import read_model
from bereket.model.scenario import apply
from bereket.studies.corridor_room import UNSEEN
from bereket.studies.corridors import CorridorRow, CorridorsResult
from bereket.studies.corridors import corridors as look_at

COLOURS = {"open": "green", "closed": "red", "not served": "yellow"}
ORDERS_SHOWN = 3
BINDS_SHOWN = 2
COLUMNS = (
    *("corridor", "", "days", "USD/t", "USD/FEU", "assumed", "last seen", "for"),
    "cargo",
)
LEFT = ("corridor", "", "for", "cargo")


@click.command()
@click.argument("model", metavar="MODEL")
@click.option(
    "--no-capacity", is_flag=True, help="Leave capacity and room out: quicker."
)
@asking_options
@answer_options
def corridors(**asked: Any) -> None:
    """Show every corridor of MODEL on a date: open or not, days, money, capacity.

    Room left is the capacity less the last flow observed over a year, both directions
    together; load of others is off the capacity where it is known.
    """
    path = asked["model"]
    with watching("looking at every corridor") as monitor:
        model = read_model(path)
        plan = plan_of(model, path, asked)
        found = look_at(
            model,
            plan.scenario,
            plan.as_of,
            asked["party"],
            with_capacity=not asked["no_capacity"],
            monitor=monitor,
        )
    words = Words(apply(model, plan.scenario))

    def draw(console: Console) -> None:
        draw_corridors(console, found)
        if not asked["no_capacity"]:
            draw_rooms(console, found, words)
        draw_fits(console, words.model)
        console.print(
            f"next: bereket route {escape(path)} --from PLACE --to PLACE --commodity "
            f"CARGO · bereket capacity {escape(path)} --corridor ID · --as-of DATE"
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


def draw_rooms(console: Console, found: CorridorsResult, words: Words) -> None:
    """Draw what every open corridor can carry, what binds, and the room left."""
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    grid.add_column("corridor", no_wrap=True)
    for name in ("Mt a year", "room left"):
        grid.add_column(name, justify="right", no_wrap=True)
    for name in ("kind", "what binds"):
        grid.add_column(name, overflow="fold")
    for row in found.corridors:
        room = row.room
        if room.capacity_t_per_year is not None:
            ends = f"({mt(room.low_t_per_year)}–{mt(room.high_t_per_year)})"
            named = [words.element(each) for each in room.binds[:BINDS_SHOWN]]
            more = len(room.binds) - len(named)
            grid.add_row(
                row.corridor_id,
                f"{mt(room.capacity_t_per_year)} {ends}",
                "?" if room.room_t_per_year is None else mt(room.room_t_per_year),
                f"{room.binds_kind}{' *' if room.rests_on_assumed else ''}",
                ", ".join(named) + (f" +{more}" if more else ""),
            )
    console.print(grid)
    console.print(
        "[dim]Mt a year: both directions together, by the corridor's own mix; room "
        "left: less the last year observed in tonnes, ? where none was; * rests on "
        "assumed rows[/]"
    )
    told = dict.fromkeys(r.room.why for r in found.corridors if _is_told(r))
    for why in told:
        rows = [r.corridor_id for r in found.corridors if r.room.why == why]
        console.print(f"[dim]{', '.join(rows)}: {escape(why)}[/]")


def _is_told(row: CorridorRow) -> bool:
    """Whether the reason of a corridor's room is more than that nothing was seen."""
    return bool(row.room.why) and row.status == "open" and row.room.why != UNSEEN


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
