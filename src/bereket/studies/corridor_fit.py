"""What was observed of a corridor beside what a fit makes of it, and its rivals."""

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from bereket.model.model import Model

SHOWN_UNITS: Final = ("t", "teu")


@dataclass(frozen=True, slots=True)
class CorridorFit:
    """One observation of a corridor as `calibrate` met it.

    Attributes
    ----------
    observation_id, unit, definition : str
        Which; in tonnes or boxes; what was counted.
    commodity_ids : tuple of str
        Cargoes; empty = all.
    direction : str
        Which way; empty for both.
    year : int
        Calendar year.
    observed, modelled, low, high : float
        In the unit; the interval holds 95 of 100.
    last_year, trend : float or None
        Rivals; None where not known.
    held_out : bool
        Whether the fit did not see it.
    why : str
        Why it is missed, where it is.
    """

    observation_id: str
    unit: str
    definition: str
    commodity_ids: tuple[str, ...]
    direction: str
    year: int
    observed: float
    modelled: float
    low: float
    high: float
    last_year: float | None
    trend: float | None
    held_out: bool
    why: str

    @property
    def error_percent(self) -> float:
        """How far the model is off, in per cent of what was observed."""
        return 100.0 * (self.modelled - self.observed) / self.observed

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self) | {
            "commodity_ids": list(self.commodity_ids),
            "error_percent": self.error_percent,
        }


def corridor_fits(model: Model, corridor_id: str) -> tuple[CorridorFit, ...]:
    """Return how the last year of a corridor was met by the fit kept with the model.

    Parameters
    ----------
    model : Model
        Its tables `fit` and `observation` are read.
    corridor_id : str
        The corridor.

    Returns
    -------
    tuple of CorridorFit
        Of the last year that is fitted or held out, all cargo in tonnes first; none
        where the model keeps no fit.

    Examples
    --------
    >>> from bereket import blank_model
    >>> corridor_fits(blank_model(), "by_port")
    ()
    """
    fit, observation = model["fit"], model["observation"]
    found: list[CorridorFit] = []
    for row, name in enumerate(fit.labels("observation_id")):
        at = observation.row_of.get((name,), ())
        if at and observation.labels("on")[at[0]] == corridor_id:
            found.append(_fit_of(model, row, at[0]))
    last = max((each.year for each in found), default=0)
    kept = [each for each in found if each.year == last]
    return tuple(
        sorted(kept, key=lambda e: (e.unit != "t", bool(e.commodity_ids), e.direction))
    )


def _fit_of(model: Model, row: int, at: int) -> CorridorFit:
    fit, observation = model["fit"], model["observation"]

    def figure(column: str) -> float | None:
        value = float(fit.number(column)[row])
        return None if np.isnan(value) else value

    return CorridorFit(
        observation_id=fit.labels("observation_id")[row],
        unit=observation.labels("unit")[at],
        definition=observation.labels("definition")[at],
        commodity_ids=tuple(observation.lists("commodity_id")[at]),
        direction=observation.labels("direction")[at],
        year=int(fit.number("year")[row]),
        observed=figure("observed") or 0.0,
        modelled=figure("modelled") or 0.0,
        low=figure("modelled_low") or 0.0,
        high=figure("modelled_high") or 0.0,
        last_year=figure("last_year"),
        trend=figure("trend"),
        held_out=bool(fit.number("held_out")[row] == 1.0),
        why=fit.labels("why")[row],
    )
