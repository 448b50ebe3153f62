"""Shares of paths, what they load, and how both answer; compiled and as written."""

from math import exp, log

import numpy as np
import pytest
from tests.kernels.logit_laid import Laid
from tests.reference.logit import split as slow_split

from bereket.kernels import logit

KERNELS = (
    *(logit.fill_costs, logit.split, logit.fill_loads, logit.fill_response),
    logit.fill_flow_change,
)
SAME = 1e-12  # relative: rounding of a few sums
STEP, SLOPE = 1e-6, 1e-7  # of central differences, and what they are off by


@pytest.fixture(params=["compiled", "plain"], autouse=True)
def form(request, monkeypatch):
    """Run the kernels compiled, or as written."""
    if request.param == "plain":
        for kernel in KERNELS:
            monkeypatch.setattr(logit, kernel.py_func.__name__, kernel.py_func)
    return request.param


def near(value, rel=SAME):
    return pytest.approx(value, rel=rel, abs=rel)


def split(indptr, cost, size, theta, demand, unserved):
    """Return share, flow and stay."""
    found = (
        np.full(len(cost), -1.0),
        np.full(len(cost), -1.0),
        np.full(len(theta), -1.0),
    )
    taken = (np.array(each, dtype=float) for each in (cost, size, theta, demand))
    logit.split(np.array(indptr), *taken, np.array(unserved, dtype=float), *found)
    return found


# --- costs, shares, loads -----------------------------------------------------------


def test_a_path_costs_its_base_and_the_hours_of_what_it_passes():
    cost = np.empty(2)
    indptr, resource = np.array([0, 2, 3]), np.array([0, 2, 1], dtype=np.int32)
    usd, hour = np.array([2.0, 0.5, 3.0]), np.array([10.0, 1.0, 4.0])
    logit.fill_costs(np.array([5.0, 7.0]), indptr, resource, usd, hour, cost)
    assert cost.tolist() == [5 + 20 + 2, 7 + 3]


def test_a_resource_carries_its_background_and_what_passes_by_what_it_takes():
    load = np.full(3, -1.0)
    indptr, resource = np.array([0, 2, 3]), np.array([0, 2, 2], dtype=np.int32)
    taken, flow = np.array([1.0, 0.5, 2.0]), np.array([8.0, 3.0])
    logit.fill_loads(indptr, resource, taken, flow, np.array([1.0, 2.0, 3.0]), load)
    assert load.tolist() == [9.0, 2.0, 3 + 4 + 6]


@pytest.mark.parametrize("seed", range(4))
def test_pairs_split_as_by_the_plain_formula(seed):
    laid = Laid(seed, unserved=37.0)
    cost, share, flow, stay, _ = laid.at(laid.hour * 0)
    for pair, (begin, end) in enumerate(_spans(laid.sets.indptr)):
        want, left = slow_split(
            *(cost[begin:end], laid.sets.size[begin:end]),
            *(laid.choice.theta_per_usd[pair], laid.demand[pair], 37.0),
        )
        assert flow[begin:end] == near(want)
        assert stay[pair] == near(left)
        assert share[begin:end].sum() == near(1.0)
    assert 0 < stay.sum() < laid.demand.sum()


def _spans(indptr):
    return list(zip(indptr[:-1].tolist(), indptr[1:].tolist(), strict=True))


def test_costs_of_thousands_neither_overflow_nor_vanish():
    share, flow, stay = split([0, 2], [9e4, 9e4 + 1], [1, 1], [1], [1], [np.inf])
    assert flow[0] == near(1 / (1 + exp(-1)))
    assert share.sum() == near(1.0)
    assert stay.tolist() == [0.0]
    share, flow, stay = split([0, 2], [9e4, 0.0], [1, 1], [1], [1], [np.inf])
    assert (share.tolist(), flow.tolist()) == ([0.0, 1.0], [0.0, 1.0])
    _, flow, stay = split([0, 1], [9e4], [1], [1], [5], [0])
    assert (flow.tolist(), stay.tolist()) == ([0.0], [5.0])


def test_all_go_where_the_expected_cost_is_just_what_staying_costs():
    _, _, stay = split([0, 2], [10, 10], [1, 1], [0.5], [4], [10 - log(2) / 0.5])
    assert stay == near([0.0])
    _, flow, _ = split([0, 2], [10, 10], [1, 1], [0.5], [4], [9 - log(2) / 0.5])
    assert flow.sum() == near(4 * exp(-0.5))


def test_a_pair_without_paths_stays_and_those_beside_it_do_not_notice():
    _, flow, stay = split([0, 1, 1, 2], [3, 4], [1, 1], [1] * 3, [5, 6, 7], [99] * 3)
    assert (flow.tolist(), stay.tolist()) == ([5.0, 7.0], [0.0, 6.0, 0.0])


def test_nothing_wanted_is_nothing_taken():
    _, flow, stay = split([0, 2], [3, 4], [1, 1], [1], [0], [99])
    assert (flow.tolist(), stay.tolist()) == ([0.0, 0.0], [0.0])


# --- how they answer ----------------------------------------------------------------


@pytest.mark.parametrize("unserved", [np.inf, 42.0, 20.0], ids=["all", "some", "few"])
@pytest.mark.parametrize("seed", range(3))
def test_loads_answer_to_hours_as_by_differences(seed, unserved):
    laid = Laid(seed, unserved)
    _, share, flow, stay, _ = laid.at(laid.hour)
    holds, response = laid.holds, np.full((laid.n, laid.n), np.nan)
    logit.fill_response(
        *(laid.sets.indptr, laid.choice.theta_per_usd, stay, share, flow),
        *(holds.indptr, holds.resource, holds.usd_per_h, holds.taken),
        *(np.arange(laid.n, dtype=np.int32), response),
    )
    for at in range(laid.n):
        step = np.zeros(laid.n)
        step[at] = STEP
        more, less = (laid.at(laid.hour + s)[-1] for s in (step, -step))
        assert response[:, at] == near((more - less) / (2 * STEP), SLOPE)


def test_the_answer_is_of_the_resources_asked_for_in_their_order():
    laid = Laid(0)
    _, share, flow, stay, _ = laid.at(laid.hour)

    def response(place, n):
        holds, found = laid.holds, np.full((n, n), np.nan)
        logit.fill_response(
            *(laid.sets.indptr, laid.choice.theta_per_usd, stay, share, flow),
            *(holds.indptr, holds.resource, holds.usd_per_h, holds.taken),
            *(np.array(place, dtype=np.int32), found),
        )
        return found

    whole = response(range(laid.n), laid.n)
    some = response([logit.NONE, 1, logit.NONE, 0, *[logit.NONE] * (laid.n - 4)], 2)
    assert some == near(whole[np.ix_([3, 1], [3, 1])])


@pytest.mark.parametrize("unserved", [np.inf, 42.0], ids=["all", "some"])
def test_flows_answer_to_costs_as_by_differences(unserved):
    laid = Laid(1, unserved)
    _, share, flow, stay, _ = laid.at(laid.hour)
    n = laid.sets.n_paths
    way = np.random.default_rng(0).normal(size=(n, 3))
    change = np.full((n, 3), np.nan)
    logit.fill_flow_change(
        *(laid.sets.indptr, laid.choice.theta_per_usd, stay, share, flow, way, change)
    )
    for at in range(3):
        step = STEP * way[:, at]
        more, less = (laid.at(laid.hour, laid.base + s)[2] for s in (step, -step))
        assert change[:, at] == near((more - less) / (2 * STEP), SLOPE)


def test_kernels_are_compiled(form):
    if form == "compiled":
        assert all(kernel.signatures for kernel in KERNELS)
