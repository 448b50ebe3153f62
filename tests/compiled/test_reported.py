"""Reported capacities beside derived ones, in sums done by hand.

The line Bobor-Bacay of the teaching model leaves 8 trains a day to corridors; the 2
through freight trains of others, both ways together, are freight that it carries too:
(20 - 4 - 5) / 1.25 = 8.8 trains of 60 wagons of 60 t, 31,680 t a day.
"""

import pytest

from bereket import Scenario, SetValue, apply, parse_change, read_model
from bereket.compiled.capacities import capacity_of
from bereket.compiled.inspect import inspect
from bereket.compiled.reported import beside, derived_against_reported
from bereket.model.calendar import as_day
from bereket.studies.show import show

LINE = "link:rail_BBO_BCY"


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


def changed(model, *texts):
    changes = tuple(SetValue(*parse_change(text)) for text in texts)
    return apply(model, Scenario("reported", changes))


def test_a_line_is_compared_by_the_freight_that_it_carries(model):
    stated = changed(model, f"{LINE}.capacity_t_per_day=20000")
    (row,) = stated["link"].row_of[("rail_BBO_BCY",)]
    day = as_day(stated.config("base_date"))
    found = beside(stated, "link", row, capacity_of(stated, "link", row, day))
    assert found.derived_per_day == pytest.approx(8.8 * 3600)
    assert found.difference == pytest.approx(31_680 / 20_000 - 1)


@pytest.mark.parametrize(
    ("reported_t", "is_told"), [(20_000, True), (30_000, False), (45_000, True)]
)
def test_what_differs_by_more_than_a_quarter_is_advice(model, reported_t, is_told):
    stated = changed(model, f"{LINE}.capacity_t_per_day={reported_t}")
    told = [issue for issue in inspect(stated) if "derived from the row" in issue.rule]
    assert bool(told) == is_told
    assert all(issue.found.startswith(LINE) for issue in told)


def test_a_row_that_reports_nothing_is_not_compared(model):
    assert list(derived_against_reported(model)) == []


def test_a_gauge_change_is_compared_in_its_own_wagons(model):
    stated = changed(model, "terminal:BBO:gauge_change.capacity_units_per_day=189")
    (issue,) = derived_against_reported(stated)
    assert "189 wagon a day reported, 378 derived: +100%" in issue.found


def test_show_tells_the_derivation_and_what_is_reported(model):
    stated = changed(model, f"{LINE}.capacity_t_per_day=20000")
    (found,) = show(stated, LINE)
    lines = "\n".join(found.derivation)
    assert "put in: section_max_km = 20 km (reported)" in lines
    assert "defaults that no row states: double_track_share 0, batch_trains 1" in lines
    assert "(1440 - 240) x 0.9 / 54 = 20 pairs a day" in lines
    assert "the methods give 9 to 20.2 pairs a day" in lines
    assert "(20 - 4 in reserve - 6 of others) / 1.25" in lines
    assert "365 x n 10 x net 3,600 t / k 1.25 = 10.5 (8.41 to 10.5) Mt" in lines
    assert "reported against derived: 20,000 t a day reported" in lines
