"""What an assignment is asked."""

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

from bereket.errors import QuestionError

Objective = Literal["equilibrium", "system", "logit"]
MOST_THREADS: Final = 64
DEFAULT_PATIENCE_H: Final = 720.0  # thirty days


@dataclass(frozen=True, slots=True)
class AssignParams:
    """What is asked.

    Attributes
    ----------
    objective : {"equilibrium", "system", "logit"}
        No shipper gains by another way; or the least hours and money for all together;
        or each takes the dearer ways too, the less the dearer, by the parameters of the
        model.
    gap : float
        Relative gap at which the search stops.
    max_violation : float
        Largest load beyond a hard limit, as a share of it.
    max_iterations : int
        Pricings at most.
    threads : int
        Threads; the answer is the same with any number.
    year : int or None
        Year of the demand; None = the last one up to that of the date.
    as_of : str
        Date, YYYY-MM-DD; empty = the first of July of the year, or the model's date.
    party : str
        Party class that asks.
    patience_h : float
        Hours beyond its cheapest way's at which cargo begins not to go; twice as many
        and none goes. Of a logit the hours at which it begins to stay.
    unserved_cost_usd_per_t : float or None
        Expected cost beyond which cargo begins to stay, of a logit; None = by patience.
    by_month : bool
        Whether the twelve months are solved too, with their seasons and weather.
    toll_factor, distance_factor : float
        Time that a unit of toll, and of length, is worth; of road networks alone.
    """

    objective: Objective = "equilibrium"
    gap: float = 1e-6
    max_violation: float = 1e-3
    max_iterations: int = 500
    threads: int = 1
    year: int | None = None
    as_of: str = ""
    party: str = ""
    patience_h: float = DEFAULT_PATIENCE_H
    unserved_cost_usd_per_t: float | None = None
    by_month: bool = False
    toll_factor: float = 0.0
    distance_factor: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no assignment can be asked.

        Raises
        ------
        QuestionError
            With every fault.
        """
        above_0 = {
            "gap": self.gap,
            "max_violation": self.max_violation,
            "patience_h": self.patience_h,
        }
        not_below = {
            "toll_factor": self.toll_factor,
            "distance_factor": self.distance_factor,
        }
        if self.unserved_cost_usd_per_t is not None:
            above_0["unserved_cost_usd_per_t"] = self.unserved_cost_usd_per_t
        faults = [
            f"{name} must be a number above 0; found {value:g}"
            for name, value in above_0.items()
            if not (math.isfinite(value) and value > 0)
        ]
        faults += [
            f"{name} must be a number of 0 or more; found {value:g}"
            for name, value in not_below.items()
            if not (math.isfinite(value) and value >= 0)
        ]
        if self.objective not in get_args(Objective):
            told = " or ".join(get_args(Objective))
            faults.append(f"objective must be {told}; found {self.objective!r}")
        if self.unserved_cost_usd_per_t is not None and self.objective != "logit":
            faults.append("unserved_cost_usd_per_t is of --objective logit alone")
        if self.max_iterations < 1:
            faults.append(
                f"max_iterations must be 1 or more; found {self.max_iterations}"
            )
        if not 1 <= self.threads <= MOST_THREADS:
            faults.append(
                f"threads must be from 1 to {MOST_THREADS}; found {self.threads}"
            )
        if faults:
            raise QuestionError("\n".join(faults))
