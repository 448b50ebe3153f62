"""Draws of what the trade of two countries will be, and what its spread is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.trade.pair import (
    Interval,
    SectorFlow,
    elasticity,
)
from bereket.model.chance import stream_of
from bereket.model.model import Model
from bereket.model.trading import ALL_GOODS

Floats = NDArray[np.float64]
Cause = Literal["growth", "prices", "elasticities", "pair", "base"]
CAUSES: Final = get_args(Cause)
STILL: Final = 1e-20  # a variance that is but rounding


@dataclass(frozen=True, slots=True, eq=False)
class Outlooks:
    """Draws of the flows of two countries, year by year, at costs as they are.

    Attributes
    ----------
    flows : tuple of SectorFlow
        The flows.
    years : (n_years,) int
        Years, the base year first.
    value_usd : (draws, n_flows, n_years)
        Values.
    theta : (draws, n_flows)
        Trade elasticity of each flow.
    adjustment : (draws,)
        Share of the way to its new level that trade goes in a year.
    """

    flows: tuple[SectorFlow, ...]
    years: NDArray[np.int64]
    value_usd: Floats
    theta: Floats
    adjustment: Floats

    @property
    def turnover_usd(self) -> Floats:
        """Value of all flows together, (draws, n_years)."""
        return np.asarray(self.value_usd.sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What the draws are made from.

    Attributes
    ----------
    year : int
        Year from which all is forecast: of the turnover observed last, or of the flows.
    split_year : int
        Year of the flows, by which the turnover is split.
    flows : tuple of SectorFlow
        Flows of the base year.
    base : Interval
        Turnover of that year.
    growths : (n, 2)
        Past yearly growths of both countries' product, as logarithms, in the order of
        `pair`.
    pair : tuple of (str, str)
        The countries.
    """

    year: int
    split_year: int
    flows: tuple[SectorFlow, ...]
    base: Interval
    growths: Floats
    pair: tuple[str, str]


def draw_outlooks(
    model: Model,
    known: Known,
    years: Sequence[int],
    draws: int,
    seed: int,
    causes: Sequence[Cause] = CAUSES,
) -> Outlooks:
    """Draw the flows of two countries to come, at costs of carriage as they are.

    Parameters
    ----------
    model : Model
        Elasticities.
    known : Known
        Base year and past growths.
    years : sequence of int
        The base year and those after it, one by one.
    draws : int
        How many.
    seed : int
        Seed; each cause has its own stream, so that leaving one out moves no other.
    causes : sequence of str
        Causes that vary; the others stay at their figures.

    Returns
    -------
    Outlooks
        The draws.

    Notes
    -----
    Growth of a flow in a year, in logarithms::

        exporter_gdp (g_i - inflation) + importer_gdp (g_j - inflation) + inflation
        + change of the cargo's price + step of the direction's own walk

    Growths ``g`` of both countries are drawn together, normal with the covariance of
    the past ones, which is itself drawn by its degrees of freedom, about a mean that
    is as unsure as so many years leave it. What is no freight (gas in a pipe, power)
    follows prices alone. The walk is one for each direction, all its cargo together.
    """
    chance = _Chance(model, draws, seed, tuple(causes))
    n_years = len(years) - 1
    inflation = chance.drawn("price_growth_per_year", ALL_GOODS, "prices")
    directions = _directions(chance, known, inflation, n_years)
    log = np.zeros((draws, len(known.flows), n_years + 1))
    prices: dict[str, Floats] = {}
    passed = np.arange(1, n_years + 1)
    for at, flow in enumerate(known.flows):
        if flow.sector not in prices:
            sd = chance.drawn("price_sd_per_year", flow.sector, "prices")
            prices[flow.sector] = sd[:, None] * chance.walk(
                "prices", n_years, flow.sector
            )
        log[:, at, 1:] = prices[flow.sector] + inflation[:, None] * passed
        if flow.is_freight:
            log[:, at, 1:] += directions[flow.exporter_iso3]
    theta = [
        chance.drawn("trade_cost", flow.sector, "elasticities") for flow in known.flows
    ]
    first = _base(known, chance)
    return Outlooks(
        flows=known.flows,
        years=np.asarray(years),
        value_usd=first[:, :, None] * np.exp(log),
        theta=np.column_stack(theta),
        adjustment=chance.drawn("adjustment_per_year", ALL_GOODS, "elasticities"),
    )


class _Chance:
    """A stream of random numbers for each figure; still where its cause does not vary.

    A stream is keyed by what it draws, and years are drawn one after the other: so no
    figure moves where another is left out, or where more years are asked for.
    """

    def __init__(
        self, model: Model, draws: int, seed: int, causes: tuple[Cause, ...]
    ) -> None:
        self.model, self.draws, self.seed, self.causes = model, draws, seed, causes

    def stream(self, *name: str) -> np.random.Generator:
        """Return the random numbers of what is drawn."""
        return stream_of(self.seed, "|".join(name))

    def drawn(self, name: str, sector: str, cause: Cause) -> Floats:
        """Return draws of an elasticity, or its figure."""
        return self.interval(elasticity(self.model, name, sector), cause, name, sector)

    def interval(self, held: Interval, cause: Cause, *name: str) -> Floats:
        """Return draws of a figure, or the figure."""
        if cause not in self.causes:
            return np.full(self.draws, held.value)
        return held.drawn(self.stream(*name), self.draws)

    def walk(self, cause: Cause, n_years: int, *name: str) -> Floats:
        """Return walks of steps of one standard deviation, (draws, n_years)."""
        steps = self.stream("walk", *name).standard_normal((n_years, self.draws))
        return np.asarray(steps.cumsum(axis=0).T * (cause in self.causes))


def _directions(
    chance: _Chance, known: Known, inflation: Floats, n_years: int
) -> dict[str, Floats]:
    """Return what grows all cargo of a direction, by who sells, (draws, n_years)."""
    sells = chance.drawn("exporter_gdp", ALL_GOODS, "elasticities")[:, None]
    buys = chance.drawn("importer_gdp", ALL_GOODS, "elasticities")[:, None]
    growth = _growths(known.growths, chance, n_years)
    real = (growth - inflation[:, None, None]).cumsum(axis=1)
    stray = chance.drawn("pair_sd_per_year", ALL_GOODS, "pair")[:, None]
    return {
        name: sells * real[:, :, side]
        + buys * real[:, :, 1 - side]
        + stray * chance.walk("pair", n_years, name)
        for side, name in enumerate(known.pair)
    }


def _growths(past: Floats, chance: _Chance, n_years: int) -> Floats:
    """Return growths to come, (draws, n_years, 2)."""
    n, mean, draws = len(past), past.mean(axis=0), chance.draws
    if "growth" not in chance.causes:
        return np.broadcast_to(mean, (draws, n_years, 2))
    root = _root(np.cov(past, rowvar=False))
    spread = np.sqrt((n - 1) / chance.stream("spread").chisquare(n - 1, draws))
    about = chance.stream("mean").standard_normal((draws, 2)) @ root.T / np.sqrt(n)
    steps = chance.stream("growth").standard_normal((n_years, draws, 2))
    yearly = np.swapaxes(steps @ root.T, 0, 1)
    return np.asarray(mean + spread[:, None, None] * (about[:, None, :] + yearly))


def _root(covariance: Floats) -> Floats:
    """Return a square root of a covariance, of one that is flat too."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def _base(known: Known, chance: _Chance) -> Floats:
    """Return the flows of the base year, (draws, n_flows): a split of the turnover."""
    parts = np.column_stack(
        [
            chance.interval(each.value_usd, "base", each.exporter_iso3, each.sector)
            for each in known.flows
        ]
    )
    total = chance.interval(known.base, "base", "turnover")
    return np.asarray(parts * (total / parts.sum(axis=1))[:, None])


def spread_by_cause(
    model: Model, known: Known, years: Sequence[int], draws: int, seed: int
) -> dict[str, float]:
    """Return the share of each cause in the spread of the last year's turnover.

    Returns
    -------
    dict of str to float
        Variance of the logarithm with that cause alone, over the sum of them.
    """
    alone = {
        cause: float(
            np.log(
                draw_outlooks(model, known, years, draws, seed, (cause,)).turnover_usd[
                    :, -1
                ]
            ).var()
        )
        for cause in CAUSES
    }
    total = sum(alone.values())
    return {
        cause: each / total if total > STILL else 0.0 for cause, each in alone.items()
    }
