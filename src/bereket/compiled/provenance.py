"""The rows behind a stretch of a way: what made its arcs, and what prices it."""

from collections.abc import Mapping, Sequence

from bereket.compiled.arcs import NONE
from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph
from bereket.compiled.money import rows_of_money

Row = tuple[str, int]  # table, position


def rows_behind(
    graph: Graph,
    prices: Prices,
    arcs: Sequence[int],
    rated: Mapping[int, tuple[int, ...]],
) -> tuple[Row, ...]:
    """Return the rows that the figures of a stretch of a way come from.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    arcs : sequence of int
        Arcs of the stretch.
    rated : mapping of int to tuple of int
        Tariff rows that price each haul of the way (`tariff_rows`).

    Returns
    -------
    tuple of (str, int)
        Table and position: rows that made the arcs, tariffs, those of the empty
        way back, rents, exchange rates and price indices, and orders.
    """
    model = graph.model
    rows: dict[Row, None] = {}
    for arc in arcs:
        rows |= dict.fromkeys(graph.positions_of(arc))
    priced: dict[Row, None] = {}
    for arc in arcs:
        layer = int(graph.arcs.carrier_idx[arc])
        if arc in rated:
            priced |= dict.fromkeys(("tariff", row) for row in rated[arc])
            if not rated[arc]:
                rows["carrier", layer] = None
            if prices.rents.empty_share[layer] > 0:
                priced |= dict.fromkeys(_empty_tariff(prices, arc))
        if prices.time_h[arc] > 0:
            priced |= dict.fromkeys(("rent", row) for row in prices.rents.rows[layer])
    rows |= priced
    for order in prices.orders.in_force:
        if order.binds and bool(order.arcs[list(arcs)].any()):
            rows["regime", order.row] = None
    for table, row in priced:
        rows |= dict.fromkeys(rows_of_money(model, model[table], row, graph.day))
    return tuple(rows)


def _empty_tariff(prices: Prices, arc: int) -> tuple[Row, ...]:
    """Return the tariff row of the empty way back, if one holds."""
    book = prices.book
    at = book.empty_rate_of[book.haul_of[arc]]
    return () if at == NONE else (("tariff", int(book.empty_rates.row[at])),)
