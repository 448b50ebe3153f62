"""A rail network made a model: by hand, and the region's against its known answers."""

import csv
import json
import os
from pathlib import Path

import networkx as nx
import pytest

from bereket import (
    BereketError,
    ModelError,
    QuestionError,
    RouteParams,
    build,
    read_model,
    route,
)
from bereket.io import examine, write_model
from bereket.model.calendar import as_day
from bereket.model.geometry import coordinates
from bereket.studies.check import check
from bereket.studies.import_rail import RailFiles, RailImportParams, import_rail

NODES = """node_id,lon,lat,country_iso3
1,70,44,KAZ
2,71,44,KAZ
3,72,44,KAZ
4,80.1,44.2,KAZ
5,80.5,44.2,CHN
6,71,44.3,KAZ
7,72.01,44,KAZ
8,73,44,
"""
# 1-2-3 is a line, 6 a siding; 3 and 7 lie 0.8 km apart; 7-8-4 leads to the border 4-5.
LINKS = """link_id,from_node,to_node,length_km
1,1,2,90
2,3,2,85
3,2,6,40
4,7,8,82
5,8,4,600
6,4,5,33
7,5,5,2
"""
GAPS = "gap_id,from_node,to_node,gap_km\n9,3,7,0.8\n10,7,3,0.8\n"
PLACES = """node_id,name,x_coord,y_coord,node_type,country_iso3
WEST,Western town,70.01,44,city,KAZ
EAST,Eastern port,80.5,44.21,seaport,CHN
LOST,Lost town,50,44,city,KAZ
"""
# The networks are added as floats of three decimals.
TOLERANCE_KM = 1e-6
CASPIAN_ENDS = {("DOS", "AKT"): 3072, ("ALT", "POT"): 770, ("ASB", "TKB"): 556}


@pytest.fixture
def files(tmp_path):
    texts = {"nodes": NODES, "links": LINKS, "gaps": GAPS, "places": PLACES}
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")

    def chosen(*, gaps=True, places=True):
        return RailFiles(
            (tmp_path / "nodes.csv", tmp_path / "links.csv"),
            (tmp_path / "places.csv",) if places else (),
            tmp_path / "gaps.csv" if gaps else None,
        )

    return chosen


def asked(**more):
    return RailImportParams("small", base_date="2026-01-01", **more)


def column(table, name):
    return [str(value) for value in table.text(name)]


# --- by hand -----------------------------------------------------------------


def test_a_chain_becomes_one_link_and_a_siding_without_a_station_goes(files):
    found = import_rail(files(), asked())
    link = found.model["link"]
    ends = zip(column(link, "from_node_id"), column(link, "to_node_id"), strict=True)
    lengths = dict(zip(column(link, "link_id"), link.number("length_km"), strict=True))
    # 1-2-3 is one; gap 9 stays by itself; 7-8-4; the border twice, once a gauge.
    assert lengths == {"1": 175, "gap9": 0.8, "4": 682, "6_1520": 33, "6_1435": 33}
    assert {frozenset(pair) for pair in ends} == {
        frozenset(pair)
        for pair in (("WEST", "3"), ("3", "7"), ("7", "4"), ("4", "EAST"))
    }
    n = found.counts
    assert (n.read_links, n.read_km) == (7, 932)
    assert (n.gaps_told, n.gaps_joined, n.joined_km) == (2, 1, 0.8)
    assert (n.off_links, n.off_km, n.loop_links, n.loop_km) == (1, 40, 1, 2)
    assert (n.used_links, n.kept_links, n.doubled_links) == (6, 4, 1)
    left = n.off_km + n.loop_km
    assert n.kept_km + left == pytest.approx(n.read_km + n.joined_km)


def test_all_keeps_the_siding(files):
    found = import_rail(files(), asked(keep="all"))
    assert found.counts.off_links == 0
    assert found.counts.kept_links == 6  # 1, 2, 3 meet at node 2


def test_what_is_assumed_says_so_and_on_what_basis(files):
    model = import_rail(files(), asked()).model
    for name in ("link", "carrier", "transfer", "border", "commodity"):
        assert set(column(model[name], "quality")) == {"assumed"}
        assert all(column(model[name], "note"))
    notes = dict(
        zip(
            column(model["link"], "link_id"), column(model["link"], "note"), strict=True
        )
    )
    assert "not reviewed" in notes["gap9"]
    assert notes["1"].endswith("one of links 1, 2")
    named = dict(
        zip(
            column(model["node"], "node_id"), column(model["node"], "note"), strict=True
        )
    )
    assert named["WEST"].startswith(
        "node 1, taken for the station of WEST (places.csv)"
    )


def test_gauges_follow_the_countries_and_cargo_is_reloaded_where_they_meet(files):
    model = import_rail(files(), asked()).model
    link = model["link"]
    gauges = dict(zip(column(link, "link_id"), link.number("gauge_mm"), strict=True))
    assert gauges["1"] == gauges["6_1520"] == 1520
    assert gauges["6_1435"] == 1435
    transfer = model["transfer"]
    kinds = zip(column(transfer, "kind"), column(transfer, "node_id"), strict=True)
    assert sorted(set(kinds)) == [
        ("load", "EAST"),
        ("load", "WEST"),
        ("reload", "4"),
        ("reload", "EAST"),
        ("unload", "EAST"),
        ("unload", "WEST"),
    ]
    graph = build(model, as_day("2026-01-01"))
    params = RouteParams("WEST", "EAST", "freight", count=1)
    (way, *_) = route(model, params=params, graph=graph).alternatives
    assert way.totals.length_km == pytest.approx(175 + 0.8 + 682 + 33)


@pytest.mark.parametrize("keep", ["through", "shortest", "all"])
def test_the_written_model_has_no_fault_and_reads_back_the_same(files, keep, tmp_path):
    model = import_rail(files(), asked(keep=keep)).model
    write_model(model, tmp_path / "model")
    assert check(tmp_path / "model").faults == ()
    assert read_model(tmp_path / "model").content_hash == model.content_hash


def test_points_are_written_as_they_were_read(tmp_path):
    way = [[110.123456, 44.000001], [110.223457, 44.1], [110.3, 44.000009]]
    told = {"type": "LineString", "coordinates": way}
    feature = {"type": "Feature", "properties": {"c0": "CHN"}, "geometry": told}
    path = tmp_path / "lines.geojson"
    path.write_text(json.dumps({"features": [feature]}), "utf-8")
    model = import_rail(RailFiles((path,)), asked()).model
    (written,) = column(model["link"], "geometry")
    assert coordinates(written).tolist() == way


def test_the_raw_network_has_no_path_and_says_so(files):
    found = import_rail(files(), asked(paths=(("WEST", "EAST"), ("WEST", "6"))))
    over, near = found.paths
    assert over.raw_km == float("inf")
    assert over.joined_km == pytest.approx(890.8)
    assert (over.n_connectors, over.connector_km) == (1, 0.8)
    assert over.why_not == (
        "they lie in parts 1 (4 nodes) and 2 (4 nodes), 0.8 km apart at nodes 3 and 7"
    )
    assert near.raw_km == near.joined_km == 130
    raw = import_rail(files(gaps=False), asked(paths=(("WEST", "EAST"),)))
    assert raw.raw_parts == len(raw.parts) == 2
    assert "path WEST > EAST: no path: they lie in parts" in raw.summary()


def test_gaps_are_proposed_in_the_form_that_is_read(files):
    found = import_rail(files(gaps=False), asked(find_gaps=True))
    (gap, *more) = found.gaps
    assert {gap.from_node, gap.to_node} == {"3", "7"}
    assert gap.rule == "dead_end"
    assert gap.gap_km == pytest.approx(0.8, abs=0.01)
    assert gap.network_km_before is None
    assert not more


def test_stations_say_what_is_doubtful(files):
    rows = {row.place_id: row for row in import_rail(files(), asked()).stations}
    assert rows["WEST"].label == "WEST"
    assert rows["WEST"].away_km == pytest.approx(0.8, abs=0.01)
    assert rows["LOST"].node == ""
    assert rows["LOST"].remark == "no track within 10 km"


def test_without_places_all_links_stay_and_nothing_is_loaded(files):
    found = import_rail(files(places=False), asked())
    assert found.counts.off_links == 0
    assert "nothing can be loaded" in found.summary()
    assert "transfer" not in found.model.tables or set(
        column(found.model["transfer"], "kind")
    ) == {"reload"}


def test_one_country_is_taken_alone(files):
    found = import_rail(files(), asked(countries=("KAZ",)))
    assert found.counts.read_nodes == 7
    assert set(found.model["link"].number("gauge_mm")) == {1520}
    with pytest.raises(BereketError, match="no link between two nodes is left, of 1"):
        import_rail(files(), asked(countries=("CHN",)))
    with pytest.raises(BereketError, match="no node lies in XXX; the network has CHN"):
        import_rail(files(), asked(countries=("XXX",)))


def test_a_network_that_states_no_country_needs_one(files, tmp_path):
    text = NODES.replace("KAZ", "").replace("CHN", "")
    (tmp_path / "nodes.csv").write_text(text, "utf-8")
    with pytest.raises(BereketError, match="give --country"):
        import_rail(files(), asked())
    found = import_rail(files(), asked(default_country="KAZ"))
    assert set(found.model["link"].number("gauge_mm")) == {1520}
    assert found.counts.assumed_countries == 8


def test_the_country_given_is_held_against_the_places(files, tmp_path):
    lines = [line.split(",") for line in NODES.replace("CHN", "KAZ").splitlines()]
    turned = [lines[0], *([name, lat, lon, ""] for name, lon, lat, _ in lines[1:])]
    (tmp_path / "nodes.csv").write_text("\n".join(map(",".join, turned)), "utf-8")
    with pytest.raises(ModelError, match="latitude look swapped") as refused:
        import_rail(files(), asked(default_country="KAZ"))
    assert refused.value.issues[0].table == "nodes.csv"
    plain = NODES.replace("KAZ", "").replace("CHN", "")
    (tmp_path / "nodes.csv").write_text(plain, "utf-8")
    with pytest.raises(ModelError) as refused:
        import_rail(files(), asked(default_country="DEU"))
    (fault,) = refused.value.issues
    assert fault.rows == (2, 3, 4, 5, 6, 7, 8, 9)
    assert fault.rule == (
        "must lie in the country that is given; where there are several, let every "
        "node state its own"
    )


def test_a_model_that_would_be_refused_is_not_made(files, tmp_path):
    # Each link is sound; the chain of them is longer than any link of a model may be.
    rows = ["link_id,from_node,to_node,length_km", "1,1,2,9000", "2,2,3,9000"]
    rows += ["3,3,4,9000"]
    nodes = ["node_id,lon,lat,country_iso3", "1,-90,50,", "2,0,0,", "3,90,-50,"]
    nodes += ["4,0,-60,"]
    (tmp_path / "links.csv").write_text("\n".join(rows), "utf-8")
    (tmp_path / "nodes.csv").write_text("\n".join(nodes), "utf-8")
    with pytest.raises(
        ModelError, match=r"link.*length_km: must be 20000 or less"
    ) as no:
        import_rail(files(gaps=False, places=False), asked(default_country="XXX"))
    assert {issue.table for issue in no.value.issues} == {"link"}


def test_a_path_to_nowhere_suggests_what_is_near(files):
    with pytest.raises(QuestionError, match=r"WESTERN TOWM.*near are WEST"):
        import_rail(files(), asked(paths=(("WESTERN TOWM", "EAST"),)))


def test_options_out_of_range_are_refused():
    with pytest.raises(BereketError, match="three capitals"):
        asked(countries=("kaz",))
    with pytest.raises(BereketError, match="is no date"):
        RailImportParams("small", base_date="soon")
    with pytest.raises(
        BereketError, match="near_km must be more than 0 and at most 1000; found -1"
    ):
        asked(near_km=-1)
    with pytest.raises(BereketError, match="keep must be one of"):
        asked(keep="some")


# --- the region --------------------------------------------------------------


@pytest.fixture(scope="module")
def region(shared, caspian):
    """Files of the region, and its raw graph with the 361 connectors, by networkx."""
    folder = shared / "data" / "transport"
    paths = [folder / f"osm_rail_region_{name}.csv" for name in ("nodes", "links")]
    gaps = folder / "osm_rail_region_gap_candidates.csv"
    graph = nx.Graph()
    for path, columns in (
        (paths[1], ("from_node", "to_node", "length_km")),
        (gaps, ("from_node", "to_node", "gap_km")),
    ):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                one, other, km = (row[column] for column in columns)
                known = graph.get_edge_data(one, other, {"km": float("inf")})
                graph.add_edge(one, other, km=min(float(km), known["km"]))
    places = (caspian / "node.csv",)
    return RailFiles((paths[0], paths[1]), places, gaps), graph


@pytest.fixture(scope="module")
def imported(region):
    files, _ = region
    params = RailImportParams(
        "osm",
        base_date="2026-01-01",
        paths=(*CASPIAN_ENDS, ("ATK", "AKT")),
        find_gaps=True,
    )
    return import_rail(files, params)


def test_the_known_lengths_are_met_and_the_raw_network_has_no_path(imported, region):
    _, graph = region
    assert len(imported.paths) == 4
    for row in imported.paths:
        if (row.origin, row.destination) in CASPIAN_ENDS:
            known = CASPIAN_ENDS[row.origin, row.destination]
            assert round(row.joined_km) == known
        theirs = nx.dijkstra_path_length(graph, row.from_node, row.to_node, "km")
        assert row.joined_km == pytest.approx(theirs, abs=1e-3)
        assert row.raw_km == float("inf")
        assert row.why_not.startswith("they lie in parts ")


@pytest.mark.parametrize("keep", ["through", "shortest"])
def test_the_model_keeps_every_length_between_stations(region, imported, keep):
    files, graph = region
    found = (
        imported
        if keep == "through"
        else import_rail(
            files, RailImportParams("osm", keep=keep, base_date="2026-01-01")
        )
    )
    link, slim = found.model["link"], nx.Graph()
    ends = zip(column(link, "from_node_id"), column(link, "to_node_id"), strict=True)
    for (one, other), km in zip(ends, link.number("length_km"), strict=True):
        known = slim.get_edge_data(one, other, {"km": float("inf")})
        slim.add_edge(one, other, km=min(float(km), known["km"]))
    nodes = {row.label: row.node for row in found.stations if row.label}
    assert len(nodes) == 144
    for source in ("DOS", "MHD", "IST", "BJS"):
        theirs = nx.single_source_dijkstra_path_length(
            graph, nodes[source], weight="km"
        )
        ours = nx.single_source_dijkstra_path_length(slim, source, weight="km")
        for label, node in nodes.items():
            assert ours.get(label) == pytest.approx(
                theirs.get(node), abs=TOLERANCE_KM
            ), (source, label)


def test_route_gives_the_known_lengths(imported):
    model = imported.model
    graph = build(model, as_day("2026-01-01"))
    for (origin, destination), known in CASPIAN_ENDS.items():
        params = RouteParams(origin, destination, "freight", count=1)
        way = route(model, params=params, graph=graph).alternatives[0]
        assert round(way.totals.length_km) == known


def test_the_model_of_the_region_has_no_fault(imported, tmp_path):
    write_model(imported.model, tmp_path / "osm")
    assert examine(tmp_path / "osm").faults == ()


def test_no_kilometre_is_lost(imported):
    n = imported.counts
    after = n.kept_km + n.off_km + n.loop_km
    assert after == pytest.approx(n.read_km + n.joined_km, abs=TOLERANCE_KM)
    assert (n.read_nodes, n.read_links) == (31_127, 48_582)
    links = n.used_links + n.off_links + n.loop_links
    assert links == n.read_links + n.gaps_joined


def test_the_gaps_known_at_dead_ends_are_all_proposed(region):
    files, _ = region
    raw = RailFiles(files.network)
    params = RailImportParams("osm", base_date="2026-01-01", find_gaps=True)
    ours = {
        frozenset((row.from_node, row.to_node)): row.gap_km
        for row in import_rail(raw, params).gaps
    }
    with Path(files.gaps).open(encoding="utf-8") as file:
        known = [row for row in csv.DictReader(file) if row["rule"] == "deadend_5km"]
    assert len(known) == 335
    for row in known:
        found = ours[frozenset((row["from_node"], row["to_node"]))]
        assert found == pytest.approx(float(row["gap_km"]), abs=0.0011)


def test_lines_give_the_lengths_of_links_and_more_stations(region, imported):
    files, _ = region
    lines = files.network[0].with_name("osm_rail_region_lines.geojson.gz")
    params = RailImportParams("osm", base_date="2026-01-01", paths=tuple(CASPIAN_ENDS))
    drawn = import_rail(RailFiles((lines,), files.places, files.gaps), params)
    for row in drawn.paths:  # of kilometres with two decimals
        known = CASPIAN_ENDS[row.origin, row.destination]
        assert row.joined_km == pytest.approx(known, abs=1)
    placed = [sum(bool(row.node) for row in r.stations) for r in (imported, drawn)]
    assert placed[1] - placed[0] == drawn.counts.cut_nodes > 0


def test_answers_are_plain_data(imported):
    told = json.loads(json.dumps(imported.as_dict(), allow_nan=False))
    assert len(told["parts"]) == 65
    assert told["paths"][0]["raw_km"] is None
    assert os.linesep.join(imported.summary().splitlines()[:1]).startswith("read: 31,")
