"""The verb calibrate: what it prints, what it writes, what it refuses."""

import hashlib

import pytest
from tests.app.asked import asker
from tests.studies.calibrations import observation, with_rows, with_years
from tests.studies.test_calibrate import BY_LORRY, BY_SEA, EAST, SEA, YEARS

from bereket import read_model, write_model
from bereket.compiled.behaviour import is_fitted_on
from bereket.studies.corridor_fit import corridor_fits

ROWS = {"parameters": [BY_SEA, BY_LORRY], "observations": YEARS}
HOLD = ("--hold-out", "2026")


@pytest.fixture
def ask(capsys):
    return asker(capsys)


@pytest.fixture(scope="module")
def bare(teaching):
    return with_years(read_model(teaching), (2024, 2025, 2026))


@pytest.fixture
def folder(bare, tmp_path):
    write_model(with_rows(bare, **ROWS), tmp_path / "model")
    return tmp_path / "model"


def digests(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file()
    }


def test_the_object_has_what_the_contract_names(ask, folder):
    result = ask("calibrate", folder, *HOLD, "--format", "json").json["result"]
    assert len(result["observations"]) == len(YEARS)
    for each in result["observations"]:
        assert each.keys() >= {
            *("observation_id", "year", "observed", "modelled_before"),
            *("modelled_after", "last_year", "held_out", "unit"),
        }
    for each in result["parameters"]:
        assert each.keys() >= {
            *("name", "prior", "value", "standard_error", "at_bound"),
            "identifiable",
        }
    assert result["theil_u"].keys() == {
        f"{part}_{rival}"
        for part in ("in_sample", "held_out")
        for rival in ("last_year", "trend")
    }


def test_saving_adds_two_tables_and_touches_no_source_table(ask, folder):
    before = digests(folder)
    assert ask("calibrate", folder, *HOLD, "--save").code == 0
    after = digests(folder)
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {"calibration.csv", "fit.csv"}
    model = read_model(folder)
    assert is_fitted_on(model, "fit")
    fits = corridor_fits(model, SEA)
    assert [(each.year, each.held_out) for each in fits] == [(2026, True)]
    assert fits[0].observed == 145_000.0
    assert fits[0].last_year == 130_000.0


def test_a_model_that_changed_since_the_fit_is_told_so_on_the_first_screen(ask, folder):
    ask("calibrate", folder, *HOLD, "--save")
    assert "changed since" not in ask("corridors", folder, "--no-capacity").out
    link = folder / "link.csv"
    link.write_text(link.read_text().replace(",60,", ",61,", 1))
    assert not is_fitted_on(read_model(folder), "fit")
    assert "changed since" in ask("corridors", folder, "--no-capacity").out


def test_the_logit_goes_by_what_was_saved(ask, folder):
    asked = ("assign", folder, "--year", "2025", "--objective", "logit")
    assert "not calibrated" in ask(*asked).out
    ask("calibrate", folder, *HOLD, "--save")
    told = ask(*asked).out
    assert "not calibrated" not in told
    assert "; calibrated" in told


def test_a_fit_under_a_scenario_is_not_saved(ask, folder):
    before = digests(folder)
    changed = ("--set", "service:crossing.sailings_per_week=7")
    ended = ask("calibrate", folder, *HOLD, *changed, "--save")
    assert ended.code == 1
    assert "under a scenario" in ended.err
    assert digests(folder) == before


def test_every_observation_that_cannot_be_fitted_is_named_and_nothing_is_written(
    ask, bare, tmp_path
):
    twice = [
        observation("one", SEA, 100_000.0, 2025, **EAST),
        observation("other", SEA, 110_000.0, 2025, **EAST),
        observation("nowhere", "link:road_ASH_ABO", 5.0, 2025, commodity_id="grain"),
    ]
    rows = {**ROWS, "observations": [*YEARS[:2], *twice]}
    write_model(with_rows(bare, **rows), tmp_path / "model")
    before = digests(tmp_path / "model")
    ended = ask("calibrate", tmp_path / "model", "--save", "--page", tmp_path / "p.md")
    assert ended.code == 1
    assert "'one' and 'other' count the same" in ended.err
    assert digests(tmp_path / "model") == before
    assert not (tmp_path / "p.md").exists()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--hold-out", "2024", "--fit-year", "2024"), "cannot be held out and fitted"),
        (("--hold-out", "1999"), "no demand of 1999"),
        (("--page", "model/fit.md"), "lies in the model's folder"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask, folder, monkeypatch, asked, said):
    monkeypatch.chdir(folder.parent)
    ended = ask("calibrate", folder, *asked)
    assert ended.code == 1
    assert said in ended.err
