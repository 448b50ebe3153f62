"""The verb ``demo``: a model checked, ways, capacities, flows, trade, gas, report."""

import json
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from bereket.app.agreed import draw_agreed
from bereket.app.fits import draw_fits
from bereket.app.flow_years import draw_years
from bereket.app.ladder import Words, draw_in_short
from bereket.app.output import Answer, as_csv, as_json, terminal, working
from bereket.app.ways import draw_ways
from bereket.errors import BereketError, ExtraError, ModelError, QuestionError
from bereket.io import read_model
from bereket.io.files import write_files
from bereket.model.model import Model
from bereket.model.power import has_energy
from bereket.report.page import report_page
from bereket.studies.agenda_result import AgendaResult
from bereket.studies.check import check as check_folder
from bereket.studies.demo import demo as ask_all
from bereket.studies.demo import demo_agenda, demo_capacities, demo_flows, demo_trade
from bereket.studies.energy_told import EnergyTold, energy_told
from bereket.studies.flows import FlowsOfYear, last_year_of_demand
from bereket.studies.overview import Known, OverviewParams, overview
from bereket.studies.pair_trade import PairTrade

RUNGS_SHOWN = 2
REFERENCE_MODEL = Path("models") / "caspian"


@click.command()
@click.argument("model", metavar="[MODEL]", default="")
@click.option(
    "--as-of", "as_of", default="", metavar="DATE", help="Date; default the model's."
)
@click.option(
    "--out",
    default="out/demo",
    show_default=True,
    metavar="DIR",
    help="Folder for the answers as JSON and CSV, and the report.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def demo(model: str, as_of: str, out: str, debug: bool) -> None:
    """Check the reference model, ask what it can tell, and write a report."""
    folder = Path(model) if model else reference_model()
    console = terminal()
    with working("checking the reference model"):
        checked = check_folder(folder)
    if checked.faults:
        raise ModelError(checked.faults)
    rows = sum(checked.rows.values())
    console.print(
        f"[bold]{checked.stamp.model}[/]: no fault in {rows:,} rows, "
        f"{checked.assumed_share:.0%} of them assumed; {len(checked.advice)} points "
        f"worth a look (bereket check {folder})"
    )
    found = read_model(folder)
    texts: dict[str, str] = {}
    _show_ways(console, found, as_of, texts)
    _show_capacities(console, found, as_of, texts)
    told_flows = _show_flows(console, found, as_of, texts)
    told_trade, told_agenda = _show_agreed(console, found, as_of, told_flows, texts)
    told_energy = _show_energy(console, found, as_of, texts)
    whole = {
        "result": checked.as_dict(),
        "stamp": checked.stamp.as_dict(),
        "warnings": [],
    }
    texts["check.json"] = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    said = "JSON and CSV"
    try:
        with working("writing the report"):
            known = Known(told_flows, told_trade, told_agenda)
            if told_energy is not None:
                known = replace(
                    known,
                    energy=told_energy.year,
                    energy_curve=told_energy.curve,
                    energy_exchange=told_energy.exchange,
                )
            texts["report.html"] = _report(found, as_of, known)
        said += f"; open {out}/report.html in a browser, it needs no network"
    except ExtraError as fault:
        said += f"; no report: {fault}"
    write_files(Path(out), texts)
    console.print(
        f"\nwritten: {out} ({len(texts)} files: {said})\n"
        f"next: bereket route {folder} --from XIAN --to TEH "
        f"--commodity containers_general --details\n"
        f"      bereket capacity {folder} --corridor kti · bereket show {folder} L089\n"
        f"      bereket assign {folder} --year 2030 · bereket energy {folder}"
    )


def _report(model: Model, as_of: str, known: Known) -> str:
    """Return the report, with what is known already."""
    asked = OverviewParams(as_of=as_of)
    return report_page(overview(model, params=asked, known=known), model)


def _show_ways(
    console: Console, model: Model, as_of: str, texts: dict[str, str]
) -> None:
    """Show the ways of the flagship pairs."""
    node = model["node"]
    names = dict(zip(node.text("node_id"), node.text("name"), strict=True))
    steps = ask_all(model, as_of)
    while True:
        with working("looking for ways (the first run compiles the kernels)"):
            step = next(steps, None)
        if step is None:
            return
        console.print()
        draw_ways(console, step.result, names)
        result = step.result
        label = f"{result.origin_id}_{result.destination_id}_{result.commodity_id}"
        answer = Answer(
            result.as_dict(),
            result.stamp,
            lambda _: None,
            result.rows(),
            result.warnings,
        )
        texts[f"{label}.json"] = as_json(answer)
        texts[f"{label}.csv"] = as_csv(result.rows())


def _show_capacities(
    console: Console, model: Model, as_of: str, texts: dict[str, str]
) -> None:
    """Show what the flagship corridors can carry and what binds first and next."""
    words, answers = Words(model), demo_capacities(model, as_of)
    console.print("\n[bold]how much can flow, and what stops it[/]")
    while True:
        with working("filling the ways of a corridor"):
            found = next(answers, None)
        if found is None:
            return
        draw_in_short(console, found, words, RUNGS_SHOWN)
        answer = Answer(found.as_dict(), found.stamp, lambda _: None)
        texts[f"capacity_{found.corridor_id}.json"] = as_json(answer)


def _show_flows(
    console: Console, model: Model, as_of: str, texts: dict[str, str]
) -> FlowsOfYear | None:
    """Show who goes where in two years; return the flows of the last with data."""
    answers, told = demo_flows(model, as_of), list[FlowsOfYear]()
    while True:
        with working("putting a year's demand on the ways"):
            found = next(answers, None)
        if found is None:
            break
        told.append(found)
        answer = Answer(found.as_dict(), found.assigned.stamp, lambda _: None)
        texts[f"flows_{found.year}.json"] = as_json(answer)
    if not told:
        return None
    console.print("\n[bold]who goes where when ways are full[/] (not calibrated)")
    draw_years(console, told, Words(model))
    if len(model["fit"]):
        console.print("\n[bold]how far off the fitted model is[/]")
        draw_fits(console, model)
    return told[0] if told[0].year == last_year_of_demand(model, as_of) else None


def _show_agreed(
    console: Console,
    model: Model,
    as_of: str,
    flows: FlowsOfYear | None,
    texts: dict[str, str],
) -> tuple[PairTrade | None, AgendaResult | None]:
    """Show whether trade reaches its target, and how far what was agreed is."""
    trade, agenda = None, None
    try:
        with working("holding what was agreed against what is known"):
            trade = demo_trade(model, as_of, flows)
            agenda = demo_agenda(model, as_of)
    except QuestionError as fault:
        console.print(f"not told: {escape(str(fault))}")
    draw_agreed(console, trade, agenda)
    if trade:
        answer = Answer(trade.as_dict(), trade.found.stamp, lambda _: None)
        texts["trade.json"] = as_json(answer)
    if agenda:
        answer = Answer(agenda.as_dict(), agenda.stamp, lambda _: None)
        texts["agenda.json"] = as_json(answer)
    return trade, agenda


def _show_energy(
    console: Console, model: Model, as_of: str, texts: dict[str, str]
) -> EnergyTold | None:
    """Show what a year of gas and power comes to, in a line."""
    if not has_energy(model):
        return None
    try:
        with working("solving a year of gas and power"):
            told = energy_told(model, as_of=as_of)
    except (QuestionError, ExtraError) as fault:
        console.print(f"gas and power not told: {escape(str(fault))}")
        return None
    console.print(f"\n[bold]gas and power[/]\n{escape(told.headline())}")
    answer = Answer(told.study.as_dict(), told.study.stamp, lambda _: None)
    texts["energy.json"] = as_json(answer)
    return told


def reference_model() -> Path:
    """Return the folder of the reference model: here, or in the checkout.

    Raises
    ------
    BereketError
        When it is in neither.
    """
    checkout = Path(__file__).parents[3] / REFERENCE_MODEL
    for folder in (REFERENCE_MODEL, checkout):
        if (folder / "node.csv").is_file():
            return folder
    msg = f"there is no {REFERENCE_MODEL} here; name a model folder: bereket demo MODEL"
    raise BereketError(msg)
