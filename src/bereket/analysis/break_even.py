"""At which rate, tariff, subsidy or border time the best way changes."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.alternative import Alternative, alternative
from bereket.compiled.asking import Asked, RouteParams, ask
from bereket.compiled.graph import Graph
from bereket.compiled.itinerary import generalised_costs
from bereket.compiled.levers import Lever, lever, slopes, turned
from bereket.compiled.overlap import link_use, real_alternatives
from bereket.compiled.straight import straight_ways
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Monitor, Stamp, Status
from bereket.model.scenario import BASELINE, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Turned = Literal["sea_rate", "tariff", "border_h", "subsidy"]
LEVERS: Final = ("sea_rate", "subsidy", "tariff", "border_h")
MOST_ROUNDS: Final = 20  # each finds a better way at the value; a handful is common
CLOSE: Final = 1e-9  # USD/t: rounding of sums

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Change:
    """A value at which another way becomes the best.

    Attributes
    ----------
    at : float
        The value, in the lever's unit.
    rival : Alternative
        The way that is best beyond it, with its figures as the model has them now.
    """

    at: float
    rival: Alternative


@dataclass(frozen=True, slots=True)
class BreakEvenResult:
    """How far a lever may be turned before the best way changes.

    Attributes
    ----------
    lever, unit : str
        What is turned, and in which unit.
    now : float
        Its value in the model.
    best : Alternative or None
        The best way now.
    changes : tuple of Change
        Nearest values below and above at which it changes; for a subsidy, what each
        rival needs to be the best.
    notes, warnings : tuple of str
        What was looked at; what could not be used.
    stamp : Stamp
        Where the answer comes from.
    """

    lever: str
    unit: str
    now: float
    best: Alternative | None
    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    stamp: Stamp

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "lever": self.lever,
            "unit": self.unit,
            "now": self.now,
            "best": None if self.best is None else self.best.as_dict(),
            "changes": [{"at": c.at} | c.rival.as_dict() for c in self.changes],
            "notes": list(self.notes),
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a change, units in the column names."""
        import pandas as pd

        rows = [
            {"lever": self.lever, "unit": self.unit, "at": c.at} | c.rival.flat_row()
            for c in self.changes
        ]
        return pd.DataFrame(rows)

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the changes, and the best way now."""
        import pandas as pd

        now = {"lever": self.lever, "unit": self.unit, "now": self.now}
        best = [now | self.best.flat_row()] if self.best else []
        return MappingProxyType(
            {"break_even": self.to_frame(), "break_even_best": pd.DataFrame(best)}
        )

    def summary(self) -> str:
        """Return a few lines of text, the stamp last."""
        lines = [
            f"at {change.at:.4g} {self.unit} the best way becomes "
            f"{' '.join(change.rival.corridors) or 'one of no named corridor'}"
            for change in self.changes
        ]
        return "\n".join(
            [f"{self.lever}, now {self.now:g} {self.unit}", *lines, self.stamp.line()]
        )


def break_even(  # noqa: PLR0913 the signature is the same for every verb
    model: Model,
    scenario: Scenario = BASELINE,
    params: RouteParams | None = None,
    turn: Turned = "tariff",
    *,
    graph: Graph | None = None,
    seed: int = 0,
    start: BreakEvenResult | None = None,  # noqa: ARG001 a door: no warm start here
    monitor: Monitor | None = None,
) -> BreakEvenResult:
    """Find how far a price or an hour may be turned before the best way changes.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : RouteParams
        From, to, cargo, date, and what to pass or avoid.
    turn : {"sea_rate", "subsidy", "tariff", "border_h"}
        Rates of all ships or tariffs of all railways as factors; hours more at each
        side of every border; or a subsidy that a rival is given [USD/t].
    graph : Graph, optional
        The changed model, compiled for the date.
    seed : int
        Not used; no random numbers are drawn.
    start : BreakEvenResult, optional
        Not used; kept for the signature that all questions share.
    monitor : Monitor, optional
        Is told about progress; an answer False stops the search, marked interrupted.

    Returns
    -------
    BreakEvenResult
        Values and rivals; no change where the best way stays best from end to end.

    Raises
    ------
    QuestionError
        When a place, the cargo or the date is not in the model.

    Notes
    -----
    The cost of a way is a straight line in the lever, so that the least cost is a
    concave chain of such lines. From the far end inwards, each time the line of the
    best way there is crossed with that of the best way now, until nothing lies below
    the crossing: the parametric method of Eisner and Severance [1]_, over candidates
    that are searched anew at each value.

    References
    ----------
    .. [1] Eisner, M., Severance, D. (1976). Mathematical techniques for efficient
       record segmentation in large shared databases. *Journal of the ACM* 23(4).
    """
    if turn not in LEVERS:
        msg = f"turn must be one of {', '.join(LEVERS)}; found {turn!r}"
        raise QuestionError(msg)
    asked = ask(model, scenario, params, graph)
    going_on = monitor(0, 1, "searching") if monitor else True
    pool = _Pool(asked) if going_on else None
    best = pool.best() if pool else None
    changes: tuple[Change, ...] = ()
    unit, now = "USD/t", 0.0
    if turn != "subsidy":
        by = lever(asked.graph, asked.prices, turn)
        unit, now = by.unit, by.now
    if pool and best is not None:
        changes = _subsidies(pool) if turn == "subsidy" else _turns(pool, by, best)
    told = None if best is None else alternative(asked.graph, asked.prices, best)
    status: Status = "interrupted" if pool is None else "answered" if told else "no_way"
    note = "the value is turned for all ways at once; the rest stays as in the model"
    if turn == "subsidy":
        note = "what each rival needs a tonne, paid to it alone, to be the best way"
    return BreakEvenResult(
        lever=turn,
        unit=unit,
        now=now,
        best=told,
        changes=changes,
        notes=(note,),
        warnings=asked.prices.warnings,
        stamp=Stamp(
            question="break_even",
            **asked.stamp | {"params": {**asked.stamp["params"], "turn": turn}},
            status=status,
            seed=seed,
            assumed_share=told.totals.assumed_share if told else None,
        ),
    )


class _Pool:
    """Candidate ways that grow as the lever is turned."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.ways: dict[bytes, Ints] = {}
        self.cost: NDArray[np.float64] = np.empty(0)
        self.slope: NDArray[np.float64] = np.empty(0)
        self.grow()

    def grow(self, by: Lever | None = None, value: float = 0.0) -> None:
        """Search at a value, and price exactly what is new."""
        asked = self.asked
        prices = asked.prices if by is None else turned(asked.prices, by, value)
        found = straight_ways(asked.graph, prices, asked.search, asked.is_usable).ways
        fresh = {w.tobytes(): w for w in found if w.tobytes() not in self.ways}
        new = tuple(fresh.values())
        costs = generalised_costs(asked.graph, asked.prices, new)
        self.ways |= fresh
        self.cost = np.concatenate((self.cost, costs))
        if by is not None:
            every = tuple(self.ways.values())[self.slope.size :]
            more = slopes(asked.graph, asked.prices, by, every)
            self.slope = np.concatenate((self.slope, more))

    def at(self, by: Lever, value: float) -> NDArray[np.float64]:
        """Return the cost of each way at a value [USD/t]."""
        return np.asarray(self.cost + (value - by.now) * self.slope)

    def best(self) -> Ints | None:
        """Return the best way as the model is; None where there is none."""
        if not np.isfinite(self.cost).any():
            return None
        return tuple(self.ways.values())[int(np.argmin(self.cost))]


def _turns(pool: _Pool, by: Lever, best: Ints) -> tuple[Change, ...]:
    """Return the nearest values below and above at which the best way changes."""
    pool.grow(by, by.now)
    own = list(pool.ways).index(best.tobytes())
    found = []
    for end in (by.least, by.most):
        value = end
        rival = own
        for _ in range(MOST_ROUNDS if end != by.now else 0):
            pool.grow(by, value)
            cost = pool.at(by, value)
            better = int(np.argmin(cost))
            if cost[better] >= cost[own] - CLOSE:
                break
            rival = better
            gap, steeper = pool.cost[rival] - pool.cost[own], pool.slope
            value = by.now + float(gap / (steeper[own] - steeper[rival]))
        if rival != own:
            way = tuple(pool.ways.values())[rival]
            told = alternative(pool.asked.graph, pool.asked.prices, way)
            found.append(Change(value, told))
    return tuple(found)


def _subsidies(pool: _Pool) -> tuple[Change, ...]:
    """Return what each real alternative needs to be the best."""
    asked, ways = pool.asked, tuple(pool.ways.values())
    params = asked.params
    kept = real_alternatives(
        pool.cost, link_use(asked.graph, ways), params.count, params.max_overlap
    )
    least = float(pool.cost[kept[0]])
    return tuple(
        Change(
            float(pool.cost[at]) - least,
            alternative(asked.graph, asked.prices, ways[at]),
        )
        for at in kept[1:]
    )
