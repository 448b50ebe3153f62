"""Capacity of track against worked sections, norms and tables of the trade."""

import numpy as np
import pytest

from bereket.compiled.line_methods import (
    parametric_pairs,
    scott_pairs,
    uic_occupancy,
    uic_pairs,
)
from bereket.compiled.throughput import (
    automatic_block_pairs,
    crossing_period_min,
    single_track_pairs,
)
from bereket.compiled.trains import conditional_wagons

# The worked section: 12 km at 60 km/h each way, two station intervals of 3 min and
# 2 min to start and stop, 60 min of possession, alpha 0.93.
PERIOD_MIN = 32.0


def test_the_worked_section_has_a_period_of_32_minutes():
    assert crossing_period_min(12.0, 12.0, 3.0, 2.0) == PERIOD_MIN


def test_the_methods_spread_over_the_worked_section_as_printed():
    # (1440 - 60) x 0.93 / 32; 1440 x 0.7 / (12 + 5) = 59 trains; 0.6 x 1440 / 32
    assert round(single_track_pairs(PERIOD_MIN, 60.0, 0.93), 1) == 40.1
    assert round(scott_pairs(12.0, 5.0), 1) == 29.6
    assert round(2 * scott_pairs(12.0, 5.0)) == 59
    assert uic_pairs(PERIOD_MIN, 0.6) == pytest.approx(27.0, rel=1e-12)


@pytest.mark.parametrize("period", [10.0, 32.0, 75.5])
def test_occupancy_by_uic_is_that_of_the_diagram(period):
    # N pairs hold the section for N T minutes; at the capacity of the 1520 mm rule that
    # is the part of the day that possession and alpha leave.
    for pairs in (0.0, 1.0, 12.5):
        assert uic_occupancy(pairs, period) == pairs * period / 1440
    full = single_track_pairs(period, 60.0, 0.93)
    assert uic_occupancy(full, period) == pytest.approx((1440 - 60) * 0.93 / 1440)


@pytest.mark.parametrize("limit", [0.6, 0.75, 1.0])
def test_at_the_capacity_of_uic_the_occupancy_is_its_limit(limit):
    assert uic_occupancy(uic_pairs(PERIOD_MIN, limit), PERIOD_MIN) == pytest.approx(
        limit
    )


# 2TE10M 34 m, 2TE116 36.3 m, VL80S 32.8 m: locomotives of two sections.
@pytest.mark.parametrize("loco_m", [32.8, 34.0, 36.3])
def test_loops_of_850_and_1050_m_hold_57_and_71_conditional_wagons(loco_m):
    # (850 - 10 - 34) / 14 = 57.6 and (1050 - 10 - 34) / 14 = 71.9
    assert conditional_wagons(850.0, loco_m) == 57
    assert conditional_wagons(1050.0, loco_m) == 71


def test_the_parametric_method_has_the_figures_of_its_table():
    # Trains both ways, several kinds and one kind; a pair is two.
    printed = {
        (1, "token"): (16, 20),
        (1, "semi_automatic"): (18, 25),
        (1, "automatic"): (30, 48),
        (2, "token"): (28, 35),
        (2, "semi_automatic"): (53, 80),
        (2, "automatic"): (75, 100),
    }
    for line, (several, one) in printed.items():
        assert parametric_pairs(*line) == (several / 2, one / 2)


def test_trains_nine_minutes_apart_are_160_a_day():
    # N_max = 1440 / 9, as courses on the 1520 mm network work it out
    assert automatic_block_pairs(9.0, 0.0, 1.0) == pytest.approx(160.0)


def test_figures_are_taken_element_by_element():
    periods = np.array([32.0, 64.0])
    found = single_track_pairs(periods, 60.0, 0.93)
    assert found.tolist() == [single_track_pairs(each, 60.0, 0.93) for each in periods]
