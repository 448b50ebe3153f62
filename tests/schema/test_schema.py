"""What the schema files say, read and frozen."""

import pytest

from bereket.schema import REQUIRED_TABLES, TABLE_NAMES, interval_base, table_schema


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_key_columns_are_columns_of_the_table(name):
    schema = table_schema(name)
    assert schema.key
    assert set(schema.key) <= set(schema.fields)


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_a_dated_table_has_validity_and_status_and_no_other_has(name):
    schema = table_schema(name)
    dated = {"valid_from", "valid_to", "status"}
    assert dated <= set(schema.fields) if schema.is_dated else True
    assert schema.is_dated or not dated & set(schema.fields)


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_a_default_stands_where_the_schema_says_default_and_nowhere_else(name):
    for field in table_schema(name).fields.values():
        assert (field.default is not None) == (field.unknown == "default"), field.name
        assert field.required == (field.unknown == "error"), field.name


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_what_a_column_names_is_a_table(name):
    named = {
        f.names.removesuffix("_or_group") for f in table_schema(name).fields.values()
    }
    assert named <= {*TABLE_NAMES, "element", ""}


def test_a_table_that_is_not_known_is_a_key_error():
    with pytest.raises(KeyError):
        table_schema("demandd")


def test_a_table_is_read_once_and_cannot_be_altered():
    schema = table_schema("link")
    assert table_schema("link") is schema
    with pytest.raises(TypeError):
        schema.fields["colour"] = schema.fields["name"]


def test_required_tables_are_tables():
    assert set(REQUIRED_TABLES) <= set(TABLE_NAMES)


def test_a_bound_has_unit_and_range_of_the_column_it_bounds():
    bound = table_schema("border").field("wait_h_low")
    assert (bound.name, bound.unit, bound.minimum) == ("wait_h_low", "h", 0)
    assert bound.required is False
    assert bound.default is None
    share = table_schema("rent").field("empty_return_share_high")
    assert (share.minimum, share.maximum) == (0, 1)


def test_a_bound_keeps_the_limit_that_its_column_must_exceed():
    speed = table_schema("link").field("commercial_speed_kmh_low")
    assert (speed.exclusive_minimum, speed.maximum) == (0, 300)


def test_counts_have_bounds_as_figures_have():
    assert table_schema("link").field("tracks_low") is not None


@pytest.mark.parametrize(
    "column", ["name_low", "colour_high", "low", "_low", "wait_h_mid"]
)
def test_text_and_unknown_columns_have_no_bounds(column):
    assert table_schema("node").field(column) is None


@pytest.mark.parametrize(
    ("column", "base"),
    [("x_low", "x"), ("x_high", "x"), ("x", ""), ("low", ""), ("x_lower", "")],
)
def test_a_bound_is_named_after_its_column(column, base):
    assert interval_base(column) == base
