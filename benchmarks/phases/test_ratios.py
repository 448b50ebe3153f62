"""The figures that are printed and kept."""

import csv
import re

import pytest
from benchmarks import ratios
from benchmarks.machine import machine_line
from benchmarks.peers.paths import TREE_BESIDE_SCIPY


def test_a_ratio_is_the_median_over_pairs_of_peer_over_ours():
    row = ratios.Row("tree", "grid", [1.0, 2.0, 4.0], "scipy", [3.0, 2.0, 8.0])
    assert row.ratio == 2.0  # of 3, 1 and 2
    assert row.cells() == ["tree", "grid", "2000.000", "scipy", "3000.000", "2.00", ""]


def test_what_has_no_peer_has_no_ratio_but_may_have_memory():
    row = ratios.Row("process", "help", [0.05], peak_mb=15.4)
    assert row.cells() == ["process", "help", "50.000", "", "", "", "15"]


def test_runs_of_both_come_in_pairs():
    row = ratios.paired(TREE_BESIDE_SCIPY, "grid-small", n_pairs=4)
    assert len(row.ours_s) == len(row.peer_s) == 4
    assert all(second > 0 for second in (*row.ours_s, *row.peer_s))


def test_a_peer_that_answers_otherwise_is_no_peer():
    wrong = TREE_BESIDE_SCIPY._replace(theirs=lambda _: lambda: 0.0)
    with pytest.raises(AssertionError):
        ratios.paired(wrong, "grid-small", n_pairs=1)


def test_figures_are_kept_with_a_line_on_the_machine(tmp_path):
    path = tmp_path / "kept.csv"
    ratios.write([ratios.Row("price", "caspian", [0.01])], path)
    first, *rest = path.read_text("utf-8").splitlines()
    assert first == f"# {machine_line()}"
    (row,) = csv.DictReader(rest)
    assert tuple(row) == ratios.COLUMNS
    assert row["ours_ms"] == "10.000"


def test_the_line_on_the_machine_names_processor_python_and_lock():
    assert re.fullmatch(
        r".+, \d+ of it; \w+ 3\.\d+\.\d+\S*, \w+; requirements/dev\.txt [0-9a-f]{12}",
        machine_line(),
    )
