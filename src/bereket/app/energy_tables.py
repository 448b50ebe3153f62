"""A year of gas and power on the terminal."""

from collections.abc import Sequence
from statistics import fmean

from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.energy.result import EnergyResult, held_loads
from bereket.analysis.energy.rows import ElementFlow, Sale, ZonePrice
from bereket.app.energy_case_tables import (
    MILLION,
    SCALES,
    THOUSAND,
    above,
    draw_cases,
    grid_of,
    some,
)
from bereket.report.wording import figure
from bereket.studies.energy_cases import EnergyStudy

FLOWS_SHOWN = 8
SALES_SHOWN = 8
PIPES_SHOWN = 2
VALUES_SHOWN = 5
NAMES_SHOWN = 4
NOTES_SHOWN = 5


def draw_energy(
    console: Console, study: EnergyStudy, *, is_whole: bool = False
) -> None:
    """Draw the headline, then cases where any are asked, else the year.

    Parameters
    ----------
    console : Console
        Where.
    study : EnergyStudy
        What.
    is_whole : bool
        Whether every row is drawn, and not the largest alone.
    """
    base = study.base
    console.print(f"[bold]{escape(base.headline())}[/]")
    for row in base.unserved:
        unit, scale = SCALES[row.commodity]
        console.print(
            escape(
                f"not served at {row.zone}: {figure(row.amount / scale)} {unit} "
                f"({row.share:.1%}), worst in {row.worst}: {row.cause}"
            )
        )
    if is_whole or not study.cases:
        _draw_year(console, base, is_whole=is_whole)
    if study.cases:
        draw_cases(console, study, is_whole=is_whole)
    if base.built:
        console.print(_built(base))
    console.print(f"[dim]{escape(study.stamp.line())}[/]")


def _draw_year(console: Console, base: EnergyResult, *, is_whole: bool) -> None:
    """Draw the year as things are."""
    console.print(f"cost less income: {base.cost_usd / MILLION:,.3f} M USD a year")
    for commodity in ("power", "gas"):
        flows = [row for row in base.flows if row.commodity == commodity]
        if flows:
            console.print(_flows(flows, commodity, is_whole=is_whole))
    if base.sales:
        console.print(_sales(base.sales, is_whole=is_whole))
    if not is_whole:
        console.print(_prices(base))
    console.print(_values(base, is_whole=is_whole))
    held = held_loads(base.notes)
    for note in held:
        told, _, names = note.partition(": ")
        console.print(escape(f"{told}: {some(names.split(', '), NAMES_SHOWN)}"))
    others = [note for note in base.notes if note not in held]
    for note in others[:NOTES_SHOWN]:
        console.print(f"[dim]{escape(note)}[/]")
    more = len(others) - NOTES_SHOWN
    if more > 0:
        console.print(f"[dim]and {more} more notes (--format json)[/]")


def _flows(flows: Sequence[ElementFlow], commodity: str, *, is_whole: bool) -> Group:
    """Return what goes over lines or pipes, those between countries first."""
    unit, scale = SCALES[commodity]
    ranked = sorted(
        flows,
        key=lambda row: (row.from_iso3 == row.to_iso3, -row.on - row.back),
    )
    shown = ranked if is_whole else ranked[:FLOWS_SHOWN]
    grid = grid_of(
        (commodity, "from", "to"),
        (unit, "back", "room", "time full", "rent M USD"),
    )
    for row in shown:
        grid.add_row(
            row.element.partition(":")[2],
            row.from_id,
            row.to_id,
            *(figure(each / scale) for each in (row.on, row.back, row.room)),
            f"{max(row.full_share, row.full_share_back):.0%}",
            figure(row.rent_usd / MILLION),
        )
    return above(grid, _left(ranked, shown))


def _sales(sales: Sequence[Sale], *, is_whole: bool) -> Group:
    """Return what contracts and swaps move, first what is not taken as due."""
    ranked = sorted(sales, key=lambda row: (-row.untaken_mcm, -row.given_mcm))
    shown = ranked if is_whole else ranked[:SALES_SHOWN]
    untaken = ["not taken"] if any(row.due_usd > 0 for row in sales) else []
    grid = grid_of(
        ("sold under", "seller", "buyer"),
        ("bcm", *untaken, "used", "M USD", "room"),
        ("bound by",),
    )
    for row in shown:
        by = f"{row.buyer_iso3} by {row.partner_iso3}"
        pipes = [each.partition(":")[2] for each in row.bound_by]
        grid.add_row(
            row.element.partition(":")[2],
            row.seller_iso3,
            by if row.partner_iso3 else row.buyer_iso3,
            figure(row.given_mcm / THOUSAND),
            *(figure(row.untaken_mcm / THOUSAND) for _ in untaken),
            f"{row.use_share:.0%}",
            figure(row.paid_usd / MILLION),
            figure(row.room_mcm / THOUSAND),
            some(pipes, len(pipes) if is_whole else PIPES_SHOWN),
        )
    told = "used: of its volume; room: what pipes could bring besides"
    left = _left(ranked, shown)
    return above(grid, f"{told}\n{left}" if left else told)


def _left(rows: Sequence[object], shown: Sequence[object]) -> str:
    """Return how many rows are left out."""
    more = len(rows) - len(shown)
    return f"and {more} more (--format csv, --only PATTERN)" if more else ""


def _prices(base: EnergyResult) -> Group:
    """Return prices: power by zone, gas by country, by what is wanted there."""
    grid = grid_of(("price at",), ("mean", "lowest", "highest"))
    gas: dict[str, list[ZonePrice]] = {}
    for row in base.prices:
        if row.of_load is None:
            continue
        if row.commodity == "power":
            cells = (row.of_load, row.low, row.high)
            grid.add_row(row.zone.partition(":")[2], *map(figure, cells))
        else:
            gas.setdefault(row.country_iso3, []).append(row)
    for iso3, rows in gas.items():
        means = [row.of_load or 0.0 for row in rows]
        cells = (
            fmean(means),
            min(row.low for row in rows),
            max(row.high for row in rows),
        )
        grid.add_row(f"gas {iso3}", *(figure(each / THOUSAND) for each in cells))
    return above(
        grid,
        "means by use: power in USD/MWh; gas, by country, in USD per 1000 m3",
    )


def _values(base: EnergyResult, *, is_whole: bool) -> Group:
    """Return where one more is worth most."""
    grid = grid_of(
        ("one more of",),
        ("has", "unit", "USD a year", "costs a year"),
    )
    for is_power in (True, False):
        rows = [row for row in base.values if (row.usd_per_mw is not None) == is_power]
        worth = [row for row in rows if row.usd > 0][:VALUES_SHOWN]
        for row in rows if is_whole else worth:
            cost = row.cost_usd_per_year
            grid.add_row(
                row.element,
                figure(row.p_nom),
                "MW" if is_power else "mcm/d",
                f"{row.usd:,.0f}".replace("-", "−"),
                "not known" if cost is None else f"{cost:,.0f}",
            )
    return above(grid, "--worth REF --at LIST tells it by capacity")


def _built(base: EnergyResult) -> Grid:
    """Return what is built."""
    grid = grid_of(("built",), ("from", "to", "M USD a year"))
    for row in base.built:
        cells = (row.before, row.after, row.cost_usd_per_year / MILLION)
        grid.add_row(row.element, *map(figure, cells))
    return grid
