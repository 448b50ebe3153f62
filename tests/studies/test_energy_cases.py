"""The year of gas and power asked again, on the teaching model, as one adds it up.

Gas and power of the teaching model are worked out by hand in its README, section 16.
"""

import pytest
from tests.model.altered import with_row

from bereket import read_model
from bereket.analysis.energy import EnergyParams, energy
from bereket.errors import QuestionError, ScenarioError
from bereket.model.scenario import BASELINE
from bereket.studies.carriage import Package
from bereket.studies.energy_asked import (
    capacity_cases,
    exchange_case,
    outage_cases,
    works_cases,
)
from bereket.studies.energy_cases import energy_cases
from bereket.studies.energy_told import energy_told

EXACT = 1e-9  # of sums of round numbers
YEAR = EnergyParams(year=2024)
LINE = "power_line:a_c"
MW_YEAR = 16 * 8760  # 0.9 x 30 - 10 - 1 USD/MWh: what a MW of the line saves


def near(value):
    return pytest.approx(value, rel=EXACT, abs=1e-3)


@pytest.fixture(scope="module")
def model(root):
    return read_model(root / "models" / "teaching")


@pytest.fixture(scope="module")
def base(model):
    return energy(model, params=YEAR)


def asked(model, base, *cases, **more):
    return energy_cases(model, params=YEAR, cases=cases, base=base, **more)


def test_a_line_saves_its_rent_by_the_megawatt_until_cerenia_needs_no_coal(model, base):
    cases = capacity_cases(model, [LINE], [0, 200, 300])
    found = asked(model, base, *cases)
    curve = found.curve(LINE)
    assert [point.p_nom for point in curve] == [0, 200, 300]
    full = 250 / 0.9 - 100  # MW beyond the 100 that there are
    saved = [-100 * MW_YEAR, 100 * MW_YEAR, full * MW_YEAR]
    assert [point.saving_usd for point in curve] == near(saved)
    assert [point.marginal_usd for point in curve] == near([MW_YEAR, MW_YEAR, 0])
    assert {point.unit for point in curve} == {"MW"}
    # Half of the rent each, while the line is full both before and after.
    half = 50 * MW_YEAR
    assert dict(curve[1].by_country) == near({"AAA": half, "CCC": half})
    for case in found.cases:
        assert sum(case.by_country.values()) == near(case.saving_usd)


def test_without_a_pipe_what_it_carried_is_lost_and_idle_ones_are_not_asked(
    model, base
):
    told = []
    found = asked(
        model,
        base,
        *outage_cases(model, base, ["gas_pipe:b_c", "gas_swap:a_b_c"]),
        monitor=lambda done, of, note: told.append((done, of, note)) or True,
    )
    pipe, swap = found.cases
    assert pipe.gas_missed_mcm == near(730)
    # 500,000 a mcm not had, less 40,000 + 2 x 5,000 and 60,000 + 5,000 not spent.
    assert pipe.saving_usd == near(-365 * (2 * 500_000 - 50_000 - 65_000))
    assert (swap.saving_usd, swap.power_missed_mwh) == (0, 0)
    assert told == [(1, 1, "asking without gas_pipe:b_c")]


def test_all_lines_and_pipes_can_be_asked_to_be_out(model, base):
    names = [case.element for case in outage_cases(model, base, ["all"])]
    assert sorted(names) == ["gas_pipe:a_b", "gas_pipe:b_c", LINE]


def test_exchange_saves_what_goes_over_borders(model, base):
    (case,) = asked(model, base, exchange_case(model, base)).cases
    # Cerenia misses 730 mcm, and burns coal for 90 MW more; as worked out above.
    lost = 365 * (2 * 500_000 - 50_000 - 65_000) + 100 * MW_YEAR
    assert case.saving_usd == near(-lost)
    assert sum(case.by_country.values()) == near(-lost)


def test_a_measure_of_power_acts_by_its_effects(model):
    wider = with_row(
        model,
        "measure",
        measure_id="wider",
        name="A wider line",
        area="power",
        capex_usd="50000000",
        quality="assumed",
        note="made up",
    )
    wider = with_row(
        wider,
        "measure_effect",
        measure_id="wider",
        element=LINE,
        column="p_nom",
        operation="add",
        value="100",
        quality="assumed",
        note="made up",
    )
    before = energy(wider, params=YEAR)
    package = Package.of_measures(("wider",), "A wider line")
    cases = works_cases(wider, BASELINE, "2024-07-01", [package])
    (case,) = asked(wider, before, *cases).cases
    assert case.saving_usd == near(100 * MW_YEAR)
    assert case.payback_years == near(50e6 / (100 * MW_YEAR))


def test_processes_give_the_same_answer(model, base):
    cases = capacity_cases(model, [LINE], [50, 100, 150, 200, 250, 300])
    one, two = (asked(model, base, *cases, processes=n) for n in (1, 2))
    assert one.as_dict() == two.as_dict()


def test_a_study_that_is_stopped_tells_what_it_has(model, base):
    cases = capacity_cases(model, [LINE], [0, 50])
    found = asked(model, base, *cases, monitor=lambda *_: False)
    assert [case.p_nom for case in found.cases] == [0]
    assert found.stamp.status == "interrupted"


def test_what_has_no_capacity_or_cannot_be_shut_is_refused(model, base):
    with pytest.raises(QuestionError, match="must be a row of power_line"):
        capacity_cases(model, ["power_load:arelia:2024"], [1])
    with pytest.raises(QuestionError, match="0 or more; found -1, nan"):
        capacity_cases(model, [LINE], [-1, float("nan")])
    with pytest.raises(QuestionError, match="must be a row of power_line, gas_pipe"):
        outage_cases(model, base, ["gas_storage:c_store"])
    with pytest.raises(ScenarioError, match="near are power_line:a_c"):
        outage_cases(model, base, ["power_line:a_d"])


def test_what_the_demo_tells_adds_up(model, base):
    told = energy_told(model, as_of="2024-07-01")
    assert told.line == ""  # every line of the teaching model has a capacity
    assert told.curve == ()
    assert sum(told.exchange.values()) > 0
    assert told.headline().startswith(base.headline())
