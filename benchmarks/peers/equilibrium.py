"""Traffic at its equilibrium beside AequilibraE, which we do not require."""

import json
import os
import subprocess
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from benchmarks.subjects import open_data
from benchmarks.subjects.roads import ROADS, RoadCase
from numpy.typing import NDArray

from bereket.analysis.assign.params import AssignParams
from bereket.analysis.assign.roads import lay_out_roads
from bereket.io.tntp import RoadNetwork, read_tntp, read_trips
from bereket.solve.equilibrium.solution import Solution
from bereket.solve.equilibrium.solver import Effort, solve

SCRIPT: Final = Path(__file__).with_name("aequilibrae_run.py")
NAMED_BY: Final = "BEREKET_AEQUILIBRAE"
LIMIT_S = 600.0
LOST = 1e-9  # share of all cars


PUBLISHED: Final = ("SiouxFalls", "Anaheim")  # of TransportationNetworks, in ../shared


def case_of(name: str) -> RoadCase:
    """Return a road network and its traffic: generated, or published."""
    if name in ROADS:
        return ROADS[name]()
    net, trips = (
        open_data(f"{name}_{part}.tntp", f"answers/tntp/{name}")
        for part in ("net", "trips")
    )
    roads = read_tntp(net)
    demand = read_trips(trips, roads.n_zones)
    np.fill_diagonal(demand, 0.0)
    return RoadCase(
        tail=roads.tail - 1,
        head=roads.head - 1,
        free_time=roads.free_time,
        capacity=roads.capacity,
        b=roads.b,
        power=roads.power,
        n_zones=roads.n_zones,
        n_nodes=roads.n_nodes,
        first_through=roads.first_through - 1,
        demand=np.where(
            np.eye(roads.n_zones) > 0, 0.0, read_trips(trips, roads.n_zones)
        ),
    )


def ours(case: RoadCase, gap: float, n_threads: int = 2) -> Solution:
    """Return our equilibrium, by the kernel and the analysis that a user has."""
    problem = lay_out_roads(network_of(case), case.demand, AssignParams())[0].problem
    return solve(problem, Effort(gap=gap, n_threads=n_threads))


def flow_of(case: RoadCase, found: Solution) -> NDArray[np.float64]:
    """Return the flow of each link in the case's order."""
    _, arc = lay_out_roads(network_of(case), case.demand, AssignParams())
    return found.paths().flow_on(arc.size)[arc]


def network_of(case: RoadCase) -> RoadNetwork:
    """Return the case as it would be read from a file."""
    nothing = np.zeros(case.n_links)
    return RoadNetwork(
        name="case",
        n_zones=case.n_zones,
        n_nodes=case.n_nodes,
        first_through=case.first_through + 1,
        tail=(case.tail + 1).astype(np.int32),
        head=(case.head + 1).astype(np.int32),
        capacity=case.capacity,
        length=nothing,
        free_time=case.free_time,
        b=case.b,
        power=case.power,
        toll=nothing,
    )


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
