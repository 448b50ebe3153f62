"""Maps of flows: bands in proportion, what is full numbered, more told from less."""

import numpy as np
import pytest
from tests.report.conftest import values

from bereket import AssignParams, QuestionError, assign
from bereket.report import bandwidth, layers, marks
from bereket.report.maps import DISCLAIMER, Frame

LINE, NEXT, THIRD = "rail_ASH_AJN", "rail_AJN_ABO", "rail_BBO_BCY"


@pytest.fixture(scope="module")
def flowing(model):
    return assign(model, params=AssignParams(year=2025))


def drawn(chart):
    """Return the rows of links by id."""
    return {
        row["line"]: row for row in values(chart) if "wide" in row and "mode" in row
    }


def test_bands_are_as_wide_as_flows_are_large(model, found):
    flows = {LINE: 2e6, NEXT: 1e6, THIRD: 1.0}
    rows = drawn(bandwidth.bandwidth_map(model, flows, found.stamp))
    assert {name: row["wide"] for name, row in rows.items()} == {
        LINE: bandwidth.WIDEST,
        NEXT: bandwidth.WIDEST / 2,
        THIRD: bandwidth.NARROWEST,
    }


def test_flows_on_no_link_or_of_nothing_are_refused(model, found):
    with pytest.raises(QuestionError, match="no such links: x, y"):
        bandwidth.bandwidth_map(model, {"y": 1.0, "x": 2.0}, found.stamp)
    with pytest.raises(QuestionError, match="no flow"):
        bandwidth.bandwidth_map(model, {LINE: 0.0}, found.stamp)


def test_both_directions_of_a_link_are_one_band(model, flowing):
    totals = bandwidth.link_totals(flowing.flows)
    there = [each.flow for each in flowing.flows if each.link_id == "rail_BBO_BCY"]
    # grain that passes the border, and containers both ways, by rail or by road
    assert len(there) == 2
    assert totals["rail_BBO_BCY"] == pytest.approx(sum(there))
    rows = drawn(bandwidth.flow_map(flowing, model))
    assert set(rows) == set(totals)


def test_the_legend_holds_round_flows_as_wide_as_the_bands(model, found):
    chart = bandwidth.bandwidth_map(model, {LINE: 9e6, NEXT: 2e6}, found.stamp)
    key = {r["label"]: r["wide"] for r in values(chart) if "Mt" in r.get("label", "")}
    assert list(key) == ["1 Mt a year", "2 Mt a year", "5 Mt a year"]
    assert key["2 Mt a year"] == pytest.approx(bandwidth.WIDEST * 2 / 9)
    assert drawn(chart)[NEXT]["wide"] == pytest.approx(key["2 Mt a year"])


@pytest.mark.parametrize(
    ("largest", "shown"),
    [(1e6, (2e5, 5e5, 1e6)), (9.9e6, (1e6, 2e6, 5e6)), (3.0, (0.5, 1.0, 2.0))],
)
def test_round_flows_end_at_the_largest(largest, shown):
    assert bandwidth.round_flows(largest) == pytest.approx(shown)


def test_what_is_full_is_numbered_by_its_price(model, flowing):
    rows = [r for r in values(bandwidth.flow_map(flowing, model)) if "element" in r]
    told = {row["label"]: row["element"] for row in rows}
    ranked = sorted(flowing.scarcity, key=lambda each: -each.price_usd_per_t)
    assert told == {str(at): each.element for at, each in enumerate(ranked, start=1)}
    assert told["1"] == "service:crossing"


def test_every_map_says_that_it_judges_nothing(model, found):
    flows = {LINE: 2e6}
    for chart in (
        bandwidth.bandwidth_map(model, flows, found.stamp),
        bandwidth.difference_map(model, flows, {LINE: 1e6}, found.stamp),
    ):
        lines = chart.to_dict()["title"]["text"]
        assert DISCLAIMER in lines
        assert any(line.startswith("Source:") for line in lines)
        assert any("both directions" in line for line in lines)


def test_numbers_on_one_spot_are_pushed_apart(model):
    view = layers.view_of(np.array([[-20.0, -3.0], [-8.0, 4.0]]), 600, 400)
    frame = Frame(view, 600, 400)
    full = ["terminal:BBO:gauge_change", "border:ABO:BBO:rail1520:BBB:SMGS"] * 3
    rows = marks.mark_rows(model, full, frame)
    per_pixel = (view.x[1] - view.x[0]) / 600
    at = np.array([[row["x"], row["y"]] for row in rows]) / per_pixel
    far = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    np.fill_diagonal(far, np.inf)
    assert far.min() > 0.9 * marks.MARK_GAP
    assert [row["label"] for row in rows] == ["1", "2", "3", "4", "5", "6"]


def test_an_element_stands_where_it_is(model):
    at = layers.node_points(model)
    x, y = marks.place_of(model, "terminal:BBO:gauge_change")
    assert (x, y) == pytest.approx((at["BBO"][0], layers.mercator(at["BBO"][1])))
    link = marks.place_of(model, "link:sea_APO_CPO")
    assert marks.place_of(model, "service:crossing") == pytest.approx(link)
    assert link[0] == pytest.approx((at["APO"][0] + at["CPO"][0]) / 2)
    assert marks.place_of(model, "fleet:wagons") is None
    assert marks.place_of(model, "nonsense") is None


def test_more_is_told_from_less_and_what_stays_is_grey(model, found):
    before = {LINE: 5e6, NEXT: 4e6, THIRD: 3e6}
    after = {LINE: 6e6, NEXT: 2e6, THIRD: 3e6 + 1, "sea_APO_CPO": 1e6}
    chart = bandwidth.difference_map(model, before, after, found.stamp)
    told = {name: row["change"] for name, row in drawn(chart).items()}
    assert told == {
        LINE: "more",
        NEXT: "less",
        THIRD: "no change",
        "sea_APO_CPO": "more",
    }
    wide = {name: row["wide"] for name, row in drawn(chart).items()}
    assert wide[NEXT] == bandwidth.WIDEST
    assert wide[LINE] == pytest.approx(bandwidth.WIDEST / 2)
    assert (
        "4,000,000 t a year before, 2,000,000 after: -2,000,000"
        in (drawn(chart)[NEXT]["told"])
    )


def test_answers_without_a_difference_have_no_map(model, found):
    with pytest.raises(QuestionError, match="the same on every link"):
        bandwidth.difference_map(model, {LINE: 1e6}, {LINE: 1e6 + 1}, found.stamp)
    with pytest.raises(QuestionError, match="no such links: x"):
        bandwidth.difference_map(model, {LINE: 1e6}, {"x": 1e6}, found.stamp)
