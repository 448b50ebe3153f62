"""Ferries and feeders: how long they turn round, what they carry one way in a year.

A figure that cannot be is refused by name (`QuestionError`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bereket.compiled.figures import Figure, refuse, require

HOURS_PER_YEAR: Final = 8760.0
DAYS_PER_YEAR: Final = 365.0
ROUNDING: Final = 1e-9  # so that 280 m of wagons of 14 m are 20, whatever the last bit


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a vessel at a port on its round.

    Attributes
    ----------
    sailing_h : float
        Under way to it from the call before.
    berth_wait_h : float
        Wait for a berth.
    unload_h, load_h : float
        At the berth; where only both together are known, they stand in one.
    """

    sailing_h: float
    berth_wait_h: float
    unload_h: float
    load_h: float

    def __post_init__(self) -> None:
        """Refuse hours that cannot be."""
        require(
            not_negative={
                "sailing_h": self.sailing_h,
                "berth_wait_h": self.berth_wait_h,
                "unload_h": self.unload_h,
                "load_h": self.load_h,
            }
        )

    @property
    def hours(self) -> float:
        """All hours of the call, and of the way to it."""
        return self.sailing_h + self.berth_wait_h + self.unload_h + self.load_h


def round_trip_h(
    calls: Sequence[Call], layover_h: float = 0.0, fill_wait_h: float = 0.0
) -> float:
    """Return how long a vessel takes for its round.

    Parameters
    ----------
    calls : sequence of Call
        All calls of a round, both ends among them: two of a ferry.
    layover_h : float
        Other hours of a round: bunkers, crews, orders awaited.
    fill_wait_h : float
        Wait for cargo in a round, where it sails when full.

    Returns
    -------
    float
        Hours.

    Notes
    -----
    The sum over calls of sailing, berth wait, unloading and loading, then the layovers
    and the wait for cargo.

    Examples
    --------
    A ferry 21 h under way, 24 h at anchor, 14 h at the berth, twice:

    >>> round_trip_h([Call(21.0, 24.0, 6.0, 8.0)] * 2)
    118.0
    """
    require(not_negative={"layover_h": layover_h, "fill_wait_h": fill_wait_h})
    hours = sum((call.hours for call in calls), layover_h + fill_wait_h)
    require(positive={"the hours of the round trip": hours})
    return hours


def weather_share(closed_days: Figure, days: Figure = DAYS_PER_YEAR) -> Figure:
    """Return the share of time in which weather lets vessels work.

    Parameters
    ----------
    closed_days : float or array
        Days on which the port is closed.
    days : float or array
        Days looked at: a year, or those of a month.

    Returns
    -------
    float or array
        Share from 0 to 1.

    Examples
    --------
    >>> weather_share(73.0)
    0.8
    """
    require(not_negative={"closed_days": closed_days}, positive={"days": days})
    require(not_negative={"days less closed_days": days - closed_days})
    return 1.0 - closed_days / days


def one_way_slots_per_year(
    slots: ArrayLike,
    vessels: ArrayLike,
    round_trip_hours: ArrayLike,
    availability: ArrayLike,
    weather: ArrayLike,
) -> float:
    """Return the slots that vessels offer one way in a year.

    Parameters
    ----------
    slots : (n_types,) or float
        Slots of a vessel, in one unit.
    vessels : (n_types,) or float
        Vessels of the type; 0 where none sails.
    round_trip_hours : (n_types,) or float
        Round trip.
    availability : (n_types,) or float
        Share of the year that it is not in repair.
    weather : (n_types,) or float
        Share of the year that weather lets it work, as of `weather_share`.

    Returns
    -------
    float
        Slots a year one way, of all types.

    Notes
    -----
    Sum over vessels of ``slots 8760 availability weather / round_trip``.

    Examples
    --------
    Two vessels of 100 slots that go round in ten days, and never rest:

    >>> one_way_slots_per_year(100.0, 2.0, 240.0, 1.0, 1.0)
    7300.0
    """
    given = (slots, vessels, round_trip_hours, availability, weather)
    slots_of, count, hours, fit, open_share = (
        np.asarray(each, dtype=np.float64) for each in given
    )
    require(
        not_negative={"slots": slots_of, "vessels": count},
        positive={"round_trip_hours": hours},
        share={"availability": fit, "weather": open_share},
    )
    return float((slots_of * count * HOURS_PER_YEAR * fit * open_share / hours).sum())


def payload_share(
    draught_m: Figure,
    curve_draught_m: NDArray[np.float64],
    curve_share: NDArray[np.float64],
) -> Figure:
    """Return the share of its payload that a vessel can load at a draught.

    Parameters
    ----------
    draught_m : float or array
        Draught that the shallowest port of the way allows.
    curve_draught_m, curve_share : (n_points,)
        Load curve of the vessel; shares may not fall as the draught grows.

    Returns
    -------
    float or array
        Share; beyond the last point that of the last point.

    Raises
    ------
    QuestionError
        When the draught is below the curve, which then says nothing, or the curve has
        no point or is none.

    Notes
    -----
    Linear between the points.

    Examples
    --------
    >>> curve = np.array([5.0, 7.0]), np.array([0.6, 1.0])
    >>> payload_share(6.0, *curve), payload_share(9.0, *curve)
    (0.8, 1.0)
    """
    order = np.argsort(curve_draught_m, kind="stable")
    draughts, shares = curve_draught_m[order], curve_share[order]
    if draughts.size == 0:
        refuse(["the load curve must have a point; found none"])
    require(
        positive={"draught_m": draught_m, "draught of the load curve": draughts},
        share={"payload share of the load curve": shares},
    )
    faults = []
    if (np.diff(shares) < 0).any() or (np.diff(draughts) == 0).any():
        faults.append(
            "the load curve must have one share a draught, never less with more; found "
            + ", ".join(
                f"{at:g} m {of:g}" for at, of in zip(draughts, shares, strict=True)
            )
        )
    least = float(np.min(draught_m))
    if least < draughts[0]:
        faults.append(
            f"draught_m must be {draughts[0]:g} or more, where the load curve begins; "
            f"found {least:g}"
        )
    refuse(faults)
    found = np.interp(draught_m, draughts, shares)
    return found if np.ndim(draught_m) else float(found)


def lane_slots(lane_m: ArrayLike, unit_m: float, taken_m: ArrayLike = 0.0) -> float:
    """Return how many units stand on the lanes or rails of a deck.

    Parameters
    ----------
    lane_m : (n_lanes,) or float
        Length of each lane; a unit does not go over two.
    unit_m : float
        Wagon over couplers, or truck with its distance to the next.
    taken_m : (n_lanes,) or float
        Metres of each lane that other cargo takes.

    Returns
    -------
    float
        Whole units.

    Examples
    --------
    Two rails of 195 m and two of 160 m, wagons of 13.92 m:

    >>> lane_slots([195.0, 195.0, 160.0, 160.0], 13.92)
    50.0
    """
    lanes, taken = np.broadcast_arrays(lane_m, taken_m)
    require(
        not_negative={"lane_m": lanes, "taken_m": taken}, positive={"unit_m": unit_m}
    )
    require(not_negative={"lane_m less taken_m": lanes - taken})
    return float(np.floor((lanes - taken) / unit_m + ROUNDING).sum())


def slots_left(slots: Figure, other_slots: Figure, other_taken: Figure) -> Figure:
    """Return the slots left to one cargo of a deck that another shares.

    Parameters
    ----------
    slots : float or array
        Slots for the cargo on an empty deck, such as 56 wagons.
    other_slots : float or array
        Slots for the other cargo on an empty deck, such as 50 trucks.
    other_taken : float or array
        Slots that the other takes.

    Returns
    -------
    float or array
        Slots, a part of one kept.

    Notes
    -----
    ``slots (1 - other_taken / other_slots)``: metres of wagons or of trucks, not both.

    Examples
    --------
    >>> slots_left(56.0, 50.0, 25.0)
    28.0
    """
    require(
        not_negative={"slots": slots, "other_taken": other_taken},
        positive={"other_slots": other_slots},
    )
    require(not_negative={"other_slots less other_taken": other_slots - other_taken})
    return slots * (1.0 - other_taken / other_slots)
