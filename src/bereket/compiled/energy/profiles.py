"""Profiles by hour of weeks and by month, whole and in order."""

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.energy.periods import MONTHS, Periods
from bereket.model.model import Table

Floats = NDArray[np.float64]


class Profiles:
    """The profiles of a model.

    Parameters
    ----------
    table : Table
        Table `profile`, without fault.
    periods : Periods
        The periods that it tells apart.
    """

    def __init__(self, table: Table, periods: Periods) -> None:
        self.periods = periods
        self.rows: dict[str, list[int]] = {}
        for row, name in enumerate(table.labels("profile_id")):
            self.rows.setdefault(name, []).append(row)
        self.month = table.number("month")
        self.week = table.number("week")
        self.hour = table.number("hour")
        self.value = table.number("value_pu")

    def shares(self, name: str) -> Floats:
        """Return the figures of every hour, (n_hours,); all 1 where there is no name.

        Parameters
        ----------
        name : str
            Label of a profile by week, or nothing.
        """
        weeks, hours = self.periods.weeks, self.periods.hours
        if not name:
            return np.ones(self.periods.n_hours)
        found = np.zeros((len(weeks), hours))
        at = {week: place for place, week in enumerate(weeks)}
        for row in self.rows[name]:
            place = at[int(self.week[row])]
            if np.isnan(self.hour[row]):
                found[place] = self.value[row]
            else:
                found[place, int(self.hour[row])] = self.value[row]
        return found.ravel()

    def course(self, name: str) -> Floats:
        """Return the figures of every hour over their mean of the year, (n_hours,).

        Parameters
        ----------
        name : str
            Label of a profile by week, or nothing.
        """
        found = self.shares(name)
        weight = self.periods.hour_weight
        return np.asarray(found / (found @ weight / weight.sum()))

    def months(self, name: str) -> Floats:
        """Return the figures of every month over their mean of the year, (12,).

        Parameters
        ----------
        name : str
            Label of a profile by month, or nothing.
        """
        if not name:
            return np.ones(MONTHS)
        found = np.zeros(MONTHS)
        for row in self.rows[name]:
            found[int(self.month[row]) - 1] = self.value[row]
        days = self.periods.month_days
        return np.asarray(found / (found @ days / days.sum()))
