"""Files of a rail network: what is read, and every fault of them at once."""

import gzip
import json

import numpy as np
import pytest

from bereket import BereketError, ModelError
from bereket.io.places import read_places
from bereket.io.rail import read_connectors, read_network
from bereket.io.rail_lines import read_lines

NODES = """node_id,lon,lat,country_iso3
A,51.2,43.6,KAZ
B,52.9,43.3,KAZ
C,53.9,42.3,nan
"""
LINKS = """link_id,from_node,to_node,length_km
1,A,B,150.5
2,B,C,146
"""
STRAIGHT_KM = 111.195  # a degree of a sphere of 6,371 km


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a file and returns its path."""

    def write(name, text):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def faults(written):
    """Return a function that gives every fault of nodes and links, as lines."""

    def find(nodes=NODES, links=LINKS):
        with pytest.raises(ModelError) as refused:
            read_network(written("nodes.csv", nodes), written("links.csv", links))
        return [str(issue) for issue in refused.value.issues]

    return find


@pytest.fixture
def line_faults(written):
    def find(document):
        text = document if isinstance(document, str) else json.dumps(document)
        with pytest.raises(ModelError) as refused:
            read_lines(written("lines.geojson", text))
        return [str(issue) for issue in refused.value.issues]

    return find


def lines(*features, **more):
    """Return a FeatureCollection of (properties, coordinates)."""
    made = [
        {
            "type": "Feature",
            "properties": told,
            "geometry": {"type": "LineString", "coordinates": points},
        }
        for told, points in features
    ]
    return {"type": "FeatureCollection", "features": made, **more}


def test_nodes_and_links_are_read_as_they_stand(written):
    rail, advice = read_network(
        written("nodes.csv", NODES), written("links.csv", LINKS)
    )
    assert rail.node_id.tolist() == ["A", "B", "C"]
    assert rail.country.tolist() == ["KAZ", "KAZ", ""]  # nan is no country
    assert rail.start_idx.tolist() == [0, 1]
    assert rail.length_km.tolist() == [150.5, 146.0]
    assert advice == ()


def test_the_names_of_gmns_will_do(written):
    nodes = NODES.replace("lon,lat", "x_coord,y_coord")
    links = LINKS.replace("from_node,to_node", "from_node_id,to_node_id")
    rail, _ = read_network(written("n.csv", nodes), written("l.csv", links))
    assert rail.n_links == 2


def test_every_fault_of_both_files_comes_at_once(faults):
    nodes = NODES + "A,500000,4800000,KAZ\nD:1,x,43,KAZ\n"
    links = LINKS + "2,A,Z,-3\n4,Q,B,\n"
    assert faults(nodes, links) == [
        (
            "nodes.csv row 6, node_id: must be a label without : | . = or blanks; "
            "found 'D:1'"
        ),
        "nodes.csv rows 2, 5, node_id: must name one row; found 'A', 'A'",
        "nodes.csv row 6, lon: must be a number with a decimal point; found 'x'",
        (
            "nodes.csv row 5, lon: must be degrees of EPSG:4326, longitude −180 to "
            "180, latitude −90 to 90; these look like metres: reproject the file "
            "first; found '500000 4.8e+06'"
        ),
        "links.csv rows 3, 4, link_id: must name one row; found '2', '2'",
        "links.csv row 5, from_node: must name a node of the network; found 'Q'",
        "links.csv row 4, to_node: must name a node of the network; found 'Z'",
        "links.csv row 5, length_km: must be a number with a decimal point; found ''",
        "links.csv row 4, length_km: must be more than 0; found -3",
    ]


def test_a_missing_column_is_named_with_what_is_there(faults):
    assert faults(links=LINKS.replace("length_km", "length")) == [
        (
            "links.csv row 1, length_km: must have the column length_km; found "
            "link_id, from_node, to_node, length"
        )
    ]


def test_swapped_coordinates_are_named(faults):
    rows = ["node_id,lon,lat,country_iso3", "A,43.6,51.2,KAZ", "B,42.3,70.9,KAZ"]
    (fault,) = faults(
        "\n".join(rows), "link_id,from_node,to_node,length_km\n1,A,B,1600"
    )
    assert "longitude and latitude look swapped" in fault
    rows[1:] = ["A,43.6,101.2,CHN", "B,42.3,102,CHN"]
    (fault,) = faults("\n".join(rows), "link_id,from_node,to_node,length_km\n1,A,B,160")
    assert "longitude and latitude look swapped" in fault


def test_countries_in_small_or_two_letters_are_taken_with_advice(written):
    nodes = NODES.replace("43.6,KAZ", "43.6,kaz").replace("43.3,KAZ", "43.3,KZ")
    nodes = nodes.replace("nan", "Kazakhstan")
    rail, advice = read_network(
        written("nodes.csv", nodes), written("links.csv", LINKS)
    )
    assert rail.country.tolist() == ["KAZ", "KAZ", ""]
    assert [str(issue) for issue in advice] == [
        (
            "nodes.csv rows 2, 3, country_iso3: is taken for the ISO 3166 alpha-3 code "
            "of the country; found 'KAZ for kaz', 'KAZ for KZ'"
        ),
        (
            "nodes.csv row 4, country_iso3: is no ISO 3166 code of a country known "
            "here; it counts as unknown; found 'Kazakhstan'"
        ),
    ]


def test_countries_of_lines_in_small_letters_are_taken_with_advice(written):
    told = lines(
        ({"c0": "KAZ", "c1": "KAZ"}, [[60, 48], [61, 48]]),
        ({"c0": "KAZ", "c1": "kz"}, [[61, 48], [62, 48]]),
    )
    rail, advice = read_lines(written("lines.geojson", json.dumps(told)))
    assert set(rail.country) == {"KAZ"}
    assert [(issue.rows, issue.found) for issue in advice] == [((2,), "'KAZ for kz'")]


def test_lengths_in_metres_are_named(faults):
    links = LINKS.replace("150.5", "150500").replace("146", "146000")
    (fault,) = faults(links=links)
    assert fault.startswith("links.csv, length_km: must be kilometres; these look like")


def test_a_length_below_the_straight_line_is_advice(written):
    links = written("links.csv", LINKS.replace("146", "100"))
    _, advice = read_network(written("nodes.csv", NODES), links)
    assert [str(issue) for issue in advice] == [
        (
            "links.csv row 3, length_km: is shorter than the straight line between its "
            "nodes; found '100 of 137.9 km'"
        )
    ]


def test_one_length_in_metres_among_kilometres_is_named(faults):
    assert faults(links=LINKS + "3,A,B,141400\n") == [
        (
            "links.csv row 4, length_km: is over 50 times the way between its nodes; "
            "found '141400 of 141.2 km'"
        )
    ]


def test_a_long_way_round_is_as_long_as_it_is_drawn(written):
    # Two degrees there and back, to 0.7 km from where it began: 633 times as far.
    way = [[50, 0], [52, 0], [50, 0.006]]
    told = lines(
        ({}, way), ({"km": 300}, [[50, 0], [50, 0.1]]), ({}, [[50, 0], [51, 0]])
    )
    rail, advice = read_lines(written("lines.geojson", json.dumps(told)))
    assert advice == ()
    assert rail.length_km[0] == pytest.approx(4 * STRAIGHT_KM, abs=0.1)


def test_uneven_rows_semicolons_and_no_rows_are_named(faults):
    assert faults(nodes=NODES + "D,1\n") == [
        "nodes.csv row 5: a row must have 4 cells, as the header has; found 2"
    ]
    (fault, *_) = faults(nodes=NODES.replace(",", ";"))
    assert fault.startswith("nodes.csv row 1, node_id: must have the column node_id")
    assert faults(links=LINKS.splitlines()[0]) == [
        "links.csv: must have a header and rows; found none"
    ]


def test_a_file_that_is_not_there_or_no_text_is_named(written, tmp_path):
    nodes = written("nodes.csv", NODES)
    (tmp_path / "links.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelError, match=r"links.csv: must be a CSV text in UTF-8"):
        read_network(nodes, tmp_path / "links.csv")
    with pytest.raises(ModelError, match=r"none\.csv.*no such file"):
        read_network(nodes, tmp_path / "none.csv")


# --- gaps --------------------------------------------------------------------


@pytest.fixture
def rail(written):
    found, _ = read_network(written("nodes.csv", NODES), written("links.csv", LINKS))
    return found


def test_gaps_without_a_review_are_all_joined(written, rail):
    path = written("gaps.csv", "gap_id,from_node,to_node,gap_km\n1,A,C,264\n")
    gaps = read_connectors(path, rail)
    assert gaps.is_accepted.tolist() == [True]
    assert not gaps.is_reviewed


def test_of_reviewed_gaps_only_the_accepted_are_joined(written, rail):
    rows = ["gap_id,from_node,to_node,gap_km,accept"]
    rows += ["1,A,C,264,yes", "2,A,B,142,no", "3,B,C,138,"]
    gaps = read_connectors(written("gaps.csv", "\n".join(rows)), rail)
    assert gaps.is_accepted.tolist() == [True, False, False]
    assert gaps.is_reviewed


def test_every_fault_of_the_gaps_comes_at_once(written, rail):
    rows = ["gap_id,from_node,to_node,gap_km,accept"]
    rows += ["1,A,A,0.5,yes", "1,A,X,0,perhaps"]
    with pytest.raises(ModelError) as refused:
        read_connectors(written("gaps.csv", "\n".join(rows)), rail)
    assert [issue.field for issue in refused.value.issues] == [
        "gap_id",
        "to_node",
        "to_node",
        "gap_km",
        "accept",
    ]


@pytest.mark.parametrize("name", ["Accept", " ACCEPT ", "accept"])
def test_a_review_is_seen_whatever_its_capitals(written, rail, name):
    text = f"Gap_ID,From_Node,To_Node,Gap_km,{name}\n1,A,C,264,no\n2,A,B,142,Yes\n"
    gaps = read_connectors(written("gaps.csv", text), rail)
    assert gaps.is_accepted.tolist() == [False, True]
    assert gaps.is_reviewed


@pytest.mark.parametrize("name", ["accepted", "Accept?", "acept", "accpet", "accepts"])
def test_a_review_under_another_name_is_named(written, rail, name):
    path = written("gaps.csv", f"gap_id,from_node,to_node,gap_km,{name}\n1,A,C,264,no")
    with pytest.raises(ModelError, match="must be named accept; found"):
        read_connectors(path, rail)


def test_two_columns_of_a_review_are_named(written, rail):
    rows = "gap_id,from_node,to_node,gap_km,accept,Accept\n1,A,C,264,no,yes"
    with pytest.raises(ModelError, match="must be the name of one column"):
        read_connectors(written("gaps.csv", rows), rail)


def test_gaps_are_held_against_the_distance_of_their_ends(written, rail):
    rows = ["gap_id,from_node,to_node,gap_km,accept", "1,A,C,0.001,yes"]
    rows += ["2,A,B,40500,yes", "3,B,C,138,yes", "4,C,A,270,no"]
    with pytest.raises(ModelError) as refused:
        read_connectors(written("gaps.csv", "\n".join(rows)), rail)
    assert [str(issue) for issue in refused.value.issues] == [
        (
            "gaps.csv row 3, gap_km: is over 50 times the way between its nodes; found "
            "'40500 of 141.2 km'"
        ),
        (
            "gaps.csv row 2, gap_km: is shorter than the straight line between its "
            "nodes; found '0.001 of 263.0 km'"
        ),
    ]


# --- lines -------------------------------------------------------------------


def test_lines_meet_where_their_ends_do_and_are_as_long_as_drawn(written):
    told = lines(({}, [[50, 0], [51, 0], [52, 0]]), ({}, [[52, 0], [52, 1]]))
    rail, _ = read_lines(written("lines.geojson", json.dumps(told)))
    assert (rail.n_nodes, rail.n_links) == (3, 2)
    assert rail.end_idx[0] == rail.start_idx[1]
    assert rail.length_km == pytest.approx([2 * STRAIGHT_KM, STRAIGHT_KM], abs=0.01)
    assert rail.points(0).tolist() == [[50, 0], [51, 0], [52, 0]]


def test_properties_of_lines_go_before_their_geometry(tmp_path):
    first = {"link_id": 7, "from": 1, "to": 2, "km": 130, "c0": "KAZ", "c1": "UZB"}
    second = {"link_id": 8, "from": 2, "to": 3, "km": 120.5, "c0": "UZB", "c1": "UZB"}
    told = lines((first, [[60, 43], [61, 43]]), (second, [[61, 43], [62, 43]]))
    path = tmp_path / "lines.geojson.gz"
    path.write_bytes(gzip.compress(json.dumps(told).encode()))
    rail, _ = read_lines(path)
    assert rail.node_id.tolist() == ["1", "2", "3"]
    assert rail.country.tolist() == ["KAZ", "UZB", "UZB"]
    assert rail.link_id.tolist() == ["7", "8"]
    assert rail.length_km.tolist() == [130.0, 120.5]


def test_empty_geometries_and_other_kinds_are_named_together(line_faults):
    told = lines(({}, [[50, 0], [51, 0]]), ({}, []), ({}, [[50, 0]]), ({}, [["x", 0]]))
    told["features"].append({"type": "Feature", "geometry": None})
    told["features"].append(
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [50, 0]}}
    )
    assert line_faults(told) == [
        (
            "lines.geojson rows 2, 3, 4 and 2 more, geometry: must be a LineString of "
            "two points or more; found an empty geometry, or another kind"
        )
    ]


def test_a_line_that_crosses_itself_is_advice(written):
    told = lines(({}, [[50, 0], [51, 1], [51, 0], [50, 1]]))
    _, advice = read_lines(written("lines.geojson", json.dumps(told)))
    assert [str(issue) for issue in advice] == [
        (
            "lines.geojson row 1, geometry: crosses itself: a spiral, or points in the "
            "wrong order; found 1 of 1 lines"
        )
    ]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (lines(({}, [[6e6, 5e6], [6.1e6, 5e6]])), "these look like metres"),
        (lines(({}, [[43, 99], [43, 100]])), "latitude look swapped"),
        (
            lines(
                ({}, [[50, 0], [51, 0]]),
                crs={"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}},
            ),
            "coordinates must be degrees, EPSG:4326; reproject",
        ),
        (
            lines(({"from": 1, "to": 2}, [[50, 0], [51, 0]]), ({}, [[51, 0], [52, 0]])),
            "must name a node in every feature, or in none",
        ),
        (
            lines(
                ({"from": 1, "to": 2}, [[50, 0], [51, 0]]),
                ({"from": 2, "to": 3}, [[58, 0], [59, 0]]),
            ),
            "an end must lie within 0.01 degree of the node it names",
        ),
        (lines(({"km": 111000}, [[50, 0], [51, 0]])), "these look like metres"),
        (lines(({"km": "far"}, [[50, 0], [51, 0]])), "must be a number"),
        (
            lines(([1], [[50, 0], [51, 0]]), (None, [[51, 0], [52, 0]])),
            "row 1, properties: must be an object of names and values, or null",
        ),
        ({"type": "FeatureCollection", "features": []}, "must have features"),
        ({"type": "Topology"}, "must be a FeatureCollection"),
        ("[1, 2", "must be GeoJSON"),
        ("[" * 100_000, "must be GeoJSON"),
    ],
)
def test_what_is_wrong_with_lines_is_named(line_faults, told, said):
    assert any(said in fault for fault in line_faults(told))


def test_the_degrees_of_geojson_itself_are_taken(written):
    crs = {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    told = lines(({}, [[50, 0], [51, 0]]), crs=crs)
    rail, _ = read_lines(written("lines.geojson", json.dumps(told)))
    assert rail.n_links == 1


def test_a_packed_file_that_is_none_is_named(tmp_path):
    (tmp_path / "lines.geojson.gz").write_bytes(b"no gzip")
    with pytest.raises(ModelError, match="plain or packed by gzip"):
        read_lines(tmp_path / "lines.geojson.gz")


# --- places ------------------------------------------------------------------

UNLOCODE = """unlocode,name,function,lat,lon
KZAAU,Aktau,12-4----,43.65,51.15
KZSCO,Aktau Apt,---4----,43.85,51.08
GEPTI,Poti,1-------,,
KZNON,Nowhere (old),-2------,,
TMBAD,Wrong,-2------,38150,51
"""
GEONAMES = """geonameid,name,latitude,longitude,countrycode,altnames
612366,P'ot'i,42.14,41.67,GE,Poti|Phasis
1,Nowhere,45,70,RU,
"""


def test_unlocode_without_rail_or_port_is_passed_over_and_gaps_are_filled(written):
    paths = [written("unlocode.csv", UNLOCODE), written("towns.csv", GEONAMES)]
    found = read_places(paths)
    by_id = {place.place_id: place for place in found.places}
    assert list(by_id) == ["KZAAU", "GEPTI", "GN612366", "GN1"]
    assert by_id["KZAAU"].has_rail
    assert by_id["KZAAU"].country == "KAZ"
    poti = by_id["GEPTI"]
    assert (poti.lon, poti.lat, poti.node_type) == (41.67, 42.14, "seaport")
    assert poti.listed_in == "unlocode.csv, coordinates by name from towns.csv"
    # Of that name there is a town in Russia, but none in Kazakhstan.
    assert [place.place_id for place in found.unplaced] == ["KZNON", "TMBAD"]
    assert found.n_passed_over == 1
    assert [issue.rows for issue in found.advice] == [(6,)]


def test_coordinates_by_code_go_before_those_by_name(written):
    codes = "locode,country,lat,lon,name_if_port\nGEPTI,GE,42.2,41.7,\n"
    paths = [
        written("unlocode.csv", UNLOCODE),
        written("towns.csv", GEONAMES),
        written("codes.csv", codes),
    ]
    (poti,) = [p for p in read_places(paths).places if p.place_id == "GEPTI"]
    assert (poti.lon, poti.lat) == (41.7, 42.2)


def test_a_model_is_a_list_of_places_but_for_its_waypoints(written):
    header = "node_id,name,x_coord,y_coord,node_type,country_iso3\n"
    rows = "AKT,Aktau,51.2,43.6,seaport,KAZ\nHRZ,Hormuz,56.5,26.5,waypoint,OMN\n"
    found = read_places([written("node.csv", header + rows)])
    assert [place.place_id for place in found.places] == ["AKT"]
    assert found.n_passed_over == 1


def test_a_table_that_is_no_list_of_places_is_named(written):
    with pytest.raises(ModelError, match="must be a list of places"):
        read_places([written("x.csv", "town,where\nAktau,sea\n")])
    with pytest.raises(BereketError, match="no such file"):
        read_places([written("x.csv", "").with_name("none.csv")])


def test_the_region_is_read_whole(shared):
    folder = shared / "data" / "transport"
    rail, advice = read_network(
        folder / "osm_rail_region_nodes.csv", folder / "osm_rail_region_links.csv"
    )
    drawn, _ = read_lines(folder / "osm_rail_region_lines.geojson.gz")
    assert (rail.n_nodes, rail.n_links) == (drawn.n_nodes, drawn.n_links)
    assert (rail.n_nodes, rail.n_links) == (31_127, 48_582)  # as its README says
    assert advice == ()
    # The lines round their kilometres to two decimals.
    assert np.abs(rail.length_km - drawn.length_km).max() < 0.0051
    place = {label: at for at, label in enumerate(drawn.node_id)}
    order = [place[label] for label in rail.node_id]
    assert (rail.lon == drawn.lon[order]).all()
    gaps = read_connectors(folder / "osm_rail_region_gap_candidates.csv", rail)
    assert gaps.gap_id.size == 361


def test_labels_that_a_model_cannot_hold_are_named(written):
    rows = "node_id,name,x_coord,y_coord\nA B,Town,50,40\nC,Village,51,40\n"
    with pytest.raises(ModelError, match=r"x.csv row 2, node_id: must be a label"):
        read_places([written("x.csv", rows)])


def test_a_kind_of_place_that_a_model_does_not_know_is_a_station(written):
    rows = "node_id,name,x_coord,y_coord,node_type\nC,,51,40,hamlet\n"
    (place,) = read_places([written("x.csv", rows)]).places
    assert (place.node_type, place.name) == ("station", "C")
