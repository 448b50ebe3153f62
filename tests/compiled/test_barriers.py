"""Where there is no way, what stops it is named, the cheapest opening first."""

import pytest
from tests.compiled.models import (
    border,
    line_tables,
    row,
    sea_tables,
    ways,
)

EXACT = 1e-9  # sums of a few decimal fractions
OUT = "border:Q:R:rail:AAA:SMGS"
LORRY_OUT = "border:Q:R:lorry:AAA:TIR"
LINK = "link_id from_node_id to_node_id allowed_uses gauge_mm length_km"
THRU = "tariff_id kind carrier_id unit rate_per_unit entry_node_id exit_node_id"
RAIL_COST, LORRY_COST = 46.0, 252.0  # generalised, by models.py


def rail_only():
    """Return the line without the lorry."""
    tables = line_tables()
    tables["link"] = tables["link"][:3]
    tables["border"] = tables["border"][:4]
    return tables


def order(regime_id, on, effect, **more):
    return {"regime_id": regime_id, "on": on, "effect": effect} | more


def openings(tables, origin="P", destination="S", **asked):
    """Return elements, reasons and cost of what would open a way."""
    answer = ways(tables, origin, destination, **asked)
    assert answer.status == "no_way"
    assert not answer.alternatives
    return [
        (o.elements, o.why, o.alternative.totals.generalised_usd_per_t)
        for o in answer.openings
    ]


def elements(tables, *asked_ends, **asked):
    return [found[0] for found in openings(tables, *asked_ends, **asked)]


def test_a_planned_link_is_what_stops_the_way():
    tables = rail_only()
    tables["link"][2]["status"] = "planned"
    ((found, why, cost),) = openings(tables)
    assert found == ("link:RS",)
    assert "planned" in why[0]
    assert cost == pytest.approx(RAIL_COST, rel=EXACT)


def test_a_link_that_opens_later_is_named_with_its_date():
    tables = rail_only()
    tables["link"][2]["valid_from"] = "2027-01-01"
    ((found, why, _),) = openings(tables)
    assert found == ("link:RS",)
    assert "2027-01-01" in why[0]


def test_a_closed_transfer_is_what_stops_the_way():
    tables = rail_only()
    tables["transfer"][0]["status"] = "closed"
    assert elements(tables) == [("transfer:P::train:load",)]


def test_a_closed_border_side_is_what_stops_the_way():
    tables = rail_only()
    tables["border"][0]["status"] = "closed"
    assert elements(tables) == [(OUT,)]


def test_a_closed_berth_is_what_stops_the_ship():
    tables = sea_tables()
    tables["link"] = [x for x in tables["link"] if x["link_id"] not in ("QR", "qr")]
    del tables["border"]
    tables["port"] = [
        row("node_id berth_kind carrier_id status", "Q", "dry", "ferry", "closed")
    ]
    assert elements(tables) == [("port:Q:dry",)]


def test_each_of_two_orders_that_would_do_is_named_and_the_cheaper_first():
    tables = line_tables()
    tables["regime"] = [
        order("lorries", LORRY_OUT, "closed"),
        order("trains", OUT, "closed"),
    ]
    found = openings(tables)
    assert [each[0] for each in found] == [("regime:trains",), ("regime:lorries",)]
    assert [each[2] for each in found] == pytest.approx(
        [RAIL_COST, LORRY_COST], rel=EXACT
    )
    assert OUT in found[0][1][0]


def test_the_opened_way_is_priced_as_it_would_run():
    tables = rail_only()
    tables["regime"] = [order("ban", OUT, "closed")]
    answer = ways(tables)
    (opening,) = answer.openings
    assert opening.alternative.link_ids == ("PQ", "QR", "RS")
    assert opening.alternative.regimes == ()  # the ban is taken as lifted


def test_what_must_open_together_is_named_together():
    tables = rail_only()
    tables["link"][2]["status"] = "planned"
    tables["regime"] = [order("ban", OUT, "closed")]
    ((found, why, cost),) = openings(tables)
    assert sorted(found) == ["link:RS", "regime:ban"]
    assert len(why) == 2
    assert cost == pytest.approx(RAIL_COST, rel=EXACT)


def test_two_orders_on_one_element_must_go_together():
    tables = rail_only()
    tables["regime"] = [order("one", OUT, "closed"), order("two", OUT, "closed")]
    ((found, _, _),) = openings(tables)
    assert sorted(found) == ["regime:one", "regime:two"]


def test_one_opening_goes_before_two_that_would_be_cheaper():
    """By rail two must open, by lorry one; the lorry's is enough alone."""
    tables = line_tables()
    tables["link"][1]["status"] = "planned"
    tables["regime"] = [
        order("rail", OUT, "closed"),
        order("lorry", LORRY_OUT, "closed"),
    ]
    assert elements(tables) == [("regime:lorry",)]


def test_what_was_to_be_avoided_is_named():
    ((found, why, cost),) = openings(rail_only(), avoid=("link:QR",))
    assert found == ("link:QR",)
    assert "avoided" in why[0]
    assert cost == pytest.approx(RAIL_COST, rel=EXACT)


def test_a_place_that_was_to_be_avoided_is_named_as_it_was_typed():
    assert elements(rail_only(), avoid=("Er",)) == [("Er",)]


def test_a_bar_is_named_with_its_party():
    tables = rail_only()
    tables["regime"] = [order("bar", OUT, "barred", party="western")]
    ((found, why, _),) = openings(tables, party="western")
    assert found == ("regime:bar",)
    assert "western" in why[0]


def test_places_that_nothing_joins_have_no_opening():
    tables = rail_only()
    del tables["link"][2]
    assert openings(tables) == []


def test_a_closed_corridor_is_what_stops_the_way():
    tables = rail_only()
    columns = "corridor_id name origin_node_ids destination_node_ids gateways"
    tables["corridor"] = [row(columns, "rails", "Rails", "P", "S", "Q>R")]
    tables["regime"] = [order("ban", "rails", "closed")]
    assert elements(tables) == [("regime:ban",)]


def test_a_way_round_a_closed_corridor_is_no_opening_of_another_row():
    """The order shuts all ways over Q>R, a plan the road from P to R: either would do.

    The lorry from Q to R is planned too, but to open it would be no use.
    """
    tables = line_tables()
    columns = "corridor_id name origin_node_ids destination_node_ids gateways"
    tables["link"][3]["status"] = "planned"
    tables["link"].append(row(LINK, "PR", "P", "R", "lorry", float("nan"), 900))
    tables["link"][-1]["status"] = "planned"
    tables["border"] += [
        border(*pair, "lorry", side, "TIR")
        for pair in (("P", "R"), ("R", "P"))
        for side in ("AAA", "BBB")
    ]
    load = "node_id from_carrier_id to_carrier_id kind handling_h"
    tables["transfer"].append(row(load, "P", "", "lorry", "load", 1))
    tables["corridor"] = [row(columns, "rails", "Rails", "P", "S", "Q>R")]
    tables["regime"] = [order("ban", "rails", "closed")]
    found = openings(tables)
    assert [each[0] for each in found] == [("regime:ban",), ("link:PR",)]
    assert all(cost < 1e6 for _, _, cost in found)


def test_a_prescribed_crossing_does_not_hide_that_another_order_closes_it():
    """The crossing is prescribed and closed: lifting the closure is enough."""
    tables = rail_only()
    both = f"{OUT}|border:Q:R:rail:BBB:SMGS"
    tables["regime"] = [
        order("only", both, "prescribed"),
        order("ban", "link:RS", "closed"),
    ]
    assert elements(tables) == [("regime:ban",)]


def test_a_prescribed_crossing_that_is_shut_may_be_opened_or_the_order_lifted():
    tables = rail_only()
    tables["link"].append(row(LINK, "PR", "P", "R", "rail", 1520, 900))
    tables["border"] += [
        border(*pair, "rail", side)
        for pair in (("P", "R"), ("R", "P"))
        for side in ("AAA", "BBB")
    ]
    tables["link"][1]["status"] = "closed"
    both = f"{OUT}|border:Q:R:rail:BBB:SMGS"
    tables["regime"] = [order("only", both, "prescribed")]
    assert elements(tables) == [("link:QR",), ("regime:only",)]


def test_a_through_rate_whose_chain_is_shut_opens_nothing_by_itself():
    """R-S is planned and a far road is closed: the road is not what stops the train."""
    tables = rail_only()
    tables["tariff"] = [row(THRU, "thru", "rate", "train", "t", 5, "P", "S")]
    tables["link"][2]["status"] = "planned"
    tables["link"].append(row(LINK, "far", "P", "Q", "lorry", float("nan"), 70))
    tables["link"][-1]["status"] = "closed"
    found = openings(tables)
    assert [each[0] for each in found] == [("link:RS",)]
    assert found[0][2] >= 5 + 11  # at least the rate, and the hours of the chain
