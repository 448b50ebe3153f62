"""Figures draw the figures: each is held against the answer that it is of."""

import dataclasses
import math
from itertools import pairwise

import pytest
from tests.report.conftest import encodings, values
from tests.verification.teaching_answers import TOLERANCE

from bereket import QuestionError
from bereket.report import charts, distance, palette, profile
from bereket.studies.assumptions import Assumption


def axis_titles(chart):
    return [
        told.get("title")
        for channel, told in encodings(chart)
        if channel in {"x", "y"} and isinstance(told, dict) and "title" in told
    ]


def test_time_and_distance_of_the_first_way_are_those_by_hand(model, found):
    rows = values(distance.time_cost_distance(found, model, "days"))
    first = [row for row in rows if row.get("number") == 1]
    assert first[0]["from"] == 0
    assert first[-1]["to"] == pytest.approx(60 / 24, rel=TOLERANCE)
    assert first[-1]["to_km"] == pytest.approx(1200, rel=TOLERANCE)
    upright = [row for row in first if row["km"] == row["to_km"]]
    assert sum(row["days"] for row in upright) * 24 == pytest.approx(37)  # 6+6+6+14+1+4
    assert {row["mode"] for row in upright} == {palette.AT_A_PLACE}


def test_money_against_distance_ends_at_the_money_by_hand(model, found):
    rows = values(distance.time_cost_distance(found, model, "usd"))
    ends = {row["number"]: row["to"] for row in rows if "number" in row}
    assert ends[1] == pytest.approx(66.8, rel=TOLERANCE)
    assert ends[2] == pytest.approx(70.7, rel=TOLERANCE)


def test_labels_of_a_figure_keep_clear_of_each_other(model, found):
    rows = values(distance.time_cost_distance(found, model, "days"))
    top = max(row["to"] for row in rows if "to" in row)
    at = sorted({row["at"] for row in rows if "label" in row})
    gaps = [other - one for one, other in pairwise(at)]
    assert min(gaps) >= distance.LABEL_PIXELS / 250 * top * (1 - 1e-9)


def test_a_waterfall_adds_up_to_the_cost_of_its_way(found):
    for way in found.alternatives:
        rows = charts.waterfall_rows(way)
        assert rows[0]["from"] == 0
        for one, other in pairwise(rows[:-1]):
            assert one["to"] == other["from"]
        assert rows[-2]["to"] == pytest.approx(way.totals.cost_usd_per_t)
        assert rows[-1]["usd"] == pytest.approx(way.totals.cost_usd_per_t)


def test_what_lowers_the_cost_runs_back(whole):
    way = whole.pairs[0].route.alternatives[0]  # China pays for its container trains
    (orders,) = (row for row in charts.waterfall_rows(way) if row["part"] == "orders")
    assert orders["kind"] == "lowers"
    assert orders["to"] < orders["from"] == orders["right"]


def test_the_scatter_shows_every_efficient_way_and_names_each_criterion_once(efficient):
    rows = values(charts.pareto_scatter(efficient))
    points = [row for row in rows if "co2" in row]
    assert len(points) == len(efficient.ways)
    assert sorted(p["usd"] for p in points) == sorted(
        w.cost_usd_per_t for w in efficient.ways
    )
    named = {row["label"] for row in rows if "label" in row}
    told = sorted(word for label in named for word in label.split(", "))
    assert told == sorted(charts.BEST_WORDS.values())


def test_bars_of_assumptions_end_at_the_changes(found):
    def row(name, low, high):
        bounds = ("x", "h", 1.0, 0.5, 2.0)
        return Assumption(name, "", 1.0, 0.1, "A > B, c", *bounds, low, high)

    nan = float("nan")
    told = (row("t:a", -3.0, 4.0), row("t:b", 2.0, -1.0), row("t:c", nan, nan))
    bars = {
        (each["row"], each["end"]): each["usd"]
        for each in values(charts.assumption_bars(told, found.stamp))
    }
    assert bars == {
        ("t:a (A > B)", "at its low"): -3.0,
        ("t:a (A > B)", "at its high"): 4.0,
        ("t:b (A > B)", "at its low"): 2.0,
        ("t:b (A > B)", "at its high"): -1.0,
    }


def test_a_profile_lays_the_links_end_to_end(model, found):
    told = profile.pieces(found.alternatives[0], model)
    assert [piece.to_km for piece in told] == [200, 400, 450, 750, 950, 1000, 1200]
    assert told[0].from_node_id == "ASH"
    assert told[-1].to_node_id == "CCY"


def test_strips_of_a_profile_are_those_of_the_rows(model, found):
    rows = profile.strip_rows(profile.pieces(found.alternatives[0], model), model)
    strips = {
        strip: [(r["word"], r["km"], r["to_km"]) for r in rows if r["strip"] == strip]
        for strip in profile.STRIPS
    }
    assert strips["country"] == [
        ("AAA", 0, 450),
        ("BBB", 450, 1000),
        ("CCC", 1000, 1200),
    ]
    assert strips["gauge mm"] == [("1520", 0, 450), ("1435", 450, 1200)]
    assert ("electric", 0, 400) in strips["traction"]


def test_days_at_places_of_a_profile_are_those_of_the_way(model, found):
    way = found.alternatives[0]
    rows = values(profile.corridor_profile(way, model, found.stamp))
    days = sum(row["days"] for row in rows if "zero" in row)
    assert days * 24 == pytest.approx(37, rel=TOLERANCE)


def drawn(model, found, efficient):
    return [
        distance.time_cost_distance(found, model, "days"),
        distance.time_cost_distance(found, model, "usd"),
        charts.cost_waterfall(found),
        charts.pareto_scatter(efficient),
        profile.corridor_profile(found.alternatives[0], model, found.stamp),
    ]


def test_every_axis_of_figures_has_a_unit(model, found, efficient):
    units = ("km", "day", "USD/t", "km/h")
    for chart in drawn(model, found, efficient):
        for title in axis_titles(chart):
            if title is not None:  # an axis of names, or one shared with that below
                words = " ".join(title) if isinstance(title, list) else title
                assert any(unit in words for unit in units), words


def test_every_figure_has_its_source_under_it(model, found, efficient):
    for chart in drawn(model, found, efficient):
        title = chart.to_dict()["title"]
        assert title["orient"] == "bottom"
        said = " ".join(title["text"])
        assert said.startswith("Source: ")
        assert found.stamp.model_hash[:12] in said


def test_modes_have_one_colour_each_everywhere(model, found, efficient):
    colours = {}
    for chart in drawn(model, found, efficient):
        for channel, told in encodings(chart):
            if channel == "color" and told.get("field") == "mode":
                scale = told["scale"]
                for mode, colour in zip(scale["domain"], scale["range"], strict=True):
                    colours.setdefault(mode, set()).add(colour)
    assert {"rail", "road", "sea"} <= set(colours)
    assert all(len(each) == 1 for each in colours.values())


def test_colours_of_modes_are_told_apart_without_colour_vision():
    # Vienot, Brettel and Mollon (1999): sRGB as protanopes and deuteranopes see it.
    views = {
        "trichromat": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        "protanope": [[0.112, 0.888, 0], [0.112, 0.888, 0], [0.004, -0.004, 1]],
        "deuteranope": [[0.292, 0.708, 0], [0.292, 0.708, 0], [-0.022, 0.022, 1]],
    }
    for view in views.values():
        seen = [apparent(colour, view) for colour in palette.MODE_COLOURS.values()]
        for at, one in enumerate(seen):
            for other in seen[at + 1 :]:
                apart = math.dist(one, other)
                assert apart > 20  # of 100; 2.3 is a just noticeable difference


def apparent(colour, view):
    """Return a colour in CIE L*a*b* as somebody sees it."""
    srgb = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in srgb]
    r, g, b = (
        min(max(sum(m * c for m, c in zip(row, linear, strict=True)), 0), 1)
        for row in view
    )
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (c ** (1 / 3) if c > 0.008856 else 7.787 * c + 16 / 116 for c in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_without_a_way_a_figure_is_refused(model, found, efficient):
    nothing = dataclasses.replace(found, alternatives=())
    with pytest.raises(QuestionError, match="no way from ASH to CCY"):
        distance.time_cost_distance(nothing, model)
    with pytest.raises(QuestionError, match="no way"):
        charts.cost_waterfall(nothing)
    with pytest.raises(QuestionError, match="no way 9; 4 found"):
        charts.cost_waterfall(found, 9)
    with pytest.raises(QuestionError, match="no way"):
        charts.pareto_scatter(dataclasses.replace(efficient, ways=(), shown=()))
