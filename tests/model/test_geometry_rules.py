"""Rules of ways on the map: each breach is named, and no other."""

import pytest
from tests.model.altered import row_at, with_cell

from bereket import read_model
from bereket.model.geometry_rules import ADVICE, FAULTS
from bereket.model.validate import validate


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


def with_way(model, wkt):
    """Return the model with a geometry for rail_BBO_BCY: 2.7 degrees of the equator."""
    row = row_at(model, "link", "rail_BBO_BCY")
    return with_cell(model, "link", row, "geometry", wkt)


def found(model, kind):
    return getattr(validate(model, frozenset(model.tables)), kind)


def ends(model):
    link, node = model["link"], model["node"]
    row = row_at(model, "link", "rail_BBO_BCY")
    places = [
        row_at(model, "node", str(link.text(c)[row]))
        for c in ("from_node_id", "to_node_id")
    ]
    xs, ys = node.number("x_coord"), node.number("y_coord")
    return [f"{xs[p]:g} {ys[p]:g}" for p in places]


def test_a_straight_way_between_the_nodes_breaks_no_rule(model):
    drawn = with_way(model, f"LINESTRING ({', '.join(ends(model))})")
    assert found(drawn, "faults") == found(drawn, "advice") == ()


@pytest.mark.parametrize(
    ("wkt", "rule", "what"),
    [
        ("LINESTRING EMPTY", "must not be an empty line", "EMPTY"),
        ("POLYGON ((1 2, 3 4, 1 2))", "must be well-known text", "no LINESTRING"),
        ("LINESTRING (1 2, 3)", "must be well-known text", "a point with 1 number"),
        ("LINESTRING (1 2, 1 2)", "must have two different points", "one point"),
        ("LINESTRING (1 2)", "must have two different points", "one point"),
        ("LINESTRING (585000 4465000, 1 2)", "look like metres", "585000 4.465e+06"),
        ("LINESTRING (1 2, 3 91)", "must be degrees", "3 91"),
        ("LINESTRING (60 60, 61 60)", "within 50 km of the link's nodes", "km away"),
    ],
)
def test_a_way_that_cannot_be_drawn_is_a_fault(model, wkt, rule, what):
    (issue,) = found(with_way(model, wkt), "faults")
    row = row_at(model, "link", "rail_BBO_BCY") + 2
    assert (issue.table, issue.rows, issue.field) == ("link", (row,), "geometry")
    assert rule in issue.rule
    assert what in issue.found


def test_a_way_drawn_from_end_to_start_is_said_to_be_turned_round(model):
    start, end = ends(model)
    (issue,) = found(with_way(model, f"LINESTRING ({end}, {start})"), "faults")
    assert issue.rule.endswith("it looks turned round")


def test_a_way_that_crosses_itself_or_is_far_too_long_is_advice(model):
    start, end = ends(model)
    x, y = map(float, start.split())
    far = f"{x} {y + 9}, {x + 1} {y + 9}, {x + 1} {y + 10}, {x - 1} {y + 8}"
    drawn = with_way(model, f"LINESTRING ({start}, {far}, {end})")
    assert found(drawn, "faults") == ()
    crossed, long = found(drawn, "advice")
    assert (crossed.field, crossed.rule) == ("geometry", "crosses itself")
    assert long.rule.startswith("is not the length of its geometry")


def test_every_rule_says_what_must_hold():
    assert all(rule.__doc__ for rule, _ in (*FAULTS, *ADVICE))
