"""One year to be matched: its choices, and what was observed of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.solve.equilibrium.problem import Problem
from bereket.solve.equilibrium.solver import Effort
from bereket.solve.logit.sensitivity import sensitivity
from bereket.solve.logit.solution import Choice, LogitSolution
from bereket.solve.logit.solver import solve_logit

Floats = NDArray[np.float64]
INNER: Final = Effort(gap=1e-11, violation=1e-9, max_iterations=300)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One year, in numbers.

    Attributes
    ----------
    problem : Problem
        Demand and network, parameters apart.
    choice : Choice
        Paths and how they are chosen, parameters apart.
    passages : (n_paths, n_parameters)
        Of each parameter that is paid, how often a path pays it.
    scales, demands : (n_pairs, n_parameters) bool
        Whether a factor acts on the scale, and on the tonnes, of a pair.
    weights : (n_observations, n_paths)
        What a tonne a day on each path adds to each observation, in its unit.
    """

    problem: Problem
    choice: Choice
    passages: Floats
    scales: NDArray[np.bool_]
    demands: NDArray[np.bool_]
    weights: Floats

    def at(self, values: Floats) -> tuple[Problem, Choice]:
        """Return problem and choice at values of the parameters.

        Parameters
        ----------
        values : (n_parameters,)
            USD/t of what is paid, the logarithm of a factor.
        """
        extra = self.choice.sets.extra_usd_per_t + self.passages @ values
        choice = replace(
            self.choice,
            sets=replace(self.choice.sets, extra_usd_per_t=extra),
            theta_per_usd=self.choice.theta_per_usd * np.exp(self.scales @ values),
        )
        rows = self.problem.rows
        demand = rows.demand * np.exp(self.demands @ values)
        return replace(self.problem, rows=rows._replace(demand=demand)), choice

    def solve(
        self, values: Floats, start: LogitSolution | None = None
    ) -> LogitSolution:
        """Return the flows at values of the parameters."""
        problem, choice = self.at(values)
        return solve_logit(problem, choice, INNER, start)

    def modelled(self, solution: LogitSolution) -> Floats:
        """Return what is modelled where each observation was made."""
        return np.asarray(self.weights @ solution.flow)

    def slopes(self, solution: LogitSolution) -> Floats:
        """Return how that answers to the parameters.

        Returns
        -------
        (n_observations, n_parameters)
            In the unit of each observation, for USD/t or a logarithm of a factor.
        """
        pair = self.choice.sets.pair
        over = solution.cost_usd_per_t - solution.choice.unserved_usd_per_t[pair]
        over = np.where(np.isfinite(over), over, solution.cost_usd_per_t)
        cost_change = self.passages + over[:, None] * self.scales[pair]
        flow_change = solution.flow[:, None] * self.demands[pair]
        return np.asarray(
            self.weights @ sensitivity(solution, cost_change, flow_change)
        )


@dataclass(slots=True, eq=False)
class Cases:
    """Years to be matched together, each solved on from where it was last.

    Attributes
    ----------
    each : sequence of Case
        The years.
    told : callable
        Is told of every evaluation; False stops.
    last : list of LogitSolution
        The last flows of each year.
    """

    each: Sequence[Case]
    told: Callable[[], None]
    last: list[LogitSolution | None]
    values: Floats | None = None

    @classmethod
    def of(cls, each: Sequence[Case], told: Callable[[], None]) -> "Cases":
        """Return years not yet solved."""
        return cls(each, told, [None] * len(each))

    def solve(self, values: Floats) -> None:
        """Solve every year at values of the parameters, if it is not yet."""
        if self.values is not None and np.array_equal(values, self.values):
            return
        self.told()
        self.last = [
            case.solve(values, before)
            for case, before in zip(self.each, self.last, strict=True)
        ]
        self.values = values.copy()

    def modelled(self, values: Floats) -> Floats:
        """Return what is modelled where each observation was made, year by year."""
        self.solve(values)
        found = [case.modelled(at) for case, at in self._solved()]
        return np.concatenate([np.empty(0), *found])

    def slopes(self, values: Floats) -> Floats:
        """Return how that answers to the parameters."""
        self.solve(values)
        none = np.empty((0, values.size))
        return np.concatenate([none, *(case.slopes(at) for case, at in self._solved())])

    def _solved(self) -> list[tuple[Case, LogitSolution]]:
        pairs = zip(self.each, self.last, strict=True)
        return [(case, at) for case, at in pairs if at is not None]
