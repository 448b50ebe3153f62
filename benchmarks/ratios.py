"""Print how long we take, how long the peer takes, and the ratio of the two.

    python -m benchmarks.ratios [--csv PATH]

A comparison is added to `COMPARISONS` with its subjects and how often they run; what no
peer does to `ALONE`, and a process of its own to `CASES` of `first_call`.
"""

import argparse
import csv
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

# One thread: before NumPy loads, as its libraries read these once.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))

from benchmarks.alone import ALONE  # noqa: E402
from benchmarks.first_call import CASES  # noqa: E402
from benchmarks.machine import machine_line  # noqa: E402
from benchmarks.peers import flows, graphs, paths, tables  # noqa: E402
from benchmarks.peers.comparison import Comparison, Run  # noqa: E402

COLUMNS = ("phase", "subject", "ours_ms", "peer", "peer_ms", "ratio", "peak_mb")
COMPARISONS: tuple[tuple[Comparison, dict[str, int]], ...] = (  # subject: pairs of runs
    (
        paths.TREE_BESIDE_SCIPY,
        {
            "rail": 101,
            "grid-medium": 51,
            "grid-large": 3,
            "caspian": 201,
            "corridor-large": 201,
            "continent-medium": 101,
            "continent-large": 21,
        },
    ),
    (paths.TREE_BESIDE_NETWORKX, {"rail": 5, "continent-large": 3}),
    (paths.RANKING, {"grid-small": 1}),
    (
        graphs.COMPILING,
        {
            "caspian": 5,
            "corridor-large": 5,
            "continent-medium": 3,
            "continent-large": 1,
        },
    ),
    (graphs.CONTRACTION, {"rail in pieces": 2}),
    (flows.FLOW, {"load-400": 5}),
    (tables.reading("csv"), {"caspian": 5, "continent-medium": 5}),
    (tables.reading("parquet"), {"caspian": 5, "continent-medium": 5}),
    (tables.reading("xlsx"), {"caspian": 1, "continent-medium": 1}),
    (tables.writing("csv"), {"caspian": 5, "continent-medium": 5}),
    (tables.writing("parquet"), {"caspian": 5, "continent-medium": 5}),
    (tables.writing("xlsx"), {"caspian": 1, "continent-medium": 1}),
)


class Row(NamedTuple):
    """Times of one thing that was measured.

    Attributes
    ----------
    phase, subject, peer : str
        What was done, on what, and by whom else; without a peer empty.
    ours_s, peer_s : list of float
        Wall time of each run [s], in the pairs in which they were taken.
    peak_mb : float
        Most memory of a process of its own [MB]; NaN of what runs in this one.
    """

    phase: str
    subject: str
    ours_s: list[float]
    peer: str = ""
    peer_s: list[float] = []  # noqa: RUF012 never altered
    peak_mb: float = float("nan")

    @property
    def ratio(self) -> float:
        """Median over pairs of peer / ours; above 1 we are faster."""
        pairs = zip(self.ours_s, self.peer_s, strict=True)
        return median(peer / ours for ours, peer in pairs)

    def cells(self) -> list[str]:
        """Return the row as it is kept."""
        beside = ["", ""]
        if self.peer:
            beside = [f"{1e3 * median(self.peer_s):.3f}", f"{self.ratio:.2f}"]
        peak = "" if isnan(self.peak_mb) else f"{self.peak_mb:.0f}"
        ours = f"{1e3 * median(self.ours_s):.3f}"
        return [self.phase, self.subject, ours, self.peer, *beside, peak]


def compared() -> Iterator[Row]:
    """Run each comparison on its subjects."""
    for comparison, subjects in COMPARISONS:
        for subject, n_pairs in subjects.items():
            try:
                yield paired(comparison, subject, n_pairs)
            except FileNotFoundError as fault:
                skip(f"{comparison.phase}, {subject}", fault)


def paired(comparison: Comparison, subject: str, n_pairs: int) -> Row:
    """Run both in turn, each first in every other pair, after one run to warm up.

    The answers of that one run are held against each other.
    """
    runs = comparison.ours(subject), comparison.theirs(subject)
    comparison.hold(*(run() for run in runs))
    times: tuple[list[float], list[float]] = ([], [])
    with nothing_old_to_collect():
        for pair in range(n_pairs):
            for which in (pair % 2, 1 - pair % 2):
                times[which].append(timed(runs[which]))
    return Row(comparison.phase, subject, times[0], comparison.peer, times[1])


def alone() -> Iterator[Row]:
    """Run what no peer does."""
    for phase, ready, subjects in ALONE:
        for subject, n_runs in subjects.items():
            try:
                run = ready(subject)
            except FileNotFoundError as fault:
                skip(f"{phase}, {subject}", fault)
                continue
            run()
            with nothing_old_to_collect():
                times = [timed(run) for _ in range(n_runs)]
            yield Row(phase, subject, times)


def first_calls() -> Iterator[Row]:
    """Run processes from start to end, after one each to warm up the disk."""
    for name, run, n_runs in CASES:
        try:
            run()
        except FileNotFoundError as fault:
            skip(name, fault)
            continue
        taken = [run() for _ in range(n_runs)]
        times = [each.wall_s for each in taken]
        peak_mb = max(each.peak_mb for each in taken)
        yield Row("process", name, times, peak_mb=peak_mb)


@contextmanager
def nothing_old_to_collect() -> Iterator[None]:
    """Keep what is there out of the garbage collector's sight, so that runs are equal.

    Else a run is charged for looking through the subjects that others have made.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def timed(run: Run) -> float:
    """Return the wall time of a run [s]."""
    gc.collect()
    start = perf_counter()
    run()
    return perf_counter() - start


def skip(what: str, fault: FileNotFoundError) -> None:
    """Say what is left out where data are absent, if they may be."""
    if "BEREKET_SHARED" in os.environ:
        raise fault
    print(f"{what}: skipped, {fault}")


def processors() -> set[int]:
    """Return the processors that this process may use; none where none are told."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def stay_on(chosen: set[int]) -> None:
    """Stay on some processors, where the system lets a program choose."""
    if chosen:
        os.sched_setaffinity(0, chosen)


def write(rows: list[Row], path: Path) -> None:
    """Keep the rows, with a line on the machine before them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {machine_line()}\n")
        kept = csv.writer(file, lineterminator="\n")
        kept.writerow(COLUMNS)
        kept.writerows(row.cells() for row in rows)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure bereket against its peers.")
    parser.add_argument("--csv", type=Path, help="keep the figures in this file too")
    path, rows, allowed = parser.parse_args().csv, [], processors()
    print(machine_line())
    stay_on(set(sorted(allowed)[:1]))
    print(f"\n{'':40}{'ours ms':>11}{'peer ms':>11}{'ratio':>9}")
    for row in compared():
        rows.append(row)
        name = f"{row.phase}, {row.subject}, {row.peer}"
        ours, peer = (1e3 * median(times) for times in (row.ours_s, row.peer_s))
        print(f"{name:40}{ours:11.3f}{peer:11.3f}{row.ratio:9.2f}", flush=True)
    print(f"\n{'':40}{'median ms':>11}{'least ms':>11}")
    for row in alone():
        rows.append(row)
        middle, least = 1e3 * median(row.ours_s), 1e3 * min(row.ours_s)
        name = f"{row.phase}, {row.subject}"
        print(f"{name:40}{middle:11.1f}{least:11.1f}", flush=True)
    stay_on(allowed)  # a command may use what a user's would
    for variable in THREADS:
        del os.environ[variable]
    print(f"\n{'processes, from start to end':40}{'median s':>11}{'peak MB':>11}")
    for row in first_calls():
        rows.append(row)
        middle = median(row.ours_s)
        print(f"{row.subject:40}{middle:11.2f}{row.peak_mb:11.0f}", flush=True)
    if path:
        write(rows, path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
