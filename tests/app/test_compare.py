"""The verb compare: two files in, what changed out, or one error each."""

import pytest
from tests.app.asked import asker

ROUTE = ("--from", "ASH", "--to", "CCY", "--commodity", "containers")


@pytest.fixture
def ask(capsys):
    return asker(capsys)


@pytest.fixture
def saved(ask, teaching, tmp_path):
    """Save two answers: with the line whole, and cut."""
    paths = (tmp_path / "whole.json", tmp_path / "cut.json")
    for path, changed in zip(paths, ((), ("--scenario", "bacay_cut")), strict=True):
        asked = ("corridors", teaching, *changed, "--format", "json", "--out", path)
        assert ask(*asked).code == 0
    return paths


def test_only_what_changed_is_shown(ask, saved):
    found = ask("compare", *saved)
    assert (found.code, found.err) == (0, "")
    assert "asked: scenario: baseline → bacay_cut" in found.out
    assert "asked: changes: also close link:rail_BCY_BCO" in found.out
    (line,) = [x for x in found.out.splitlines() if " usd_per_t " in x]
    # 21.8 of 66.8 USD/t are 32.6 per cent
    assert line.split() == [
        *("corridors", "steppe", "usd_per_t", "66.8", "88.6", "+21.8", "+32.6"),
        "USD/t",
    ]
    assert "corridors sea" not in found.out


def test_two_answers_that_are_the_same_are_called_so(ask, saved):
    found = ask("compare", saved[0], saved[0])
    assert found.out.splitlines()[0] == "corridors: both answers say the same"
    told = ask("compare", saved[0], saved[0], "--format", "json").json
    assert told["result"]["is_same"] is True


def test_json_and_csv_say_what_the_table_says(ask, saved):
    told = ask("compare", *saved, "--format", "json").json
    (one,) = [d for d in told["result"]["changed"] if d["name"] == "usd_per_t"]
    assert one["difference"] == pytest.approx(21.8)
    assert one["unit"] == "USD/t"
    assert told["stamp"]["question"] == "compare"
    assert told["stamp"]["params"]["before"]["scenario"] == "baseline"
    header, *rows = ask("compare", *saved, "--format", "csv").out.splitlines()
    assert header == "part,where,name,unit,before,after,difference,percent"
    parts = ("asked", "changed", "added", "removed")
    assert len(rows) == sum(len(told["result"][part]) for part in parts)


def test_rows_within_rows_are_shown_when_all_is_asked_for(ask, teaching, tmp_path):
    paths = (tmp_path / "a.json", tmp_path / "b.json")
    for path, km in zip(paths, (300, 310), strict=True):
        change = ("--set", f"link:rail_BBO_BCY.length_km={km}", "--format", "json")
        ask("route", teaching, *ROUTE, *change, "--out", path)
    few, all_of_it = ask("compare", *paths).out, ask("compare", *paths, "--all").out
    assert "more, rows within rows too (--all shows them)" in few
    assert ", legs " not in few
    assert ", legs " in all_of_it


def test_answers_of_different_verbs_are_refused(ask, teaching, saved, tmp_path):
    other = tmp_path / "check.json"
    ask("check", teaching, "--format", "json", "--out", other)
    found = ask("compare", saved[0], other)
    assert (found.code, found.lines) == (
        1,
        [
            "bereket: the answers are to different questions: corridors and check",
        ],
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON: Expecting property name"),
        ("", "is no JSON: Expecting value"),
        ("[1]", "is no answer: it has no result and no stamp"),
        ('{"result": {"x": NaN}, "stamp": {}}', "is no JSON: it holds NaN"),
        ('{"result": {"x": 1e999}, "stamp": {}}', "is no JSON: it holds 1e999"),
        ("[" * 9999, "is no JSON"),
        ("1" * 5000, "is no JSON"),
        ("\0", "bytes that are no text"),
    ],
)
def test_a_file_that_is_no_answer_is_one_error_each(ask, saved, tmp_path, text, said):
    bad = tmp_path / "bad.json"
    bad.write_text(text, "utf-8")
    found = ask("compare", bad, tmp_path / "none.json")
    assert found.code == 1
    first, second = found.lines
    assert said in first
    assert second == f"bereket: there is no file {str(tmp_path / 'none.json')!r}"
    assert ask("compare", saved[0], bad).code == 1


def nested(path, leaf, levels):
    text = '{"x": ' * levels + str(leaf) + "}" * levels
    path.write_text(f'{{"result": {text}, "stamp": {{"question": "q"}}}}', "utf-8")
    return path


def test_an_answer_nested_deeper_than_any_is_compared_or_refused(ask, tmp_path):
    one, two = (nested(tmp_path / f"{leaf}.json", leaf, 200) for leaf in (1, 2))
    assert ask("compare", one, two).out.startswith("q: 1 value changed, 0 came, 0 went")
    for path in (one, two):
        nested(path, path.stem, 100_000)
    found = ask("compare", one, two)
    assert found.code == 1
    assert [" is no JSON: " in line for line in found.lines] == [True, True]


def test_neither_of_the_answers_is_written_over(ask, saved):
    before = [path.read_bytes() for path in saved]
    for path in saved:
        found = ask("compare", *saved, "--out", path, "--format", "json")
        assert found.code == 1
        assert "is one of the answers compared" in found.err
    assert [path.read_bytes() for path in saved] == before


@pytest.fixture
def assigned(ask, teaching, tmp_path):
    """Save two assignments: all the grain, and a ninth of it."""
    paths = (tmp_path / "all.json", tmp_path / "less.json")
    less = ("--set", "demand:ASH:CCY:grain:2025.tonnes=1000000")
    for path, changed in zip(paths, ((), less), strict=True):
        asked = ("assign", teaching, *changed, "--format", "json", "--out", path)
        assert ask(*asked).code == 0
    return paths


def cells(text, start):
    """Return the figures of the first line that starts so."""
    (line, *_) = [x for x in text.splitlines() if x.strip().startswith(start)]
    return line.strip().removeprefix(start).split()


def test_two_assignments_tell_corridors_what_is_full_and_what_stays(ask, assigned):
    found = ask("compare", *assigned)
    assert (found.code, found.err) == (0, "")
    assert cells(found.out, "wanted") == ["9.86", "1.73", "-8.12"]
    # all of it goes now, by land: 1 Mt of grain, and 0.73 Mt of containers
    assert cells(found.out, "goes")[1] == "1.73"
    assert cells(found.out, "stays")[1] == "0.00"
    assert cells(found.out, "steppe")[1] == "1.73"
    assert cells(found.out, "sea")[1:] == ["0.00", "-0.64"]
    ferry = cells(found.out, "service:crossing Apora - Capora ferry")
    assert ferry[1] == "–"
    assert cells(found.out, "grain ASH > CCY")[1:] == ["–", "-0.21"]
    assert "--all shows every value" in found.out
    assert "relative_gap" not in ask("compare", *assigned, "--all").out


def test_an_assignment_asked_twice_is_the_same(ask, assigned, teaching, tmp_path):
    again = tmp_path / "again.json"
    ask("assign", teaching, "--format", "json", "--out", again)
    found = ask("compare", assigned[0], again)
    assert found.out.splitlines()[0] == "assign: both answers say the same"
    told = ask("compare", *assigned, "--format", "json").json["result"]
    names = [each["name"] for each in told["flows"]["corridors_t_per_year"]]
    assert names == ["steppe", "sea"]
    assert not told["is_same"]
