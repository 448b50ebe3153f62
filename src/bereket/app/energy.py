"""The verb ``energy``: a year of gas and power, and what more of it is worth."""

import os
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from bereket.analysis.energy import EnergyParams, energy
from bereket.app.asking import asking_options, plan_of
from bereket.app.energy_tables import draw_energy
from bereket.app.output import Answer, answer_options, emit, refuse_to_write, watching
from bereket.errors import QuestionError
from bereket.io import read_model
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.plan import Plan, ScenarioFile, planned
from bereket.model.power import AREAS
from bereket.model.scenario import apply
from bereket.studies.carriage import Package, measures_of
from bereket.studies.energy_asked import (
    ALL,
    AskedCase,
    capacity_cases,
    exchange_case,
    idle_changes,
    outage_cases,
    works_cases,
)
from bereket.studies.energy_cases import EnergyStudy, energy_cases

MOST_STEPS = 100
NETWORK = ".nc"
OF_ROWS = ("capacity", "outage")  # cases whose notes are of a row
SPAN = 3  # parts of from:to:step


@click.command("energy")
@click.argument("model", metavar="MODEL")
@click.option(
    "--worth",
    multiple=True,
    metavar="REF",
    help="What this line, pipe, plant, field, contract or swap is worth by capacity.",
)
@click.option(
    "--at",
    "steps",
    default="",
    metavar="LIST",
    help="Capacities of --worth, MW or mcm a day: 100,300,500 or 100:1000:100.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="REF",
    help="What is lost if this line, pipe or sale is out; repeat; `all` = each.",
)
@click.option(
    "--works",
    multiple=True,
    metavar="ID",
    help="What this measure saves; ID+ID together; repeat; `all` = those of energy.",
)
@click.option(
    "--exchange", is_flag=True, help="What exchange saves each country, and who gains."
)
@click.option(
    "--expand",
    multiple=True,
    metavar="REF",
    help="Build more of this where it pays, at its overnight_cost; repeat.",
)
@click.option("--discount-rate", type=float, default=0.08, show_default=True)
@click.option(
    "--only",
    multiple=True,
    metavar="PATTERN",
    help="Tell rows of this name alone, such as 'gas_pipe:cac_*': flow, room, value.",
)
@click.option(
    "--save-pypsa", default="", metavar="FILE.nc", help="Write the network for PyPSA."
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=lambda: os.cpu_count() or 1,
    help="Processes that share the cases.  [default: as many as processors]",
)
@asking_options
@answer_options
def energy_verb(**asked: Any) -> None:
    """Find the cheapest year of gas and power of MODEL on one network.

    Who gives, what flows, prices by zone, what is not served and why, what one more MW
    or mcm a day is worth; and what another capacity, an outage, works or exchange
    change. Each case is the year once more: some seconds.
    """
    path = asked["model"]
    save_to = _save_to(asked["save_pypsa"], Path(path))
    steps = _steps(asked)
    with watching("solving the year") as monitor:
        model = read_model(path)
        plan = plan_of(model, path, asked)
        params = _params(model, plan, asked)
        changed = apply(model, plan.scenario)
        day = plan.as_of or changed.config("base_date")
        packages = _packages(model, asked["works"])
        capacities = capacity_cases(changed, asked["worth"], steps, day)
        base = energy(model, plan.scenario, params, save_pypsa=save_to)
        cases: list[AskedCase] = [
            *capacities,
            *outage_cases(changed, base, asked["without"]),
            *works_cases(model, plan.scenario, day, packages),
            *([exchange_case(changed, base)] if asked["exchange"] else []),
        ]
        study = energy_cases(
            model,
            plan.scenario,
            params,
            cases=cases,
            base=base,
            processes=asked["processes"],
            monitor=monitor,
        )
    shown = _only(study, asked["only"])

    def draw(console: Console) -> None:
        draw_energy(console, shown, is_whole=bool(asked["only"]))

    rows = [case.row() for case in shown.cases] if cases else shown.base.rows()
    notes = (
        *plan.notes,
        *idle_changes(changed, plan.scenario.changes, as_day(day)),
        *dict.fromkeys(case.note for case in cases if case.kind in OF_ROWS),
        *(("--party has no part in gas and power",) if asked["party"] else ()),
    )
    said = tuple(note for note in notes if note)
    answer = Answer(shown.as_dict(), shown.stamp, draw, rows, said, tables=shown.tables)
    emit(answer, asked["form"], asked["out"], path)


def _save_to(text: str, model: Path) -> Path | None:
    """Return where the network is to be written.

    Raises
    ------
    QuestionError
        When it does not end as such files do.
    BereketError
        When it lies in the model's folder, or in none.
    """
    if not text:
        return None
    path = Path(text)
    if path.suffix != NETWORK:
        msg = f"--save-pypsa writes netCDF: FILE must end in {NETWORK}; found {text!r}"
        raise QuestionError(msg)
    refuse_to_write(path, model)
    return path


def _params(model: Model, plan: Plan, asked: dict[str, Any]) -> EnergyParams:
    """Return what is asked, on the date and in the year asked for."""
    return EnergyParams(
        year=plan.year,
        as_of="" if plan.year is not None else plan.as_of,
        expand=tuple(dict.fromkeys(asked["expand"])),
        discount_rate=asked["discount_rate"],
    )


def _steps(asked: dict[str, Any]) -> tuple[float, ...]:
    """Return the capacities asked for.

    Raises
    ------
    QuestionError
        When they are no figures, too many, or given without --worth or missing.
    """
    text = asked["steps"]
    if bool(text) != bool(asked["worth"]):
        msg = (
            "--worth and --at go together: a row, and its capacities, such as --worth "
            "power_line:ID --at 100:1000:100"
        )
        raise QuestionError(msg)
    if not text:
        return ()
    try:
        parts = [float(part) for part in text.replace(":", ",").split(",")]
    except ValueError:
        msg = f"--at must be figures, 100,300,500 or from:to:step; found {text!r}"
        raise QuestionError(msg) from None
    if ":" not in text:
        _refuse_many(len(parts))
        return tuple(dict.fromkeys(parts))
    if len(parts) != SPAN or not parts[2] > 0 or not parts[0] <= parts[1]:
        msg = f"--at must be from:to:step, with from <= to; found {text!r}"
        raise QuestionError(msg)
    first, last, step = parts
    count = (last - first) / step + 1 + 1e-9
    _refuse_many(count)
    return tuple(first + step * at for at in range(int(count)))


def _refuse_many(count: float) -> None:
    """Refuse more capacities than anybody waits for.

    Raises
    ------
    QuestionError
        With how many there may be.
    """
    if not count < MOST_STEPS + 1:
        msg = f"--at must be {MOST_STEPS} capacities at most; found {count:,.0f}"
        raise QuestionError(msg)


def _packages(model: Model, works: tuple[str, ...]) -> tuple[Package, ...]:
    """Return the works asked for.

    Raises
    ------
    QuestionError
        With measures that the model does not have, or when it has none.
    ScenarioError
        When measures that are to be done together contradict each other.
    """
    known = {each.package_id: each for each in measures_of(model, lambda _: True)}
    own = [each.package_id for each in measures_of(model, lambda area: area in AREAS)]
    if ALL in works and not own:
        msg = "the model has no measure of gas or power"
        raise QuestionError(msg)
    found, missing = [], []
    for text in works:
        for ids in (
            [[each] for each in own]
            if text == ALL
            else [list(dict.fromkeys(text.split("+")))]
        ):
            missing += [each for each in ids if each not in known]
            if missing:
                continue
            package = Package.of_measures(tuple(ids), " + ".join(ids))
            if len(ids) == 1:
                package = known[ids[0]]
            planned(model, ScenarioFile(package.package_id, steps=package.steps))
            found.append(package)
    if missing:
        told = ", ".join(map(repr, missing))
        known_here = ", ".join(own) or "none"
        msg = f"the model has no measure {told}; of gas and power: {known_here}"
        raise QuestionError(msg)
    return tuple(dict.fromkeys(found))


def _only(study: EnergyStudy, patterns: tuple[str, ...]) -> EnergyStudy:
    """Return the study with rows of some names alone.

    Raises
    ------
    QuestionError
        When a pattern fits no row.
    """
    if not patterns:
        return study
    base = study.base
    rows = {row.element for row in base.flows} | {row.element for row in base.sales}
    rows |= {row.element for row in base.values}
    rows |= {move.element for case in study.cases for move in case.moves}
    idle = [p for p in patterns if not any(fnmatchcase(each, p) for each in rows)]
    if idle:
        told = ", ".join(map(repr, idle))
        msg = f"--only fits no line, pipe, plant, field or sale: {told}"
        raise QuestionError(msg)

    def fits(name: str) -> bool:
        return any(fnmatchcase(name, each) for each in patterns)

    shown = replace(
        base,
        flows=tuple(row for row in base.flows if fits(row.element)),
        values=tuple(row for row in base.values if fits(row.element)),
        sales=tuple(row for row in base.sales if fits(row.element)),
        carried=tuple(row for row in base.carried if fits(row.element)),
    )
    cases = tuple(
        replace(
            case,
            moves=tuple(
                move
                for move in case.moves
                if move.element == case.element or fits(move.element)
            ),
        )
        for case in study.cases
    )
    return replace(study, base=shown, cases=cases)
