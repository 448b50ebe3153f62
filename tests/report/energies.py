"""A year of gas and power that figures are drawn of, and what is told besides."""

import dataclasses
from functools import cache

from bereket import blank_model
from bereket.analysis.energy import EnergyParams, energy
from bereket.studies.energy_cases import CurvePoint
from bereket.studies.overview import OverviewParams

PLAIN = OverviewParams(
    with_capacity=False, with_flows=False, with_trade=False, with_agenda=False
)
POINTS = tuple(
    CurvePoint("power_line:kaz_tkm", "MW", p_nom, saving, worth, {})
    for p_nom, saving, worth in (
        (600.0, 50e6, 0.0),
        (0.0, 0.0, 200e3),
        (300.0, 40e6, 90e3),
    )
)
GAINS = {"KAZ": 250e6, "TKM": -40e6, "KGZ": 1e3}


@cache
def small_model():
    """Return two zones of power, three gas nodes, and a line beside a pipe."""
    return blank_model()


@cache
def small_year():
    """Return its year 2024."""
    return energy(small_model(), params=EnergyParams(year=2024))


def with_flow(year, element, **changed):
    """Return the year with another flow of a row."""
    flows = tuple(
        dataclasses.replace(row, **changed) if row.element == element else row
        for row in year.flows
    )
    return dataclasses.replace(year, flows=flows)
