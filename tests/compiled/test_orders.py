"""Orders in force: what each does, where, to whom, and which way."""

import pytest
from tests.compiled.models import (
    best,
    border,
    line_tables,
    row,
    sea_tables,
    way_by,
    ways,
)

from bereket.errors import QuestionError

EXACT = 1e-9  # sums of a few decimal fractions
RAIL = ("PQ", "QR", "RS")
LORRY = ("PQ", "qr", "RS")
FERRY = ("PQ", "QH", "HR", "RS")
OUT = "border:Q:R:rail:AAA:SMGS"
IN = "border:Q:R:rail:BBB:SMGS"
LINK = "link_id from_node_id to_node_id allowed_uses gauge_mm length_km"


def order(on, effect, value=None, unit="", **more):
    found = {"regime_id": "order", "on": on, "effect": effect} | more
    return found | ({} if value is None else {"value": value, "unit": unit})


def with_orders(*orders, tables=None):
    made = tables or line_tables()
    made["regime"] = [
        each | {"regime_id": f"order{at}"} for at, each in enumerate(orders)
    ]
    return made


def links_of(tables, origin="P", destination="S", **asked):
    answer = ways(tables, origin, destination, **asked)
    return [way.link_ids for way in answer.alternatives]


def totals(tables, links=RAIL, origin="P", destination="S", **asked):
    return way_by(ways(tables, origin, destination, **asked), *links).totals


def corridor(corridor_id, gateways):
    columns = "corridor_id name origin_node_ids destination_node_ids gateways"
    return row(columns, corridor_id, corridor_id, "P", "S", gateways)


# --- closing -------------------------------------------------------------------


@pytest.mark.parametrize(
    "element",
    ["link:QR", OUT, IN, "carrier:train", "transfer:P::train:load"],
)
def test_a_closed_element_shuts_what_passes_it(element):
    assert RAIL not in links_of(with_orders(order(element, "closed")))


def test_a_closed_border_side_leaves_the_other_direction_open():
    tables = with_orders(order(OUT, "closed"))
    assert links_of(tables) == [LORRY]
    assert links_of(tables, "S", "P")[0] == RAIL[::-1]


def test_a_closed_service_takes_no_cargo():
    tables = with_orders(order("service:boat", "closed"), tables=sea_tables())
    assert links_of(tables) == [RAIL, LORRY]


def test_a_closed_berth_takes_no_cargo():
    tables = sea_tables()
    tables["port"] = [row("node_id berth_kind carrier_id", "Q", "dry", "ferry")]
    assert FERRY in links_of(tables)
    assert FERRY not in links_of(
        with_orders(order("port:Q:dry", "closed"), tables=tables)
    )


def test_orders_hold_on_their_days():
    tables = with_orders(order(OUT, "closed", valid_from="2025-06-02"))
    assert RAIL in links_of(tables, as_of="2025-06-01")
    assert RAIL not in links_of(tables, as_of="2025-06-02")


def test_orders_hold_for_their_cargo():
    tables = with_orders(order(OUT, "closed", commodity_id="ore"))
    tables["commodity"].append(tables["commodity"][0] | {"commodity_id": "ore"})
    assert RAIL in links_of(tables)
    tables["regime"][0]["commodity_id"] = "ore|box"
    assert RAIL not in links_of(tables)


def test_a_bar_binds_its_party_and_is_reported_to_others():
    tables = with_orders(order(OUT, "barred", party="western"))
    answer = ways(tables)
    assert way_by(answer, *RAIL).regimes == ("order0",)
    assert answer.reported == ("order0",)
    assert links_of(tables, party="western") == [LORRY]
    both = [
        order(OUT, "barred", party="western"),
        order("link:qr", "barred", party="eastern"),
    ]
    assert links_of(with_orders(*both), party="eastern")[0] == RAIL


def test_a_party_that_no_order_names_is_refused_with_the_nearest():
    """A slip would lift the bar in silence."""
    tables = with_orders(order(OUT, "barred", party="western"))
    with pytest.raises(QuestionError, match="western"):
        ways(tables, party="westren")


def test_an_order_names_several_elements():
    tables = with_orders(order(f"link:qr|{OUT}", "closed"))
    assert links_of(tables) == []


@pytest.mark.parametrize(("direction", "is_open"), [("east", False), ("west", True)])
def test_an_order_on_a_link_holds_in_its_direction(direction, is_open):
    tables = with_orders(order("link:QR", "closed", direction=direction))
    assert (RAIL in links_of(tables)) == is_open
    assert (RAIL[::-1] in links_of(tables, "S", "P")) != is_open


def test_an_order_on_a_transfer_holds_in_any_direction():
    tables = with_orders(order("transfer:P::train:load", "closed", direction="west"))
    assert links_of(tables) == []


def test_the_larger_difference_of_coordinates_gives_the_direction():
    tables = with_orders(order("link:QR", "closed", direction="north"))
    assert RAIL in links_of(tables)
    tables["node"][2] |= {"x_coord": -28.8, "y_coord": 0.4}  # 0.2 east, 0.3 north
    assert RAIL not in links_of(tables)
    assert RAIL[::-1] in links_of(tables, "S", "P")


THRU = "tariff_id kind carrier_id unit rate_per_unit entry_node_id exit_node_id"


def through(*orders):
    tables = with_orders(*orders)
    tables["tariff"] = [row(THRU, "thru", "rate", "train", "t", 5, "P", "S")]
    return tables


def by_through_rate(tables):
    return [
        way
        for way in ways(tables).alternatives
        if any(leg.kind == "through rate" for leg in way.legs)
    ]


def test_a_through_rate_does_not_pass_a_closed_element_of_its_chain():
    assert by_through_rate(through())
    for element in ("link:QR", OUT, IN, "node:R", "BBB"):
        assert not by_through_rate(through(order(element, "closed"))), element


def test_a_closed_direction_is_that_of_the_link_and_not_of_the_through_rate():
    """The chain heads east as a whole, and north over the border."""
    for direction, is_open in (("north", False), ("east", True)):
        tables = through(order("link:QR", "closed", direction=direction))
        tables["node"][2] |= {"x_coord": -28.95, "y_coord": 2}
        assert bool(by_through_rate(tables)) == is_open, direction


def test_hours_and_surcharges_on_a_chain_count_as_often_as_on_its_arcs():
    """AAA and BBB both: the chain passes two border sides, and pays at each."""
    orders = (
        order("AAA|BBB", "added_h", 10, "h"),
        order("AAA|BBB", "surcharge", 3, "t"),
    )
    local = totals(with_orders(*orders))
    (thru,) = by_through_rate(through(*orders))
    assert local.time_h == pytest.approx(9 + 20, rel=EXACT)
    assert thru.totals.time_h == pytest.approx(local.time_h, rel=EXACT)
    assert local.cost_parts["other"] == pytest.approx(6.0, rel=EXACT)
    assert thru.totals.cost_parts["other"] == pytest.approx(6.0, rel=EXACT)


# --- places and countries --------------------------------------------------------


def test_a_closed_place_lets_nothing_be_handled_but_trains_pass():
    tables = with_orders(order("node:Q", "closed"), tables=sea_tables())
    assert links_of(tables) == []  # Q is AAA's border post
    for place in tables["node"]:
        place["country_iso3"] = "AAA"
    del tables["border"]
    assert links_of(tables) == [RAIL]


def test_a_closed_place_shuts_its_own_side_of_the_border_only():
    """R's side is passed on the way in; what Q does on its side is another order."""
    tables = with_orders(order("node:R", "added_h", 10, "h"))
    assert totals(tables).time_h == pytest.approx(9 + 10, rel=EXACT)


def test_a_closed_country_is_not_entered():
    tables = with_orders(order("BBB", "closed"))
    assert links_of(tables) == []


def test_hours_on_a_country_count_at_each_of_its_sides_passed():
    assert totals(
        with_orders(order("AAA", "added_h", 10, "h"))
    ).time_h == pytest.approx(19.0)


@pytest.mark.parametrize(
    ("effect", "unit"), [("added_h", "h"), ("surcharge", "t"), ("subsidy", "t")]
)
@pytest.mark.parametrize("element", ["node:Q", "service:boat"])
def test_hours_and_money_count_once_where_cargo_is_transshipped_and_boards(
    element, effect, unit
):
    """A day's delay of a port, or of a ship, delays a load by a day."""
    plain = totals(sea_tables(), FERRY)
    found = totals(
        with_orders(order(element, effect, 24, unit), tables=sea_tables()), FERRY
    )
    change = {
        "added_h": found.time_h - plain.time_h,
        "surcharge": found.cost_parts["other"],
        "subsidy": -found.cost_parts["other"],
    }
    assert change[effect] == pytest.approx(24.0, rel=EXACT)


# --- money and hours ---------------------------------------------------------------


def test_added_hours_delay_the_way():
    found = totals(with_orders(order(OUT, "added_h", 36, "h")))
    assert found.time_h == pytest.approx(45.0, rel=EXACT)
    assert found.door_to_door_h == pytest.approx(47.0, rel=EXACT)
    assert found.generalised_usd_per_t == pytest.approx(46.0 + 36, rel=EXACT)


def test_hours_of_several_orders_add_up():
    orders = [order(OUT, "added_h", 5, "h"), order("AAA", "added_h", 7, "h")]
    assert totals(with_orders(*orders)).time_h == pytest.approx(21.0, rel=EXACT)


@pytest.mark.parametrize(
    ("effect", "usd"), [("surcharge", 400 / 20), ("subsidy", -400 / 20)]
)
def test_money_a_container_is_spread_over_its_load(effect, usd):
    found = totals(with_orders(order(OUT, effect, 400, "feu")))
    assert found.cost_parts["other"] == pytest.approx(usd, rel=EXACT)
    assert found.generalised_usd_per_t == pytest.approx(46 + usd, rel=EXACT)


def test_money_a_train_is_listed_as_left_out():
    way = best(with_orders(order(OUT, "surcharge", 400, "train")))
    assert way.totals.cost_parts["other"] == 0.0
    assert any("order0" in text for text in way.excludes)


def test_a_coefficient_multiplies_the_haulage_of_its_link():
    found = totals(with_orders(order("link:RS", "coefficient", 3, "ratio")))
    assert found.cost_parts["haulage"] == pytest.approx(15 + 3 * 20, rel=EXACT)


def test_a_coefficient_of_a_country_multiplies_the_haulage_in_it():
    found = totals(with_orders(order("AAA", "coefficient", 3, "ratio")))
    assert found.cost_parts["haulage"] == pytest.approx(3 * 15 + 20, rel=EXACT)


def test_a_coefficient_of_a_country_multiplies_what_a_run_costs_exactly():
    tables = with_orders(order("AAA", "coefficient", 3, "ratio"))
    tables["tariff"] = [
        {"tariff_id": "x", "kind": "rate", "rate_per_unit": 4, "rate_per_unit_km": 0.2}
    ]
    expected = 3 * (4 + 30) + (4 + 40)
    assert totals(tables).cost_parts["haulage"] == pytest.approx(expected, rel=EXACT)


def test_a_quota_is_reported_and_changes_no_figure():
    found = best(with_orders(order(OUT, "quota", 5, "train")))
    assert found.totals == best(line_tables()).totals
    assert found.regimes == ("order0",)


def test_an_order_elsewhere_is_not_reported():
    answer = ways(with_orders(order("link:qr", "surcharge", 5, "t")))
    assert way_by(answer, *RAIL).regimes == ()
    assert way_by(answer, *LORRY).regimes == ("order0",)


# --- prescribed crossings --------------------------------------------------------


def two_crossings():
    """A second crossing by rail, P to R, shorter than by Q."""
    tables = line_tables()
    tables["link"].append(row(LINK, "PR", "P", "R", "rail", 1520, 90))
    tables["border"] += [
        border(*pair, "rail", side)
        for pair in (("P", "R"), ("R", "P"))
        for side in ("AAA", "BBB")
    ]
    return tables


@pytest.mark.parametrize("element", [OUT, IN, f"{OUT}|{IN}"])
def test_a_prescribed_crossing_shuts_the_others_and_stays_open_itself(element):
    assert links_of(two_crossings())[0] == ("PR", "RS")
    tables = with_orders(order(element, "prescribed"), tables=two_crossings())
    assert links_of(tables) == [RAIL, LORRY]


def test_a_prescribed_crossing_leaves_the_other_direction_alone():
    tables = with_orders(order(OUT, "prescribed"), tables=two_crossings())
    assert links_of(tables, "S", "P")[0] == ("RS", "PR")


def test_a_crossing_prescribed_to_a_party_binds_it_alone():
    tables = with_orders(
        order(f"{OUT}|{IN}", "prescribed", party="x"), tables=two_crossings()
    )
    assert links_of(tables)[0] == ("PR", "RS")
    assert links_of(tables, party="x") == [RAIL, LORRY]


# --- corridors -------------------------------------------------------------------


def on_corridor(*orders):
    tables = with_orders(*orders)
    tables["corridor"] = [corridor("rails", "Q>R, !P>R"), corridor("none", "P>R")]
    tables["link"].append(row(LINK, "PR", "P", "R", "lorry", float("nan"), 990))
    tables["border"] += [
        border(*pair, "lorry", side, "TIR")
        for pair in (("P", "R"), ("R", "P"))
        for side in ("AAA", "BBB")
    ]
    return tables


def test_money_on_a_corridor_is_paid_once_a_way():
    tables = on_corridor(order("rails", "subsidy", 100, "feu"))
    answer = ways(tables)
    for links in (RAIL, LORRY):
        way = way_by(answer, *links)
        assert way.totals.cost_parts["other"] == pytest.approx(-5.0, rel=EXACT)
        assert way.regimes == ("order0",)
        assert way.corridors == ("rails",)


def test_an_order_on_a_corridor_holds_both_ways():
    tables = on_corridor(order("rails", "surcharge", 100, "feu"))
    found = totals(tables, RAIL[::-1], "S", "P")
    assert found.cost_parts["other"] == pytest.approx(5.0, rel=EXACT)


def test_hours_on_a_corridor_delay_the_whole_way_once():
    found = totals(on_corridor(order("rails", "added_h", 10, "h")))
    assert found.time_h == pytest.approx(19.0, rel=EXACT)
    assert found.generalised_usd_per_t == pytest.approx(56.0, rel=EXACT)


def test_a_closed_corridor_has_no_way():
    assert links_of(on_corridor(order("rails", "closed"))) == []
    assert links_of(on_corridor(order("none", "closed")))[0] == RAIL


def test_a_corridor_barred_to_a_party_is_reported_to_others():
    tables = on_corridor(order("rails", "barred", party="western"))
    assert way_by(ways(tables), *RAIL).regimes == ("order0",)
    assert links_of(tables, party="western") == []


def test_a_coefficient_on_a_corridor_multiplies_the_haulage_of_the_way():
    found = totals(on_corridor(order("rails", "coefficient", 2, "ratio")))
    assert found.cost_parts["haulage"] == pytest.approx(70.0, rel=EXACT)


def test_a_directed_order_on_a_corridor_holds_in_its_direction():
    tables = on_corridor(order("rails", "surcharge", 100, "feu", direction="west"))
    assert totals(tables).cost_parts["other"] == 0.0
    found = totals(tables, RAIL[::-1], "S", "P")
    assert found.cost_parts["other"] == pytest.approx(5.0, rel=EXACT)
