import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bereket.compiled.trains import (
    conditional_wagons,
    trains_by_locomotives,
    wagons_by_length,
    wagons_by_mass,
    wagons_by_park,
    yearly_tonnes,
)
from bereket.errors import QuestionError


def test_container_trains_bind_on_length_and_grain_trains_on_mass():
    # Platforms of 25.62 m: (1050 - 10 - 36) / 25.62 = 39.2; tare 25 t, two boxes of
    # 15 t: 4800 / 55 = 87.3. Hoppers of 14.72 m: 68.2; 22 t and 70 t: 52.2.
    assert wagons_by_length(1050.0, 36.0, 25.62) == 39
    assert wagons_by_mass(4800.0, 25.0, 30.0) == 87
    assert wagons_by_length(1050.0, 36.0, 14.72) == 68
    assert wagons_by_mass(4800.0, 22.0, 70.0) == 52


def test_wagons_that_just_fit_are_counted():
    # 24 + 14 x 60 + 10 = 874 m; 0.1 x 3 is a little over 0.3
    assert conditional_wagons(874.0, 24.0) == 60
    assert wagons_by_mass(0.3, 0.1, 0.0) == 3


def test_a_year_carries_the_mean_of_what_the_busiest_month_allows():
    # 10 trains of 3 300 t on 365 days, busiest month a tenth over the mean
    assert yearly_tonnes(10.0, 3300.0, 1.1) == pytest.approx(10_950_000)
    loaded_and_empty = yearly_tonnes(10.0, np.array([3300.0, 0.0]), 1.1)
    assert loaded_and_empty.tolist() == pytest.approx([10_950_000, 0])


def test_a_fleet_makes_as_many_turns_as_its_hours_allow():
    # 20 x 0.75 = 15 in work, each every 30 h: 15 x 24 / 30 = 12; in pairs half of it
    assert trains_by_locomotives(20.0, 0.75, 30.0) == pytest.approx(12)
    assert trains_by_locomotives(20.0, 0.75, 30.0, 2.0) == pytest.approx(6)
    # 900 wagons in work, each loaded every 18 days
    assert wagons_by_park(1000.0, 0.9, 18.0) == pytest.approx(50)


@given(st.floats(300, 2000), st.floats(0, 500))
def test_a_longer_loop_never_holds_fewer_wagons(loop, more):
    assert conditional_wagons(loop + more, 34.0) >= conditional_wagons(loop, 34.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: wagons_by_length(50.0, 36.0, 14.0),
            "wagons in the length of the loop must be 1 or more; found 0",
        ),
        (lambda: wagons_by_length(850.0, 36.0, 0.0), "wagon_m must be above 0"),
        (
            lambda: wagons_by_mass(50.0, 24.0, 68.0),
            "wagons in gross_train_t must be 1 or more; found 0",
        ),
        (lambda: wagons_by_mass(4800.0, 0.0, 68.0), "tare_t must be above 0"),
        (lambda: yearly_tonnes(10.0, 3300.0, 0.9), "uneven_k must be 1 or more"),
        (lambda: trains_by_locomotives(20.0, 1.2, 30.0), "availability must be from 0"),
        (lambda: wagons_by_park(20.0, 0.9, 0.0), "turn_days must be above 0; found 0"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_by_name(call, message):
    with pytest.raises(QuestionError, match=message):
        call()
