"""Which factors move a headline, told apart from noise by the same sample."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PERMUTATIONS: Final = 200
BY_CHANCE: Final = 0.05  # how often a factor is named that moves nothing
LEAST_BINS, MOST_BINS = 4, 20
PER_BIN: Final = 10
LEAST_NOISE: Final = 1e-9
PER_STEP: Final = 10  # samples for each factor of the regression
TRIFLE: Final = 1e-6


class Noise(NamedTuple):
    """What the largest of as many factors reaches by chance, once in twenty samples.

    Attributes
    ----------
    rank_correlation, first_order : float
        Largest of either.
    """

    rank_correlation: float
    first_order: float


class Screened(NamedTuple):
    """What a sample says of every factor and one headline.

    Attributes
    ----------
    rank_coefficient : (n_factors,)
        Standardised rank regression coefficient, with sign; 0 of those that are not
        told from noise.
    first_order : (n_factors,)
        Share of the variance that the factor explains by itself; about 0 where none.
    score : (n_factors,)
        Share of variance over the share that chance reaches, by the better of the two
        indices; above 1 is beyond chance.
    share : (n_factors,)
        What factors are ranked by: share of the variance of ranks, of those beyond
        chance; of the others a trifle, in the order of their score.
    """

    rank_coefficient: Floats
    first_order: Floats
    score: Floats
    share: Floats


def first_order(probability: Floats, headline: Floats, bins: int = 0) -> Floats:
    """Estimate first-order indices from any sample.

    Parameters
    ----------
    probability : (n, n_factors)
        Of each factor in each sample.
    headline : (n,)
        What came out.
    bins : int
        Equal parts of each factor; 0 = a tenth as many as samples, from 4 to 20.

    Returns
    -------
    (n_factors,)
        Share of the variance that each explains by itself; about 0 where it explains
        nothing, and slightly below by chance.

    Notes
    -----
    The given-data estimator [1]_: variance of the means of the parts, over the whole,
    less what parts of noise would have: 1 - (1 - r2) (n - 1) / (n - bins).

    References
    ----------
    .. [1] Plischke, E., Borgonovo, E., Smith, C. (2013). Global sensitivity measures
       from given data. *European Journal of Operational Research* 226(3).

    Examples
    --------
    >>> u = np.random.default_rng(1).random((500, 2))
    >>> np.abs(first_order(u, u[:, 0]) - [1, 0]).max() < 0.05
    np.True_
    """
    return _first_order(np.argsort(probability, axis=0), headline, bins)


def noise_of(probability: Floats, seed: int, headlines: int = 1) -> Noise:
    """Return what chance reaches among as many factors and samples.

    Parameters
    ----------
    probability : (n, n_factors)
        Of each factor in each sample.
    seed : int
        Of the permutations that noise is measured by.
    headlines : int
        How many are held against it.

    Returns
    -------
    Noise
        What the largest index of any factor reaches over permutations of a headline's
        ranks, once in twenty times as many as there are headlines: a factor named by
        chance is rare however many there are.
    """
    order = np.argsort(probability, axis=0)
    ranks = _standard(np.argsort(order, axis=0).astype(np.float64))
    n = probability.shape[0]
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    by_rank, by_share = [], []
    sure = 1.0 - BY_CHANCE / headlines
    for _ in range(PERMUTATIONS):
        mixed = rng.permutation(n).astype(np.float64)
        by_rank.append(np.abs(_standard(mixed[:, None])[:, 0] @ ranks).max() / n)
        by_share.append(_first_order(order, mixed, 0).max())
    return Noise(
        rank_correlation=max(float(np.quantile(by_rank, sure)), LEAST_NOISE),
        first_order=max(float(np.quantile(by_share, sure)), LEAST_NOISE),
    )


def screened(probability: Floats, headline: Floats, noise: Noise) -> Screened:
    """Tell which factors move a headline.

    Parameters
    ----------
    probability : (n, n_factors)
        Of each factor in each sample.
    headline : (n,)
        What came out.
    noise : Noise
        What chance reaches.

    Returns
    -------
    Screened
        Rank coefficient and first-order index of each factor, held against chance.

    Notes
    -----
    With more factors than samples no full regression can be had. Ranks are regressed
    step by step [1]_: the factor that is correlated most with what is left goes in, as
    long as that is more than chance reaches, and a tenth as many as samples at most.
    The first-order index finds what is not monotone; it is held against chance by
    ranks, which no single sample can carry away.

    References
    ----------
    .. [1] Iman, R., Conover, W. (1979). The use of the rank transform in regression.
       *Technometrics* 21(4).
    """
    n = headline.size
    order = np.argsort(probability, axis=0)
    ranks = _standard(np.argsort(order, axis=0).astype(np.float64))
    own = _ranks(headline)
    left = _standard(own[:, None])[:, 0]
    target, coefficient = left, np.zeros(ranks.shape[1])
    score = np.zeros(ranks.shape[1])
    chosen: list[int] = []
    while True:
        correlation = left @ ranks / n
        correlation[chosen] = 0.0
        beyond = (correlation / noise.rank_correlation) ** 2
        score = _kept(score, beyond, chosen)
        at = int(np.argmax(beyond))
        if not beyond[at] > 1.0 or len(chosen) >= max(1, n // PER_STEP):
            break
        chosen.append(at)
        fit, *_ = np.linalg.lstsq(ranks[:, chosen], target, rcond=None)
        coefficient[chosen] = fit
        left = _standard((target - ranks[:, chosen] @ fit)[:, None])[:, 0]
    by_rank = _first_order(order, own, 0)
    score = np.maximum(score, by_rank / noise.first_order)
    share = np.maximum(coefficient**2, np.where(score > 1.0, by_rank, 0.0))
    return Screened(
        rank_coefficient=coefficient,
        first_order=_first_order(order, headline, 0),
        score=score,
        share=share + TRIFLE * np.minimum(score, 1.0),
    )


def _kept(score: Floats, beyond: Floats, chosen: list[int]) -> Floats:
    """Return the scores of this step; those that went in keep theirs."""
    kept = beyond.copy()
    kept[chosen] = score[chosen]
    return kept


def _first_order(order: NDArray[np.intp], headline: Floats, bins: int) -> Floats:
    """Return indices where the order of each factor's samples is known."""
    n = headline.size
    bins = bins or min(MOST_BINS, max(LEAST_BINS, n // PER_BIN))
    bins = min(bins, n - 1)
    variance = float(headline.var())
    if not variance > 0:
        return np.zeros(order.shape[1])
    starts = (np.arange(bins) * n) // bins
    sizes = np.diff(np.append(starts, n))
    sums = np.add.reduceat((headline - headline.mean())[order], starts, axis=0)
    between = (sums**2 / sizes[:, None]).sum(axis=0) / n
    return np.asarray(1.0 - (1.0 - between / variance) * (n - 1) / (n - bins))


def _standard(columns: Floats) -> Floats:
    """Return columns of mean 0 and deviation 1; 0 where they do not vary."""
    away = columns - columns.mean(axis=0)
    spread = columns.std(axis=0)
    return np.asarray(away / np.where(spread > 0, spread, 1.0))


def _ranks(values: Floats) -> Floats:
    """Return ranks, ties at their mean."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2.0)[which], dtype=np.float64)
