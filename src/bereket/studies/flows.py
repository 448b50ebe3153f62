"""Who goes where in a year: an assignment, with what was observed beside it."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.assign import AssignParams, AssignResult, assign
from bereket.analysis.assign.ways import years_of_demand
from bereket.errors import QuestionError
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.observed import ObservedResult, observed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

TIMED: Final = ("solve_s", "convergence")  # seconds that no two runs share


@dataclass(frozen=True, slots=True, eq=False)
class FlowsOfYear:
    """Who goes where in a year.

    Attributes
    ----------
    year : int
        Year of the demand and of the network, that of its first of July.
    assigned : AssignResult
        Flows, what is full, what does not go.
    observed : ObservedResult
        What was observed of the year beside it.
    """

    year: int
    assigned: AssignResult
    observed: ObservedResult

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data, the same however long it took."""
        whole = {"year": self.year} | self.assigned.as_dict()
        told = {key: value for key, value in whole.items() if key not in TIMED}
        return told | {"observed": self.observed.as_dict()}

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the tables of both, each named for the flows."""
        told = {
            f"flows_{name}": frame
            for name, frame in self.assigned.tables().items()
            if name not in {"flows", "convergence"}
        }
        links = {"flows": self.assigned.to_frame()}
        return MappingProxyType(links | told | dict(self.observed.tables()))


def flows(
    model: Model,
    scenario: Scenario = BASELINE,
    year: int | None = None,
    party: str = "",
) -> FlowsOfYear:
    """Put the demand of a year on the network of its first of July.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    year : int or None
        Year of the demand; None = the last with data, see `last_year_of_demand`.
    party : str
        Party class that asks.

    Returns
    -------
    FlowsOfYear
        Flows, and what was observed beside.

    Raises
    ------
    QuestionError
        When the model has no demand of the year, or none of it has a way.

    Examples
    --------
    >>> from bereket import blank_model
    >>> flows(blank_model()).year == last_year_of_demand(blank_model())
    True
    """
    changed = apply(model, scenario)
    asked = last_year_of_demand(changed) if year is None else year
    if asked is None:
        msg = "the model has no demand up to its date"
        raise QuestionError(msg)
    found = assign(model, scenario, AssignParams(year=asked, party=party))
    return FlowsOfYear(asked, found, observed(changed, found))


def last_year_of_demand(model: Model, as_of: str = "") -> int | None:
    """Return the last year that the model has demand of, not after a date.

    Parameters
    ----------
    model : Model
        Its table `demand` is read.
    as_of : str
        Date; empty = the model's base date. What is wanted later is an outlook.

    Returns
    -------
    int or None
        None where there is none.
    """
    day = as_day(as_of or model.config("base_date"))
    return max((y for y in years_of_demand(model) if y <= day.year), default=None)
