"""Logit assignments on networks that are drawn: what holds whatever they look like.

Their optimum is held against another solver in `tests/verification/test_fisk.py`.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.solve.logit_cases import (
    EXACT,
    Element,
    Pair,
    asked,
    drawn,
    flows_of,
    solved,
)

from bereket.kernels.delays import FREE, P0, P1
from bereket.solve.equilibrium.problem import with_stay
from bereket.solve.equilibrium.solver import Effort
from bereket.solve.logit.sensitivity import sensitivity
from bereket.solve.logit.sets import holds_of, path_sets
from bereket.solve.logit.solver import solve_logit

SEEDS = range(12)
SUM = 1e-12  # relative: rounding of a sum of a few flows
SAME = 1e-8  # relative: what a gap of 1e-12 leaves of flows
STEP = 1e-4  # USD/t, or of a logarithm, of central differences
SLOPE = 1e-5  # of the largest slope: what differences of that step are off by
TWO = {"value": (1.0, 3.0), "size": (1.0, 2.0)}
CROWDED = {"n_elements": 10, "n_pairs": 12, "n_ways": 5}


def near(value, rel=SAME):
    return pytest.approx(value, rel=rel, abs=rel)


# --- convergence --------------------------------------------------------------------


@pytest.mark.parametrize("unserved", [45.0, 80.0, 150.0])
@pytest.mark.parametrize("seed", range(20))
def test_crowded_networks_come_to_the_end_within_150_steps(seed, unserved):
    problem, choice = asked(
        *drawn(seed, **CROWDED, n_kinds=2, unserved=unserved), **TWO
    )
    effort = Effort(gap=1e-11, violation=1e-9, max_iterations=150)
    found = solve_logit(problem, choice, effort)
    assert found.status == "answered"
    assert found.relative_gap <= 1e-11
    assert found.violation <= 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_costs_that_choices_are_made_by_are_those_that_they_make(seed):
    elements, pairs = drawn(seed, **CROWDED)
    found = solved(elements, pairs)
    made = [
        each.free_h + each.a * load**each.power + wait
        for each, load, wait in zip(elements, found.load, found.wait_h, strict=True)
    ]
    assert found.delay_h == near(made)
    at = 0
    for pair in pairs:
        for way, extra in zip(pair.ways, pair.extra, strict=True):
            cost = extra + sum(elements[e].money + made[e] for e in way)
            assert found.cost_usd_per_t[at] == near(cost)
            at += 1


@pytest.mark.parametrize("seed", SEEDS)
def test_limits_hold_and_only_full_elements_make_wait(seed):
    elements, pairs = drawn(seed, **CROWDED)
    found = solved(elements, pairs)
    for each, load, wait in zip(elements, found.load, found.wait_h, strict=True):
        assert load <= each.room * (1 + 1e-9)
        assert wait >= 0
        assert wait < 1e-9 or load == near(each.room)


def test_not_coming_to_the_end_is_told_and_what_was_found_comes():
    problem, choice = asked(*drawn(0, **CROWDED))
    found = solve_logit(problem, choice, replace(EXACT, max_iterations=2))
    assert (found.status, len(found.record)) == ("not_converged", 2)
    assert found.relative_gap > EXACT.gap or found.violation > EXACT.violation
    assert found.flow.sum() + found.stay.sum() == near(problem.rows.demand.sum())


def test_the_listener_is_told_each_step_and_stops_it():
    problem, choice = asked(*drawn(0, **CROWDED))
    told = []

    def stop(step):
        told.append(step.number)
        return len(told) < 3

    found = solve_logit(problem, choice, EXACT, told=stop)
    assert (told, found.status) == ([1, 2, 3], "interrupted")


def test_where_nothing_delays_the_first_split_is_the_answer():
    elements = [Element(10.0, 2.0), Element(12.0, 1.0)]
    assert len(solved(elements, [Pair(5.0, ((0,), (1,)))]).record) == 1


# --- sums ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_what_goes_and_what_stays_is_what_was_wanted(seed):
    elements, pairs = drawn(seed, n_kinds=2, unserved=60.0)
    found = solved(elements, pairs, **TWO)
    for pair, flows, stays in zip(pairs, flows_of(found), found.stay, strict=True):
        assert sum(flows) + stays == near(pair.demand, SUM)
        assert min(*flows, stays) >= 0
    assert (found.stay > 0).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_loads_are_the_flows_by_what_a_tonne_takes(seed):
    elements, pairs = drawn(seed, n_kinds=2)
    found = solved(elements, pairs, **TWO)
    load = np.zeros(len(elements))
    for pair, flows in zip(pairs, flows_of(found), strict=True):
        for way, flow in zip(pair.ways, flows, strict=True):
            load[list(way)] += flow * TWO["size"][pair.kind]
    assert found.load == near(load, SUM)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_spent_is_the_sum_over_paths_and_what_stays(seed):
    elements, pairs = drawn(seed, unserved=60.0)
    found = solved(elements, pairs)
    assert found.spent == near(
        sum(f * c for f, c in zip(found.flow, found.cost_usd_per_t, strict=True))
        + 60.0 * found.stay.sum()
    )
    free = solved(*drawn(seed, unserved=np.inf, n_pairs=1))
    assert np.isfinite(free.spent)


def test_paths_told_are_those_with_flow_and_one_of_each_pair_that_stays():
    elements = [Element(10.0), Element(12.0), Element(40.0)]
    pairs = [
        Pair(5.0, ((0, 1), (2,)), theta=0.5, unserved=20.0),
        Pair(3.0, ()),
        Pair(4.0, ((2,),), theta=0.5, unserved=50.0),
    ]
    found = solved(elements, pairs)
    told = found.paths()
    assert told.pair.tolist() == [0, 0, 0, 2]
    assert told.stays.tolist() == [False, False, True, False]
    of_path = np.split(told.arc, told.indptr[1:-1])
    assert [each.tolist() for each in of_path] == [[0, 1], [2], [], [2]]
    assert told.flow == near([*found.flow[:2], found.stay[0], 4.0])


def test_a_way_that_passes_an_element_twice_pays_and_loads_it_twice():
    # 2 (1 + 2 x) + 5 against 20: one equation in x, solved by the method's own answer
    elements = [Element(0.0, 1.0, 1.0, 1.0), Element(20.0)]
    found = solved(elements, [Pair(9.0, ((0, 0), (1,)), theta=0.3)])
    x = found.flow[0]
    assert found.load[0] == near(2 * x)
    cost = 2 * (1 + 2 * x)
    assert x == near(9 / (1 + np.exp(0.3 * (cost - 20))))


def test_load_that_is_always_there_takes_room_and_time():
    elements = [Element(5.0, 1.0, 0.5, 1.0, 6.0), Element(12.0)]
    problem, choice = asked(elements, [Pair(9.0, ((0,), (1,)))])
    delays = problem.delays._replace(background=np.array([4.0, 0.0]))
    found = solve_logit(replace(problem, delays=delays), choice, EXACT)
    assert found.load == near([6.0, 7.0])
    assert found.flow == near([2.0, 7.0])
    wait = 12.0 - 5.0 - (1.0 + 0.5 * 6.0) + np.log(7 / 2)
    assert found.wait_h == near([wait, 0.0])
    free = solve_logit(problem, choice, EXACT)
    assert free.flow[0] > found.flow[0]


# --- what must not matter -----------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_pairs_and_of_paths_does_not_matter(seed):
    elements, pairs = drawn(seed, **CROWDED)
    found = flows_of(solved(elements, pairs))
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(pairs))
    turns = [rng.permutation(len(pair.ways)) for pair in pairs]
    turned = [
        replace(
            pairs[at],
            ways=tuple(pairs[at].ways[w] for w in turns[at]),
            extra=tuple(pairs[at].extra[w] for w in turns[at]),
            km=tuple(pairs[at].km[w] for w in turns[at]),
        )
        for at in order
    ]
    again = flows_of(solved(elements, turned))
    for at, flows in zip(order, again, strict=True):
        assert flows == near([found[at][w] for w in turns[at]])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_elements_does_not_matter(seed):
    elements, pairs = drawn(seed)
    found = solved(elements, pairs)
    order = np.random.default_rng(seed).permutation(len(elements))
    place = np.argsort(order)
    turned = [
        replace(
            pair,
            ways=tuple(tuple(int(place[at]) for at in way) for way in pair.ways),
            km=tuple(tuple(km[at] for at in order) for km in pair.km),
        )
        for pair in pairs
    ]
    again = solved([elements[at] for at in order], turned)
    assert again.flow == near(found.flow)
    assert again.wait_h == near(found.wait_h[order])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_warm_start_ends_at_the_same_flows(seed):
    elements, pairs = drawn(seed, **CROWDED)
    found = solved(elements, pairs)
    again = solved(elements, pairs, start=found)
    assert len(again.record) <= 2
    assert again.flow == near(found.flow)
    more = [replace(pair, demand=1.3 * pair.demand) for pair in pairs]
    from_start, from_nothing = (
        solved(elements, more, start=found),
        solved(elements, more),
    )
    assert from_start.flow == near(from_nothing.flow)
    assert from_start.wait_h == near(from_nothing.wait_h)


@pytest.mark.parametrize("seed", range(4))
def test_a_start_from_another_set_of_paths_does_not_keep_its_holds(seed):
    elements, pairs = drawn(seed)
    found = solved(elements, pairs)
    fewer = [replace(p, ways=p.ways[1:], extra=p.extra[1:], km=p.km[1:]) for p in pairs]
    again = solved(elements, fewer, start=found)
    assert again.flow == near(solved(elements, fewer).flow)


@pytest.mark.parametrize("seed", range(4))
def test_resources_for_staying_are_no_part_of_it(seed):
    problem, choice = asked(*drawn(seed, unserved=60.0))
    usd = np.full(problem.n_pairs, 60.0)
    found = solve_logit(with_stay(problem, usd, usd), choice, EXACT)
    alone = solve_logit(problem, choice, EXACT)
    assert found.flow == near(alone.flow)
    assert found.objective() == near(alone.objective())


# --- what more of something does ----------------------------------------------------


def widened(elements, by):
    return [replace(each, room=each.room * by) for each in elements]


@pytest.mark.parametrize("seed", SEEDS)
def test_more_room_never_makes_the_objective_larger(seed):
    # not so of what is served: see test_two_route_logit
    elements, pairs = drawn(seed, unserved=60.0)
    values = [solved(widened(elements, by), pairs).objective() for by in (1, 1.2, 2)]
    assert values[0] >= values[1] * (1 - 1e-12) >= values[2] * (1 - 1e-12) ** 2


@pytest.mark.parametrize("seed", SEEDS)
def test_more_room_never_serves_less_where_each_way_has_its_own_limit(seed):
    rng = np.random.default_rng(seed)
    elements = [Element(m, room=r) for m, r in rng.uniform([10, 1], [30, 4], (5, 2))]
    ways = tuple((at,) for at in range(5))
    pairs = [Pair(d, ways, 0.2, 25.0) for d in rng.uniform(2, 8, 3)]
    found = []
    for more in (0.0, 0.5, 1.0, 5.0):
        wider = [replace(elements[0], room=elements[0].room + more), *elements[1:]]
        found.append(solved(wider, pairs))
    served = [float(each.flow.sum()) for each in found]
    for less, more in pairwise(served):
        assert more >= less * (1 - SUM)
    assert (served[-1] > served[0]) == (found[0].wait_h[0] > 0)


@pytest.mark.parametrize("seed", range(6))
def test_a_dearer_path_never_gains(seed):
    elements, pairs = drawn(seed)
    found = solved(elements, pairs)
    first = pairs[0]
    dearer = replace(first, extra=(first.extra[0] + 2.0, *first.extra[1:]))
    assert solved(elements, [dearer, *pairs[1:]]).flow[0] < found.flow[0]


def test_a_larger_scale_comes_nearer_to_all_by_the_cheapest():
    elements = [Element(10.0, 0, 1.0, 1.0), Element(12.0, 0, 1.0, 1.0)]
    # the equilibrium of Wardrop: 10 + x = 12 + (8 - x)
    off = [
        abs(solved(elements, [Pair(8.0, ((0,), (1,)), theta=theta)]).flow[0] - 5.0)
        for theta in (0.1, 1.0, 10.0, 100.0)
    ]
    assert off == sorted(off, reverse=True)
    assert off[-1] < 0.01


# --- what paths pass ----------------------------------------------------------------


def test_uses_of_arcs_count_by_their_share_of_the_delay_and_of_the_load():
    problem, _ = asked([Element()] * 3, [Pair(1.0, ((0, 1), (2,)))], (2.0,), (10.0,))
    network = problem.network._replace(
        is_plain=False,
        use_indptr=np.array([0, 2, 3, 3]),
        resource=np.array([2, 0, 2], dtype=np.int32),
        share=np.array([[0.5, 1.0, 1.0]]),
        taken=np.array([[1.0, 3.0, 0.25]]),
    )
    two = [np.array(way, dtype=np.int32) for way in ((0, 1), (2,))]
    sets = path_sets([two], [np.eye(2)], [np.zeros(2)])
    holds = holds_of(replace(problem, network=network), sets)
    assert holds.indptr.tolist() == [0, 2, 2]
    assert holds.resource.tolist() == [0, 2]
    assert holds.usd_per_h.tolist() == [2.0, 2 * (0.5 + 1.0)]
    assert holds.taken.tolist() == [30.0, 10 * (1.0 + 0.25)]


def test_a_path_without_length_has_a_size_of_one():
    way = np.array([0], dtype=np.int32)
    sets = path_sets([[way, way]], [np.zeros((2, 3))], [np.zeros(2)])
    assert sets.size.tolist() == [1.0, 1.0]


# --- slopes -------------------------------------------------------------------------


def differences(problem, choice, move, step=STEP):
    """Return central differences of the flows along a change of problem and choice."""
    found = []
    for by in (step, -step):
        ended = solve_logit(*move(problem, choice, by), EXACT)
        assert ended.status == "answered"
        found.append(ended.flow)
    return (found[0] - found[1]) / (2 * step)


def by_cost(change):
    def move(problem, choice, by):
        sets = choice.sets
        extra = sets.extra_usd_per_t + by * change
        return problem, replace(choice, sets=replace(sets, extra_usd_per_t=extra))

    return move


def by_scale(of_pair):
    def move(problem, choice, by):
        theta = choice.theta_per_usd * np.exp(by * of_pair)
        return problem, replace(choice, theta_per_usd=theta)

    return move


def by_demand(of_pair):
    def move(problem, choice, by):
        demand = problem.rows.demand * np.exp(by * of_pair)
        rows = problem.rows._replace(demand=demand)
        return replace(problem, rows=rows), choice

    return move


@pytest.mark.parametrize("seed", range(8))
def test_flows_answer_to_what_costs_and_demand_are_made_of_as_by_differences(seed):
    problem, choice = asked(*drawn(seed, **CROWDED, n_kinds=2), **TWO)
    found = solve_logit(problem, choice, EXACT)
    assert (found.wait_h > 1e-3).any()
    assert 0 < (found.stay > 0).sum() < problem.n_pairs
    rng = np.random.default_rng(seed)
    pair, n = choice.sets.pair, choice.sets.n_paths
    constant = (rng.random(n) < 0.3).astype(float)  # paid once by some paths
    penalty = rng.integers(0, 3, n).astype(float)  # paid at every passage
    mine = (rng.random(problem.n_pairs) < 0.5).astype(float)
    over = (found.cost_usd_per_t - choice.unserved_usd_per_t[pair]) * mine[pair]
    none = np.zeros(n)
    slopes = sensitivity(
        found,
        np.column_stack([constant, penalty, over, none]),
        np.column_stack([none, none, none, found.flow * mine[pair]]),
    )
    moves = by_cost(constant), by_cost(penalty), by_scale(mine), by_demand(mine)
    for column, move in enumerate(moves):
        by_hand = differences(problem, choice, move)
        largest = np.abs(by_hand).max()
        assert largest > 1e-3
        assert np.abs(slopes[:, column] - by_hand).max() < SLOPE * largest


def test_flow_that_two_full_elements_fix_does_not_answer():
    # 12 t, rooms 2 and 6, the rest stays: no toll changes what goes
    elements = [Element(40.0, room=2.0), Element(50.0, room=6.0)]
    found = solved(elements, [Pair(12.0, ((0,), (1,)), theta=0.2, unserved=60.0)])
    slopes = sensitivity(
        found, np.eye(2), np.column_stack([found.flow, 0 * found.flow])
    )
    assert np.abs(slopes).max() < 1e-9


def test_a_free_logit_answers_by_theta_times_share_times_the_rest():
    found = solved(
        [Element(40.0), Element(50.0)], [Pair(12.0, ((0,), (1,)), theta=0.2)]
    )
    slopes = sensitivity(found, np.eye(2), np.zeros((2, 2)))
    first, second = found.flow
    inner = 0.2 * first * second / 12.0
    assert slopes == near(np.array([[-inner, inner], [inner, -inner]]))


def test_curves_stand_as_they_were_asked():
    # the builder of these cases itself: hours of an element at a load
    problem, _ = asked([Element(5.0, 2.0, 0.5, 3.0, 7.0)], [Pair(1.0, ((0,),))])
    assert problem.delays.curve[0, [FREE, P0, P1]].tolist() == [2.0, 0.5, 3.0]
