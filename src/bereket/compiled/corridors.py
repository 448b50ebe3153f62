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


def corridors_of(
    graph: Graph, prices: Prices, way: Ints, among: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the corridors whose gateways a way passes in order.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs; their shipment tells the countries at the ends.
    way : (n,) int32
        Arcs of the way.
    among : collection of str
        Corridors to look at; empty = all.

    Returns
    -------
    tuple of str
        Labels, in the order of the table.
    """
    run = Passage.of(passed(graph, way))
    ends = {prices.shipment.origin_iso3, prices.shipment.destination_iso3}
    return tuple(
        corridor_id
        for corridor_id, gateways, ends_in in _corridors(graph)
        if (not among or corridor_id in among)
        and (not ends_in or ends_in in ends)
        and gateways.is_passed(run)
    )


def passed(graph: Graph, way: Ints) -> list[Way]:
    """Return the places of each link of a way, in order."""
    places = graph.linked_places
    flat = graph.chains.flat(way.tolist())
    return [places[arc] for arc in flat if places[arc] is not None]  # type: ignore[misc]


def orders_on(graph: Graph, prices: Prices, way: Ints) -> tuple[Order, ...]:
    """Return the orders in force that touch a way, whether or not they bind."""
    touched = [o for o in prices.orders.in_force if bool(o.touched[way].any())]
    of_corridor = way_orders(graph, prices, way, binding=False)
    return tuple(dict.fromkeys((*touched, *of_corridor)))


def way_orders(
    graph: Graph, prices: Prices, way: Ints, *, binding: bool = True
) -> tuple[Order, ...]:
    """Return the orders on a way as a whole: on its corridors, at its posts."""
    orders = [o for o in prices.orders.of_ways if o.binds or not binding]
    if not orders:
        return ()
    wanted = {corridor for order in orders for corridor in order.corridor_ids}
    of = set(corridors_of(graph, prices, way, wanted)) if wanted else set()
    heads_for = _direction(graph, way)
    return tuple(
        order
        for order in orders
        if (of.intersection(order.corridor_ids) and order.direction in ("", heads_for))
        or (order.spare[way].any() and not order.touched[way].any())
    )


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
) -> NDArray[np.float64]:
    """Return what orders on whole ways add to each [USD/t]; inf where one bars it.

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
    (n_ways,)
        Money, and hours at the value of time [USD/t].
    """
    if not any(order.binds for order in prices.orders.of_ways):
        return np.zeros(len(ways))
    load_t = loads(graph.model, prices.shipment.commodity_id)
    charges = np.zeros(len(ways))
    for at, way in enumerate(ways):
        orders = way_orders(graph, prices, way)
        charges[at] += (haulage_factor(orders) - 1.0) * haulage[at]
        for order in orders:
            if order.regime_id in lifted:
                continue
            if order.effect in SHUTTING:
                charges[at] = np.inf
            elif order.effect == "added_h":
                charges[at] += prices.vot_usd_per_t_h * order.value
            elif order in prices.orders.charges:
                charges[at] += np.nan_to_num(order.charge_usd_per_t(load_t))
    return charges


def largest_subsidy(graph: Graph, prices: Prices) -> float:
    """Return what orders on whole ways can take off one at the most [USD/t]."""
    load_t = loads(graph.model, prices.shipment.commodity_id)
    subsidies = [
        -order.charge_usd_per_t(load_t)
        for order in prices.orders.of_ways
        if order.binds and order.effect == "subsidy"
    ]
    return float(np.nansum(subsidies))
