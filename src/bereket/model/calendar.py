"""What is valid and open on a date."""

from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bereket.errors import QuestionError
from bereket.model.model import Model, Table
from bereket.schema.checker import (
    DAYS_IN_MONTH,
    FEBRUARY,
    PARTIAL_DATE,
    is_partial_date,
)

ALWAYS_FROM = date.min.toordinal()
ALWAYS_TO = date.max.toordinal()


@cache
def first_day(text: str) -> int:
    """Return the ordinal of the first day that a partial date names.

    Examples
    --------
    >>> date.fromordinal(first_day("2025-02")).isoformat()
    '2025-02-01'
    """
    if not text:
        return ALWAYS_FROM
    year, month, day = _parts(text)
    return date(year, month or 1, day or 1).toordinal()


@cache
def last_day(text: str) -> int:
    """Return the ordinal of the last day that a partial date names.

    Examples
    --------
    >>> date.fromordinal(last_day("2025-02")).isoformat()
    '2025-02-28'
    """
    if not text:
        return ALWAYS_TO
    year, month, day = _parts(text)
    if day:
        return date(year, month, day).toordinal()
    if month == FEBRUARY:
        return date(year, 3, 1).toordinal() - 1
    return date(year, month or 12, DAYS_IN_MONTH[(month or 12) - 1]).toordinal()


def as_day(text: str) -> date:
    """Return the day a planner typed.

    Parameters
    ----------
    text : str
        YYYY-MM-DD, or YYYY-MM or YYYY for the first day of it.

    Returns
    -------
    date
        The day.

    Raises
    ------
    QuestionError
        When it is no date.
    """
    if not is_partial_date(text):
        msg = f"{text!r} is no date; write YYYY-MM-DD, such as 2025-06-01"
        raise QuestionError(msg)
    return date.fromordinal(first_day(text))


def is_valid(table: Table, day: date) -> NDArray[np.bool_]:
    """Return which rows' validity covers a day; all of them in an undated table."""
    if not table.schema.is_dated:
        return np.ones(len(table), dtype=bool)
    start, end = validity(table)
    return (start <= day.toordinal()) & (day.toordinal() <= end)


def is_open(table: Table, day: date) -> NDArray[np.bool_]:
    """Return which rows are open on a day.

    Parameters
    ----------
    table : Table
        Any table of a model.
    day : date
        The day asked for.

    Returns
    -------
    (n_rows,)
        True where validity covers the day and the row operates, or is under
        construction with a stated first day that has come.
    """
    valid = is_valid(table, day)
    if not table.schema.is_dated:
        return valid
    status = table.text("status")
    dated = table.text("valid_from") != ""
    begun = (status == "under_construction") & dated
    return np.asarray(valid & ((status == "operating") | begun), dtype=bool)


def validity(table: Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ordinals of the first and last day of every row of a dated table."""
    if not table.days:
        starts = [first_day(text) for text in table.labels("valid_from")]
        ends = [last_day(text) for text in table.labels("valid_to")]
        for ordinals in (starts, ends):
            days = np.array(ordinals, dtype=np.int64)
            days.setflags(write=False)
            table.days.append(days)
    start, end = table.days
    return start, end


def middle_day(start: int, end: int, day: date) -> date:
    """Return the middle of a validity, or the end of it that is known.

    Parameters
    ----------
    start, end : int
        Ordinals of the first and the last day.
    day : date
        What counts where neither is known.

    Returns
    -------
    date
        The day.
    """
    if start == ALWAYS_FROM and end == ALWAYS_TO:
        return day
    if start == ALWAYS_FROM:
        return date.fromordinal(end)
    if end == ALWAYS_TO:
        return date.fromordinal(start)
    return date.fromordinal((start + end) // 2)


def outside_dates(model: Model, day: date) -> tuple[str, ...]:
    """Say where a day lies outside the dates that the model was made for.

    Examples
    --------
    >>> from bereket import blank_model
    >>> outside_dates(blank_model(), date(2026, 1, 1))
    ()
    """
    dated = [t for t in model.tables.values() if t.schema.is_dated and len(t)]
    bounds = {t.name: validity(t) for t in dated}
    at, base = day.toordinal(), as_day(model.config("base_date")).toordinal()
    stated = [b for pair in bounds.values() for ends in pair for b in ends.tolist()]
    inside = [bound for bound in stated if ALWAYS_FROM < bound < ALWAYS_TO]
    notes = []
    if inside and at < min(inside):
        first = date.fromordinal(min(inside))
        notes.append(f"{day} lies before {first}, the first date that the model states")
    ended = {
        name: int(((start <= base) & (base <= end) & (end < at)).sum())
        for name, (start, end) in bounds.items()
    }
    if any(ended.values()):
        told = ", ".join(f"{count} of {name}" for name, count in ended.items() if count)
        notes.append(
            f"{day} lies after the base date: rows that end before it are not used "
            f"({told})"
        )
    return tuple(notes)


def _parts(text: str) -> tuple[int, int, int]:
    found = PARTIAL_DATE.fullmatch(text)
    if found is None:
        msg = f"{text!r} is no date"
        raise ValueError(msg)
    year, month, day = (int(part) if part else 0 for part in found.groups())
    return year, month, day
