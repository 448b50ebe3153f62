"""Ways drawn on the terminal: side by side, their money, their legs."""

import math
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.break_even import BreakEvenResult
from bereket.analysis.pareto import ParetoResult
from bereket.analysis.route import RouteResult
from bereket.compiled.alternative import Alternative
from bereket.compiled.cost import PARTS

HOURS_PER_DAY = 24.0
KEY_PLACES = 8
ROWS_SHOWN = 3
ORDERS_SHOWN = 6
BEST_IN = {
    "door_to_door_h": "time",
    "cost_usd_per_t": "money",
    "emission_kgco2e_per_t": "emissions",
    "sd_h": "spread",
}


def draw_ways(console: Console, found: RouteResult, names: dict[str, str]) -> None:
    """Draw the headline and the ways side by side."""
    ends = [escape(str(names[n])) for n in (found.origin_id, found.destination_id)]
    party = found.stamp.params.get("party", "")
    asked = f"{found.commodity_id}, on {found.as_of}" + (
        f", as {party}" if party else ""
    )
    console.print(f"[bold]{ends[0]} → {ends[1]}[/], {asked}")
    if not found.alternatives:
        _draw_barred(console, found)
        return
    best, container = found.alternatives[0].totals, found.alternatives[0]
    feu = container.cost_usd_per_feu
    console.print(
        f"{_which(found)} takes "
        f"[bold]{_days(best.time_h)} days[/] (door to door "
        f"{_days(best.door_to_door_h)}) and costs "
        f"[bold]{best.cost_usd_per_t:,.0f} USD/t[/]"
        + ("" if feu is None else f" ({feu:,.0f} USD/FEU)")
        + f" over {best.length_km:,.0f} km; {best.assumed_share:.0%} of its cost rests "
        "on assumed rows."
    )
    rows = [_way_cells(n, way) for n, way in enumerate(found.alternatives, start=1)]
    _draw_cells(console, rows)
    _draw_orders(console, found)


def draw_money(console: Console, found: RouteResult) -> None:
    """Draw the money by part, a column each."""
    ways = [way.totals for way in found.alternatives]
    used = [part for part in PARTS if any(way.cost_parts[part] for way in ways)]
    grid = _grid("USD/t", *(part.replace("_", " ") for part in used), "total")
    for number, way in enumerate(ways, start=1):
        money = [*(way.cost_parts[part] for part in used), way.cost_usd_per_t]
        grid.add_row(str(number), *(f"{amount:,.1f}" for amount in money))
    console.print()
    console.print(grid)


def draw_legs(
    console: Console, found: RouteResult, number: int, *, whole: bool = False
) -> None:
    """Draw one way leg by leg, with the rows that each figure comes from."""
    way = found.alternatives[number - 1]
    console.print(f"\n[bold]way {number}, leg by leg[/] ([yellow]*[/] = assumed row)")
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name in ("", "leg", "from > to", "km", "h", "wait h", "USD/t", "rows"):
        right = name in {"km", "h", "wait h", "USD/t"}
        justify = "right" if right else "left"
        folds: Any = "fold" if name == "rows" else "ellipsis"
        grid.add_column(name, justify=justify, no_wrap=name != "rows", overflow=folds)  # type: ignore[arg-type]
    for leg in way.legs:
        money = sum(leg.cost_parts.values())
        shown = leg.rows if whole else leg.rows[:ROWS_SHOWN]
        more = len(leg.rows) - len(shown)
        rows = " ".join(shown) + (f" +{more}" if more else "")
        grid.add_row(
            "[yellow]*[/]" if leg.assumed else "",
            leg.kind if leg.kind != "line" else leg.carrier_id,
            f"{leg.from_node_id} > {leg.to_node_id}",
            f"{leg.length_km:,.0f}" if leg.length_km else "",
            f"{leg.time_h:,.1f}",
            f"{leg.wait_h:,.1f}" if leg.wait_h else "",
            f"{money:,.1f}",
            escape(rows),
        )
    console.print(grid)
    console.print(f"[bold]holds[/]: {escape(', '.join(way.includes))}")
    console.print(f"[bold]leaves out[/]: {escape('; '.join(way.excludes))}")


def draw_next(
    console: Console, model: str, found: RouteResult, *, is_told: bool
) -> None:
    """Draw the notes, what to look at next, and the stamp."""
    for note in found.notes:
        console.print(f"[dim]{escape(note)}[/]")
    if found.alternatives:
        row = found.alternatives[0].legs[1].rows[0]
        steps = [
            *([] if is_told else ["--details (money by part, legs)"]),
            *(["--way 2"] if len(found.alternatives) > 1 else []),
            "--as-of DATE",
            "--avoid REF",
            "--format csv",
            f"bereket show {escape(model)} {escape(row)}",
        ]
        console.print(f"next: {' · '.join(steps)}")
    console.print(f"[dim]{escape(found.stamp.line())}[/]")


def _draw_orders(console: Console, found: RouteResult) -> None:
    """Name the orders that touch the ways, each with the ways where it is not all."""
    binding = [r for r in found.regimes if r not in found.reported]
    for title, orders in (
        ("orders in force here", binding),
        ("for named parties only", list(found.reported)),
    ):
        if orders:
            more = len(orders) - ORDERS_SHOWN
            tail = f" and {more} more" if more > 0 else ""
            told = [_order_cell(found, order) for order in orders[:ORDERS_SHOWN]]
            console.print(f"{title}: {', '.join(told)}{tail}")


def _order_cell(found: RouteResult, order: str) -> str:
    """Return an order with the ways that it touches."""
    ways = [n for n, w in enumerate(found.alternatives, 1) if order in w.regimes]
    if len(ways) == len(found.alternatives):
        return order
    return f"{order} (way {' '.join(map(str, ways))})"


def _draw_barred(console: Console, found: RouteResult) -> None:
    if not found.openings:
        console.print(
            "[bold red]There is no way[/], and none would open: no chain of carriers "
            "that this cargo may take joins the two places."
        )
        return
    console.print(
        "[bold red]There is no way on this date.[/] What stops it, cheapest opening "
        "first:"
    )
    for opening in found.openings:
        way = opening.alternative.totals
        pairs = zip(opening.elements, opening.why, strict=True)
        reasons = "; ".join(f"{element} ({why})" for element, why in pairs)
        console.print(
            f"  {escape(reasons)}: opened, {_days(way.time_h)} days, "
            f"{way.cost_usd_per_t:,.0f} USD/t, {way.length_km:,.0f} km"
        )


def _draw_cells(console: Console, rows: list[dict[str, str]]) -> None:
    """Draw ways side by side; columns that are empty in all are left out."""
    columns = [c for c in rows[0] if any(row[c] for row in rows)]
    grid = _grid(*columns[:-1])
    grid.add_column(columns[-1], justify="left")
    for row in rows:
        grid.add_row(*(row[column] for column in columns))
    console.print(grid)


def _grid(*columns: str) -> Grid:
    """Return a plain table of columns of figures."""
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        grid.add_column(name, justify="right", no_wrap=True)
    return grid


def _way_cells(number: int, way: Alternative) -> dict[str, str]:
    figures, container = way.totals, way.cost_usd_per_feu
    named = " ".join(_narrowest(way.corridors))
    places = _key_places(way)
    return {
        "way": str(number),
        "days ± sd": f"{_days(figures.time_h)} ± {_days(figures.sd_h)}",
        "door": _days(figures.door_to_door_h),
        "USD/t": f"{figures.cost_usd_per_t:,.0f}",
        "USD/FEU": "" if container is None else f"{container:,.0f}",
        "gen. USD/t": f"{figures.generalised_usd_per_t:,.0f}",
        "km": f"{figures.length_km:,.0f}",
        "kgCO2e/t": _emission(figures.emission_kgco2e_per_t),
        "corridor: by": f"{named}: {places}" if named else places or "-",
    }


def _narrowest(corridors: tuple[str, ...]) -> list[str]:
    """Return corridors without those that another one is a part of, by its name."""
    return [c for c in corridors if not any(o.startswith(f"{c}_") for o in corridors)]


def _key_places(way: Alternative) -> str:
    """Return the places where a way enters a country or changes carrier."""
    places: dict[str, None] = {}
    for leg in way.legs:
        if leg.kind == "border":
            places |= {leg.to_node_id: None}
        elif leg.kind in {"transfer", "service"}:
            places |= {leg.from_node_id: None, leg.to_node_id: None}
    return _shortened(tuple(places))


def _shortened(places: tuple[str, ...]) -> str:
    return " ".join(places[:KEY_PLACES]) + (" …" if len(places) > KEY_PLACES else "")


def _which(found: RouteResult) -> str:
    """Name the first way: the cheapest is proven, the best found is not."""
    if len(found.alternatives) == 1:
        asked_for = found.stamp.params.get("count")
        return "The best way found" if asked_for == 1 else "The only way found"
    rank = "cheapest" if found.alternatives[0].is_proven else "best"
    return f"The {rank} of {counted(len(found.alternatives))} found"


def counted(ways: int) -> str:
    """Return a number of ways in words."""
    return "1 way" if ways == 1 else f"{ways} ways"


def _emission(kgco2e_per_t: float) -> str:
    """Return emissions, or a question mark where a carrier states none."""
    return "?" if math.isnan(kgco2e_per_t) else f"{kgco2e_per_t:,.0f}"


def _days(hours: float) -> str:
    return f"{hours / HOURS_PER_DAY:.1f}"


def draw_efficient(console: Console, found: ParetoResult) -> None:
    """Draw the few efficient ways that show the whole set."""
    if not found.ways:
        return  # that there is no way is told already
    console.print(
        f"\n[bold]{counted(len(found.ways))} efficient[/]: none beats another in time, "
        f"money, emissions and spread of time at once; {len(found.shown)} shown"
    )
    grid = _grid("door ± sd, days", "USD/t", "kgCO2e/t", "gen. USD/t", "km")
    for name in ("best in", "corridor: by"):
        grid.add_column(name, justify="left")
    for way in found.shown:
        named = " ".join(_narrowest(way.corridors))
        grid.add_row(
            f"{_days(way.door_to_door_h)} ± {_days(way.sd_h)}",
            f"{way.cost_usd_per_t:,.0f}",
            _emission(way.emission_kgco2e_per_t),
            f"{way.generalised_usd_per_t:,.0f}",
            f"{way.length_km:,.0f}",
            " ".join(BEST_IN[name] for name in way.best_in),
            f"{named}: {_shortened(way.key_places)}".removeprefix(": "),
        )
    console.print(grid)


def draw_break_even(console: Console, found: BreakEvenResult) -> None:
    """Draw at which values of a lever the best way changes."""
    if found.best is None:
        return  # that there is no way is told already
    console.print(
        f"\n[bold]break-even of {found.lever}[/], now {found.now:g} {found.unit}: "
        f"{escape(found.notes[0])}"
    )
    if not found.changes:
        console.print("the best way stays the best from one end of it to the other")
        return
    grid = _grid("at " + found.unit, "days", "USD/t", "km")
    grid.add_column("becomes the best", justify="left")
    for change in found.changes:
        cells = _way_cells(0, change.rival)
        grid.add_row(
            f"{change.at:,.2f}",
            cells["days ± sd"],
            cells["USD/t"],
            cells["km"],
            cells["corridor: by"],
        )
    console.print(grid)
