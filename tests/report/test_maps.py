"""Maps: land where it is, ways where their links are, no line that nobody asked for."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Transformer
from tests.report.conftest import encodings, values

from bereket import BereketError, QuestionError, corridors, read_model
from bereket.report import layers, maps
from bereket.report.boundaries import Boundaries, hatched, read_boundaries

KM_PER_DEGREE = 20037.508342789244 / 180  # of the equator, WGS 84


def is_land(x, y):
    """Whether a place is inside an odd number of rings of land, and of no water."""

    def inside(kind):
        crossed = 0
        for xs, ys in layers.outline()[kind]:
            for x0, y0, x1, y1 in zip(xs[:-1], ys[:-1], xs[1:], ys[1:], strict=True):
                if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                    crossed += 1
        return crossed % 2 == 1

    return inside("land") and not inside("water")


@pytest.mark.parametrize(
    ("x", "y", "land"),
    [
        (51.0, 42.0, False),  # middle of the Caspian
        (34.0, 43.0, False),  # Black Sea
        (51.5, 27.0, False),  # Persian Gulf
        (65.0, 15.0, False),  # Arabian Sea
        (66.9, 48.0, True),  # Kazakhstan
        (59.0, 39.5, True),  # Turkmenistan
        (80.0, 23.0, True),  # India
        (172.0, 67.0, False),  # east of the box
        (20.0, -38.0, False),  # south of the Cape
    ],
)
def test_land_and_water_are_where_they_are(x, y, land):
    assert is_land(x, y) is land


def test_the_outline_is_small_and_says_where_it_is_from(root):
    path = root / "src" / "bereket" / "report" / "outline.json"
    assert path.stat().st_size <= 400_000
    told = json.loads(path.read_text(encoding="utf-8"))
    assert "Natural Earth" in told["about"]
    assert "world-atlas" in told["about"]
    assert "Natural Earth" in (root / "NOTICE").read_text(encoding="utf-8")


def test_mercator_is_that_of_proj():
    latitudes = np.array([-60.0, -10.0, 0.0, 25.5, 43.65, 70.0])
    # A sphere of the size of the equator, as EPSG:3857 takes it.
    _, north = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(
        np.zeros_like(latitudes), latitudes
    )
    expected = north / 1000 / KM_PER_DEGREE
    np.testing.assert_allclose(layers.mercator(latitudes), expected, atol=1e-9)


@given(
    st.lists(
        st.tuples(st.floats(-20, 150), st.floats(-40, 75)), min_size=1, max_size=20
    ),
    st.integers(200, 900),
    st.integers(150, 500),
)
def test_a_view_holds_its_points_and_keeps_their_shape(points, width, height):
    array = np.array(points)
    view = layers.view_of(array, width, height)
    for x, y in zip(array[:, 0], layers.mercator(array[:, 1]), strict=True):
        assert view.holds(x, y)
    per_x = (view.x[1] - view.x[0]) / width
    per_y = (view.y[1] - view.y[0]) / height
    assert per_x == pytest.approx(per_y)


def test_a_way_is_drawn_where_its_links_are(model, found):
    rows = values(maps.route_map(found, model))
    drawn = {row["line"]: row for row in rows if "mode" in row}
    used = {name for way in found.alternatives for name in way.link_ids}
    assert set(drawn) == used
    at = layers.node_points(model)
    link = model["link"]
    for row, name in enumerate(link.labels("link_id")):
        if name in used:
            ends = link.labels("from_node_id")[row], link.labels("to_node_id")[row]
            assert drawn[name]["x"] == pytest.approx([at[end][0] for end in ends])
            assert drawn[name]["length_km"] == link.number("length_km")[row]


def test_the_first_way_lies_bold_on_top(model, found):
    rows = [row for row in values(maps.route_map(found, model)) if "mode" in row]
    first = set(found.alternatives[0].link_ids)
    assert {row["line"] for row in rows if row["wide"] == 4.0} == first
    assert {row["line"] for row in rows[-len(first) :]} == first


def test_drawn_geometry_is_followed(caspian):
    model = read_model(caspian)
    points = layers.link_points(model)
    link = model["link"]
    (row,) = link.row_of[("L269",)]  # Shanghai to Singapore, round Indochina
    ends = link.labels("from_node_id")[row], link.labels("to_node_id")[row]
    at = layers.node_points(model)
    assert len(points["L269"]) > 5
    np.testing.assert_allclose(points["L269"][[0, -1]], [at[end] for end in ends])


def test_no_boundary_line_is_drawn_unless_it_is_brought(model, found):
    plain = maps.route_map(found, model)
    brought = Boundaries(lines=(np.array([[0.0, 0.0], [1.0, 1.0]]),))
    assert len(values(maps.route_map(found, model, brought))) == len(values(plain)) + 1


def test_every_map_says_that_it_judges_nothing(model, found):
    of_corridors = maps.corridor_map(corridors(model), model)
    for chart in (maps.route_map(found, model), of_corridors):
        assert maps.DISCLAIMER in chart.to_dict()["title"]["text"]


def test_a_map_moves_and_zooms_and_tells_figures(model, found):
    spec = maps.route_map(found, model).to_dict()
    (param,) = spec["params"]
    assert param["bind"] == "scales"
    told = [
        field["field"]
        for channel, each in encodings(maps.route_map(found, model))
        if channel == "tooltip"
        for field in each
    ]
    assert {"length_km", "mode", "quality", "places"} <= set(told)


def test_without_an_open_corridor_there_is_no_map_of_them(model):
    shut = corridors(model)
    rows = tuple(dataclasses.replace(row, way=None) for row in shut.corridors)
    with pytest.raises(QuestionError, match="no corridor of 'teaching' is open"):
        maps.corridor_map(dataclasses.replace(shut, corridors=rows), model)


NAMED = st.fixed_dictionaries(
    {
        "label": st.text("abcdef", min_size=1, max_size=20),
        "x": st.floats(0, 100),
        "y": st.floats(0, 50),
        "kind": st.sampled_from(["city", "water"]),
    }
)


@given(st.lists(NAMED, max_size=30))
def test_names_on_a_map_do_not_run_into_each_other(rows):
    view = layers.View((0.0, 100.0), (0.0, 50.0))
    kept = layers.apart(rows, view, 600, 300)  # 6 pixels a degree
    assert all({k: row[k] for k in ("label", "x", "y", "kind")} in rows for row in kept)
    for at, one in enumerate(kept):
        for other in kept[at + 1 :]:
            beside = abs(one["y"] - other["y"]) * 6 <= layers.LABEL_HEIGHT
            assert not (beside and overlap(extent(one), extent(other)))


def extent(row):
    """Return where a name begins and ends [pixels]."""
    x, wide = row["x"] * 6, layers.LETTER_WIDTH * len(row["label"])
    left = {"right": x, "left": x - wide, "middle": x - wide / 2}[row["side"]]
    return left, left + wide


def overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


def features(*each):
    return {"type": "FeatureCollection", "features": list(each)}


def feature(kind, coordinates, **properties):
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def written(tmp_path, told):
    path = tmp_path / "mine.geojson"
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def test_boundaries_of_the_reader_are_read_and_disputes_told_apart(tmp_path):
    square = [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]
    told = read_boundaries(
        written(
            tmp_path,
            features(
                feature("LineString", [[0, 0], [1, 1]]),
                feature("MultiLineString", [[[0, 0], [1, 0]], [[2, 0], [3, 0]]]),
                feature(
                    "LineString",
                    [[5, 5], [6, 6]],
                    featurecla="Disputed (please verify)",
                ),
                feature("Polygon", square, disputed=True),
            ),
        )
    )
    assert len(told.lines) == 3
    assert len(told.disputed) == 2
    assert told.hatching


def test_boundaries_of_natural_earth_are_read(shared):
    path = shared / "data" / "places" / "ne_boundary_lines_10m_region.geojson"
    told = read_boundaries(path)
    assert len(told.lines) > 100
    assert len(told.disputed) >= 20  # disputed, of control, indefinite, indeterminate


CORNER = st.tuples(st.floats(0, 10), st.floats(0, 10))


def area_of(a, b, c):
    (x, y), (u, v) = b - a, c - a
    return abs(x * v - y * u) / 2


@given(st.lists(CORNER, min_size=3, max_size=3, unique=True))
def test_hatching_lies_inside_its_area(corners):
    a, b, c = (np.array(corner) for corner in corners)
    area = area_of(a, b, c)
    assume(area > 1e-3)
    for line in hatched([np.array([a, b, c, a])]):
        for point in (line[0], line.mean(axis=0), line[-1]):
            parts = sum(area_of(point, p, q) for p, q in ((a, b), (b, c), (c, a)))
            assert parts == pytest.approx(area, rel=1e-6)


def test_every_fault_of_a_boundary_file_is_named(tmp_path):
    path = written(
        tmp_path,
        features(
            feature("LineString", [[0, 0], [500000, 4000000]]),
            feature("LineString", []),
            feature("Point", [1, 1]),
            {"type": "Feature", "properties": {}, "geometry": {"type": "LineString"}},
            feature("LineString", [[0, 0], [1, 1]]),
        ),
    )
    with pytest.raises(BereketError) as told:
        read_boundaries(path)
    lines = str(told.value).splitlines()
    assert lines[1].startswith("feature 1: must be in degrees")
    assert lines[2] == "feature 2: must not be empty"
    assert lines[3] == "feature 3: must be a line or an area; found Point"
    assert lines[4].startswith("feature 4: must have a geometry")
    assert len(lines) == 5


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "Feature", "properties": ["a"], "geometry": {"type": "LineString"}},
        feature("LineString", [[1], [2]]),
        feature("LineString", [["a", "b"], ["c", "d"]]),
        feature("LineString", [[True, False], [True, True]]),
        feature("LineString", [[179, 50], [-179, 50]]),
        feature("GeometryCollection", []),
        "text",
    ],
)
def test_odd_features_are_named_and_never_a_traceback(tmp_path, odd):
    path = written(tmp_path, features(odd))
    with pytest.raises(BereketError, match="feature 1: must"):
        read_boundaries(path)


def test_a_mark_of_byte_order_a_bare_feature_and_nothing_to_draw_are_read(tmp_path):
    path = tmp_path / "mine.geojson"
    line = feature("LineString", [[0, 0], [1, 1]])
    path.write_text(json.dumps(line), encoding="utf-8-sig")
    assert len(read_boundaries(path).lines) == 1
    nothing = {"type": "Feature", "properties": {}, "geometry": None}
    assert read_boundaries(written(tmp_path, features(nothing))) == Boundaries()


def test_a_small_disputed_area_is_hatched_too(tmp_path):
    square = [[[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1], [0, 0]]]
    told = read_boundaries(
        written(tmp_path, features(feature("Polygon", square, disputed=True)))
    )
    assert len(told.hatching) >= 6


@pytest.mark.parametrize("text", ["", "{}", "[1]", "not json", "[" * 5000])
def test_a_file_that_is_no_geojson_is_refused(tmp_path, text):
    path = tmp_path / "mine.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BereketError, match="must be GeoJSON with features"):
        read_boundaries(path)
