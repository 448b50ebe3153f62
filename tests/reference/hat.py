"""Trade after a change of its costs, as it is written in books: flows, not factors."""

import numpy as np
from scipy.optimize import root

LITTLE = 1e-14  # of a price: what the general solver is asked for


def balanced(trade, factor, rounds=20_000):
    """Return trade at the changed costs with its old totals, by scaling it in turns."""
    flow = trade * factor
    for _ in range(rounds):
        flow = flow * (trade.sum(axis=1) / flow.sum(axis=1))[:, None]
        flow = flow * (trade.sum(axis=0) / flow.sum(axis=0))[None, :]
    return flow


def demanded(price, trade, factor, theta):
    """Return what each buyer pays each seller at prices, and what it pays on the mean.

    Spending is the old one times the buyer's price, all by one factor so that the world
    spends what it earns.
    """
    sold, bought = trade.sum(axis=1), trade.sum(axis=0)
    scale = (price * sold).sum() / (price * bought).sum()
    flow, index = np.empty(trade.shape), np.empty(len(price))
    for buyer in range(len(price)):
        share = trade[:, buyer] / bought[buyer]
        weight = share * factor[:, buyer] * price**-theta
        index[buyer] = weight.sum() ** (-1.0 / theta)
        spending = bought[buyer] * price[buyer] * scale
        flow[:, buyer] = weight / weight.sum() * spending
    return flow, index


def cleared(trade, factor, theta):
    """Return prices, indices and trade where all is sold, by a general solver."""
    sold = trade.sum(axis=1)

    def over(log_price):
        price = np.exp(log_price)
        flow, _ = demanded(price, trade, factor, theta)
        excess = flow.sum(axis=1) / (price * sold) - 1.0
        # one market clears by itself; in its stead stands what money is worth
        excess[-1] = (price * sold).sum() / sold.sum() - 1.0
        return excess

    found = root(over, np.zeros(len(sold)), tol=LITTLE)
    price = np.exp(found.x)
    flow, index = demanded(price, trade, factor, theta)
    return price, index, flow
