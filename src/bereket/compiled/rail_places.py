"""Which node of a rail network is the station of a place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.model.rail import (
    Place,
    RailNetwork,
    distances_km,
    on_sphere,
)

NO_NODE: Final = -1
RIVAL_KM: Final = 1.0  # that a yard and the line beside it may lie apart
NEIGHBOURS: Final = 64


@dataclass(frozen=True, slots=True)
class Match:
    """A place and the node nearest to it.

    Attributes
    ----------
    place : Place
        The place.
    node_idx : int
        Its node; -1 where none is near enough.
    away_km : float
        How far the node lies [km]; the nearest where none is near enough.
    is_first : bool
        Whether it names the node: of several at one node one of its own country, of
        those the first list's, and in it the one with rail, then the nearest.
    is_abroad : bool
        Whether its node lies in another country than the list says.
    rival_idx : int
        Nearest node of a smaller part that is nearer, or hardly farther; -1 for none.
    """

    place: Place
    node_idx: int
    away_km: float
    is_first: bool = False
    is_abroad: bool = False
    rival_idx: int = NO_NODE


def match_places(
    network: RailNetwork,
    part_of: NDArray[np.int32],
    places: Sequence[Place],
    near_km: float,
) -> tuple[Match, ...]:
    """Match places to nodes near them, of their own country where there is one.

    Parameters
    ----------
    network : RailNetwork
        The network.
    part_of : (n_nodes,) int32
        Part of each node.
    places : sequence of Place
        Places, the preferred list first.
    near_km : float
        How far a station may lie from its place [km].

    Returns
    -------
    tuple of Match
        A row a place, in their order.

    Notes
    -----
    Of nodes no more than `RIVAL_KM` farther than the nearest, that of the largest part
    is taken: a station has a yard of its own, and trains call where the line is. Of
    nodes as near as each other the lowest is taken.
    """
    from scipy.spatial import cKDTree

    if not places:
        return ()
    lon = np.array([place.lon for place in places])
    lat = np.array([place.lat for place in places])
    tree = cKDTree(on_sphere(network.lon, network.lat))
    points = on_sphere(lon, lat)
    count = min(NEIGHBOURS, network.n_nodes)
    _, near = tree.query(points, k=count)
    near = np.asarray(near).reshape(len(places), count)
    found = []
    for place, row in zip(places, near, strict=True):
        away = _away_km(network, place, row)
        order = np.lexsort((row, away))
        found.append(
            _matched(network, part_of, place, (row[order], away[order]), near_km)
        )
    return _with_names(found)


def _matched(
    network: RailNetwork,
    part_of: NDArray[np.int32],
    place: Place,
    near: tuple[NDArray[np.int64], NDArray[np.float64]],
    near_km: float,
) -> Match:
    nodes, away = near
    is_near = away <= near_km
    if not is_near.any():
        return Match(place, NO_NODE, float(away[0]))
    at_home = is_near & (network.country[nodes] == place.country)
    fits = np.nonzero(at_home if at_home.any() else is_near)[0]
    fits = fits[away[fits] <= away[fits[0]] + RIVAL_KM]
    at = int(fits[np.argmin(part_of[nodes[fits]])])
    rivals = fits[part_of[nodes[fits]] != part_of[nodes[at]]]
    rival = int(nodes[rivals[0]]) if rivals.size else NO_NODE
    is_abroad = bool(place.country) and not at_home.any()
    return Match(
        place,
        int(nodes[at]),
        float(away[at]),
        is_abroad=is_abroad,
        rival_idx=rival,
    )


def _with_names(matches: list[Match]) -> tuple[Match, ...]:
    """Choose the place that names each node."""
    list_rank: dict[str, int] = {}
    for match in matches:
        of = match.place.listed_in.partition(",")[0]
        list_rank.setdefault(of, len(list_rank))
    best: dict[int, tuple[bool, int, bool, float, int]] = {}
    for at, match in enumerate(matches):
        of = match.place.listed_in.partition(",")[0]
        rank = (match.is_abroad, list_rank[of], not match.place.has_rail)
        key = (*rank, match.away_km, at)
        if match.node_idx != NO_NODE:
            best[match.node_idx] = min(best.get(match.node_idx, key), key)
    firsts = {key[-1] for key in best.values()}
    return tuple(
        replace(match, is_first=at in firsts) for at, match in enumerate(matches)
    )


def _away_km(
    network: RailNetwork, place: Place, nodes: NDArray[np.int64]
) -> NDArray[np.float64]:
    lon, lat = np.full(nodes.size, place.lon), np.full(nodes.size, place.lat)
    return distances_km(lon, lat, network.lon[nodes], network.lat[nodes])
