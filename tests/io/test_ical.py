"""Days as iCalendar: what another program reads is what was written."""

from datetime import date

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from bereket.io.ical import Entry, as_ical

DAY, STAMPED = date(2027, 12, 31), date(2026, 1, 1)
LONGEST = 75  # octets of a line, RFC 5545 3.1
# What XML calls characters, so that no reader may stumble: no controls, no surrogates.
TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")),
    min_size=1,
    max_size=200,
)


def events(text):
    """Return the days as the icalendar package reads them."""
    return icalendar.Calendar.from_ical(text).walk("VEVENT")


def test_a_day_is_read_again_with_all_that_it_says():
    entry = Entry(
        "a01@x",
        DAY,
        "One; two, three",
        "a\nb",
        ("trade", "at risk"),
        "https://a.b/c?d=1,2",
    )
    (found,) = events(as_ical([entry], "Agenda", STAMPED))
    assert str(found["UID"]) == "a01@x"
    assert found.decoded("DTSTART") == DAY
    assert found.decoded("DTEND") == date(2028, 1, 1)
    assert str(found["SUMMARY"]) == "One; two, three"
    assert str(found["DESCRIPTION"]) == "a\nb"
    assert found["CATEGORIES"].cats == ["trade", "at risk"]
    assert str(found["URL"]) == "https://a.b/c?d=1,2"


@given(title=TEXT, text=TEXT)
def test_any_text_comes_through(title, text):
    (found,) = events(as_ical([Entry("a@b", DAY, title, text)], "x", STAMPED))
    assert str(found["SUMMARY"]) == title
    assert str(found["DESCRIPTION"]) == text


@given(title=TEXT)
def test_no_line_is_over_75_octets_and_each_ends_by_cr_lf(title):
    text = as_ical([Entry("a@b", DAY, title)], "x", STAMPED)
    assert text.endswith("\r\n")
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= LONGEST for line in lines)
    assert not any("\n" in line or "\r" in line for line in lines)


def test_no_text_begins_another_property():
    entry = Entry("a@b", DAY, "x\r\nATTACH:file", url="https://a\r\nATTACH:file")
    (found,) = events(as_ical([entry], "x", STAMPED))
    assert "ATTACH" not in found


def test_a_calendar_without_days_is_one_still():
    found = icalendar.Calendar.from_ical(as_ical([], "x", STAMPED))
    assert found["VERSION"] == "2.0"
    assert not found.walk("VEVENT")
