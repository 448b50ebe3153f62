"""The teaching model's capacities are those its README works out by hand."""

import numpy as np
import pytest
from tests.verification.teaching_capacity import (
    CORRIDORS,
    ELEMENTS,
    RELATIVE,
    SHOWN,
    TRAINS,
)

from bereket import read_model
from bereket.analysis.capacity import CapacityParams, capacity
from bereket.compiled.capacities import capacity_of
from bereket.compiled.train_loads import (
    net_t_per_train,
    t_per_wagon,
    wagons_per_train,
)
from bereket.model.calendar import as_day
from bereket.model.reference import find_rows, parse_reference


@pytest.fixture(scope="module")
def model(root):
    return read_model(root / "models" / "teaching")


@pytest.fixture(scope="module")
def answers(model):
    return {
        name: capacity(model, params=CapacityParams(corridor=name))
        for name in CORRIDORS
    }


def derived(model, text):
    reference = parse_reference(text)
    (row,) = find_rows(model, reference)
    day = as_day(model.config("base_date"))
    return capacity_of(model, reference.table, row, day)


def close(value):
    return None if value is None else pytest.approx(value, rel=RELATIVE)


@pytest.mark.parametrize("hand", ELEMENTS, ids=lambda each: each.reference)
def test_every_capacity_is_the_one_worked_out_by_hand(model, hand):
    found = derived(model, hand.reference)
    assert (found.element, found.unit) == (hand.reference, hand.unit)
    assert found.per_day.value == close(hand.per_day)
    assert found.free_per_day.value == close(hand.left_per_day)
    assert found.is_shared == hand.is_shared


@pytest.mark.parametrize("reference", SHOWN)
def test_a_derivation_is_told_with_the_numbers_of_the_readme(model, reference):
    told = "\n".join(derived(model, reference).lines())
    for line in SHOWN[reference]:
        assert line in told


@pytest.mark.parametrize(("carrier_id", "cargo"), TRAINS)
def test_trains_bind_on_length_or_mass_as_worked_out_by_hand(model, carrier_id, cargo):
    by_length, by_mass, net_t = TRAINS[carrier_id, cargo]
    (link,) = model["link"].row_of["rail_AJN_ABO",]
    (carrier,) = model["carrier"].row_of[carrier_id,]
    load_t = t_per_wagon(model, carrier, cargo)
    assert wagons_per_train(model, link, carrier, load_t) == (by_length, by_mass)
    links, carriers = np.array([link]), np.array([carrier])
    assert net_t_per_train(model, links, carriers, cargo).tolist() == [net_t]


@pytest.mark.parametrize("name", CORRIDORS)
def test_flow_and_cut_of_a_corridor_are_those_worked_out_by_hand(answers, name):
    found, hand = answers[name], CORRIDORS[name]
    one_way = close(hand.one_way_t_per_year)
    assert found.capacity_t_per_year_by_direction == {"there": one_way, "back": one_way}
    assert found.capacity_t_per_year == close(hand.joint_t_per_year)
    assert found.low_t_per_year == close(hand.low_t_per_year)
    assert found.high_t_per_year == close(hand.joint_t_per_year)
    kinds = {kind: close(t) for kind, t in hand.by_kind_t_per_year.items()}
    assert found.by_kind_t_per_year == kinds
    assert {bound.element for bound in found.binding if bound.is_cut} == hand.cut
    assert found.trains.net_t == close(hand.net_t_per_train)
    trains = hand.joint_t_per_year / 365 / hand.net_t_per_train
    assert found.trains.total_per_day == close(trains)


@pytest.mark.parametrize("name", CORRIDORS)
def test_the_ladder_has_the_rungs_worked_out_by_hand(answers, name):
    found, hand = answers[name].ladder, CORRIDORS[name].rungs
    for rung, expected in zip(found, hand, strict=False):
        assert set(rung.elements) == expected.elements
        assert rung.before_t_per_year == close(expected.before_t_per_year)
        assert rung.as_dict()["after_t_per_year"] == close(expected.after_t_per_year)
    assert len(found) >= len(hand)


@pytest.mark.parametrize("name", CORRIDORS)
def test_the_merit_order_is_the_one_worked_out_by_hand(answers, name):
    found, hand = answers[name].merit_order, CORRIDORS[name].merits
    assert [merit.measure_id for merit in found] == [each.measure_id for each in hand]
    for merit, expected in zip(found, hand, strict=True):
        plain = merit.as_dict()
        assert plain["extra_t_per_year"] == close(expected.extra_t_per_year)
        assert plain["usd_per_extra_t_per_year"] == close(expected.usd_per_extra_t)
        assert (plain["low"], plain["high"]) == (
            close(expected.low),
            close(expected.high),
        )
        assert merit.tie_group == expected.tie_group


@pytest.mark.parametrize("name", CORRIDORS)
def test_the_best_sequence_is_the_one_worked_out_by_hand(answers, name):
    found, hand = answers[name].sequence, CORRIDORS[name].sequence
    assert [stage.measure_ids for stage in found] == [ids for ids, _, _ in hand]
    for stage, (_, after, usd) in zip(found, hand, strict=True):
        assert stage.after_t_per_year == close(after)
        assert stage.usd_per_extra_t_per_year == close(usd)


def test_lines_with_no_load_known_are_refused_their_room(answers):
    refused = {room.element for room in answers["steppe"].room if room.refused}
    assert refused == {"link:rail_CBO_CCY"}
    left = {room.element: room.room_per_day for room in answers["steppe"].room}
    assert left["link:rail_CBO_CCY"] is None
    assert left["fleet:b_locomotives"] == close(12.0 - 8.0)
    assert left["terminal:BBO:gauge_change"] == close(378.0 - 8 * 42.0)
