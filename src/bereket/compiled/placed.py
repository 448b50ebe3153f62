"""Ways that a price for one place makes cheap, which arcs alone do not show."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.corridors import gateways_of
from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph
from bereket.compiled.search import Search
from bereket.compiled.tariffs import Rates, haul_price
from bereket.compiled.ways import ways_by_places

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def placed_ways(
    graph: Graph, prices: Prices, search: Search, arc_weight: Floats
) -> tuple[Ints, ...]:
    """Find the cheapest way by each place for which a rate, coefficient or order holds.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    search : Search
        Where from, where to.
    arc_weight : (n_arcs,)
        Weight of each arc [USD/t], inf where it is shut.

    Returns
    -------
    tuple of (n,) int32
        Arcs of the ways; for each row, hauls that it may price weigh what it makes of
        them. Places of orders are the gateways of corridors that they favour.
    """
    if not prices.placed:
        length_km = graph.values.length_km[prices.book.hauls.arc]
        prices.placed.extend(_placed_rows(prices, length_km))
    found: dict[bytes, Ints] = {}
    for places, arcs, more in prices.placed:
        weight = arc_weight.copy()
        weight[arcs] += more
        for way in ways_by_places(graph, search, np.maximum(weight, 0.0), places):
            found.setdefault(way.tobytes(), way)
    for places in favoured_places(graph, prices):
        for way in ways_by_places(graph, search, arc_weight, places):
            found.setdefault(way.tobytes(), way)
    return tuple(found.values())


def _placed_rows(
    prices: Prices, length_km: Floats
) -> Iterator[tuple[tuple[int, ...], NDArray[np.intp], Floats]]:
    """Give the places of each row for one entry, exit or via; arcs; what it adds there.

    What it adds to the haulage of the arcs that it may price is below 0 as a rule.
    """
    book = prices.book
    hauls = book.hauls
    is_product = hauls.product_row != NONE
    haulage, factor = (
        prices.parts["haulage"][hauls.arc],
        prices.orders.factor[hauls.arc],
    )
    paid = np.ones(hauls.arc.size)
    chosen = book.coefficient_of != NONE
    paid[chosen] = book.coefficients.coefficient[book.coefficient_of[chosen]]
    seen = set()
    for rates in (book.coefficients, book.rates):
        for at in np.nonzero(rates.is_placed & ~rates.is_pair)[0].tolist():
            here = rates.takes_carrier[at][hauls.carrier] & ~is_product
            here &= rates.takes_country[at][hauls.country]
            if rates is book.coefficients:
                share = rates.coefficient[at] / np.where(paid > 0, paid, 1.0)
                more = (haulage * (share - 1.0))[here]
            else:
                own = haul_price(rates, np.full(int(here.sum()), at), length_km[here])
                more = own * paid[here] * factor[here] - haulage[here]
            places = _places(rates, at)
            key = places, more.tobytes(), here.tobytes()
            if here.any() and key not in seen:
                seen.add(key)
                yield places, hauls.arc[here], more


def _places(rates: Rates, at: int) -> tuple[int, ...]:
    named = (rates.entry[at], rates.via[at], rates.leave[at])
    return tuple(int(place) for place in named if place != NONE)


def gateway_places(graph: Graph, corridor_id: str) -> tuple[int, ...]:
    """Return the places of the first gateway of a corridor, rows of ``node``."""
    rows, gateways = graph.model["node"].row_of, gateways_of(graph, corridor_id)
    ends = sorted({end for pair in gateways.passed[0] for end in pair})
    return tuple(rows[(end,)][0] for end in ends)


def favoured_places(graph: Graph, prices: Prices) -> Iterator[tuple[int, ...]]:
    """Give the places of the first gateway of each corridor that an order favours."""
    favoured = (
        corridor_id
        for order in prices.orders.of_ways
        if order.binds and order.effect in {"subsidy", "coefficient"}
        for corridor_id in order.corridor_ids
    )
    for corridor_id in dict.fromkeys(favoured):
        yield gateway_places(graph, corridor_id)
