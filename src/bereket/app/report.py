"""The verb ``report``: one HTML file to be read, printed and sent."""

from pathlib import Path
from typing import Any

import click

from bereket.app.asking import asking_options, plan_of
from bereket.app.output import (
    Answer,
    emit,
    refuse_to_write,
    terminal,
    working,
)
from bereket.errors import BereketError, ExtraError, QuestionError
from bereket.io import read_model
from bereket.io.files import write_files
from bereket.model.model import Model
from bereket.model.plan import Plan
from bereket.model.power import has_energy
from bereket.model.scenario import apply
from bereket.report.boundaries import read_boundaries
from bereket.report.maps import NO_LINES
from bereket.report.page import report_page
from bereket.studies.energy_told import energy_told
from bereket.studies.overview import Known, OverviewParams, overview
from bereket.studies.pairs import parse_pair

LARGEST_MB = 4.0
HTML_ENDINGS = (".html", ".htm", "")


@click.command()
@click.argument("model", metavar="MODEL")
@click.option(
    "--pair",
    "pairs",
    multiple=True,
    metavar="FROM:TO:CARGO",
    help="Ways of these; repeat. Else the flagship pairs, or those of corridors.",
)
@asking_options
@click.option(
    "--capacity/--no-capacity",
    "with_capacity",
    default=True,
    show_default=True,
    help="Tell what each corridor can carry; it takes most of the time.",
)
@click.option(
    "--energy/--no-energy",
    "with_energy",
    default=True,
    show_default=True,
    help="Tell the year of gas and power: it is solved some eight times.",
)
@click.option(
    "--boundaries",
    default="",
    metavar="FILE",
    help="Draw these boundary lines of your own (GeoJSON); maps have none else.",
)
@click.option(
    "--out",
    default="",
    metavar="PATH",
    help="Where to write; default report.html, or report with the form's ending.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "json", "csv", "xlsx", "parquet"]),
    default="html",
    show_default=True,
    help="html to be read; the others hold its tables (csv the corridors alone).",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def report(**asked: Any) -> None:
    """Write a report of MODEL: corridors, ways, maps, flows, trade, agenda, sources.

    It is one HTML file: it opens offline and prints on A4.
    """
    form = asked["form"]
    path = Path(asked["out"] or ("report" if form == "parquet" else f"report.{form}"))
    refuse_to_write(path, Path(asked["model"]))
    if form == "html" and path.suffix.lower() not in HTML_ENDINGS:
        msg = f"{str(path)!r}: a report to be read ends in .html; else say --format"
        raise BereketError(msg)
    pairs = tuple(dict.fromkeys(map(parse_pair, asked["pairs"])))
    drawn = asked["boundaries"]
    boundaries = read_boundaries(drawn) if drawn else NO_LINES
    console = terminal()
    with working("asking what the report tells"):
        model = read_model(asked["model"])
        plan = plan_of(model, asked["model"], asked)
        params = OverviewParams(
            pairs,
            plan.as_of,
            asked["party"],
            asked["with_capacity"],
            with_energy=asked["with_energy"],
        )
        known = _energy(model, plan) if asked["with_energy"] else None
        found = overview(model, plan.scenario, params, known=known)
    if form != "html":
        rows = [row.as_dict() for row in found.corridors.corridors]
        answer = Answer(
            found.as_dict(),
            found.stamp,
            lambda _: None,
            rows,
            (*plan.notes, *found.warnings),
            tables=found.tables,
        )
        emit(answer, form, str(path), asked["model"])
        return
    with working("drawing the report"):
        text = report_page(found, apply(model, plan.scenario), boundaries)
    write_files(path.parent, {path.name: text})
    console.print(found.summary(), markup=False)
    for note in plan.notes:
        click.echo(f"warning: {note}", err=True)
    size_mb = len(text.encode()) / 1e6
    console.print(f"written: {path} ({size_mb:.1f} MB), opens offline", markup=False)
    if size_mb > LARGEST_MB:
        console.print(f"larger than {LARGEST_MB:g} MB: give --boundaries fewer points")


def _energy(model: Model, plan: Plan) -> Known | None:
    """Return gas and power of the year, with what a line and exchange are worth.

    Notes
    -----
    Where they cannot be told the overview itself says why.
    """
    if not has_energy(model):
        return None
    try:
        told = energy_told(model, plan.scenario, plan.as_of)
    except (ExtraError, QuestionError):
        return None
    return Known(
        energy=told.year, energy_curve=told.curve, energy_exchange=told.exchange
    )
