"""A trade agreement of Canada and Japan, against the example of the gravity books.

The answers are those of the package gegravity (`tests/data/gegravity`): trade of 30
countries in 2006 as its estimated costs explain it, elasticity of substitution 5. Its
prices are those of a world in which Germany pays on the mean what it paid before, so
ours are divided by Germany's index. The package's own equilibrium keeps what each sells
and buys (`conditional`); repeated until outputs agree with prices it is `full`.
"""

import numpy as np
import pandas as pd
import pytest
from tests.reference.hat import balanced

from bereket.analysis.trade.counterfactual import TradeMatrix, counterfactual

THETA = 4.0
MEMBERS = "CAN", "JPN"
REFERENCE = "DEU"
ORACLE = 1e-9  # relative: both sides are solved to 1e-12 or better; the agreement
# moves what is compared by 1e-6 at least


@pytest.fixture(scope="module")
def told(root):
    """Return what gegravity tells of countries, costs and pairs."""
    folder = root / "tests" / "data" / "gegravity"
    countries = pd.read_csv(folder / "countries.csv", index_col="country")
    costs = pd.read_csv(folder / "coefficients.csv", index_col="variable")
    pairs = pd.read_csv(folder / "pairs.csv", index_col=["exporter", "importer"])
    return countries, costs["coefficient"], pairs


@pytest.fixture(scope="module")
def world(shared, told):
    """Return trade as the estimated costs explain it, and what the agreement does."""
    countries, costs, _ = told
    sample = pd.read_csv(shared / "data" / "trade" / "trade_gegravity_sample_2006.csv")
    sample["cost"] = np.exp(sample[costs.index] @ costs)
    cost = sample.pivot_table("cost", "exporter", "importer")
    cost = cost.loc[countries.index, countries.index].to_numpy()
    bought = countries["expenditure_baseline"].to_numpy()
    made = countries["output_baseline"].to_numpy()
    sold = made * bought.sum() / made.sum()
    # trade of any cells with the right totals, so that only the totals count
    totals = np.outer(sold, bought) / bought.sum()
    matrix = TradeMatrix(
        tuple(countries.index), balanced(totals, cost / totals, rounds=500)
    )
    factor = np.ones(cost.shape)
    one, other = (matrix.countries.index(each) for each in MEMBERS)
    factor[one, other] = factor[other, one] = np.exp(costs["pta"])
    return matrix, factor


@pytest.fixture(scope="module")
def found(world):
    matrix, factor = world
    return {
        closure: counterfactual(matrix, factor, THETA, closure)
        for closure in ("conditional", "full")
    }


def near(value):
    return pytest.approx(np.asarray(value), rel=ORACLE)


def germany(answer):
    return answer.index[answer.countries.index(REFERENCE)]


def places(world, pairs):
    names = world[0].countries
    return tuple(np.array([(names.index(i), names.index(j)) for i, j in pairs.index]).T)


def test_trade_before_is_that_of_the_package(told, world):
    pairs = told[2]
    assert world[0].value_usd[places(world, pairs)] == near(pairs["trade_baseline"])


def test_prices_at_the_gate_are_those_of_the_package(told, found):
    answer = found["conditional"]
    asked = told[0]["factory_gate_price_ratio"]
    assert answer.price / germany(answer) == near(asked)


def test_outputs_are_those_of_the_package(told, found):
    answer, countries = found["conditional"], told[0]
    output = answer.price / germany(answer) * countries["output_baseline"]
    assert output.to_numpy() == near(countries["output_experiment"])


def test_resistances_of_buyers_are_those_of_the_package(told, found):
    answer, countries = found["conditional"], told[0]
    asked = countries["imr_experiment"] / countries["imr_baseline"]
    assert answer.index / germany(answer) == near(asked)


def test_resistances_of_sellers_are_those_of_the_package(told, found):
    answer, countries = found["conditional"], told[0]
    asked = countries["omr_experiment"] / countries["omr_baseline"]
    assert answer.outward * germany(answer) == near(asked)


def test_prices_over_resistances_are_the_welfare_statistic_turned_over(told, found):
    answer = found["conditional"]
    asked = told[0]["welfare_statistic"]
    assert answer.index / answer.price == near(asked)


def test_trade_of_pairs_is_that_of_the_package_once_incomes_are_taken_off(
    told, world, found
):
    """The package lets outputs and spending follow the prices that it ends with."""
    countries, _, pairs = told
    answer, at = found["conditional"], places(world, pairs)
    price = countries["factory_gate_price_ratio"].to_numpy()
    made = countries["output_baseline"].to_numpy()
    incomes = np.outer(price, price) / (price @ made / made.sum())
    asked = pairs["trade_experiment"] / pairs["trade_baseline"]
    assert (answer.trade * incomes)[at] == near(asked)


def test_trade_where_totals_are_held_is_that_of_scaling_in_turns(world, found):
    matrix, factor = world
    answer = found["conditional"]
    flow = balanced(matrix.value_usd, factor, rounds=500)
    assert answer.trade * matrix.value_usd == near(flow)


def test_prices_that_incomes_follow_are_those_of_the_repeated_package(told, found):
    answer = found["full"]
    asked = told[0]["iterated_factory_gate_price_ratio"]
    assert answer.price / germany(answer) == near(asked)


def test_resistances_that_incomes_follow_are_those_of_the_repeated_package(told, found):
    answer, countries = found["full"], told[0]
    assert answer.index / germany(answer) == near(countries["iterated_imr_ratio"])
    assert answer.outward * germany(answer) == near(countries["iterated_omr_ratio"])


def test_the_agreement_moves_more_than_the_tolerance(told):
    """Else the tests above would say nothing."""
    countries = told[0]
    for column in ("factory_gate_price_ratio", "iterated_factory_gate_price_ratio"):
        moved = np.abs(countries[column].drop(REFERENCE) - 1.0)
        assert (moved > 100 * ORACLE).all()
    repeated = countries["iterated_factory_gate_price_ratio"].to_numpy()
    assert repeated != near(countries["factory_gate_price_ratio"])
