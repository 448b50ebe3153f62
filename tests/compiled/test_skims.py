"""What carriage between countries costs: means over their cities, by weight."""

import pytest
from tests.model.altered import with_row

from bereket import blank_model
from bereket.compiled.skims import CityCost, mean_skims, trading_places

EXACT = 1e-12  # relative: a sum of few figures
INF = float("inf")
# Two places of KAZ (EAST, EASTGATE), two of TKM (WESTGATE, PORT), one of AZE (FARPORT)
MODEL = blank_model()


def city(origin, destination, tonnes, usd, cargo="grain"):
    return CityCost(origin, destination, cargo, tonnes, usd)


def lanes(*costs, model=MODEL):
    return mean_skims(model, costs).lanes


def with_group(members, label="EU27"):
    group = {"iso3": label, "year": 2023, "members": members, "quality": "reported"}
    return with_row(MODEL, "country", **group)


def test_a_lane_costs_the_mean_of_its_cities_by_tonnes():
    found = lanes(
        city("EAST", "PORT", 1.0, 10.0),
        city("EASTGATE", "PORT", 2.0, 40.0),
        city("EAST", "WESTGATE", 5.0, 70.0),
    )
    (lane,) = found.values()
    assert list(found) == [("KAZ", "TKM", "grain")]
    by_hand = (1 * 10 + 2 * 40 + 5 * 70) / 8
    assert lane.cost_usd_per_t == pytest.approx(by_hand, rel=EXACT)
    assert (lane.tonnes, lane.city_pairs, lane.without_way) == (8.0, 3, 0)


def test_directions_and_cargo_are_lanes_of_their_own():
    skims = mean_skims(
        MODEL,
        [
            city("EAST", "PORT", 1.0, 10.0),
            city("PORT", "EAST", 1.0, 20.0),
            city("EAST", "PORT", 1.0, 30.0, "flour"),
            city("EAST", "FARPORT", 1.0, 40.0),
        ],
    )
    assert {lane: cost.cost_usd_per_t for lane, cost in skims.lanes.items()} == {
        ("KAZ", "TKM", "grain"): 10.0,
        ("TKM", "KAZ", "grain"): 20.0,
        ("KAZ", "TKM", "flour"): 30.0,
        ("KAZ", "AZE", "grain"): 40.0,
    }
    assert skims.pairs == (("KAZ", "TKM"), ("TKM", "KAZ"), ("KAZ", "AZE"))


def test_cities_without_a_way_are_in_no_mean_and_are_counted():
    (lane,) = lanes(
        city("EAST", "PORT", 3.0, 10.0),
        city("EASTGATE", "PORT", 100.0, INF),
    ).values()
    assert (lane.cost_usd_per_t, lane.tonnes) == (10.0, 3.0)
    assert (lane.city_pairs, lane.without_way) == (2, 1)


def test_a_lane_none_of_whose_cities_has_a_way_cannot_be_gone():
    (lane,) = lanes(
        city("EAST", "PORT", 3.0, INF), city("EASTGATE", "PORT", 1.0, INF)
    ).values()
    assert (lane.cost_usd_per_t, lane.tonnes) == (INF, 0.0)
    assert (lane.city_pairs, lane.without_way) == (2, 2)


def test_carriage_within_a_country_is_left_out():
    assert lanes(city("EAST", "EASTGATE", 1.0, 10.0)) == {}
    (lane,) = lanes(
        city("EAST", "EASTGATE", 1.0, 10.0), city("EAST", "PORT", 1.0, 30.0)
    ).values()
    assert (lane.cost_usd_per_t, lane.city_pairs) == (30.0, 1)


def test_members_of_a_group_trade_as_the_group():
    found = lanes(
        city("EAST", "PORT", 1.0, 10.0),
        city("EAST", "FARPORT", 3.0, 50.0),
        city("PORT", "FARPORT", 9.0, 7.0),  # within the group
        city("FARPORT", "EAST", 1.0, 80.0),
        model=with_group("TKM|AZE"),
    )
    assert {lane: cost.cost_usd_per_t for lane, cost in found.items()} == {
        ("KAZ", "EU27", "grain"): 40.0,
        ("EU27", "KAZ", "grain"): 80.0,
    }


def test_each_place_trades_under_its_country_or_the_group_of_it():
    own = dict(
        zip(
            MODEL["node"].labels("node_id"),
            MODEL["node"].labels("country_iso3"),
            strict=True,
        )
    )
    assert trading_places(MODEL) == own
    grouped = {place: "EU27" if iso3 == "AZE" else iso3 for place, iso3 in own.items()}
    assert trading_places(with_group("AZE|GEO")) == grouped


def test_without_costs_there_is_no_lane():
    skims = mean_skims(MODEL, [])
    assert (dict(skims.lanes), skims.pairs) == ({}, ())
