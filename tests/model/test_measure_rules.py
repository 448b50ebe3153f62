"""Rules of measures: a breach is named with its row, and no other."""

import pytest
from tests.model.altered import number, row_at, with_cell, without_table
from tests.model.test_measures import MODEL, NEW_LINK, with_measure

from bereket.model.measure_rules import FAULTS
from bereket.model.validate import validate

LONGER = ("link:L1", "length_km", "add", 1.0)


def faults(model):
    return validate(model, frozenset(model.tables)).faults


def the_fault(model):
    (issue,) = faults(model)
    return issue


def last_effect(model):
    return (number(len(model["measure_effect"]) - 1),)


@pytest.mark.parametrize("rule", [rule for rule, _ in FAULTS])
def test_no_rule_finds_anything_in_an_unbroken_model(rule):
    assert list(rule(MODEL)) == []


@pytest.mark.parametrize("name", ["measure", "measure_effect", "link"])
def test_rules_bear_the_absence_of_a_table(name):
    for rule, _ in FAULTS:
        for issue in rule(without_table(MODEL, name)):
            assert issue.rows


@pytest.mark.parametrize(
    ("effect", "column", "found"),
    [
        (("link:L9", "length_km", "add", 1.0), "value", "no row 'link:L9'"),
        (("track:L1", "length_km", "add", 1.0), "element", "no table 'track'"),
        (("link:L1:x", "length_km", "add", 1.0), "element", "has 2 keys"),
        (("L1", "length_km", "add", 1.0), "element", "no row reference"),
        (("link:L1", "lenght", "add", 1.0), "column", "'lenght'"),
        (("link:L1", "link_id", "set", "L2"), "column", "part of the key"),
        (("link:L1", "length_km", "set", "long"), "value", "takes a value"),
        (("link:L1", "length_km", "set", 0.0), "value", "must be more than 0"),
        (("link:L1", "tracks", "set", 1.5), "value", "must be a whole number"),
        (("link:L1", "status", "set", "built"), "value", "must be one of operating"),
        (("link:L1", "name", "set", 5.0), "value", "takes a text"),
        (("link:L1", "length_km", "add", "5"), "value", "takes a value, no text"),
        (("link:L1", "alpha", "multiply", 2.0), "value", "blank"),
        (("link:L1", "from_node_id", "set", "NOWHERE"), "value", "no node 'NOWHERE'"),
        (("link:L1", "allowed_uses", "set", "road|tram"), "value", "'tram'"),
        (("link:L1", "length_km", "add", -1.0, -300.0, -1.0), "value", "more than 0"),
        (("link:L1", "length_km", "insert", 1.0), "value", "is there already"),
    ],
)
def test_an_effect_that_points_at_nothing_or_cannot_stand_is_a_fault(
    effect, column, found
):
    model = with_measure(MODEL, "m", effect)
    issue = the_fault(model)
    where = (issue.table, issue.rows, issue.field)
    assert where == ("measure_effect", last_effect(model), column)
    assert found in issue.found


def test_a_row_to_insert_that_lacks_a_column_is_one_fault():
    model = with_measure(MODEL, "m", *NEW_LINK[1:])
    assert the_fault(model).found == "insert link:L9: from_node_id must not be empty"


def test_rows_that_a_measure_brings_may_name_each_other_and_be_named():
    place = [
        ("node:NEW", "name", "insert", "New"),
        ("node:NEW", "x_coord", "insert", 55.0),
        ("node:NEW", "y_coord", "insert", 42.0),
        ("node:NEW", "country_iso3", "insert", "KAZ"),
        ("node:NEW", "node_type", "insert", "station"),
    ]
    known = MODEL["node"].schema.fields
    place = [each for each in place if each[1] in known]
    line = [("link:L9", "from_node_id", "insert", "NEW"), *NEW_LINK[1:]]
    model = with_measure(MODEL, "m", *line, *place)
    model = with_measure(model, "n", ("link:L9", "length_km", "add", 1.0), needs="m")
    assert faults(model) == ()


def test_a_change_of_a_row_that_another_measure_brings_must_need_that_measure():
    model = with_measure(MODEL, "m", *NEW_LINK)
    model = with_measure(model, "n", ("link:L9", "length_km", "add", 1.0))
    assert "no row 'link:L9'" in the_fault(model).found


def test_a_circle_of_needs_is_a_fault_of_each_measure_in_it():
    model = with_measure(MODEL, "a", LONGER, needs="b")
    model = with_measure(model, "b", LONGER, needs="a")
    rows = [row_at(model, "measure", name) for name in ("a", "b")]
    assert [(i.rows, i.field) for i in faults(model)] == [
        ((number(row),), "needs") for row in rows
    ]


def test_a_measure_that_needs_what_it_rules_out_is_a_fault():
    model = with_measure(MODEL, "a", LONGER)
    model = with_measure(model, "b", LONGER, needs="a", excludes="a")
    issue = the_fault(model)
    assert (issue.table, issue.field) == ("measure", "needs")
    assert issue.found == "b excludes a"


def test_a_measure_without_effect_must_be_a_target():
    assert the_fault(with_measure(MODEL, "m")).found == "'proposed'"
    assert faults(with_measure(MODEL, "m", measure_status="target")) == ()


def test_an_effect_of_no_measure_is_told_once():
    row = len(MODEL["measure_effect"]) - 1
    model = with_cell(MODEL, "measure_effect", row, "measure_id", "nobody")
    told = [(i.table, i.field) for i in faults(model)]
    assert told == [("measure_effect", "measure_id"), ("measure", "measure_status")]
