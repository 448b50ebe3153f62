"""The ladder: what binds, what binds next, and after that."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bereket.analysis.capacity.programme import DAYS_PER_YEAR, Programme
from bereket.compiled.derivations import Kind
from bereket.solve.largest import Flow

MOST_RUNGS: Final = 12
MOST_TIES: Final = 40  # elements lifted one after another before the flow rises
DECIMALS: Final = 3  # of a tonne a day: what a solver leaves below is no order
SAME: Final = 1e-3  # relative; capacities nearer than this are one level


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder.

    Attributes
    ----------
    elements : tuple of str
        What binds; several where they bind together.
    kind : {"infrastructure", "fleet", "acceptance", "reserve"}
        Kind of the first.
    kinds : tuple of str
        Kind of each.
    before_t_per_year, after_t_per_year : float
        Flow of both directions with them, and without; the latter NaN where nothing
        known binds then.
    qualities : tuple of str
        Quality of the figures that each rests on.
    low_t_per_year, high_t_per_year : float
        Ends of `before_t_per_year` by the intervals of the elements' capacities.
    is_tied : bool
        Whether the next rung could as well come first: their intervals overlap.
    measures : tuple of str
        Measures that lift one of them.
    """

    elements: tuple[str, ...]
    kind: Kind
    kinds: tuple[Kind, ...]
    before_t_per_year: float
    after_t_per_year: float
    qualities: tuple[str, ...]
    low_t_per_year: float
    high_t_per_year: float
    is_tied: bool = False
    measures: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the rung as plain data."""
        after = self.after_t_per_year
        return {
            "elements": list(self.elements),
            "kind": self.kind,
            "kinds": list(self.kinds),
            "before_t_per_year": self.before_t_per_year,
            "after_t_per_year": after if np.isfinite(after) else None,
            "qualities": list(self.qualities),
            "low_t_per_year": self.low_t_per_year,
            "high_t_per_year": self.high_t_per_year,
            "is_tied": self.is_tied,
            "measures": list(self.measures),
        }


@dataclass(frozen=True, slots=True)
class Limit:
    """An element of a cut, with its part of the flow.

    Attributes
    ----------
    element : int
        Its place among the elements.
    t_per_day : float
        Tonnes a day that it lets through, both directions together where both are cut.
    low_t_per_day, high_t_per_day : float
        Ends of it.
    """

    element: int
    t_per_day: float
    low_t_per_day: float
    high_t_per_day: float


def limits_of(programme: Programme) -> tuple[tuple[Limit, ...], float]:
    """Return the elements of the cut nearest the sources, the least capacity first.

    Parameters
    ----------
    programme : Programme
        The programme under its capacities.

    Returns
    -------
    tuple of (tuple of Limit) and float
        What limits the flow, without what only waits to be opened; and the flow as of
        `Programme.nearest_cut`.
    """
    dual, flow = programme.nearest_cut()
    found = []
    for at in np.unique(programme.room.element_of_row[dual > 0]).tolist():
        if programme.is_gate(at):
            continue
        rows = programme.room.rows_of(at)
        free = programme.room.elements[at].free_per_day
        worth = float(dual[rows].sum())
        found.append(
            Limit(
                at,
                float((dual[rows] * programme.capacity_per_day[rows]).sum()),
                worth * max(0.0, free.low),
                worth * max(0.0, free.high),
            )
        )
    found.sort(key=lambda each: (round(each.t_per_day, DECIMALS), each.element))
    return tuple(found), flow


def ladder_of(programme: Programme) -> tuple[Rung, ...]:
    """Climb the ladder: lift what binds, see how far the flow rises, and so on.

    Parameters
    ----------
    programme : Programme
        The programme under its capacities.

    Returns
    -------
    tuple of Rung
        At most twelve; fewer where nothing known binds any more.

    Notes
    -----
    At each rung the minimum cut nearest the sources is taken, and of its elements those
    of least capacity are lifted. Where the flow does not rise since others bind at the
    same level, these are of the same rung.
    """
    rungs: list[Rung] = []
    flow = programme.solve()
    lifted: set[int] = set()
    while len(rungs) < MOST_RUNGS and flow.is_bounded:
        chosen = _climb(programme, lifted)
        if not chosen:
            break
        lifted |= {limit.element for limit in chosen}
        after = programme.lifted(lifted).solve()
        rungs.append(_rung(programme, chosen, flow, after))
        flow = after
    return tuple(
        _with_tie(rung, rungs[at + 1] if at + 1 < len(rungs) else None)
        for at, rung in enumerate(rungs)
    )


def _climb(programme: Programme, lifted: set[int]) -> list[Limit]:
    """Return the elements to lift until the flow rises."""
    chosen: list[Limit] = []
    limits, before = limits_of(programme.lifted(lifted))
    for _ in range(MOST_TIES):
        if not limits:
            break
        least = limits[0].t_per_day
        chosen += [each for each in limits if each.t_per_day <= least * (1 + SAME)]
        gone = lifted | {limit.element for limit in chosen}
        limits, flow = limits_of(programme.lifted(gone))
        if flow > before * (1 + SAME):
            break
    return chosen


def _rung(programme: Programme, chosen: list[Limit], before: Flow, after: Flow) -> Rung:
    elements = [programme.room.elements[limit.element] for limit in chosen]
    flow = float(before.t_per_day.sum()) * DAYS_PER_YEAR
    risen = float(after.t_per_day.sum()) * DAYS_PER_YEAR
    # The flow moves with the least of what binds together.
    low = min(each.low_t_per_day - each.t_per_day for each in chosen)
    high = min(each.high_t_per_day - each.t_per_day for each in chosen)
    return Rung(
        elements=tuple(each.element for each in elements),
        kind=elements[0].kind,
        kinds=tuple(each.kind for each in elements),
        before_t_per_year=flow,
        after_t_per_year=risen if after.is_bounded else float("nan"),
        qualities=tuple(each.quality for each in elements),
        low_t_per_year=max(0.0, flow + low * DAYS_PER_YEAR),
        high_t_per_year=flow + high * DAYS_PER_YEAR,
    )


def _with_tie(rung: Rung, after: Rung | None) -> Rung:
    """Mark a rung whose place the intervals leave open."""
    from dataclasses import replace

    is_tied = after is not None and after.low_t_per_year < rung.high_t_per_year
    return replace(rung, is_tied=is_tied)
