"""What holds of a largest flow over any network, whatever its capacities."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cross.flow_networks import connected, random_network, solver_of

ROUNDING = 1e-6  # relative; a solver's last bits
seeds = st.integers(0, 10**6)
factors = st.floats(1.0, 5.0)


def drawn(seed):
    """Return a network of two-way tracks with two cargoes there and one back."""
    for again in range(100):
        network = random_network(seed + 7 * again, is_shared=True)
        last = network.n_nodes - 1
        if connected(network, 0, last):
            return network, [
                (0, last, 0.7, 0, 1600.0),
                (0, last, 0.3, 0, 3600.0),
                (last, 0, 1.0, 1, 1000.0),
            ]
    raise AssertionError(seed)


def flow(network, demands, sides=(0, 1)):
    return float(solver_of(network, demands).solve(sides).t_per_day.sum())


@settings(max_examples=40, deadline=None)
@given(seed=seeds, factor=factors, data=st.data())
def test_more_of_any_row_never_lowers_the_flow(seed, factor, data):
    network, demands = drawn(seed)
    row = data.draw(st.integers(0, network.capacity.size - 1))
    wider = network.capacity.copy()
    wider[row] *= factor
    for sides in ((0, 1), (0,), (1,)):
        before = flow(network, demands, sides)
        after = flow(replace(network, capacity=wider), demands, sides)
        assert after >= before * (1 - ROUNDING)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, factor=factors)
def test_all_capacities_times_a_factor_are_the_flow_times_it(seed, factor):
    network, demands = drawn(seed)
    wider = replace(network, capacity=network.capacity * factor)
    expected = flow(network, demands) * factor
    assert flow(wider, demands) == pytest.approx(expected, rel=ROUNDING)


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_capacities_changed_one_after_another_are_those_set_at_once(seed):
    """The basis and the paths of earlier questions leave no trace in the answer."""
    network, demands = drawn(seed)
    rng = np.random.default_rng(seed)
    kept = solver_of(network, demands)
    for _ in range(4):
        rows = np.arange(network.capacity.size)
        kind = rng.integers(0, 4, rows.size)
        anew = rng.uniform(0, 30, rows.size)
        anew[kind == 0] = 0.0
        anew[0] = max(anew[0], 1.0)
        kept.set_capacity(rows, anew)
        sides = [(0, 1), (0,), (1,)][int(rng.integers(3))]
        by_cost = bool(rng.integers(2))
        found = kept.solve(sides, by_cost=by_cost)
        expected = flow(replace(network, capacity=anew), demands, sides)
        total = float(found.t_per_day.sum())
        assert total == pytest.approx(expected, rel=ROUNDING, abs=1e-3)
        assert (found.used <= anew * (1 + ROUNDING) + 1e-6).all()
