"""The verb ``pressure``: does a flow pass a chain of gas pipes."""

from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.pressure import PressureParams, PressureResult, pressure
from bereket.app.asking import asking_options, plan_of
from bereket.app.output import Answer, answer_options, emit
from bereket.io import read_model
from bereket.report.wording import figure


@click.command("pressure")
@click.argument("model", metavar="MODEL")
@click.option(
    "--path",
    "pipes",
    multiple=True,
    required=True,
    metavar="GAS_PIPE_ID",
    help="A pipe of the path; repeat, in order, from where the gas comes.",
)
@click.option(
    "--flow", type=float, required=True, metavar="MCM", help="Sent in, mcm a day."
)
@click.option("--inlet-bar", type=float, help="At the beginning; else the highest.")
@click.option("--outlet-bar", type=float, default=25.0, show_default=True)
@click.option("--ratio", type=float, default=1.6, show_default=True)
@click.option(
    "--hydraulic-efficiency",
    type=float,
    default=1.0,
    show_default=True,
    help="Flow of real pipes over that of Weymouth's.",
)
@click.option(
    "--compressibility", type=float, default=0.9, show_default=True, help="Mean Z."
)
@asking_options
@answer_options
def pressure_verb(**asked: Any) -> None:
    """Check whether a flow passes a chain of gas pipes of MODEL, and what binds.

    Steady flow after Weymouth, with the compressor stations of each pipe; pressures are
    absolute.
    """
    path = asked["model"]
    model = read_model(path)
    plan = plan_of(model, path, asked)
    params = PressureParams(
        path=tuple(each.removeprefix("gas_pipe:") for each in asked["pipes"]),
        flow_mcm_per_day=asked["flow"],
        inlet_bar=asked["inlet_bar"],
        outlet_min_bar=asked["outlet_bar"],
        as_of=plan.as_of,
        ratio_max=asked["ratio"],
        hydraulic_efficiency=asked["hydraulic_efficiency"],
        compressibility=asked["compressibility"],
    )
    found = pressure(model, plan.scenario, params)

    def draw(console: Console) -> None:
        draw_pressure(console, found)

    party = ("--party has no part in pressures",) if asked["party"] else ()
    answer = Answer(
        found.as_dict(),
        found.stamp,
        draw,
        found.rows(),
        (*plan.notes, *found.warnings, *party),
        tables=found.tables,
    )
    emit(answer, asked["form"], asked["out"], path)


def draw_pressure(console: Console, found: PressureResult) -> None:
    """Draw the headline, the points along the path, and the notes."""
    console.print(f"[bold]{escape(found.headline())}[/]")
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    grid.add_column("at", no_wrap=True)
    for name in ("km", "bar in", "bar out", "ratio", "MW"):
        grid.add_column(name, justify="right", no_wrap=True)
    for row in found.points:
        cells = (row.km, row.pressure_in_bar, row.pressure_out_bar, row.ratio)
        power = figure(row.power_mw) if row.power_mw else ""
        told = ("" if each is None else figure(each) for each in cells)
        grid.add_row(escape(row.name), *told, power)
    console.print(grid)
    for note in found.notes:
        console.print(f"[dim]{escape(note)}[/]")
    console.print(f"[dim]{escape(found.stamp.line())}[/]")
