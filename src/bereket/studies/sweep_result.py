"""The answer of a sweep: how far headlines reach, and what moves them."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.model.result import Stamp, Status
from bereket.studies.factors import Factor
from bereket.studies.headlines import Headlines

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
SHOWN: Final = 3
LEVELS: Final = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a headline reaches.

    Attributes
    ----------
    headline, unit : str
        What it is.
    p5, p25, p50, p75, p95, mean : float
        Quantiles and mean of the samples that have it.
    base : float or None
        The answer with every cell as it stands; None where it has none.
    samples : int
        How many have it.
    """

    headline: str
    unit: str
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float
    mean: float
    base: float | None
    samples: int

    @classmethod
    def of(cls, headline: str, unit: str, values: Floats, base: float) -> "Spread":
        """Return the spread of the values that are known."""
        known = values[~np.isnan(values)]
        levels = np.quantile(known, list(LEVELS.values())).tolist()
        return cls(
            headline,
            unit,
            **dict(zip(LEVELS, levels, strict=True)),
            mean=float(known.mean()),
            base=None if math.isnan(base) else base,
            samples=known.size,
        )


@dataclass(frozen=True, slots=True)
class Swing:
    """What one factor alone does to the headline.

    Attributes
    ----------
    rank : int
        From 1, the largest swing first.
    factor : Factor
        The assumption.
    headline : str
        What it moves.
    at_p10, at_p90 : float or None
        The headline with the factor's cells at their tenth and ninetieth percentile,
        all else as it stands; None where there is no answer.
    swing : float
        Distance of the two.
    score : float
        As of `Screened`: above 1 the sample tells it from noise.
    """

    rank: int
    factor: Factor
    headline: str
    at_p10: float | None
    at_p90: float | None
    swing: float
    score: float

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return self.factor.as_dict() | {
            "headline": self.headline,
            "at_p10": self.at_p10,
            "at_p90": self.at_p90,
            "swing": self.swing,
            "rank": self.rank,
            "score": self.score,
            "is_above_noise": self.score > 1.0,
        }


@dataclass(frozen=True, slots=True)
class Moved:
    """A factor that the sample tells from noise, and the headline it moves most.

    Attributes
    ----------
    factor : Factor
        The assumption.
    headline : str
        The headline that it moves most clearly.
    rank_coefficient, first_order : float
        As of `Screened`: of ranks, with sign; share of the variance by itself.
    share : float
        Share of the variance of ranks.
    score : float
        Share of variance over that which chance reaches.
    also : tuple of str
        Other headlines that it moves beyond chance.
    """

    factor: Factor
    headline: str
    rank_coefficient: float
    first_order: float
    share: float
    score: float
    also: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return self.factor.as_dict() | {
            "headline": self.headline,
            "rank_coefficient": self.rank_coefficient,
            "first_order": self.first_order,
            "share": self.share,
            "score": self.score,
            "also": list(self.also),
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """Samples on which the question had no answer.

    Attributes
    ----------
    why : str
        What it said.
    samples : int
        How many.
    first : tuple of int
        Numbers of the first few, from 1.
    """

    why: str
    samples: int
    first: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SweepResult:
    """What a question answers when the cells with bounds are drawn.

    Attributes
    ----------
    asked : str
        The verb.
    headline : str
        The one that tornado and ranks are of.
    quantiles : tuple of Spread
        One a headline.
    tornado : tuple of Swing
        The largest swing first; what was tried and moves nothing is not there.
    screening : tuple of Moved
        Factors beyond noise, the clearest first.
    n_factors, n_cells : int
        What was drawn.
    left_out : mapping of str to int
        Cells with bounds that were not, by why.
    samples, done : int
        How many were wanted, and are done.
    failures : tuple of Failure
        What had no answer.
    n_rough : int
        Samples whose answer did not converge; they are counted with the others.
    draws : mapping of int to Headlines
        What came out, by number of the sample from 0.
    notes : tuple of str
        How it was made.
    warnings : tuple of str
        What could not be used.
    stamp : Stamp
        Where the answer comes from.
    """

    asked: str
    headline: str
    quantiles: tuple[Spread, ...]
    tornado: tuple[Swing, ...]
    screening: tuple[Moved, ...]
    n_factors: int
    n_cells: int
    left_out: Mapping[str, int]
    samples: int
    done: int
    failures: tuple[Failure, ...]
    n_rough: int
    draws: Mapping[int, Headlines] = field(repr=False)
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    stamp: Stamp

    @property
    def status(self) -> Status:
        """How the answer ended."""
        return self.stamp.status

    @property
    def main(self) -> Spread:
        """The spread of the first headline."""
        return next(s for s in self.quantiles if s.headline == self.headline)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "asked": self.asked,
            "status": self.status,
            "headline": self.headline,
            "quantiles": {
                each.headline: {
                    k: v for k, v in asdict(each).items() if k != "headline"
                }
                for each in self.quantiles
            },
            "tornado": [each.as_dict() for each in self.tornado],
            "screening": [each.as_dict() for each in self.screening],
            "factors": self.n_factors,
            "cells": self.n_cells,
            "left_out": [{"cells": n, "why": why} for why, n in self.left_out.items()],
            "samples": self.samples,
            "done": self.done,
            "answered": self.done - sum(each.samples for each in self.failures),
            "failures": [asdict(each) for each in self.failures],
            "not_converged": self.n_rough,
            "seed": self.stamp.seed,
            "notes": list(self.notes),
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a headline."""
        import pandas as pd

        return pd.DataFrame([asdict(each) for each in self.quantiles])

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return quantiles, tornado, screening, what was left out, and every sample."""
        import pandas as pd

        plain = self.as_dict()
        samples = [
            {"sample": number + 1, **each.figures, "why": each.fault}
            for number, each in self.draws.items()
        ]
        found = {"quantiles": self.to_frame(), "samples": pd.DataFrame(samples)}
        for name in ("tornado", "screening", "left_out", "failures"):
            found[name] = pd.DataFrame(plain[name])
        return MappingProxyType(found)

    def summary(self) -> str:
        """Return about ten lines of text, the stamp last."""
        lines = [
            f"{self.done} samples of {self.n_factors} factors ({self.n_cells} cells)"
        ]
        lines += [
            f"{each.headline}: {each.p50:,.4g} ({each.p5:,.4g} to {each.p95:,.4g}) "
            f"{each.unit}"
            for each in self.quantiles[:SHOWN]
        ]
        lines += [
            f"{each.rank}. {each.factor.name}: {each.swing:,.3g}"
            for each in self.tornado[:SHOWN]
        ]
        return "\n".join([*lines, self.stamp.line()])
