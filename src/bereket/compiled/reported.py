"""Capacities that rows report, beside what is derived from the same rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from bereket.compiled.capacities import capacity_of
from bereket.compiled.derivations import Derivation
from bereket.compiled.money import loads
from bereket.compiled.train_loads import trains_on
from bereket.errors import Issue
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.schema.checker import FIRST_ROW

TELL_OVER: Final = 0.25  # share of the reported figure
BOTH: Final = 2
REPORTING: Final = {  # table: column that reports a capacity
    "link": "capacity_t_per_day",
    "terminal": "capacity_units_per_day",
    "port": "capacity_t_per_day",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """A reported capacity and the derived one, in one unit.

    Attributes
    ----------
    unit : str
        What both are counted in.
    reported_per_day, derived_per_day : float
        Figures; of a link one direction, before the through freight of others.
    how : str
        How the derived one was brought to the unit; empty where it is in it.
    """

    unit: str
    reported_per_day: float
    derived_per_day: float
    how: str

    @property
    def difference(self) -> float:
        """Derived less reported, as a share of the reported."""
        return self.derived_per_day / self.reported_per_day - 1.0

    def __str__(self) -> str:
        """Return both figures with their difference."""
        how = f" ({self.how})" if self.how else ""
        return (
            f"{_three(self.reported_per_day)} {self.unit} a day reported, "
            f"{_three(self.derived_per_day)} derived{how}: {self.difference:+.0%}"
        )


def beside(model: Model, table: str, row: int, derived: Derivation) -> Beside | None:
    """Bring the derived capacity of a row to the unit of the one that it reports.

    Parameters
    ----------
    model : Model
        The model.
    table : str
        Table of the row.
    row : int
        Its position.
    derived : Derivation
        Its derivation.

    Returns
    -------
    Beside or None
        None where either is not known, or no cargo is counted in the unit.

    Notes
    -----
    A line reports what freight it carries: passengers, local trains, the reserve and
    the uneven month are off, the freight of others is in it, and trains are the
    heaviest that run on it. Boxes and wagons hold the mean load of all cargo that is
    counted in them.
    """
    reported = derived.reported_per_day
    if derived.basis != "derived" or not reported > 0:
        return None
    if derived.unit == "train":
        heaviest = max((train.net_t for train in trains_on(model, row)), default=0.0)
        freight = derived.free_per_day.value + _others(model, row) / derived.uneven_k
        if not heaviest:
            return None
        how = f"{freight:.3g} trains of {heaviest:,.0f} t"
        return Beside("t", reported, max(0.0, freight) * heaviest, how)
    if table == "terminal" or derived.unit == "t":
        return Beside(derived.unit, reported, derived.per_day.value, "")
    cargoes = model["commodity"].labels("commodity_id")
    known = [loads(model, name).get(derived.unit, np.nan) for name in cargoes]
    if not np.isfinite(known).any():
        return None
    load_t = float(np.nanmean(known))
    how = f"{derived.per_day.value:.4g} {derived.unit} of {load_t:.3g} t, mean of cargo"
    return Beside("t", reported, derived.per_day.value * load_t, how)


def _others(model: Model, row: int) -> float:
    """Return the through freight trains of others, one direction; 0 where unknown."""
    return float(np.nan_to_num(model["link"].number("base_trains_per_day")[row])) / BOTH


def _three(value: float) -> str:
    """Return a figure with three digits that count."""
    return f"{float(f'{value:.3g}'):,g}"


def derived_against_reported(model: Model) -> Iterator[Issue]:
    """Name the rows whose derived capacity is far from the one that they report.

    Parameters
    ----------
    model : Model
        A model without fault.

    Yields
    ------
    Issue
        Advice, where they differ by more than `TELL_OVER`: either the figures put in or
        the reported one mean something else.
    """
    text = model.config("base_date")
    day = as_day(text) if text else date(2000, 7, 1)
    for table, column in REPORTING.items():
        (rows,) = np.nonzero(model[table].number(column) > 0)
        for row in rows.tolist():
            found = beside(model, table, row, capacity_of(model, table, row, day))
            if found is not None and abs(found.difference) > TELL_OVER:
                rule = "should be within 25 % of what is derived from the row"
                where = (row + FIRST_ROW,)
                told = f"{model[table].references[row]}: {found}"
                yield Issue(table, where, column, rule, told)
