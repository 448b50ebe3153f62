import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bereket.compiled.gaps import governing_gap, running_min
from bereket.compiled.line_methods import parametric_pairs, scott_pairs, uic_pairs
from bereket.compiled.throughput import (
    automatic_block_pairs,
    crossing_period_min,
    freight_pairs,
    reserve_pairs,
    semi_automatic_block_pairs,
    single_track_pairs,
)
from bereket.errors import QuestionError

ROUNDING = 1 - 1e-12


def test_a_second_track_on_half_the_gap_halves_the_runs_not_the_intervals():
    # (12 + 12) x 0.5 + 2 x 3 + 2 = 20 min
    assert crossing_period_min(12.0, 12.0, 3.0, 2.0, 0.5) == 20


def test_batches_of_two_let_two_pairs_pass_in_a_longer_period():
    # T = 32, two trains each way 8 min apart: 32 + 2 x 1 x 8 = 48 min for two pairs;
    # (1440 - 60) x 0.93 x 2 / 48 = 53.475
    assert single_track_pairs(32.0, 60.0, 0.93, 2.0, 8.0) == pytest.approx(53.475)
    assert single_track_pairs(32.0, 60.0, 0.93, 1.0, 8.0) == pytest.approx(40.10625)


def test_two_tracks_pass_a_train_each_way_at_every_headway():
    # (1440 - 120) x 0.95 = 1254 min; over 10, and over 15 + 5
    assert automatic_block_pairs(10.0, 120.0, 0.95) == pytest.approx(125.4)
    assert semi_automatic_block_pairs(15.0, 5.0, 120.0, 0.95) == pytest.approx(62.7)


def test_other_trains_remove_freight_trains_and_the_reserve_stands_apart():
    # 40 - 1.2 x 6 - 1.5 x 2 = 29.8; a fifth of 40 is 8
    assert freight_pairs(40.0, 6.0, 1.2, 2.0, 1.5) == pytest.approx(29.8)
    assert reserve_pairs(40.0, 0.2) == 8


def test_where_other_trains_take_more_than_there_is_the_lack_is_told():
    # 10 - 1.2 x 10 = -2
    assert freight_pairs(10.0, 10.0, 1.2, 0.0, 1.0) == pytest.approx(-2)


def sections(length_km, loop_m, speed_kmh=60.0):
    length, loop = np.array(length_km, float), np.array(loop_m, float)
    return length, loop, np.full(length.size, speed_kmh)


def test_a_gap_runs_over_loops_that_are_too_short():
    # Gaps for 900 m: 10 + 12 km, then 20 km: 22 km at 60 km/h govern.
    gap = governing_gap(*sections([10, 12, 20], [850, 1050, 1050]), 900.0)
    assert (gap.first, gap.last, gap.length_km, gap.run_min) == (0, 1, 22, 22)
    # For 800 m every loop serves: 20 km govern.
    gap = governing_gap(*sections([10, 12, 20], [850, 1050, 1050]), 800.0)
    assert (gap.first, gap.last, gap.length_km, gap.run_min) == (2, 2, 20, 20)


def test_the_slow_gap_governs_not_the_long_one():
    length, loop, speed = sections([20, 12], [1050, 1050])
    gap = governing_gap(length, loop, np.array([80.0, 40.0]), 900.0)
    # 15 min against 18
    assert (gap.first, gap.length_km, gap.run_min) == (1, 12, 18)
    assert speed.size == 2


def test_a_loop_needs_ten_metres_more_than_the_train():
    line = sections([10, 10], [910, 1050])
    assert governing_gap(*line, 900.0).last == 0
    assert governing_gap(*line, 900.5).last == 1


def test_of_gaps_as_slow_the_first_is_named():
    assert governing_gap(*sections([10, 10], [1050, 1050]), 900.0).first == 0


def test_a_line_without_a_loop_at_its_end_goes_on():
    gap = governing_gap(*sections([10, 12, 14], [1050, 0, 0]), 900.0)
    assert (gap.first, gap.last, gap.length_km, gap.is_closed) == (1, 2, 26, False)
    assert governing_gap(*sections([10, 12], [1050, 1050]), 900.0).is_closed


some_km = st.floats(1, 40)
some_speed = st.floats(20, 120)


@given(
    st.lists(
        st.tuples(some_km, some_speed, st.sampled_from([0, 850, 1050])), min_size=1
    ),
    st.data(),
)
def test_a_loop_more_or_longer_never_makes_the_gap_longer(line, data):
    length, speed, loop = (np.array(each, float) for each in zip(*line, strict=True))
    before = governing_gap(length, loop, speed, 900.0).run_min
    at = data.draw(st.integers(0, loop.size - 1))
    longer = loop.copy()
    longer[at] = 1050.0
    assert governing_gap(length, longer, speed, 900.0).run_min <= before / ROUNDING
    # a new loop inside a section
    share = data.draw(st.floats(0.01, 0.99))
    split = np.insert(length, at, length[at] * share)
    split[at + 1] = length[at] * (1 - share)
    more = governing_gap(
        split, np.insert(loop, at, 1050.0), np.insert(speed, at, speed[at]), 900.0
    )
    assert more.run_min <= before / ROUNDING


@given(some_km, some_speed, st.floats(1, 1.5), st.floats(0, 10), st.floats(0, 0.9))
def test_more_speed_or_second_track_never_lowers_the_capacity(
    length, speed, faster, interval, share
):
    def pairs(speed_kmh, double):
        run = running_min(length, speed_kmh)
        period = crossing_period_min(run, run, interval, 2.0, double)
        return single_track_pairs(period, 60.0, 0.93)

    assert pairs(speed * faster, 0.0) >= pairs(speed, 0.0) * ROUNDING
    assert pairs(speed, share) >= pairs(speed, 0.0) * ROUNDING


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: running_min(10.0, 0.0), "speed_kmh must be above 0; found 0"),
        (lambda: running_min(-1.0, 60.0), "length_km must be 0 or more; found -1"),
        (lambda: running_min(np.nan, 60.0), "length_km must be .*; found nothing"),
        (
            lambda: crossing_period_min(12.0, 12.0, 3.0, 2.0, 1.0),
            "double_track_share must be 0 or more and below 1; found 1",
        ),
        (
            lambda: single_track_pairs(32.0, 1440.0, 0.93),
            "1440 less possession_min_per_day must be above 0; found 0",
        ),
        (lambda: single_track_pairs(32.0, 60.0, 0.0), "alpha must be above 0 and at"),
        (lambda: single_track_pairs(0.0, 60.0, 0.9), "period_min must be above 0"),
        (lambda: single_track_pairs(32.0, 60.0, 0.9, 0.5), "batch_trains must be 1"),
        (
            lambda: single_track_pairs(32.0, 60.0, 0.9, 2.0),
            "headway_min, as trains follow in batches, must be above 0; found 0",
        ),
        (lambda: automatic_block_pairs(np.inf, 60.0, 0.9), "headway_min .* found inf"),
        (
            lambda: semi_automatic_block_pairs(0.0, 5.0, 60.0, 0.9),
            "run_min must be above 0",
        ),
        (lambda: freight_pairs(40.0, -1.0, 1.2, 0.0, 1.0), "passenger_pairs_per_day"),
        (lambda: reserve_pairs(40.0, 1.0), "reserve_share must be 0 or more and below"),
        (lambda: uic_pairs(32.0, 1.2), "occupancy_limit must be above 0 and at most"),
        (lambda: scott_pairs(0.0, 5.0), "run_min must be above 0; found 0"),
        (
            lambda: parametric_pairs(3, "automatic"),
            "tracks and signalling must be one of 1 token, .*; found 3 automatic",
        ),
        (lambda: governing_gap(*sections([], []), 900.0), "a section; found none"),
        (
            lambda: governing_gap(*sections([10, 10], [850, np.nan]), 900.0),
            "loop_length_m must be 0 or more; found nothing",
        ),
    ],
)
def test_a_figure_that_cannot_be_is_refused_by_name(call, message):
    with pytest.raises(QuestionError, match=message):
        call()


def test_all_figures_that_cannot_be_are_told_at_once():
    with pytest.raises(QuestionError) as fault:
        crossing_period_min(0.0, -2.0, -1.0, np.nan)
    assert str(fault.value).splitlines() == [
        "run_out_min must be above 0; found 0",
        "run_back_min must be above 0; found -2",
        "station_interval_min must be 0 or more; found -1",
        "start_stop_min must be 0 or more; found nothing",
    ]
