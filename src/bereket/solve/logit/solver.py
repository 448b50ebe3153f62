"""Solve a logit assignment: a semi-smooth Newton method in the hours of resources."""

import time
from collections.abc import Callable

import numpy as np

from bereket.solve.equilibrium.problem import Problem
from bereket.solve.equilibrium.solution import Ended, Iteration
from bereket.solve.equilibrium.solver import Effort
from bereket.solve.logit.balance import balance
from bereket.solve.logit.newton import step
from bereket.solve.logit.run import Run
from bereket.solve.logit.sets import Holds
from bereket.solve.logit.solution import Choice, LogitSolution

Told = Callable[[Iteration], bool]


def solve_logit(
    problem: Problem,
    choice: Choice,
    effort: Effort,
    start: LogitSolution | None = None,
    told: Told | None = None,
) -> LogitSolution:
    """Find the hours at which choices make the very delays that they were made by.

    Parameters
    ----------
    problem : Problem
        Network, demand, delays; its resources for staying are not used.
    choice : Choice
        Frozen paths, scales, cost of not going.
    effort : Effort
        Gap, violation, iterations at most.
    start : LogitSolution, optional
        Hours to begin with.
    told : callable, optional
        Is told each iteration; False stops.

    Returns
    -------
    LogitSolution
        Flows, loads, hours, waits.

    Notes
    -----
    Unknown are the hours h of every resource that a load can change. Where there is no
    hard limit ``h = t(load(h))``; where there is one, the wait ``h - t(load)`` is 0 or
    more, and 0 where room is left. The load's answer to hours is
    worked out exactly from the path shares, so the method converges quadratically near
    the end [1]_; a step is halved until the residual falls, and where it does not, and
    at the beginning, each full element finds its own wait in turn. The gap is the share
    of all costs by which costs that choices were made by differ from those that they
    make.

    References
    ----------
    .. [1] Qi, L., Sun, J. (1993). A nonsmooth version of Newton's method.
       *Mathematical Programming* 58.
    """
    began = time.perf_counter()
    run = Run(problem, choice, _same_holds(problem, choice, start))
    if start is not None:
        run.hour[run.live] = start.delay_h[run.live]
    run.refresh()
    if start is None:
        balance(run)
    record: list[Iteration] = []
    status: Ended = "not_converged"
    for number in range(1, effort.max_iterations + 1):
        gap, excess = run.gap()
        record.append(
            Iteration(
                number=number,
                relative_gap=gap,
                average_excess_usd_per_t=excess,
                violation=run.violation(),
                n_paths=choice.sets.n_paths,
                elapsed_s=time.perf_counter() - began,
            )
        )
        if gap <= effort.gap and record[-1].violation <= effort.violation:
            status = "answered"
            break
        if told and not told(record[-1]):
            status = "interrupted"
            break
        if not step(run):
            balance(run)
    return LogitSolution(
        problem=problem,
        choice=choice,
        holds=run.holds,
        flow=run.flow,
        share=run.share,
        stay=run.stay,
        cost_usd_per_t=run.cost,
        load=run.state.load,
        delay_h=run.hour,
        wait_h=run.waits(),
        live=run.live,
        no_way=np.diff(choice.sets.indptr) == 0,
        record=tuple(record),
        status=status,
        solve_s=time.perf_counter() - began,
    )


def _same_holds(
    problem: Problem, choice: Choice, start: LogitSolution | None
) -> Holds | None:
    """Return what paths pass where it is known from a start of the same paths."""
    if start is None:
        return None
    is_same = (
        start.choice.sets.arc is choice.sets.arc
        and start.problem.network.share is problem.network.share
        and start.problem.network.taken is problem.network.taken
    )
    return start.holds if is_same else None
