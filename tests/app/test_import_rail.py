"""The command ``import rail``: what it says, refuses, writes and leaves alone."""

import csv
from pathlib import Path

import openpyxl
import pytest
from tests.app.asked import asker
from tests.studies.test_import_rail import GAPS, LINKS, NODES, PLACES

from bereket.io import files as io_files


@pytest.fixture
def ask(capsys):
    return asker(capsys)


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Go to a folder with the files of the small network."""
    texts = {"nodes": NODES, "links": LINKS, "gaps": GAPS, "places": PLACES}
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


NETWORK = ("import", "rail", "nodes.csv", "links.csv")
WITH_PLACES = (*NETWORK, "out", "--places", "places.csv", "--date", "2026-01-01")


@pytest.mark.usefixtures("small")
def test_ten_lines_tell_what_was_read_found_and_kept(ask):
    gaps = ("--gaps", "gaps.csv", "--path", "WEST", "EAST", "--licence", "ODbL-1.0")
    said = ask(*WITH_PLACES, *gaps)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[:8] == [
        "read: 8 nodes, 7 links, 932 km",
        "gaps: 1 connector of 2 rows joined, 1 km",
        "parts: 1 (2 before gaps were joined), of 8 nodes",
        "dead ends: 2",
        "stations: 2 of 3 places at 2 nodes; 0 doubtful; 1 has no track near",
        (
            "kept: 6 links, made 4 between 5 stations, junctions and ends, 891 km; "
            "left out 2 links, 42 km, 1 of them from a node to itself"
        ),
        (
            "path WEST > EAST: 891 km by 1 connector of 0.8 km; raw no path: they lie "
            "in parts 1 (4 nodes) and 2 (4 nodes), 0.8 km apart at nodes 3 and 7"
        ),
        (
            "assumed: gauge by country, trains, border times, handling, money; country "
            "of 1 node by its neighbours"
        ),
    ]
    assert "bereket route out --from WEST --to EAST --commodity freight" in said.out
    assert ask("check", "out").code == 0
    route = ask(
        "route", "out", "--from", "WEST", "--to", "EAST", "--commodity", "freight"
    )
    assert "891 km" in route.out


@pytest.mark.usefixtures("small")
def test_the_raw_network_says_that_there_is_no_path(ask):
    said = ask(*WITH_PLACES, "--path", "WEST", "EAST", "--format", "json")
    (path,) = said.json["result"]["paths"]
    assert path["raw_km"] is path["joined_km"] is None
    assert "0.8 km apart" in path["why_not"]
    assert said.json["stamp"]["question"] == "import rail"


def test_proposed_gaps_are_joined_once_they_are_accepted(ask, small):
    ask(*WITH_PLACES, "--write-gaps", "found.csv")
    with (small / "found.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["from_node"], row["accept"]) for row in rows] == [("3", "")]
    over = ask(*WITH_PLACES, "--replace", "--write-gaps", "found.csv")
    assert over.code == 1
    assert "its review would be lost" in over.err
    again = (*WITH_PLACES, "--replace", "--gaps", "found.csv", "--path", "1", "5")
    unread = ask(*again)
    assert "gaps that are not accepted, and not joined: 1" in unread.out
    assert "no path" in unread.out
    text = (small / "found.csv").read_text("utf-8").replace(",\n", ",yes\n")
    (small / "found.csv").write_text(text, "utf-8")
    joined = ask(*again)
    assert "path 1 > 5: 891 km by 1 connector of 0.8 km" in joined.out
    assert "not accepted" not in joined.out


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("table", ["parts", "gaps", "stations", "paths"])
def test_each_table_comes_as_csv(ask, table):
    said = ask(*WITH_PLACES, "--format", "csv", "--table", table, "--path", "1", "2")
    rows = list(csv.DictReader(said.out.splitlines()))
    counts = {"parts": 2, "gaps": 1, "stations": 3, "paths": 1}
    assert len(rows) == counts[table]


@pytest.mark.usefixtures("small")
def test_a_workbook_holds_every_table(ask):
    ask(*WITH_PLACES, "--path", "1", "2", "--format", "xlsx", "--out", "told.xlsx")
    book = openpyxl.load_workbook("told.xlsx")
    counts = {"parts": 2, "gaps": 1, "stations": 3, "paths": 1}
    assert {*counts} < {*book.sheetnames}
    assert {name: book[name].max_row - 1 for name in counts} == counts


@pytest.mark.usefixtures("small")
def test_a_folder_of_parquet_holds_every_table_those_without_rows_too(ask):
    said = ask(*WITH_PLACES, "--format", "parquet", "--out", "told")
    assert said.code == 0
    names = {path.stem for path in Path("told").glob("*.parquet")}
    assert names >= {"parts", "gaps", "stations", "paths"}


def test_every_fault_is_told_and_nothing_is_written(ask, small):
    (small / "links.csv").write_text(LINKS.replace("90", "-9").replace("A", "X"))
    (small / "nodes.csv").write_text(NODES + "9,200,99,KAZ\n")
    said = ask(*WITH_PLACES)
    assert said.code == 1
    assert [line.partition(":")[2].partition(";")[0] for line in said.lines] == [
        " 2 faults in the model",
        (
            " nodes.csv row 10, lon: must be degrees of EPSG:4326, longitude −180 to "
            "180, latitude −90 to 90"
        ),
        " links.csv row 2, length_km: must be more than 0",
    ]
    assert not (small / "out").exists()


def test_a_folder_with_something_in_it_is_not_written_over(ask, small):
    (small / "out").mkdir()
    (small / "out" / "mine.txt").write_text("mine")
    said = ask(*WITH_PLACES)
    assert said.code == 1
    assert "is there and not empty; name a new folder" in said.err
    assert ask(*WITH_PLACES, "--replace").code == 1  # it holds no model
    assert [path.name for path in (small / "out").iterdir()] == ["mine.txt"]


def test_a_write_that_fails_half_way_leaves_the_old_model(ask, small, monkeypatch):
    ask(*WITH_PLACES)
    before = {path.name: path.read_bytes() for path in (small / "out").iterdir()}
    exchanged = []
    whole = io_files.os.replace

    def fail_later(source, target):
        exchanged.append(target)
        if len(exchanged) == 3:
            raise OSError(28, "no space left on device", str(target))
        whole(source, target)

    monkeypatch.setattr(io_files.os, "replace", fail_later)
    said = ask(*WITH_PLACES, "--gaps", "gaps.csv", "--replace")
    monkeypatch.undo()
    assert said.code == 1
    assert "no space left on device" in said.err
    after = {path.name: path.read_bytes() for path in (small / "out").iterdir()}
    assert after == before


@pytest.mark.usefixtures("small")
def test_one_file_that_is_no_lines_is_a_fault_of_the_question(ask):
    said = ask("import", "rail", "nodes.csv", "out")
    assert said.code == 1
    assert "give two CSV files, nodes and links, or one of lines" in said.err


@pytest.mark.usefixtures("small")
def test_answers_are_not_written_into_the_model(ask):
    said = ask(*WITH_PLACES, "--write-gaps", "out/gaps.csv")
    assert said.code == 1
    assert "lies in the model's folder" in said.err
