"""Rules of how shippers choose: a parameter that cannot be meant is named."""

import numpy as np
import pytest
from tests.model.altered import number, with_cell, with_table, without_table
from tests.studies.calibrations import made

from bereket import Table, blank_model
from bereket.model.parameter_rules import FAULTS
from bereket.model.validate import validate
from bereket.schema import table_schema
from bereket.schema.checker import parse

MODEL = without_table(without_table(blank_model(), "calibration"), "fit")
SCHEMA = table_schema("parameter")
ROW = {
    "parameter_id": "p",
    "kind": "constant",
    "on": "node:PORT",
    "prior": "0",
    "lowest": "-50",
    "highest": "50",
    "prior_sd": "20",
    "source_id": "example",
    "quality": "assumed",
    "note": "an example",
}
FACTOR = {"kind": "scale", "on": "", "prior": 1.0, "lowest": 0.5, "highest": 2.0}


def findings(model):
    return validate(model, frozenset(model.tables))


def the_fault(model):
    (issue,) = findings(model).faults
    return issue


def where(issue):
    return issue.table, issue.rows, issue.field


def with_cells(**cells):
    """Return the model whose one parameter has other cells."""
    model = MODEL
    for column, value in cells.items():
        model = with_cell(model, "parameter", 0, column, value)
    return model


def cell_issues(**cells):
    row = ROW | cells
    return parse(SCHEMA, list(row), [list(row.values())]).faults


@pytest.mark.parametrize("rule", [rule for rule, _ in FAULTS])
def test_no_rule_finds_anything_in_an_unbroken_model(rule):
    assert list(rule(MODEL)) == []
    assert list(rule(without_table(MODEL, "parameter"))) == []


def test_the_row_that_others_here_differ_from_is_without_fault():
    assert not cell_issues()
    assert not findings(with_cells(**FACTOR)).faults


@pytest.mark.parametrize("column", ["prior", "lowest", "highest", "prior_sd"])
def test_a_parameter_without_a_bound_or_a_prior_is_a_fault(column):
    (issue,) = cell_issues(**{column: ""})
    assert where(issue) == ("parameter", (2,), column)


@pytest.mark.parametrize("text", ["0", "-1"])
def test_a_prior_must_leave_something_open(text):
    (issue,) = cell_issues(prior_sd=text)
    assert where(issue) == ("parameter", (2,), "prior_sd")
    assert issue.found == repr(text) or text in issue.found


def test_a_kind_that_is_none_is_a_fault():
    (issue,) = cell_issues(kind="bonus")
    assert where(issue) == ("parameter", (2,), "kind")


def test_bounds_the_wrong_way_round_are_a_fault():
    issue = the_fault(with_cells(lowest=60.0))
    assert where(issue) == ("parameter", (number(0),), "lowest")
    assert issue.rule == "the lowest value must not be above the highest"
    assert issue.found == "60 and 50"


@pytest.mark.parametrize("prior", [-51.0, 50.5])
def test_a_prior_outside_its_bounds_is_a_fault(prior):
    issue = the_fault(with_cells(prior=prior))
    assert where(issue) == ("parameter", (number(0),), "prior")
    assert issue.rule == "must lie in its bounds, -50 to 50"


@pytest.mark.parametrize("kind", ["constant", "penalty"])
def test_what_is_paid_on_nothing_is_a_fault(kind):
    issue = the_fault(with_cells(kind=kind, on=""))
    assert where(issue) == ("parameter", (number(0),), "on")
    assert issue.rule == f"a {kind} must say what it is paid on"
    assert issue.found == "nothing"


@pytest.mark.parametrize("kind", ["scale", "demand"])
def test_a_factor_of_what_is_passed_is_a_fault(kind):
    issue = the_fault(with_cells(**FACTOR | {"kind": kind, "on": "node:PORT"}))
    assert where(issue) == ("parameter", (number(0),), "on")
    assert issue.found == "'node:PORT'"


@pytest.mark.parametrize("kind", ["scale", "demand"])
@pytest.mark.parametrize("low", [0.0, -1.0])
def test_a_factor_that_may_come_down_to_nothing_is_a_fault(kind, low):
    issue = the_fault(with_cells(**FACTOR | {"kind": kind, "lowest": low}))
    assert where(issue) == ("parameter", (number(0),), "lowest")
    assert "must be above 0" in issue.rule
    assert issue.found == f"{low:g}"


def test_what_is_paid_may_be_less_than_nothing():
    assert not findings(with_cells(prior=-10.0)).faults


def test_a_parameter_on_a_row_that_is_not_there_is_a_fault():
    issue = the_fault(with_cells(on="node:ATLANTIS"))
    assert where(issue) == ("parameter", (number(0),), "on")
    assert "ATLANTIS" in str(issue)


def test_a_parameter_on_a_word_that_is_neither_corridor_nor_country_is_a_fault():
    issue = the_fault(with_cells(on="by_the_moon"))
    assert where(issue) == ("parameter", (number(0),), "on")


def test_a_parameter_of_a_commodity_that_is_not_there_is_a_fault():
    issue = the_fault(with_cells(commodity_id="unobtainium"))
    assert where(issue) == ("parameter", (number(0),), "commodity_id")


@pytest.mark.parametrize("column", ["origin", "destination"])
def test_ends_are_places_or_countries(column):
    assert not findings(with_cells(**{column: "EAST"})).faults
    country = MODEL["node"].labels("country_iso3")[0]
    assert not findings(with_cells(**{column: country})).faults
    issue = the_fault(with_cells(**{column: f"EAST|{country}|XXX"}))
    assert where(issue) == ("parameter", (number(0),), column)
    assert issue.found == "'XXX'"


def test_a_fitted_value_outside_the_bounds_says_to_calibrate_again():
    fitted = {"parameter_id": "by_port", "value": 51.0, "prior": 0.0}
    fitted |= {"fitted_years": "2024", "model_hash": "x", "bereket_version": "0"}
    told = findings(with_table(MODEL, made("calibration", [fitted])))
    assert not told.faults  # else it could not be calibrated again
    (issue,) = (each for each in told.advice if each.table == "calibration")
    assert where(issue) == ("calibration", (number(0),), "value")
    assert issue.rule.endswith("-50 to 50")
    assert issue.found == "51: calibrate again"
    inside = with_table(MODEL, made("calibration", [fitted | {"value": -50.0}]))
    assert not findings(inside).faults


def test_a_fitted_value_of_a_parameter_that_is_gone_is_no_fault():
    fitted = {"parameter_id": "gone", "value": 1.0, "prior": 0.0}
    fitted |= {"fitted_years": "2024", "model_hash": "x", "bereket_version": "0"}
    assert not findings(with_table(MODEL, made("calibration", [fitted]))).faults


def test_every_fault_comes_and_not_the_first_alone():
    columns = with_cells(on="")["parameter"].columns
    twice = {name: np.concatenate([each, each]) for name, each in columns.items()}
    twice["parameter_id"] = np.array(["a", "b"], dtype=object)
    found = findings(with_table(MODEL, Table("parameter", twice))).faults
    rows = [row for issue in found for row in issue.rows]
    assert rows == [number(0), number(1)]


def test_an_observation_on_nothing_is_a_fault():
    column = "on"
    seen = {"observation_id": "o", "kind": "flow", "on": "", "period_start": "2024"}
    seen |= {"period_end": "2024", "value": "1", "unit": "t", "definition": "all"}
    seen |= {"weight_basis": "net", "source_id": "example", "quality": "reported"}
    schema = table_schema("observation")
    (issue,) = parse(schema, list(seen), [list(seen.values())]).faults
    assert where(issue) == ("observation", (2,), column)
    told = made("observation", [seen | {"on": "node:ATLANTIS", "value": 1.0}])
    unnamed = without_table(MODEL, "agenda")  # which names the observation that was
    issue = the_fault(with_table(unnamed, told))
    assert where(issue) == ("observation", (number(0),), column)
