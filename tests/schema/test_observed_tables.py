"""Tables of what is measured, seasonal or granted: what their schemas hold."""

import pytest

from bereket.schema import table_schema
from bereket.schema.checker import cell_fault


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("observation", ("observation_id",)),
        ("access", ("party_class", "corridor_id", "commodity_id", "rule")),
        ("season", ("commodity_id", "origin_iso3", "month")),
        ("level", ("basin", "year", "month")),
        ("vessel_load", ("vessel", "draught_m")),
    ],
)
def test_a_row_is_named_by_what_it_is_of(table, key):
    assert table_schema(table).key == key


@pytest.mark.parametrize(
    ("table", "column", "text"),
    [
        ("observation", "kind", "guess"),
        ("observation", "weight_basis", "dry"),
        ("observation", "held_out", "perhaps"),
        ("observation", "unit", "Mt"),
        ("season", "month", "13"),
        ("season", "share", "1.2"),
        ("level", "month", "0"),
        ("vessel_load", "draught_m", "0"),
        ("vessel_load", "payload_share", "1.01"),
        ("access", "rule", "allowed"),
        ("access", "value", "-1"),
    ],
)
def test_a_cell_that_means_nothing_is_refused(table, column, text):
    assert cell_fault(table_schema(table).fields[column], text)


def test_an_observation_is_seen_by_a_fit_unless_it_says_otherwise():
    assert table_schema("observation").fields["held_out"].default is False


def test_a_level_may_lie_below_the_ocean():
    level = table_schema("level").fields["level_m"]
    assert cell_fault(level, "-29.5") == ""


def test_bounds_stand_beside_figures():
    for table, column in (
        ("observation", "value"),
        ("season", "share"),
        ("level", "level_m"),
        ("vessel_load", "payload_share"),
        ("access", "value"),
    ):
        assert table_schema(table).field(f"{column}_low") is not None
