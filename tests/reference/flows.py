"""Plain twin of flows under capacities: one linear programme with a variable an arc."""

import numpy as np
from scipy.optimize import linprog
from tests.reference import paths as twin


def least_cost(network, commodities):
    """Return the least cost, by SciPy, of a flow written down arc by arc."""
    n_arcs, n_nodes, n = network.tail.size, network.n_nodes, commodities.demand.size
    shut = np.isinf(network.cost)
    n_columns = n * n_arcs + n
    balance, right = np.zeros((n * n_nodes, n_columns)), np.zeros(n * n_nodes)
    shared = np.zeros((n_arcs, n_columns))
    for each in range(n):
        for arc in range(n_arcs):
            column = each * n_arcs + arc
            balance[each * n_nodes + network.tail[arc], column] += 1.0
            balance[each * n_nodes + network.head[arc], column] -= 1.0
            shared[arc, column] = 1.0
        ends = commodities.source[each], commodities.target[each]
        for end, sign in zip(ends, (1.0, -1.0), strict=True):
            balance[each * n_nodes + end, n * n_arcs + each] = sign
            right[each * n_nodes + end] = sign * commodities.demand[each]
    limited = np.isfinite(network.capacity)
    found = linprog(
        np.append(np.tile(np.where(shut, 0.0, network.cost), n), overflow(commodities)),
        A_ub=shared[limited],
        b_ub=network.capacity[limited],
        A_eq=balance,
        b_eq=right,
        bounds=[(0.0, 0.0 if each else None) for each in [*np.tile(shut, n), *[0] * n]],
        method="highs",
    )
    assert found.status == 0, found.message
    return found.fun


def overflow(commodities):
    return np.asarray(commodities.overflow_cost, dtype=float)


def bound(network, commodities, price):
    """Return what prices of capacities prove, from Bellman and Ford's distances."""
    tolled = network.cost + price
    total = 0.0
    for source, target, demand, most in zip(
        commodities.source,
        commodities.target,
        commodities.demand,
        commodities.overflow_cost,
        strict=True,
    ):
        dist = twin.least_costs(network.indptr, network.head, tolled, source)
        total += demand * min(dist[target], most)
    paid = price > 0.0
    return total - float(price[paid] @ network.capacity[paid])
