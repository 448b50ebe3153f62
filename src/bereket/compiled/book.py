"""The tariff book: the rows that can price a shipment, and what prices each haul."""

from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE, ArcKind, of_kinds
from bereket.compiled.graph import Graph
from bereket.compiled.orders import compass, countries_of_arcs
from bereket.compiled.shipment import Shipment
from bereket.compiled.tariffs import (
    SEA,
    Hauls,
    Rates,
    choose,
    haul_price,
    usable_rates,
)
from bereket.model.model import Model

DIRECTIONS: Final = ("", "north", "south", "east", "west")
HAULED: Final = (ArcKind.LINE, ArcKind.RIDE, ArcKind.PRODUCT)
Floats = NDArray[np.float64]
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Book:
    """Tariff rows that can price a shipment, and what each haul was priced by.

    Attributes
    ----------
    countries : tuple of str
        Countries of the model, and `SEA` last.
    rates, empty_rates, coefficients, fees : Rates
        Rows, the most specific first.
    hauls : Hauls
        Arcs priced.
    haul_of : (n_arcs,) int
        Position among the hauls of each arc, or `NONE`.
    run_of : (n_hauls,) int
        Number of what a haul's run is of: carrier, country, and direction where rows
        ask for one; its own where a rate for its two ends prices it; `NONE` of a
        through rate.
    by_ends : (n_hauls,) bool
        Hauls that a rate for their two ends prices, through rates too.
    rate_of, coefficient_of, fee_of, empty_rate_of : (n_hauls,) int
        Position of the row chosen for each haul by itself, or `NONE`.
    """

    countries: tuple[str, ...]
    rates: Rates
    empty_rates: Rates
    coefficients: Rates
    fees: Rates
    hauls: Hauls
    haul_of: NDArray[np.intp]
    run_of: NDArray[np.intp]
    by_ends: NDArray[np.bool_]
    rate_of: NDArray[np.intp]
    coefficient_of: NDArray[np.intp]
    fee_of: NDArray[np.intp]
    empty_rate_of: NDArray[np.intp]


def quality_is_assumed(model: Model, table: str) -> NDArray[np.bool_]:
    """Return which rows of a table say that they are assumed."""
    return np.asarray(model[table].text("quality") == "assumed", dtype=bool)


def book_of(graph: Graph, shipment: Shipment) -> tuple[Book, tuple[str, ...]]:
    """Gather the rows that can price a shipment, and choose one for each haul."""
    arcs, model = graph.arcs, graph.model
    own = sorted({str(c) for c in model["node"].text("country_iso3")})
    countries = (*own, SEA)
    at = np.nonzero(of_kinds(arcs.kind, HAULED))[0]
    areas = countries_of_arcs(model, graph)[at]
    position = {iso3: i for i, iso3 in enumerate(countries)}
    is_product = arcs.kind[at] == ArcKind.PRODUCT
    hauls = Hauls(
        arc=at,
        carrier=arcs.carrier_idx[at],
        country=np.array([position[str(iso3)] for iso3 in areas], dtype=np.intp),
        start=arcs.start_idx[at],
        end=arcs.end_idx[at],
        direction=compass(graph)[at],
        product_row=np.where(is_product, arcs.main_idx[at], NONE).astype(np.int32),
    )
    rates, warned = usable_rates(graph, shipment, countries, "rate")
    empties, empty_warned = usable_rates(
        graph, shipment, countries, "rate", load="empty"
    )
    factors, _ = usable_rates(graph, shipment, countries, "coefficient")
    fees, fee_warned = usable_rates(graph, shipment, countries, "fee")
    rate_of = choose(rates, hauls)
    by_ends = is_product.copy()
    by_ends[rate_of != NONE] |= rates.is_pair[rate_of[rate_of != NONE]]
    alone = len(countries) * len(DIRECTIONS) * (1 + len(model["carrier"]))
    run_of = np.where(
        by_ends, alone + np.arange(at.size), _run_numbers(hauls, (rates, factors, fees))
    )
    run_of[is_product] = NONE
    haul_of = np.full(graph.n_arcs, NONE, dtype=np.intp)
    haul_of[at] = np.arange(at.size)
    book = Book(
        countries=countries,
        rates=rates,
        empty_rates=empties,
        coefficients=factors,
        fees=fees,
        hauls=hauls,
        haul_of=haul_of,
        run_of=run_of,
        by_ends=by_ends,
        rate_of=rate_of,
        coefficient_of=choose(factors, hauls, by_ends),
        fee_of=choose(fees, hauls, by_ends),
        empty_rate_of=choose(empties, hauls),
    )
    return book, (*warned, *empty_warned, *fee_warned)


def _run_numbers(hauls: Hauls, kinds: tuple[Rates, ...]) -> NDArray[np.intp]:
    """Return a number for carrier, country, and direction where rows ask for one."""
    directions = np.array([DIRECTIONS.index(str(d)) for d in hauls.direction])
    matters = np.zeros(hauls.arc.size, dtype=bool)
    for rates in kinds:
        for at in np.nonzero(rates.direction != "")[0]:
            here = rates.takes_carrier[at][hauls.carrier]
            matters |= here & rates.takes_country[at][hauls.country]
    n_countries = max((r.takes_country.shape[1] for r in kinds), default=1)
    number = hauls.carrier * n_countries + hauls.country
    return np.asarray(number * len(DIRECTIONS) + np.where(matters, directions, 0))


def haulage_of(graph: Graph, book: Book) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return loaded and empty haulage [USD/t] and whether it rests on assumed rows."""
    model, hauls = graph.model, book.hauls
    length_km = graph.values.length_km[hauls.arc]
    fallback = model["carrier"].number("cost_usd_per_tkm")[hauls.carrier] * length_km
    fallback[hauls.product_row != NONE] = np.nan
    factor = np.where(
        book.coefficient_of != NONE,
        _taken(book.coefficients.coefficient, book.coefficient_of),
        1.0,
    )
    by_rate = haul_price_or_nan(book.rates, book.rate_of, length_km)
    fee = np.nan_to_num(haul_price_or_nan(book.fees, book.fee_of, length_km))
    loaded = np.where(np.isnan(by_rate), fallback, by_rate * factor + fee)
    is_assumed = quality_is_assumed(model, "tariff")
    from_row = _taken(is_assumed[book.rates.row], book.rate_of)
    from_carrier = quality_is_assumed(model, "carrier")[hauls.carrier]
    assumed = np.zeros(graph.n_arcs, dtype=bool)
    assumed[hauls.arc] = np.where(book.rate_of != NONE, from_row, from_carrier)
    haulage, empty = np.zeros(graph.n_arcs), np.zeros(graph.n_arcs)
    haulage[hauls.arc] = loaded
    back = haul_price_or_nan(book.empty_rates, book.empty_rate_of, length_km)
    empty[hauls.arc] = np.nan_to_num(back)
    for product, chain in graph.chains.arcs_of.items():  # what goes on it comes back
        empty[product] = empty[chain].sum()
    return haulage, empty, assumed


def haul_price_or_nan(
    rates: Rates, chosen: NDArray[np.intp], length_km: Floats
) -> Floats:
    """Return the price of each haul [USD/t]; NaN where no row was chosen."""
    found = np.full(chosen.size, np.nan)
    has = chosen != NONE
    if has.any():
        found[has] = haul_price(rates, chosen[has], length_km[has])
    return found


def _taken(values: NDArray[Scalar], at: NDArray[np.intp]) -> NDArray[Scalar]:
    """Return values at positions; anything where the position is `NONE`."""
    return values[at] if values.size else np.zeros(at.size, dtype=values.dtype)
