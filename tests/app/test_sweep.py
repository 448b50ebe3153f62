"""The verb sweep: what a planner types, what is drawn, what faults say."""

import csv
import shutil

import pytest
from tests.app.asked import asker

QUANTILES = {"p5", "p25", "p50", "p75", "p95", "mean", "base", "unit"}
TORNADO = {
    *("factor", "cells", "table", "column", "quality", "low", "high", "unit"),
    *("at_p10", "at_p90", "swing", "rank"),
}
CAPACITY = "capacity --corridor steppe"


@pytest.fixture
def ask(capsys):
    return asker(capsys)


@pytest.fixture
def unsure(teaching, tmp_path):
    """The teaching model with an unevenness of 1.2 to 2 on the section that binds."""
    folder = tmp_path / "unsure"
    shutil.copytree(teaching, folder)
    rewrite(folder, low="1.2", high="2")
    return folder


def rewrite(folder, low, high):
    path = folder / "link.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        is_it = row["link_id"] == "rail_BBO_BCY"
        row["uneven_k_low"] = low if is_it else ""
        row["uneven_k_high"] = high if is_it else ""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def swept(ask, model, *more, question=CAPACITY):
    quick = ("--samples", 8, "--processes", 1)
    return ask("sweep", model, "--ask", question, *quick, *more)


def test_json_holds_quantiles_tornado_and_screening(ask, unsure):
    told = swept(ask, unsure, "--seed", 1, "--format", "json").json
    result = told["result"]
    assert result["quantiles"]["capacity_t_per_year"].keys() >= QUANTILES
    assert result["quantiles"]["capacity_t_per_year"]["base"] == pytest.approx(10.512e6)
    assert result["tornado"][0].keys() >= TORNADO
    assert result["tornado"][0]["factor"] == "link:rail_BBO_BCY.uneven_k"
    assert result["screening"][0]["references"] == ["link:rail_BBO_BCY.uneven_k"]
    assert (result["samples"], result["answered"], result["seed"]) == (8, 8, 1)
    assert told["stamp"]["seed"] == 1
    assert told["stamp"]["params"]["ask"] == "capacity"


def test_the_table_has_headline_quantiles_tornado_and_the_stamp(ask, unsure):
    said = swept(ask, unsure).out
    assert said.startswith("capacity_t_per_year: ")
    for words in ("quantiles", "tornado of capacity_t_per_year", "drawn: 1 cells as 1"):
        assert words in said
    assert said.splitlines()[-1].startswith("sweep · teaching")


def test_csv_has_one_row_a_headline(ask, unsure):
    said = swept(ask, unsure, "--format", "csv").out.splitlines()
    assert said[0].startswith("headline,unit,p5,p25,p50,p75,p95,mean,base,samples")
    assert said[1].startswith("capacity_t_per_year,t/year,")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("assign --year 2025 --set demand:ASH:CCY:grain:2025.tonnes=1e6", "served_mt"),
        ("route --from ASH --to CCY --commodity containers", "generalised_usd_per_t"),
    ],
)
def test_assign_and_route_are_asked_too(ask, unsure, question, first):
    path = unsure / "transfer.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    told = [f"{line},dwell_h_low,dwell_h_high" for line in lines[:1]]
    told += [f"{line},0,90" for line in lines[1:]]
    path.write_text("\n".join(told) + "\n", encoding="utf-8")
    said = swept(ask, unsure, "--format", "json", question=question)
    assert said.code == 0
    assert next(iter(said.json["result"]["quantiles"])).startswith(first)


# --- faults --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("rout --from A", "--ask begins with one of capacity, assign, route"),
        ("", "--ask begins with one of"),
        ("capacity --corridor 'steppe", "cannot be read"),
        ("capacity --corridor steppe --out x.json", "must not have --out"),
        ("capacity --corridor steppe --format=json", "must not have --format"),
        ("capacity --colour red", "No such option"),
        ("capacity --help", "must not have --help"),
        ("capacity models/other --corridor steppe", "unexpected extra argument"),
        ("route --from A --to B --commodity C --pareto", "must not have --pareto"),
        ("assign --by-month", "must not have --by-month"),
        ("capacity --corridor nowhere", "there is no corridor 'nowhere'"),
        ("capacity --corridor steppe; rm x", "unexpected extra argument"),
    ],
)
def test_a_question_that_cannot_be_asked_ends_with_one_and_says_why(
    ask, unsure, question, said
):
    found = swept(ask, unsure, question=question)
    assert found.code == 1
    assert found.out == ""
    assert said in found.err


def test_every_fault_of_a_question_is_listed(ask, unsure):
    found = swept(ask, unsure, question="capacity --out x --format csv")
    assert len(found.lines) == 2


def test_one_sample_is_refused(ask, unsure):
    found = ask("sweep", unsure, "--ask", CAPACITY, "--samples", 1)
    assert found.code == 1
    assert "samples must be from 2" in found.err


def test_a_model_without_bounds_is_refused_and_nothing_is_written(
    ask, teaching, tmp_path
):
    out = tmp_path / "answer.json"
    found = swept(ask, teaching, "--format", "json", "--out", out)
    assert found.code == 1
    assert "no cell that the question reads has bounds" in found.err
    assert not out.exists()


def test_bounds_that_do_not_hold_the_figure_are_named_by_row_and_column(ask, unsure):
    rewrite(unsure, low="1.5", high="2")
    found = swept(ask, unsure)
    assert found.code == 1
    assert "link row" in found.err
    assert "uneven_k" in found.err


def test_a_place_to_write_in_the_model_is_refused_before_anything_is_asked(ask, unsure):
    found = swept(ask, unsure, "--out", unsure / "answer.json", question="no verb")
    assert found.code == 1
    assert "lies in the model's folder" in found.err


def test_no_process_is_refused(ask, unsure):
    found = ask("sweep", unsure, "--ask", CAPACITY, "--processes", 0)
    assert found.code == 1
    assert "processes must be from 1" in found.err
