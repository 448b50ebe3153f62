"""The verb ``outlook``: trade, tonnes, ways and costs in step, year by year."""

from typing import Any, get_args

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.assign.params import Objective
from bereket.app.asking import asking_options, plan_of
from bereket.app.output import Answer, answer_options, emit, watching
from bereket.errors import QuestionError
from bereket.io import read_model
from bereket.report.wording import figure, megatonnes
from bereket.studies.carriage import USUAL
from bereket.studies.outlook import OutlookParams
from bereket.studies.outlook import outlook as look_ahead
from bereket.studies.outlook_result import OutlookResult

MILLION = 1e6
STREAMS_SHOWN = 6


@click.command()
@click.argument("model", metavar="MODEL")
@click.option("--to", "to_year", type=int, default=2040, show_default=True)
@click.option(
    "--pair",
    nargs=2,
    metavar="ISO3 ISO3",
    help="Countries told by sector; else those that table trade has sectors of.",
)
@click.option(
    "--build",
    "measure_ids",
    multiple=True,
    metavar="ID",
    help="Begin a measure now: it works once it is built; repeat.",
)
@click.option(
    "--tolerance",
    type=float,
    default=1e-3,
    show_default=True,
    help="Share of tonnes that costs may move yet at the end of a year's rounds.",
)
@click.option("--damping", type=float, default=0.8, show_default=True)
@click.option("--rounds", "most_rounds", type=int, default=8, show_default=True)
@click.option(
    "--objective",
    type=click.Choice(get_args(Objective)),
    default=USUAL.objective,
    show_default=True,
    help="How cargo is put on its ways.",
)
@click.option("--gap", type=float, default=USUAL.gap, show_default=True)
@asking_options
@answer_options
def outlook(**asked: Any) -> None:
    """Bring trade and the costs of carriage of MODEL in step, year by year.

    Trade makes tonnes, tonnes wait, waits cost, costs move trade: each year until they
    stand still, with the capacities of the year. Years begin with the model's.
    """
    path = asked["model"]
    with watching("looking ahead") as monitor:
        model = read_model(path)
        plan = plan_of(model, path, asked)
        if asked["as_of"] or asked["year"] is not None:
            msg = "an outlook runs from the model's year to --to; it has no other date"
            raise QuestionError(msg)
        assign = USUAL.__class__(
            objective=asked["objective"], gap=asked["gap"], party=asked["party"]
        )
        params = OutlookParams(
            to_year=asked["to_year"],
            pair=tuple(asked["pair"] or ()),
            measure_ids=tuple(asked["measure_ids"]),
            tolerance=asked["tolerance"],
            damping=asked["damping"],
            most_rounds=asked["most_rounds"],
            assign=assign,
        )
        found = look_ahead(model, plan.scenario, params, monitor=monitor)

    def draw(console: Console) -> None:
        draw_outlook(console, found)
        console.print(f"[dim]{escape(found.stamp.line())}[/]")

    warnings = (*plan.notes, *found.warnings)
    answer = Answer(
        found.as_dict(), found.stamp, draw, found.rows(), warnings, tables=found.tables
    )
    emit(answer, asked["form"], asked["out"], path)


def draw_outlook(console: Console, found: OutlookResult) -> None:
    """Draw the headline, a row a year, and what the pair's trade goes by at the end."""
    console.print(f"[bold]{escape(found.headline())}[/]")
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    grid.add_column("year")
    for name in ("trade, M USD", "wanted, Mt", "goes, Mt", "rounds", "residual"):
        grid.add_column(name, justify="right", no_wrap=True)
    for name in ("opens", "longest wait"):
        grid.add_column(name)
    for each in found.years:
        usd = None if each.turnover_usd is None else each.turnover_usd / MILLION
        mark = "" if each.status == "answered" else f" ({each.status})"
        grid.add_row(
            f"{each.year}{mark}",
            figure(usd),
            megatonnes(each.demand_t),
            megatonnes(each.served_t),
            str(each.rounds),
            f"{each.residual:.1e}",
            escape(", ".join(each.opened)),
            escape(each.binds),
        )
    console.print(grid)
    if found.streams:
        console.print(f"{'-'.join(found.pair)} in {found.years[-1].year} goes by")
    for stream in found.streams[:STREAMS_SHOWN]:
        console.print(
            f"  {stream.exporter_iso3} {stream.commodity_id}, {stream.mode} through "
            f"{escape(stream.gateway)}: {megatonnes(stream.tonnes)} Mt, "
            f"{figure(stream.value_usd / MILLION)} M USD"
        )
    for note in found.notes:
        console.print(f"[dim]{escape(note)}[/]")
