"""Two routes, or three: a logit whose answer one can write down.

Odds of two routes are ``exp(theta (c2 - c1))``; what limits, sizes and delays make of
them is worked out beside each test, or found by scipy's `brentq` from one equation.
"""

from math import exp, log

import numpy as np
import pytest
from scipy.optimize import brentq
from tests.solve.logit_cases import Element, Pair, flows_of, solved

HAND = 1e-9  # relative: the gap is 1e-12, and all is worked out in closed form
BY_EITHER = ((0,), (1,))
THREE_WAYS = ((0,), (1,), (2,))


def near(value):
    return pytest.approx(value, rel=HAND, abs=HAND)


def money(*usd):
    return [Element(money=each) for each in usd]


# --- shares -------------------------------------------------------------------------


def test_odds_are_those_of_the_closed_form():
    found = solved(money(40.0, 50.0), [Pair(12.0, BY_EITHER, theta=0.2)])
    first = 12.0 / (1 + exp(-0.2 * 10.0))
    assert flows_of(found) == [near([first, 12.0 - first])]


def test_routes_alike_take_half_each_and_no_scale_changes_it():
    for theta in (1e-4, 1.0, 100.0):
        found = solved(money(7.0, 7.0), [Pair(6.0, BY_EITHER, theta=theta)])
        assert flows_of(found) == [near([3.0, 3.0])]


def test_hours_count_by_the_value_of_time():
    # 10 h at 2 USD/t/h and 5 USD against 2 h and 25 USD: 25 against 29
    elements = [Element(5.0, 10.0), Element(25.0, 2.0)]
    found = solved(elements, [Pair(1.0, BY_EITHER, theta=0.5)], value=(2.0,))
    assert found.cost_usd_per_t == near([25.0, 29.0])
    assert found.flow[0] / found.flow[1] == near(exp(0.5 * 4.0))


def test_what_a_path_costs_beyond_its_elements_counts_too():
    pair = Pair(1.0, BY_EITHER, theta=0.5, extra=(4.0, -4.0))
    found = solved(money(10.0, 10.0), [pair])
    assert found.flow[1] / found.flow[0] == near(exp(0.5 * 8.0))


@pytest.mark.parametrize("rate", [1e-3, 480.0, 1e6])
def test_money_of_another_unit_with_the_scale_to_match_gives_the_same_flows(rate):
    # theta is in 1/USD: in a money of which `rate` are an USD it is theta / rate
    elements = [Element(40.0, 3.0, 0.2, 2.0, 5.0), Element(50.0, 1.0, 0.1)]
    pair = Pair(12.0, BY_EITHER, theta=0.1, unserved=47.0)
    in_usd = solved(elements, [pair], value=(2.0,))
    assert in_usd.stay[0] > 0
    dear = [Element(e.money * rate, e.free_h, e.a, e.power, e.room) for e in elements]
    pair = Pair(12.0, BY_EITHER, theta=0.1 / rate, unserved=47.0 * rate)
    found = solved(dear, [pair], value=(2.0 * rate,))
    assert found.flow == pytest.approx(in_usd.flow, rel=1e-7)
    assert found.wait_h == pytest.approx(in_usd.wait_h, rel=1e-7)
    assert found.cost_usd_per_t / rate == pytest.approx(in_usd.cost_usd_per_t, rel=1e-7)


# --- path sizes ---------------------------------------------------------------------


def test_routes_that_share_half_their_way_have_a_size_of_three_quarters():
    # A runs alone; B and C share 5 of 10 km: (5/10)/2 + (5/10)/1 = 0.75
    km = ((10.0, 0, 0, 0), (0, 5.0, 5.0, 0), (0, 5.0, 0, 5.0))
    found = solved(money(9.0, 9.0, 9.0), [Pair(10.0, THREE_WAYS, km=km)])
    assert found.choice.sets.size == near([1.0, 0.75, 0.75])
    assert flows_of(found) == [near([4.0, 3.0, 3.0])]


def test_two_names_of_one_route_share_what_it_would_take_alone():
    # the blue and the red bus on one road: sizes of a half
    km = ((10.0, 0), (0, 10.0), (0, 10.0))
    found = solved(money(9.0, 9.0, 9.0), [Pair(8.0, THREE_WAYS, km=km)])
    assert found.choice.sets.size == near([1.0, 0.5, 0.5])
    assert flows_of(found) == [near([4.0, 2.0, 2.0])]


def test_a_short_shared_stretch_weighs_by_its_length():
    # 2 of 10 km shared by all three, 3 more by two of them
    km = ((2.0, 0, 8.0, 0, 0), (2.0, 3.0, 0, 5.0, 0), (2.0, 3.0, 0, 0, 5.0))
    found = solved(money(9.0, 9.0, 9.0), [Pair(1.0, THREE_WAYS, km=km)])
    sizes = [0.2 / 3 + 0.8, *[0.2 / 3 + 0.3 / 2 + 0.5] * 2]
    assert found.choice.sets.size == near(sizes)
    assert found.flow == near(np.array(sizes) / sum(sizes))


def test_sizes_are_those_of_each_pair_alone():
    km = ((10.0,),)
    pairs = [Pair(1.0, ((0,),), km=km), Pair(2.0, ((0,),), km=km)]
    assert solved(money(1.0), pairs).choice.sets.size == near([1.0, 1.0])


# --- cargo that stays ---------------------------------------------------------------


def expected_usd(theta, *costs):
    return -log(sum(exp(-theta * cost) for cost in costs)) / theta


@pytest.mark.parametrize("unserved", [30.0, 38.0, 45.0, 60.0])
def test_what_goes_follows_the_expected_cost_and_never_exceeds_the_demand(unserved):
    theta = 0.1
    pair = Pair(12.0, BY_EITHER, theta=theta, unserved=unserved)
    found = solved(money(40.0, 50.0), [pair])
    over = expected_usd(theta, 40.0, 50.0) - unserved  # 36.87 less that
    goes = 12.0 * min(1.0, exp(-theta * over))
    assert found.flow.sum() == near(goes)
    assert found.stay == near([12.0 - goes])
    assert found.flow[0] / found.flow[1] == near(exp(theta * 10.0))


def test_one_route_too_dear_by_an_usd_loses_by_its_scale():
    found = solved(money(11.0), [Pair(100.0, ((0,),), theta=0.5, unserved=10.0)])
    assert found.flow == near([100 * exp(-0.5)])


def test_a_pair_without_a_path_stays_whole_and_is_told():
    pairs = [Pair(5.0, ((0,),)), Pair(7.0, ())]
    found = solved(money(11.0), pairs)
    assert found.stay == near([0.0, 7.0])
    assert found.no_way.tolist() == [False, True]


# --- hard limits --------------------------------------------------------------------


def test_the_wait_at_a_full_route_sends_the_rest_the_other_way():
    # 12 t, room for 2: odds of 2 to 10 are exp(theta (50 - 40 - v w))
    elements = [Element(40.0, room=2.0), Element(50.0)]
    theta, value = 0.2, 4.0
    found = solved(elements, [Pair(12.0, BY_EITHER, theta=theta)], value=(value,))
    assert flows_of(found) == [near([2.0, 10.0])]
    assert found.wait_h == near([(10.0 + log(10 / 2) / theta) / value, 0.0])
    assert found.delay_h == near(found.wait_h)


def test_the_wait_of_equal_routes_is_the_logarithm_of_the_odds():
    elements = [Element(40.0, room=2.0), Element(40.0)]
    theta, value = 0.2, 4.0
    found = solved(elements, [Pair(12.0, BY_EITHER, theta=theta)], value=(value,))
    assert found.wait_h[0] == near(1 / (theta * value) * log(10.0 / 2.0))


def test_a_full_route_alone_makes_wait_those_who_go_and_stay_the_others():
    # room for 3 of 12: exp(-theta (40 + v w - 45)) = 1/4
    elements = [Element(40.0, room=3.0)]
    theta, value = 0.2, 4.0
    pair = Pair(12.0, ((0,),), theta=theta, unserved=45.0)
    found = solved(elements, [pair], value=(value,))
    assert (found.flow[0], found.stay[0]) == near((3.0, 9.0))
    assert found.wait_h == near([(5.0 + log(4.0) / theta) / value])


def test_a_limit_that_is_not_reached_makes_nobody_wait():
    free = solved(money(40.0, 50.0), [Pair(12.0, BY_EITHER, theta=0.2)])
    room = float(free.flow[0]) * 1.001
    elements = [Element(40.0, room=room), Element(50.0)]
    found = solved(elements, [Pair(12.0, BY_EITHER, theta=0.2)])
    assert found.wait_h.tolist() == [0.0, 0.0]
    assert found.flow == near(free.flow)


def test_two_full_routes_make_wait_by_what_is_left_over():
    # 12 t, rooms 2 and 6: 4 stay; d exp(-theta (c + w - 60)) is the room of each
    elements = [Element(40.0, room=2.0), Element(50.0, room=6.0)]
    pair = Pair(12.0, BY_EITHER, theta=0.2, unserved=60.0)
    found = solved(elements, [pair])
    waits = [20.0 + log(12 / 2) / 0.2, 10.0 + log(12 / 6) / 0.2]
    assert found.wait_h == near(waits)
    assert found.stay == near([4.0])


def test_classes_wait_as_long_at_one_limit_and_those_of_dear_hours_leave_it():
    # both by 0 at 10 USD, room 6 of 5 + 5 t; by 1 at 20 USD; values 1 and 5 USD/t/h
    elements, theta = [Element(10.0, room=6.0), Element(20.0)], 0.3
    pairs = [Pair(5.0, BY_EITHER, theta, kind=kind) for kind in (0, 1)]
    found = solved(elements, pairs, value=(1.0, 5.0), size=(1.0, 1.0))

    def over(wait):
        by_0 = [5 / (1 + exp(theta * (value * wait - 10))) for value in (1.0, 5.0)]
        return sum(by_0) - 6.0

    wait = brentq(over, 0.0, 100.0, xtol=1e-14)
    assert found.wait_h[0] == near(wait)
    cheap, dear = flows_of(found)
    assert dear[0] == near(5 / (1 + exp(theta * (5 * wait - 10))))
    assert cheap[0] > dear[0]


def test_a_tonne_that_takes_twice_the_room_fills_it_twice():
    elements = [Element(40.0, room=2.0), Element(50.0)]
    found = solved(elements, [Pair(12.0, BY_EITHER)], size=(2.0,))
    assert flows_of(found) == [near([1.0, 11.0])]
    assert found.load == near([2.0, 22.0])


def test_more_room_at_one_element_may_serve_less_where_ways_cross_it():
    # One way, much the best, passes all three elements, two pass one each. Where some
    # stay the waits set x0 = A, x0 + x1 = B, x0 + x2 = C, so that B + C - A go.
    ways, extra = ((0, 1, 2), (1,), (2,)), (-80.0, 0.0, 0.0)
    pair = Pair(100.0, ways, theta=0.2, unserved=10.0, extra=extra)

    def served(room):
        rooms = (room, 8.0, 6.0)
        found = solved([Element(1.0, room=each) for each in rooms], [pair])
        assert (found.wait_h > 0).all()
        return float(found.flow.sum()), found.objective()

    (less, before), (more, after) = served(1.0), served(2.0)
    assert (less, more) == near((13.0, 12.0))
    assert after < before  # it is best all the same: the objective never rises


# --- delays that bend ---------------------------------------------------------------


def test_a_road_of_the_bureau_of_public_roads_is_at_its_fixed_point():
    # 1 h (1 + 0.15 (x / 4)^4) at 10 USD/h against 12 USD flat; one equation in x
    a, theta, value, demand = 0.15 / 4**4, 0.8, 10.0, 8.0
    elements = [Element(0.0, 1.0, a, 4.0), Element(12.0)]
    pair = Pair(demand, BY_EITHER, theta=theta)
    found = solved(elements, [pair], value=(value,))

    def off(x):
        cost = value * (1 + a * x**4)
        return demand / (1 + exp(theta * (cost - 12.0))) - x

    x = brentq(off, 0.0, demand, xtol=1e-14)
    assert found.flow == near([x, demand - x])
    assert found.delay_h == near([1 + a * x**4, 0.0])
    assert found.wait_h.tolist() == [0.0, 0.0]


def test_a_road_that_slows_and_is_full_waits_for_the_rest():
    a, theta, value, demand, room = 0.15 / 4**4, 0.8, 10.0, 8.0, 3.0
    elements = [Element(0.0, 1.0, a, 4.0, room), Element(12.0)]
    found = solved(elements, [Pair(demand, BY_EITHER, theta=theta)], value=(value,))
    slowed = 1 + a * room**4
    wait = (12.0 + log(5 / 3) / theta) / value - slowed
    assert found.flow == near([3.0, 5.0])
    assert found.wait_h == near([wait, 0.0])
    assert found.delay_h == near([slowed + wait, 0.0])


def test_a_road_that_slows_loses_what_stays_at_its_fixed_point():
    a, theta, demand = 0.5, 0.4, 10.0
    elements = [Element(0.0, 1.0, a, 1.0)]
    pair = Pair(demand, ((0,),), theta=theta, unserved=3.0)
    found = solved(elements, [pair])
    x = brentq(lambda x: demand * exp(-theta * (1 + a * x - 3.0)) - x, 0.0, demand)
    assert found.flow == near([x])
    assert found.stay == near([demand - x])
