"""Rules of demand: a flow that cannot be meant is named, and no other."""

import pytest
from tests.model.altered import number, with_cell, with_row, without_table

from bereket import blank_model
from bereket.model.demand_rules import FAULTS
from bereket.model.validate import validate
from bereket.schema import table_schema
from bereket.schema.checker import parse

MODEL = blank_model()
SCHEMA = table_schema("demand")
ENDS = {"origin_node_id": "EAST", "destination_node_id": "FARPORT"}
SOUND = ENDS | {"commodity_id": "grain", "year": "2024", "tonnes": "120000"}
SOURCED = {"source_id": "example", "quality": "assumed", "note": "invented"}


def findings(model):
    return validate(model, frozenset(model.tables))


def the_fault(model):
    (issue,) = findings(model).faults
    return issue


def where(issue):
    return issue.table, issue.rows, issue.field


def cell_issue(column, text):
    row = SOUND | {column: text}
    (issue,) = parse(SCHEMA, list(row), [list(row.values())]).faults
    assert where(issue) == ("demand", (2,), column)
    return issue.rule, issue.found


def test_a_row_is_a_flow_of_a_year():
    assert SCHEMA.key == (*ENDS, "commodity_id", "year")
    assert SCHEMA.fields["tonnes"].unit == "t"


@pytest.mark.parametrize("rule", [rule for rule, _ in FAULTS])
def test_no_rule_finds_anything_in_an_unbroken_model(rule):
    assert list(rule(MODEL)) == []
    assert list(rule(without_table(MODEL, "demand"))) == []


def test_a_flow_that_ends_where_it_begins_is_a_fault():
    issue = the_fault(with_cell(MODEL, "demand", 0, "destination_node_id", "EAST"))
    assert where(issue) == ("demand", (number(0),), "destination_node_id")
    assert issue.rule == "must be another place than origin_node_id"
    assert issue.found == "'EAST' on both sides"


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("tonnes", "-1", "must be 0 or more"),
        ("tonnes", "", "must not be empty"),
        (
            "tonnes",
            "nan",
            "must be a finite number; leave the cell empty where it is unknown",
        ),
        ("tonnes", "12 kt", "must be a number"),
        ("year", "2024.5", "must be a whole number"),
        ("year", "24", "must be 1900 or more"),
        ("origin_node_id", "", "must not be empty"),
        ("destination_node_id", "", "must not be empty"),
        ("commodity_id", "", "must not be empty"),
    ],
)
def test_a_cell_that_means_no_flow_is_a_fault(column, text, rule):
    assert cell_issue(column, text) == (rule, repr(text) if text else "an empty cell")


def test_nothing_wanted_is_a_figure():
    row = SOUND | {"tonnes": "0"}
    assert parse(SCHEMA, list(row), [list(row.values())]).faults == ()


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("origin_node_id", "NOWHERE"),
        ("destination_node_id", "NOWHERE"),
        ("commodity_id", "gold"),
    ],
)
def test_places_and_cargo_must_be_of_the_model(column, name):
    issue = the_fault(with_cell(MODEL, "demand", 0, column, name))
    assert where(issue) == ("demand", (number(0),), column)
    assert issue.found == repr(name)


def test_a_flow_of_a_year_stands_once():
    again = dict(ENDS, commodity_id="grain", year=2024.0, tonnes=1.0, **SOURCED)
    issue = the_fault(with_row(MODEL, "demand", **again))
    assert issue.rows == (number(0), number(1))
    later = again | {"year": 2030.0}
    assert findings(with_row(MODEL, "demand", **later)).faults == ()


@pytest.mark.parametrize(("end", "value"), [("low", 120001.0), ("high", 119999.0)])
def test_bounds_hold_the_tonnes(end, value):
    issue = the_fault(with_cell(MODEL, "demand", 0, f"tonnes_{end}", value))
    assert where(issue) == ("demand", (number(0),), f"tonnes_{end}")
    assert issue.found == f"{value:g} beside 120000"
