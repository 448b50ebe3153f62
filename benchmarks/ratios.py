"""Print how long we take, how long the peer takes, and the ratio of the two.

    python -m benchmarks.ratios

A row is a function that returns a `Row`; to add one, write it and name it in `ROWS`.
"""

import gc
import os
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import NamedTuple

# One thread: before NumPy loads, as its libraries read these once.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

from benchmarks import peers  # noqa: E402
from benchmarks.alone import ALONE  # noqa: E402
from benchmarks.subjects import SUBJECTS  # noqa: E402

Run = Callable[[], object]


class Row(NamedTuple):
    """Times of one comparison, in the pairs in which they were taken.

    Attributes
    ----------
    name : str
        What was done, on what, beside whom.
    ours_s, peer_s : list of float
        Wall time of each run [s].
    """

    name: str
    ours_s: list[float]
    peer_s: list[float]

    def __str__(self) -> str:
        pairs = zip(self.ours_s, self.peer_s, strict=True)
        ratio = median(peer / ours for ours, peer in pairs)
        ours_ms, peer_ms = (1e3 * median(times) for times in self[1:])
        return f"{self.name:44}{ours_ms:12.3f}{peer_ms:12.3f}{ratio:9.2f}"


def paired(name: str, ours: Run, peer: Run, n_pairs: int) -> Row:
    """Run both in turn, each first in every other pair, after one run to warm up."""
    runs = ours, peer
    times: tuple[list[float], list[float]] = ([], [])
    for run in runs:
        run()
    for pair in range(n_pairs):
        for which in (pair % 2, 1 - pair % 2):
            gc.collect()
            start = perf_counter()
            runs[which]()
            times[which].append(perf_counter() - start)
    return Row(name, *times)


def tree_of_rail() -> Row:
    network = SUBJECTS["rail"]()
    ours, peer = peers.our_tree(network), peers.scipy_tree(network)
    return paired("tree, rail, beside scipy", ours, peer, n_pairs=101)


def tree_of_grid() -> Row:
    network = SUBJECTS["grid-medium"]()
    ours, peer = peers.our_tree(network), peers.scipy_tree(network)
    return paired("tree, grid 30,000 nodes, beside scipy", ours, peer, n_pairs=51)


def ranking_of_grid() -> Row:
    network = SUBJECTS["grid-small"]()
    ours = peers.our_ranking(network, n_paths=40)
    peer = peers.networkx_ranking(network, n_paths=40)
    return paired("40 paths, grid 1,500 nodes, beside networkx", ours, peer, n_pairs=3)


ROWS: tuple[Callable[[], Row], ...] = (tree_of_rail, tree_of_grid, ranking_of_grid)


def time_alone(run: Run, n_runs: int) -> list[float]:
    """Run something some times, after one run to warm up [s]."""
    run()
    times = []
    for _ in range(n_runs):
        gc.collect()
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return times


def pin_to_one_processor() -> None:
    """Stay on one processor, where the system lets a program choose."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def main() -> int:
    pin_to_one_processor()
    print(f"{'':44}{'ours ms':>12}{'peer ms':>12}{'ratio':>9}")
    for row in ROWS:
        try:
            print(row(), flush=True)
        except FileNotFoundError as fault:
            if "BEREKET_SHARED" in os.environ:
                raise
            print(f"{row.__name__}: skipped, {fault}")
    print(f"\n{'':44}{'median ms':>12}{'least ms':>12}")
    for name, (make, n_runs) in ALONE.items():
        try:
            times = time_alone(make(), n_runs)
        except FileNotFoundError as fault:
            if "BEREKET_SHARED" in os.environ:
                raise
            print(f"{name}: skipped, {fault}")
            continue
        print(
            f"{name:44}{1e3 * median(times):12.1f}{1e3 * min(times):12.1f}", flush=True
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
