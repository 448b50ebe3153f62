"""The answer: what flows, what binds, what comes next, what lifts it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bereket.analysis.capacity.ladder import Rung
from bereket.analysis.capacity.merit import Merit
from bereket.analysis.capacity.months import Month
from bereket.analysis.capacity.sequence import Stage
from bereket.compiled.derivations import Kind
from bereket.compiled.streams import Side
from bereket.model.result import Stamp

if TYPE_CHECKING:
    import pandas as pd

    from bereket.analysis.capacity.programme import Programme

MILLION: Final = 1e6
SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Bound:
    """An element that binds.

    Attributes
    ----------
    element : str
        Row reference.
    kind : {"infrastructure", "fleet", "acceptance", "reserve"}
        What kind of limit.
    price_usd_per_t : float or None
        What a tonne of room there is worth: the cost of the cheapest way that does not
        use it, less that of the ways that do; None where there is no other way.
    quality : str
        The worst quality of the figures it rests on.
    dual_t_per_t : float
        Tonnes of flow that a tonne of room brings.
    unit, capacity_per_day, base_per_day
        Its capacity in its own unit; the base None where unknown.
    low_per_day, high_per_day : float
        Ends of the capacity.
    overfull_per_day : float
        By how much the load of others alone is more than it can take.
    is_cut : bool
        Whether it is of the cut nearest the sources.
    """

    element: str
    kind: Kind
    price_usd_per_t: float | None
    quality: str
    dual_t_per_t: float
    unit: str
    capacity_per_day: float
    low_per_day: float
    high_per_day: float
    base_per_day: float | None
    is_cut: bool = True
    overfull_per_day: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class RoomLeft:
    """What an element has left when the corridor's largest flow passes.

    Attributes
    ----------
    element, kind, unit, quality : str
        As of a `Bound`.
    capacity_per_day, used_per_day : float
        What others leave of it, and what the largest flow takes, in the fuller
        direction.
    room_per_day : float or None
        What is left; None where it is refused.
    refused : str
        Why it is refused; empty where it is not.
    """

    element: str
    kind: Kind
    unit: str
    quality: str
    capacity_per_day: float
    used_per_day: float
    room_per_day: float | None
    refused: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Trains:
    """Trains on the section that governs, by side.

    Attributes
    ----------
    element : str
        The section; empty where no train runs.
    per_day : mapping of str to float
        Loaded trains a day by side.
    net_t : float
        Net tonnes of a train, both sides.
    wagons : float
        Wagons of a train.
    """

    element: str
    per_day: Mapping[str, float]
    net_t: float
    wagons: float

    @property
    def total_per_day(self) -> float:
        """Trains a day, both directions together."""
        return sum(self.per_day.values())


@dataclass(frozen=True, slots=True)
class CapacityResult:
    """How much a corridor can carry.

    Attributes
    ----------
    corridor_id : str
        The corridor; empty of a pair.
    origins, destinations : tuple of str
        Places.
    mix : mapping of str to mapping of str to float
        Shares by side and commodity.
    as_of : str
        The date.
    capacity_t_per_year_by_direction : mapping of str to float
        Largest flow of each direction alone: ``there`` from the origins, ``back``.
    capacity_t_per_year : float
        Largest flow of both together; None where no known capacity limits it.
    low_t_per_year, high_t_per_year : float
        The same with the one element at its low end, or at its high end, that moves it
        most.
    by_kind_t_per_year : mapping of str to float or None
        Largest flow if only the limits of a kind held; None where none is known.
    trains : Trains
        Trains on the governing section.
    binding : tuple of Bound
        What binds, those of the cut nearest the sources first.
    ladder : tuple of Rung
        What binds next.
    merit_order : tuple of Merit
        Measures by cost of an extra tonne a year.
    sequence : tuple of Stage
        The best order of measures.
    targets : tuple of str
        Measures that are only a target, or whose cost nobody knows.
    months : tuple of Month
        By month, where it differs.
    room : tuple of RoomLeft
        Room on every other element.
    unknown : tuple of str
        What the cargo passes and whose capacity nobody states.
    notes, warnings : tuple of str
        How it was worked out; what could not be used.
    no_way : tuple of str
        Directions in which no cargo has a way; the notes tell what stops them.
    why : tuple of str
        Where there is no way: what stops it.
    programme : Programme or None
        What was solved, from which the next question can start.
    stamp : Stamp
        Where the answer comes from.
    """

    corridor_id: str
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    mix: Mapping[Side, Mapping[str, float]]
    as_of: str
    capacity_t_per_year_by_direction: Mapping[Side, float | None]
    stamp: Stamp
    capacity_t_per_year: float | None = None
    low_t_per_year: float | None = None
    high_t_per_year: float | None = None
    by_kind_t_per_year: Mapping[str, float | None] = field(default_factory=dict)
    trains: Trains | None = None
    binding: tuple[Bound, ...] = ()
    ladder: tuple[Rung, ...] = ()
    merit_order: tuple[Merit, ...] = ()
    sequence: tuple[Stage, ...] = ()
    targets: tuple[str, ...] = ()
    months: tuple[Month, ...] = ()
    room: tuple[RoomLeft, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    no_way: tuple[Side, ...] = ()
    programme: "Programme | None" = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The corridor, or the pair."""
        return self.corridor_id or f"{self.origins[0]} to {self.destinations[0]}"

    @property
    def rests_on_assumed(self) -> bool:
        """Whether something that binds rests on assumed rows."""
        return any(bound.quality == "assumed" for bound in self.binding)

    def headline(self) -> str:
        """Return the answer in a sentence or two."""
        if self.capacity_t_per_year is None:
            if self.stamp.status == "no_way":
                return f"{self.name} is not connected on {self.as_of}"
            return f"nothing known limits {self.name} on {self.as_of}"
        told = (
            f"{self.name} can carry {_mt(self.capacity_t_per_year)} a year, both "
            f"directions together ({_mt(self.low_t_per_year)} to "
            f"{_mt(self.high_t_per_year)})"
        )
        names = [bound.element for bound in self.binding if bound.is_cut]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        if names:
            told += f"; {', '.join(names[:SHOWN])}{more} bind"
            told += "s" if len(names) == 1 else ""
        over = [bound for bound in self.binding if bound.overfull_per_day > 0]
        if over:
            told += "; others alone take more than it has of "
            told += ", ".join(
                f"{each.element} (by {each.overfull_per_day:,.4g} {each.unit} a day)"
                for each in over[:SHOWN]
            )
        if self.rests_on_assumed:
            told += ", which rests on assumed rows"
        if self.no_way:
            told += f"; in the direction {' and '.join(self.no_way)} nothing can go"
        return told

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data; None where a figure is unknown."""
        trains = self.trains
        plain = {
            "corridor": self.corridor_id,
            "no_way": list(self.no_way),
            "origins": list(self.origins),
            "destinations": list(self.destinations),
            "mix": {side: dict(shares) for side, shares in self.mix.items()},
            "as_of": self.as_of,
            "status": self.stamp.status,
            "headline": self.headline(),
            "capacity_t_per_year_by_direction": dict(
                self.capacity_t_per_year_by_direction
            ),
            "capacity_t_per_year": self.capacity_t_per_year,
            "low_t_per_year": self.low_t_per_year,
            "high_t_per_year": self.high_t_per_year,
            "by_kind_t_per_year": dict(self.by_kind_t_per_year),
            "trains_per_day": trains.total_per_day if trains else None,
            "trains_per_day_by_direction": dict(trains.per_day) if trains else {},
            "net_t_per_train": trains.net_t if trains else None,
            "wagons_per_train": trains.wagons if trains else None,
            "governing_section": trains.element if trains else "",
            "binding": [bound.as_dict() for bound in self.binding],
            "ladder": [rung.as_dict() for rung in self.ladder],
            "merit_order": [merit.as_dict() for merit in self.merit_order],
            "sequence": [stage.as_dict() for stage in self.sequence],
            "targets": list(self.targets),
            "months": [month.as_dict() for month in self.months],
            "room": [room.as_dict() for room in self.room],
            "unknown": list(self.unknown),
            "notes": list(self.notes),
            "why": list(self.why),
        }
        return {name: _finite(value) for name, value in plain.items()}

    def to_frame(self) -> "pd.DataFrame":
        """Return the ladder, one row a rung."""
        import pandas as pd

        return pd.DataFrame([rung.as_dict() for rung in self.ladder])

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return every table of the answer."""
        import pandas as pd

        plain = self.as_dict()
        single = {
            name: value
            for name, value in plain.items()
            if not isinstance(value, (list, dict))
        }
        single |= {
            f"{name}.{key}": value
            for name in ("capacity_t_per_year_by_direction", "by_kind_t_per_year")
            for key, value in plain[name].items()
        }
        found = {"capacity": pd.DataFrame([single])}
        for name in ("binding", "ladder", "merit_order", "sequence", "months", "room"):
            found[name] = pd.DataFrame(plain[name])
        return MappingProxyType(found)

    def summary(self) -> str:
        """Return about ten lines, the stamp last."""
        lines = [self.headline()]
        lines += [
            f"{n}. {', '.join(rung.elements[:SHOWN])} ({rung.kind}): "
            f"{_mt(rung.before_t_per_year)} to {_mt(rung.after_t_per_year)}"
            for n, rung in enumerate(self.ladder[:6], 1)
        ]
        lines += self.why
        return "\n".join([*lines, self.stamp.line()])


def _finite(value: object) -> object:
    """Return plain data with None in place of what is no finite number."""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list) else value


def _mt(t_per_year: float | None) -> str:
    """Return tonnes a year as they are read."""
    if t_per_year is None or not np.isfinite(t_per_year):
        return "no known limit"
    if 0 < t_per_year < MILLION / 10:
        return f"{t_per_year / 1000:,.1f} kt"
    return f"{t_per_year / MILLION:,.2f} Mt"
