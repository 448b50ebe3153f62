"""The teaching model's ways are those its README works out by hand."""

import pytest
from tests.verification.teaching_answers import (
    FERRY_ALIGHT_H,
    FERRY_BOARD_H,
    FERRY_LINKS,
    FERRY_MEAN_WAIT_H,
    FERRY_RIDE_H,
    FERRY_WAIT_SD_H,
    FILL_BOARD_H,
    FILL_MEAN_WAIT_H,
    FILL_WAIT_SD_H,
    QUESTIONS,
    TOLERANCE,
    WHAT_IF,
)

from bereket import RouteParams, Scenario, SetValue, parse_change, read_model, route

BERTH_WAIT_H = BERTH_SD_H = 4.0  # port:APO:ferry:ferry
ASKED = QUESTIONS | WHAT_IF


@pytest.fixture(scope="module")
def model(root):
    return read_model(root / "models" / "teaching")


def ask(model, question):
    changes = tuple(SetValue(*parse_change(text)) for text in question.changes)
    return route(
        model,
        Scenario(question.as_of, changes),
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
    through = {
        row.removeprefix("tariff:")
        for leg in found.legs
        if leg.kind == "through rate"
        for row in leg.rows
        if row.startswith("tariff:")
    }
    assert through == set(hand.products)


@pytest.mark.parametrize("name", ASKED)
def test_ways_are_those_worked_out_by_hand(model, name):
    question = ASKED[name]
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


@pytest.mark.parametrize(
    ("name", "wait_h", "wait_sd_h", "board_h"),
    [
        ("containers", FERRY_MEAN_WAIT_H, FERRY_WAIT_SD_H, FERRY_BOARD_H),
        ("containers_when_full", FILL_MEAN_WAIT_H, FILL_WAIT_SD_H, FILL_BOARD_H),
        ("grain_when_full", FILL_MEAN_WAIT_H, FILL_WAIT_SD_H, FILL_BOARD_H),
    ],
)
def test_the_ferry_keeps_the_clock_worked_out_by_hand(
    model, name, wait_h, wait_sd_h, board_h
):
    ways = ask(model, ASKED[name]).alternatives
    (ferry,) = [way for way in ways if way.link_ids == FERRY_LINKS]
    (crossing,) = [leg for leg in ferry.legs if leg.kind == "service"]
    hours = board_h + FERRY_RIDE_H + FERRY_ALIGHT_H
    assert crossing.time_h == pytest.approx(hours, abs=TOLERANCE)
    assert crossing.wait_h == pytest.approx(wait_h + BERTH_WAIT_H, abs=TOLERANCE)
    variance = wait_sd_h**2 + BERTH_SD_H**2
    assert crossing.sd_h**2 == pytest.approx(variance, abs=TOLERANCE)


@pytest.mark.parametrize("name", ASKED)
def test_money_of_the_legs_sums_to_the_money_of_the_way(model, name):
    for way in ask(model, ASKED[name]).alternatives:
        by_leg = sum(sum(leg.cost_parts.values()) for leg in way.legs)
        assert by_leg == pytest.approx(way.totals.cost_usd_per_t, abs=TOLERANCE)
        hours = sum(leg.time_h for leg in way.legs)
        assert hours == pytest.approx(way.totals.door_to_door_h, abs=TOLERANCE)
