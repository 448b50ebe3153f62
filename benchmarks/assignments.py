"""Print how long an equilibrium takes us, and AequilibraE, in one run.

    python -m benchmarks.assignments [--csv PATH]

The peer's figures need BEREKET_AEQUILIBRAE, the path of a Python that has aequilibrae
1.7.2; without it ours stand alone. Seconds are those of the solve: ours from arrays to
flows, the peer's of its `execute`; kernels and threads are warm in both.
"""

import argparse
import gc
import resource
import sys
from pathlib import Path
from statistics import median

import numpy as np
from benchmarks.machine import machine_line
from benchmarks.peers.equilibrium import aequilibrae, case_of, flow_of, ours
from benchmarks.ratios import Row, write
from benchmarks.subjects.caspian import CASPIAN

from bereket import AssignParams, read_model
from bereket.analysis.assign.freight import lay_out_freight
from bereket.compiled.asking import compiled
from bereket.compiled.graph import patch
from bereket.model.calendar import as_day
from bereket.model.changes import SetValue
from bereket.model.reference import parse_change
from bereket.solve.equilibrium.solver import Effort, solve

BESIDE = {"SiouxFalls": 15, "Anaheim": 15, "roads-chicago": 5}  # runs of ours
GAP = 1e-6
ALONE = {"roads-austin": 1e-4, "roads-large": 1e-4}
NEAR = 2e-3  # of total time, by which two flows at such gaps may differ
CHANGED = "fleet:fl19_north.units=40"


def beside() -> list[Row]:
    """Run ours and the peer on the same cases."""
    rows = []
    for name, n_runs in BESIDE.items():
        case = case_of(name)
        ours(case, GAP)
        found = [ours(case, GAP) for _ in range(n_runs)]
        mine = [each.solve_s for each in found]
        try:
            theirs = aequilibrae(case, GAP)
        except FileNotFoundError as fault:
            print(f"{name}: AequilibraE skipped, {fault}")
            rows.append(Row(f"assign to {GAP:g}", name, mine))
            continue
        times = [
            total(case, flow) for flow in (flow_of(case, found[0]), theirs["flow"])
        ]
        assert abs(times[0] / times[1] - 1.0) < NEAR, times
        peer = [theirs["seconds"]] * n_runs
        rows.append(Row(f"assign to {GAP:g}", name, mine, "AequilibraE", peer))
    return rows


def total(case, flow) -> float:
    """Return the time that all spend."""
    load = flow / case.capacity
    return float(flow @ (case.free_time * (1.0 + case.b * load**case.power)))


def alone() -> list[Row]:
    """Run what no peer does here."""
    rows = []
    for name, gap in ALONE.items():
        case = case_of(name)
        gc.collect()
        found = ours(case, gap)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows.append(Row(f"assign to {gap:g}", name, [found.solve_s], peak_mb=peak))
    return rows + freight()


def freight() -> list[Row]:
    """Run caspian, one period, all classes: cold, and warm after one changed cell."""
    graph = compiled(read_model(CASPIAN), as_day("2024-07-01"))
    effort, params = Effort(gap=GAP), AssignParams(year=2024)
    before = lay_out_freight(graph, 2024, params).laid.problem
    solve(before, effort)
    cold = [solve(before, effort) for _ in range(5)]
    changed = patch(graph, (SetValue(*parse_change(CHANGED)),))
    after = lay_out_freight(changed, 2024, params).laid.problem
    warm = [solve(after, effort, cold[0]) for _ in range(5)]
    return [
        Row("assign, cold", "caspian", [each.solve_s for each in cold]),
        Row("assign, one cell changed", "caspian", [each.solve_s for each in warm]),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure equilibria.")
    parser.add_argument("--csv", type=Path, help="keep the figures in this file too")
    path = parser.parse_args().csv
    print(machine_line())
    print(f"\n{'':44}{'ours ms':>11}{'peer ms':>11}{'ratio':>9}{'peak MB':>9}")
    rows = []
    for row in [*beside(), *alone()]:
        rows.append(row)
        told = f"{row.phase}, {row.subject}{', ' if row.peer else ''}{row.peer}"
        line = f"{told:44}{1e3 * median(row.ours_s):11.2f}"
        if row.peer:
            line += f"{1e3 * median(row.peer_s):11.1f}{row.ratio:9.1f}"
        if not np.isnan(row.peak_mb):
            line += f"{'':20}{row.peak_mb:9.0f}"
        print(line, flush=True)
    if path:
        write(rows, path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
