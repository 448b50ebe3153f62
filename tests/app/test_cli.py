"""The terminal as a whole: exit codes, help, one line an error, JSON of an error."""

import subprocess
import sys

import pytest
from tests.app.asked import asker

from bereket import BereketError, QuestionError, ScenarioError, blank_model, write_model
from bereket.app.cli import main
from bereket.registry import QUESTIONS

GRAIN = ("--from", "EAST", "--to", "FARPORT", "--commodity", "grain")


@pytest.fixture
def ask(capsys):
    return asker(capsys)


@pytest.fixture
def folder(tmp_path):
    write_model(blank_model(), tmp_path / "model")
    return tmp_path / "model"


def test_an_answer_ends_with_code_0(ask, folder):
    for arguments in (
        ("check", folder),
        ("show", folder, "L1"),
        ("route", folder, *GRAIN),
        ("new", folder.parent / "other"),
        ("--help",),
        ("--version",),
    ):
        assert ask(*arguments).code == 0, arguments


def test_a_fault_of_the_model_ends_with_code_1(ask, folder):
    (folder / "fx.csv").unlink()
    for arguments in (("check", folder), ("show", folder), ("route", folder, *GRAIN)):
        assert ask(*arguments).code == 1, arguments


@pytest.mark.parametrize(
    "arguments",
    [
        ("rout", "m"),
        ("route", "m"),
        ("route", "m", *GRAIN, "--ways", "many"),
        ("route", "m", *GRAIN, "--colour", "red"),
        ("route", "m", *GRAIN, "--owner", "nobody"),
        ("check",),
        ("check", "m", "--format", "xml"),
        ("check", "m", "n"),
        ("--colour",),
    ],
)
def test_what_is_no_command_line_ends_with_code_2(ask, arguments):
    found = ask(*arguments)
    assert found.code == 2
    assert found.out == ""
    assert found.err


@pytest.mark.parametrize(
    ("typed", "near"), [("rout", "route"), ("cchheck", "check"), ("shows", "show")]
)
def test_a_misspelt_verb_is_answered_with_the_near_one(ask, typed, near):
    assert f"Did you mean {near!r}?" in ask(typed, "m").err


def test_a_verb_like_none_has_no_suggestion(ask):
    found = ask("zzz")
    assert found.code == 2
    assert "There is no verb 'zzz'." in found.err
    assert "Did you mean" not in found.err


def test_help_lists_every_verb_with_its_line(ask):
    found = ask("--help")
    for question in QUESTIONS:
        assert question.verb in found.out
        assert question.line.split(",")[0].split()[0] in found.out
    assert "bereket demo" in found.out


@pytest.mark.parametrize("verb", [question.verb for question in QUESTIONS])
def test_every_verb_tells_its_options(ask, verb):
    found = ask(verb, "--help")
    assert found.code == 0
    assert "--debug" in found.out


# --- errors --------------------------------------------------------------------

WRONG = [
    (("--from", "Eats"), QuestionError, "'Eats'"),
    (("--commodity", "grian"), QuestionError, "'grian'"),
    (("--as-of", "yesterday"), QuestionError, "'yesterday' is no date"),
    (("--as-of", "2026-13"), QuestionError, "'2026-13' is no date"),
    (
        ("--ways", "0"),
        QuestionError,
        "must be from 1 to 100; found 0",
    ),
    (("--ways", "101"), QuestionError, "must be from 1 to 100; found 101"),
    (("--to", "EAST"), QuestionError, "from and to are one place"),
    (("--via", "Atlantis"), QuestionError, "'Atlantis'"),
    (("--avoid", "link:L9"), ScenarioError, "'link:L9'"),
    (("--avoid", "Atlantis"), QuestionError, "'Atlantis'"),
    (("--set", "link:L9.length_km=1"), ScenarioError, "'link:L9'"),
    (("--set", "link:L1.colour=red"), ScenarioError, "'colour' is no column"),
    (("--set", "link:L1.length_km=-1"), ScenarioError, "must be more than 0"),
    (("--set", "nonsense"), ScenarioError, "write REF.column=value"),
    (("--set", "link:L1.to_node_id=NOWHERE"), ScenarioError, "NOWHERE"),
    (("--set", "link:L1.allowed_uses=tram"), ScenarioError, "tram"),
    (("--set", "corridor:east_sea.gateways=rubbish"), ScenarioError, "rubbish"),
    (("--set", "link:L1.valid_from=0000"), ScenarioError, "0000"),
    (("--from", "PORT", "--to", "EASTGATE"), QuestionError, "cannot unload"),
]
IDS = [" ".join(told) for told, _, _ in WRONG]


@pytest.mark.parametrize(("told", "kind", "said"), WRONG, ids=IDS)
def test_a_wrong_question_ends_with_code_1_and_one_line(ask, folder, told, kind, said):
    found = ask("route", folder, *GRAIN, *told)
    assert found.code == 1
    assert found.out == ""
    (line,) = found.lines
    assert line.startswith("bereket: ")
    assert said in line
    assert issubclass(kind, BereketError)


@pytest.mark.parametrize(("told", "kind", "said"), WRONG, ids=IDS)
def test_debug_raises_the_error_itself(folder, told, kind, said):
    with pytest.raises(kind, match=said.replace(".", r"\.")):
        main(["route", str(folder), *GRAIN, *told, "--debug"])


@pytest.mark.parametrize("debug", [True, False])
def test_a_traceback_is_printed_for_debug_only(folder, debug):
    program = "from bereket.app.cli import main; main()"
    told = ["route", str(folder), *GRAIN, "--from", "Eats", *(["--debug"] * debug)]
    ended = subprocess.run(
        [sys.executable, "-c", program, *told],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ("Traceback" in ended.stderr) is debug
    assert "'Eats'" in ended.stderr.splitlines()[-1]


@pytest.mark.parametrize(("told", "kind", "said"), WRONG, ids=IDS)
@pytest.mark.parametrize("form", [("--format", "json"), ("--format=json",)])
def test_json_holds_the_error_of_a_wrong_question(ask, folder, told, kind, said, form):
    found = ask("route", folder, *GRAIN, *told, *form)
    assert found.code == 1
    assert found.json["result"] is None
    assert found.json["warnings"] == []
    (error,) = found.json["errors"]
    assert said in error
    assert found.lines == [f"bereket: {error}"]
    assert kind.__name__ not in found.err  # a planner need not know our classes


def test_json_holds_every_fault_of_a_broken_model(ask, folder):
    path = folder / "link.csv"
    path.write_text(path.read_text().replace(",250,", ",-250,"))
    (folder / "fleet.csv").unlink()
    found = ask("route", folder, *GRAIN, "--format", "json")
    assert found.code == 1
    errors = found.json["errors"]
    assert "link row 2, length_km: must be more than 0; found '-250'" in errors
    assert any(error.startswith("fleet: the table must be there") for error in errors)
    assert len(found.lines) == len(errors) + 1  # a head line, then one a fault


@pytest.mark.parametrize("verb", ["check", "show", "route"])
def test_what_is_no_folder_is_told_in_one_line(ask, tmp_path, verb):
    rest = GRAIN if verb == "route" else ()
    found = ask(verb, tmp_path / "gone", *rest, "--format", "json")
    assert found.code == 1
    (line,) = found.lines
    assert "is no folder" in line
    assert found.json["errors"] == [line.removeprefix("bereket: ")]


def test_a_file_that_the_system_refuses_is_told_in_one_line(ask, folder):
    out = folder / "node.csv" / "answer.json"  # a file stands where a folder must
    found = ask("route", folder, *GRAIN, "--out", out)
    assert found.code == 1
    assert len(found.lines) == 1


def test_a_refusal_of_the_system_is_json_where_json_is_asked(ask, folder):
    out = folder / "node.csv" / "answer.json"
    found = ask("route", folder, *GRAIN, "--format", "json", "--out", out)
    assert found.code == 1
    assert len(found.json["errors"]) == 1
