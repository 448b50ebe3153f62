"""The verb ``trade``: does trade pass a target, when, and by which works."""

import os
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.trade import TradeParams, TradeResult
from bereket.analysis.trade.params import Answer as TradeAnswer
from bereket.analysis.trade.result import QUANTILES, WorksGain
from bereket.app.asking import asking_options, plan_of
from bereket.app.output import Answer, answer_options, emit, watching
from bereket.errors import QuestionError
from bereket.io import read_model
from bereket.io.scenarios import read_scenario, scenario_names
from bereket.model.model import Model
from bereket.model.plan import ScenarioFile, planned
from bereket.model.scenario import apply
from bereket.report.wording import figure
from bereket.studies.carriage import USUAL, CarriageParams, Package, packages_of
from bereket.studies.target import TargetParams
from bereket.studies.target import target as look_at

WORKS_SHOWN = 8
MILLION = 1e6
YEARS_SHOWN = 5  # one in so many, beside the first ones
FIRST_YEARS = 4
SHARE_SHOWN = 0.05
THERE_ALREADY = (
    "what a scenario, --measure or --set changes counts as there already, for trade of "
    "the base year too: --works and --package tell what works add"
)


@click.command()
@click.argument("model", metavar="MODEL")
@click.option(
    "--pair",
    nargs=2,
    metavar="ISO3 ISO3",
    required=True,
    help="The two countries.",
)
@click.option(
    "--target-usd",
    type=float,
    required=True,
    metavar="USD",
    help="Turnover of a year, both directions together.",
)
@click.option("--to", "to_year", type=int, default=2040, show_default=True)
@click.option(
    "--by", "by_year", type=int, help="Year of the target; else that of the agenda."
)
@click.option(
    "--works",
    "works_ids",
    multiple=True,
    metavar="ID",
    help="Hold this measure against the target; repeat; else all are.",
)
@click.option(
    "--package",
    "packages",
    multiple=True,
    metavar="ID+ID",
    help="Measures done together; repeat. Scenarios with measures are packages too.",
)
@click.option(
    "--no-works", is_flag=True, help="Ask nothing of the network: seconds, not minutes."
)
@click.option("--draws", type=int, default=2000, show_default=True)
@click.option(
    "--answer",
    "reply",
    type=click.Choice(get_args(TradeAnswer)),
    default="full",
    show_default=True,
    help="Of all other trade: prices and incomes too, sales held, or none.",
)
@click.option("--backtest-from", "backtest", type=int, default=2019, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=lambda: os.cpu_count() or 1,
    help="Processes that share the works.  [default: as many as processors]",
)
@asking_options
@answer_options
def trade(**asked: Any) -> None:
    """Ask MODEL whether trade of two countries passes a target, when, and by what.

    The chance by year as things are and with each measure and package; what makes it
    up; which works buy most trade a dollar. Each measure is one assignment of all
    demand: some minutes for fifty of them.
    """
    path = asked["model"]
    with watching("forecasting trade") as monitor:
        model = read_model(path)
        plan = plan_of(model, path, asked)
        when = {"as_of": plan.as_of} if plan.year is None else {"year": plan.year}
        assign = USUAL.__class__(
            objective=USUAL.objective, gap=USUAL.gap, party=asked["party"], **when
        )
        params = TargetParams(
            TradeParams(
                tuple(asked["pair"]),
                asked["target_usd"],
                to_year=asked["to_year"],
                by_year=asked["by_year"],
                draws=asked["draws"],
                backtest_year=asked["backtest"],
                answer=asked["reply"],
            ),
            CarriageParams(assign, asked["processes"]),
        )
        found = look_at(
            model,
            plan.scenario,
            params,
            packages=_packages(apply(model, plan.scenario), path, asked),
            seed=asked["seed"],
            monitor=monitor,
        )

    def draw(console: Console) -> None:
        draw_trade(console, found)
        console.print(f"[dim]{escape(found.stamp.line())}[/]")

    there = (THERE_ALREADY,) if plan.scenario.changes else ()
    warnings = (*plan.notes, *there, *found.warnings)
    answer = Answer(
        found.as_dict(), found.stamp, draw, found.rows(), warnings, tables=found.tables
    )
    emit(answer, asked["form"], asked["out"], path)


def _packages(model: Model, path: str, asked: dict[str, Any]) -> tuple[Package, ...]:
    """Return the works that are asked for.

    Raises
    ------
    QuestionError
        With measures that the model does not have.
    ScenarioError
        When measures that are to be done together contradict each other.
    """
    if asked["no_works"]:
        _refuse_idle(asked)
        return ()
    single = packages_of(model)
    known = {each.package_id: each for each in single}
    typed = [tuple(text.split("+")) for text in asked["packages"]]
    named = [*asked["works_ids"], *(each for ids in typed for each in ids)]
    missing = [each for each in named if each not in known]
    if missing:
        told = ", ".join(map(repr, missing))
        hint = (
            "; measures of a package have + between"
            if any("," in n for n in missing)
            else ""
        )
        msg = f"the model has no measure {told}{hint}; it has {', '.join(known)}"
        raise QuestionError(msg)
    chosen = [each for each in single if each.package_id in asked["works_ids"]]
    together = [Package.of_measures(ids, " + ".join(ids)) for ids in typed]
    for each in together:  # what cannot be done together is no answer of nothing
        planned(model, ScenarioFile(each.package_id, steps=each.steps))
    if not asked["works_ids"] and not typed:
        return (*single, *_scenarios(path))
    return (*chosen, *together)


def _refuse_idle(asked: dict[str, Any]) -> None:
    """Raise where an option is given that nothing heeds without works.

    Raises
    ------
    QuestionError
        With the options.
    """
    names = {"works_ids": "--works", "packages": "--package", "as_of": "--as-of"}
    names |= {"party": "--party"}
    idle = [told for name, told in names.items() if asked[name]]
    idle += ["--year"] if asked["year"] is not None else []
    if idle:
        msg = f"--no-works asks nothing of the network: {', '.join(idle)} would be idle"
        raise QuestionError(msg)


def _scenarios(path: str) -> tuple[Package, ...]:
    """Return the model's scenarios that do measures, as packages."""
    if not Path(path).is_dir():
        return ()
    found = []
    for name in scenario_names(Path(path)):
        written = read_scenario(path, name)
        package = Package(name, written.title or written.name, written.steps)
        if package.measure_ids:
            found.append(package)
    return tuple(found)


def draw_trade(console: Console, found: TradeResult) -> None:
    """Draw the headline, the years, what makes it up, and what works bring."""
    console.print(f"[bold]{escape(found.headline())}[/]")
    if found.backtest is not None and found.backtest.holds:
        console.print(escape(found.backtest.told()))
    console.print(_years(found))
    parts = [
        f"{each.exporter_iso3}>{each.importer_iso3} {each.sector} "
        f"{each.share_of_growth:.0%}"
        for each in found.sectors
        if each.share_of_growth >= SHARE_SHOWN
    ]
    console.print(f"what grows: {', '.join(parts)}")
    causes = ", ".join(
        f"{name} {share:.0%}"
        for name, share in sorted(found.spread.items(), key=lambda item: -item[1])
        if share >= SHARE_SHOWN
    )
    console.print(f"what the spread of {found.years[-1].year} comes from: {causes}")
    if found.measures:
        console.print(_works(found))
        idle = sum(each.gain_usd_per_year == 0 for each in found.measures)
        if idle:
            console.print(
                f"{idle} of {len(found.measures)} works change no cost of carriage "
                "between the two (--format json tells each)"
            )
    for note in found.notes:
        console.print(f"[dim]{escape(note)}[/]")


def _years(found: TradeResult) -> Grid:
    """Return the fan as a table, first years and some of the later."""
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    names = [f"P{100 * each:g}" for each in QUANTILES]
    for name in ("year", "chance", "reached", *names):
        grid.add_column(name, justify="right", no_wrap=True)
    for at, year in enumerate(found.years):
        if at >= FIRST_YEARS and year.year % YEARS_SHOWN and year.year != found.by_year:
            continue
        grid.add_row(
            str(year.year),
            f"{year.probability:.0%}",
            f"{year.reached:.0%}",
            *(figure(each / MILLION) for each in year.quantiles_usd),
        )
    grid.caption = "turnover of the year, million USD"
    grid.caption_justify = "left"
    return grid


def _works(found: TradeResult) -> Grid:
    """Return the works that move trade, the most trade a dollar first."""
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("works", "opens"):
        grid.add_column(name, no_wrap=True)
    last = found.years[-1].year
    names = ("M USD a year", "from", "to", "own", "a dollar built", f"chance {last}")
    for name in names:
        grid.add_column(name, justify="right", no_wrap=True)
    moving = [each for each in found.measures if each.gain_usd_per_year != 0]
    for each in moving[:WORKS_SHOWN]:
        mark = " *" if each.works_id in found.best_per_usd else ""
        grid.add_row(f"{each.works_id}{mark}", str(each.opens_year), *_gain(each))
    grid.caption = (
        "trade of the base year more in the long run, median and 90 %; own: by the "
        "pair's own carriage alone; * may buy most trade a dollar"
    )
    grid.caption_justify = "left"
    return grid


def _gain(each: WorksGain) -> tuple[str, ...]:
    usd = (each.gain_usd_per_year, each.gain_low_usd, each.gain_high_usd)
    return (
        *(figure(value / MILLION) for value in (*usd, each.direct_usd_per_year)),
        figure(each.gain_per_usd),
        f"{each.probability[-1]:.1%}",
    )
