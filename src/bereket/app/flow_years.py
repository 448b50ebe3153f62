"""Who goes where in several years, side by side, drawn on the terminal."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.assign.result import Scarce
from bereket.app.flows import mt
from bereket.app.ladder import Words
from bereket.report.flows import dearest
from bereket.studies.flows import FlowsOfYear
from bereket.studies.observed import Beside

CORRIDORS_SHOWN: Final = 6
FULL_SHOWN: Final = 3
HOURS_A_DAY: Final = 24.0
NOTHING: Final = "–"


def draw_years(console: Console, told: Sequence[FlowsOfYear], words: Words) -> None:
    """Draw what goes in each year, what is full first, and the largest corridors."""
    for each in told:
        found = each.assigned
        wanted, stays = found.demand_per_year, found.unserved_per_year
        console.print(
            f"[bold]{each.year}[/]: {mt(wanted - stays)} of {mt(wanted)} Mt go "
            f"({1 - stays / wanted:.0%}), {len(found.scarcity)} elements are full; the "
            "dearest:"
        )
        for full in dearest(found.scarcity)[:FULL_SHOWN]:
            where = words.element(full.element) + _way(full)
            console.print(
                f"  {where}: {full.price_usd_per_t:,.1f} USD/t, "
                f"{full.wait_h / HOURS_A_DAY:,.1f} days, {mt(full.t_per_year)} Mt pass"
            )
    _draw_corridors(console, told)


def _way(full: Scarce) -> str:
    return escape(f", {full.direction}") if full.direction else ""


def _draw_corridors(console: Console, told: Sequence[FlowsOfYear]) -> None:
    """Draw the largest corridors and those observed, a column a year."""
    first = told[0]
    seen = {
        each.corridor_id: first.observed.of_corridor(each.corridor_id)
        for each in first.assigned.corridors
    }
    ranked = sorted(first.assigned.corridors, key=lambda each: -each.t_per_year)
    shown = [
        each.corridor_id
        for at, each in enumerate(ranked)
        if at < CORRIDORS_SHOWN or seen[each.corridor_id]
    ]
    grid = Grid(title="by corridor, Mt a year", title_justify="left", box=None)
    grid.add_column("corridor")
    for each in told:
        grid.add_column(str(each.year), justify="right")
    grid.add_column(f"observed {first.year}", justify="right")
    grid.add_column(f"observed {first.year - 1}", justify="right")
    flows = [
        {row.corridor_id: row.t_per_year for row in each.assigned.corridors}
        for each in told
    ]
    for name in shown:
        own = seen[name]
        grid.add_row(
            escape(name),
            *(mt(of[name]) for of in flows),
            mt(own.observed) if own else NOTHING,
            NOTHING if own is None or own.rival is None else _rival(own),
        )
    console.print(grid)
    if first.observed.beside:
        console.print(f"{first.observed.headline()} * another definition")


def _rival(own: Beside) -> str:
    """Return last year's value, marked where it is by another definition."""
    return f"{mt(own.rival or 0.0)}{'*' if own.rival_definition else ''}"
