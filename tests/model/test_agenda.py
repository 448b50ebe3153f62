"""What parties agreed: rows as items, when they are met, and dates that are none."""

import shutil
from datetime import date

import pytest
from tests.app.asked import asker
from tests.model.altered import row_at, with_cell, with_row, without_table

from bereket import QuestionError, blank_model, read_model
from bereket.model.agenda import (
    due_year_of_trade,
    items_of,
    pair_of_turnover,
    refuse_unknown_item,
    turnover_item,
)
from bereket.model.indicator import Call
from bereket.schema import table_schema
from bereket.schema.checker import parse

SCHEMA = table_schema("agenda")
SOUND = SCHEMA.examples[0]
PAIR = "AAA", "CCC"
TARGET = 5e9
WORDS = ["end of 2027", "soon", "2027-13", "2027-02-30", "31.12.2027", "27", "Q4 2027"]


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


def item_of(model, name):
    return {each.item_id: each for each in items_of(model)}[name]


def with_due(model, name, text):
    return with_cell(model, "agenda", row_at(model, "agenda", name), "due", text)


# --- rows as items ------------------------------------------------------------------


def test_items_are_the_rows_in_their_order(model):
    items = items_of(model)
    assert [each.item_id for each in items] == [
        "fair",
        "trade_2030",
        "trade_2023",
        "teachers",
    ]
    item = items[1]
    assert item.area == "trade"
    assert item.text == "Bring trade both ways to five billion dollars"
    assert item.parties == PAIR
    assert (item.date_agreed, item.due) == ("2024-01-15", date(2030, 12, 31))
    assert item.indicator == Call("trade", PAIR, "turnover_usd")
    assert item.written == "trade(AAA,CCC).turnover_usd"
    assert (item.target, item.unit, item.is_less_better) == (TARGET, "USD", False)
    assert (item.source_id, item.quality) == ("invented", "assumed")
    assert item.note == "made for teaching"


def test_what_was_left_open_is_none(model):
    item = item_of(model, "teachers")
    assert (item.due, item.indicator, item.target) == (None, None, None)
    assert (item.written, item.unit) == ("", "")


def test_a_model_without_an_agenda_has_no_items(model):
    assert items_of(without_table(model, "agenda")) == ()


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2027", date(2027, 12, 31)),
        ("2028-02", date(2028, 2, 29)),
        ("2027-02", date(2027, 2, 28)),
        ("2027-03-05", date(2027, 3, 5)),
    ],
)
def test_a_year_or_a_month_is_due_on_its_last_day(model, text, last):
    assert item_of(with_due(model, "fair", text), "fair").due == last


def test_an_indicator_that_is_none_is_refused(model):
    broken = with_cell(model, "agenda", 1, "indicator", "trade(AAA).turnover_usd")
    with pytest.raises(QuestionError, match="is no indicator: "):
        items_of(broken)


# --- when it is met -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "value", "is_met"),
    [
        ("more", TARGET, True),
        ("more", TARGET + 1, True),
        ("more", TARGET - 1, False),
        ("", TARGET + 1, True),  # more is better where nothing is said
        ("", TARGET - 1, False),
        ("less", TARGET, True),
        ("less", TARGET + 1, False),
        ("less", TARGET - 1, True),
    ],
)
def test_an_item_is_met_at_its_target_and_on_the_better_side(
    model, better, value, is_met
):
    told = with_cell(model, "agenda", 1, "better", better)
    assert item_of(told, "trade_2030").is_met(value) is is_met


def test_an_item_without_a_target_is_never_met(model):
    item = item_of(model, "teachers")
    assert not item.is_met(1e99)
    assert not item.is_met(-1e99)


# --- turnovers ----------------------------------------------------------------------


def test_a_turnover_is_due_in_the_year_of_its_item(model):
    assert due_year_of_trade(model, PAIR, TARGET) == 2030
    assert due_year_of_trade(model, PAIR[::-1], TARGET) == 2030


@pytest.mark.parametrize(
    ("pair", "target"),
    [
        (PAIR, TARGET + 1),
        (("AAA", "BBB"), TARGET),
        (PAIR, 4.5e9),  # agreed of a series, not of a turnover that is forecast
    ],
)
def test_what_was_not_agreed_is_due_in_no_year(model, pair, target):
    assert due_year_of_trade(model, pair, target) is None


def test_exports_caps_and_items_without_a_date_are_due_in_no_year(model):
    assert due_year_of_trade(with_due(model, "trade_2030", ""), PAIR, TARGET) is None
    capped = with_cell(model, "agenda", 1, "better", "less")
    assert due_year_of_trade(capped, PAIR, TARGET) is None
    exports = with_cell(model, "agenda", 1, "indicator", "trade(AAA,CCC).export_usd")
    assert due_year_of_trade(exports, PAIR, TARGET) is None
    assert pair_of_turnover(item_of(exports, "trade_2030")) is None
    half = with_cell(model, "agenda", 1, "indicator", "trade(AAA,CCC).turnover_usd / 2")
    assert pair_of_turnover(item_of(half, "trade_2030")) is None
    assert pair_of_turnover(item_of(model, "trade_2030")) == PAIR


def test_the_turnover_looked_at_is_the_first_that_is_not_over(model):
    more = {"area": "trade", "text": "more", "target": 9e9, "unit": "USD"}
    more |= {"indicator": "trade(CCC,AAA).turnover_usd", "date_agreed": "2026"}
    later = with_row(model, "agenda", item_id="trade_2040", due="2040", **more)

    def looked_at(day):
        found = turnover_item(later, day)
        return found and found.item_id

    assert looked_at(date(2024, 1, 14)) is None  # nothing was agreed yet
    assert looked_at(date(2024, 1, 15)) == "trade_2030"
    assert looked_at(date(2030, 12, 31)) == "trade_2030"
    assert looked_at(date(2031, 1, 1)) == "trade_2040"
    assert looked_at(date(2041, 1, 1)) == "trade_2030"  # both are over
    capped = with_cell(later, "agenda", 1, "better", "less")
    assert turnover_item(capped, date(2025, 1, 1)) is None


def test_items_that_are_not_there_are_named_with_those_there_are(model):
    refuse_unknown_item(model, ("fair", "teachers"))
    refuse_unknown_item(model, ())
    with pytest.raises(
        QuestionError,
        match=r"no item 'fare', 'x'; it has fair, trade_2030, trade_2023, teachers$",
    ):
        refuse_unknown_item(model, ("fare", "fair", "x"))


# --- dates --------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["due", "date_agreed"])
@pytest.mark.parametrize("text", WORDS)
def test_a_date_in_words_is_refused_by_row_and_column(column, text):
    row = SOUND | {column: text}
    (issue,) = parse(SCHEMA, list(row), [list(row.values())]).faults
    assert (issue.table, issue.rows, issue.field) == ("agenda", (2,), column)
    assert issue.found == repr(text)


@pytest.mark.parametrize("text", ["2027", "2027-12", "2027-12-31", ""])
def test_a_year_a_month_or_a_day_is_a_date_and_blank_is_none(text):
    row = SOUND | {"due": text}
    assert parse(SCHEMA, list(row), [list(row.values())]).faults == ()


@pytest.mark.parametrize("column", ["item_id", "area", "text"])
def test_an_item_without_a_label_a_field_or_a_text_is_refused(column):
    row = SOUND | {column: ""}
    (issue,) = parse(SCHEMA, list(row), [list(row.values())]).faults
    assert (issue.table, issue.rows, issue.field) == ("agenda", (2,), column)


def test_check_names_a_due_date_in_words(teaching, tmp_path, capsys):
    folder = shutil.copytree(teaching, tmp_path / "model")
    path = folder / "agenda.csv"
    text = path.read_text("utf-8")
    assert text.count(",2030-12-31,") == 1
    path.write_text(text.replace(",2030-12-31,", ",by the end of 2030,"), "utf-8")
    found = asker(capsys)("check", folder)
    assert found.code == 1
    (line,) = found.lines
    assert line.startswith("agenda row 3, due: must be ")
    assert line.endswith("; found 'by the end of 2030'")


def test_the_agenda_of_a_new_model_is_an_item():
    (item,) = items_of(blank_model())
    assert (item.item_id, item.due) == ("grain", date(2027, 12, 31))
    assert item.indicator == Call("observed", ("grain_tonnes",), "")
