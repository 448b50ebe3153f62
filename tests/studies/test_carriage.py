"""What carriage costs with and without works, on the teaching model."""

import math
from datetime import date

import numpy as np
import pytest
from tests.app.asked import asker
from tests.model.altered import row_at, with_cell, with_row

from bereket import (
    AssignParams,
    QuestionError,
    TradeParams,
    assign,
    read_model,
    trade,
)
from bereket.model.plan import DoMeasures, ScenarioFile, Step, planned
from bereket.studies.carriage import (
    USUAL,
    CarriageParams,
    Package,
    carriage,
    opening_year,
    packages_of,
    skims_of_flows,
)
from bereket.studies.target import TargetParams, target

PAIR, TARGET_USD = ("AAA", "CCC"), 5e9


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


@pytest.fixture(scope="module")
def priced(model):
    return carriage(model, packages=packages_of(model))


@pytest.fixture
def ask(capsys):
    return asker(capsys)


def test_works_cost_what_an_assignment_with_them_says(model, priced):
    _, works = priced
    for each in works:
        step = Step(DoMeasures(each.measure_ids))
        plan = planned(model, ScenarioFile("x", steps=(step,)))
        found = assign(model, plan.scenario, USUAL)
        assert skims_of_flows(model, found).lanes == each.skims.lanes


def test_processes_change_no_figure(model):
    more = (*packages_of(model), *packages_of(model), *packages_of(model))
    named = tuple(
        Package(f"{each.package_id}_{at}", each.name, each.steps)
        for at, each in enumerate(more)
    )
    _, one = carriage(model, packages=named)
    _, two = carriage(model, params=CarriageParams(processes=2), packages=named)
    assert [each.skims.lanes for each in one] == [each.skims.lanes for each in two]
    assert [each.works_id for each in one] == [each.package_id for each in named]


def test_works_open_when_they_are_built_and_cost_what_their_parts_do(model, priced):
    _, works = priced
    table = model["measure"]
    for each in works:
        (row,) = table.row_of[(each.works_id,)]
        years = table.number("years_to_build")[row]
        assert each.opens_year == 2025 + (0 if math.isnan(years) else math.ceil(years))
        capex = table.number("capex_usd")[row]
        assert (each.capex_usd is None) == math.isnan(capex)


def test_what_does_nothing_says_why(model):
    package = Package("nothing", "nothing", ())
    base, (works,) = carriage(model, packages=(package,))
    assert works.skims is base
    assert works.note == "changes nothing on the date"


def test_a_stop_keeps_the_works_priced_so_far(model):
    packages = packages_of(model)
    _, works = carriage(
        model,
        packages=packages,
        monitor=lambda done, of, note: done < 1,  # noqa: ARG005
    )
    assert len(works) < len(packages)
    found = target(
        model,
        params=TargetParams(TradeParams(PAIR, TARGET_USD, draws=100)),
        packages=packages,
        monitor=lambda done, of, note: done < 1,  # noqa: ARG005
    )
    assert found.stamp.status == "interrupted"


def test_skims_are_of_the_date_asked(model):
    early, _ = carriage(model, params=CarriageParams(AssignParams(as_of="2025-03-01")))
    late, _ = carriage(model, params=CarriageParams(AssignParams(as_of="2025-09-01")))
    assert early.lanes != late.lanes


def test_no_process_is_refused():
    with pytest.raises(QuestionError, match="processes must be 1 or more"):
        CarriageParams(processes=0)


def test_the_terminal_gives_chances_works_and_the_growth_needed(ask, teaching):
    told = ask(
        *("trade", teaching, "--pair", *PAIR, "--target-usd", "5e9"),
        *("--format", "json", "--draws", "200", "--processes", "1"),
    )
    assert told.code == 0
    result = told.json["result"]
    assert {"year", "probability"} <= set(result["probability"][0])
    assert result["needed_growth"] == pytest.approx((5e9 / 4.38e9) ** (1 / 6) - 1)
    works = {each["works_id"]: each for each in result["measures"]}
    assert works["third_ferry"]["gain_usd_per_year"] > 0
    assert len(works["third_ferry"]["probability"]) == len(result["probability"])


def test_the_terminal_names_works_and_pairs_that_are_not_there(ask, teaching):
    asked = ("trade", teaching, "--target-usd", "5e9", "--pair")
    told = ask(*asked, *PAIR, "--works", "nothing")
    assert (told.code, "no measure 'nothing'" in told.err) == (1, True)
    told = ask(*asked, "AAA", "XXX", "--no-works")
    assert (told.code, "no trade between AAA and XXX" in told.err) == (1, True)
    told = ask(*asked, "AAA", "AAA", "--no-works")
    assert (told.code, "found 'AAA' twice" in told.err) == (1, True)


def with_turnover_of_2025(model):
    return with_row(
        model,
        "observation",
        observation_id="turnover_2025",
        kind="trade",
        on="AAA|CCC",
        unit="USD",
        period_start="2025",
        period_end="2025",
        value=1e9,
        definition="a test",
        quality="reported",
    )


def test_a_turnover_observed_after_the_flows_is_what_all_starts_from(model):
    params = TradeParams(PAIR, TARGET_USD, to_year=2030)
    found = trade(with_turnover_of_2025(model), params=params)
    assert (found.base_year, found.last_observed_year) == (2025, 2025)
    assert [each.year for each in found.years] == list(range(2026, 2031))
    assert found.years[0].quantiles_usd[3] == pytest.approx(1e9, rel=0.2)
    assert found.needed_growth == pytest.approx(5 ** (1 / 5) - 1)


def test_bounds_of_the_turnover_widen_the_fan(model):
    row = row_at(model, "observation", "turnover_2024")
    wide = with_cell(model, "observation", row, "value_low", 2e9)
    wide = with_cell(wide, "observation", row, "value_high", 7e9)
    params = TradeParams(PAIR, TARGET_USD, to_year=2025)
    one, two = (trade(each, params=params).years[0] for each in (model, wide))
    assert two.quantiles_usd[0] < one.quantiles_usd[0]
    assert two.quantiles_usd[-1] > one.quantiles_usd[-1]


def test_a_chance_is_the_same_however_far_one_looks(model):
    near, far = (
        trade(model, params=TradeParams(PAIR, TARGET_USD, to_year=to)).chance(2030)
        for to in (2030, 2060)
    )
    assert near == far


def test_works_before_the_trade_they_would_change_are_refused(model):
    later = with_turnover_of_2025(model)  # the model is of June of that year
    asked = TargetParams(TradeParams(PAIR, TARGET_USD))
    with pytest.raises(QuestionError, match="trade is known to 2025"):
        target(later, params=asked, packages=packages_of(later))


def test_the_stamp_tells_how_carriage_was_priced(model):
    asked = TargetParams(TradeParams(PAIR, TARGET_USD, draws=100))
    found = target(model, params=asked, packages=packages_of(model)[:1])
    assert found.stamp.params["assign"]["objective"] == "logit"
    assert found.stamp.as_of == "2025-06-01"


def test_the_best_works_make_the_pairs_own_carriage_cheaper(model, priced):
    skims, works = priced
    found = trade(model, params=TradeParams(PAIR, TARGET_USD), skims=skims, works=works)
    gains = {each.works_id: each for each in found.measures}
    assert found.best_per_usd == ("third_ferry",)
    assert gains["third_ferry"].direct_usd_per_year > 0


def test_options_that_nothing_heeds_are_refused(ask, teaching):
    asked = ("trade", teaching, "--pair", *PAIR, "--target-usd", "5e9", "--no-works")
    for idle in (("--as-of", "2025-08-01"), ("--works", "loops"), ("--party", "x")):
        told = ask(*asked, *idle)
        assert (told.code, f"{idle[0]} would be idle" in told.err) == (1, True)


def test_works_are_begun_on_the_day_that_is_asked(model):
    years = model["measure"].number("years_to_build")
    (row,) = model["measure"].row_of["third_ferry",]
    begun = date(2030, 7, 1)
    assert opening_year(model, ("third_ferry",), begun) == 2030 + math.ceil(years[row])
    longest = math.ceil(np.nanmax(years))
    assert opening_year(model, model["measure"].labels("measure_id"), begun) == (
        2030 + longest
    )


def test_measures_that_exclude_each_other_are_no_package(ask, teaching):
    caspian = teaching.parent / "caspian"
    asked = (
        "trade",
        caspian,
        "--pair",
        "KAZ",
        "TKM",
        "--target-usd",
        "1e9",
        "--package",
    )
    told = ask(*asked, "pr38+pr39")
    assert (told.code, told.out) == (1, "")
    assert "pr38" in told.err
    assert "pr39" in told.err
    told = ask(*asked, "pr38,pr39")
    assert (told.code, "have + between" in told.err) == (1, True)
