"""Delay functions against the formulas of their papers, compiled and as written."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from bereket.kernels import delays
from bereket.kernels.delays import (
    AKCELIK,
    CONICAL,
    CONSTANT,
    N_COLUMNS,
    POWER,
    QUARTIC,
    QUEUE,
    ROOM,
    STIFFNESS,
    WAIT,
)

KERNELS = (
    *(delays.time_of, delays.delay, delays.integral),
    *(delays._root_integral, delays._square_integral),  # noqa: SLF001
)
EXACT = 1e-13  # relative: the same few operations, in another order
STEP = 1e-5  # of a central difference, as a share of the load
SLOPE = 1e-8  # relative: a difference over STEP is wrong by STEP squared, and more by
BEND = (
    1e-5  # rounding: eps / STEP of a value, eps / STEP squared of a second difference
)
AREA = 1e-9  # relative: quad is asked for 1e-11
LOADS = (0.3, 40.0, 90.0, 100.0, 117.0, 260.0)
TABLE = np.array([[0.0, 0.1, 0.3, 0.8, 2.0], [0.0, 0.0, 1.0, 1.5, 4.0]])


@pytest.fixture(params=["compiled", "plain"], autouse=True)
def form(request, monkeypatch):
    """Run the kernels compiled, or as written; the plain ones call one another."""
    if request.param == "plain":
        for kernel in KERNELS:
            monkeypatch.setattr(delays, kernel.py_func.__name__, kernel.py_func)
    return request.param


def row(form, free, *parameters, room=math.inf, wait=0.0, stiffness=0.0):
    curve = np.zeros((1, N_COLUMNS))
    curve[0, : 2 + len(parameters)] = form, free, *parameters
    curve[0, [ROOM, WAIT, STIFFNESS]] = room, wait, stiffness
    return curve


def bpr(load, free=0.5, a=3e-6, b=2.5):
    return free + a * load**b


def quartic(load, free=0.5, a=2e-9):
    return free + a * load**4


def conical(load, free=0.5, c=100.0, alpha=4.0):
    """Spiess (1990), equation 6: f(x) = 2 + sqrt(a²(1-x)² + b²) - a(1-x) - b."""
    beta = (2 * alpha - 1) / (2 * alpha - 2)
    x = load / c
    return free * (
        2 + math.sqrt(alpha**2 * (1 - x) ** 2 + beta**2) - alpha * (1 - x) - beta
    )


def akcelik(load, free=0.5, c=100.0, period=0.25, j=0.4):
    """Akcelik (1991), equation 3.1: t = t0 + 0.25 T (z + sqrt(z² + 8 J x / (Q T)))."""
    x = load / c
    z = x - 1
    return free + 0.25 * period * (z + math.sqrt(z**2 + 8 * j * x / (c * period)))


def queue(load, free=0.5, c=100.0, table=1):
    """Between points of the table straight; beyond the last as steep as before it."""
    points = np.linspace(0.0, 0.98, TABLE.shape[1])
    if load / c <= points[-1]:
        return free + np.interp(load / c, points, TABLE[table])
    steep = (TABLE[table, -1] - TABLE[table, -2]) / (points[-1] - points[-2])
    return free + TABLE[table, -1] + steep * (load / c - points[-1])


CURVES = {
    "constant": (lambda _: 0.5, row(CONSTANT, 0.5)),
    "power": (bpr, row(POWER, 0.5, 3e-6, 2.5)),
    "quartic": (quartic, row(QUARTIC, 0.5, 2e-9)),
    "conical": (conical, row(CONICAL, 0.5, 100.0, 4.0, 7 / 6)),
    "akcelik": (akcelik, row(AKCELIK, 0.5, 100.0, 0.25, 0.4)),
    "queue": (queue, row(QUEUE, 0.5, 100.0, 1.0)),
}


@pytest.fixture(params=CURVES)
def curve(request):
    return CURVES[request.param]


def time_of(curve, load):
    return delays.time_of(curve, TABLE, 0, load)


def area_of(curve, load):
    return delays.integral(curve, TABLE, 0, load)


def near(value, rel):
    return pytest.approx(value, rel=rel, abs=rel)


def test_time_is_that_of_the_paper(curve):
    by_paper, row_of = curve
    for load in (0.0, *LOADS):
        assert time_of(row_of, load)[0] == near(by_paper(load), EXACT)


def test_slope_is_the_rise_of_the_time(curve):
    by_paper, row_of = curve
    for load in LOADS:
        step = STEP * load
        rise = (by_paper(load + step) - by_paper(load - step)) / (2 * step)
        assert time_of(row_of, load)[1] == near(rise, SLOPE)


def test_curvature_is_the_rise_of_the_slope(curve):
    _, row_of = curve
    for load in LOADS:
        step = STEP * load
        rise = time_of(row_of, load + step)[1] - time_of(row_of, load - step)[1]
        bend = time_of(row_of, load)[2]
        assert bend == pytest.approx(rise / (2 * step), rel=BEND, abs=1e-12)


def test_integral_is_that_of_the_time(curve):
    by_paper, row_of = curve
    kinks = [100 * 0.98 * at / 4 for at in range(1, 5)]
    for load in LOADS:
        within = [each for each in kinks if each < load]
        area, _ = quad(by_paper, 0, load, points=within or None, epsabs=0, epsrel=1e-11)
        assert area_of(row_of, load) == near(area, AREA)
    assert area_of(row_of, 0.0) == 0.0


@pytest.mark.parametrize("j", [0.0, 1e-6, 0.4, 12.5, 30.0])
def test_integral_of_akcelik_holds_on_both_sides_of_its_degenerate_case(j):
    # 8 J / (c T) = 4 makes the square a whole one: J = 12.5 with c = 100, T = 0.25
    found = row(AKCELIK, 0.5, 100.0, 0.25, j)
    for load in LOADS:
        kink = [100.0] if load > 100 else None
        area, _ = quad(
            lambda v: akcelik(v, j=j), 0, load, points=kink, epsabs=0, epsrel=1e-11
        )
        assert area_of(found, load) == near(area, AREA)


def test_akcelik_without_randomness_waits_only_beyond_room():
    found = row(AKCELIK, 0.5, 100.0, 0.25, 0.0)
    assert time_of(found, 90.0)[:2] == (0.5, 0.0)
    # 110 of 100 for a quarter of an hour: T (x - 1) / 2 = 0.0125 h in the mean
    assert time_of(found, 110.0)[0] == near(0.5125, EXACT)


def test_conical_doubles_the_time_at_room():
    assert time_of(CURVES["conical"][1], 100.0)[0] == near(1.0, EXACT)


def test_queue_goes_on_straight_beyond_the_end_of_its_table():
    found = row(QUEUE, 0.0, 100.0, 0.0)
    steep = (2.0 - 0.8) / (0.98 / 4)  # of the load as a part of room
    for part in (0.98, 1.0, 1.5):
        waited, slope, bend = time_of(found, 100 * part)
        assert waited == near(2.0 + steep * (part - 0.98), EXACT)
        assert slope == near(steep / 100, EXACT)
        assert bend == 0.0


def test_quartic_is_power_of_four():
    four, any_power = row(QUARTIC, 0.5, 2e-9), row(POWER, 0.5, 2e-9, 4.0)
    for load in (0.0, *LOADS):
        assert time_of(four, load) == near(time_of(any_power, load), EXACT)
        assert area_of(four, load) == near(area_of(any_power, load), EXACT)


def test_linear_time_has_a_slope_where_nothing_flows():
    assert time_of(row(POWER, 2.0, 3.0, 1.0), 0.0) == (2.0, 3.0, 0.0)


def test_a_limit_adds_a_wait_only_beyond_where_its_line_crosses_zero():
    # 4 + 0.5 (v - 20) is 0 at 12
    found = row(CONSTANT, 1.0, room=20.0, wait=4.0, stiffness=0.5)
    by_load = {0.0: (1.0, 0.0), 12.0: (1.0, 0.0), 14.0: (2.0, 0.5), 20.0: (5.0, 0.5)}
    for load, told in by_load.items():
        assert delays.delay(found, TABLE, False, 0, load) == told  # noqa: FBT003


def test_marginal_time_is_the_rise_of_load_times_time(curve):
    by_paper, row_of = curve
    for load in LOADS:
        step = STEP * load
        after, before = load + step, load - step
        rise = (after * by_paper(after) - before * by_paper(before)) / (2 * step)
        marginal, slope = delays.delay(row_of, TABLE, True, 0, load)  # noqa: FBT003
        assert marginal == near(rise, SLOPE)
        ends = [delays.delay(row_of, TABLE, True, 0, v)[0] for v in (before, after)]  # noqa: FBT003
        assert slope == near((ends[1] - ends[0]) / (2 * step), BEND)


def test_a_limit_of_a_system_optimum_is_a_wait_all_the_same():
    # 1 + 2 v: marginal 1 + 4 v = 13 at 3; the limit adds 0.5 (3 - 1)
    found = row(POWER, 1.0, 2.0, 1.0, room=1.0, stiffness=0.5)
    assert delays.delay(found, TABLE, True, 0, 3.0) == near((14.0, 4.5), EXACT)  # noqa: FBT003


def test_kernels_were_compiled(form):
    made = [hasattr(each, "signatures") for each in (delays.time_of, delays.integral)]
    assert made == [form != "plain"] * 2
    if form != "plain":
        time_of(row(CONSTANT, 1.0), 1.0)
        area_of(row(CONSTANT, 1.0), 1.0)
        assert all(each.signatures for each in (delays.time_of, delays.integral))
