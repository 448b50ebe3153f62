"""Straight ways: those that do not go on a through rate past a place and turn back."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.cost import Prices
from bereket.compiled.graph import Graph
from bereket.compiled.placed import placed_ways
from bereket.compiled.runs import least_weights
from bereket.compiled.search import Search
from bereket.compiled.ways import Candidates, candidate_ways, ranked_ways
from bereket.kernels import paths

DETOUR_PASSES: Final = 4  # rankings, each without one through rate that misled

Ints = NDArray[np.int32]


def straight_ways(
    graph: Graph,
    prices: Prices,
    search: Search,
    is_usable: NDArray[np.bool_],
) -> Candidates:
    """Find candidate ways, without those that go on a through rate and turn back.

    Parameters
    ----------
    graph : Graph
        The network.
    prices : Prices
        Prices of its arcs.
    search : Search
        Where from, where to, by what.
    is_usable : (n_arcs,) bool
        Arcs that a way may use.

    Returns
    -------
    Candidates
        Ways that come to no place and carrier twice, chains counted; where a through
        rate led past the place, the ways without that rate too. All ways, where there
        is none of these.
    """
    weight = np.where(is_usable, prices.weight_usd_per_t, np.inf)
    bound = np.maximum(least_weights(graph, prices), 0.0)
    least = np.where(is_usable, bound, np.inf)
    every = candidate_ways(graph, search, weight, least)
    if not every.ways:  # other weights of the same arcs do not join the ends either
        return every
    seen = np.zeros(graph.n_vertices, dtype=bool)
    found: dict[bytes, Ints] = {}
    misused: dict[int, None] = {}
    for way in every.ways:
        twice = _twice(graph, way, seen)
        if twice.size:
            misused |= dict.fromkeys(_led_past(graph, way, twice))
        else:
            found[way.tobytes()] = way
    others = _placed(graph, prices, search, weight, seen)
    if misused:
        others += candidate_ways(
            graph, search, *_without(list(misused), weight, least)
        ).ways
        for arc in list(misused)[:DETOUR_PASSES]:  # a way may well use another
            others += ranked_ways(graph, search, *_without([arc], least))
    for way in others:
        if way.tobytes() not in found and not _twice(graph, way, seen).size:
            found[way.tobytes()] = way
    ways = tuple(found.values()) or every.ways
    sums = np.array([float(weight[way].sum()) for way in ways])
    return Candidates(ways, sums, every.ranked_weight, every.cap_hit)


def _placed(
    graph: Graph,
    prices: Prices,
    search: Search,
    weight: NDArray[np.float64],
    seen: NDArray[np.bool_],
) -> tuple[Ints, ...]:
    """Return the ways by places with prices of their own, and without what misled."""
    ways = placed_ways(graph, prices, search, weight)
    misused = {
        arc: None
        for way in ways
        for arc in _led_past(graph, way, _twice(graph, way, seen))
    }
    if not misused:
        return ways
    (shut,) = _without(list(misused), weight)
    return ways + placed_ways(graph, prices, search, shut)


def _without(
    arcs: list[int], *weights: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return weights of arcs with a few arcs shut."""
    copies = [weight.copy() for weight in weights]
    for copy in copies:
        copy[arcs] = np.inf
    return copies


def is_straight(graph: Graph, way: Ints) -> bool:
    """Whether a way comes to no vertex twice, chains of through rates counted."""
    return not _twice(graph, way, np.zeros(graph.n_vertices, dtype=bool)).size


def _twice(graph: Graph, way: Ints, seen: NDArray[np.bool_]) -> Ints:
    """Return the vertices that a way comes to twice, chains counted."""
    heads = graph.arcs.head[graph.chains.flat(way)]
    if paths.is_loopless(heads, seen):
        return heads[:0]
    vertices, counts = np.unique(heads, return_counts=True)
    return np.asarray(vertices[counts > 1], dtype=np.int32)


def _led_past(graph: Graph, way: Ints, twice: Ints) -> list[int]:
    """Return the through rates whose chains pass a vertex that the way returns to."""
    chains = graph.chains.arcs_of
    return [
        arc
        for arc in (way.tolist() if twice.size else ())
        if arc in chains and np.isin(graph.arcs.head[chains[arc]], twice).any()
    ]
