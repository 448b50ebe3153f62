"""The verb report: what it writes, and what it refuses."""

import pytest
from tests.app.asked import asker


@pytest.fixture
def ask(capsys):
    return asker(capsys)


def test_report_writes_one_file_and_says_so(ask, teaching, tmp_path):
    out = tmp_path / "mine.html"
    found = ask("report", teaching, "--out", out)
    assert found.code == 0
    text = out.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert f"written: {out}"[:60] in found.out.replace("\n", "")
    assert list(tmp_path.iterdir()) == [out]


def test_pairs_date_and_changes_are_those_asked(ask, teaching, tmp_path):
    out = tmp_path / "mine.html"
    change = "link:rail_ASH_AJN.length_km=300"
    found = ask(
        *("report", teaching, "--out", out, "--set", change, "--as-of", "2025-07-01"),
        *("--pair", "CCY:ASH:containers"),
    )
    assert found.code == 0, found.err
    text = out.read_text(encoding="utf-8")
    assert "Cacay → Ashar" in text
    assert "1 July 2025" in text
    assert change in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--pair", "ASH-CCY"), "a pair is written FROM:TO:CARGO"),
        (("--pair", "ASH:NOWHERE:containers"), "NOWHERE"),
        (("--as-of", "yesterday"), "yesterday"),
        (("--boundaries", "nothing.geojson"), "must be GeoJSON with features"),
        (("--set", "link:none.length_km=1"), "link:none"),
    ],
)
def test_a_wrong_question_is_refused_and_nothing_is_written(
    ask, teaching, tmp_path, arguments, said
):
    out = tmp_path / "mine.html"
    found = ask("report", teaching, "--out", out, *arguments)
    assert found.code == 1
    assert said in found.err
    assert "Traceback" not in found.err
    assert not list(tmp_path.iterdir())


def test_a_report_never_lies_in_the_model(ask, teaching):
    out = teaching / "report.html"
    found = ask("report", teaching, "--out", out)
    assert found.code == 1
    assert "write the answer elsewhere" in found.err
    assert not out.exists()


def test_the_tables_of_a_report_go_to_a_workbook(ask, teaching, tmp_path):
    from openpyxl import load_workbook  # noqa: PLC0415 slow, and only here

    out = tmp_path / "mine.xlsx"
    assert ask("report", teaching, "--format", "xlsx", "--out", out).code == 0
    names = load_workbook(out).sheetnames
    assert {"corridors", "ways", "legs", "efficient_ways", "assumptions"} <= set(names)
    trade = {"trade_years", "trade_sectors", "trade_observed", "trade_streams"}
    assert trade | {"agenda"} <= set(names)
