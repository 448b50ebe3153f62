"""Paths of many commodities in a pool, and the cheapest ones that it lacks.

The paths of one commodity hang in a chain. Only arcs that have ever been too full can
have a toll, so a path's tolls are summed over its *watched* arcs alone: of a thousand
sections in a row some thirty.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel
from bereket.kernels.paths import tree

OK, POOL_FULL = 0, 1
NONE = -1  # end of a chain
SAME = 1e-9  # costs that differ by less, as a share, are one


class Pool(NamedTuple):
    """Paths with their flows.

    Attributes
    ----------
    n_paths : (1,)
        Paths in use.
    start : (max_paths + 1,)
        Start of each path's arcs in `arc`.
    arc : (max_entries,)
        Arc indices from source to target, path after path.
    watched_start, watched_arc : as `start` and `arc`
        The watched arcs of each path.
    commodity : (max_paths,)
        Whose path it is.
    cost : (max_paths,)
        Cost of a path, tolls apart.
    flow : (max_paths,)
        Flow on it.
    follows : (max_paths,)
        Next path of the same commodity; `NONE` at the end.
    first : (n_commodities,)
        First path of each commodity; `NONE` where there is none yet.
    """

    n_paths: NDArray[np.int64]
    start: NDArray[np.int64]
    arc: NDArray[np.int32]
    watched_start: NDArray[np.int64]
    watched_arc: NDArray[np.int32]
    commodity: NDArray[np.int32]
    cost: NDArray[np.float64]
    flow: NDArray[np.float64]
    follows: NDArray[np.int32]
    first: NDArray[np.int32]


def allocate_pool(n_commodities: int, max_paths: int, max_entries: int) -> Pool:
    """Return an empty pool.

    Parameters
    ----------
    n_commodities : int
        Commodities are the integers from 0 to ``n_commodities - 1``.
    max_paths, max_entries : int
        Room for paths, and for their arcs together.

    Returns
    -------
    Pool
        Without a path.
    """
    return Pool(
        n_paths=np.zeros(1, dtype=np.int64),
        start=np.zeros(max_paths + 1, dtype=np.int64),
        arc=np.empty(max_entries, dtype=np.int32),
        watched_start=np.zeros(max_paths + 1, dtype=np.int64),
        watched_arc=np.empty(max_entries, dtype=np.int32),
        commodity=np.empty(max_paths, dtype=np.int32),
        cost=np.empty(max_paths),
        flow=np.zeros(max_paths),
        follows=np.empty(max_paths, dtype=np.int32),
        first=np.full(n_commodities, NONE, dtype=np.int32),
    )


@kernel
def path_cost(pool: Pool, toll: NDArray[np.float64], path: int) -> float:
    """Return the cost of a path with its tolls; every arc that has one is watched."""
    total: float = pool.cost[path]
    for slot in range(pool.watched_start[path], pool.watched_start[path + 1]):
        total += toll[pool.watched_arc[slot]]
    return total


@kernel
def add_costs(pool: Pool, toll: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Fill the cost with tolls of every path."""
    for path in range(pool.n_paths[0]):
        out[path] = path_cost(pool, toll, path)


@kernel
def add_paths(
    indptr: NDArray[np.int64],
    head: NDArray[np.int32],
    tail: NDArray[np.int32],
    cost: NDArray[np.float64],
    toll: NDArray[np.float64],
    tolled: NDArray[np.float64],
    source: int,
    begin: int,
    end: int,
    target: NDArray[np.int32],
    left_cost: NDArray[np.float64],
    dist: NDArray[np.float64],
    pred: NDArray[np.int32],
    heap: NDArray[np.uint32],
    key: NDArray[np.float64],
    place: NDArray[np.int32],
    least: NDArray[np.float64],
    pool: Pool,
) -> int:
    """Add the cheapest path of each commodity of one source, where it is a new one.

    Parameters
    ----------
    indptr, head, tail : (n_nodes + 1,), (n_arcs,), (n_arcs,)
        The network, arcs in rows by tail.
    cost, toll, tolled : (n_arcs,)
        Cost of each arc, 0 or more, its toll, and the sum of the two.
    source, begin, end : int
        Root, and the commodities that leave from it: `begin` to ``end - 1``.
    target : (n_commodities,)
        Node index at which each ends.
    left_cost : (n_commodities,)
        Cost of a unit that does not go; a path that costs as much is not added.
    dist, pred, heap, key, place : out
        As for `paths.tree`.
    least : (n_commodities,), out
        Least cost with tolls from source to target; inf where there is no path.
    pool : Pool, out
        Gets the paths, without flow. Their watched arcs are still to be noted.

    Returns
    -------
    int
        `OK`; or `POOL_FULL`: call again with more room, nothing is added twice.
    """
    tree(indptr, head, tolled, source, dist, pred, heap, key, place)
    for each in range(begin, end):
        node = target[each]
        least[each] = dist[node]
        if dist[node] >= left_cost[each]:
            continue
        known = np.inf
        path = pool.first[each]
        while path != NONE:
            known = min(known, path_cost(pool, toll, path))
            path = pool.follows[path]
        # A path just added has no watched arcs yet and is not known by its tolls: it is
        # the tree's own, so its cost with tolls is the least there is.
        if dist[node] < known * (1.0 - SAME) and not append(
            pool, each, cost, tail, pred, source, node
        ):
            return POOL_FULL
    return OK


@kernel
def append(
    pool: Pool,
    commodity: int,
    cost: NDArray[np.float64],
    tail: NDArray[np.int32],
    pred: NDArray[np.int32],
    source: int,
    target: int,
) -> bool:
    """Add a tree's path to the pool; tell whether there was room."""
    length = 0
    node = target
    while node != source:
        node = tail[pred[node]]
        length += 1
    path = pool.n_paths[0]
    begin = pool.start[path]
    if path + 1 >= pool.start.size or begin + length > pool.arc.size:
        return False
    total = 0.0
    node = target
    for slot in range(begin + length - 1, begin - 1, -1):
        arc = pred[node]
        pool.arc[slot] = arc
        total += cost[arc]
        node = tail[arc]
    pool.start[path + 1] = begin + length
    pool.watched_start[path + 1] = pool.watched_start[path]
    pool.commodity[path] = commodity
    pool.cost[path] = total
    pool.flow[path] = 0.0
    pool.follows[path] = pool.first[commodity]
    pool.first[commodity] = path
    pool.n_paths[0] = path + 1
    return True


@kernel
def note_watched(pool: Pool, is_watched: NDArray[np.bool_], begin: int) -> None:
    """Note the watched arcs of the paths from `begin` on."""
    slot = pool.watched_start[begin]
    for path in range(begin, pool.n_paths[0]):
        for at in range(pool.start[path], pool.start[path + 1]):
            arc = pool.arc[at]
            if is_watched[arc]:
                pool.watched_arc[slot] = arc
                slot += 1
        pool.watched_start[path + 1] = slot


@kernel
def add_loads(pool: Pool, load: NDArray[np.float64]) -> None:
    """Fill the flow of each arc from the flows of all paths, from first to last."""
    load[:] = 0.0
    for path in range(pool.n_paths[0]):
        flow = pool.flow[path]
        if flow > 0.0:
            for slot in range(pool.start[path], pool.start[path + 1]):
                load[pool.arc[slot]] += flow
