"""What single rows do not show: layers that do not join, places cut off."""

import numpy as np
from tests.compiled.models import line_tables, model_of, row, sea_tables

from bereket.compiled.expand import expand
from bereket.compiled.inspect import inspect, reachable

TRANSFER = "node_id from_carrier_id to_carrier_id kind handling_h"


def advice(tables):
    return [
        (issue.table, issue.rows, issue.rule) for issue in inspect(model_of(tables))
    ]


def test_a_model_that_hangs_together_needs_no_advice():
    assert advice(line_tables()) == []
    assert advice(sea_tables()) == []


def test_train_and_lorry_that_meet_without_a_transfer_are_named():
    tables = line_tables()
    tables["transfer"] = [t for t in tables["transfer"] if t["node_id"] != "Q"]
    ((table, rows, rule),) = advice(tables)
    assert (table, rows) == ("node", (3,))  # Q, the header being row 1
    assert "rail 1520" in rule
    assert "road" in rule


def test_two_gauges_that_meet_without_a_transfer_are_named():
    tables = line_tables()
    tables["carrier"].append(
        tables["carrier"][0]
        | {"carrier_id": "narrow", "use_group": "narrow", "gauge_mm": 1435}
    )
    link = "link_id from_node_id to_node_id allowed_uses gauge_mm length_km"
    tables["link"].append(row(link, "pq", "P", "Q", "narrow", 1435, 90))
    found = advice(tables)
    # Q has a transfer, though not of the narrow gauge; P has none
    assert [rows for _, rows, _ in found] == [(2,)]
    assert "rail 1435" in found[0][2]
    assert "rail 1520" in found[0][2]


def test_cargo_that_cannot_leave_is_named():
    tables = line_tables()
    tables["transfer"].append(row(TRANSFER, "R", "", "lorry", "load", 1))
    tables["link"][3]["directed"] = 1  # the lorry runs from Q to R only
    tables["transfer"] = [
        t
        for t in tables["transfer"]
        if (t["node_id"], t["from_carrier_id"]) != ("R", "lorry")
    ]
    assert [(t, r) for t, r, _ in advice(tables)] == [("node", (4,))]


def test_a_corridor_whose_ends_are_not_joined_is_named():
    tables = line_tables()
    columns = "corridor_id name origin_node_ids destination_node_ids gateways"
    tables["corridor"] = [
        row(columns, "good", "Good", "Q|P", "S", "Q>R"),
        row(columns, "bad", "Bad", "Q|R", "S", "Q>R"),  # nothing loads there
    ]
    assert [(t, r) for t, r, _ in advice(tables)] == [("corridor", (3,))]


def test_a_sea_link_without_a_service_is_named():
    tables = sea_tables()
    link = "link_id from_node_id to_node_id allowed_uses length_km"
    tables["link"].append(row(link, "idle", "Q", "R", "ferry", 700))
    tables["service_stop"] = tables["service_stop"]
    assert [(t, r) for t, r, _ in advice(tables)] == [("link", (8,))]


def test_reachable_is_the_closure_over_arcs():
    model = model_of(line_tables())
    vertices, arcs = expand(model)
    source = int(np.nonzero((vertices.layer == -1) & (vertices.place_idx == 0))[0][0])
    reached = reachable(arcs, vertices.layer.size, np.array([source]))
    expected = {source}
    while True:
        grown = expected | {
            int(h)
            for t, h in zip(arcs.tail, arcs.head, strict=True)
            if int(t) in expected
        }
        if grown == expected:
            break
        expected = grown
    assert set(np.nonzero(reached)[0].tolist()) == expected
    assert len(expected) < vertices.layer.size  # the other loading place is not in it
