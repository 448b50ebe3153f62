"""Ways that no other beats in time, money, emissions and spread of time at once."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.asking import Asked
from bereket.compiled.graph import Graph, frozen
from bereket.compiled.itinerary import Figures
from bereket.compiled.search import tree_to
from bereket.compiled.straight import is_straight
from bereket.kernels import efficient

CRITERIA: Final = ("door_to_door_h", "cost_usd_per_t", "emission_kgco2e_per_t", "sd_h")
EMISSION: Final = CRITERIA.index("emission_kgco2e_per_t")
MAX_LABELS: Final = 400_000

Ints = NDArray[np.int32]


def efficient_candidates(asked: Asked) -> tuple[tuple[Ints, ...], bool]:
    """Find the ways that are efficient by the arcs' figures.

    Parameters
    ----------
    asked : Asked
        The question.

    Returns
    -------
    tuple of tuple of (n,) int32 and bool
        Arcs of each way, none of which turns back; and whether room for labels ended
        the search, so that ways are missing.

    Notes
    -----
    Money is that of the arcs by themselves, from below; ways are priced exactly after.
    """
    search = asked.search
    cost = _criteria(asked)[search.arc]
    trees = (tree_to(search, frozen(column.copy()))[0] for column in cost.T)
    bound = frozen(np.stack(list(trees), axis=1))
    n_nodes = search.indptr.size - 1
    labels = efficient.allocate(n_nodes, len(CRITERIA), MAX_LABELS)
    if not np.isfinite(bound[search.source, 0]):
        return (), False
    status = efficient.search(
        search.indptr,
        search.head,
        frozen(cost),
        bound,
        search.source,
        search.target,
        np.ones(len(CRITERIA)),
        labels,
    )
    found = labels.found[: labels.counts[efficient.N_FOUND]].tolist()
    ways = [search.arc[_edges(labels, label)] for label in found]
    straight = tuple(way for way in ways if is_straight(asked.graph, way))
    return straight or tuple(ways), status == efficient.FULL


def matrix(figures: Figures) -> NDArray[np.float64]:
    """Return the criteria of ways, (n_ways, 4), in the order of `CRITERIA`."""
    return np.stack(
        [
            figures.time_h,
            figures.cost_usd_per_t,
            figures.emission_kgco2e_per_t,
            figures.sd_h,
        ],
        axis=1,
    )


def set_dirtiest_where_unknown(
    graph: Graph, ways: Sequence[Ints], criteria: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Take emissions that are unknown to be as high as the highest known, in place.

    Parameters
    ----------
    graph : Graph
        The network.
    ways : sequence of (n,) int32
        Arcs of each way.
    criteria : (n_ways, 4)
        Figures by `CRITERIA`; unknown emissions stand as 0 before.

    Returns
    -------
    (n_ways,) bool
        Ways with a carrier that states no emissions.
    """
    emission = graph.values.emission_kgco2e_per_t
    unknown = np.array([bool(np.isnan(emission[way]).any()) for way in ways], bool)
    known = criteria[~unknown, EMISSION]
    criteria[unknown, EMISSION] = known.max(initial=0.0)
    return unknown


def is_efficient(criteria: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which rows no other row beats: as good in all, better in one.

    Parameters
    ----------
    criteria : (n_ways, n_criteria)
        The less the better; rows with inf are never efficient.

    Returns
    -------
    (n_ways,) bool
        Of equal rows the first.

    Examples
    --------
    >>> is_efficient(np.array([[1.0, 3.0], [2.0, 2.0], [2.0, 3.0], [1.0, 3.0]]))
    array([ True,  True, False, False])
    """
    n_ways = len(criteria)
    no_worse = np.ones((n_ways, n_ways), dtype=bool)  # row: the rival
    better = np.zeros((n_ways, n_ways), dtype=bool)
    for column in criteria.T:
        no_worse &= column[:, None] <= column[None, :]
        better |= column[:, None] < column[None, :]
    first = np.arange(n_ways)[:, None] < np.arange(n_ways)[None, :]
    is_beaten = (no_worse & (better | first)).any(axis=0)
    return np.asarray(np.isfinite(criteria).all(axis=1) & ~is_beaten, dtype=bool)


def thinned(criteria: NDArray[np.float64], count: int) -> list[int]:
    """Choose a few rows that show the whole: the best in each criterion, then the rest.

    Parameters
    ----------
    criteria : (n_ways, n_criteria)
        Finite figures.
    count : int
        Rows wanted.

    Returns
    -------
    list of int
        Positions: the extremes first, then each time the row that lies farthest from
        those chosen, each criterion measured by its range.

    Examples
    --------
    >>> thinned(np.array([[0.0, 9.0], [4.0, 4.0], [1.0, 8.0], [9.0, 0.0]]), 3)
    [0, 3, 1]
    """
    if not len(criteria):
        return []
    spread = np.ptp(criteria, axis=0)
    place = (criteria - criteria.min(axis=0)) / np.where(spread > 0, spread, 1.0)
    total = place.sum(axis=1)
    extremes = (np.lexsort((total, column))[0] for column in place.T)
    chosen = list(dict.fromkeys(int(at) for at in extremes))[:count]
    while len(chosen) < min(count, len(criteria)):
        apart = (
            np.abs(place[:, None, :] - place[None, chosen, :]).sum(axis=2).min(axis=1)
        )
        apart[chosen] = -1.0
        chosen.append(int(np.argmax(apart)))
    return chosen


def _criteria(asked: Asked) -> NDArray[np.float64]:
    """Return the criteria of arcs, (n_arcs, 4), inf where one cannot be used."""
    prices, values = asked.prices, asked.graph.values
    columns = (
        prices.time_h,
        np.maximum(prices.money_usd_per_t, 0.0),
        np.nan_to_num(values.emission_kgco2e_per_t),
        values.variance_h2,
    )
    cost = np.stack(columns, axis=1)
    cost[~asked.is_usable] = np.inf
    return cost


def _edges(labels: efficient.Labels, label: int) -> Ints:
    """Return the edges of a label's path, in order."""
    edges: list[int] = []
    while labels.parent[label] != efficient.NONE:
        edges.append(int(labels.arc[label]))
        label = int(labels.parent[label])
    return np.array(edges[::-1], dtype=np.int32)
