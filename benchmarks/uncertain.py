"""What fitting and sweeping take, alone: `python -m benchmarks.uncertain`.

No peer does either on a network with hard limits, so that seconds and memory stand
alone; with the processors that the machine lends. Nothing else should run.
"""

import argparse
import resource
import time

from benchmarks.subjects.caspian import CASPIAN
from click.testing import CliRunner

from bereket import AssignParams, CalibrateParams, assign, calibrate, read_model
from bereket.app.sweep import sweep

HELD_OUT = 2024
KIB_A_MB = 1024


def main(samples):
    """Print a line each."""
    model = read_model(CASPIAN)
    told("read, one logit, ways found anew", lambda: logit(model))
    told("the same again, ways known", lambda: logit(model))
    told(f"calibrate, {HELD_OUT} held out", lambda: fitted(model))
    if samples:
        told(f"sweep of {samples} assigned samples", lambda: swept(samples))


def told(name, run):
    """Run once, and print seconds and the peak memory of the largest process so far."""
    began = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - began
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    others = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"{name}: {seconds:.1f} s, {max(own, others) / KIB_A_MB:.0f} MB; {result}")


def logit(model):
    """Return how one assignment of a year went."""
    found = assign(model, params=AssignParams(year=HELD_OUT, objective="logit"))
    return f"{found.solution.choice.sets.n_paths} ways, solved in {found.solve_s:.2f} s"


def fitted(model):
    """Return how a fit went."""
    found = calibrate(model, params=CalibrateParams(hold_out=HELD_OUT))
    return f"{len(found.observations)} observations, {found.evaluations} evaluations"


def swept(samples):
    """Return how a sweep went, by the terminal's own verb."""
    asked = ["--ask", "assign --year 2024", "--samples", str(samples), "--seed", "1"]
    ended = CliRunner().invoke(sweep, [str(CASPIAN), *asked, "--format", "json"])
    return f"exit code {ended.exit_code}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=0, help="0 = no sweep")
    main(parser.parse_args().samples)
