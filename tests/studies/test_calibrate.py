"""A model held against what was observed: what is fitted, what is not, and the test.

The teaching model with boxes from 2024 to 2026, which go back east by rail, by ferry
and by two ways with a lorry. 2026 is held out.
"""

from dataclasses import replace
from math import log, sqrt

import numpy as np
import pytest
from tests.model.altered import (
    fresh,
    row_at,
    with_cell,
    with_row,
    with_table,
    without_table,
)
from tests.studies.calibrations import (
    BOXES,
    SOURCED,
    made,
    observation,
    parameter,
    with_rows,
    with_years,
)

from bereket import (
    AssignParams,
    QuestionError,
    Scenario,
    SetValue,
    assign,
    parse_change,
)
from bereket import read_model as read
from bereket.compiled.behaviour import is_fitted_on
from bereket.model.validate import validate
from bereket.studies.calibrate import CalibrateParams, calibrate
from bereket.studies.calibrate.result import log_error
from bereket.studies.calibrate.rivals import contradictions, last_year_of, trend_of
from bereket.studies.calibrate.table import calibration_rows, with_calibration
from bereket.studies.calibrate.task import sd_of
from bereket.studies.calibrate.years import year_of

HOLD = CalibrateParams(hold_out=2026)
SEA, LORRY = "sea", "link:road_BBO_BCY"
EAST = {"direction": "east"}
SAME = 1e-6  # relative: two fits from one start
BY_SEA = parameter("by_sea", "constant", 0.0, 10.0, on=SEA, commodity_id=BOXES)
BY_LORRY = parameter("lorry", "penalty", 0.0, 8.0, on=LORRY, commodity_id=BOXES)


def seen(year, by_sea=120_000.0, by_lorry=30_000.0):
    """Return what was observed of boxes going east in a year."""
    return [
        observation(f"sea{year}", SEA, by_sea, year, **EAST),
        observation(f"lorry{year}", LORRY, by_lorry, year, **EAST),
    ]


YEARS = [
    *seen(2024),
    *seen(2025, 130_000.0, 33_000.0),
    *seen(2026, 145_000.0, 36_000.0),
]


@pytest.fixture(scope="module")
def bare(teaching):
    return with_years(read(teaching), (2024, 2025, 2026))


@pytest.fixture(scope="module")
def model(bare):
    return with_rows(bare, parameters=[BY_SEA, BY_LORRY], observations=YEARS)


@pytest.fixture(scope="module")
def found(model):
    return calibrate(model, params=HOLD)


def named(found, name):
    (only,) = (each for each in found.parameters if each.name == name)
    return only


def met(found, name):
    (only,) = (each for each in found.observations if each.observation_id == name)
    return only


# --- the fit ------------------------------------------------------------------------


def test_the_years_before_the_one_held_out_are_fitted(found):
    assert (found.fitted_years, found.held_out_year) == ((2024, 2025), 2026)
    held = [each.observation_id for each in found.of(held_out=True)]
    assert held == ["sea2026", "lorry2026"]
    names = [each.observation_id for each in found.of(held_out=False)]
    assert names == ["sea2024", "lorry2024", "sea2025", "lorry2025"]


def test_a_fit_comes_nearer_to_what_it_sees(found):
    def off(name):
        return sum(
            log_error(getattr(each, name), each.observed) ** 2
            for each in found.of(held_out=False)
        )

    assert off("modelled_after") < off("modelled_before")
    (free,) = (each for each in found.parameters if each.identifiable)
    assert free.value != free.prior
    assert free.standard_error < 10.0


def test_truth_is_found_again_from_what_the_model_itself_makes_of_it(bare):
    truth = {"by_sea": 9.0, "lorry": -6.0}
    asked = with_rows(bare, parameters=[BY_SEA, BY_LORRY], observations=YEARS)
    rows = []
    for year in (2024, 2025):
        laid = year_of(asked, year)
        case = laid.case(list(truth), laid.scopes.rows())
        by_sea, by_lorry = case.modelled(case.solve(np.array([*truth.values()])))
        rows += seen(year, by_sea, by_lorry)
        west = observation(f"rail{year}", "link:rail_BCY_BCO", 1.0, year, **EAST)
        laid = year_of(with_rows(asked, observations=[west]), year)
        case = laid.case(list(truth), laid.scopes.rows())
        (by_rail,) = case.modelled(case.solve(np.array([*truth.values()])))
        rows.append(west | {"value": float(by_rail)})
    sure = [row | {"quality": "measured"} for row in rows]  # six: two parameters free
    again = calibrate(with_rows(asked, observations=sure))
    for name, value in truth.items():
        told = named(again, name)
        assert told.identifiable
        # the prior pulls by less than an error
        assert abs(told.value - value) < 0.5 * told.standard_error
    for each in again.observations:
        assert each.error_percent == pytest.approx(0.0, abs=1.0)


def test_three_observations_free_one_parameter_at_the_most(found):
    told = [each for each in found.parameters if each.identifiable]
    assert len(told) == 1  # of four observations
    (left,) = (each for each in found.parameters if not each.identifiable)
    assert left.reason == "4 observations tell 1 parameters, others tell more"
    assert (left.value, left.standard_error) == (left.prior, None)


def test_what_one_observation_alone_moves_with_stands_at_its_prior(model):
    # of the year 2025 alone, in which only the ferry was counted
    alone = parameter(
        "alone", "constant", 3.0, 10.0, on=SEA, valid_from="2025", valid_to="2025"
    )
    rows = [*seen(2024), observation("sea2025", SEA, 130_000.0, 2025, **EAST)]
    asked = with_rows(model, parameters=[BY_SEA, alone], observations=rows)
    told = named(calibrate(asked), "alone")
    assert (told.identifiable, told.value, told.standard_error) == (False, 3.0, None)
    assert told.reason == "one observation alone moves with it"
    assert told.observation_ids == ("sea2025",)


def test_what_nothing_moves_with_stands_at_its_prior(model):
    idle = parameter("idle", "constant", 5.0, 10.0, on=SEA, commodity_id="grain")
    asked = with_rows(model, parameters=[BY_SEA, idle])
    told = named(calibrate(asked, params=HOLD), "idle")
    assert (told.identifiable, told.value) == (False, 5.0)
    assert told.reason == "no observation moves with it"
    assert told.observation_ids == ()


@pytest.mark.parametrize(("by_sea", "bound"), [(1e3, 0.5), (3e5, -0.5)])
def test_a_fit_stops_at_a_bound_and_says_so(model, by_sea, bound):
    # far less by sea than the model makes wants it dearer, far more cheaper
    narrow = BY_SEA | {"lowest": -0.5, "highest": 0.5}
    rows = [
        observation(f"{at}{year}", on, by_sea, year, **EAST)
        for year in (2024, 2025)
        for at, on in enumerate((SEA, "link:sea_APO_CPO"))
    ]
    asked = with_rows(model, parameters=[narrow], observations=rows)
    told = named(calibrate(asked), "by_sea")
    assert told.at_bound
    assert told.value == pytest.approx(bound, abs=1e-6)


def test_a_parameter_held_fast_by_its_bounds_stays(model):
    fast = BY_SEA | {"lowest": 0.0, "highest": 0.0}
    asked = with_rows(model, parameters=[fast, BY_LORRY])
    found = calibrate(asked, params=HOLD)
    told = named(found, "by_sea")
    assert (told.value, told.identifiable, told.at_bound) == (0.0, False, False)
    assert told.reason == "its bounds leave nothing open"
    assert named(found, "lorry").identifiable


def test_surer_observations_pull_more(model):
    # whatever one makes of it: errors of 5 % instead of 10 % leave the prior farther
    def off(quality):
        rows = [row | {"quality": quality} for row in YEARS]
        asked = with_rows(model, parameters=[BY_SEA], observations=rows)
        told = named(calibrate(asked, params=HOLD), "by_sea")
        return abs(told.value - told.prior), told.standard_error

    (weak, wide), (strong, narrow) = off("derived"), off("measured")
    assert strong > weak
    assert narrow <= wide


def test_bounds_of_an_observation_say_how_sure_it_is():
    rows = [
        observation("a", SEA, 100.0, value_low=100 / 1.2, value_high=120.0),
        observation("b", SEA, 100.0, quality="measured"),
        observation("c", SEA, 100.0),
        observation("d", SEA, 100.0, quality="assumed"),
    ]
    table = made("observation", rows)
    sds = [sd_of(table, row) for row in range(4)]
    assert sds == pytest.approx([log(1.2) / 1.96, 0.05, 0.1, 0.4])


# --- the year held out --------------------------------------------------------------


def test_what_was_observed_of_the_year_held_out_changes_no_parameter(model, found):
    other = with_rows(model, observations=[*YEARS[:4], *seen(2026, 1e3, 9e5)])
    again = calibrate(other, params=HOLD)
    for before, after in zip(found.parameters, again.parameters, strict=True):
        assert after.value == before.value
        assert after.standard_error == before.standard_error
    for name in ("sea2026", "lorry2026"):
        assert met(again, name).modelled_after == met(found, name).modelled_after
        assert met(again, name).error_percent != met(found, name).error_percent


def test_without_an_order_that_came_with_the_year_the_forecast_is_the_blind_one(found):
    for each in found.of(held_out=True):
        assert each.blind == pytest.approx(each.modelled_after, rel=SAME)
    assert all(each.blind is None for each in found.of(held_out=False))


def test_the_blind_forecast_does_not_know_an_order_of_the_year_held_out(model, found):
    levy = {"regime_id": "levy", "on": "border:BBO:ABO:road:AAA:TIR"}
    levy |= {"effect": "surcharge", "value": 20.0, "unit": "t"}
    levied = with_row(model, "regime", **levy, valid_from="2026-01-01", **SOURCED)
    again = calibrate(levied, params=HOLD)
    lorry, before = met(again, "lorry2026"), met(found, "lorry2026")
    assert lorry.modelled_after < 0.9 * before.modelled_after
    assert lorry.blind == pytest.approx(before.blind, rel=SAME)
    # an order that was known is known in both
    known = with_row(model, "regime", **levy, valid_from="2025-01-01", **SOURCED)
    lorry = met(calibrate(known, params=HOLD), "lorry2026")
    assert lorry.blind == pytest.approx(lorry.modelled_after, rel=SAME)


def test_the_blind_forecast_goes_on_with_an_order_that_ended(model):
    levy = {"regime_id": "levy", "on": "border:BBO:ABO:road:AAA:TIR"}
    levy |= {"effect": "surcharge", "value": 20.0, "unit": "t"}
    ended = with_row(model, "regime", **levy, valid_to="2025-12-31", **SOURCED)
    lorry = met(calibrate(ended, params=HOLD), "lorry2026")
    assert lorry.blind < 0.9 * lorry.modelled_after


def test_an_interval_holds_what_is_modelled_and_is_wider_where_less_is_known(model):
    free = calibrate(model, params=HOLD)
    for each in free.observations:
        assert each.low < each.modelled_after < each.high
    sure = [row | {"prior_sd": 0.1} for row in (BY_SEA, BY_LORRY)]
    told = calibrate(with_rows(model, parameters=sure), params=HOLD)
    for each in told.of(held_out=True):
        mine = log(each.high / each.low)
        assert mine < log(
            met(free, each.observation_id).high / met(free, each.observation_id).low
        )


# --- rivals -------------------------------------------------------------------------


def series(*rows):
    """Return table observation of a ferry: year, value, what else differs."""
    return made(
        "observation",
        [
            observation(f"o{at}", SEA, value, year, **more)
            for at, (year, value, more) in enumerate(rows)
        ],
    )


def of_years(first, *values):
    return series(*((first + at, value, {}) for at, value in enumerate(values)))


def test_last_years_value_is_that_of_the_year_before_and_of_no_other():
    table = series((2023, 100.0, {}), (2025, 130.0, {}), (2026, 140.0, {}))
    assert last_year_of(table, 2, 2026) == (130.0, True)
    assert last_year_of(table, 1, 2025) == (None, False)
    assert last_year_of(table, 0, 2023) == (None, False)


def test_the_trend_is_the_straight_line_of_logarithms():
    grows = series(
        (2023, 100.0, {}), (2024, 110.0, {}), (2025, 121.0, {}), (2026, 5.0, {})
    )
    assert trend_of(grows, 3, 2026) == pytest.approx(133.1)
    # through 100, 120, 100 it is level at their geometric mean
    level = series(
        (2023, 100.0, {}), (2024, 120.0, {}), (2025, 100.0, {}), (2026, 1.0, {})
    )
    mean = (100.0 * 120.0 * 100.0) ** (1 / 3)
    assert trend_of(level, 3, 2026) == pytest.approx(mean)
    # over a gap: doubled in two years, and in the next two
    gap = series(
        (2020, 50.0, {}), (2022, 100.0, {}), (2024, 200.0, {}), (2026, 1.0, {})
    )
    assert trend_of(gap, 3, 2026) == pytest.approx(400.0)


def test_two_earlier_years_make_no_trend_and_later_ones_are_not_known():
    table = series(
        (2023, 100.0, {}), (2024, 110.0, {}), (2025, 121.0, {}), (2026, 5.0, {})
    )
    assert trend_of(table, 2, 2025) is None
    assert trend_of(table, 3, 2026) == pytest.approx(133.1)


@pytest.mark.parametrize(
    "change",
    [
        {"direction": "east"},
        {"unit": "teu"},
        {"commodity_id": "grain"},
        {"weight_basis": "gross"},
        {"scope": "part"},
        {"kind": "throughput"},
        {"period_end": "2025-11-30"},
    ],
)
def test_what_counts_something_else_is_no_earlier_value(change):
    table = series((2025, 100.0, change), (2026, 120.0, {}))
    assert last_year_of(table, 1, 2026) == (None, False)


def test_an_earlier_value_by_the_same_definition_goes_first():
    other = {"definition": "another count"}
    table = series((2025, 90.0, other), (2025, 100.0, {}), (2026, 120.0, {}))
    assert last_year_of(table, 2, 2026) == (100.0, True)
    table = series((2025, 90.0, other), (2026, 120.0, {}))
    assert last_year_of(table, 1, 2026) == (90.0, False)


def test_theils_u_is_the_root_mean_squared_log_error_over_that_of_the_rival(found):
    one, two = found.observations[:2]
    first = replace(
        one, observed=100.0, modelled_after=110.0, last_year=120.0, trend=None
    )
    second = replace(
        two, observed=50.0, modelled_after=40.0, last_year=45.0, trend=55.0
    )
    held = replace(first, held_out=True, last_year=None, trend=110.0)
    u = replace(found, observations=(first, second, held)).theil_u

    def off(value, truth):
        return log((value + 0.001 * truth) / (1.001 * truth))

    mine = off(110, 100) ** 2 + off(40, 50) ** 2
    theirs = off(120, 100) ** 2 + off(45, 50) ** 2
    assert u["in_sample_last_year"] == pytest.approx(sqrt(mine / theirs))
    assert u["in_sample_trend"] == pytest.approx(abs(off(40, 50) / off(55, 50)))
    assert u["held_out_last_year"] is None
    assert u["held_out_trend"] == pytest.approx(1.0)


def test_a_model_beats_its_rivals_where_it_is_nearer_than_both(found):
    one = replace(found.observations[0], observed=100.0, modelled_after=104.0)
    assert replace(one, last_year=95.0, trend=110.0).beats_rivals is True
    assert replace(one, last_year=97.0, trend=110.0).beats_rivals is False
    assert replace(one, last_year=None, trend=110.0).beats_rivals is True
    assert replace(one, last_year=None, trend=None).beats_rivals is None
    assert one.error_percent == pytest.approx(4.0)
    # twice and half are as far off
    twice, half = (replace(one, modelled_after=v).log_error for v in (200.0, 50.0))
    assert twice == pytest.approx(-half, rel=2e-3)


def test_rivals_of_the_fitted_come_with_them(found):
    sea = met(found, "sea2026")
    assert sea.last_year == 130_000.0
    assert sea.trend is None  # two years make no trend


# --- what is kept -------------------------------------------------------------------


def test_the_table_holds_every_parameter_with_where_it_comes_from(model, found):
    rows = calibration_rows(found)
    assert [row["parameter_id"] for row in rows] == ["by_sea", "lorry"]
    assert {row["model_hash"] for row in rows} == {read_by_a_fit(model).content_hash}
    assert {row["fitted_years"] for row in rows} == {"2024|2025"}
    assert {row["held_out_year"] for row in rows} == {2026}
    for row, each in zip(rows, found.parameters, strict=True):
        assert float(row["value"]) == pytest.approx(each.value, rel=1e-5)
        assert row["identifiable"] == str(each.identifiable).lower()


def read_by_a_fit(model):
    """Return the model without what no fit reads: trade, what was agreed, energy."""
    for name in (
        *("country", "trade", "elasticity", "agenda"),
        *("bus", "power_line", "power_plant", "power_load", "gas_node", "gas_pipe"),
        *("gas_field", "gas_load", "gas_storage", "gas_contract", "gas_swap"),
    ):
        model = without_table(model, name)
    return model


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("country", "gdp_usd", 1.0),
        ("trade", "value_usd", 1.0),
        ("elasticity", "value", 1.0),
        ("power_line", "p_nom", 1.0),
        ("gas_load", "volume_mcm", 1.0),
    ],
)
def test_what_no_fit_reads_leaves_it_as_it_was(model, found, table, column, value):
    calibrated = with_calibration(model, found)
    assert is_fitted_on(calibrated, "calibration")
    other = with_cell(calibrated, table, 0, column, value)
    assert other.content_hash != calibrated.content_hash
    assert is_fitted_on(other, "calibration")
    dearer = with_cell(other, "carrier", 0, "cost_usd_per_tkm", 9.0)
    assert not is_fitted_on(dearer, "calibration")


def test_the_hash_is_that_of_the_model_without_the_table(model, found):
    again = calibrate(with_calibration(model, found), params=HOLD)
    assert again.model_hash == found.model_hash == read_by_a_fit(model).content_hash
    other = with_cell(model, "parameter", 0, "prior_sd", 11.0)
    assert calibrate(other, params=HOLD).model_hash != found.model_hash


def test_a_fit_begins_at_the_priors_whatever_was_fitted_before(model, found):
    calibrated = with_calibration(model, found)
    again = calibrate(calibrated, params=HOLD)
    for before, after in zip(found.parameters, again.parameters, strict=True):
        assert after.value == pytest.approx(before.value, rel=SAME, abs=SAME)
    for before, after in zip(found.observations, again.observations, strict=True):
        assert after.modelled_before == pytest.approx(before.modelled_before, rel=SAME)


def test_the_table_changes_what_assign_tells_of_the_logit(model, found):
    calibrated = with_calibration(model, found)
    asked = AssignParams(objective="logit", year=2025, gap=1e-10)

    def east_by_sea(of):
        (sea,) = [e for e in assign(of, params=asked).corridors if e.corridor_id == SEA]
        return sea.back_t_per_year

    fitted, at_prior = met(found, "sea2025"), east_by_sea(model)
    assert at_prior == pytest.approx(fitted.modelled_before, rel=1e-3)
    assert east_by_sea(calibrated) == pytest.approx(fitted.modelled_after, rel=1e-3)
    assert abs(fitted.modelled_after - fitted.modelled_before) > 1e3


def test_a_fit_under_a_scenario_is_not_kept(model):
    change = SetValue(*parse_change("parameter:by_sea.prior_sd=9"))
    found = calibrate(model, Scenario("surer", (change,)), HOLD)
    with pytest.raises(QuestionError, match="under a scenario"):
        calibration_rows(found)


def test_inputs_are_left_as_they_were(model):
    before = fresh(model).content_hash
    calibrate(model, params=HOLD)
    assert fresh(model).content_hash == before


def test_the_listener_stops_it(model):
    with pytest.raises(QuestionError, match="stopped before the fit was done"):
        calibrate(model, params=HOLD, monitor=lambda *_: False)


# --- what is refused ----------------------------------------------------------------


def refused(model, params=HOLD, **tables):
    with pytest.raises(QuestionError) as raised:
        calibrate(with_rows(model, **tables), params=params)
    return str(raised.value)


def test_a_model_without_parameters_is_refused(model):
    assert "table 'parameter'" in refused(model, parameters=[])


def test_too_few_observations_are_refused(model):
    told = refused(model, observations=[*seen(2025), *seen(2026)])
    assert "needs 3 observations or more" in told
    assert "found 2 of 2025" in told
    none = refused(model, observations=seen(2026))
    assert "found 0 of any year" in none


def test_contradictions_within_one_scope_are_refused_all_at_once(model):
    twice = [row | {"observation_id": f"x{at}"} for at, row in enumerate(YEARS[:2])]
    twice = [row | {"value": row["value"] + 1000.0} for row in twice]
    told = refused(model, observations=[*YEARS, *twice])
    assert "'sea2024' and 'x0' count the same" in told
    assert "say 120,000 and 121,000 t" in told
    assert "'lorry2024' and 'x1' count the same" in told
    assert "observation rows 2 and 8" in told  # as the file counts them


@pytest.mark.parametrize(
    "change",
    [
        {"definition": "another count"},
        {"direction": "west"},
        {"commodity_id": ""},
        {"period_start": "2023", "period_end": "2023"},
        {"value": 120_000.0},
    ],
)
def test_what_counts_something_else_or_the_same_contradicts_nothing(change):
    row = observation("x", SEA, 1.0, 2024, **EAST) | change
    table = made("observation", [YEARS[0], row])
    assert contradictions(table, [0, 1]) == []


def test_lists_in_another_order_are_one_scope():
    first = observation("a", "sea|steppe", 1.0, 2024, commodity_id=f"grain|{BOXES}")
    other = observation("b", "steppe|sea", 2.0, 2024, commodity_id=f"{BOXES}|grain")
    assert len(contradictions(made("observation", [first, other]), [0, 1])) == 1


def test_an_observation_of_what_no_path_passes_is_refused_by_name(model):
    nowhere = observation("idle", "link:road_ASH_ABO", 5e4, 2025, direction="west")
    told = refused(model, observations=[*YEARS, nowhere])
    assert "observation 'idle': no path of 2025 passes" in told
    assert "link:road_ASH_ABO" in told


def test_a_year_without_demand_is_refused_whether_fitted_or_held_out(model):
    for params in (CalibrateParams(hold_out=2019), CalibrateParams(years=(2019, 2025))):
        told = refused(model, params=params)
        assert "no demand of 2019; it has that of 2024, 2025, 2026" in told


def test_a_year_cannot_be_fitted_and_held_out():
    with pytest.raises(QuestionError, match="2025 cannot be held out and fitted"):
        CalibrateParams(hold_out=2025, years=(2024, 2025))


def test_no_round_and_fewer_processes_than_none_are_refused():
    with pytest.raises(QuestionError, match="rounds must be 1 or more"):
        CalibrateParams(rounds=0)
    with pytest.raises(QuestionError, match="processes must be 0 or more"):
        CalibrateParams(processes=-1)


def test_years_asked_for_are_fitted_and_no_others(model):
    rows = [row | {"observation_id": f"x{at}"} for at, row in enumerate(seen(2025))]
    more = [row | {"direction": "", "definition": "both ways"} for row in rows]
    asked = with_rows(model, observations=[*YEARS, *more])
    found = calibrate(asked, params=CalibrateParams(years=(2025,)))
    assert (found.fitted_years, found.held_out_year) == ((2025,), None)
    assert {each.year for each in found.observations} == {2025}
    assert found.headline().startswith("No year is held out")


def test_what_is_not_used_is_told_with_the_reason(model):
    gross = observation("gross", SEA, 1e5, 2025, weight_basis="gross")
    nil = observation("nil", SEA, 0.0, 2025)
    found = calibrate(with_rows(model, observations=[*YEARS, gross, nil]), params=HOLD)
    told = {each.observation_id: each.why for each in found.not_used}
    assert told["gross"] == "weighed gross, and the assignment is net"
    assert told["nil"] == "its value is 0, which has no logarithm"
    assert {each.observation_id for each in found.observations}.isdisjoint(told)


def test_a_row_that_says_it_is_held_out_is_not_fitted(model):
    held = [row | {"held_out": 1.0} for row in YEARS[:1]]
    found = calibrate(with_rows(model, observations=[*YEARS[1:], *held]), params=HOLD)
    fitted = [each.observation_id for each in found.of(held_out=False)]
    assert fitted == ["lorry2024", "sea2025", "lorry2025"]


def test_a_year_named_twice_is_fitted_once(model):
    once = calibrate(model, params=CalibrateParams(years=(2024, 2025)))
    twice = calibrate(model, params=CalibrateParams(years=(2025, 2024, 2025)))
    assert twice.fitted_years == once.fitted_years
    assert len(twice.observations) == len(once.observations)


def test_one_figure_told_by_two_rows_tells_no_more_than_by_one(model, found):
    again = [row | {"observation_id": f"again{at}"} for at, row in enumerate(YEARS[:4])]
    told = calibrate(with_rows(model, observations=[*YEARS, *again]), params=HOLD)
    free = sum(each.identifiable for each in told.parameters)
    assert free == sum(each.identifiable for each in found.parameters)
    for once, twice in zip(found.parameters, told.parameters, strict=True):
        assert twice.value == pytest.approx(once.value, rel=SAME, abs=SAME)


def test_cells_of_the_matrix_are_not_parameters_unless_they_are_asked_for(model):
    row = row_at(model, "demand", "CCY", "ASH", BOXES, "2025")
    more = with_cell(model, "demand", row, "tonnes", 2 * 365_000.0)
    found = calibrate(more, params=HOLD)
    assert met(found, "sea2025").modelled_before > 1.5 * 130_000.0
    assert [each.name for each in found.parameters] == ["by_sea", "lorry"]


def test_a_model_that_was_calibrated_still_has_no_fault(model, found):
    calibrated = with_calibration(model, found)
    kept = with_table(model, calibrated["calibration"])
    assert not validate(kept, frozenset(kept.tables)).faults
