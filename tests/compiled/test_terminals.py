import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bereket.compiled.berths import berth_service_h, berth_units_per_day, berth_wait_h
from bereket.compiled.terminals import (
    border_post_units_per_day,
    border_units_per_day,
    gauge_change_wagons_per_day,
    landside_units_per_day,
    lifted_units_per_day,
    yard_units_per_day,
)
from bereket.errors import QuestionError


def test_gauge_is_changed_set_by_set():
    # 24 h hold six sets of 240 min; three tracks of ten wagons: 180, at 0.9 162
    assert gauge_change_wagons_per_day(3.0, 10.0, 240.0, 24.0) == 180
    assert gauge_change_wagons_per_day(3.0, 10.0, 240.0, 24.0, 0.9) == pytest.approx(
        162
    )


def test_cranes_lift_as_often_as_a_unit_asks():
    # 2 cranes x 12 x 20 h x 0.9 = 432 lifts, 216 units of two lifts
    assert lifted_units_per_day(2.0, 12.0, 2.0, 20.0, 0.9) == pytest.approx(216)


def test_a_vessel_holds_its_berth_for_setup_and_moves():
    # 480 moves at 30 an hour are 16 h, and 4 h more
    assert berth_service_h(480.0, 2.0, 15.0, 4.0) == 20


def test_a_berth_passes_what_the_accepted_wait_allows():
    # M/E2/1: 0.75 rho / (1 - rho) = 0.5 at rho = 0.4; 0.4 x 24 / 24 h calls of 1000
    assert berth_units_per_day("M/E2", 1, 24.0, 1000.0, 0.5) == pytest.approx(400)
    # M/M/1: rho / (1 - rho) = 1 at 0.5; 0.5 x 20 h / 10 h calls of 300
    assert berth_units_per_day("M/M", 1, 10.0, 300.0, 1.0, 20.0) == pytest.approx(300)
    # Six container berths at a tenth: 0.736 x 6 x 24 / 20 h calls, table of occupancies
    found = berth_units_per_day("E2/E2", 6, 20.0, 500.0, 0.1)
    assert found == pytest.approx(0.736 * 6 * 24 / 20 * 500, rel=1e-3)


def test_the_wait_for_a_berth_is_that_of_the_queue():
    # rho = 0.5 x 24 / 24 = 0.5: 0.75 of 24 h; of 12 calls of 1 h in 24 h, M/M: 1 h
    assert berth_wait_h("M/E2", 1, 24.0, 0.5) == pytest.approx(18)
    assert berth_wait_h("M/M", 1, 1.0, 12.0) == pytest.approx(1)


def test_berths_that_cannot_serve_all_are_named():
    with pytest.raises(QuestionError) as fault:
        berth_wait_h("M/M", 2, 30.0, 2.0)
    assert str(fault.value) == (
        "the utilisation of the berths must be below 1, else the wait has no end; "
        "found 1.25: 2 calls a day of 30 h on 2 berths open 24 h"
    )


def test_a_yard_passes_its_places_over_the_dwell():
    # 1600 / 8 = 200; with a peak of 1.25 160
    assert yard_units_per_day(1600.0, 8.0) == 200
    assert yard_units_per_day(1600.0, 8.0, 1.25) == 160


def test_the_land_side_takes_as_much_as_its_wagons_hold():
    assert landside_units_per_day(80.0, 2.0) == 160


def test_a_border_passes_what_the_stricter_side_takes():
    # 4 lanes x 24 x 60 / 20 min = 288
    assert border_units_per_day(4.0, 20.0, 24.0) == 288
    assert border_post_units_per_day(288.0, 120.0) == 120
    found = border_post_units_per_day(np.array([288.0, 80.0]), 120.0)
    assert found.tolist() == [120, 80]


@given(st.integers(1, 6), st.floats(1, 4), st.floats(0.05, 2))
def test_more_cranes_or_berths_never_lower_what_passes(berths, cranes, ratio):
    def passes(berths, cranes):
        service = berth_service_h(400.0, cranes, 12.0, 4.0)
        return berth_units_per_day("E2/E2", berths, service, 400.0, ratio)

    slack = 1 + 1e-9
    assert passes(berths, cranes) <= passes(berths, cranes + 1) * slack
    assert passes(berths, cranes) <= passes(berths + 1, cranes) * slack
    assert lifted_units_per_day(cranes, 12.0, 2.0, 20.0) <= lifted_units_per_day(
        cranes + 1, 12.0, 2.0, 20.0
    )


def test_a_terminal_without_berths_loads_no_kernel():
    code = "import sys, bereket.compiled.terminals, bereket.compiled.berths;"
    code += "sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: gauge_change_wagons_per_day(3.0, 10.0, 0.0, 24.0),
            "set_min must be above 0; found 0",
        ),
        (
            lambda: gauge_change_wagons_per_day(3.0, 10.0, 60.0, 25.0),
            "24 less hours_per_day must be 0 or more; found -1",
        ),
        (lambda: lifted_units_per_day(2.0, 12.0, 0.0, 24.0), "lifts_per_unit must be"),
        (lambda: berth_service_h(480.0, 0.0, 15.0, 4.0), "cranes must be above 0"),
        (
            lambda: berth_units_per_day("M/E2", 0, 24.0, 1000.0, 0.5),
            "berths must be 1 to 100; found 0",
        ),
        (
            lambda: berth_units_per_day("M/D", 1, 24.0, 1000.0, 0.5),
            "queue must be one of M/M, M/E2, E2/E2; found 'M/D'",
        ),
        (
            lambda: berth_units_per_day("M/E2", 1, 24.0, 1000.0, 0.0),
            "wait_ratio must be above 0; found 0",
        ),
        (lambda: berth_wait_h("M/M", 1, 24.0, 1.0, 0.0), "hours_per_day must be above"),
        (lambda: yard_units_per_day(1600.0, 0.0), "dwell_days must be above 0"),
        (lambda: border_units_per_day(4.0, 0.0, 24.0), "service_min_per_unit must be"),
        (
            lambda: border_post_units_per_day(np.nan, 1.0),
            "own_per_day .* found nothing",
        ),
    ],
)
def test_a_figure_that_cannot_be_is_refused_by_name(call, message):
    with pytest.raises(QuestionError, match=message):
        call()
