"""How a model meets what was observed, before and after its parameters were fitted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.model.result import Stamp

if TYPE_CHECKING:
    import pandas as pd

INTERVAL: Final = 1.96  # standard deviations either side that hold 95 of 100
FLOOR: Final = 1e-3  # share of an observation added where a logarithm is taken


@dataclass(frozen=True, slots=True)
class Met:
    """One observation, and how it is met.

    Attributes
    ----------
    observation_id, on, direction, unit, definition, source_id : str
        As the row says.
    commodity_ids : tuple of str
        Cargoes; empty = all.
    year : int
        Calendar year.
    observed : float
        In the unit.
    modelled_before, modelled_after : float
        With the parameters at their priors, and fitted.
    low, high : float
        95 % interval of the fitted: what the parameters leave open, and what the fitted
        years are missed by.
    blind : float or None
        Of the year held out: fitted, but with the orders of the last year fitted.
    last_year, trend : float or None
        Rivals: what was observed the year before; what the growth of the years before
        makes of it. None where it is not known.
    is_alike : bool
        Whether last year's value was counted by the same definition.
    held_out : bool
        Whether the fit did not see it.
    reach : float
        What would be modelled if all demand with a way of the scope took it.
    why_kind, why : str
        Why it is missed: ``demand``, ``room``, ``choice``; in words.
    tells : mapping of str to float
        Share of the variance of the forecast that each parameter makes.
    """

    observation_id: str
    on: str
    commodity_ids: tuple[str, ...]
    direction: str
    unit: str
    year: int
    observed: float
    modelled_before: float
    modelled_after: float
    low: float
    high: float
    last_year: float | None
    trend: float | None
    definition: str
    source_id: str
    is_alike: bool = True
    blind: float | None = None
    held_out: bool = False
    reach: float = 0.0
    why_kind: str = ""
    why: str = ""
    tells: Mapping[str, float] = field(default_factory=dict)

    @property
    def error_percent(self) -> float:
        """How far the fitted model is off, in per cent of what was observed."""
        return 100.0 * (self.modelled_after - self.observed) / self.observed

    @property
    def log_error(self) -> float:
        """The same as a logarithm, in which twice and half are as far off."""
        return log_error(self.modelled_after, self.observed)

    @property
    def beats_rivals(self) -> bool | None:
        """Whether the model is nearer than both rivals; None without any."""
        rivals = [r for r in (self.last_year, self.trend) if r is not None]
        if not rivals:
            return None
        mine = abs(self.log_error)
        return all(mine < abs(log_error(each, self.observed)) for each in rivals)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self) | {
            "commodity_ids": list(self.commodity_ids),
            "tells": dict(self.tells),
            "error_percent": self.error_percent,
            "log_error": self.log_error,
            "beats_rivals": self.beats_rivals,
        }


def log_error(value: float, truth: float) -> float:
    """Return the logarithm of a value over the truth, a thousandth added to both.

    Examples
    --------
    >>> round(log_error(2.0, 1.0), 2), log_error(1.0, 1.0)
    (0.69, 0.0)
    """
    floor = FLOOR * truth
    return math.log((value + floor) / (truth + floor))


@dataclass(frozen=True, slots=True)
class Fitted:
    """One parameter as it was fitted.

    Attributes
    ----------
    name, kind, unit : str
        Of the row; the unit is empty of a factor.
    prior, value, low, high : float
        Before and after, and the bounds.
    standard_error : float or None
        In the unit, of a factor that of its logarithm; None where it was not told.
    at_bound : bool
        Whether it stopped at a bound.
    identifiable : bool
        Whether the observations tell it.
    reason : str
        Why not.
    observation_ids : tuple of str
        Observations that move with it.
    """

    name: str
    kind: str
    unit: str
    prior: float
    value: float
    low: float
    high: float
    standard_error: float | None
    at_bound: bool
    identifiable: bool
    reason: str
    observation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotUsed:
    """An observation of the years that was not used.

    Attributes
    ----------
    observation_id, on : str
        As the row says.
    year : int
        Its year.
    why : str
        What stands against it.
    """

    observation_id: str
    on: str
    year: int
    why: str


@dataclass(frozen=True, slots=True)
class CalibrateResult:
    """A model held against what was observed.

    Attributes
    ----------
    observations : tuple of Met
        By year, those held out last.
    parameters : tuple of Fitted
        In the order of the table.
    not_used : tuple of NotUsed
        With the reason.
    fitted_years : tuple of int
        Years fitted.
    held_out_year : int or None
        Year that the fit did not see.
    spread : float
        How far the fit misses, in standard deviations of the data; 1 where less.
    evaluations : int
        How often the years were solved.
    seconds : float
        Wall time.
    model_hash : str
        Of the model without table `calibration`.
    stamp : Stamp
        Where it comes from.
    """

    observations: tuple[Met, ...]
    parameters: tuple[Fitted, ...]
    not_used: tuple[NotUsed, ...]
    fitted_years: tuple[int, ...]
    held_out_year: int | None
    spread: float
    evaluations: int
    seconds: float
    model_hash: str
    stamp: Stamp

    def of(self, *, held_out: bool) -> tuple[Met, ...]:
        """Return the observations that the fit saw, or those that it did not."""
        return tuple(met for met in self.observations if met.held_out == held_out)

    @property
    def theil_u(self) -> dict[str, float | None]:
        """Theil's U against both rivals, of the years fitted and of that held out.

        Notes
        -----
        Root of the mean squared log error of the model over that of the rival, over the
        observations that have the rival; below 1 the model is nearer [1]_.

        References
        ----------
        .. [1] Theil, H. (1966). *Applied Economic Forecasting*. North-Holland.
        """
        found: dict[str, float | None] = {}
        for part, held_out in (("in_sample", False), ("held_out", True)):
            met = self.of(held_out=held_out)
            for rival in ("last_year", "trend"):
                found[f"{part}_{rival}"] = _theil(met, rival)
        return found

    def change_of(self, met: Met) -> tuple[float, float] | None:
        """Return what was seen and modelled over the year before; None without it.

        Parameters
        ----------
        met : Met
            An observation.

        Returns
        -------
        tuple of float and float
            Ratios; above 1 is growth.
        """
        for other in self.observations:
            same = (other.on, other.commodity_ids, other.direction, other.unit)
            mine = (met.on, met.commodity_ids, met.direction, met.unit)
            if same == mine and other.year == met.year - 1 and other.modelled_after > 0:
                return (
                    met.observed / other.observed,
                    met.modelled_after / other.modelled_after,
                )
        return None

    def headline(self) -> str:
        """Say in a sentence how the year held out is met."""
        met = self.of(held_out=True)
        if not met:
            return "No year is held out: what follows is a fit, not a test."
        off = sorted(abs(each.error_percent) for each in met)
        middle = off[len(off) // 2]
        judged = [m.beats_rivals for m in met if m.beats_rivals is not None]
        return (
            f"Of {len(met)} observations of {self.held_out_year}, which the fit did "
            f"not see, the middle one is missed by {middle:.0f} %; {sum(judged)} of "
            f"{len(judged)} are nearer than last year's value and the trend."
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "observations": [each.as_dict() for each in self.observations],
            "parameters": [
                asdict(each) | {"observation_ids": list(each.observation_ids)}
                for each in self.parameters
            ],
            "theil_u": self.theil_u,
            "not_used": [asdict(each) for each in self.not_used],
            "fitted_years": list(self.fitted_years),
            "held_out_year": self.held_out_year,
            "spread": self.spread,
            "evaluations": self.evaluations,
            "model_hash": self.model_hash,
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row an observation."""
        return [each.as_dict() for each in self.observations]

    def to_frame(self) -> "pd.DataFrame":
        """Return one row an observation."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return observations, parameters, and what was not used."""
        import pandas as pd

        return MappingProxyType(
            {
                "observations": self.to_frame(),
                "parameters": pd.DataFrame([asdict(p) for p in self.parameters]),
                "not_used": pd.DataFrame([asdict(each) for each in self.not_used]),
            }
        )

    def summary(self) -> str:
        """Return some lines of text, the stamp last."""
        moved = [each for each in self.parameters if each.identifiable]
        return "\n".join(
            [
                self.headline(),
                (
                    f"{len(moved)} of {len(self.parameters)} parameters fitted to "
                    f"{len(self.of(held_out=False))} observations of "
                    f"{', '.join(map(str, self.fitted_years))}."
                ),
                self.stamp.line(),
            ]
        )


def _theil(met: Sequence[Met], rival: str) -> float | None:
    pairs = [
        (each.log_error, log_error(getattr(each, rival), each.observed))
        for each in met
        if getattr(each, rival) is not None
    ]
    theirs = sum(their**2 for _, their in pairs)
    if not pairs or theirs == 0:
        return None
    return math.sqrt(sum(mine**2 for mine, _ in pairs) / theirs)
