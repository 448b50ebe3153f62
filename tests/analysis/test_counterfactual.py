"""Trade after a change of its costs: closed forms, equations, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.altered import with_cell, with_row, without_row

from bereket import QuestionError, read_model
from bereket.analysis.trade.counterfactual import (
    TradeMatrix,
    counterfactual,
    trade_matrix,
)

CLOSURES = "conditional", "full"
SOLVED = 1e-9  # relative: the loops stop where a round moves nothing by 1e-12
ROUNDING = 1e-12  # relative: sums of a few figures
NEVER_LESS = 1 - 1e-9  # a ratio that is 1 but for what the loops leave
NAMES = "ABCDEF"


def matrix(value):
    return TradeMatrix(tuple(NAMES[: len(value)]), np.array(value, dtype=float))


def drawn(seed, n=5):
    """Draw trade in which sales and purchases of a country differ."""
    rng = np.random.default_rng(seed)
    return matrix(rng.lognormal(0, 1, (n, n)) + np.diag(np.full(n, 3.0)))


def change(seed, n=5):
    return np.random.default_rng(100 + seed).lognormal(0, 0.4, (n, n))


def evened(value):
    """Return trade in which each sells for as much as it buys for."""
    return matrix(value + value.T)


def near(value, rel=SOLVED):
    return pytest.approx(value, rel=rel, abs=rel)


# --- closed forms -------------------------------------------------------------------


@pytest.mark.parametrize("theta", [0.8, 4.0, 11.0])
@pytest.mark.parametrize("seed", range(4))
def test_trade_ended_costs_what_the_share_of_own_trade_says(seed, theta):
    """Arkolakis, Costinot and Rodriguez-Clare (2012): own share ^ (1 / theta).

    With balanced trade, each buying all of its own at a price of 1.
    """
    whole = evened(drawn(seed).value_usd)
    found = counterfactual(whole, np.eye(5), theta)
    own = np.diag(whole.value_usd) / whole.value_usd.sum(axis=0)
    assert found.welfare == near(own ** (1 / theta))
    assert np.diag(found.trade) == near(1 / own)
    assert found.trade.sum() == near(np.trace(found.trade))


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("f", [0.0, 0.3, 1.0, 2.5])
def test_two_like_countries_pay_on_the_mean_what_their_shares_say(f, closure):
    """Two alike, a share s of spending at home, a factor f on all that crosses.

    By symmetry both prices stay 1. A buyer's shares weigh s and (1 - s) f, so that it
    pays P = (s + (1 - s) f) ^ (-1 / theta) on the mean. What crosses becomes its
    weight over theirs: f / (s + (1 - s) f). Sales stay as they were, so nothing
    differs where they are held.
    """
    s, theta = 0.7, 3.0
    like = matrix([[70.0, 30.0], [30.0, 70.0]])
    found = counterfactual(like, np.array([[1.0, f], [f, 1.0]]), theta, closure)
    total = s + (1 - s) * f
    assert found.price == near(np.ones(2))
    assert found.index == near(np.full(2, total ** (-1 / theta)))
    assert found.welfare == near(np.full(2, total ** (1 / theta)))
    assert found.trade == near(np.array([[1, f], [f, 1]]) / total)


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("seed", range(3))
def test_where_no_cost_changes_nothing_does(seed, closure):
    found = counterfactual(drawn(seed), np.ones((5, 5)), 4.0, closure)
    for name in ("price", "index", "outward", "welfare"):
        assert getattr(found, name) == near(np.ones(5), ROUNDING), name
    assert found.trade == near(np.ones((5, 5)), ROUNDING)
    assert found.countries == tuple("ABCDE")


@pytest.mark.parametrize("seed", range(3))
def test_a_cost_that_falls_alike_for_all_goods_of_a_buyer_moves_no_trade(seed):
    factor = np.ones((5, 5))
    factor[:, 1] = 2.0
    for closure in CLOSURES:
        found = counterfactual(drawn(seed), factor, 4.0, closure)
        assert found.trade == near(np.ones((5, 5)))
        others = np.delete(found.index, 1)
        assert found.index[1] / others == near(np.full(4, 2.0 ** (-1 / 4)))


# --- equations ----------------------------------------------------------------------


@pytest.mark.parametrize("theta", [0.8, 4.0, 11.0])
@pytest.mark.parametrize("seed", range(4))
def test_all_that_is_sold_is_bought_and_paid(seed, theta):
    """One factor on all spending lets markets clear where countries owe each other."""
    base, factor = drawn(seed), change(seed)
    found = counterfactual(base, factor, theta)
    sold, bought = base.value_usd.sum(axis=1), base.value_usd.sum(axis=0)
    assert abs(sold - bought).max() > 1.0
    flow = base.value_usd * found.trade
    income = found.price * sold
    spending = found.price * bought
    spending *= income.sum() / spending.sum()
    assert flow.sum(axis=1) == near(income)
    assert flow.sum(axis=0) == near(spending)
    assert income.sum() == near(sold.sum())


@pytest.mark.parametrize("seed", range(4))
def test_each_buyer_chooses_by_costs_and_prices(seed):
    """Relative demand of two sellers is what costs and prices make of it."""
    base, factor, theta = drawn(seed), change(seed), 3.0
    found = counterfactual(base, factor, theta)
    worth = factor * (found.price**-theta)[:, None]
    assert found.trade / found.trade[0] == near(worth / worth[0])
    share = base.value_usd / base.value_usd.sum(axis=0)
    index = (share * worth).sum(axis=0) ** (-1 / theta)
    assert found.index == near(index)
    assert found.welfare == near(found.price / index)


@pytest.mark.parametrize("seed", range(4))
def test_totals_are_kept_where_they_are_held(seed):
    base, factor = drawn(seed), change(seed)
    found = counterfactual(base, factor, 4.0, "conditional")
    flow = base.value_usd * found.trade
    assert flow.sum(axis=1) == near(base.value_usd.sum(axis=1))
    assert flow.sum(axis=0) == near(base.value_usd.sum(axis=0))
    scaled = found.trade / factor
    assert np.linalg.matrix_rank(scaled, tol=SOLVED) == 1  # a factor a row and a column
    worth = factor * (found.price**-4.0)[:, None]
    share = base.value_usd / base.value_usd.sum(axis=0)
    assert found.index == near((share * worth).sum(axis=0) ** (-1 / 4))
    assert found.welfare == near(found.price / found.index)
    assert found.price * found.outward == near(np.ones(5))
    sold = base.value_usd.sum(axis=1)
    assert found.price @ sold == near(sold.sum())


@pytest.mark.parametrize("closure", CLOSURES)
def test_who_stays_outside_loses_by_cheaper_trade_of_others(closure):
    """Three alike: what two sell gets dearer at the gate, that of the third cheaper."""
    alike = matrix(np.full((3, 3), 20.0) + np.diag(np.full(3, 60.0)))
    factor = np.ones((3, 3))
    factor[0, 1] = factor[1, 0] = 2.0
    found = counterfactual(alike, factor, 4.0, closure)
    assert found.price[0] == near(found.price[1])
    assert found.price[0] > 1.0 > found.price[2]
    assert found.welfare[0] == near(found.welfare[1])
    assert found.welfare[0] > 1.0 > found.welfare[2]


@pytest.mark.parametrize("closure", CLOSURES)
def test_answers_cannot_be_written_on(closure):
    found = counterfactual(drawn(0), change(0), 4.0, closure)
    for name in ("price", "index", "outward", "welfare", "trade"):
        assert not getattr(found, name).flags.writeable, name


def test_the_question_is_left_as_it_was():
    base, factor = drawn(0), change(0)
    before = base.value_usd.copy(), factor.copy()
    for closure in CLOSURES:
        counterfactual(base, factor, 4.0, closure)
    assert (base.value_usd == before[0]).all()
    assert (factor == before[1]).all()


# --- what holds whatever trade is ---------------------------------------------------

flows = st.floats(0.01, 100.0)


@st.composite
def balanced_worlds(draw):
    """Draw trade of two to five countries that is as much one way as the other."""
    n = draw(st.integers(2, 5))
    cells = draw(st.lists(flows, min_size=n * n, max_size=n * n))
    return evened(np.array(cells).reshape(n, n))


@settings(max_examples=200)
@given(
    world=balanced_worlds(),
    theta=st.floats(0.5, 12.0),
    cheaper=st.floats(1.0, 20.0),
    both=st.booleans(),
)
def test_cheaper_trade_of_a_pair_never_lowers_its_flow_nor_its_welfare(
    world, theta, cheaper, both
):
    """Where trade is balanced; a lasting debt can turn either about."""
    factor = np.ones(world.value_usd.shape)
    factor[0, 1] = cheaper
    factor[1, 0] = cheaper if both else 1.0
    found = counterfactual(world, factor, theta)
    assert found.trade[0, 1] >= NEVER_LESS
    assert found.trade[1, 0] >= NEVER_LESS or not both
    assert (found.welfare[:2] >= NEVER_LESS).all()


@settings(max_examples=200)
@given(world=balanced_worlds(), cheaper=st.floats(1.0, 20.0))
def test_a_flow_that_gets_cheaper_never_falls_where_totals_are_held(world, cheaper):
    factor = np.ones(world.value_usd.shape)
    factor[0, 1] = cheaper
    found = counterfactual(world, factor, 4.0, "conditional")
    assert NEVER_LESS <= found.trade[0, 1] <= cheaper / NEVER_LESS


# --- refusals -----------------------------------------------------------------------


def test_countries_of_zeros_are_named():
    with pytest.raises(QuestionError) as told:
        matrix([[1.0, 2.0, 0.0], [0.0, 0.0, 0.0], [1.0, 2.0, 0.0]])
    lines = str(told.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "B sells nothing",
        "C buys nothing",
    ]


@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (3, 3)])
def test_sellers_and_buyers_must_be_the_countries(shape):
    with pytest.raises(
        QuestionError, match=rf"2 countries .* {shape[0]} sellers and {shape[1]} buyers"
    ):
        TradeMatrix(("A", "B"), np.ones(shape))


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_values_that_cannot_be_are_named_by_pair(value):
    wrong = np.ones((3, 3))
    wrong[2, 0] = value
    with pytest.raises(QuestionError, match=r"0 or more; not so for C > A$"):
        matrix(wrong)


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("theta", [0.0, -4.0, np.nan, np.inf])
def test_an_elasticity_must_be_above_0(theta, closure):
    with pytest.raises(QuestionError, match="theta must be above 0; found"):
        counterfactual(drawn(0), np.ones((5, 5)), theta, closure)


@pytest.mark.parametrize("shape", [(4, 4), (5,), (5, 4)])
def test_each_flow_needs_a_factor(shape):
    with pytest.raises(QuestionError, match=r"\(5, 5\) flows; found \("):
        counterfactual(drawn(0), np.ones(shape), 4.0)


@pytest.mark.parametrize("value", [-0.1, np.nan, np.inf])
def test_factors_must_be_numbers_of_0_or_more(value):
    factor = np.ones((5, 5))
    factor[1, 3] = value
    with pytest.raises(QuestionError, match="factors of flows must be numbers of 0"):
        counterfactual(drawn(0), factor, 4.0)


@pytest.mark.parametrize(("axis", "verb"), [(0, "sell"), (1, "buy")])
@pytest.mark.parametrize("closure", CLOSURES)
def test_a_country_with_nothing_left_is_named(axis, verb, closure):
    factor = np.ones((5, 5))
    np.moveaxis(factor, axis, 0)[2] = 0.0
    with pytest.raises(QuestionError, match=f"^nothing is left for C to {verb}$"):
        counterfactual(drawn(0), factor, 4.0, closure)


@pytest.mark.parametrize("closure", CLOSURES)
def test_debts_that_cannot_be_paid_once_trade_ends_are_refused(closure):
    """Who bought for more than it sold cannot do so of itself alone."""
    with pytest.raises(QuestionError, match="does not settle"):
        counterfactual(matrix([[50.0, 30.0], [10.0, 50.0]]), np.eye(2), 4.0, closure)


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("theta", [0.5, 4.0, 40.0])
@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_markets_that_cannot_clear_are_refused_at_any_scale(closure, theta, unit):
    value = unit * np.array([[5.0, 9.0, 1e-9], [1.0, 5.0, 1e-9], [1e-9, 1e-9, 1.0]])
    with pytest.raises(QuestionError, match="does not settle"):
        counterfactual(matrix(value), np.eye(3), theta, closure)


# --- trade of a model ---------------------------------------------------------------


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


def row_of(model, *pair):
    """Return the position of the first row of two countries."""
    table = model["trade"]
    ends = zip(
        table.labels("exporter_iso3"), table.labels("importer_iso3"), strict=True
    )
    return list(ends).index(pair)


def test_trade_of_a_model_is_the_sum_of_its_sectors(model):
    found = trade_matrix(model, 2024)
    assert found.countries == ("AAA", "CCC")
    assert found.value_usd.tolist() == [[100e9, 2 * 1.46e9], [1.46e9, 50e9]]


@pytest.mark.parametrize("sector", ["pipeline_gas", "electricity"])
def test_gas_and_power_are_no_freight(model, sector):
    ends = {"exporter_iso3": "CCC", "importer_iso3": "AAA", "year": 2024}
    more = with_row(model, "trade", **ends, sector=sector, value_usd=7e9)
    found = trade_matrix(more, 2024)
    assert (found.value_usd == trade_matrix(model, 2024).value_usd).all()


def test_a_pair_that_trades_gas_alone_is_known_to_trade_nothing_else(model):
    row = row_of(model, "CCC", "AAA")
    found = trade_matrix(with_cell(model, "trade", row, "sector", "pipeline_gas"), 2024)
    assert found.value_usd[1].tolist() == [0.0, 50e9]


def test_a_row_of_nothing_tells_that_a_pair_trades_nothing(model):
    row = row_of(model, "CCC", "AAA")
    found = trade_matrix(with_cell(model, "trade", row, "value_usd", 0.0), 2024)
    assert found.value_usd[1].tolist() == [0.0, 50e9]


def test_assumed_trade_is_counted_between_countries_alone(model):
    assert trade_matrix(model, 2024).assumed_share == near(1.0, ROUNDING)
    told = model
    for row in (row_of(model, "AAA", "CCC"), row_of(model, "AAA", "AAA")):
        told = with_cell(told, "trade", row, "quality", "reported")
    assert trade_matrix(told, 2024).assumed_share == near(2 / 3, ROUNDING)


def test_a_year_without_trade_is_refused_with_the_years_there_are(model):
    ends = {"exporter_iso3": "AAA", "importer_iso3": "CCC", "sector": "all"}
    more = with_row(model, "trade", **ends, year=2019, value_usd=1.0)
    with pytest.raises(QuestionError, match=r"no trade of 2020; .* of 2019, 2024$"):
        trade_matrix(more, 2020)


@pytest.mark.parametrize(
    "pair", [("CCC", "AAA"), ("AAA", "AAA"), ("CCC", "CCC")], ids=" > ".join
)
def test_a_pair_without_a_row_is_named(model, pair):
    lacking = without_row(model, "trade", row_of(model, *pair))
    with pytest.raises(QuestionError, match=f"none for {' > '.join(pair)}$"):
        trade_matrix(lacking, 2024)


def test_of_many_pairs_without_a_row_five_are_named(model):
    more = model
    for name in ("DDD", "EEE"):
        own = {"exporter_iso3": name, "importer_iso3": name, "sector": "all"}
        more = with_row(more, "trade", **own, year=2024, value_usd=1.0)
    with pytest.raises(QuestionError, match=r"(\w+ > \w+, ){4}\w+ > \w+ and 5 more$"):
        trade_matrix(more, 2024)
