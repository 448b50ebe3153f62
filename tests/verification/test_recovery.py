"""Synthetic recovery: what a fit makes of observations whose makers are known.

Parameters are drawn from their priors, observations made by the model at them with a
log-normal error of the stated size, and fitted: 95 of 100 intervals should hold the
truth. Of 400 and more intervals, those of one draw related, 90 to 99 of 100 must.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from tests.solve.logit_cases import Pair, asked, drawn
from tests.studies.calibrations import (
    BOXES,
    observation,
    parameter,
    with_rows,
    with_years,
)

from bereket import read_model
from bereket.studies.calibrate.case import Case, Cases
from bereket.studies.calibrate.fit import Data, Priors, fit
from bereket.studies.calibrate.years import year_of

DRAWS = 100
SD = 0.05  # of the logarithm of an observation
INTERVAL = 1.96
FEWEST, MOST = 0.90, 0.99


def told_nothing():
    """Hear of an evaluation."""


def free_priors(value, sd):
    """Return priors with bounds so wide that they do not matter."""
    value, sd = np.array(value, dtype=float), np.array(sd)
    return Priors(value, value - 6 * sd, value + 6 * sd, sd)


@dataclass
class Recovered:
    """Truths, values and standard deviations of many draws, a row a draw."""

    truth: np.ndarray
    value: np.ndarray
    sd: np.ndarray

    @property
    def covered(self):
        return float((np.abs(self.value - self.truth) <= INTERVAL * self.sd).mean())


def recovered(case, priors, seed=0, draws=DRAWS):
    """Draw truths and observations, fit, and keep what comes of it."""
    rng = np.random.default_rng(seed)
    n = priors.value.size
    truths, values, sds = [], [], []
    for _ in range(draws):
        truth = priors.value + priors.sd * rng.normal(size=n)
        ended = case.solve(truth)
        assert ended.status == "answered"
        made = case.modelled(ended)
        seen = made * np.exp(SD * rng.normal(size=made.size))
        data = Data(seen, np.full(seen.size, SD))
        found = fit(Cases.of([case], told_nothing), data, priors, most_free=n)
        truths.append(truth)
        values.append(found.value)
        sds.append(np.sqrt(np.diag(found.covariance)))
    return Recovered(*map(np.array, (truths, values, sds)))


# --- a network that is drawn --------------------------------------------------------


def drawn_case(seed):
    """Return a case of full and slow elements with all kinds of parameters.

    Two constants, a penalty paid once or twice, a factor of the scale of half of the
    pairs, one of the tonnes of a third; observed are the loads of all elements, of the
    first half of the pairs and of the others.
    """
    elements, pairs = drawn(seed, n_elements=8, n_pairs=6, n_ways=4, unserved=90.0)
    problem, choice = asked(elements, pairs)
    sets, rng = choice.sets, np.random.default_rng(seed)
    on = np.zeros((len(elements), sets.n_paths))
    for path, way in enumerate(way for pair in pairs for way in pair.ways):
        on[list(way), path] = 1.0
    constants = (rng.random((sets.n_paths, 2)) < 0.4).astype(float)
    penalty = rng.integers(0, 3, (sets.n_paths, 1)).astype(float)
    none = np.zeros((sets.n_paths, 2))
    scales, demands = np.zeros((2, len(pairs), 5), dtype=bool)
    scales[::2, 3] = True
    demands[::3, 4] = True
    first = sets.pair < len(pairs) // 2
    weights = np.vstack([365.0 * on * first, 365.0 * on * ~first])
    return Case(
        problem=problem,
        choice=choice,
        passages=np.hstack([constants, penalty, none]),
        scales=scales,
        demands=demands,
        weights=weights[weights.any(axis=1)],
    )


NETWORKS, DRAWS_EACH = range(8), 13  # 104 draws of 5 parameters
SDS = (1.5, 1.5, 1.0, 0.2, 0.1)


def test_intervals_hold_the_truth_on_networks_that_are_drawn():
    cases = [drawn_case(seed) for seed in NETWORKS]
    at_priors = [case.solve(np.zeros(5)) for case in cases]
    # else it would be too easy
    assert sum((each.wait_h > 0.1).any() for each in at_priors) >= 4
    assert sum((each.stay > 0).any() for each in at_priors) >= 4
    priors = free_priors(np.zeros(5), SDS)
    found = [
        recovered(case, priors, seed, DRAWS_EACH)
        for seed, case in zip(NETWORKS, cases, strict=True)
    ]
    covered = float(np.mean([each.covered for each in found]))
    assert FEWEST <= covered <= MOST
    # and they are worth having: each parameter is nearer than its prior was, mostly
    truth, value = (
        np.vstack([getattr(each, name) for each in found])
        for name in ("truth", "value")
    )
    nearer = np.abs(value - truth) < np.abs(truth)
    assert (nearer.mean(axis=0) > 0.6).all()
    sd = np.vstack([each.sd for each in found])
    assert (sd.mean(axis=0) < 0.9 * np.array(SDS)).all()


@pytest.mark.parametrize("seed", [0, 1, 2, 4, 5, 6])
def test_without_error_the_truth_itself_is_found_but_for_the_pull_of_the_prior(seed):
    case = drawn_case(seed)
    truth = np.array([1.0, -1.0, 0.5, 0.1, -0.1])
    seen = case.modelled(case.solve(truth))
    data = Data(seen, np.full(seen.size, 1e-4))
    priors = free_priors(np.zeros(5), SDS)
    found = fit(Cases.of([case], told_nothing), data, priors, most_free=5)
    assert found.value == pytest.approx(truth, abs=1e-3)
    assert found.after == pytest.approx(seen, rel=1e-3)
    assert found.spread == 1.0


def test_twice_the_error_is_twice_the_interval_where_the_data_tell_all():
    case = drawn_case(3)
    seen = case.modelled(case.solve(np.zeros(5)))
    priors = free_priors(np.zeros(5), np.full(5, 1e3))
    sds = []
    for sd in (0.01, 0.02):
        data = Data(seen, np.full(seen.size, sd))
        found = fit(Cases.of([case], told_nothing), data, priors, most_free=5)
        sds.append(np.sqrt(np.diag(found.covariance)))
    assert sds[1] == pytest.approx(2 * sds[0], rel=1e-3)


def test_where_no_limit_binds_the_intervals_are_those_of_a_line():
    # one pair, two routes: ln(x1/x2) is straight in the constant, and its error too
    elements, _ = drawn(0)
    elements = [replace(each, a=0.0, room=np.inf) for each in elements[:2]]
    problem, choice = asked(elements, [Pair(10.0, ((0,), (1,)), theta=0.2)])
    case = Case(
        problem=problem,
        choice=choice,
        passages=np.array([[1.0], [0.0]]),
        scales=np.zeros((1, 1), dtype=bool),
        demands=np.zeros((1, 1), dtype=bool),
        weights=np.eye(2),
    )
    x = case.modelled(case.solve(np.zeros(1)))
    data = Data(x, np.full(2, SD))
    found = fit(
        Cases.of([case], told_nothing), data, free_priors([0.0], [10.0]), most_free=1
    )
    share = x / x.sum()
    # d ln x1 = -theta P2, d ln x2 = theta P1; a thousandth of x is added to both sides
    slope = 0.2 * np.array([-share[1], share[0]]) / 1.001
    sd = (float(slope @ slope) / SD**2 + 10.0**-2) ** -0.5
    assert np.sqrt(found.covariance[0, 0]) == pytest.approx(sd, rel=1e-6)


# --- the teaching model -------------------------------------------------------------

SEEN = ("sea", "steppe", "link:road_BCY_BCO", "link:rail_BCY_BCO", "link:sea_APO_CPO")


@pytest.fixture(scope="module")
def teaching_case(teaching):
    """Return the teaching model's 2025 with four parameters, and their priors."""
    rows = [
        parameter("by_sea", "constant", 0.0, 10.0, on="sea", commodity_id=BOXES),
        parameter("by_road", "penalty", 0.0, 8.0, on="link:road_BBO_BCY"),
        parameter("sharp", "scale", 1.0, 0.2, commodity_id=BOXES),
        parameter("more", "demand", 1.0, 0.1, commodity_id=BOXES, origin="CCC"),
    ]
    seen = [
        observation(f"o{at}_{way or 'both'}", on, 1e5, direction=way)
        for at, on in enumerate(SEEN)
        for way in ("", "east", "west")
    ]
    model = with_years(read_model(teaching), (2025,))
    model = with_rows(model, parameters=rows, observations=seen)
    year = year_of(model, 2025)
    case = year.case([row["parameter_id"] for row in rows], year.scopes.rows())
    return case, free_priors(np.zeros(4), [10.0, 8.0, 0.2, 0.1])


def test_intervals_hold_the_truth_on_the_teaching_model(teaching_case):
    case, priors = teaching_case
    assert (case.solve(np.zeros(4)).wait_h > 1.0).any()  # the border is full
    found = recovered(case, priors)
    assert FEWEST <= found.covered <= MOST
    nearer = np.abs(found.value - found.truth) < np.abs(found.truth)
    assert nearer.mean() > 0.6


def test_slopes_of_the_teaching_model_are_those_of_differences(teaching_case):
    case, _ = teaching_case
    at = np.array([3.0, -2.0, 0.1, 0.05])
    slopes = case.slopes(case.solve(at))
    for column in range(4):
        step = np.zeros(4)
        step[column] = 1e-4
        more, less = (case.modelled(case.solve(at + s)) for s in (step, -step))
        by_hand = (more - less) / 2e-4
        largest = max(np.abs(by_hand).max(), 1.0)
        assert np.abs(slopes[:, column] - by_hand).max() < 1e-5 * largest
