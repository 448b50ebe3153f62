"""GeoJSON: every place and link, as the standard asks."""

import json
from itertools import pairwise

import pytest
from tests.model.altered import row_at, with_cell

from bereket import blank_model, read_model, write_model

WIDEST, HIGHEST = 180, 90


def written(model, path):
    write_model(model, path)
    whole = json.loads(path.read_text("utf-8"))
    return whole, {each["id"]: each for each in whole["features"]}


@pytest.fixture(scope="module")
def sea(caspian, tmp_path_factory):
    model = read_model(caspian)
    path = tmp_path_factory.mktemp("sea") / "caspian.geojson"
    return model, *written(model, path)


def positions(geometry):
    if geometry["type"] == "Point":
        return [geometry["coordinates"]]
    if geometry["type"] == "LineString":
        return geometry["coordinates"]
    return [at for part in geometry["coordinates"] for at in part]


def test_every_place_and_link_is_a_feature_with_its_row_reference(sea):
    model, whole, features = sea
    assert whole["type"] == "FeatureCollection"
    assert set(features) == {*model["node"].references, *model["link"].references}
    assert len(whole["features"]) == len(features)


def test_the_file_says_which_model_it_shows(sea):
    model, whole, _ = sea
    assert whole["bereket"] == {
        "model": "caspian",
        "version": model.config("version"),
        "hash": model.content_hash,
    }


def test_every_position_is_a_longitude_and_a_latitude_no_part_passes_the_edge(sea):
    for feature in sea[1]["features"]:
        geometry = feature["geometry"]
        for x, y in positions(geometry):
            assert abs(x) <= WIDEST
            assert abs(y) <= HIGHEST
        lines = {"LineString": [geometry["coordinates"]]}
        for part in lines.get(geometry["type"], geometry["coordinates"]):
            if geometry["type"] != "Point":
                steps = pairwise(part)
                assert all(abs(a[0] - b[0]) <= WIDEST for a, b in steps)


def test_columns_are_properties_figures_numbers_unknown_null(sea):
    _, _, features = sea
    link = features["link:L001"]["properties"]
    assert link["length_km"] == 223
    assert link["electrified"] is True
    assert link["capacity_t_per_day"] is None
    assert link["from_node_id"] == "LYG"
    assert "geometry" not in link


def test_a_link_is_drawn_by_its_geometry_or_straight(tmp_path):
    way = "LINESTRING (52 43.6, 53 43, 54.2 41.4)"
    blank = blank_model()
    row = row_at(blank, "link", "L1")
    model = with_cell(blank, "link", row, "geometry", way)
    _, features = written(model, tmp_path / "x.geojson")
    drawn, straight = features["link:L1"], features["link:L2"]
    assert drawn["geometry"] == {
        "type": "LineString",
        "coordinates": [[52, 43.6], [53, 43], [54.2, 41.4]],
    }
    assert drawn["properties"]["is_straight"] is False
    assert straight["properties"]["is_straight"] is True
    assert len(straight["geometry"]["coordinates"]) == 2


def test_a_link_over_the_date_line_is_cut_there(tmp_path):
    blank = blank_model()
    model = with_cell(blank, "node", row_at(blank, "node", "EAST"), "x_coord", 179)
    gate = row_at(blank, "node", "EASTGATE")
    model = with_cell(model, "node", gate, "x_coord", -179)
    _, features = written(model, tmp_path / "x.geojson")
    geometry = features["link:L1"]["geometry"]
    assert geometry["type"] == "MultiLineString"
    east, west = geometry["coordinates"]
    assert (east[0][0], east[-1][0], west[0][0], west[-1][0]) == (179, 180, -180, -179)


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "x.geojson"
    written(blank_model(), path)
    before = path.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_model(blank_model(), path)
    assert path.read_bytes() == before
