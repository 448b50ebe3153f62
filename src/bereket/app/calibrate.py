"""The verb ``calibrate``: a model held against what was observed."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.assign import AssignParams
from bereket.app.asking import plan_of
from bereket.app.output import (
    Answer,
    answer_options,
    as_csv,
    emit,
    refuse_to_write,
    watching,
    working,
)
from bereket.errors import QuestionError
from bereket.io import read_model
from bereket.io.files import write_files
from bereket.model.model import Model
from bereket.report.fit_page import fit_page
from bereket.report.wording import digits
from bereket.studies.calibrate import CalibrateParams, CalibrateResult
from bereket.studies.calibrate import calibrate as fit_model
from bereket.studies.calibrate.result import Fitted, Met
from bereket.studies.calibrate.table import (
    calibration_rows,
    fit_rows,
    with_calibration,
)
from bereket.studies.shocks import ShocksParams, shocks
from bereket.studies.times import times

UNITS = {"t": (1e6, "Mt"), "teu": (1e3, "kTEU")}
COLUMNS = (
    *("observation", "on", "", "observed", "before", "fitted", "off by", "95 %"),
    *("last year", "trend", "blind"),
)
TEXT = ("observation", "on", "")
NOTABLE = 25.0  # per cent off, from which a row is marked


@click.command()
@click.argument("model", metavar="MODEL")
@click.option(
    "--hold-out",
    "hold_out",
    type=click.IntRange(1900, 2200),
    metavar="YEAR",
    help="Year that the fit does not see, to test it on.",
)
@click.option(
    "--fit-year",
    "years",
    type=click.IntRange(1900, 2200),
    multiple=True,
    metavar="YEAR",
    help="Year to fit; repeat. Else all before the year held out with observations.",
)
@click.option(
    "--save",
    is_flag=True,
    help="Write calibration.csv and fit.csv into MODEL: the logit takes the values.",
)
@click.option(
    "--page",
    default="",
    metavar="FILE.md",
    help="Write the page that explains fit, test and faults.",
)
@click.option(
    "--scenario",
    default="",
    metavar="NAME",
    help="Fit under MODEL/scenarios/NAME.toml.",
)
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="REF.column=value",
    help="Change a cell first; repeat.",
)
@click.option("--party", default="", metavar="CLASS", help="Party class that asks.")
@answer_options
def calibrate(**asked: Any) -> None:
    """Fit how shippers of MODEL choose to what was observed, and test it.

    Parameters and their bounds stand in table parameter, what was observed in table
    observation. Source tables are never written.
    """
    path = asked["model"]
    folder, page = Path(path), Path(asked["page"])
    if asked["page"]:
        refuse_to_write(page, folder)
    if asked["save"] and not folder.is_dir():
        msg = f"--save writes into the folder of a model; {path!r} is none"
        raise QuestionError(msg)
    with watching("reading the model, then fitting it") as monitor:
        model = read_model(path)
        plan = plan_of(model, path, asked | {"measures": (), "as_of": "", "year": None})
        params = CalibrateParams(
            hold_out=asked["hold_out"], years=asked["years"], party=asked["party"]
        )
        found = fit_model(model, plan.scenario, params, monitor=monitor)

    def draw(console: Console) -> None:
        draw_fit(console, found)
        console.print(
            f"next: bereket calibrate {escape(path)} --save · bereket assign "
            f"{escape(path)} --objective logit · --page FILE.md · --format json"
        )
        console.print(f"[dim]{escape(found.stamp.line())}[/]")

    if asked["save"]:
        rows = {"calibration": calibration_rows(found), "fit": fit_rows(found)}
        texts = {f"{name}.csv": as_csv(each) for name, each in rows.items()}
        write_files(folder, texts)
        click.echo(
            f"written: {', '.join(str(folder / name) for name in texts)}", err=True
        )
    if asked["page"]:
        write_files(page.parent, {page.name: _page(model, found)})
        click.echo(f"written: {asked['page']}", err=True)
    answer = Answer(
        found.as_dict(), found.stamp, draw, found.rows(), plan.notes, (), found.tables
    )
    emit(answer, asked["form"], asked["out"], path)


def _page(model: Model, found: CalibrateResult) -> str:
    """Return the page, with published days and shocks asked of the fitted model."""
    fitted = with_calibration(model, found)
    asked = ShocksParams(assign=AssignParams(objective="logit"), processes=2)
    with working("asking the fitted model of days and of shocks"):
        return fit_page(found, times(fitted), shocks(fitted, params=asked))


def draw_fit(console: Console, found: CalibrateResult) -> None:
    """Draw how observations are met, the parameters, and whether it earns its place."""
    console.print(f"[bold]{escape(found.headline())}[/]")
    for held_out, title in ((True, "held out"), (False, "fitted")):
        met = found.of(held_out=held_out)
        if met:
            _draw_met(console, met, title)
    _draw_parameters(console, found.parameters)
    told = {
        name.replace("_", " "): "–" if value is None else f"{value:.2f}"
        for name, value in found.theil_u.items()
    }
    console.print(
        "Theil's U, below 1 where the model is nearer than the rival: "
        + ", ".join(f"{name} {value}" for name, value in told.items())
    )
    if found.not_used:
        console.print(
            f"[dim]{len(found.not_used)} observations of these years are not compared "
            "(--format json says why)[/]"
        )


def _draw_met(console: Console, met: tuple[Met, ...], title: str) -> None:
    grid = Grid(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    for name in COLUMNS:
        justify = "left" if name in TEXT else "right"
        grid.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for each in sorted(met, key=lambda one: (one.year, one.on, one.observation_id)):
        grid.add_row(*_cells(each))
    console.print(grid)


def _cells(met: Met) -> tuple[str, ...]:
    divisor, unit = UNITS[met.unit]

    def short(value: float | None) -> str:
        return "–" if value is None else digits(value / divisor)

    off = f"{round(met.error_percent) + 0:+,d} %"
    off = f"[red]{off}[/]" if abs(met.error_percent) > NOTABLE else off
    where, *more = met.on.split("|")
    way = f" {met.direction}" if met.direction else ""
    return (
        f"{met.year} {escape(met.observation_id)}",
        f"{escape(where)}{'+' if more else ''}{way}",
        unit,
        short(met.observed),
        short(met.modelled_before),
        short(met.modelled_after),
        off,
        f"{short(met.low)}–{short(met.high)}",
        short(met.last_year),
        short(met.trend),
        short(met.blind),
    )


def _draw_parameters(console: Console, parameters: tuple[Fitted, ...]) -> None:
    grid = Grid(title="parameters", title_justify="left", box=None)
    for name in ("name", "kind"):
        grid.add_column(name)
    for name in ("prior", "fitted", "± 1 sd", "bounds"):
        grid.add_column(name, justify="right")
    grid.add_column("")
    for each in parameters:
        sd = "" if each.standard_error is None else f"{each.standard_error:,.3g}"
        said = "at its bound" if each.at_bound else each.reason
        grid.add_row(
            each.name,
            each.kind,
            f"{each.prior:,.3g}",
            f"{each.value:,.3g}",
            sd,
            f"{each.low:,.3g} to {each.high:,.3g}",
            escape(said),
        )
    console.print(grid)
