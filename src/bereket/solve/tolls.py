"""The search for tolls: prices of capacities near the best, and paths to go with them.

The method of multipliers: flows are balanced under tolls that rise with what is too
much on an arc, then the tolls become the prices to start from. Every vector of tolls
bounds the cost from below, whatever it is.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.balance import Arcs, allocate_scratch, balance
from bereket.kernels.heap import allocate_heap
from bereket.kernels.pool import (
    POOL_FULL,
    Pool,
    add_loads,
    add_paths,
    allocate_pool,
    note_watched,
)
from bereket.solve.instance import Commodities, FlowNetwork

# Costs and flows are brought to these sizes, so that the tolerances of the solver and
# the stiffness mean the same in every unit.
MEAN_COST, MEAN_DEMAND = 1000.0, 100.0
# Toll of an arc twice as full as it may be, over the mean cost of an arc: on a long
# path many arcs are scarce, and each has only a small part in its cost.
STIFFNESS = 4.0
FRESH = 0.1  # share of the newest tolls in their running mean
SETTLED = 0.1  # a round ends when this share of what was too dear at its start is left
CHUNK = 256  # commodities balanced in one call, so that Ctrl-C is heard

Floats = NDArray[np.float64]


AnyType = TypeVar("AnyType", bound=np.generic)


class Tolls:
    """The state of the search: paths, flows, and what arcs take.

    Parameters
    ----------
    network : FlowNetwork
        What to flow on.
    commodities : Commodities
        What wants to go, in any order.

    Attributes
    ----------
    position : (n_commodities,)
        Where each commodity stood before they were put in order of their sources.
    demand, left, left_cost : (n_commodities,)
        What wants to go, what is left, and the cost of a unit of that; in the search's
        own sizes, as all flows and costs here.
    flow_size, cost_size : float
        Units of flow and of cost to one of the search's own.
    hops : float
        Arcs of the mean cheapest path.
    pool : Pool
        Paths with their flows.
    arcs : Arcs
        What arcs hold and take.
    bound : float
        Highest bound on the cost from below so far.
    bound_price : (n_arcs,)
        The tolls that gave it.
    mean_toll : (n_arcs,)
        Running mean of the tolls; they swing, it does not.
    """

    def __init__(self, network: FlowNetwork, commodities: Commodities) -> None:
        n_arcs, n_commodities = network.tail.size, commodities.demand.size
        self.position = np.argsort(commodities.source, kind="stable").astype(np.int32)
        demand = np.asarray(commodities.demand, dtype=np.float64)[self.position]
        self.flow_size = float(demand.mean()) / MEAN_DEMAND if n_commodities else 1.0
        self.demand = demand / self.flow_size
        self._graph = (
            read_only(network.indptr.astype(np.int64)),
            read_only(network.head.astype(np.int32)),
            read_only(network.tail.astype(np.int32)),
        )
        self._target = commodities.target[self.position].astype(np.int32)
        self._source, begin = np.unique(
            commodities.source[self.position], return_index=True
        )
        self._span = np.append(begin, n_commodities)
        self._dist = np.empty(network.n_nodes)
        self._pred = np.empty(network.n_nodes, dtype=np.int32)
        self._heap = allocate_heap(network.n_nodes)
        self._least, self._scratch = np.empty(n_commodities), allocate_scratch(n_arcs)
        self.pool = allocate_pool(n_commodities, 8 * n_commodities, 16 * n_arcs)
        self._is_watched = np.zeros(n_arcs, dtype=np.bool_)
        left_cost = np.asarray(commodities.overflow_cost, dtype=np.float64)
        self.hops = self._set_cost(
            np.array(network.cost, dtype=np.float64), left_cost[self.position]
        )
        stiffness = STIFFNESS * MEAN_COST / max(self.hops, 1.0)
        self.arcs = arcs_with_room(network.capacity / self.flow_size, stiffness)
        self.left = self.demand.copy()
        self.bound, self.bound_price = 0.0, np.zeros(n_arcs)
        self.mean_toll = np.zeros(n_arcs)

    @property
    def n_paths(self) -> int:
        """How many paths there are."""
        return int(self.pool.n_paths[0])

    def _set_cost(self, cost: Floats, left_cost: Floats) -> float:
        """Bring costs to size by the mean cheapest path; return its number of arcs."""
        self._cost, self.left_cost, self.cost_size = cost, left_cost, 1.0
        self._find_paths(np.zeros(cost.size))
        for each in (np.minimum(self._least, left_cost), left_cost):
            if each.any():
                self.cost_size = float(each.mean()) / MEAN_COST
                break
        self._cost = cost / self.cost_size
        self.left_cost = left_cost / self.cost_size
        hops = float(self.pool.start[self.n_paths]) / max(self.n_paths, 1)
        self.pool.n_paths[0] = 0
        self.pool.first[:] = -1
        return hops

    def bound_at(self, toll: Floats, margin: float = 0.0) -> float:
        """Add the cheapest paths under some tolls, and return their bound on the cost.

        Parameters
        ----------
        toll : (n_arcs,)
            Tolls, 0 or more; only on watched arcs.
        margin : float
            Share of the highest bound by which theirs may be lower and yet be kept.

        Returns
        -------
        float
            ``sum_k d_k min(least_k, M_k) - sum_a toll_a room_a``.
        """
        self._find_paths(toll)
        taken = toll > 0.0
        bound = float(
            self.demand @ np.minimum(self._least, self.left_cost)
            - toll[taken] @ self.arcs.room[taken]
        )
        if bound >= self.bound * (1.0 - margin):
            self.bound, self.bound_price = bound, toll.copy()
        return bound

    def _find_paths(self, toll: Floats) -> None:
        """Add the cheapest path of each commodity, where it is a new one."""
        begin = self.n_paths
        tolled = self._cost + toll
        for at, source in enumerate(self._source.tolist()):
            while True:
                status = add_paths(
                    *self._graph,
                    self._cost,
                    toll,
                    tolled,
                    source,
                    int(self._span[at]),
                    int(self._span[at + 1]),
                    self._target,
                    self.left_cost,
                    self._dist,
                    self._pred,
                    *self._heap,
                    self._least,
                    self.pool,
                )
                if status != POOL_FULL:
                    break
                self.pool = doubled(self.pool)
        note_watched(self.pool, self._is_watched, begin)

    def watch(self, wanted: NDArray[np.bool_]) -> None:
        """Let arcs have tolls that had none before."""
        if (wanted & ~self._is_watched).any():
            self._is_watched |= wanted
            note_watched(self.pool, self._is_watched, 0)

    def _sweep(self) -> float:
        """Balance every commodity once, and return by how much they were too dear."""
        state = self.pool, self.arcs, self.left, self.left_cost
        return sum(
            balance(*state, begin, min(begin + CHUNK, self.demand.size), self._scratch)
            for begin in range(0, self.demand.size, CHUNK)
        )

    def improve(self, max_sweeps: int) -> bool:
        """Bound at the present tolls, and balance flows under them: one round.

        Parameters
        ----------
        max_sweeps : int
            Most passes over all commodities.

        Returns
        -------
        bool
            False where nothing has changed, and nothing will.
        """
        arcs, n_paths = self.arcs, self.n_paths
        self.bound_at(arcs.toll)
        arcs.price[:] = arcs.toll
        enough, is_settled = 0.0, True
        for sweep in range(max_sweeps):
            excess = self._sweep()
            if sweep == 0:
                enough, is_settled = SETTLED * excess, excess == 0.0
            if excess <= enough:
                break
        add_loads(self.pool, arcs.load)
        self.watch(arcs.load > arcs.room)
        raised = arcs.price + arcs.stiffness * (arcs.load - arcs.room)
        arcs.toll[:] = np.where(self._is_watched, np.maximum(raised, 0.0), 0.0)
        self.mean_toll += FRESH * (arcs.toll - self.mean_toll)
        is_same = n_paths == self.n_paths and np.array_equal(arcs.toll, arcs.price)
        return not (is_settled and is_same)


def arcs_with_room(room: Floats, stiffness: float) -> Arcs:
    """Return arcs of some room, empty and without tolls."""
    return Arcs(
        room=room,
        # The limits keep arcs of next to no room, and of no limit, from extremes.
        stiffness=stiffness / np.clip(room, MEAN_DEMAND, 1e9),
        price=np.zeros(room.size),
        load=np.zeros(room.size),
        toll=np.zeros(room.size),
    )


def doubled(pool: Pool) -> Pool:
    """Return the pool with twice the room."""
    larger = allocate_pool(pool.first.size, 2 * pool.flow.size, 2 * pool.arc.size)
    for name in Pool._fields:
        old, new = getattr(pool, name), getattr(larger, name)
        new[: old.size] = old
    return larger


def read_only(array: NDArray[AnyType]) -> NDArray[AnyType]:
    """Return a new array, shut: kernels are compiled for such ones."""
    array.setflags(write=False)
    return array
