"""Trade after a change of its costs: both loops against plain twins, and by invariance.

Both are run compiled and as written.
"""

import numpy as np
import pytest
from tests.reference.hat import balanced, cleared

from bereket.kernels import hat

SEEDS = range(6)
N = 5
THETA = 3.5
TIGHT = 1e-13  # at which the loops stop
MOST = 5_000
EXACT = 1e-10  # relative: what is left where a round moves nothing by more than TIGHT
SAME = 1e-11  # relative: the same rounds, and rounding of a few hundred of them
RULES = "balance", "clear"


class Answer:
    """What a loop found: rounds, changes of sellers and buyers, and trade after it."""

    def __init__(self, rounds, of_sellers, of_buyers, flow):
        self.rounds, self.flow = rounds, flow
        self.of_sellers, self.of_buyers = of_sellers, of_buyers


@pytest.fixture(params=["compiled", "plain"], scope="module")
def solve(request):
    def run(kernel, *call):
        return kernel(*call) if request.param == "compiled" else kernel.py_func(*call)

    def solved(rule, trade, factor, most=MOST, start=None):
        n = len(trade)
        one, other = start or (np.ones(n), np.ones(n))
        if rule == "balance":
            rounds = run(hat.balance_margins, trade, factor, TIGHT, most, one, other)
            return Answer(
                rounds, one, other, trade * factor * one[:, None] * other[None, :]
            )
        rounds = run(hat.clear_markets, trade, factor, THETA, TIGHT, most, one, other)
        sold, bought = trade.sum(axis=1), trade.sum(axis=0)
        scale = (one @ sold) / (one @ bought)
        share = trade * factor * one[:, None] ** -THETA * other**THETA / bought
        return Answer(rounds, one, other, share * bought * one * scale)

    return solved


def drawn(seed, n=N):
    """Draw trade with a few holes, and a change of costs; sellers owe buyers."""
    rng = np.random.default_rng(seed)
    trade = rng.lognormal(0.0, 1.5, (n, n)) + np.diag(np.full(n, 5.0))
    trade[(rng.random((n, n)) < 0.2) & ~np.eye(n, dtype=bool)] = 0.0
    return trade, rng.lognormal(0.0, 0.5, (n, n))


def near(value, rel=EXACT):
    return pytest.approx(value, rel=rel, abs=rel)


def test_kernels_are_compiled(solve):
    for rule in RULES:
        solve(rule, *drawn(0))
    assert hat.balance_margins.signatures
    assert hat.clear_markets.signatures


@pytest.mark.parametrize("seed", SEEDS)
def test_balanced_trade_is_that_of_the_plain_twin(solve, seed):
    trade, factor = drawn(seed)
    found = solve("balance", trade, factor)
    assert found.rounds > 1
    assert found.flow == near(balanced(trade, factor))


@pytest.mark.parametrize("seed", SEEDS)
def test_balanced_trade_keeps_what_each_sells_and_buys(solve, seed):
    trade, factor = drawn(seed)
    found = solve("balance", trade, factor).flow
    assert found.sum(axis=1) == near(trade.sum(axis=1))
    assert found.sum(axis=0) == near(trade.sum(axis=0))


@pytest.mark.parametrize("seed", SEEDS)
def test_cleared_markets_are_those_of_the_plain_twin(solve, seed):
    trade, factor = drawn(seed)
    found = solve("clear", trade, factor)
    assert found.rounds > 1
    price, index, flow = cleared(trade, factor, THETA)
    assert found.of_sellers == near(price)
    assert found.of_buyers == near(index)
    assert found.flow == near(flow)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_sells_all_it_has_and_the_world_keeps_its_value(solve, seed):
    trade, factor = drawn(seed)
    found = solve("clear", trade, factor)
    sold, bought = trade.sum(axis=1), trade.sum(axis=0)
    assert found.flow.sum(axis=1) == near(found.of_sellers * sold)
    scale = (found.of_sellers @ sold) / (found.of_sellers @ bought)
    assert found.flow.sum(axis=0) == near(found.of_sellers * bought * scale)
    assert found.of_sellers @ sold == near(sold.sum())


@pytest.mark.parametrize("rule", RULES)
def test_where_no_cost_changes_nothing_does(solve, rule):
    trade, _ = drawn(0)
    found = solve(rule, trade, np.ones((N, N)))
    assert found.of_sellers == near(np.ones(N), SAME)
    assert found.of_buyers == near(np.ones(N), SAME)
    assert found.flow == near(trade, SAME)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("unit", [1e-3, 1e3, 1e9])
def test_trade_in_another_unit_changes_alike(solve, rule, unit):
    trade, factor = drawn(1)
    found, other = solve(rule, trade, factor), solve(rule, trade * unit, factor)
    assert other.of_sellers == near(found.of_sellers, SAME)
    assert other.of_buyers == near(found.of_buyers, SAME)
    assert other.flow / unit == near(found.flow, SAME)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rule", RULES)
def test_countries_in_another_order_get_the_same_answer(solve, rule, seed):
    trade, factor = drawn(seed)
    turn = np.random.default_rng(seed).permutation(N)
    cells = np.ix_(turn, turn)
    found = solve(rule, trade, factor)
    other = solve(rule, trade[cells].copy(), factor[cells].copy())
    assert other.flow == near(found.flow[cells])
    assert other.of_sellers * other.of_buyers == near(
        (found.of_sellers * found.of_buyers)[turn]
    )


@pytest.mark.parametrize("rule", RULES)
def test_rounds_that_do_not_suffice_are_told(solve, rule):
    trade, factor = drawn(2)
    needed = solve(rule, trade, factor).rounds
    assert solve(rule, trade, factor, most=needed).rounds == needed
    for most in (needed - 1, 1, 0):
        assert solve(rule, trade, factor, most=most).rounds == -1


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("form", ["compiled", "plain"])
def test_debts_that_cannot_be_paid_are_told(rule, unit, form):
    """Who bought for more than it sold, and is left with its own goods alone."""
    trade = unit * np.array([[50.0, 30.0], [10.0, 50.0]])
    kernel = hat.balance_margins if rule == "balance" else hat.clear_markets
    run = kernel if form == "compiled" else kernel.py_func
    theta = () if rule == "balance" else (THETA,)
    of_sellers, of_buyers = np.ones(2), np.ones(2)
    with np.errstate(over="ignore", invalid="ignore"):  # as compiled code does
        rounds = run(trade, np.eye(2), *theta, TIGHT, 20_000, of_sellers, of_buyers)
    assert rounds == -1
    assert not np.isnan(of_sellers).any()
    assert not np.isnan(of_buyers).any()


@pytest.mark.parametrize("rule", RULES)
def test_an_answer_as_start_is_there_in_a_round(solve, rule):
    trade, factor = drawn(3)
    found = solve(rule, trade, factor)
    start = found.of_sellers.copy(), found.of_buyers.copy()
    again = solve(rule, trade, factor, start=start)
    assert (found.rounds > 1, again.rounds) == (True, 1)
    assert again.flow == near(found.flow)


@pytest.mark.parametrize("rule", RULES)
def test_trade_and_factors_are_left_as_they_were(solve, rule):
    trade, factor = drawn(4)
    before = trade.copy(), factor.copy()
    solve(rule, trade, factor)
    assert (trade == before[0]).all()
    assert (factor == before[1]).all()
