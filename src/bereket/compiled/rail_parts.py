"""Parts of a rail network: what hangs together, where it ends, how near the rest is."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from bereket.model.geometry import EARTH_RADIUS_KM
from bereket.model.network_rules import country_boxes, lies_in
from bereket.model.rail import (
    RailNetwork,
    distances_km,
    on_sphere,
)
from bereket.model.rail_rules import lie_outside

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

FIRST_NEIGHBOURS: Final = 8
DETOUR_KM, DETOUR_TIMES = 25.0, 10.0  # a way round so long is no way round
SOURCES_AT_ONCE: Final = 64
CANDIDATES: Final = 500  # nodes looked at for a country whose box fits
MARGIN: Final = 1.001  # of a search on the sphere, before distances are exact


@dataclass(frozen=True, slots=True)
class Parts:
    """What hangs together, the part with most nodes first.

    Attributes
    ----------
    part_of : (n_nodes,) int32
        Part of each node, 0 the largest.
    n_nodes, n_links, n_dead_ends : (n_parts,) int64
        Sizes; a dead end is a node with one link end.
    length_km : (n_parts,)
        Track, connectors among it [km].
    """

    part_of: Ints
    n_nodes: NDArray[np.int64]
    n_links: NDArray[np.int64]
    n_dead_ends: NDArray[np.int64]
    length_km: Floats

    @property
    def n_parts(self) -> int:
        """Number of parts."""
        return int(self.n_nodes.size)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Pairs of nodes that lie near each other with no way, or none but round.

    Attributes
    ----------
    from_idx, to_idx : (n,) int32
        Nodes.
    gap_km : (n,)
        Great circle between them [km].
    network_km : (n,)
        Way between them by track [km]; inf where there is none.
    """

    from_idx: Ints
    to_idx: Ints
    gap_km: Floats
    network_km: Floats


def parts_of(network: RailNetwork) -> Parts:
    """Find what hangs together.

    Parameters
    ----------
    network : RailNetwork
        The network.

    Returns
    -------
    Parts
        Parts of equal size in the order of their first nodes.
    """
    from scipy.sparse.csgraph import connected_components

    n_parts, label = connected_components(adjacency(network), directed=False)
    order = np.argsort(-np.bincount(label, minlength=n_parts), kind="stable")
    rank = np.empty(n_parts, dtype=np.int32)
    rank[order] = np.arange(n_parts)
    part_of = rank[label]
    of_link = part_of[network.start_idx]
    return Parts(
        part_of=part_of,
        n_nodes=np.bincount(part_of, minlength=n_parts),
        n_links=np.bincount(of_link, minlength=n_parts),
        n_dead_ends=np.bincount(part_of[network.degree == 1], minlength=n_parts),
        length_km=np.bincount(of_link, network.length_km, minlength=n_parts).astype(
            np.float64
        ),
    )


def adjacency(network: RailNetwork) -> "csr_matrix":
    """Return lengths [km] as a symmetric matrix, of parallel links the shortest."""
    from scipy.sparse import csr_matrix

    n = network.n_nodes
    low = np.minimum(network.start_idx, network.end_idx).astype(np.int64)
    high = np.maximum(network.start_idx, network.end_idx).astype(np.int64)
    order = np.lexsort((network.length_km, low * n + high))
    pair = (low * n + high)[order]
    first = np.ones(pair.size, dtype=bool)
    first[1:] = pair[1:] != pair[:-1]
    chosen = order[first & (low != high)[order]]
    ends = low[chosen], high[chosen]
    both = np.concatenate(ends), np.concatenate(ends[::-1])
    lengths = np.concatenate((network.length_km[chosen],) * 2)
    return csr_matrix((lengths, both), shape=(n, n))


def shortest_km(network: RailNetwork, source: int, target: int) -> tuple[float, Ints]:
    """Find the shortest way between two nodes by track.

    Parameters
    ----------
    network : RailNetwork
        The network.
    source, target : int
        Nodes.

    Returns
    -------
    tuple of float and (n,) int32
        Length [km], inf where there is no way, and the nodes passed.
    """
    from scipy.sparse.csgraph import dijkstra

    length, before = dijkstra(
        adjacency(network), indices=source, return_predecessors=True
    )
    if not np.isfinite(length[target]):
        return float("inf"), np.empty(0, dtype=np.int32)
    nodes = [target]
    while nodes[-1] != source:
        nodes.append(int(before[nodes[-1]]))
    return float(length[target]), np.array(nodes[::-1], dtype=np.int32)


def with_countries(network: RailNetwork) -> tuple[RailNetwork, NDArray[np.bool_]]:
    """Give a country to nodes without one: that of the nearest node that has one.

    A country whose box a node does not lie in counts as none.

    Parameters
    ----------
    network : RailNetwork
        The network; it is not altered.

    Returns
    -------
    tuple of RailNetwork and (n_nodes,) bool
        The network, and which countries are assumed so.

    Notes
    -----
    The nearest by track; in a part where no node states a country, as the crow flies;
    and so too where the node does not lie in the box of the country found.
    """
    from scipy.sparse.csgraph import dijkstra
    from scipy.spatial import cKDTree

    unknown = (network.country == "") | lie_outside(network)
    if unknown.all():  # a network of one's own making may lie anywhere
        unknown = network.country == ""
    known = np.nonzero(~unknown)[0]
    if not unknown.any() or not known.size:
        return network, unknown
    _, _, source = dijkstra(
        adjacency(network), indices=known, min_only=True, return_predecessors=True
    )
    apart = np.nonzero(source < 0)[0]
    points = on_sphere(network.lon, network.lat)
    neighbours = cKDTree(points[known])
    if apart.size:
        source[apart] = known[neighbours.query(points[apart])[1]]
    country = network.country[source]
    for node in np.nonzero(unknown)[0].tolist():
        if not _holds(country[node], network, node):
            count = min(CANDIDATES, known.size)
            near = np.atleast_1d(neighbours.query(points[node], k=count)[1])
            lands = network.country[known[near]]
            fits = (land for land in lands if _holds(land, network, node))
            country[node] = next(fits, country[node])
    return replace(network, country=country), unknown


def _holds(country: str, network: RailNetwork, node: int) -> bool:
    """Whether a node lies in a country's box, as far as the box is known."""
    box = country_boxes().get(country)
    return box is None or lies_in(box, network.lon[node], network.lat[node])


def gaps_between_parts(network: RailNetwork, parts: Parts) -> Gaps:
    """Find for each part but the largest the nearest node of another.

    Parameters
    ----------
    network : RailNetwork
        The network.
    parts : Parts
        Its parts.

    Returns
    -------
    Gaps
        A pair a part, in the order of the parts; `from_idx` lies in it.

    Notes
    -----
    Neighbours are asked for in growing numbers, of fewer and fewer nodes: one whose
    neighbours so far are all of its own part is asked again only while they are nearer
    than the best pair of the part. Exact; of equal distances the lowest nodes.
    """
    from scipy.spatial import cKDTree

    points, part_of = on_sphere(network.lon, network.lat), parts.part_of
    tree = cKDTree(points)
    best = np.full(parts.n_parts, np.inf)
    pair = np.full((parts.n_parts, 2), -1, dtype=np.int32)
    asked = np.nonzero(part_of > 0)[0]
    count = FIRST_NEIGHBOURS
    while asked.size:
        count = min(count, network.n_nodes)
        away, near = tree.query(points[asked], k=count)
        is_other = part_of[near] != part_of[asked][:, None]
        found = is_other.any(axis=1)
        at = is_other.argmax(axis=1)
        rows = np.nonzero(found)[0]
        gap, to = away[rows, at[rows]], near[rows, at[rows]]
        start = asked[rows]
        for each in np.lexsort((to, start, gap)).tolist():
            part = part_of[start[each]]
            if gap[each] < best[part]:
                best[part], pair[part] = gap[each], (start[each], to[each])
        again = ~found & (away[:, -1] < best[part_of[asked]])
        asked = asked[again] if count < network.n_nodes else asked[:0]
        count *= 4
    one, other = pair[1:].T
    n_gaps = one.size
    return Gaps(one, other, _apart_km(network, one, other), np.full(n_gaps, np.inf))


def gap_between(network: RailNetwork, parts: Parts, one: int, other: int) -> Gaps:
    """Find the two nodes of two parts that lie nearest to each other.

    Parameters
    ----------
    network : RailNetwork
        The network.
    parts : Parts
        Its parts.
    one, other : int
        Two of them.
    """
    from scipy.spatial import cKDTree

    points = on_sphere(network.lon, network.lat)
    here, there = (np.nonzero(parts.part_of == part)[0] for part in (one, other))
    away, near = cKDTree(points[there]).query(points[here])
    at = int(np.argmin(away))
    start = here[at : at + 1].astype(np.int32)
    end = there[near[at : at + 1]].astype(np.int32)
    return Gaps(start, end, _apart_km(network, start, end), np.full(1, np.inf))


def gaps_at_dead_ends(network: RailNetwork, within_km: float) -> Gaps:
    """Find for each dead end the nearest node that is no way, or a long way, off.

    Parameters
    ----------
    network : RailNetwork
        The network.
    within_km : float
        How near the node must be [km].

    Returns
    -------
    Gaps
        At most one pair a dead end; a pair that two dead ends make stands once.

    Notes
    -----
    A way round of `DETOUR_KM` and `DETOUR_TIMES` times the gap or more counts as none.
    """
    from scipy.sparse.csgraph import dijkstra
    from scipy.spatial import cKDTree

    ends = np.nonzero(network.degree == 1)[0].astype(np.int32)
    points, lengths = on_sphere(network.lon, network.lat), adjacency(network)
    radius = 2 * np.sin(within_km * MARGIN / EARTH_RADIUS_KM / 2)
    tree = cKDTree(points)
    limit = max(DETOUR_KM, DETOUR_TIMES * within_km)
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for first in range(0, ends.size, SOURCES_AT_ONCE):
        chunk = ends[first : first + SOURCES_AT_ONCE]
        ways = dijkstra(lengths, indices=chunk, limit=limit)
        balls = tree.query_ball_point(points[chunk], radius)
        for end, way, ball in zip(chunk.tolist(), ways, balls, strict=True):
            near = np.array(sorted(ball), dtype=np.int32)
            gap = _apart_km(network, np.full(near.size, end), near)
            is_far = way[near] >= np.maximum(DETOUR_KM, DETOUR_TIMES * gap)
            wanted = is_far & (gap <= within_km) & (near != end)
            if wanted.any():
                to = int(near[np.argmin(np.where(wanted, gap, np.inf))])
                found.setdefault((min(end, to), max(end, to)), (end, to))
    one, other = np.array(list(found.values()), dtype=np.int32).reshape(-1, 2).T
    sources = np.unique(one)
    ways = dijkstra(lengths, indices=sources) if sources.size else np.empty((0, 0))
    way = ways[np.searchsorted(sources, one), other]
    return Gaps(one, other, _apart_km(network, one, other), way)


def _apart_km(
    network: RailNetwork, one: NDArray[np.integer], other: NDArray[np.integer]
) -> Floats:
    lon, lat = network.lon, network.lat
    return distances_km(lon[one], lat[one], lon[other], lat[other])
