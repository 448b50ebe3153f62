"""Building and simplifying networks beside networkx."""

from functools import cache, partial

import networkx as nx
import numpy as np
from benchmarks.peers.comparison import Comparison
from benchmarks.subjects import MODELS, graph_of, open_data

from bereket import build
from bereket.compiled.rail_chains import contract
from bereket.io.rail import read_network
from bereket.model.calendar import as_day
from bereket.model.rail import RailNetwork

MEET = 2  # link ends at a node where nothing meets
PIECES = 3  # of a link
ROUNDING = 1e-12  # sums of some 100 lengths, in another order


def our_compiling(name):
    """Return a function that expands a model to arcs and works out their values."""
    model = MODELS[name]()
    day = as_day(model.config("base_date"))
    return lambda: build(model, day)


def networkx_building(name):
    """Return a function that puts the same arcs, worked out beforehand, in a graph."""
    graph = graph_of(name)
    arcs = zip(
        graph.arcs.tail.tolist(),
        graph.arcs.head.tolist(),
        graph.values.time_h.tolist(),
        graph.values.length_km.tolist(),
        strict=True,
    )
    edges = [(tail, head, {"h": h, "km": km}) for tail, head, h, km in arcs]

    def run():
        built = nx.MultiDiGraph()
        built.add_nodes_from(range(graph.n_vertices))
        built.add_edges_from(edges)
        return built

    return run


def hold_arcs(ours, theirs):
    """Hold numbers of nodes and arcs at each node, and kilometres, to be the same."""
    assert theirs.number_of_nodes() == ours.n_vertices
    out = np.array([degree for _, degree in theirs.out_degree()])
    np.testing.assert_array_equal(np.diff(ours.indptr), out)
    km = [km for _, _, km in theirs.edges(data="km")]
    np.testing.assert_array_equal(np.sort(ours.values.length_km), np.sort(km))


@cache
def rail_in_pieces():
    """Return the rail network of the region with every link drawn in `PIECES`.

    The file's links run from where tracks meet to where they meet; a map has bends.
    """
    files = (open_data(f"osm_rail_region_{name}.csv") for name in ("nodes", "links"))
    whole = read_network(*files)[0]
    n_links, n_bends = whole.n_links, PIECES - 1
    bends = whole.n_nodes + np.arange(n_links * n_bends).reshape(n_links, n_bends)
    stops = np.column_stack((whole.start_idx, bends, whole.end_idx)).astype(np.int32)
    shares = np.arange(1, PIECES) / PIECES
    lon, lat = (
        (
            known[whole.start_idx, None] * (1 - shares)
            + known[whole.end_idx, None] * shares
        )
        for known in (whole.lon, whole.lat)
    )
    n_pieces, new = n_links * PIECES, bends.size
    return RailNetwork(
        node_id=np.arange(whole.n_nodes + new).astype(str).astype(object),
        lon=np.concatenate((whole.lon, lon.ravel())),
        lat=np.concatenate((whole.lat, lat.ravel())),
        country=np.concatenate((whole.country, np.full(new, "", dtype=object))),
        link_id=np.arange(n_pieces).astype(str).astype(object),
        start_idx=stops[:, :-1].ravel(),
        end_idx=stops[:, 1:].ravel(),
        length_km=np.repeat(whole.length_km / PIECES, PIECES),
        is_connector=np.zeros(n_pieces, dtype=bool),
        shape=np.empty((0, 2)),
        shape_indptr=np.zeros(n_pieces + 1, dtype=np.int64),
    )


def our_contraction(_):
    """Return a function that makes chains of links that meet nothing one link."""
    network = rail_in_pieces()
    wanted = np.zeros(network.n_nodes, dtype=bool)
    return lambda: contract(network, wanted)


def networkx_contraction(_):
    """Return a function that does so on a copy of a networkx graph, made before."""
    network = rail_in_pieces()
    graph = nx.MultiGraph()
    graph.add_nodes_from(np.nonzero(network.degree)[0].tolist())
    columns = (network.start_idx, network.end_idx, network.length_km)
    for start, end, km in zip(*(column.tolist() for column in columns), strict=True):
        graph.add_edge(start, end, km=km)
    return lambda: contracted(graph)


def contracted(graph):
    """Return a graph with nodes where nothing meets taken out, lengths summed.

    Two nodes of a ring stay, as with us, so that no chain ends where it began.
    """
    slim = graph.copy()
    for node in graph:
        ends = list(slim.edges(node, data="km"))
        if len(ends) == MEET:
            (_, one, before), (_, other, after) = ends
            if len({node, one, other}) > MEET:
                slim.remove_node(node)
                slim.add_edge(one, other, km=before + after)
    return slim


def hold_chains(ours, theirs):
    """Hold nodes, chains, kilometres, and each chain between meeting links the same.

    A ring may be cut at another of its nodes.
    """
    assert theirs.number_of_nodes() == np.count_nonzero(ours.is_kept)
    assert theirs.number_of_edges() == ours.n_chains
    ends = np.concatenate((ours.start_idx, ours.end_idx))
    meets = np.bincount(ends, minlength=ours.is_kept.size) != MEET
    between = meets[ours.start_idx] & meets[ours.end_idx]
    km = [
        km
        for one, other, km in theirs.edges(data="km")
        if theirs.degree(one) != MEET and theirs.degree(other) != MEET
    ]
    close = partial(np.testing.assert_allclose, rtol=ROUNDING)
    close(np.sort(ours.length_km[between]), np.sort(km))
    close(ours.length_km.sum(), theirs.size("km"))


COMPILING = Comparison(
    "compile", "networkx", our_compiling, networkx_building, hold_arcs
)
CONTRACTION = Comparison(
    "simplify", "networkx", our_contraction, networkx_contraction, hold_chains
)
