"""Real alternatives: ways that share little of their kilometres."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.graph import Graph

Ints = NDArray[np.int32]


def link_use(graph: Graph, ways: Sequence[Ints]) -> NDArray[np.float64]:
    """Return the kilometres that each way runs on each link.

    Parameters
    ----------
    graph : Graph
        The network.
    ways : sequence of (n,) int32
        Arcs of each way; a product counts with the links of its chain.

    Returns
    -------
    (n_ways, n_links)
        Kilometres [km].
    """
    n_ways, n_links = len(ways), len(graph.model["link"])
    if not n_ways:
        return np.zeros((0, n_links))
    flat = [graph.chains.flat(way) for way in ways]
    arcs = np.concatenate(flat)
    link = graph.arcs.link_idx[arcs]
    on_link = link != NONE
    of_way = np.repeat(np.arange(n_ways), [each.size for each in flat])[on_link]
    at = of_way * n_links + link[on_link]
    km = np.bincount(at, graph.values.length_km[arcs[on_link]], n_ways * n_links)
    return np.asarray(km.reshape(n_ways, n_links), dtype=np.float64)


def real_alternatives(
    cost: NDArray[np.float64],
    link_km: NDArray[np.float64],
    count: int,
    max_overlap: float,
) -> list[int]:
    """Choose ways by rising cost that overlap little with those chosen before.

    Parameters
    ----------
    cost : (n_ways,)
        Cost of each way; inf where it is no way.
    link_km : (n_ways, n_links)
        Kilometres on each link.
    count : int
        Ways wanted.
    max_overlap : float
        Largest share of the shorter way's kilometres that two ways may share.

    Returns
    -------
    list of int
        Positions, cheapest first; of equally dear ways the first.

    Examples
    --------
    Three ways of two links; the second shares all of the first:

    >>> km = np.array([[5.0, 5.0, 0.0], [5.0, 5.0, 0.0], [5.0, 0.0, 7.0]])
    >>> real_alternatives(np.array([1.0, 2.0, 3.0]), km, 3, 0.7)
    [0, 2]
    """
    total = link_km.sum(axis=1)
    is_rival = np.isfinite(cost)
    chosen: list[int] = []
    for way in np.argsort(cost, kind="stable").tolist():
        if len(chosen) == count:
            break
        if is_rival[way]:
            chosen.append(way)
            shared = np.minimum(link_km, link_km[way]).sum(axis=1)
            shorter = np.minimum(total, total[way])
            is_rival &= shared <= max_overlap * shorter + 1e-9  # km: rounding of sums
    return chosen
