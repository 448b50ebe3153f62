"""Pages on gas and power: what flows, what it costs, what is missed, what to add."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bereket.analysis.energy.rows import ElementValue, Sale, Unserved
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.power import has_energy
from bereket.report import wording
from bereket.report.boundaries import Boundaries
from bereket.report.countries import country_name
from bereket.report.energy_bars import fuel_bars, gain_bars
from bereket.report.energy_crossings import crossing_bars
from bereket.report.energy_curves import value_curve, with_base
from bereket.report.energy_duration import duration_curve
from bereket.report.energy_map import energy_map
from bereket.report.energy_prices import zone_prices
from bereket.report.energy_words import (
    LEAST,
    NOUNS,
    amount,
    cause_in_names,
    in_names,
    names_of,
    spoken,
    usd,
)
from bereket.studies.overview_result import OverviewResult

Keep = Callable[[str, Any], str]
UNSERVED_SHOWN: Final = 4
NAME_LETTERS: Final = 62
CURVE_LETTERS: Final = 30
BOUND_SHOWN: Final = 2
BCM: Final = 1e3  # mcm
PER_THOUSAND: Final = 1e3  # USD/mcm in USD per 1,000 m3
# How many of what is worth most are told, by what they are.
WORTH_SHOWN: Final = (
    (("power_line",), "power line", 6),
    (("gas_pipe",), "gas pipe", 4),
    (("gas_contract",), "gas contract", 3),
    (("gas_swap",), "gas swap", 1),
)
NO_ENERGY: Final = """Gas and power: the model has neither zones of power nor gas nodes
    (tables bus and gas_node)."""
CANNOT_TELL: Final = (
    """Which wire is overloaded: power flows between zones up to net transfer
    capacities, not by the laws of a grid (no DC load flow). What a zone's own lines
    cannot carry is not seen.""",
    """What happens between the weeks: a few of them stand for the year, so that a cold
    spell or a calm week outside them is missed.""",
    """What people do who do not know the future: the programme sees all weeks, months,
    water and wind beforehand, and shares as one owner would.""",
    """Who bargains for what: prices of contracts move money between countries, not what
    is cheapest for all of them together.""",
    """A cold day of gas: gas goes by month, so that a day above the month's mean hides.
    Pressure is asked apart.""",
)


def energy_context(
    found: OverviewResult, model: Model, boundaries: Boundaries, keep: Keep
) -> dict[str, Any] | None:
    """Return what the pages on gas and power are filled with, and keep their figures.

    Parameters
    ----------
    found : OverviewResult
        What a report tells.
    model : Model
        The model that was asked, changed by the scenario where there was one.
    boundaries : Boundaries
        Lines and areas of the reader's own for the map.
    keep : callable
        Takes the name of a figure and the figure.

    Returns
    -------
    dict or None
        None where there is nothing to tell.
    """
    year = found.energy
    if year is None:
        return None
    names = names_of(model)
    refused = _drawn(_figures(found, model, boundaries), keep)
    short = year.unserved
    moving = [row for row in year.sales if row.given_mcm + row.untaken_mcm > LEAST]
    moving.sort(key=lambda row: -row.given_mcm)
    return {
        "year": year.year,
        "headline": in_names(year.headline(), names),
        "is_short": bool(short),
        "unserved": [_unserved(row, names) for row in short[:UNSERVED_SHOWN]],
        "more_unserved": max(len(short) - UNSERVED_SHOWN, 0),
        "worth": _worth(year.values, names),
        "sales": [_sale(row, names) for row in moving],
        "idle_sales": len(year.sales) - len(moving),
        "has_untaken": any(row.untaken_mcm > LEAST for row in moving),
        "has_fee": any(row.fee_usd > LEAST for row in moving),
        "curve_of": ", ".join(
            wording.cut(names.get(element, element), CURVE_LETTERS)
            for element in dict.fromkeys(point.element for point in found.energy_curve)
        ),
        "assumed": wording.share(year.stamp.assumed_share),
        "refused": refused,
        "notes": [in_names(note, names) for note in year.notes],
        "cannot_tell": CANNOT_TELL,
        "stamp": year.stamp,
    }


def no_energy(model: Model) -> tuple[str, ...]:
    """Return what the report cannot tell where a model has no gas and no power."""
    return () if has_energy(model) else (NO_ENERGY,)


def _figures(
    found: OverviewResult, model: Model, boundaries: Boundaries
) -> dict[str, Callable[[], Any]]:
    """Return what draws each figure, by its name."""
    year = found.energy
    if year is None:
        return {}
    figures: dict[str, Callable[[], Any]] = {
        "energy_map": lambda: energy_map(year, model, boundaries),
        "energy_prices": lambda: zone_prices(year),
        "energy_crossings": lambda: crossing_bars(year),
        "energy_duration": lambda: duration_curve(year),
        "energy_fuels": lambda: fuel_bars(year),
    }
    stamp = year.stamp
    if found.energy_curve:
        points = with_base(found.energy_curve, year)
        costs = {row.element: row.cost_usd_per_year for row in year.values}
        figures["energy_value"] = lambda: value_curve(
            points,
            model,
            stamp,
            cost_usd_per_year=costs.get(points[0].element),
        )
    if found.energy_exchange:
        figures["energy_gains"] = lambda: gain_bars(found.energy_exchange, stamp)
    return figures


def _drawn(figures: Mapping[str, Callable[[], Any]], keep: Keep) -> list[str]:
    """Keep figures; return why some are not there."""
    refused = []
    for name, draw in figures.items():
        try:
            keep(name, draw())
        except QuestionError as fault:  # said in words in place of the figure
            refused.append(str(fault))
    return refused


def _unserved(row: Unserved, names: Mapping[str, str]) -> dict[str, str]:
    """Return what a zone or gas node misses, and why."""
    unit = "MW" if row.commodity == "power" else "mcm a day"
    return {
        "where": names.get(row.zone, row.zone),
        "of": row.commodity,
        "amount": amount(row.commodity, row.amount),
        "share": f"{100 * row.share:.2g} %",
        "highest": f"{wording.figure(row.highest)} {unit}",
        "time": wording.share(row.time_share),
        "cost": wording.dollars(row.cost_usd),
        "worst": spoken(row.worst),
        "cause": cause_in_names(row.cause, names),
    }


def _worth(
    values: tuple[ElementValue, ...], names: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return where one more is worth most, by what it is."""
    rows = []
    for tables, kind, most in WORTH_SHOWN:
        own = [
            row
            for row in values
            if row.element.partition(":")[0] in tables and row.usd > LEAST
        ]
        own.sort(key=lambda row: -row.usd)
        rows += [_worth_row(row, kind, names) for row in own[:most]]
    return rows


def _worth_row(
    row: ElementValue, kind: str, names: Mapping[str, str]
) -> dict[str, str]:
    """Return what one more of an element is worth beside what it costs."""
    unit = NOUNS["gas" if row.usd_per_mw is None else "power"]
    cost = row.cost_usd_per_year
    return {
        "name": wording.cut(names.get(row.element, row.element), NAME_LETTERS),
        "element": row.element,
        "kind": kind,
        "has": f"{wording.digits(row.p_nom)} {unit}",
        "unit": unit,
        "worth": usd(row.usd),
        "cost": "not known" if cost is None else usd(cost),
        "times": wording.NOTHING
        if not cost
        else f"{wording.two_digits(row.usd / cost)} times",
    }


def _sale(row: Sale, names: Mapping[str, str]) -> dict[str, str]:
    """Return what a contract or swap moves."""
    partner = f", by {country_name(row.partner_iso3)}" if row.partner_iso3 else ""
    got = row.received_mcm
    price = row.paid_usd / got / PER_THOUSAND if got > LEAST else None
    return {
        "name": names.get(row.element, row.element),
        "element": row.element,
        "kind": "swap" if row.partner_iso3 else "contract",
        "ends": f"{country_name(row.seller_iso3)} → {country_name(row.buyer_iso3)}"
        + partner,
        "given": wording.digits(row.given_mcm / BCM),
        "received": wording.digits(row.received_mcm / BCM),
        "untaken": wording.digits(row.untaken_mcm / BCM)
        if row.untaken_mcm > LEAST
        else "",
        "price": wording.digits(price),
        "paid": wording.dollars(row.paid_usd),
        "fee": wording.dollars(row.fee_usd) if row.fee_usd > LEAST else "",
        "use": wording.share(row.use_share),
        "room": wording.digits(row.room_mcm / BCM),
        "bound_by": _bound_by(row, names),
    }


def _bound_by(row: Sale, names: Mapping[str, str]) -> str:
    """Return the pipes that let no more of a sale through."""
    shown = [names.get(each, each) for each in row.bound_by[:BOUND_SHOWN]]
    more = len(row.bound_by) - BOUND_SHOWN
    return "; ".join(shown) + (f" and {more} more" if more > 0 else "")
