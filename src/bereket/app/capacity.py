"""The verb ``capacity``: how much can flow, what stops it, what lifts it."""

from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from bereket.analysis.capacity import CapacityParams, CapacityResult
from bereket.analysis.capacity import capacity as find_capacity
from bereket.app.asking import asking_options, plan_of
from bereket.app.ladder import Words, draw_capacity
from bereket.app.output import Answer, answer_options, emit, watching
from bereket.errors import QuestionError
from bereket.io import read_model
from bereket.model.scenario import apply

COLUMNS = (
    *("rung", "elements", "kind", "before_t_per_year", "after_t_per_year"),
    *("low_t_per_year", "high_t_per_year", "qualities", "is_tied", "measures"),
)
NEXT_SHOWN = 2


@click.command()
@click.argument("model", metavar="MODEL")
@click.option("--corridor", default="", metavar="ID", help="Ways of this corridor.")
@click.option("--from", "origin", default="", metavar="PLACE", help="Id or name.")
@click.option("--to", "destination", default="", metavar="PLACE", help="Id or name.")
@click.option("--commodity", default="", metavar="CARGO", help="Id or name.")
@click.option(
    "--mix",
    default="",
    metavar="CARGO:SHARE|…",
    help='Several cargoes, as "grain:0.6|steel:0.4"; else the mix of the corridor.',
)
@click.option(
    "--modes",
    default="",
    metavar="MODE,…",
    help="Of rail, road, sea, waterway; else those of each cargo's cheapest way.",
)
@click.option(
    "--max-detour",
    "max_detour",
    type=float,
    default=CapacityParams("any").max_detour,
    show_default=True,
    help="Dearest way that is counted, over the cheapest.",
)
@click.option("--no-measures", is_flag=True, help="Leave the measures out: quicker.")
@click.option("--no-months", is_flag=True, help="Leave the months out.")
@asking_options
@answer_options
def capacity(**asked: Any) -> None:
    """Find how much a corridor of MODEL can carry, what binds, and what lifts it.

    Name a corridor, or two places and a cargo. Flows are net tonnes of a year; the
    ladder tells what binds first, next and after that, the merit order what an extra
    tonne a year costs.
    """
    with watching("reading the model, then filling the ways") as monitor:
        model = read_model(asked["model"])
        plan = plan_of(model, asked["model"], asked)
        params = params_of(plan.as_of, asked)
        found = find_capacity(model, plan.scenario, params, monitor=monitor)
    words = Words(apply(model, plan.scenario))

    def draw(console: Console) -> None:
        draw_capacity(console, found, words)
        console.print(f"next: {' · '.join(_next(found, asked['model']))}")
        console.print(f"[dim]{escape(found.stamp.line())}[/]")

    rows = [{"rung": n} | r.as_dict() for n, r in enumerate(found.ladder, 1)]
    warnings = (*plan.notes, *found.warnings)
    answer = Answer(
        found.as_dict(), found.stamp, draw, rows, warnings, COLUMNS, found.tables
    )
    emit(answer, asked["form"], asked["out"], asked["model"])


def params_of(as_of: str, asked: Mapping[str, Any]) -> CapacityParams:
    """Return what is asked, as the analysis takes it."""
    return CapacityParams(
        corridor=asked["corridor"],
        origin=asked["origin"],
        destination=asked["destination"],
        mix=_mix(asked["mix"], asked["commodity"]),
        as_of=as_of,
        party=asked["party"],
        modes=tuple(m.strip() for m in asked["modes"].split(",") if m.strip()),
        max_detour=asked["max_detour"],
        with_measures=not asked["no_measures"],
        with_months=not asked["no_months"],
    )


def _mix(text: str, commodity: str) -> tuple[tuple[str, float], ...]:
    """Read cargoes with their shares as they are typed.

    Raises
    ------
    QuestionError
        With every part that is no cargo and share, or where one cargo is asked for too.
    """
    if text and commodity:
        msg = "--mix and --commodity are both given; one cargo is a mix of itself"
        raise QuestionError(msg)
    if commodity:
        return ((commodity, 1.0),)
    mix, faults = [], []
    for part in text.split("|") if text else ():
        name, _, share = part.partition(":")
        try:
            mix.append((name.strip(), float(share)))
        except ValueError:
            faults.append(f"a cargo of a mix is written CARGO:SHARE; found {part!r}")
    if faults:
        raise QuestionError("\n".join(faults))
    return tuple(mix)


def _next(found: CapacityResult, model: str) -> list[str]:
    """Return what to look at next."""
    path = escape(model)
    if found.why:
        return ["--as-of DATE", "--set REF.column=value", f"bereket corridors {path}"]
    elements = [bound.element for bound in found.binding[:NEXT_SHOWN]]
    steps = [f"bereket show {path} {escape(element)}" for element in elements]
    helping = [m.measure_id for m in found.merit_order if m.tie_group]
    if helping:
        steps.append(f"--measure {helping[0]}")
    return [*steps, "--as-of DATE", "--format xlsx --out FILE"]
