"""What a flow of many commodities came to."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.pool import Pool
from bereket.solve.tolls import Tolls

ROUNDING = 1e-9  # shares below it are none

Floats = NDArray[np.float64]


class FlowStatus(Enum):
    """How the search for a flow ended; the flow holds in each case."""

    WITHIN_GAP = "within gap"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class FlowResult:
    """A flow, its prices, and how far it can be from the best.

    Attributes
    ----------
    path_indptr : (n_paths + 1,)
        Start of each path's arcs in `path_arc`; only paths with flow, by commodity.
    path_arc : (n_entries,)
        Arc indices from source to target.
    path_commodity, path_flow : (n_paths,)
        Whose path it is, and the flow on it.
    arc_flow : (n_arcs,)
        Sum of the flows of paths over each arc.
    price : (n_arcs,)
        Cost saved by one more unit of capacity, 0 or more; proves `lower_bound`.
    unserved : (n_commodities,)
        Units that do not go.
    objective : float
        Cost of the paths, and of what does not go.
    lower_bound : float
        No flow costs less.
    iterations : int
        Programmes solved.
    status : FlowStatus
        How it ended.
    """

    path_indptr: NDArray[np.int64]
    path_arc: NDArray[np.int32]
    path_commodity: NDArray[np.int32]
    path_flow: Floats
    arc_flow: Floats
    price: Floats
    unserved: Floats
    objective: float
    lower_bound: float
    iterations: int
    status: FlowStatus

    @property
    def gap(self) -> float:
        """Most by which a better flow may be cheaper, as a share of the cost."""
        return gap_between(self.lower_bound, self.objective)


def gap_between(lower: float, upper: float) -> float:
    """Return the share of a cost above its bound; 0 where it costs nothing."""
    return max(0.0, (upper - lower) / upper) if upper > 0.0 else 0.0


def result_of(tolls: Tolls, iterations: int, status: FlowStatus) -> FlowResult:
    """Return a search's flow in the caller's units and order.

    Parameters
    ----------
    tolls : Tolls
        Left by the last programme.
    iterations : int
        Programmes solved.
    status : FlowStatus
        How it ended.

    Returns
    -------
    FlowResult
        Each demand met or left to the last digit, no capacity exceeded but by rounding.
    """
    taken = taken_of(tolls.pool)
    commodity = tolls.pool.commodity[taken.path]
    flow, left = settled(tolls, taken, commodity)
    arc_flow = taken.loads(flow, tolls.arcs.room.size)
    objective = float(tolls.pool.cost[taken.path] @ flow + tolls.left_cost @ left) * (
        tolls.flow_size * tolls.cost_size
    )
    bound = tolls.bound * tolls.flow_size * tolls.cost_size
    by_commodity = np.argsort(tolls.position[commodity], kind="stable")
    paths = taken.chosen(by_commodity)
    return FlowResult(
        path_indptr=paths.indptr,
        path_arc=paths.arc,
        path_commodity=tolls.position[commodity[by_commodity]],
        path_flow=flow[by_commodity] * tolls.flow_size,
        arc_flow=arc_flow * tolls.flow_size,
        price=tolls.bound_price * tolls.cost_size,
        unserved=left[np.argsort(tolls.position)] * tolls.flow_size,
        objective=objective,
        lower_bound=min(bound, objective),  # equal but for the rounding of sums
        iterations=iterations,
        status=status,
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """Paths that carry flow.

    Attributes
    ----------
    path : (n_paths,)
        Index of each in the pool.
    indptr, arc : (n_paths + 1,), (n_entries,)
        Their arcs.
    """

    path: NDArray[np.int64]
    indptr: NDArray[np.int64]
    arc: NDArray[np.int32]

    def loads(self, flow: Floats, n_arcs: int) -> Floats:
        """Return the flow of each arc."""
        on_entry = np.repeat(flow, np.diff(self.indptr))
        load = np.bincount(self.arc, weights=on_entry, minlength=n_arcs)
        return load.astype(np.float64)  # NumPy gives whole numbers where none flow

    def least(self, of_arc: Floats) -> Floats:
        """Return the least of a value over the arcs of each path."""
        if not self.path.size:
            return np.empty(0)
        smallest: Floats = np.minimum.reduceat(of_arc[self.arc], self.indptr[:-1])
        return smallest

    def chosen(self, order: NDArray[np.int64]) -> "Taken":
        """Return the paths in another order."""
        lengths = np.diff(self.indptr)[order]
        indptr = np.concatenate(([0], np.cumsum(lengths)))
        shift = np.repeat(self.indptr[order] - indptr[:-1], lengths)
        return Taken(self.path[order], indptr, self.arc[np.arange(indptr[-1]) + shift])


def taken_of(pool: Pool) -> Taken:
    """Return the paths of a pool that carry flow, in the order of the pool."""
    n_paths = int(pool.n_paths[0])
    every = Taken(
        np.arange(n_paths), pool.start[: n_paths + 1], pool.arc[: pool.start[n_paths]]
    )
    return every.chosen(np.nonzero(pool.flow[:n_paths] > 0.0)[0])


def settled(
    tolls: Tolls, taken: Taken, commodity: NDArray[np.int32]
) -> tuple[Floats, Floats]:
    """Return flows and what is left, cleared of the solver's tolerances.

    Parameters
    ----------
    tolls : Tolls
        Demands, capacities, and what is left by the solver.
    taken : Taken
        Paths with flow.
    commodity : (n_paths,)
        Whose path each is.

    Returns
    -------
    flow : (n_paths,)
        Flow of each path.
    left : (n_commodities,)
        What does not go: each demand less its flows.
    """
    demand = tolls.demand
    left = np.where(tolls.left > ROUNDING * demand, tolls.left, 0.0)
    flow = tolls.pool.flow[taken.path]
    sent = np.bincount(commodity, weights=flow, minlength=demand.size)
    goes = np.divide(demand - left, sent, out=np.zeros(demand.size), where=sent > 0.0)
    flow = flow * goes[commodity]
    load, room = taken.loads(flow, tolls.arcs.room.size), tolls.arcs.room
    fits = np.divide(room, load, out=np.ones(room.size), where=load > room)
    fits[fits > 1.0 - ROUNDING] = 1.0
    flow = flow * taken.least(fits)
    sent = np.bincount(commodity, weights=flow, minlength=demand.size)
    rest = demand - sent
    return flow, np.where(rest > ROUNDING * demand, rest, 0.0)
