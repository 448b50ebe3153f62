"""The cheapest way of a corridor: one that passes its gateways in order."""

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import ArcKind, of_kinds
from bereket.compiled.corridors import corridors_of, gateways_of
from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph
from bereket.compiled.itinerary import generalised_costs
from bereket.compiled.search import Search, search_by_stages
from bereket.compiled.straight import straight_ways
from bereket.model.gateways import Gateways, Way

Ints = NDArray[np.int32]


def best_of_corridor(
    graph: Graph, prices: Prices, ends: tuple[int, int], corridor_id: str
) -> Ints | None:
    """Find the cheapest way of a corridor between two vertices.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    ends : tuple of int and int
        Vertices from and to.
    corridor_id : str
        The corridor.

    Returns
    -------
    (n,) int32 or None
        Arcs of the best candidate that passes the gateways as they stand, or, where
        none does, reversed; None where there is none.
    """
    gateways = gateways_of(graph, corridor_id)
    usable = prices.is_offered & ~prices.orders.is_shut
    if gateways.never:
        usable = usable & ~graph.arcs_between(gateways.never)
    for turned in (False, True):
        search = gateway_search(graph, ends, gateways, turned=turned)
        ways = straight_ways(graph, prices, search, usable).ways
        ways = tuple(w for w in ways if corridor_id in corridors_of(graph, prices, w))
        costs = generalised_costs(graph, prices, ways)
        if costs.size and np.isfinite(costs.min()):
            return ways[int(np.argmin(costs))]
    return None


def arcs_at_gateways(graph: Graph, gateways: Gateways) -> NDArray[np.bool_]:
    """Return the arcs of gateways, either way: links, borders, ships and their calls.

    Parameters
    ----------
    graph : Graph
        The network.
    gateways : Gateways
        Those of a corridor; what is never passed does not count.

    Returns
    -------
    (n_arcs,) bool
        Through rates too whose chains pass one.
    """
    arcs = graph.arcs
    names = graph.model["node"].labels("node_id")
    pairs = {pair for step in gateways.passed for pair in step}
    pairs |= {(end, start) for start, end in pairs}
    ends = zip(arcs.start_idx.tolist(), arcs.end_idx.tolist(), strict=True)
    between = np.array([(names[a], names[b]) in pairs for a, b in ends], dtype=bool)
    sails = np.unique(arcs.main_idx[between & (arcs.kind == ArcKind.RIDE)])
    calls = of_kinds(arcs.kind, (ArcKind.BOARD, ArcKind.ALIGHT))
    return graph.chains.spread(between | (calls & np.isin(arcs.main_idx, sails)))


def gateway_search(
    graph: Graph, ends: tuple[int, int], gateways: Gateways, *, turned: bool = False
) -> Search:
    """Lay out the network for ways that pass gateways in order.

    Parameters
    ----------
    graph : Graph
        The network.
    ends : tuple of int and int
        Vertices from and to.
    gateways : Gateways
        What to pass; what never to pass is left to the caller.
    turned : bool
        Whether they are passed the other way round.

    Returns
    -------
    Search
        A stage for each gateway.
    """
    steps = [sorted(step) for step in gateways.passed]
    if turned:
        steps = [[(end, start) for start, end in step] for step in reversed(steps)]
    stages = [_runs_on(graph, set(step)) for step in steps]
    return search_by_stages(graph, *ends, stages)


def _runs_on(graph: Graph, pairs: set[Way]) -> NDArray[np.bool_]:
    """Return the arcs that run on a link from one to the other of any of the pairs."""
    return np.array([pair in pairs for pair in graph.linked_places], dtype=bool)
