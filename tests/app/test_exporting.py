"""The verbs export and import gmns; answers in Excel and Parquet."""

import json

import openpyxl
import pytest
from pyarrow import parquet
from tests.app.asked import asker
from tests.model.altered import with_row
from tests.studies.calibrations import with_rows, with_years
from tests.studies.test_calibrate import BY_LORRY, BY_SEA, YEARS

from bereket import blank_model, read_model, write_model
from bereket.io import FORMATS
from bereket.registry import QUESTIONS

ROUTE = ("--from", "ASH", "--to", "CCY", "--commodity", "containers")
# Every verb with the options of answers, and what it asks here.
ANSWERS = {
    "check": (),
    "show": ("BCY",),
    "route": (*ROUTE, "--pareto", "--break-even", "tariff"),
    "capacity": ("--corridor", "steppe"),
    "assign": (),
    "calibrate": ("--hold-out", "2026"),
    "corridors": (),
    "shocks": (),
    "report": (),
    "catchment": (
        *("--corridor", "steppe", "--to", "CCY", "--commodity", "containers"),
        *("--from", "ASH"),
    ),
    "sweep": (
        *("--ask", "route --from XIAN --to APR --commodity containers_general"),
        *("--samples", "4", "--processes", "1"),
    ),
    "trade": (
        *("--pair", "AAA", "CCC", "--target-usd", "5e9", "--draws", "200"),
        *("--works", "third_ferry"),
    ),
    "outlook": ("--to", "2026"),
    "agenda": (),
    "energy": ("--year", "2024"),
    "pressure": ("--path", "a_b", "--path", "b_c", "--flow", "3"),
    "compare": (),
}
SHOCK = {  # the teaching model has none
    "name": "Grain stopped",
    "on": "steppe",
    "unit": "t",
    "before_date": "2025-08-01",
    "after_date": "2025-10-01",
    "direction": "down",
    "regimes": "grain_ban",
    "definition": "all cargo of the corridor",
    "source_id": "invented",
    "quality": "reported",
}
TOWN = {
    "config": "dataset_name,long_length,speed,crs\ntown,km,km/h,EPSG:4326\n",
    "node": "node_id,x_coord,y_coord\n1,50,45\n2,51,45\n3,51,46\n",
    "link": (
        "link_id,from_node_id,to_node_id,directed,length\n1,1,2,1,80\n2,2,3,0,115\n"
    ),
    "movement": "mvmt_id,node_id\n1,2\n2,2\n",
}


@pytest.fixture
def ask(capsys):
    return asker(capsys)


def question(ask, verb, teaching, tmp_path):
    """Return how a verb is asked: of the model, or of two answers saved before."""
    if verb == "shocks":
        shocked = with_row(read_model(teaching), "shock", shock_id="s", **SHOCK)
        write_model(shocked, tmp_path / "shocked")
        return (verb, tmp_path / "shocked")
    if verb == "calibrate":
        rows = {"parameters": [BY_SEA, BY_LORRY], "observations": YEARS}
        years = with_years(read_model(teaching), (2024, 2025, 2026))
        write_model(with_rows(years, **rows), tmp_path / "observed")
        return (verb, tmp_path / "observed", *ANSWERS[verb])
    if verb == "sweep":  # the teaching model has no bounds that a way reads
        return (verb, teaching.parent / "caspian", *ANSWERS[verb])
    if verb != "compare":
        return (verb, teaching, *ANSWERS[verb])
    saved = [tmp_path / "before.json", tmp_path / "after.json"]
    for path, changed in zip(saved, ((), ("--scenario", "bacay_cut")), strict=True):
        ask("corridors", teaching, *changed, "--format", "json", "--out", path)
    return (verb, *saved)


@pytest.fixture
def town(tmp_path):
    (tmp_path / "town").mkdir()
    for name, text in TOWN.items():
        (tmp_path / "town" / f"{name}.csv").write_text(text, "utf-8")
    return tmp_path / "town"


def sheet_rows(sheet):
    header, *rows = [[cell.value for cell in row] for row in sheet]
    return [dict(zip(header, row, strict=True)) for row in rows]


def stamp_of(book):
    return {row["key"]: row["value"] for row in sheet_rows(book["stamp"])}


# --- answers -------------------------------------------------------------------


def test_every_verb_that_answers_is_asked_here(ask):
    answering = set()
    for question in QUESTIONS:
        said = ask(question.verb, "--help").out
        if "json|csv|xlsx|parquet]" in said:
            answering.add(question.verb)
    assert answering == set(ANSWERS)


@pytest.mark.parametrize("verb", ANSWERS)
def test_every_answer_is_a_workbook_with_its_stamp(ask, teaching, tmp_path, verb):
    path = tmp_path / "answer.xlsx"
    asked = question(ask, verb, teaching, tmp_path)
    found = ask(*asked, "--format", "xlsx", "--out", path)
    assert (found.code, found.out) == (0, "")
    assert found.err == f"written: {path}\n"
    book = openpyxl.load_workbook(path)
    stamp = stamp_of(book)
    assert stamp["question"] == verb
    of = teaching if verb == "compare" else asked[1]
    assert stamp["model_hash"] == read_model(of).content_hash
    assert not any(cell.data_type == "f" for sheet in book for r in sheet for cell in r)


@pytest.mark.parametrize("verb", ANSWERS)
def test_every_answer_is_parquet_with_its_stamp(ask, teaching, tmp_path, verb):
    folder = tmp_path / "answer"
    asked = question(ask, verb, teaching, tmp_path)
    found = ask(*asked, "--format", "parquet", "--out", folder)
    assert found.code == 0
    for path in folder.iterdir():
        stamp = json.loads(parquet.read_schema(path).metadata[b"bereket"])
        assert stamp["question"] == verb


def test_a_route_in_a_workbook_says_what_the_json_says(ask, teaching, tmp_path):
    path = tmp_path / "route.xlsx"
    told = ask("route", teaching, *ANSWERS["route"], "--format", "json").json["result"]
    ask("route", teaching, *ANSWERS["route"], "--format", "xlsx", "--out", path)
    book = openpyxl.load_workbook(path)
    ways = sheet_rows(book["alternatives"])
    for way, row in zip(told["alternatives"], ways, strict=True):
        assert row["cost_usd_per_t"] == way["cost_usd_per_t"]
        assert row["length_km"] == way["length_km"]
    legs = sheet_rows(book["legs"])
    all_legs = [leg for way in told["alternatives"] for leg in way["legs"]]
    assert [leg["cost_usd_per_t"] for leg in all_legs] == [
        row["cost_usd_per_t"] for row in legs
    ]
    assert legs[0]["haulage_usd_per_t"] == 0  # loading hauls nothing
    held = {(r["alternative"], r["kind"], r["what"]) for r in sheet_rows(book["holds"])}
    for number, way in enumerate(told["alternatives"], start=1):
        for text in way["excludes"]:
            assert (number, "excludes", text) in held
    assert len(sheet_rows(book["pareto"])) == len(told["pareto"]["ways"])
    (change, *_) = told["break_even"]["changes"]
    assert sheet_rows(book["break_even"])[0]["at"] == change["at"]


def test_a_check_in_a_workbook_has_advice_defaults_and_rows(ask, teaching, tmp_path):
    path = tmp_path / "check.xlsx"
    told = ask("check", teaching, "--format", "json").json["result"]
    ask("check", teaching, "--format", "xlsx", "--out", path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["faults", "advice", "rows", "defaults", "stamp"]
    assert len(sheet_rows(book["advice"])) == len(told["advice"])
    assert sheet_rows(book["defaults"]) == told["defaults"]
    counts = {row["table"]: row["rows"] for row in sheet_rows(book["rows"])}
    assert counts == told["rows"]


def test_what_stops_every_way_is_a_table_too(ask, teaching, tmp_path):
    path = tmp_path / "barred.xlsx"
    asked = ("--from", "ASH", "--to", "CCY", "--commodity", "grain")
    banned = (*asked, "--as-of", "2026-01-15")  # no grain leaves in that winter
    told = ask("route", teaching, *banned, "--format", "json").json["result"]
    ask("route", teaching, *banned, "--format", "xlsx", "--out", path)
    rows = sheet_rows(openpyxl.load_workbook(path)["openings"])
    assert [row["element"] for row in rows] == [
        element for each in told["openings"] for element in each["elements"]
    ]
    assert len(rows) > 0


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_a_form_that_is_a_file_must_be_told_where_to_go(ask, teaching, form):
    found = ask("check", teaching, "--format", form)
    assert found.code == 2
    assert f"{form} is written to a file: say where with --out PATH" in found.err


def test_an_answer_is_not_written_over_the_workbook_asked(ask, tmp_path):
    path = tmp_path / "model.xlsx"
    write_model(blank_model(), path)
    before = path.read_bytes()
    found = ask("check", path, "--format", "xlsx", "--out", path)
    assert found.code == 1
    assert found.lines == [
        f"bereket: {str(path)!r} is the model's file; write the answer elsewhere"
    ]
    assert path.read_bytes() == before


def test_an_answer_is_not_written_under_a_name_of_another_kind(ask, teaching, tmp_path):
    found = ask("check", teaching, "--format", "xlsx", "--out", tmp_path / "x.csv")
    assert found.code == 1
    assert "must end in .xlsx" in found.err


# --- a workbook in place of a folder -------------------------------------------


def test_a_workbook_answers_as_its_folder_does(ask, teaching, tmp_path):
    path = tmp_path / "teaching.xlsx"
    assert ask("export", teaching, path).code == 0
    first = ask("route", teaching, *ROUTE, "--format", "json").json
    second = ask("route", path, *ROUTE, "--format", "json").json
    assert second["result"] == first["result"]
    assert second["stamp"]["model_hash"] == first["stamp"]["model_hash"]
    assert ask("check", path).code == 0


# --- export --------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_model_is_exported_to_every_format(ask, teaching, tmp_path, form):
    path = tmp_path / f"out{form.suffix}"
    found = ask("export", teaching, path, "--format", form.name)
    assert found.code == 0
    assert f"written: {path}, {form.line}" in found.out
    assert path.exists()


def test_what_a_format_has_no_place_for_is_named(ask, teaching, tmp_path):
    found = ask("export", teaching, tmp_path / "x.geojson")
    (_, left) = found.out.splitlines()
    assert left.startswith(
        "left out, as the format has no place for them: config, carr"
    )
    assert not {"node", "link"} & set(left.partition(": ")[2].split(", "))


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("x.dbf", "no format has the suffix '.dbf'"),
        ("gone/x.xlsx", "there is no folder"),
        ("model/x.xlsx", "lies in the model's folder"),
    ],
)
def test_an_export_that_has_no_place_is_refused(ask, tmp_path, name, what):
    write_model(blank_model(), tmp_path / "model")
    before = sorted(p.name for p in tmp_path.rglob("*"))
    found = ask("export", tmp_path / "model", tmp_path / name)
    assert found.code == 1
    assert what in found.err
    assert sorted(p.name for p in tmp_path.rglob("*")) == before


def test_a_model_with_faults_is_not_exported(ask, tmp_path):
    write_model(blank_model(), tmp_path / "model")
    (tmp_path / "model" / "carrier.csv").unlink()
    found = ask("export", tmp_path / "model", tmp_path / "x.gpkg")
    assert found.code == 1
    assert "carrier: the table must be there" in found.err
    assert not (tmp_path / "x.gpkg").exists()


# --- import gmns ---------------------------------------------------------------


def test_a_network_is_imported_and_what_was_read_is_told(ask, town, tmp_path):
    target = tmp_path / "model"
    found = ask("import", "gmns", town, target, "--country", "KAZ")
    assert found.code == 0
    assert "read:    3 places, 2 links, 195 km of links; carriers road" in found.out
    assert "movement: is not used: left aside; found 2 rows" in found.out
    assert ask("check", target).code == 0
    assert read_model(target)["node"].text("country_iso3").tolist() == ["KAZ"] * 3


def test_a_network_is_imported_into_a_workbook(ask, town, tmp_path):
    target = tmp_path / "model.xlsx"
    assert ask("import", "gmns", town, target, "--country", "KAZ").code == 0
    assert len(read_model(target)["link"]) == 2


def test_a_link_without_nodes_is_named_and_nothing_is_written(ask, town, tmp_path):
    (town / "link.csv").write_text(TOWN["link"].replace("1,2,1", "1,9,1"), "utf-8")
    found = ask("import", "gmns", town, tmp_path / "model", "--country", "KAZ")
    assert found.code == 1
    assert (
        "link row 2, to_node_id: must name a node of the model; found '9'" in found.err
    )
    assert not (tmp_path / "model").exists()


def test_a_network_never_goes_into_a_folder_that_is_not_empty(ask, town):
    found = ask("import", "gmns", town, town, "--country", "KAZ")
    assert found.code == 1
    assert "is there and not empty" in found.err


def test_a_country_must_be_told(ask, town, tmp_path):
    found = ask("import", "gmns", town, tmp_path / "model")
    assert found.code == 2
    assert "--country" in found.err
