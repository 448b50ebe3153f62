"""Where no way exists: what stops it, and the cheapest opening."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import MAIN_TABLE, NONE, ArcKind
from bereket.compiled.corridors import way_orders
from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph
from bereket.compiled.itinerary import generalised_costs
from bereket.compiled.orders import SHUTTING, Order
from bereket.compiled.search import Search
from bereket.compiled.straight import straight_ways
from bereket.compiled.ways import cheapest_way
from bereket.model.calendar import is_open, is_valid
from bereket.model.reference import RowReference

OPENING_WEIGHT: Final = 1e7  # USD/t: one opening less outweighs any real cost
SHOWN: Final = 5
MOST_NAMED: Final = 3  # kinds of cargo that are named


@dataclass(frozen=True, slots=True)
class Barrier:
    """Something that shuts arcs on the date.

    Attributes
    ----------
    element : str
        Row reference of the order or row, or the text that was to be avoided.
    why : str
        What shuts it, in words.
    arcs : (n_arcs,) bool
        Arcs that it shuts.
    """

    element: str
    why: str
    arcs: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Opening:
    """What would have to be open for a way to exist, and what that way would cost.

    Attributes
    ----------
    elements : tuple of str
        Elements to open; one where one is enough.
    why : tuple of str
        What shuts each.
    way : (n,) int32
        Arcs of the way that opens.
    generalised_usd_per_t : float
        Its generalised cost [USD/t].
    """

    elements: tuple[str, ...]
    why: tuple[str, ...]
    way: NDArray[np.int32]
    generalised_usd_per_t: float


def openings(
    graph: Graph,
    prices: Prices,
    search: Search,
    avoided: Mapping[str, NDArray[np.bool_]],
) -> tuple[Opening, ...]:
    """Find what would have to be open for a way to exist, cheapest first.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices for the shipment, orders included.
    search : Search
        Where from, where to.
    avoided : mapping of str to (n_arcs,) bool
        Arcs that the question avoids, by what was asked.

    Returns
    -------
    tuple of Opening
        Each single element that is enough, by rising cost; where none is enough alone,
        the least number of arcs that must open together; empty where the network joins
        the places by no chain that the cargo may take.
    """
    barriers = tuple(_barriers(graph, prices, avoided))
    shut_by = np.sum([b.arcs for b in barriers], axis=0) if barriers else 0
    found: list[Opening] = []
    for barrier in barriers:
        passable = _may_be_used(graph, prices) & (shut_by - barrier.arcs == 0)
        way, cost = _best_way(graph, prices, search, passable, (barrier.element,))
        if way is not None:
            found.append(Opening((barrier.element,), (barrier.why,), way, cost))
    if found:
        return tuple(sorted(found, key=lambda o: o.generalised_usd_per_t)[:SHOWN])
    return _joint_opening(graph, prices, search, barriers)


def _joint_opening(
    graph: Graph, prices: Prices, search: Search, barriers: tuple[Barrier, ...]
) -> tuple[Opening, ...]:
    """Return the way that passes the fewest shut arcs, with all that shuts them."""
    is_shut = np.any([b.arcs for b in barriers], axis=0) if barriers else False
    usable = _may_be_used(graph, prices)
    weight = np.where(usable, prices.weight_usd_per_t, np.inf)
    edges = cheapest_way(search, (weight + OPENING_WEIGHT * is_shut)[search.arc])
    if edges is None:
        return ()
    way = search.arc[edges]
    whole = way_orders(graph, prices, way)
    barring = {order.reference for order in whole if order.binds}
    needed = [b for b in barriers if b.arcs[way].any() or b.element in barring]
    elements = tuple(b.element for b in needed)
    lifted = _order_ids(elements)
    cost = float(generalised_costs(graph, prices, [way], lifted)[0])
    return (Opening(elements, tuple(b.why for b in needed), way, cost),)


def _best_way(
    graph: Graph,
    prices: Prices,
    search: Search,
    passable: NDArray[np.bool_],
    lifted: tuple[str, ...],
) -> tuple[NDArray[np.int32] | None, float]:
    """Return the cheapest way over passable arcs that no order on a corridor bars."""
    ways = straight_ways(graph, prices, search, passable).ways
    if not ways:
        return None, np.inf
    costs = generalised_costs(graph, prices, ways, _order_ids(lifted))
    best = int(np.argmin(costs))
    return (
        (ways[best], float(costs[best])) if np.isfinite(costs[best]) else (None, np.inf)
    )


def _may_be_used(graph: Graph, prices: Prices) -> NDArray[np.bool_]:
    """Return the arcs that opening could make of use: no through rate without chain."""
    is_product = graph.arcs.kind == ArcKind.PRODUCT
    return np.asarray(prices.is_known & (graph.is_open | ~is_product), dtype=bool)


def _order_ids(elements: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels of the orders among elements."""
    return tuple(e.removeprefix("regime:") for e in elements if e.startswith("regime:"))


def _barriers(
    graph: Graph, prices: Prices, avoided: Mapping[str, NDArray[np.bool_]]
) -> Iterator[Barrier]:
    for asked, arcs in avoided.items():
        yield Barrier(asked, "it was to be avoided", arcs)
    for order in prices.orders.in_force:
        bars_corridor = order.effect in SHUTTING and bool(order.corridor_ids)
        if not order.binds or not (order.shuts.any() or bars_corridor):
            continue
        why = _ordered(graph, order)
        yield Barrier(f"regime:{order.regime_id}", why, order.shuts)
    yield from _shut_rows(graph)


def _ordered(graph: Graph, order: Order) -> str:
    """Say what an order shuts, for what and to whom."""
    regime = graph.model["regime"]
    on = [part for part in regime.labels("on")[order.row].split("|") if part]
    what = on[0] + (f" and {len(on) - 1} more" if len(on) > 1 else "")
    goods = regime.lists("commodity_id")[order.row]
    cargo = f" for {' and '.join(goods)}" if 0 < len(goods) <= MOST_NAMED else ""
    cargo = cargo or (f" for {len(goods)} kinds of cargo" if goods else "")
    party = f" to {order.party}" if order.party else ""
    return f"{what} is {order.effect}{cargo}{party}"


def _shut_rows(graph: Graph) -> Iterator[Barrier]:
    """Give each row that is not open on the date, with the arcs that rest on it."""
    arcs = graph.arcs
    seen: set[tuple[str, int]] = set()
    columns = [("link", arcs.link_idx, arcs.link_idx != NONE)]
    columns += [
        (MAIN_TABLE[kind], arcs.main_idx, arcs.kind == kind)
        for kind in ArcKind
        if kind not in (ArcKind.PRODUCT, ArcKind.LINE)
    ]
    columns.append(
        ("port", arcs.side_idx, (arcs.kind == ArcKind.BOARD) & (arcs.side_idx != NONE))
    )
    for name, rows, here in columns:
        table = graph.model[name]
        shut = ~is_open(table, graph.day)
        for row in np.unique(rows[here & ~graph.is_open]).tolist():
            if (name, row) in seen or not shut[row]:
                continue
            seen.add((name, row))
            same = [at for at, (other, _, _) in enumerate(columns) if other == name]
            mask = np.zeros(graph.n_arcs, dtype=bool)
            for at in same:
                mask |= columns[at][2] & (columns[at][1] == row)
            reference = str(RowReference(name, table.keys[row]))
            yield Barrier(reference, _state(graph, name, row), mask)


def _state(graph: Graph, name: str, row: int) -> str:
    """Say why a row is not open on the date."""
    table = graph.model[name]
    status = str(table.text("status")[row])
    since, until = str(table.text("valid_from")[row]), str(table.text("valid_to")[row])
    dates = " ".join(
        part for part in (since and f"from {since}", until and f"until {until}") if part
    )
    if is_valid(table, graph.day)[row]:
        return (
            f"{status.replace('_', ' ')}, no date of opening" if not since else status
        )
    return f"{status.replace('_', ' ')}, valid {dates}"
