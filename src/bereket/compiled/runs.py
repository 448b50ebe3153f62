"""Price ways exactly: by the kilometres, entry and exit of each run in a country."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.book import Book, haul_price_or_nan
from bereket.compiled.corridors import largest_subsidy
from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph
from bereket.compiled.money import Row
from bereket.compiled.tariffs import Rates, belt_family, belt_price, belts_at


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive arcs of a way of one carrier in one country.

    Attributes
    ----------
    hauls : tuple of int
        Positions in the book's hauls.
    length_km : float
        Kilometres of the run.
    places : tuple of int
        Places passed, from entry to exit.
    rate, factor, fee : int
        Positions in the book's rates, coefficients and fees, or `NONE`.
    """

    hauls: tuple[int, ...]
    length_km: float
    places: tuple[int, ...]
    rate: int
    factor: int
    fee: int


@dataclass(frozen=True, slots=True)
class PricedRun:
    """A run, its arcs, and what exact pricing adds to their haulage.

    Attributes
    ----------
    run : Run
        The run.
    arcs : (n,) int
        Its arcs.
    added_usd_per_t : float
        Exact haulage less the sum over the arcs [USD/t].
    """

    run: Run
    arcs: NDArray[np.intp]
    added_usd_per_t: float


def corrections(
    graph: Graph, prices: Prices, ways: Sequence[NDArray[np.int32]]
) -> NDArray[np.float64]:
    """Return what exact pricing adds to the haulage of each way [USD/t].

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of the arcs, from below.
    ways : sequence of (n,) int32
        Arcs of each way, in order.

    Returns
    -------
    (n_ways,)
        Exact haulage less the sum over arcs; 0 where every rate is by the kilometre.

    Notes
    -----
    A price by distance belts, a price a unit and a coefficient that holds for one entry
    or exit depend on the whole run in a country; they are not additive by link.
    """
    book = prices.book
    if not needs_runs(book):
        return np.zeros(len(ways))
    total = np.zeros(len(ways))
    for at, hauls in _groups(book, ways):
        total[at] += _priced(graph, prices, hauls).added_usd_per_t
    return total


def corrections_by_arc(
    graph: Graph, prices: Prices, way: NDArray[np.int32]
) -> dict[int, float]:
    """Return what exact pricing adds to the haulage of each arc of a way [USD/t].

    Notes
    -----
    What a run adds is spread over its arcs by their kilometres.
    """
    added: dict[int, float] = {}
    for priced in runs_of(graph, prices, way):
        share = graph.values.length_km[priced.arcs] / priced.run.length_km
        by_arc = (share * priced.added_usd_per_t).tolist()
        added |= dict(zip(priced.arcs.tolist(), by_arc, strict=True))
    return added


def runs_of(
    graph: Graph, prices: Prices, way: NDArray[np.int32]
) -> tuple[PricedRun, ...]:
    """Return the runs of a way, in order; none where every rate is by the kilometre."""
    if not needs_runs(prices.book):
        return ()
    groups = _groups(prices.book, [way])
    return tuple(_priced(graph, prices, hauls) for _, hauls in groups)


def _priced(graph: Graph, prices: Prices, hauls: tuple[int, ...]) -> PricedRun:
    """Price a run, once: ways share most of their runs."""
    if hauls not in prices.runs:
        book = prices.book
        run, arcs = _run(graph, book, hauls), book.hauls.arc[list(hauls)]
        share = graph.values.length_km[arcs] / run.length_km
        ordered = float((prices.orders.factor[arcs] * share).sum())
        by_arcs = float(prices.parts["haulage"][arcs].sum())
        added = run_price(graph, book, run) * ordered - by_arcs
        prices.runs[hauls] = PricedRun(run, arcs, added)
    return prices.runs[hauls]


def least_weights(graph: Graph, prices: Prices) -> NDArray[np.float64]:
    """Return arc weights that no way's exact generalised cost falls below [USD/t].

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.

    Returns
    -------
    (n_arcs,)
        The weights, with haulage cut by the smallest factor that a row for one entry,
        exit or place passed could bring; the value of reliability counts as 0.
    """
    book, hauls = prices.book, prices.book.hauls
    haulage = np.nan_to_num(prices.parts["haulage"][hauls.arc])
    length_km = graph.values.length_km[hauls.arc]
    fee = np.nan_to_num(haul_price_or_nan(book.fees, book.fee_of, length_km))
    fee *= prices.orders.factor[hauls.arc]
    paid = np.ones(hauls.arc.size)  # coefficient that the haulage holds
    chosen = book.coefficient_of != NONE
    paid[chosen] = book.coefficients.coefficient[book.coefficient_of[chosen]]
    share = np.ones(hauls.arc.size)
    for at in _of_places(book.coefficients):
        here = _holds(book.coefficients, at, book)
        other = np.divide(
            book.coefficients.coefficient[at],
            paid,
            out=np.zeros_like(paid),
            where=paid > 0,
        )
        share[here] = np.minimum(share[here], other[here])
    for at in _of_places(book.rates):
        share[_holds(book.rates, at, book)] = 0.0
    least_fee = fee.copy()
    for at in _of_places(book.fees):
        least_fee[_holds(book.fees, at, book)] = 0.0
    least = (haulage - fee) * share + least_fee
    least[hauls.product_row != NONE] = haulage[hauls.product_row != NONE]
    least *= least_corridor_factor(prices)
    cut = np.zeros(graph.n_arcs)
    cut[hauls.arc] = haulage - np.minimum(least, haulage)
    return prices.raw_usd_per_t - cut


def largest_lowering(graph: Graph, prices: Prices, least: NDArray[np.float64]) -> float:
    """Return what exact costs may fall below the ranking's weights [USD/t].

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    least : (n_arcs,)
        `least_weights`; the ranking counts what is below 0 as 0.

    Returns
    -------
    float
        Subsidies on whole ways, and those on arcs that are larger than all else there.
    """
    below = -least[prices.is_offered & (least < 0)].sum()
    return float(below) + largest_subsidy(graph, prices)


def needs_runs(book: Book) -> bool:
    """Whether any usable row prices runs rather than kilometres."""
    rates, fees, factors = book.rates, book.fees, book.coefficients
    return bool(
        (~rates.is_pair & ((rates.per_t > 0) | rates.is_belt | rates.is_placed)).any()
        or factors.is_placed.any()
        or fees.is_placed.any()
        or (fees.per_t > 0).any()
    )


def least_corridor_factor(prices: Prices) -> float:
    """Return the smallest factor that orders on corridors can put on the haulage."""
    factor = 1.0
    for order in prices.orders.in_force:
        if order.binds and order.corridor_ids and order.effect == "coefficient":
            factor *= min(1.0, order.value)
    return factor


def _of_places(rates: Rates) -> list[int]:
    """Return the rows that hold for runs by the places they name."""
    wanted = (
        rates.is_placed & ~rates.is_pair if rates.kind == "rate" else rates.is_placed
    )
    return [int(at) for at in np.nonzero(wanted)[0]]


def _holds(rates: Rates, at: int, book: Book) -> NDArray[np.bool_]:
    """Return the hauls whose run a row may hold for."""
    here = rates.takes_carrier[at][book.hauls.carrier]
    return np.asarray(here & rates.takes_country[at][book.hauls.country], dtype=bool)


def _groups(
    book: Book, ways: Sequence[NDArray[np.int32]]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Give the hauls of each run of each way, in order, with the way's position."""
    of_way = np.repeat(np.arange(len(ways)), [way.size for way in ways])
    hauls = book.haul_of[np.concatenate(ways)]
    is_haul = hauls != NONE
    hauls, of_way = hauls[is_haul], of_way[is_haul]
    if not hauls.size:
        return
    run = book.run_of[hauls]
    begins = (run[1:] != run[:-1]) | (of_way[1:] != of_way[:-1])
    first = np.concatenate(([0], np.nonzero(begins)[0] + 1))
    ends = (*first[1:].tolist(), hauls.size)
    listed, owner, number = hauls.tolist(), of_way[first].tolist(), run[first].tolist()
    for start, end, way, of in zip(first.tolist(), ends, owner, number, strict=True):
        if of != NONE:
            yield way, tuple(listed[start:end])


def _run(graph: Graph, book: Book, group: tuple[int, ...]) -> Run:
    hauls = book.hauls
    at = list(group)
    length_km = float(graph.values.length_km[hauls.arc[at]].sum())
    places = (int(hauls.start[at[0]]), *hauls.end[at].tolist())
    is_own = len(group) == 1 and bool(book.by_ends[group[0]])
    return Run(
        group,
        length_km,
        places,
        rate=_best(book.rates, book, group[0], places, pairs=is_own),
        factor=_best(book.coefficients, book, group[0], places, pairs=True),
        fee=_best(book.fees, book, group[0], places, pairs=True),
    )


def run_price(graph: Graph, book: Book, run: Run) -> float:
    """Return the price of a run by the most specific rows [USD/t].

    Notes
    -----
    ``(rate_per_unit + rate_per_unit_km km) coefficient + fee``, each from the most
    specific row that holds for carrier, country, entry, exit and places passed.
    """
    rate, factor, fee = run.rate, run.factor, run.fee
    if rate == NONE:
        layer = book.hauls.carrier[run.hauls[0]]
        per_km = graph.model["carrier"].number("cost_usd_per_tkm")[layer]
        return float(per_km * run.length_km)
    if book.rates.is_belt[rate]:
        price = belt_price(book.rates, belt_family(book.rates, rate), run.length_km)
    else:
        price = _price_of(book.rates, rate, run.length_km)
    if factor != NONE:
        price *= float(book.coefficients.coefficient[factor])
    return price + (_price_of(book.fees, fee, run.length_km) if fee != NONE else 0.0)


def tariff_rows(
    graph: Graph, prices: Prices, way: NDArray[np.int32]
) -> dict[int, tuple[Row, ...]]:
    """Return the rows that price each haul of a way, by arc.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    way : (n,) int32
        Arcs of the way, in order.

    Returns
    -------
    dict of int to tuple of (str, int)
        Table and position: rate (both belts beside a gap), coefficient, fee, and what
        brings them to price-year USD; empty where the carrier's own price holds.
    """
    book = prices.book
    found: dict[int, tuple[Row, ...]] = {}
    for priced in runs_of(graph, prices, way):
        run = priced.run
        rates = [run.rate]
        if run.rate != NONE and book.rates.is_belt[run.rate]:
            family = belt_family(book.rates, run.rate)
            rates = [*belts_at(book.rates, family, run.length_km)]
        rows = _behind(book, (rates, run.factor, run.fee))
        found |= dict.fromkeys(priced.arcs.tolist(), rows)
    for arc, haul in zip(way.tolist(), book.haul_of[way].tolist(), strict=True):
        if haul != NONE and arc not in found:
            own = (book.rate_of[haul], book.coefficient_of[haul], book.fee_of[haul])
            found[arc] = _behind(book, ([int(own[0])], int(own[1]), int(own[2])))
    return found


def _behind(book: Book, chosen: tuple[list[int], int, int]) -> tuple[Row, ...]:
    """Return the rows behind a price; no coefficient or fee goes without a rate."""
    rates, factor, fee = chosen
    if rates == [NONE]:
        return ()
    rows = [row for rate in rates for row in book.rates.behind[rate]]
    rows += book.coefficients.behind[factor] if factor != NONE else ()
    rows += book.fees.behind[fee] if fee != NONE else ()
    return tuple(rows)


def _price_of(rates: Rates, at: int, length_km: float) -> float:
    return float(rates.per_t[at] + rates.per_t_km[at] * length_km)


def _best(
    rates: Rates, book: Book, haul: int, places: tuple[int, ...], *, pairs: bool
) -> int:
    """Return the most specific row that holds for a run from a haul, or `NONE`."""
    here = int(book.hauls.carrier[haul]), int(book.hauls.country[haul])
    for at in rates.of(*here):
        if (
            rates.direction[at] in ("", book.hauls.direction[haul])
            and rates.entry[at] in (NONE, places[0])
            and rates.leave[at] in (NONE, places[-1])
            and rates.via[at] in (NONE, *places)
            and (pairs or not rates.is_pair[at])
        ):
            return at
    return NONE
