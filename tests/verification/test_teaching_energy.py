"""The year of gas and power of the teaching model, as its README adds it up."""

import pytest
from tests.verification.teaching_answers import (
    ENERGY_USD,
    GAS_USD_PER_MCM,
    POWER_USD_PER_MWH,
    WIDE_LINE_MW,
    WIDE_LINE_SENT_MWH,
    WORTH_USD_PER_YEAR,
)

from bereket.analysis.energy import EnergyParams, energy
from bereket.io import read_model
from bereket.model.changes import SetValue
from bereket.model.reference import parse_reference
from bereket.model.scenario import Scenario

EXACT = 1e-9  # of a figure: sums of round numbers
YEAR = EnergyParams(year=2024)


@pytest.fixture(scope="module")
def model(root):
    return read_model(root / "models" / "teaching")


@pytest.fixture(scope="module")
def found(model):
    return energy(model, params=YEAR)


def test_the_year_costs_what_its_parts_add_up_to(found):
    assert found.objective_usd == pytest.approx(ENERGY_USD, rel=EXACT)
    assert found.unserved == ()


def test_prices_are_those_of_the_dearest_that_gives(found):
    prices = {row.zone: row.mean for row in found.prices}
    assert prices == pytest.approx(POWER_USD_PER_MWH | GAS_USD_PER_MCM, rel=EXACT)


def test_one_more_is_worth_the_difference_of_prices(found):
    for element, usd in WORTH_USD_PER_YEAR.items():
        assert found.value(element).usd == pytest.approx(usd, rel=EXACT)


def test_all_else_is_worth_nothing_more(found):
    others = [row for row in found.values if row.element not in WORTH_USD_PER_YEAR]
    assert {row.usd for row in others} == {0.0}


def test_a_wide_line_sends_what_cerenia_wants_and_is_worth_nothing_more(model):
    line = parse_reference("power_line:a_c")
    wide = Scenario("wide", (SetValue(line, "p_nom", f"{WIDE_LINE_MW:g}"),))
    found = energy(model, wide, YEAR)
    sent = found.flow("power_line:a_c").on
    assert sent == pytest.approx(WIDE_LINE_SENT_MWH, rel=EXACT)
    assert found.value("power_line:a_c").usd == 0.0
