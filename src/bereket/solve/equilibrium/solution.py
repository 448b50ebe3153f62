"""What an assignment came to: paths with their flows, and how near it is."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.columns import NONE, Columns
from bereket.kernels.delays import ROOM, delay, integral
from bereket.kernels.pricing import fill_arc_costs
from bereket.solve.equilibrium.problem import Problem

Floats = NDArray[np.float64]
Ended = Literal["answered", "not_converged", "interrupted"]


@dataclass(frozen=True, slots=True)
class Iteration:
    """One line of the convergence record.

    Attributes
    ----------
    number : int
        Iteration, from 1.
    relative_gap : float
        (what is spent - what the cheapest ways would cost) / what is spent.
    average_excess_usd_per_t : float
        The same difference for a tonne.
    violation : float
        Largest load beyond a hard limit, as a share of it; or, where there is a wait,
        by how much it is missed.
    n_paths : int
        Paths kept.
    elapsed_s : float
        Since the start.
    """

    number: int
    relative_gap: float
    average_excess_usd_per_t: float
    violation: float
    n_paths: int
    elapsed_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """The paths that carry flow, pair by pair.

    Attributes
    ----------
    pair : (n_paths,)
        Pair of each.
    flow : (n_paths,)
        Tonnes.
    indptr : (n_paths + 1,)
        Start of each path's arcs in `arc`.
    arc : (n_entries,)
        Arcs from start to end; of a path that stays, none.
    stays : (n_paths,) bool
        Whether it stands for not going.
    """

    pair: NDArray[np.int32]
    flow: Floats
    indptr: NDArray[np.int64]
    arc: NDArray[np.int32]
    stays: NDArray[np.bool_]

    @property
    def path_of_entry(self) -> NDArray[np.intp]:
        """Path of each entry of `arc`."""
        return np.repeat(np.arange(self.pair.size), np.diff(self.indptr))

    def sums_of(self, of_entry: Floats) -> Floats:
        """Return the sum over each path of a figure of its entries."""
        summed = np.bincount(self.path_of_entry, of_entry, self.pair.size)
        return np.asarray(summed, dtype=np.float64)

    def flow_on(self, n_arcs: int, weight: Floats | None = None) -> Floats:
        """Return the flow on each arc, each path times a weight."""
        flow = self.flow if weight is None else self.flow * weight
        of_entry = np.repeat(flow, np.diff(self.indptr))
        summed = np.bincount(self.arc, of_entry, n_arcs)
        return np.asarray(summed, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Flows of an assignment.

    Attributes
    ----------
    problem : Problem
        What was solved.
    columns : Columns
        The pool of paths, for a warm start.
    tree : (n_rows, n_nodes)
        Trees at the end, for a warm start.
    load, delay_h, wait_h : (n_resources,)
        Load with background, hours, and the part of them that a hard limit makes.
    stiffness : (n_resources,)
        How steep limits ended, for a warm start.
    no_way : (n_pairs,) bool
        Pairs that have no way at all.
    record : tuple of Iteration
        How it went.
    status : str
        How it ended.
    solve_s : float
        Wall time.
    """

    problem: Problem
    columns: Columns
    tree: NDArray[np.int32]
    load: Floats
    delay_h: Floats
    wait_h: Floats
    stiffness: Floats
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
        """Return the value of the convex programme [hours times load].

        Notes
        -----
        ``sum_a integral t_a + sum_ak e_k (money_ak / vot_k) x_ak``; in a system optimum
        ``sum_a v_a t_a`` in place of the integral.
        """
        problem = self.problem
        curve, table_h = problem.delays.curve, problem.delays.table_h
        value, size = problem.network.value, problem.network.size
        total = 0.0
        for at, (load, before) in enumerate(
            zip(self.load.tolist(), problem.delays.background.tolist(), strict=True)
        ):
            if problem.delays.is_system:
                alone = curve[at : at + 1].copy()
                alone[0, ROOM] = np.inf
                total += load * delay(alone, table_h, False, 0, load)[0]  # noqa: FBT003
            else:
                total += integral(curve, table_h, at, load)
                total -= integral(curve, table_h, at, before)
        pair = self._pair_of_path()
        flow, fixed = self.columns.flow[: pair.size], self.columns.fixed[: pair.size]
        flows = (pair != NONE) & (flow > 0)
        kind = problem.kind_of_pair[pair[flows]]
        weight = size[kind] / value[kind]
        return total + float((flow[flows] * fixed[flows] * weight).sum())

    @property
    def spent(self) -> float:
        """What all flows cost at the hours as they are, staying too [USD]."""
        network, paths = self.problem.network, self.paths()
        kind = self.problem.kind_of_pair[paths.pair]
        of_entry, cost = kind[paths.path_of_entry], np.empty(paths.arc.size)
        on_arc = np.empty(self.problem.n_arcs)
        for each in np.unique(kind).tolist():
            fill_arc_costs(network, self.delay_h, each, on_arc)
            mine = of_entry == each
            cost[mine] = on_arc[paths.arc[mine]]
        total = float((paths.sums_of(cost) * paths.flow).sum())
        first = self.problem.n_resources
        stay_h = self.delay_h[first + paths.pair[paths.stays]]
        value = network.value[kind[paths.stays]]
        return total + float((paths.flow[paths.stays] * stay_h * value).sum())

    def _pair_of_path(self) -> NDArray[np.int32]:
        columns = self.columns
        pair = np.full(columns.filled[0], NONE, dtype=np.int32)
        at, here = np.arange(columns.first.size, dtype=np.int32), columns.first.copy()
        while (here != NONE).any():
            at, here = at[here != NONE], here[here != NONE]
            pair[here] = at
            here = columns.follows[here]
        return pair

    def paths(self) -> Paths:
        """Return the paths that carry flow, arcs from start to end."""
        columns, n_arcs = self.columns, self.problem.n_arcs
        pair = self._pair_of_path()
        flowing = (pair != NONE) & (columns.flow[: pair.size] > 0)
        (at,) = np.nonzero(flowing)
        at = at[np.argsort(pair[at], kind="stable")]
        begin, length = columns.start[at], columns.length[at].astype(np.int64)
        stays = length == 0
        if self.problem.network.is_plain and at.size:
            stays = stays | (
                columns.arc[np.minimum(begin, columns.arc.size - 1)] >= n_arcs
            )
        length = np.where(stays, 0, length)
        indptr = np.concatenate(([0], np.cumsum(length)))
        # stored from end to start: turned round
        within = np.arange(indptr[-1]) - np.repeat(indptr[:-1], length)
        slot = np.repeat(begin + length - 1, length) - within
        return Paths(
            pair=pair[at],
            flow=columns.flow[at].copy(),
            indptr=indptr,
            arc=columns.arc[slot],
            stays=stays,
        )
