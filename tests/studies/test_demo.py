"""The five questions of the demonstration."""

import pytest

from bereket import read_model
from bereket.studies.demo import (
    FLAGSHIP_CORRIDORS,
    FLAGSHIP_PAIRS,
    WAYS_SHOWN,
    demo,
    demo_capacities,
)


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
