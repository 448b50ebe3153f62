"""Lengths of caspian's rail links beside a real network: the table and what is told."""

import csv
import re
import subprocess
import sys

import pytest
from tests.compiled.rail_networks import network

from bereket import read_model
from bereket.studies.compare_rail import (
    TOLERATED,
    VERDICTS,
    compare_lengths,
    rail_links,
)


@pytest.fixture(scope="module")
def rows(caspian):
    path = caspian / "build" / "rail_lengths.csv"
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_has_every_rail_link_as_the_model_has_it(rows, caspian):
    model = read_model(caspian)
    link = model["link"]
    lengths = {
        link.labels("link_id")[row]: float(link.number("length_km")[row])
        for row in rail_links(model)
    }
    assert {row["link_id"]: float(row["length_km"]) for row in rows} == lengths
    assert {row["verdict"] for row in rows} <= set(VERDICTS)


def test_every_difference_over_10_percent_is_told_in_the_readme(rows, caspian):
    text = (caspian / "README.md").read_text("utf-8")
    (told,) = re.findall(r"## Rail lengths.*?(?=\n## )", text, re.DOTALL)
    named = set(re.findall(r"\bL\d{3}\b", told))
    over = {
        row["link_id"]
        for row in rows
        if row["difference"] and abs(float(row["difference"])) > TOLERATED
    }
    no_way = {row["link_id"] for row in rows if row["verdict"] == "no way by track"}
    assert over | no_way <= named
    counts = [sum(row["verdict"] == each for row in rows) for each in VERDICTS]
    assert f"Of {len(rows)} links {counts[0]} agree within 10 %" in told


def test_the_table_is_made_again_the_same(caspian, shared, tmp_path):
    script = caspian / "build" / "compare_rail.py"
    subprocess.run(
        [sys.executable, script, "--shared", shared, "--out", tmp_path],
        check=True,
        capture_output=True,
    )
    made = (tmp_path / "rail_lengths.csv").read_bytes()
    assert made == script.with_name("rail_lengths.csv").read_bytes()


def test_a_verdict_weighs_what_the_ends_lie_off(teaching):
    # Teaching's rail links between A and B, of lengths made up here by a network that
    # has a node at each place and one way of 100 km between each pair of neighbours.
    model = read_model(teaching)
    node, link = model["node"], model["link"]
    ids = node.labels("node_id")
    places = {
        label: (
            float(node.number("x_coord")[at]),
            float(node.number("y_coord")[at]),
            node.labels("country_iso3")[at],
        )
        for at, label in enumerate(ids)
    }
    ends = {
        tuple(sorted((link.labels("from_node_id")[r], link.labels("to_node_id")[r])))
        for r in rail_links(model)
    }
    rail = network(places, [(a, b, 100) for a, b in sorted(ends)])
    found = compare_lengths(model, rail, near_km=1.0)
    assert len(found) == len(rail_links(model))
    for row in found:
        assert row.network_km <= 100
        assert row.from_away_km == row.to_away_km == 0
        share = row.length_km / row.network_km - 1
        assert row.difference == pytest.approx(share, abs=5e-4)
        known = "agrees" if abs(share) <= TOLERATED else "differs"
        if row.network_km > 1.5 * row.length_km:
            known = "goes round"
        assert row.verdict == known
