"""What an assignment is: a network, what wants to go on it, how it delays."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.delays import CONSTANT, FORM, FREE, P0, P1, POWER, ROOM
from bereket.kernels.loads import Delays
from bereket.kernels.network import Network, Rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
NO_TABLE: Final = np.zeros((1, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """An assignment of one period.

    Attributes
    ----------
    network : Network
        Arcs, what they take, what they cost.
    rows : Rows
        What wants to go, by class and origin.
    delays : Delays
        Resources; those that stand for not going are the last, one a pair.
    can_stay : bool
        Whether a pair may stay, at the cost of such a resource.
    """

    network: Network
    rows: Rows
    delays: Delays
    can_stay: bool = False

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return int(self.rows.demand.size)

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return int(self.network.indptr.size) - 1

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return int(self.network.head.size)

    @property
    def n_uses(self) -> int:
        """Number of uses of resources by arcs; those of staying come after."""
        if self.network.is_plain:
            return self.n_arcs
        return int(self.network.use_indptr[-1])

    @property
    def n_resources(self) -> int:
        """Number of resources of the network; those of staying come after."""
        stays = self.n_pairs if self.can_stay else 0
        return int(self.delays.curve.shape[0]) - stays

    @property
    def most_uses(self) -> int:
        """Most uses of an arc; 0 of a plain network, where arcs are uses."""
        if self.network.is_plain:
            return 0
        return int(np.diff(self.network.use_indptr).max(initial=0))

    @property
    def longest(self) -> int:
        """Most uses that a path can have."""
        return max(self.n_nodes, 2) * max(self.most_uses, 1)

    @property
    def mean_arc_h(self) -> float:
        """Hours that the mean arc costs where nothing flows."""
        free = self.network.fixed / self.network.value[:, None]
        if self.network.is_plain:
            free = free + self.delays.curve[: self.n_arcs, FREE]
        known = free[np.isfinite(free)]
        return float(known.mean()) if known.size else 0.0

    @property
    def mean_value(self) -> float:
        """Value of an hour of the mean tonne [USD/t/h]."""
        demand = self.rows.demand
        total = float(demand.sum())
        worth = float((self.network.value[self.kind_of_pair] * demand).sum())
        return worth / total if total > 0 else 1.0

    def is_like(self, other: "Problem") -> bool:
        """Whether paths of one are paths of the other."""
        same_shape = self.can_stay == other.can_stay and (
            self.delays.curve.shape == other.delays.curve.shape
        )
        of_network = ("indptr", "head", "tail", "group", "use_indptr", "resource")
        of_rows = ("kind", "source", "indptr", "target")
        return same_shape and all(
            np.array_equal(getattr(mine, name), getattr(theirs, name))
            for mine, theirs, names in (
                (self.network, other.network, of_network),
                (self.rows, other.rows, of_rows),
            )
            for name in names
        )

    @property
    def kind_of_pair(self) -> Ints:
        """Class of each pair."""
        return np.repeat(self.rows.kind, np.diff(self.rows.indptr))

    @property
    def row_of_pair(self) -> Ints:
        """Row of each pair."""
        rows = np.arange(self.rows.kind.size, dtype=np.int32)
        return np.repeat(rows, np.diff(self.rows.indptr))


def with_stay(problem: Problem, stay_usd: Floats, rise_usd: Floats) -> Problem:
    """Return a problem in which pairs may stay at a cost.

    Parameters
    ----------
    problem : Problem
        One in which all must go.
    stay_usd : (n_pairs,)
        What the first tonne pays that does not go [USD/t].
    rise_usd : (n_pairs,)
        How much more the last one pays [USD/t]; above 0 the shares of what stays are
        the only ones. Alike for both objectives: the demand is the same.

    Returns
    -------
    Problem
        With one resource more a pair.
    """
    network, rows, delays = problem.network, problem.rows, problem.delays
    n_pairs, n_groups = problem.n_pairs, network.share.shape[0]
    curve = np.zeros((n_pairs, delays.curve.shape[1]))
    value = network.value[problem.kind_of_pair]
    size = network.size[problem.kind_of_pair]
    demand = np.maximum(rows.demand, np.finfo(np.float64).tiny)
    curve[:, FORM] = np.where(rise_usd > 0, POWER, CONSTANT)
    curve[:, FREE] = stay_usd / value
    curve[:, P0] = rise_usd / value / (demand * size)
    if delays.is_system:  # what one tonne more loses is the price itself, not its rise
        curve[:, P0] /= 2.0
    curve[:, P1] = 1.0
    curve[:, ROOM] = np.inf
    if not network.is_plain:
        first = problem.n_resources
        own = np.arange(first, first + n_pairs, dtype=np.int32)
        whole = np.ones((n_groups, n_pairs))
        network = network._replace(
            resource=np.concatenate((network.resource, own)),
            share=np.hstack((network.share, whole)),
            taken=np.hstack((network.taken, whole)),
        )
    return replace(
        problem,
        network=network,
        delays=delays._replace(
            curve=np.vstack((delays.curve, curve)),
            background=np.concatenate((delays.background, np.zeros(n_pairs))),
        ),
        can_stay=True,
    )
