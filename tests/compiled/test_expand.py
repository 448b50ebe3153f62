"""Which arcs a model has, and what joins them."""

import numpy as np
import pytest
from tests.compiled.models import (
    arc,
    arcs,
    best,
    border,
    graph_of,
    line_tables,
    row,
    sea_tables,
    ways,
)

from bereket.compiled.arcs import ArcKind

TRANSFER = "node_id from_carrier_id to_carrier_id kind handling_h"
LINK = "link_id from_node_id to_node_id allowed_uses gauge_mm length_km"
RATE = "tariff_id kind carrier_id unit rate_per_unit entry_node_id exit_node_id"


def two_gauges(before="broad", after="narrow"):
    """P - Q of 1520 mm, Q - S of 1435 mm, in one country; two classes on each gauge."""
    tables = line_tables()
    train = tables["carrier"][0]
    tables["carrier"] = [
        train
        | {
            "carrier_id": f"{group}_{service_class}",
            "use_group": group,
            "gauge_mm": gauge,
            "service_class": service_class,
        }
        for group, gauge in (("broad", 1520), ("narrow", 1435))
        for service_class in ("block", "wagonload")
    ]
    for place in tables["node"]:
        place["country_iso3"] = "AAA"
    tables["border"] = []
    tables["link"] = [
        row(LINK, "PQ", "P", "Q", "broad", 1520, 100),
        row(LINK, "QS", "Q", "S", "narrow", 1435, 100),
    ]
    tables["transfer"] = [
        row(TRANSFER, "P", "", "broad", "load", 1),
        row(TRANSFER, "S", "narrow", "", "unload", 1),
        row(TRANSFER, "Q", before, after, "reload", 1),
    ]
    tables["commodity"][0]["allowed_carriers"] = "broad|narrow"
    del tables["border"]
    return tables


def changes_of(tables):
    """Return the pairs of carriers that cargo can change between."""
    graph = graph_of(tables)
    carrier = graph.model["carrier"].text("carrier_id")
    layer = graph.vertices.layer
    return {
        (carrier[layer[graph.arcs.tail[a]]], carrier[layer[graph.arcs.head[a]]])
        for a in np.nonzero(graph.arcs.kind == ArcKind.TRANSFER)[0]
    }


def test_two_gauges_meet_by_a_transfer_only():
    tables = two_gauges()
    assert best(tables).link_ids == ("PQ", "QS")
    del tables["transfer"][-1]
    assert ways(tables).status == "no_way"


def test_a_transfer_between_groups_keeps_the_service_class():
    assert changes_of(two_gauges()) == {
        ("broad_block", "narrow_block"),
        ("broad_wagonload", "narrow_wagonload"),
    }


def test_a_transfer_that_names_a_carrier_may_change_the_class():
    assert changes_of(two_gauges("broad_block", "narrow")) == {
        ("broad_block", "narrow_block"),
        ("broad_block", "narrow_wagonload"),
    }


def test_a_transfer_within_a_group_changes_no_carrier_into_itself():
    pairs = changes_of(
        two_gauges("broad_block|narrow_block", "broad_block|narrow_block")
    )
    assert pairs == {("broad_block", "narrow_block"), ("narrow_block", "broad_block")}


def test_loading_and_unloading_at_a_place_is_no_transfer():
    """Q unloads trains and loads lorries: a trade each, and no change between them."""
    tables = line_tables()
    tables["transfer"] = [
        row(TRANSFER, "P", "", "train", "load", 1),
        row(TRANSFER, "Q", "train", "", "unload", 1),
        row(TRANSFER, "Q", "", "lorry", "load", 1),
        row(TRANSFER, "R", "lorry", "", "unload", 1),
    ]
    assert ways(tables, "P", "R").status == "no_way"
    assert ways(tables, "P", "Q").status == "answered"
    assert ways(tables, "Q", "R").status == "answered"


def test_parallel_links_of_two_gauges_each_carry_their_own():
    tables = two_gauges()
    tables["link"].append(row(LINK, "pq", "P", "Q", "narrow", 1435, 70))
    tables["transfer"].append(row(TRANSFER, "P", "", "narrow", "load", 1))
    graph = graph_of(tables)
    assert len(arcs(graph, "line", "link:PQ")) == 4  # two classes there and back
    assert len(arcs(graph, "line", "link:pq")) == 4
    assert {way.link_ids for way in ways(tables).alternatives} == {
        ("PQ", "QS"),
        ("pq", "QS"),
    }


def test_a_directed_link_runs_one_way():
    tables = line_tables()
    tables["link"][0]["directed"] = 1
    graph = graph_of(tables)
    assert len(arcs(graph, "line", "link:PQ")) == 1
    assert best(tables).link_ids[0] == "PQ"
    assert ways(tables, "S", "P").status == "no_way"


def test_a_way_over_a_border_passes_each_side_once():
    kinds = [leg.kind for leg in best(line_tables()).legs]
    assert kinds == ["load", "line", "border", "line", "border", "line", "unload"]


def test_cargo_that_turns_back_at_the_border_passes_no_side():
    """The gate belongs to the link that crosses, not to the place."""
    tables = line_tables()
    tables["transfer"].append(row(TRANSFER, "Q", "train", "", "unload", 1))
    assert [leg.kind for leg in best(tables, "P", "Q").legs] == [
        "load",
        "line",
        "unload",
    ]


def test_a_place_with_two_borders_is_passed_by_the_sides_of_its_own_crossings():
    """From R over Q to T in a third country: R>Q, then Q>T, and no row of Q>R."""
    tables = line_tables()
    tables["node"].append(
        tables["node"][1] | {"node_id": "T", "name": "Te", "country_iso3": "CCC"}
    )
    tables["link"].append(row(LINK, "QT", "Q", "T", "rail", 1520, 10))
    tables["border"] += [
        border(*pair, "rail", side)
        for pair in (("Q", "T"), ("T", "Q"))
        for side in ("AAA", "CCC")
    ]
    tables["transfer"].append(row(TRANSFER, "T", "train", "", "unload", 1))
    way = best(tables, "S", "T")
    assert [r for leg in way.legs for r in leg.rows if r.startswith("border")] == [
        "border:R:Q:rail:BBB:SMGS",
        "border:R:Q:rail:AAA:SMGS",
        "border:Q:T:rail:AAA:SMGS",
        "border:Q:T:rail:CCC:SMGS",
    ]


def test_two_documents_at_a_border_are_a_choice():
    tables = line_tables()
    quick = border("Q", "R", "rail", "AAA", "CIM") | {"wait_h": 0.25}
    tables["border"].append(quick)
    assert best(tables).totals.time_h == pytest.approx(9.0 - 0.75)


def test_one_side_is_enough_in_a_customs_union():
    tables = line_tables()
    tables["border"] = [
        border("Q", "R", "rail|lorry", "AAA", "internal"),
        border("R", "Q", "rail|lorry", "BBB", "internal"),
    ]
    kinds = [leg.kind for leg in best(tables).legs]
    assert kinds == ["load", "line", "border", "line", "unload"]


def test_a_service_runs_there_and_back_and_calls_on_the_way():
    graph = graph_of(sea_tables())
    names = graph.model["node"].text("node_id")

    def ends(kind):
        found = np.nonzero(graph.arcs.kind == kind)[0]
        return sorted(
            (names[graph.arcs.start_idx[a]], names[graph.arcs.end_idx[a]])
            for a in found
        )

    assert ends(ArcKind.RIDE) == [("H", "Q"), ("H", "R"), ("Q", "H"), ("R", "H")]
    assert ends(ArcKind.BOARD) == [("H", "H"), ("H", "H"), ("Q", "Q"), ("R", "R")]
    assert ends(ArcKind.ALIGHT) == [("H", "H"), ("H", "H"), ("Q", "Q"), ("R", "R")]


def test_cargo_stays_on_board_at_a_call_in_between():
    """One boarding of 8 h for both rides, at H nothing: 250 and 500 km at 25 km/h."""
    (way,) = [a for a in ways(sea_tables()).alternatives if "QH" in a.link_ids]
    (leg,) = [leg for leg in way.legs if leg.kind == "service"]
    assert leg.time_h == pytest.approx(6 + 2 + 10 + 20 + 3)
    assert (leg.from_node_id, leg.via_node_ids, leg.to_node_id) == ("Q", ("H",), "R")


def test_a_service_runs_on_directed_links_one_way():
    tables = sea_tables()
    tables["link"][-1]["directed"] = 1  # H to R
    tables["transfer"].append(row(TRANSFER, "R", "train", "ferry", "tranship", 1))
    assert any("HR" in way.link_ids for way in ways(tables).alternatives)
    assert not any("HR" in way.link_ids for way in ways(tables, "S", "P").alternatives)


def test_ships_of_services_do_not_run_free():
    graph = graph_of(sea_tables())
    ferry = list(graph.model["carrier"].text("carrier_id")).index("ferry")
    lines = (graph.arcs.kind == ArcKind.LINE) & (graph.arcs.carrier_idx == ferry)
    assert not lines.any()


def through_rate(entry="P", leave="S", carrier="train"):
    tables = line_tables()
    tables["tariff"] = [row(RATE, "thru", "rate", carrier, "t", 5, entry, leave)]
    return tables


def test_a_through_rate_is_one_arc_one_way():
    graph = graph_of(through_rate())
    product = arc(graph, "product", "tariff:thru")
    names = graph.model["node"].text("node_id")
    ends = graph.arcs.start_idx[product], graph.arcs.end_idx[product]
    assert [names[at] for at in ends] == ["P", "S"]
    assert best(through_rate()).totals.cost_parts["haulage"] == pytest.approx(5.0)
    back = best(through_rate(), "S", "P").totals.cost_parts["haulage"]
    assert back == pytest.approx(35.0)


def test_a_rate_between_the_ends_of_a_link_prices_the_link():
    tables = through_rate("P", "Q")
    assert not arcs(graph_of(tables), "product", "tariff:thru")
    assert best(tables).totals.cost_parts["haulage"] == pytest.approx(5 + 25)


def test_a_through_rate_is_offered_beside_a_link_of_another_carrier():
    """A road from P to S is no link of the train: its through rate needs an arc."""
    tables = through_rate()
    tables["link"].append(row(LINK, "ps", "P", "S", "lorry", np.nan, 900))
    tables["border"] += [
        border(*pair, "lorry", side, "TIR")
        for pair in (("P", "S"), ("S", "P"))
        for side in ("AAA", "BBB")
    ]
    assert best(tables).totals.cost_parts["haulage"] == pytest.approx(5.0)


def test_the_chain_of_a_through_rate_is_the_quickest_way_of_its_carrier():
    tables = through_rate()
    tables["link"].append(row(LINK, "QR2", "Q", "R", "rail", 1520, 40))
    tables["link"].append(
        row(LINK, "PQ2", "P", "Q", "rail", 1520, 60) | {"commercial_speed_kmh": 10}
    )
    way = best(tables)
    assert way.link_ids == ("PQ", "QR2", "RS")
    assert way.totals.time_h == pytest.approx((100 + 40 + 200) / 50 + 2)
    assert way.totals.length_km == pytest.approx(340)


def test_the_chain_of_a_through_rate_passes_its_via_place():
    tables = through_rate()
    tables["link"].append(row(LINK, "PR", "P", "R", "rail", 1520, 10))
    tables["border"] += [
        border(*pair, "rail", side)
        for pair in (("P", "R"), ("R", "P"))
        for side in ("AAA", "BBB")
    ]
    tables["tariff"][0]["rate_per_unit"] = 0.5
    assert best(tables).link_ids == ("PR", "RS")
    tables["tariff"][0]["via_node_id"] = "Q"
    found = ways(tables).alternatives
    (thru,) = [w for w in found if any(leg.kind == "through rate" for leg in w.legs)]
    assert thru.link_ids == ("PQ", "QR", "RS")


def test_arcs_stand_in_the_order_of_their_tails_and_the_starts_match():
    graph = graph_of(sea_tables())
    assert (np.diff(graph.arcs.tail) >= 0).all()
    for vertex in range(graph.n_vertices):
        first, last = graph.indptr[vertex], graph.indptr[vertex + 1]
        assert (graph.arcs.tail[first:last] == vertex).all()
        first, last = graph.back_indptr[vertex], graph.back_indptr[vertex + 1]
        assert (graph.arcs.head[graph.back_arc[first:last]] == vertex).all()
    assert (graph.back_head == graph.arcs.tail[graph.back_arc]).all()
    assert sorted(graph.back_arc.tolist()) == list(range(graph.n_arcs))


def test_a_row_that_is_closed_has_arcs_that_are_not_open():
    tables = line_tables()
    tables["link"][0]["status"] = "closed"
    graph = graph_of(tables)
    line = arc(graph, "line", "link:PQ", start="P")
    assert not graph.is_open[line]
    assert graph.is_open[arc(graph, "line", "link:QR", start="Q")]
