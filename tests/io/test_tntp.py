"""Files of TransportationNetworks: what is read, and every fault with its place."""

import numpy as np
import pytest

from bereket.errors import BereketError, ModelError
from bereket.io.tntp import read_tntp, read_trips

HEADER = """<NUMBER OF ZONES> 2
<NUMBER OF NODES> 3
<FIRST THRU NODE> 3
<NUMBER OF LINKS> 3
<END OF METADATA>

~ init_node term_node capacity length free_flow_time b power speed toll link_type ;
"""
LINKS = (
    "1 3 100 2.5 1.5 0.15 4 60 0.25 1 ;",
    "3 2 200 3.5 2.5 0.3 2 60 0 1 ;",
    "1 2 1e3 6 9 0 0 60 1 2 ;",
)
NO_PART = "a line is `Origin ZONE`, or parts `ZONE : TRIPS;` after one"
TRIPS = """<NUMBER OF ZONES> 2
<TOTAL OD FLOW> 12.5
<END OF METADATA>

Origin 1
 1 : 0.5; 2 : 12.0;
Origin 2
"""


@pytest.fixture
def read(tmp_path):
    """Return a function that reads links under a header."""

    def read_links(*links, header=HEADER, end="\n"):
        path = tmp_path / "Small_net.tntp"
        text = header + "\n".join(links) + "\n"
        path.write_bytes(text.replace("\n", end).encode())
        return read_tntp(path)

    return read_links


@pytest.fixture
def trips_of(tmp_path):
    """Return a function that reads trips of two zones."""

    def read_table(text, n_zones=2):
        path = tmp_path / "Small_trips.tntp"
        path.write_bytes(text.encode())
        return read_trips(path, n_zones)

    return read_table


def faults(call, *given, **more):
    """Return the faults of a call, each as one line."""
    with pytest.raises(ModelError) as refused:
        call(*given, **more)
    return [str(issue) for issue in refused.value.issues]


# --- networks -----------------------------------------------------------------------


def test_columns_are_those_of_the_file(read):
    roads = read(*LINKS)
    assert roads.name == "Small"
    assert (roads.n_zones, roads.n_nodes, roads.first_through) == (2, 3, 3)
    assert roads.n_links == 3
    assert (roads.tail.tolist(), roads.head.tolist()) == ([1, 3, 1], [3, 2, 2])
    assert roads.capacity.tolist() == [100, 200, 1000]
    assert roads.length.tolist() == [2.5, 3.5, 6]
    assert roads.free_time.tolist() == [1.5, 2.5, 9]
    assert (roads.b.tolist(), roads.power.tolist()) == ([0.15, 0.3, 0], [4, 2, 0])
    assert roads.toll.tolist() == [0.25, 0, 1]


def test_ends_of_lines_tabs_and_remarks_do_not_matter(read):
    plain = read(*LINKS)
    assert read(*LINKS, end="\r\n").content_hash == plain.content_hash
    tabbed = ["\t" + link.replace(" ", "\t") for link in LINKS]
    assert read(*tabbed).content_hash == plain.content_hash
    close = [link.replace(" ;", ";") for link in LINKS]
    remarked = [f"{close[0]} ~ the first", "~ 9 9 9", "", *close[1:]]
    assert read(*remarked).content_hash == plain.content_hash


def test_words_of_the_metadata_may_be_small_and_remarked(read):
    small = HEADER.replace("NUMBER OF LINKS> 3", "number of links>\t3 ~ three")
    assert read(*LINKS, header=small).n_links == 3


def test_columns_after_power_may_be_left_out(read):
    short = read(*(" ".join(link.split()[:7]) + " ;" for link in LINKS))
    assert short.toll.tolist() == [0, 0, 0]
    assert short.power.tolist() == [4, 2, 0]


def test_any_node_may_be_passed_where_the_first_is_not_told(read):
    header = HEADER.replace("<FIRST THRU NODE> 3\n", "")
    assert read(*LINKS, header=header).first_through == 1


def test_a_figure_that_differs_makes_another_hash(read):
    other = LINKS[0].replace("0.25", "0.26")
    assert read(*LINKS).content_hash != read(other, *LINKS[1:]).content_hash


def test_no_capacity_is_no_fault_where_time_is_constant(read):
    roads = read(*LINKS[:2], LINKS[2].replace("1e3", "0"))
    assert roads.capacity[2] == 0


def test_every_fault_of_the_links_is_told_with_line_and_column(read):
    found = faults(
        read,
        "1 3 0 2.5 1.5 0.15 4 60 0 1 ;",
        "3 2 200 -1 nan -0.3 -2 60 -5 1 ;",
        "1 4 x 6 -9 0 0 60 1 2 ;",
    )
    places = (
        *("8, capacity: must be above 0 where b is; found 0",),
        *("9, free_flow_time: must be a number; found 'nan'",),
        *("9, length: must be 0 or more; found -1",),
        *("9, b: must be 0 or more: time may not fall with volume; found -0.3",),
        *("9, power: must be 0 or more: time may not fall; found -2",),
        *("9, toll: must be 0 or more; found -5",),
        *("10, capacity: must be a number; found 'x'",),
        *("10, free_flow_time: must be 0 or more; found -9",),
        *("10, term_node: must be a node from 1 to 3; found 4",),
    )
    assert sorted(found) == sorted(f"links row {place}" for place in places)


def test_a_row_that_is_too_short_is_told_with_its_line(read):
    (fault,) = faults(read, LINKS[0], "3 2 200 3.5 2.5 0.3 ;", LINKS[2])
    assert fault.startswith("links row 9: a link has at least 7 columns")
    assert fault.endswith("found 3 2 200 3.5 2.5 0.3 ;")


@pytest.mark.parametrize("bad", ["1.5", "0", "-1", "4"])
def test_a_node_is_a_whole_number_of_the_network(read, bad):
    (fault,) = faults(read, *LINKS[:2], f"{bad} 2 1e3 6 9 0 0 60 1 2 ;")
    assert fault == f"links row 10, init_node: must be a node from 1 to 3; found {bad}"


def test_as_many_links_as_the_metadata_says(read):
    (fault,) = faults(read, *LINKS[:2])
    assert fault == ("links: as many links as NUMBER OF LINKS says, 3; found 2")
    assert len(faults(read, *LINKS, LINKS[0])) == 1


def test_a_wrong_number_of_links_is_told_beside_a_wrong_figure(read):
    found = faults(read, LINKS[0], LINKS[1].replace("0.3", "-0.3"))
    assert len(found) == 2
    assert any("NUMBER OF LINKS says, 3; found 2" in fault for fault in found)


def test_metadata_that_lack_or_are_no_count_are_told_by_name(read):
    header = HEADER.replace("<NUMBER OF ZONES> 2\n", "")
    header = header.replace("<NUMBER OF NODES> 3", "<NUMBER OF NODES> three")
    found = faults(read, *LINKS, header=header)
    rule = "must be a whole number of 1 or more"
    assert f"metadata, NUMBER OF ZONES: <NUMBER OF ZONES> {rule}; found none" in found
    assert (
        f"metadata, NUMBER OF NODES: <NUMBER OF NODES> {rule}; found 'three'" in found
    )


def test_no_link_is_called_wrong_where_the_number_of_nodes_is_not_known(read):
    header = HEADER.replace("<NUMBER OF NODES> 3\n", "")
    assert len(faults(read, *LINKS, header=header)) == 1


def test_zones_are_nodes_so_there_are_no_more_of_them(read):
    header = HEADER.replace("<NUMBER OF ZONES> 2", "<NUMBER OF ZONES> 5")
    (fault,) = faults(read, *LINKS, header=header)
    assert "NUMBER OF ZONES" in fault
    assert fault.endswith("found 5")


# --- trips --------------------------------------------------------------------------


def test_trips_stand_by_origin_and_destination(trips_of):
    assert trips_of(TRIPS).tolist() == [[0.5, 12.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    "text",
    [
        TRIPS.replace("\n", "\r\n"),
        TRIPS.replace(" ", "\t"),
        TRIPS.replace("Origin", "origin"),
        TRIPS.replace("12.0;", "12.0"),
        TRIPS.replace("; 2", ";\n 2"),
        TRIPS.replace("0.5; 2", "0.5; ~ remark\n~ 2 : 99;\n 2"),
        TRIPS.replace(" : ", ":"),
        TRIPS.replace("2 : 12.0;", "2 : 5; 2 : 7;"),
    ],
    ids=[
        *("CRLF", "tabs", "small", "no last sign", "a part a line", "remarks"),
        *("no blanks", "a pair twice"),
    ],
)
def test_trips_may_be_written_so(trips_of, text):
    assert trips_of(text).tolist() == [[0.5, 12.0], [0.0, 0.0]]


def test_every_fault_of_the_trips_is_told_with_its_line(trips_of):
    found = faults(
        trips_of, TRIPS + " 1 : -4; 2 : nan; 3 : 1;\n 1 : many; 2 7;\n x : 1;\n"
    )
    assert found == [
        "trips row 8, trips: must be a number of 0 or more; found -4",
        "trips row 8, trips: must be a number of 0 or more; found nan",
        "trips row 8, zone: must be a zone from 1 to 2; found '3'",
        "trips row 9, trips: must be a number of 0 or more; found many",
        f"trips row 9: {NO_PART}; found 2 7",
        "trips row 10, zone: must be a zone from 1 to 2; found 'x'",
    ]


def test_an_origin_that_is_no_zone_is_one_fault(trips_of):
    assert faults(trips_of, TRIPS + "Origin 7\n 1 : 4; 2 : 5;\n") == [
        "trips row 8, zone: must be a zone from 1 to 2; found '7'"
    ]


def test_trips_before_any_origin_are_a_fault(trips_of):
    (fault,) = faults(trips_of, "1 : 4;\n")
    assert fault.startswith("trips row 1: a line is `Origin ZONE`")


# --- files --------------------------------------------------------------------------


@pytest.mark.parametrize("reader", [read_tntp, lambda path: read_trips(path, 2)])
def test_a_file_that_is_not_there_or_no_text_is_told_by_its_name(tmp_path, reader):
    with pytest.raises(BereketError, match="there is no file"):
        reader(tmp_path / "absent.tntp")
    with pytest.raises(BereketError, match="there is no file"):
        reader(tmp_path)
    binary = tmp_path / "binary.tntp"
    for raw, told in ((b"PK\x03\x04\x00\x01", "no text"), (b"1 2\n\xff", "line 2")):
        binary.write_bytes(raw)
        with pytest.raises(BereketError, match=told) as refused:
            reader(binary)
        assert "binary.tntp" in str(refused.value)


def test_an_empty_file_lacks_all_its_metadata(tmp_path):
    empty = tmp_path / "empty.tntp"
    empty.write_text("")
    assert len(faults(read_tntp, empty)) == 3


# --- the published networks ---------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "name", "counts", "trips"),
    [
        ("Braess-Example", "Braess", (2, 4, 1, 5), 6.0),
        ("SiouxFalls", "SiouxFalls", (24, 24, 1, 76), 360_600.0),
        ("Anaheim", "Anaheim", (38, 416, 39, 914), 104_694.40),
    ],
)
def test_published_networks_are_read_whole(shared, folder, name, counts, trips):
    where = shared / "data/answers/tntp" / folder
    roads = read_tntp(where / f"{name}_net.tntp")
    found = roads.n_zones, roads.n_nodes, roads.first_through, roads.n_links
    assert found == counts
    table = read_trips(where / f"{name}_trips.tntp", roads.n_zones)
    # the files state their total
    assert table.sum() == pytest.approx(trips, rel=1e-9)
    assert np.isfinite(table).all()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("<FIRST THRU NODE> 1", "<FIRST THRU NODE> 99", "FIRST THRU NODE: must be a"),
        ("<NUMBER OF ZONES> 2", "<NUMBER OF ZONES> 30000", "must be at most 20,000"),
        ("\t1\t2\t1\t", "\t1\t2\t1e20\t", "capacity: must be below 1e+15"),
    ],
)
def test_figures_that_no_road_has_are_refused(tmp_path, old, new, told):
    net = tmp_path / "odd_net.tntp"
    text = (
        "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 2\n<FIRST THRU NODE> 1\n"
        "<NUMBER OF LINKS> 1\n<END OF METADATA>\n\t1\t2\t1\t1\t1\t0.15\t4\t;\n"
    )
    assert old in text
    net.write_text(text.replace(old, new))
    with pytest.raises(ModelError) as refused:
        read_tntp(net)
    assert told in str(refused.value)


def test_trips_of_another_city_are_refused(tmp_path):
    trips = tmp_path / "other_trips.tntp"
    trips.write_text("<NUMBER OF ZONES> 5\n<END OF METADATA>\nOrigin 1\n 2 : 1.0;\n")
    with pytest.raises(ModelError, match="must be the 2 zones of the network"):
        read_trips(trips, 2)
