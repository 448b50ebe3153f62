"""How the figures of a row arise: hours, waits, chains, prices, step by step."""

from collections.abc import Callable
from typing import Final

import numpy as np

from bereket.compiled.arcs import ArcKind
from bereket.compiled.capacities import capacity_of
from bereket.compiled.graph import Graph, build
from bereket.compiled.shipment import Shipment
from bereket.compiled.tariffs import (
    SEA,
    belt_family,
    belt_price,
    least_slope,
    usable_rates,
)
from bereket.compiled.values import HOURS_PER_WEEK, service_wait
from bereket.model.calendar import as_day, is_open
from bereket.model.model import Model, label
from bereket.studies.reckoning import reckoned

BELT_STEPS: Final = 400


def derivation(model: Model, table: str, row: int) -> tuple[str, ...]:
    """Return, line by line, what is worked out from a row on the model's base date.

    Parameters
    ----------
    model : Model
        The model.
    table : str
        Table of the row.
    row : int
        Its position.

    Returns
    -------
    tuple of str
        Lines to read; empty where a row is used as it stands.
    """
    lines: list[str] = []
    day = as_day(model.config("base_date"))
    if model[table].schema.is_dated and not is_open(model[table], day)[row]:
        lines.append(f"not open on {day}, the model's base date")
    if table in STEPS:
        lines.extend(STEPS[table](model, row))
    return tuple(lines)


def _of_link(model: Model, row: int) -> list[str]:
    link, carrier = model["link"], model["carrier"]
    length = link.number("length_km")[row]
    limit = link.number("commercial_speed_kmh")[row]
    lines = []
    for name in model.carriers(link.lists("allowed_uses")[row]):
        (layer,) = carrier.row_of[(name,)]
        own = carrier.number("speed_kmh")[layer]
        speed = np.fmin(limit, own)
        lines.append(
            f"{name}: {length:g} km / min({label(limit) or 'any'}, {own:g}) km/h = "
            f"{length / speed:.2f} h, technical stops apart"
        )
    return [*lines, *_capacity(model, "link", row)]


def _of_border(model: Model, row: int) -> list[str]:
    border = model["border"]
    parts = [border.number(c)[row] for c in ("document_h", "inspection_h", "wait_h")]
    terms = " + ".join(f"{part:g}" for part in parts)
    taken = border.number("acceptance_per_day")[row]
    unit = border.text("unit")[row]
    accepts = "unknown, no limit" if np.isnan(taken) else f"{taken:g} {unit}s a day"
    return [
        f"time on this side: {terms} = {sum(parts):g} h (documents, inspection, wait)",
        f"acceptance: {accepts}",
        *_capacity(model, "border", row),
    ]


def _of_transfer(model: Model, row: int) -> list[str]:
    transfer = model["transfer"]
    handling, dwell = (
        transfer.number("handling_h")[row],
        transfer.number("dwell_h")[row],
    )
    return [
        f"time: {handling:g} handling + {dwell:g} dwell = {handling + dwell:g} h",
        *_capacity(model, "transfer", row),
    ]


def _of_works(table: str) -> Callable[[Model, int], list[str]]:
    """Return what tells the capacity of the rows of a table."""
    return lambda model, row: _capacity(model, table, row)


def _capacity(model: Model, table: str, row: int) -> list[str]:
    """Tell how the capacity of a row arises, line by line."""
    day = as_day(model.config("base_date"))
    return reckoned(model, table, row, capacity_of(model, table, row, day))


def _of_service(model: Model, row: int) -> list[str]:
    service = model["service"]
    mean, variance = service_wait(model)
    sailings = service.number("sailings_per_week")[row]
    share = service.number("availability")[row]
    headway = HOURS_PER_WEEK / (sailings * share)
    lines = [
        f"headway: 168 h / ({sailings:g} a week x {share:g}) = {headway:.1f} h",
        f"wait for a departure: {mean[row]:.1f} h, spread {variance[row] ** 0.5:.1f} h",
    ]
    return [*lines, *_capacity(model, "service", row)]


def _of_tariff(model: Model, row: int) -> list[str]:
    tariff = model["tariff"]
    graph = build(model, as_day(model.config("base_date")))
    lines = _product_chains(graph, row)
    if tariff.text("kind")[row] != "rate" or not len(model["commodity"]):
        return lines
    cargo = tariff.lists("commodity_id")[row] or tuple(
        str(c) for c in model["commodity"].text("commodity_id")[:1]
    )
    countries = (*sorted({str(c) for c in model["node"].text("country_iso3")}), SEA)
    rates, _ = usable_rates(graph, Shipment(cargo[0], "", ""), countries, "rate")
    (found,) = np.nonzero(rates.row == row)
    for at in found[rates.is_belt[found]].tolist():
        family = belt_family(rates, at)
        slope = least_slope(rates, family)
        longest = float(
            np.nanmax(np.append(rates.to_km[family], rates.from_km[family]))
        )
        distances = np.linspace(longest / BELT_STEPS, longest, BELT_STEPS)
        gaps = [belt_price(rates, family, km) - slope * km for km in distances]
        lines.append(
            f"one of {family.size} belts; on arcs {slope:.4f} USD/t-km of {cargo[0]}, "
            f"at most {max(gaps):.1f} USD/t below the exact price"
        )
    return lines


def _product_chains(graph: Graph, row: int) -> list[str]:
    """Tell the chain of a through rate, or that it is broken on the date."""
    names = graph.model["node"].text("node_id")
    arcs, lines = graph.arcs, []
    products = np.nonzero((arcs.kind == ArcKind.PRODUCT) & (arcs.main_idx == row))[0]
    carriers = graph.model["carrier"].text("carrier_id")
    for product in products.tolist():
        carrier = carriers[arcs.carrier_idx[product]]
        if product not in graph.chains.arcs_of:
            lines.append(f"through rate, {carrier}: no open chain on {graph.day}")
            continue
        chain = graph.chains.arcs_of[product]
        places = [str(names[arcs.start_idx[chain[0]]])]
        for end in arcs.end_idx[chain].tolist():
            if names[end] != places[-1]:
                places.append(str(names[end]))
        hours, km = graph.values.time_h[product], graph.values.length_km[product]
        lines.append(
            f"through rate, {carrier}: {' > '.join(places)}, {km:,.0f} km, "
            f"{hours:.1f} h"
        )
    return lines


STEPS: Final[dict[str, Callable[[Model, int], list[str]]]] = {
    **{name: _of_works(name) for name in ("port", "terminal", "fleet")},
    "link": _of_link,
    "border": _of_border,
    "transfer": _of_transfer,
    "service": _of_service,
    "tariff": _of_tariff,
}
