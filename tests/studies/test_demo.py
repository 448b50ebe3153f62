"""The questions of the demonstration."""

import numpy as np
import pytest
from tests.model.altered import without_table

from bereket import Model, Table, read_model
from bereket.studies.demo import (
    FLAGSHIP_CORRIDORS,
    FLAGSHIP_PAIRS,
    OUTLOOK_YEAR,
    WAYS_SHOWN,
    demo,
    demo_agenda,
    demo_capacities,
    demo_flows,
    demo_trade,
)
from bereket.studies.flows import last_year_of_demand


@pytest.fixture(scope="module")
def model(root):
    return read_model(root / "models" / "caspian")


@pytest.fixture(scope="module")
def steps(model):
    return list(demo(model))


def test_every_question_is_asked_on_the_base_date_and_answered(model, steps):
    asked = [
        (s.result.origin_id, s.result.destination_id, s.result.commodity_id)
        for s in steps
    ]
    assert asked == list(FLAGSHIP_PAIRS)
    assert {s.result.as_of for s in steps} == {model.config("base_date")}
    for step in steps:
        assert step.result.status == "answered"
        assert 1 <= len(step.result.alternatives) <= WAYS_SHOWN


def test_a_title_tells_places_and_cargo_by_name(steps):
    assert steps[0].title.startswith("Xi'an")
    assert all("→" in step.title for step in steps)


def test_the_questions_are_asked_of_the_date_that_is_given(model):
    first = next(demo(model, "2024-03-01"))
    assert first.result.as_of == "2024-03-01"


def test_the_flagship_corridors_tell_what_binds_first_and_next(model):
    found = list(demo_capacities(model))
    assert [each.corridor_id for each in found] == list(FLAGSHIP_CORRIDORS)
    for each in found:
        first, second = each.ladder[:2]
        assert first.before_t_per_year == pytest.approx(each.capacity_t_per_year)
        assert first.after_t_per_year == pytest.approx(second.before_t_per_year)


def test_flows_are_of_the_last_year_with_data_and_of_the_outlook(teaching, model):
    own = read_model(teaching)
    assert [each.year for each in demo_flows(own)] == [2025]
    demand = own["demand"]
    columns = {
        name: np.concatenate([values, values])
        for name, values in demand.columns.items()
    }
    columns["year"] = np.repeat([2025.0, OUTLOOK_YEAR], len(demand))
    columns["tonnes"] = columns["tonnes"] * np.repeat([1.0, 2.0], len(demand))
    tables = {**own.tables, "demand": Table("demand", columns)}
    last, outlook = demo_flows(Model(own.name, tables, own.about))
    assert (last.year, outlook.year) == (2025, OUTLOOK_YEAR)
    wanted = last.assigned.demand_per_year
    assert outlook.assigned.demand_per_year == pytest.approx(2 * wanted)
    # the year of the outlook lies after the base date, and is no year with data
    assert last_year_of_demand(model) < OUTLOOK_YEAR


def test_without_demand_no_flows_are_told(teaching):
    assert list(demo_flows(read_model(teaching), "2024-01-01")) == []


def test_trade_and_agenda_are_asked_on_the_date_that_is_given(teaching):
    own = read_model(teaching)
    assert demo_trade(own).found.target_usd == 5e9
    assert demo_trade(own, "2024-01-14") is None
    assert len(demo_agenda(own).items) == 4
    assert len(demo_agenda(own, "2024-01-14").items) == 1


def test_without_an_agenda_nothing_is_told_of_it(teaching):
    bare = without_table(read_model(teaching), "agenda")
    assert demo_trade(bare) is None
    assert demo_agenda(bare) is None
