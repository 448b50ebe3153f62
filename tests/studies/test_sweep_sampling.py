"""Draws: strata, streams, distributions, and the model that a draw makes."""

import numpy as np
import pytest
from scipy.stats import triang
from scipy.stats.qmc import discrepancy
from tests.model.altered import with_cell

from bereket import read_model
from bereket.studies.factors import Asked, factors_of
from bereket.studies.sampling import drawn_model, latin_hypercube, quantiles

NAMES = tuple(f"factor {n}" for n in range(7))
ROUNDING = 1e-12  # of a root and a few products
DWELLS = Asked({"transfer": frozenset({"dwell_h"})}, ())


@pytest.mark.parametrize("samples", [2, 10, 97])
def test_each_stratum_is_drawn_once_for_each_factor(samples):
    drawn = latin_hypercube(NAMES, samples, seed=5)
    strata = np.sort((drawn * samples).astype(int), axis=0)
    np.testing.assert_array_equal(strata, np.arange(samples)[:, None] + 0 * strata)


def test_a_latin_hypercube_is_more_even_than_random_points():
    ours = latin_hypercube(NAMES, 200, seed=1)
    random = np.random.default_rng(1).random(ours.shape)
    assert discrepancy(ours) < discrepancy(random)


def test_factors_are_drawn_apart_from_each_other():
    drawn = latin_hypercube(NAMES, 500, seed=2)
    off = np.corrcoef(drawn.T) - np.eye(len(NAMES))
    assert np.abs(off).max() < 4 / np.sqrt(500)


def test_the_same_seed_draws_the_same_and_another_does_not():
    first, again = (latin_hypercube(NAMES, 20, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert (first != latin_hypercube(NAMES, 20, seed=4)).all()


def test_a_factor_is_drawn_alike_whatever_else_is_drawn():
    few, many = latin_hypercube(NAMES[2:4], 20, 1), latin_hypercube(NAMES, 20, 1)
    np.testing.assert_array_equal(few, many[:, 2:4])


@pytest.mark.parametrize("value", [2.0, 3.0, 5.5, 7.0])
def test_triangular_quantiles_are_those_of_scipy(value):
    low, high = 2.0, 7.0
    levels = np.linspace(0, 1, 41)
    ends = (np.full(41, each) for each in (low, value, high))
    theirs = triang.ppf(levels, (value - low) / (high - low), low, high - low)
    ours = quantiles(levels, *ends, "triangular")
    np.testing.assert_allclose(ours, theirs, rtol=ROUNDING, atol=ROUNDING)


def test_uniform_quantiles_are_in_proportion():
    ends = (np.full(3, each) for each in (10.0, 11.0, 20.0))
    drawn = quantiles(np.array([0.0, 0.25, 1.0]), *ends, "uniform")
    np.testing.assert_allclose(drawn, [10, 12.5, 20])


def test_what_has_no_probability_stays_at_its_figure():
    ends = (np.array([each]) for each in (0.0, 1.5, 4.0))
    assert quantiles(np.array([np.nan]), *ends, "triangular") == 1.5


def test_a_draw_moves_its_cells_and_leaves_the_base(teaching):
    base = read_model(teaching)
    for position in (0, 5):
        for end, bound in (("_low", 2.0), ("_high", 8.0)):
            base = with_cell(base, "transfer", position, f"dwell_h{end}", bound)
    factors = factors_of(base, DWELLS)
    before = base["transfer"].columns["dwell_h"].copy()
    drawn = drawn_model(base, factors, np.array([0.5]), "uniform")
    after = drawn["transfer"].number("dwell_h")
    assert after[[0, 5]].tolist() == [5.0, 5.0]
    assert np.array_equal(np.delete(after, [0, 5]), np.delete(before, [0, 5]))
    np.testing.assert_array_equal(base["transfer"].columns["dwell_h"], before)
    assert drawn["link"] is base["link"]
    assert drawn.content_hash != base.content_hash
