"""Trade after a change of its costs: shares of a base year, and changes of prices.

Both loops work on values of a base year and on the factor that the change of costs puts
on each flow, prices apart; no cost, distance or price level is needed.
"""

import numpy as np
from numpy.typing import NDArray

from bereket.kernels.compile import kernel

Floats = NDArray[np.float64]
LEAST_PRICE = 1e-100  # below which a country can pay nothing any more


@kernel
def balance_margins(  # noqa: C901 one loop
    trade: Floats,
    factor: Floats,
    tolerance: float,
    most: int,
    outward: Floats,
    inward: Floats,
) -> int:
    """Find the factors of rows and columns that give trade its old totals again.

    Parameters
    ----------
    trade : (n, n)
        Values of the base year, seller by buyer, 0 or more; each sells and buys.
    factor : (n, n)
        What the change of costs alone makes of each flow, 0 or more.
    tolerance : float
        Largest relative change of a factor at which to stop.
    most : int
        Rounds at most.
    outward, inward : (n,)
        Factors of sellers and buyers; read as a start, filled.

    Returns
    -------
    int
        Rounds; -1 where they did not suffice, or no factors can do it.
    """
    # house: one loop
    n = trade.shape[0]
    sold, bought = np.zeros(n), np.zeros(n)
    for i in range(n):
        for j in range(n):
            sold[i] += trade[i, j]
            bought[j] += trade[i, j]
    total = np.empty(n)
    for done in range(most):
        moved = 0.0
        for i in range(n):
            at = 0.0
            for j in range(n):
                at += trade[i, j] * factor[i, j] * inward[j]
            if not 0.0 < at < np.inf or not outward[i] > 0.0:
                return -1
            new = sold[i] / at
            moved = max(moved, abs(new / outward[i] - 1.0))
            outward[i] = new
        total[:] = 0.0
        for i in range(n):
            for j in range(n):
                total[j] += trade[i, j] * factor[i, j] * outward[i]
        for j in range(n):
            if not 0.0 < total[j] < np.inf or not inward[j] > 0.0:
                return -1
            new = bought[j] / total[j]
            moved = max(moved, abs(new / inward[j] - 1.0))
            inward[j] = new
        if moved <= tolerance:
            return done + 1
    return -1


@kernel
def clear_markets(  # noqa: C901 one loop; trade, factors, when to stop
    trade: Floats,
    factor: Floats,
    theta: float,
    tolerance: float,
    most: int,
    price: Floats,
    index: Floats,
) -> int:
    """Find the prices at which every seller sells what it has, incomes following.

    Parameters
    ----------
    trade, factor : (n, n)
        As of `balance_margins`.
    theta : float
        Trade elasticity, above 0.
    tolerance, most : float, int
        Largest relative change of a price at which to stop; rounds at most.
    price : (n,)
        Change of prices at the gate; read as a start, filled.
    index : (n,)
        Change of what buyers pay on the mean; filled.

    Returns
    -------
    int
        Rounds; -1 where they did not suffice.

    Notes
    -----
    What a country has to sell is fixed, and its spending stays the same multiple of its
    income. One round: demand at the prices, then ``price = (demand / sales)^(1 / (1 +
    theta))`` times what it was, and all so that world sales keep their value.
    """
    # house: one loop
    n = trade.shape[0]
    sold, bought = np.zeros(n), np.zeros(n)
    for i in range(n):
        for j in range(n):
            sold[i] += trade[i, j]
            bought[j] += trade[i, j]
    world = sold.sum()
    power, demand, total = np.empty(n), np.empty(n), np.empty(n)
    for done in range(most):
        total[:] = 0.0
        for i in range(n):
            power[i] = price[i] ** -theta
            for j in range(n):
                total[j] += trade[i, j] * factor[i, j] * power[i]
        income, spent = 0.0, 0.0
        for i in range(n):
            if not 0.0 < total[i] < np.inf:
                return -1
            income += price[i] * sold[i]
            spent += price[i] * bought[i]
        scale = income / spent
        value = 0.0
        for i in range(n):
            at = 0.0
            for j in range(n):
                share = trade[i, j] * factor[i, j] * power[i] / total[j]
                at += share * bought[j] * price[j] * scale
            demand[i] = price[i] * (at / (sold[i] * price[i])) ** (1.0 / (1.0 + theta))
            value += demand[i] * sold[i]
        moved = 0.0
        for i in range(n):
            new = demand[i] * world / value
            if not LEAST_PRICE < new < np.inf:
                return -1
            moved = max(moved, abs(new / price[i] - 1.0))
            price[i] = new
            index[i] = (total[i] / bought[i]) ** (-1.0 / theta)
        if moved <= tolerance:
            return done + 1
    return -1
