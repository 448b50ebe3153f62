"""What holds of any equilibrium, whatever roads and wants are drawn."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference.equilibrium import (
    lost_at_nodes,
    problem_of,
    random_roads,
    random_wants,
)

from bereket.kernels.delays import P0, ROOM
from bereket.solve.equilibrium.problem import with_stay
from bereket.solve.equilibrium.solver import Effort, solve

EFFORT = Effort(gap=1e-9, violation=1e-7, max_iterations=3000)
ROUNDING = 1e-6  # relative: objectives at EFFORT, of limits that are missed by 1e-7
SUM = 1e-12  # relative: rounding of a sum of a few flows
STAY_USD = 40.0
TWO = {"value": (1.0, 3.0), "size": (1.0, 4.0)}
seeds = st.integers(0, 10**6)
factors = st.floats(1.0, 4.0)


def drawn(seed, n_kinds=1, **more):
    rng = np.random.default_rng(seed)
    n_nodes = int(rng.integers(3, 7))
    roads = random_roads(rng, n_nodes, int(rng.integers(0, 5)))
    return problem_of(n_nodes, roads, random_wants(rng, n_nodes, n_kinds), **more)


def with_curve(problem, column, values):
    curve = problem.delays.curve.copy()
    curve[: values.size, column] = values
    return replace(problem, delays=problem.delays._replace(curve=curve))


def objective(problem):
    found = solve(problem, EFFORT)
    assert found.status == "answered"
    return found.objective()


@settings(max_examples=30)
@given(seed=seeds, factor=factors, data=st.data())
def test_more_room_never_raises_the_objective(seed, factor, data):
    rng = np.random.default_rng(seed)
    problem = drawn(seed)
    room = rng.uniform(0.5, 4.0, problem.n_arcs)
    stay = np.full(problem.n_pairs, STAY_USD)
    problem = with_curve(with_stay(problem, stay, 0 * stay), ROOM, room)
    wider = room.copy()
    wider[data.draw(st.integers(0, problem.n_arcs - 1))] *= factor
    before = objective(problem)
    assert objective(with_curve(problem, ROOM, wider)) <= before * (1 + ROUNDING)


@settings(max_examples=30)
@given(seed=seeds, factor=factors, data=st.data())
def test_a_slower_road_never_lowers_the_objective(seed, factor, data):
    problem = drawn(seed)
    slope = problem.delays.curve[:, P0].copy()
    slope[data.draw(st.integers(0, problem.n_arcs - 1))] *= factor
    after = objective(with_curve(problem, P0, slope))
    assert after >= objective(problem) * (1 - ROUNDING)


@settings(max_examples=30)
@given(seed=seeds)
def test_gaps_are_never_below_0_and_what_cheapest_ways_cost_never_above(seed):
    told = []
    problem = drawn(seed, n_kinds=2, **TWO)
    found = solve(problem, EFFORT, told=lambda each: told.append(each) or True)
    assert tuple(told) == found.record
    assert [each.number for each in told] == list(range(1, len(told) + 1))
    assert all(each.relative_gap >= 0 for each in told)
    # an excess is a difference of two sums of about what a tonne costs
    most = found.spent / problem.rows.demand.sum()
    assert all(each.average_excess_usd_per_t >= -SUM * most for each in told)
    assert told[-1].relative_gap <= EFFORT.gap


@settings(max_examples=30)
@given(seed=seeds)
def test_no_plan_of_another_effort_has_a_lower_objective(seed):
    """The objective falls as the gap does: each plan is one that could be followed."""
    problem = drawn(seed)
    best = objective(problem)
    for iterations in (1, 2, 4):
        rough = solve(problem, Effort(gap=1e-15, max_iterations=iterations))
        assert rough.objective() >= best * (1 - ROUNDING)


@settings(max_examples=30)
@given(seed=seeds, share=st.floats(0.0, 1.0))
def test_all_demand_goes_or_stays(seed, share):
    problem = drawn(seed, n_kinds=2, **TWO)
    stay = np.full(problem.n_pairs, share * STAY_USD)
    problem = with_stay(problem, stay, stay)
    found = solve(problem, EFFORT)
    paths = found.paths()
    sums = np.bincount(paths.pair, paths.flow, problem.n_pairs)
    np.testing.assert_allclose(sums, problem.rows.demand, rtol=SUM)
    total = problem.rows.demand.sum()
    assert np.abs(lost_at_nodes(problem, found)).max() <= SUM * total


@settings(max_examples=20)
@given(seed=seeds, factor=st.floats(0.1, 10.0))
def test_money_and_value_of_time_in_another_currency_change_no_flow(seed, factor):
    problem = drawn(seed)
    network = problem.network
    other = replace(
        problem,
        network=network._replace(
            fixed=factor * network.fixed, value=factor * network.value
        ),
    )
    first, second = solve(problem, EFFORT), solve(other, EFFORT)
    np.testing.assert_allclose(second.load, first.load, rtol=1e-3, atol=1e-3)
    assert np.isclose(second.objective(), first.objective(), rtol=ROUNDING)
    assert np.isclose(second.spent, factor * first.spent, rtol=ROUNDING)
