"""The restricted programme of a flow: paths known so far, rows that have been broken.

``min sum c_p f_p + sum M_k u_k`` subject to ``sum_{p of k} f_p + u_k = d_k`` and, on
each arc that was ever too full, ``sum_{p over a} f_p <= capacity_a``.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bereket.errors import BereketError
from bereket.kernels.pool import add_costs, add_loads
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

    Attributes
    ----------
    n_added : int
        Paths taken up the last time.
    """

    def __init__(self, tolls: Tolls) -> None:
        self._tolls = tolls
        demand, left_cost = tolls.demand, tolls.left_cost
        n_commodities = demand.size
        self._row_of_arc = np.full(tolls.arcs.room.size, NO_ROW)
        self._arcs = np.empty(0, dtype=np.int64)
        self.n_added = 0
        self._path = np.empty(0, dtype=np.int64)
        self._price, self._worth = tolls.arcs.toll.copy(), left_cost
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
        """Take up paths, add rows until none is broken, and set the flows.

        Returns
        -------
        objective : float
            Cost of the best flow over the paths taken up.
        price : (n_arcs,)
            Dual of each arc's capacity, 0 or more.

        Raises
        ------
        BereketError
            When the solver ends without an optimum.
        """
        tolls, arcs = self._tolls, self._tolls.arcs
        self._add_rows(np.nonzero((arcs.toll > 0.0) | self._is_broken())[0])
        self._add_paths()
        method: Literal["dual", "primal"] = "primal"  # columns are new, then rows
        while True:
            found = self._program.solve(method=method)
            if found.outcome is not Outcome.OPTIMAL:
                msg = f"the solver ended a flow as {found.outcome.value!r}; no answer"
                raise BereketError(msg)
            self._set_flows(np.maximum(found.value, 0.0))
            if not self._add_rows(np.nonzero(self._is_broken())[0]):
                break
            method = "dual"
        n_commodities = tolls.demand.size
        price = np.zeros(arcs.room.size)
        price[self._arcs] = np.maximum(-found.dual[n_commodities:], 0.0)
        tolls.watch(price > 0.0)
        self._price, self._worth = price, found.dual[:n_commodities]
        return found.objective, price

    def _set_flows(self, value: Floats) -> None:
        """Set the flows of paths and arcs, and what is left."""
        tolls, n_commodities = self._tolls, self._tolls.demand.size
        tolls.left[:] = value[:n_commodities]
        tolls.pool.flow[: tolls.n_paths] = 0.0
        tolls.pool.flow[self._path] = value[n_commodities:]
        add_loads(tolls.pool, tolls.arcs.load)

    def _is_broken(self) -> NDArray[np.bool_]:
        """Tell which arcs are too full."""
        arcs = self._tolls.arcs
        broken: NDArray[np.bool_] = arcs.load > arcs.room * (1.0 + FULL) + FULL
        return broken

    def _add_paths(self) -> None:
        """Add the paths that carry flow, and of each commodity the one that pays most.

        The rest wait: a path in the programme is looked at in each of its pivots.
        """
        pool, n_paths = self._tolls.pool, self._tolls.n_paths
        cost = np.empty(n_paths)
        add_costs(pool, self._price, cost)
        commodity = pool.commodity[:n_paths]
        loss = cost - self._worth[commodity]
        loss[self._path] = 0.0
        order = np.lexsort((loss, commodity))
        is_first = np.diff(commodity[order], prepend=-1) > 0
        is_new = pool.flow[:n_paths] > 0.0
        is_new[order[is_first & (loss[order] < 0.0)]] = True
        is_new[self._path] = False
        new = np.nonzero(is_new)[0]
        self.n_added = int(new.size)
        lengths = (pool.start[1:] - pool.start[:-1])[new]
        of_path = np.repeat(np.arange(new.size), lengths)
        begin = np.cumsum(lengths) - lengths
        entry = np.arange(of_path.size) + np.repeat(pool.start[new] - begin, lengths)
        row = self._row_of_arc[pool.arc[entry]]
        has_row = row != NO_ROW
        column = np.concatenate((np.arange(new.size), of_path[has_row]))
        order = np.argsort(column, kind="stable")
        rows = np.concatenate((pool.commodity[new], row[has_row]))[order]
        starts = np.searchsorted(column[order], np.arange(new.size + 1))
        self._program.add(
            Columns(
                cost=pool.cost[new],
                low=np.zeros(new.size),
                high=np.full(new.size, np.inf),
                indptr=starts.astype(np.int32),
                row=rows.astype(np.int32),
                entry=np.ones(rows.size),
            )
        )
        self._path = np.concatenate((self._path, new))

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
        starts = pool.start[: tolls.n_paths + 1]
        row = position[pool.arc[: starts[-1]]]
        entry = np.nonzero(row != NO_ROW)[0]
        column = np.full(tolls.n_paths, NO_ROW)
        column[self._path] = np.arange(self._path.size) + tolls.demand.size
        on = column[np.searchsorted(starts, entry, side="right") - 1]
        entry, on = entry[on != NO_ROW], on[on != NO_ROW]
        order = np.argsort(row[entry], kind="stable")
        row = row[entry][order]
        self._program.add_rows(
            np.full(new.size, -np.inf),
            tolls.arcs.room[new],
            Entries(
                np.searchsorted(row, np.arange(new.size + 1)).astype(np.int32),
                on[order].astype(np.int32),
                np.ones(row.size),
            ),
        )
        return int(new.size)
