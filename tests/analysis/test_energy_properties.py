"""What holds of every year of gas and power, that it has an answer among it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analysis.energy_drawn import drawn_tables
from tests.analysis.energy_models import (
    YEAR,
    by_month,
    copies,
    cost_of,
    energy_model,
    gas_load,
    power_load,
    solved_of,
)
from tests.analysis.test_energy_values import STEPPED, small_tables

from bereket import QuestionError, Scenario, SetValue, parse_reference
from bereket.analysis.energy import EnergyParams, energy

FEW = settings(max_examples=3)  # each solves four years in one
SAME_COST = 1e-7  # relative: HiGHS ends at 1e-9 of a row
EXACT = 1e-6  # relative: of cases by hand


def near(value):
    return pytest.approx(value, rel=EXACT, abs=EXACT)


def asked(model, *expand, **more):
    return energy(model, params=EnergyParams(year=YEAR, expand=expand, **more))


def more_of_all(tables):
    """Return tables with a tenth more of everything that need not be paid for."""
    found = dict(tables)
    for name in set(STEPPED) - {"gas_contract"}:
        found[name] = [
            row | {"p_nom": 1.1 * row["p_nom"] + 0.1}
            if not row.get("p_min_pu", 0) > 0
            else row
            for row in tables[name]
        ]
    found["gas_contract"] = [
        row | {"p_max_pu": row["p_max_pu"] + 0.2} for row in tables["gas_contract"]
    ]
    return found


def without(tables, rng):
    """Return tables without a line, a pipe, a free plant or field, and the swap."""
    found = dict(tables) | {"gas_swap": []}
    for name in ("power_line", "gas_pipe", "power_plant", "gas_field"):
        rows = tables[name]
        may = [
            at
            for at, row in enumerate(rows)
            if name in ("power_line", "gas_pipe") or not row.get("p_min_pu", 0) > 0
        ]
        if may:
            gone = rng.choice(may)
            found[name] = [row for at, row in enumerate(rows) if at != gone]
    return found


@FEW
@given(st.integers(0, 36))
def test_more_never_costs_more_and_less_never_less_and_order_nothing(seed):
    rng = np.random.default_rng(seed)
    tables = drawn_tables(seed)
    turned = {
        name: [rows[at] for at in rng.permutation(len(rows))]
        for name, rows in tables.items()
    }
    islands = [tables, more_of_all(tables), without(tables, rng), turned]
    whole, countries = copies(islands)
    case, solved = solved_of(energy_model(**whole))
    base, more, less, other = [cost_of(case, solved, own) for own in countries]
    slack = SAME_COST * solved.objective_usd
    assert more <= base + slack
    assert less >= base - slack
    assert other == pytest.approx(base, abs=slack)
    assert more < base - slack


def test_the_same_question_twice_is_answered_alike():
    model = energy_model(**drawn_tables(2))
    one, other = asked(model), asked(model)
    assert one.as_dict() == other.as_dict()
    assert one.stamp.model_hash == other.stamp.model_hash


def test_a_question_leaves_its_model_as_it_was_and_obeys_its_scenario():
    model = energy_model(**drawn_tables(2))
    before = model.content_hash
    change = SetValue(parse_reference("power_plant:za_coal"), "p_nom", "500")
    changed = energy(model, Scenario("more", (change,)), EnergyParams(year=YEAR))
    assert model.content_hash == before
    (row,) = [
        row
        for row in changed.generation
        if (row.zone, row.carrier) == ("bus:za", "coal")
    ]
    assert row.p_nom_mw == near(500)


# --- there is always an answer --------------------------------------------------------


def test_a_year_is_answered_though_its_figures_are_uneven():
    """Drawn so that HiGHS, held to a tolerance of 1e-9, does not end."""
    found = asked(energy_model(**small_tables(37)))
    # As the twin finds it (tests.reference.energy_pypsa).
    assert found.objective_usd == pytest.approx(5201599591.557314, rel=EXACT)


def test_gas_alone_is_answered():
    field = {"gas_field_id": "f", "bus": "g", "p_nom": 5.0, "marginal_cost": 2e4}
    model = energy_model(
        gas_node=[{"gas_node_id": "g", "country_iso3": "AAA"}],
        gas_field=[field],
        gas_load=[gas_load("l", "g", 3)],
    )
    assert asked(model).objective_usd == near(3 * 365 * 2e4)


ZONE = {"bus_id": "z", "country_iso3": "AAA"}


def test_a_plant_that_must_run_stands_still_where_its_gas_is_short():
    """0.12 mcm a day make 25 MW; 30 must run, 50 are wanted."""
    plant = {
        "power_plant_id": "p",
        "bus": "z",
        "carrier": "gas",
        "p_nom": 100.0,
        "p_min_pu": 0.3,
        "efficiency": 0.5,
        "gas_node_id": "g",
    }
    field = {"gas_field_id": "f", "bus": "g", "p_nom": 0.12, "marginal_cost": 2e4}
    model = energy_model(
        bus=[ZONE],
        gas_node=[{"gas_node_id": "g", "country_iso3": "AAA"}],
        power_plant=[plant],
        gas_field=[field],
        power_load=[power_load("l", "z", 50)],
    )
    (row,) = asked(model).unserved
    assert row.amount == near(25 * 8760)
    assert "at g" in row.cause


def test_a_plant_that_must_run_stands_still_where_its_fuel_is_used_up():
    """Ten MW on the mean are allotted, 30 must run, 50 are wanted."""
    plant = {
        "power_plant_id": "p",
        "bus": "z",
        "carrier": "oil",
        "p_nom": 100.0,
        "p_min_pu": 0.3,
        "efficiency": 0.5,
        "fuel_cost": 10.0,
        "e_sum_max": 10.0 * 8760,
    }
    model = energy_model(
        bus=[ZONE], power_plant=[plant], power_load=[power_load("l", "z", 50)]
    )
    (row,) = asked(model).unserved
    assert row.amount == near(40 * 8760)


def test_a_store_that_is_not_there_yet_is_worth_what_a_little_of_it_saves():
    """Winter (181 days) is short of 4 mcm a day, and summer (184 days) fills.

    Of one more mcm a day, 184 go in at 20,000, and 0.9 of it come out for 1,000,000.
    """
    month = [14 if at in (0, 1, 2, 3, 10, 11) else 5 for at in range(12)]
    mean = (14 * 181 + 5 * 184) / 365
    model = energy_model(
        gas_node=[{"gas_node_id": "g", "country_iso3": "AAA"}],
        profile=by_month("m", month),
        # Beside the point: a zone, with a plant, that the gas needs not.
        bus=[ZONE],
        power_plant=[
            {"power_plant_id": "p", "bus": "z", "carrier": "wind", "p_nom": 1.0}
        ],
        gas_field=[
            {"gas_field_id": "f", "bus": "g", "p_nom": 10.0, "marginal_cost": 2e4}
        ],
        gas_storage=[
            {
                "gas_storage_id": "s",
                "bus": "g",
                "p_nom": 0.0,
                "e_nom": 500.0,
                "efficiency_store": 0.9,
            }
        ],
        gas_load=[gas_load("l", "g", mean, profile_id="m")],
    )
    worth = asked(model).value("gas_storage:s").usd_per_mcm_per_day
    assert worth == near(184 * (0.9 * 1e6 - 2e4))


# --- what is built --------------------------------------------------------------------

RATE, YEARS, COST = 0.08, 40.0, 1_000.0
ANNUITY = COST * RATE / (1 - (1 + RATE) ** -YEARS)  # 83.86 USD a year of one MW


def joined_by(**line):
    """Return two zones: power at 20 and 60 USD a MWh, 50 MW wanted at the dear one."""
    own = {"power_line_id": "n", "bus0": "z", "bus1": "y", "efficiency": 0.9}
    cost = {"overnight_cost": COST, "lifetime": YEARS}
    plants = [("a", "z", 10.0), ("b", "y", 30.0)]
    return energy_model(
        bus=[ZONE, {"bus_id": "y", "country_iso3": "BBB"}],
        power_plant=[
            {
                "power_plant_id": name,
                "bus": bus,
                "carrier": "coal",
                "p_nom": 100.0,
                "efficiency": 0.5,
                "fuel_cost": fuel,
            }
            for name, bus, fuel in plants
        ],
        power_line=[own | cost | line],
        power_load=[power_load("l", "y", 50)],
    )


@pytest.fixture(scope="module")
def grown():
    return asked(joined_by(p_nom=10.0, p_min_pu=-0.5), "power_line:n")


def test_a_line_grows_until_one_more_is_worth_its_annuity(grown):
    """50 MW arrive of 55.56: 45.56 are built; each way has its share."""
    (row,) = grown.built
    assert (row.element, row.before) == ("power_line:n", near(10))
    assert row.after == near(50 / 0.9)
    assert row.cost_usd_per_year == near(ANNUITY * (50 / 0.9 - 10))
    value = grown.value("power_line:n")
    assert value.p_nom == near(50 / 0.9)
    assert value.usd_per_mw == near(ANNUITY)
    assert value.cost_usd_per_year == near(ANNUITY)
    dear = [row.mean for row in grown.prices if row.zone == "bus:y"]
    assert dear == [near((20 + ANNUITY / 8760) / 0.9)]


def test_the_cost_of_the_year_holds_what_is_built_once(grown):
    """55.56 MW at 20 USD all year, and the annuity of 45.56 MW of line."""
    expected = 50 / 0.9 * 20 * 8760 + ANNUITY * (50 / 0.9 - 10)
    assert grown.objective_usd == near(expected)


@pytest.fixture(scope="module")
def new():
    return asked(joined_by(p_nom=0.0, p_nom_max=20.0), "power_line:n")


def test_a_line_grows_to_its_bound_and_no_further(new):
    (row,) = new.built
    assert (row.before, row.after) == (0, near(20))
    gain = (0.9 * 60 - 20) * 8760
    assert new.value("power_line:n").usd_per_mw == near(gain)
    assert new.flow("power_line:n").on == near(20 * 8760)


def test_a_new_line_is_told_full_where_it_is(new):
    flow = new.flow("power_line:n")
    assert flow.full_share == 1
    assert flow.room == near(0)
    assert flow.room_back == near(20 * 8760)


def test_a_line_grows_back_as_it_grows_on():
    """Power flows from where the line ends: half of what is built goes that way."""
    line = {"bus0": "y", "bus1": "z", "p_nom": 0.0, "p_min_pu": -0.5}
    found = asked(joined_by(**line), "power_line:n")
    (row,) = found.built
    assert row.after == near(2 * 50 / 0.9)
    assert found.flow("power_line:n").back == near(50 / 0.9 * 8760)
    assert row.cost_usd_per_year == near(ANNUITY * 2 * 50 / 0.9)


def test_a_line_that_costs_more_than_it_saves_is_not_built():
    found = asked(joined_by(p_nom=10.0, overnight_cost=1e7), "power_line:n")
    assert found.built[0].after == near(10)
    assert found.value("power_line:n").usd_per_mw == near((0.9 * 60 - 20) * 8760)


def test_nothing_can_be_expanded_that_is_not_there_or_has_no_cost():
    model = joined_by(p_nom=10.0, overnight_cost=np.nan)
    with pytest.raises(QuestionError) as caught:
        asked(model, "power_line:n", "power_line:none")
    assert "power_line:none is not there, or not open" in str(caught.value)
    assert "power_line:n has no overnight_cost" in str(caught.value)
    with pytest.raises(QuestionError, match="only rows of power_line"):
        asked(model, "gas_contract:k")
    with pytest.raises(QuestionError, match="discount_rate must be from 0 to 1"):
        asked(model, discount_rate=1.5)
