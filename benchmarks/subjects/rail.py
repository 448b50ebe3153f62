"""The railways of the region, from the open data that are no part of the tree."""

import numpy as np
from benchmarks.subjects.network import Network, from_arcs
from benchmarks.subjects.registry import network, open_data


@network("rail")
def rail() -> Network:
    """Return the tracks, both ways, by length [km]; ends lie in the largest part."""
    nodes = open_data("osm_rail_region_nodes.csv")
    links = open_data("osm_rail_region_links.csv")
    node_id, part = np.loadtxt(
        nodes, dtype=np.int64, delimiter=",", skiprows=1, usecols=(0, 5), unpack=True
    )
    ends = np.loadtxt(
        links, dtype=np.int64, delimiter=",", skiprows=1, usecols=(1, 2), unpack=True
    )
    length_km = np.loadtxt(links, delimiter=",", skiprows=1, usecols=3)
    order = np.argsort(node_id)
    one, other = order[np.searchsorted(node_id, ends, sorter=order)]
    largest = np.flatnonzero(part == np.bincount(part).argmax())
    return from_arcs(
        node_id.size,
        (
            np.concatenate((one, other)),
            np.concatenate((other, one)),
            np.concatenate((length_km, length_km)),
        ),
        source=int(largest[0]),
        target=int(largest[-1]),
    )
