"""Which item of an agenda names a turnover to be reached."""

from datetime import date

import numpy as np
import pytest
from tests.model.altered import with_cell, without_table

from bereket import read_model
from bereket.model.agenda import pair_of_turnover, turnover_item

DAY = date(2025, 6, 1)
AT = 1  # row of trade_2030


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


def test_the_item_with_a_turnover_and_a_target_is_found(model):
    item = turnover_item(model, DAY)
    assert item.item_id == "trade_2030"
    assert pair_of_turnover(item) == ("AAA", "CCC")
    assert item.target == 5e9


def test_what_was_not_agreed_by_the_day_is_not(model):
    assert turnover_item(model, date(2024, 1, 14)) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("better", "less"),
        ("target", np.nan),
        ("indicator", "trade(AAA,CCC).export_usd"),
        ("indicator", "observed(turnover)"),
        ("indicator", ""),
    ],
)
def test_only_a_turnover_to_be_reached_counts(model, column, value):
    assert turnover_item(with_cell(model, "agenda", AT, column, value), DAY) is None


def test_of_two_the_one_that_is_due_yet_is_told(model):
    two = with_cell(model, "agenda", AT + 1, "indicator", "trade(AAA,CCC).turnover_usd")
    assert turnover_item(two, DAY).item_id == "trade_2030"
    late = with_cell(two, "agenda", AT, "due", "2023")
    assert turnover_item(late, DAY).item_id == "trade_2030"  # both over: the first
    swapped = with_cell(late, "agenda", AT + 1, "due", "2031")
    assert turnover_item(swapped, DAY).item_id == "trade_2023"


def test_without_an_agenda_there_is_none(model):
    assert turnover_item(without_table(model, "agenda"), DAY) is None
