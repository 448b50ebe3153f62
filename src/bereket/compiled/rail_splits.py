"""Stations between the nodes of a network: links cut where a place lies beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.rail_parts import parts_of
from bereket.compiled.rail_places import NO_NODE, Match, match_places
from bereket.model.rail import (
    Place,
    RailNetwork,
    distances_km,
    on_sphere,
    only_links,
)

STEP_KM: Final = 1.0  # how finely lines are looked at
LEAST_PIECE: Final = 0.5  # a cut lies no nearer to a point of its own link [km]
HALF: Final = 0.5  # samples lie in the middle of their steps

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Samples:
    """Points along drawn links, about a kilometre apart.

    Attributes
    ----------
    lon, lat : (n,)
        Where they lie [degree].
    link_idx : (n,) int64
        Their links.
    along : (n,)
        Share of the drawn line before them, 0 to 1.
    piece : (n,) int64
        Piece of the shape that they lie on: that after point `piece`.
    """

    lon: Floats
    lat: Floats
    link_idx: NDArray[np.int64]
    along: Floats
    piece: NDArray[np.int64]


def stations_of(
    network: RailNetwork, places: Sequence[Place], near_km: float
) -> tuple[RailNetwork, tuple[Match, ...], int]:
    """Match places to nodes, and cut drawn links beside those that have none near.

    Parameters
    ----------
    network : RailNetwork
        The network; it is not altered.
    places : sequence of Place
        Places, the preferred list first.
    near_km : float
        How far a node, or a line, may lie from its place [km].

    Returns
    -------
    tuple of RailNetwork, tuple of Match, and int
        The network, places and their nodes, and how many nodes cuts have made.
    """
    matches = match_places(network, parts_of(network).part_of, places, near_km)
    cut = cut_at_places(network, matches, near_km)
    n_cut = cut.n_nodes - network.n_nodes
    if n_cut:
        matches = match_places(cut, parts_of(cut).part_of, places, near_km)
    return cut, matches, n_cut


def cut_at_places(
    network: RailNetwork, matches: Sequence[Match], near_km: float
) -> RailNetwork:
    """Cut drawn links beside places that have no node near.

    Parameters
    ----------
    network : RailNetwork
        The network; it is not altered. Links that are drawn straight are not cut: where
        their track lies is not known.
    matches : sequence of Match
        Places and their nodes.
    near_km : float
        How far a line may lie from a place [km].

    Returns
    -------
    RailNetwork
        With a node, behind all others, on the nearest line of each such place. Pieces
        of a link share its length as they share the drawn line, and sum to it.

    Notes
    -----
    Lines are looked at every kilometre; a simplified line lies off its track by more.
    """
    from scipy.spatial import cKDTree

    places = [match.place for match in matches if match.node_idx == NO_NODE]
    samples = _samples(network) if places else None
    if samples is None or not samples.lon.size:
        return network
    lon = np.array([place.lon for place in places])
    lat = np.array([place.lat for place in places])
    tree = cKDTree(on_sphere(samples.lon, samples.lat))
    _, near = tree.query(on_sphere(lon, lat))
    away = distances_km(lon, lat, samples.lon[near], samples.lat[near])
    cuts: dict[int, Place] = {}
    for place, sample, km in zip(places, near.tolist(), away.tolist(), strict=True):
        if km <= near_km:
            cuts.setdefault(sample, place)
    return _cut(network, samples, cuts) if cuts else network


def _samples(network: RailNetwork) -> Samples:
    """Return points along every drawn link, its ends apart."""
    indptr, shape = network.shape_indptr, network.shape
    link_of = np.repeat(np.arange(network.n_links), np.diff(indptr))
    (pieces,) = np.nonzero(link_of[:-1] == link_of[1:])
    start, end = shape[pieces], shape[pieces + 1]
    length = distances_km(*start.T, *end.T)
    counts = np.floor(length / STEP_KM).astype(np.int64)
    which = np.repeat(np.arange(pieces.size), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    share = (np.arange(which.size) - first + HALF) / counts[which]
    points = start[which] + share[:, None] * (end - start)[which]
    before = np.cumsum(length) - length
    links = link_of[pieces]
    total = np.bincount(links, length, minlength=network.n_links)
    begun = np.zeros(network.n_links)
    begun[links[::-1]] = before[::-1]
    done = before[which] - begun[links[which]] + share * length[which]
    along = done / total[links[which]]
    inside = np.minimum(done, total[links[which]] - done) >= LEAST_PIECE
    lon, lat = points[inside].T
    return Samples(lon, lat, links[which][inside], along[inside], pieces[which][inside])


def _cut(network: RailNetwork, samples: Samples, cuts: dict[int, Place]) -> RailNetwork:
    """Return the network with links cut at samples, each for a place."""
    order = sorted(cuts, key=lambda at: (samples.link_idx[at], samples.along[at]))
    at = np.array(order, dtype=np.int64)
    links = samples.link_idx[at]
    kept = np.ones(network.n_links, dtype=bool)
    kept[links] = False
    new: list[tuple[object, int, int, float, Floats]] = []
    for link in np.unique(links).tolist():
        (mine,) = np.nonzero(links == link)
        new.extend(_pieces(network, samples, at[mine], network.n_nodes + mine))
    taken = set(network.node_id.tolist())
    labels = []
    for each in order:
        km = samples.along[each] * network.length_km[samples.link_idx[each]]
        label = f"{network.link_id[samples.link_idx[each]]}_km{km:.0f}"
        while label in taken:
            label += "_"
        taken.add(label)
        labels.append(label)
    lands = [
        cuts[each].country or network.country[network.start_idx[samples.link_idx[each]]]
        for each in order
    ]
    return _with(network, kept, new, (labels, samples.lon[at], samples.lat[at], lands))


def _pieces(
    network: RailNetwork,
    samples: Samples,
    cuts: NDArray[np.int64],
    nodes: NDArray[np.int64],
) -> list[tuple[object, int, int, float, Floats]]:
    """Return the pieces of a link: label, ends, length [km] and points."""
    link = int(samples.link_idx[cuts[0]])
    first, after = network.shape_indptr[link : link + 2]
    shares = np.diff(np.concatenate(([0.0], samples.along[cuts], [1.0])))
    ends = [network.start_idx[link], *nodes.tolist(), network.end_idx[link]]
    points = np.column_stack((samples.lon[cuts], samples.lat[cuts]))
    starts = [first, *(samples.piece[cuts] + 1).tolist(), after]
    found: list[tuple[object, int, int, float, Floats]] = []
    for part, share in enumerate(shares.tolist()):
        drawn = network.shape[starts[part] : starts[part + 1]]
        whole = [points[part - 1 : part] if part else drawn[:0], drawn]
        whole.append(points[part : part + 1])
        label = f"{network.link_id[link]}_{part + 1}"
        length = share * float(network.length_km[link])
        line = np.concatenate(whole)
        found.append((label, int(ends[part]), int(ends[part + 1]), length, line))
    return found


def _with(
    network: RailNetwork,
    kept: NDArray[np.bool_],
    new: list[tuple[object, int, int, float, Floats]],
    nodes: tuple[list[str], Floats, Floats, list[str]],
) -> RailNetwork:
    """Return the network with some links replaced and nodes put behind the others."""
    left = only_links(network, kept)
    labels, start, end, length, lines = zip(*new, strict=True)
    sizes = np.cumsum([len(line) for line in lines])
    names, lon, lat, lands = nodes
    return replace(
        left,
        node_id=np.concatenate((network.node_id, np.array(names, dtype=object))),
        lon=np.concatenate((network.lon, lon)),
        lat=np.concatenate((network.lat, lat)),
        country=np.concatenate((network.country, np.array(lands, dtype=object))),
        link_id=np.concatenate((left.link_id, np.array(labels, dtype=object))),
        start_idx=np.concatenate((left.start_idx, start)).astype(np.int32),
        end_idx=np.concatenate((left.end_idx, end)).astype(np.int32),
        length_km=np.concatenate((left.length_km, length)),
        is_connector=np.concatenate((left.is_connector, np.zeros(len(new), bool))),
        shape=np.concatenate((left.shape, *lines)),
        shape_indptr=np.concatenate(
            (left.shape_indptr, left.shape_indptr[-1] + sizes)
        ).astype(np.int64),
    )
