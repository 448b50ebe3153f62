"""Ways between two places: candidates by several methods, and real alternatives.

A way is a chain of arcs from the origin's vertex to the destination's. Candidates come
from three methods, cheapest by arc weights first: the k cheapest loopless ways (Yen);
the cheapest way through each vertex (single via); the cheapest way when what earlier
ways use is made dearer (penalty). They are priced exactly and kept when they overlap
enough little with those kept before.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.graph import Graph, frozen
from bereket.compiled.search import Search, Tree, tree_from, tree_of, tree_to, walk
from bereket.kernels import paths, ranking

YEN_LIMIT: Final = 48  # loopless ways in order of weight
VIA_LIMIT: Final = 240  # ways through one vertex
PENALTY_ROUNDS: Final = 24
PENALTY_FACTOR: Final = 1.5  # weight of a link that earlier ways use, each round
DETOUR_LIMIT: Final = 4.0  # a way this many times dearer than the best is no rival

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Ways found.

    Attributes
    ----------
    ways : tuple of (n,) int32
        Arcs of the graph, by method and rising weight within it, each way once.
    weight : (n_ways,)
        Sum of the arc weights [USD/t].
    ranked_weight : float
        Every way not among `ways` weighs at least this; inf when all were found.
    cap_hit : bool
        Whether the number of ranked ways, not the network, ended the ranking.
    """

    ways: tuple[Ints, ...]
    weight: NDArray[np.float64]
    ranked_weight: float
    cap_hit: bool

    @classmethod
    def none(cls) -> "Candidates":
        """Return no ways: there are none, or none were looked for."""
        return cls((), np.empty(0), np.inf, cap_hit=False)

    def joined(
        self, others: "Candidates", holds: Callable[[Ints], bool]
    ) -> "Candidates":
        """Return these ways and those of others for which something holds."""
        known = {way.tobytes() for way in self.ways}
        more = [
            at
            for at, way in enumerate(others.ways)
            if way.tobytes() not in known and holds(way)
        ]
        ways = (*self.ways, *(others.ways[at] for at in more))
        weight = np.concatenate((self.weight, others.weight[more]))
        return replace(self, ways=ways, weight=weight)


def cheapest_way(search: Search, weight: NDArray[np.float64]) -> Ints | None:
    """Return the edges of the cheapest way, or None where there is none.

    Parameters
    ----------
    search : Search
        The staged network.
    weight : (n_edges,)
        Weight of each edge; inf where it is shut.
    """
    forward = tree_of(search.indptr, search.head, weight, search.source)
    return walk(search, forward[1], search.target)


def candidate_ways(
    graph: Graph,
    search: Search,
    arc_weight: NDArray[np.float64],
    least_weight: NDArray[np.float64],
) -> Candidates:
    """Find candidate ways by the three methods.

    Parameters
    ----------
    graph : Graph
        The network.
    search : Search
        Where from, where to, by what.
    arc_weight : (n_arcs,)
        Weight of each arc [USD/t], inf where it is shut.
    least_weight : (n_arcs,)
        Weight that no exact cost falls below [USD/t]; the ranking goes by it.

    Returns
    -------
    Candidates
        Each way once; none where there is no way.
    """
    weight = frozen(arc_weight[search.arc])
    backward = tree_to(search, weight)
    if not np.isfinite(backward[0][search.source]):
        return Candidates.none()
    ranked, ranked_weight, cap_hit = _ranked(search, frozen(least_weight[search.arc]))
    found = (
        *ranked,
        *_through_vertices(search, tree_from(search, weight), backward),
        *_penalised(graph, search, weight),
    )
    ways = _each_once(graph, search, found)
    sums = np.array([float(arc_weight[way].sum()) for way in ways])
    return Candidates(ways, sums, ranked_weight, cap_hit)


def ranked_ways(
    graph: Graph, search: Search, least_weight: NDArray[np.float64]
) -> tuple[Ints, ...]:
    """Find the k cheapest loopless ways only; parameters as for `candidate_ways`."""
    ranked, _, _ = _ranked(search, frozen(least_weight[search.arc]))
    return _each_once(graph, search, ranked)


def ways_by_places(
    graph: Graph,
    search: Search,
    arc_weight: NDArray[np.float64],
    places: tuple[int, ...],
) -> tuple[Ints, ...]:
    """Find the cheapest way through each vertex of some places.

    Parameters
    ----------
    graph, search, arc_weight
        As for `candidate_ways`.
    places : tuple of int
        Rows of table ``node``.

    Returns
    -------
    tuple of (n,) int32
        Each way once.
    """
    weight = frozen(arc_weight[search.arc])
    trees = tree_from(search, weight), tree_to(search, weight)
    return ways_between(graph, search, trees, places)


def ways_between(
    graph: Graph,
    search: Search,
    trees: tuple[Tree, Tree],
    places: tuple[int, ...] = (),
    limit: int = VIA_LIMIT,
) -> tuple[Ints, ...]:
    """Find the cheapest ways through vertices, of trees from and to the two ends.

    Parameters
    ----------
    graph, search
        As for `candidate_ways`.
    trees : tuple of Tree and Tree
        From the source, and to the target.
    places : tuple of int
        Rows of table ``node`` whose vertices are passed; empty = all.
    limit : int
        Vertices looked at, by rising weight of the way through them.

    Returns
    -------
    tuple of (n,) int32
        Each way once.
    """
    forward, (to_target, back_pred) = trees
    if not np.isfinite(to_target[search.source]):
        return ()
    if places:
        wanted = np.zeros(len(graph.model["node"]), dtype=bool)
        wanted[list(places)] = True
        stages = (search.indptr.size - 1) // graph.n_vertices
        there = np.tile(wanted[graph.vertices.place_idx], stages)
        to_target = np.where(there, to_target, np.inf)
    found = _through_vertices(search, forward, (to_target, back_pred), limit)
    return _each_once(graph, search, found)


def _each_once(graph: Graph, search: Search, found: Iterable[Ints]) -> tuple[Ints, ...]:
    """Return ways of the graph, each once; those that come back only where all do."""
    ways: dict[bytes, Ints] = {}
    for edges in found:
        way = search.arc[edges]
        ways.setdefault(way.tobytes(), way)
    if search.arc.size == graph.n_arcs:  # one stage: edges that are loopless are ways
        return tuple(ways.values())
    # through a place to pass a way may run out and back: only where nothing else goes
    seen = np.zeros(graph.n_vertices, dtype=bool)
    straight = [
        way for way in ways.values() if paths.is_loopless(graph.arcs.head[way], seen)
    ]
    return tuple(straight or ways.values())


def _ranked(
    search: Search, weight: NDArray[np.float64]
) -> tuple[list[Ints], float, bool]:
    """Return the loopless ways in order of weight, up to a limit."""
    to_target, _ = tree_to(search, weight)
    state = ranking.allocate(search.indptr.size - 1, weight.size, YEN_LIMIT)
    ways: list[Ints] = []
    last = np.inf
    for _ in range(YEN_LIMIT):
        status = ranking.next_path(
            search.indptr,
            search.head,
            search.tail,
            weight,
            to_target,
            search.source,
            search.target,
            state,
        )
        if status == ranking.EXHAUSTED:
            return ways, np.inf, False
        if status != ranking.OK:
            return ways, last, True
        ways.append(ranking.last_path(state))
        last = float(weight[ways[-1]].sum())
    return ways, last, True


def _through_vertices(
    search: Search,
    forward: Tree,
    backward: Tree,
    limit: int = VIA_LIMIT,
) -> Iterator[Ints]:
    """Give the cheapest way through each vertex, cheapest first, loopless ones only."""
    (from_source, pred), (to_target, back_pred) = forward, backward
    through = from_source + to_target
    order = np.argsort(through, kind="stable")
    order = order[through[order] <= DETOUR_LIMIT * from_source[search.target]]
    # vertices of one stretch have the same sum: one of them gives the way
    sums = through[order]
    is_new = np.diff(sums, prepend=-1.0) > 1e-9 * np.maximum(sums, 1.0)
    seen = np.zeros(search.indptr.size - 1, dtype=bool)
    there, back = (np.empty(search.indptr.size, dtype=np.int32) for _ in range(2))
    for vertex in order[is_new][:limit].tolist():
        n_there = paths.walk_back(pred, search.tail, search.source, vertex, there)
        n_back = paths.walk_on(
            back_pred, search.back_edge, search.head, vertex, search.target, back
        )
        edges = np.concatenate((there[:n_there], back[:n_back]))
        if paths.is_loopless(search.head[edges], seen):
            yield edges


def _penalised(
    graph: Graph, search: Search, weight: NDArray[np.float64]
) -> Iterator[Ints]:
    """Give the cheapest ways when the links of earlier ones are made dearer."""
    dearer = weight.copy()
    link = graph.arcs.link_idx[search.arc]
    is_used = np.zeros(len(graph.model["link"]) + 1, dtype=bool)  # the last: no link
    for _ in range(PENALTY_ROUNDS):
        _, pred = tree_of(
            search.indptr, search.head, frozen(dearer.copy()), search.source
        )
        edges = walk(search, pred, search.target)
        if edges is None:
            return
        yield edges
        is_used[:] = False
        is_used[link[edges]] = True
        is_used[NONE] = False
        dearer[is_used[link]] *= PENALTY_FACTOR
