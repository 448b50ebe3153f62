"""What a question is asked under: scenario, measures, changes, date."""

import shutil

import pytest
from tests.app.asked import asker
from tests.model.test_measures import with_measure

from bereket import read_model, write_model

ROUTE = ("--from", "ASH", "--to", "CCY", "--commodity", "containers")
# Generalised costs that models/teaching/README.md works out by hand, USD/t.
RAIL, FERRY, RAIL_AND_ROAD, ROAD = 101.6, 111.6, 128.7, 142.75


@pytest.fixture
def ask(capsys):
    return asker(capsys)


@pytest.fixture
def folder(teaching, tmp_path):
    """The teaching model with a measure: a faster line."""
    model = read_model(teaching)
    speed = ("link:rail_ASH_AJN", "commercial_speed_kmh", "multiply", 2.0)
    idle = ("link:rail_ASH_AJN", "status", "set", "operating")
    model = with_measure(model, "faster", speed, source_id="invented")
    model = with_measure(model, "built", idle, source_id="invented")
    shutil.copytree(teaching / "scenarios", tmp_path / "model" / "scenarios")
    write_model(model, tmp_path / "model")
    return tmp_path / "model"


def costs(answered):
    ways = answered.json["result"]["alternatives"]
    return [way["generalised_usd_per_t"] for way in ways]


def close(*figures):
    return pytest.approx(list(figures), abs=1e-9)


def test_a_cut_line_is_answered_as_worked_out_by_hand(ask, teaching):
    found = ask(
        "route", teaching, *ROUTE, "--scenario", "bacay_cut", "--format", "json"
    )
    assert costs(found) == close(FERRY, RAIL_AND_ROAD, ROAD)
    stamp = found.json["stamp"]
    assert stamp["scenario"] == "bacay_cut"
    assert stamp["changes"] == ["close link:rail_BCY_BCO"]
    assert stamp["as_of"] == "2025-06-01"
    assert stamp["model_hash"] == read_model(teaching).content_hash


def test_a_scenario_brings_its_date(ask, teaching):
    storm = ("--scenario", "bacay_cut_in_a_storm", "--format", "json")
    found = ask("route", teaching, *ROUTE, *storm)
    assert costs(found) == close(RAIL_AND_ROAD, ROAD)
    assert found.json["stamp"]["as_of"] == "2026-01-15"
    assert found.json["warnings"] == []


@pytest.mark.parametrize(
    ("option", "day"),
    [(("--as-of", "2025-06-01"), "2025-06-01"), (("--year", "2025"), "2025-07-01")],
)
def test_a_date_that_is_asked_for_wins_and_the_answer_says_so(
    ask, teaching, option, day
):
    storm = ("--scenario", "bacay_cut_in_a_storm", "--format", "json")
    found = ask("route", teaching, *ROUTE, *storm, *option)
    assert costs(found) == close(FERRY, RAIL_AND_ROAD, ROAD)
    assert found.json["stamp"]["as_of"] == day
    assert found.json["warnings"] == [
        f"asked for {day}; the scenario bacay_cut_in_a_storm is made for 2026-01-15"
    ]


def test_a_year_is_its_first_of_july(ask, teaching):
    by_year = ask("route", teaching, *ROUTE, "--year", "2025", "--format", "json").json
    by_day = ask(
        "route", teaching, *ROUTE, "--as-of", "2025-07-01", "--format", "json"
    ).json
    assert by_year["result"] == by_day["result"]
    assert by_year["stamp"]["as_of"] == "2025-07-01"


def test_a_date_and_a_year_together_are_refused(ask, teaching):
    found = ask("corridors", teaching, "--year", "2025", "--as-of", "2025-06-01")
    assert (found.code, found.lines) == (
        1,
        ["bereket: --as-of and --year are both given; a question has a date or a year"],
    )


def test_what_is_set_comes_after_the_scenario(ask, teaching):
    opened = ("--set", "link:rail_BCY_BCO.status=operating")
    asked = ("--scenario", "bacay_cut", *opened, "--format", "json")
    found = ask("route", teaching, *ROUTE, *asked)
    assert costs(found)[0] == pytest.approx(RAIL, abs=1e-9)
    stamp = found.json["stamp"]
    assert stamp["scenario"] == "bacay_cut + as set on the command line"
    assert stamp["changes"] == [
        "close link:rail_BCY_BCO",
        "link:rail_BCY_BCO.status=operating",
    ]


def test_a_measure_is_done_and_named(ask, folder):
    # 200 km at 50 km/h in place of 100 takes 4 h in place of 2, the half of it
    before = ask("route", folder, *ROUTE, "--format", "json")
    asked = ("--measure", "faster", "--measure", "built", "--format", "json")
    after = ask("route", folder, *ROUTE, *asked)
    stamp = after.json["stamp"]
    assert stamp["scenario"] == "measures faster, built"
    assert stamp["changes"] == ["link:rail_ASH_AJN.commercial_speed_kmh*=2"]
    assert after.json["warnings"] == [
        "measure built has no effect: link:rail_ASH_AJN is open already"
    ]
    hours = [f.json["result"]["alternatives"][0]["time_h"] for f in (before, after)]
    length_h = 200 / hours_speed(folder)
    assert hours[0] - hours[1] == pytest.approx(length_h / 2, abs=1e-9)


def hours_speed(folder):
    """Return the speed of the line before the measure, in km/h."""
    link = read_model(folder)["link"]
    row = link.labels("link_id").index("rail_ASH_AJN")
    assert link.number("length_km")[row] == 200
    return float(link.number("commercial_speed_kmh")[row])


@pytest.mark.parametrize(
    "verb",
    [
        ("route", *ROUTE),
        ("corridors",),
        ("catchment", "--corridor", "sea", *ROUTE),
        ("report", "--format", "json"),
    ],
    ids=lambda verb: verb[0],
)
def test_every_verb_that_is_asked_takes_a_scenario(ask, folder, tmp_path, verb):
    out = tmp_path / "answer.json"
    verb = (verb[0], folder, *verb[1:])
    asked = ("--scenario", "bacay_cut_in_a_storm", "--measure", "built")
    found = ask(*verb, *asked, "--format", "json", "--out", out)
    assert found.code == 0
    text = out.read_text("utf-8")
    assert '"scenario": "bacay_cut_in_a_storm + measure built"' in text
    assert '"as_of": "2026-01-15"' in text
    assert "measure built has no effect" in text


def test_every_fault_of_what_is_set_is_told_at_once(ask, teaching):
    changes = ("--set", "link", "--set", "link:nothing.length_km=1", "--set", "x")
    found = ask("route", teaching, *ROUTE, *changes)
    assert found.code == 1
    assert [line.partition(" is no ")[0] for line in found.lines] == [
        "bereket: 'link'",
        "bereket: 'x'",
    ]


def test_a_scenario_that_does_not_fit_names_file_and_entry(ask, folder):
    text = '[[change]]\nclose = "link:none"\n[[change]]\nmeasures = "nothing"\n'
    (folder / "scenarios" / "bad.toml").write_text(text, "utf-8")
    found = ask("route", folder, *ROUTE, "--scenario", "bad", "--format", "json")
    assert found.code == 1
    assert found.json["errors"] == [
        "scenarios/bad.toml, change 1: the model has no row 'link:none'",
        "scenarios/bad.toml, change 2: the model has no measure 'nothing'",
    ]
