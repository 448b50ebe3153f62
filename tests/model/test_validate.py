"""Rules between cells, rows and tables: each breach is named, and nothing else."""

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

from bereket import Issue, blank_model, read_model
from bereket.model.validate import validate

BLANK = blank_model()
SOURCED = {"source_id": "invented", "quality": "reported"}


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


def findings(model):
    return validate(model, frozenset(model.tables))


def faults(model):
    return findings(model).faults


def the_fault(model):
    """Return the one fault of a model; a second one fails the test."""
    (issue,) = faults(model)
    return issue


def where(issue):
    return issue.table, issue.rows, issue.field


@pytest.mark.parametrize("name", ["teaching", "blank"])
def test_the_unbroken_model_has_neither_fault_nor_advice(model, name):
    sound = {"teaching": model, "blank": BLANK}[name]
    assert findings(sound).faults == ()
    assert findings(sound).advice == ()


# --- config ------------------------------------------------------------------


def test_a_second_row_of_config_is_a_fault(model):
    broken = with_row(model, "config", dataset_name="other", base_date="2025")
    issue = the_fault(broken)
    assert where(issue) == ("config", (), "")
    assert issue.found == "2 rows"


def test_a_config_without_a_row_is_a_fault(model):
    assert where(the_fault(without_row(model, "config", 0))) == ("config", (), "")


# --- keys --------------------------------------------------------------------


def test_a_key_that_stands_twice_is_named_with_both_rows(model):
    broken = with_row(
        model, "node", node_id="ASH", name="Ashar", country_iso3="AAA", **SOURCED
    )
    issue = the_fault(broken)
    assert where(issue) == ("node", (2, 12), "node_id")
    assert "'ASH'" in issue.rule


def test_a_key_of_several_columns_is_told_whole(model):
    cells = {"node_id": "AJN", "carrier_id": "rail1520"}
    issue = the_fault(with_row(model, "stop", **cells, **SOURCED))
    assert where(issue) == ("stop", (2, 5), "node_id")
    assert "'AJN:rail1520'" in issue.rule


def rates(model, *periods):
    """Return the model with rates of another currency, one a period."""
    for start, end in periods:
        cells = {"currency": "KZT", "usd_per_unit": 0.002}
        model = with_row(
            model, "fx", **cells, valid_from=start, valid_to=end, **SOURCED
        )
    return model


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("2024", "2025"), ("2025-12-31", "2026")),
        (("2024", ""), ("2030", "")),
        (("", ""), ("2030", "2030")),
        (("", "2025-06"), ("2025-06-30", "")),
        (("2025", "2025"), ("2025", "2025")),
    ],
)
def test_rows_of_one_key_that_are_valid_on_one_day_are_a_fault(model, first, second):
    for periods in ((first, second), (second, first)):
        issue = the_fault(rates(model, *periods))
        assert issue.table == "fx"
        assert set(issue.rows) == {3, 4}
        assert issue.field == "valid_from"
        assert "'KZT'" in issue.rule


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("", "2025"), ("2026", "")),
        (("2024", "2025-06-30"), ("2025-07", "2026")),
        (("2024-02", "2024-02"), ("2024-03", "2024-03")),
    ],
)
def test_rows_of_one_key_may_follow_each_other_day_by_day(model, first, second):
    assert faults(rates(model, first, second)) == ()


def test_every_row_that_overlaps_another_is_named(model):
    found = faults(rates(model, ("2020", "2030"), ("2021", "2021"), ("2025", "2025")))
    assert {row for issue in found for row in issue.rows} == {3, 4, 5}
    assert {issue.field for issue in found} == {"valid_from"}


# --- validity ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"),
    [("2025", "2024"), ("2025-02", "2025-01"), ("2025-02-02", "2025-02-01")],
)
def test_a_row_that_ends_before_it_begins_is_a_fault(model, start, end):
    broken = with_cell(model, "regime", 3, "valid_from", start)
    broken = with_cell(broken, "regime", 3, "valid_to", end)
    issue = the_fault(broken)
    assert where(issue) == ("regime", (5,), "valid_to")
    assert issue.found == f"{start} to {end}"


def test_a_row_may_begin_and_end_on_one_day(model):
    sound = with_cell(model, "regime", 3, "valid_from", "2025-02")
    assert faults(with_cell(sound, "regime", 3, "valid_to", "2025-02-01")) == ()


# --- names -------------------------------------------------------------------

NAMES = [
    ("stop", {"node_id": "XXX", "carrier_id": "road"}, "node_id", "XXX"),
    ("stop", {"node_id": "ASH", "carrier_id": "tram"}, "carrier_id", "tram"),
    ("stop", {"node_id": "ASH", "carrier_id": "road|tram"}, "carrier_id", "tram"),
    ("service_stop", {"service_id": "night", "sequence": 1.0, "node_id": "APO"},
     "service_id", "night"),
    ("tariff", {"tariff_id": "x", "kind": "rate", "commodity_id": "coal"},
     "commodity_id", "coal"),
    ("tariff", {"tariff_id": "x", "kind": "rate", "entry_node_id": "XXX"},
     "entry_node_id", "XXX"),
    ("port", {"node_id": "APO", "berth_kind": "dry", "carrier_id": "tram"},
     "carrier_id", "tram"),
    ("corridor", {"corridor_id": "x", "gateways": "ABO>BBO", "origin_node_ids":
     "ASH|XXX", "destination_node_ids": "CCY"}, "origin_node_ids", "XXX"),
    ("commodity", {"commodity_id": "x", "allowed_carriers": "road|tram"},
     "allowed_carriers", "tram"),
    ("fleet", {"fleet_id": "x", "carriers": "tram"}, "carriers", "tram"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "cells", "column", "name"), NAMES)
def test_a_name_of_nothing_is_a_fault(model, table, cells, column, name):
    broken = with_row(model, table, **cells, **SOURCED)
    issue = the_fault(broken)
    assert where(issue) == (table, (number(len(model[table])),), column)
    assert issue.found == repr(name)


def test_a_group_of_carriers_is_a_name(model):
    assert faults(with_cell(model, "stop", 0, "carrier_id", "rail1520|road")) == ()


def test_a_service_names_one_carrier_and_no_group(model):
    cells = {"service_id": "night", "kind": "headway", "carrier_id": "rail1520"}
    broken = with_row(model, "service", **cells, **SOURCED)
    calls = {"service_id": "night", **SOURCED}
    broken = with_row(broken, "service_stop", **calls, sequence=1.0, node_id="ASH")
    broken = with_row(broken, "service_stop", **calls, sequence=2.0, node_id="AJN")
    assert ("service", (3,), "carrier_id") in map(where, faults(broken))


def test_rows_that_name_the_same_nothing_are_named_together(model):
    broken = with_cell(model, "node", 1, "source_id", "nobody")
    broken = with_cell(broken, "node", 4, "source_id", "nobody")
    assert where(the_fault(broken)) == ("node", (3, 6), "source_id")


def test_sources_are_missed_where_the_table_of_sources_is_missing(model):
    found = faults(without_table(model, "source"))
    assert {(i.field, i.found) for i in found} == {("source_id", "'invented'")}
    sourced = {name for name in model.tables if "source_id" in model[name].columns}
    assert {i.table for i in found} == sourced - {"source"}


# --- sources -----------------------------------------------------------------


def test_a_row_without_source_that_is_not_assumed_is_a_fault(model):
    broken = with_cell(model, "node", 0, "source_id", "")
    assert where(the_fault(broken)) == ("node", (2,), "source_id")


def test_a_row_without_source_and_quality_is_a_fault(model):
    broken = with_cell(model, "node", 2, "source_id", "")
    broken = with_cell(broken, "node", 2, "quality", "")
    assert where(the_fault(broken)) == ("node", (4,), "source_id")


def test_an_assumed_row_needs_no_source_but_its_basis(model):
    sound = with_cell(model, "stop", 0, "source_id", "")
    assert faults(sound) == ()
    broken = with_cell(sound, "stop", 0, "note", "")
    assert where(the_fault(broken)) == ("stop", (2,), "note")


def test_an_assumed_row_with_a_source_still_states_its_basis(model):
    broken = with_cell(model, "border", 1, "note", "")
    assert where(the_fault(broken)) == ("border", (3,), "note")


# --- intervals ---------------------------------------------------------------

WAIT = 2.0  # hours, border row 2 of the teaching model


@pytest.mark.parametrize(
    ("column", "bound", "rule"),
    [
        ("wait_h_low", WAIT + 1, "must not be more than wait_h"),
        ("wait_h_high", WAIT - 1, "must not be less than wait_h"),
    ],
)
def test_a_bound_on_the_wrong_side_of_its_figure_is_a_fault(model, column, bound, rule):
    issue = the_fault(with_cell(model, "border", 0, column, bound))
    assert where(issue) == ("border", (2,), column)
    assert issue.rule == rule
    assert issue.found == f"{bound:g} beside {WAIT:g}"


@pytest.mark.parametrize("column", ["wait_h_low", "wait_h_high"])
def test_a_bound_may_equal_its_figure(model, column):
    assert faults(with_cell(model, "border", 0, column, WAIT)) == ()


@pytest.mark.parametrize("column", ["wait_h_low", "wait_h_high"])
def test_a_bound_that_is_not_told_binds_nothing(model, column):
    assert faults(with_cell(model, "border", 0, column, math.nan)) == ()


def test_bounds_that_cross_are_a_fault_though_the_figure_is_unknown(model):
    row = row_at(model, "link", "rail_BBO_BCY")  # no commercial speed is told
    broken = with_cell(model, "link", row, "commercial_speed_kmh_low", 60.0)
    broken = with_cell(broken, "link", row, "commercial_speed_kmh_high", 40.0)
    issue = the_fault(broken)
    assert (issue.table, issue.rows) == ("link", (number(row),))
    assert issue.field in {"commercial_speed_kmh_low", "commercial_speed_kmh_high"}


# --- all together ------------------------------------------------------------


def test_faults_of_several_rules_come_together(model):
    broken = with_cell(model, "stop", 0, "node_id", "XXX")
    broken = with_cell(broken, "node", 0, "source_id", "")
    broken = with_cell(broken, "border", 0, "wait_h_low", 9.0)
    broken = with_cell(broken, "tariff", 0, "currency", "EUR")
    assert {where(issue) for issue in faults(broken)} == {
        ("stop", (2,), "node_id"),
        ("node", (2,), "source_id"),
        ("border", (2,), "wait_h_low"),
        ("tariff", (2,), "currency"),
    }


def test_a_fault_is_told_in_one_line_with_its_place(model):
    told = str(the_fault(with_cell(model, "border", 0, "wait_h_low", 3.0)))
    assert told == (
        "border row 2, wait_h_low: must not be more than wait_h; found 3 beside 2"
    )
    assert isinstance(the_fault(with_cell(model, "node", 0, "source_id", "")), Issue)
