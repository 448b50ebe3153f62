"""A year of gas and power on the terminal."""

from collections.abc import Sequence
from statistics import fmean

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bereket.analysis.energy.result import EnergyResult
from bereket.analysis.energy.rows import ElementFlow, ZonePrice
from bereket.report.wording import figure
from bereket.studies.energy_cases import CaseGain, EnergyStudy

MILLION = 1e6
THOUSAND = 1e3
FLOWS_SHOWN = 8
VALUES_SHOWN = 5
NOTES_SHOWN = 5
COUNTRIES_SHOWN = 4


def draw_energy(console: Console, study: EnergyStudy) -> None:
    """Draw the headline, then cases where any are asked, else the year."""
    base = study.base
    console.print(f"[bold]{escape(base.headline())}[/]")
    for row in base.unserved:
        unit, scale = (
            ("TWh", MILLION) if row.commodity == "power" else ("bcm", THOUSAND)
        )
        console.print(
            escape(
                f"not served at {row.zone}: {figure(row.amount / scale)} {unit} "
                f"({row.share:.1%}), worst in {row.worst}: {row.cause}"
            )
        )
    if study.cases:
        _draw_cases(console, study)
    else:
        for commodity in ("power", "gas"):
            flows = [row for row in base.flows if row.commodity == commodity]
            if flows:
                console.print(_flows(flows, commodity))
        console.print(_prices(base))
    if base.built:
        console.print(_built(base))
    if not study.cases:
        console.print(_values(base))
        for note in base.notes[:NOTES_SHOWN]:
            console.print(f"[dim]{escape(note)}[/]")
        more = len(base.notes) - NOTES_SHOWN
        if more > 0:
            console.print(f"[dim]and {more} more notes (--format json)[/]")
    console.print(f"[dim]{escape(study.stamp.line())}[/]")


def _grid(names: Sequence[str], figures: Sequence[str], caption: str = "") -> Grid:
    grid = Grid(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in names:
        grid.add_column(name, no_wrap=True)
    for name in figures:
        is_list = name.startswith("who")  # of countries, the one that may be broken
        grid.add_column(name, justify="right", no_wrap=not is_list)
    grid.caption, grid.caption_justify = caption or None, "left"
    return grid


def _flows(flows: Sequence[ElementFlow], commodity: str) -> Grid:
    """Return what goes over lines or pipes, those between countries first."""
    scale, unit = (MILLION, "TWh") if commodity == "power" else (THOUSAND, "bcm")
    ranked = sorted(
        flows,
        key=lambda row: (row.from_iso3 == row.to_iso3, -row.on - row.back),
    )[:FLOWS_SHOWN]
    more = len(flows) - len(ranked)
    grid = _grid(
        (commodity, "from", "to"),
        (unit, "back", "room", "full", "rent M USD"),
        f"and {more} more (--format csv, --only PATTERN)" if more else "",
    )
    for row in ranked:
        grid.add_row(
            row.element.partition(":")[2],
            row.from_id,
            row.to_id,
            *(figure(each / scale) for each in (row.on, row.back, row.room)),
            f"{max(row.full_share, row.full_share_back):.0%}",
            figure(row.rent_usd / MILLION),
        )
    return grid


def _prices(base: EnergyResult) -> Grid:
    """Return prices: power by zone, gas by country, by what is wanted there."""
    grid = _grid(
        ("price at",),
        ("mean", "lowest", "highest"),
        "power in USD/MWh; gas, by country, in USD per 1000 m3",
    )
    gas: dict[str, list[ZonePrice]] = {}
    for row in base.prices:
        if row.of_load is None:
            continue
        if row.commodity == "power":
            cells = (row.mean, row.low, row.high)
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
    return grid


def _values(base: EnergyResult) -> Grid:
    """Return where one more is worth most."""
    grid = _grid(
        ("one more of",),
        ("has", "unit", "USD a year", "costs a year"),
        "--worth REF --at LIST tells it by capacity",
    )
    for is_power in (True, False):
        rows = [row for row in base.values if (row.usd_per_mw is not None) == is_power]
        for row in [row for row in rows if row.usd > 0][:VALUES_SHOWN]:
            cost = row.cost_usd_per_year
            grid.add_row(
                row.element,
                figure(row.p_nom),
                "MW" if is_power else "mcm/d",
                f"{row.usd:,.0f}",
                "not known" if cost is None else f"{cost:,.0f}",
            )
    return grid


def _built(base: EnergyResult) -> Grid:
    """Return what is built."""
    grid = _grid(("built",), ("from", "to", "M USD a year"))
    for row in base.built:
        cells = (row.before, row.after, row.cost_usd_per_year / MILLION)
        grid.add_row(row.element, *map(figure, cells))
    return grid


def _draw_cases(console: Console, study: EnergyStudy) -> None:
    """Draw the cases, those of one kind together."""
    capacity = study.of_kind("capacity")
    if capacity:
        console.print(_capacities(capacity))
    outages = sorted(study.of_kind("outage"), key=lambda case: case.saving_usd)
    if outages:
        console.print(_changes(outages, "without", "loses M USD", -1.0))
    works = study.of_kind("works")
    if works:
        console.print(_works(works))
    for case in study.of_kind("exchange"):
        console.print(_exchange(case))


def _capacities(cases: Sequence[CaseGain]) -> Grid:
    grid = _grid(
        ("element",),
        ("capacity", "sends", "back", "saves M USD", "one more USD", "who gains M USD"),
        "against the year as things are; sends in TWh or bcm a year",
    )
    for case in cases:
        scale = MILLION if case.element.startswith("power") else THOUSAND
        grid.add_row(
            case.element.partition(":")[2],
            figure(case.p_nom or 0.0),
            *(
                "" if each is None else figure(each / scale)
                for each in (case.sent, case.sent_back)
            ),
            figure(case.saving_usd / MILLION),
            "" if case.marginal_usd is None else f"{case.marginal_usd:,.0f}",
            _who(case, 1.0),
        )
    return grid


def _changes(
    cases: Sequence[CaseGain], first: str, figure_name: str, sign: float
) -> Grid:
    grid = _grid(
        (first,),
        (figure_name, "GWh missed", "bcm missed", "who M USD"),
        "a year, against the year as things are",
    )
    for case in cases:
        grid.add_row(
            case.element or case.name,
            figure(sign * case.saving_usd / MILLION + 0.0),
            figure(case.power_missed_mwh / THOUSAND),
            figure(case.gas_missed_mcm / THOUSAND),
            _who(case, sign),
        )
    return grid


def _works(cases: Sequence[CaseGain]) -> Grid:
    grid = _grid(
        ("works",),
        ("saves M USD", "cost M USD", "years", "kt CO2", "who gains M USD"),
        "a year, against the year as things are; years until the saving pays the cost",
    )
    for case in sorted(cases, key=lambda each: -each.saving_usd):
        grid.add_row(
            case.case_id,
            figure(case.saving_usd / MILLION),
            "" if case.capex_usd is None else figure(case.capex_usd / MILLION),
            "" if case.payback_years is None else figure(case.payback_years),
            figure(case.co2_t / THOUSAND),
            case.note or _who(case, 1.0),
        )
    return grid


def _exchange(case: CaseGain) -> Grid:
    grid = _grid(
        ("exchange saves",),
        ("M USD a year",),
        "all lines, pipes and sales over borders, against none of them",
    )
    ranked = sorted(case.by_country.items(), key=lambda item: item[1])
    for iso3, saving in ranked:
        grid.add_row(iso3, figure(-saving / MILLION))
    grid.add_row("all", figure(-case.saving_usd / MILLION))
    return grid


def _who(case: CaseGain, sign: float) -> str:
    """Return the countries that a case moves most, with what it brings them."""
    ranked = sorted(case.by_country.items(), key=lambda item: -abs(item[1]))
    return ", ".join(
        f"{iso3} {figure(sign * usd / MILLION)}"
        for iso3, usd in ranked[:COUNTRIES_SHOWN]
    )
