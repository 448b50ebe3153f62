"""Draws of what the trade of two countries will be, and what its spread is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.trade.pair import (
    ALL_GOODS,
    Interval,
    SectorFlow,
    elasticity,
)
from bereket.model.model import Model

Floats = NDArray[np.float64]
Cause = Literal["growth", "prices", "elasticities", "pair", "base"]
CAUSES: Final = get_args(Cause)


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
    flows : tuple of SectorFlow
        Flows of the base year.
    base : Interval
        Turnover of the base year.
    growths : (n, 2)
        Past yearly growths of both countries' product, as logarithms, in the order of
        `pair`.
    pair : tuple of (str, str)
        The countries.
    """

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
    n_years, shape = len(years) - 1, (draws, len(known.flows))
    streams = dict(
        zip(CAUSES, np.random.SeedSequence(seed).spawn(len(CAUSES)), strict=True)
    )
    rng = {name: np.random.default_rng(each) for name, each in streams.items()}

    def drawn(interval: Interval, cause: Cause) -> Floats:
        found = interval.drawn(rng[cause], draws)
        return found if cause in causes else np.full(draws, interval.value)

    inflation = drawn(elasticity(model, "price_growth_per_year", ALL_GOODS), "prices")
    income = {
        name: drawn(elasticity(model, name, ALL_GOODS), "elasticities")
        for name in ("exporter_gdp", "importer_gdp")
    }
    growth = _growths(known.growths, draws, n_years, rng["growth"])
    if "growth" not in causes:
        growth = np.broadcast_to(known.growths.mean(axis=0), growth.shape)
    log = np.zeros((*shape, n_years + 1))
    walks = (
        rng["pair"].standard_normal((draws, len(known.pair), n_years)).cumsum(axis=2)
    )
    stray = drawn(elasticity(model, "pair_sd_per_year", ALL_GOODS), "pair")
    stray = stray * ("pair" in causes)
    prices: dict[str, Floats] = {}
    passed = np.arange(1, n_years + 1)
    for at, flow in enumerate(known.flows):
        if flow.sector not in prices:
            sd = drawn(elasticity(model, "price_sd_per_year", flow.sector), "prices")
            steps = rng["prices"].standard_normal((draws, n_years)).cumsum(axis=1)
            prices[flow.sector] = sd[:, None] * steps * ("prices" in causes)
        log[:, at, 1:] = prices[flow.sector] + inflation[:, None] * passed
        if not flow.is_freight:
            continue
        side = known.pair.index(flow.exporter_iso3)
        real = (growth - inflation[:, None, None]).cumsum(axis=1)
        log[:, at, 1:] += income["exporter_gdp"][:, None] * real[:, :, side]
        log[:, at, 1:] += income["importer_gdp"][:, None] * real[:, :, 1 - side]
        log[:, at, 1:] += stray[:, None] * walks[:, side]
    theta = np.empty(shape)
    for at, flow in enumerate(known.flows):
        theta[:, at] = drawn(
            elasticity(model, "trade_cost", flow.sector), "elasticities"
        )
    first = _base(known, draws, rng["base"], varies="base" in causes)
    return Outlooks(
        flows=known.flows,
        years=np.asarray(years),
        value_usd=first[:, :, None] * np.exp(log),
        theta=theta,
        adjustment=drawn(
            elasticity(model, "adjustment_per_year", ALL_GOODS), "elasticities"
        ),
    )


def _growths(
    past: Floats, draws: int, n_years: int, rng: np.random.Generator
) -> Floats:
    """Return growths to come, (draws, n_years, 2)."""
    n = len(past)
    mean, root = past.mean(axis=0), _root(np.cov(past, rowvar=False))
    spread = np.sqrt((n - 1) / rng.chisquare(n - 1, draws))
    about = rng.standard_normal((draws, 2)) @ root.T / np.sqrt(n)
    yearly = rng.standard_normal((draws, n_years, 2)) @ root.T
    return np.asarray(mean + spread[:, None, None] * (about[:, None, :] + yearly))


def _root(covariance: Floats) -> Floats:
    """Return a square root of a covariance, of one that is flat too."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def _base(
    known: Known, draws: int, rng: np.random.Generator, *, varies: bool
) -> Floats:
    """Return the flows of the base year, (draws, n_flows): a split of the turnover."""
    split = np.array([each.value_usd.value for each in known.flows])
    if not varies:
        return np.tile(split * known.base.value / split.sum(), (draws, 1))
    parts = np.column_stack([each.value_usd.drawn(rng, draws) for each in known.flows])
    total = known.base.drawn(rng, draws)
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
    return {cause: each / total if total else 0.0 for cause, each in alone.items()}
