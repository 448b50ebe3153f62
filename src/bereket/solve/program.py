"""Linear and mixed-integer programmes from arrays, by HiGHS: the only door to it.

A programme is ``min c x`` subject to ``row_low <= A x <= row_high`` and
``low <= x <= high``. `Program` keeps the solver between questions, so that a changed
bound or a column more starts from the basis before: a few pivots, no new solution.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

SIMPLEX = {"dual": 1, "primal": 4}  # HiGHS's own numbers

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Outcome(Enum):
    """How a programme ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Solution:
    """What a programme came to.

    Attributes
    ----------
    outcome : Outcome
        How it ended; the figures mean something where it is `OPTIMAL`.
    objective : float
        Least value of the objective.
    value : (n_columns,)
        The variables.
    dual : (n_rows,)
        Change of the objective with the binding side of each row.
    reduced_cost : (n_columns,)
        Change of the objective with each variable that lies at a bound.
    """

    outcome: Outcome
    objective: float
    value: Floats
    dual: Floats
    reduced_cost: Floats


@dataclass(frozen=True, slots=True)
class Columns:
    """Variables with their entries in the rows, column by column.

    Attributes
    ----------
    cost : (n_columns,)
        Objective of each.
    low, high : (n_columns,)
        Bounds.
    indptr : (n_columns + 1,) int32
        Start of each column's entries.
    row : (n_entries,) int32
        Row of each entry.
    entry : (n_entries,)
        Coefficient.
    """

    cost: Floats
    low: Floats
    high: Floats
    indptr: Ints
    row: Ints
    entry: Floats


@dataclass(frozen=True, slots=True)
class Entries:
    """Coefficients of new rows, row by row.

    Attributes
    ----------
    indptr : (n_rows + 1,) int32
        Start of each row's entries.
    column : (n_entries,) int32
        Variable of each entry.
    entry : (n_entries,)
        Coefficient.
    """

    indptr: Ints
    column: Ints
    entry: Floats


class Program:
    """A programme and the solver that keeps its basis.

    Parameters
    ----------
    row_low, row_high : (n_rows,)
        Sides of the rows; inf where there is none.
    columns : Columns, optional
        First variables.

    Notes
    -----
    The dual simplex method on one thread without randomness: the same programme gives
    the same vertex on every machine.

    Examples
    --------
    Two ways share a track of 5 trains a day; the first takes one train, the second two:

    >>> import numpy as np
    >>> program = Program(np.array([-np.inf]), np.array([5.0]))
    >>> program.add(columns_of(np.array([-1.0, -1.0]), [[(0, 1.0)], [(0, 2.0)]]))
    >>> found = program.solve()
    >>> found.outcome.value, -found.objective, -float(found.dual[0])
    ('optimal', 5.0, 1.0)
    """

    def __init__(
        self, row_low: Floats, row_high: Floats, columns: Columns | None = None
    ) -> None:
        self._solver, self._highspy = _quiet_solver()
        for name, setting in (("threads", 1), ("random_seed", 0)):
            self._solver.setOptionValue(name, setting)
        empty = np.empty(0)
        n_rows = row_low.size
        starts = np.zeros(n_rows, dtype=np.int32)
        if n_rows:
            nothing = np.empty(0, dtype=np.int32)
            self._solver.addRows(n_rows, row_low, row_high, 0, starts, nothing, empty)
        if columns is not None:
            self.add(columns)

    def add(self, columns: Columns) -> None:
        """Add variables; the basis stays, and they start at a bound."""
        count = columns.cost.size
        if count:
            self._solver.addCols(
                count,
                columns.cost,
                columns.low,
                columns.high,
                columns.row.size,
                columns.indptr[:-1].astype(np.int32),
                columns.row.astype(np.int32),
                columns.entry,
            )

    def add_rows(self, row_low: Floats, row_high: Floats, entries: Entries) -> None:
        """Add rows over the variables that stand; the basis stays, they are slack."""
        if row_low.size:
            self._solver.addRows(
                row_low.size,
                row_low,
                row_high,
                entries.column.size,
                entries.indptr[:-1].astype(np.int32),
                entries.column.astype(np.int32),
                entries.entry,
            )

    def set_rows(self, rows: Ints, row_low: Floats, row_high: Floats) -> None:
        """Give rows other sides."""
        if rows.size:
            chosen = rows.astype(np.int32)
            self._solver.changeRowsBounds(chosen.size, chosen, row_low, row_high)

    def set_costs(self, columns: Ints, cost: Floats) -> None:
        """Give variables another objective."""
        if columns.size:
            chosen = columns.astype(np.int32)
            self._solver.changeColsCost(chosen.size, chosen, cost)

    def set_bounds(self, columns: Ints, low: Floats, high: Floats) -> None:
        """Give variables other bounds."""
        if columns.size:
            chosen = columns.astype(np.int32)
            self._solver.changeColsBounds(chosen.size, chosen, low, high)

    def set_whole(self, columns: Ints) -> None:
        """Ask for whole numbers in variables."""
        if columns.size:
            chosen = columns.astype(np.int32)
            whole = np.full(
                chosen.size, int(self._highspy.HighsVarType.kInteger), dtype=np.uint8
            )
            self._solver.changeColsIntegrality(chosen.size, chosen, whole)

    def solve(
        self,
        *,
        method: Literal["dual", "primal"] = "dual",
        time_limit_s: float = np.inf,
    ) -> Solution:
        """Solve from the basis that stands.

        Parameters
        ----------
        method : str
            Simplex method: the primal one where variables are new since the last time,
            the dual one where rows or sides are.
        time_limit_s : float
            Seconds after which the best so far is given as `STOPPED`.

        Returns
        -------
        Solution
            Variables, duals and reduced costs.
        """
        self._solver.setOptionValue("simplex_strategy", SIMPLEX[method])
        self._solver.setOptionValue("time_limit", float(time_limit_s))
        self._run()
        status = self._solver.getModelStatus()
        kinds = self._highspy.HighsModelStatus
        outcome = {
            kinds.kOptimal: Outcome.OPTIMAL,
            kinds.kInfeasible: Outcome.INFEASIBLE,
            kinds.kUnbounded: Outcome.UNBOUNDED,
            kinds.kUnboundedOrInfeasible: Outcome.UNBOUNDED,
            kinds.kModelEmpty: Outcome.OPTIMAL,
        }.get(status, Outcome.STOPPED)
        found = self._solver.getSolution()
        return Solution(
            outcome=outcome,
            objective=float(self._solver.getObjectiveValue()),
            value=np.array(found.col_value),
            dual=np.array(found.row_dual),
            reduced_cost=np.array(found.col_dual),
        )

    def _run(self) -> None:
        """Let HiGHS solve.

        Notes
        -----
        HiGHS keeps the threads that its first solver in a process began with, and
        refuses to run with fewer. Where somebody else, such as a notebook, began it
        with more, it is made to begin again.
        """
        self._solver.run()
        if self._solver.getModelStatus() == self._highspy.HighsModelStatus.kNotset:
            self._highspy.Highs.resetGlobalScheduler(True)  # noqa: FBT003 blocking
            self._solver.run()


def _quiet_solver() -> tuple[Any, Any]:
    """Return a solver that never writes on standard output, and its library.

    Notes
    -----
    HiGHS greets when its callbacks are enabled, which its constructor does before an
    option can be set; an answer in JSON would begin with the greeting.
    """
    import highspy

    library: Any = highspy

    class Quiet(library.Highs):  # type: ignore[misc] # typed only at run time
        def enableCallbacks(self) -> None:  # noqa: N802 the library's name
            self.silent()
            super().enableCallbacks()

    return Quiet(), library


def columns_of(cost: Floats, entries: Sequence[Sequence[tuple[int, float]]]) -> Columns:
    """Return variables from 0 upwards, from their entries one by one.

    Parameters
    ----------
    cost : (n_columns,)
        Objective of each.
    entries : sequence of sequence of (row, coefficient)
        What each has in the rows.

    Returns
    -------
    Columns
        Ready to be added.
    """
    sizes = [len(each) for each in entries]
    flat = [pair for each in entries for pair in each]
    count = len(sizes)
    return Columns(
        cost=np.asarray(cost, dtype=np.float64),
        low=np.zeros(count),
        high=np.full(count, np.inf),
        indptr=np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
        row=np.array([row for row, _ in flat], dtype=np.int32),
        entry=np.array([value for _, value in flat], dtype=np.float64),
    )
