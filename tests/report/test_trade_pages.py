"""Pages on trade and on what was agreed: what leads, what is told, what is escaped."""

import dataclasses
import html
import re
from datetime import date

import pytest
from tests.report.trades import STREAMS, works

from bereket import overview, read_model, report_page
from bereket.analysis.trade.result import Backtest
from bereket.model.agenda import Item
from bereket.report import palette, wording
from bereket.report.agenda_page import agenda_context, amount, pressing
from bereket.report.trade_pages import trade_context
from bereket.studies.agenda_result import STATUSES, ItemState
from bereket.studies.overview import OverviewParams

MISSED = Backtest(
    from_year=2019,
    is_told=True,
    year=2024,
    observed_usd=4.38e9,
    low_usd=1e9,
    median_usd=2e9,
    high_usd=3e9,
    quantile=1.0,
)


@pytest.fixture(scope="module")
def told(model):
    plain = OverviewParams(with_capacity=False, with_energy=False)
    return overview(model, params=plain)


@pytest.fixture(scope="module")
def page(told, model):
    return report_page(told, model)


def sheets(text, name, after):
    """Return the sheets of a page from one to another, and their plain text."""
    whole = text.partition(f'id="{name}"')[2].partition(f'id="{after}"')[0]
    return whole, html.unescape(re.sub(r"<[^>]*>", "", whole))


# --- trade -------------------------------------------------------------------------


def test_the_page_on_trade_leads_with_the_headline(page, told):
    whole, text = sheets(page, "trade", "agenda")
    found = told.trade.found
    assert f"<strong>{html.escape(found.headline())}</strong>" in whole
    assert text.index(found.headline()) < text.index("Turnover observed")
    assert "Bring trade both ways to five billion dollars" in text
    assert "due 31 December 2030" in text
    for each in found.notes:
        assert each in text


def test_a_test_of_the_past_that_fails_leads(told, model):
    found = dataclasses.replace(told.trade.found, backtest=MISSED)
    trade = dataclasses.replace(told.trade, found=found)
    whole, text = sheets(
        report_page(dataclasses.replace(told, trade=trade), model), "trade", "agenda"
    )
    assert 'class="lead failed"' in whole
    assert text.partition("asked in 2019")[2].startswith(
        ", it would have said 1,000 to 3,000 million USD for 2024"
    )
    assert text.index("OUTSIDE") < text.index("AAA-CCC trade of 5 billion")
    assert "Held against the past" not in text


def test_the_page_has_a_figure_each_and_its_chances_as_a_table(page, told):
    whole, text = sheets(page, "trade", "agenda")
    assert re.findall(r'data-spec="(\w+)"', whole) == ["fan", "sectors", "sankey"]
    found = told.trade.found
    for year in (found.by_year, found.years[-1].year):
        chance = wording.chance(found.chance(year).probability)
        (row,) = re.findall(rf"<tr><td>{year}</td>.*?</tr>", whole)
        assert f"<strong>{chance}</strong>" in row
    assert "What this cannot tell" in text
    # demand is of another year than trade, so that no value of a tonne is known
    assert "thickness: tonnes" in text


def test_works_have_a_sheet_where_they_were_asked(told, model):
    assert "No works were held against the target" in report_page(told, model)
    measures = (works("a", 5e6), works("idle", 0.0))
    found = dataclasses.replace(told.trade.found, measures=measures)
    trade = dataclasses.replace(told.trade, found=found)
    text = report_page(dataclasses.replace(told, trade=trade), model)
    assert 'data-spec="works"' in text
    assert "No works were held" not in text


def test_works_that_move_nothing_are_told_in_words(told, model):
    found = dataclasses.replace(told.trade.found, measures=(works("idle", 0.0),))
    kept = []
    context = trade_context(
        dataclasses.replace(told.trade, found=found),
        None,
        model,
        lambda name, _: kept.append(name) or name,
    )
    assert kept == ["fan", "sectors", "sankey"]
    assert context["refused"] == ["none of 1 works changes trade of the two"]


def test_what_is_not_drawn_is_told(told, model):
    only = tuple(each for each in STREAMS if each.commodity_id == "grain")
    trade = dataclasses.replace(told.trade, streams=only)
    context = trade_context(trade, None, model, lambda name, _: name)
    assert context["drawn"] == (
        "68 M USD of 4.38 bn USD are drawn; containers (2.92 bn USD) goes by no way "
        "of the model"
    )


def test_a_model_without_a_target_of_trade_has_no_such_page(told, model):
    plain = dataclasses.replace(told, trade=None, agenda=None)
    text = report_page(plain, model)
    assert 'id="trade"' not in text
    assert 'id="agenda"' not in text
    assert 'href="#trade"' not in text


# --- what was agreed ---------------------------------------------------------------


def state(item_id, status, due=None, **changed):
    item = Item(
        item_id=item_id,
        area="trade",
        text=f"Do {item_id}",
        parties=("AAA", "CCC"),
        date_agreed="2024-01-15",
        due=due,
        indicator=None,
        written="",
        target=None,
        unit="",
        is_less_better=False,
        source_id="invented",
        quality="reported",
        note="",
    )
    own = {key: changed.pop(key) for key in list(changed) if hasattr(item, key)}
    told = {
        "value": None,
        "expected": None,
        "chance": None,
        "evidence": (),
        "why": "nothing measures it",
    }
    return ItemState(dataclasses.replace(item, **own), status, **(told | changed))


def with_items(told, *items):
    return dataclasses.replace(
        told, agenda=dataclasses.replace(told.agenda, items=items)
    )


def test_the_table_has_every_item_and_the_counts_lead(page, told):
    whole, text = sheets(page, "agenda", "assumed")
    assert told.agenda.headline() in text
    rows = re.findall(r"<tr><td>.*?</tr>", whole)
    assert len(rows) == len(told.agenda.items)
    for row, each in zip(rows, pressing(told.agenda), strict=True):
        assert each.status in row
        assert html.escape(each.item.text) in row
        assert html.escape(each.why) in row
        for reference in each.evidence[:2]:
            assert reference in row
    for status, n in told.agenda.counts.items():
        assert f"{n} {status}" in text


def test_every_status_has_colours_of_its_own():
    assert set(palette.STATUS_COLOURS) == set(STATUSES)
    assert len(set(palette.STATUS_COLOURS.values())) == len(STATUSES)


@pytest.mark.parametrize("status", STATUSES)
def test_words_of_a_status_stand_out_from_their_ground(status):
    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted(map(luminance, palette.STATUS_COLOURS[status]))
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, level AA


def test_what_presses_comes_first(told):
    items = (
        state("none", "not measurable"),
        state("later", "at risk", date(2030, 12, 31)),
        state("open", "at risk"),
        state("sooner", "at risk", date(2027, 12, 31)),
        state("late", "past its date", date(2024, 6, 30)),
    )
    found = with_items(told, *items).agenda
    assert [each.item.item_id for each in pressing(found)] == [
        *("late", "sooner", "later", "open", "none"),
    ]


def test_text_of_an_item_is_never_markup(told, model):
    sly = state(
        "<b>id</b>",
        "at risk",
        text="<script>alert(1)</script>",
        why="<i>why</i>",
        evidence=("<u>row</u>",),
        url="javascript:alert(1)",
        area="<em>area</em>",
    )
    whole, text = sheets(report_page(with_items(told, sly), model), "agenda", "assumed")
    for tag in ("<script>", "<b>id", "<i>why", "<u>row", "<em>area"):
        assert tag not in whole
    assert "<script>alert(1)</script>" in text
    assert "href=" not in whole


def test_a_source_with_a_page_is_a_link(told, model):
    linked = state("a", "met", url="https://www.example.org/a")
    whole, _ = sheets(report_page(with_items(told, linked), model), "agenda", "assumed")
    assert 'href="https://www.example.org/a"' in whole
    assert ">example.org</a>" in whole


def test_values_have_their_units():
    assert amount(4.38e9, "USD") == "4.38 bn USD"
    assert amount(2262.3, "teu/year") == "2,260 teu/year"
    assert amount(None, "t") == ""


def test_rows_that_an_item_rests_on_are_counted_where_they_are_many(told):
    many = state("a", "at risk", evidence=tuple("abcde"))
    (row,) = agenda_context(with_items(told, many).agenda)["rows"]
    assert row["evidence"] == ["a", "b"]
    assert row["more"] == "and 3 more"


# --- the reference model -----------------------------------------------------------


def test_the_report_of_caspian_tells_trade_and_agenda(whole, caspian):
    model = read_model(caspian)
    text = report_page(whole, model)
    trade, plain = sheets(text, "trade", "energy")
    assert "Trade of Kazakhstan and Turkmenistan" in text
    assert whole.trade.found.headline() in plain
    assert "thickness: value of 2024" in plain
    assert "pipeline gas" in plain
    assert re.findall(r'data-spec="(\w+)"', trade) == ["fan", "sectors", "sankey"]
    agenda, told = sheets(text, "agenda", "assumed")
    assert len(re.findall(r"<tr><td>.*?</tr>", agenda)) == len(model["agenda"])
    assert whole.agenda.headline() in told
