"""The year of gas and power asked again, on the teaching model, as one adds it up.

Gas and power of the teaching model are worked out by hand in its README, section 16.
"""

from datetime import date

import pytest
from tests.model.altered import row_at, with_cell, with_row

from bereket import read_model
from bereket.analysis.energy import EnergyParams, energy
from bereket.errors import QuestionError, ScenarioError
from bereket.model.changes import Close, Open, ReviseValue, SetValue
from bereket.model.reference import parse_reference
from bereket.model.result import flat
from bereket.model.scenario import BASELINE
from bereket.studies.carriage import Package
from bereket.studies.energy_asked import (
    capacity_cases,
    exchange_case,
    idle_changes,
    not_open,
    outage_cases,
    works_cases,
)
from bereket.studies.energy_cases import energy_cases
from bereket.studies.energy_told import energy_told

EXACT = 1e-9  # of sums of round numbers
YEAR = EnergyParams(year=2024)
DAY = date(2024, 7, 1)
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


def test_works_whose_pipe_stays_empty_are_said_to_be_needless(model):
    """A pipe of 10 that nobody needs, at 1,000,000 USD/mcm, and a wider line."""
    stated = {"quality": "assumed", "note": "made up"}
    pipe = {"gas_pipe_id": "dear", "name": "Dear", "bus0": "a_field", "bus1": "c_town"}
    figures = {"p_nom": 10.0, "efficiency": 1.0, "marginal_cost": 1e6}
    dear = with_row(model, "gas_pipe", **pipe, **figures, status="planned", **stated)
    works = {"measure_id": "both", "name": "Both", "area": "gas"}
    dear = with_row(dear, "measure", **works, capex_usd="1", **stated)
    for element, column, operation, value in (
        ("gas_pipe:dear", "status", "set", "operating"),
        (LINE, "p_nom", "add", "100"),
    ):
        cells = {"element": element, "column": column, "operation": operation}
        cells |= {"text" if column == "status" else "value": value}
        dear = with_row(dear, "measure_effect", measure_id="both", **cells, **stated)
    package = Package.of_measures(("both",), "Both")
    cases = works_cases(dear, BASELINE, "2024-07-01", [package])
    (case,) = asked(dear, energy(dear, params=YEAR), *cases).cases
    assert case.saving_usd == near(100 * MW_YEAR)
    idle = "nothing goes by gas_pipe:dear: as much is saved without"
    assert idle in case.remarks


def test_what_may_grow_as_things_are_does_not_where_it_is_out(model):
    grows = EnergyParams(year=2024, expand=(LINE,))
    before = energy(model, params=grows)
    cases = outage_cases(model, before, [LINE])
    (case,) = energy_cases(model, params=grows, cases=cases, base=before).cases
    # The rent of all that is sent, less what was built for it.
    (built,) = before.built
    assert case.saving_usd == near(built.cost_usd_per_year - (250 / 0.9) * MW_YEAR)


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
    # 1e300 stood for no bound at all, and cost nothing.
    with pytest.raises(
        QuestionError, match=r"0 to 1,000,000 MW; found -1, nan, 1e\+300"
    ):
        capacity_cases(model, [LINE], [-1, float("nan"), 5, 1e6, 1e300])
    with pytest.raises(QuestionError, match="1,000,000 mcm/day; found inf"):
        capacity_cases(model, ["gas_pipe:a_b"], [float("inf")])
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


def test_what_is_not_open_says_so_and_why(model):
    reference = parse_reference(LINE)
    assert not_open(model, reference, DAY) == ""
    for cells, told in (
        ({"status": "planned"}, "(planned)"),
        ({"status": "under_construction"}, "(under construction)"),
        (
            {"status": "under_construction", "valid_from": "2027"},
            "(under construction, from 2027)",
        ),
        ({"valid_to": "2024-06"}, "(until 2024-06)"),
        ({"valid_to": "2024-07"}, ""),
    ):
        other = model
        for column, value in cells.items():
            row = row_at(other, "power_line", "a_c")
            other = with_cell(other, "power_line", row, column, value)
        said = f"{LINE} is not open on 2024-07-01 {told}" if told else ""
        assert not_open(other, reference, DAY) == said


def test_without_what_is_not_open_nothing_is_lost_nor_asked(model, base):
    row = row_at(model, "power_line", "a_c")
    planned = with_cell(model, "power_line", row, "status", "planned")
    (case,) = outage_cases(planned, base, [LINE])
    assert case.changes == ()
    assert case.note.endswith("(planned): nothing is lost without it")


def test_figures_set_of_what_is_not_open_change_nothing_and_are_named(model):
    reference = parse_reference(LINE)
    shut = Close(reference)
    sets = SetValue(reference, "p_nom", "500")
    more = ReviseValue(reference, "efficiency", "multiply", 0.9)
    row = row_at(model, "power_line", "a_c")
    planned = with_cell(model, "power_line", row, "status", "planned")
    (note,) = idle_changes(planned, (sets, more), DAY)
    assert note == (
        f"{LINE} is not open on 2024-07-01 (planned): what is set of it changes "
        "nothing (p_nom, efficiency)"
    )
    assert list(idle_changes(model, (sets,), DAY)) == []
    assert list(idle_changes(planned, (shut, Open(reference)), DAY)) == []
    status = SetValue(reference, "status", "planned")
    assert list(idle_changes(planned, (status,), DAY)) == []


def test_tables_hold_plain_cells_by_case(model, base):
    found = asked(model, base, *capacity_cases(model, [LINE], [100, 300]))
    tables = found.tables()
    for name in ("case_flows", "case_prices", "case_accounts", "cases"):
        rows = tables[name].to_dict("records")
        plain = flat(rows, list(tables[name].columns))
        cells = [cell for row in plain.rows for cell in row]
        assert all(isinstance(c, str | float | int | bool | None) for c in cells)
        assert not any("(" in c for c in cells if isinstance(c, str) and ":" in c)
    flows = tables["case_flows"].set_index("case_id")
    assert flows.loc[f"{LINE}=300", "after"] == near(250 / 0.9 * 8760)
    assert list(tables["case_prices"]["case_id"]) == [f"{LINE}=300"]
    assert set(tables["case_accounts"]["iso3"]) == {"AAA", "CCC"}
    # Tables are there with their columns though nothing moves.
    still = asked(model, base, *capacity_cases(model, [LINE], [100])).tables()
    assert list(still["case_prices"].columns) == [
        "case_id",
        "zone",
        "unit",
        "before",
        "after",
    ]
    assert "cases" not in asked(model, base).tables()
