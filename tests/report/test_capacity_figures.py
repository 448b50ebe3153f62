"""Figures of capacity draw the figures that stand by hand in the teaching model."""

import dataclasses
import math
from itertools import pairwise

import pytest
from tests.report.conftest import encodings, values
from tests.report.test_charts import apparent

from bereket import CapacityParams, QuestionError, capacity, corridors
from bereket.analysis.capacity.months import Month
from bereket.report import ladder, merit, palette, room

TOLERANCE = 1e-6  # relative; the flow programme solves to 1e-9
APART = 20  # of 100 in CIE L*a*b*; 2.3 is a just noticeable difference
# models/teaching/README.md, 14: flow before each rung, Mt a year, and after the last
RUNGS = (10.512, 11.826, 15.768, 26.28, 39.42, 65.7, 118.26)


@pytest.fixture(scope="module")
def steppe(model):
    return capacity(model, params=CapacityParams(corridor="steppe"))


@pytest.fixture(scope="module")
def way(model):
    rows = corridors(model).corridors
    return next(row.way for row in rows if row.corridor_id == "steppe")


def test_rungs_are_drawn_at_the_flows_worked_out_by_hand(steppe, model):
    rows = ladder.ladder_rows(steppe, model)
    assert [row["before"] for row in rows] == pytest.approx(RUNGS, rel=TOLERANCE)
    after = [row["after"] for row in rows]
    assert after[:-1] == pytest.approx(RUNGS[1:], rel=TOLERANCE)
    assert after[-1] is None
    assert rows[-1]["words"].endswith("no known limit")
    assert rows[0]["low"] == pytest.approx(8.4096, rel=TOLERANCE)
    assert rows[0]["words"] == "10.5 → 11.8"


def test_a_rung_names_what_binds_its_kind_and_its_letter(steppe, model):
    first, second, third, *_ = ladder.ladder_rows(steppe, model)
    assert first["rung"].startswith("1 I")
    assert first["references"] == "link:rail_BBO_BCY"
    assert "Bobor" in first["elements"]
    assert second["rung"].endswith("(+3)")  # four rows bind together
    assert (third["kind"], third["rung"][:3]) == ("fleet", "3 F")


def test_rungs_that_overlap_share_a_bracket(steppe, model):
    tied = dataclasses.replace(
        steppe,
        ladder=tuple(
            dataclasses.replace(rung, is_tied=at in {1, 2})
            for at, rung in enumerate(steppe.ladder)
        ),
    )
    rows = ladder.ladder_rows(tied, model)
    groups = [row["group"] for row in rows]
    assert groups == [0, 1, 1, 1, 2, 3, 4]
    drawn = values(ladder.capacity_ladder(tied, model))
    spines = [row for row in drawn if set(row) == {"rung", "next"}]
    assert spines == [{"rung": rows[1]["rung"], "next": rows[3]["rung"]}]


def test_rungs_far_above_the_rest_are_counted_and_not_drawn(steppe, model):
    high = dataclasses.replace(
        steppe.ladder[-1], before_t_per_year=9e9, after_t_per_year=math.nan
    )
    whole = dataclasses.replace(steppe, ladder=(*steppe.ladder[:-1], high))
    chart = ladder.capacity_ladder(whole, model)
    assert max(row.get("before", 0) for row in values(chart)) < 9e3
    told = " ".join(chart.to_dict()["title"]["text"])
    assert "1 more rungs lie above" in told


def test_steps_of_the_merit_order_cost_what_they_cost_by_hand(steppe, model):
    one, two = merit.merit_rows(steppe, model)
    assert one["measures"] == "loops"
    assert (one["from"], one["to"]) == pytest.approx((0, 1.314), rel=TOLERANCE)
    usd = (one["usd"], one["low"], one["high"])
    assert usd == pytest.approx((10, 8, 15), rel=TOLERANCE)
    assert set(two["measures"].split("+")) == {"agreement", "reloading"}
    assert (two["from"], two["to"]) == pytest.approx((1.314, 5.256), rel=TOLERANCE)
    assert two["usd"] == pytest.approx(2, rel=TOLERANCE)


def test_neighbours_whose_intervals_overlap_share_a_shade(steppe, model):
    stages = [
        dataclasses.replace(
            steppe.sequence[0],
            before_t_per_year=at * 1e6,
            after_t_per_year=(at + 1) * 1e6,
            usd_per_extra_t_per_year=usd,
            low=low,
            high=high,
        )
        for at, (usd, low, high) in enumerate(
            [(10, 8, 15), (12, 9, 18), (30, 20, 40), (35, 25, math.nan), (99, 90, 99)]
        )
    ]
    rows = merit.merit_rows(dataclasses.replace(steppe, sequence=tuple(stages)), model)
    assert [row["group"] for row in rows] == [0, 0, 1, 1, 1]
    assert rows[3]["high"] is None
    shades = [row["shade"] for row in rows]
    assert len(set(shades[:2])) == len(set(shades[2:])) == 1
    assert shades[0] != shades[2]


def test_what_is_not_ranked_is_said_under_the_curve(steppe, model):
    told = dataclasses.replace(steppe, targets=("plan: A plan",))
    said = " ".join(merit.merit_curve(told, model).to_dict()["title"]["text"])
    assert "Not ranked, a target without works or cost: plan." in said
    barren = merit.barren(steppe)
    assert {"agreement", "reloading"} <= set(barren)
    assert f"{len(barren)} more measures" in said


def test_a_section_is_stacked_to_its_capacity_by_hand(steppe, way, model):
    rows = room.profile_rows(steppe, way, model)
    parts = {r["part"]: r for r in rows if r["link"] == "link:rail_BBO_BCY"}
    trains = {name: row["trains"] for name, row in parts.items()}
    # 20 pairs: 6 of others, 4 kept; 8 on a mean day are 10 in the busiest month
    by_hand = {
        "others' trains": 6,
        "largest flow": 10,
        "kept in reserve": 4,
        "left": 0,
    }
    assert trains == pytest.approx(by_hand, rel=TOLERANCE, abs=1e-6)
    assert parts["left"]["top"] == pytest.approx(20, rel=TOLERANCE)
    assert {row["capacity"] for row in parts.values()} == {20}


def test_sections_lie_end_to_end_and_name_their_places(steppe, way, model):
    rows = room.profile_rows(steppe, way, model)
    ends = sorted({(row["km"], row["to_km"]) for row in rows})
    assert ends[0][0] == 0
    assert ends[-1][1] == pytest.approx(1200)
    assert all(one[1] == other[0] for one, other in pairwise(ends))


def test_a_section_that_rests_on_assumed_rows_is_paler(steppe, way, model):
    rows = room.profile_rows(steppe, way, model)
    for row in rows:
        assert (row["shade"] < 1) == (row["quality"] == "assumed")


def months(found, tonnes):
    share = 1 / 12
    told = tuple(Month(at, t, share, ("x:y",)) for at, t in enumerate(tonnes, start=1))
    return dataclasses.replace(found, months=told)


def test_the_month_that_falls_shortest_is_dark(steppe):
    found = months(steppe, [100e3] * 7 + [40e3] + [100e3] * 4)
    rows = room.month_rows(found)
    assert [row["month"] for row in rows if row["is_worst"]] == ["Aug"]
    assert rows[7]["kt"] == pytest.approx(40)
    assert rows[7]["asked"] == pytest.approx(1140 / 12)
    assert room.months_differ(found)


def test_months_that_differ_by_their_days_only_are_not_drawn(steppe):
    days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    assert not room.months_differ(months(steppe, [1e3 * day for day in days]))
    assert not room.months_differ(steppe)  # the teaching model has none


def test_without_what_it_draws_a_figure_is_refused(steppe, way, model):
    bare = dataclasses.replace(steppe, ladder=(), sequence=(), months=())
    with pytest.raises(QuestionError, match="nothing known limits steppe"):
        ladder.capacity_ladder(bare, model)
    with pytest.raises(QuestionError, match="no measure of known cost"):
        merit.merit_curve(bare, model)
    with pytest.raises(QuestionError, match="months of steppe do not differ"):
        room.month_bars(bare)
    by_sea = dataclasses.replace(way, link_ids=(), legs=way.legs)
    with pytest.raises(QuestionError, match="no section of steppe"):
        room.capacity_profile(bare, by_sea, model)


def test_every_axis_has_its_unit_and_every_figure_its_source(steppe, way, model):
    found = months(steppe, [100e3] * 11 + [40e3])
    charts = (
        ladder.capacity_ladder(steppe, model),
        merit.merit_curve(steppe, model),
        room.capacity_profile(steppe, way, model),
        room.month_bars(found),
    )
    units = ("Mt a year", "USD per extra t a year", "trains a day", "km", "thousand t")
    for chart in charts:
        for channel, told in encodings(chart):
            title = told.get("title") if isinstance(told, dict) else None
            if channel in {"x", "y"} and title:
                assert any(unit in title for unit in units), title
        signed = chart.to_dict()["title"]
        assert signed["orient"] == "bottom"
        assert signed["text"][0].startswith("Source: capacity")
        assert steppe.stamp.model_hash[:12] in " ".join(signed["text"])


def test_kinds_are_told_apart_without_colour_vision_and_by_shape():
    views = {
        "trichromat": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        "protanope": [[0.112, 0.888, 0], [0.112, 0.888, 0], [0.004, -0.004, 1]],
        "deuteranope": [[0.292, 0.708, 0], [0.292, 0.708, 0], [-0.022, 0.022, 1]],
    }
    for colours in (palette.KIND_COLOURS.values(), room.PARTS.values()):
        for view in views.values():
            seen = [apparent(colour, view) for colour in colours]
            for at, one in enumerate(seen):
                assert all(math.dist(one, other) > APART for other in seen[at + 1 :])
    assert len(set(palette.KIND_SHAPES.values())) == len(palette.KIND_COLOURS)
