"""Straight ways: those that do not go on a through rate past a place and turn back."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.graph import Graph
from bereket.compiled.ways import (
    Candidates,
    Search,
    candidate_ways,
    ranked_ways,
)
from bereket.kernels import paths

DETOUR_PASSES: Final = 4  # rankings, each without one through rate that misled

Ints = NDArray[np.int32]


def straight_ways(
    graph: Graph,
    search: Search,
    arc_weight: NDArray[np.float64],
    least_weight: NDArray[np.float64],
) -> Candidates:
    """Find candidate ways, without those that go on a through rate and turn back.

    Parameters
    ----------
    graph, search, arc_weight, least_weight
        As for `candidate_ways`.

    Returns
    -------
    Candidates
        Ways that come to no place and carrier twice, chains counted; where a through
        rate led past the place, the ways without that rate too. All ways, where there
        is none of these.
    """
    every = candidate_ways(graph, search, arc_weight, least_weight)
    seen = np.zeros(graph.n_vertices, dtype=bool)
    found: dict[bytes, Ints] = {}
    misused: dict[int, None] = {}
    for way in every.ways:
        twice = _twice(graph, way, seen)
        if twice.size:
            misused |= dict.fromkeys(_led_past(graph, way, twice))
        else:
            found[way.tobytes()] = way
    others: tuple[Ints, ...] = ()
    if misused:
        shut = _without(list(misused), arc_weight, least_weight)
        others = candidate_ways(graph, search, *shut).ways
        for arc in list(misused)[:DETOUR_PASSES]:  # a way may well use another
            _, least = _without([arc], arc_weight, least_weight)
            others += ranked_ways(graph, search, least)
    for way in others:
        if way.tobytes() not in found and not _twice(graph, way, seen).size:
            found[way.tobytes()] = way
    ways = tuple(found.values()) or every.ways
    sums = np.array([float(arc_weight[way].sum()) for way in ways])
    return Candidates(ways, sums, every.ranked_weight, every.cap_hit)


def _without(
    arcs: list[int], *weights: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return weights of arcs with a few arcs shut."""
    copies = [weight.copy() for weight in weights]
    for copy in copies:
        copy[arcs] = np.inf
    return copies


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
        for arc in way.tolist()
        if arc in chains and np.isin(graph.arcs.head[chains[arc]], twice).any()
    ]
