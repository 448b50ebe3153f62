"""The verb ``shocks``: events that moved cargo, observed and modelled."""

from typing import Any, get_args

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.assign import AssignParams
from bereket.analysis.assign.params import Objective
from bereket.app.asking import asking_options, plan_of
from bereket.app.output import Answer, answer_options, emit, watching
from bereket.io import read_model
from bereket.studies.shock_result import ShockBeside, ShocksResult, in_short
from bereket.studies.shocks import FACTOR, USUAL, ShocksParams
from bereket.studies.shocks import shocks as look_at

COLUMNS = ("shock", "before", "after", "observed", "modelled", "same demand", "orders")
LEFT = ("shock", "before", "after")


@click.command()
@click.argument("model", metavar="MODEL")
@click.option(
    "--shock", "shock_ids", multiple=True, metavar="ID", help="This one only; repeat."
)
@click.option(
    "--objective",
    type=click.Choice(get_args(Objective)),
    default="logit",
    show_default=True,
    help="How cargo is put on its ways.",
)
@click.option(
    "--gap", type=float, default=USUAL.gap, show_default=True, help="Where to stop."
)
@click.option(
    "--factor",
    type=float,
    default=FACTOR,
    show_default=True,
    help="Within which a ratio counts as of the size observed.",
)
@asking_options
@answer_options
def shocks(**asked: Any) -> None:
    """Hold MODEL against the events of its table `shock`.

    Each is asked on a day before and on one after it: with the demand of each day, with
    the same demand, and without the orders that made it. Days and parties are those of
    the shocks.
    """
    path = asked["model"]
    params = ShocksParams(
        AssignParams(
            objective=asked["objective"],
            gap=asked["gap"],
            as_of=asked["as_of"],
            year=asked["year"],
            party=asked["party"],
        ),
        tuple(asked["shock_ids"]),
        asked["factor"],
    )
    with watching("asking before and after every shock") as monitor:
        model = read_model(path)
        plan = plan_of(model, path, asked)
        found = look_at(model, plan.scenario, params, monitor=monitor)

    def draw(console: Console) -> None:
        draw_shocks(console, found)
        console.print(f"[dim]{escape(found.stamp.line())}[/]")

    rows = [shock.as_dict() for shock in found.shocks]
    warnings = (*plan.notes, *found.warnings)
    answer = Answer(
        found.as_dict(), found.stamp, draw, rows, warnings, tables=found.tables
    )
    emit(answer, asked["form"], asked["out"], path)


def draw_shocks(console: Console, found: ShocksResult) -> None:
    """Draw the headline, a row a shock, and what stands against those that differ."""
    console.print(f"[bold]{found.headline()}[/]; {found.objective}")
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for name in COLUMNS:
        justify = "left" if name in LEFT else "right"
        grid.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for shock in found.shocks:
        grid.add_row(*_cells(shock))
    console.print(grid)
    console.print(
        "[dim]after over before: as observed; as modelled; with the demand of the day "
        "before on both; with the orders of the shock over without them[/]"
    )
    for shock in found.shocks:
        if shock.why:
            console.print(f"{shock.shock_id}: {escape(shock.why)}")


def _cells(shock: ShockBeside) -> tuple[str, ...]:
    is_met = shock.agrees and shock.is_of_size is not False
    colour = "green" if is_met else "yellow" if shock.agrees else "red"
    modelled = in_short(shock.modelled_ratio, shock.modelled_direction)
    return (
        shock.shock_id,
        shock.before_date,
        shock.after_date,
        in_short(shock.observed_ratio, shock.direction),
        f"[{colour}]{modelled}[/]",
        in_short(shock.same_demand_ratio, ""),
        in_short(shock.orders_ratio, ""),
    )
