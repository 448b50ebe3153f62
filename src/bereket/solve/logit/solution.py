"""What a logit assignment came to: flows on frozen paths, and how near it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.delays import integral
from bereket.solve.equilibrium.problem import Problem
from bereket.solve.equilibrium.solution import Ended, Iteration, Paths
from bereket.solve.logit.sets import Holds, PathSets

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """How the pairs of a problem choose among their paths.

    Attributes
    ----------
    sets : PathSets
        The paths.
    theta_per_usd : (n_pairs,)
        Scale of the logit, above 0 [1/USD].
    unserved_usd_per_t : (n_pairs,)
        Expected cost beyond which cargo begins to stay [USD/t]; inf = all must go.
    """

    sets: PathSets
    theta_per_usd: Floats
    unserved_usd_per_t: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LogitSolution:
    """Flows of a logit assignment.

    Attributes
    ----------
    problem : Problem
        What was solved.
    choice : Choice
        The frozen paths and how they are chosen.
    holds : Holds
        What each path passes.
    flow : (n_paths,)
        Tonnes.
    share : (n_paths,)
        Part that takes each path, of those of its pair that go.
    stay : (n_pairs,)
        Tonnes that do not go.
    cost_usd_per_t : (n_paths,)
        Cost of each path at the delays.
    load, delay_h, wait_h : (n_resources,)
        Load with background, hours, and the part of them that a hard limit makes.
    live : (n_resources,) bool
        Resources whose hours a load may change.
    no_way : (n_pairs,) bool
        Pairs without a path.
    record : tuple of Iteration
        How it went.
    status : str
        How it ended.
    solve_s : float
        Wall time.
    """

    problem: Problem
    choice: Choice
    holds: Holds
    flow: Floats
    share: Floats
    stay: Floats
    cost_usd_per_t: Floats
    load: Floats
    delay_h: Floats
    wait_h: Floats
    live: NDArray[np.bool_]
    no_way: NDArray[np.bool_]
    record: tuple[Iteration, ...]
    status: Ended
    solve_s: float

    @property
    def relative_gap(self) -> float:
        """Gap at the end."""
        return self.record[-1].relative_gap

    @property
    def violation(self) -> float:
        """Largest violation of a hard limit at the end."""
        return self.record[-1].violation

    def objective(self) -> float:
        """Return the value of Fisk's programme [hours times load].

        Notes
        -----
        ``sum_a integral t_a + sum_p e_k / vot_k (money_p x_p + x_p (ln(x_p / (d PS_p))
        - 1) / theta + unserved u)``, u what stays; meant where every class measures
        resources alike.
        """
        problem, sets = self.problem, self.choice.sets
        curve, table_h = problem.delays.curve, problem.delays.table_h
        total = 0.0
        for at in range(problem.n_resources):
            total += integral(curve, table_h, at, float(self.load[at]))
            before = float(problem.delays.background[at])
            total -= integral(curve, table_h, at, before)
        kind = problem.kind_of_pair
        weight = problem.network.size[kind] / problem.network.value[kind]
        free = fixed_of(problem, sets)
        theta, demand = self.choice.theta_per_usd, problem.rows.demand
        pair, flows = sets.pair, self.flow > 0
        log = np.zeros(sets.n_paths)
        part = self.flow[flows] / (demand[pair] * sets.size)[flows]
        log[flows] = np.log(part)
        paid = self.flow * (free + (log - 1.0) / theta[pair])
        left = np.where(self.stay > 0, self.choice.unserved_usd_per_t, 0.0)
        return total + float(weight[pair] @ paid) + float(weight @ (left * self.stay))

    @property
    def spent(self) -> float:
        """What all flows cost at the hours as they are, staying too [USD]."""
        left = np.where(self.stay > 0, self.choice.unserved_usd_per_t, 0.0)
        return float(self.flow @ self.cost_usd_per_t) + float(left @ self.stay)

    def expected_usd_per_t(self) -> Floats:
        """Return what a shipper of each pair expects to pay [USD/t]; inf without path.

        Notes
        -----
        ``-ln(sum_p PS_p exp(-theta c_p)) / theta``, by which a pair is better or worse
        off. As it is worth something to have several paths, it lies below the cheapest
        of those that share nothing; paths that overlap count as less than one each.
        """
        sets, theta = self.choice.sets, self.choice.theta_per_usd
        least = np.full(self.problem.n_pairs, np.inf)
        np.minimum.at(least, sets.pair, self.cost_usd_per_t)
        beyond = theta[sets.pair] * (self.cost_usd_per_t - least[sets.pair])
        weight = sets.size * np.exp(-beyond)
        total = np.bincount(sets.pair, weight, self.problem.n_pairs)
        known = total > 0
        found = np.full(self.problem.n_pairs, np.inf)
        found[known] = least[known] - np.log(total[known]) / theta[known]
        return found

    def paths(self) -> Paths:
        """Return the paths that carry flow, and what stays, pair by pair."""
        sets = self.choice.sets
        (flows,) = np.nonzero(self.flow > 0)
        (stays,) = np.nonzero((self.stay > 0) & ~self.no_way)
        pair = np.concatenate((sets.pair[flows], stays.astype(np.int32)))
        order = np.argsort(pair, kind="stable")
        is_stay = np.repeat([False, True], [flows.size, stays.size])[order]
        begin = np.concatenate((sets.arc_indptr[flows], np.zeros_like(stays)))[order]
        length = np.concatenate(
            (np.diff(sets.arc_indptr)[flows], np.zeros_like(stays))
        )[order]
        indptr = np.concatenate(([0], np.cumsum(length))).astype(np.int64)
        slot = np.arange(indptr[-1]) - np.repeat(indptr[:-1] - begin, length)
        amount = np.concatenate((self.flow[flows], self.stay[stays]))[order]
        return Paths(pair[order], amount, indptr, sets.arc[slot], is_stay)


def fixed_of(problem: Problem, sets: PathSets) -> Floats:
    """Return what each path costs where nothing waits [USD/t]."""
    kind = problem.kind_of_pair[sets.pair]
    of_entry = np.repeat(kind, np.diff(sets.arc_indptr))
    return sets.sums_of(problem.network.fixed[of_entry, sets.arc]) + (
        sets.extra_usd_per_t
    )
