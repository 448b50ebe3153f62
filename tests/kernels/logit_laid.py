"""Drawn cases of a logit with all that its kernels need."""

import numpy as np
from tests.solve.logit_cases import asked, drawn

from bereket.kernels import logit
from bereket.solve.logit.sets import holds_of


class Laid:
    """A drawn case with what its kernels need."""

    def __init__(self, seed, unserved=80.0):
        elements, pairs = drawn(seed, unserved=unserved)
        self.problem, self.choice = asked(elements, pairs, value=(2.0,), size=(1.5,))
        self.sets, self.holds = self.choice.sets, holds_of(*self.of_sets())
        self.demand, self.n = self.problem.rows.demand, len(elements)
        rng = np.random.default_rng(seed + 100)
        self.base = rng.uniform(30, 60, self.sets.n_paths)
        self.hour = rng.uniform(0, 5, self.n)

    def of_sets(self):
        return self.problem, self.choice.sets

    def at(self, hour, base=None):
        """Return cost, share, flow, stay and load at some hours."""
        sets, holds, choice = self.sets, self.holds, self.choice
        cost, share, flow = (np.zeros(sets.n_paths) for _ in range(3))
        stay, load = np.zeros(len(self.demand)), np.full(self.n, -1.0)
        base = self.base if base is None else base
        passed = holds.indptr, holds.resource
        logit.fill_costs(base, *passed, holds.usd_per_h, hour, cost)
        how = choice.theta_per_usd, self.demand, choice.unserved_usd_per_t
        logit.split(sets.indptr, cost, sets.size, *how, share, flow, stay)
        logit.fill_loads(*passed, holds.taken, flow, np.zeros(self.n), load)
        return cost, share, flow, stay, load


def passing(holds, n):
    """Return start, path, worth and take of the paths that pass each resource."""
    path = np.repeat(
        np.arange(holds.indptr.size - 1, dtype=np.int32), np.diff(holds.indptr)
    )
    order = np.argsort(holds.resource, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(holds.resource, minlength=n))))
    return starts, path[order], holds.usd_per_h[order], holds.taken[order]
