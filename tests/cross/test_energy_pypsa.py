"""The year of gas and power beside a script that builds it by PyPSA from the tables."""

import numpy as np
import pytest
from tests.analysis.energy_drawn import drawn_tables
from tests.analysis.energy_models import (
    YEAR,
    copies,
    cost_of,
    energy_model,
    frames_of,
    solved_of,
)
from tests.reference.energy_pypsa import read_frames, reference_year

from bereket import read_model
from bereket.analysis.energy import EnergyParams, energy

SAME_COST = 1e-6  # relative: asked for; HiGHS ends both at 1e-9 of a row
SAME_PRICE = 1e-5  # relative, of figures drawn so that the optimum is one alone
BATCHES = range(6), range(6, 12)  # seeds of years that one solve answers side by side


@pytest.mark.parametrize("seeds", BATCHES)
def test_drawn_years_cost_and_pay_what_they_do_by_pypsa_alone(seeds):
    tables, countries = copies([drawn_tables(seed) for seed in seeds])
    model = energy_model(**tables)
    case, ours = solved_of(model)
    theirs = reference_year(frames_of(model), YEAR)
    assert ours.objective_usd == pytest.approx(theirs.objective_usd, rel=SAME_COST)
    each = [cost_of(case, ours, own) for own in countries]
    assert sum(each) == pytest.approx(ours.objective_usd, rel=SAME_COST)
    for grid, flows, mark in (
        (case.power, ours.power, "bus:"),
        (case.gas, ours.gas, "gas:"),
    ):
        rows = slice(0, 12) if mark == "gas:" else slice(12, None)
        prices = theirs.price[[mark + each for each in grid.ids]].to_numpy()[rows]
        near = SAME_PRICE * np.abs(prices).max()
        assert flows.price == pytest.approx(prices, rel=SAME_PRICE, abs=near)


def test_caspian_costs_in_2024_what_it_does_by_pypsa_alone(caspian):
    ours = energy(read_model(caspian), params=EnergyParams(year=2024))
    theirs = reference_year(read_frames(caspian), 2024)
    assert ours.objective_usd == pytest.approx(theirs.objective_usd, rel=SAME_COST)
