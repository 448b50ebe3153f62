"""A way told as a journey meets the sums that README of teaching makes by hand."""

from itertools import pairwise

import pytest
from tests.verification.teaching_answers import TOLERANCE

from bereket import read_model
from bereket.model.naming import place_names
from bereket.report.journey import stages
from bereket.report.palette import AT_A_PLACE

# Question 1 of models/teaching/README.md, hours and USD/t a step; the two stops at a
# place of one kind are one.
BY_HAND = [
    # what, place, km, h, USD/t
    ("loading", "Ashar", 0, 6, 0.6 + 2),
    ("rail Ashar to Aboy", "", 400, 10, 20 + 1.0 + 0.5),
    ("border", "Aboy", 0, 6, 0.6 + 0.3 + 1),
    ("rail Aboy to Bobor", "", 50, 1, 2.5 + 0.1 + 0.05),
    ("border", "Bobor", 0, 6, 0.6 + 0.3 + 3),
    ("reloading", "Bobor", 0, 14, 1.4 + 4),
    ("rail Bobor to Bocor", "", 500, 7, 15 + 0.7 + 0.35),
    ("border", "Bocor", 0, 1, 0.1 + 0.05),
    ("rail Bocor to Cacay", "", 250, 5, 9.5 + 0.5 + 0.25),
    ("unloading", "Cacay", 0, 4, 0.4 + 2),
]


def test_stages_are_those_worked_out_by_hand(model, found):
    told = stages(found.alternatives[0], place_names(model))
    assert [(s.what, s.place) for s in told] == [each[:2] for each in BY_HAND]
    for stage, (_, _, km, hours, usd) in zip(told, BY_HAND, strict=True):
        assert stage.to_km - stage.from_km == pytest.approx(km, rel=TOLERANCE)
        assert stage.days * 24 == pytest.approx(hours, rel=TOLERANCE)
        assert stage.to_usd - stage.from_usd == pytest.approx(usd, rel=TOLERANCE)


def test_the_ferry_is_waited_for_at_the_port(model, found):
    way = next(way for way in found.alternatives if "sea" in way.corridors)
    told = stages(way, place_names(model))
    (wait,) = (stage for stage in told if stage.what == "wait for the ship")
    assert wait.place == "Apora"
    assert wait.mode == AT_A_PLACE
    assert wait.days * 24 == pytest.approx(12 + 4, rel=TOLERANCE)  # headway and berth


def test_every_way_ends_at_its_totals(model, found):
    for way in found.alternatives:
        told = stages(way, place_names(model))
        assert told[-1].to_km == pytest.approx(way.totals.length_km)
        assert told[-1].to_days * 24 == pytest.approx(way.totals.door_to_door_h)
        assert told[-1].to_usd == pytest.approx(way.totals.cost_usd_per_t)


def test_ways_of_caspian_end_at_their_totals_and_never_turn_back(whole, caspian):
    names = place_names(read_model(caspian))
    for pair in whole.pairs:
        for way in pair.route.alternatives:
            told = stages(way, names)
            assert told[-1].to_days * 24 == pytest.approx(way.totals.door_to_door_h)
            assert told[-1].to_usd == pytest.approx(way.totals.cost_usd_per_t)
            for one, other in pairwise(told):
                assert one.to_km == other.from_km
                assert one.to_days == other.from_days
                assert one.to_usd == other.from_usd
