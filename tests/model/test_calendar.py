"""Dates: partial ones, leap years, and which rows are open on a day."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bereket import BereketError
from bereket.errors import QuestionError
from bereket.model.calendar import as_day, first_day, is_open, is_valid, last_day
from bereket.model.model import Table

DAY = date(2025, 6, 1)


def link_table(**columns):
    size = len(next(iter(columns.values())))
    ids = {"link_id": [f"L{i}" for i in range(size)]}
    columns = ids | columns
    return Table("link", {k: np.array(v, dtype=object) for k, v in columns.items()})


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-04", date(2025, 4, 1), date(2025, 4, 30)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2025-02-07", date(2025, 2, 7), date(2025, 2, 7)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        ("2000-02", date(2000, 2, 1), date(2000, 2, 29)),  # divisible by 400
        ("2100-02", date(2100, 2, 1), date(2100, 2, 28)),  # a century is no leap year
    ],
)
def test_partial_date_runs_from_its_first_to_its_last_day(text, first, last):
    assert date.fromordinal(first_day(text)) == first
    assert date.fromordinal(last_day(text)) == last


def test_empty_date_bounds_nothing():
    assert first_day("") == date.min.toordinal()
    assert last_day("") == date.max.toordinal()


@given(st.dates())
def test_full_date_is_its_own_first_and_last_day(day):
    assert first_day(day.isoformat()) == last_day(day.isoformat()) == day.toordinal()


@given(st.dates(max_value=date(9999, 11, 30)))
def test_months_and_years_join_without_gap_or_overlap(day):
    month = f"{day.year:04d}-{day.month:02d}"
    after = date.fromordinal(last_day(month) + 1)
    assert after.day == 1
    assert first_day(month) <= day.toordinal() <= last_day(month)
    year = f"{day.year:04d}"
    days = last_day(year) - first_day(year) + 1
    leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    assert days == (366 if leap else 365)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2025-06-01", date(2025, 6, 1)),
        ("2025-06", date(2025, 6, 1)),
        ("2025", date(2025, 1, 1)),
    ],
)
def test_a_typed_date_is_the_first_day_it_names(typed, day):
    assert as_day(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "yesterday",
        "2025-02-29",
        "2025-13",
        "2025-00",
        "2025-06-00",
        "2025-06-31",
        "01.06.2025",
        "2025-6-1",
        "0000",
        "20250601",
    ],
)
def test_what_is_no_date_is_a_wrong_question(typed):
    with pytest.raises(QuestionError, match="is no date"):
        as_day(typed)


@pytest.mark.parametrize(
    ("status", "valid_from", "is_it"),
    [
        ("operating", "", True),
        ("", "", True),  # the schema's default is operating
        ("planned", "", False),
        ("planned", "2020", False),
        ("closed", "", False),
        ("closed", "2020", False),
        ("under_construction", "", False),  # nobody says when it opens
        ("under_construction", "2025-06-01", True),
        ("under_construction", "2025-06-02", False),
    ],
)
def test_openness_follows_status_and_first_day(status, valid_from, is_it):
    table = link_table(status=[status], valid_from=[valid_from])
    assert is_open(table, DAY).tolist() == [is_it]


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "is_it"),
    [
        ("", "", True),
        ("2025-06-01", "2025-06-01", True),
        ("2025-06", "2025-06", True),
        ("2025", "2025", True),
        ("", "2025-05-31", False),
        ("", "2025-05", False),
        ("", "2025-06", True),
        ("2025-06-02", "", False),
        ("2025-07", "", False),
    ],
)
def test_both_ends_of_validity_belong_to_it(valid_from, valid_to, is_it):
    table = link_table(valid_from=[valid_from], valid_to=[valid_to])
    assert is_valid(table, DAY).tolist() == [is_it]
    assert is_open(table, DAY).tolist() == [is_it]


def test_rows_under_construction_past_their_last_day_are_shut():
    table = link_table(
        status=["under_construction"], valid_from=["2020"], valid_to=["2024"]
    )
    assert not is_open(table, DAY)[0]


def test_validity_says_nothing_of_status():
    table = link_table(status=["closed"], valid_from=["2020"])
    assert is_valid(table, DAY)[0]


def test_rows_of_an_undated_table_are_always_open():
    table = Table("node", {"node_id": np.array(["A", "B"], dtype=object)})
    assert is_open(table, date.min).tolist() == [True, True]
    assert is_valid(table, date.max).tolist() == [True, True]


def test_a_wrong_question_is_an_error_of_ours():
    assert issubclass(QuestionError, BereketError)
