"""A way as a journey: how far, how long and how dear it is at each point of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bereket.analysis.route import RouteResult
from bereket.compiled.alternative import Alternative
from bereket.compiled.itinerary import Leg
from bereket.errors import QuestionError
from bereket.report.palette import AT_A_PLACE

HOURS_PER_DAY = 24.0
WHOLE_WAY = "whole way"
MOVES = frozenset({"line", "service", "through rate"})


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a journey, or a step that it takes at a place.

    Attributes
    ----------
    what : str
        In words: a border, loading, waiting for the ship, a line of a carrier.
    mode : str
        Mode that moves, or `AT_A_PLACE`.
    place : str
        Name of the place of a step; empty for a stretch.
    from_km, to_km, from_days, to_days, from_usd, to_usd : float
        Where it begins and ends: kilometres, days and USD a tonne since the start.
    """

    what: str
    mode: str
    place: str
    from_km: float
    to_km: float
    from_days: float
    to_days: float
    from_usd: float
    to_usd: float

    @property
    def days(self) -> float:
        """How long it takes."""
        return self.to_days - self.from_days


def ways_of(found: RouteResult) -> tuple[Alternative, ...]:
    """Return the ways of an answer.

    Raises
    ------
    QuestionError
        When there is none.
    """
    if not found.alternatives:
        msg = f"there is no way from {found.origin_id} to {found.destination_id}"
        raise QuestionError(msg)
    return found.alternatives


def stages(way: Alternative, names: dict[str, str]) -> tuple[Stage, ...]:
    """Tell a way as stages; time that a leg waits before it moves is a step.

    Parameters
    ----------
    way : Alternative
        The way.
    names : dict of str to str
        Names of places by id.

    Returns
    -------
    tuple of Stage
        From loading to unloading. The last one ends at the way's kilometres, days
        from door to door, and USD a tonne.

    Notes
    -----
    Money of a leg with a wait is spent on the move. Waits on lines of trains are those
    of technical stops, which are spread along the line: they stay on the slope.
    """
    found: list[Stage] = []
    km = days = usd = 0.0
    at = way.legs[0].from_node_id if way.legs else ""
    for leg in way.legs:
        is_move = leg.kind in MOVES and leg.length_km > 0
        waits = leg.wait_h if is_move and leg.kind == "service" else 0.0
        place = names.get(at, at)  # a border's far side is told after the line over it
        at = leg.to_node_id if is_move else at
        ordered = leg.cost_parts.get("other", 0.0)  # surcharges and subsidies
        if waits:
            wait = _standing("wait for the ship", place, (km, days, usd))
            days += waits / HOURS_PER_DAY
            found.append(replace(wait, to_days=days))
        found.append(
            Stage(
                what=f"{leg.mode} {place} to {names.get(at, at)}"
                if is_move
                else _step_words(leg),
                mode=leg.mode if is_move else AT_A_PLACE,
                place=_place_of(leg, place, is_move=is_move),
                from_km=km,
                to_km=km + leg.length_km,
                from_days=days,
                to_days=days + (leg.time_h - waits) / HOURS_PER_DAY,
                from_usd=usd,
                to_usd=usd + sum(leg.cost_parts.values()) - ordered,
            )
        )
        km, days, usd = found[-1].to_km, found[-1].to_days, found[-1].to_usd
        if ordered:
            where = found[-1].place or names.get(at, at)
            orders = _standing("orders", where, (km, days, usd))
            usd += ordered
            found.append(replace(orders, to_usd=usd))
    return joined(found)


def _standing(what: str, place: str, at: tuple[float, float, float]) -> Stage:
    """Return a step at a place, at so many km, days and USD/t; it takes nothing yet."""
    km, days, usd = at
    return Stage(what, AT_A_PLACE, place, km, km, days, days, usd, usd)


def joined(found: Sequence[Stage]) -> tuple[Stage, ...]:
    """Return stages with steps of one kind at one place made one, empty ones left out.

    Both sides of a border are steps of their own where they lie at two places.
    """
    kept: list[Stage] = []
    for stage in found:
        nothing = (
            stage.from_km == stage.to_km
            and stage.days <= 0
            and stage.from_usd == stage.to_usd
        )
        if nothing:
            continue
        last = kept[-1] if kept else None
        if (
            last
            and stage.place
            and (last.what, last.place) == (stage.what, stage.place)
        ):
            kept[-1] = replace(
                stage,
                from_km=last.from_km,
                from_days=last.from_days,
                from_usd=last.from_usd,
            )
        else:
            kept.append(stage)
    return tuple(kept)


def _place_of(leg: Leg, place: str, *, is_move: bool) -> str:
    """Return where a step is; a stretch is at no place."""
    if is_move:
        return ""
    return WHOLE_WAY if leg.kind == WHOLE_WAY else place


def _step_words(leg: Leg) -> str:
    """Say what a step is; a change of carrier by the kind that its row states."""
    words = {
        "load": "loading",
        "unload": "unloading",
        "transfer": _change_words(leg),
        WHOLE_WAY: "orders",
    }
    return words.get(leg.kind, leg.kind)


def _change_words(leg: Leg) -> str:
    """Say how cargo changes its carrier."""
    rows = [row for row in leg.rows if row.startswith("transfer:")]
    kind = rows[0].rpartition(":")[2] if rows else ""
    words = {
        "reload": "reloading",
        "tranship": "transshipment",
        "bogie_exchange": "bogie exchange",
        "roll_on": "rolling on",
        "roll_off": "rolling off",
    }
    return words.get(kind, "change of carrier")
