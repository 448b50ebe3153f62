"""What a corridor of the first screen can carry, what binds it, what room is left."""

from dataclasses import dataclass
from typing import Any, Final

from bereket.analysis.capacity import CapacityParams, CapacityResult, capacity
from bereket.errors import QuestionError
from bereket.model.model import Model

BINDS_SHOWN: Final = 5
UNSEEN: Final = "no flow of a year was observed in tonnes"


@dataclass(frozen=True, slots=True)
class CorridorRoom:
    """Capacity of a corridor and the room that is left.

    Attributes
    ----------
    capacity_t_per_year : float or None
        Largest flow of both directions together by its own mix; None where it is not
        known, with `why`.
    low_t_per_year, high_t_per_year : float or None
        Ends of it.
    binds : tuple of str
        Elements that bind.
    binds_kind : str
        Kind of the first: infrastructure, fleet or acceptance.
    rests_on_assumed : bool
        Whether one of them rests on assumed rows.
    room_t_per_year : float or None
        Capacity less the last flow observed over a year; 0 or more. The capacity is
        that of the busiest month where lines state how uneven it is. None where it is
        refused, with `why`.
    why : str
        Why capacity or room is refused, or what bounds the room.
    """

    capacity_t_per_year: float | None = None
    low_t_per_year: float | None = None
    high_t_per_year: float | None = None
    binds: tuple[str, ...] = ()
    binds_kind: str = ""
    rests_on_assumed: bool = False
    room_t_per_year: float | None = None
    why: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data, units in the names."""
        return {
            "capacity_t_per_year": self.capacity_t_per_year,
            "capacity_low_t_per_year": self.low_t_per_year,
            "capacity_high_t_per_year": self.high_t_per_year,
            "binds": list(self.binds),
            "binds_kind": self.binds_kind,
            "binds_rests_on_assumed": self.rests_on_assumed,
            "room_t_per_year": self.room_t_per_year,
            "room_refused": self.why,
        }


def corridor_room(
    model: Model, corridor_id: str, as_of: str, party: str, observed_t: float | None
) -> CorridorRoom:
    """Ask what a corridor can carry and what is left of it.

    Parameters
    ----------
    model : Model
        The model, scenario applied.
    corridor_id : str
        The corridor.
    as_of : str
        Date.
    party : str
        Party class that asks.
    observed_t : float or None
        Last flow observed over a year [t]; None where there is none.

    Returns
    -------
    CorridorRoom
        Without ladder, measures and months, which ``capacity`` tells.
    """
    params = CapacityParams(
        corridor_id,
        as_of=as_of,
        party=party,
        with_ladder=False,
        with_measures=False,
        with_months=False,
        with_reasons=False,
    )
    try:
        found = capacity(model, params=params)
    except QuestionError as fault:
        return CorridorRoom(why=str(fault).splitlines()[0])
    if found.capacity_t_per_year is None:
        is_cut_off = found.stamp.status == "no_way"
        return CorridorRoom(why="not open" if is_cut_off else "nothing known limits it")
    cut = [bound for bound in found.binding if bound.is_cut]
    room, why = room_beside(found, observed_t)
    return CorridorRoom(
        capacity_t_per_year=found.capacity_t_per_year,
        low_t_per_year=found.low_t_per_year,
        high_t_per_year=found.high_t_per_year,
        binds=tuple(bound.element for bound in cut[:BINDS_SHOWN]),
        binds_kind=cut[0].kind if cut else "",
        rests_on_assumed=found.rests_on_assumed,
        room_t_per_year=room,
        why=why,
    )


def room_beside(
    found: CapacityResult, observed_t: float | None
) -> tuple[float | None, str]:
    """Return the room that is left beside an observed flow, or why it is refused.

    Parameters
    ----------
    found : CapacityResult
        Capacity of the corridor.
    observed_t : float or None
        Last flow observed over a year [t]; None where there is none.

    Returns
    -------
    tuple of (float or None) and str
        Room [t/year]; None where it is refused. Why, or what bounds it.
    """
    unsure = [
        bound.element
        for bound in found.binding
        if bound.is_cut
        and bound.base_per_day is None
        and bound.low_per_day == bound.high_per_day
    ]
    if unsure:
        return None, f"neither load nor interval of {unsure[0]} is known"
    whole = found.capacity_t_per_year
    if whole is None or observed_t is None:
        return None, UNSEEN
    if observed_t > whole:
        return 0.0, "more was observed than is derived"
    return whole - observed_t, ""
