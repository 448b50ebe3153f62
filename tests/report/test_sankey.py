"""What trade goes by: columns of one sum, bands that fill their bars."""

from collections import defaultdict

import pytest
import vl_convert
from tests.report.conftest import values
from tests.report.trades import STREAMS, stream

from bereket import QuestionError
from bereket.model.naming import place_names
from bereket.report.sankey import trade_sankey
from bereket.report.sankey_layout import OTHERS, laid_out, parcels_of

HEIGHT = 300.0
TOTAL = 100e6


@pytest.fixture(scope="module")
def laid(model):
    return laid_out(parcels_of(STREAMS, model), HEIGHT)


def test_each_column_has_the_same_sum_and_the_same_height(laid):
    bars, bands = laid
    for column in range(3):
        own = [bar for bar in bars if bar.column == column]
        assert sum(bar.amount for bar in own) == pytest.approx(TOTAL)
        assert sum(bar.height for bar in own) == pytest.approx(HEIGHT)
    for column in range(2):
        own = [band for band in bands if band.tail.column == column]
        assert sum(band.amount for band in own) == pytest.approx(TOTAL)
        assert sum(band.height for band in own) == pytest.approx(HEIGHT)


def test_a_band_is_as_thick_as_what_goes(laid):
    for band in laid[1]:
        assert band.height == pytest.approx(HEIGHT * band.amount / TOTAL)


def test_bands_fill_the_bars_at_both_ends_and_do_not_overlap(laid):
    _, bands = laid
    for side, top in (("tail", "tail_top"), ("head", "head_top")):
        parts = defaultdict(list)
        for band in bands:
            bar = getattr(band, side)
            parts[bar].append((getattr(band, top), band.height))
        for bar, own in parts.items():
            at = bar.top
            for begin, thick in sorted(own):
                assert begin == pytest.approx(at)
                at += thick
            assert at == pytest.approx(bar.top + bar.height)


def test_small_crossings_of_a_direction_are_one(model):
    parcels = parcels_of(STREAMS, model)
    names = {each.crossing for each in parcels if each.direction == ("AAA", "CCC")}
    # 3 and 3 of 100 million are small; 66 is not
    assert f"2 {OTHERS}" in names
    assert len(names) == 2
    joined = [each for each in parcels if OTHERS in each.crossing]
    assert sum(each.amount for each in joined) == pytest.approx(6e6)
    # one alone keeps its name: to call it other would tell less
    alone = (
        stream("grain", "rail", "BCO>CBO", 99e6),
        stream("grain", "sea", "A>B", 1e6),
    )
    assert {each.crossing for each in parcels_of(alone, model)} == {
        *(" > ".join(place_names(model)[end] for end in ("BCO", "CBO")), "A > B"),
    }


def test_other_crossings_stand_last_of_their_direction(laid):
    last = [bar for bar in laid[0] if bar.column == 2 and bar.direction[0] == "AAA"][-1]
    assert last.name == f"2 {OTHERS}"


def test_crossings_have_the_names_of_places(model):
    names = place_names(model)
    shown = {each.crossing for each in parcels_of(STREAMS, model)}
    assert f"{names['BCO']} > {names['CBO']}" in shown


def test_thickness_may_stand_for_tonnes(model):
    bars, _ = laid_out(parcels_of(STREAMS, model, "tonnes"), HEIGHT)
    whole = sum(bar.amount for bar in bars if bar.column == 0)
    assert whole == pytest.approx(TOTAL / 10.0)
    assert "thousand t a year" in drawn(model, by="tonnes")


def drawn(model, stamp=None, **asked):
    chart = trade_sankey(STREAMS, model, stamp or Stamped(), **asked)
    return vl_convert.vegalite_to_svg(chart.to_dict())


class Stamped:
    """Stands for a stamp."""

    def line(self):
        return "by hand"


def test_the_figure_names_sectors_modes_crossings_with_their_shares(model):
    shown = drawn(model)
    for words in (
        "AAA sells",
        "CCC sells",
        "into CCC",
        "Grain, 68 (68 %)",
        "rail, 89 %",
    ):
        assert words in shown
    assert "by hand" in shown


def test_edges_of_a_band_are_as_far_apart_everywhere(model):
    rows = [r for r in values(trade_sankey(STREAMS, model, Stamped())) if "y2" in r]
    thick = defaultdict(set)
    for row in rows:
        if "band" in row:
            thick[row["band"]].add(round(row["y2"] - row["y"], 6))
    assert thick
    assert all(len(each) == 1 for each in thick.values())


def test_what_has_no_value_is_not_drawn_by_value(model):
    bare = [stream("grain", "rail", "BCO>CBO", 0.0)]
    with pytest.raises(QuestionError, match="has a value"):
        parcels_of(bare, model)
    with pytest.raises(QuestionError, match="weighs anything"):
        parcels_of((), model, "tonnes")
