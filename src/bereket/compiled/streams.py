"""The arcs that a corridor's cargo may take: one small network a cargo and pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import ArcKind
from bereket.compiled.consignment import Consignment, consign
from bereket.compiled.corridors import gateways_of
from bereket.compiled.cost import Prices, price
from bereket.compiled.graph import Graph, frozen, starts
from bereket.compiled.search import (
    Search,
    search_by_stages,
    staged_search,
    tree_from,
    tree_to,
    walk,
)
from bereket.errors import QuestionError
from bereket.model.gateways import Gateways

Side = Literal["there", "back"]
SIDES: Final[tuple[Side, ...]] = ("there", "back")
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Demand:
    """What is to flow.

    Attributes
    ----------
    corridor_id : str
        Corridor whose gateways are passed; empty = any way.
    origins, destinations : tuple of str
        Places from and to, of the way there.
    mix : mapping of side to mapping of str to float
        Shares by commodity; they sum to one on each side.
    ends_in_iso3 : str
        Country where the flow must end or start; empty = any.
    """

    corridor_id: str
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    mix: Mapping[Side, Mapping[str, float]]
    ends_in_iso3: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """The arcs that one cargo may take between one pair.

    Attributes
    ----------
    indptr, head, tail : arrays
        A small network in compressed sparse rows.
    arc : (n_edges,) int32
        Arc of the graph that each edge stands for.
    cost_usd_per_t : (n_edges,)
        Generalised cost.
    source, target : int
        Nodes.
    from_source_usd_per_t : (n_edges,)
        Least cost from the source to the start of each edge.
    best_usd_per_t : float
        Cost of the cheapest way.
    """

    indptr: NDArray[np.int64]
    head: Ints
    tail: Ints
    arc: Ints
    cost_usd_per_t: Floats
    source: int
    target: int
    from_source_usd_per_t: Floats
    best_usd_per_t: float


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """One cargo one way, over every pair of the corridor.

    Attributes
    ----------
    side : {"there", "back"}
        Which way.
    commodity_id : str
        The cargo.
    share : float
        Its share of the mix.
    nets : tuple of Net
        One a pair that has a way.
    pairs : tuple of Consignment
        The pairs, in the same order.
    regimes : tuple of str
        Orders in force that act on arcs of the nets.
    """

    side: Side
    commodity_id: str
    share: float
    nets: tuple[Net, ...]
    pairs: tuple[Consignment, ...]
    regimes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Allowance:
    """Which arcs are worth keeping.

    Attributes
    ----------
    modes : frozenset of str
        Modes of transport that may be used; empty = those of each cargo's cheapest way.
    max_detour : float
        Largest ratio of the cost by an arc to that of the cheapest way.
    party : str
        Party class that asks.
    openable : (n_arcs,) bool
        Arcs that are not open and could be opened; they are kept like open ones, and do
        not count for the cheapest way.
    """

    modes: frozenset[str]
    max_detour: float
    party: str
    openable: NDArray[np.bool_]


def streams_of(
    graph: Graph, demand: Demand, allowance: Allowance
) -> tuple[Stream, ...]:
    """Lay out what every cargo of a mix may take, there and back.

    Parameters
    ----------
    graph : Graph
        The network on the date.
    demand : Demand
        Places, gateways, mix.
    allowance : Allowance
        Which arcs are kept.

    Returns
    -------
    tuple of Stream
        One a cargo and side; without nets where the cargo has no way.

    Notes
    -----
    An arc is kept where the cheapest way over it costs at most `max_detour` times the
    cheapest way of all. Through rates are left out: a way over one runs on the arcs of
    its chain, and those have the room.
    """
    gateways = gateways_of(graph, demand.corridor_id) if demand.corridor_id else None
    return tuple(
        _stream(graph, demand, gateways, (side, commodity), allowance)
        for side in SIDES
        for commodity, share in demand.mix[side].items()
        if share > 0
    )


def _stream(
    graph: Graph,
    demand: Demand,
    gateways: Gateways | None,
    what: tuple[Side, str],
    allowance: Allowance,
) -> Stream:
    side, commodity = what
    found: list[tuple[Net, Consignment]] = []
    regimes: dict[str, None] = {}
    for pair in pairs_of(graph, demand, side, commodity):
        prices = price(graph, pair.shipment, allowance.party)
        search = search_of(graph, pair, gateways, is_back=side == "back")
        may_be = prices.is_known & ~prices.orders.is_shut
        may_be &= graph.arcs.kind != ArcKind.PRODUCT
        if gateways:
            may_be &= ~_off_corridor(graph, gateways, is_back=side == "back")
        net = _net(graph, search, prices, may_be, allowance)
        if net is not None:
            found.append((net, pair))
            regimes |= {
                order.regime_id: None
                for order in prices.orders.in_force
                if order.touched[net.arc].any()
            }
    return Stream(
        side=side,
        commodity_id=commodity,
        share=demand.mix[side][commodity],
        nets=tuple(net for net, _ in found),
        pairs=tuple(pair for _, pair in found),
        regimes=tuple(regimes),
    )


def _off_corridor(
    graph: Graph, gateways: Gateways, *, is_back: bool
) -> NDArray[np.bool_]:
    """Return the arcs that are never passed: shut gateways, and gateways turned round.

    Notes
    -----
    Without the second a way could come to a gateway from behind, and turn on it.
    """
    forward = {pair for step in gateways.passed for pair in step}
    turned = forward if is_back else {(end, start) for start, end in forward}
    wrong = [pair in turned for pair in graph.linked_places]
    never = np.array(wrong, dtype=bool)
    if gateways.never:
        never |= graph.arcs_between(gateways.never)
    return never


def pairs_of(
    graph: Graph, demand: Demand, side: Side, commodity: str
) -> list[Consignment]:
    """Return the pairs that a cargo can be sent between."""
    pairs, faults = [], []
    for origin in demand.origins:
        for destination in demand.destinations:
            if origin == destination:
                continue
            ends = (origin, destination) if side == "there" else (destination, origin)
            try:
                pair = consign(graph, ends, commodity)
            except QuestionError as fault:
                faults.append(fault)
                continue
            countries = (
                pair.shipment.origin_iso3,
                pair.shipment.destination_iso3,
            )
            if not demand.ends_in_iso3 or demand.ends_in_iso3 in countries:
                pairs.append(pair)
    if faults and not pairs:
        raise faults[0]
    return pairs


def search_of(
    graph: Graph, pair: Consignment, gateways: Gateways | None, *, is_back: bool
) -> Search:
    """Lay out the network for a pair: by gateways in order, or without."""
    if gateways is None:
        return staged_search(graph, pair.source, pair.target)
    steps = [set(step) for step in gateways.passed]
    if is_back:
        steps = [{(end, start) for start, end in step} for step in reversed(steps)]
    places = graph.linked_places
    stages = [np.array([pair in step for pair in places], dtype=bool) for step in steps]
    return search_by_stages(graph, pair.source, pair.target, stages)


def _net(
    graph: Graph,
    search: Search,
    prices: Prices,
    may_be: NDArray[np.bool_],
    allowance: Allowance,
) -> Net | None:
    """Return the arcs worth taking, or None where there is no way."""
    usable = may_be & graph.is_open
    mode_of = graph.model["carrier"].text("mode")[graph.arcs.carrier_idx]
    modes = allowance.modes or _modes_of_best(search, prices, usable, mode_of)
    of_mode = np.isin(mode_of, sorted(modes))
    weight = _weights(search, prices, usable & of_mode)
    best = float(tree_from(search, weight)[0][search.target])
    if not np.isfinite(best):
        return None
    if allowance.openable.any():
        usable = may_be & (graph.is_open | allowance.openable)
        weight = _weights(search, prices, usable & of_mode)
    from_source, _ = tree_from(search, weight)
    to_target, _ = tree_to(search, weight)
    through = from_source[search.tail] + weight + to_target[search.head]
    (kept,) = np.nonzero(through <= best * allowance.max_detour + 1e-9)
    return _compact(search, kept, weight, from_source, best)


def _weights(search: Search, prices: Prices, usable: NDArray[np.bool_]) -> Floats:
    """Return the cost of the edges; inf where an arc may not be used."""
    return frozen(np.where(usable, prices.weight_usd_per_t, np.inf)[search.arc])


def _modes_of_best(
    search: Search,
    prices: Prices,
    usable: NDArray[np.bool_],
    mode_of: NDArray[np.object_],
) -> frozenset[str]:
    """Return the modes of the cheapest way."""
    _, pred = tree_from(search, _weights(search, prices, usable))
    edges = walk(search, pred, search.target)
    if edges is None:
        return frozenset()
    return frozenset(str(mode) for mode in mode_of[search.arc[edges]])


def _compact(
    search: Search,
    kept: NDArray[np.intp],
    weight: Floats,
    from_source: Floats,
    best: float,
) -> Net:
    """Return a network of the kept edges alone."""
    tail, head = search.tail[kept], search.head[kept]
    nodes, place = np.unique(
        np.concatenate((tail, head, [search.source, search.target])),
        return_inverse=True,
    )
    count = kept.size
    new_tail, new_head = place[:count].astype(np.int32), place[count : 2 * count]
    return Net(
        indptr=starts(new_tail, nodes.size),
        head=frozen(new_head.astype(np.int32)),
        tail=frozen(new_tail),
        arc=frozen(search.arc[kept]),
        cost_usd_per_t=frozen(weight[kept]),
        source=int(place[2 * count]),
        target=int(place[2 * count + 1]),
        from_source_usd_per_t=frozen(from_source[tail]),
        best_usd_per_t=best,
    )
