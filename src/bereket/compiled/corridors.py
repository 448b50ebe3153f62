"""Corridors that a way is of, and the orders that act on them."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph
from bereket.compiled.money import loads
from bereket.compiled.orders import SHUTTING, Order
from bereket.model.gateways import Gateways, Passage, Way, parse_gateways

Ints = NDArray[np.int32]


def corridors_of(graph: Graph, prices: Prices, way: Ints) -> tuple[str, ...]:
    """Return the corridors whose gateways a way passes in order.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs; their shipment tells the countries at the ends.
    way : (n,) int32
        Arcs of the way.

    Returns
    -------
    tuple of str
        Labels, in the order of the table.
    """
    run = Passage.of(passed(graph, way))
    ends = _ends(prices)
    return tuple(
        corridor_id
        for corridor_id, gateways, ends_in in _corridors(graph)
        if (not ends_in or ends_in in ends) and gateways.is_passed(run)
    )


def are_of(
    graph: Graph, prices: Prices, ways: Sequence[Ints], corridor_ids: Collection[str]
) -> NDArray[np.bool_]:
    """Return which ways are of any of a few corridors; as `corridors_of`.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    ways : sequence of (n,) int32
        Arcs of each way.
    corridor_ids : collection of str
        The corridors.

    Returns
    -------
    (n_ways,) bool
        Whether a way passes the gateways of one of them.
    """
    if not ways:
        return np.zeros(0, dtype=bool)
    return _are_of(graph, prices, ways, _in_a_row(ways), corridor_ids)


def _are_of(
    graph: Graph,
    prices: Prices,
    ways: Sequence[Ints],
    laid: tuple[Ints, NDArray[np.intp]],
    corridor_ids: Collection[str],
) -> NDArray[np.bool_]:
    """Return which ways, laid in a row already, are of any of a few corridors."""
    of = np.zeros(len(ways), dtype=bool)
    corridor = graph.model["corridor"]
    ends = corridor.labels("ends_in_iso3")
    for corridor_id in corridor_ids:
        (row,) = corridor.row_of[(corridor_id,)]
        if ends[row] and ends[row] not in _ends(prices):
            continue
        gateways = gateways_of(graph, corridor_id)
        may_be = ~of
        for step in gateways.passed:  # most ways miss a gateway: told at once for all
            if not may_be.any():
                break
            may_be &= _pass_any(graph.arcs_between(step), laid)
        for at in np.nonzero(may_be)[0].tolist():
            of[at] = gateways.match(passed(graph, ways[at]))
    return of


def gateways_of(graph: Graph, corridor_id: str) -> Gateways:
    """Return the gateways of a corridor of the model."""
    corridor = graph.model["corridor"]
    (row,) = corridor.row_of[(corridor_id,)]
    return parse_gateways(corridor.labels("gateways")[row])


def corridors_by_way(
    graph: Graph, prices: Prices, ways: Sequence[Ints]
) -> list[tuple[str, ...]]:
    """Return the corridors of each of many ways; as `corridors_of`."""
    if not ways:
        return []
    found: list[list[str]] = [[] for _ in ways]
    laid = _in_a_row(ways)
    for corridor_id in graph.model["corridor"].labels("corridor_id"):
        of = _are_of(graph, prices, ways, laid, (corridor_id,))
        for at in np.nonzero(of)[0].tolist():
            found[at].append(corridor_id)
    return [tuple(each) for each in found]


def pass_any(marked: NDArray[np.bool_], ways: Sequence[Ints]) -> NDArray[np.bool_]:
    """Return which ways hold an arc that is marked."""
    return _pass_any(marked, _in_a_row(ways))


def _in_a_row(ways: Sequence[Ints]) -> tuple[Ints, NDArray[np.intp]]:
    """Return the arcs of all ways, one way after the other, and where each begins."""
    start = np.concatenate(([0], np.cumsum([way.size for way in ways])[:-1]))
    return np.concatenate(ways), start


def _pass_any(
    marked: NDArray[np.bool_], laid: tuple[Ints, NDArray[np.intp]]
) -> NDArray[np.bool_]:
    arcs, start = laid
    return np.logical_or.reduceat(marked[arcs], start)


def passed(graph: Graph, way: Ints) -> list[Way]:
    """Return the places of each link of a way, in order."""
    places = graph.linked_places
    flat = graph.chains.flat(way).tolist()
    return [pair for arc in flat if (pair := places[arc]) is not None]


def way_orders(graph: Graph, prices: Prices, way: Ints) -> tuple[Order, ...]:
    """Return the orders on a way as a whole: on its corridors, at its posts."""
    return tuple(o for o, on in _on_whole_ways(graph, prices, [way]) if on[0])


def _on_whole_ways(
    graph: Graph, prices: Prices, ways: Sequence[Ints]
) -> Iterator[tuple[Order, NDArray[np.bool_]]]:
    """Give each order on whole ways, and which of the ways it is on.

    The ways have one origin and one destination.
    """
    for order in prices.orders.of_ways:
        on = np.zeros(len(ways), dtype=bool)
        if order.corridor_ids and order.direction in ("", _direction(graph, ways[0])):
            on |= are_of(graph, prices, ways, order.corridor_ids)
        if order.spare.any():
            on |= pass_any(order.spare, ways) & ~pass_any(order.touched, ways)
        yield order, on


def _ends(prices: Prices) -> set[str]:
    return {prices.shipment.origin_iso3, prices.shipment.destination_iso3}


def _direction(graph: Graph, way: Ints) -> str:
    """Return the compass direction from the first place of a way to the last."""
    node = graph.model["node"]
    ends = graph.arcs.start_idx[way[0]], graph.arcs.end_idx[way[-1]]
    dx, dy = (
        float(node.number(column)[ends[1]] - node.number(column)[ends[0]])
        for column in ("x_coord", "y_coord")
    )
    if abs(dx) >= abs(dy):
        return "east" if dx > 0 else "west"
    return "north" if dy > 0 else "south"


def haulage_factor(orders: Collection[Order]) -> float:
    """Return the factor that orders on a way's corridors put on its haulage."""
    factors = [order.value for order in orders if order.effect == "coefficient"]
    return float(np.prod(factors)) if factors else 1.0


def _corridors(graph: Graph) -> Iterator[tuple[str, Gateways, str]]:
    """Give each corridor with its gateways and the country it must end in, if any."""
    corridor = graph.model["corridor"]
    columns = ("corridor_id", "gateways", "ends_in_iso3")
    for row in zip(*(corridor.text(column) for column in columns), strict=True):
        corridor_id, gateways, ends_in = map(str, row)
        yield corridor_id, parse_gateways(gateways), ends_in


def way_charges(
    graph: Graph,
    prices: Prices,
    ways: Sequence[Ints],
    haulage: NDArray[np.float64],
    lifted: Collection[str] = (),
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what orders on whole ways add to each; inf money where one bars it.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    ways : sequence of (n,) int32
        Arcs of each way.
    haulage : (n_ways,)
        Exact haulage of each way [USD/t].
    lifted : collection of str
        Labels of orders that are taken as lifted.

    Returns
    -------
    tuple of (n_ways,) and (n_ways,)
        Money [USD/t] and hours.
    """
    load_t = loads(graph.model, prices.shipment.commodity_id)
    money, late_h, factor = np.zeros(len(ways)), np.zeros(len(ways)), np.ones(len(ways))
    for order, on in _on_whole_ways(graph, prices, ways):
        if not order.binds:
            continue
        if order.effect == "coefficient":
            factor[on] *= order.value
        elif order.regime_id in lifted:
            continue
        elif order.effect in SHUTTING:
            money[on] = np.inf
        elif order.effect == "added_h":
            late_h[on] += order.value
        elif order in prices.orders.charges:
            money[on] += np.nan_to_num(order.charge_usd_per_t(load_t))
    return money + (factor - 1.0) * haulage, late_h


def largest_subsidy(graph: Graph, prices: Prices) -> float:
    """Return what orders on whole ways can take off one at the most [USD/t]."""
    load_t = loads(graph.model, prices.shipment.commodity_id)
    subsidies = [
        -order.charge_usd_per_t(load_t)
        for order in prices.orders.of_ways
        if order.binds and order.effect == "subsidy"
    ]
    return float(np.nansum(subsidies))
