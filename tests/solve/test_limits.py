"""Hard limits as waits: two ways and what one adds up in the head."""

from dataclasses import replace

import numpy as np
import pytest
from tests.reference.equilibrium import Road, Want, problem_of, with_uses

from bereket.kernels.delays import N_COLUMNS, ROOM, STIFFNESS, WAIT
from bereket.solve.equilibrium.limits import Limits
from bereket.solve.equilibrium.problem import with_stay
from bereket.solve.equilibrium.solver import Effort, solve

KEPT = 1e-6  # of a limit: how far it may be missed
EFFORT = Effort(gap=1e-9, violation=KEPT, max_iterations=500)
NEAR = 1e-4  # relative: loads follow limits to KEPT, waits follow loads less closely


@pytest.fixture(params=["plain network", "by uses"])
def written(request):
    """Return a problem as it is, or with one use an arc."""
    return with_uses if request.param == "by uses" else lambda problem: problem


def near(value):
    return pytest.approx(value, rel=NEAR, abs=NEAR)


def solved(problem, effort=EFFORT):
    found = solve(problem, effort)
    assert found.status == "answered"
    assert found.record[-1].violation <= effort.violation
    return found


def test_what_has_no_room_goes_the_other_way_and_waits_make_both_cost_the_same(written):
    # 10 go; the cheap road takes 3; the other costs 4 more, so 4 h wait at 1 USD/t/h
    roads = [Road(0, 1, 1.0, room=3.0), Road(0, 1, 5.0)]
    found = solved(written(problem_of(2, roads, [Want(0, 1, 10.0)])))
    assert found.load == near([3.0, 7.0])
    assert found.wait_h == near([4.0, 0.0])
    assert found.delay_h == near([5.0, 5.0])
    assert found.objective() == near(
        3 * 1 + 7 * 5
    )  # waits are no cost of the programme


def test_the_wait_is_the_difference_of_money_over_the_value_of_an_hour(written):
    # money 2 and 12, an hour is worth 4: 2.5 h wait; a tonne is 5 units: 1 of 10 t fits
    roads = [Road(0, 1, money=2.0, room=5.0), Road(0, 1, money=12.0)]
    problem = problem_of(2, roads, [Want(0, 1, 10.0)], (4.0,), (5.0,))
    found = solved(written(problem))
    assert found.load == near([5.0, 45.0])
    assert found.wait_h == near([2.5, 0.0])


def test_room_that_is_enough_makes_no_wait(written):
    roads = [Road(0, 1, 1.0, room=10.5), Road(0, 1, 5.0)]
    found = solved(written(problem_of(2, roads, [Want(0, 1, 10.0)])))
    assert found.load.tolist() == [10.0, 0.0]
    assert found.wait_h.tolist() == [0.0, 0.0]


def test_two_limits_in_a_row_wait_at_the_narrower():
    roads = [Road(0, 1, 1.0, room=6.0), Road(0, 2, 5.0), Road(1, 2, 1.0, room=4.0)]
    found = solved(problem_of(3, roads, [Want(0, 2, 10.0)]))
    assert found.load == near([4.0, 6.0, 4.0])
    assert found.wait_h == near([0.0, 0.0, 3.0])


def test_a_class_whose_hour_is_worth_more_is_served_less_where_all_wait():
    # by the limited road class 0 saves 2 USD/t and class 1 saves 3; an hour is worth 1
    # and 3 to them: class 0 would wait 2 h, class 1 only 1 h. Room for 5 of 4 + 4.
    roads = [Road(0, 1, money=1.0, room=5.0), Road(0, 1, money=(3.0, 4.0))]
    wants = [Want(0, 1, 4.0), Want(0, 1, 4.0, kind=1)]
    problem = problem_of(2, roads, wants, (1.0, 3.0), (1.0, 1.0))
    found = solved(problem)
    assert found.load == near([5.0, 3.0])
    assert found.wait_h == near([1.0, 0.0])
    paths = found.paths()
    by_road = {
        (int(pair), int(paths.arc[begin])): float(flow)
        for pair, begin, flow in zip(paths.pair, paths.indptr, paths.flow, strict=False)
    }
    assert by_road[0, 0] == near(4.0)
    assert by_road[1, 0] == near(1.0)
    # sum e_k (money / vot) x, by hand: 4 · 1 + 1 · 1/3 + 3 · 4/3
    assert found.objective() == near(4 + 1 / 3 + 4)


def test_what_has_no_room_stays_at_the_cost_of_staying(written):
    # no other road: staying costs 1 + 8, so the wait is 8 h
    problem = written(problem_of(2, [Road(0, 1, 1.0, room=3.0)], [Want(0, 1, 10.0)]))
    found = solved(with_stay(problem, np.array([9.0]), np.zeros(1)))
    assert found.load == near([3.0, 7.0])
    assert found.wait_h == near([8.0, 0.0])
    paths = found.paths()
    assert dict(zip(paths.stays.tolist(), paths.flow.tolist(), strict=True)) == {
        True: near(7.0),
        False: near(3.0),
    }


def test_what_stays_is_shared_so_that_the_last_of_each_waits_alike(written):
    # two wants of 10 and 30 over a road for 10. Staying costs 1 + 10 s for a share s:
    # the shares are one, 3/4, and the wait is the cost of staying less that of going.
    roads = [Road(0, 2, 0.0), Road(1, 2, 0.0), Road(2, 3, 1.0, room=10.0)]
    wants = [Want(0, 3, 10.0), Want(1, 3, 30.0)]
    problem = with_stay(
        written(problem_of(4, roads, wants)), np.full(2, 2.0), np.full(2, 10.0)
    )
    found = solved(problem)
    assert found.load == near([2.5, 7.5, 10.0, 7.5, 22.5])
    assert found.wait_h[2] == near(2 + 10 * 0.75 - 1)


def test_a_road_that_slows_and_has_a_limit_does_both():
    # 1 + x up to 3; the other at 6: 1 + 3 + wait = 6
    roads = [Road(0, 1, 1.0, 1.0, room=3.0), Road(0, 1, 6.0)]
    found = solved(problem_of(2, roads, [Want(0, 1, 10.0)]))
    assert found.load == near([3.0, 7.0])
    assert found.wait_h == near([2.0, 0.0])


@pytest.mark.parametrize("other", [0.0, 5.0])
def test_a_road_that_costs_nothing_keeps_its_limit_too(other):
    roads = [Road(0, 1, room=3.0), Road(0, 1, other)]
    found = solved(problem_of(2, roads, [Want(0, 1, 10.0)]))
    assert found.load[0] <= 3.0 * (1 + NEAR)
    assert found.load.sum() == near(10.0)
    assert found.wait_h == near([other, 0.0])


def test_a_road_without_room_carries_nothing():
    roads = [Road(0, 1, 1.0, room=0.0), Road(0, 1, 5.0)]
    found = solved(problem_of(2, roads, [Want(0, 1, 10.0)]))
    assert found.load == near([0.0, 10.0])


def test_what_is_always_there_takes_room():
    problem = problem_of(
        2, [Road(0, 1, 1.0, room=3.0), Road(0, 1, 5.0)], [Want(0, 1, 10.0)]
    )
    background = problem.delays._replace(background=np.array([2.0, 0.0]))
    found = solved(replace(problem, delays=background))
    assert found.load == near([3.0, 9.0])
    assert found.wait_h == near([4.0, 0.0])


def test_too_little_room_and_no_other_way_does_not_converge():
    problem = problem_of(2, [Road(0, 1, 1.0, room=3.0)], [Want(0, 1, 10.0)])
    found = solve(problem, Effort(max_iterations=30))
    assert found.status == "not_converged"
    assert found.record[-1].violation == near(7 / 3)


def test_the_problem_that_was_given_is_left_as_it_was():
    problem = problem_of(
        2, [Road(0, 1, 1.0, room=3.0), Road(0, 1, 5.0)], [Want(0, 1, 10.0)]
    )
    before = problem.delays.curve.tobytes()
    solved(problem)
    assert problem.delays.curve.tobytes() == before


# --- the record of waits ----------------------------------------------------------


def limits_of(*rooms):
    curve = np.zeros((len(rooms), N_COLUMNS))
    curve[:, ROOM] = rooms
    return Limits(curve, len(rooms)), curve


def test_limits_begin_once_and_only_where_there_is_any():
    limits, curve = limits_of(np.inf, 4.0)
    assert limits.begin(3.0)
    assert not limits.begin(3.0)
    assert curve[1, STIFFNESS] > 0
    assert curve[0, STIFFNESS] == 0
    assert not limits_of(np.inf)[0].begin(3.0)


def test_waits_are_raised_by_what_is_over_and_lowered_by_what_is_under():
    limits, curve = limits_of(np.inf, 4.0)
    limits.begin(3.0)
    stiff = curve[1, STIFFNESS]
    assert limits.waits(np.array([9.0, 6.0])).tolist() == [0.0, 2 * stiff]
    limits.raise_waits(np.array([9.0, 6.0]))
    assert curve[:, WAIT].tolist() == [0.0, 2 * stiff]
    curve[1, STIFFNESS] = stiff
    limits.raise_waits(np.array([9.0, 3.0]))
    assert curve[1, WAIT] == stiff
    limits.raise_waits(np.array([9.0, 0.0]))
    assert curve[1, WAIT] == 0.0  # never below


def test_a_limit_is_missed_by_what_is_over_or_by_room_left_where_there_is_a_wait():
    limits, curve = limits_of(4.0, 4.0, 4.0)
    limits.begin(1.0)
    curve[:, WAIT] = 0.0, 0.0, 100 * curve[2, STIFFNESS]
    load = np.array([5.0, 3.0, 3.0])
    assert limits.missed(load).tolist() == [0.25, 0.0, 0.25]
    assert limits.violation(load) == 0.25
