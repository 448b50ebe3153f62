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
    """

    hauls: tuple[int, ...]
    length_km: float
    places: tuple[int, ...]


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
    known: dict[tuple[int, ...], float] = {}  # ways share most of their runs
    total = np.zeros(len(ways))
    for at, way in enumerate(ways):
        for hauls in _groups(book, way):
            if hauls not in known:
                run = _run(graph, book, hauls)
                known[hauls] = run_correction(graph, prices, run)
            total[at] += known[hauls]
    return total


def corrections_by_arc(
    graph: Graph, prices: Prices, way: NDArray[np.int32]
) -> dict[int, float]:
    """Return what exact pricing adds to the haulage of each arc of a way [USD/t].

    Notes
    -----
    What a run adds is spread over its arcs by their kilometres.
    """
    book = prices.book
    if not needs_runs(book):
        return {}
    added: dict[int, float] = {}
    for run in runs_of(graph, book, way):
        arcs = book.hauls.arc[list(run.hauls)]
        share = graph.values.length_km[arcs] / run.length_km
        by_arc = share * run_correction(graph, prices, run)
        added |= dict(zip(arcs.tolist(), by_arc.tolist(), strict=True))
    return added


def run_correction(graph: Graph, prices: Prices, run: Run) -> float:
    """Return what exact pricing adds to the haulage of a run [USD/t]."""
    arcs = prices.book.hauls.arc[list(run.hauls)]
    by_arcs = float(prices.parts["haulage"][arcs].sum())
    share = graph.values.length_km[arcs] / run.length_km
    ordered = float((prices.orders.factor[arcs] * share).sum())
    return run_price(graph, prices.book, run) * ordered - by_arcs


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


def runs_of(graph: Graph, book: Book, way: NDArray[np.int32]) -> list[Run]:
    """Return the runs of a way that country rates price, in order."""
    return [_run(graph, book, hauls) for hauls in _groups(book, way)]


def _groups(book: Book, way: NDArray[np.int32]) -> Iterator[tuple[int, ...]]:
    """Give the hauls of each run of a way, in order."""
    group: list[int] = []
    current = NONE
    for arc in way.tolist():
        haul = book.haul_of.get(arc, NONE)
        if haul == NONE:
            continue
        of = book.run_of[haul]
        if group and of != current:
            yield tuple(group)
            group = []
        if of != NONE:
            group.append(haul)
        current = of
    if group:
        yield tuple(group)


def _run(graph: Graph, book: Book, group: tuple[int, ...]) -> Run:
    hauls = book.hauls
    at = list(group)
    length_km = float(graph.values.length_km[hauls.arc[at]].sum())
    places = (int(hauls.start[at[0]]), *hauls.end[at].tolist())
    return Run(group, length_km, places)


def run_price(graph: Graph, book: Book, run: Run) -> float:
    """Return the price of a run by the most specific rows [USD/t].

    Notes
    -----
    ``(rate_per_unit + rate_per_unit_km km) coefficient + fee``, each from the most
    specific row that holds for carrier, country, entry, exit and places passed.
    """
    rate, factor, fee = _rows_of_run(book, run)
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
    graph: Graph, book: Book, way: NDArray[np.int32]
) -> dict[int, tuple[int, ...]]:
    """Return the tariff rows that price each haul of a way, by arc.

    Parameters
    ----------
    graph : Graph
        The network.
    book : Book
        Tariff rows.
    way : (n,) int32
        Arcs of the way, in order.

    Returns
    -------
    dict of int to tuple of int
        Positions in table ``tariff``: rate (both belts beside a gap), coefficient, fee;
        empty where the carrier's own price holds.
    """
    kinds = (book.rates, book.coefficients, book.fees)
    found: dict[int, tuple[int, ...]] = {}
    for arc in way.tolist():
        haul = book.haul_of.get(arc, NONE)
        if haul != NONE:
            own = (book.rate_of[haul], book.coefficient_of[haul], book.fee_of[haul])
            pairs = zip(kinds, own, strict=True)
            found[arc] = tuple(int(of.row[at]) for of, at in pairs if at != NONE)
    for run in runs_of(graph, book, way) if needs_runs(book) else ():
        rate, factor, fee = _rows_of_run(book, run)
        rates: tuple[int, ...] = () if rate == NONE else (rate,)
        if rates and book.rates.is_belt[rate]:
            rates = belts_at(book.rates, belt_family(book.rates, rate), run.length_km)
        chosen = [*((book.rates, at) for at in rates)]
        if rates:  # a coefficient and a fee go with a rate
            chosen += [(book.coefficients, factor), (book.fees, fee)]
        rows = tuple(int(of.row[at]) for of, at in chosen if at != NONE)
        found |= dict.fromkeys(book.hauls.arc[list(run.hauls)].tolist(), rows)
    return found


def _rows_of_run(book: Book, run: Run) -> tuple[int, int, int]:
    """Return rate, coefficient and fee of a run, each a position or `NONE`."""
    is_own = len(run.hauls) == 1 and bool(book.by_ends[run.hauls[0]])
    return (
        _best(book.rates, book, run, pairs=is_own),
        _best(book.coefficients, book, run, pairs=True),
        _best(book.fees, book, run, pairs=True),
    )


def _price_of(rates: Rates, at: int, length_km: float) -> float:
    return float(rates.per_t[at] + rates.per_t_km[at] * length_km)


def _best(rates: Rates, book: Book, run: Run, *, pairs: bool) -> int:
    """Return the most specific row that holds for a run, or `NONE`."""
    first = run.hauls[0]
    here = int(book.hauls.carrier[first]), int(book.hauls.country[first])
    for at in rates.of(*here):
        if (
            rates.direction[at] in ("", book.hauls.direction[first])
            and rates.entry[at] in (NONE, run.places[0])
            and rates.leave[at] in (NONE, run.places[-1])
            and rates.via[at] in (NONE, *run.places)
            and (pairs or not rates.is_pair[at])
        ):
            return at
    return NONE
