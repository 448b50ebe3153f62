"""The verb assign: what is asked of roads and of a model, what is said and written."""

import csv
import io
from itertools import pairwise

import pytest
from tests.app.asked import asker

from bereket import blank_model, write_model

NET = """<NUMBER OF ZONES> 4
<NUMBER OF NODES> 4
<FIRST THRU NODE> 1
<NUMBER OF LINKS> 5
<END OF METADATA>
~ init_node term_node capacity length free_flow_time b power speed toll link_type ;
1 2 1 100 0.00000001 1000000000 1 0 0 1 ;
1 3 1 100 50 0.02 1 0 0 1 ;
2 3 1 100 10 0.1 1 0 0 1 ;
2 4 1 100 50 0.02 1 0 2 1 ;
3 4 1 100 0.00000001 1000000000 1 0 0 1 ;
"""  # Braess: 386 with six cars from 1 to 4, of which all take 92
TRIPS = "<NUMBER OF ZONES> 4\n<END OF METADATA>\nOrigin 1\n 4 : 6.0;\n"
NEAR = 1e-6  # relative: flows are known to about the root of the gap
HAND = 1e-3  # relative: a limit may be missed by a thousandth, the usual violation
FINE = ("--gap", "1e-12")
JSON = ("--format", "json")


@pytest.fixture
def ask(capsys):
    return asker(capsys)


@pytest.fixture
def files(tmp_path):
    """Return paths of a network and its trips."""
    net, trips = tmp_path / "Braess_net.tntp", tmp_path / "Braess_trips.tntp"
    net.write_text(NET)
    trips.write_text(TRIPS)
    return net, trips


@pytest.fixture
def roads(ask, files):
    """Return a function that asks about the roads."""
    net, trips = files
    return lambda *more: ask("assign", net, "--demand", trips, *FINE, *more)


@pytest.fixture
def model(tmp_path):
    """Return a folder with the model of `bereket new`."""
    write_model(blank_model(), tmp_path / "mine")
    return tmp_path / "mine"


def near(value, rel=NEAR):
    return pytest.approx(value, rel=rel, abs=rel)


# --- roads --------------------------------------------------------------------------


def test_the_answer_of_roads_is_in_the_units_of_the_file(roads):
    found = roads(*JSON)
    assert (found.code, found.err) == (0, "")
    told = found.json["result"]
    assert told["objective"] == pytest.approx(386.0, rel=1e-9)
    assert told["total_cost"] == near(6 * 92)
    assert 0 <= told["relative_gap"] <= 1e-12
    assert told["iterations"] == len(told["convergence"])
    assert told["iterations"] > 1
    assert told["solve_s"] > 0
    assert (told["demand"], told["served"], told["unserved"]) == (6.0, 6.0, 0)
    assert told["status"] == "answered"
    assert found.json["warnings"] == []
    assert found.json["stamp"]["question"] == "assign"
    assert found.json["stamp"]["params"]["gap"] == 1e-12


def test_a_csv_file_has_the_flow_of_every_link_in_the_order_of_the_file(
    roads, tmp_path
):
    out = tmp_path / "flows.csv"
    found = roads(*JSON, "--out", out)
    assert found.json["result"]["objective"] == pytest.approx(386.0, rel=1e-9)
    assert "flows.csv" in found.err
    header, *rows = csv.reader(io.StringIO(out.read_text()))
    assert header == ["tail", "head", "flow", "cost"]
    assert [row[:2] for row in rows] == [
        list(e) for e in ("12", "13", "23", "24", "34")
    ]
    assert [float(row[2]) for row in rows] == near([4, 2, 2, 2, 4])
    assert [float(row[3]) for row in rows] == near([40, 52, 12, 52, 40])


def test_csv_on_the_terminal_is_the_same_table(roads, tmp_path):
    out = tmp_path / "flows.csv"
    roads("--out", out)
    assert roads("--format", "csv").out == out.read_text()


def test_the_best_for_all_is_told_when_it_is_asked(roads):
    told = roads("--objective", "system", *JSON).json["result"]
    assert told["objective"] == near(6 * 83)


def test_tolls_and_lengths_count_by_their_factors(roads):
    # a toll of 2 on the link from 2 to 4, and 100 in length on every link
    plain = roads(*JSON).json["result"]
    longer = roads("--distance-factor", "0.5", *JSON).json["result"]
    # without the bridge a way has two links, with it three: 50 more; so nobody takes it
    assert longer["total_cost"] == near(6 * (83 + 100))
    tolled = roads("--toll-factor", "1", *JSON).json["result"]
    assert tolled["objective"] > plain["objective"]


def test_what_is_drawn_names_the_roads_and_their_objective(roads):
    found = roads()
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith("Braess: objective 386")


def test_a_pair_without_a_road_is_named(ask, files):
    net, trips = files
    trips.write_text(TRIPS + "Origin 4\n 1 : 3;\n")
    asked = ("assign", net, "--demand", trips, *FINE)
    told = ask(*asked, *JSON).json["result"]
    assert (told["demand"], told["served"], told["unserved"]) == (9.0, 6.0, 3.0)
    (pair,) = told["unserved_pairs"]
    assert (pair["origin_id"], pair["destination_id"]) == ("4", "1")
    assert "3 of 9 trips have no way" in " ".join(ask(*asked).out.split())


def test_a_gap_that_is_not_reached_is_a_warning_and_flows_come(roads):
    found = roads("--max-iterations", "2", *JSON)
    assert found.code == 0
    assert found.json["result"]["status"] == "not_converged"
    assert any("not converged" in line for line in found.json["warnings"])
    assert found.json["result"]["served"] == 6.0
    assert "not converged" in roads("--max-iterations", "2").out


def test_threads_change_nothing(roads):
    one, two = (roads("--threads", n, "--format", "csv").out for n in (1, 2))
    assert one == two


# --- faults -------------------------------------------------------------------------


def test_every_kind_of_fault_of_a_network_is_a_line(ask, files):
    net, trips = files
    net.write_text(NET.replace("0.02", "-0.02").replace("1 2 1 100", "1 9 1 -100"))
    found = ask("assign", net, "--demand", trips)
    assert (found.code, found.out) == (1, "")
    for told in (
        "links row 7, length: must be 0 or more; found -100",
        "links row 7, term_node: must be a node from 1 to 4; found 9",
        "links rows 8, 10, b: must be 0 or more",  # alike, so one line
    ):
        assert sum(told in line for line in found.lines) == 1


def test_every_fault_of_the_trips_is_a_line(ask, files):
    net, trips = files
    trips.write_text("Origin 1\n 4 : -6; 9 : 1;\n 2 : nan;\n")
    found = ask("assign", net, "--demand", trips)
    assert (found.code, found.out) == (1, "")
    for told in (
        "trips row 2, trips: must be a number of 0 or more; found -6",
        "trips row 2, zone: must be a zone from 1 to 4; found '9'",
        "trips row 3, trips: must be a number of 0 or more; found nan",
    ):
        assert sum(told in line for line in found.lines) == 1


MISTAKES = {
    "a gap of 0": (("--gap", "0"), "gap must be a number above 0; found 0"),
    "no threads": (("--threads", "0"), "threads must be from 1 to 64; found 0"),
    "a negative factor": (
        ("--toll-factor", "-1"),
        "toll_factor must be a number of 0 or more; found -1",
    ),
    "a year": (("--year", "2024"), "a road network has no year"),
    "a change": (("--set", "link:L1.tracks=2"), "a road network has no changes"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_told_once_with_code_1(roads, what):
    asked, told = MISTAKES[what]
    found = roads(*asked)
    assert (found.code, found.out) == (1, "")
    assert sum(told in line for line in found.lines) == 1


def test_roads_without_trips_and_a_model_with_trips_are_refused(ask, files, model):
    net, trips = files
    without = ask("assign", net)
    assert without.code == 1
    assert "name them with --demand" in without.err
    both = ask("assign", model, "--demand", trips)
    assert both.code == 1
    assert "--demand is of a road network" in both.err


@pytest.mark.parametrize("which", [0, 1], ids=["network", "trips"])
def test_a_file_that_is_not_there_or_binary_is_told_by_its_name(ask, files, which):
    net, trips = files
    files[which].write_bytes(b"PK\x00\x01")
    binary = ask("assign", net, "--demand", trips)
    assert (binary.code, binary.out) == (1, "")
    assert files[which].name in binary.err
    files[which].unlink()
    absent = ask("assign", net, "--demand", trips)
    assert (absent.code, absent.out) == (1, "")
    assert files[which].name in absent.err


def test_a_gap_that_is_no_number_is_usage(roads):
    assert roads("--gap", "small").code == 2


# --- a model ------------------------------------------------------------------------

# Of the grain of `bereket new`, 120,000 t a year, loading takes 2 x 24 x 60 / 10 = 288
# t a day at EAST: 105,120 t a year go, 12.4 % stay.
ROOM_T = 288 * 365


def test_a_model_tells_what_goes_what_stays_and_what_is_full(ask, model):
    found = ask("assign", model, *JSON)
    assert found.code == 0
    told = found.json["result"]
    assert told["demand"] == near(120_000)
    assert told["served"] == near(ROOM_T, HAND)
    assert told["unserved"] == near(120_000 - ROOM_T, 10 * HAND)
    (pair,) = told["unserved_pairs"]
    assert pair["class_id"] == "grain"
    assert pair["element"].startswith("transfer:")
    assert {each["unit"] for each in told["scarcity"]} == {"t"}
    (corridor,) = told["corridors"]
    assert corridor["t_per_year"] == near(told["served"])


def test_a_change_of_the_scenario_counts(ask, model):
    narrow = ask("assign", model, "--set", "link:L1.capacity_t_per_day=100", *JSON)
    told = narrow.json["result"]
    assert told["served"] == near(100 * 365, HAND)
    assert told["scarcity"][0]["element"] == "link:L1"
    assert told["unserved_pairs"][0]["element"] == "link:L1"


def test_flows_of_links_are_written_with_their_ends(ask, model, tmp_path):
    out = tmp_path / "flows.csv"
    assert ask("assign", model, "--out", out).code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    by_ends = {(row["tail"], row["head"]): float(row["flow"]) for row in rows}
    places = ("EAST", "EASTGATE", "WESTGATE", "PORT", "FARPORT")
    assert by_ends == {ends: near(ROOM_T, HAND) for ends in pairwise(places)}


def test_a_model_whose_way_is_shut_says_by_what(ask, model):
    shut = ask("assign", model, "--set", "link:L1.capacity_t_per_day=0")
    assert (shut.code, shut.out) == (1, "")
    assert "no room is left on link:L1" in shut.err


def test_what_is_drawn_has_the_headline_and_what_stays(ask, model):
    said = " ".join(ask("assign", model).out.split())
    assert "of 2024 go" in said
    assert "east_sea" in said
    assert "do not go" in said


def test_an_out_file_never_overwrites_the_question(ask, files):
    net, trips = files
    before = net.read_text()
    found = ask("assign", net, "--demand", trips, "--format", "json", "--out", net)
    assert found.code == 1
    assert net.read_text() == before


def test_the_file_of_the_demand_is_not_written_over(ask, files):
    net, trips = files
    before = trips.read_text()
    found = ask("assign", net, "--demand", trips, "--out", trips)
    assert found.code == 1
    assert "is the file of the demand" in "".join(found.lines)
    assert trips.read_text() == before
