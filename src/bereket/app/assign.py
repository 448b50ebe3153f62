"""The verb ``assign``: who goes where when the way is full."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console
from rich.markup import escape

from bereket.analysis.assign import AssignParams, AssignResult, assign_roads
from bereket.analysis.assign import assign as put_on_ways
from bereket.analysis.assign.params import Objective
from bereket.app.asking import asking_options, plan_of
from bereket.app.flows import draw_flows, draw_roads
from bereket.app.ladder import Words
from bereket.app.output import (
    TO_FILES,
    Answer,
    answer_options,
    as_csv,
    emit,
    refuse_to_write,
    watching,
)
from bereket.errors import QuestionError
from bereket.io import read_model
from bereket.io.files import write_files
from bereket.io.tntp import read_tntp, read_trips
from bereket.model.naming import in_words
from bereket.model.scenario import apply
from bereket.studies.observed import observed

USUAL = AssignParams()
COLUMNS = ("tail", "head", "flow", "cost")
ROADS = ".tntp"


@click.command()
@click.argument("model", metavar="MODEL|NET.tntp")
@click.option(
    "--demand", default="", metavar="TRIPS.tntp", help="Trips, of a road network."
)
@click.option(
    "--objective",
    type=click.Choice(get_args(Objective)),
    default=USUAL.objective,
    show_default=True,
    help="No shipper gains by another way; the least for all together; or a logit.",
)
@click.option(
    "--gap", type=float, default=USUAL.gap, show_default=True, help="Where to stop."
)
@click.option(
    "--max-iterations",
    "max_iterations",
    type=int,
    default=USUAL.max_iterations,
    show_default=True,
    help="Where to stop at the latest.",
)
@click.option(
    "--threads",
    type=int,
    default=USUAL.threads,
    show_default=True,
    help="The answer is the same with any number.",
)
@click.option(
    "--patience-h",
    "patience_h",
    type=float,
    default=USUAL.patience_h,
    show_default=True,
    help="Hours of waiting beyond the cheapest way at which cargo begins to stay.",
)
@click.option(
    "--unserved-cost",
    "unserved_cost_usd_per_t",
    type=float,
    metavar="USD/T",
    help="Expected cost beyond which cargo stays, of a logit; else by patience.",
)
@click.option(
    "--by-month",
    "by_month",
    is_flag=True,
    help="The twelve months too, with seasons and weather: some seconds more.",
)
@click.option(
    "--toll-factor",
    "toll_factor",
    type=float,
    default=USUAL.toll_factor,
    show_default=True,
    help="Time that a unit of toll is worth, of a road network.",
)
@click.option(
    "--distance-factor",
    "distance_factor",
    type=float,
    default=USUAL.distance_factor,
    show_default=True,
    help="Time that a unit of length is worth, of a road network.",
)
@asking_options
@answer_options
def assign(**asked: Any) -> None:
    """Put the demand of a year on the ways of MODEL, or trips on the roads of a file.

    What is full makes wait; who would wait too long does not go. With --out FILE.csv
    the flow of every link is written: tail, head, flow, cost.
    """
    _refuse_out(asked)
    if Path(asked["model"]).suffix == ROADS:
        answer = _roads(asked)
    elif asked["demand"]:
        msg = f"--demand is of a road network; {asked['model']!r} has its own demand"
        raise QuestionError(msg)
    else:
        answer = _freight(asked)
    out = Path(asked["out"])
    if asked["out"] and out.suffix == ".csv":
        write_files(out.parent, {out.name: as_csv(answer.rows, COLUMNS)})
        click.echo(f"written: {asked['out']}", err=True)
        if asked["form"] != "csv":
            emit(answer, asked["form"], "", asked["model"])
        return
    emit(answer, asked["form"], asked["out"], asked["model"])


def _refuse_out(asked: Mapping[str, Any]) -> None:
    """Refuse a place to write before anything is solved.

    Raises
    ------
    QuestionError
        When it is the demand's file, or a CSV file is asked to be something else.
    """
    if not asked["out"]:
        return
    out = Path(asked["out"])
    refuse_to_write(out, Path(asked["model"]))
    if asked["demand"] and out.resolve() == Path(asked["demand"]).resolve():
        msg = f"{asked['out']!r} is the file of the demand; write the answer elsewhere"
        raise QuestionError(msg)
    if out.suffix == ".csv" and asked["form"] in TO_FILES:
        msg = f"{asked['out']!r} is a CSV file; --format {asked['form']} writes another"
        raise QuestionError(msg)


def _roads(asked: Mapping[str, Any]) -> Answer:
    """Return the answer of a road network.

    Raises
    ------
    QuestionError
        When there are no trips, or an option is of models alone.
    """
    if not asked["demand"]:
        msg = f"{asked['model']!r} has no trips of its own: name them with --demand"
        raise QuestionError(msg)
    of_models = (
        "scenario",
        "changes",
        "measures",
        "as_of",
        "year",
        "party",
        "by_month",
        "unserved_cost_usd_per_t",
    )
    given = [name for name in of_models if asked[name]]
    if asked["patience_h"] != USUAL.patience_h:
        given.append("patience_h")
    if given:
        msg = f"a road network has no {', '.join(given)}: these are options of a model"
        raise QuestionError(msg)
    with watching("reading the roads, then filling them") as monitor:
        roads = read_tntp(asked["model"])
        trips = read_trips(asked["demand"], roads.n_zones)
        found = assign_roads(roads, trips, params_of("", None, asked), monitor=monitor)

    def draw(console: Console) -> None:
        draw_roads(console, found, roads.name)
        console.print(f"[dim]{escape(found.stamp.line())}[/]")

    return _answer(found, draw, ())


def _freight(asked: Mapping[str, Any]) -> Answer:
    """Return the answer of a model."""
    with watching("reading the model, then filling its ways") as monitor:
        model = read_model(asked["model"])
        plan = plan_of(model, asked["model"], asked)
        params = params_of(plan.as_of, asked["year"], asked)
        found = put_on_ways(model, plan.scenario, params, monitor=monitor)
    words = Words(apply(model, plan.scenario))
    seen = observed(words.model, found)

    def draw(console: Console) -> None:
        draw_flows(console, found, words, seen)
        path = escape(asked["model"])
        steps = [f"bereket show {path} {escape(s.element)}" for s in found.scarcity[:1]]
        steps += ["--objective system", "--measure ID", "--format xlsx --out FILE"]
        console.print(f"next: {' · '.join(steps)}")
        console.print(f"[dim]{escape(found.stamp.line())}[/]")

    answer = _answer(found, draw, plan.notes)
    return replace(
        answer,
        result=_named(found.as_dict(), words) | {"observed": seen.as_dict()},
        tables=lambda: {**found.tables(), **seen.tables()},
    )


def _named(result: dict[str, Any], words: Words) -> dict[str, Any]:
    """Return an answer in which elements have their names beside the reference."""
    named = {
        table: [
            row | {"name": in_words(words.model, row["element"], words.places)}
            if row["element"]
            else row
            for row in result[table]
        ]
        for table in ("scarcity", "unserved_pairs")
    }
    return result | named


def _answer(found: AssignResult, draw: Any, notes: tuple[str, ...]) -> Answer:
    """Return what is to be said, in every form."""
    warnings = (*notes, *found.warnings)
    rows = found.rows()
    return Answer(
        found.as_dict(), found.stamp, draw, rows, warnings, COLUMNS, found.tables
    )


def params_of(as_of: str, year: int | None, asked: Mapping[str, Any]) -> AssignParams:
    """Return what is asked, as the analysis takes it."""
    return AssignParams(
        objective=asked["objective"],
        gap=asked["gap"],
        max_iterations=asked["max_iterations"],
        threads=asked["threads"],
        year=year,
        as_of=as_of,
        party=asked["party"],
        patience_h=asked["patience_h"],
        unserved_cost_usd_per_t=asked["unserved_cost_usd_per_t"],
        by_month=asked["by_month"],
        toll_factor=asked["toll_factor"],
        distance_factor=asked["distance_factor"],
    )
