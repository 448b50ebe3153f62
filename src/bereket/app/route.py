"""The verb ``route``: ways side by side."""

from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.route import Alternative, RouteParams, RouteResult
from bereket.analysis.route import route as find_ways
from bereket.app.output import Answer, answer_options, emit, scenario_of, working
from bereket.compiled.cost import PARTS
from bereket.io.folder import read_model
from bereket.model.scenario import apply

HOURS_PER_DAY = 24.0
KEY_PLACES = 9


@click.command()
@click.argument("model", metavar="MODEL")
@click.option("--from", "origin", required=True, metavar="PLACE", help="Where from: id or name.")
@click.option("--to", "destination", required=True, metavar="PLACE", help="Where to.")
@click.option("--commodity", required=True, metavar="CARGO", help="What: id or name.")
@click.option("--via", multiple=True, metavar="PLACE", help="Place to pass; may be repeated.")
@click.option("--avoid", multiple=True, metavar="REF", help="Row or place not to use; repeat.")
@click.option("--as-of", "as_of", default="", metavar="DATE", help="Date; default the model's.")
@click.option("--party", default="", metavar="CLASS", help="Party class that asks.")
@click.option("--ways", "count", default=10, show_default=True, help="Ways wanted.")
@click.option("--owner", type=click.Choice(["private", "railway"]), default="private",
              show_default=True, help="Whose wagons.")
@click.option("--set", "changes", multiple=True, metavar="REF.column=value",
              help="Change a cell first; may be repeated.")
@click.option("--details", is_flag=True, help="Money by part, and the first way leg by leg.")
@click.option("--way", "number", default=1, metavar="N", help="Way told leg by leg.")
@answer_options
def route(**asked: Any) -> None:  # noqa: ANN401 click gives the options by name
    """Find the ways from one place of MODEL to another, cheapest first."""
    with working("reading the model, then looking for ways"):
        model = read_model(asked["model"])
        scenario = scenario_of(asked["changes"])
        params = RouteParams(
            asked["origin"],
            asked["destination"],
            asked["commodity"],
            as_of=asked["as_of"],
            via=asked["via"],
            avoid=asked["avoid"],
            party=asked["party"],
            count=asked["count"],
            owner=asked["owner"],
        )
        found = find_ways(model, scenario, params)
    changed = apply(model, scenario)
    names = dict(
        zip(changed["node"].text("node_id"), changed["node"].text("name"), strict=True)
    )

    def draw(console: Console) -> None:
        draw_ways(console, found, names)
        if asked["details"] or asked["number"] != 1:
            draw_money(console, found)
            draw_legs(console, found, asked["number"])
        draw_next(console, asked["model"], found)

    answer = Answer(found.as_dict(), found.stamp, draw, found.rows(), found.warnings)
    emit(answer, asked["form"], asked["out"])


def draw_ways(console: Console, found: RouteResult, names: dict[str, str]) -> None:
    """Draw the headline and the ways side by side."""
    ends = [escape(str(names[n])) for n in (found.origin_id, found.destination_id)]
    console.print(f"[bold]{ends[0]} → {ends[1]}[/], {found.commodity_id}, on {found.as_of}")
    if not found.alternatives:
        _draw_barred(console, found)
        return
    best = found.alternatives[0].totals
    container = found.alternatives[0].cost_usd_per_feu
    feu = f" ({container:,.0f} USD/FEU)" if container is not None else ""
    console.print(
        f"The cheapest of {len(found.alternatives)} ways takes {_days(best.time_h)} days "
        f"(door to door {_days(best.door_to_door_h)}) and costs "
        f"{best.cost_usd_per_t:,.0f} USD/t{feu} over {best.length_km:,.0f} km; "
        f"{best.assumed_share:.0%} of its cost rests on assumed rows."
    )
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name, justify in (
        ("", "right"),
        ("days ± sd", "right"),
        ("door", "right"),
        ("USD/t", "right"),
        ("USD/FEU", "right"),
        ("gen. USD/t", "right"),
        ("km", "right"),
        ("kgCO2e/t", "right"),
        ("corridor", "left"),
        ("by", "left"),
    ):
        grid.add_column(name, justify=justify, no_wrap=name != "by")  # type: ignore[arg-type]
    for number, way in enumerate(found.alternatives, start=1):
        grid.add_row(*_way_cells(number, way))
    console.print(grid)
    if found.regimes:
        console.print(f"[bold]orders in force on these ways[/]: {', '.join(found.regimes)}")


def draw_money(console: Console, found: RouteResult) -> None:
    """Draw the money by part, a column each."""
    used = [p for p in PARTS if any(w.totals.cost_parts[p] for w in found.alternatives)]
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    grid.add_column("USD/t", justify="right")
    for part in (*used, "total"):
        grid.add_column(part.replace("_", " "), justify="right")
    for number, way in enumerate(found.alternatives, start=1):
        money = [way.totals.cost_parts[part] for part in used]
        grid.add_row(str(number), *(f"{m:,.1f}" for m in (*money, way.totals.cost_usd_per_t)))
    console.print()
    console.print(grid)


def draw_legs(console: Console, found: RouteResult, number: int) -> None:
    """Draw one way leg by leg, with the rows that each figure comes from."""
    if not 1 <= number <= len(found.alternatives):
        console.print(f"there is no way {number}; ways are 1 to {len(found.alternatives)}")
        return
    way = found.alternatives[number - 1]
    console.print(f"\n[bold]way {number}, leg by leg[/]")
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name in ("leg", "carrier", "from > to", "km", "h", "of it wait", "USD/t", "rows"):
        right = name in {"km", "h", "of it wait", "USD/t"}
        grid.add_column(name, justify="right" if right else "left", no_wrap=name != "rows")
    for leg in way.legs:
        money = sum(leg.cost_parts.values())
        rows = " ".join(leg.rows[:3]) + (f" +{len(leg.rows) - 3}" if len(leg.rows) > 3 else "")  # noqa: PLR2004
        grid.add_row(
            leg.kind,
            leg.carrier_id,
            f"{leg.from_node_id} > {leg.to_node_id}",
            f"{leg.length_km:,.0f}" if leg.length_km else "",
            f"{leg.time_h:,.1f}",
            f"{leg.wait_h:,.1f}" if leg.wait_h else "",
            f"{money:,.1f}",
            escape(rows) + (" [yellow]assumed[/]" if leg.assumed else ""),
        )
    console.print(grid)
    console.print(f"[bold]holds[/]: {escape(', '.join(way.includes))}")
    console.print(f"[bold]leaves out[/]: {escape('; '.join(way.excludes))}")


def draw_next(console: Console, model: str, found: RouteResult) -> None:
    """Draw the notes, what to look at next, and the stamp."""
    for note in found.notes:
        console.print(f"[dim]{escape(note)}[/]")
    if found.alternatives:
        row = found.alternatives[0].legs[1].rows[0]
        console.print(
            f"next: --details for money and legs · bereket show {escape(model)} {escape(row)}"
            " · --avoid REF · --as-of DATE · --format csv"
        )
    console.print(f"[dim]{escape(found.stamp.line())}[/]")


def _draw_barred(console: Console, found: RouteResult) -> None:
    if not found.openings:
        console.print(
            "[bold red]There is no way[/], and none would open: no chain of carriers that "
            "this cargo may take joins the two places."
        )
        return
    console.print("[bold red]There is no way on this date.[/] What stops it, cheapest opening first:")
    for opening in found.openings:
        way = opening.alternative.totals
        reasons = "; ".join(
            f"{element} ({why})" for element, why in zip(opening.elements, opening.why, strict=True)
        )
        console.print(
            f"  {escape(reasons)}: opened, {_days(way.time_h)} days, "
            f"{way.cost_usd_per_t:,.0f} USD/t, {way.length_km:,.0f} km"
        )


def _way_cells(number: int, way: Alternative) -> tuple[str, ...]:
    figures, container = way.totals, way.cost_usd_per_feu
    emission = figures.emission_kgco2e_per_t
    return (
        str(number),
        f"{_days(figures.time_h)} ± {_days(figures.sd_h)}",
        _days(figures.door_to_door_h),
        f"{figures.cost_usd_per_t:,.0f}",
        "" if container is None else f"{container:,.0f}",
        f"{figures.generalised_usd_per_t:,.0f}",
        f"{figures.length_km:,.0f}",
        f"{emission:,.0f}" if emission == emission else "?",  # noqa: PLR0124 NaN
        " ".join(way.corridors) or "-",
        _key_places(way),
    )


def _key_places(way: Alternative) -> str:
    """Return the places where a way changes country or carrier."""
    places: list[str] = []
    for leg in way.legs:
        if leg.kind in {"border", "transfer", "service"}:
            for place in (leg.from_node_id, leg.to_node_id):
                if not places or places[-1] != place:
                    places.append(place)
    shown = list(dict.fromkeys(places))
    return " ".join(shown[:KEY_PLACES]) + (" …" if len(shown) > KEY_PLACES else "")


def _days(hours: float) -> str:
    return f"{hours / HOURS_PER_DAY:.1f}"
