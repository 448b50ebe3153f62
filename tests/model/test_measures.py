"""Measures become changes: what they set, add, multiply and bring, in which order."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.altered import row_at, with_cell, with_row, with_table

from bereket import ScenarioError, blank_model, parse_reference
from bereket.model.calendar import is_open
from bereket.model.changes import (
    InsertRow,
    Open,
    ReviseValue,
    SetValue,
    is_plain,
    with_changes,
)
from bereket.model.measures import measure_changes
from bereket.model.model import Table
from bereket.model.scenario import Scenario, apply

MODEL = blank_model()
SOURCED = {"source_id": "example", "quality": "assumed", "note": "invented"}
DAY = date(2026, 1, 1)


def with_measure(model, measure_id, *effects, **cells):
    """Return the model with a measure more: (element, column, operation, value)."""
    row = {"measure_id": measure_id, "name": measure_id, "area": "rail", **SOURCED}
    sourced = SOURCED | {n: cells[n] for n in SOURCED if n in cells}
    model = with_row(model, "measure", **(row | cells))
    for element, column, operation, value, *ends in effects:
        said = {"text": value} if isinstance(value, str) else {"value": value}
        said |= dict(zip(("value_low", "value_high"), ends, strict=False))
        effect = {"measure_id": measure_id, "element": element, "column": column}
        model = with_row(
            model, "measure_effect", **effect, operation=operation, **said, **sourced
        )
    return model


def with_bounds(model, column, value):
    """Return the model with a cell of link:L1, a bound too, that no rule looks at."""
    table = model["link"]
    values = np.full(len(table), np.nan)
    values[:] = table.columns.get(column, values)
    values[0] = value
    return with_table(model, Table("link", {**table.columns, column: values}))


def figure(model, table, column, *key):
    return float(model[table].number(column)[row_at(model, table, *key)])


def spoken(works):
    return [str(change) for change in works.changes]


# --- what an operation does ----------------------------------------------------


def test_set_add_and_multiply_give_the_figures_of_the_back_of_an_envelope():
    assert figure(MODEL, "link", "length_km", "L1") == 250
    assert figure(MODEL, "link", "commercial_speed_kmh", "L1") == 40
    model = with_measure(
        MODEL,
        "works",
        ("link:L1", "length_km", "add", -12.0),
        ("link:L1", "commercial_speed_kmh", "multiply", 1.5),
        ("link:L1", "tracks", "set", 2.0),
    )
    works = measure_changes(model, ["works"])
    assert spoken(works) == [
        "link:L1.length_km+=-12",
        "link:L1.commercial_speed_kmh*=1.5",
        "link:L1.tracks=2",
    ]
    assert figure(works.model, "link", "length_km", "L1") == 238
    assert figure(works.model, "link", "commercial_speed_kmh", "L1") == 60
    assert figure(works.model, "link", "tracks", "L1") == 2
    assert works.notes == ()
    assert figure(model, "link", "length_km", "L1") == 250  # the base is not touched


def test_a_measure_finds_what_those_before_it_have_left():
    model = with_measure(MODEL, "a", ("link:L1", "length_km", "multiply", 2.0))
    model = with_measure(model, "b", ("link:L1", "length_km", "add", 10.0))
    length = {
        order: figure(measure_changes(model, order).model, "link", "length_km", "L1")
        for order in (("a", "b"), ("b", "a"))
    }
    assert length == {("a", "b"): 250 * 2 + 10, ("b", "a"): (250 + 10) * 2}


@pytest.mark.parametrize(
    ("end", "length"), [("low", 100), ("central", 150), ("high", 200)]
)
def test_the_ends_of_an_effect_are_its_bounds(end, length):
    effect = ("link:L1", "length_km", "add", -100.0, -150.0, -50.0)
    model = with_measure(MODEL, "m", effect)
    works = measure_changes(model, ["m"], end=end)
    assert figure(works.model, "link", "length_km", "L1") == length


def test_an_effect_without_bounds_is_the_same_at_both_ends():
    model = with_measure(MODEL, "m", ("link:L1", "length_km", "add", 5.0))
    low, high = (measure_changes(model, ["m"], end=end) for end in ("low", "high"))
    assert low.changes == high.changes


@given(
    figure_km=st.floats(1.0, 300.0),
    below=st.floats(0.0, 1.0),
    above=st.floats(1.0, 3.0),
    operation=st.sampled_from(["add", "multiply"]),
    value=st.one_of(st.just(0.0), st.floats(0.01, 50.0)),
)
def test_bounds_that_hold_a_figure_hold_it_when_both_are_moved(
    figure_km, below, above, operation, value
):
    cells = {"length_km": figure_km}
    cells |= {"length_km_low": figure_km * below, "length_km_high": figure_km * above}
    model = MODEL
    for column, each in cells.items():
        model = with_bounds(model, column, each)
    change = ReviseValue(parse_reference("link:L1"), "length_km", operation, value)
    if operation == "multiply" and value == 0:
        with pytest.raises(ScenarioError, match="must be more than 0"):
            with_changes(model, [change])
        return
    moved = with_changes(model, [change])
    low, central, high = (
        figure(moved, "link", column, "L1")
        for column in ("length_km_low", "length_km", "length_km_high")
    )
    assert not low > central
    assert not high < central


def test_bounds_of_a_figure_that_is_set_are_known_no_more():
    model = with_changes(
        MODEL, [SetValue(parse_reference("link:L1"), "length_km_low", "240")]
    )
    model = with_measure(model, "m", ("link:L1", "length_km", "set", 180.0))
    works = measure_changes(model, ["m"])
    assert math.isnan(figure(works.model, "link", "length_km_low", "L1"))
    assert all(map(is_plain, works.changes))
    # and the rules between cells have nothing to say of it
    assert apply(model, Scenario("m", works.changes)) is not model


def test_the_bounds_of_what_is_set_are_those_of_the_effect():
    model = with_bounds(MODEL, "length_km_low", 240.0)
    effect = ("link:L1", "length_km", "set", 180.0, 150.0, 200.0)
    model = with_measure(model, "m", effect)
    bounds = {}
    for end in ("low", "central", "high"):
        works = measure_changes(model, ["m"], end=end)
        bounds[end] = [
            figure(works.model, "link", f"length_km{suffix}", "L1")
            for suffix in ("_low", "", "_high")
            if f"length_km{suffix}" in works.model["link"].columns
        ]
        assert apply(model, Scenario("m", works.changes)) is not model
    assert bounds["central"] == [150, 180, 200]
    assert [each[1] for each in bounds.values()] == [150, 180, 200]
    assert all(map(math.isnan, (bounds["low"][0], bounds["high"][0])))


def test_a_bound_on_the_wrong_side_of_its_figure_is_refused():
    change = SetValue(parse_reference("link:L1"), "length_km_low", "251")
    with pytest.raises(ScenarioError, match="must not be more than length_km"):
        apply(MODEL, Scenario("odd", (change,)))


def test_bounds_that_the_measure_states_itself_stand():
    model = with_measure(
        MODEL,
        "m",
        ("link:L1", "length_km_low", "set", 170.0),
        ("link:L1", "length_km", "set", 180.0),
    )
    works = measure_changes(model, ["m"])
    assert figure(works.model, "link", "length_km_low", "L1") == 170


def test_a_whole_number_times_a_fraction_is_whole_where_it_should_be():
    assert 1520 * 1.1 != 1672  # as floats multiply
    model = with_measure(MODEL, "m", ("link:L1", "gauge_mm", "multiply", 1.1))
    works = measure_changes(model, ["m"])
    assert figure(works.model, "link", "gauge_mm", "L1") == 1672


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (("link:L1", "reserve_share", "add", 0.1), "is blank, and cannot be added to"),
        (("link:L1", "alpha", "multiply", 2.0), "is blank, and cannot be multiplied"),
        (("link:L1", "length_km", "add", -250.0), "must be more than 0; found '0'"),
        (("link:L1", "length_km", "multiply", -1.0), "a factor must be 0 or more"),
        (("link:L1", "length_km", "add", math.nan), "takes a figure; found 'none'"),
        (("link:L1", "tracks", "multiply", 1.5), "must be a whole number; found '1.5'"),
        (("link:L1", "electrified", "add", 1.0), "'electrified' holds no figures"),
        (("link:L1", "name", "multiply", 2.0), "'name' holds no figures"),
        (("link:L1", "colour", "set", "red"), "'colour' is no column of table 'link'"),
        (("link:L9", "length_km", "add", 1.0), "no row 'link:L9'"),
        (("link", "length_km", "add", 1.0), "'link' is no row reference"),
    ],
)
def test_an_effect_that_cannot_be_is_refused_and_the_measure_named(effect, said):
    with pytest.raises(ScenarioError) as caught:
        measure_changes(with_measure(MODEL, "m", effect), ["m"])
    assert str(caught.value).startswith("measure m: ")
    assert said in str(caught.value)


def test_every_effect_that_cannot_be_is_named_at_once():
    model = with_measure(MODEL, "a", ("link:L7", "tracks", "add", 1.0))
    model = with_measure(
        model,
        "b",
        ("link:L8", "tracks", "add", 1.0),
        ("link:L9", "tracks", "add", 1.0),
    )
    with pytest.raises(ScenarioError) as caught:
        measure_changes(model, ["a", "b"])
    lines = str(caught.value).splitlines()
    assert [line.partition("; ")[0] for line in lines] == [
        "measure a: the model has no row 'link:L7'",
        "measure b: the model has no row 'link:L8'",
        "measure b: the model has no row 'link:L9'",
    ]


# --- rows opened and brought ---------------------------------------------------


def planned():
    cells = {"status": "planned", "valid_from": "2030"}
    model = MODEL
    for column, text in cells.items():
        model = with_cell(model, "link", 0, column, text)
    return with_measure(model, "build", ("link:L1", "status", "set", "operating"))


def test_a_planned_row_is_opened_by_its_measure_whatever_year_it_was_planned_for():
    model = planned()
    assert not is_open(model["link"], DAY)[0]
    works = measure_changes(model, ["build"], day=DAY)
    assert works.changes == (Open(parse_reference("link:L1")),)
    assert is_open(works.model["link"], DAY)[0]
    assert works.measure_ids == ("build",)


def test_a_measure_on_a_row_that_is_open_has_no_effect_and_says_so():
    works = measure_changes(planned(), ["build"], day=date(2031, 1, 1))
    # L1 stays planned in 2031: only its measure opens it
    assert works.changes != ()
    model = with_cell(planned(), "link", 0, "status", "under_construction")
    works = measure_changes(model, ["build"], day=date(2031, 1, 1))
    assert works.changes == works.measure_ids == ()
    assert works.notes == ("measure build has no effect: link:L1 is open already",)
    assert works.model is model


def test_what_a_done_measure_says_of_other_rows_is_not_done_twice():
    model = with_measure(
        MODEL,
        "build",
        ("link:L1", "status", "set", "operating"),
        ("link:L2", "length_km", "multiply", 0.5),
    )
    works = measure_changes(model, ["build"])
    assert works.changes == ()
    assert works.notes == ("measure build has no effect: link:L1 is open already",)


def test_of_two_rows_only_the_shut_one_is_opened():
    model = with_cell(MODEL, "link", 0, "status", "planned")
    effects = [(f"link:{e}", "status", "set", "operating") for e in ("L1", "L2")]
    works = measure_changes(with_measure(model, "build", *effects), ["build"])
    assert spoken(works) == ["open link:L1"]
    assert works.notes == ("measure build leaves link:L2 as it is: open already",)


def test_the_second_of_two_measures_that_open_a_row_has_no_effect():
    model = with_measure(planned(), "again", ("link:L1", "status", "set", "operating"))
    works = measure_changes(model, ["build", "again"], day=DAY)
    assert works.measure_ids == ("build",)
    assert works.notes == ("measure again has no effect: link:L1 is open already",)


def test_a_measure_that_sets_what_stands_has_no_effect():
    model = with_measure(MODEL, "m", ("link:L1", "tracks", "set", 1.0))
    works = measure_changes(model, ["m"])
    assert works.changes == ()
    assert works.notes == (
        "measure m has no effect: what it sets stands there already",
    )


NEW_LINK = [
    ("link:L9", "from_node_id", "insert", "EAST"),
    ("link:L9", "to_node_id", "insert", "EASTGATE"),
    ("link:L9", "directed", "insert", "false"),
    ("link:L9", "allowed_uses", "insert", "rail1520"),
    ("link:L9", "gauge_mm", "insert", 1520.0),
    ("link:L9", "length_km", "insert", 77.0),
]


def test_effects_that_insert_make_one_row_with_their_source():
    model = with_measure(MODEL, "m", *NEW_LINK)
    works = measure_changes(model, ["m"])
    (change,) = works.changes
    assert isinstance(change, InsertRow)
    before, after = model["link"], works.model["link"]
    assert len(after) == len(before) + 1
    assert figure(works.model, "link", "length_km", "L9") == 77
    row = row_at(works.model, "link", "L9")
    assert after.text("source_id")[row] == "example"
    assert math.isnan(after.number("commercial_speed_kmh")[row])
    for column, values in before.columns.items():
        same = after.columns[column][: len(before)]
        assert np.array_equal(same, values, equal_nan=values.dtype != object)
    # the row is sound: every rule between rows and tables lets it pass
    assert len(apply(model, Scenario("m", works.changes))["link"]) == len(after)


def test_a_row_that_is_brought_can_be_changed_by_the_next_measure():
    model = with_measure(MODEL, "m", *NEW_LINK)
    model = with_measure(model, "n", ("link:L9", "length_km", "add", 3.0), needs="m")
    assert figure(measure_changes(model, ["n"]).model, "link", "length_km", "L9") == 80


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ((), "from_node_id must not be empty"),
        ((("colour", "red"),), "'colour' is no column of table 'link'"),
        ((("link_id", "L9"),), "'link_id' is part of the key"),
        ((("length_km", "0"),), "length_km must be more than 0; found '0'"),
    ],
)
def test_a_new_row_that_lacks_something_says_all_of_it(cells, said):
    with pytest.raises(ScenarioError) as caught:
        with_changes(MODEL, [InsertRow(parse_reference("link:L9"), cells)])
    assert said in str(caught.value)
    assert "to_node_id must not be empty" in str(caught.value)


def test_a_row_that_is_there_is_not_inserted():
    with pytest.raises(ScenarioError, match="insert link:L1: the row is there already"):
        with_changes(MODEL, [InsertRow(parse_reference("link:L1"))])


def test_a_row_goes_into_a_table_that_the_model_lacks():
    tables = {n: t for n, t in MODEL.tables.items() if n != "fx"}
    lacking = type(MODEL)(MODEL.name, tables)
    cells = (("usd_per_unit", "0.01"),)
    changed = with_changes(lacking, [InsertRow(parse_reference("fx:XTS"), cells)])
    assert figure(changed, "fx", "usd_per_unit", "XTS") == 0.01


# --- together ------------------------------------------------------------------


def test_what_a_measure_needs_is_done_first_and_told():
    model = with_measure(MODEL, "c", ("link:L1", "length_km", "add", 1.0))
    model = with_measure(
        model, "b", ("link:L1", "length_km", "multiply", 2.0), needs="c"
    )
    model = with_measure(model, "a", ("link:L2", "length_km", "add", 1.0), needs="b|c")
    works = measure_changes(model, ["a"])
    assert works.measure_ids == ("c", "b", "a")
    assert works.notes == (
        "measure c is done too: b, a needs it",
        "measure b is done too: a needs it",
    )
    assert figure(works.model, "link", "length_km", "L1") == (250 + 1) * 2


def test_a_measure_asked_for_twice_is_done_once():
    model = with_measure(MODEL, "a", ("link:L1", "length_km", "add", 1.0))
    works = measure_changes(model, ["a", "a"])
    assert figure(works.model, "link", "length_km", "L1") == 251


def test_measures_that_contradict_each_other_are_refused_with_every_pair():
    model = MODEL
    for name, excludes in (("whole", "east|west"), ("east", ""), ("west", "whole")):
        effect = ("link:L1", "length_km", "add", 1.0)
        model = with_measure(model, name, effect, excludes=excludes)
    with pytest.raises(ScenarioError) as caught:
        measure_changes(model, ["west", "east", "whole"])
    assert str(caught.value) == (
        "measures contradict each other: west excludes whole; whole excludes east"
    )


def test_a_contradiction_with_what_is_needed_is_refused_too():
    model = with_measure(MODEL, "a", ("link:L1", "length_km", "add", 1.0))
    model = with_measure(model, "b", ("link:L2", "length_km", "add", 1.0), needs="a")
    model = with_measure(model, "c", ("link:L3", "length_km", "add", 1.0), excludes="a")
    with pytest.raises(ScenarioError, match="c excludes a"):
        measure_changes(model, ["b", "c"])


def test_a_measure_that_is_not_there_is_named_with_who_needs_it():
    model = with_measure(MODEL, "b", ("link:L1", "length_km", "add", 1.0), needs="lops")
    with pytest.raises(ScenarioError) as caught:
        measure_changes(model, ["b", "nothing"])
    assert str(caught.value).splitlines() == [
        "the model has no measure 'lops', which b needs; near are loops",
        "the model has no measure 'nothing'",
    ]


def test_measures_that_need_each_other_are_refused():
    model = with_measure(MODEL, "a", ("link:L1", "length_km", "add", 1.0), needs="b")
    model = with_measure(model, "b", ("link:L1", "length_km", "add", 1.0), needs="a")
    with pytest.raises(ScenarioError, match="a needs b needs a"):
        measure_changes(model, ["a"])


def test_a_target_changes_nothing_and_says_so():
    works = measure_changes(with_measure(MODEL, "t", measure_status="target"), ["t"])
    assert works.changes == ()
    assert works.notes == (
        "measure t has no effect: no row of measure_effect says one",
    )


def test_an_effect_is_gone_after_the_year_in_which_it_fades():
    effect = ("link:L1", "length_km", "add", 1.0)
    model = with_measure(MODEL, "dredge", effect, fades_year=2029.0)
    assert measure_changes(model, ["dredge"], day=date(2029, 12, 31)).changes
    works = measure_changes(model, ["dredge"], day=date(2030, 1, 1))
    assert works.changes == ()
    assert works.notes == (
        "measure dredge has no effect on 2030-01-01: it fades after 2029",
    )
