"""Ways between two places: candidates by several methods, and real alternatives.

A way is a chain of arcs from the origin's vertex to the destination's. Candidates come
from three methods, cheapest by arc weights first: the k cheapest loopless ways (Yen);
the cheapest way through each vertex (single via); the cheapest way when what earlier
ways use is made dearer (penalty). They are priced exactly and kept when they overlap
enough little with those kept before.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.graph import Graph, frozen, starts
from bereket.kernels import paths, ranking
from bereket.kernels.heap import allocate_heap

YEN_LIMIT: Final = 48  # loopless ways in order of weight
VIA_LIMIT: Final = 240  # ways through one vertex
PENALTY_ROUNDS: Final = 24
PENALTY_FACTOR: Final = 1.5  # weight of a link that earlier ways use, each round
DETOUR_LIMIT: Final = 4.0  # a way this many times dearer than the best is no rival

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Search:
    """A question to the network: from one vertex to another, by stages.

    With places to pass in between, the network is laid in as many stages as there are
    such places, and one; a way moves on to the next stage where it arrives at the
    stage's place.

    Attributes
    ----------
    indptr : (n_nodes + 1,) int64
        Start of each node's arcs.
    head, tail : (n_edges,) int32
        Nodes of the staged network.
    arc : (n_edges,) int32
        Arc of the graph that each edge stands for.
    back_indptr, back_head, back_edge : arrays
        The staged network with every edge reversed.
    source, target : int
        Nodes.
    """

    indptr: NDArray[np.int64]
    head: Ints
    tail: Ints
    arc: Ints
    back_indptr: NDArray[np.int64]
    back_head: Ints
    back_edge: Ints
    source: int
    target: int


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


def passes(graph: Graph, way: Ints, places: Sequence[int]) -> bool:
    """Whether a way comes to places in order, chains of through rates counted."""
    come_to = graph.arcs.end_idx[graph.chains.flat(way)].tolist()
    return _stages_passed(tuple(places), come_to) == len(places)


def staged_search(
    graph: Graph, source: int, target: int, via_places: Sequence[int] = ()
) -> Search:
    """Lay out the network for a search that passes places in order.

    Parameters
    ----------
    graph : Graph
        The network.
    source, target : int
        Vertices.
    via_places : sequence of int
        Places to arrive at in between, in order.

    Returns
    -------
    Search
        The network itself where there is nothing to pass.
    """
    arcs, n = graph.arcs, graph.n_vertices
    if not via_places:
        every = np.arange(graph.n_arcs, dtype=np.int32)
        return Search(
            graph.indptr,
            arcs.head,
            arcs.tail,
            frozen(every),
            graph.back_indptr,
            graph.back_head,
            graph.back_arc,
            source,
            target,
        )
    stages = len(via_places) + 1
    arrives_at = graph.vertices.place_idx[arcs.head]
    tails, heads = [], []
    for stage in range(stages):
        moves_on = np.zeros(graph.n_arcs, dtype=np.int64)
        wanted = tuple(via_places[stage:])
        for arc in np.nonzero(arrives_at == wanted[0])[0] if wanted else ():
            moves_on[arc] = _stages_passed(wanted, [int(arrives_at[arc])])
        for product, chain in graph.chains.arcs_of.items():
            places = arcs.end_idx[chain].tolist()
            moves_on[product] = _stages_passed(wanted, places)
        tails.append(arcs.tail + stage * n)
        heads.append(arcs.head + (stage + moves_on) * n)
    tail, head = np.concatenate(tails), np.concatenate(heads)
    order = np.argsort(head, kind="stable")
    return Search(
        indptr=starts(tail, stages * n),
        head=frozen(head.astype(np.int32)),
        tail=frozen(tail.astype(np.int32)),
        arc=frozen(np.tile(np.arange(graph.n_arcs, dtype=np.int32), stages)),
        back_indptr=starts(head[order], stages * n),
        back_head=frozen(tail[order].astype(np.int32)),
        back_edge=frozen(order.astype(np.int32)),
        source=source,
        target=(stages - 1) * n + target,
    )


def cheapest_way(search: Search, weight: NDArray[np.float64]) -> Ints | None:
    """Return the edges of the cheapest way, or None where there is none.

    Parameters
    ----------
    search : Search
        The staged network.
    weight : (n_edges,)
        Weight of each edge; inf where it is shut.
    """
    forward = _tree(search.indptr, search.head, weight, search.source)
    return _walk(search, forward[1], search.target)


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
    to_target, back_pred = tree_to(search, weight)
    if not np.isfinite(to_target[search.source]):
        return Candidates.none()
    ranked, ranked_weight, cap_hit = _ranked(search, frozen(least_weight[search.arc]))
    found = (
        *ranked,
        *_through_vertices(search, weight, to_target, back_pred),
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
    to_target, back_pred = tree_to(search, weight)
    if not np.isfinite(to_target[search.source]):
        return ()
    there = np.isin(graph.vertices.place_idx, places)
    stages = (search.indptr.size - 1) // graph.n_vertices
    among = np.where(np.tile(there, stages), to_target, np.inf)
    among[search.source] = to_target[search.source]
    found = _through_vertices(search, weight, among, back_pred)
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


def _stages_passed(wanted: tuple[int, ...], places: list[int]) -> int:
    """Return how many of the places wanted are passed in order."""
    count = 0
    for place in places:
        if count < len(wanted) and place == wanted[count]:
            count += 1
    return count


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
    weight: NDArray[np.float64],
    to_target: NDArray[np.float64],
    back_pred: Ints,
) -> Iterator[Ints]:
    """Give the cheapest way through each vertex, cheapest first, loopless ones only."""
    from_source, pred = _tree(search.indptr, search.head, weight, search.source)
    through = from_source + to_target
    order = np.argsort(through, kind="stable")
    order = order[through[order] <= DETOUR_LIMIT * to_target[search.source]]
    # vertices of one stretch have the same sum: one of them gives the way
    sums = through[order]
    is_new = np.diff(sums, prepend=-1.0) > 1e-9 * np.maximum(sums, 1.0)
    seen = np.zeros(search.indptr.size - 1, dtype=bool)
    there, back = (np.empty(search.indptr.size, dtype=np.int32) for _ in range(2))
    for vertex in order[is_new][:VIA_LIMIT].tolist():
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
        _, pred = _tree(
            search.indptr, search.head, frozen(dearer.copy()), search.source
        )
        edges = _walk(search, pred, search.target)
        if edges is None:
            return
        yield edges
        is_used[:] = False
        is_used[link[edges]] = True
        is_used[NONE] = False
        dearer[is_used[link]] *= PENALTY_FACTOR


def _tree(
    indptr: NDArray[np.int64], head: Ints, weight: NDArray[np.float64], source: int
) -> tuple[NDArray[np.float64], Ints]:
    n_nodes = indptr.size - 1
    dist, pred = np.empty(n_nodes), np.empty(n_nodes, dtype=np.int32)
    status = paths.tree(
        indptr, head, weight, source, dist, pred, *allocate_heap(n_nodes)
    )
    if status != paths.OK:
        msg = "arc weights must be 0 or more; one is negative or NaN"
        raise ValueError(msg)
    return dist, pred


def tree_to(
    search: Search, weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Ints]:
    """Return the tree to the target: weight from each node, and the reversed edge."""
    back_weight = frozen(weight[search.back_edge])
    return _tree(search.back_indptr, search.back_head, back_weight, search.target)


def _walk(search: Search, pred: Ints, target: int) -> Ints | None:
    out = np.empty(search.indptr.size, dtype=np.int32)
    count = paths.walk_back(pred, search.tail, search.source, target, out)
    return out[:count].copy() if count >= 0 else None
