"""The largest multiple of a mix of cargoes that can flow: maximum concurrent flow.

Paths are columns, made as they are wanted; the rows are capacities that several arcs
share. For one cargo and one pair it is a maximum flow, and the duals are a minimum cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.solve.lanes import TOLERANCE, Lane, Paths
from bereket.solve.program import Columns, Outcome, Program

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

THOUSAND: Final = 1000.0  # flows inside are thousands of tonnes: figures near one
LARGEST: Final = 1e6  # thousand tonnes a day: no limit is known
MOST_ROUNDS: Final = 500
# A thousandth of a dollar never outweighs a tonne: cost only breaks ties of flow.
COST_WEIGHT: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """A largest flow.

    Attributes
    ----------
    t_per_day : (n_sides,)
        Flow of each side.
    is_bounded : bool
        False where no known capacity limits it.
    path_t_per_day : (n_paths,)
        Flow by path; the paths are those of the `LargestFlow` at the time.
    used : (n_rows,)
        What is taken of each row.
    dual_t : (n_rows,)
        Tonnes a day that a unit more of each row brings.
    """

    t_per_day: Floats
    is_bounded: bool
    path_t_per_day: Floats
    used: Floats
    dual_t: Floats


class LargestFlow:
    """The programme, with its paths and basis kept between questions.

    Parameters
    ----------
    lanes : sequence of Lane
        Where cargo may go.
    share : (n_streams,)
        Share of each stream in the mix of its side.
    side : (n_streams,) int
        Side of each stream.
    capacity : (n_rows,)
        Units a day; inf where a row does not limit.

    Examples
    --------
    One cargo over two tracks in a row, of 5 and 8 trains, 1,000 t each:

    >>> from bereket.solve.lanes import Lane
    >>> two = np.array([0, 1, 2], dtype=np.int32)
    >>> lane = Lane(0, np.array([0, 1, 2, 2]), np.array([1, 2], dtype=np.int32),
    ...             np.array([0, 1], dtype=np.int32), 0, 2, np.ones(2), two,
    ...             two[:2], np.full(2, 0.001))
    >>> programme = LargestFlow([lane], np.ones(1), np.zeros(1, dtype=int),
    ...                         np.array([5.0, 8.0]))
    >>> found = programme.solve((0,))
    >>> float(found.t_per_day[0]), found.dual_t.round(6).tolist()
    (5000.0, [1000.0, 0.0])
    """

    def __init__(
        self,
        lanes: Sequence[Lane],
        share: Floats,
        side: NDArray[np.intp],
        capacity: Floats,
    ) -> None:
        self._n_rows = capacity.size
        self._side, self._n_sides = side, int(side.max()) + 1
        self._found = Paths(lanes, self._n_rows)
        self._scale = self._found.scales()
        self._capacity = capacity.copy()
        row_low = np.concatenate((np.full(self._n_rows, -np.inf), np.zeros(share.size)))
        row_high = np.concatenate((self._scaled(capacity), np.zeros(share.size)))
        multiples = _multiples(share, side, self._n_rows)
        self._program = Program(row_low, row_high, multiples)
        self._is_costed = False
        every = range(len(self._found.lanes))
        self._enter(self._found.better(every, self._found.cost))

    def set_capacity(self, rows: NDArray[np.intp], capacity: Floats) -> None:
        """Give rows other capacities."""
        self._capacity[rows] = capacity
        self._program.set_rows(
            rows.astype(np.int32),
            np.full(rows.size, -np.inf),
            self._scaled(self._capacity)[rows],
        )

    @property
    def path_rows(self) -> list[Ints]:
        """Rows that each path takes from."""
        return [rows for rows, _ in self._found.uses]

    @property
    def paths(self) -> list[tuple[int, Ints]]:
        """Lane and edges of each path found so far."""
        return self._found.edges

    @property
    def capacity(self) -> Floats:
        """Capacities that stand."""
        return self._capacity.copy()

    def solve(self, sides: Sequence[int], *, by_cost: bool = False) -> Flow:
        """Find the largest flow of some sides together.

        Parameters
        ----------
        sides : sequence of int
            Sides that flow; the others stand still.
        by_cost : bool
            Whether, of all largest flows, the cheapest is wanted; duals are then
            blurred by the cost.

        Returns
        -------
        Flow
            Flow, paths, duals.

        Notes
        -----
        Column generation: a path enters where the capacity that it takes, at the duals,
        is worth less than what its stream is; the flow is largest when none does [1]_.

        References
        ----------
        .. [1] Ahuja, R., Magnanti, T., Orlin, J. (1993). *Network Flows*, ch. 17.
        """
        top = np.zeros(self._n_sides)
        top[[side for side in sides if side in self._side]] = LARGEST
        every = np.arange(self._n_sides, dtype=np.int32)
        self._program.set_bounds(every, np.zeros(self._n_sides), top)
        self._weigh_costs(by_cost=by_cost)
        edge_cost = self._found.cost * (COST_WEIGHT if by_cost else 0.0)
        lanes = [
            number
            for number, lane in enumerate(self._found.lanes)
            if self._side[lane.stream] in sides
        ]
        for _ in range(MOST_ROUNDS):
            found = self._program.solve()
            if found.outcome is not Outcome.OPTIMAL:
                msg = f"the flow programme ended {found.outcome.value}"
                raise RuntimeError(msg)
            price = np.maximum(-found.dual[: self._n_rows], 0.0) * self._scale
            weight = self._found.weight(price) + edge_cost
            fresh = self._found.better(lanes, weight, found.dual[self._n_rows :])
            if not fresh:
                break
            self._enter(fresh)
        flow = found.value[self._n_sides :] * THOUSAND
        used = np.zeros(self._n_rows)
        for amount, (rows, units) in zip(flow, self._found.uses, strict=True):
            if amount > 0:
                used[rows] += units * amount
        multiples = found.value[: self._n_sides]
        return Flow(
            t_per_day=multiples * THOUSAND,
            is_bounded=bool((multiples < LARGEST * (1 - TOLERANCE)).all()),
            path_t_per_day=flow,
            used=used,
            dual_t=price,
        )

    def _scaled(self, capacity: Floats) -> Floats:
        """Return the sides of the rows as the programme has them."""
        return capacity * self._scale / THOUSAND

    def _weigh_costs(self, *, by_cost: bool) -> None:
        """Give the paths their costs, or none."""
        if by_cost == self._is_costed:
            return
        self._is_costed = by_cost
        count = len(self.paths)
        at = np.arange(self._n_sides, self._n_sides + count, dtype=np.int32)
        weight = COST_WEIGHT if by_cost else 0.0
        cost = [weight * self._found.cost_of(n, edges) for n, edges in self.paths]
        self._program.set_costs(at, np.array(cost))

    def _enter(self, fresh: Sequence[tuple[int, Ints]]) -> None:
        """Put the paths found last into the programme."""
        uses = self._found.uses[-len(fresh) :]
        streams = [self._found.lanes[n].stream + self._n_rows for n, _ in fresh]
        rows = [np.append(rows, s) for (rows, _), s in zip(uses, streams, strict=True)]
        entries = [np.append(units * self._scale[at], 1.0) for at, units in uses]
        sizes = [each.size for each in rows]
        weight = COST_WEIGHT if self._is_costed else 0.0
        cost = [weight * self._found.cost_of(n, edges) for n, edges in fresh]
        self._program.add(
            Columns(
                cost=np.array(cost),
                low=np.zeros(len(fresh)),
                high=np.full(len(fresh), np.inf),
                indptr=np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
                row=np.concatenate(rows).astype(np.int32),
                entry=np.concatenate(entries),
            )
        )


def _multiples(share: Floats, side: NDArray[np.intp], n_rows: int) -> Columns:
    """Return the variables that say how often the mix of each side flows."""
    n_sides = int(side.max()) + 1
    rows = [np.nonzero(side == at)[0] for at in range(n_sides)]
    sizes = [each.size for each in rows]
    return Columns(
        cost=np.full(n_sides, -1.0),
        low=np.zeros(n_sides),
        high=np.full(n_sides, LARGEST),
        indptr=np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
        row=(np.concatenate(rows) + n_rows).astype(np.int32),
        entry=-share[np.concatenate(rows)],
    )
