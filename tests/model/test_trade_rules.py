"""Rules of trade and of what was agreed: each breach is named where it stands."""

import numpy as np
import pytest
from tests.model.altered import (
    number,
    row_at,
    with_cell,
    with_row,
    with_table,
    without_table,
)

from bereket import blank_model
from bereket.model.trade_rules import FAULTS
from bereket.model.validate import validate
from bereket.schema import table_schema
from bereket.schema.checker import parse

MODEL = blank_model()
STATED = {"source_id": "example", "quality": "reported"}
FLOW = {"exporter_iso3": "KAZ", "importer_iso3": "TKM", "year": 2024, "value_usd": 1e6}
TABLES = "trade", "country", "elasticity", "agenda", "observation"


def findings(model):
    return validate(model, frozenset(model.tables)).faults


def the_fault(model):
    (issue,) = findings(model)
    return issue


def where(issue):
    return issue.table, issue.rows, issue.field


def last(model, table):
    return number(len(model[table]) - 1)


def with_flow(model=MODEL, **cells):
    return with_row(model, "trade", **STATED | FLOW | cells)


def with_country(model=MODEL, **cells):
    return with_row(model, "country", **STATED | {"year": 2023} | cells)


def with_elasticity(model=MODEL, **cells):
    return with_row(model, "elasticity", **STATED | {"value": 3.0} | cells)


def with_item(**cells):
    """Return the model whose one item has other cells."""
    model = MODEL
    for column, value in cells.items():
        model = with_cell(model, "agenda", 0, column, value)
    return model


@pytest.mark.parametrize("rule", [rule for rule, _ in FAULTS])
def test_no_rule_finds_anything_in_an_unbroken_model(rule):
    assert list(rule(MODEL)) == []
    for name in TABLES:
        if (rule.__name__, name) != ("indicators_can_be_worked_out", "observation"):
            assert list(rule(without_table(MODEL, name))) == [], name


# --- trade --------------------------------------------------------------------------


def test_a_sector_that_is_no_cargo_is_a_fault_told_once_with_all_its_rows():
    model = with_flow(sector="steel")
    model = with_flow(model, sector="steel", year=2023)
    issue = the_fault(model)
    end = last(model, "trade")
    assert where(issue) == ("trade", (end - 1, end), "sector")
    assert issue.rule == (
        "must be a commodity_id, or one of all, pipeline_gas, electricity"
    )
    assert issue.found == "'steel'"


@pytest.mark.parametrize("sector", ["pipeline_gas", "electricity"])
def test_gas_and_power_are_sectors_and_stand_beside_all_goods(sector):
    assert findings(with_flow(sector=sector)) == ()  # beside grain
    model = with_flow(sector="all", importer_iso3="KAZ")
    model = with_flow(model, sector=sector, importer_iso3="KAZ")
    assert findings(model) == ()


def test_all_goods_beside_a_sector_in_one_year_are_a_fault():
    model = with_flow(sector="all")
    issue = the_fault(model)
    assert where(issue) == ("trade", (number(0), last(model, "trade")), "sector")
    assert issue.found == "all, grain"
    assert issue.rule.endswith("in a year, not both")


@pytest.mark.parametrize(
    "cells",
    [{"year": 2023}, {"exporter_iso3": "TKM", "importer_iso3": "KAZ"}],
    ids=["another_year", "the_other_way"],
)
def test_all_goods_beside_a_sector_of_another_year_or_direction_are_none(cells):
    assert findings(with_flow(sector="all", **cells)) == ()


@pytest.mark.parametrize("column", ["exporter_iso3", "importer_iso3"])
def test_a_trader_without_a_row_of_country_is_a_fault(column):
    model = with_flow(**{column: "AZE"}, sector="grain")
    issue = the_fault(model)
    assert where(issue) == ("trade", (last(model, "trade"),), column)
    assert (issue.rule, issue.found) == ("must have a row in table country", "'AZE'")


def test_traders_need_no_row_where_there_are_no_countries():
    bare = without_table(MODEL, "country")
    assert findings(with_flow(bare, importer_iso3="AZE", sector="grain")) == ()


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("exporter_iso3", "kaz"),
        ("importer_iso3", "KAZAKH"),
        ("year", "24"),
        ("year", "2024.5"),
        ("value_usd", "-1"),
        ("value_usd", ""),
        ("sector", ""),
        ("quality", "guessed"),
    ],
)
def test_a_cell_of_trade_that_means_nothing_is_refused(column, text):
    schema = table_schema("trade")
    row = schema.examples[0] | {column: text}
    (issue,) = parse(schema, list(row), [list(row.values())]).faults
    assert where(issue) == ("trade", (2,), column)


def test_the_same_flow_twice_is_a_fault():
    model = with_flow(sector="grain")
    issue = the_fault(model)
    assert issue.table == "trade"
    assert issue.rows == (number(0), last(model, "trade"))


# --- country ------------------------------------------------------------------------


def test_a_member_with_rows_of_its_own_is_a_fault():
    model = with_country(iso3="EU27", members="AZE|TKM")
    issue = the_fault(model)
    assert where(issue) == ("country", (last(model, "country"),), "members")
    assert issue.rule == "a member of EU27 must have no rows of its own"
    assert issue.found == "'TKM'"


def test_a_member_of_two_groups_is_a_fault():
    model = with_country(iso3="EU27", members="AZE|GEO")
    model = with_country(model, iso3="CEFT", members="ARM|GEO")
    issue = the_fault(model)
    assert where(issue) == ("country", (last(model, "country"),), "members")
    assert issue.rule == "must be a member of one group"
    assert issue.found == "'GEO' of EU27 and CEFT"


def test_a_group_has_the_same_members_in_every_year():
    model = with_country(iso3="EU27", members="AZE|GEO")
    model = with_country(model, iso3="EU27", year=2022, members="AZE|GEO")
    assert findings(model) == ()


# --- elasticity ---------------------------------------------------------------------


def test_an_elasticity_that_stands_twice_for_a_cargo_is_a_fault():
    flour = {"commodity_id": "flour", "name": "Flour", "allowed_carriers": "rail1520"}
    known = with_row(MODEL, "commodity", **STATED | flour)
    sound = with_elasticity(known, name="trade_cost", commodity_id="grain")
    assert findings(sound) == ()
    model = with_elasticity(sound, name="trade_cost", commodity_id="flour|grain")
    (issue,) = (each for each in findings(model) if each.table == "elasticity")
    end = last(model, "elasticity")
    assert where(issue) == ("elasticity", (end - 1, end), "commodity_id")
    assert issue.rule == "trade_cost must hold once for grain"


def test_another_elasticity_of_the_same_cargo_is_none():
    model = with_elasticity(name="trade_cost", commodity_id="grain")
    model = with_elasticity(model, name="price_sd_per_year", commodity_id="grain")
    assert findings(model) == ()


def test_two_general_rows_of_an_elasticity_are_a_fault():
    columns = MODEL["elasticity"].columns
    twice = {name: np.concatenate([each, each]) for name, each in columns.items()}
    model = with_table(MODEL, type(MODEL["elasticity"])("elasticity", twice))
    found = [each for each in findings(model) if each.rule.startswith("trade_cost")]
    (issue,) = found
    assert where(issue) == ("elasticity", (number(0), number(1)), "commodity_id")
    assert issue.rule == "trade_cost must hold once for all other cargo"


@pytest.mark.parametrize(
    ("column", "text"), [("name", "income"), ("value", ""), ("value", "-4")]
)
def test_a_cell_of_an_elasticity_that_means_nothing_is_refused(column, text):
    schema = table_schema("elasticity")
    row = schema.examples[0] | {column: text}
    faults = parse(schema, list(row), [list(row.values())]).faults
    assert ("elasticity", (2,), column) in map(where, faults)


def test_an_elasticity_of_a_cargo_that_is_not_there_is_a_fault():
    model = with_elasticity(name="trade_cost", commodity_id="steel")
    issue = the_fault(model)
    assert where(issue) == (
        "elasticity",
        (last(model, "elasticity"),),
        "commodity_id",
    )


# --- agenda -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("observed(", "a label must stand at its end"),
        ("__import__('os')", "one of trade, capacity, flow, gas, power, observed"),
        ("trade(KAZ,TKM).turnover_usd + observed(grain_tonnes)", "USD and t cannot"),
        ("observed(grain_tonnes) + 5", "t and a plain number cannot be added"),
    ],
)
def test_an_indicator_that_is_not_well_formed_is_a_fault(text, told):
    issue = the_fault(with_item(indicator=text))
    assert where(issue) == ("agenda", (number(0),), "indicator")
    assert issue.rule == "must be an expression"
    assert told in issue.found


@pytest.mark.parametrize(
    ("text", "unit", "told"),
    [
        ("observed(grain_tons)", "t", "'grain_tons'; near is grain_tonnes"),
        ("trade(KAZ,XXX).turnover_usd", "USD", "'XXX'"),
        ("capacity(nowhere).t_per_year", "t/year", "'nowhere'"),
        ("event(grain_2024)", "yes", "'grain_2024'"),  # it is no event
    ],
)
def test_an_indicator_of_what_is_not_there_is_a_fault(text, unit, told):
    issue = the_fault(with_item(indicator=text, unit=unit))
    assert where(issue) == ("agenda", (number(0),), "indicator")
    assert issue.rule == "must name what the model has"
    assert issue.found.endswith(told)


def test_everything_that_an_indicator_names_in_vain_is_a_fault():
    text = "trade(KAZ,XXX).turnover_usd / trade(YYY,TKM).turnover_usd"
    found = [issue.found for issue in findings(with_item(indicator=text, unit="ratio"))]
    assert [each.partition(": ")[2].split(";")[0] for each in found] == [
        "'XXX'",
        "'YYY'",
    ]


@pytest.mark.parametrize(
    ("text", "unit", "asked"),
    [
        ("observed(grain_tonnes)", "USD", "t"),
        ("observed(grain_tonnes)", "", "t"),
        ("trade(KAZ,TKM).turnover_usd / observed(grain_tonnes)", "USD", "USD/t"),
        ("flow(east_sea).t_per_year", "t", "t/year"),
        ("2 + 3", "t", "none"),
    ],
)
def test_a_unit_that_is_not_that_of_the_indicator_is_a_fault(text, unit, asked):
    issue = the_fault(with_item(indicator=text, unit=unit))
    assert where(issue) == ("agenda", (number(0),), "unit")
    assert issue.rule == f"must be that of the indicator, {asked}"
    assert issue.found == repr(unit)


def test_a_series_of_two_units_has_none_that_a_target_could_have():
    row = dict.fromkeys(("observation_id", "definition"), "o") | STATED
    row |= {"kind": "trade", "on": "KAZ|TKM", "value": 1.0, "unit": "USD"}
    row |= {"period_start": "2024", "period_end": "2024", "series": "grain_tonnes"}
    issue = the_fault(with_row(MODEL, "observation", **row))
    assert where(issue) == ("agenda", (number(0),), "unit")
    assert issue.rule == "must be that of the indicator, USD or t"


def test_a_target_without_an_indicator_is_a_fault_and_neither_is_none():
    issue = the_fault(with_item(indicator=""))
    assert where(issue) == ("agenda", (number(0),), "indicator")
    assert issue.rule == "must be there where a target is"
    assert findings(with_item(indicator="", target=np.nan)) == ()


def test_an_indicator_without_a_target_is_sound():
    assert findings(with_item(target=np.nan)) == ()


@pytest.mark.parametrize(
    ("agreed", "due"),
    [("2028", "2027"), ("2027-03", "2027-02"), ("2027-03-05", "2027-03-04")],
)
def test_an_item_that_was_due_before_it_was_agreed_is_a_fault(agreed, due):
    issue = the_fault(with_item(date_agreed=agreed, due=due))
    assert where(issue) == ("agenda", (number(0),), "due")
    assert issue.rule == "must not be before date_agreed"
    assert issue.found == f"{agreed} to {due}"


@pytest.mark.parametrize(
    ("agreed", "due"),
    [
        ("2027", "2027"),
        ("2027-03-05", "2027-03-05"),
        ("2027-03-05", "2027"),  # it ends after
        ("2027", "2027-01"),  # may have been agreed before
        ("", "2027"),
        ("2027", ""),
    ],
)
def test_an_item_that_may_have_been_agreed_before_it_is_due_is_sound(agreed, due):
    assert findings(with_item(date_agreed=agreed, due=due)) == ()


def test_a_party_that_is_no_country_of_the_model_is_a_fault():
    issue = the_fault(with_item(parties="KAZ|XXX"))
    assert where(issue) == ("agenda", (number(0),), "parties")
    assert issue.rule == "must be a country of nodes or of table country"
    assert issue.found == "'XXX'"


def test_a_party_may_be_a_country_of_table_country_alone():
    model = with_country(iso3="AZE")
    model = with_cell(model, "agenda", 0, "parties", "KAZ|AZE")
    assert findings(model) == ()


# --- events -------------------------------------------------------------------------

FAIR = {"observation_id": "fair", "kind": "event", "on": "KAZ", "definition": "held"}
FAIR |= {"period_start": "2024-09", "period_end": "2024-09", "unit": "yes"}


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_event_was_or_was_not(value):
    model = with_row(MODEL, "observation", **STATED | FAIR, value=value)
    assert findings(model) == ()


@pytest.mark.parametrize("value", [0.5, 2.0, -1.0])
def test_an_event_of_another_figure_is_a_fault(value):
    model = with_row(MODEL, "observation", **STATED | FAIR, value=value)
    issue = the_fault(model)
    assert where(issue) == ("observation", (last(model, "observation"),), "value")
    assert issue.found == f"{value:g}"


def test_what_is_no_event_is_not_said_to_be_so():
    row = STATED | FAIR | {"kind": "trade", "value": 1.0}
    model = with_row(MODEL, "observation", **row)
    (issue,) = (each for each in findings(model) if "yes" in each.rule)
    assert where(issue) == ("observation", (last(model, "observation"),), "unit")
    assert issue.found == "yes of trade"


def test_every_fault_comes_and_not_the_first_alone():
    row = row_at(MODEL, "agenda", "grain")
    model = with_cell(with_flow(sector="steel"), "agenda", row, "unit", "USD")
    model = with_elasticity(model, name="trade_cost", commodity_id="grain")
    model = with_elasticity(model, name="trade_cost", commodity_id="grain")
    tables = {issue.table for issue in findings(model)}
    assert tables == {"trade", "agenda", "elasticity"}
