"""Days that were published between two places, beside what a model says of them."""

import math
from dataclasses import asdict, dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from bereket.analysis.route import route
from bereket.compiled.alternative import Alternative, alternative
from bereket.compiled.asking import RouteParams, ask, compiled
from bereket.compiled.by_corridor import best_of_corridor
from bereket.compiled.itinerary import Leg
from bereket.errors import QuestionError
from bereket.model.calendar import first_day, last_day
from bereket.model.model import Model
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Basis = Literal["departure to arrival", "door to door"]
DOOR_TO_DOOR: Final = "door to door"  # as a definition says it; else from departure on
HOURS: Final = 24.0
AT_ENDS: Final = ("load", "unload")
NAMED: Final = 3  # legs that are named where a time is outside


@dataclass(frozen=True, slots=True)
class TimeBeside:
    """One published time with what the model says of it.

    Attributes
    ----------
    observation_id, corridor_id : str
        Which row; the corridor that it is of, empty where it is of no single one.
    origin_id, destination_id, commodity_id, as_of : str
        Between what, for what, on which date: the middle of the row's period.
    basis : {"departure to arrival", "door to door"}
        What is counted, as the row's definition says.
    observed_days : float
        What was published.
    low_days, high_days : float or None
        Its bounds, where the row has any.
    modelled_days : float or None
        The cheapest way of the corridor, or of all where it is of none; None where no
        way is open.
    waiting_days : float or None
        Of these the hours that cargo stands: papers, queues, yards, ships to come.
    cheapest_days : float or None
        The cheapest way of all, whatever its corridor.
    cheapest_corridors : tuple of str
        Corridors that that way is of.
    why : str
        Where the model is outside the bounds: its longest legs, in days.
    definition, source_id, note : str
        As the row says.
    """

    observation_id: str
    corridor_id: str
    origin_id: str
    destination_id: str
    commodity_id: str
    as_of: str
    basis: Basis
    observed_days: float
    low_days: float | None
    high_days: float | None
    modelled_days: float | None
    waiting_days: float | None
    cheapest_days: float | None
    cheapest_corridors: tuple[str, ...]
    why: str
    definition: str
    source_id: str
    note: str

    @property
    def is_within(self) -> bool | None:
        """Whether the model is within the bounds; None without bounds or way."""
        days, low, high = self.modelled_days, self.low_days, self.high_days
        if days is None or low is None or high is None:
            return None
        return low <= days <= high

    @property
    def error_percent(self) -> float | None:
        """How far the model is off, in per cent of what was published."""
        if self.modelled_days is None:
            return None
        return 100.0 * (self.modelled_days - self.observed_days) / self.observed_days

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self) | {
            "cheapest_corridors": list(self.cheapest_corridors),
            "is_within": self.is_within,
            "error_percent": self.error_percent,
        }


@dataclass(frozen=True, slots=True)
class TimesResult:
    """Published times beside a model.

    Attributes
    ----------
    rows : tuple of TimeBeside
        In the order of table `observation`.
    warnings : tuple of str
        Rows that could not be asked, with the reason.
    stamp : Stamp
        Where the answer comes from.
    """

    rows: tuple[TimeBeside, ...]
    warnings: tuple[str, ...]
    stamp: Stamp

    def headline(self) -> str:
        """Say how many of the times that have bounds the model meets."""
        told = [row.is_within for row in self.rows if row.is_within is not None]
        return f"{sum(told)} of {len(told)} published times are met within their bounds"

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {"times": [row.as_dict() for row in self.rows]}

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a published time, units in the column names."""
        import pandas as pd

        return pd.DataFrame([row.as_dict() for row in self.rows])

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the times."""
        return MappingProxyType({"times": self.to_frame()})

    def summary(self) -> str:
        """Return a line a time, the stamp last."""
        lines = [
            f"{row.origin_id} > {row.destination_id}: {row.observed_days:.1f} days "
            f"published, {_in_short(row.modelled_days)}"
            for row in self.rows
        ]
        return "\n".join([self.headline(), *lines, self.stamp.line()])


def times(
    model: Model,
    scenario: Scenario = BASELINE,
    party: str = "",
    *,
    monitor: Monitor | None = None,
) -> TimesResult:
    """Put published times between two places beside what a model says of them.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    party : str
        Party class that asks.
    monitor : Monitor, optional
        Is told about progress; False stops, and the rows so far come, marked
        interrupted.

    Returns
    -------
    TimesResult
        A row for each observation of kind `time` in hours that names both its ends.

    Notes
    -----
    A row of one corridor is held against the cheapest way of that corridor, any other
    row against the cheapest way of all, on the middle day of its period. It is counted
    door to door where its definition says so, else from departure to arrival. Nothing
    is fitted, and what is outside stays outside.

    Examples
    --------
    >>> from bereket import blank_model
    >>> times(blank_model()).headline()
    '0 of 0 published times are met within their bounds'
    """
    changed = apply(model, scenario)
    table = changed["observation"]
    rows, warnings, is_done = list[TimeBeside](), list[str](), True
    asked = [row for row in range(len(table)) if _is_between_places(changed, row)]
    for at, row in enumerate(asked):
        if monitor and not monitor(at, len(asked), table.labels("observation_id")[row]):
            is_done = False
            break
        try:
            rows.append(_beside(changed, row, party))
        except QuestionError as fault:
            warnings.append(f"{table.labels('observation_id')[row]}: {fault}")
    return TimesResult(
        rows=tuple(rows),
        warnings=tuple(warnings),
        stamp=Stamp(
            question="times",
            **model_stamp(model, scenario),
            as_of=changed.config("base_date"),
            params={"party": party},
            status="answered" if is_done else "interrupted",
        ),
    )


def middle_of(start: str, end: str) -> date:
    """Return the middle day of a period.

    Parameters
    ----------
    start, end : str
        First and last day: YYYY, YYYY-MM or YYYY-MM-DD.

    Returns
    -------
    date
        The later one of two.

    Examples
    --------
    >>> middle_of("2025", "2025").isoformat()
    '2025-07-02'
    """
    return date.fromordinal((first_day(start) + last_day(end) + 1) // 2)


def _in_short(modelled_days: float | None) -> str:
    return "no way" if modelled_days is None else f"{modelled_days:.1f} modelled"


def _is_between_places(model: Model, row: int) -> bool:
    table = model["observation"]
    is_time = table.labels("kind")[row] == "time" and table.labels("unit")[row] == "h"
    ends = (
        table.labels(name)[row] for name in ("origin_node_id", "destination_node_id")
    )
    return is_time and all(ends)


def _beside(model: Model, row: int, party: str) -> TimeBeside:
    """Hold one row against the model.

    Raises
    ------
    QuestionError
        When it names no cargo, or one that the places do not take.
    """
    table = model["observation"]

    def said(name: str) -> str:
        return table.labels(name)[row]

    cargoes = table.lists("commodity_id")[row]
    if not cargoes:
        msg = "it names no commodity, so that no way can be asked for"
        raise QuestionError(msg)
    day = middle_of(said("period_start"), said("period_end"))
    params = RouteParams(
        *(said("origin_node_id"), said("destination_node_id"), cargoes[0]),
        as_of=day.isoformat(),
        party=party,
        count=1,
    )
    on = table.lists("on")[row]
    is_of_one = len(on) == 1 and (on[0],) in model["corridor"].row_of
    best = next(iter(_cheapest(model, params, day)), None)
    own = _of_corridor(model, params, day, on[0]) if is_of_one else best
    basis: Basis = (
        "door to door"
        if DOOR_TO_DOOR in said("definition").lower()
        else "departure to arrival"
    )
    told = TimeBeside(
        observation_id=said("observation_id"),
        corridor_id=on[0] if is_of_one else "",
        origin_id=params.origin,
        destination_id=params.destination,
        commodity_id=params.commodity,
        as_of=day.isoformat(),
        basis=basis,
        observed_days=float(table.number("value")[row]) / HOURS,
        low_days=_bound(model, row, "value_low"),
        high_days=_bound(model, row, "value_high"),
        modelled_days=_days(own, basis),
        waiting_days=_waiting(own, basis),
        cheapest_days=_days(best, basis),
        cheapest_corridors=best.corridors if best else (),
        why="",
        definition=said("definition"),
        source_id=said("source_id"),
        note=said("note"),
    )
    return told if told.is_within in {None, True} else _with_reason(told, own)


def _bound(model: Model, row: int, column: str) -> float | None:
    """Return a bound of a row in days; None where it has none."""
    hours = float(model["observation"].number(column)[row])
    return None if math.isnan(hours) else hours / HOURS


def _cheapest(model: Model, params: RouteParams, day: date) -> tuple[Alternative, ...]:
    """Return the cheapest way of all, if any."""
    return route(model, params=params, graph=compiled(model, day)).alternatives


def _of_corridor(
    model: Model, params: RouteParams, day: date, corridor_id: str
) -> Alternative | None:
    """Return the cheapest way of a corridor, if any."""
    asked = ask(model, BASELINE, params, compiled(model, day))
    ends = asked.consignment.source, asked.consignment.target
    way = best_of_corridor(asked.graph, asked.prices, ends, corridor_id)
    return None if way is None else alternative(asked.graph, asked.prices, way)


def _days(way: Alternative | None, basis: Basis) -> float | None:
    if way is None:
        return None
    figures = way.totals
    hours = figures.door_to_door_h if basis == DOOR_TO_DOOR else figures.time_h
    return float(hours) / HOURS


def _counted(way: Alternative, basis: Basis) -> list[Leg]:
    """Return the legs that count: without loading and unloading at the ends."""
    is_whole = basis == DOOR_TO_DOOR
    return [leg for leg in way.legs if is_whole or leg.kind not in AT_ENDS]


def _waiting(way: Alternative | None, basis: Basis) -> float | None:
    """Return the days that cargo stands on a way."""
    if way is None:
        return None
    return sum(float(leg.wait_h) for leg in _counted(way, basis)) / HOURS


def _with_reason(told: TimeBeside, way: Alternative | None) -> TimeBeside:
    """Name the longest legs of a way that is outside the bounds."""
    if way is None:
        return told
    ranked = sorted(_counted(way, told.basis), key=lambda leg: -leg.time_h)[:NAMED]
    legs = "; ".join(
        f"{leg.kind} {leg.from_node_id}"
        f"{'' if leg.to_node_id == leg.from_node_id else f' > {leg.to_node_id}'} "
        f"{leg.time_h / HOURS:.1f}"
        for leg in ranked
    )
    return replace(told, why=f"most days: {legs}")
