"""A column that many tables share means the same in each."""

import json

import pytest

SHARED = ["source_id", "quality", "note", "valid_from", "valid_to", "status"]
PROVENANCE = SHARED[:3]
# Tables of one row about the model, about the sources themselves, or that a fit leaves
# behind, whose rows say by columns of their own what they were made of.
OWN_WORDS = {"config", "source", "calibration", "fit"}


@pytest.fixture(scope="module")
def schemas(root):
    folder = root / "src" / "bereket" / "schema"
    found = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    assert found
    return {schema["name"]: schema for schema in found}


def column(schema, name):
    return next((field for field in schema["fields"] if field["name"] == name), None)


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_column_is_the_same_in_every_table(schemas, name):
    told = {
        json.dumps(field, sort_keys=True)
        for table, schema in schemas.items()
        if table not in OWN_WORDS and (field := column(schema, name)) is not None
    }
    assert len(told) == 1


def test_every_table_of_figures_says_where_they_come_from(schemas):
    silent = [
        table
        for table, schema in schemas.items()
        if table not in OWN_WORDS
        and any(column(schema, name) is None for name in PROVENANCE)
    ]
    assert not silent


def test_dated_tables_and_only_they_have_validity(schemas):
    dated = {table for table, schema in schemas.items() if schema["dated"]}
    assert dated == {
        table for table, schema in schemas.items() if column(schema, "valid_from")
    }


def test_figures_have_a_unit_or_are_ratios(schemas):
    # A bare number is a ratio, a count, a year or a place in an order.
    ends = ("_h", "_km", "_kmh", "_t", "_mm", "_usd", "_usd_per_t", "_t_per_day")
    bare = [
        f"{table}.{field['name']}"
        for table, schema in schemas.items()
        for field in schema["fields"]
        if field["name"].endswith(ends)
        and field["type"] != "string"
        and not field.get("unit")
    ]
    assert not bare
