"""The outlook on the teaching model: growth by hand, rounds, what stops it."""

import itertools
import math

import numpy as np
import pytest
from tests.model.altered import row_at, with_cell, with_row, without_table

import bereket.studies.outlook_rounds as module
from bereket import OutlookParams, QuestionError, outlook, read_model
from bereket.compiled.skims import LaneCost, Skims
from bereket.studies.outlook_demand import Wanted
from bereket.studies.outlook_rounds import goes_in_circles
from bereket.studies.outlook_trade import TradeBySector

# Both products of the model grow by 6 % and 2 % in turn, nine times from 2014 to 2023.
GROWTH = (5 * math.log(1.06) + 4 * math.log(1.02)) / 9
INFLATION, INCOME, THETA, ADJUSTED = 0.02, 0.75, 4.0, 0.25
RATE = 2 * INCOME * (GROWTH - INFLATION)
EXACT = 1e-9  # of what is worked out by hand
TO = 2028


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


@pytest.fixture(scope="module")
def found(model):
    return outlook(model, params=OutlookParams(to_year=TO))


def at_no_elasticity(model):
    """Return the model whose trade does not answer costs."""
    row = row_at(model, "elasticity", "trade_cost", "")
    return with_cell(model, "elasticity", row, "value", 0.0)


def lanes_of(found, year):
    return {
        (each.exporter_iso3, each.commodity_id): each
        for each in found.lanes
        if each.year == year
    }


def test_every_year_ends_within_the_tolerance(found):
    assert [each.year for each in found.years] == [2026, 2027, TO]
    assert all(each.status == "answered" for each in found.years)
    assert all(each.residual <= OutlookParams().tolerance for each in found.years)
    assert found.stamp.status == "answered"


def test_trade_that_does_not_answer_costs_grows_as_products_do_and_takes_one_round(
    model,
):
    found = outlook(at_no_elasticity(model), params=OutlookParams(to_year=2026))
    assert [each.rounds for each in found.years] == [1]
    first, last = (lanes_of(found, year) for year in (found.base_year, 2026))
    for key, lane in last.items():
        assert lane.tonnes == pytest.approx(
            first[key].tonnes * math.exp(RATE), rel=EXACT
        )
        assert lane.response == 1.0


def test_trade_that_loses_its_way_fades_and_is_told(found):
    """No grain goes from AAA to CCC once the steppe line's border is shut to it."""
    lost = [
        lane for lane in found.lanes if lane.cost_usd_per_t is None and lane.year > 2026
    ]
    assert {(lane.exporter_iso3, lane.commodity_id) for lane in lost} == {
        ("AAA", "grain")
    }
    shares = [lane.response for lane in lost]
    assert all(
        later < 0.1 * before for before, later in itertools.pairwise([1, *shares])
    )
    assert any(
        "grain AAA > CCC has no way, and fades" in each for each in found.warnings
    )


def test_a_tonne_is_worth_more_as_prices_grow_and_by_nothing_else(found):
    first, last = (lanes_of(found, year) for year in (found.base_year, TO))
    grown = math.exp(INFLATION * (TO - found.base_year))
    for key, lane in last.items():
        assert lane.density_usd_per_t == pytest.approx(
            first[key].density_usd_per_t * grown, rel=EXACT
        )
        assert lane.value_usd == pytest.approx(lane.tonnes * lane.density_usd_per_t)


def test_turnover_is_the_sum_of_the_lanes_where_nothing_is_apart(found):
    for year in found.years:
        lanes = lanes_of(found, year.year).values()
        assert year.turnover_usd == pytest.approx(sum(each.value_usd for each in lanes))


def test_the_response_is_what_the_costs_of_the_year_ask_for(model, found):
    """The first year by hand: a quarter of the way to tau_hat ** -theta."""
    worth = dict(
        zip(
            model["commodity"].labels("commodity_id"),
            model["commodity"].number("value_usd_per_t"),
            strict=True,
        )
    )
    first, last = (lanes_of(found, year) for year in (found.base_year, 2026))
    for key, lane in last.items():
        tau = (1 + lane.cost_usd_per_t / worth[key[1]]) / (
            1 + first[key].cost_usd_per_t / worth[key[1]]
        )
        asked = tau ** (-THETA * ADJUSTED)
        assert lane.response == pytest.approx(asked, rel=10 * OutlookParams().tolerance)


def test_streams_carry_what_goes_of_the_last_year(found):
    lanes = lanes_of(found, TO)
    by_lane = {}
    for stream in found.streams:
        key = stream.exporter_iso3, stream.commodity_id
        by_lane[key] = by_lane.get(key, 0.0) + stream.tonnes
        assert stream.value_usd == pytest.approx(
            stream.tonnes * lanes[key].density_usd_per_t
        )
    assert by_lane
    assert all(
        tonnes <= lanes[key].tonnes * (1 + 1e-6) for key, tonnes in by_lane.items()
    )


def test_a_measure_works_from_the_year_in_which_it_is_built(model):
    years = float(
        model["measure"].number("years_to_build")[
            row_at(model, "measure", "third_ferry")
        ]
    )
    found = outlook(
        model, params=OutlookParams(to_year=TO, measure_ids=("third_ferry",))
    )
    opened = {each.year: each.opened for each in found.years}
    assert opened[2025 + int(years)] == ("third_ferry",)
    assert sum(map(len, opened.values())) == 1


def flipping(monkeypatch):
    """Make costs jump between two ends, whatever is sent."""
    asked = module.Rounds._ask  # noqa: SLF001
    turn = iter(range(100))

    def ask(rounds, year, response):
        skims, flows = asked(rounds, year, response)
        factor = 3.0 if next(turn) % 2 else 0.5
        lanes = {
            lane: LaneCost(cost.cost_usd_per_t * factor, cost.tonnes, 1, 0)
            for lane, cost in skims.lanes.items()
        }
        return Skims(lanes), flows

    monkeypatch.setattr(module.Rounds, "_ask", ask)


def test_an_outlook_that_goes_in_circles_says_so_and_stops(model, monkeypatch):
    flipping(monkeypatch)
    found = outlook(model, params=OutlookParams(to_year=TO))
    assert [each.status for each in found.years] == ["cycles"]
    assert found.stamp.status == "not_converged"
    assert any("they go in circles" in each for each in found.warnings)
    assert "NOT in step" in found.headline()
    assert found.years[0].residual > OutlookParams().tolerance


def test_rounds_that_run_out_are_told(model, monkeypatch):
    flipping(monkeypatch)
    found = outlook(model, params=OutlookParams(to_year=TO, most_rounds=2))
    assert [each.status for each in found.years] == ["not_converged"]
    assert len(found.record) == 2


@pytest.mark.parametrize(
    ("residuals", "circles"),
    [
        ([0.4, 0.3, 0.4, 0.3, 0.4], True),
        ([0.4, 0.3, 0.4, 0.3], False),  # too few to tell
        ([0.4, 0.2, 0.1, 0.05, 0.02], False),
        ([0.4, 0.3, 0.4, 0.1, 0.39], False),
    ],
)
def test_circles_are_told_by_residuals_that_do_not_fall(residuals, circles):
    assert goes_in_circles(residuals) is circles


def test_an_outlook_that_is_stopped_keeps_its_years(model):
    found = outlook(
        model,
        params=OutlookParams(to_year=TO),
        monitor=lambda done, of, note: done < 1,  # noqa: ARG005
    )
    assert [each.year for each in found.years] == [2026]
    assert found.stamp.status == "interrupted"


def test_a_network_of_like_years_is_asked_again(model):
    wanted = Wanted(model)
    networks = module.Networks(model, ())
    assert networks.of(2030) is networks.of(2031)
    assert wanted.year == 2025


def test_the_ways_that_are_lent_change_nothing(model, monkeypatch):
    with_them = outlook(model, params=OutlookParams(to_year=TO)).as_dict()
    monkeypatch.setattr(
        "bereket.studies.outlook_networks.lend_ways",
        lambda graph, other: False,  # noqa: ARG005
    )
    without = outlook(model, params=OutlookParams(to_year=TO)).as_dict()
    assert with_them == without


def test_trade_of_an_earlier_year_is_brought_to_the_year_of_the_demand(model):
    """Trade is of 2024, demand of 2025: a year of growth and of prices between."""
    trade = TradeBySector(model, ("AAA", "CCC"), Wanted(model))
    told = 1.46e9 * math.exp(RATE + INFLATION)
    assert list(trade.value_usd.values()) == pytest.approx([told] * 3, rel=EXACT)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"to_year": 2025}, "to_year must be 2026 or after; found 2025"),
        ({"to_year": 2101}, "to_year must be 2100 or before; found 2101"),
        ({"measure_ids": ("no_such",)}, "there is no measure 'no_such'"),
    ],
)
def test_what_cannot_be_asked_is_named(model, params, said):
    with pytest.raises(QuestionError, match=said):
        outlook(model, params=OutlookParams(**params))


@pytest.mark.parametrize(
    "params",
    [{"damping": 0.0}, {"damping": 1.5}, {"tolerance": 0.0}, {"most_rounds": 0}],
)
def test_params_without_sense_are_refused(params):
    with pytest.raises(QuestionError):
        OutlookParams(**params)


@pytest.mark.parametrize("pair", [("AAA", "BBB"), ("AAA", "AAA")])
def test_a_pair_that_is_not_told_by_sector_is_refused(model, pair):
    more = model
    for one, other in {pair, pair[::-1]}:
        if one != other:
            more = with_row(
                more,
                "trade",
                exporter_iso3=one,
                importer_iso3=other,
                sector="all",
                year=2024.0,
                value_usd=1e6,
                quality="assumed",
                note="a test",
            )
    with pytest.raises(
        QuestionError, match=r"not told by sector .* that of AAA-CCC is"
    ):
        outlook(more, params=OutlookParams(to_year=TO, pair=pair))


def test_trade_without_demand_between_the_places_is_named(model):
    more = with_row(
        model,
        "trade",
        exporter_iso3="CCC",
        importer_iso3="AAA",
        sector="grain",
        year=2024.0,
        value_usd=1e6,
        quality="assumed",
        note="a test",
    )
    with pytest.raises(QuestionError, match=r"without demand of 2025.*CCC AAA grain"):
        outlook(more, params=OutlookParams(to_year=TO))


def test_a_model_without_trade_has_tonnes_alone(model):
    found = outlook(without_table(model, "trade"), params=OutlookParams(to_year=2026))
    assert found.pair == ()
    assert found.years[0].turnover_usd is None
    assert found.lanes == () == found.streams
    assert np.isfinite(found.years[0].demand_t)
