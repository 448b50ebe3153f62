"""Published times beside the teaching model, whose hours its README adds up by hand."""

import pytest
from tests.model.altered import with_row

from bereket import read_model
from bereket.studies.times import times

ROW = {
    "kind": "time",
    "on": "steppe",
    "commodity_id": "containers",
    "origin_node_id": "ASH",
    "destination_node_id": "CCY",
    "period_start": "2025-06",
    "period_end": "2025-06",
    "value": 48.0,
    "value_low": 40.0,
    "value_high": 55.0,
    "unit": "h",
    "definition": "departure to arrival",
    "source_id": "invented",
    "quality": "reported",
}
OVERLAND_H, OVERLAND_DOOR_H, SEA_H = 50.0, 60.0, 62.0  # README, sections 1 and 2
OVERLAND_WAIT_H = (
    25.0  # stop 2, Arelia 6, Borania 6, reloading 8 with forming 2, union 1
)


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


def told(model, **changes):
    return times(with_row(model, "observation", observation_id="o", **(ROW | changes)))


def row_of(model, **changes):
    (row,) = told(model, **changes).rows
    return row


def test_a_time_of_a_corridor_stands_beside_its_cheapest_way(model):
    row = row_of(model)
    assert row.modelled_days == pytest.approx(OVERLAND_H / 24)
    assert row.waiting_days == pytest.approx(OVERLAND_WAIT_H / 24)
    assert (row.observed_days, row.low_days) == (2.0, pytest.approx(40 / 24))
    assert row.is_within is True
    assert row.error_percent == pytest.approx(100 * (OVERLAND_H - 48) / 48)
    assert row.why == ""


def test_the_way_that_is_cheapest_of_all_stands_beside_a_dearer_corridor(model):
    row = row_of(model, on="sea")
    assert row.modelled_days == pytest.approx(SEA_H / 24)
    assert row.cheapest_days == pytest.approx(OVERLAND_H / 24)
    assert row.cheapest_corridors == ("steppe",)


def test_a_time_outside_its_bounds_names_the_longest_legs(model):
    row = row_of(model, on="sea")
    assert row.is_within is False
    assert row.why.startswith("most days: service APO > CPO 1.3")  # 18 + 12 + 2 h


def test_door_to_door_counts_loading_and_unloading(model):
    row = row_of(model, definition="Guidance, door to door")
    assert row.basis == "door to door"
    assert row.modelled_days == pytest.approx(OVERLAND_DOOR_H / 24)
    assert row.is_within is False


def test_a_time_of_no_single_corridor_is_held_against_the_cheapest_of_all(model):
    row = row_of(model, on="AAA|BBB")
    assert row.corridor_id == ""
    assert row.modelled_days == pytest.approx(OVERLAND_H / 24)


def test_a_corridor_that_is_shut_in_the_period_has_no_time_and_no_verdict(model):
    row = row_of(model, on="sea", period_start="2026-01", period_end="2026-01")
    assert (row.modelled_days, row.is_within, row.error_percent) == (None, None, None)
    assert row.as_of == "2026-01-16"
    assert row.cheapest_days == pytest.approx(OVERLAND_H / 24)


def test_a_time_without_bounds_has_an_error_and_no_verdict(model):
    nan = float("nan")
    row = row_of(model, value_low=nan, value_high=nan)
    assert row.is_within is None
    assert row.error_percent is not None


@pytest.mark.parametrize(
    "change",
    [
        {"origin_node_id": "", "destination_node_id": ""},
        {"unit": "km/h"},
        {"kind": "cost", "unit": "USD/feu"},
    ],
)
def test_only_hours_between_two_places_are_asked(model, change):
    found = told(model, **change)
    assert (found.rows, found.warnings) == ((), ())


def test_a_time_of_no_cargo_is_named_and_not_guessed(model):
    found = told(model, commodity_id="")
    assert found.rows == ()
    assert found.warnings == (
        "o: it names no commodity, so that no way can be asked for",
    )


def test_it_counts_what_is_met_and_says_where_it_comes_from(model):
    found = told(model)
    assert found.headline().startswith("1 of 1 published times are met")
    assert found.summary().splitlines()[-1] == found.stamp.line()
    (plain,) = found.as_dict()["times"]
    assert plain["is_within"] is True
    assert list(found.to_frame()["observation_id"]) == ["o"]


def test_it_can_be_stopped(model):
    more = with_row(model, "observation", observation_id="o", **ROW)
    found = times(more, monitor=lambda *_: False)
    assert found.rows == ()
    assert found.stamp.status == "interrupted"


def test_the_reference_model_says_of_every_time_outside_why_it_stays_so(caspian):
    found = times(read_model(caspian))
    named = {row.observation_id: row for row in found.rows}
    assert {"t47_time", "t49_time", "t55_time", "t59_time"} <= {
        name for name, row in named.items() if row.is_within
    }
    outside = [row for row in found.rows if row.is_within is False]
    assert outside
    for row in outside:
        assert "the model is outside and left so: " in row.note, row.observation_id
        assert row.why
    assert found.warnings == ()
