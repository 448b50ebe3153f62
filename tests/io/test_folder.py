"""Model folders: read and written back the same, their faults named."""

import csv
import json
import os
from io import StringIO
from pathlib import Path

import pytest

from bereket import BereketError, ModelError, blank_model, read_model, write_model
from bereket.io import examine
from bereket.schema import TABLE_NAMES

LONGEST_NAME = 255  # bytes of a file name on the usual file systems


@pytest.fixture
def folder(tmp_path):
    """Return a sound folder, the blank model, to be broken in one thing."""
    write_model(blank_model(), tmp_path / "model")
    return tmp_path / "model"


def where(issue):
    return issue.table, issue.rows, issue.field


def the_fault(folder):
    (issue,) = examine(folder).faults
    return issue


def fault_of(folder, table):
    """Return the one fault of a table; other tables may miss what it named."""
    (issue,) = [i for i in examine(folder).faults if i.table == table]
    return issue


def edit(folder, table, change):
    """Change the text of a table's file."""
    path = folder / f"{table}.csv"
    path.write_text(change(path.read_text("utf-8")), "utf-8", newline="")


def contents(folder):
    return {p.name: p.read_bytes() for p in Path(folder).iterdir() if p.is_file()}


def cells(path):
    return list(csv.reader(StringIO(path.read_text("utf-8"), newline="")))


def write_cells(path, rows):
    buffer = StringIO()
    csv.writer(buffer).writerows(rows)
    path.write_text(buffer.getvalue(), "utf-8", newline="")


# --- round trip --------------------------------------------------------------


@pytest.mark.parametrize("name", ["teaching", "caspian", "blank"])
def test_what_is_written_reads_back_the_same(name, root, tmp_path):
    model = blank_model() if name == "blank" else read_model(root / "models" / name)
    write_model(model, tmp_path / "first")
    back = read_model(tmp_path / "first")
    assert back.content_hash == model.content_hash
    assert back.name == model.name
    assert set(back.tables) == set(model.tables)
    write_model(back, tmp_path / "second")
    assert contents(tmp_path / "first") == contents(tmp_path / "second")


@pytest.mark.parametrize("name", ["teaching", "caspian"])
def test_cells_read_back_one_by_one(name, root, tmp_path):
    model = read_model(root / "models" / name)
    write_model(model, tmp_path)
    back = read_model(tmp_path)
    for table in model.tables.values():
        assert list(back[table.name].columns) == list(table.columns)
        assert back[table.name].keys == table.keys  # the order of rows is kept, too


def test_a_model_is_written_with_the_licence_it_had(teaching, tmp_path):
    write_model(read_model(teaching), tmp_path)
    before, after = (
        json.loads((f / "datapackage.json").read_text("utf-8"))
        for f in (teaching, tmp_path)
    )
    names = [{r["name"] for r in told["resources"]} for told in (before, after)]
    assert names[0] == names[1]
    assert after.get("licenses") == before["licenses"]


def test_text_that_csv_must_quote_reads_back_the_same(folder):
    note = 'a "quoted" word, a comma,\nand a line; Юлдиз → Türkiye'
    rows = cells(folder / "node.csv")
    rows[1][rows[0].index("note")] = note
    write_cells(folder / "node.csv", rows)
    model = read_model(folder)
    assert model["node"].text("note")[0] == note
    write_model(model, folder)
    assert read_model(folder).content_hash == model.content_hash


def test_a_model_written_over_another_is_refused_or_reads_back_alone(teaching, folder):
    model = read_model(teaching)  # it has no fleet; the folder has
    before = contents(folder)
    assert "fleet.csv" in before
    try:
        write_model(model, folder)
    except BereketError:
        assert contents(folder) == before
    else:
        assert read_model(folder).content_hash == model.content_hash


def test_columns_that_the_schema_does_not_know_are_written_if_said_to_be_carried(
    folder,
):
    edit(folder, "config", lambda t: t.replace("\n", ",colour\n", 1)[:-1] + ",red\n")
    reading = examine(folder)
    assert reading.faults == ()
    (advice,) = reading.advice
    assert advice.field == "colour"
    write_model(reading.model, folder)
    is_written = "colour" in (folder / "config.csv").read_text("utf-8")
    assert is_written is ("carried" in advice.rule)


def test_reading_changes_no_file(caspian):
    before = contents(caspian)
    read_model(caspian)
    assert contents(caspian) == before


# --- the folder --------------------------------------------------------------


@pytest.mark.parametrize("name", ["gone", "model/node.csv"])
def test_what_is_no_folder_is_named(folder, name):
    path = folder.parent / name
    with pytest.raises(BereketError, match=f"{name}' is no folder"):
        examine(path)
    with pytest.raises(BereketError, match="is no folder"):
        read_model(str(path))


def test_an_empty_folder_lacks_the_four_tables_that_must_be(tmp_path):
    found = examine(tmp_path).faults
    missing = [i.table for i in found if i.rule == "the table must be there"]
    assert missing == ["config", "node", "carrier", "link"]


def test_reading_a_broken_folder_raises_with_every_fault(folder):
    (folder / "fx.csv").unlink()
    edit(folder, "link", lambda t: t.replace(",250,", ",-250,"))
    with pytest.raises(ModelError) as raised:
        read_model(folder)
    assert {i.table for i in raised.value.issues} >= {"fx", "link"}
    assert str(raised.value).count("\n") == len(raised.value.issues)


def test_a_folder_without_metadata_is_read(folder):
    before = read_model(folder).content_hash
    (folder / "datapackage.json").unlink()
    assert read_model(folder).content_hash == before


# --- tables and the metadata -------------------------------------------------


@pytest.mark.parametrize("table", ["config", "node", "carrier", "link"])
def test_a_required_table_that_is_missing_is_named(folder, table):
    (folder / f"{table}.csv").unlink()
    issue = fault_of_missing(folder, table)
    assert issue.found == f"no file '{table}.csv'"


def fault_of_missing(folder, table):
    (issue,) = [
        i
        for i in examine(folder).faults
        if i.table == table and i.rule == "the table must be there"
    ]
    assert where(issue) == (table, (), "")
    return issue


def test_a_file_that_the_metadata_lists_and_the_folder_lacks_is_named(folder):
    (folder / "fleet.csv").unlink()
    assert where(the_fault(folder)) == ("fleet", (), "")


def test_a_table_that_nothing_lists_may_be_missing(folder):
    (folder / "datapackage.json").unlink()
    (folder / "fleet.csv").unlink()
    assert examine(folder).faults == ()


def package(folder, change):
    path = folder / "datapackage.json"
    told = json.loads(path.read_text("utf-8"))
    change(told)
    path.write_text(json.dumps(told), "utf-8")


def point(folder, table, path):
    """Let the metadata name another file of a table."""

    def change(told):
        for each in told["resources"]:
            if each["name"] == table:
                each["path"] = path

    package(folder, change)


def test_the_metadata_may_name_a_file_in_a_folder_below(folder):
    before = read_model(folder).content_hash
    (folder / "tables").mkdir()
    (folder / "fleet.csv").rename(folder / "tables" / "stock.csv")
    point(folder, "fleet", "tables/stock.csv")
    assert read_model(folder).content_hash == before


@pytest.mark.parametrize(
    "path", ["../fleet.csv", "a/../../fleet.csv", "/etc/passwd", "..\\fleet.csv"]
)
def test_a_path_that_leads_out_of_the_folder_is_refused(folder, path):
    (folder.parent / "fleet.csv").write_bytes((folder / "fleet.csv").read_bytes())
    point(folder, "fleet", path)
    issue = the_fault(folder)
    assert where(issue) == ("datapackage.json", (), "fleet")
    assert (issue.rule, issue.found) == (
        "a path must stay inside the folder",
        repr(path),
    )


def test_a_resource_that_is_no_table_is_named(folder):
    package(
        folder,
        lambda told: told["resources"].append({"name": "linkk", "path": "link.csv"}),
    )
    assert where(the_fault(folder)) == ("datapackage.json", (), "linkk")


def test_a_table_that_is_listed_twice_is_named(folder):
    (folder / "other.csv").write_bytes((folder / "fleet.csv").read_bytes())
    package(
        folder,
        lambda told: told["resources"].append({"name": "fleet", "path": "other.csv"}),
    )
    assert where(the_fault(folder)) == ("datapackage.json", (), "fleet")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"resources": 1}',
        '{"resources": null}',
        '{"resources": [1]}',
        '{"resources": [{"name": "link"}]}',
        '{"resources": {"name": "link"}}',
        "[" * 100_000,
    ],
)
def test_metadata_that_cannot_be_used_is_one_fault(folder, text):
    (folder / "datapackage.json").write_text(text)
    assert where(the_fault(folder)) == ("datapackage.json", (), "")


@pytest.mark.parametrize(
    "path", ["", ".", "gone.csv", "x" * (LONGEST_NAME + 1), "a\0b"]
)
def test_a_path_that_is_no_file_is_a_fault_of_its_table(folder, path):
    point(folder, "fleet", path)
    (folder / "fleet.csv").unlink()
    assert where(the_fault(folder)) == ("fleet", (), "")


# --- files -------------------------------------------------------------------

BROKEN_FILE = "must be a CSV text in UTF-8, inside the folder"


@pytest.mark.parametrize(
    "raw",
    [b"PK\x03\x04\x14\x00\x06\x00", b"\xff\xfen\x00o\x00", b"\x89PNG\r\n\x1a\n\x00"],
)
def test_a_binary_file_named_csv_is_refused(folder, raw):
    (folder / "fleet.csv").write_bytes(raw)
    issue = the_fault(folder)
    assert where(issue) == ("fleet", (), "")
    assert issue.rule == BROKEN_FILE
    assert "no text" in issue.found


def test_a_symbolic_link_out_of_the_folder_is_refused(folder):
    outside = folder.parent / "fleet.csv"
    (folder / "fleet.csv").rename(outside)
    (folder / "fleet.csv").symlink_to(outside)
    issue = the_fault(folder)
    assert where(issue) == ("fleet", (), "")
    assert issue.found == "a link or path that leads out of the folder"


def test_a_symbolic_link_to_itself_is_refused(folder):
    (folder / "fleet.csv").unlink()
    (folder / "fleet.csv").symlink_to("fleet.csv")
    assert where(the_fault(folder)) == ("fleet", (), "")


def test_a_folder_named_as_a_table_is_refused(folder):
    (folder / "fleet.csv").unlink()
    (folder / "fleet.csv").mkdir()
    issue = the_fault(folder)
    assert where(issue) == ("fleet", (), "")
    assert issue.found == "no plain file"


def test_a_pipe_named_as_a_table_is_refused_and_not_waited_for(folder):
    (folder / "fleet.csv").unlink()
    os.mkfifo(folder / "fleet.csv")
    assert the_fault(folder).found == "no plain file"


def test_a_file_that_may_not_be_read_is_a_fault_of_its_table(folder, monkeypatch):
    plain = Path.read_bytes

    def deny(path):
        if path.name == "fleet.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return plain(path)

    monkeypatch.setattr(Path, "read_bytes", deny)
    assert where(the_fault(folder)) == ("fleet", (), "")


def test_a_file_of_mixed_encodings_is_refused_with_the_line(folder):
    raw = (folder / "node.csv").read_bytes().split(b"\n")
    raw[3] = raw[3].replace(b"Border", "Граница".encode("cp1251"))
    (folder / "node.csv").write_bytes(b"\n".join(raw))
    issue = fault_of(folder, "node")
    assert where(issue) == ("node", (), "")
    assert issue.rule == BROKEN_FILE
    assert issue.found == "a byte in line 4 that is not UTF-8 (mixed encodings?)"


def test_a_quote_that_never_ends_is_refused(folder):
    edit(folder, "fleet", lambda text: text + 'F2,"no end\n')
    issue = the_fault(folder)
    assert where(issue) == ("fleet", (), "")
    assert issue.rule == BROKEN_FILE


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r\n\r\n", b",,,\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(folder, raw):
    (folder / "fleet.csv").write_bytes(raw)
    issue = the_fault(folder)
    assert where(issue) == ("fleet", (), "")
    assert issue.rule == "must have a header"


def test_a_file_with_a_header_only_is_a_table_without_rows(folder):
    edit(folder, "fleet", lambda text: text.split("\n")[0] + "\n")
    reading = examine(folder)
    assert reading.faults == ()
    assert len(reading.model["fleet"]) == 0


def test_semicolons_and_decimal_commas_are_named_as_such(folder):
    edit(folder, "fx", lambda t: t.replace(",", ";").replace("0.012", "0,012"))
    issue = fault_of(folder, "fx")
    assert where(issue) == ("fx", (1,), "")
    assert issue.rule == "columns must be separated by commas, with decimal points"
    assert issue.found == "semicolons"


def test_decimal_commas_in_quotes_are_named_cell_by_cell(folder):
    edit(folder, "fx", lambda text: text.replace("0.012", '"0,012"'))
    issue = the_fault(folder)
    assert where(issue) == ("fx", (2,), "usd_per_unit")
    assert issue.rule == "must be a number with a decimal point, not a comma"
    assert issue.found == "'0,012'"


def test_decimal_commas_without_quotes_make_a_row_uneven(folder):
    edit(folder, "fx", lambda text: text.replace("0.012", "0,012"))
    (uneven,) = [i for i in examine(folder).faults if i.rule.startswith("a row must")]
    assert where(uneven) == ("fx", (2,), "")


def rows_of(folder, table, change):
    """Change the lines of a table's file."""

    def turned(text):
        lines = text.rstrip("\n").split("\n")
        return "\n".join(change(lines)) + "\n"

    edit(folder, table, turned)


def test_rows_that_are_wider_than_the_header_are_named(folder):
    rows_of(
        folder, "deflator", lambda old: [old[0], old[1] + ",", old[2], old[3] + ",x"]
    )
    width = len((folder / "deflator.csv").read_text().split("\n")[0].split(","))
    issue = the_fault(folder)
    assert where(issue) == ("deflator", (2, 4), "")
    assert issue.rule == f"a row must have {width} cells, as the header has"
    assert issue.found == str(width + 1)


def test_rows_that_are_narrower_than_the_header_are_named(folder):
    rows_of(
        folder, "deflator", lambda old: [*old[:2], "2025,103,example,assumed", old[3]]
    )
    issue = the_fault_of_form(folder)
    assert where(issue) == ("deflator", (3,), "")
    assert issue.found == "4"


def the_fault_of_form(folder):
    (issue,) = [i for i in examine(folder).faults if i.rule.startswith("a row must")]
    return issue


def test_rows_after_a_blank_line_keep_the_numbers_of_the_file(folder):
    bad = "2027,-1,example,assumed,x"
    rows_of(folder, "deflator", lambda old: [*old[:2], "", *old[2:], bad])
    (issue,) = [
        i for i in examine(folder).faults if i.field == "usd_index" and "more" in i.rule
    ]
    assert issue.rows == (6,)


def test_blank_lines_at_the_end_do_not_count(folder):
    before = read_model(folder).content_hash
    edit(folder, "deflator", lambda text: text + "\n\n,,,,\n")
    assert read_model(folder).content_hash == before


def test_a_byte_order_mark_does_not_count(folder):
    before = read_model(folder).content_hash
    for path in folder.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_model(folder).content_hash == before


def test_line_ends_of_windows_do_not_count(folder):
    before = read_model(folder).content_hash
    for path in folder.glob("*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_model(folder).content_hash == before


def test_blanks_around_cells_and_headers_do_not_count(folder):
    before = read_model(folder).content_hash
    edit(folder, "deflator", lambda text: text.replace(",", " , "))
    assert read_model(folder).content_hash == before


def test_the_order_of_rows_and_columns_does_not_count(folder):
    before = read_model(folder).content_hash
    for path in folder.glob("*.csv"):
        header, *rows = cells(path)
        write_cells(path, [row[::-1] for row in (header, *reversed(rows))])
    assert read_model(folder).content_hash == before


# --- the blank model ---------------------------------------------------------


def test_the_blank_model_has_every_table_and_column_and_no_fault(folder):
    reading = examine(folder)
    assert reading.faults == reading.advice == ()
    assert tuple(reading.model.tables) == TABLE_NAMES
    for table in reading.model.tables.values():
        assert tuple(table.columns) == tuple(table.schema.fields)
        assert len(table) >= 1
