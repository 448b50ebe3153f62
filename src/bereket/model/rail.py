"""A real rail network as plain arrays: what is read before it becomes a model."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from bereket.model.geometry import great_circle_km

Labels = NDArray[np.object_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class RailNetwork:
    """Nodes and undirected links of a rail network; parallel links and loops allowed.

    Attributes
    ----------
    node_id : (n_nodes,) object
        Labels.
    lon, lat : (n_nodes,)
        Place [degree], EPSG:4326.
    country : (n_nodes,) object
        ISO 3166 alpha-3; empty where unknown.
    link_id : (n_links,) object
        Labels.
    start_idx, end_idx : (n_links,) int32
        Nodes at the ends.
    length_km : (n_links,)
        Length [km], more than 0.
    is_connector : (n_links,) bool
        Whether the link is no track of the file but joins a gap.
    shape : (n_points, 2)
        Longitude and latitude of the points of all links, one link after the other.
    shape_indptr : (n_links + 1,) int64
        Where the points of each link begin; none for a link that is drawn straight.
    """

    node_id: Labels
    lon: Floats
    lat: Floats
    country: Labels
    link_id: Labels
    start_idx: Ints
    end_idx: Ints
    length_km: Floats
    is_connector: NDArray[np.bool_]
    shape: Floats
    shape_indptr: NDArray[np.int64]

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return int(self.node_id.size)

    @property
    def n_links(self) -> int:
        """Number of links, connectors among them."""
        return int(self.link_id.size)

    @property
    def degree(self) -> NDArray[np.int64]:
        """Link ends at each node; a loop counts twice."""
        ends = np.concatenate((self.start_idx, self.end_idx))
        return np.bincount(ends, minlength=self.n_nodes)

    def points(self, link_idx: int) -> Floats:
        """Return the points of a link from its start to its end, (k, 2) [degree]."""
        first, after = self.shape_indptr[link_idx : link_idx + 2]
        if after - first > 1:
            return self.shape[first:after]
        ends = [self.start_idx[link_idx], self.end_idx[link_idx]]
        return np.column_stack((self.lon[ends], self.lat[ends]))


@dataclass(frozen=True, slots=True)
class Connectors:
    """Gaps of a network with the two nodes that lie across them.

    Attributes
    ----------
    gap_id : (n,) object
        Labels.
    from_idx, to_idx : (n,) int32
        Nodes of the network.
    gap_km : (n,)
        Length that the connector gets [km].
    is_accepted : (n,) bool
        Whether it is to be joined.
    is_reviewed : bool
        Whether the file says so row by row.
    """

    gap_id: Labels
    from_idx: Ints
    to_idx: Ints
    gap_km: Floats
    is_accepted: NDArray[np.bool_]
    is_reviewed: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A town, station or port of a list.

    Attributes
    ----------
    place_id, name : str
        Label and name.
    lon, lat : float
        Where it lies [degree].
    country : str
        ISO 3166 alpha-3; empty where unknown.
    node_type : str
        What it is, a word of `node.node_type`.
    has_rail : bool
        Whether its list says that trains call.
    listed_in : str
        The list, and where the coordinates are from if they are from another.
    """

    place_id: str
    name: str
    lon: float
    lat: float
    country: str
    node_type: str
    has_rail: bool
    listed_in: str


@dataclass(frozen=True, slots=True)
class CountryRail:
    """The gauge that most lines of a country have, from general knowledge.

    Attributes
    ----------
    iso2, iso3 : str
        ISO 3166.
    gauge_mm : int
        Gauge [mm].
    union : str
        Customs union without papers at its inner borders; may be empty.
    note : str
        What else runs there.
    """

    iso2: str
    iso3: str
    gauge_mm: int
    union: str
    note: str


def join(network: RailNetwork, connectors: Connectors) -> RailNetwork:
    """Return the network with a link for each accepted gap, once a pair of nodes.

    Parameters
    ----------
    network : RailNetwork
        The network; it is not altered.
    connectors : Connectors
        Gaps; a pair that stands twice, there and back, gets one link, of the first.
    """
    low = np.minimum(connectors.from_idx, connectors.to_idx)
    high = np.maximum(connectors.from_idx, connectors.to_idx)
    pairs = np.column_stack((low, high))[connectors.is_accepted]
    rows = np.nonzero(connectors.is_accepted)[0]
    _, first = np.unique(pairs, axis=0, return_index=True)
    chosen = rows[np.sort(first)]
    taken, prefix = set(network.link_id.tolist()), "gap"
    while any(f"{prefix}{each}" in taken for each in connectors.gap_id[chosen]):
        prefix += "_"
    labels = [f"{prefix}{gap_id}" for gap_id in connectors.gap_id[chosen]]
    n_added = chosen.size
    return replace(
        network,
        link_id=np.concatenate((network.link_id, np.array(labels, dtype=object))),
        start_idx=np.concatenate((network.start_idx, connectors.from_idx[chosen])),
        end_idx=np.concatenate((network.end_idx, connectors.to_idx[chosen])),
        length_km=np.concatenate((network.length_km, connectors.gap_km[chosen])),
        is_connector=np.concatenate(
            (network.is_connector, np.ones(n_added, dtype=bool))
        ),
        shape_indptr=np.concatenate(
            (network.shape_indptr, np.repeat(network.shape_indptr[-1:], n_added))
        ),
    )


def within(network: RailNetwork, countries: frozenset[str]) -> RailNetwork:
    """Return the part of a network whose nodes lie in some countries.

    Parameters
    ----------
    network : RailNetwork
        The network; it is not altered.
    countries : frozenset of str
        ISO 3166 alpha-3.

    Returns
    -------
    RailNetwork
        Nodes there, and the links with both ends there.
    """
    kept = np.isin(network.country.astype(str), sorted(countries))
    place = np.cumsum(kept, dtype=np.int32) - 1
    found = only_links(network, kept[network.start_idx] & kept[network.end_idx])
    return replace(
        found,
        node_id=network.node_id[kept],
        lon=network.lon[kept],
        lat=network.lat[kept],
        country=network.country[kept],
        start_idx=place[found.start_idx].astype(np.int32),
        end_idx=place[found.end_idx].astype(np.int32),
    )


def only_links(network: RailNetwork, links: NDArray[np.bool_]) -> RailNetwork:
    """Return the network with all its nodes and some of its links, (n_links,) bool."""
    sizes = np.diff(network.shape_indptr)
    return replace(
        network,
        link_id=network.link_id[links],
        start_idx=network.start_idx[links],
        end_idx=network.end_idx[links],
        length_km=network.length_km[links],
        is_connector=network.is_connector[links],
        shape=network.shape[np.repeat(links, sizes)],
        shape_indptr=np.concatenate(([0], np.cumsum(sizes[links]))).astype(np.int64),
    )


def distances_km(lon_a: Floats, lat_a: Floats, lon_b: Floats, lat_b: Floats) -> Floats:
    """Return the great circles between points, one by one.

    Parameters
    ----------
    lon_a, lat_a, lon_b, lat_b : (n,)
        Points [degree].

    Returns
    -------
    (n,)
        Lengths [km].

    Examples
    --------
    >>> point = np.array([0.0])
    >>> distances_km(point, point, point, np.array([90.0])).round()
    array([10008.])
    """
    start, end = np.column_stack((lon_a, lat_a)), np.column_stack((lon_b, lat_b))
    return great_circle_km(start, end)


def on_sphere(lon: Floats, lat: Floats) -> Floats:
    """Return points on the unit sphere, (n, 3), for searches of what is nearest."""
    a, b = np.radians(lat), np.radians(lon)
    return np.column_stack((np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)))


@cache
def country_codes() -> Mapping[str, str]:
    """Return ISO 3166 alpha-3 by alpha-2 and alpha-3 code, of countries with rails.

    Examples
    --------
    >>> country_codes()["KZ"], country_codes()["KAZ"]
    ('KAZ', 'KAZ')
    """
    known = country_rails().values()
    codes = {code: each.iso3 for each in known for code in (each.iso2, each.iso3)}
    return MappingProxyType(codes)


@cache
def country_rails() -> Mapping[str, CountryRail]:
    """Return what is assumed of each country's railways, by ISO 3166 alpha-3.

    Examples
    --------
    >>> country_rails()["KAZ"].gauge_mm
    1520
    """
    file = resources.files("bereket.model").joinpath("country_rails.csv")
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    return MappingProxyType(
        {
            row["iso3"]: CountryRail(
                row["iso2"],
                row["iso3"],
                int(row["gauge_mm"]),
                row["union"],
                row["note"],
            )
            for row in rows
        }
    )
