"""Traffic at its equilibrium beside AequilibraE, which we do not require."""

import json
import os
import subprocess
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from benchmarks.subjects.roads import RoadCase

SCRIPT: Final = Path(__file__).with_name("aequilibrae_run.py")
NAMED_BY: Final = "BEREKET_AEQUILIBRAE"
LIMIT_S = 600.0
LOST = 1e-9  # share of all cars


def aequilibrae(case: RoadCase, gap: float, n_cores: int = 2) -> dict[str, Any]:
    """Return what AequilibraE finds, and how long it takes by its own account.

    Parameters
    ----------
    case : RoadCase
        Roads and traffic.
    gap : float
        Relative gap at which it stops.
    n_cores : int
        Threads that it may use.

    Returns
    -------
    dict
        `seconds` of its `execute` alone, without start and making ready;
        `n_iterations`; `gap`, which it tells, and `true_gap` of its flows at the times
        that they make; `worst_balance` of a node, cars that are lost or found there;
        `is_late` where `limit_s` ended it; `flow` of each link.

    Raises
    ------
    FileNotFoundError
        Where no interpreter that has AequilibraE is named.
    """
    python = interpreter()
    with TemporaryDirectory() as folder:
        here, there = Path(folder, "case.npz"), Path(folder, "flow.npz")
        np.savez(here, **asdict(case))
        command = [python, "-I", str(SCRIPT), str(here), str(there)]
        options = {"--gap": gap, "--cores": n_cores, "--limit-s": LIMIT_S}
        command += [str(part) for option in options.items() for part in option]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout.splitlines()[-1])
        assert answer["worst_balance"] <= LOST * case.demand.sum()
        with np.load(there) as arrays:
            return answer | {"flow": arrays["flow"]}


def interpreter() -> str:
    """Return the Python that has AequilibraE."""
    python = os.environ.get(NAMED_BY, "")
    if not Path(python).is_file():
        msg = f"needs {NAMED_BY}, the path of a Python that has aequilibrae 1.7.2"
        raise FileNotFoundError(msg)
    return python
