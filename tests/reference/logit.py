"""Logit assignment as it is written in books: slow, and by a general convex solver."""

import math

import numpy as np
from scipy.optimize import LinearConstraint, minimize

LITTLE = 1e-6  # tonnes: below it the entropy goes on as a parabola, for steps beyond 0


def split(cost, size, theta, demand, unserved_usd):
    """Return the flows of one pair, and what stays."""
    weight = [s * math.exp(-theta * c) for s, c in zip(size, cost, strict=True)]
    expected = -math.log(sum(weight)) / theta
    goes = demand * min(1.0, math.exp(-theta * (expected - unserved_usd)))
    return [goes * each / sum(weight) for each in weight], demand - goes


def path_sizes(km):
    """Return path sizes, from how long each way (rows) runs on each link."""
    sizes = []
    for way in km:
        own = 0.0
        for at, length in enumerate(way):
            passing = sum(1 for other in km if other[at] > 0)
            own += length / passing if length > 0 else 0.0
        sizes.append(own / sum(way))
    return sizes


def fisk(elements, pairs, value, size):
    """Return least objective and flows of Fisk's programme, by a general solver.

    ``sum_a integral t_a + sum_p e / vot (money x + x (ln(x / (d PS)) - 1) / theta +
    unserved u)``, u what stays, subject to the limits; elements and pairs as in
    `tests.solve.logit_cases`.
    """
    ways = [(pair, way) for pair in pairs for way in pair.ways]
    n = len(ways)
    on = np.zeros((len(elements), n))
    for path, (pair, way) in enumerate(ways):
        for at in way:
            on[at, path] += size[pair.kind]
    of_pair = np.array([[p is pair for p, _ in ways] for pair in pairs], dtype=float)
    weight = np.array([size[p.kind] / value[p.kind] for p, _ in ways])
    theta = np.array([p.theta for p, _ in ways])
    money = np.array([sum(elements[a].money for a in way) for _, way in ways])
    money += np.concatenate([pair.extra or np.zeros(len(pair.ways)) for pair in pairs])
    sizes = np.concatenate([path_sizes(pair.km) for pair in pairs])
    most = np.array([p.demand for p, _ in ways]) * sizes
    stays_usd = np.array([p.unserved for p, _ in ways])
    demand = np.array([pair.demand for pair in pairs])
    free, a, power, room = (
        np.array([getattr(each, name) for each in elements])
        for name in ("free_h", "a", "power", "room")
    )
    all_stay = sum(p.demand * p.unserved * size[p.kind] / value[p.kind] for p in pairs)

    def objective(x):
        load, held = np.maximum(on @ x, 0.0), np.maximum(x, LITTLE)
        hours = (free * load + a * load ** (power + 1) / (power + 1)).sum()
        log, beyond = np.log(held / most), x - held
        entropy = held * (log - 1) + beyond * (log + beyond / (2 * LITTLE))
        return hours + weight @ (x * (money - stays_usd) + entropy / theta) + all_stay

    def slope(x):
        held = np.maximum(x, LITTLE)
        log = np.log(held / most) + (x - held) / LITTLE
        time = free + a * np.maximum(on @ x, 0.0) ** power
        return on.T @ time + weight * (money - stays_usd + log / theta)

    def bend(x):
        of_load = a * power * np.maximum(on @ x, 0.0) ** (power - 1)
        of_log = np.diag(weight / theta / np.maximum(x, LITTLE))
        return on.T @ (of_load[:, None] * on) + of_log

    limited = np.isfinite(room)
    limits = [LinearConstraint(of_pair, -np.inf, demand)]
    if limited.any():
        limits.append(LinearConstraint(on[limited], -np.inf, room[limited]))
    start = np.full(n, 0.01)
    found = minimize(
        objective,
        start,
        jac=slope,
        hess=bend,
        method="trust-constr",
        constraints=limits,
        bounds=[(0.0, None)] * n,
        options={"gtol": 1e-10, "xtol": 1e-13, "maxiter": 3000},
    )
    return float(found.fun), found.x
