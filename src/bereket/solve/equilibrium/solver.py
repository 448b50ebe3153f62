"""Solve an assignment by paths: price, add what lacks, shift, and raise the waits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter
from typing import Final

import numpy as np

from bereket.kernels.columns import NONE, Columns, add_loads, fits, reprice
from bereket.kernels.delays import STIFFNESS
from bereket.kernels.equilibrium import allocate_bench, equilibrate, find_split
from bereket.kernels.loads import State, allocate_state, refresh
from bereket.kernels.pricing import append_new, load_first, price_rows
from bereket.kernels.repair import allocate_scratch
from bereket.solve.equilibrium.limits import Limits
from bereket.solve.equilibrium.pool import empty_pool, grown, tidied
from bereket.solve.equilibrium.problem import Problem
from bereket.solve.equilibrium.solution import Ended, Iteration, Solution

Told = Callable[[Iteration], bool]

SWEEPS: Final = 60  # at most, between two pricings
LIMITED_SWEEPS: Final = 1500  # the same where pairs share hard limits
INNER_SHARE: Final = 0.02  # of the excess, at which sweeps end
LET_BE: Final = 0.003  # a difference of costs below this share of the gap is let be
SAME: Final = 1e-12  # costs that differ by less, as a share, are one
WORTH: Final = 0.5  # a path is added that is cheaper by this share of the last gap
NEW_SHARE: Final = 0.3  # paths added, of pairs, after which the pool is tidied
CHUNKS_A_THREAD: Final = 8
NODES_A_CALL: Final = 1_000_000  # so that a kernel returns within 0.2 s
VISITS_A_CALL: Final = 500_000
WORTH_THREADS: Final = 20_000  # nodes of all trees
WAIT_GAP: Final = 0.01  # waits are raised when the gap is this share of the violation


@dataclass(frozen=True, slots=True)
class Effort:
    """How far to go.

    Attributes
    ----------
    gap : float
        Relative gap at which to stop.
    violation : float
        Largest violation of a hard limit, as a share of it.
    max_iterations : int
        Pricings at most.
    n_threads : int
        Threads; the answer is the same with any number.
    """

    gap: float = 1e-6
    violation: float = 1e-3
    max_iterations: int = 500
    n_threads: int = 1


USUAL: Final = Effort()


class _Run:
    """One solve: what it works on."""

    def __init__(self, problem: Problem, effort: Effort) -> None:
        # waits of limits change while it is solved: the caller's are left alone
        delays = problem.delays._replace(curve=problem.delays.curve.copy())
        self.problem, self.effort, self.delays = problem, effort, delays
        n_pairs, n_nodes = problem.n_pairs, problem.n_nodes
        n_rows = int(problem.rows.kind.size)
        n_resources = delays.curve.shape[0]
        self.state: State = allocate_state(n_resources)
        self.state.load[:] = delays.background
        self.limits = Limits(delays.curve, problem.n_resources)
        self.pool: Columns = empty_pool(problem)
        self.n_added = 0
        self.tree = np.full((n_rows, n_nodes), -1, dtype=np.int32)
        self.alone = np.zeros(n_pairs, dtype=bool)
        self.new_length = np.zeros(n_pairs, dtype=np.int32)
        self.spent, self.least = np.zeros(n_rows), np.zeros(n_rows)
        self.pairs = np.empty(n_pairs, dtype=np.int32)
        self.row_of = np.empty(n_pairs, dtype=np.int32)
        self.done = np.zeros(3)
        self.worth = SAME
        self.bench = allocate_bench(n_resources, problem.longest)
        n_threads = effort.n_threads if n_rows * n_nodes > WORTH_THREADS else 1
        self.scratch = [
            allocate_scratch(n_nodes, problem.n_arcs) for _ in range(n_threads)
        ]
        self.threads = ThreadPoolExecutor(n_threads) if n_threads > 1 else None

    def begin(self) -> None:
        """Put every pair on its cheapest path, row by row."""
        problem = self.problem
        refresh(self.delays, self.state)
        row, n_rows = 0, problem.rows.kind.size
        while row < n_rows:
            end = min(n_rows, row + self.rows_a_call)
            row = load_first(
                problem.network,
                problem.rows,
                self.pool,
                self.delays,
                self.state,
                row,
                end,
                self.tree,
                self.alone,
                self.new_length,
                self.scratch[0],
            )
            if row < end:
                self.pool = grown(
                    self.pool, float(problem.rows.indptr[row]) / problem.n_pairs
                )
        if problem.can_stay:
            self.load()

    def go_on(self, start: Solution) -> bool:
        """Take paths, trees and waits of an earlier solution; False where one lacks."""
        problem = self.problem
        if not start.problem.is_like(problem):
            msg = "a start must be of a problem with the same arcs, pairs and resources"
            raise ValueError(msg)
        self.pool = tidied(problem, start.columns)
        flow_before = np.empty(problem.n_pairs)
        if reprice(problem.network, problem.rows, self.pool, flow_before):
            self.pool = empty_pool(problem)
            return False
        self.tree[:] = start.tree
        self.limits.take(start.wait_h, start.stiffness)
        self.load()
        return True

    @property
    def rows_a_call(self) -> int:
        """Rows that a kernel does before it returns."""
        return max(1, NODES_A_CALL // max(self.problem.n_nodes, 1))

    def load(self) -> None:
        """Make loads and delays those of the paths."""
        problem, state = self.problem, self.state
        add_loads(
            problem.network, problem.rows, self.pool, self.delays.background, state.load
        )
        refresh(self.delays, state)

    def price(self) -> None:
        """Make the trees, and find the paths that lack."""
        n_rows = self.problem.rows.kind.size
        n_chunks = min(n_rows, CHUNKS_A_THREAD * len(self.scratch))
        n_chunks = max(n_chunks if self.threads else 1, n_rows // self.rows_a_call)
        ends = [number * n_rows // n_chunks for number in range(n_chunks + 1)]
        spans = pairwise(ends)
        if self.threads is None:
            for span in spans:
                self._price_rows(span)
        else:
            list(self.threads.map(self._price_rows, spans))

    def _price_rows(self, span: tuple[int, int]) -> None:
        scratch = self.scratch.pop()
        price_rows(
            self.problem.network,
            self.problem.rows,
            self.pool,
            self.state.delay_h,
            *span,
            self.tree,
            self.alone,
            self.new_length,
            self.spent,
            self.least,
            self.worth,
            scratch,
        )
        self.scratch.append(scratch)

    def add_paths(self) -> None:
        """Add the paths that lack; now and then tidy the pool first."""
        problem = self.problem
        n_new, n_arcs = (
            int(np.count_nonzero(self.new_length)),
            int(self.new_length.sum()),
        )
        n_uses = n_arcs * problem.most_uses
        self.n_added += n_new
        is_full = not fits(self.pool, n_new, n_arcs, n_uses)
        if is_full or self.n_added > NEW_SHARE * problem.n_pairs:
            self.pool = tidied(problem, self.pool, (n_new, n_arcs, n_uses))
            self.n_added = 0
        append_new(problem.network, problem.rows, self.pool, self.tree, self.new_length)


def solve(
    problem: Problem,
    effort: Effort = USUAL,
    start: Solution | None = None,
    told: Told | None = None,
) -> Solution:
    """Find the flows at which no path that is used is dearer than another.

    Parameters
    ----------
    problem : Problem
        One period.
    effort : Effort
        How far to go.
    start : Solution, optional
        Of a problem with the same arcs, pairs and resources, to go on from.
    told : callable, optional
        Is told every iteration; an answer False stops.

    Returns
    -------
    Solution
        Flows, and how near they are.

    Raises
    ------
    ValueError
        When `start` is of another problem.

    Notes
    -----
    Column generation and Gauss-Seidel over pairs [1]_; all trees are made at the same
    delays, so the gap is exact. Hard limits are waits of an augmented Lagrangian [2]_.

    References
    ----------
    .. [1] Jayakrishnan, R. et al. (1994). A faster path-based algorithm for traffic
       assignment. *Transportation Research Record* 1443.
    .. [2] Larsson, T., Patriksson, M. (1999). Side constrained traffic equilibrium
       models. *Transportation Research B* 33(4).
    """
    began = perf_counter()
    run = _Run(problem, effort)
    try:
        if start is None or not run.go_on(start):
            run.begin()
        status, record = _iterated(run, began, told)
    finally:
        if run.threads:
            run.threads.shutdown()
    run.load()
    wait_h = run.limits.waits(run.state.load)
    if problem.delays.is_system:  # hours as they are, not what one more adds to all
        refresh(run.delays._replace(is_system=False), run.state)
    return Solution(
        problem=problem,
        columns=run.pool,
        tree=run.tree,
        load=run.state.load,
        delay_h=run.state.delay_h,
        wait_h=wait_h,
        stiffness=run.delays.curve[:, STIFFNESS].copy(),
        no_way=(run.pool.first == NONE) & (problem.rows.demand > 0),
        record=tuple(record),
        status=status,
        solve_s=perf_counter() - began,
    )


def _even_out(run: _Run, gap: float, spent: float) -> None:
    """Shift flow until little of the excess is left."""
    problem = run.problem
    n_pairs = find_split(problem.rows, run.pool, run.pairs, run.row_of)
    enough = INNER_SHARE * gap * spent
    most, sweeps = LIMITED_SWEEPS if run.limits.at.size else SWEEPS, 0
    while sweeps < most and n_pairs:
        budget = max(1, min(most - sweeps, VISITS_A_CALL // n_pairs))
        equilibrate(
            problem.network,
            problem.rows,
            run.pool,
            run.delays,
            run.state,
            run.pairs,
            run.row_of,
            n_pairs,
            LET_BE * gap,
            enough,
            budget * n_pairs,
            run.bench,
            run.done,
        )
        sweeps += int(run.done[2])
        if run.done[0] <= enough:
            break


def _iterated(
    run: _Run, began: float, told: Told | None
) -> tuple[Ended, list[Iteration]]:
    """Iterate to the end; return how it ended, and the record."""
    record: list[Iteration] = []
    effort = run.effort
    tonnes = max(float(run.problem.rows.demand.sum()), np.finfo(np.float64).tiny)
    mean_value, mean_arc_h = run.problem.mean_value, run.problem.mean_arc_h
    for number in range(1, effort.max_iterations + 1):
        run.price()
        spent, least = float(run.spent.sum()), float(run.least.sum())
        if run.limits.begin(spent / tonnes / mean_value + mean_arc_h):
            refresh(run.delays, run.state)  # they were no limits so far
            run.price()
            spent, least = float(run.spent.sum()), float(run.least.sum())
        gap = (spent - least) / spent if spent > 0 else 0.0
        gap = max(gap, 0.0)  # below 0 by rounding only; NaN stays
        violation = run.limits.violation(run.state.load)
        record.append(
            Iteration(
                number,
                gap,
                (spent - least) / tonnes,
                violation,
                int(run.pool.filled[0]),
                perf_counter() - began,
            )
        )
        if told and not told(record[-1]):
            return "interrupted", record
        if gap <= effort.gap and violation <= effort.violation:
            return "answered", record
        if number == effort.max_iterations:
            break
        if gap <= max(effort.gap, WAIT_GAP * violation):
            run.limits.raise_waits(run.state.load)
            refresh(run.delays, run.state)
            gap = max(gap, WAIT_GAP * violation)
        run.add_paths()
        run.worth = max(SAME, WORTH * gap)
        _even_out(run, gap, spent)
    return "not_converged", record
