"""The verb ``catchment``: which origins prefer a corridor."""

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
from bereket.studies.catchment import CatchmentParams, CatchmentResult
from bereket.studies.catchment import catchment as find_catchment

COLUMNS = ("from", "to", "best by", "gen. USD/t", "lead USD/t")


@click.command()
@click.argument("model", metavar="MODEL")
@click.option("--corridor", required=True, metavar="ID", help="Whose catchment.")
@click.option(
    "--to",
    "destinations",
    required=True,
    multiple=True,
    metavar="PLACE",
    help="Repeat.",
)
@click.option("--commodity", required=True, metavar="CARGO", help="Id or name.")
@click.option("--from", "origins", multiple=True, metavar="PLACE", help="Repeat.")
@click.option(
    "--country",
    "origin_iso3",
    default="CHN",
    show_default=True,
    metavar="ISO3",
    help="Origins are all places of it that load, where --from names none.",
)
@asking_options
@answer_options
def catchment(**asked: Any) -> None:
    """Find which origins in MODEL prefer a corridor, and by how much."""
    names = ("corridor", "destinations", "commodity", "origins", "origin_iso3", "party")
    with working("looking at every pair"):
        model = read_model(asked["model"])
        plan = plan_of(model, asked["model"], asked)
        params = CatchmentParams(
            **{name: asked[name] for name in names}, as_of=plan.as_of
        )
        found = find_catchment(model, plan.scenario, params)

    def draw(console: Console) -> None:
        draw_catchment(console, found)
        console.print(
            "next: --set REF.column=value (another price) · --as-of DATE · bereket "
            f"route {escape(asked['model'])} --from PLACE --to PLACE --commodity CARGO"
        )
        console.print(f"[dim]{escape(found.stamp.line())}[/]")

    rows = [each.as_dict() for each in found.preferences]
    answer = Answer(
        found.as_dict(), found.stamp, draw, rows, plan.notes, tables=found.tables
    )
    emit(answer, asked["form"], asked["out"], asked["model"])


def draw_catchment(console: Console, found: CatchmentResult) -> None:
    """Draw the headline, and the pairs: those that prefer the corridor first."""
    won = sum(each.prefers for each in found.preferences)
    console.print(
        f"[bold]{won} of {len(found.preferences)} pairs prefer {found.corridor_id}[/] "
        f"for {found.commodity_id} on {found.as_of}; the lead is over the best way of "
        "the other kind"
    )
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name in COLUMNS:
        justify = "right" if "USD" in name else "left"
        grid.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    order = {True: -1.0, False: 1.0}
    for each in sorted(
        found.preferences,
        key=lambda e: (not e.prefers, order[e.prefers] * e.lead_usd_per_t),
    ):
        grid.add_row(
            each.origin_id,
            each.destination_id,
            ("[green]*[/] " if each.prefers else "  ")
            + (" ".join(each.best_corridors) or "no named corridor"),
            _money(each.best_usd_per_t),
            _money(each.lead_usd_per_t),
        )
    console.print(grid)
    for note in found.notes:
        console.print(f"[dim]{escape(note)}[/]")


def _money(amount: float) -> str:
    return f"{amount:,.0f}" if amount < float("inf") else "none found"
