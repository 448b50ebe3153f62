"""What makes countries trade: structural gravity by Poisson pseudo-likelihood."""

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.trade.equation import (
    Coefficient,
    Dropped,
    Gravity,
    GravityParams,
)
from bereket.errors import ExtraError, QuestionError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Gravity", "GravityParams", "elasticity_of", "estimate_gravity"]

NAMED: Final = 5  # rows or countries that a fault names
LOW, HIGH = 0.025, 0.975
NEEDS_EXTRA: Final = "gravity needs pyfixest: pip install 'bereket[trade]'"
NO_LONGER: Final = "The inplace keyword"  # pandas 3.1 says of pyfixest's own calls


def estimate_gravity(rows: "pd.DataFrame", params: GravityParams) -> Gravity:
    """Estimate what makes countries trade.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a directed pair and year; the frame is not altered.
    params : GravityParams
        Columns, effects, clusters.

    Returns
    -------
    Gravity
        Coefficients with clustered errors, and what was dropped and why.

    Raises
    ------
    QuestionError
        When a column is missing, trade is below 0, a pair stands twice, a country has
        nothing but zeros, or what is asked is collinear.
    ExtraError
        When pyfixest is not installed.

    Notes
    -----
    Poisson pseudo-maximum likelihood [1]_ by pyfixest, zeros of trade kept, separated
    rows [2]_ and single ones left out and counted. Columns are handed over under names
    of our own, so that no text of a table is taken for a formula.

    References
    ----------
    .. [1] Santos Silva, J., Tenreyro, S. (2006). The log of gravity. *Review of
       Economics and Statistics* 88(4).
    .. [2] Correia, S., Guimaraes, P., Zylkin, T. (2020). Fast Poisson estimation with
       high-dimensional fixed effects. *Stata Journal* 20(1).

    Examples
    --------
    Trade that falls by a half where the distance doubles:

    >>> import pandas as pd
    >>> km = np.array([1, 2, 1, 4, 2, 4])
    >>> rows = pd.DataFrame({"exporter": list("AABBCC"), "importer": list("BCACAB"),
    ...     "trade": 8.0 / km, "ln_km": np.log(km)})
    >>> asked = GravityParams(("ln_km",), effects="none")
    >>> round(estimate_gravity(rows, asked).of("ln_km").estimate, 6)
    -1.0
    """
    _refuse(rows, params)
    given = rows[list(params.columns)]
    whole = given.notna().all(axis=1).to_numpy()
    figures = [params.value, *params.regressors]
    is_finite = np.isfinite(given[figures].to_numpy(np.float64))
    usable = whole & is_finite.all(axis=1)
    _refuse_zeros(given[usable], params)
    fit, separated = _fitted(given[usable], params)
    dropped = _dropped(usable, separated, int(fit._N), params)  # noqa: SLF001 no other name
    names = list(fit._coefnames)  # noqa: SLF001
    short = [f"x{at}" for at in range(len(params.regressors))]
    lost = [params.regressors[at] for at, name in enumerate(short) if name not in names]
    if lost:
        raise QuestionError(_untold(lost))
    order = [names.index(name) for name in short]
    estimate, error = (
        np.asarray(each, dtype=np.float64)[order]
        for each in (fit._beta_hat, fit._se)  # noqa: SLF001
    )
    bounds = fit.confint(alpha=1.0 - (HIGH - LOW)).to_numpy()[order]
    columns = zip(
        params.regressors,
        *(c.tolist() for c in (estimate, error, *bounds.T)),
        strict=True,
    )
    return Gravity(
        coefficients=tuple(Coefficient(*each) for each in columns),
        covariance=np.asarray(fit._vcov)[np.ix_(order, order)],  # noqa: SLF001
        n_given=len(rows),
        n_used=int(fit._N),  # noqa: SLF001
        dropped=dropped,
        pseudo_r2=float(fit._pseudo_r2),  # noqa: SLF001
        params=params,
    )


def _fitted(rows: "pd.DataFrame", params: GravityParams) -> tuple[Any, int]:
    """Let pyfixest fit; return its model and the number of rows that are separated."""
    try:
        import pyfixest
    except ImportError as fault:
        raise ExtraError(NEEDS_EXTRA) from fault
    import pandas as pd

    codes = {
        name: pd.factorize(rows[name])[0] for name in (params.exporter, params.importer)
    }
    seller, buyer = codes.values()
    n = int(buyer.max()) + 1
    own: dict[str, Any] = {
        f"x{at}": rows[name].to_numpy(np.float64)
        for at, name in enumerate(params.regressors)
    }
    own |= {"y": rows[params.value].to_numpy(np.float64), "i": seller, "j": buyer}
    own["p"] = seller.astype(np.int64) * n + buyer
    if params.year:
        year = pd.factorize(rows[params.year])[0]
        span = int(year.max()) + 1
        own |= {"it": seller * span + year, "jt": buyer * span + year}
    effects = {
        "none": "",
        "countries": " | i + j",
        "country_years": " | it + jt",
        "three_way": " | it + jt + p",
    }[params.effects]
    _refuse_lone(own, effects)
    cluster = {"pair": "p", "exporter": "i", "importer": "j", "both": "i + j"}
    formula = (
        f"y ~ {' + '.join(f'x{a}' for a in range(len(params.regressors)))}{effects}"
    )
    with warnings.catch_warnings(record=True):  # what was left out is counted below
        warnings.simplefilter("always")
        try:
            fit = pyfixest.fepois(
                formula,
                data=pd.DataFrame(own),
                vcov={"CRV1": cluster[params.cluster]},
                separation_check=["fe", "ir"],
                copy_data=False,
                store_data=False,
            )
        except ValueError as fault:
            if "collinear" not in str(fault).lower():
                raise
            raise QuestionError(_untold(params.regressors)) from fault
    return fit, int(getattr(fit, "n_separation_na", 0) or 0)


def _untold(names: Sequence[str]) -> str:
    """Say that regressors are collinear."""
    told = ", ".join(names)
    return (
        f"{told} cannot be told from the effects or the other regressors: leave it out"
    )


def _refuse_lone(columns: Mapping[str, NDArray[Any]], effects: str) -> None:
    """Raise where no row shares each of its effects with another.

    Raises
    ------
    QuestionError
        When nothing would be left to estimate.
    """
    names = effects.replace("|", " ").replace("+", " ").split()
    kept = np.arange(columns["y"].size)
    while names and kept.size:
        shared = np.ones(kept.size, dtype=bool)
        for name in names:
            codes = columns[name][kept]
            shared &= np.bincount(codes)[codes] > 1
        if shared.all():
            return
        kept = kept[shared]
    if names:
        msg = "every row is alone in an effect: there is nothing to estimate from"
        raise QuestionError(msg)


def _refuse(rows: "pd.DataFrame", params: GravityParams) -> None:
    """Raise where rows are no table of trade."""
    twice = sorted({str(n) for n in rows.columns[rows.columns.duplicated()]})
    if twice:
        msg = f"a column must stand once; twice: {', '.join(twice)}"
        raise QuestionError(msg)
    missing = [name for name in params.columns if name not in rows.columns]
    if missing:
        told = ", ".join(map(repr, missing))
        msg = (
            f"there is no column {told}; there are {', '.join(map(str, rows.columns))}"
        )
        raise QuestionError(msg)
    texts = [
        n
        for n in (params.value, *params.regressors)
        if rows[n].dtype.kind not in "fiub"
    ]
    if texts:
        msg = f"{', '.join(map(repr, texts))} must be of numbers"
        raise QuestionError(msg)
    value = rows[params.value].to_numpy(np.float64)
    below = np.nonzero(value < 0)[0]
    if below.size:
        at = ", ".join(map(str, below[:NAMED].tolist()))
        msg = f"trade must be 0 or more; not so in rows {at} (counted from 0)"
        raise QuestionError(msg)
    key = [params.exporter, params.importer, *([params.year] if params.year else [])]
    again = np.nonzero(rows.duplicated(key).to_numpy())[0]
    if again.size:
        named = [" ".join(map(str, rows[key].iloc[at])) for at in again[:NAMED]]
        msg = f"a pair may stand once a year; these stand again: {'; '.join(named)}"
        raise QuestionError(msg)


def _refuse_zeros(rows: "pd.DataFrame", params: GravityParams) -> None:
    """Raise where a country has nothing but zeros: its effect would be infinite."""
    if rows.empty:
        msg = "no row has all its figures"
        raise QuestionError(msg)
    if not (rows[params.value].to_numpy(np.float64) > 0).any():
        msg = "nothing is traded: every row is 0"
        raise QuestionError(msg)
    if params.effects == "none":
        sold = rows[params.value].to_numpy(np.float64) > 0
        figures = {name: rows[name].to_numpy(np.float64) for name in params.regressors}
        alone = [
            name
            for name, each in figures.items()
            if np.ptp(each) > 0 and sold.any() and np.ptp(each[sold]) == 0
        ]
        if alone:  # a likelihood without a maximum
            raise QuestionError(_untold(alone))
        return
    faults = []
    for column, verb in ((params.exporter, "sells"), (params.importer, "buys")):
        total = rows.groupby(column, observed=True, sort=False)[params.value].sum()
        empty = [str(name) for name in total.index[total.to_numpy() <= 0]]
        if empty:
            named = ", ".join(empty[:NAMED])
            more = f" and {len(empty) - NAMED} more" if len(empty) > NAMED else ""
            faults.append(f"{named}{more} {verb} nothing: leave a country of zeros out")
    if faults:
        raise QuestionError("\n".join(faults))


def _dropped(
    usable: NDArray[np.bool_], separated: int, used: int, params: GravityParams
) -> tuple[Dropped, ...]:
    """Tell the rows that were not used by their reasons."""
    empty = np.nonzero(~usable)[0]
    single = int(usable.sum()) - separated - used
    found = (
        Dropped(
            "a figure is missing or is no number",
            int(empty.size),
            tuple(empty[:NAMED].tolist()),
        ),
        Dropped("separated: an effect or regressor holds for zeros alone", separated),
        Dropped(f"alone in an effect ({params.effects})", single),
    )
    return tuple(each for each in found if each.rows)


def elasticity_of(gravity: Gravity, name: str) -> tuple[float, float, float]:
    """Return a trade elasticity above 0 with its bounds, of a cost's coefficient.

    Raises
    ------
    QuestionError
        When trade does not fall with the cost.
    """
    found = gravity.of(name)
    if not (math.isfinite(found.estimate) and found.estimate < 0):
        msg = f"trade does not fall with {name}: its coefficient is {found.estimate:g}"
        raise QuestionError(msg)
    return -found.estimate, max(-found.high, 0.0), -found.low
