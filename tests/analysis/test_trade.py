"""Trade of two countries to come: by hand, by the theory of its draws, and refusals.

The model is the teaching one: Arelia and Cerenia (AAA, CCC), who sell each other
containers, and Arelia grain.
"""

from math import log

import numpy as np
import pytest
from scipy.stats import t as student
from tests.model.altered import (
    row_at,
    with_cell,
    with_row,
    without_row,
    without_table,
)
from tests.reference.hat import balanced, cleared

from bereket import QuestionError, read_model
from bereket.analysis.trade import TradeParams, trade
from bereket.analysis.trade.counterfactual import TradeMatrix
from bereket.analysis.trade.draws import CAUSES, Known, draw_outlooks, spread_by_cause
from bereket.analysis.trade.pair import (
    Interval,
    base_year,
    elasticity,
    flows_between,
    growths_of,
    interval_of,
    turnovers,
)
from bereket.analysis.trade.result import QUANTILES
from bereket.analysis.trade.works import (
    LEAST_FACTOR,
    Case,
    PricedWorks,
    World,
    factors_of,
    joined,
    lane_changes,
    with_works,
    world_of,
)
from bereket.compiled.skims import LaneCost, Skims

EXACT = 1e-12  # relative: a few operations, or a sum of few figures
SOLVED = 1e-9  # relative: what is left where loops of all trade stop
STANDARD_ERRORS = 4.0  # of a mean of independent draws: 1 in 16,000 goes beyond
DRAWS = 40_000
PAIR = "AAA", "CCC"
TURNOVER = 4.38e9  # of 2024, the base year
TARGET = 5e9  # that the agenda has due by 2030
GROWTHS = 9  # all that the model knows of
GOODS = (
    ("AAA", "CCC", "containers"),
    ("AAA", "CCC", "grain"),
    ("CCC", "AAA", "containers"),
)
OUT, GRAIN, BACK = GOODS


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


def asked(**more):
    short = {"to_year": 2032, "growths": GROWTHS, "draws": 400, "backtest_year": None}
    return TradeParams(PAIR, **{"target_usd": TARGET} | short | more)


def certain(model):
    """Return the model with elasticities that have no bounds."""
    for row in range(len(model["elasticity"])):
        for column in ("value_low", "value_high"):
            model = with_cell(model, "elasticity", row, column, np.nan)
    return model


def with_elasticity(model, name, value, low=np.nan, high=np.nan):
    row = row_at(model, "elasticity", name, "")
    for column, figure in (("value", value), ("value_low", low), ("value_high", high)):
        model = with_cell(model, "elasticity", row, column, figure)
    return model


def with_sector(model, sector, value, seller="AAA", buyer="CCC", **more):
    ends = {"exporter_iso3": seller, "importer_iso3": buyer, "year": 2024}
    cells = {"sector": sector, "value_usd": value, "quality": "assumed", **ends, **more}
    return with_row(model, "trade", **cells)


def known_of(model, growths=None, base=TURNOVER):
    flows = flows_between(model, PAIR, 2024)
    past = growths_of(model, PAIR, 2024, GROWTHS)[0] if growths is None else growths
    total = Interval(base, base, base)
    return Known(
        year=2024, split_year=2024, flows=flows, base=total, growths=past, pair=PAIR
    )


def drawn(model, causes=CAUSES, draws=300, until=2030, **known):
    return draw_outlooks(
        model, known_of(model, **known), range(2024, until + 1), draws, 7, causes
    )


def flow_at(outlooks, lane):
    """Return the position of a flow."""
    names = [(f.exporter_iso3, f.importer_iso3, f.sector) for f in outlooks.flows]
    return names.index(lane)


def logs(outlooks, lane):
    """Return logarithms of a flow over its base year, draw by year."""
    value = outlooks.value_usd[:, flow_at(outlooks, lane)]
    return np.log(value / value[:, :1])


def near(value, rel=EXACT):
    return pytest.approx(value, rel=rel, abs=rel)


# --- draws: by hand -----------------------------------------------------------------


def test_where_nothing_varies_flows_grow_as_worked_out_by_hand(model):
    """0.75 of the real growth of both, 2 % of prices: 5 of 9 years 6 %, 4 years 2 %."""
    found = drawn(model, causes=())
    assert found.years.tolist() == list(range(2024, 2031))
    growth = (5 * log(1.06) + 4 * log(1.02)) / 9
    real = 2 * 0.75 * (growth - 0.02)
    expected = 1.46e9 * np.exp((real + 0.02) * np.arange(7))
    for at in range(3):
        asked_for = np.tile(expected, (300, 1))
        assert found.value_usd[:, at] == pytest.approx(asked_for, rel=1e-8)
    assert found.turnover_usd[:, 0] == near(np.full(300, TURNOVER))
    assert (found.theta == 4.0).all()
    assert (found.adjustment == 0.25).all()


def test_each_country_grows_in_its_own_part_of_a_flow(model):
    """The seller's product counts by its elasticity, the buyer's by its own."""
    past = np.tile([0.05, 0.01], (GROWTHS, 1))
    told = with_elasticity(model, "exporter_gdp", 1.0)
    told = with_elasticity(told, "importer_gdp", 0.5)
    found = drawn(told, causes=(), growths=past)
    assert logs(found, OUT)[0, 1] == near(1.0 * 0.03 + 0.5 * -0.01 + 0.02)
    assert logs(found, BACK)[0, 1] == near(1.0 * -0.01 + 0.5 * 0.03 + 0.02)


@pytest.mark.parametrize("sector", ["pipeline_gas", "electricity"])
def test_gas_and_power_follow_prices_alone(model, sector):
    told = with_sector(model, sector, 1e9)
    found = drawn(told, causes=())
    assert logs(found, ("AAA", "CCC", sector))[0] == near(0.02 * np.arange(7))
    varied = drawn(told, causes=("growth", "pair"), draws=100)
    assert logs(varied, ("AAA", "CCC", sector)) == near(
        np.tile(0.02 * np.arange(7), (100, 1))
    )


def test_the_base_year_is_split_by_its_rows_and_adds_up_to_what_was_observed(model):
    told = model
    for row, value in ((1, 3e9), (2, 1e9), (3, 1e9)):
        told = with_cell(told, "trade", row, "value_usd", value)
    found = drawn(told, causes=())
    assert found.value_usd[0, :, 0] == near(np.array([0.6, 0.2, 0.2]) * TURNOVER)


def test_rows_with_bounds_are_drawn_within_them_and_add_up_all_the_same(model):
    told = with_cell(model, "trade", 1, "value_usd_low", 0.5e9)
    told = with_cell(told, "trade", 1, "value_usd_high", 2e9)
    found = drawn(told, causes=("base",), draws=DRAWS // 10)
    assert found.turnover_usd[:, 0] == near(np.full(DRAWS // 10, TURNOVER))
    share = found.value_usd[:, 0, 0] / found.value_usd[:, 1, 0]
    assert 0.5 / 1.46 <= share.min() < 0.5 / 1.46 * 1.1
    assert 2 / 1.46 / 1.1 < share.max() <= 2 / 1.46
    mean = (0.5 + 1.46 + 2) / 3 / 1.46  # of a triangular law
    error = share.std() / np.sqrt(share.size)
    assert abs(share.mean() - mean) < STANDARD_ERRORS * error


def test_elasticities_of_a_cargo_go_before_the_general_one(model):
    row = {"name": "trade_cost", "commodity_id": "grain", "value": 7.0}
    found = drawn(with_row(model, "elasticity", **row), causes=())
    assert found.theta[0].tolist() == [4.0, 7.0, 4.0]


# --- draws: theory ------------------------------------------------------------------


def test_a_year_of_growth_follows_students_law(model):
    """Of a normal series of n figures the next is t with n - 1 degrees of freedom.

    About their mean, by their standard deviation times the root of 1 + 1 / n.
    """
    past = np.random.default_rng(3).normal([0.04, 0.02], [0.03, 0.01], (6, 2))
    told = with_elasticity(certain(model), "exporter_gdp", 1.0)
    told = with_elasticity(told, "importer_gdp", 0.0)
    found = drawn(told, ("growth",), DRAWS, 2025, growths=past)
    for lane, side in ((OUT, 0), (BACK, 1)):
        growth = np.sort(logs(found, lane)[:, 1])
        spread = past[:, side].std(ddof=1) * np.sqrt(1 + 1 / 6)
        law = student(5, past[:, side].mean(), spread)
        for share in (0.025, 0.25, 0.5, 0.75, 0.975):
            below = (growth < law.ppf(share)).mean()
            error = np.sqrt(share * (1 - share) / DRAWS)
            assert abs(below - share) < STANDARD_ERRORS * error


def test_products_that_grew_together_go_on_together(model):
    past = np.random.default_rng(3).normal(0.04, 0.02, (30, 2))
    past[:, 1] = 0.5 * past[:, 0] + 0.01
    told = with_elasticity(certain(model), "exporter_gdp", 1.0)
    told = with_elasticity(told, "importer_gdp", 0.0)
    found = drawn(told, ("growth",), growths=past)
    moved = np.diff(logs(found, OUT)), np.diff(logs(found, BACK))
    assert moved[1] == pytest.approx(0.5 * moved[0] + 0.01, abs=1e-8)


def test_growths_of_years_are_their_own_about_a_mean_that_is_one(model):
    """Two years of one future: the mean is shared, of variance a nth of a year's."""
    past = np.random.default_rng(3).normal(0.04, 0.02, (40, 2))
    told = with_elasticity(certain(model), "exporter_gdp", 1.0)
    told = with_elasticity(told, "importer_gdp", 0.0)
    found = drawn(told, ("growth",), DRAWS, 2026, growths=past)
    first, second = np.diff(logs(found, OUT)).T
    shared = np.corrcoef(first, second)[0, 1]
    assert abs(shared - 1 / 41) < STANDARD_ERRORS / np.sqrt(DRAWS)


def test_a_direction_walks_by_itself_with_all_its_cargo(model):
    found = drawn(certain(model), ("pair",), DRAWS)
    still = logs(drawn(certain(model), (), 1), OUT)
    walk = {lane: logs(found, lane) - still for lane in GOODS}
    assert walk[OUT] == pytest.approx(walk[GRAIN], abs=SOLVED)
    between = np.corrcoef(walk[OUT][:, -1], walk[BACK][:, -1])[0, 1]
    assert abs(between) < STANDARD_ERRORS / np.sqrt(DRAWS)
    for lane in (OUT, BACK):
        for year in (1, 6):
            sd = walk[lane][:, year].std()
            error = 1 / np.sqrt(2 * DRAWS)  # relative, of a standard deviation
            assert abs(sd / (0.15 * np.sqrt(year)) - 1) < STANDARD_ERRORS * error


def test_a_cargo_has_one_price_both_ways(model):
    found = drawn(certain(model), ("prices",), DRAWS)
    still = logs(drawn(certain(model), (), 1), OUT)
    price = {lane: logs(found, lane) - still for lane in GOODS}
    assert price[OUT] == pytest.approx(price[BACK], abs=SOLVED)
    between = np.corrcoef(price[OUT][:, -1], price[GRAIN][:, -1])[0, 1]
    assert abs(between) < STANDARD_ERRORS / np.sqrt(DRAWS)
    sd = price[OUT][:, 4].std()
    assert abs(sd / 0.2 - 1) < STANDARD_ERRORS / np.sqrt(2 * DRAWS)


def test_causes_have_draws_of_their_own(model):
    """Where elasticities are certain, what causes do adds up draw by draw."""
    told = certain(model)
    causes = "growth", "prices", "pair"
    for lane in GOODS:
        still = logs(drawn(told, ()), lane)
        parts = [logs(drawn(told, (cause,)), lane) - still for cause in causes]
        assert logs(drawn(told), lane) - still == pytest.approx(sum(parts), abs=SOLVED)


def test_the_spread_is_shared_out_among_its_causes(model):
    known, years = known_of(model), range(2024, 2031)
    found = spread_by_cause(model, known, years, 500, 1)
    assert tuple(found) == CAUSES
    assert sum(found.values()) == near(1.0)
    assert found["base"] == near(0.0)  # its rows have no bounds
    assert min(found[cause] for cause in CAUSES if cause != "base") > 0.0
    calm = with_elasticity(model, "pair_sd_per_year", 0.0)
    assert spread_by_cause(calm, known, years, 500, 1)["pair"] == near(0.0)


def test_where_nothing_varies_no_cause_has_a_share(model):
    calm = model
    for name in ("pair_sd_per_year", "price_sd_per_year"):
        calm = with_elasticity(certain(calm), name, 0.0)
    flat = known_of(calm, growths=np.full((5, 2), 0.03))
    found = spread_by_cause(calm, flat, range(2024, 2031), 500, 1)
    assert found == dict.fromkeys(CAUSES, 0.0)


# --- the answer ---------------------------------------------------------------------


def test_the_same_seed_gives_the_same_answer(model):
    one, same = (trade(model, params=asked(), seed=3) for _ in range(2))
    assert one.as_dict() == same.as_dict()
    other = trade(model, params=asked(), seed=4)
    assert other.years != one.years


@pytest.mark.parametrize(
    ("more", "by_year", "growth"),
    [
        ({}, 2030, (5 / 4.38) ** (1 / 6) - 1),  # as the agenda has it
        ({"by_year": 2026}, 2026, (5 / 4.38) ** (1 / 2) - 1),
        ({"target_usd": 8.76e9}, 2029, 2 ** (1 / 5) - 1),  # nobody has said by when
    ],
)
def test_the_growth_that_a_target_needs_is_that_of_the_hand(
    model, more, by_year, growth
):
    found = trade(model, params=asked(**more))
    assert (found.last_observed_year, found.last_observed_usd) == (2024, TURNOVER)
    assert found.by_year == by_year
    assert found.needed_growth == near(growth)


def test_a_target_that_was_due_before_is_looked_at_five_years_on(model):
    row = row_at(model, "agenda", "trade_2030")
    past = with_cell(model, "agenda", row, "due", "2024-12-31")
    assert trade(past, params=asked()).by_year == 2029
    unseen = without_table(model, "agenda")
    assert trade(unseen, params=asked()).by_year == 2029


def test_a_pair_the_other_way_round_has_the_same_target(model):
    turned = TradeParams(
        PAIR[::-1], TARGET, to_year=2032, growths=GROWTHS, backtest_year=None
    )
    found = trade(model, params=turned)
    assert (found.by_year, found.last_observed_usd) == (2030, TURNOVER)


@pytest.mark.parametrize(("target", "chance"), [(1.0, 1.0), (1e15, 0.0)])
def test_a_target_of_next_to_nothing_is_certain_and_one_without_end_is_not(
    model, target, chance
):
    found = trade(model, params=asked(target_usd=target))
    assert {each.probability for each in found.years} == {chance}
    assert {each.reached for each in found.years} == {chance}
    assert found.median_year() == (2025 if chance else None)


def test_a_lower_target_never_has_less_of_a_chance(model):
    targets = [3e9, 4e9, 4.38e9, 5e9, 6e9, 8e9, 12e9]
    found = [trade(model, params=asked(target_usd=each)) for each in targets]
    for name in ("probability", "reached"):
        chances = np.array([[getattr(y, name) for y in each.years] for each in found])
        assert (np.diff(chances, axis=0) <= 0).all(), name
        assert (chances[0] - chances[-1] > 0.5).any()


def test_the_fan_is_in_order_and_what_was_reached_stays_so(model):
    found = trade(model, params=asked())
    assert [each.year for each in found.years] == list(range(2025, 2033))
    for each in found.years:
        assert len(each.quantiles_usd) == len(QUANTILES)
        assert list(each.quantiles_usd) == sorted(each.quantiles_usd)
        assert each.reached >= each.probability
    reached = [each.reached for each in found.years]
    assert reached == sorted(reached)
    assert reached[0] == found.years[0].probability


def test_the_fan_and_its_growth_are_those_of_the_draws(model):
    found = trade(model, params=asked(), seed=7)
    fan = drawn(model, draws=400, until=2032).turnover_usd
    for at, each in enumerate(found.years, start=1):
        assert each.probability == near((fan[:, at] >= TARGET).mean())
        assert each.reached == near((fan[:, 1 : at + 1] >= TARGET).any(axis=1).mean())
        assert each.quantiles_usd == near(np.quantile(fan[:, at], QUANTILES).tolist())
    middle = np.median(fan, axis=0)
    assert found.expected_growth == near((middle[6] / middle[0]) ** (1 / 6) - 1)


def test_sectors_make_up_the_growth_the_largest_first(model):
    told = with_sector(model, "electricity", 1e9, quality="reported")
    found = trade(told, params=asked())
    shares = [each.share_of_growth for each in found.sectors]
    assert sum(shares) == near(1.0)
    assert shares == sorted(shares, reverse=True)
    assert found.sectors[-1].sector == "electricity"  # it follows prices alone
    assert [each.quality for each in found.sectors[:-1]] == ["assumed"] * 3
    assert found.assumed_sectors_share == near(4.38 / 5.38)
    assert found.stamp.assumed_share == near(4.38 / 5.38)


def test_without_an_observed_turnover_the_rows_are_the_base(model):
    found = trade(without_table(model, "observation"), params=asked())
    assert (found.last_observed_year, found.last_observed_usd) == (2024, TURNOVER)
    assert found.observed == ()
    less = with_cell(model, "trade", 1, "value_usd", 0.46e9)
    unseen = trade(without_table(less, "observation"), params=asked())
    assert unseen.last_observed_usd == near(3.38e9)
    assert trade(less, params=asked()).last_observed_usd == near(TURNOVER)


def test_the_model_is_left_as_it_was(model):
    columns = {
        (name, column): values.copy()
        for name, table in model.tables.items()
        for column, values in table.columns.items()
    }
    trade(model, params=asked(), skims=skims(), works=[works(0.5)])
    for (name, column), before in columns.items():
        np.testing.assert_array_equal(model[name].columns[column], before)


# --- the past -----------------------------------------------------------------------


def test_the_past_is_forecast_from_what_was_known_then(model):
    found = trade(model, params=asked(growths=5, backtest_year=2019)).backtest
    assert (found.from_year, found.year, found.observed_usd) == (2019, 2024, TURNOVER)
    assert found.low_usd < found.median_usd < found.high_usd
    assert 0.0 < found.quantile < 1.0
    assert found.holds


def test_figures_after_the_year_that_is_forecast_from_change_nothing(model):
    """Products of 2020 on and observations between are not looked at."""
    params = asked(growths=5, backtest_year=2019)
    before = trade(model, params=params).backtest
    table = model["country"]
    told = model
    for row in np.nonzero(table.number("year") > 2019)[0].tolist():
        value = 1.5 * table.number("gdp_usd")[row]
        told = with_cell(told, "country", row, "gdp_usd", value)
    row = row_at(told, "observation", "turnover_2021")
    told = with_cell(told, "observation", row, "value", 9e9)
    assert trade(told, params=params).backtest == before


def test_the_past_is_held_against_the_last_figure_that_was_published(model):
    """Figures of 2023 and 2024 that were worked out are not what came."""
    row = row_at(model, "observation", "turnover_2022")
    told = with_cell(model, "observation", row, "quality", "reported")
    found = trade(told, params=asked(growths=5, backtest_year=2019)).backtest
    assert (found.year, found.observed_usd) == (2022, 3.98e9)


def test_a_past_that_came_otherwise_is_said_first(model):
    row = row_at(model, "observation", "turnover_2024")
    told = with_cell(model, "observation", row, "value", 90e9)
    found = trade(told, params=asked(growths=5, backtest_year=2019))
    assert not found.backtest.holds
    assert found.backtest.quantile == 1.0
    assert found.headline().startswith(
        "asked in 2019, an estimate itself, it would have said "
    )
    assert "90,000 came, OUTSIDE that" in found.headline()


def test_a_past_without_figures_is_not_held_against_anything(model):
    for year in (2013, 2024):
        found = trade(model, params=asked(growths=5, backtest_year=year))
        assert found.backtest is None
        (note,) = [each for each in found.notes if each.startswith("no test on the")]
        assert note == (
            f"no test on the past: turnover of {year} or of a year after is not known"
        )


def test_a_past_of_too_few_growths_is_told_and_the_question_answered(model):
    found = trade(model, params=asked(growths=5, backtest_year=2017))
    assert found.backtest is None
    assert found.notes[1] == (
        "no test on the past: trade needs 5 yearly growths or more; the product of "
        "both AAA and CCC is known from 2014 to 2017"
    )
    unasked = trade(model, params=asked(growths=5))
    assert found.years == unasked.years
    assert not any("no test" in each for each in unasked.notes)


# --- works --------------------------------------------------------------------------

COSTS = {OUT: 400.0, GRAIN: 80.0, BACK: 500.0}
WORTH = {"containers": 4000.0, "grain": 160.0}


def skims(**factor):
    """Return costs of carriage, those of a cargo times a factor."""
    return Skims(
        {
            lane: LaneCost(cost * factor.get(lane[2], 1.0), 1000.0, 1, 0)
            for lane, cost in COSTS.items()
        }
    )


def works(times=1.0, name="bridge", opens=2027, capex=None, **more):
    priced = skims(**dict.fromkeys(WORTH, times) | more)
    return PricedWorks(name, name.title(), (name,), opens, capex, priced)


def tau_hat(lane, times=0.5):
    cost, worth = COSTS[lane], WORTH[lane[2]]
    return (worth + times * cost) / (worth + cost)


def apart(model):
    """Return the model without what all other trade would be read from."""
    table = model["trade"]
    own = [
        row
        for row, ends in enumerate(
            zip(
                table.labels("exporter_iso3"),
                table.labels("importer_iso3"),
                strict=True,
            )
        )
        if ends == ("CCC", "CCC")
    ]
    return without_row(model, "trade", own[0])


def test_half_the_cost_of_carriage_raises_trade_by_what_the_elasticity_says(model):
    """tau_hat^-4 of each cargo: containers 1.05/1.1 and back, grain 1.25/1.5."""
    told, direct = certain(apart(model)), asked(answer="direct")
    found = trade(told, params=direct, skims=skims(), works=[works(0.5)])
    (gain,) = found.measures
    by_hand = sum(1.46e9 * (tau_hat(lane) ** -4 - 1) for lane in GOODS)
    assert tau_hat(OUT) == near(1.05 / 1.1)
    assert tau_hat(GRAIN) == near(1.25 / 1.5)
    for name in ("gain_usd_per_year", "gain_low_usd", "gain_high_usd"):
        assert getattr(gain, name) == near(by_hand), name
    assert gain.cost_change_usd_per_t == near({"AAA>CCC": -120.0, "CCC>AAA": -250.0})
    assert gain.note == ""
    assert found.notes[-1] == "the answer of all other trade is left out, as asked"


def test_the_pairs_own_answer_is_the_same_where_all_other_trade_is_known(model):
    params = asked(answer="direct")
    own, whole = (
        trade(each, params=params, skims=skims(), works=[works(0.5)])
        for each in (apart(model), model)
    )
    assert own.measures == whole.measures
    follows = trade(model, params=asked(), skims=skims(), works=[works(0.5)])
    assert follows.measures[0].gain_usd_per_year < own.measures[0].gain_usd_per_year


@pytest.mark.parametrize("answer", ["full", "conditional"])
def test_a_pair_without_a_row_is_named_where_all_other_trade_answers(model, answer):
    first, last = refused(apart(model), skims=skims(), answer=answer).splitlines()
    assert first.endswith("none for CCC > CCC")
    assert last == "fill the table, or ask for the pair's own answer alone: direct"
    without = trade(apart(model), params=asked(answer=answer))  # nothing is carried
    assert without.measures == ()


def test_changes_are_of_the_lanes_whose_cost_changes_alone(model):
    found = lane_changes(model, skims(), skims(grain=0.5))
    assert list(found) == [GRAIN]
    change = found[GRAIN]
    assert (change.before_usd_per_t, change.after_usd_per_t) == (80.0, 40.0)
    assert change.tau_hat == near(1.25 / 1.5)
    assert lane_changes(model, skims(), skims(grain=1 + 1e-7)) == {}


def test_a_cargo_of_unknown_worth_and_a_lane_that_is_not_there_change_nothing(model):
    unknown = with_cell(model, "commodity", 1, "value_usd_per_t", np.nan)
    assert list(lane_changes(unknown, skims(), skims(grain=0.5))) == []
    assert lane_changes(
        model, skims(), Skims({OUT: LaneCost(1.0, 1.0, 1, 0)})
    ).keys() == {OUT}


def test_a_lane_that_works_leave_without_a_way_ends(model):
    found = lane_changes(model, skims(), skims(grain=np.inf))
    assert list(found) == [GRAIN]
    assert found[GRAIN].after_usd_per_t == np.inf
    assert found[GRAIN].tau_hat == np.inf
    factors = factors_of(case_of(model, None), found)
    assert factors == near(np.tile([1.0, LEAST_FACTOR, 1.0], (5, 1)))


@pytest.mark.parametrize("adjustment", [0.25, 1.0])
def test_trade_that_ends_is_as_it_was_until_works_open_and_next_to_nothing_in_time(
    model, adjustment
):
    told = with_elasticity(certain(model), "adjustment_per_year", adjustment)
    outlooks = drawn(told, draws=100, until=2060)
    ends = lane_changes(told, skims(), skims(grain=np.inf))
    factors = factors_of(Case(told, outlooks, skims(), None, "full", 0), ends)
    after = with_works(outlooks, factors, opens_year=2027)
    assert np.isfinite(after).all()
    assert after[:, :, :3] == near(outlooks.value_usd[:, :, :3])  # to 2026
    assert after[:, [0, 2]] == near(outlooks.value_usd[:, [0, 2]])
    left = after[:, 1] / outlooks.value_usd[:, 1]
    assert (np.diff(left)[:, 2:] <= EXACT).all()
    assert (after[:, 1, -1] < 1e-8 * outlooks.value_usd[:, 1, -1]).all()


@pytest.mark.parametrize("answer", ["full", "conditional", "direct"])
def test_works_that_leave_a_cargo_without_a_way_take_its_trade(model, answer):
    offered = [works(grain=np.inf)]
    params = asked(answer=answer)
    found = trade(certain(model), params=params, skims=skims(), works=offered)
    (gain,) = found.measures
    for name in ("gain_usd_per_year", "gain_low_usd", "gain_high_usd"):
        lost = getattr(gain, name)
        assert np.isfinite(lost), name
        assert lost < 0.0, name
        if answer == "direct":
            assert lost == near((LEAST_FACTOR - 1) * 1.46e9), name
    assert np.isfinite(gain.probability).all()
    assert list(gain.probability[:2]) == [each.probability for each in found.years[:2]]


@pytest.mark.parametrize("adjustment", [0.25, 0.12, 1.0])
def test_trade_goes_a_share_of_the_way_that_is_left_each_year(model, adjustment):
    """Of a change in logarithms 1 - (1 - a)^n is gone n years after works open."""
    told = with_elasticity(certain(model), "adjustment_per_year", adjustment)
    outlooks = drawn(told, draws=100)
    factors = np.full((100, 3), 1.6)
    after = with_works(outlooks, factors, opens_year=2027)
    gone = np.log(after / outlooks.value_usd) / log(1.6)
    passed = np.array([0, 0, 0, 1, 2, 3, 4])
    assert gone == near(np.broadcast_to(1 - (1 - adjustment) ** passed, gone.shape))


def test_works_that_open_before_the_base_year_are_on_their_way_by_then(model):
    outlooks = drawn(certain(model), draws=100)
    after = with_works(outlooks, np.full((100, 3), 1.6), opens_year=2023)
    gone = np.log(after / outlooks.value_usd)[0, 0, 0] / log(1.6)
    assert gone == near(1 - 0.75**2)


def test_chances_with_works_are_those_without_until_they_open(model):
    found = trade(model, params=asked(), skims=skims(), works=[works(0.3, opens=2028)])
    plain = [each.probability for each in found.years]
    (gain,) = found.measures
    assert len(gain.probability) == len(plain)
    assert list(gain.probability[:3]) == plain[:3]  # to 2027
    rest = zip(gain.probability[3:], plain[3:], strict=True)
    assert all(with_it > without for with_it, without in rest)


def test_works_that_change_no_cost_say_so(model):
    found = trade(model, params=asked(), skims=skims(), works=[works()])
    (gain,) = found.measures
    assert gain.note == "no cost of carriage changes"
    assert gain.gain_usd_per_year == 0.0
    assert list(gain.probability) == [each.probability for each in found.years]


def test_works_are_ranked_by_trade_a_dollar_those_without_a_price_last(model):
    def built(usd):
        return Interval(usd, usd, usd)

    offered = [
        works(0.5, "unpriced_large"),
        works(0.5, "dear", capex=built(2e9)),
        works(0.9, "unpriced_small"),
        works(0.5, "cheap", capex=built(1e8)),
    ]
    params = asked(answer="direct")
    found = trade(certain(apart(model)), params=params, skims=skims(), works=offered)
    names = [each.works_id for each in found.measures]
    assert names == ["cheap", "dear", "unpriced_large", "unpriced_small"]
    cheap, dear, *unpriced = found.measures
    assert cheap.gain_per_usd == near(cheap.gain_usd_per_year / 1e8)
    assert dear.gain_per_usd == near(cheap.gain_per_usd / 20)
    assert {each.gain_per_usd for each in unpriced} == {None}
    assert {each.capex_usd for each in unpriced} == {None}
    assert found.best_per_usd == ("cheap",)


def test_works_whose_bounds_overlap_are_best_together(model):
    offered = [
        works(0.5, "first", capex=Interval(1e8, 0.8e8, 1.2e8)),
        works(0.5, "second", capex=Interval(1.1e8, 0.9e8, 1.3e8)),
        works(0.5, "third", capex=Interval(9e8, 8e8, 10e8)),
        works(1.2, "worse", capex=Interval(1e8, 1e8, 1e8)),
    ]
    told = certain(apart(model))
    params = asked(answer="direct")
    found = trade(told, params=params, skims=skims(), works=offered)
    assert found.best_per_usd == ("first", "second")
    assert found.measures[-1].works_id == "worse"
    assert found.measures[-1].gain_usd_per_year < 0.0
    harm = trade(told, params=params, skims=skims(), works=offered[-1:])
    assert harm.best_per_usd == ()


def test_works_are_held_against_the_same_draws(model):
    alone = trade(model, params=asked(), skims=skims(), works=[works(0.5)])
    offered = [works(0.7, "other"), works(0.5), works(0.5, "twin")]
    both = trade(model, params=asked(), skims=skims(), works=offered)
    found = {each.works_id: each for each in both.measures}
    assert found["bridge"] == alone.measures[0]
    assert found["twin"].probability == found["bridge"].probability
    assert found["twin"].gain_low_usd == found["bridge"].gain_low_usd


def test_who_stops_in_the_middle_gets_what_there_is(model):
    heard = []

    def monitor(at, of, told):
        heard.append((at, of, told))
        return at < 1

    offered = [works(0.5, "first"), works(0.5, "second"), works(0.5, "third")]
    found = trade(model, params=asked(), skims=skims(), works=offered, monitor=monitor)
    assert [each.works_id for each in found.measures] == ["first"]
    assert found.stamp.status == "interrupted"
    assert heard == [(0, 3, "trade with first"), (1, 3, "trade with second")]


def test_what_several_works_cost_is_their_sum_where_each_is_known():
    one, other = Interval(2.0, 1.0, 4.0), Interval(5.0, 5.0, 6.0)
    found = joined([one, other])
    assert (found.value, found.low, found.high) == (7.0, 6.0, 10.0)
    assert joined([one, None]) is None
    assert joined([]) is None


# --- all other trade ----------------------------------------------------------------


def case_of(model, world, closure="full", draws=5):
    outlooks = drawn(model, (), draws)
    return Case(model, outlooks, skims(), world, closure, seed=0)


@pytest.mark.parametrize("closure", ["full", "conditional"])
def test_flows_change_as_the_pair_does_in_all_trade(model, closure):
    """The answer of all other trade comes on top of the cargo's own, by direction.

    Grain alone gets cheaper, half of what Arelia sells: its trade as a whole is made
    (1 + tau_hat^-4) / 2 cheaper; what that comes to is asked of a general solver.
    """
    told = certain(model)
    world = np.array([[60.0, 20.0, 5.0], [10.0, 40.0, 10.0], [15.0, 10.0, 30.0]])
    whole = World(TradeMatrix(("AAA", "CCC", "DDD"), world), {})
    changes = lane_changes(told, skims(), skims(grain=0.5))
    found = factors_of(case_of(told, whole, closure), changes)
    own = tau_hat(GRAIN) ** -4.0
    factor = np.ones((3, 3))
    factor[0, 1] = (1 + own) / 2
    if closure == "full":
        flow = cleared(world, factor, 4.0)[2]
    else:
        flow = balanced(world, factor, rounds=500)
    out = flow[0, 1] / world[0, 1] / factor[0, 1]
    back = flow[1, 0] / world[1, 0]
    assert out != near(1.0, 1e-3)
    by_hand = np.tile([out, own * out, back], (5, 1))
    assert found == pytest.approx(by_hand, rel=SOLVED)


def test_cheaper_carriage_of_others_turns_trade_away(model):
    told = certain(model)
    world = np.array([[60.0, 20.0, 5.0], [10.0, 40.0, 10.0], [15.0, 10.0, 30.0]])
    lane = ("DDD", "CCC", "containers")
    whole = World(TradeMatrix(("AAA", "CCC", "DDD"), world), {lane: 0.25})
    before = Skims({**skims().lanes, lane: LaneCost(400.0, 1.0, 1, 0)})
    after = Skims({**skims().lanes, lane: LaneCost(200.0, 1.0, 1, 0)})
    found = factors_of(case_of(told, whole), lane_changes(told, before, after))
    factor = np.ones((3, 3))
    factor[2, 1] = 1 + 0.25 * (tau_hat(OUT) ** -4.0 - 1)
    flow = cleared(world, factor, 4.0)[2]
    assert found[:, 0] == pytest.approx(flow[0, 1] / 20.0, rel=SOLVED)
    assert (found[:, :2] < 1.0).all()
    assert found[:, 2] == pytest.approx(flow[1, 0] / 10.0, rel=SOLVED)


def test_gas_does_not_answer_carriage(model):
    told = with_sector(certain(model), "pipeline_gas", 1e9)
    world = np.array([[60.0, 20.0], [10.0, 40.0]])
    whole = World(TradeMatrix(PAIR, world), {})
    case = case_of(told, whole)
    found = factors_of(case, lane_changes(told, skims(), skims(grain=0.5)))
    at = flow_at(case.outlooks, ("AAA", "CCC", "pipeline_gas"))
    assert (found[:, at] == 1.0).all()
    assert found[:, 0] != near(1.0, 1e-3)


def test_a_lane_is_the_share_of_its_pairs_trade_that_goes_on_the_network(model):
    """Tonnes times worth over trade; where that is more, shares are scaled to one."""
    world = TradeMatrix(PAIR, np.array([[1e9, 8e6], [2e6, 1e9]]))
    found = world_of(model, world, skims()).weight
    # 1,000 t each: containers of 4,000 USD, grain of 160
    assert found == near({OUT: 4e6 / 8e6, GRAIN: 0.16e6 / 8e6, BACK: 1.0})
    tight = TradeMatrix(PAIR, np.array([[1e9, 2e6], [2e6, 1e9]]))
    scaled = world_of(model, tight, skims()).weight
    assert scaled[OUT] + scaled[GRAIN] == near(1.0)
    assert scaled[OUT] / scaled[GRAIN] == near(4000 / 160)


def test_what_is_assumed_of_other_trade_is_told(model):
    found = trade(model, params=asked(), skims=skims())
    assert found.notes[-1] == (
        "100% of the trade of other countries with each other is assumed"
    )


# --- refusals -----------------------------------------------------------------------


def refused(model, works=(), skims=None, **more):
    with pytest.raises(QuestionError) as told:
        trade(model, params=asked(**more), works=works, skims=skims)
    return str(told.value)


@pytest.mark.parametrize("table", ["trade", "country", "elasticity"])
def test_a_table_that_is_needed_is_named(model, table):
    told = refused(without_table(model, table))
    assert told == f"trade needs table '{table}', and the model has no row of it"


def test_of_an_unknown_pair_the_countries_that_trade_are_named(model):
    params = TradeParams(("AAA", "ZZZ"), TARGET)
    with pytest.raises(
        QuestionError, match=r"no trade between AAA and ZZZ; it has that of AAA, CCC$"
    ):
        trade(model, params=params)


@pytest.mark.parametrize("year", [2024, 2020])
def test_a_last_year_before_the_base_year_is_refused(model, year):
    assert refused(model, to_year=year) == (
        f"to_year must be after 2024, the last year with trade; found {year}"
    )


def test_a_direction_without_a_row_is_named(model):
    assert refused(without_row(model, "trade", 3)) == (
        "the model has no trade CCC > AAA in 2024"
    )


def test_all_goods_beside_sectors_are_refused(model):
    told = refused(with_sector(model, "all", 1e9))
    assert told.startswith("trade AAA > CCC in 2024 has a row of all goods and rows of")
    beside = with_cell(
        with_sector(model, "electricity", 1e9), "trade", 3, "sector", "all"
    )
    assert trade(beside, params=asked()).base_year == 2024  # these two may stand apart


def test_a_pair_that_trades_nothing_is_refused(model):
    nothing = model
    for row in (1, 2, 3):
        nothing = with_cell(nothing, "trade", row, "value_usd", 0.0)
    assert refused(nothing) == "AAA and CCC trade nothing in 2024: nothing grows"


def test_a_hole_in_a_product_is_named_by_country_and_year(model):
    holed = model
    for name, year in (("CCC", 2018), ("AAA", 2016)):
        row = row_at(holed, "country", name, str(year))
        holed = with_cell(holed, "country", row, "gdp_usd", np.nan)
    assert refused(holed) == (
        "growth up to 2023 needs the product of every year from 2014 on; missing: "
        "AAA 2016, CCC 2018"
    )


def known_from(model, year):
    """Return the model without the product of Cerenia before a year."""
    for each in range(2014, year):
        model = without_row(
            model, "country", row_at(model, "country", "CCC", str(each))
        )
    return model


def test_a_series_that_is_too_short_is_refused(model):
    assert trade(known_from(model, 2018), params=asked()).base_year == 2024
    assert refused(known_from(model, 2019)) == (
        "trade needs 5 yearly growths or more; the product of both AAA and CCC is "
        "known from 2019 to 2023"
    )


def test_of_a_series_that_begins_later_there_are_fewer_growths(model):
    found, end = growths_of(known_from(model, 2016), PAIR, 2024, GROWTHS)
    assert (end, len(found)) == (2023, 7)
    all_of_it = growths_of(model, PAIR, 2024, GROWTHS)[0]
    assert found.tolist() == all_of_it[2:].tolist()
    assert growths_of(model, PAIR, 2024, 15)[0].tolist() == all_of_it.tolist()
    note = trade(model, params=asked(growths=15)).notes[0]
    assert note.startswith("growth of both products: 9 years to 2023, table 'country'")


def test_products_that_are_assumed_are_no_series(model):
    table = model["country"]
    guessed = model
    for row in range(len(table)):
        if table.labels("iso3")[row] == "CCC":
            guessed = with_cell(guessed, "country", row, "quality", "assumed")
    told = refused(guessed)
    assert told.startswith("trade needs the product of AAA and CCC by 2024, year by")
    assert told.endswith("rows that are assumed are no series")


@pytest.mark.parametrize("name", ["trade_cost", "pair_sd_per_year", "exporter_gdp"])
def test_an_elasticity_that_is_missing_is_named(model, name):
    row = row_at(model, "elasticity", name, "")
    told = refused(without_row(model, "elasticity", row))
    assert told.startswith(f"trade needs elasticity '{name}' for ")
    assert told.endswith("the model has no row of it and none for all cargo")


def test_cargo_that_is_traded_and_has_no_way_is_named(model):
    lanes = {**skims().lanes, GRAIN: LaneCost(np.inf, 0.0, 1, 1)}
    del lanes[BACK]
    assert refused(model, skims=Skims(lanes)).splitlines() == [
        "grain is traded AAA > CCC, and has no way on the date",
        "containers is traded CCC > AAA, and no demand of it is between their places",
    ]


def test_works_need_costs_without_them(model):
    told = refused(model, works=[works(0.5)])
    assert told == "works need the costs of carriage without them: give skims"


@pytest.mark.parametrize("year", [2024, 2019])
def test_a_target_for_a_year_that_is_past_is_refused(model, year):
    assert refused(model, by_year=year) == (
        f"by_year must be after 2024, the last year observed; found {year}"
    )


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"pair": ("AAA", "AAA")}, "a pair is of two countries; found 'AAA' twice"),
        ({"target_usd": 0.0}, "target_usd must be a number above 0; found 0"),
        ({"target_usd": -5e9}, "target_usd must be a number above 0"),
        ({"target_usd": np.nan}, "target_usd must be a number above 0; found nan"),
        ({"target_usd": np.inf}, "target_usd must be a number above 0; found inf"),
        ({"draws": 99}, "draws must be from 100 to 100000; found 99"),
        ({"draws": 100_001}, "draws must be from 100 to 100000; found 100001"),
        ({"growths": 4}, "growths must be 5 or more; found 4"),
        ({"to_year": 2101}, "to_year must be 2100 or before; found 2101"),
        (
            {"answer": "neither"},
            "answer must be one of full, conditional, direct; found 'neither'",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(cells, told):
    with pytest.raises(QuestionError, match=told):
        TradeParams(**{"pair": PAIR, "target_usd": TARGET} | cells)


# --- what a model says of a pair ----------------------------------------------------


def test_the_base_year_is_the_last_with_trade_of_the_pair(model):
    more = with_sector(model, "all", 1.0, year=2030, seller="AAA", buyer="DDD")
    assert base_year(more, PAIR) == 2024
    assert base_year(with_sector(model, "all", 1.0, year=2030), PAIR) == 2030


def test_turnovers_are_of_whole_years_both_countries_and_dollars(model):
    row = row_at(model, "observation", "turnover_2020")
    assert [each.year for each in turnovers(model, PAIR)] == list(range(2014, 2025))
    for column, value in (
        ("period_end", "2020-06"),
        ("unit", "t"),
        ("kind", "flow"),
        ("on", "AAA"),
        ("on", "AAA|CCC|BBB"),
    ):
        other = with_cell(model, "observation", row, column, value)
        assert 2020 not in [each.year for each in turnovers(other, PAIR)], column
    turned = with_cell(model, "observation", row, "on", "CCC|AAA")
    assert turnovers(turned, PAIR) == turnovers(model, PAIR)


def test_growths_are_logarithms_the_oldest_first(model):
    found, end = growths_of(model, PAIR, 2024, 5)
    assert end == 2023
    by_hand = np.log([[each] * 2 for each in (1.06, 1.02, 1.06, 1.02, 1.06)])
    assert found == pytest.approx(by_hand, abs=1e-10)
    earlier, end = growths_of(model, PAIR, 2020, 6)
    assert (end, len(earlier)) == (2020, 6)
    assert earlier[-1] == pytest.approx(np.log([1.02] * 2), abs=1e-10)


def test_bounds_that_are_not_told_are_the_figure(model):
    told = with_cell(model, "elasticity", 0, "value_low", np.nan)
    found = interval_of(told, "elasticity", 0, "value")
    assert (found.value, found.low, found.high) == (4.0, 4.0, 6.0)
    assert found.source_id == "invented"


def test_a_figure_without_bounds_is_drawn_as_it_is():
    rng = np.random.default_rng(0)
    assert Interval(3.0, 3.0, 3.0).drawn(rng, 4).tolist() == [3.0] * 4
    spread = Interval(3.0, 2.0, 3.0).drawn(rng, 1000)
    assert 2.0 <= spread.min() < spread.max() <= 3.0


def test_an_elasticity_of_several_cargoes_holds_for_each(model):
    row = {"name": "trade_cost", "commodity_id": "grain|containers", "value": 9.0}
    told = with_row(model, "elasticity", **row)
    assert {elasticity(told, "trade_cost", each).value for each in WORTH} == {9.0}
    assert elasticity(told, "trade_cost", "all").value == 4.0
