import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bereket.compiled.vessels import (
    Call,
    lane_slots,
    one_way_slots_per_year,
    payload_share,
    round_trip_h,
    slots_left,
    weather_share,
)
from bereket.errors import QuestionError

CURVE = np.array([5.0, 6.0, 8.0]), np.array([0.5, 0.8, 1.0])


def test_a_round_is_the_sum_of_its_calls_layovers_and_waits():
    # 21 + 24 + 6 + 8 = 59 and 26 + 0 + 0 + 20 = 46; 10 h of layover, 30 h for cargo
    calls = [Call(21.0, 24.0, 6.0, 8.0), Call(26.0, 0.0, 0.0, 20.0)]
    assert round_trip_h(calls) == 105
    assert round_trip_h(calls, 10.0, 30.0) == 145


def test_slots_of_all_vessels_add_up():
    # 100 x 2 x 8760 / 240 = 7300; 50 x 1 x 8760 x 0.8 x 0.5 / 120 = 1460
    found = one_way_slots_per_year(
        [100, 50], [2, 1], [240, 120], [1.0, 0.8], [1.0, 0.5]
    )
    assert found == pytest.approx(7300 + 1460)
    assert one_way_slots_per_year(100.0, 0.0, 240.0, 0.9, 0.8) == 0


def test_days_closed_are_taken_off():
    assert weather_share(73.0) == pytest.approx(0.8)
    assert weather_share(6.0, 30.0) == pytest.approx(0.8)


def test_payload_falls_with_the_draught_along_its_curve():
    # half way from 5 to 6 m, half way from 6 to 8 m, at a point, and in deep water
    assert payload_share(5.5, *CURVE) == pytest.approx(0.65)
    assert payload_share(7.0, *CURVE) == pytest.approx(0.9)
    assert payload_share(5.0, *CURVE) == 0.5
    assert payload_share(12.0, *CURVE) == 1.0
    found = payload_share(np.array([5.5, 7.0]), *CURVE)
    assert found.tolist() == pytest.approx([0.65, 0.9])


def test_a_unit_stands_on_one_lane_only():
    # 100 / 14 = 7.1 and 97 / 14 = 6.9: 13, though 197 / 14 = 14.1
    assert lane_slots([100.0, 97.0], 14.0) == 13
    # 30 m taken from the first: 70 / 14 = 5
    assert lane_slots([100.0, 97.0], 14.0, [30.0, 0.0]) == 11


def test_wagons_and_trucks_share_the_deck():
    # 56 wagons or 50 trucks; 10 trucks leave four fifths
    assert slots_left(56.0, 50.0, 10.0) == pytest.approx(44.8)
    assert slots_left(56.0, 50.0, 0.0) == 56
    assert slots_left(56.0, 50.0, 50.0) == 0


@given(
    st.floats(1, 500),
    st.integers(0, 20),
    st.floats(10, 500),
    st.floats(0, 300),
    st.floats(0, 100),
)
def test_more_vessels_shorter_waits_or_less_wind_never_lower_the_slots(
    slots, vessels, hours, closed, waits
):
    def yearly(vessels, hours, closed):
        return one_way_slots_per_year(slots, vessels, hours, 0.9, weather_share(closed))

    base = yearly(vessels, hours + waits, closed)
    slack = 1 + 1e-12
    assert base <= yearly(vessels + 1, hours + waits, closed) * slack
    assert base <= yearly(vessels, hours, closed) * slack
    assert base <= yearly(vessels, hours + waits, closed / 2) * slack


@given(st.floats(5, 10), st.floats(0, 3))
def test_deeper_water_never_lowers_the_payload(draught, deeper):
    more = payload_share(draught + deeper, *CURVE)
    assert payload_share(draught, *CURVE) <= more + 1e-12


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Call(-1.0, 0.0, 0.0, 0.0), "sailing_h must be 0 or more; found -1"),
        (lambda: round_trip_h([]), "the hours of the round trip must be above 0"),
        (lambda: weather_share(400.0), "days less closed_days must be 0 or more"),
        (
            lambda: one_way_slots_per_year(100.0, 1.0, 0.0, 0.9, 1.0),
            "round_trip_hours must be above 0; found 0",
        ),
        (
            lambda: one_way_slots_per_year(100.0, 1.0, 200.0, 1.1, 1.0),
            "availability must be from 0 to 1; found 1.1",
        ),
        (
            lambda: payload_share(4.0, *CURVE),
            "draught_m must be 5 or more, where the load curve begins; found 4",
        ),
        (
            lambda: payload_share(6.0, CURVE[0], CURVE[1][::-1]),
            "one share a draught, never less with more; found 5 m 1, 6 m 0.8, 8 m 0.5",
        ),
        (
            lambda: payload_share(6.0, np.array([]), np.array([])),
            "the load curve must have a point",
        ),
        (lambda: lane_slots([100.0], 14.0, 120.0), "lane_m less taken_m must be 0 or"),
        (lambda: slots_left(56.0, 50.0, 60.0), "other_slots less other_taken must be"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_by_name(call, message):
    with pytest.raises(QuestionError, match=message):
        call()
