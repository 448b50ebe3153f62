"""However a model folder is broken, its faults are named, and nothing else happens."""

import contextlib
import csv
import hashlib
import io
import json
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bereket import BereketError, RouteParams, blank_model, route, write_model
from bereket.app.cli import main
from bereket.io import examine
from bereket.schema import TABLE_NAMES, table_schema

# Of 10 to 50 ms each; the file shall take some 15 s on a quiet machine.
EXAMPLES = 40
EXAMPLES_A_BREAK = 5
EXAMPLES_ASKED = 100

# What a planner's cell may hold by accident or on purpose.
NASTY = (
    *("0000", "0000-01-01", "9999", "9999-12-31", "2024-02-30", "2024-00"),
    *("1_000", "1e308", "1e-308", "1e400", "-0", "nan", "inf", "0x1", "١٢", "²"),
    *("|", ":", ">", "!", ",", "A>B|", "!A>B", "link:", "link:L1", "border:::::"),
    *("node:EAST|node:", "grain:", "grain:nan", "grain:1e400", "=1+1", '"', "''"),
    *(
        "KAZ",
        "!KAZ",
        "KAZ|",
        "!KAZ|TKM",
        "EAST",
        "rail1520|",
        "true",
        "\u202e",
        "\ufeff",
    ),
)


@cache
def sound_files():
    """Return the files of a small model without fault, by name."""
    with tempfile.TemporaryDirectory() as place:
        write_model(blank_model(), place)
        return {path.name: path.read_bytes() for path in Path(place).iterdir()}


@contextlib.contextmanager
def folder_of(**changed):
    """Give a sound folder that may be broken, alone in another."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "model"
        folder.mkdir()
        for name, raw in (sound_files() | changed).items():
            (folder / name).write_bytes(raw)
        yield folder


def state(folder):
    """Return all that could change in a folder."""
    return {
        str(path.relative_to(folder)): str(path.readlink())
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def cells_of(folder, table):
    text = (folder / f"{table}.csv").read_text("utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def write_cells(folder, table, cells):
    buffer = io.StringIO()
    csv.writer(buffer).writerows(cells)
    (folder / f"{table}.csv").write_text(buffer.getvalue(), "utf-8", newline="")


def columns_that(table, holds):
    return [f.name for f in table_schema(table).fields.values() if holds(f)]


def tables_that_have(holds):
    return [name for name in TABLE_NAMES if columns_that(name, holds)]


def is_figure(field):
    return not field.is_text and field.type != "boolean"


def is_positive(field):
    return is_figure(field) and (field.minimum == 0 or field.exclusive_minimum == 0)


def is_reference(field):
    return field.names not in ("", "element")


# --- ways to break a table -----------------------------------------------------
# Each takes the folder, the table and Hypothesis' data, breaks one thing, and returns
# the tables of which one at least must now have a fault.


def set_cell(folder, table, data, holds, text):
    column = data.draw(st.sampled_from(columns_that(table, holds)), "column")
    cells = cells_of(folder, table)
    row = data.draw(st.integers(1, len(cells) - 1), "row")
    cells[row][cells[0].index(column)] = text
    write_cells(folder, table, cells)
    return {table}


def drop_column(folder, table, data):
    name = data.draw(st.sampled_from(columns_that(table, lambda f: f.required)))
    cells = cells_of(folder, table)
    at = cells[0].index(name)
    write_cells(folder, table, [row[:at] + row[at + 1 :] for row in cells])
    return {table}


def rename_header(folder, table, data):
    name = data.draw(st.sampled_from(columns_that(table, lambda f: f.required)))
    cells = cells_of(folder, table)
    slip = data.draw(st.sampled_from([name[:-1], name.upper(), name + "_", "x", ""]))
    cells[0][cells[0].index(name)] = slip
    write_cells(folder, table, cells)
    return {table}


def put_no_number(folder, table, data):
    text = data.draw(
        st.sampled_from(["nan", "inf", "-inf", "NaN", "n/a", "-", "1 000"])
    )
    return set_cell(folder, table, data, is_figure, text)


def put_decimal_comma(folder, table, data):
    return set_cell(folder, table, data, is_figure, "12,5")


def make_negative(folder, table, data):
    return set_cell(folder, table, data, is_positive, "-3")


def name_nothing(folder, table, data):
    return set_cell(folder, table, data, is_reference, "nothing_of_that_name")


def duplicate_row(folder, table, data):
    cells = cells_of(folder, table)
    row = data.draw(st.integers(1, len(cells) - 1), "row")
    write_cells(folder, table, [*cells, cells[row]])
    return {table}


def overlap_validity(folder, table, data):
    cells = cells_of(folder, table)
    start, end = (cells[0].index(name) for name in ("valid_from", "valid_to"))
    row = data.draw(st.integers(1, len(cells) - 1), "row")
    cells[row][start], cells[row][end] = "2024", "2026"
    later = list(cells[row])
    later[start], later[end] = "2026-12", ""
    write_cells(folder, table, [*cells, later])
    return {table}


def swap_coordinates(folder, table, data):
    cells = cells_of(folder, table)
    x, y = cells[0].index("x_coord"), cells[0].index("y_coord")
    row = data.draw(st.integers(1, len(cells) - 1), "row")
    cells[row][x], cells[row][y] = cells[row][y], cells[row][x]
    write_cells(folder, table, cells)
    return {table}


def remove_border_row(folder, table, data):
    cells = cells_of(folder, table)
    del cells[data.draw(st.integers(1, len(cells) - 1), "row")]
    write_cells(folder, table, cells)
    return {"link"}  # the crossing it leaves without a side


def change_gauge(folder, table, data):
    cells = cells_of(folder, table)
    gauge = cells[0].index("gauge_mm")
    row = data.draw(st.sampled_from([r for r, c in enumerate(cells) if "1520" in c]))
    cells[row][gauge] = data.draw(st.sampled_from(["1435", "1000", ""]))
    write_cells(folder, table, cells)
    return {table}


def delete_table(folder, table, data):  # noqa: ARG001 as the others
    (folder / f"{table}.csv").unlink()
    return {table}


def put_bytes(folder, table, data):
    (folder / f"{table}.csv").write_bytes(data.draw(st.binary(max_size=60)))
    return {table}


def link_outside(folder, table, data):  # noqa: ARG001 as the others
    outside = folder.parent / f"{table}.csv"
    (folder / f"{table}.csv").rename(outside)
    (folder / f"{table}.csv").symlink_to(outside)
    return {table}


def cut_in_two(folder, table, data):
    raw = (folder / f"{table}.csv").read_bytes()
    header = raw.index(b"\n")
    at = data.draw(st.integers(1, header - 1), "cut in the header")
    (folder / f"{table}.csv").write_bytes(raw[:at] + b"\n" + raw[at:])
    return {table}


DATED = [name for name in TABLE_NAMES if table_schema(name).is_dated]
BREAKS = {
    drop_column: TABLE_NAMES,
    rename_header: TABLE_NAMES,
    put_no_number: tables_that_have(is_figure),
    put_decimal_comma: tables_that_have(is_figure),
    make_negative: tables_that_have(is_positive),
    name_nothing: tables_that_have(is_reference),
    duplicate_row: TABLE_NAMES,
    overlap_validity: DATED,
    swap_coordinates: ("node",),
    remove_border_row: ("border",),
    change_gauge: ("link",),
    delete_table: TABLE_NAMES,
    put_bytes: TABLE_NAMES,
    link_outside: TABLE_NAMES,
    cut_in_two: TABLE_NAMES,
}
ONE = st.sampled_from([(way, table) for way in BREAKS for table in BREAKS[way]])
# Each table once, so that no break undoes or hides another.
SEVERAL = st.lists(ONE, min_size=1, max_size=4, unique_by=lambda one: one[1])


def checked(folder):
    """Ask the terminal to check a folder; return its code, JSON and standard error."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main(["check", str(folder), "--format", "json"])
    return ended.value.code, json.loads(out.getvalue(), parse_constant=no_json), err


def no_json(constant):
    msg = f"{constant} is no JSON"
    raise AssertionError(msg)


@pytest.mark.parametrize("way", BREAKS, ids=lambda way: way.__name__)
@settings(max_examples=EXAMPLES_A_BREAK)
@given(data=st.data())
def test_one_break_is_named_with_its_table(way, data):
    table = data.draw(st.sampled_from(BREAKS[way]), "table")
    with folder_of() as folder:
        concerned = way(folder, table, data)
        faults = examine(folder).faults
    assert concerned & {issue.table for issue in faults}


@settings(max_examples=EXAMPLES)
@given(breaks=SEVERAL, data=st.data())
def test_breaks_in_several_tables_are_all_named_at_once(breaks, data):
    with folder_of() as folder:
        concerned = [way(folder, table, data) for way, table in breaks]
        before = state(folder.parent)
        named = {issue.table for issue in examine(folder).faults}
        assert all(named & tables for tables in concerned)
        code, answer, err = checked(folder)
        assert state(folder.parent) == before
    assert code == 1
    assert named <= {fault["table"] for fault in answer["result"]["faults"]}
    assert set(answer) == {"result", "stamp", "warnings"}
    assert "Traceback" not in err.getvalue()


@settings(max_examples=EXAMPLES)
@given(
    table=st.sampled_from(TABLE_NAMES),
    texts=st.lists(
        st.sampled_from(NASTY) | st.text(max_size=5), min_size=1, max_size=5
    ),
    data=st.data(),
)
def test_whatever_cells_hold_nothing_but_faults_comes_of_it(table, texts, data):
    with folder_of() as folder:
        cells = cells_of(folder, table)
        for text in texts:
            row = data.draw(st.integers(0, len(cells) - 1), "row")
            column = data.draw(st.integers(0, len(cells[0]) - 1), "column")
            cells[row][column] = text.replace("\0", "")
        try:
            write_cells(folder, table, cells)
        except UnicodeEncodeError:
            return  # half a letter: no file can hold it
        code, answer, err = checked(folder)
    assert code == (1 if answer["result"]["faults"] else 0)
    assert "Traceback" not in err.getvalue()


@pytest.mark.parametrize("text", NASTY)
def test_a_text_that_stands_everywhere_is_told_without_a_traceback(text):
    with folder_of() as folder:
        for table in TABLE_NAMES:
            cells = cells_of(folder, table)
            cells.append([text] * len(cells[0]))
            write_cells(folder, table, cells)
        code, answer, err = checked(folder)
    assert code == 1
    named = {fault["table"] for fault in answer["result"]["faults"]}
    assert named == set(TABLE_NAMES)  # a figure, a date or a label it is nowhere
    assert "Traceback" not in err.getvalue()


def plausible(field):
    """Draw what a cell may hold by its schema: ends of ranges, labels, any text."""
    if field.type == "boolean":
        return st.sampled_from(["true", "false", ""])
    if is_figure(field):
        ends = (field.minimum, field.exclusive_minimum, field.maximum)
        told = [f"{end:g}" for end in ends if end is not None]
        return st.sampled_from(
            [*told, "", "0", "1", "2", "1e-9", "1e9", "-1e9", "1e30"]
        )
    if field.enum:
        return st.sampled_from([*field.enum, ""])
    if field.format == "partial_date":
        return st.sampled_from(["0001", "1990", "2025", "2026-01", "9999-12-31", ""])
    if is_reference(field):
        named = field.names.removesuffix("_or_group")
        labels = [key[0] for key in blank_model()[named].keys]
        several = ["|".join(labels)] if field.is_list else []
        return st.sampled_from([*labels, *several, ""])
    return st.sampled_from(
        [*NASTY, "KAZ", "KAZ|TKM", "USD", "node:PORT", "link:L2", ""]
    )


@settings(max_examples=EXAMPLES_ASKED)
@given(table=st.sampled_from(TABLE_NAMES), data=st.data())
def test_a_model_without_fault_can_be_asked(table, data):
    fields = list(table_schema(table).fields.values())
    with folder_of() as folder:
        cells = cells_of(folder, table)
        for _ in range(data.draw(st.integers(1, 2), "cells")):
            field = data.draw(st.sampled_from(fields), "column")
            row = data.draw(st.integers(1, len(cells) - 1), "row")
            text = data.draw(plausible(field), "text")
            cells[row][cells[0].index(field.name)] = text
        write_cells(folder, table, cells)
        reading = examine(folder)
        if reading.faults:
            return
        assert checked(folder)[0] == 0
    ask(reading.model)


def ask(model):
    try:
        found = route(model, params=RouteParams("EAST", "FARPORT", "grain"))
    except BereketError:
        return  # the question is refused, in words
    for way in found.alternatives:
        json.dumps(way.as_dict(), allow_nan=False)


@settings(max_examples=EXAMPLES)
@given(
    raw=st.binary(max_size=200)
    | st.text(max_size=80).map(lambda t: t.encode("utf-8", "ignore"))
)
def test_whatever_the_metadata_is_nothing_but_faults_comes_of_it(raw):
    with folder_of(**{"datapackage.json": raw}) as folder:
        faults = examine(folder).faults
    assert {issue.table for issue in faults} <= {"datapackage.json", *TABLE_NAMES}


def test_the_folder_that_is_broken_here_is_sound():
    with folder_of() as folder:
        assert examine(folder).faults == ()
        assert checked(folder)[0] == 0
