"""Roads of a city with its traffic: streets, fast arterials, zones that send cars.

Everything is drawn from a seed. Sizes are those of public networks that planners
compare programs on; so are the loads: crowded, but not jammed everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay

SEED = 11
B, POWER = 0.15, 4.0  # of the Bureau of Public Roads' function
APART_KM = 1.0  # from a crossing to the next, in the mean
SPEED_KMH = 40.0, 90.0  # street, arterial
CAPACITY = 900.0, 3_600.0  # cars an hour and direction: street, arterial
CONNECTOR_MIN, CONNECTOR_CAPACITY = 0.5, 50_000.0
TOWNS = 0.6  # arterials join this many towns for each square root of the crossings
REACH = 0.5  # mean length of a trip over the city's radius, were all zones alike

ROADS: Final[dict[str, Callable[[], "RoadCase"]]] = {}
Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RoadCase:
    """A road network and what wants to go over it in an hour.

    Attributes
    ----------
    tail, head : (n_links,) int32
        Nodes at the start and at the end of each link; those of zones come first.
    free_time : (n_links,)
        Time on the empty link [min].
    capacity : (n_links,)
        Cars an hour at which the time has grown by the share `b`.
    b, power : (n_links,)
        Time with a volume is free_time · (1 + b · (volume / capacity) ** power).
    n_zones, n_nodes : int
        Zones are the nodes 0 to n_zones − 1.
    first_through : int
        Ways go through nodes from this one on; those before are ends of ways only.
    demand : (n_zones, n_zones)
        Cars an hour from zone to zone; none within a zone.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    free_time: NDArray[np.float64]
    capacity: NDArray[np.float64]
    b: NDArray[np.float64]
    power: NDArray[np.float64]
    n_zones: int
    n_nodes: int
    first_through: int
    demand: NDArray[np.float64]

    @property
    def n_links(self) -> int:
        return self.tail.size


def road(name: str):
    """Register a function that makes a road network; it is made once."""

    def register(make: Callable[[], RoadCase]) -> Callable[[], RoadCase]:
        ROADS[name] = cache(make)
        return ROADS[name]

    return register


def city(
    n_zones: int,
    n_nodes: int,
    n_links: int,
    *,
    n_pairs: int,
    trips: float,
    seed: int = SEED,
) -> RoadCase:
    """Return a city whose crossings lie denser towards its centre.

    Parameters
    ----------
    n_zones, n_nodes, n_links : int
        Links are counted each way; every zone has one each way to a crossing.
    n_pairs : int
        Pairs of zones with demand: those between which most would go.
    trips : float
        Cars an hour over all pairs.
    seed : int
        Of all that is drawn.
    """
    random = np.random.default_rng(seed)
    n_crossings, n_streets = n_nodes - n_zones, n_links // 2 - n_zones
    place = APART_KM * np.sqrt(n_crossings) / 4 * random.normal(size=(n_crossings, 2))
    street = _streets(place, n_streets)
    length_km = np.hypot(*(place[street[:, 0]] - place[street[:, 1]]).T)
    is_fast = _on_arterials(place, street, length_km, random).astype(int)
    lanes = random.choice((1.0, 1.5, 2.0), n_streets)
    home = random.choice(n_crossings, n_zones, replace=False)
    one = np.append(np.arange(n_zones), n_zones + street[:, 0])
    other = np.append(n_zones + home, n_zones + street[:, 1])
    minutes = np.append(
        CONNECTOR_MIN * random.uniform(0.5, 1.5, n_zones),
        60.0 * length_km / np.take(SPEED_KMH, is_fast),
    )
    capacity = np.append(
        np.full(n_zones, CONNECTOR_CAPACITY), lanes * np.take(CAPACITY, is_fast)
    )
    case = RoadCase(
        tail=np.append(one, other).astype(np.int32),
        head=np.append(other, one).astype(np.int32),
        free_time=np.tile(minutes, 2),
        capacity=np.tile(capacity, 2),
        b=np.full(n_links, B),
        power=np.full(n_links, POWER),
        n_zones=n_zones,
        n_nodes=n_nodes,
        first_through=n_zones,
        demand=trips * _shares(place[home], n_pairs, random),
    )
    for array in (case.tail, case.head, case.free_time, case.capacity, case.demand):
        array.setflags(write=False)
    return case


def _streets(place, n_streets) -> Pairs:
    """Return pairs of neighbours: the shortest tree, then those least in others' way.

    Of the triangles between all crossings, a side goes in the earlier the smaller the
    wider of the two angles that face it. Up to a right angle that is the Gabriel graph.
    """
    corner = Delaunay(place).simplices.astype(np.int64)
    side = np.concatenate([np.delete(corner, at, axis=1) for at in range(3)])
    facing = np.concatenate([corner[:, at] for at in range(3)])
    arm = place[side] - place[facing][:, None]
    cosine = (arm[:, 0] * arm[:, 1]).sum(axis=1)
    cosine /= np.linalg.norm(arm, axis=2).prod(axis=1)
    side, at = np.unique(np.sort(side, axis=1), axis=0, return_inverse=True)
    narrowest = np.ones(len(side))
    np.minimum.at(narrowest, at, cosine)
    length = np.hypot(*(place[side[:, 0]] - place[side[:, 1]]).T)
    tree = minimum_spanning_tree(_matrix(side, length, len(place))).tocoo()
    ends = np.sort(np.column_stack(tree.coords), axis=1)
    narrowest[_position(side, ends, len(place))] = np.inf
    return side[np.sort(np.argsort(-narrowest, kind="stable")[:n_streets])]


def _on_arterials(place, street, length_km, random) -> NDArray[np.bool_]:
    """Return which streets lie on a shortest way between neighbouring towns."""
    n_towns = int(TOWNS * np.sqrt(len(place)))
    town = random.choice(len(place), n_towns, replace=False)
    roads = _matrix(street, length_km, len(place))
    _, before = dijkstra(roads, directed=False, indices=town, return_predecessors=True)
    is_fast = np.zeros(len(street), dtype=bool)
    for triangle in Delaunay(place[town]).simplices:
        for start, end in zip(triangle, np.roll(triangle, 1), strict=True):
            way = [town[end]]
            while way[-1] != town[start]:
                way.append(before[start, way[-1]])
            steps = np.sort(np.column_stack((way[:-1], way[1:])), axis=1)
            is_fast[_position(street, steps, len(place))] = True
    return is_fast


def _shares(home, n_pairs, random) -> NDArray[np.float64]:
    """Return the share of all trips that each pair of zones has: less, the farther."""
    apart = np.hypot(*(home[:, None] - home).transpose(2, 0, 1))
    radius = np.hypot(*home.T).mean()
    sends, draws = random.lognormal(0.0, 0.6, (2, len(home)))
    share = np.outer(sends, draws) * np.exp(-apart / (REACH * radius))
    share *= random.lognormal(0.0, 0.5, share.shape)
    np.fill_diagonal(share, 0.0)
    least = np.partition(share, -n_pairs, axis=None)[-n_pairs]
    share[share < least] = 0.0
    return share / share.sum()


def _matrix(pairs, value, n_nodes) -> csr_array:
    return csr_array((value, tuple(pairs.T)), shape=(n_nodes, n_nodes))


def _position(pairs, sought, n_nodes) -> NDArray[np.int64]:
    """Return where each pair that is sought stands among pairs in order."""
    weight = np.array([n_nodes, 1])
    return np.searchsorted(pairs @ weight, sought @ weight)


@road("roads-small")
def small() -> RoadCase:
    """Return 100 nodes."""
    return city(24, 100, 352, n_pairs=528, trips=80_000.0)


@road("roads-chicago")
def chicago() -> RoadCase:
    """Return as many zones, nodes, links and pairs as Chicago-Sketch has."""
    return city(387, 933, 2_950, n_pairs=93_135, trips=270_000.0)


@road("roads-austin")
def austin() -> RoadCase:
    """Return as many zones and links as Austin has, and pairs of 45 %."""
    return city(1_117, 7_388, 18_710, n_pairs=561_000, trips=700_000.0)


@road("roads-large")
def large() -> RoadCase:
    """Return 40,000 links."""
    return city(1_500, 13_400, 40_000, n_pairs=900_000, trips=900_000.0)
