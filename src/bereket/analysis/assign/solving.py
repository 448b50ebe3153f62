"""The solves of one answer: what is asked of each, and what they took together."""

from dataclasses import replace

from bereket.analysis.assign.choice import Chosen
from bereket.analysis.assign.params import AssignParams
from bereket.model.result import Monitor
from bereket.solve.equilibrium.problem import Problem
from bereket.solve.equilibrium.solution import Iteration, Solution
from bereket.solve.equilibrium.solver import Effort, solve
from bereket.solve.logit.solution import LogitSolution
from bereket.solve.logit.solver import solve_logit
from bereket.solve.solved import Solved


class Solver:
    """Solves the problems of an answer, of roads or freight, and adds up the time."""

    def __init__(
        self,
        params: AssignParams,
        monitor: Monitor | None,
        chosen: Chosen | None = None,
    ) -> None:
        self.params, self.monitor = params, monitor
        self.choice = None if chosen is None else chosen.choice()
        self.solved: list[Solved] = []
        self.is_stopped = False
        self.effort = Effort(
            gap=params.gap,
            violation=params.max_violation,
            max_iterations=params.max_iterations,
            n_threads=params.threads,
        )

    def __call__(self, problem: Problem, start: Solved | None = None) -> Solved:
        """Solve a problem, from an earlier solution where there is one."""
        if self.is_stopped and self.solved:
            return self.solved[-1]
        solution: Solved
        if self.choice is None:
            before = start if isinstance(start, Solution) else None
            solution = solve(problem, self.effort, before, self._told)
        else:
            known = start if isinstance(start, LogitSolution) else None
            solution = solve_logit(problem, self.choice, self.effort, known, self._told)
        self.solved.append(solution)
        return solution

    @property
    def seconds(self) -> float:
        """Wall time of all solves."""
        return sum(each.solve_s for each in self.solved)

    def record_of(self, last: Solved) -> tuple[Iteration, ...]:
        """Return the record of the solves up to one, their numbers running on."""
        record: list[Iteration] = []
        before = 0.0
        for solution in self.solved:
            record += [
                replace(
                    each, number=len(record) + at, elapsed_s=before + each.elapsed_s
                )
                for at, each in enumerate(solution.record, 1)
            ]
            before += solution.solve_s
            if solution is last:
                break
        return tuple(record)

    def _told(self, each: Iteration) -> bool:
        if self.monitor is None:
            return True
        note = f"gap {each.relative_gap:.1e}"
        going_on = self.monitor(each.number, self.params.max_iterations, note)
        self.is_stopped |= not going_on
        return going_on
