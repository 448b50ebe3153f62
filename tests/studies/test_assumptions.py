"""Assumed rows behind an answer: ranked by what they touch, turned exactly."""

from datetime import date

import pytest

from bereket import (
    RouteParams,
    Scenario,
    SetValue,
    parse_change,
    read_model,
    route,
)
from bereket.studies.assumptions import Asked, assumptions, touched
from bereket.studies.cell import Cell

ASKED = RouteParams("XIAN", "TEH", "containers_general", count=4)


@pytest.fixture(scope="module")
def model(caspian):
    return read_model(caspian)


@pytest.fixture(scope="module")
def asked(model):
    return Asked(ASKED, route(model, params=ASKED))


@pytest.fixture(scope="module")
def told(model, asked):
    return assumptions(model, [asked], most=12, most_turned=4)


def test_only_assumed_rows_behind_the_best_way_are_told(model, asked, told):
    behind = {row for leg in asked.best.legs for row in leg.rows}
    assert {each.reference for each in told} <= behind
    for each in told:
        assert Cell.of(model, each.reference, asked.day).is_assumed
        assert each.note  # its basis


def test_a_change_is_what_the_question_asked_anew_gives(model, asked, told):
    turned = [each for each in told if each.swing_usd_per_t]
    assert turned
    for each in turned[:2]:
        for bound, change in (
            (each.low, each.change_low_usd_per_t),
            (each.high, each.change_high_usd_per_t),
        ):
            text = f"{each.reference}.{each.column}={bound!r}"
            scenario = Scenario("by hand", (SetValue(*parse_change(text)),))
            found = route(model, scenario, ASKED)
            after = found.alternatives[0].totals.generalised_usd_per_t
            before = asked.best.totals.generalised_usd_per_t
            assert change == pytest.approx(after - before)


def test_rows_that_were_turned_come_first_by_what_they_change(told):
    swings = [each.swing_usd_per_t for each in told]
    assert swings == sorted(swings, reverse=True)
    assert sum(bool(swing) for swing in swings) <= 4


def test_a_row_alone_behind_a_leg_touches_its_money_and_hours(teaching):
    # README of teaching, question 1: reloading at Bobor takes 14 h with the forming and
    # costs 4 USD/t at the terminal; an hour is worth 0.5 USD/t.
    model = read_model(teaching)
    params = RouteParams("ASH", "CCY", "containers")
    usd = touched(model, Asked(params, route(model, params=params)))
    (reload,) = (ref for ref in usd if ref.startswith("transfer:BBO:"))
    assert usd[reload] == pytest.approx(4 + 0.5 * 14)


def test_no_row_left_out_changes_more_than_the_least_that_was_turned(model, asked):
    """All rows with bounds turned: the few that are chosen are those that matter."""
    few = assumptions(model, [asked], most=14, most_turned=8)
    every = assumptions(model, [asked], most=1000, most_turned=1000)
    chosen = {each.reference for each in few if each.swing_usd_per_t}
    largest = [each.reference for each in every[:4]]
    assert set(largest) <= chosen


def test_hours_that_an_order_adds_are_its_own(model):
    params = RouteParams("AKT", "TKB", "containers_general", count=4)
    usd = touched(model, Asked(params, route(model, params=params)))
    (permit,) = (ref for ref in usd if ref.startswith("regime:tkm_transit_permit"))
    commodity = model["commodity"]
    (row,) = commodity.row_of[("containers_general",)]
    vot = commodity.number("vot_usd_per_t_h")[row]
    assert usd[permit] >= 72 * vot


@pytest.mark.parametrize("year", [2022, 2024, 2025])
def test_of_rows_with_one_key_that_of_the_date_is_meant(model, year):
    cell = Cell.of(model, "fx:RUB", date(year, 6, 1))
    assert len(cell.table.row_of[("RUB",)]) > 1
    first = cell.table.labels("valid_from")[cell.row]
    last = cell.table.labels("valid_to")[cell.row]
    assert int(first[:4] or 0) <= year <= int(last[:4] or 9999)
