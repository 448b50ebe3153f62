"""Figures of trade: the fan, what makes it up, what works bring."""

import dataclasses
from itertools import pairwise

import pytest
import vl_convert
from tests.report.conftest import encodings, values
from tests.report.trades import NOW, works

from bereket import QuestionError
from bereket.analysis.trade import TradeParams, trade
from bereket.analysis.trade.result import QUANTILES
from bereket.report import palette
from bereket.report.trade_bars import (
    SHOWN,
    drawn_works,
    sector_bars,
    sector_rows,
    works_bars,
    works_notes,
    works_rows,
)
from bereket.report.trade_fan import (
    BANDS,
    LABEL_GAP,
    fan_rows,
    has_scale_of_ratios,
    reach_of,
    round_steps,
    trade_fan,
    years_told,
)

PAIR = ("AAA", "CCC")
TARGET_USD = 5e9


@pytest.fixture(scope="module")
def found(model):
    asked = TradeParams(PAIR, TARGET_USD, growths=9, backtest_year=None)
    return trade(model, params=asked)


@pytest.fixture(scope="module")
def near(model):
    """A fan so short that it opens little."""
    asked = TradeParams(PAIR, TARGET_USD, to_year=2026, growths=9, backtest_year=None)
    return trade(model, params=asked)


@pytest.fixture(scope="module")
def built(found):
    """Five works, of which two change nothing or hardly anything."""
    told = (
        works("much", 8e6),
        works("little", 2e6),
        works("hardly", 1e3),
        works("idle", 0.0, note="no cost of carriage changes"),
        works("away", -4e6),
        works("unpriced", 3e6, capex=None),
    )
    return dataclasses.replace(found, measures=told, best_per_usd=("much",))


def text_of(chart):
    """Return the figure compiled and drawn, as SVG."""
    return vl_convert.vegalite_to_svg(chart.to_dict())


# --- the fan -----------------------------------------------------------------------


def test_the_target_line_lies_at_the_target(found):
    chart = trade_fan(found)
    (line,) = {
        row["low"] for row in values(chart) if row.get("label") == "target: 5 bn USD"
    }
    assert line == pytest.approx(TARGET_USD / 1e9)
    assert "target: 5 bn USD" in text_of(chart)


def test_bands_hold_each_other_and_are_the_quantiles(found):
    by_band = {name: {} for name, *_ in BANDS}
    for row in fan_rows(found):
        by_band[row["band"]][row["year"]] = row["low"], row["high"]
    for year in found.years:
        ends = [by_band[name][year.year] for name, *_ in BANDS]
        for (low, high), (inner_low, inner_high) in pairwise(ends):
            assert low <= inner_low <= inner_high <= high
        widest = year.quantiles_usd[0] / 1e9, year.quantiles_usd[-1] / 1e9
        assert ends[0] == pytest.approx(widest)


def test_bands_begin_in_what_was_observed_in_the_base_year(found):
    first = [row for row in fan_rows(found) if row["year"] == NOW]
    assert len(first) == len(BANDS)
    seen = dict(found.observed)[NOW] / 1e9
    assert {(row["low"], row["high"]) for row in first} == {(seen, seen)}
    unseen = dataclasses.replace(found, observed=())
    assert min(row["year"] for row in fan_rows(unseen)) == NOW + 1
    assert "observed" not in text_of(trade_fan(unseen))


def test_nothing_of_the_fan_is_cut_off(found, near):
    for each in (found, near):
        low, high = reach_of(each)
        usd = [value / 1e9 for year in each.years for value in year.quantiles_usd]
        assert max(usd) < high
        assert min(usd) > low
        assert low < min(value / 1e9 for _, value in each.observed)


def test_the_scale_is_of_ratios_only_where_the_fan_opens_far(found, near):
    assert has_scale_of_ratios(found)
    assert not has_scale_of_ratios(near)
    for each, kind in ((found, "log"), (near, None)):
        chart = trade_fan(each)
        (scale,) = {
            told["scale"].get("type")
            for channel, told in encodings(chart)
            if channel == "y" and told.get("scale")
        }
        assert scale == kind
        said = " ".join(chart.to_dict()["title"]["text"])
        assert ("scale of ratios" in said) == (kind == "log")


def test_the_chance_is_told_of_the_target_year_of_fifth_years_and_of_the_last(found):
    told = [each.year for each in years_told(found)]
    assert found.by_year == 2030
    assert told == [2025, 2030, 2035, 2040]
    moved = dataclasses.replace(found, by_year=2034)  # 2035 would lie on it
    assert [each.year for each in years_told(moved)] == [2025, 2030, 2034, 2040]
    shown = text_of(trade_fan(found, due="due by the agenda"))
    for each in years_told(found):
        assert f"{100 * each.probability:.0f} %" in shown
    assert "due by the agenda" in shown


def test_figures_at_the_end_of_the_fan_stand_apart(found):
    rows = [row for row in values(trade_fan(found)) if "weight" in row]
    places = sorted({row["at"] for row in rows})
    assert len(places) == len(QUANTILES)
    for above, below in pairwise(places):
        assert below - above >= LABEL_GAP - 1e-9


def test_a_fan_of_no_year_is_refused(found):
    with pytest.raises(QuestionError, match="there is no fan"):
        trade_fan(dataclasses.replace(found, years=()))


def test_round_steps_lie_between_the_ends():
    assert round_steps(0.3, 42.0) == [0.5, 1, 2, 5, 10, 20]


# --- sectors -----------------------------------------------------------------------


def test_sectors_stand_by_direction_with_what_they_add(found, model):
    rows = sector_rows(found, model)
    assert [row["side"] for row in rows] == [
        *("AAA sells to CCC", "AAA sells to CCC", "CCC sells to AAA"),
    ]
    assert sum(row["now"] for row in rows) == pytest.approx(4380.0)
    for row in rows:
        (each,) = (
            s
            for s in found.sectors
            if row["side"].startswith(s.exporter_iso3)
            and row["sector"].startswith({"grain": "Grain"}.get(s.sector, "Goods"))
        )
        assert row["added"] == pytest.approx((each.last_usd - each.base_usd) / 1e6)
        assert row["low"] <= row["now"] <= row["high"]


def test_assumed_sectors_are_said_to_be_assumed(found, model):
    chart = sector_bars(found, model)
    assert "the row of the base year is assumed" in " ".join(
        chart.to_dict()["title"]["text"]
    )
    shown = text_of(chart)
    assert "AAA sells to CCC" in shown
    assert "% of growth" in shown
    sure = tuple(dataclasses.replace(each, quality="") for each in found.sectors)
    plain = sector_bars(dataclasses.replace(found, sectors=sure), model)
    assert "is assumed" not in " ".join(plain.to_dict()["title"]["text"])


def test_directions_have_colours_of_their_own(found, model):
    spec = sector_bars(found, model).to_dict()
    drawn = {
        layer["mark"]["fill"]
        for block in spec["vconcat"]
        for part in block["hconcat"]
        for layer in part["layer"]
        if layer["mark"].get("fill")
    }
    assert drawn == set(palette.DIRECTION_COLOURS)


def test_no_sector_is_refused(found, model):
    with pytest.raises(QuestionError, match="no sector is traded"):
        sector_bars(dataclasses.replace(found, sectors=()), model)


# --- works -------------------------------------------------------------------------


def test_works_keep_their_order_and_those_that_move_nothing_are_counted(built):
    assert [each.works_id for each in drawn_works(built)] == [
        *("much", "little", "away", "unpriced"),
    ]
    rows = works_rows(built)
    assert [row["gain"] for row in rows] == [8.0, 2.0, -4.0, 3.0]
    assert [row["kind"] for row in rows] == ["adds", "adds", "takes away", "adds"]
    assert [row["per_usd"] for row in rows] == ["80", "20", "−40", "–"]
    assert rows[0]["works"].endswith("*")
    lines = " ".join(works_bars(built).to_dict()["title"]["text"])
    assert "Of 6 works 1 change nothing between the two and 1 move it by less" in lines


def test_whiskers_of_works_run_from_low_to_high(built):
    rows = works_rows(built)
    assert [(row["low"], row["high"]) for row in rows[:2]] == [(4.0, 12.0), (1.0, 3.0)]
    assert "million USD a year more" in text_of(works_bars(built))


def test_of_many_works_those_that_move_most_are_drawn(built):
    many = tuple(works(f"w{at}", 1e6 * (at + 1)) for at in range(SHOWN + 4))
    shown = drawn_works(dataclasses.replace(built, measures=many))
    assert [each.works_id for each in shown] == [f"w{at}" for at in range(4, SHOWN + 4)]


def test_without_works_that_move_trade_none_are_drawn(found, built):
    with pytest.raises(QuestionError, match="no works were asked"):
        works_bars(found)
    idle = dataclasses.replace(built, measures=(works("idle", 0.0),))
    with pytest.raises(QuestionError, match="none of 1 works changes trade"):
        works_bars(idle)


def test_works_that_bring_trade_through_others_alone_are_marked(found):
    told = (works("own", 8e6), works("others", 4e6, direct_usd_per_year=-1e5))
    drawn = dataclasses.replace(found, measures=told, best_per_usd=("own",))
    assert [row["works"] for row in works_rows(drawn)] == [
        "Works own *",
        "Works others †",
    ]
    assert any(line.startswith("† through") for line in works_notes(drawn, told))
    alone = dataclasses.replace(found, measures=told[:1])
    assert not any(line.startswith("†") for line in works_notes(alone, told[:1]))
