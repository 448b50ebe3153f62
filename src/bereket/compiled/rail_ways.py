"""Which links of a rail network ways between stations use."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.rail_parts import parts_of
from bereket.kernels.contraction import mark_ways
from bereket.kernels.heap import allocate_heap
from bereket.kernels.paths import tree
from bereket.model.rail import RailNetwork, only_links

FEWEST_STATIONS: Final = 2  # that a way needs


def links_through(
    network: RailNetwork, is_station: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the links that are left when dead ends without a station are taken off.

    Parameters
    ----------
    network : RailNetwork
        The network.
    is_station : (n_nodes,) bool
        Where ways begin and end.

    Returns
    -------
    (n_links,) bool
        False for track that only leads to ends without a station, and for parts with
        fewer than two stations; no way between stations that passes each node once
        uses it. A ring of track that hangs on one node stays.
    """
    kept = np.ones(network.n_links, dtype=bool)
    start, end = network.start_idx, network.end_idx
    while True:
        ends = np.concatenate((start[kept], end[kept]))
        is_end = np.bincount(ends, minlength=network.n_nodes) == 1
        is_end &= ~is_station
        off = kept & (is_end[start] | is_end[end])
        if not off.any():
            break
        kept &= ~off
    parts = parts_of(only_links(network, kept))
    counts = np.bincount(parts.part_of[is_station], minlength=parts.n_parts)
    return kept & (counts >= FEWEST_STATIONS)[parts.part_of[start]]


def links_of_shortest(
    network: RailNetwork, is_station: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the links of a shortest way between every two stations.

    Parameters
    ----------
    network : RailNetwork
        The network.
    is_station : (n_nodes,) bool
        Where ways begin and end.

    Returns
    -------
    (n_links,) bool
        The union of the least-cost trees from each station, cut back to the stations:
        every shortest length between two stations is kept, rivals of a way are not.
    """
    n_links = network.n_links
    ends = np.concatenate((network.start_idx, network.end_idx))
    heads = np.concatenate((network.end_idx, network.start_idx))
    links = np.tile(np.arange(n_links, dtype=np.int32), 2)
    order = np.lexsort((links, ends))
    tail, head, link = (a[order].astype(np.int32) for a in (ends, heads, links))
    cost = network.length_km[link]
    counts = np.bincount(tail, minlength=network.n_nodes)
    indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    for array in (indptr, head, tail, link, cost):
        array.setflags(write=False)
    stations = np.nonzero(is_station)[0].astype(np.int32)
    used = np.zeros(n_links, dtype=bool)
    dist, pred = np.empty(network.n_nodes), np.empty(network.n_nodes, dtype=np.int32)
    seen = np.zeros(network.n_nodes, dtype=bool)
    heap = allocate_heap(network.n_nodes)
    for source in stations.tolist():
        tree(indptr, head, cost, source, dist, pred, *heap)
        mark_ways(pred, tail, link, stations, seen, used)
    return used
