"""Lines on the map: text and points, lengths, crossings, the date line."""

from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bereket.model.geometry import (
    coordinates,
    crosses_itself,
    distinct,
    great_circle_km,
    length_km,
    split_at_antimeridian,
    wkt_line,
)

KM_PER_DEGREE = 111.195  # a degree of the equator on a sphere of 6,371.0088 km
KM_TOLERANCE = 0.01  # the figure above has three decimals
DEGREE_TOLERANCE = 1e-9  # a cut is interpolated in a few operations

figures = st.floats(-180, 180, allow_nan=False)
lines = st.lists(st.tuples(figures, figures), min_size=1, max_size=30)
grid_points = st.tuples(st.integers(0, 4), st.integers(0, 4))
grid_lines = st.lists(grid_points, min_size=2, max_size=8)


def line(*points):
    return np.array(points, dtype=float)


# --- well-known text -----------------------------------------------------------


@pytest.mark.parametrize(
    ("wkt", "points"),
    [
        ("LINESTRING (1 2, 3 4)", [[1, 2], [3, 4]]),
        ("linestring(1 2,3 4)", [[1, 2], [3, 4]]),
        ("LINESTRING Z (1 2 9, 3 4 9)", [[1, 2], [3, 4]]),
        ("LINESTRING (-1.5e1 .5, 3 4)", [[-15, 0.5], [3, 4]]),
        ("LINESTRING EMPTY", []),
        ("LINESTRING ()", []),
    ],
)
def test_a_line_is_read_as_written(wkt, points):
    assert coordinates(wkt).tolist() == points


@pytest.mark.parametrize(
    "wkt",
    [
        "",
        "POINT (1 2)",
        "LINESTRING 1 2, 3 4",
        "LINESTRING (1 2, 3)",
        "LINESTRING (1 2, a b)",
        "LINESTRING (1 2, nan 4)",
        "LINESTRING (1 2, inf 4)",
        "LINESTRING ((1 2, 3 4))",
        "MULTILINESTRING ((1 2, 3 4))",
        "{'type': 'LineString'}",
    ],
)
def test_what_is_no_line_is_refused(wkt):
    with pytest.raises(ValueError, match=r"."):
        coordinates(wkt)


@given(lines)
def test_points_come_back_from_their_text_to_the_last_digit(points):
    assert np.array_equal(coordinates(wkt_line(line(*points))), line(*points))


def test_no_points_are_an_empty_line():
    assert wkt_line(np.empty((0, 2))) == "LINESTRING EMPTY"


# --- lengths -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "degrees"),
    [
        ((0, 0, 1, 0), 1),
        ((0, 0, 0, 1), 1),
        ((179, 0, -179, 0), 2),  # over the date line
        ((0, 0, 180, 0), 180),
        ((10, 60, 190, 60), 60),  # over the pole
        ((5, 5, 5, 5), 0),
    ],
)
def test_a_great_circle_is_so_many_degrees_long(points, degrees):
    expected = pytest.approx(degrees * KM_PER_DEGREE, abs=degrees * KM_TOLERANCE)
    assert great_circle_km(line(points[:2]), line(points[2:]))[0] == expected
    assert length_km(line(points[:2], points[2:])) == expected


def test_a_way_is_as_long_as_its_steps_together():
    way = line((0, 0), (1, 0), (1, 1), (1, 3))
    assert length_km(way) == pytest.approx(4 * KM_PER_DEGREE, abs=4 * KM_TOLERANCE)


def test_points_told_twice_in_a_row_count_once():
    way = line((0, 0), (0, 0), (1, 0), (1, 0), (0, 0))
    assert distinct(way).tolist() == [[0, 0], [1, 0], [0, 0]]


# --- crossings -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "crosses"),
    [
        (line((0, 0), (1, 0)), False),
        (line((0, 0), (1, 0), (2, 0), (3, 0)), False),  # straight on
        (line((0, 0), (2, 2), (2, 0), (0, 2)), True),  # a bow
        (line((0, 0), (2, 0), (2, 2), (0, 2), (0, 0)), False),  # a ring is closed
        (line((0, 0), (4, 0), (4, 2), (2, 2), (2, 0)), True),  # ends on itself
        (line((0, 0), (2, 0), (3, 1), (3, -1), (2, 0), (5, 0)), True),  # a loop
        (line((0, 0), (3, 0), (3, 1), (1, 1), (1, 0), (2, 0)), True),  # lies on itself
        (line((0, 0), (0, 0), (1, 1)), False),  # a point told twice
        (line((7, 7)), False),
    ],
)
def test_a_way_that_meets_itself_is_told_from_one_that_does_not(way, crosses):
    assert crosses_itself(way) is crosses
    assert crosses_itself(way[::-1]) is crosses


def meet_exactly(a, b, c, d):
    """Whether two segments have a common point, in whole numbers and fractions."""
    along, across = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1])
    gap = (c[0] - a[0], c[1] - a[1])
    turn = along[0] * across[1] - along[1] * across[0]
    if turn:
        here = Fraction(gap[0] * across[1] - gap[1] * across[0], turn)
        there = Fraction(gap[0] * along[1] - gap[1] * along[0], turn)
        return 0 <= here <= 1 and 0 <= there <= 1
    if gap[0] * along[1] != gap[1] * along[0]:
        return False  # side by side
    axis = 0 if along[0] else 1
    (low, high), (least, most) = sorted((a[axis], b[axis])), sorted((c[axis], d[axis]))
    return low <= most and least <= high


@given(grid_lines)
def test_crossings_are_those_of_exact_arithmetic(points):
    kept = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
    steps = list(pairwise(kept))
    is_ring = len(steps) > 2 and kept[0] == kept[-1]
    expected = any(
        meet_exactly(*steps[i], *steps[j])
        for i, j in combinations(range(len(steps)), 2)
        if j > i + 1 and not (is_ring and (i, j) == (0, len(steps) - 1))
    )
    assert crosses_itself(line(*points)) is expected


def test_a_crossing_far_along_a_long_way_is_found():
    angle = np.linspace(0, 20 * np.pi, 3000)
    spiral = np.column_stack((angle * np.cos(angle), angle * np.sin(angle)))
    assert crosses_itself(spiral) is False
    assert crosses_itself(np.concatenate((spiral, spiral[:1] * 0 + 10))) is True


# --- the date line -------------------------------------------------------------


def test_a_way_that_stays_on_its_side_is_one_part():
    way = line((10, 0), (170, 5))
    (part,) = split_at_antimeridian(way)
    assert np.array_equal(part, way)


def test_a_way_over_the_date_line_and_back_is_three_parts():
    parts = split_at_antimeridian(line((175, 0), (-175, 10), (170, 40)))
    assert [p[0].tolist() for p in parts] == [[175, 0], [-180, 5], [180, 20]]
    assert [p[-1].tolist() for p in parts] == [[180, 5], [-180, 20], [170, 40]]


@given(st.lists(st.tuples(figures, st.floats(-85, 85)), min_size=2, max_size=12))
def test_parts_hold_every_point_and_meet_at_the_date_line(points):
    parts = split_at_antimeridian(line(*points))
    inner = [p for part in parts for p in part.tolist()]
    for before, after in pairwise(parts):
        assert before[-1][0] == -after[0][0]
        assert abs(after[0][0]) == 180
        assert before[-1][1] == pytest.approx(after[0][1], abs=DEGREE_TOLERANCE)
    assert all(list(p) in inner for p in points)
