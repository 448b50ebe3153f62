"""The verb ``route``: ways side by side."""

from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console

from bereket.analysis.break_even import LEVERS, break_even
from bereket.analysis.pareto import pareto
from bereket.analysis.route import route as find_ways
from bereket.app.asking import asking_options, plan_of
from bereket.app.output import (
    Answer,
    answer_options,
    emit,
    working,
)
from bereket.app.ways import (
    counted,
    draw_break_even,
    draw_efficient,
    draw_legs,
    draw_money,
    draw_next,
    draw_ways,
)
from bereket.compiled.alternative import FLAT_COLUMNS
from bereket.compiled.asking import RouteParams
from bereket.errors import QuestionError
from bereket.io import read_model

COLUMNS = ("alternative", *FLAT_COLUMNS)


@click.command()
@click.argument("model", metavar="MODEL")
@click.option("--from", "origin", required=True, metavar="PLACE", help="Id or name.")
@click.option("--to", "destination", required=True, metavar="PLACE", help="Id or name.")
@click.option("--commodity", required=True, metavar="CARGO", help="Id or name.")
@click.option("--via", multiple=True, metavar="PLACE", help="Pass this place; repeat.")
@click.option(
    "--avoid",
    multiple=True,
    metavar="REF",
    help="Place, country or row not to pass; repeat.",
)
@click.option("--ways", "count", default=10, show_default=True, help="Ways wanted.")
@click.option(
    "--owner",
    type=click.Choice(["private", "railway"]),
    default="private",
    show_default=True,
    help="Whose wagons.",
)
@asking_options
@click.option("--details", is_flag=True, help="Money by part, and one way by legs.")
@click.option("--way", "number", type=int, metavar="N", help="The way told by legs.")
@click.option("--pareto", is_flag=True, help="The efficient ways too.")
@click.option(
    "--break-even",
    "turn",
    type=click.Choice(LEVERS),
    help="When the best way changes, as this is turned.",
)
@answer_options
def route(**asked: Any) -> None:
    """Find the ways from one place of MODEL to another, cheapest first.

    MODEL is a folder of tables, or a workbook. A way's cost is money, value of time
    and of reliability, and the price of its emissions; ways are kept where they share
    at most 70 % of the shorter one's kilometres.
    """
    with working("reading the model, then looking for ways"):
        model = read_model(asked["model"])
        plan = plan_of(model, asked["model"], asked)
        scenario, params = plan.scenario, params_of(plan.as_of, asked)
        found = find_ways(model, scenario, params)
        efficient = pareto(model, scenario, params) if asked["pareto"] else None
        turn = asked["turn"]
        turned = break_even(model, scenario, params, turn) if turn else None
    number, ways = asked["number"], len(found.alternatives)
    if number is not None and ways and not 1 <= number <= ways:
        msg = f"there is no way {number}; {counted(ways)} found"
        raise QuestionError(msg)
    node = model["node"]
    names = dict(zip(node.text("node_id"), node.text("name"), strict=True))

    def draw(console: Console) -> None:
        draw_ways(console, found, names)
        is_told = asked["details"] or number is not None
        if is_told and ways:
            draw_money(console, found)
            draw_legs(console, found, number or 1, whole=number is not None)
        if efficient:
            draw_efficient(console, efficient)
        if turned:
            draw_break_even(console, turned)
        draw_next(console, asked["model"], found, is_told=is_told)

    result = found.as_dict()
    result |= {"pareto": efficient.as_dict()} if efficient else {}
    result |= {"break_even": turned.as_dict()} if turned else {}
    told = [each for each in (found, efficient, turned) if each]
    answer = Answer(
        result,
        found.stamp,
        draw,
        found.rows(),
        (*plan.notes, *found.warnings),
        COLUMNS,
        tables=lambda: {n: t for each in told for n, t in each.tables().items()},
    )
    emit(answer, asked["form"], asked["out"], asked["model"])


def params_of(as_of: str, asked: Mapping[str, Any]) -> RouteParams:
    """Return what is asked, as the analysis takes it."""
    return RouteParams(
        asked["origin"],
        asked["destination"],
        asked["commodity"],
        as_of=as_of,
        via=asked["via"],
        avoid=asked["avoid"],
        party=asked["party"],
        count=asked["count"],
        owner=asked["owner"],
    )
