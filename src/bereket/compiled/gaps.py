"""Gaps of a line: from one loop that a train can use to the next."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.figures import Figure, refuse, require

MIN_PER_HOUR: Final = 60.0
SETTING_M: Final = 10.0  # left free of a loop, as no train stops to the metre


@dataclass(frozen=True, slots=True)
class Gap:
    """Line between two loops that a train can use, next to each other.

    Attributes
    ----------
    first, last : int
        Sections at its ends, counted from 0.
    length_km : float
        Its length.
    run_min : float
        Running time without stops.
    is_closed : bool
        Whether it ends in a usable loop; else it goes on where the sections end, and
        is longer than they tell.
    """

    first: int
    last: int
    length_km: float
    run_min: float
    is_closed: bool


def running_min(length_km: Figure, speed_kmh: Figure) -> Figure:
    """Return the running time over a length at a steady speed.

    Parameters
    ----------
    length_km : float or array
        Length.
    speed_kmh : float or array
        Running speed between stops, not the commercial one.

    Returns
    -------
    float or array
        Minutes.

    Examples
    --------
    >>> running_min(12.0, 60.0)
    12.0
    """
    require(not_negative={"length_km": length_km}, positive={"speed_kmh": speed_kmh})
    return MIN_PER_HOUR * length_km / speed_kmh


def governing_gap(
    length_km: NDArray[np.float64],
    loop_length_m: NDArray[np.float64],
    speed_kmh: NDArray[np.float64],
    train_m: float,
) -> Gap:
    """Return the gap between usable loops that takes longest.

    Parameters
    ----------
    length_km : (n_sections,)
        Length of each section, in the order of the line.
    loop_length_m : (n_sections,)
        Usable length of the loop at its end; 0 where there is none.
    speed_kmh : (n_sections,)
        Running speed.
    train_m : float
        Length of the train with its locomotives.

    Returns
    -------
    Gap
        The first of those that take longest.

    Raises
    ------
    QuestionError
        When there is no section, or a figure cannot be.

    Notes
    -----
    A loop is usable where it is 10 m longer than the train. One that is not only parts
    the line, and a gap runs over it. Trains can stand where the first section begins.

    Examples
    --------
    Three sections of 10 km; the first loop is too short for a train of 900 m:

    >>> loops = np.array([850.0, 1050.0, 1050.0])
    >>> gap = governing_gap(np.full(3, 10.0), loops, np.full(3, 60.0), 900.0)
    >>> gap.first, gap.last, gap.length_km, gap.run_min
    (0, 1, 20.0, 20.0)
    """
    if length_km.size == 0:
        refuse(["the line must have a section; found none"])
    require(
        positive={"length_km": length_km, "speed_kmh": speed_kmh, "train_m": train_m},
        not_negative={"loop_length_m": loop_length_m},
    )
    minutes = MIN_PER_HOUR * length_km / speed_kmh
    is_usable = loop_length_m >= train_m + SETTING_M
    last = np.nonzero(is_usable)[0]
    if not is_usable[-1]:
        last = np.append(last, length_km.size - 1)
    first = np.concatenate(([0], last[:-1] + 1))
    runs = np.add.reduceat(minutes, first)
    longest = int(np.argmax(runs))
    start, end = int(first[longest]), int(last[longest])
    return Gap(
        first=start,
        last=end,
        length_km=float(length_km[start : end + 1].sum()),
        run_min=float(runs[longest]),
        is_closed=bool(is_usable[end]),
    )
