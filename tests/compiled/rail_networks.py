"""Rail networks written in a line or two, and random ones."""

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from bereket.model.rail import RailNetwork

MOST_NODES = 8


def network(nodes, links, connectors=()):
    """Return a network of {label: (lon, lat, country)} and (from, to, km) triples.

    Links are named 1, 2, …; those whose number is among the connectors are such.
    """
    place = {label: at for at, label in enumerate(nodes)}
    lon, lat, country = zip(*nodes.values(), strict=True)
    n_links = len(links)
    return RailNetwork(
        node_id=np.array(list(nodes), dtype=object),
        lon=np.array(lon, dtype=float),
        lat=np.array(lat, dtype=float),
        country=np.array(country, dtype=object),
        link_id=np.array([str(at + 1) for at in range(n_links)], dtype=object),
        start_idx=np.array([place[a] for a, _, _ in links], dtype=np.int32),
        end_idx=np.array([place[b] for _, b, _ in links], dtype=np.int32),
        length_km=np.array([km for _, _, km in links], dtype=float),
        is_connector=np.array([at + 1 in connectors for at in range(n_links)], bool),
        shape=np.empty((0, 2)),
        shape_indptr=np.zeros(n_links + 1, dtype=np.int64),
    )


def graph_of(rail):
    """Return the network as networkx has it: positions of nodes, lengths, links."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(rail.n_nodes))
    ends = zip(rail.start_idx.tolist(), rail.end_idx.tolist(), strict=True)
    for link, (a, b) in enumerate(ends):
        graph.add_edge(a, b, link=link, km=float(rail.length_km[link]))
    return graph


@st.composite
def networks(draw):
    """Draw a network with loops, parallel links, rings and parts; whole kilometres."""
    n_nodes = draw(st.integers(1, MOST_NODES))
    node = st.integers(0, n_nodes - 1)
    links = draw(st.lists(st.tuples(node, node, st.integers(1, 9)), max_size=14))
    places = draw(
        st.lists(
            st.tuples(st.integers(-170, 170), st.integers(-80, 80)),
            min_size=n_nodes,
            max_size=n_nodes,
            unique=True,
        )
    )
    nodes = {str(at): (lon, lat, "KAZ") for at, (lon, lat) in enumerate(places)}
    return network(nodes, [(str(a), str(b), km) for a, b, km in links])


@st.composite
def networks_with_stations(draw):
    """Draw a network and which of its nodes are stations."""
    rail = draw(networks())
    flags = st.lists(st.booleans(), min_size=rail.n_nodes, max_size=rail.n_nodes)
    return rail, np.array(draw(flags), dtype=bool)
