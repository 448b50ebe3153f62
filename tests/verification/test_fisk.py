"""Fisk's programme with hard limits and cargo that stays, by another solver.

The solver of the reference is scipy's interior point method for any convex programme;
it knows nothing of logits, waits or Newton steps on hours.

Fisk, C. (1980). Some developments in equilibrium traffic assignment. *Transportation
Research B* 14(3).
"""

from dataclasses import replace

import numpy as np
import pytest
from tests.reference.logit import fisk
from tests.solve.logit_cases import drawn, solved

SAME_OBJECTIVE = 1e-6  # relative
SAME_FLOW_T = 1e-4  # of 3 to 10 a pair: the barrier of the reference stops there
NARROW = {"n_elements": 7, "unserved": 65.0, "wide": 0.4}
ONE, TWO = ((1.0,), (1.0,)), ((1.0, 3.0), (1.0, 2.0))  # values and sizes of the classes


@pytest.mark.parametrize("seed", range(6))
def test_objective_and_flows_are_those_of_a_general_convex_solver(seed):
    elements, pairs = drawn(seed, n_pairs=3, **NARROW)
    found = solved(elements, pairs, *ONE)
    least, flow = fisk(elements, pairs, *ONE)
    assert found.objective() == pytest.approx(least, rel=SAME_OBJECTIVE)
    assert np.abs(found.flow - flow).max() < SAME_FLOW_T


@pytest.mark.parametrize("seed", range(6, 9))
def test_so_are_those_of_two_classes_that_measure_elements_alike(seed):
    elements, pairs = drawn(seed, n_pairs=4, n_kinds=2, **NARROW)
    assert {pair.kind for pair in pairs} == {0, 1}
    found = solved(elements, pairs, *TWO)
    least, flow = fisk(elements, pairs, *TWO)
    assert found.objective() == pytest.approx(least, rel=SAME_OBJECTIVE)
    assert np.abs(found.flow - flow).max() < SAME_FLOW_T


def test_the_networks_drawn_have_full_elements_and_cargo_that_stays():
    # else the comparisons above would say less than they seem to
    found = [solved(*drawn(seed, n_pairs=3, **NARROW)) for seed in range(6)]
    assert sum((each.wait_h > 0.1).any() for each in found) >= 4
    assert sum((each.stay > 0.1).any() for each in found) >= 4
    assert any((each.stay == 0).any() for each in found)


@pytest.mark.parametrize("part", [1e-3, 0.1, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_any_step_to_other_flows_within_the_limits_makes_the_objective_larger(
    seed, part
):
    elements, pairs = drawn(seed, n_pairs=6)
    found = solved(elements, pairs)
    narrow = solved([replace(each, room=0.8 * each.room) for each in elements], pairs)
    other = solved([replace(each, money=0.5 * each.money) for each in elements], pairs)
    for there in (narrow, other):  # both within the limits, and all between them too
        flow, stay = (
            (1 - part) * getattr(found, name) + part * getattr(there, name)
            for name in ("flow", "stay")
        )
        moved = replace(found, flow=flow, stay=stay, load=_load(found, flow))
        assert moved.objective() > found.objective()


def _load(found, flow):
    holds = found.holds
    of_hold = np.repeat(flow, np.diff(holds.indptr)) * holds.taken
    return np.bincount(holds.resource, of_hold, found.load.size)
