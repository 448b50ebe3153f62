"""The periods of a year: twelve months for gas, hours of a few weeks for power."""

import calendar
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DAY_HOURS = 24
WEEK_DAYS = 7
MONTHS = 12
COMMON_YEAR = 2023  # of 365 days: every year counts as long


@dataclass(frozen=True)
class Periods:
    """Months, weeks that stand for parts of the year, and hours of each.

    Attributes
    ----------
    weeks : tuple of int
        Weeks of the year, in order; each stands for the days nearest to its middle.
    hours : int
        Hours told apart in a week: 168, or 1 where no profile tells any apart.
    """

    weeks: tuple[int, ...]
    hours: int

    @cached_property
    def month_days(self) -> Floats:
        """Days of each month, (12,)."""
        return np.array(
            [calendar.monthrange(COMMON_YEAR, m + 1)[1] for m in range(MONTHS)], float
        )

    @cached_property
    def days_in(self) -> Floats:
        """Days of each month that each week stands for, (n_weeks, 12)."""
        days = np.arange(int(self.month_days.sum()))
        month = np.repeat(np.arange(MONTHS), self.month_days.astype(int))
        middle = np.array([(week - 0.5) * WEEK_DAYS for week in self.weeks])
        apart = np.abs(days[None, :] + 0.5 - middle[:, None])
        apart = np.minimum(apart, days.size - apart)  # the year goes round
        nearest = apart.argmin(axis=0)  # the earlier week where two are as near
        found = np.zeros((len(self.weeks), MONTHS))
        np.add.at(found, (nearest, month), 1.0)
        return found

    @cached_property
    def hour_weight(self) -> Floats:
        """Hours of the year that each hour told apart stands for, (n_hours,)."""
        days = self.days_in.sum(axis=1)
        return np.repeat(days * DAY_HOURS / self.hours, self.hours)

    @property
    def n_hours(self) -> int:
        """Number of hours told apart in all."""
        return len(self.weeks) * self.hours

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Names of all periods: months, then hours of weeks."""
        months = (f"m{month + 1:02d}" for month in range(MONTHS))
        return (
            *months,
            *(f"w{w:02d}h{hour:03d}" for w in self.weeks for hour in range(self.hours)),
        )


def periods_of(week: Floats, hour: Floats) -> Periods:
    """Return the periods that the rows of profiles tell apart.

    Parameters
    ----------
    week, hour : (n_rows,)
        Columns of table `profile`; NaN where blank.

    Returns
    -------
    Periods
        One week without hours where there is no profile by week.

    Examples
    --------
    >>> nan = float("nan")
    >>> found = periods_of(np.array([3.0, 29.0, nan]), np.full(3, nan))
    >>> found.weeks, found.hours, found.days_in.sum(axis=1).tolist()
    ((3, 29), 1, [183.0, 182.0])
    """
    weeks = tuple(sorted({int(each) for each in week if not np.isnan(each)}))
    told = bool((~np.isnan(hour)).any())
    return Periods(weeks or (1,), DAY_HOURS * WEEK_DAYS if told else 1)
