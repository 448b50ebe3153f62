"""What was agreed on the teaching model, and how far it is."""

from datetime import date

import icalendar
import pytest
from tests.app.asked import asker
from tests.model.altered import row_at, with_cell, with_row, without_table

from bereket import AgendaParams, QuestionError, TradeParams, agenda, read_model, trade
from bereket.analysis.capacity import CapacityParams, capacity

BASE = {
    "area": "test",
    "text": "a test",
    "parties": "AAA|CCC",
    "quality": "assumed",
    "note": "a test",
}
NEAR = 1e-9
RELATED = {"on": "AAA|CCC", "definition": "a test", "quality": "assumed", "note": "a"}


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


@pytest.fixture
def ask(capsys):
    return asker(capsys)


def state(model, item_id, as_of=""):
    found = agenda(model, params=AgendaParams(as_of, (item_id,)))
    return found.items[0]


def with_item(model, **cells):
    return with_row(model, "agenda", **{**BASE, "item_id": "mine", **cells})


def with_series(model, *values):
    """Return the model with a series of one value a year, the last of 2024."""
    for at, value in enumerate(values):
        year = str(2024 - len(values) + 1 + at)
        model = with_row(
            model,
            "observation",
            observation_id=f"mine_{year}",
            kind="flow",
            unit="t",
            weight_basis="net",
            period_start=year,
            period_end=year,
            value=float(value),
            series="mine",
            **RELATED,
        )
    return model


def test_the_teaching_agenda_has_each_status_it_teaches(model):
    found = agenda(model)
    told = {each.item.item_id: each.status for each in found.items}
    assert told == {
        "fair": "met",
        "trade_2030": "on course",
        "trade_2023": "past its date",
        "teachers": "not measurable",
    }
    assert sum(found.counts.values()) == len(found.items)


def test_trade_is_on_course_by_the_chance_that_trade_itself_tells(model):
    found = state(model, "trade_2030")
    fan = trade(model, params=TradeParams(("AAA", "CCC"), 5e9, to_year=2030))
    assert found.chance == fan.chance(2030).probability
    assert found.value == 4.38e9
    assert found.evidence[0] == "observation:turnover_2024"


def test_a_target_that_hardly_any_draw_reaches_is_at_risk(model):
    row = row_at(model, "agenda", "trade_2030")
    found = state(with_cell(model, "agenda", row, "target", 5e11), "trade_2030")
    assert found.status == "at risk"
    assert found.chance < 0.05


def test_what_is_known_after_the_date_is_not_known_on_it(model):
    assert state(model, "fair", "2024-09-11").status == "not measurable"
    assert state(model, "fair", "2024-09-12").status == "met"
    assert state(model, "trade_2030", "2024-06-01").value == 4.18e9


def test_what_was_agreed_later_is_left_out_and_named(model):
    found = agenda(model, params=AgendaParams("2023-06-01"))
    assert [each.item.item_id for each in found.items] == ["trade_2023"]
    assert "fair, trade_2030, teachers" in found.notes[0]


def test_an_event_that_did_not_happen_by_its_date_is_late(model):
    row = row_at(model, "observation", "fair_2024")
    found = state(with_cell(model, "observation", row, "value", 0.0), "fair")
    assert found.status == "past its date"
    assert found.value == 0.0


def test_a_due_date_without_any_evidence_is_late_where_an_indicator_is(model):
    found = state(model, "fair", "2024-12-01")
    assert found.status == "met"
    late = with_item(
        with_series(model, 5.0),
        indicator="observed(mine)",
        unit="t",
        target=9.0,
        due="2023",
    )
    assert state(late, "mine", "2024-06-01").status == "past its date"


@pytest.mark.parametrize(
    ("values", "cells", "status"),
    [
        ((10, 20), {"target": 20.0}, "met"),
        ((10, 20), {"target": 30.0, "due": "2026"}, "on course"),  # 20 + 10 a year
        ((10, 20), {"target": 50.0, "due": "2026"}, "at risk"),
        ((20, 10), {"target": 5.0, "due": "2026", "better": "less"}, "on course"),
        ((20, 10), {"target": 10.0, "better": "less"}, "met"),
        ((10, 20), {"target": 119.0}, "on course"),  # ten years at ten a year
        ((10, 20), {"target": 121.0}, "at risk"),
        ((20, 10), {"target": 30.0}, "at risk"),  # goes the other way
        ((10,), {"target": 30.0}, "at risk"),  # nothing tells which way
        ((10, 20), {}, "not measurable"),
    ],
)
def test_a_series_is_judged_by_its_own_pace(model, values, cells, status):
    altered = with_item(
        with_series(model, *values), indicator="observed(mine)", unit="t", **cells
    )
    assert state(altered, "mine").status == status


def test_a_capacity_is_the_one_that_capacity_tells(model):
    altered = with_item(
        model, indicator="capacity(steppe).t_per_year", unit="t/year", target=1.0
    )
    found = state(altered, "mine")
    asked = CapacityParams("steppe", with_ladder=False, with_measures=False)
    assert found.value == pytest.approx(
        capacity(model, params=asked).capacity_t_per_year, rel=NEAR
    )
    assert found.status == "met"


def test_expressions_are_worked_out_over_several_figures(model):
    altered = with_item(
        with_series(model, 10.0, 20.0),
        indicator="(observed(mine) + 2 * observed(mine)) / observed(mine)",
        unit="ratio",
        target=3.0,
    )
    assert state(altered, "mine").value == pytest.approx(3.0)


def test_a_name_of_nothing_is_refused_with_its_item(model):
    altered = with_item(model, indicator="observed(nothing)", unit="t", target=1.0)
    with pytest.raises(QuestionError, match=r"mine: observed.nothing. names no series"):
        agenda(altered)


def test_an_item_that_is_not_there_and_a_model_without_agenda_are_named(model):
    with pytest.raises(QuestionError, match="no item 'nothing'; it has fair"):
        agenda(model, params=AgendaParams(item_ids=("nothing",)))
    with pytest.raises(QuestionError, match="needs table 'agenda'"):
        agenda(without_table(model, "agenda"))


def test_the_calendar_has_every_item_with_a_date_as_another_program_reads_it(model):
    found = agenda(model)
    days = {
        str(event["UID"]): (event.decoded("DTSTART"), str(event["SUMMARY"]))
        for event in icalendar.Calendar.from_ical(found.calendar()).walk("VEVENT")
    }
    assert days == {
        f"{each.item.item_id}@teaching": (
            each.item.due,
            f"{each.item.text} [{each.status}]",
        )
        for each in found.items
        if each.item.due
    }
    assert days["trade_2030@teaching"][0] == date(2030, 12, 31)


def test_the_terminal_gives_items_and_a_calendar(ask, teaching, tmp_path):
    file = tmp_path / "a.ics"
    told = ask(
        "agenda", teaching, "--as-of", "2025-01-01", "--format", "json", "--ics", file
    )
    assert told.code == 0
    wanted = {"item_id", "status", "value", "target", "due", "evidence"}
    assert all(wanted <= set(item) for item in told.json["result"]["items"])
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_a_calendar_is_not_written_into_the_model(ask, teaching):
    told = ask("agenda", teaching, "--ics", teaching / "a.ics")
    assert told.code == 1
    assert "lies in the model's folder" in told.err
    assert not (teaching / "a.ics").exists()


def test_trade_is_not_forecast_from_a_year_that_had_not_ended(model):
    """In June 2024 trade of 2024 is not known: the series' own pace is left."""
    found = state(model, "trade_2030", "2024-06-01")
    assert found.chance is None
    assert found.expected == pytest.approx(4.18e9 + 7 * 0.2e9, rel=1e-3)


def test_on_the_day_it_is_due_an_item_is_not_late_yet(model):
    assert state(model, "trade_2030", "2030-12-31").chance is not None
    assert state(model, "trade_2030", "2031-01-01").status == "past its date"


def test_a_figure_beyond_all_numbers_meets_nothing(model):
    for text in ("event(fair_2024) * 1e300 * 1e300", "event(fair_2024) / 0"):
        altered = with_item(model, indicator=text, unit="yes", target=1.0)
        found = state(altered, "mine")
        assert found.value is None
        assert found.status == "not measurable"
        assert "divides by nothing" in found.why


@pytest.mark.parametrize("option", ["--ics", "--out"])
def test_nothing_is_written_where_any_file_may_not_be(ask, teaching, tmp_path, option):
    files = {"--ics": tmp_path / "a.ics", "--out": tmp_path / "a.json"}
    files[option] = teaching / "wrong"
    told = ask(
        "agenda", teaching, "--format", "json", *(x for f in files.items() for x in f)
    )
    assert told.code == 1
    assert not any(file.exists() for file in files.values())
