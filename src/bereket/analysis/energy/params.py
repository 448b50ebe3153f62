"""What the question of energy is asked."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.energy.case import Spending
from bereket.errors import QuestionError

EXPANDABLE: Final = ("power_line", "power_plant", "gas_pipe", "gas_field")


@dataclass(frozen=True, slots=True)
class EnergyParams:
    """What is asked.

    Attributes
    ----------
    year : int or None
        Year of the loads; None = that of the date.
    as_of : str
        Date on which lines, plants, pipes and contracts are open; empty = the first of
        July of the year, or the model's date.
    expand : tuple of str
        Rows whose capacity may grow at their cost, such as ``power_line:kaz_tkm``.
    discount_rate : float
        At which what is built is paid over its lifetime.
    """

    year: int | None = None
    as_of: str = ""
    expand: tuple[str, ...] = ()
    discount_rate: float = 0.08

    def __post_init__(self) -> None:
        """Refuse what cannot be asked.

        Raises
        ------
        QuestionError
            With what must hold.
        """
        if not (math.isfinite(self.discount_rate) and 0 <= self.discount_rate < 1):
            msg = f"discount_rate must be from 0 to 1; found {self.discount_rate:g}"
            raise QuestionError(msg)
        wrong = [each for each in self.expand if each.split(":")[0] not in EXPANDABLE]
        if wrong:
            told = ", ".join(EXPANDABLE)
            msg = f"only rows of {told} can be expanded; found {', '.join(wrong)}"
            raise QuestionError(msg)


def annuity(rate: float, years: float) -> float:
    """Return what is paid a year for one that is paid over some years.

    Parameters
    ----------
    rate : float
        Yearly discount rate, 0 or more.
    years : float
        Years over which it is paid.

    Returns
    -------
    float
        Share of the sum, at the end of every year.

    Examples
    --------
    >>> annuity(0.0, 20.0), round(annuity(0.08, 40.0), 5)
    (0.05, 0.08386)
    """
    return 1.0 / years if rate == 0 else rate / (1.0 - (1.0 + rate) ** -years)


def yearly_costs(spending: Spending, rate: float) -> NDArray[np.float64]:
    """Return what one more of each costs a year [USD/MW or USD per mcm a day].

    Parameters
    ----------
    spending : Spending
        What one more costs, and for how long it serves.
    rate : float
        Yearly discount rate.

    Returns
    -------
    (n,)
        NaN where nobody knows the cost.
    """
    shares = [annuity(rate, years) for years in spending.lifetime_years.tolist()]
    return np.asarray(spending.overnight_usd * np.array(shares))
