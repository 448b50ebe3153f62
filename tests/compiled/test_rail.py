"""Parts, gaps, chains, ways and stations of rail networks, against networkx."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.compiled.rail_networks import (
    graph_of,
    network,
    networks,
    networks_with_stations,
)

from bereket.compiled.rail_chains import contract, points_of
from bereket.compiled.rail_parts import (
    gaps_at_dead_ends,
    gaps_between_parts,
    parts_of,
    shortest_km,
    with_countries,
)
from bereket.compiled.rail_places import match_places
from bereket.compiled.rail_splits import cut_at_places, stations_of
from bereket.compiled.rail_ways import links_of_shortest, links_through
from bereket.model.rail import Connectors, Place, distances_km, join, only_links

KM_A_DEGREE = 111.195  # of a great circle of 6,371 km
TOLERANCE_KM = 1e-9  # whole kilometres are added


def line(*places):
    """Return nodes A, B, … at degrees of longitude on the equator."""
    return {chr(65 + at): (lon, 0.0, "KAZ") for at, lon in enumerate(places)}


def place(label, lon, country="KAZ", lat=0.0, listed_in="list.csv", *, has_rail=False):
    return Place(label, label, lon, lat, country, "station", has_rail, listed_in)


# --- parts -------------------------------------------------------------------


@given(rail=networks())
def test_parts_are_the_components_of_networkx_the_largest_first(rail):
    parts = parts_of(rail)
    found = [set(np.nonzero(parts.part_of == p)[0]) for p in range(parts.n_parts)]
    theirs = list(nx.connected_components(graph_of(rail)))
    assert sorted(map(sorted, found)) == sorted(map(sorted, theirs))
    assert parts.n_nodes.tolist() == sorted(map(len, found), reverse=True)
    assert parts.length_km.sum() == rail.length_km.sum()
    ends = [n for n, degree in graph_of(rail).degree() if degree == 1]
    assert parts.n_dead_ends.sum() == len(ends)


@given(rail=networks(), data=st.data())
def test_shortest_lengths_are_those_of_networkx(rail, data):
    node = st.integers(0, rail.n_nodes - 1)
    source, target = data.draw(node), data.draw(node)
    theirs = nx.single_source_dijkstra_path_length(graph_of(rail), source, weight="km")
    length, nodes = shortest_km(rail, source, target)
    assert length == theirs.get(target, np.inf)
    assert nodes.tolist()[:: max(1, nodes.size - 1)][:2] in (
        [],
        [source],
        [source, target],
    )


@given(rail=networks())
def test_the_nearest_gap_of_a_part_is_the_least_of_all_pairs(rail):
    parts = parts_of(rail)
    gaps = gaps_between_parts(rail, parts)
    assert gaps.gap_km.size == parts.n_parts - 1
    for at in range(gaps.gap_km.size):
        (inside,) = np.nonzero(parts.part_of == at + 1)
        (outside,) = np.nonzero(parts.part_of != at + 1)
        one, other = (a.ravel() for a in np.meshgrid(inside, outside))
        lon, lat = rail.lon, rail.lat
        every = distances_km(lon[one], lat[one], lon[other], lat[other])
        assert gaps.gap_km[at] == pytest.approx(every.min())
        assert parts.part_of[gaps.from_idx[at]] == at + 1
        assert parts.part_of[gaps.to_idx[at]] != at + 1


def test_a_dead_end_is_told_the_nearest_track_that_is_a_long_way_round():
    # A-B-C is a line of 60 km and bends back: C lies 1.1 km from A; D is apart.
    nodes = {
        "A": (50.0, 0.0, "KAZ"),
        "B": (50.3, 0.0, "KAZ"),
        "C": (50.01, 0.0, "KAZ"),
        "D": (50.3, 0.02, "KAZ"),
        "E": (50.6, 0.5, "KAZ"),
    }
    rail = network(nodes, [("A", "B", 30), ("B", "C", 30), ("D", "E", 70)])
    gaps = gaps_at_dead_ends(rail, 5.0)
    pairs = list(zip(gaps.from_idx.tolist(), gaps.to_idx.tolist(), strict=True))
    assert pairs == [(0, 2), (3, 1)]
    assert gaps.gap_km == pytest.approx([0.01 * KM_A_DEGREE, 0.02 * KM_A_DEGREE])
    assert gaps.network_km.tolist() == [60.0, np.inf]


def test_a_dead_end_beside_its_own_line_is_no_gap():
    rail = network(line(50.0, 50.01, 50.02), [("A", "B", 1.1), ("B", "C", 1.1)])
    assert gaps_at_dead_ends(rail, 5.0).gap_km.size == 0


def test_a_gap_that_stands_there_and_back_is_joined_once():
    rail = network(line(50, 51, 52), [("A", "B", 100)])
    ids = np.array(["7", "8", "9"], dtype=object)
    ends = np.array([1, 2, 0], np.int32), np.array([2, 1, 2], dtype=np.int32)
    accepted = np.array([True, True, False])
    gaps = Connectors(ids, *ends, np.array([3.0, 4.0, 5.0]), accepted, is_reviewed=True)
    joined = join(rail, gaps)
    assert joined.link_id.tolist() == ["1", "gap7"]
    assert joined.is_connector.tolist() == [False, True]
    assert shortest_km(joined, 0, 2)[0] == 103.0


def test_a_node_without_a_country_gets_that_of_the_nearest_by_track():
    nodes = line(60, 61, 62, 63)
    nodes["B"] = (*nodes["B"][:2], "")
    nodes["C"] = (*nodes["C"][:2], "UZB")
    rail = network(nodes, [("A", "B", 50), ("B", "C", 90), ("C", "D", 1)])
    known, assumed = with_countries(rail)
    assert known.country.tolist() == ["KAZ", "KAZ", "UZB", "KAZ"]
    assert assumed.tolist() == [False, True, False, False]


# --- chains ------------------------------------------------------------------


@given(drawn=networks_with_stations())
def test_contraction_keeps_all_shortest_lengths_between_kept_nodes(drawn):
    rail, stations = drawn
    chains = contract(rail, stations)
    slim = nx.MultiGraph()
    slim.add_nodes_from(np.nonzero(chains.is_kept)[0].tolist())
    for at in range(chains.n_chains):
        ends = int(chains.start_idx[at]), int(chains.end_idx[at])
        slim.add_edge(*ends, km=chains.length_km[at])
    whole = dict(nx.all_pairs_dijkstra_path_length(graph_of(rail), weight="km"))
    less = dict(nx.all_pairs_dijkstra_path_length(slim, weight="km"))
    for node, lengths in less.items():
        told = {n: km for n, km in whole[node].items() if chains.is_kept[n]}
        assert lengths == pytest.approx(told, abs=TOLERANCE_KM)
    assert chains.length_km.sum() == pytest.approx(rail.length_km.sum())
    assert chains.is_kept[stations].all()
    sizes = np.diff(chains.indptr)
    assert not ((chains.start_idx == chains.end_idx) & (sizes > 1)).any()


def test_points_of_a_chain_run_from_its_start_whatever_the_links_do():
    rail = network(line(50, 51, 52), [("B", "A", 1), ("B", "C", 1)])
    chains = contract(rail, np.zeros(3, dtype=bool))
    assert chains.n_chains == 1
    assert points_of(rail, chains, 0)[:, 0].tolist() == [50, 51, 52]


# --- ways between stations ---------------------------------------------------


@given(drawn=networks_with_stations(), through=st.booleans())
def test_what_is_left_out_changes_no_length_between_stations(drawn, through):
    rail, stations = drawn
    chosen = (links_through if through else links_of_shortest)(rail, stations)
    whole = dict(nx.all_pairs_dijkstra_path_length(graph_of(rail), weight="km"))
    left = only_links(rail, chosen)
    less = dict(nx.all_pairs_dijkstra_path_length(graph_of(left), weight="km"))
    for one in np.nonzero(stations)[0].tolist():
        for other in np.nonzero(stations)[0].tolist():
            assert less[one].get(other) == whole[one].get(other)


def test_a_siding_goes_and_a_second_way_stays_with_through():
    nodes = line(50, 51, 52, 53)
    links = [("A", "B", 1), ("B", "C", 1), ("A", "C", 9), ("B", "D", 1)]
    rail = network(nodes, links)
    stations = np.array([True, False, True, False])
    assert links_through(rail, stations).tolist() == [True, True, True, False]
    assert links_of_shortest(rail, stations).tolist() == [True, True, False, False]


# --- stations ----------------------------------------------------------------


def test_a_place_takes_the_nearest_node_of_its_own_country():
    nodes = {"A": (50.0, 0.0, "KAZ"), "B": (50.05, 0.0, "UZB")}
    rail = network(nodes, [("A", "B", 6)])
    found = match_places(rail, parts_of(rail).part_of, [place("X", 50.06, "KAZ")], 10)
    assert found[0].node_idx == 0
    assert not found[0].is_abroad
    assert found[0].away_km == pytest.approx(0.06 * KM_A_DEGREE, abs=1e-3)
    found = match_places(rail, parts_of(rail).part_of, [place("X", 50.06, "TKM")], 10)
    assert (found[0].node_idx, found[0].is_abroad) == (1, True)


def test_a_yard_beside_the_line_gives_way_to_the_line():
    nodes = line(50.0, 50.3, 50.6) | {"Y": (50.301, 0.001, "KAZ")}
    rail = network(nodes, [("A", "B", 33), ("B", "C", 33)])
    places = [place("X", 50.301, lat=0.001)]
    (found,) = match_places(rail, parts_of(rail).part_of, places, 10)
    assert (found.node_idx, found.rival_idx) == (1, 3)


def test_of_places_at_one_node_the_first_list_names_it_then_rail():
    rail = network(line(50.0, 51.0), [("A", "B", 111)])
    places = [
        place("TOWN", 50.0, listed_in="towns.csv"),
        place("STOP", 50.01, listed_in="towns.csv", has_rail=True),
        place("PORT", 50.0, listed_in="ports.csv", has_rail=True),
        place("FAR", 55.0, listed_in="towns.csv"),
    ]
    found = match_places(rail, parts_of(rail).part_of, places, 10)
    assert [match.is_first for match in found] == [False, True, False, False]
    assert found[3].node_idx == -1


def test_a_place_of_another_country_does_not_name_a_node_before_its_own():
    rail = network(line(50.0, 51.0), [("A", "B", 111)])
    places = [place("THERE", 50.0, "UZB"), place("HERE", 50.05, "KAZ")]
    found = match_places(rail, parts_of(rail).part_of, places, 10)
    assert [match.is_first for match in found] == [False, True]


def drawn_line():
    """Return one link of 300 km over two degrees, drawn with a bend."""
    rail = network(line(50, 52), [("A", "B", 300)])
    shape = np.array([[50.0, 0.0], [51.0, 0.0], [52.0, 0.0]])
    return replace(rail, shape=shape, shape_indptr=np.array([0, 3], dtype=np.int64))


def test_a_line_is_cut_beside_a_place_and_keeps_its_length():
    cut, matches, n_cut = stations_of(drawn_line(), [place("X", 50.5, lat=0.03)], 10)
    assert n_cut == 1
    assert cut.n_links == 2
    assert cut.length_km.sum() == pytest.approx(300.0)
    assert cut.length_km[0] == pytest.approx(75.0, abs=1.5)  # a kilometre, times 1.35
    assert matches[0].node_idx == 2
    assert matches[0].away_km == pytest.approx(0.03 * KM_A_DEGREE, abs=0.3)
    assert cut.points(1)[1].tolist() == [51.0, 0.0]
    assert [len(cut.points(link)) for link in (0, 1)] == [2, 3]


def test_a_link_without_a_drawing_is_not_cut():
    rail = network(line(50, 52), [("A", "B", 300)])
    found = match_places(rail, parts_of(rail).part_of, [place("X", 50.5)], 10)
    assert cut_at_places(rail, found, 10) is rail


def test_a_country_that_a_node_does_not_lie_in_counts_as_none():
    nodes = {
        "A": (70.0, 44.0, "KAZ"),
        "B": (70.5, 44.0, "PRT"),
        "C": (71.0, 44.0, "KAZ"),
    }
    rail = network(nodes, [("A", "B", 41), ("B", "C", 41)])
    known, assumed = with_countries(rail)
    assert known.country.tolist() == ["KAZ", "KAZ", "KAZ"]
    assert assumed.tolist() == [False, True, False]


@given(
    lons=st.lists(st.integers(5, 195), min_size=1, max_size=4, unique=True),
    bend=st.integers(-30, 30),
)
def test_cuts_change_no_length_between_nodes_that_were_there(lons, bend):
    rail = network(line(50, 52, 53), [("A", "B", 300), ("B", "C", 7)])
    shape = np.array([[50.0, 0.0], [51.0, bend / 100], [52.0, 0.0]])
    rail = replace(rail, shape=shape, shape_indptr=np.array([0, 3, 3], dtype=np.int64))
    places = [place(f"X{lon}", 50 + lon / 100) for lon in lons]
    cut, matches, n_cut = stations_of(rail, places, 4.0)
    assert cut.length_km.sum() == pytest.approx(307.0)
    assert shortest_km(cut, 0, 2)[0] == pytest.approx(307.0)
    assert cut.n_links == 2 + n_cut
    for match in matches:
        if match.node_idx >= 3:
            # As far along the line as drawn, to the kilometre of the samples.
            before = (match.place.lon - 50) / 2 * 300
            assert shortest_km(cut, 0, match.node_idx)[0] == pytest.approx(
                before, abs=8
            )
