"""Scenarios: a change shows in the copy, never in the original."""

import contextlib
import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.altered import fresh, row_at, with_row

from bereket import (
    BASELINE,
    BereketError,
    Close,
    InsertRow,
    Open,
    ReviseValue,
    Scenario,
    ScenarioError,
    SetValue,
    apply,
    blank_model,
    parse_change,
    parse_reference,
    read_model,
)
from bereket.model.calendar import is_open
from bereket.model.reference import RowReference
from bereket.model.validate import validate
from bereket.schema import table_schema

MODEL = blank_model()
WHOLE = MODEL.content_hash
DAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


def cells(model):
    """Return every cell of a model as text by table, row and column."""
    return {
        (name, row, column): str(value)
        for name, table in model.tables.items()
        for column, values in table.columns.items()
        for row, value in enumerate(values)
    }


def setting(*texts):
    return Scenario("set", tuple(SetValue(*parse_change(text)) for text in texts))


@st.composite
def changes(draw):
    """Draw a change of any row and column of the blank model, sound or not."""
    name = draw(st.sampled_from(sorted(MODEL.tables)))
    table = MODEL[name]
    key = draw(st.sampled_from([*table.keys, ("no", "such", "row")]))
    reference = RowReference(name, key)
    if draw(st.booleans()):
        return draw(st.sampled_from([Close(reference), Open(reference)]))
    if draw(st.integers(0, 3)) == 0:
        return InsertRow(reference, (("note", draw(st.text(max_size=6))),))
    column = draw(st.sampled_from([*table_schema(name).fields, "wait_h_low", "colour"]))
    if draw(st.integers(0, 2)) == 0:
        operation = draw(st.sampled_from(["add", "multiply"]))
        return ReviseValue(reference, column, operation, draw(st.floats()))
    value = draw(
        st.one_of(
            st.floats(allow_nan=True).map(str),
            st.text(max_size=6),
            st.sampled_from(["", "2027", "rail1520", "EAST", "closed", "true"]),
        )
    )
    return SetValue(reference, column, value)


@given(st.lists(changes(), max_size=4))
def test_a_scenario_never_alters_the_model_it_is_applied_to(drawn):
    # A change that cannot be is refused, and leaves no trace either.
    with contextlib.suppress(ScenarioError):
        apply(MODEL, Scenario("any", tuple(drawn)))
    assert fresh(MODEL).content_hash == WHOLE


def test_only_the_cell_that_is_set_changes(model):
    changed = apply(model, setting("link:rail_BBO_BCY.length_km=310"))
    before, after = cells(model), cells(changed)
    row = row_at(model, "link", "rail_BBO_BCY")
    differing = {where for where in after if after[where] != before[where]}
    assert differing == {("link", row, "length_km")}
    assert changed["link"].number("length_km")[row] == 310


def test_a_column_that_the_file_lacks_can_be_set(model):
    assert "wait_h_low" not in model["border"].columns
    changed = apply(model, setting("border:ABO:BBO:road:AAA:TIR.wait_h_low=1"))
    bound = changed["border"].number("wait_h_low")
    row = row_at(model, "border", "ABO", "BBO", "road", "AAA", "TIR")
    assert bound[row] == 1
    assert np.isnan(np.delete(bound, row)).all()


def test_an_empty_value_makes_a_cell_unknown(model):
    changed = apply(model, setting("link:rail_ASH_AJN.commercial_speed_kmh="))
    row = row_at(model, "link", "rail_ASH_AJN")
    assert math.isnan(changed["link"].number("commercial_speed_kmh")[row])


def test_a_later_change_of_a_cell_wins(model):
    first, second = "stop:AJN:rail1520.technical_h=3", "stop:AJN:rail1520.technical_h=5"
    assert apply(model, setting(first, second))["stop"].number("technical_h")[0] == 5
    assert apply(model, setting(second, first))["stop"].number("technical_h")[0] == 3


def test_changes_of_different_cells_commute(model):
    one, other = "link:rail_ASH_AJN.length_km=201", "stop:AJN:rail1520.technical_h=3"
    forth, back = apply(model, setting(one, other)), apply(model, setting(other, one))
    assert forth.content_hash == back.content_hash != model.content_hash


def test_the_baseline_is_the_model_itself(model):
    assert apply(model, BASELINE) is model


def test_every_row_of_a_recurring_key_is_set():
    twice = with_row(MODEL, "fx", currency="RUB", usd_per_unit=0.01, valid_from="2027")
    changed = apply(twice, setting("fx:RUB.usd_per_unit=0.02"))
    assert changed["fx"].number("usd_per_unit").tolist() == [0.02, 0.02]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("link:L999.length_km=1", "no row 'link:L999'"),
        ("link:rail_ASH_AJN.colour=red", "'colour' is no column of table 'link'"),
        ("link:rail_ASH_AJN.link_id=other", "'link_id' is part of the key"),
        ("link:rail_ASH_AJN.length_km=nan", "must be a finite number"),
        ("link:rail_ASH_AJN.length_km=inf", "must be a finite number"),
        ("link:rail_ASH_AJN.length_km=-1", "must be more than 0; found '-1'"),
        ("link:rail_ASH_AJN.length_km=0", "must be more than 0"),
        ("link:rail_ASH_AJN.length_km=long", "must be a number; found 'long'"),
        ("link:rail_ASH_AJN.length_km=1,5", "decimal point, not a comma"),
        ("link:rail_ASH_AJN.length_km=", "must not be empty"),
        ("link:rail_ASH_AJN.gauge_mm=1520.5", "must be a whole number"),
        ("link:rail_ASH_AJN.electrified=perhaps", "must be true or false"),
        ("link:rail_ASH_AJN.status=shut", "must be one of operating"),
        ("link:rail_ASH_AJN.valid_to=soon", "must be a date"),
        ("stop:AJN:rail1520.technical_h=-2", "must be 0 or more"),
        ("service:crossing.availability=1.2", "must be 1 or less"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_the_reason(model, change, said):
    with pytest.raises(ScenarioError, match=said.replace(".", r"\.")):
        apply(model, setting(change))


@pytest.mark.parametrize(
    "change",
    [
        "link:rail_ASH_AJN.to_node_id=NOWHERE",
        "link:rail_ASH_AJN.allowed_uses=tram",
        "link:rail_ASH_AJN.source_id=nobody",
        "service:crossing.carrier_id=zeppelin",
        "corridor:steppe.gateways=rubbish",
        "corridor:steppe.origin_node_ids=ASH|NOWHERE",
        "regime:grain_ban.on=rubbish",
        "link:rail_ASH_AJN.gauge_mm=1435",
        "fx:CRN.valid_to=2024",
        "link:rail_ASH_AJN.valid_from=0000",
    ],
)
def test_a_change_that_would_make_a_fault_in_the_model_is_refused(model, change):
    with pytest.raises(ScenarioError):
        apply(model, setting(change))


def test_a_closed_row_is_shut_and_no_other(model):
    reference = parse_reference("link:rail_BCY_BCO")
    changed = apply(model, Scenario("closed", (Close(reference),)))
    shut = ~is_open(changed["link"], DAY)
    assert changed["link"].text("link_id")[shut].tolist() == ["rail_BCY_BCO"]


@pytest.mark.parametrize("status", ["planned", "closed", "under_construction"])
def test_an_opened_row_is_open_whatever_it_was(model, status):
    reference = "link:rail_BCY_BCO"
    shut = apply(model, setting(f"{reference}.status={status}"))
    dated = apply(shut, setting(f"{reference}.valid_from=2030"))
    opened = apply(dated, Scenario("open", (Open(parse_reference(reference)),)))
    row = row_at(model, "link", "rail_BCY_BCO")
    assert not is_open(dated["link"], DAY)[row]
    assert is_open(opened["link"], DAY)[row]
    assert is_open(opened["link"], date(1999, 1, 1))[row]


def test_opening_a_key_of_several_dated_rows_never_opens_two_on_a_day(model):
    start = {"currency": "CRN", "usd_per_unit": 0.02, "source_id": "invented"}
    twice = with_row(model, "fx", **start, valid_from="2026", quality="reported")
    assert validate(twice, frozenset(twice.tables)).faults == ()
    try:
        opened = apply(twice, Scenario("open", (Open(parse_reference("fx:CRN")),)))
    except ScenarioError:
        return  # to refuse is sound too
    assert validate(opened, frozenset(opened.tables)).faults == ()


@pytest.mark.parametrize("kind", [Close, Open])
def test_rows_without_dates_are_neither_opened_nor_closed(model, kind):
    reference = parse_reference("node:ASH")
    with pytest.raises(ScenarioError, match="neither open nor closed"):
        apply(model, Scenario("x", (kind(reference),)))


@pytest.mark.parametrize("kind", [Close, Open])
def test_a_row_that_is_not_there_is_not_opened_or_closed(model, kind):
    reference = parse_reference("link:L999")
    with pytest.raises(ScenarioError, match="no row 'link:L999'"):
        apply(model, Scenario("x", (kind(reference),)))


def test_a_change_is_read_as_it_is_typed():
    text = "border:ABO:BBO:road:AAA:TIR.wait_h=12"
    assert str(SetValue(*parse_change(text))) == text
    reference = parse_reference("link:L1")
    assert (str(Close(reference)), str(Open(reference))) == (
        "close link:L1",
        "open link:L1",
    )
    revised = ReviseValue(reference, "length_km", "multiply", 0.5)
    assert str(revised) == "link:L1.length_km*=0.5"
    assert str(InsertRow(reference, (("length_km", "5"),))) == (
        "insert link:L1: length_km=5"
    )


def test_a_change_that_is_refused_is_an_error_of_ours():
    assert issubclass(ScenarioError, BereketError)
