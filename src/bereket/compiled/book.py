"""The tariff book: the rows that can price a shipment, and what prices each haul."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.graph import Graph, frozen
from bereket.compiled.hauls import (
    DIRECTIONS,
    Hauls,
    Laid,
    choose,
    hauls_of,
    ranking_of,
)
from bereket.compiled.kept import once
from bereket.compiled.shipment import Shipment
from bereket.compiled.tariff_rows import traffic_in
from bereket.compiled.tariffs import Rates, haul_price, usable_rates
from bereket.model.model import Model

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
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
    laid = hauls_of(graph)
    countries, hauls = laid.countries, laid.hauls
    rates, warned = usable_rates(graph, shipment, countries, "rate")
    empties, empty_warned = usable_rates(
        graph, shipment, countries, "rate", load="empty"
    )
    factors, _ = usable_rates(graph, shipment, countries, "coefficient")
    fees, fee_warned = usable_rates(graph, shipment, countries, "fee")
    kinds = (rates, empties, factors, fees)
    here = traffic_in(graph, countries, shipment)
    is_by_traffic = any(rows.traffic.any() for rows in kinds)
    key = "choice", here.tobytes() if is_by_traffic else b""
    choice = once(
        graph.kept_by_text,
        (*key, *(rows.row.tobytes() for rows in kinds)),
        lambda: _chosen(graph, laid, kinds, here),
    )
    book = Book(
        countries=countries,
        rates=rates,
        empty_rates=empties,
        coefficients=factors,
        fees=fees,
        hauls=hauls,
        haul_of=laid.haul_of,
        run_of=choice.run_of,
        by_ends=choice.by_ends,
        rate_of=choice.rate_of,
        coefficient_of=choice.coefficient_of,
        fee_of=choice.fee_of,
        empty_rate_of=choice.empty_rate_of,
    )
    return book, (*warned, *empty_warned, *fee_warned)


@dataclass(frozen=True, slots=True, eq=False)
class _Choice:
    """What prices each haul; as of `Book`. It follows from text, and is shared."""

    run_of: Ints
    by_ends: NDArray[np.bool_]
    rate_of: Ints
    coefficient_of: Ints
    fee_of: Ints
    empty_rate_of: Ints


def _chosen(
    graph: Graph, laid: Laid, kinds: tuple[Rates, Rates, Rates, Rates], here: Ints
) -> _Choice:
    """Choose from rates, rates of empties, coefficients and fees for each haul."""
    rates, empties, factors, fees = kinds

    def chosen(rows: Rates, by_ends: NDArray[np.bool_] | None = None) -> Ints:
        ranking = ranking_of(graph, rows.kind, rows.row)
        return frozen(choose(laid, ranking, here, by_ends))

    rate_of = chosen(rates)
    by_ends = laid.is_product | _taken(rates.is_pair, rate_of)
    directions = len(laid.countries) * len(DIRECTIONS)
    alone = directions * (1 + len(graph.model["carrier"]))
    run_of = np.where(
        by_ends,
        alone + np.arange(laid.hauls.arc.size),
        _run_numbers(laid, (rates, factors, fees)),
    )
    run_of[laid.is_product] = NONE
    return _Choice(
        run_of=frozen(run_of),
        by_ends=frozen(by_ends),
        rate_of=rate_of,
        coefficient_of=chosen(factors, by_ends),
        fee_of=chosen(fees, by_ends),
        empty_rate_of=chosen(empties),
    )


def _run_numbers(laid: Laid, kinds: tuple[Rates, ...]) -> Ints:
    """Return a number for carrier, country, and direction where rows ask for one."""
    hauls = laid.hauls
    matters = np.zeros(hauls.arc.size, dtype=bool)
    for rates in kinds:
        for at in np.nonzero(rates.direction != "")[0]:
            here = rates.takes_carrier[at][hauls.carrier]
            matters |= here & rates.takes_country[at][hauls.country]
    number = hauls.carrier * len(laid.countries) + hauls.country
    return np.asarray(number * len(DIRECTIONS) + np.where(matters, laid.heads, 0))


def haulage_of(graph: Graph, book: Book) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return loaded and empty haulage [USD/t] and whether it rests on assumed rows."""
    hauls, bare = book.hauls, once(graph.kept, ("bare hauls",), lambda: _bare(graph))
    length_km = bare.length_km
    by_rate = haul_price_or_nan(book.rates, book.rate_of, length_km)
    has_factor = book.coefficient_of != NONE
    if has_factor.any():
        factor = _taken(book.coefficients.coefficient, book.coefficient_of)
        by_rate *= np.where(has_factor, factor, 1.0)
    if book.fees.row.size:
        by_rate += np.nan_to_num(haul_price_or_nan(book.fees, book.fee_of, length_km))
    loaded = np.where(np.isnan(by_rate), bare.fallback_usd_per_t, by_rate)
    from_row = _taken(bare.row_is_assumed[book.rates.row], book.rate_of)
    assumed = np.zeros(graph.n_arcs, dtype=bool)
    assumed[hauls.arc] = np.where(
        book.rate_of != NONE, from_row, bare.carrier_is_assumed
    )
    haulage, empty = np.zeros(graph.n_arcs), np.zeros(graph.n_arcs)
    haulage[hauls.arc] = loaded
    back = haul_price_or_nan(book.empty_rates, book.empty_rate_of, length_km)
    empty[hauls.arc] = np.nan_to_num(back)
    for product, chain in once(graph.kept, ("chained",), lambda: _chained(graph)):
        empty[product] = empty[chain].sum(axis=1)  # what goes on it comes back
    return haulage, empty, assumed


def _chained(graph: Graph) -> list[tuple[Ints, Ints]]:
    """Return through rates and the arcs of their chains, by how many arcs there are."""
    by_size: dict[int, list[int]] = {}
    for product, chain in graph.chains.arcs_of.items():
        by_size.setdefault(chain.size, []).append(product)
    return [
        (
            np.array(products, dtype=np.intp),
            np.array([graph.chains.arcs_of[each] for each in products], dtype=np.intp),
        )
        for products in by_size.values()
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Bare:
    """What hauls are, whatever the shipment.

    Attributes
    ----------
    length_km : (n_hauls,)
        Kilometres.
    fallback_usd_per_t : (n_hauls,)
        Price by the carrier's own cost, where no tariff holds; NaN of a through rate.
    carrier_is_assumed : (n_hauls,) bool
        Whether the carrier's row is assumed.
    row_is_assumed : (n_tariff_rows,) bool
        Which tariff rows are assumed.
    """

    length_km: Floats
    fallback_usd_per_t: Floats
    carrier_is_assumed: NDArray[np.bool_]
    row_is_assumed: NDArray[np.bool_]


def _bare(graph: Graph) -> _Bare:
    model, laid = graph.model, hauls_of(graph)
    carrier = laid.hauls.carrier
    length_km = graph.values.length_km[laid.hauls.arc]
    fallback = model["carrier"].number("cost_usd_per_tkm")[carrier] * length_km
    fallback[laid.is_product] = np.nan
    return _Bare(
        length_km=length_km,
        fallback_usd_per_t=fallback,
        carrier_is_assumed=quality_is_assumed(model, "carrier")[carrier],
        row_is_assumed=quality_is_assumed(model, "tariff"),
    )


def haul_price_or_nan(
    rates: Rates, chosen: NDArray[np.intp], length_km: Floats
) -> Floats:
    """Return the price of each haul [USD/t]; NaN where no row was chosen."""
    if not rates.row.size:
        return np.full(chosen.size, np.nan)
    found = haul_price(rates, chosen, length_km)
    found[chosen == NONE] = np.nan
    return found


def _taken(values: NDArray[Scalar], at: NDArray[np.intp]) -> NDArray[Scalar]:
    """Return values at positions; zero or False where the position is `NONE`."""
    beyond = np.zeros(1, dtype=values.dtype)  # what `NONE`, the last, points at
    return np.concatenate((values, beyond))[at]
