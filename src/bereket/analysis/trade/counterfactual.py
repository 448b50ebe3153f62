"""Trade between all countries after a change of its costs, by exact-hat algebra."""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.graph import frozen
from bereket.errors import QuestionError
from bereket.kernels.hat import balance_margins, clear_markets
from bereket.model.model import Model
from bereket.model.trading import NOT_FREIGHT

Floats = NDArray[np.float64]
Closure = Literal["conditional", "full"]
TOLERANCE: Final = 1e-12
MOST_ROUNDS: Final = 20_000
NAMED: Final = 5  # pairs or countries that a fault names


@dataclass(frozen=True, slots=True, eq=False)
class TradeMatrix:
    """Goods that countries sell each other, and themselves, in a year.

    Attributes
    ----------
    countries : tuple of str
        Labels.
    value_usd : (n, n)
        Values, seller by buyer.
    assumed_share : float
        Share of the value between countries that rests on assumed rows.
    """

    countries: tuple[str, ...]
    value_usd: Floats
    assumed_share: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a matrix in which a country sells or buys nothing.

        Raises
        ------
        QuestionError
            With what is wrong, by country.
        """
        n = len(self.countries)
        if self.value_usd.shape != (n, n):
            rows, columns = self.value_usd.shape
            msg = (
                f"trade must have a value for each of {n} countries with each; found "
                f"{rows} sellers and {columns} buyers"
            )
            raise QuestionError(msg)
        wrong = ~np.isfinite(self.value_usd) | (self.value_usd < 0)
        if wrong.any():
            at = ", ".join(self._named(wrong))
            msg = f"values of trade must be numbers of 0 or more; not so for {at}"
            raise QuestionError(msg)
        zeros = {
            "sells": self.value_usd.sum(axis=1) <= 0,
            "buys": self.value_usd.sum(axis=0) <= 0,
        }
        faults = [
            f"{self.countries[at]} {verb} nothing: a country of zeros has no share "
            "that could change"
            for verb, empty in zeros.items()
            for at in np.nonzero(empty)[0].tolist()
        ]
        if faults:
            raise QuestionError("\n".join(faults))

    def _named(self, mask: NDArray[np.bool_]) -> list[str]:
        pairs = np.argwhere(mask)[:NAMED].tolist()
        return [f"{self.countries[i]} > {self.countries[j]}" for i, j in pairs]


@dataclass(frozen=True, slots=True, eq=False)
class Counterfactual:
    """What a change of costs does to all trade.

    Attributes
    ----------
    countries : tuple of str
        Labels.
    price : (n,)
        Change of prices at the gate, a ratio, world sales being the numeraire. Where
        sales are held, those at which sellers meet them.
    index : (n,)
        Change of what buyers pay on the mean, a ratio.
    outward : (n,)
        Change of what sellers meet on the mean (their multilateral resistance).
    welfare : (n,)
        Change of real income, a ratio.
    trade : (n, n)
        Change of each flow, a ratio.
    rounds : int
        Rounds of the loop.
    """

    countries: tuple[str, ...]
    price: Floats
    index: Floats
    outward: Floats
    welfare: Floats
    trade: Floats
    rounds: int


def counterfactual(
    matrix: TradeMatrix,
    factor: Floats,
    theta: float,
    closure: Closure = "full",
) -> Counterfactual:
    """Find what a change of costs makes of all trade.

    Parameters
    ----------
    matrix : TradeMatrix
        Trade of a base year.
    factor : (n, n)
        What the change alone makes of each flow: ``tau_hat ** -theta``; ones where
        nothing changes, 0 where trade ends.
    theta : float
        Trade elasticity, above 0.
    closure : {"conditional", "full"}
        Sales and spending of each country held, or prices and incomes following.

    Returns
    -------
    Counterfactual
        Changes as ratios.

    Raises
    ------
    QuestionError
        When factor or elasticity are none, or the loop does not end.

    Notes
    -----
    Armington trade in changes [1]_ [2]_, with ``pi`` the share of a seller in what a
    buyer spends: ``pi' = pi factor p_i^-theta / sum_k (...)``. Conditional: what each
    sells and spends is held, and factors of rows and columns, the changes of
    multilateral resistance, restore it [3]_. Full: what each has to sell is held, its
    price clears the market and its spending stays the same multiple of its income;
    world sales are the numeraire. One factor on all imbalances lets them clear.

    References
    ----------
    .. [1] Dekle, R., Eaton, J., Kortum, S. (2007). Unbalanced trade. *American Economic
       Review* 97(2).
    .. [2] Arkolakis, C., Costinot, A., Rodriguez-Clare, A. (2012). New trade models,
       same old gains? *American Economic Review* 102(1).
    .. [3] Yotov, Y., Piermartini, R., Monteiro, J.-A., Larch, M. (2016). *An advanced
       guide to trade policy analysis: the structural gravity model*. WTO, UNCTAD.

    Examples
    --------
    Two like countries that buy half of all from each other; ended trade costs them what
    the share of own trade says, to the power of one over the elasticity:

    >>> even = TradeMatrix(("A", "B"), np.full((2, 2), 50.0))
    >>> shut = counterfactual(even, np.eye(2), theta=4.0)
    >>> shut.welfare.round(6).tolist(), round(0.5 ** (1 / 4), 6)
    ([0.840896, 0.840896], 0.840896)
    """
    value = matrix.value_usd
    _refuse(matrix, factor, theta)
    n = len(matrix.countries)
    outward, inward = np.ones(n), np.ones(n)
    price, index = np.ones(n), np.ones(n)
    factor = np.ascontiguousarray(factor, dtype=np.float64)
    if closure == "conditional":
        rounds = balance_margins(value, factor, TOLERANCE, MOST_ROUNDS, outward, inward)
        _refuse_unsettled(rounds, theta, outward, inward)
        trade = factor * outward[:, None] * inward[None, :]
        # the scale of rows against columns is free: prices keep the value of all sales
        sold = value.sum(axis=1)
        shift = float(sold @ outward ** (-1.0 / theta)) / float(sold.sum())
        price = outward ** (-1.0 / theta) / shift
        index = inward ** (1.0 / theta) / shift
        resistance = 1.0 / price
    else:
        rounds = clear_markets(
            value, factor, theta, TOLERANCE, MOST_ROUNDS, price, index
        )
        _refuse_unsettled(rounds, theta, price, index)
        sold, bought = value.sum(axis=1), value.sum(axis=0)
        scale = float(price @ sold) / float(price @ bought)
        trade = factor * (price[:, None] ** -theta) * (index[None, :] ** theta)
        trade = trade * (price * scale)[None, :]
        resistance = price ** (-(1.0 + theta) / theta)
    welfare = price / index
    return Counterfactual(
        countries=matrix.countries,
        price=frozen(price),
        index=frozen(index),
        outward=frozen(resistance),
        welfare=frozen(welfare),
        trade=frozen(trade),
        rounds=rounds,
    )


def _refuse_unsettled(rounds: int, theta: float, *found: Floats) -> None:
    """Raise where a loop did not end, or ended in no numbers.

    Raises
    ------
    QuestionError
        When trade does not settle.
    """
    if rounds < 0 or not all(np.isfinite(each).all() for each in found):
        msg = f"trade does not settle in {MOST_ROUNDS} rounds at theta {theta:g}"
        raise QuestionError(msg)


def _refuse(matrix: TradeMatrix, factor: Floats, theta: float) -> None:
    """Raise where what is asked is no change of costs."""
    if not (math.isfinite(theta) and theta > 0):
        msg = f"the trade elasticity theta must be above 0; found {theta:g}"
        raise QuestionError(msg)
    if factor.shape != matrix.value_usd.shape:
        msg = (
            f"there must be a factor for each of {matrix.value_usd.shape} flows; found "
            f"{factor.shape}"
        )
        raise QuestionError(msg)
    if not (np.isfinite(factor).all() and (factor >= 0).all()):
        msg = "factors of flows must be numbers of 0 or more"
        raise QuestionError(msg)
    left = matrix.value_usd * factor
    for verb, empty in (
        ("sell", left.sum(axis=1) <= 0),
        ("buy", left.sum(axis=0) <= 0),
    ):
        if empty.any():
            names = [matrix.countries[at] for at in np.nonzero(empty)[0][:NAMED]]
            msg = f"nothing is left for {', '.join(names)} to {verb}"
            raise QuestionError(msg)


def trade_matrix(model: Model, year: int) -> TradeMatrix:
    """Return the goods that a model's countries trade in a year, gas and power apart.

    Parameters
    ----------
    model : Model
        A model with table `trade`.
    year : int
        The year.

    Returns
    -------
    TradeMatrix
        Every country with every other, and with itself.

    Raises
    ------
    QuestionError
        When there is no such year, or a pair lacks a row.
    """
    table = model["trade"]
    years = table.number("year")
    if not (years == year).any():
        known = ", ".join(f"{each:g}" for each in np.unique(years)) or "no year"
        msg = f"the model has no trade of {year}; it has that of {known}"
        raise QuestionError(msg)
    sellers, buyers = table.labels("exporter_iso3"), table.labels("importer_iso3")
    sectors, values = table.labels("sector"), table.number("value_usd")
    assumed = table.text("quality") == "assumed"
    rows: list[int] = np.nonzero(years == year)[0].tolist()
    countries = tuple(
        dict.fromkeys([*(sellers[r] for r in rows), *(buyers[r] for r in rows)])
    )
    at = {name: place for place, name in enumerate(countries)}
    value = np.zeros((len(countries), len(countries)))
    known_pair = np.zeros(value.shape, dtype=bool)
    guessed = 0.0
    for row in rows:
        pair = at[sellers[row]], at[buyers[row]]
        known_pair[pair] = True
        if sectors[row] in NOT_FREIGHT:
            continue
        value[pair] += values[row]
        if assumed[row] and sellers[row] != buyers[row]:
            guessed += float(values[row])
    missing = np.argwhere(~known_pair).tolist()
    if missing:
        named = [f"{countries[i]} > {countries[j]}" for i, j in missing[:NAMED]]
        more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        msg = (
            f"trade of {year} must have a row for every pair of its countries, a "
            f"country with itself too; none for {', '.join(named)}{more}"
        )
        raise QuestionError(msg)
    between = float(value.sum() - np.trace(value))
    return TradeMatrix(countries, frozen(value), guessed / between if between else 0.0)
