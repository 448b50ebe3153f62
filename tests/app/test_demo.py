"""The verb demo: what it tells of trade and of what was agreed."""

import io
import json

import pytest
from rich.console import Console
from tests.app.asked import asker

from bereket import read_model
from bereket.app import demo as verb
from bereket.app.agreed import draw_agreed
from bereket.studies.demo import demo_agenda, demo_trade


@pytest.fixture
def ask(capsys):
    return asker(capsys)


def drawn(*answers):
    console = Console(file=io.StringIO(), width=200)
    draw_agreed(console, *answers)
    return console.file.getvalue()


def test_the_chance_and_the_counts_are_told_in_a_few_lines(teaching):
    model = read_model(teaching)
    trade, agenda = demo_trade(model), demo_agenda(model)
    text = drawn(trade, agenda)
    found = trade.found
    for year in (found.by_year, found.years[-1].year):
        assert f"{100 * found.chance(year).probability:.0f} % in {year}" in text
    for status, n in agenda.counts.items():
        assert f"{n} {status}" in text
    assert len(text.strip().splitlines()) <= 5


def test_where_nothing_was_agreed_nothing_is_drawn():
    assert drawn(None, None) == ""


def test_the_answers_are_written_and_handed_to_the_report(
    ask, teaching, tmp_path, monkeypatch
):
    handed = []

    def report(model, as_of, known):
        handed.append((model.name, as_of, known))
        return "<!doctype html>"

    monkeypatch.setattr(verb, "ask_all", lambda model, as_of: iter(()))  # noqa: ARG005
    monkeypatch.setattr(verb, "demo_capacities", lambda model, as_of: iter(()))  # noqa: ARG005
    monkeypatch.setattr(verb, "_report", report)
    told = ask("demo", teaching, "--out", tmp_path)
    assert told.code == 0, told.err
    assert "is what was agreed on course?" in told.out
    trade = json.loads((tmp_path / "trade.json").read_text(encoding="utf-8"))
    agenda = json.loads((tmp_path / "agenda.json").read_text(encoding="utf-8"))
    assert trade["result"]["item_id"] == "trade_2030"
    assert trade["stamp"]["question"] == "trade"
    assert len(agenda["result"]["items"]) == 4
    ((_, _, known),) = handed
    assert known.trade.as_dict()["probability"] == trade["result"]["probability"]
    assert known.agenda.counts == agenda["result"]["counts"]
    assert known.flows.year == 2025
