"""The verbs check, new and show."""

import csv
import io
from collections import Counter

import pytest
from tests.app.asked import asker
from tests.model.altered import with_cell

from bereket import blank_model, read_model, write_model
from bereket.schema import TABLE_NAMES

STAMP = {"question", "model", "model_version", "model_hash", "scenario", "changes"}
STAMP |= {"as_of", "params", "status", "regimes", "seed", "assumed_share"}
STAMP |= {"package_version", "made_at"}


@pytest.fixture
def ask(capsys):
    return asker(capsys)


@pytest.fixture
def folder(tmp_path):
    write_model(blank_model(), tmp_path / "model")
    return tmp_path / "model"


def edit(folder, table, before, after):
    path = folder / f"{table}.csv"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


# --- check ---------------------------------------------------------------------


def test_check_json_is_one_object_with_result_stamp_and_warnings(ask, teaching):
    found = ask("check", teaching, "--format", "json")
    assert found.code == 0
    assert found.err == ""
    assert set(found.json) == {"result", "stamp", "warnings"}
    assert set(found.json["stamp"]) == STAMP
    stamp = found.json["stamp"]
    assert (stamp["question"], stamp["model"]) == ("check", "teaching")
    assert stamp["model_hash"] == read_model(teaching).content_hash
    assert stamp["as_of"] == "2025-06-01"


def test_check_json_counts_rows_and_qualities_as_the_files_do(ask, teaching):
    result = ask("check", teaching, "--format", "json").json["result"]
    assert result["faults"] == []
    stated = Counter()
    for path in teaching.glob("*.csv"):
        rows = rows_of(path.read_text("utf-8"))
        assert result["rows"][path.stem] == len(rows)
        if path.stem in {"config", "source"}:
            continue
        counts = Counter(row["quality"] for row in rows)
        assert result["quality"][path.stem] == dict(counts)
        stated += counts
    # As the teaching model's README says: of 188 rows 125 are reported, 63 assumed.
    assert stated == {"reported": 125, "assumed": 63}
    assert result["assumed_share"] == pytest.approx(63 / 188, abs=1e-12)


def test_check_json_names_every_fault_by_table_row_and_column(ask, folder):
    edit(folder, "link", ",250,", ",-250,")
    edit(folder, "stop", "WESTGATE", "NOWHERE")
    found = ask("check", folder, "--format", "json")
    assert found.code == 1
    assert set(found.json) == {"result", "stamp", "warnings"}
    faults = found.json["result"]["faults"]
    assert {
        "table": "link",
        "row": 2,
        "rows": [2],
        "column": "length_km",
        "rule": "must be more than 0",
        "found": "'-250'",
    } in faults
    assert {
        "table": "stop",
        "row": 2,
        "rows": [2],
        "column": "node_id",
        "rule": "must name a node of the model",
        "found": "'NOWHERE'",
    } in faults
    assert len(faults) == 2


def test_a_fault_of_a_whole_table_has_no_row(ask, folder):
    (folder / "fleet.csv").unlink()
    (fault,) = ask("check", folder, "--format", "json").json["result"]["faults"]
    assert (fault["table"], fault["row"], fault["rows"]) == ("fleet", None, [])


def test_check_lists_every_fault_on_standard_error_one_a_line(ask, folder):
    edit(folder, "link", ",250,", ",-250,")
    edit(folder, "stop", "WESTGATE", "NOWHERE")
    found = ask("check", folder)
    assert found.code == 1
    assert sorted(found.lines) == [
        "link row 2, length_km: must be more than 0; found '-250'",
        "stop row 2, node_id: must name a node of the model; found 'NOWHERE'",
    ]
    assert "2 faults" in found.out


def test_check_names_the_defaults_that_stood_in(ask, teaching):
    result = ask("check", teaching, "--format", "json").json["result"]
    told = {
        (d["table"], d["column"]): (d["value"], d["cells"]) for d in result["defaults"]
    }
    assert told["link", "status"] == ("operating", 17)  # no such column in the file
    assert told["link", "electrified"] == ("False", 7)  # ferry and six roads
    assert told["border", "open_h_per_day"] == ("24 h", 8)
    assert ("service", "availability") not in told


def test_check_csv_has_one_row_a_faulty_row(ask, folder):
    edit(folder, "border", ",KAZ,", ",kaz,")  # two rows of four
    found = ask("check", folder, "--format", "csv")
    assert found.code == 1
    rows = rows_of(found.out)
    assert [r["row"] for r in rows if r["column"] == "side_iso3"] == ["2", "4"]
    assert set(rows[0]) == {"table", "row", "column", "rule", "found"}


def test_check_csv_has_its_header_where_there_is_no_fault(ask, folder):
    found = ask("check", folder, "--format", "csv")
    assert found.code == 0
    assert found.out == "table,row,column,rule,found\n"


def test_check_of_an_empty_folder_names_what_must_be_there(ask, tmp_path):
    found = ask("check", tmp_path, "--format", "json")
    assert found.code == 1
    missing = [fault["table"] for fault in found.json["result"]["faults"]]
    assert {"config", "node", "carrier", "link"} <= set(missing)


def test_check_writes_its_answer_to_a_file(ask, folder, tmp_path):
    out = tmp_path / "below" / "check.json"
    out.parent.mkdir()
    found = ask("check", folder, "--format", "json", "--out", out)
    assert (found.code, found.out) == (0, "")
    assert out.read_text("utf-8").startswith("{")
    assert [p.name for p in out.parent.iterdir()] == ["check.json"]


def test_check_changes_nothing_in_the_folder(ask, folder):
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    ask("check", folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


# --- new -----------------------------------------------------------------------


def test_a_new_model_passes_check_and_answers_a_route(ask, tmp_path):
    folder = tmp_path / "mine"
    assert ask("new", folder).code == 0
    assert sorted(p.stem for p in folder.glob("*.csv")) == sorted(TABLE_NAMES)
    checked = ask("check", folder, "--format", "json")
    assert checked.code == 0
    assert checked.json["result"]["faults"] == checked.json["result"]["advice"] == []
    grain = ("--from", "EAST", "--to", "FARPORT", "--commodity", "grain")
    routed = ask("route", folder, *grain, "--format", "json")
    assert routed.code == 0
    (way,) = routed.json["result"]["alternatives"]
    assert way["links"] == ["L1", "L2", "L3", "L4"]
    assert way["length_km"] == 250 + 20 + 310 + 310
    assert way["corridors"] == ["east_sea"]


def test_a_new_model_goes_into_an_empty_folder(ask, tmp_path):
    assert ask("new", tmp_path).code == 0
    assert (tmp_path / "node.csv").is_file()


def test_a_new_model_never_goes_into_a_folder_that_is_not_empty(ask, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    found = ask("new", tmp_path)
    assert found.code == 1
    (line,) = found.lines
    assert "not empty" in line
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_new_model_never_takes_the_place_of_a_file(ask, tmp_path):
    (tmp_path / "mine").write_text("mine")
    assert ask("new", tmp_path / "mine").code == 1
    assert (tmp_path / "mine").read_text() == "mine"


# --- show ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("link:rail_BBO_BCY", "link:rail_BBO_BCY"),
        ("rail_BBO_BCY", "link:rail_BBO_BCY"),
        ("BCY", "node:BCY"),
        ("Bacay", "node:BCY"),
        ("bacay", "node:BCY"),
        ("bac", "node:BCY"),
        ("transfer:ASH::road:load", "transfer:ASH::road:load"),
        ("grain_ban", "regime:grain_ban"),
        ("deflator:2025", "deflator:2025"),
    ],
)
def test_a_row_is_shown_by_reference_label_or_name(ask, teaching, text, reference):
    found = ask("show", teaching, text, "--format", "json")
    assert found.code == 0
    assert [row["reference"] for row in found.json["result"]["rows"]] == [reference]
    assert reference in ask("show", teaching, text).out


def test_a_label_of_several_tables_shows_them_all(ask, tmp_path):
    model = with_cell(blank_model(), "corridor", 0, "corridor_id", "grain")
    write_model(model, tmp_path)
    found = ask("show", tmp_path, "grain", "--format", "json")
    shown = [row["reference"] for row in found.json["result"]["rows"]]
    assert sorted(shown) == ["agenda:grain", "commodity:grain", "corridor:grain"]


def test_a_row_is_shown_with_figures_units_and_sources(ask, teaching):
    found = ask("show", teaching, "link:rail_BBO_BCY", "--format", "json")
    (row,) = found.json["result"]["rows"]
    cells = {cell["column"]: cell for cell in row["cells"]}
    assert (cells["length_km"]["value"], cells["length_km"]["unit"]) == ("300", "km")
    assert cells["length_km"]["known"] is True
    assert cells["commercial_speed_kmh"]["known"] is False
    assert cells["directed"]["value"] == "false"
    assert cells["status"]["value"] == "unknown, counts as operating"
    assert [source["source_id"] for source in row["sources"]] == ["invented"]


def test_a_row_is_shown_with_the_rows_that_name_it(ask, teaching):
    found = ask("show", teaching, "node:APO", "--format", "json")
    (row,) = found.json["result"]["rows"]
    assert row["joined"]["port"] == ["port:APO:ferry"]
    assert row["joined"]["service_stop"] == ["service_stop:crossing:1"]
    assert set(row["joined"]["link"]) == {"link:rail_AJN_APO", "link:sea_APO_CPO"}
    assert len(row["joined"]["transfer"]) == 4


@pytest.mark.parametrize("text", ["Bacya", "link:rail_BBO_BCZ", "regime:grainban"])
def test_what_is_not_there_is_answered_with_near_ones(ask, teaching, text):
    found = ask("show", teaching, text, "--format", "json")
    assert found.code == 1
    (error,) = found.json["errors"]
    assert "near are" in error


def test_without_a_reference_the_model_itself_is_shown(ask, teaching):
    found = ask("show", teaching)
    assert found.code == 0
    assert "config:teaching" in found.out
    assert "17 link" in found.out


@pytest.mark.parametrize("name", ["My corridor", "a:b", "a=b"])
def test_a_model_of_any_name_can_be_shown(ask, tmp_path, name):
    write_model(with_cell(blank_model(), "config", 0, "dataset_name", name), tmp_path)
    assert ask("check", tmp_path).code == 0
    found = ask("show", tmp_path, "--format", "json")
    assert found.code == 0
    cells = {c["column"]: c["value"] for c in found.json["result"]["rows"][0]["cells"]}
    assert cells["dataset_name"] == name


def test_every_row_of_the_teaching_model_can_be_shown(ask, teaching):
    for name, table in read_model(teaching).tables.items():
        for key in set(table.keys):
            reference = ":".join((name, *key))
            assert ask("show", teaching, reference).code == 0, reference


def test_show_csv_has_one_row_a_cell_and_figures_stay_figures(ask, teaching):
    found = ask("show", teaching, "node:ASH", "--format", "csv")
    cells = {row["column"]: row["value"] for row in rows_of(found.out)}
    assert float(cells["x_coord"]) == -10
    assert float(cells["y_coord"]) == 0
