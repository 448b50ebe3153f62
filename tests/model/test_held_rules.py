"""Rules of observations with ends and of shocks: a fault is named where it stands."""

import pytest
from tests.model.altered import number, with_cell, with_row, without_table

from bereket import blank_model
from bereket.model.held_rules import FAULTS
from bereket.model.validate import validate
from bereket.schema import table_schema
from bereket.schema.checker import parse

MODEL = blank_model()
SCHEMA = table_schema("shock")
SOUND = SCHEMA.examples[0]
TIME = {"kind": "time", "unit": "h", "value": 48.0, "on": "KAZ"}
TIME |= {"period_start": "2025", "period_end": "2025", "definition": "told"}
TIME |= {"source_id": "example", "quality": "reported"}


def findings(model):
    return validate(model, frozenset(model.tables)).faults


def the_fault(model):
    (issue,) = findings(model)
    return issue


def where(issue):
    return issue.table, issue.rows, issue.field


def with_time(**ends):
    return with_row(MODEL, "observation", observation_id="o", **(TIME | ends))


@pytest.mark.parametrize("rule", [rule for rule, _ in FAULTS])
def test_no_rule_finds_anything_in_an_unbroken_model(rule):
    assert list(rule(MODEL)) == []
    assert list(rule(without_table(MODEL, "shock"))) == []


# --- observations between places -----------------------------------------------------


def test_a_time_between_two_places_is_sound():
    ends = {"origin_node_id": "EAST", "destination_node_id": "FARPORT"}
    assert findings(with_time(**ends)) == ()


@pytest.mark.parametrize(
    ("ends", "field", "rule"),
    [
        ({"origin_node_id": "EAST"}, "destination_node_id", "must be there where"),
        ({"destination_node_id": "EAST"}, "origin_node_id", "must be there where"),
    ],
)
def test_one_end_without_the_other_is_a_fault(ends, field, rule):
    model = with_time(**ends)
    issue = the_fault(model)
    row = number(len(model["observation"]) - 1)
    assert where(issue) == ("observation", (row,), field)
    assert rule in issue.rule


def test_a_time_from_a_place_to_itself_is_a_fault():
    ends = {"origin_node_id": "EAST", "destination_node_id": "EAST"}
    issue = the_fault(with_time(**ends))
    assert issue.found == "'EAST' on both sides"


def test_a_flow_has_no_ends():
    ends = {"origin_node_id": "EAST", "destination_node_id": "FARPORT"}
    flow = {"kind": "flow", "unit": "teu"}
    issue = the_fault(with_time(**ends, **flow))
    assert (issue.field, issue.found) == ("origin_node_id", "'EAST' of a flow")


def test_an_end_that_is_no_place_is_a_fault():
    ends = {"origin_node_id": "NOWHERE", "destination_node_id": "FARPORT"}
    issue = the_fault(with_time(**ends))
    assert (issue.field, issue.found) == ("origin_node_id", "'NOWHERE'")


# --- shocks --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "found"),
    [
        ("link:L999", "link:L999"),
        ("nowhere", "nowhere"),
        ("node:EAST", "'node:EAST'"),
        ("service:crossing", "service:crossing"),
    ],
)
def test_a_shock_on_what_is_not_there_or_not_counted_is_a_fault(on, found):
    issue = the_fault(with_cell(MODEL, "shock", 0, "on", on))
    assert where(issue) == ("shock", (number(0),), "on")
    assert issue.rule.startswith("must be one corridor_id, or references of links")
    assert found in issue.found


def test_a_shock_on_two_corridors_is_a_fault():
    corridor = MODEL["corridor"].labels("corridor_id")[0]
    issue = the_fault(with_cell(MODEL, "shock", 0, "on", f"{corridor}|link:L2"))
    assert "a way may be of two corridors" in issue.found


@pytest.mark.parametrize("column", ["before_date", "after_date", "on", "definition"])
def test_a_shock_without_its_dates_place_or_definition_is_a_fault(column):
    row = SOUND | {column: ""}
    (issue,) = parse(SCHEMA, list(row), [list(row.values())]).faults
    assert where(issue) == ("shock", (2,), column)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("before_date", "2026-09"),
        ("after_date", "soon"),
        ("unit", "train"),
        ("direction", "north"),
        ("observed_ratio", "-0.1"),
    ],
)
def test_a_cell_that_means_nothing_is_refused(column, text):
    row = SOUND | {column: text}
    (issue,) = parse(SCHEMA, list(row), [list(row.values())]).faults
    assert where(issue) == ("shock", (2,), column)


def test_a_shock_that_ends_before_it_begins_is_a_fault():
    model = with_cell(MODEL, "shock", 0, "after_date", "2026-09-15")
    issues = {issue.field: issue for issue in findings(model)}
    assert issues["after_date"].found == "2026-09-15 to 2026-09-15"


def test_a_ratio_against_its_direction_is_a_fault():
    issue = the_fault(with_cell(MODEL, "shock", 0, "direction", "up"))
    assert where(issue) == ("shock", (number(0),), "observed_ratio")
    assert issue.rule == "must be above 1 where direction is up"


@pytest.mark.parametrize(
    ("column", "day", "both"),
    [
        ("before_date", "2026-10-05", "both days"),
        ("after_date", "2026-09-20", "neither day"),
    ],
)
def test_an_order_that_does_not_begin_or_end_between_the_days_is_a_fault(
    column, day, both
):
    issue = the_fault(with_cell(MODEL, "shock", 0, column, day))
    assert where(issue) == ("shock", (number(0),), "regimes")
    assert issue.found == f"'autumn_closure' holds on {both}"


def test_an_order_that_is_not_there_is_a_fault():
    issue = the_fault(with_cell(MODEL, "shock", 0, "regimes", "winter_closure"))
    assert (issue.field, issue.found) == ("regimes", "'winter_closure'")


def test_a_party_that_no_order_of_the_shock_binds_is_a_fault():
    issue = the_fault(with_cell(MODEL, "shock", 0, "party", "western"))
    assert (issue.field, issue.found) == ("party", "'western'")
