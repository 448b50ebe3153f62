"""Least-cost flows of many cargoes beside HiGHS on the programme over arcs."""

import highspy
import numpy as np
from benchmarks.peers.comparison import Comparison
from benchmarks.subjects.loads import LOADS

from bereket.solve.flows import FlowParams, cheapest_flow

SAME = 1e-6  # share of the cost


def our_flow(name, gap=1e-7):
    """Return a function that finds the flow by column generation."""
    network, commodities = LOADS[name]()
    params = FlowParams(gap=gap)
    return lambda: cheapest_flow(network, commodities, params)


def highs_flow(name):
    """Return a function that solves the programme over arcs, made beforehand."""
    programme = over_arcs(*LOADS[name]())

    def run():
        solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1)):
            solver.setOptionValue(option, value)
        solver.passModel(programme)
        solver.run()
        assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return solver.getObjectiveValue()

    return run


def over_arcs(network, commodities):
    """Return the programme with a variable for each cargo on each arc.

    Rows are the balance of each cargo at each node, then the capacity of each arc;
    variables are arcs cargo by cargo, then what each cargo leaves.
    """
    n_arcs, n_nodes, n = network.tail.size, network.n_nodes, commodities.demand.size
    each = np.arange(n)
    begin = np.repeat(each * n_nodes, n_arcs)
    on_arcs = np.empty((n * n_arcs, 3), dtype=np.int32)
    on_arcs[:, 0] = begin + np.tile(network.tail, n)
    on_arcs[:, 1] = begin + np.tile(network.head, n)
    on_arcs[:, 2] = n * n_nodes + np.tile(np.arange(n_arcs), n)
    ends = each * n_nodes + np.array([commodities.source, commodities.target])
    starts = [3 * np.arange(n * n_arcs), 3 * n * n_arcs + 2 * np.arange(n + 1)]
    low = np.zeros(n * n_nodes + n_arcs)
    low[ends[0]], low[ends[1]] = commodities.demand, -commodities.demand
    high = low.copy()
    low[n * n_nodes :], high[n * n_nodes :] = -np.inf, network.capacity
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = n * n_arcs + n, low.size
    programme.col_cost_ = np.append(np.tile(network.cost, n), commodities.overflow_cost)
    programme.col_lower_ = np.zeros(programme.num_col_)
    programme.col_upper_ = np.full(programme.num_col_, np.inf)
    programme.row_lower_, programme.row_upper_ = low, high
    matrix = programme.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = np.concatenate(starts).astype(np.int32)
    matrix.index_ = np.append(on_arcs.ravel(), ends.T.ravel()).astype(np.int32)
    matrix.value_ = np.append(
        np.tile([1.0, -1.0, 1.0], n * n_arcs), np.tile([1.0, -1.0], n)
    )
    return programme


def hold(ours, theirs):
    """Hold our cost and our bound against the best cost."""
    assert abs(ours.objective - theirs) <= SAME * theirs
    assert abs(ours.lower_bound - theirs) <= SAME * theirs


FLOW = Comparison("flow", "HiGHS, arcs", our_flow, highs_flow, hold)
