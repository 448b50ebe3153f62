"""Parameters fitted to observations within bounds and priors."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.studies.calibrate.case import Cases

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
NOTHING: Final = 1e-3  # share of an observation added to both sides of its logarithm
A_PARAMETER: Final = 3  # observations that one free parameter needs
LEAST_OF: Final = 2  # observations that must move with a parameter
TELLS: Final = 0.1  # move for one standard deviation of a prior, in those of the data
AT_BOUND: Final = 1e-6  # of the distance between the bounds
MOST_EVALUATIONS: Final = 40
MANY: Final = 100  # free parameters from which steps are found by iteration


@dataclass(frozen=True, slots=True, eq=False)
class Priors:
    """What parameters are held to be before a fit.

    Attributes
    ----------
    value, low, high, sd : (n_parameters,)
        USD/t of what is paid, the logarithm of a factor.
    """

    value: Floats
    low: Floats
    high: Floats
    sd: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """What was observed.

    Attributes
    ----------
    value : (n_observations,)
        In their units, above 0.
    sd : (n_observations,)
        Standard deviation of the logarithm.
    """

    value: Floats
    sd: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Parameters as they were fitted.

    Attributes
    ----------
    value : (n_parameters,)
        USD/t, or the logarithm of a factor.
    covariance : (n_parameters, n_parameters)
        Of the free ones; of those that stand at their prior, the prior's; 0 of those
        whose bounds leave nothing open.
    is_free, at_bound : (n_parameters,) bool
        Whether the observations tell it; and whether it stopped at a bound.
    moves : (n_observations, n_parameters) bool
        Which observations move with which parameter.
    reason : tuple of str
        Why a parameter stands at its prior; empty of the free ones.
    before, after : (n_observations,)
        Modelled at the priors and at the values.
    spread : float
        Root of the mean squared error of the fit, in standard deviations of the data; 1
        where it is less.
    evaluations : int
        How often the years were solved.
    """

    value: Floats
    covariance: Floats
    is_free: Bools
    at_bound: Bools
    moves: Bools
    reason: tuple[str, ...]
    before: Floats
    after: Floats
    spread: float
    evaluations: int


def fit(
    cases: Cases,
    data: Data,
    priors: Priors,
    *,
    least_of: int = LEAST_OF,
    most_free: int | None = None,
) -> Fit:
    """Fit parameters so that what is modelled comes near what was observed.

    Parameters
    ----------
    cases : Cases
        Years, whose observations stand in the order of `data`.
    data : Data
        Observations.
    priors : Priors
        Values before the fit, bounds, how sure they are.
    least_of : int
        Observations that must move with a parameter for it to be free.
    most_free : int or None
        Free parameters at most; None = one for three observations. More of them are for
        cells of a matrix, which a prior of its own holds each.

    Returns
    -------
    Fit
        Values with their covariance.

    Notes
    -----
    Least squares of ``ln(modelled / observed) / sd`` and of ``(value - prior) / sd of
    the prior``: the mode of the posterior, by a trust region within the bounds, the
    Jacobian exact from path shares. A parameter is free where two observations or more
    move with it by a tenth of their standard deviation for one of its prior; of these
    the most telling are, one for three observations. The covariance is the inverse of
    the curvature at the end, times the mean squared error where that is above 1.

    References
    ----------
    .. [1] Tarantola, A. (2005). *Inverse Problem Theory*, ch. 3. SIAM.
    """
    start = np.clip(priors.value, priors.low, priors.high)
    before = cases.modelled(start)
    sd = np.where(priors.high > priors.low, priors.sd, 0.0)
    slopes = _scaled(cases, data, start) * sd
    moves = np.abs(slopes) > TELLS
    most = data.value.size // A_PARAMETER if most_free is None else most_free
    is_free, reason = _told(slopes, moves, least_of, most)
    fast = zip(sd == 0, reason, strict=True)
    reason = tuple("its bounds leave nothing open" if at else why for at, why in fast)
    value, evaluations = _search(cases, data, priors, is_free, start)
    after = cases.modelled(value)
    slopes = _scaled(cases, data, value)[:, is_free]
    left = _missed(after, data)
    extent = float(left @ left) / max(data.value.size - int(is_free.sum()), 1)
    spread = max(1.0, float(np.sqrt(extent)))
    covariance = np.diag(sd**2)
    free = np.ix_(is_free, is_free)
    sure = np.diag(priors.sd[is_free] ** -2.0)
    bend = slopes.T @ slopes / spread**2 + sure
    covariance[free] = np.linalg.inv(bend)
    width = np.maximum(priors.high - priors.low, np.finfo(np.float64).tiny)
    near = np.minimum(value - priors.low, priors.high - value) <= AT_BOUND * width
    return Fit(
        value=value,
        covariance=covariance,
        is_free=is_free,
        at_bound=near & is_free,
        moves=moves,
        reason=reason,
        before=before,
        after=after,
        spread=spread,
        evaluations=evaluations,
    )


def _missed(modelled: Floats, data: Data) -> Floats:
    """Return what each observation is missed by, in its standard deviations."""
    floor = NOTHING * data.value
    return np.asarray(
        np.log((modelled + floor) / (data.value + floor)) / data.sd, dtype=np.float64
    )


def _scaled(cases: Cases, data: Data, value: Floats) -> Floats:
    """Return how what is missed answers to the parameters."""
    floor = NOTHING * data.value
    modelled = cases.modelled(value)
    weight = 1.0 / ((modelled + floor) * data.sd)
    return np.asarray(weight[:, None] * cases.slopes(value))


def _told(
    slopes: Floats, moves: Bools, least_of: int, most: int
) -> tuple[Bools, tuple[str, ...]]:
    """Return which parameters the observations tell, and why not the others."""
    count = moves.sum(axis=0)
    is_free = count >= least_of
    reason = [
        ""
        if is_enough
        else "no observation moves with it"
        if not number
        else "one observation alone moves with it"
        for number, is_enough in zip(count.tolist(), is_free.tolist(), strict=True)
    ]
    telling = np.where(is_free, (slopes**2).sum(axis=0), -1.0)
    n = slopes.shape[0]
    for at in np.argsort(-telling, kind="stable")[most:].tolist():
        if is_free[at]:
            is_free[at] = False
            reason[at] = f"{n} observations tell {most} parameters, others tell more"
    return is_free, tuple(reason)


def _search(
    cases: Cases, data: Data, priors: Priors, is_free: Bools, start: Floats
) -> tuple[Floats, int]:
    """Return the best values, and how often the years were solved for them."""
    from scipy.optimize import least_squares

    if not is_free.any():
        return start, 0
    sd = priors.sd[is_free]

    def values(free: Floats) -> Floats:
        whole = start.copy()
        whole[is_free] = priors.value[is_free] + sd * free
        return whole

    def missed(free: Floats) -> Floats:
        return np.concatenate((_missed(cases.modelled(values(free)), data), free))

    def slopes(free: Floats) -> Floats:
        rows = _scaled(cases, data, values(free))[:, is_free] * sd
        return np.concatenate((rows, np.eye(free.size)))

    low = (priors.low[is_free] - priors.value[is_free]) / sd
    high = (priors.high[is_free] - priors.value[is_free]) / sd
    first = np.clip(np.zeros(sd.size), low + 1e-9, high - 1e-9)
    found = least_squares(
        missed,
        first,
        jac=slopes,
        bounds=(low, high),
        max_nfev=MOST_EVALUATIONS,
        tr_solver="lsmr" if sd.size > MANY else "exact",
        xtol=1e-8,
        ftol=1e-8,
        gtol=1e-8,
    )
    return np.clip(values(found.x), priors.low, priors.high), int(found.nfev)
