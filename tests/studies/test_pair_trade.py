"""The trade that an agenda has a target of, and what it goes by."""

from collections import defaultdict

import pytest
from tests.model.altered import without_table

from bereket import QuestionError, read_model
from bereket.studies.flows import flows
from bereket.studies.pair_trade import pair_trade, value_of_tonne


@pytest.fixture(scope="module")
def model(caspian):
    return read_model(caspian)


@pytest.fixture(scope="module")
def found(model):
    return pair_trade(model, flows=flows(model))


def test_pair_and_target_are_those_of_the_agenda(found):
    assert found.item.item_id == "a01"
    assert found.found.pair == ("KAZ", "TKM")
    assert found.found.target_usd == 1e9
    assert found.found.by_year == found.item.due.year


def test_streams_are_worth_what_the_sectors_are_that_go(found):
    """All freight between the two goes, so that its value is that of the base year."""
    usd = defaultdict(float)
    for each in found.streams:
        usd[each.exporter_iso3, each.commodity_id] += each.value_usd
    worth = {
        (each.exporter_iso3, each.sector): each.base_usd for each in found.found.sectors
    }
    apart = set(worth) - set(usd)
    assert apart == {("TKM", "pipeline_gas")}  # no freight
    for key, value in usd.items():
        assert value == pytest.approx(worth[key], rel=1e-6)
    assert found.year == found.found.base_year


def test_before_anything_was_agreed_there_is_no_such_trade(model):
    assert pair_trade(model, as_of="2024-08-08") is None
    assert pair_trade(model, as_of="2024-08-09") is not None


@pytest.mark.parametrize("table", ["agenda", "trade", "country", "elasticity"])
def test_without_a_table_that_it_needs_there_is_none(model, table):
    assert pair_trade(without_table(model, table)) is None


def test_a_model_that_trade_refuses_is_refused(model):
    bare = without_table(model, "observation")
    country = bare["country"]
    columns = {name: values[:10] for name, values in country.columns.items()}
    few = type(country)("country", columns)
    tables = {**bare.tables, "country": few}
    with pytest.raises(QuestionError, match="product"):
        pair_trade(type(model)(model.name, tables, model.about))


def test_without_tonnes_of_the_base_year_no_value_is_known(teaching):
    model = read_model(teaching)
    found = pair_trade(model, flows=flows(model))
    assert value_of_tonne(model, found.found) == {}  # trade of 2024, demand of 2025
    assert found.year == 2025
    assert {each.value_usd for each in found.streams} == {0.0}


def test_tables_and_data_hold_streams_too(found):
    tables = found.tables()
    assert set(tables) == {
        *("trade_years", "trade_sectors", "trade_measures", "trade_observed"),
        "trade_streams",
    }
    assert len(tables["trade_streams"]) == len(found.streams)
    assert found.as_dict()["item_id"] == "a01"
    assert len(found.as_dict()["streams"]) == len(found.streams)
