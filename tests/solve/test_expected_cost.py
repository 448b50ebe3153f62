"""What a shipper who chooses expects to pay: the logsum, by hand and by its slopes."""

from math import exp, log

import numpy as np
import pytest
from tests.solve.logit_cases import Element, Pair, drawn, solved

HAND = 1e-9  # relative: the gap is 1e-12, and all is worked out in closed form
STEP = 1e-3  # USD/t, of central differences
SLOPE = (
    1e-6  # what differences of that step are off by: its square, times theta squared
)
NEVER_MORE = 1e-9  # USD/t: rounding of a logarithm
SEEDS = range(12)
BY_EITHER = ((0,), (1,))


def near(value):
    return pytest.approx(value, rel=HAND, abs=HAND)


def money(*usd):
    return [Element(money=each) for each in usd]


def means(found):
    """Return the mean cost of each pair by its shares."""
    pair = found.choice.sets.pair
    n = found.problem.n_pairs
    return np.bincount(pair, found.share * found.cost_usd_per_t, n)


@pytest.mark.parametrize("theta", [0.01, 0.2, 3.0])
@pytest.mark.parametrize("costs", [(40.0, 50.0), (40.0, 40.0), (7.0, 90.0)])
def test_two_routes_are_worth_their_logsum(theta, costs):
    """-ln(e^(-theta c1) + e^(-theta c2)) / theta, never above the cheaper one."""
    found = solved(money(*costs), [Pair(12.0, BY_EITHER, theta=theta)])
    by_hand = -log(sum(exp(-theta * each) for each in costs)) / theta
    (expected,) = found.expected_usd_per_t()
    assert expected == near(by_hand)
    assert expected <= min(costs) <= means(found)[0]


def test_two_routes_alike_are_worth_the_logarithm_of_two_less():
    found = solved(money(40.0, 40.0), [Pair(1.0, BY_EITHER, theta=0.1)])
    assert found.expected_usd_per_t() == near([40.0 - log(2) / 0.1])


def test_one_route_is_worth_what_it_costs():
    found = solved(money(40.0), [Pair(1.0, ((0,),), theta=0.1)])
    assert found.expected_usd_per_t() == near([40.0])


def test_two_names_of_one_route_are_worth_no_more_than_one():
    km = ((10.0,), (10.0,))
    found = solved(money(40.0, 40.0), [Pair(1.0, BY_EITHER, theta=0.1, km=km)])
    assert found.choice.sets.size == near([0.5, 0.5])
    assert found.expected_usd_per_t() == near([40.0])


def test_hours_and_waits_are_in_it():
    # 12 t, room for 2: odds of 2 to 10 make the first cost 50 + ln(5) / theta too
    elements = [Element(40.0, 1.0, room=2.0), Element(50.0)]
    theta = 0.2
    found = solved(elements, [Pair(12.0, BY_EITHER, theta=theta)], value=(4.0,))
    assert found.wait_h[0] > 0
    full = 50.0 + log(10 / 2) / theta
    by_hand = -log(exp(-theta * full) + exp(-theta * 50.0)) / theta
    assert found.expected_usd_per_t() == near([by_hand])


def test_what_a_path_costs_beyond_its_elements_is_in_it():
    pair = Pair(1.0, BY_EITHER, theta=0.5, extra=(4.0, -4.0))
    found = solved(money(10.0, 10.0), [pair])
    by_hand = -log(exp(-0.5 * 14.0) + exp(-0.5 * 6.0)) / 0.5
    assert found.expected_usd_per_t() == near([by_hand])


def test_costs_whose_powers_are_too_small_for_a_number_are_no_matter():
    found = solved(money(1e5, 1e5 + 1.0), [Pair(1.0, BY_EITHER, theta=1.0)])
    assert exp(-1e5) == 0.0
    assert found.expected_usd_per_t() == near([1e5 - log(1 + exp(-1.0))])


def test_a_pair_without_a_path_expects_to_pay_without_end():
    pairs = [Pair(5.0, ((0,),)), Pair(7.0, ())]
    found = solved(money(11.0), pairs)
    assert found.expected_usd_per_t().tolist() == [pytest.approx(11.0), np.inf]


def test_cargo_that_stays_is_not_in_it():
    theta = 0.1
    pair = Pair(12.0, BY_EITHER, theta=theta, unserved=30.0)
    found = solved(money(40.0, 50.0), [pair])
    assert found.stay[0] > 1.0
    by_hand = -log(exp(-theta * 40.0) + exp(-theta * 50.0)) / theta
    assert found.expected_usd_per_t() == near([by_hand])


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_expect_what_the_formula_says_of_their_own_paths(seed):
    found = solved(*drawn(seed, n_kinds=2), value=(1.0, 3.0), size=(1.0, 2.0))
    sets, theta = found.choice.sets, found.choice.theta_per_usd
    for pair, expected in enumerate(found.expected_usd_per_t()):
        mine = sets.pair == pair
        weight = sets.size[mine] * np.exp(-theta[pair] * found.cost_usd_per_t[mine])
        assert expected == near(-log(weight.sum()) / theta[pair])
        assert found.share[mine] == near(weight / weight.sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_routes_that_share_nothing_are_worth_less_than_the_mean_and_the_cheapest(seed):
    """Where routes share a stretch it is their sizes that count: see the next test."""
    rng = np.random.default_rng(seed)
    elements = [
        Element(money=float(rng.uniform(5, 20)), free_h=1.0, a=0.1) for _ in range(5)
    ]
    pair = Pair(8.0, tuple((at,) for at in range(5)), theta=float(rng.uniform(0.05, 2)))
    found = solved(elements, [pair])
    (expected,) = found.expected_usd_per_t()
    assert expected <= found.cost_usd_per_t.min() + NEVER_MORE
    assert expected <= means(found)[0] + NEVER_MORE


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_expect_less_than_the_mean_of_costs_and_sizes(seed):
    """By Jensen: a size below one counts as -ln(size) / theta more to pay."""
    found = solved(*drawn(seed))
    sets, theta = found.choice.sets, found.choice.theta_per_usd
    whole = found.cost_usd_per_t - np.log(sets.size) / theta[sets.pair]
    mean = np.bincount(sets.pair, found.share * whole, found.problem.n_pairs)
    assert (found.expected_usd_per_t() <= mean + NEVER_MORE).all()


@pytest.mark.parametrize("dearer", [0, 1, 2])
def test_a_dollar_more_on_a_route_is_expected_by_the_share_that_takes_it(dearer):
    """Williams (1977), Daly and Zachary (1978): slopes of the logsum are the shares."""
    costs = [40.0, 43.0, 50.0]
    km = ((10.0, 0, 0), (0, 10.0, 5.0), (0, 0, 10.0))
    pair = Pair(12.0, ((0,), (1,), (2,)), theta=0.2, km=km)

    def expected(step):
        changed = [c + step * (at == dearer) for at, c in enumerate(costs)]
        return float(solved(money(*changed), [pair]).expected_usd_per_t()[0])

    slope = (expected(STEP) - expected(-STEP)) / (2 * STEP)
    share = solved(money(*costs), [pair]).share[dearer]
    assert slope == pytest.approx(share, abs=SLOPE)
