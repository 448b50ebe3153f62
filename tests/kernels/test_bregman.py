"""Waits of full resources, each set in turn; compiled and as written."""

from math import log

import numpy as np
import pytest
from tests.kernels.logit_laid import Laid, passing
from tests.reference.logit import split as slow_split
from tests.solve.logit_cases import Element, Pair, asked

from bereket.kernels import bregman, logit
from bereket.solve.logit.sets import holds_of

KERNELS = bregman.split_pair, bregman.load_on, bregman.balance
SAME = 1e-12  # relative: rounding of a few sums
STEP, SLOPE = 1e-6, 1e-7  # of central differences, and what they are off by
FIT = 1e-8  # relative: a load fits from 1e-10 of its logarithm on


@pytest.fixture(params=["compiled", "plain"], autouse=True)
def form(request, monkeypatch):
    """Run the kernels compiled, or as written."""
    if request.param == "plain":
        for kernel in KERNELS:
            monkeypatch.setattr(bregman, kernel.py_func.__name__, kernel.py_func)
    return request.param


def near(value, rel=SAME):
    return pytest.approx(value, rel=rel, abs=rel)


@pytest.mark.parametrize("unserved", [np.inf, 42.0, 0.0])
def test_one_pair_alone_splits_as_among_all(unserved):
    cost, size = np.array([40.0, 45.0]), np.array([0.75, 1.0])
    share, flow = np.empty(2), np.empty(2)
    stay = bregman.split_pair(0, 2, cost, size, 0.2, 9.0, unserved, share, flow)
    flows, left = slow_split(cost, size, 0.2, 9.0, unserved)
    assert flow == near(flows)
    assert share.sum() == near(1.0)
    assert stay == near(left)


@pytest.mark.parametrize("unserved", [np.inf, 42.0], ids=["all", "some"])
def test_load_and_slope_of_one_resource_are_those_of_all_at_more_hours(unserved):
    laid = Laid(2, unserved)
    choice, sets = laid.choice, laid.sets
    starts, *on = passing(laid.holds, laid.n)
    cost, share, flow, stay, _ = laid.at(laid.hour)
    step, at = np.zeros(laid.n), 1
    step[at] = 0.7
    load, slope = bregman.load_on(
        *(
            starts[at],
            starts[at + 1],
            *on,
            0.7,
            sets.pair,
            sets.indptr,
            cost,
            sets.size,
        ),
        *(choice.theta_per_usd, laid.demand, choice.unserved_usd_per_t),
        *(share, flow, stay),
    )
    after = laid.at(laid.hour + step)
    assert load == near(after[-1][at])
    for mine, whole in zip((cost, flow, stay), (after[0], *after[2:4]), strict=True):
        assert mine == near(whole)
    little = step * (STEP / 0.7)
    more, less = (laid.at(laid.hour + step + s)[-1][at] for s in (little, -little))
    assert slope == near((more - less) / (2 * STEP), SLOPE)


def balanced(elements, pair, sweeps=1):
    """Return waits, flows, loads and the last change after some sweeps from nothing."""
    problem, choice = asked(elements, [pair])
    sets, holds, n = choice.sets, holds_of(problem, choice.sets), len(elements)
    starts, *on = passing(holds, n)
    on_way = np.array([[way.count(at) for at in range(n)] for way in pair.ways])
    base = on_way @ np.array([each.money for each in elements])
    cost, wait_h = base.copy(), np.zeros(n)
    share, flow = np.empty(sets.n_paths), np.empty(sets.n_paths)
    stay, load = np.empty(1), np.empty(n)
    how = choice.theta_per_usd, problem.rows.demand, choice.unserved_usd_per_t
    logit.split(sets.indptr, cost, sets.size, *how, share, flow, stay)
    passed = holds.indptr, holds.resource, holds.taken
    logit.fill_loads(*passed, flow, np.zeros(n), load)
    room = np.array([each.room for each in elements])
    (limited,) = np.nonzero(np.isfinite(room))
    for _ in range(sweeps):
        change = bregman.balance(
            *(limited, starts, *on, *passed, room, sets.pair, sets.indptr, sets.size),
            *(*how, np.full(n, 1 / pair.theta), wait_h, cost, share, flow, stay, load),
        )
    assert cost == near(
        [b + sum(wait_h[list(w)]) for b, w in zip(base, pair.ways, strict=True)]
    )
    return wait_h, flow, load, change


def test_one_full_resource_finds_its_wait_at_once():
    elements = [Element(40.0, room=2.0), Element(50.0)]
    wait_h, flow, load, _ = balanced(elements, Pair(12.0, ((0,), (1,)), theta=0.2))
    assert wait_h == near([10.0 + log(5.0) / 0.2, 0.0], FIT)
    assert flow == near([2.0, 10.0], FIT)
    assert load == near(flow, FIT)


def test_a_resource_with_room_keeps_no_wait():
    elements = [Element(40.0, room=99.0), Element(50.0)]
    wait_h, _, _, change = balanced(elements, Pair(12.0, ((0,), (1,)), theta=0.2))
    assert (wait_h.tolist(), change) == ([0.0, 0.0], 0.0)


def test_sweeps_bring_resources_in_a_row_and_beside_to_their_limits():
    elements = [
        Element(20.0, room=5.0),
        Element(20.0, room=3.0),
        Element(45.0, room=6.0),
    ]
    pair = Pair(12.0, ((0, 1), (0,), (2,)), theta=0.2, unserved=70.0)
    wait_h, flow, load, change = balanced(elements, pair, sweeps=60)
    assert change < 1e-6
    assert load == near([flow[0] + flow[1], flow[0], flow[2]])
    for at, each in enumerate(elements):
        assert load[at] <= each.room * (1 + FIT)
        assert wait_h[at] == 0 or load[at] == near(each.room, FIT)
    assert wait_h[0] > 0
    assert wait_h[2] > 0


def test_a_wait_set_too_long_comes_down_again():
    # In a row, room for 5 and for 3 of 12: the first waits 10 + ln(12/5) / theta. The
    # second makes it 3; each turn of the first makes it 5 again, ln(5/3) / theta less.
    elements = [Element(20.0, room=5.0), Element(20.0, room=3.0)]
    pair = Pair(12.0, ((0, 1),), theta=0.2, unserved=50.0)
    alone, turn = 10.0 + log(12 / 5) / 0.2, log(5 / 3) / 0.2
    for sweeps in (1, 2, 3):
        wait_h, _, _, _ = balanced(elements, pair, sweeps=sweeps)
        assert wait_h[0] == near(alone - (sweeps - 1) * turn, FIT)
    wait_h, flow, _, _ = balanced(elements, pair, sweeps=7)
    assert flow == near([3.0], FIT)
    assert wait_h == near([0.0, 10.0 + log(4.0) / 0.2], FIT)


def test_kernels_are_compiled(form):
    if form == "compiled":
        assert all(kernel.signatures for kernel in KERNELS)
