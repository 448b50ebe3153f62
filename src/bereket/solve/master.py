"""The restricted programme of a flow: paths known so far, rows that have been broken.

``min sum c_p f_p + sum M_k u_k`` subject to ``sum_{p of k} f_p + u_k = d_k`` and, on
each arc that was ever too full, ``sum_{p over a} f_p <= capacity_a``.
"""

import numpy as np
from numpy.typing import NDArray

from bereket.errors import BereketError
from bereket.kernels.pool import add_loads
from bereket.solve.program import Columns, Entries, Outcome, Program
from bereket.solve.tolls import Tolls

FULL = 1e-9  # an arc is too full when its flow exceeds its room by this share

Floats = NDArray[np.float64]
NO_ROW = -1


class Master:
    """The programme, kept between questions; paths and rows are only ever added.

    Parameters
    ----------
    tolls : Tolls
        Whose paths it reads and whose flows it sets.
    """

    def __init__(self, tolls: Tolls) -> None:
        self._tolls = tolls
        demand, left_cost = tolls.demand, tolls.left_cost
        n_commodities = demand.size
        self._row_of_arc = np.full(tolls.arcs.room.size, NO_ROW)
        self._arcs = np.empty(0, dtype=np.int64)
        self._n_paths = 0
        each = np.arange(n_commodities, dtype=np.int32)
        left = Columns(
            cost=left_cost,
            low=np.zeros(n_commodities),
            high=np.full(n_commodities, np.inf),
            indptr=np.arange(n_commodities + 1, dtype=np.int32),
            row=each,
            entry=np.ones(n_commodities),
        )
        self._program = Program(demand, demand, left)

    @property
    def n_rows(self) -> int:
        """How many arcs have a row."""
        return self._arcs.size

    def solve(self) -> tuple[float, Floats]:
        """Take up new paths, add rows until none is broken, and set the flows.

        Returns
        -------
        objective : float
            Cost of the best flow over the paths known.
        price : (n_arcs,)
            Dual of each arc's capacity, 0 or more.

        Raises
        ------
        BereketError
            When the solver ends without an optimum.
        """
        tolls, n_commodities = self._tolls, self._tolls.demand.size
        self._add_paths()
        arcs = tolls.arcs
        self._add_rows(np.nonzero((arcs.toll > 0.0) | self._is_broken())[0])
        while True:
            found = self._program.solve()
            if found.outcome is not Outcome.OPTIMAL:
                msg = f"the solver ended a flow as {found.outcome.value!r}; no answer"
                raise BereketError(msg)
            tolls.left[:] = np.maximum(found.value[:n_commodities], 0.0)
            tolls.pool.flow[: self._n_paths] = np.maximum(
                found.value[n_commodities:], 0.0
            )
            add_loads(tolls.pool, arcs.load)
            if not self._add_rows(np.nonzero(self._is_broken())[0]):
                break
        price = np.zeros(arcs.room.size)
        price[self._arcs] = np.maximum(-found.dual[n_commodities:], 0.0)
        tolls.watch(price > 0.0)
        return found.objective, price

    def _is_broken(self) -> NDArray[np.bool_]:
        """Tell which arcs are too full."""
        arcs = self._tolls.arcs
        broken: NDArray[np.bool_] = arcs.load > arcs.room * (1.0 + FULL) + FULL
        return broken

    def _add_paths(self) -> None:
        """Add the paths that are new in the pool."""
        pool, begin, end = self._tolls.pool, self._n_paths, self._tolls.n_paths
        arc = pool.arc[pool.start[begin] : pool.start[end]]
        lengths = np.diff(pool.start[begin : end + 1])
        of_path = np.repeat(np.arange(end - begin), lengths)
        row = self._row_of_arc[arc]
        has_row = row != NO_ROW
        column = np.concatenate((np.arange(end - begin), of_path[has_row]))
        order = np.argsort(column, kind="stable")
        rows = np.concatenate((pool.commodity[begin:end], row[has_row]))[order]
        starts = np.searchsorted(column[order], np.arange(end - begin + 1))
        self._program.add(
            Columns(
                cost=pool.cost[begin:end],
                low=np.zeros(end - begin),
                high=np.full(end - begin, np.inf),
                indptr=starts.astype(np.int32),
                row=rows.astype(np.int32),
                entry=np.ones(rows.size),
            )
        )
        self._n_paths = end

    def _add_rows(self, wanted: NDArray[np.int64]) -> int:
        """Add the capacity of arcs that have no row yet; return how many were new."""
        tolls, pool = self._tolls, self._tolls.pool
        new = wanted[self._row_of_arc[wanted] == NO_ROW]
        if not new.size:
            return 0
        position = np.full(self._row_of_arc.size, NO_ROW)
        position[new] = np.arange(new.size)
        first_row = tolls.demand.size + self._arcs.size
        self._row_of_arc[new] = first_row + np.arange(new.size)
        self._arcs = np.concatenate((self._arcs, new))
        starts = pool.start[: self._n_paths + 1]
        row = position[pool.arc[: starts[-1]]]
        entry = np.nonzero(row != NO_ROW)[0]
        row = row[entry]
        column = np.searchsorted(starts, entry, side="right") - 1 + tolls.demand.size
        order = np.argsort(row, kind="stable")
        self._program.add_rows(
            np.full(new.size, -np.inf),
            tolls.arcs.room[new],
            Entries(
                np.searchsorted(row[order], np.arange(new.size + 1)).astype(np.int32),
                column[order].astype(np.int32),
                np.ones(row.size),
            ),
        )
        return int(new.size)
