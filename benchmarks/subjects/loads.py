"""Corridors with more cargo than their best tracks take: long chains and crossings."""

from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from benchmarks.subjects.network import from_arcs

from bereket.solve.instance import Commodities, FlowNetwork

SEED = 7
BETWEEN_CROSSINGS = 8.0
WESTWARD = 0.4  # share of cargoes

LOADS: Final[dict[str, Callable[[], "Load"]]] = {}


class Load(NamedTuple):
    """A network and what wants to go over it."""

    network: FlowNetwork
    commodities: Commodities


def load(
    n_columns: int,
    n_commodities: int,
    share: float,
    *,
    between_crossings: float = BETWEEN_CROSSINGS,
    seed: int = SEED,
) -> Load:
    """Return parallel ways of sections, rungs between them, and cargo from end to end.

    Parameters
    ----------
    n_columns : int
        Places along each of five ways.
    n_commodities : int
        Each from the third at one end to the third at the other.
    share : float
        Eastbound demand over the mean capacity of all ways together. Sections differ,
        so the narrowest cut binds from some 0.5.
    between_crossings : float
        Sections of a way from one crossing to the next, in the mean.
    seed : int
        Of all that is drawn.
    """
    n_ways, random = 5, np.random.default_rng(seed)
    node = np.arange(n_ways * n_columns).reshape(n_ways, n_columns)
    is_rung = random.random((n_ways - 1, n_columns)) < 1.0 / between_crossings
    is_rung[:, [0, -1]] = True
    one = np.concatenate((node[:, :-1].ravel(), node[:-1][is_rung]))
    other = np.concatenate((node[:, 1:].ravel(), node[1:][is_rung]))
    detour = np.repeat(1.0 + 0.15 * np.arange(n_ways), n_columns - 1)
    cost = random.uniform(5.0, 15.0, one.size)
    cost[: detour.size] *= detour
    both = np.concatenate((cost, cost * random.uniform(0.9, 1.1, cost.size)))
    capacity = random.lognormal(0.0, 0.35, both.size)
    tail, head = np.concatenate((one, other)), np.concatenate((other, one))
    order = np.argsort(tail, kind="stable")
    arcs = from_arcs(node.size, (tail, head, both), 0, node.size - 1)
    third = n_columns // 3
    west = random.choice(node[:, :third].ravel(), n_commodities)
    east = random.choice(node[:, -third:].ravel(), n_commodities)
    is_back = random.random(n_commodities) < WESTWARD
    demand = random.uniform(1.0, 10.0, n_commodities)
    demand *= share * n_ways / demand[~is_back].sum()
    return Load(
        FlowNetwork(arcs.indptr, arcs.head, arcs.tail, arcs.cost, capacity[order]),
        Commodities(
            np.where(is_back, east, west),
            np.where(is_back, west, east),
            demand,
            np.full(n_commodities, 100.0 * n_columns),  # some ten times a way
        ),
    )


LOADS["load-small"] = cache(lambda: load(20, 8, 0.55))  # 100 nodes
LOADS["load-400"] = cache(lambda: load(80, 20, 0.55))
LOADS["load-1000"] = cache(lambda: load(200, 100, 0.6, between_crossings=3.0))
LOADS["load-5000"] = cache(lambda: load(1000, 100, 0.5))
