"""Rules of gas and power: each breach is named where it stands."""

import numpy as np
import pytest
from tests.model.altered import number, row_at, with_cell, with_row, without_table

from bereket import ModelError, blank_model, read_model, write_model
from bereket.model.energy_rules import FAULTS
from bereket.model.validate import validate

MODEL = blank_model()
STATED = {"source_id": "example", "quality": "reported"}
FIRST = 2  # of the rows of a table, as a planner sees them beside the header
TABLES = (
    *("bus", "power_line", "power_plant", "power_load", "profile"),
    *("gas_node", "gas_pipe", "gas_field", "gas_load", "gas_storage"),
    *("gas_contract", "gas_swap"),
)


def findings(model):
    return validate(model, frozenset(model.tables)).faults


def the_fault(model):
    (issue,) = findings(model)
    return issue


def where(issue):
    return issue.table, issue.rows, issue.field


def last(model, table):
    return number(len(model[table]) - 1)


def with_plant(**cells):
    own = {"power_plant_id": "new", "name": "new", "bus": "tkm", "p_nom": 10.0}
    return with_row(MODEL, "power_plant", **STATED | own | cells)


def with_profile(name, rows, model=MODEL):
    """Return the model with a profile: rows of (month, week, hour, value)."""
    for month, week, hour, value in rows:
        told = {"month": month, "week": week, "hour": hour}
        cells = {"profile_id": name, "value_pu": value, **told}
        model = with_row(model, "profile", **STATED | cells)
    return model


NONE = np.nan
BY_MONTH = tuple((float(month), NONE, NONE, 1.0) for month in range(1, 13))
BY_WEEK = ((NONE, 3.0, NONE, 1.0),)


@pytest.mark.parametrize("rule", [rule for rule, _ in FAULTS])
def test_no_rule_finds_anything_in_an_unbroken_model(rule):
    assert list(rule(MODEL)) == []
    for name in TABLES:
        if name not in ("gas_node", "gas_pipe", "profile"):
            assert list(rule(without_table(MODEL, name))) == [], name


# --- as a folder is read --------------------------------------------------------------


def changed_file(folder, table, column, value):
    """Give the first row of a table of a folder another cell."""
    path = folder / f"{table}.csv"
    header, first, *rest = path.read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    cells[header.split(",").index(column)] = value
    text = "\n".join([header, ",".join(cells), *rest]) + "\n"
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "column", "value", "told"),
    [
        ("power_line", "bus1", "", "must not be empty"),
        ("power_line", "bus1", "nowhere", "'nowhere'"),
        ("power_line", "bus1", "tkm", "must be another place than bus0"),
        ("power_line", "efficiency", "1.05", "1.05"),
        ("power_line", "efficiency", "0", "'0'"),
        ("power_line", "p_nom", "-5", "-5"),
        ("power_line", "p_min_pu", "0.5", "0.5"),
        ("gas_pipe", "bus0", "", "must not be empty"),
        ("gas_pipe", "bus1", "nowhere", "'nowhere'"),
        ("gas_pipe", "efficiency", "1.05", "1.05"),
        ("gas_pipe", "bus1", "tkm_gas", "must be another place than bus0"),
        ("power_plant", "efficiency", "1.2", "1.2"),
        ("power_plant", "carrier", "steam", "'steam'"),
        ("power_plant", "bus", "nowhere", "'nowhere'"),
        ("power_plant", "gas_node_id", "", "fuel_cost"),
        ("power_load", "profile_id", "nothing", "'nothing'"),
        ("power_load", "value_usd_per_mwh", "0", "'0'"),
        ("profile", "week", "53", "53"),
        ("gas_storage", "efficiency_store", "1.1", "1.1"),
        ("gas_contract", "p_max_pu", "0", "'0'"),
        ("gas_contract", "p_min_pu", "1.1", "1.1"),
        ("gas_contract", "buyer_iso3", "TKM", "must be another country"),
        ("gas_contract", "price_usd_per_mcm", "", "must not be empty"),
        ("gas_contract", "bus", "", "must not be empty"),
        ("gas_contract", "bus", "nowhere", "'nowhere'"),
        ("gas_swap", "fee_share", "1", "'1'"),
        ("gas_swap", "bus1", "nowhere", "'nowhere'"),
        ("gas_field", "marginal_cost", "", "must not be empty"),
    ],
)
def test_a_bad_cell_of_a_folder_is_named_by_table_row_and_column(
    tmp_path, table, column, value, told
):
    folder = tmp_path / "model"
    write_model(MODEL, folder)
    changed_file(folder, table, column, value)
    with pytest.raises(ModelError) as caught:
        read_model(folder)
    named = "fuel_cost" if told == "fuel_cost" else column
    issues = [
        issue
        for issue in caught.value.issues
        if (issue.table, issue.field) == (table, named)
    ]
    assert issues
    assert issues[0].rows == (FIRST,)
    assert told in str(issues[0])


# --- ways and plants ------------------------------------------------------------------


@pytest.mark.parametrize("table", ["power_line", "gas_pipe"])
def test_a_way_that_ends_where_it_begins_is_a_fault(table):
    start = MODEL[table].labels("bus0")[0]
    found = findings(with_cell(MODEL, table, 0, "bus1", start))
    (issue,) = [issue for issue in found if issue.table == table]
    assert where(issue) == (table, (FIRST,), "bus1")
    assert repr(start) in issue.found


@pytest.mark.parametrize("carrier", ["coal", "oil", "gas", "nuclear", "biomass"])
def test_a_plant_that_burns_needs_fuel_and_an_efficiency(carrier):
    bare = with_plant(carrier=carrier)
    found = findings(bare)
    at = last(bare, "power_plant")
    assert [where(issue) for issue in found] == [
        ("power_plant", (at,), "efficiency"),
        ("power_plant", (at,), "fuel_cost"),
    ]
    assert carrier in found[0].rule
    assert ("gas_node_id" in found[1].rule) == (carrier == "gas")
    assert findings(with_plant(carrier=carrier, efficiency=0.4, fuel_cost=9.0)) == ()


def test_a_plant_that_burns_of_a_node_has_no_price_of_fuel_beside():
    model = with_plant(
        carrier="gas", efficiency=0.4, fuel_cost=9.0, gas_node_id="tkm_gas"
    )
    issue = the_fault(model)
    at = last(model, "power_plant")
    assert where(issue) == ("power_plant", (at,), "fuel_cost")


def test_only_plants_of_gas_burn_of_a_gas_node():
    model = with_plant(
        carrier="coal", efficiency=0.4, fuel_cost=9.0, gas_node_id="tkm_gas"
    )
    issue = the_fault(model)
    assert issue.field == "gas_node_id"
    assert issue.found == "'tkm_gas'"


@pytest.mark.parametrize("carrier", ["hydro", "wind", "solar", "import"])
def test_a_plant_that_burns_nothing_has_no_fuel(carrier):
    assert findings(with_plant(carrier=carrier)) == ()
    issue = the_fault(with_plant(carrier=carrier, fuel_cost=9.0))
    assert issue.field == "fuel_cost"
    assert carrier in issue.rule


# --- profiles -------------------------------------------------------------------------


def test_a_profile_without_a_month_is_a_fault():
    model = with_profile("gap", [row for row in BY_MONTH if row[0] not in (2, 7)])
    issue = the_fault(model)
    assert (issue.table, issue.field) == ("profile", "month")
    assert issue.found == "none for 2, 7"
    assert len(issue.rows) == 10


def test_a_profile_without_a_week_of_others_is_a_fault():
    model = with_profile("more", [(NONE, 3.0, NONE, 1.0), (NONE, 29.0, NONE, 1.0)])
    issue = the_fault(model)  # the blank model's own has week 3 alone
    assert (issue.table, issue.field) == ("profile", "week")
    assert issue.found == "none for 29"
    assert "'flat'" in issue.rule


def test_a_profile_without_an_hour_is_a_fault():
    hours = [(NONE, 3.0, float(hour), 1.0) for hour in range(168) if hour != 100]
    issue = the_fault(with_profile("gap", hours))
    assert (issue.table, issue.field) == ("profile", "hour")
    assert issue.found == "none for 100"


def test_a_week_is_told_as_a_whole_or_by_its_hours():
    hours = [(NONE, 3.0, float(hour), 1.0) for hour in range(168)]
    issue = the_fault(with_profile("both", [*hours, *BY_WEEK]))
    assert issue.field == "hour"
    assert "week 3" in issue.found


@pytest.mark.parametrize(
    ("rows", "found"),
    [((*BY_MONTH, *BY_WEEK), "both"), (((NONE, NONE, NONE, 1.0),), "neither")],
)
def test_a_profile_is_by_month_or_by_week(rows, found):
    issue = the_fault(with_profile("odd", rows))
    assert (issue.table, issue.field, issue.found) == ("profile", "month", found)


def test_power_is_not_drawn_by_month():
    model = with_profile("month", BY_MONTH)
    issue = the_fault(with_cell(model, "power_load", 0, "profile_id", "month"))
    assert where(issue) == ("power_load", (FIRST,), "profile_id")
    assert "by week" in issue.rule


def test_gas_is_not_drawn_by_week():
    issue = the_fault(with_cell(MODEL, "gas_load", 0, "profile_id", "flat"))
    assert where(issue) == ("gas_load", (FIRST,), "profile_id")
    assert "by month" in issue.rule


def test_wind_is_not_above_its_capacity():
    model = with_profile("gale", [(NONE, 3.0, NONE, 1.2)])
    cells = {"power_plant_id": "w", "name": "w", "bus": "tkm", "carrier": "wind"}
    plant = STATED | cells | {"p_nom": 10.0, "profile_id": "gale"}
    issue = the_fault(with_row(model, "power_plant", **plant))
    assert issue.field == "profile_id"
    assert issue.found == "1.2 in 'gale'"


def test_a_load_is_not_shaped_by_nothing():
    model = with_profile("none", [(NONE, 3.0, NONE, 0.0)])
    issue = the_fault(with_cell(model, "power_load", 0, "profile_id", "none"))
    assert where(issue) == ("power_load", (FIRST,), "profile_id")
    assert issue.found == "none in 'none'"


def test_hydro_by_a_profile_says_how_much_water_a_year_has():
    model = with_plant(carrier="hydro", profile_id="flat")
    issue = the_fault(model)
    at = last(model, "power_plant")
    assert where(issue) == ("power_plant", (at,), "e_sum_max")
    assert findings(with_plant(carrier="hydro", profile_id="flat", e_sum_max=5.0)) == ()


# --- sales ----------------------------------------------------------------------------


def test_no_country_sells_to_itself():
    issue = the_fault(with_cell(MODEL, "gas_contract", 0, "buyer_iso3", "TKM"))
    assert where(issue) == ("gas_contract", (FIRST,), "buyer_iso3")
    assert issue.found == "'TKM'"


@pytest.mark.parametrize("column", ["seller_iso3", "buyer_iso3"])
def test_a_contract_is_between_countries_that_have_a_gas_node(column):
    issue = the_fault(with_cell(MODEL, "gas_contract", 0, column, "UZB"))
    assert where(issue) == ("gas_contract", (FIRST,), column)
    assert issue.found == "'UZB'"


def test_gas_changes_hands_where_pipes_of_seller_and_buyer_lead_to():
    """Without the pipe west, none of TKM's leads to the node in KAZ."""
    (issue,) = [
        each for each in findings(cut_off("west")) if each.table == "gas_contract"
    ]
    assert where(issue) == ("gas_contract", (FIRST,), "bus")
    assert issue.rule == "must be joined by pipes to a gas node of TKM"
    at_home = with_cell(cut_off("west"), "gas_contract", 0, "bus", "tkm_gas")
    (issue,) = [each for each in findings(at_home) if each.table == "gas_contract"]
    assert issue.rule == "must be joined by pipes to a gas node of KAZ"


def test_a_swap_is_of_three_countries():
    issue = the_fault(with_cell(MODEL, "gas_swap", 0, "seller_iso3", "KAZ"))
    assert where(issue) == ("gas_swap", (FIRST,), "bus1")
    assert issue.found == "AZE, KAZ"


def cut_off(pipe):
    """Return the model without one of its pipes."""
    kept = [at for at, key in enumerate(MODEL["gas_pipe"].keys) if key != (pipe,)]
    assert len(kept) == len(MODEL["gas_pipe"]) - 1
    tables = {**MODEL.tables, "gas_pipe": MODEL["gas_pipe"].rows(kept)}
    return type(MODEL)(MODEL.name, tables)


@pytest.mark.parametrize(("pipe", "column"), [("west", "bus0"), ("far", "bus1")])
def test_a_swap_between_places_that_no_pipe_joins_is_a_fault(pipe, column):
    (issue,) = [each for each in findings(cut_off(pipe)) if each.table == "gas_swap"]
    assert where(issue) == ("gas_swap", (FIRST,), column)
    assert "must be joined by pipes" in issue.rule
    place = MODEL["gas_swap"].labels(column)[0]
    assert issue.found == f"no pipe to {place!r}"


def test_two_rows_of_a_load_and_year_are_a_fault():
    at = row_at(MODEL, "power_load", "kaz", "2024")
    cells = {name: values[at] for name, values in MODEL["power_load"].columns.items()}
    model = with_row(MODEL, "power_load", **cells)
    found = [where(issue)[0] for issue in findings(model)]
    assert "power_load" in found
