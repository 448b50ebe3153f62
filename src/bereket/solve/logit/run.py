"""The state of a logit assignment: hours, and all that follows from them."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.kernels import logit as kernel
from bereket.kernels.delays import CONSTANT, FORM, ROOM, STIFFNESS, WAIT
from bereket.kernels.loads import Delays, State, allocate_state, refresh
from bereket.solve.equilibrium.problem import Problem
from bereket.solve.logit.sets import Holds, holds_of
from bereket.solve.logit.solution import Choice, fixed_of

Floats = NDArray[np.float64]
NO_ROOM: Final = 1e-9
LEAST_WAIT: Final = 1e-9  # of the hours that change a utility by 1; less is rounding


@dataclass(slots=True, eq=False)
class Run:
    """The state of the method.

    Attributes
    ----------
    problem : Problem
        What is solved.
    choice : Choice
        Paths and scales.
    known : Holds, optional
        What the paths pass, where it is known already.
    """

    problem: Problem
    choice: Choice
    known: Holds | None = None
    holds: Holds = field(init=False)
    path: NDArray[np.int32] = field(init=False)
    base: Floats = field(init=False)
    delays: Delays = field(init=False)
    room: Floats = field(init=False)
    live: NDArray[np.bool_] = field(init=False)
    scale: Floats = field(init=False)
    hour: Floats = field(init=False)
    cost: Floats = field(init=False)
    share: Floats = field(init=False)
    flow: Floats = field(init=False)
    stay: Floats = field(init=False)
    state: State = field(init=False)

    def __post_init__(self) -> None:
        sets, problem = self.choice.sets, self.problem
        self.holds = self.known or holds_of(problem, sets)
        paths = np.arange(sets.n_paths, dtype=np.int32)
        self.path = np.repeat(paths, np.diff(self.holds.indptr))
        self.base = fixed_of(problem, sets)
        curve = problem.delays.curve.copy()
        self.room = curve[:, ROOM].copy()
        curve[:, ROOM], curve[:, WAIT], curve[:, STIFFNESS] = np.inf, 0.0, 0.0
        self.delays = problem.delays._replace(curve=curve)
        n_resources = self.room.size
        used = np.zeros(n_resources, dtype=bool)
        used[self.holds.resource] = True
        can_change = (curve[:, FORM] != CONSTANT) | (self.room < np.inf)
        self.live = can_change & used
        self.scale = self._scale()
        self.cost, self.share, self.flow = (np.zeros(sets.n_paths) for _ in range(3))
        self.stay = np.zeros(problem.n_pairs)
        self.state = allocate_state(n_resources)
        self.state.load[:] = self.delays.background
        refresh(self.delays, self.state)
        self.hour = self.state.delay_h.copy()

    def _scale(self) -> Floats:
        """Return the hours of each element that change a utility by 1 at the most."""
        theta = self.choice.theta_per_usd[self.choice.sets.pair][self.path]
        worth = np.zeros(self.room.size)
        np.maximum.at(worth, self.holds.resource, theta * self.holds.usd_per_h)
        return np.where(worth > 0, 1.0 / np.where(worth > 0, worth, 1.0), 1.0)

    def refresh(self) -> None:
        """Work out costs, choices, loads and the delays that they make."""
        holds, sets, choice = self.holds, self.choice.sets, self.choice
        kernel.fill_costs(
            self.base,
            holds.indptr,
            holds.resource,
            holds.usd_per_h,
            self.hour,
            self.cost,
        )
        kernel.split(
            sets.indptr,
            self.cost,
            sets.size,
            choice.theta_per_usd,
            self.problem.rows.demand,
            choice.unserved_usd_per_t,
            self.share,
            self.flow,
            self.stay,
        )
        kernel.fill_loads(
            holds.indptr,
            holds.resource,
            holds.taken,
            self.flow,
            self.delays.background,
            self.state.load,
        )
        refresh(self.delays, self.state)

    def waits(self) -> Floats:
        """Return the hours that hard limits make."""
        waits = np.where(self.room < np.inf, self.hour - self.state.delay_h, 0.0)
        return np.maximum(waits, 0.0)

    def violation(self) -> float:
        """Return the largest share by which a limit is missed."""
        limited = self.live & (self.room < np.inf)
        room, load = self.room[limited], self.state.load[limited]
        over = (load - room) / np.maximum(room, NO_ROOM)
        waits = self.waits()[limited] > LEAST_WAIT * self.scale[limited]
        missed = np.where(waits, np.abs(over), np.maximum(over, 0.0))
        return float(missed.max(initial=0.0))

    def gap(self) -> tuple[float, float]:
        """Return the relative gap, and the excess of a tonne [USD/t]."""
        made = self.state.delay_h + self.waits()
        off = np.abs(made - self.hour)
        of_hold = self.holds.usd_per_h * off[self.holds.resource]
        excess = float(np.bincount(self.path, of_hold, self.flow.size) @ self.flow)
        spent, sent = float(self.cost @ self.flow), float(self.flow.sum())
        return (
            excess / abs(spent) if spent else 0.0,
            excess / sent if sent else 0.0,
        )

    def response(self, at: NDArray[np.intp]) -> Floats:
        """Return the load of each element for an hour more at each."""
        sets, holds = self.choice.sets, self.holds
        place = np.full(self.room.size, kernel.NONE, dtype=np.int32)
        place[at] = np.arange(at.size)
        response = np.empty((at.size, at.size))
        kernel.fill_response(
            sets.indptr,
            self.choice.theta_per_usd,
            self.stay,
            self.share,
            self.flow,
            holds.indptr,
            holds.resource,
            holds.usd_per_h,
            holds.taken,
            place,
            response,
        )
        return response
