"""The grammar of row references and changes."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.model.altered import with_row

from bereket import ScenarioError, read_model
from bereket.model.reference import (
    RowReference,
    find_rows,
    parse_change,
    parse_reference,
)
from bereket.schema import TABLE_NAMES, table_schema

PART = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Z"), exclude_characters=":="),
    max_size=8,
)


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


@given(st.sampled_from(TABLE_NAMES), st.data())
def test_what_a_reference_is_typed_as_reads_back_the_same(table, data):
    key = tuple(data.draw(PART) for _ in table_schema(table).key)
    assume(any(key))
    assume(len(key) > 1 or key[0])
    reference = RowReference(table, key)
    assert parse_reference(str(reference)) == reference


def test_every_row_of_the_teaching_model_is_found_by_its_reference(model):
    for name, table in model.tables.items():
        for position, key in enumerate(table.keys):
            reference = parse_reference(str(RowReference(name, key)))
            assert position in find_rows(model, reference)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("transfer:ASH::road:load", ("ASH", "", "road", "load")),
        ("transfer:ASH:road::unload", ("ASH", "road", "", "unload")),
    ],
)
def test_an_empty_part_of_a_key_is_left_empty(model, text, key):
    reference = parse_reference(text)
    assert reference == RowReference("transfer", key)
    assert len(find_rows(model, reference)) == 1


def test_figures_of_a_key_are_typed_without_a_decimal(model):
    assert find_rows(model, parse_reference("deflator:2025")) == (1,)
    assert find_rows(model, parse_reference("service_stop:crossing:2")) == (1,)


def test_a_key_with_several_carriers_is_one_part():
    reference = parse_reference("stop:AJN:rail1520|road")
    assert reference.key == ("AJN", "rail1520|road")


@pytest.mark.parametrize("text", ["", "link", "link:", "L036", "Link:L036", "link: L1"])
def test_what_has_not_the_form_of_a_reference_is_told_the_form(text):
    with pytest.raises(ScenarioError, match=r"write table:key, such as link:L036"):
        parse_reference(text)


def test_a_misspelt_table_is_suggested():
    with pytest.raises(ScenarioError, match=r"no table 'borderr'; did you mean 'bord"):
        parse_reference("borderr:A:B")


def test_a_table_like_no_other_has_no_suggestion():
    with pytest.raises(ScenarioError, match=r"no table 'zzz'$"):
        parse_reference("zzz:1")


@pytest.mark.parametrize("text", ["border:A:B", "border:A:B:rail:KAZ:SMGS:more"])
def test_a_wrong_number_of_keys_is_told_the_right_ones(text):
    form = "border:from_node_id:to_node_id:carrier_id:side_iso3:document"
    with pytest.raises(ScenarioError, match=form):
        parse_reference(text)


def test_a_row_that_is_not_there_is_answered_with_near_ones(model):
    with pytest.raises(ScenarioError, match=r"near are link:rail_ASH_AJN"):
        find_rows(model, parse_reference("link:rail_ASH_AJM"))


def test_a_key_that_recurs_over_time_names_all_its_rows(model):
    twice = with_row(model, "fx", currency="CRN", usd_per_unit=0.02, valid_from="2026")
    assert find_rows(twice, parse_reference("fx:CRN")) == (0, 1)


@pytest.mark.parametrize(
    ("text", "reference", "column", "value"),
    [
        ("link:L1.length_km=12.5", "link:L1", "length_km", "12.5"),
        ("link:L1.note=a=b.c", "link:L1", "note", "a=b.c"),
        ("fx:CRN.valid_to=", "fx:CRN", "valid_to", ""),
        ("link:L1.length_km= 12 ", "link:L1", "length_km", "12"),
        ("source:a.b.title=x", "source:a.b", "title", "x"),
        (
            "border:ABO:BBO:rail1520:BBB:SMGS.wait_h_low=1",
            "border:ABO:BBO:rail1520:BBB:SMGS",
            "wait_h_low",
            "1",
        ),
    ],
)
def test_a_change_is_a_reference_a_column_and_a_value(text, reference, column, value):
    found = parse_change(text)
    assert (str(found[0]), *found[1:]) == (reference, column, value)


@pytest.mark.parametrize(
    "text", ["", "link:L1", "link:L1=12", "length_km=12", "=", "."]
)
def test_what_has_not_the_form_of_a_change_is_told_the_form(text):
    with pytest.raises(ScenarioError, match=r"write REF\.column=value"):
        parse_change(text)
