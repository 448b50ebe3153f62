"""GMNS: networks of others read, our own held against the standard's rules."""

import csv
import math
import re
from collections import Counter

import networkx as nx
import numpy as np
import pytest
from pyproj import Geod
from tests.model.altered import with_cell

from bereket import BereketError, blank_model, read_model, write_model
from bereket.io.gmns.places import fitting_unit, into_degrees, line, other_unit
from bereket.io.gmns.reading import GmnsParams, examine_gmns
from bereket.model.geometry import coordinates
from bereket.model.model import canonical

USA = GmnsParams("USA", base_date="2024-01-01")
FOOT_KM = 0.0003048
# The sphere of our lengths against the ellipsoid of PROJ: at most 0.56 % apart.
SPHERE = 0.006
WHOLE_FOOT = 0.0005  # lengths are whole feet, the median one of about a thousand
DEGREE_TOLERANCE = 1e-5  # a metre: the two files were made by other tools and grids
YES = {"true", "1", "yes"}


@pytest.fixture(scope="module")
def gmns(shared):
    return shared / "data" / "networks" / "gmns"


@pytest.fixture(scope="module")
def lima(gmns):
    return examine_gmns(gmns / "Lima" / "GMNS", USA)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def said(issues):
    return [str(issue) for issue in issues]


def folder_of(tmp_path, **tables):
    """Write a GMNS folder of a few lines."""
    whole = {
        "config": "dataset_name,long_length,speed,crs\ntown,km,km/h,EPSG:4326\n",
        "node": "node_id,x_coord,y_coord\n1,50,45\n2,51,45\n3,51,46\n",
        "link": (
            "link_id,from_node_id,to_node_id,directed,length,free_speed,lanes\n"
            "1,1,2,1,80,60,2\n2,2,3,0,115,,\n"
        ),
    } | tables
    for name, text in whole.items():
        if text is not None:
            (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    return tmp_path


def examined(tmp_path, params=USA, **tables):
    asked = GmnsParams("KAZ", base_date="2024-01-01") if params is USA else params
    return examine_gmns(folder_of(tmp_path, **tables), asked)


# --- real networks -------------------------------------------------------------


def test_lima_is_read_whole_without_fault(lima, gmns):
    model = lima.model
    assert lima.faults == ()
    assert len(model["node"]) == len(rows_of(gmns / "Lima/GMNS/node.csv")) == 2232
    assert len(model["link"]) == len(rows_of(gmns / "Lima/GMNS/link.csv")) == 6095


def test_lima_says_miles_but_its_lengths_are_feet(lima, gmns):
    feet = [float(row["length"]) for row in rows_of(gmns / "Lima/GMNS/link.csv")]
    km = lima.model["link"].number("length_km")
    assert np.allclose(km, np.array(feet) * FOOT_KM, rtol=0, atol=1e-6)
    assert any("'ft'" in text and "'mi' stated" in text for text in said(lima.advice))


def test_two_files_of_lima_made_by_others_agree_on_every_place_and_length(lima, gmns):
    other = examine_gmns(gmns / "Lima" / "DTALite", USA)
    assert other.faults == ()
    for axis in ("x_coord", "y_coord"):
        places = lima.model["node"].number(axis)
        assert np.allclose(
            other.model["node"].number(axis), places, rtol=0, atol=DEGREE_TOLERANCE
        )
    whole = lima.model["link"].number("length_km").sum()
    assert other.model["link"].number("length_km").sum() == pytest.approx(whole)


def test_ways_of_lima_are_as_long_as_told_on_the_ellipsoid(lima):
    globe, link = Geod(ellps="WGS84"), lima.model["link"]
    drawn = [
        globe.line_length(*coordinates(text).T) / 1000 for text in link.text("geometry")
    ]
    ratios = link.number("length_km") / np.array(drawn)
    assert np.median(ratios) == pytest.approx(1, abs=WHOLE_FOOT)
    # The rest is the file's own: curves and ramps are told longer than they are drawn.
    gaps = np.abs(link.number("length_km") - np.array(drawn))
    assert (gaps <= FOOT_KM).mean() > 0.86


def test_every_way_of_lima_runs_from_its_start_to_its_end(lima):
    node, link = lima.model["node"], lima.model["link"]
    xy = dict(
        zip(
            node.text("node_id"),
            zip(node.number("x_coord"), node.number("y_coord"), strict=True),
            strict=True,
        )
    )
    for row in range(len(link)):
        points = coordinates(link.text("geometry")[row])
        for at, column in ((0, "from_node_id"), (-1, "to_node_id")):
            place = xy[link.text(column)[row]]
            assert math.dist(points[at], place) < DEGREE_TOLERANCE


def test_lima_is_joined_as_the_file_joins_it(lima, gmns):
    told = rows_of(gmns / "Lima/GMNS/link.csv")
    theirs = nx.DiGraph((row["from_node_id"], row["to_node_id"]) for row in told)
    link = lima.model["link"]
    pairs = zip(link.text("from_node_id"), link.text("to_node_id"), strict=True)
    ours = nx.DiGraph(pairs)
    assert set(ours.edges) == set(theirs.edges)
    assert set(link.number("directed")) == {1.0}  # dir_flag says so


def test_what_of_lima_is_not_used_is_named(lima):
    aside = {i.table: i.found for i in lima.advice if "left aside" in i.rule}
    assert aside == {
        "lane": "6,658 rows",
        "movement": "12,627 rows",
        "segment": "365 rows",
        "segment_lane": "392 rows",
    }
    (renamed,) = [i for i in lima.advice if "without blanks" in i.rule]
    assert renamed.found == "'1 100002', now '1_100002'"


def test_cambridge_is_read_through_headers_cut_by_a_shapefile(gmns):
    folder = gmns / "Cambridge_Multimodal_Network"
    found = examine_gmns(folder, USA)
    assert found.faults == ()
    told = rows_of(folder / "link.csv")
    loops = [row["link_id"] for row in told if row["from_node_"] == row["to_node_id"]]
    link = found.model["link"]
    assert len(link) == len(told) - len(loops) == 2957
    (aside,) = [i for i in found.advice if "way to nowhere" in i.rule]
    assert [told[n - 2]["link_id"] for n in aside.rows] == loops
    kept = [row for row in told if row["link_id"] not in loops]
    metres = np.array([float(row["length"]) for row in kept])
    assert np.allclose(link.number("length_km"), metres / 1000, rtol=0, atol=1e-6)
    assert Counter(link.text("allowed_uses")) == Counter(
        row["allowed_us"].replace(";", "|") or "walk|bike|auto" for row in kept
    )


def test_a_speed_without_a_unit_is_not_used_until_one_is_given(gmns):
    folder = gmns / "Cambridge_Multimodal_Network"
    silent = examine_gmns(folder, USA).model["link"]
    assert np.isnan(silent.number("commercial_speed_kmh")).all()
    assert "gmns_free_speed" in silent.columns
    given = examine_gmns(folder, GmnsParams("USA", speed_unit="mph")).model["link"]
    fastest = np.nanmax(given.number("commercial_speed_kmh"))
    assert fastest == pytest.approx(56 * 1.609344)  # the highest of the file is 56


# --- faults --------------------------------------------------------------------


def test_a_small_town_is_read_with_units_and_lanes(tmp_path):
    link = examined(tmp_path).model["link"]
    assert link.number("length_km").tolist() == [80, 115]
    assert link.number("commercial_speed_kmh")[0] == 60
    assert link.number("tracks")[0] == 2
    assert link.number("directed").tolist() == [1, 0]
    assert link.text("source_id").tolist() == ["gmns", "gmns"]


APART = "MULTILINESTRING ((50 45, 50.5 45), (50.6 45, 51 45))"
HEAD = "link_id,from_node_id,to_node_id,directed,length,geometry\n"
WITHOUT_NODES = HEAD + "1,1,9,1,80,\n2,8,3,1,115,\n"
TWICE = "node_id,x_coord,y_coord\n1,50,45\n1,51,45\n3,51,46\n2,51,45\n"
WITHOUT_LATITUDE = "node_id,x_coord\n1,50\n2,51\n3,51\n"
METRES = "node_id,x_coord,y_coord\n1,585000,4465000\n2,6e5,4e6\n3,6e5,4e6\n"
FURLONGS = "dataset_name,long_length,crs\ntown,furlong,EPSG:4326\n"
NO_FIGURES = (
    "link_id,from_node_id,to_node_id,directed,length,free_speed,lanes,capacity\n"
    '1,1,2,1,-81.4,-60,1,\n2,2,3,1,abc,60,inf,\n3,1,3,1,"81,4",-60,,many\n'
)
SILENT = "link_id,from_node_id,to_node_id,length\n1,1,2,80\n"

ENDS = "must name a node of the model; found "
COMMA = "must be a number with a decimal point, not a comma"
METRES_FAULT = "node, x_coord: crs says EPSG:4326, so coordinates must"
NOT_JOINED = (
    "geometry: must be one line: each part begins where the one before ends; found "
    "part 1 that ends at 50.5 45 and part 2 that begins at 50.6 45"
)
NO_LINE = "geometry: must be well-known text, LINESTRING (x y, x y, …); found no LINE"


@pytest.mark.parametrize(
    ("tables", "beginnings"),
    [
        (
            {"link": WITHOUT_NODES},
            [
                f"link row 3, from_node_id: {ENDS}'8'",
                f"link row 2, to_node_id: {ENDS}'9'",
            ],
        ),
        ({"node": TWICE}, ["node rows 2, 3, node_id: '1' must name one row"]),
        ({"node": WITHOUT_LATITUDE}, ["node row 1, y_coord: the column must be there"]),
        (
            {"link": HEAD + "1,1,2,1,80,LINESTRING EMPTY\n"},
            ["link row 2, geometry: must not be an empty line"],
        ),
        ({"link": HEAD + f'1,1,2,1,80,"{APART}"\n'}, [f"link row 2, {NOT_JOINED}"]),
        (
            {"link": HEAD + "1,1,2,1,80,LINE (50 45)\n"},
            [f"link row 2, {NO_LINE}"],
        ),
        (
            {"node": METRES, "link": HEAD + "1,1,2,1,abc,\n"},
            [METRES_FAULT, "link row 2, length: must be a number; found 'abc'"],
        ),
        (
            {"link": NO_FIGURES},
            [
                "link row 2, length: must be 0 or more; found '-81.4'",
                "link row 3, length: must be a number; found 'abc'",
                f"link row 4, length: {COMMA}; found '81,4'",
                "link row 4, capacity: must be a number; found 'many'",
                "link rows 2, 4, free_speed: must be 0 or more; found '-60'",
                "link row 3, lanes: must be a finite number; leave the cell empty",
            ],
        ),
        ({"node": METRES}, [METRES_FAULT]),
        ({"config": FURLONGS}, ["config row 2, long_length: must be one of km, kilo"]),
        ({"link": SILENT}, ["link row 2, directed: must be stated, as directed or by"]),
    ],
)
def test_a_fault_is_named_by_table_row_and_column(tmp_path, tables, beginnings):
    lines = said(examined(tmp_path, **tables).faults)
    assert len(lines) == len(beginnings), lines
    for line_, beginning in zip(lines, beginnings, strict=True):
        assert line_.startswith(beginning)


def test_an_unknown_coordinate_system_is_named_once(tmp_path):
    told = GmnsParams("KAZ", crs="EPSG:999999")
    (fault,) = examined(tmp_path, told).faults
    assert "must be a coordinate system that PROJ knows" in fault.rule


def test_degrees_under_a_system_of_metres_are_named(tmp_path):
    (fault,) = examined(tmp_path, GmnsParams("KAZ", crs="32639")).faults
    assert fault.rule == "must be coordinates in EPSG:32639; these look like degrees"
    assert fault.found == "50 45"


def test_lengths_that_fit_no_unit_are_refused_unless_one_is_given(tmp_path):
    tables = {
        "config": "dataset_name\ntown\n",
        "link": HEAD + "1,1,2,1,9,\n2,2,3,1,9,\n",
    }
    (fault,) = examined(tmp_path, **tables).faults
    assert "give --length-unit" in fault.rule
    given = examined(tmp_path, GmnsParams("KAZ", length_unit="km"), **tables)
    assert given.model["link"].number("length_km").tolist() == [9, 9]
    assert given.faults == ()


def test_a_folder_without_its_two_tables_says_which(tmp_path):
    found = examined(tmp_path, node=None, link=None)
    assert said(found.faults) == [
        "node: the table must be there; found no file 'node.csv'",
        "link: the table must be there; found no file 'link.csv'",
    ]


def test_what_is_no_folder_or_unit_is_refused(tmp_path):
    with pytest.raises(BereketError, match="is no folder"):
        examine_gmns(tmp_path / "gone", USA)
    with pytest.raises(BereketError, match="unit 'furlong' is not known"):
        GmnsParams("USA", length_unit="furlong")


# --- what stands for what ------------------------------------------------------


def test_a_shape_against_the_link_is_turned_and_a_missing_length_drawn(tmp_path):
    tables = {
        "link": (
            "link_id,from_node_id,to_node_id,directed,dir_flag,length,geometry_id\n"
            "1,1,2,1,-1,,g\n2,2,3,1,1,115,\n"
        ),
        "geometry": 'geometry_id,geometry\ng,"LINESTRING (51 45, 50.5 45, 50 45)"\n',
    }
    found = examined(tmp_path, **tables)
    assert found.faults == ()
    link = found.model["link"]
    assert link.text("geometry")[0] == "LINESTRING (50 45, 50.5 45, 51 45)"
    expected = Geod(ellps="WGS84").line_length([50, 51], [45, 45]) / 1000
    assert link.number("length_km")[0] == pytest.approx(expected, rel=SPHERE)
    assert link.text("quality").tolist() == ["derived", "reported"]


def test_uses_become_carriers_groups_their_uses_and_trains_get_a_gauge(tmp_path):
    tables = {
        "link": (
            "link_id,from_node_id,to_node_id,directed,length,allowed_uses\n"
            '1,1,2,1,80,"motor,rail"\n2,2,3,1,115,\n'
        ),
        "use_group": 'use_group,uses\nmotor,"car,truck"\n',
    }
    found = examined(tmp_path, **tables)
    assert found.faults == ()
    model = found.model
    assert model["link"].text("allowed_uses").tolist() == ["car|truck|rail"] * 2
    assert model["link"].number("gauge_mm").tolist() == [1435, 1435]
    assert model["link"].text("note").tolist() == ["gauge assumed"] * 2
    assert any("is taken to be 1435 mm" in text for text in said(found.advice))
    assert model["carrier"].text("mode").tolist() == ["road", "road", "rail"]
    assert set(model["carrier"].text("quality")) == {"assumed"}


def test_rows_are_those_of_the_file_though_loops_are_left_aside(tmp_path):
    rows = "1,1,1,1,80,\n2,1,2,1,80,\n3,2,9,1,115,\n4,2,3,,115,\n"
    found = examined(tmp_path, link=HEAD + rows)
    first, second = said(found.faults)
    assert first.startswith("link row 5, directed: must be stated")
    assert second == f"link row 4, to_node_id: {ENDS}'9'"
    (aside,) = [issue for issue in found.advice if "way to nowhere" in issue.rule]
    assert aside.rows == (2,)


def test_demand_between_zones_of_another_program_is_left_aside(tmp_path):
    found = examined(tmp_path, demand="o_zone_id,d_zone_id,volume\n1,3,12\n2,3,5\n")
    assert found.faults == ()
    (aside,) = [issue for issue in found.advice if issue.table == "demand"]
    assert "left aside" in aside.rule
    assert aside.found == "2 rows"


def test_demand_of_a_model_is_read_beside_the_network(tmp_path):
    head = "origin_node_id,destination_node_id,commodity_id,year,tonnes"
    found = examined(tmp_path, demand=f"{head}\n1,3,grain,2024,-12\n")
    assert "tonnes: must be 0 or more; found '-12'" in " ".join(said(found.faults))


def test_a_header_told_twice_and_a_second_config_are_named(tmp_path):
    tables = {
        "config": "dataset_name,crs\ntown,EPSG:4326\nother,EPSG:3857\n",
        "node": "node_id,x_coord,y_coord,x_coord\n1,50,45,1\n2,51,45,1\n3,51,46,1\n",
    }
    lines = said(examined(tmp_path, **tables).faults)
    assert "config: must have exactly one row; found 2 rows" in lines
    assert "node row 1, x_coord: a header stands once; found 2 times" in lines


def test_projected_places_are_where_another_formula_puts_them():
    # UTM by hand: the equator on a zone's middle meridian is 500,000 m east, 0 north.
    turned = into_degrees(np.array([[500_000.0, 0.0], [np.nan, 1.0]]), "EPSG:32639")
    assert turned.rule == ""
    assert turned.points[0] == pytest.approx([51, 0], abs=1e-9)
    assert np.isnan(turned.points[1]).all()


UNITS = [("km", 1), ("m", 0.001), ("mi", 1.609344), ("ft", FOOT_KM)]
LINES_KM = np.array([1.0, 2.5, 7.0, np.nan])
LONGER = 1.05  # a way is a little longer than it is drawn


@pytest.mark.parametrize(("unit", "factor"), UNITS)
def test_lengths_tell_their_unit_where_none_is_stated(unit, factor):
    assert fitting_unit(LINES_KM * LONGER / factor, LINES_KM) == unit


@pytest.mark.parametrize(("unit", "factor"), UNITS)
@pytest.mark.parametrize(("stated", "stated_factor"), UNITS)
def test_a_stated_unit_is_overridden_where_it_is_off_by_three_times(
    unit, factor, stated, stated_factor
):
    lengths = LINES_KM * LONGER / factor
    off = max(stated_factor / factor, factor / stated_factor)
    expected = unit if off > 3 else ""  # all but km and mi are that far apart
    assert other_unit(lengths, LINES_KM, stated) == expected
    assert other_unit(lengths, np.full(len(LINES_KM), np.nan), stated) == ""


def test_a_stated_unit_stays_where_the_lengths_fit_no_other_tightly():
    feet = LINES_KM * np.array([1.3, 1.0, 0.7, 1.0]) / FOOT_KM
    assert other_unit(feet, LINES_KM, "mi") == ""


MILES = "dataset_name,long_length,crs\ntown,mi,EPSG:4326\n"


def test_winding_roads_in_miles_stay_miles_where_no_line_is_drawn(tmp_path):
    winding_km = 1.62 * Geod(ellps="WGS84").line_length([50, 51], [45, 45]) / 1000
    miles = winding_km / 1.609344
    found = examined(
        tmp_path, config=MILES, link=HEAD + f"1,1,2,1,{miles},\n2,2,3,1,,\n"
    )
    assert found.faults == ()
    km = found.model["link"].number("length_km")[0]
    assert km == pytest.approx(winding_km)
    (doubt,) = [i for i in found.advice if "as stated" in i.rule]
    assert doubt.found.startswith("1.62 times the lines")


def test_one_wild_line_does_not_turn_kilometres_into_miles(tmp_path):
    wild = "LINESTRING (50 45, 51 45.5, 50 45.5, 51 45)"
    rows = f'1,1,2,1,78.8,"{wild}"\n2,2,3,1,111.2,\n'
    found = examined(tmp_path, link=HEAD + rows)
    assert found.model["link"].number("length_km").tolist() == [78.8, 111.2]


def test_a_unit_given_by_hand_wins_against_the_lines(tmp_path):
    tables = {
        "config": "dataset_name,long_length,crs\ntown,m,EPSG:4326\n",
        "link": HEAD + '1,1,2,1,49,"LINESTRING (50 45, 51 45)"\n',  # plainly miles
    }
    stated = examined(tmp_path, **tables)
    assert stated.model["link"].number("length_km").tolist() == [78.857856]
    given = examined(tmp_path, GmnsParams("KAZ", length_unit="metre"), **tables)
    assert given.faults == ()
    assert given.model["link"].number("length_km").tolist() == [0.049]
    assert not [issue for issue in given.advice if issue.field == "length"]


def test_an_empty_length_and_one_of_0_are_advice(tmp_path):
    found = examined(tmp_path, link=HEAD + "1,1,2,1,0,\n2,2,3,1,,\n3,1,3,1,140,\n")
    assert found.faults == ()
    (drawn,) = [i for i in found.advice if "as none is told" in i.rule]
    assert drawn.rows == (2, 3)


def test_parts_that_join_are_one_line():
    whole = line("MULTILINESTRING ((0 0, 1 1), (1 1, 2 0))")
    assert whole.tolist() == [[0, 0], [1, 1], [1, 1], [2, 0]]
    with pytest.raises(ValueError, match="ends at 1 1 and part 2 that begins at 1 2"):
        line("MULTILINESTRING ((0 0, 1 1), (1 2, 2 0))")


# --- out -----------------------------------------------------------------------


def breaches(folder, rules):
    """Return what in a folder breaks the rules of the standard."""
    tables = {p.stem: rows_of(p) for p in folder.glob("*.csv")}
    for rule in rules:
        name, field = rule["table"], rule["field"]
        if name not in tables:
            continue
        cells = [row.get(field) for row in tables[name]]
        there = [cell for cell in cells if cell not in (None, "", "NaN")]
        if rule["required"] and len(there) < len(cells):
            yield f"{name}.{field}: required"
        if rule["key"] and len(set(there)) < len(there):
            yield f"{name}.{field}: not unique"
        if rule["names"] and there:
            key = f"{rule['names']}_id"
            known = {row[key] for row in tables.get(rule["names"], [])}
            yield from (f"{name}.{field}: no {c!r}" for c in there if c not in known)
        for cell in there:
            if not fits(cell, rule):
                yield f"{name}.{field}: {cell!r}"


def fits(cell, rule):
    patterns = {"integer": r"[+-]?\d+", "boolean": "true|false|True|False|1|0"}
    if not re.fullmatch(patterns.get(rule["type"], r"(?s).*"), cell):
        return False
    if rule["values"]:
        return cell in rule["values"].split("|")
    if rule["type"] == "number":
        least = float(rule["minimum"] or "-inf")
        return least <= float(cell) <= float(rule["maximum"] or "inf")
    return True


@pytest.fixture(scope="module")
def rules(root):
    return rows_of(root / "tests" / "data" / "gmns" / "fields.csv")


@pytest.mark.parametrize("name", ["teaching", "caspian"])
def test_what_is_written_keeps_every_rule_of_the_standard(
    request, tmp_path, rules, name
):
    model = read_model(request.getfixturevalue(name))
    write_model(model, tmp_path / "out", "gmns")
    assert list(breaches(tmp_path / "out", rules)) == []
    links = rows_of(tmp_path / "out" / "link.csv")
    uses = {row["use"] for row in rows_of(tmp_path / "out" / "use_definition.csv")}
    uses |= {row["use_group"] for row in rows_of(tmp_path / "out" / "use_group.csv")}
    assert {use for row in links for use in row["allowed_uses"].split(",")} <= uses
    assert [float(row["length"]) for row in links] == model["link"].number(
        "length_km"
    ).tolist()


def test_the_rules_find_what_breaks_them(tmp_path, rules):
    write_model(blank_model(), tmp_path / "out", "gmns")
    path = tmp_path / "out" / "link.csv"
    text = (
        path.read_text("utf-8").replace("EASTGATE", "NOWHERE").replace(",250,", ",-1,")
    )
    path.write_text(text, "utf-8")
    found = list(breaches(tmp_path / "out", rules))
    assert "link.to_node_id: no 'NOWHERE'" in found
    assert "link.length: '-1'" in found


@pytest.mark.parametrize("name", ["teaching", "caspian"])
def test_a_model_comes_back_from_gmns_with_what_it_said(request, tmp_path, name):
    model = read_model(request.getfixturevalue(name))
    write_model(model, tmp_path / "out", "gmns")
    found = examine_gmns(tmp_path / "out", GmnsParams("XXX"))
    assert found.faults == ()
    for table in model.tables:
        if table != "link":
            assert canonical(found.model[table]) == canonical(model[table]), table
    for column in model["link"].columns:
        before, after = (
            model["link"].columns[column],
            found.model["link"].columns[column],
        )
        if (
            column != "directed"
        ):  # the standard wants it stated; unknown counts as false
            assert np.array_equal(before, after, equal_nan=before.dtype != object), (
                column
            )
    directed = model["link"].number("directed")
    assert np.array_equal(found.model["link"].number("directed"), directed)
    assert found.model.about == model.about


def test_a_foreign_network_comes_back_with_the_columns_it_brought(lima, tmp_path):
    write_model(lima.model, tmp_path / "out", "gmns")
    assert rows_of(tmp_path / "out" / "link.csv")[0]["facility_type"] == "hot"
    again = examine_gmns(tmp_path / "out", GmnsParams("XXX"))
    assert again.faults == ()
    assert again.model.content_hash == lima.model.content_hash


def test_cambridge_comes_back_with_speeds_whose_unit_nobody_stated(gmns, tmp_path):
    first = examine_gmns(gmns / "Cambridge_Multimodal_Network", USA).model
    write_model(first, tmp_path / "out", "gmns")
    speeds = first["link"].columns["gmns_free_speed"].tolist()
    links = rows_of(tmp_path / "out" / "link.csv")
    assert [row["free_speed"] for row in links] == speeds
    assert rows_of(tmp_path / "out" / "config.csv")[0]["speed"] == ""
    again = examine_gmns(tmp_path / "out", GmnsParams("XXX"))
    assert again.faults == ()
    assert again.model.content_hash == first.content_hash
    mph = GmnsParams("XXX", speed_unit="mph")
    given = examine_gmns(tmp_path / "out", mph).model["link"]
    assert np.nanmax(given.number("commercial_speed_kmh")) == pytest.approx(90.123264)


WIDE = (  # 12 lanes are more than a model has tracks for, so all are carried
    "link_id,from_node_id,to_node_id,directed,length,free_speed,lanes\n"
    "1,1,2,1,80,60,2\n2,2,3,0,115,50,12\n"
)


def test_our_own_figures_win_and_those_carried_come_back(tmp_path):
    (tmp_path / "in").mkdir()
    config = "dataset_name,long_length,crs\ntown,km,EPSG:4326\n"
    model = examined(tmp_path / "in", config=config, link=WIDE).model
    model = with_cell(model, "link", 0, "commercial_speed_kmh", 96.5)
    model = with_cell(model, "link", 0, "tracks", 1)
    write_model(model, tmp_path / "out", "gmns")
    links = rows_of(tmp_path / "out" / "link.csv")
    assert [row["free_speed"] for row in links] == ["96.5", ""]  # km/h, and no other
    assert [row["lanes"] for row in links] == ["1", "12"]
    again = examine_gmns(tmp_path / "out", GmnsParams("XXX"))
    assert again.faults == ()
    assert canonical(again.model["link"]) == canonical(model["link"])


def test_a_speed_beyond_the_standard_is_kept_in_our_own_column_only(tmp_path):
    fast = with_cell(blank_model(), "link", 0, "commercial_speed_kmh", 200.5)
    write_model(fast, tmp_path / "out", "gmns")
    first = rows_of(tmp_path / "out" / "link.csv")[0]
    assert (first["free_speed"], first["commercial_speed_kmh"]) == ("", "200.5")
    again = examine_gmns(tmp_path / "out", GmnsParams("XXX")).model["link"]
    assert again.number("commercial_speed_kmh")[0] == 200.5
    limit = with_cell(blank_model(), "link", 0, "commercial_speed_kmh", 200.0)
    write_model(limit, tmp_path / "limit", "gmns")
    assert rows_of(tmp_path / "limit" / "link.csv")[0]["free_speed"] == "200"


def test_a_label_with_a_comma_is_refused_and_another_model_is_not_mixed_in(tmp_path):
    comma = with_cell(blank_model(), "carrier", 0, "carrier_id", "a,b")
    with pytest.raises(BereketError, match="rename 'a,b'"):
        write_model(comma, tmp_path / "out", "gmns")
    assert not (tmp_path / "out").exists()
