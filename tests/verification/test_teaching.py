"""The teaching model's ways are those its README works out by hand."""

import pytest
from tests.verification.teaching_answers import QUESTIONS, TOLERANCE

from bereket import RouteParams, read_model, route


@pytest.fixture(scope="module")
def model(root):
    return read_model(root / "models" / "teaching")


def ask(model, question):
    return route(
        model,
        params=RouteParams(
            question.origin,
            question.destination,
            question.commodity,
            as_of=question.as_of,
            via=question.via,
            avoid=question.avoid,
            party=question.party,
        ),
    )


def assert_same_way(found, hand):
    assert found.link_ids == hand.links
    figures = found.totals
    for name in (
        "time_h",
        "door_to_door_h",
        "cost_usd_per_t",
        "generalised_usd_per_t",
        "length_km",
        "emission_kgco2e_per_t",
    ):
        expected = pytest.approx(getattr(hand, name), abs=TOLERANCE)
        assert getattr(figures, name) == expected, name
    assert figures.sd_h == pytest.approx(hand.time_sd_h, abs=TOLERANCE)
    assert figures.cost_parts == pytest.approx(hand.cost_parts, abs=TOLERANCE)
    assert found.corridors == hand.corridors
    assert set(found.regimes) == set(hand.regimes)


@pytest.mark.parametrize("name", QUESTIONS)
def test_ways_are_those_worked_out_by_hand(model, name):
    question = QUESTIONS[name]
    answer = ask(model, question)
    if question.best_only:
        assert_same_way(answer.alternatives[0], question.alternatives[0])
        return
    assert len(answer.alternatives) == len(question.alternatives)
    for found, hand in zip(answer.alternatives, question.alternatives, strict=True):
        assert_same_way(found, hand)


@pytest.mark.parametrize("name", [n for n, q in QUESTIONS.items() if q.openings])
def test_what_stops_every_way_is_named_with_the_way_it_would_open(model, name):
    question = QUESTIONS[name]
    answer = ask(model, question)
    assert answer.status == "no_way"
    assert [o.elements for o in answer.openings] == [
        (f"regime:{o.regime_id}",) for o in question.openings
    ]
    for found, hand in zip(answer.openings, question.openings, strict=True):
        assert hand.element in found.why[0]
    for found, hand in zip(answer.openings, question.openings, strict=True):
        assert_same_way(found.alternative, hand.way)


@pytest.mark.parametrize("name", QUESTIONS)
def test_money_of_the_legs_sums_to_the_money_of_the_way(model, name):
    for way in ask(model, QUESTIONS[name]).alternatives:
        by_leg = sum(sum(leg.cost_parts.values()) for leg in way.legs)
        assert by_leg == pytest.approx(way.totals.cost_usd_per_t, abs=TOLERANCE)
        hours = sum(leg.time_h for leg in way.legs)
        assert hours == pytest.approx(way.totals.door_to_door_h, abs=TOLERANCE)
