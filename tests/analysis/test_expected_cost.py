"""What shippers of the teaching model expect to pay, as skims of an assignment.

Boxes from Cacay to Ashar wait nowhere; they go by rail, by ferry and by lorry.
"""

from math import exp, log

import numpy as np
import pytest
from tests.analysis.test_assign_logit import (
    EXACT,
    THETA,
    paths_of,
    skim,
    with_parameters,
)
from tests.studies.calibrations import BOXES, parameter, with_rows, with_years

from bereket import AssignParams, assign, read_model

HAND = 1e-9  # relative: sums of few exponentials
SAME = 1e-6  # USD/t: flows are exact to a gap of 1e-11


@pytest.fixture(scope="module")
def model(teaching):
    return with_rows(with_years(read_model(teaching), (2025,)), parameters=[])


@pytest.fixture(scope="module")
def found(model):
    return assign(model, params=EXACT)


def test_who_does_not_choose_expects_what_it_pays(model):
    skims = assign(model, params=AssignParams(year=2025)).skims
    assert len(skims) == 3
    assert all(each.expected_usd_per_t == each.cost_usd_per_t for each in skims)


def test_who_chooses_expects_the_logsum_of_its_ways(found):
    solution = found.solution
    sets = solution.choice.sets
    assert len(found.skims) == found.laid.problem.n_pairs == 3
    for pair, each in enumerate(found.skims):
        assert each.origin_id == found.laid.origin_id[pair]
        mine = sets.pair == pair
        cost, size = solution.cost_usd_per_t[mine], sets.size[mine]
        by_hand = -log((size * np.exp(-THETA * cost)).sum()) / THETA
        assert each.expected_usd_per_t == pytest.approx(by_hand, rel=HAND)


@pytest.mark.parametrize("usd", [10.0, -10.0, 60.0])
def test_a_dearer_ferry_is_expected_by_the_share_that_takes_it(model, found, usd):
    """With a share s by sea: -ln(1 - s + s e^(-theta usd)) / theta more."""
    row = parameter("p", "constant", usd, 1.0, on="sea", origin="CCC")
    after = assign(with_parameters(model, row), params=EXACT)
    ways = paths_of(found, "CCY", BOXES)
    by_sea = sum(flow for flow, places in ways if "CPO" in places)
    share = by_sea / sum(flow for flow, _ in ways)
    assert 0.1 < share < 0.9
    more = -log(1 - share + share * exp(-THETA * usd)) / THETA
    before, now = (
        skim(each, "CCY", BOXES).expected_usd_per_t for each in (found, after)
    )
    assert now - before == pytest.approx(more, abs=SAME)
