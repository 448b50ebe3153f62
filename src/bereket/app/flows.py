"""An assignment drawn on the terminal: corridors, what is full, what does not go."""

from textwrap import shorten
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.assign import AssignResult
from bereket.analysis.assign.result import CorridorFlow, Scarce, Unserved
from bereket.app.ladder import Words
from bereket.report.flow_pages import beside_row
from bereket.report.wording import figure
from bereket.studies.observed import ObservedResult

MILLION: Final = 1e6
HOURS_A_DAY: Final = 24.0
CARGOES_SHOWN: Final = 3
SCARCE_SHOWN: Final = 8
UNSERVED_SHOWN: Final = 5
LINKS_SHOWN: Final = 8
COUNTED_LETTERS: Final = 30


def draw_flows(
    console: Console,
    found: AssignResult,
    words: Words,
    seen: ObservedResult | None = None,
) -> None:
    """Draw the answer of a model, with what was observed of the year beside it."""
    year = found.stamp.params["year"]
    served = found.demand_per_year - found.unserved_per_year
    share = served / found.demand_per_year
    console.print(
        f"[bold]{figure(served / MILLION)} of "
        f"{figure(found.demand_per_year / MILLION)} Mt of {year} go ({share:.0%})[/] "
        f"on the network of {found.stamp.as_of}, net tonnes, 365 mean days; "
        f"{'' if found.is_fitted else 'not '}calibrated"
    )
    if found.status != "answered":
        console.print(_ended(found))
    _draw_corridors(console, found.corridors)
    if seen:
        draw_observed(console, seen, words)
    _draw_scarce(console, found.scarcity, words)
    _draw_unserved(console, found.unserved, words)
    _draw_convergence(console, found)
    for note in found.notes:
        console.print(f"[dim]{escape(note)}[/]")


def _draw_corridors(console: Console, corridors: tuple[CorridorFlow, ...]) -> None:
    grid = Grid(title="by corridor, Mt a year", title_justify="left", box=None)
    grid.add_column("corridor")
    for name in ("Mt", "there", "back", "1,000 TEU"):
        grid.add_column(name, justify="right")
    grid.add_column("cargo")
    idle = []
    for each in sorted(corridors, key=lambda flow: -flow.t_per_year):
        if each.t_per_year <= 0:
            idle.append(each.corridor_id)
            continue
        cargo = list(each.by_class.items())[:CARGOES_SHOWN]
        grid.add_row(
            escape(each.corridor_id),
            mt(each.t_per_year),
            mt(each.there_t_per_year),
            mt(each.back_t_per_year),
            f"{each.teu_per_year / 1e3:,.0f}",
            ", ".join(f"{escape(name)} {mt(t)}" for name, t in cargo),
        )
    console.print(grid)
    if idle:
        console.print(f"nothing goes by {escape(', '.join(idle))}")


def draw_observed(console: Console, seen: ObservedResult, words: Words) -> None:
    """Draw what was observed beside what is modelled, last year's value as rival."""
    if not seen.beside:
        return
    grid = Grid(title=f"observed in {seen.year} beside modelled", title_justify="left")
    grid.box = None
    grid.add_column("of", no_wrap=True)
    before = f"{seen.year - 1}"
    for name in ("", "observed", "modelled", "off by", before, "off by"):
        grid.add_column(name, justify="right", no_wrap=True)
    grid.add_column("what was counted", no_wrap=True)
    for each in seen.beside:
        row = beside_row(each, words.model, words.places)
        of = each.on.split("|")[0] + (" and more" if "|" in each.on else "")
        way = f" {each.direction}" if each.direction else ""
        figures = ("unit", "observed", "modelled", "error", "rival", "rival_error")
        cells = [row[name] for name in figures]
        counted = shorten(each.definition, COUNTED_LETTERS, placeholder="…")
        grid.add_row(escape(of + way), *cells, escape(counted))
    console.print(grid)
    rivals = any(each.rival_definition for each in seen.beside)
    star = f" * {before} by another definition." if rivals else ""
    left = len(seen.not_compared)
    more = f" {left} more cannot be compared (--format json says why)." if left else ""
    console.print(f"{seen.headline()}{star}{more}")
    console.print(f"[bold]{escape('; '.join(seen.notes))}[/]")


def _draw_scarce(console: Console, scarcity: tuple[Scarce, ...], words: Words) -> None:
    if not scarcity:
        console.print("nothing that states a capacity is full")
        return
    grid = Grid(title="what is full, the longest wait first", title_justify="left")
    grid.box = None
    grid.add_column("element")
    for name in ("a day", "wait, days", "USD/t", "Mt a year"):
        grid.add_column(name, justify="right")
    for each in scarcity[:SCARCE_SHOWN]:
        way = f" {each.direction}" if each.direction else ""
        grid.add_row(
            words.element(each.element) + escape(way),
            f"{figure(each.room_per_day)} {escape(each.unit)}",
            f"{each.wait_h / HOURS_A_DAY:,.1f}",
            f"{each.price_usd_per_t:,.1f}",
            mt(each.t_per_year) if each.t_per_year > 0 else "empties",
        )
    console.print(grid)
    if len(scarcity) > SCARCE_SHOWN:
        console.print(f"and {len(scarcity) - SCARCE_SHOWN} more that are full")


def _draw_unserved(
    console: Console, unserved: tuple[Unserved, ...], words: Words
) -> None:
    if not unserved:
        console.print("all that wants to go goes")
        return
    total = sum(each.amount_per_year for each in unserved)
    flows = "flow" if len(unserved) == 1 else "flows"
    console.print(
        f"[bold]{mt(total)} Mt do not go[/], {len(unserved)} {flows}; the largest:"
    )
    for each in unserved[:UNSERVED_SHOWN]:
        ends = f"{each.origin_id} > {each.destination_id}"
        where = f": waits at {words.element(each.element)}" if each.element else ""
        why = where or f": {escape(each.why)}"
        console.print(
            f"  {mt(each.amount_per_year)} Mt {escape(each.class_id)} {escape(ends)} "
            f"({each.share:.0%} of it){why}"
        )


def _draw_convergence(console: Console, found: AssignResult) -> None:
    last = found.record[-1]
    console.print(
        f"[dim]relative gap {last.relative_gap:.1e}, limits kept to "
        f"{last.violation:.1e}, {last.number} iterations, {found.solve_s:.2f} s[/]"
    )


def _ended(found: AssignResult) -> str:
    """Say that flows are no answer yet, and how far off they are."""
    last, ended = found.record[-1], escape(found.status.replace("_", " "))
    return (
        f"[bold red]{ended}: no answer yet[/]; the gap is {last.relative_gap:.1e}, "
        f"limits are missed by {last.violation:.1e}"
    )


def draw_roads(console: Console, found: AssignResult, name: str) -> None:
    """Draw the answer of a road network, in the units of its file."""
    console.print(
        f"[bold]{escape(name)}[/]: objective {found.objective:,.10g}, total "
        f"{found.total_cost:,.10g}, in the units of the file"
    )
    if found.status != "answered":
        console.print(_ended(found))
    if found.unserved:
        console.print(
            f"[bold]{found.unserved_per_year:,.6g} of "
            f"{found.demand_per_year:,.6g} trips have no way[/]:"
        )
        for each in found.unserved[:UNSERVED_SHOWN]:
            console.print(f"  {each.origin_id} > {each.destination_id}: {each.why}")
    grid = Grid(title="links with most flow", title_justify="left", box=None)
    for column in ("tail", "head", "flow", "cost"):
        grid.add_column(column, justify="right")
    for link in sorted(found.flows, key=lambda each: -each.flow)[:LINKS_SHOWN]:
        grid.add_row(link.tail, link.head, f"{link.flow:,.6g}", f"{link.cost:,.6g}")
    console.print(grid)
    _draw_convergence(console, found)
    for note in found.notes:
        console.print(f"[dim]{escape(note)}[/]")


def mt(tonnes: float) -> str:
    """Return tonnes as million tonnes, two figures behind the point."""
    return f"{tonnes / MILLION:,.2f}"
