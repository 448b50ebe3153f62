"""Cells: what is taken, what is refused, and where the fault is said to be."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bereket.schema import table_schema
from bereket.schema.checker import cell_fault, parse

LINK = table_schema("link")
ENDS = {"link_id": "L1", "from_node_id": "A", "to_node_id": "B", "allowed_uses": "road"}
SOUND = ENDS | {"length_km": "12"}


def parsed(*rows, schema=LINK):
    """Parse rows that are told by column; all have the columns of the first."""
    header = list(rows[0])
    return parse(schema, header, [[row[c] for c in header] for row in rows])


def with_cell(column, text):
    return parsed(SOUND | {column: text})


def the_fault(found):
    (issue,) = found.faults
    return issue


def where(issue):
    return issue.table, issue.rows, issue.field


def test_a_sound_row_has_neither_fault_nor_advice():
    found = parsed(SOUND)
    assert found.faults == found.advice == ()
    assert found.columns["length_km"].tolist() == [12.0]
    assert found.columns["link_id"].tolist() == ["L1"]


# --- figures -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", 12.5),
        (" 12.5 ", 12.5),
        ("+3", 3.0),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("20000", 20000.0),  # the largest that is allowed
    ],
)
def test_a_figure_is_read(text, value):
    found = with_cell("length_km", text)
    assert found.faults == ()
    assert found.columns["length_km"].tolist() == [value]


@given(st.floats(1e-6, 20000))
def test_a_figure_is_read_to_the_last_bit(value):
    assert with_cell("length_km", repr(value)).columns["length_km"][0] == value


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("12,5", "must be a number with a decimal point, not a comma"),
        ("-0,5", "must be a number with a decimal point, not a comma"),
        ("1,234.5", "must be a number"),
        ("1 000", "must be a number"),
        ("1_000", "must be a number"),
        ("12 km", "must be a number"),
        ("0x10", "must be a number"),
        ("-", "must be a number"),
        ("=1+1", "must be a number"),
        ("nan", "must be a finite number; leave the cell empty where it is unknown"),
        ("NaN", "must be a finite number; leave the cell empty where it is unknown"),
        ("inf", "must be a finite number; leave the cell empty where it is unknown"),
        (
            "-Infinity",
            "must be a finite number; leave the cell empty where it is unknown",
        ),
        ("1e999", "must be a finite number; leave the cell empty where it is unknown"),
        ("0", "must be more than 0"),
        ("-3", "must be more than 0"),
        ("20000.1", "must be 20000 or less"),
    ],
)
def test_what_is_no_sound_figure_is_refused_and_counts_as_unknown(text, rule):
    found = with_cell("length_km", text)
    issue = the_fault(found)
    assert where(issue) == ("link", (2,), "length_km")
    assert (issue.rule, issue.found) == (rule, repr(text))
    assert math.isnan(found.columns["length_km"][0])


def test_zero_is_taken_where_the_range_begins_with_it():
    assert with_cell("capacity_t_per_day", "0").faults == ()
    issue = the_fault(with_cell("capacity_t_per_day", "-0.1"))
    assert issue.rule == "must be 0 or more"


def test_an_empty_cell_is_unknown_and_not_zero():
    found = with_cell("capacity_t_per_day", "")
    assert found.faults == ()
    assert math.isnan(found.columns["capacity_t_per_day"][0])


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_cell_is_refused_where_a_figure_must_be(text):
    issue = the_fault(with_cell("length_km", text))
    assert where(issue) == ("link", (2,), "length_km")
    assert (issue.rule, issue.found) == ("must not be empty", "an empty cell")


@pytest.mark.parametrize(("text", "value"), [("1520", 1520), ("1520.0", 1520)])
def test_a_whole_number_is_taken(text, value):
    assert with_cell("gauge_mm", text).columns["gauge_mm"].tolist() == [value]


def test_half_a_millimetre_of_gauge_is_refused():
    assert the_fault(with_cell("gauge_mm", "1520.5")).rule == "must be a whole number"


# --- booleans ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, 1) for text in ("true", "TRUE", "True", "1", "yes")),
        *((text, 0) for text in ("false", "FALSE", "0", "no", "No")),
    ],
)
def test_true_and_false_are_read_as_one_and_zero(text, value):
    found = with_cell("directed", text)
    assert found.faults == ()
    assert found.columns["directed"].tolist() == [value]


@pytest.mark.parametrize("text", ["maybe", "2", "-1", "ja", "t"])
def test_what_is_neither_true_nor_false_is_refused(text):
    found = with_cell("directed", text)
    assert the_fault(found).rule == "must be true or false"
    assert math.isnan(found.columns["directed"][0])


# --- text --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "near"),
    [("operateng", "operating"), ("Operating", "operating"), ("plannd", "planned")],
)
def test_a_near_spelling_of_a_closed_list_is_suggested(text, near):
    found = with_cell("status", text)
    issue = the_fault(found)
    assert where(issue) == ("link", (2,), "status")
    assert issue.rule == (
        "must be one of operating, under_construction, planned, closed; "
        f"did you mean {near!r}?"
    )
    assert found.columns["status"].tolist() == [""]


def test_a_word_like_none_of_a_closed_list_has_no_suggestion():
    assert "did you mean" not in the_fault(with_cell("status", "xyz")).rule


@pytest.mark.parametrize("text", ["A:B", "A|B", "A.B", "A=B", "A B"])
def test_a_label_holds_no_sign_of_the_reference_grammar(text):
    assert the_fault(with_cell("link_id", text)).field == "link_id"


@pytest.mark.parametrize("text", ["kaz", "KA", "KAZA", "K1Z"])
def test_a_country_is_three_capitals(text):
    row = {"node_id": "A", "name": "A", "x_coord": "1", "y_coord": "1"}
    row |= {"node_type": "city", "country_iso3": text}
    issue = the_fault(parsed(row, schema=table_schema("node")))
    assert where(issue) == ("node", (2,), "country_iso3")


@pytest.mark.parametrize(
    "text",
    ["2024", "2024-02", "2024-02-29", "2000-02-29", "2025-12-31", "1991", "0001-01-01"],
)
def test_a_partial_date_is_taken(text):
    assert with_cell("valid_from", text).faults == ()


@pytest.mark.parametrize(
    "text",
    [
        *("2023-02-29", "2100-02-29", "2024-04-31", "2024-13", "2024-00", "2024-02-00"),
        *("2024-1", "24-01-01", "2024/02/01", "01.02.2024", "20240201", "2024-02-1"),
        *("2024-", "2024-02-", "0000", "0000-01-01", "20245", "soon", "2024-01-01T00"),
    ],
)
def test_what_is_no_day_of_the_calendar_is_refused(text):
    found = with_cell("valid_from", text)
    issue = the_fault(found)
    assert where(issue) == ("link", (2,), "valid_from")
    assert issue.rule == "must be a date: YYYY, YYYY-MM or YYYY-MM-DD"
    assert found.columns["valid_from"].tolist() == [""]


@pytest.mark.parametrize("text", ["road", "road|rail1520", " road | rail1520 "])
def test_a_list_cell_is_taken(text):
    assert with_cell("allowed_uses", text).faults == ()


@pytest.mark.parametrize("text", ["road|", "|road", "road||rail1520", "|", "road| "])
def test_a_list_cell_with_an_empty_part_is_refused(text):
    issue = the_fault(with_cell("allowed_uses", text))
    assert issue.rule == "must be values with '|' between, none empty"


@given(st.sampled_from(sorted(LINK.fields)), st.text(max_size=12))
def test_any_text_is_taken_or_refused_and_never_raises(column, text):
    field = LINK.fields[column]
    found = with_cell(column, text)
    taken = not cell_fault(field, text.strip()) if text.strip() else not field.required
    assert (found.faults == ()) == taken


# --- rows and grouping -------------------------------------------------------


def test_rows_are_numbered_as_in_the_file():
    found = parsed(
        SOUND, SOUND | {"length_km": "-1"}, SOUND, SOUND | {"length_km": "x"}
    )
    assert [(i.rows, i.rule) for i in found.faults] == [
        ((3,), "must be more than 0"),
        ((5,), "must be a number"),
    ]


def test_rows_with_one_and_the_same_fault_are_named_together():
    bad = SOUND | {"length_km": "-1"}
    assert the_fault(parsed(bad, SOUND, bad, bad)).rows == (2, 4, 5)


def test_every_faulty_cell_of_a_row_is_named():
    found = parsed(SOUND | {"length_km": "-1", "link_id": "", "allowed_uses": "|"})
    assert {issue.field for issue in found.faults} == {
        "length_km",
        "link_id",
        "allowed_uses",
    }


# --- headers -----------------------------------------------------------------


def test_a_required_column_that_is_missing_is_a_fault():
    issue = the_fault(parsed(ENDS))
    assert where(issue) == ("link", (1,), "length_km")
    assert issue.rule == "the column must be there"


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("capacity_t_day", "capacity_t_per_day"),
        ("comercial_speed_kmh", "commercial_speed_kmh"),
        ("Electrified", "electrified"),
        ("VALID_FROM", "valid_from"),
    ],
)
def test_a_misspelt_header_is_a_fault_with_what_was_meant(header, meant):
    found = with_cell(header, "")
    issue = the_fault(found)
    assert where(issue) == ("link", (1,), header)
    assert issue.rule == (f"must be a column of the schema; did you mean {meant!r}?")
    assert header not in found.columns


def test_a_misspelt_required_header_is_named_missing_and_meant():
    found = parsed(ENDS | {"lenght_km": "12"})
    assert {(i.field, i.rule.split(";")[0]) for i in found.faults} == {
        ("length_km", "the column must be there"),
        ("lenght_km", "must be a column of the schema"),
    }


def test_a_column_that_the_schema_does_not_know_is_advice():
    found = with_cell("colour", "red")
    assert found.faults == ()
    (issue,) = found.advice
    assert where(issue) == ("link", (1,), "colour")


def test_a_column_that_the_schema_does_not_know_is_kept_if_said_to_be_carried():
    found = with_cell("colour", "red")
    assert ("colour" in found.columns) is ("carried" in found.advice[0].rule)


def test_a_header_that_stands_twice_is_a_fault():
    found = parse(LINK, [*SOUND, "length_km"], [[*SOUND.values(), "99"]])
    issue = the_fault(found)
    assert where(issue) == ("link", (1,), "length_km")
    assert (issue.rule, issue.found) == ("a header stands once", "2 times")


# --- intervals ---------------------------------------------------------------


def test_bounds_of_a_figure_are_columns():
    bounds = {"capacity_t_per_day_low": "10", "capacity_t_per_day_high": "20"}
    found = parsed(SOUND | bounds)
    assert found.faults == found.advice == ()
    assert found.columns["capacity_t_per_day_low"].tolist() == [10]
    assert found.columns["capacity_t_per_day_high"].tolist() == [20]


@pytest.mark.parametrize("text", ["x", "1,5", "nan", "-1"])
def test_a_bound_is_a_figure_in_the_range_of_its_column(text):
    issue = the_fault(with_cell("capacity_t_per_day_low", text))
    assert where(issue) == ("link", (2,), "capacity_t_per_day_low")


@pytest.mark.parametrize("text", ["0", "-5"])
def test_a_bound_must_be_more_than_what_its_column_must_exceed(text):
    issue = the_fault(with_cell("length_km_low", text))
    assert where(issue) == ("link", (2,), "length_km_low")
    assert issue.rule == "must be more than 0"


def test_bounds_of_a_count_are_columns():
    found = with_cell("tracks_low", "1")
    assert found.faults == found.advice == ()
    assert found.columns["tracks_low"].tolist() == [1]


def test_bounds_of_text_are_no_columns():
    assert [i.field for i in with_cell("status_low", "planned").advice] == [
        "status_low"
    ]


def test_a_bound_of_a_required_figure_may_be_empty():
    assert with_cell("length_km_low", "").faults == ()
