"""What arcs share, and how much of it there is."""

import numpy as np
import pytest
from tests.compiled.models import arc, arcs, graph_of, line_tables, row, sea_tables

from bereket.compiled.capacities import capacity_of

NONE = np.nan


def used_by(graph, index):
    """Return the references of the resources that an arc uses."""
    resources = graph.resources
    first, last = resources.indptr[index], resources.indptr[index + 1]
    return [
        str(resources.reference(graph.model, at))
        for at in resources.used_idx[first:last]
    ]


def resource(graph, reference):
    named = [
        str(graph.resources.reference(graph.model, at))
        for at in range(graph.resources.size)
    ]
    assert named.count(reference) == 1, named
    return named.index(reference)


def stated(graph, reference):
    at = resource(graph, reference)
    found = capacity_of(
        graph.model,
        graph.resources.table[at],
        int(graph.resources.row_idx[at]),
        graph.day,
    )
    return found.unit, found.per_day.value


def test_one_track_is_one_resource_for_both_directions_and_all_classes():
    tables = line_tables()
    tables["carrier"].append(
        tables["carrier"][0] | {"carrier_id": "slow", "service_class": "wagonload"}
    )
    graph = graph_of(tables)
    lines = arcs(graph, "line", "link:PQ")
    assert len(lines) == 4
    assert {tuple(used_by(graph, line)) for line in lines} == {("link:PQ",)}
    resource(graph, "link:PQ")


def test_a_border_post_is_one_resource_a_side_and_direction():
    tables = line_tables()
    tables["carrier"].append(
        tables["carrier"][0] | {"carrier_id": "slow", "service_class": "wagonload"}
    )
    graph = graph_of(tables)
    exits = arcs(graph, "border", "border:Q:R:rail:AAA:SMGS")
    assert len(exits) == 2  # a class each, one post
    for post in exits:
        assert used_by(graph, post) == ["border:Q:R:rail:AAA:SMGS"]


def test_a_ride_uses_the_vessels_and_the_sea_link_and_boarding_uses_the_berth():
    tables = sea_tables()
    tables["port"] = [
        row(
            "node_id berth_kind carrier_id capacity_t_per_day", "Q", "dry", "ferry", 900
        )
    ]
    graph = graph_of(tables)
    rides = arcs(graph, "ride", "link:QH")
    assert [used_by(graph, ride) for ride in rides] == [["service:boat", "link:QH"]] * 2
    assert used_by(graph, arc(graph, "board", "service:boat", start="Q")) == [
        "port:Q:dry"
    ]
    assert used_by(graph, arc(graph, "alight", "service:boat", start="Q")) == [
        "port:Q:dry"
    ]
    assert used_by(graph, arc(graph, "board", "service:boat", start="R")) == []
    assert stated(graph, "port:Q:dry") == ("t", 900.0)


def test_a_terminal_handles_servers_times_hours_over_minutes():
    tables = line_tables()
    tables["transfer"][0] |= {
        "unit": "feu",
        "servers": 3,
        "service_min_per_unit": 5,
        "hours_per_day": 10,
    }
    graph = graph_of(tables)
    # 3 cranes x 60 / 5 an hour x 10 h
    assert stated(graph, "transfer:P::train:load") == ("feu", 360.0)


def test_a_service_offers_slots_of_the_sailings_that_sail():
    tables = sea_tables()
    tables["service"][0]["availability"] = 0.5
    graph = graph_of(tables)
    # 14 a week, half sail, 100 slots of the carrier's unit, 7 days
    assert stated(graph, "service:boat") == ("t", pytest.approx(100.0))


def test_a_border_accepts_what_its_row_says_in_its_unit():
    tables = line_tables()
    tables["border"][0] |= {"acceptance_per_day": 12, "unit": "train"}
    assert stated(graph_of(tables), "border:Q:R:rail:AAA:SMGS") == ("train", 12.0)


def test_capacity_that_is_not_stated_is_unknown_and_not_zero():
    graph = graph_of(line_tables())
    for reference in ("link:PQ", "transfer:P::train:load", "border:Q:R:rail:AAA:SMGS"):
        assert np.isnan(stated(graph, reference)[1]), reference
