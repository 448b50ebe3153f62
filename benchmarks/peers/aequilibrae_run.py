"""Assign the traffic of a road case by AequilibraE; run by an interpreter that has it.

    PYTHON -I aequilibrae_run.py CASE.npz FLOW.npz [--gap 1e-6] [--limit-s 600]

It is no part of our requirements, so this file imports nothing of ours; with `-I`
nothing beside it is found either, as our `tables` would be. It reads the arrays of a
`RoadCase`, writes the flow of each link, and prints one line of JSON: seconds of
`execute()` alone, iterations, the gap that it tells, and two checks of its flows.

It gets its best: no skims, zones closed by its own means, as many iterations as it asks
for, progress and log silent, and three iterations beforehand to warm up.
"""

import argparse
import json
import logging
import os
from time import perf_counter

# Both are read when it is imported. Threads that spin while they wait take the
# processors from those that work, wherever another process runs too.
os.environ["AEQ_SHOW_PROGRESS"] = "FALSE"
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import pandas as pd
from aequilibrae.matrix import AequilibraeMatrix
from aequilibrae.paths import Graph, TrafficAssignment, TrafficClass
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

MOST_ITERATIONS = 20_000


class OutOfTime(Exception):  # noqa: N818 it ends a run
    """The limit of time is over."""


def graph_of(case) -> Graph:
    """Return its graph; its zones and nodes count from 1."""
    n_links = case["tail"].size
    graph = Graph()
    graph.network = pd.DataFrame(
        {
            "link_id": np.arange(1, n_links + 1),
            "a_node": case["tail"].astype(np.int64) + 1,
            "b_node": case["head"].astype(np.int64) + 1,
            "direction": np.ones(n_links, dtype=np.int8),
            "modes": "c",
            **{name: case[name].astype(float) for name in ("free_time", "capacity")},
            **{name: case[name].astype(float) for name in ("b", "power")},
        }
    )
    graph.mode = "c"
    graph.prepare_graph(np.arange(1, int(case["n_zones"]) + 1))
    graph.set_graph("free_time")
    graph.set_blocked_centroid_flows(bool(case["first_through"] > 0))
    return graph


def matrix_of(case) -> AequilibraeMatrix:
    """Return the demand, in memory."""
    n_zones = int(case["n_zones"])
    matrix = AequilibraeMatrix()
    matrix.create_empty(zones=n_zones, matrix_names=["cars"])
    matrix.index[:] = np.arange(1, n_zones + 1)
    matrix.matrix["cars"][:, :] = case["demand"]
    matrix.computational_view(["cars"])
    return matrix


def assignment_of(case, algorithm, gap, n_cores, n_iterations) -> TrafficAssignment:
    """Return what is ready to run."""
    assignment = TrafficAssignment()
    assignment.set_classes([TrafficClass("cars", graph_of(case), matrix_of(case))])
    assignment.set_vdf("BPR")
    assignment.set_vdf_parameters({"alpha": "b", "beta": "power"})
    assignment.set_capacity_field("capacity")
    assignment.set_time_field("free_time")
    assignment.max_iter, assignment.rgap_target = n_iterations, gap
    assignment.set_algorithm(algorithm)
    assignment.set_cores(n_cores)
    return assignment


def run(assignment, limit_s) -> tuple[float, bool]:
    """Return the seconds of `execute`, and whether the limit ended it.

    It looks at no clock of its own, so the message of each iteration ends it.
    """
    start = perf_counter()

    def look(_message):
        if perf_counter() - start > limit_s:
            raise OutOfTime

    assignment.assignment.signal.emit = look
    try:
        assignment.execute(log_specification=False)
    except OutOfTime:
        return perf_counter() - start, True
    return perf_counter() - start, False


def flow_of(assignment) -> np.ndarray:
    """Return the flow of each link, in the case's order."""
    (only,) = assignment.classes
    graph, flow = only.graph.graph, np.empty(only.graph.num_links)
    place = graph["link_id"].to_numpy() - 1
    flow[place] = only.results.link_loads[graph["__supernet_id__"].to_numpy(), 0]
    return flow


def faults_of(case, flow) -> dict[str, float]:
    """Return what is wrong with flows: worst balance of a node [cars/h], and the gap.

    The gap is that of the flows at the times that they make, over the least time.
    """
    n_nodes, tail, head = int(case["n_nodes"]), case["tail"], case["head"]
    demand = case["demand"]
    balance = np.bincount(head, flow, n_nodes) - np.bincount(tail, flow, n_nodes)
    balance[: len(demand)] -= demand.sum(axis=0) - demand.sum(axis=1)
    load = flow / case["capacity"]
    time = case["free_time"] * (1.0 + case["b"] * load ** case["power"])
    if case["first_through"] > 0:  # a zone's twin sends, so that no way goes through
        is_out = tail < case["first_through"]
        tail, n_nodes = np.where(is_out, n_nodes + tail, tail), n_nodes + len(demand)
    first = n_nodes - len(demand) if case["first_through"] > 0 else 0
    roads = csr_array((time, (tail, head)), shape=(n_nodes, n_nodes))
    least = dijkstra(roads, indices=first + np.arange(len(demand)))[:, : len(demand)]
    shortest = (least * demand)[demand > 0].sum()
    return {
        "worst_balance": float(np.abs(balance).max()),
        "true_gap": float(time @ flow / shortest - 1.0),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Assign traffic by AequilibraE.")
    parser.add_argument("case", help="the arrays of a RoadCase, an .npz")
    parser.add_argument("flow", help="where the flow of each link goes, an .npz")
    parser.add_argument("--gap", type=float, default=1e-6)
    parser.add_argument("--algorithm", default="bfw")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--limit-s", type=float, default=600.0)
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with np.load(asked.case) as arrays:
        case = dict(arrays)
    ready = case, asked.algorithm, asked.gap, asked.cores
    run(assignment_of(*ready, n_iterations=3), asked.limit_s)
    assignment = assignment_of(*ready, n_iterations=MOST_ITERATIONS)
    seconds, is_late = run(assignment, asked.limit_s)
    flow = flow_of(assignment)
    np.savez(asked.flow, flow=flow)
    answer = {
        "seconds": seconds,
        "n_iterations": int(assignment.assignment.iter),
        "gap": float(assignment.assignment.rgap),
        "limit_s": asked.limit_s,
        "is_late": is_late,
        **faults_of(case, flow),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
