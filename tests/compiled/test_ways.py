"""Candidates, staged searches, and the choice of real alternatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.compiled.models import arc, graph_of, line_tables, row, sea_tables, ways

from bereket.compiled.arcs import NONE
from bereket.compiled.overlap import link_use, real_alternatives
from bereket.compiled.search import staged_search
from bereket.compiled.ways import cheapest_way

EXACT = 1e-9  # rounding of sums of a few kilometres
LINK = "link_id from_node_id to_node_id allowed_uses gauge_mm length_km"


def links_of(tables, origin="P", destination="S", **asked):
    answer = ways(tables, origin, destination, **asked)
    return [way.link_ids for way in answer.alternatives]


# --- real alternatives -------------------------------------------------------------

KM = np.array(
    [
        [10.0, 0.0, 0.0, 0.0],
        [8.0, 20.0, 0.0, 0.0],  # shares 8 of 10 km with the first
        [5.0, 0.0, 5.0, 0.0],  # shares 5 of 10 km with the first
        [0.0, 0.0, 0.0, 30.0],
    ]
)


@pytest.mark.parametrize(
    ("cap", "chosen"),
    [
        (1.0, [0, 1, 2, 3]),
        (0.8, [0, 1, 2, 3]),
        (0.79, [0, 2, 3]),
        (0.5, [0, 2, 3]),
        (0.49, [0, 3]),
        (0.0, [0, 3]),
    ],
)
def test_ways_that_share_more_of_the_shorter_than_the_cap_are_left_out(cap, chosen):
    assert real_alternatives(np.arange(4.0), KM, 10, cap) == chosen


def test_overlap_is_with_each_way_kept_and_not_with_those_left_out():
    """The second is left out for the first; the third shares with the second only."""
    km = np.array([[10.0, 0.0], [10.0, 90.0], [0.0, 90.0]])
    assert real_alternatives(np.arange(3.0), km, 3, 0.7) == [0, 2]


def test_alternatives_stand_by_rising_cost_and_equals_in_order():
    cost = np.array([3.0, 1.0, 2.0, 1.0])
    km = np.eye(4)
    assert real_alternatives(cost, km, 4, 0.7) == [1, 3, 2, 0]


def test_no_more_are_chosen_than_wanted_and_none_that_is_barred():
    cost = np.array([1.0, np.inf, 2.0, 3.0])
    assert real_alternatives(cost, np.eye(4), 2, 0.7) == [0, 2]
    assert real_alternatives(cost, np.eye(4), 9, 0.7) == [0, 2, 3]


@given(
    st.lists(
        st.lists(st.integers(0, 9), min_size=5, max_size=5), min_size=1, max_size=8
    ),
    st.floats(0, 1),
)
def test_no_two_alternatives_overlap_more_than_the_cap(rows, cap):
    km = np.array(rows, dtype=float)
    chosen = real_alternatives(np.arange(float(len(rows))), km, 99, cap)
    for n, one in enumerate(chosen):
        for other in chosen[:n]:
            shared = np.minimum(km[one], km[other]).sum()
            assert shared <= cap * min(km[one].sum(), km[other].sum()) + EXACT
    for left in set(range(len(rows))) - set(chosen):
        shared = [
            np.minimum(km[left], km[kept]).sum()
            - cap * min(km[left].sum(), km[kept].sum())
            for kept in chosen
            if kept < left
        ]
        assert max(shared) > 0


def test_link_use_counts_kilometres_of_through_rates_by_their_chain():
    tables = line_tables()
    columns = "tariff_id kind carrier_id unit rate_per_unit entry_node_id exit_node_id"
    tables["tariff"] = [row(columns, "thru", "rate", "train", "t", 5, "P", "S")]
    graph = graph_of(tables)
    product = arc(graph, "product", "tariff:thru")
    single = [
        arc(graph, "line", f"link:{link}", start=start)
        for link, start in (("PQ", "P"), ("QR", "Q"), ("RS", "R"))
    ]
    km = link_use(
        graph, [np.array([product]), np.array(single), np.array(single[:1] * 2)]
    )
    assert km.tolist() == [[100, 50, 200, 0], [100, 50, 200, 0], [200, 0, 0, 0]]


def test_a_through_rate_and_the_same_links_by_local_rates_are_one_alternative():
    tables = line_tables()
    columns = "tariff_id kind carrier_id unit rate_per_unit entry_node_id exit_node_id"
    tables["tariff"] = [row(columns, "thru", "rate", "train", "t", 5, "P", "S")]
    assert links_of(tables, max_overlap=1.0).count(("PQ", "QR", "RS")) == 2
    assert links_of(tables, max_overlap=0.7).count(("PQ", "QR", "RS")) == 1


# --- via ---------------------------------------------------------------------------


def detour_tables():
    """Two ways by rail from P to S: by Q and R, or by T and U; and a branch to V.

    All in one country, 10 km a link: P-Q, Q-S; P-T, T-U, U-S; Q-V (a dead end), Q-T.
    """
    tables = line_tables()
    tables["node"] = [
        row(
            "node_id name x_coord y_coord node_type country_iso3",
            p,
            p * 2,
            -30 + n / 9,
            0,
            "city",
            "AAA",
        )
        for n, p in enumerate("PQSTUV")
    ]
    del tables["border"]
    tables["link"] = [
        row(LINK, a + b, a, b, "train", 1520, 10)
        for a, b in ("PQ", "QS", "PT", "TU", "US", "QV", "QT")
    ]
    tables["transfer"] = tables["transfer"][:4]
    return tables


def test_a_way_passes_the_places_asked_for_in_their_order():
    tables = detour_tables()
    assert links_of(tables)[0] == ("PQ", "QS")
    assert links_of(tables, via=("U",))[0] == ("PT", "TU", "US")
    assert links_of(tables, via=("T", "Q"))[0] == ("PT", "QT", "QS")
    assert links_of(tables, via=("Q", "T"))[0] == ("PQ", "QT", "TU", "US")
    assert all("TU" in way for way in links_of(tables, via=("U",)))


def test_the_staged_way_costs_as_much_as_the_sum_of_its_stages():
    graph = graph_of(detour_tables())
    weight = graph.values.length_km + 1.0
    place = list(graph.model["node"].text("node_id")).index
    search = staged_search(
        graph,
        graph.origin_of(place("P")),
        graph.destination_of(place("S")),
        (place("U"), place("Q")),
    )
    edges = cheapest_way(search, weight[search.arc])
    # load, P-T, T-U; U-T, T-Q or U-S, S-Q; Q-S; unload
    assert weight[search.arc[edges]].sum() == pytest.approx(2 + 5 * 11, rel=EXACT)


def test_a_dead_end_is_visited_and_left_the_same_way():
    assert links_of(detour_tables(), via=("V",))[0] == ("PQ", "QV", "QV", "QS")


def test_running_out_and_back_is_for_where_nothing_else_goes():
    for way in links_of(detour_tables(), via=("T",)):
        assert len(set(way)) == len(way)


def test_a_through_rate_passes_the_places_of_its_chain():
    """Its train runs by Q and R; asked to go by R, it is still the cheapest."""
    tables = line_tables()
    columns = "tariff_id kind carrier_id unit rate_per_unit entry_node_id exit_node_id"
    tables["tariff"] = [row(columns, "thru", "rate", "train", "t", 5, "P", "S")]
    plain = ways(tables).alternatives[0]
    asked = ways(tables, via=("R",)).alternatives[0]
    assert "through rate" in [leg.kind for leg in asked.legs]
    assert asked.totals == plain.totals


def test_a_place_that_cannot_be_reached_leaves_no_way():
    tables = sea_tables()
    tables["service"][0]["status"] = "closed"
    answer = ways(tables, via=("H",))
    assert answer.status == "no_way"
    assert answer.openings[0].elements == ("service:boat",)


# --- avoid ---------------------------------------------------------------------------


def test_avoided_rows_and_places_are_not_passed():
    tables = detour_tables()
    assert ("PQ", "QS") not in links_of(tables, avoid=("link:QS",))
    for way in links_of(tables, avoid=("Q",)) + links_of(tables, avoid=("node:Q",)):
        assert not {"PQ", "QS", "QT"}.intersection(way)
    assert links_of(tables, avoid=("QQ",)) == links_of(tables, avoid=("Q",))  # by name
    assert links_of(tables, avoid=("carrier:train",)) == []


def test_no_vertex_stands_for_cargo_that_is_not_handled_at_a_place():
    graph = graph_of(line_tables())
    place = list(graph.model["node"].text("node_id")).index
    assert graph.origin_of(place("Q")) == NONE
    assert graph.destination_of(place("Q")) == NONE
    assert graph.origin_of(place("P")) != graph.destination_of(place("P"))
