"""Ways of ships in the reference model: over water, short, and by the straits named.

The outline of land (Natural Earth, 1:50 million) and networkx are the oracles.
"""

import csv
import importlib
import json
import re
import sys
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

EARTH_RADIUS_KM = 6371.0
STEP_KM = 2  # between the points of a way that are held against the outline
# The outline is rounded to 0.01 degrees and thinned to 0.04, some 4 km.
LAND_KM = 5
NEAR_PORT_KM = 15  # ports lie in bays and rivers that the outline does not have
# Water that the outline does not have or closes: west, south, east, north, reason.
NARROW_WATERS = {
    "Suez Canal": (32.2, 29.9, 32.7, 31.35, "dug through land, 160 km"),
    "Bosporus": (28.9, 40.9, 29.25, 41.3, "a kilometre wide"),
    "Volga": (47.4, 45.4, 48.2, 46.5, "the Bakhtemir arm, to Olya and Astrakhan"),
    "Elbe": (8.8, 53.4, 10.1, 54.0, "the river up to Hamburg"),
    "Lake Van": (42.2, 38.3, 43.5, 38.8, "the outline has no lake but the Caspian"),
}
# Drawn against stated length. Lanes round a corner wider than ships do, and stated
# lengths hold rivers and approaches that the lanes cut short.
SHORTER, LONGER = -0.12, 0.08
# A line across each strait that has a place in the model, from shore to shore or into
# the open ocean: a way that crosses it names the strait.
GATES = {
    "HRZ": ((56.35, 26.25), (57.1, 27.0)),
    "BAM": ((43.2, 12.95), (43.6, 12.3)),
    "SUZ": ((32.3, 29.95), (32.8, 29.95)),
    "CGH": ((18.4, -34.0), (18.4, -40.0)),
}


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def positions(caspian):
    """Position of each place of the model, and of each point of the lanes."""
    places = {row["node_id"]: row for row in rows_of(caspian / "node.csv")}
    points = rows_of(caspian / "build" / "hand" / "sea_points.csv")
    every = places | {row["point_id"]: row for row in points}
    return {
        label: (float(row["x_coord"]), float(row["y_coord"]))
        for label, row in every.items()
    }


@pytest.fixture(scope="module")
def links(caspian):
    return rows_of(caspian / "link.csv")


@pytest.fixture(scope="module")
def at_sea(links):
    return {row["link_id"]: row for row in links if "sea_" in row["allowed_uses"]}


@pytest.fixture(scope="module")
def ways(at_sea):
    """Points of each way, longitude and latitude."""
    found = {}
    for link_id, row in at_sea.items():
        inner = re.fullmatch(r"LINESTRING \((.+)\)", row["geometry"]).group(1)
        found[link_id] = [tuple(map(float, p.split(" "))) for p in inner.split(", ")]
    return found


@pytest.fixture(scope="module")
def lanes(caspian, positions):
    graph = nx.Graph()
    for row in rows_of(caspian / "build" / "hand" / "sea_lanes.csv"):
        ends = row["from"], row["to"]
        graph.add_edge(*ends, km=length_km([positions[label] for label in ends]))
    return graph


def length_km(points):
    """Length of a line along great circles, by the angle between unit vectors."""
    x, y = np.radians(np.array(points)).T
    unit = np.array([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])
    across = np.linalg.norm(np.cross(unit[:, :-1], unit[:, 1:], axis=0), axis=0)
    along = (unit[:, :-1] * unit[:, 1:]).sum(axis=0)
    return EARTH_RADIUS_KM * float(np.arctan2(across, along).sum())


def named_places(row):
    via = [part for part in row["via_node_ids"].split("|") if part]
    return [row["from_node_id"], *via, row["to_node_id"]]


# --- form ------------------------------------------------------------------------


def test_every_link_at_sea_has_a_way_and_no_other_link_has_one(links, at_sea):
    assert len(at_sea) > 80
    assert [row["link_id"] for row in links if row["geometry"]] == list(at_sea)


def test_a_way_starts_and_ends_at_the_places_of_its_link(at_sea, ways, positions):
    for link_id, row in at_sea.items():
        ends = ways[link_id][0], ways[link_id][-1]
        assert ends == (positions[row["from_node_id"]], positions[row["to_node_id"]])


def test_a_way_has_two_decimals_at_most(at_sea):
    for row in at_sea.values():
        assert not re.search(r"\.\d{3}", row["geometry"]), row["link_id"]


def test_a_way_turns_back_nowhere_and_stands_nowhere_still(ways):
    for link_id, way in ways.items():
        assert len(set(way)) == len(way), link_id


def test_every_point_and_lane_is_sailed(ways, lanes, positions):
    label = {place: name for name, place in positions.items() if name in lanes}
    sailed = {
        frozenset(label[end] for end in piece)
        for way in ways.values()
        for piece in pairwise(way)
    }
    assert sailed == {frozenset(lane) for lane in lanes.edges}


def test_points_say_that_they_are_assumed(caspian):
    for row in rows_of(caspian / "build" / "hand" / "sea_points.csv"):
        assert "; assumed from general knowledge" in row["note"], row["point_id"]


# --- water -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def outline(root):
    path = root / "src" / "bereket" / "report" / "outline.json"
    with path.open(encoding="utf-8") as stream:
        return json.load(stream)


def is_inside(rings, points):
    """Tell which points lie in an odd number of rings (rays to the east)."""
    crossings = np.zeros(len(points), dtype=int)
    for x, y in map(np.array, rings):
        in_height = (points[:, 1] >= y.min()) & (points[:, 1] <= y.max())
        near = np.nonzero(in_height & (points[:, 0] <= x.max()))[0]
        rise = np.where(np.diff(y) == 0, 1.0, np.diff(y))  # flat edges cross no ray
        for index in near:
            px, py = points[index]
            spans = (y[:-1] > py) != (y[1:] > py)
            meets = x[:-1] + (py - y[:-1]) * np.diff(x) / rise
            crossings[index] += np.count_nonzero(spans & (meets > px))
    return crossings % 2 == 1


def is_land(outline, points):
    return is_inside(outline["land"], points) & ~is_inside(outline["water"], points)


def is_narrow(points):
    x, y = points.T
    return np.any(
        [
            (x >= west) & (x <= east) & (y >= south) & (y <= north)
            for west, south, east, north, _ in NARROW_WATERS.values()
        ],
        axis=0,
    )


def along(piece):
    """Points along a piece of way, every two kilometres or closer."""
    count = int(np.ceil(length_km(piece) / STEP_KM)) + 1
    return np.linspace(*piece, count)


def longest_run(flags):
    runs = "".join("x" if flag else " " for flag in flags).split()
    return max(map(len, runs), default=0)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((37.6, 55.7), True),  # Moscow
        ((51.5, 38.5), False),  # the south of the Caspian
        ((33.0, 43.0), False),  # the Black Sea
        ((33.0, 39.0), True),  # Anatolia
        ((49.9, 40.45), True),  # the Absheron peninsula
    ],
)
def test_the_outline_knows_land_from_water(outline, place, expected):
    assert is_land(outline, np.array([place])).tolist() == [expected]


def test_no_way_crosses_land(outline, at_sea, ways, positions):
    ports = {
        positions[row[end]]
        for row in at_sea.values()
        for end in ("from_node_id", "to_node_id")
    }
    pieces = {tuple(sorted(p)) for way in ways.values() for p in pairwise(way)}
    over_land = {}
    for piece in sorted(pieces):
        points = along(piece)
        dry = is_land(outline, points) & ~is_narrow(points)
        for end in ports & set(piece):
            dry &= np.array([length_km([end, p]) > NEAR_PORT_KM for p in points])
        if longest_run(dry) * STEP_KM > LAND_KM:
            over_land[piece] = points[dry].round(2).tolist()
    assert over_land == {}


def test_every_narrow_water_that_is_excused_is_land_in_the_outline(outline, ways):
    points = np.concatenate([along(p) for way in ways.values() for p in pairwise(way)])
    for name, (west, south, east, north, _) in NARROW_WATERS.items():
        low, high = (points >= (west, south)), (points <= (east, north))
        here = np.unique(points[low.all(axis=1) & high.all(axis=1)], axis=0)
        assert is_land(outline, here).any(), name


# --- shortest ways and straits ---------------------------------------------------


def test_each_way_is_the_shortest_over_the_lanes(at_sea, ways, lanes):
    places = {label for label in lanes if label.isupper()}
    for link_id, row in at_sea.items():
        stops = named_places(row)
        km = 0.0
        for ends in pairwise(stops):
            free = lanes.subgraph(set(lanes) - (places - set(ends)))
            km += nx.dijkstra_path_length(free, *ends, weight="km")
        assert length_km(ways[link_id]) == pytest.approx(km), link_id


def side(one, other, point):
    (ax, ay), (bx, by), (x, y) = one, other, point
    return np.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax))


def crosses(piece, gate):
    return (
        side(*gate, piece[0]) * side(*gate, piece[1]) <= 0
        and side(*piece, gate[0]) * side(*piece, gate[1]) <= 0
    )


@pytest.mark.parametrize("strait", GATES)
def test_a_way_passes_a_strait_where_its_link_names_it_and_only_there(
    at_sea, ways, positions, strait
):
    passing = {
        link_id
        for link_id, way in ways.items()
        if any(crosses(piece, GATES[strait]) for piece in pairwise(way))
    }
    naming = {key for key, row in at_sea.items() if strait in named_places(row)}
    assert passing <= naming
    assert {key for key, way in ways.items() if positions[strait] in way} == naming


@pytest.mark.parametrize(
    ("link_id", "place"),
    [
        ("L269", (119.6, 24.4)),  # Shanghai-Singapore: Taiwan strait
        ("L278", (80.6, 5.8)),  # Singapore-Suez: south of Ceylon
        ("L280", (-5.6, 35.95)),  # Suez-Rotterdam: Gibraltar
        ("L286", (10.95, 55.35)),  # Suez-St Petersburg: Great Belt
        ("L227", (50.8, 40.4)),  # Aktau-Alat: east of Absheron
        ("L256", (29.05, 41.1)),  # Poti-Piraeus: Bosporus
        ("L257", (18.9, 40.2)),  # Mersin-Trieste: Otranto
        ("L290", (-18.2, 16.0)),  # the Cape-Rotterdam: off Dakar
        ("L292", (129.3, 34.9)),  # Shanghai-Vladivostok: Korea strait
    ],
)
def test_well_known_ways_pass_where_ships_do(ways, link_id, place):
    points = np.concatenate([along(piece) for piece in pairwise(ways[link_id])])
    assert np.hypot(*(points - place).T).min() < 0.3  # degrees


# --- lengths ---------------------------------------------------------------------


def test_drawn_and_stated_lengths_that_differ_are_told_in_the_readme(
    caspian, at_sea, ways
):
    differ = {}
    for link_id, row in at_sea.items():
        drawn, stated = length_km(ways[link_id]), float(row["length_km"])
        if not SHORTER <= drawn / stated - 1 <= LONGER:
            differ[link_id] = (round(stated), round(drawn))
    readme = (caspian / "README.md").read_text(encoding="utf-8")
    _, told = readme.split("## Drawn and stated lengths at sea\n")
    lines = re.findall(
        r"^\| `(L\d+)` [^|]+\| ([\d,]+) \| ([\d,]+) \|", told, re.MULTILINE
    )
    assert differ == {
        link_id: tuple(int(km.replace(",", "")) for km in lengths)
        for link_id, *lengths in lines
    }


# --- the module that draws -------------------------------------------------------


@pytest.fixture
def sea_ways(caspian, monkeypatch):
    """The module of the build; `tables`, which it imports, is forgotten afterwards."""
    monkeypatch.syspath_prepend(str(caspian / "build"))
    for name in ("tables", "sea_ways"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module("sea_ways")
    for name in ("tables", "sea_ways"):
        sys.modules.pop(name, None)


NODES = [
    {"node_id": "A", "x_coord": "0", "y_coord": "0"},
    {"node_id": "B", "x_coord": "2", "y_coord": "0"},
    {"node_id": "S", "x_coord": "1", "y_coord": "0"},
]


def tables_by_hand(points, lanes):
    """Stand for `hand_rows`: points by label, lanes as pairs."""
    return {
        "sea_points": [
            {"point_id": label, "x_coord": x, "y_coord": y} for label, x, y in points
        ],
        "sea_lanes": [{"from": start, "to": end} for start, end in lanes],
    }.__getitem__


def test_a_strait_is_passed_where_named_and_gone_round_where_not(sea_ways, monkeypatch):
    # Straight on by the strait S, or round it by the point p.
    lanes = [("A", "S"), ("S", "B"), ("A", "p"), ("p", "B")]
    hand = tables_by_hand([("p", "1", "1")], lanes)
    monkeypatch.setattr(sea_ways, "hand_rows", hand)
    chart = sea_ways.read_chart(NODES)
    link = {"link_id": "L1", "from_node_id": "A", "to_node_id": "B"}
    assert sea_ways.way(chart, link) == ["A", "p", "B"]
    assert sea_ways.way(chart, {**link, "via_node_ids": "S"}) == ["A", "S", "B"]


def test_a_link_that_no_lane_serves_is_refused(sea_ways, monkeypatch):
    monkeypatch.setattr(sea_ways, "hand_rows", tables_by_hand([], [("A", "S")]))
    chart = sea_ways.read_chart(NODES)
    link = {"link_id": "L1", "from_node_id": "A", "to_node_id": "B"}
    with pytest.raises(ValueError, match="L1"):
        sea_ways.way(chart, link)


def test_faults_of_the_hand_tables_are_told_together(sea_ways, monkeypatch):
    points = [("A", "0", "1"), ("idle", "1", "1")]
    monkeypatch.setattr(sea_ways, "hand_rows", tables_by_hand(points, [("A", "far")]))
    with pytest.raises(ValueError, match=r"'A'.*'far'.*'idle'"):
        sea_ways.read_chart(NODES)
