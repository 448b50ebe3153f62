"""The rows behind a way: what made its arcs, and what prices them."""

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph
from bereket.compiled.money import Row
from bereket.compiled.runs import tariff_rows


def rows_by_arc(
    graph: Graph, prices: Prices, way: NDArray[np.int32]
) -> dict[int, tuple[Row, ...]]:
    """Return the rows that the figures of each arc of a way come from.

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
        Table and position by arc: rows that made it, and its chain; tariffs, also of
        the empty way back; rents; exchange rates and price indices; orders that bind.
    """
    priced = tariff_rows(graph, prices, way)
    rents = prices.rents
    found: dict[int, dict[Row, None]] = {}
    chains = graph.chains.arcs_of
    for arc in way.tolist():
        layer = int(graph.arcs.carrier_idx[arc])
        rows = dict.fromkeys(
            row
            for behind in (*chains.get(arc, ()), arc)
            for row in graph.positions_of(behind)
        )
        if arc in priced:
            own = priced[arc] or (("carrier", layer),)
            rows |= dict.fromkeys(own)
            if rents.empty_share[layer] > 0:
                for haul in (*chains.get(arc, ()), arc):
                    rows |= dict.fromkeys(_empty_tariff(prices, haul))
        if prices.time_h[arc] > 0:
            rows |= dict.fromkeys(rents.behind[layer])
        found[arc] = rows
    for order in prices.orders.in_force:
        for arc in way[order.touched[way]].tolist() if order.binds else ():
            found[arc]["regime", order.row] = None
    return {arc: tuple(rows) for arc, rows in found.items()}


def _empty_tariff(prices: Prices, arc: int) -> tuple[Row, ...]:
    """Return the rows of the tariff of the empty way back, if one holds."""
    book = prices.book
    haul = book.haul_of[arc]
    at = NONE if haul == NONE else int(book.empty_rate_of[haul])
    return () if at == NONE else book.empty_rates.behind[at]
