"""What differs between two assignments, drawn on the terminal."""

from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.report.flow_changes import Change, FlowChanges

MILLION: Final = 1e6
ROWS_SHOWN: Final = 10
NOTHING: Final = "–"


def draw_flow_changes(console: Console, found: FlowChanges) -> None:
    """Draw what goes, by corridor, what is full and what stays, in both answers."""
    _draw(console, "Mt a year", found.totals_t_per_year, MILLION, 2)
    parts = (
        ("by corridor, Mt a year", found.corridors_t_per_year, MILLION, 2),
        ("what is full, USD/t (– is not full)", found.full_usd_per_t, 1.0, 1),
        ("what does not go, Mt a year", found.stays_t_per_year, MILLION, 2),
    )
    for title, changes, size, digits in parts:
        if changes:
            _draw(console, title, changes, size, digits)
        else:
            console.print(f"{title}: no change")


def _draw(
    console: Console, title: str, changes: tuple[Change, ...], size: float, digits: int
) -> None:
    """Draw one list of changes, the largest of it."""
    grid = Grid(title=title, title_justify="left", box=None)
    grid.add_column("")
    for name in ("before", "after", "difference"):
        grid.add_column(name, justify="right", no_wrap=True)
    for each in changes[:ROWS_SHOWN]:
        ends = [
            NOTHING if value is None else f"{value / size:,.{digits}f}"
            for value in (each.before, each.after)
        ]
        change = f"{each.difference / size:+,.{digits}f}"
        grid.add_row(escape(each.name), *ends, change)
    console.print(grid)
    if len(changes) > ROWS_SHOWN:
        console.print(f"and {len(changes) - ROWS_SHOWN} more")
