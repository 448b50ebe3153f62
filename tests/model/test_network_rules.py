"""Rules of the network: a breach is named with table, row, column, and no other."""

import math

import numpy as np
import pytest
from tests.model.altered import (
    number,
    row_at,
    with_cell,
    with_row,
    without_row,
    without_table,
)

from bereket import blank_model, read_model
from bereket.model.network_rules import ADVICE, FAULTS, country_boxes
from bereket.model.validate import GENERAL_RULES, validate
from bereket.schema import TABLE_NAMES

BLANK = blank_model()
SOURCED = {"source_id": "invented", "quality": "reported"}
KM_PER_DEGREE = 111.195  # a degree of the equator on a sphere of 6,371.0088 km
KM_TOLERANCE = 0.01  # the figure above has three decimals


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


def findings(model):
    return validate(model, frozenset(model.tables))


def faults(model):
    return findings(model).faults


def the_fault(model):
    (issue,) = faults(model)
    return issue


def where(issue):
    return issue.table, issue.rows, issue.field


@pytest.mark.parametrize("rule", [rule for rule, _ in (*FAULTS, *ADVICE)])
@pytest.mark.parametrize("name", ["teaching", "blank"])
def test_no_rule_finds_anything_in_an_unbroken_model(model, rule, name):
    assert list(rule({"teaching": model, "blank": BLANK}[name])) == []


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_rules_bear_the_absence_of_any_table(model, name):
    # What is missed must be named; that nothing is raised is the point.
    for issue in faults(without_table(model, name)):
        assert issue.table in TABLE_NAMES


# --- gauges ------------------------------------------------------------------


@pytest.mark.parametrize("gauge", [1435.0, math.nan])
def test_a_train_on_another_gauge_is_a_fault(model, gauge):
    row = row_at(model, "link", "rail_AJN_ABO")
    found = faults(with_cell(model, "link", row, "gauge_mm", gauge))
    assert {where(issue) for issue in found} == {("link", (number(row),), "gauge_mm")}
    for carrier in ("rail1520_container", "rail1520_wagon"):
        assert sum(repr(carrier) in issue.rule for issue in found) == 1
    assert len(found) == 2
    assert all("1520 mm" in issue.rule for issue in found)


def test_road_and_sea_have_no_gauge_to_agree_with(model):
    row = row_at(model, "link", "road_ASH_ABO")
    assert faults(with_cell(model, "link", row, "gauge_mm", 1435.0)) == ()


# --- groups ------------------------------------------------------------------


def test_a_group_that_bears_the_name_of_a_carrier_outside_it_is_a_fault(model):
    row = row_at(model, "carrier", "ferry")
    issue = the_fault(with_cell(model, "carrier", row, "use_group", "road"))
    assert where(issue) == ("carrier", (number(row),), "use_group")
    assert issue.found == "'road'"


def test_a_group_may_bear_the_name_of_a_carrier_in_it():
    assert BLANK["carrier"].text("use_group")[0] == "rail1520"
    assert faults(BLANK) == ()


# --- ends --------------------------------------------------------------------


def test_a_link_from_a_place_to_itself_is_a_fault(model):
    row = row_at(model, "link", "rail_ASH_AJN")
    issue = the_fault(with_cell(model, "link", row, "to_node_id", "ASH"))
    assert where(issue) == ("link", (number(row),), "to_node_id")
    assert issue.found == "'ASH'"


def test_two_ends_that_are_unknown_are_not_one_place(model):
    row = row_at(model, "link", "rail_ASH_AJN")
    broken = with_cell(model, "link", row, "from_node_id", "")
    assert faults(with_cell(broken, "link", row, "to_node_id", "")) == ()


# --- borders -----------------------------------------------------------------


@pytest.mark.parametrize("side", ["AAA", "BBB"])
def test_a_side_of_a_crossing_that_has_no_row_is_a_fault_of_the_link(model, side):
    gone = row_at(model, "border", "BBO", "ABO", "road", side, "TIR")
    issue = the_fault(without_row(model, "border", gone))
    row = row_at(model, "link", "road_ABO_BBO")
    assert where(issue) == ("link", (number(row),), "to_node_id")
    assert "BBO>ABO" in issue.rule
    assert "'road'" in issue.rule
    assert issue.rule.endswith(f"on the side of {side}")
    other = {"AAA": "BBB", "BBB": "AAA"}[side]
    assert issue.found == f"rows for {other}"


def test_a_crossing_without_any_row_is_named_for_both_sides(model):
    broken = model
    for side in ("AAA", "BBB"):
        gone = row_at(broken, "border", "BBO", "ABO", "road", side, "TIR")
        broken = without_row(broken, "border", gone)
    issue = the_fault(broken)
    assert issue.rule.endswith("on the side of AAA and BBB")
    assert issue.found == "none"


def test_within_a_customs_union_one_row_a_direction_is_enough(model):
    row = row_at(model, "border", "CBO", "BCO", "road", "CCC", "internal")
    issue = the_fault(with_cell(model, "border", row, "document", "CMR"))
    assert issue.table == "link"
    assert "CBO>BCO" in issue.rule
    assert issue.rule.endswith("on the side of BBB")


def test_a_link_of_one_direction_needs_borders_in_that_direction_only(model):
    row = row_at(model, "link", "rail_BBO_ABO")
    assert faults(model) == ()
    found = faults(with_cell(model, "link", row, "directed", 0.0))
    assert {where(issue) for issue in found} == {("link", (number(row),), "to_node_id")}
    assert all("ABO>BBO" in issue.rule for issue in found)
    assert len(found) == 2  # container trains and wagonload trains


def test_no_border_table_at_all_is_a_fault_of_every_crossing(model):
    found = [i for i in faults(without_table(model, "border")) if i.table == "link"]
    crossing = ["rail_ABO_BBO", "rail_BBO_ABO", "rail_BCO_CBO"]
    crossing += ["road_ABO_BBO", "road_BCO_CBO"]
    assert {issue.rows for issue in found} == {
        (number(row_at(model, "link", name)),) for name in crossing
    }


def test_the_sea_needs_no_border_row(model):
    assert not [k for k in model["border"].keys if k[:2] == ("APO", "CPO")]
    assert faults(model) == ()


def test_a_border_row_on_the_side_of_a_third_country_is_a_fault(model):
    cells = {"from_node_id": "ABO", "to_node_id": "BBO", "carrier_id": "road"}
    broken = with_row(
        model, "border", **cells, side_iso3="CCC", document="TIR", **SOURCED
    )
    issue = the_fault(broken)
    assert where(issue) == ("border", (14,), "side_iso3")
    assert (issue.rule, issue.found) == ("must be AAA or BBB", "'CCC'")


def test_a_border_row_within_one_country_is_a_fault(model):
    cells = {"from_node_id": "ASH", "to_node_id": "AJN", "carrier_id": "rail1520"}
    broken = with_row(
        model, "border", **cells, side_iso3="AAA", document="SMGS", **SOURCED
    )
    assert where(the_fault(broken)) == ("border", (14,), "to_node_id")


def test_a_border_row_where_no_link_runs_is_a_fault(model):
    cells = {"from_node_id": "ASH", "to_node_id": "CCY", "carrier_id": "road"}
    broken = with_row(
        model, "border", **cells, side_iso3="AAA", document="TIR", **SOURCED
    )
    issue = the_fault(broken)
    assert where(issue) == ("border", (14,), "to_node_id")
    assert issue.found == "no link ASH>CCY"


# --- services ----------------------------------------------------------------


def test_a_service_with_one_call_is_a_fault(model):
    issue = the_fault(without_row(model, "service_stop", 1))
    assert where(issue) == ("service", (2,), "service_id")
    assert issue.found == "1"


def test_a_call_that_no_link_of_the_carrier_joins_is_a_fault(model):
    issue = the_fault(with_cell(model, "service_stop", 1, "node_id", "AJN"))
    assert where(issue) == ("service_stop", (3,), "node_id")
    assert issue.found == "no link APO>AJN"  # a railway is there, and no ship


def test_calls_are_joined_in_their_sequence_not_in_the_order_of_rows(model):
    cells = {"service_id": "crossing", "node_id": "ASH", "sequence": 1.5}
    found = faults(with_row(model, "service_stop", **cells, **SOURCED))
    assert {where(issue) for issue in found} == {
        ("service_stop", (4,), "node_id"),  # ASH after APO
        ("service_stop", (3,), "node_id"),  # CPO after ASH
    }


# --- transfers ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "column", "value"),
    [
        (("ASH", "", "road", "load"), "from_carrier_id", "ferry"),
        (("ASH", "", "road", "load"), "to_carrier_id", ""),
        (("ASH", "road", "", "unload"), "to_carrier_id", "ferry"),
        (("ASH", "road", "", "unload"), "from_carrier_id", ""),
        (("BBO", "rail1520", "rail1435", "reload"), "from_carrier_id", ""),
        (("BBO", "rail1520", "rail1435", "reload"), "to_carrier_id", ""),
    ],
)
def test_a_transfer_has_the_carriers_that_its_kind_says(model, key, column, value):
    row = row_at(model, "transfer", *key)
    issue = the_fault(with_cell(model, "transfer", row, column, value))
    assert where(issue) == ("transfer", (number(row),), column)
    assert key[3] in issue.rule
    assert issue.found == (repr(value) if value else "an empty cell")


# --- orders ------------------------------------------------------------------


@pytest.mark.parametrize(
    "on",
    [
        "border:ABO:BBO:rail1520:AAA:TIR",  # no such document there
        "link:rail_ASH",
        "XXX",
        "the sea",
        "node:ASH|node:XXX",
    ],
)
def test_an_order_on_nothing_is_a_fault(model, on):
    issue = the_fault(with_cell(model, "regime", 0, "on", on))
    assert where(issue) == ("regime", (2,), "on")


@pytest.mark.parametrize(
    "on", ["steppe", "CCC", "node:ASH", "node:ASH|CCC|steppe", "deflator:2025"]
)
def test_an_order_acts_on_rows_corridors_and_countries(model, on):
    assert faults(with_cell(model, "regime", 0, "on", on)) == ()


def test_an_order_may_act_on_a_row_of_several_carriers(model):
    row = row_at(model, "border", "BCO", "CBO", "road", "BBB", "internal")
    several = with_cell(model, "border", row, "carrier_id", "road|rail1435")
    gone = row_at(several, "border", "BCO", "CBO", "rail1435", "BBB", "internal")
    several = without_row(several, "border", gone)
    assert faults(several) == ()
    on = "border:BCO:CBO:road|rail1435:BBB:internal"
    assert faults(with_cell(several, "regime", 3, "on", on)) == ()


# --- corridors ---------------------------------------------------------------


@pytest.mark.parametrize(
    "gateways", ["ABO>CCY", "ABO>BBO, ABO>CCY", "ABO>BBO|ABO>CCY", "ABO>BBO, !ABO>CCY"]
)
def test_a_gateway_that_is_no_link_is_a_fault(model, gateways):
    issue = the_fault(with_cell(model, "corridor", 0, "gateways", gateways))
    assert where(issue) == ("corridor", (2,), "gateways")
    assert issue.found == "no link ABO>CCY"


def test_a_gateway_may_be_told_against_the_direction_of_the_row(model):
    assert faults(with_cell(model, "corridor", 1, "gateways", "CPO>APO")) == ()


def test_gateways_that_cannot_be_read_are_a_fault(model):
    issue = the_fault(with_cell(model, "corridor", 1, "gateways", "ABO-BBO"))
    assert where(issue) == ("corridor", (3,), "gateways")
    assert issue.rule == "must be written A>B|C>D, E>F"


@pytest.mark.parametrize("mix", ["coal:1", "grain", "grain:0.4|containers:x"])
def test_a_mix_that_names_no_cargo_or_no_share_is_a_fault(model, mix):
    issue = the_fault(with_cell(model, "corridor", 0, "mix", mix))
    assert where(issue) == ("corridor", (2,), "mix")


@pytest.mark.parametrize(
    ("mix", "total"),
    [("grain:0.5|containers:0.4", "0.9"), ("grain:1|containers:1", "2")],
)
def test_shares_of_a_mix_that_do_not_sum_to_one_are_a_fault(model, mix, total):
    issue = the_fault(with_cell(model, "corridor", 0, "mix", mix))
    assert where(issue) == ("corridor", (2,), "mix")
    assert (issue.rule, issue.found) == ("the shares of a mix must sum to 1", total)


@pytest.mark.parametrize("mix", ["", "grain:1", "grain:0.35|containers:0.65"])
def test_a_mix_whose_shares_sum_to_one_is_sound(model, mix):
    assert faults(with_cell(model, "corridor", 0, "mix", mix)) == ()


# --- coordinates -------------------------------------------------------------


def placed(node_id, x_coord, y_coord):
    row = row_at(BLANK, "node", node_id)
    moved = with_cell(BLANK, "node", row, "x_coord", x_coord)
    return row, with_cell(moved, "node", row, "y_coord", y_coord)


def test_swapped_coordinates_are_named_as_such():
    row, broken = placed("EAST", 43.6, 52.0)
    issue = the_fault(broken)
    assert where(issue) == ("node", (number(row),), "x_coord")
    assert issue.rule == (
        "the place must lie in KAZ; longitude and latitude look swapped"
    )
    assert issue.found == "43.6, 52"


def test_a_place_in_another_country_is_a_fault():
    row, broken = placed("EAST", 0.0, 0.0)
    issue = the_fault(broken)
    assert where(issue) == ("node", (number(row),), "x_coord")
    assert issue.rule == "the place must lie in KAZ"


def test_a_country_without_a_box_is_not_held_against_a_place(model):
    assert "AAA" not in country_boxes()
    assert faults(model) == ()


def test_every_box_has_a_west_left_of_its_east_and_a_south_below_its_north():
    for iso3, (west, south, east, north) in country_boxes().items():
        assert -180 <= west < east <= 180, iso3
        assert -90 <= south < north <= 90, iso3


# --- tariffs -----------------------------------------------------------------


def test_a_belt_that_ends_before_it_begins_is_a_fault(model):
    broken = with_cell(model, "tariff", 0, "from_km", 100.0)
    issue = the_fault(with_cell(broken, "tariff", 0, "to_km", 99.0))
    assert where(issue) == ("tariff", (2,), "to_km")
    assert issue.found == "99"


def test_a_belt_that_has_no_end_is_none(model):
    assert faults(with_cell(model, "tariff", 0, "from_km", 100.0)) == ()


@pytest.mark.parametrize("table", ["tariff", "rent"])
def test_a_currency_without_a_rate_is_a_fault(model, table):
    issue = the_fault(with_cell(model, table, 1, "currency", "EUR"))
    assert where(issue) == (table, (3,), "currency")
    assert issue.found == "'EUR'"


def test_a_rent_needs_a_rate_where_there_is_no_tariff_too(model):
    broken = with_cell(without_table(model, "tariff"), "rent", 0, "currency", "EUR")
    assert where(the_fault(broken)) == ("rent", (2,), "currency")


def test_dollars_need_no_rate(model):
    without = without_table(model, "fx")
    assert {where(issue) for issue in faults(without)} == {
        ("tariff", (number(row_at(model, "tariff", "c_rail")),), "currency")
    }


# --- lengths (advice) --------------------------------------------------------


def test_a_link_shorter_than_the_straight_line_is_worth_a_look(model):
    row = row_at(model, "link", "rail_ASH_AJN")  # 1.5 degrees of the equator
    found = findings(with_cell(model, "link", row, "length_km", 100.0))
    assert found.faults == ()
    (issue,) = found.advice
    assert where(issue) == ("link", (number(row),), "length_km")
    assert issue.rule == "is shorter than the straight line, 167 km"
    assert issue.found == "100"


def test_a_link_as_long_as_the_straight_line_is_not_worth_a_look(model):
    row = row_at(model, "link", "rail_ASH_AJN")
    straight = 1.5 * KM_PER_DEGREE
    assert findings(with_cell(model, "link", row, "length_km", straight)).advice == ()


def test_no_straight_line_is_drawn_to_an_unknown_place(model):
    broken = with_cell(model, "node", row_at(model, "node", "AJN"), "x_coord", math.nan)
    assert findings(broken).advice == ()


# --- the rules themselves ----------------------------------------------------


def test_every_rule_says_what_must_hold_and_every_fault_rule_is_asked():
    rules = [*GENERAL_RULES, *(rule for rule, _ in (*FAULTS, *ADVICE))]
    assert len(set(rules)) == len(rules)
    assert all(rule.__doc__ for rule in rules)


def test_breaches_are_plain_numbers_and_text(model):
    broken = with_cell(model, "link", 0, "to_node_id", "ASH")
    broken = with_cell(broken, "tariff", 0, "currency", "EUR")
    broken = with_cell(broken, "regime", 3, "valid_from", "2025")
    broken = with_cell(broken, "regime", 3, "valid_to", "2024")
    for issue in faults(broken):
        assert all(type(row) is int for row in issue.rows)
        assert not isinstance(issue.found, np.generic)
