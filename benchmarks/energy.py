"""What a year of gas and power takes, beside PyPSA by itself on the same tables.

    python -m benchmarks.energy

Build and solve of caspian 2024: four weeks by the hour and twelve months. The peer is
the script of `tests.reference.energy_pypsa`, which has every constraint and neither
rows of an answer nor causes nor values. Runs alternate in one process, medians; memory
is that of a process each, from its start. Nothing else should run.
"""

import argparse
import sys
import time
from statistics import median

from benchmarks.machine import machine_line
from benchmarks.processes import measured
from benchmarks.subjects.caspian import CASPIAN
from tests.reference.energy_pypsa import read_frames, reference_year

from bereket import read_model
from bereket.analysis.energy import EnergyParams, energy

YEAR = 2024
RUNS = 5
SAME_COST = 1e-6  # relative
MOST_RATIO, MOST_S, MOST_MB = 1.2, 20.0, 1536.0  # asked


def ours():
    return energy(read_model(CASPIAN), params=EnergyParams(year=YEAR)).objective_usd


def peer():
    return reference_year(read_frames(CASPIAN), YEAR).objective_usd


def main():
    """Print a line each."""
    print(machine_line())
    one, other = ours(), peer()
    assert abs(one - other) <= SAME_COST * abs(other), (one, other)
    seconds = {ours: [], peer: []}
    for turn in range(RUNS):
        for run in (ours, peer) if turn % 2 == 0 else (peer, ours):
            began = time.perf_counter()
            run()
            seconds[run].append(time.perf_counter() - began)
    took, theirs = (median(each) for each in seconds.values())
    ratios = (a / b for a, b in zip(*seconds.values(), strict=True))
    print(
        f"caspian {YEAR}: ours {took:.2f} s (asked under {MOST_S:.0f}), PyPSA alone "
        f"{theirs:.2f} s, ratio {median(ratios):.2f} (asked at most {MOST_RATIO})"
    )
    for run in (ours, peer):
        command = [sys.executable, "-m", "benchmarks.energy", "--alone", run.__name__]
        found = measured(command)
        print(
            f"process of {run.__name__}: {found.wall_s:.2f} s, peak "
            f"{found.peak_mb:,.0f} MB (asked under {MOST_MB:,.0f})"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alone", choices=("ours", "peer"))
    asked = parser.parse_args().alone
    if asked:
        {"ours": ours, "peer": peer}[asked]()
    else:
        main()
