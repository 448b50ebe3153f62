"""Rules of observations, seasons, access and loads: a breach is named, and no other."""

import math

import pytest
from tests.model.altered import (
    number,
    row_at,
    with_cell,
    with_row,
    without_row,
    without_table,
)

from bereket import blank_model
from bereket.model.time_rules import ADVICE, FAULTS
from bereket.model.validate import validate

MODEL = blank_model()
SOURCED = {"source_id": "example", "quality": "assumed", "note": "invented"}


def findings(model):
    return validate(model, frozenset(model.tables))


def the_fault(model):
    (issue,) = findings(model).faults
    return issue


def where(issue):
    return issue.table, issue.rows, issue.field


@pytest.mark.parametrize("rule", [rule for rule, _ in (*FAULTS, *ADVICE)])
def test_no_rule_finds_anything_in_an_unbroken_model(rule):
    assert list(rule(MODEL)) == []


@pytest.mark.parametrize("rule", [rule for rule, _ in (*FAULTS, *ADVICE)])
@pytest.mark.parametrize("name", ["corridor", "season", "access", "vessel_load"])
def test_rules_bear_the_absence_of_a_table(rule, name):
    # What is missed must be named; that nothing is raised is the point.
    for issue in rule(without_table(MODEL, name)):
        assert issue.rows


# --- observations ------------------------------------------------------------


@pytest.mark.parametrize(
    "on", ["KAZ", "KAZ|TKM", "east_sea", "node:PORT", "season:grain:KAZ:1"]
)
def test_an_observation_is_of_a_country_a_corridor_or_any_row(on):
    assert findings(with_cell(MODEL, "observation", 0, "on", on)).faults == ()


@pytest.mark.parametrize("on", ["AAA", "nowhere", "node:NOWHERE", "KAZ|link:none"])
def test_an_observation_of_nothing_is_a_fault(on):
    issue = the_fault(with_cell(MODEL, "observation", 0, "on", on))
    assert where(issue) == ("observation", (number(0),), "on")


def test_a_period_that_ends_before_it_begins_is_a_fault():
    issue = the_fault(with_cell(MODEL, "observation", 0, "period_end", "2023-12"))
    assert where(issue) == ("observation", (number(0),), "period_end")
    assert issue.found == "2024-01-01 to 2023-12"


def test_a_year_begins_and_ends_with_itself():
    year = with_cell(MODEL, "observation", 0, "period_start", "2024")
    assert (
        findings(with_cell(year, "observation", 0, "period_end", "2024")).faults == ()
    )


def test_tonnes_of_an_unknown_weight_are_advice_and_no_fault():
    silent = findings(with_cell(MODEL, "observation", 0, "weight_basis", ""))
    assert silent.faults == ()
    (issue,) = (i for i in silent.advice if i.table == "observation")
    assert where(issue) == ("observation", (number(0),), "weight_basis")


def test_boxes_need_no_weight():
    boxes = with_cell(MODEL, "observation", 0, "unit", "teu")
    found = findings(with_cell(boxes, "observation", 0, "weight_basis", ""))
    assert not [i for i in found.advice if i.table == "observation"]


# --- seasons -----------------------------------------------------------------


def test_shares_that_do_not_make_one_are_a_fault_of_all_twelve_months():
    issue = the_fault(with_cell(MODEL, "season", 0, "share", 0.5))
    assert where(issue) == ("season", tuple(range(2, 14)), "share")
    assert issue.found == "1.43"


def test_shares_typed_with_four_digits_make_one():
    assert findings(with_cell(MODEL, "season", 0, "share", 0.0704)).faults == ()


def test_a_month_that_is_missing_is_named():
    issue = the_fault(without_row(MODEL, "season", 4))
    assert where(issue) == ("season", tuple(range(2, 13)), "month")
    assert issue.found == "none for 5"


def test_each_origin_has_shares_of_its_own():
    row = {"commodity_id": "grain", "origin_iso3": "TKM", "month": 1.0, "share": 1.0}
    issue = the_fault(with_row(MODEL, "season", **row, **SOURCED))
    assert issue.rule.startswith("grain from TKM")
    del row["origin_iso3"]
    issue = the_fault(with_row(MODEL, "season", **row, **SOURCED))
    assert issue.rule.startswith("grain from all other countries")


# --- access and loads --------------------------------------------------------


@pytest.mark.parametrize(("rule", "value"), [("barred", 5.0), ("lead_days", math.nan)])
def test_a_bar_has_no_size_and_all_else_has_one(rule, value):
    changed = with_cell(MODEL, "access", 0, "rule", rule)
    issue = the_fault(with_cell(changed, "access", 0, "value", value))
    assert where(issue) == ("access", (number(0),), "value")


def test_a_vessel_that_takes_less_in_deeper_water_is_a_fault():
    deep = row_at(MODEL, "vessel_load", "dry_5000", "4.5")
    issue = the_fault(with_cell(MODEL, "vessel_load", deep, "payload_share", 0.8))
    assert where(issue) == ("vessel_load", (number(deep),), "payload_share")
