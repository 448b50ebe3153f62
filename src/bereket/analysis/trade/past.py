"""A year of the past, forecast from one before it."""

from dataclasses import replace
from typing import Final

import numpy as np

from bereket.analysis.trade.draws import Known, draw_outlooks
from bereket.analysis.trade.pair import growths_of, turnovers
from bereket.analysis.trade.params import TradeParams
from bereket.analysis.trade.result import Backtest
from bereket.errors import QuestionError
from bereket.model.model import Model

NO_TEST: Final = "no test on the past"
ENDS: Final = (0.025, 0.5, 0.975)


def backtest_of(
    model: Model, params: TradeParams, known: Known, seed: int
) -> tuple[Backtest | None, tuple[str, ...]]:
    """Forecast the last year published with what was known in a year before it.

    Parameters
    ----------
    model : Model
        Elasticities, turnovers, products.
    params : TradeParams
        The pair, the year to forecast from, draws.
    known : Known
        Its flows tell how the turnover is split.
    seed : int
        Seed of the draws.

    Returns
    -------
    tuple of Backtest or None and tuple of str
        None where there is no test, with the reason.
    """
    first = params.backtest_year
    if first is None:
        return None, ()
    seen = {each.year: each for each in turnovers(model, params.pair)}
    later = [year for year in seen if year > first]
    if first not in seen or not later:
        return None, (
            f"{NO_TEST}: turnover of {first} or of a year after is not known",
        )
    try:
        growths, _ = growths_of(model, params.pair, first, params.growths)
    except QuestionError as fault:
        return None, (f"{NO_TEST}: {fault}",)
    year = max([each for each in later if seen[each].is_told] or later)
    past = replace(known, year=first, base=seen[first].usd, growths=growths)
    years = range(first, year + 1)
    drawn = draw_outlooks(model, past, years, params.draws, seed).turnover_usd[:, -1]
    low, middle, high = np.quantile(drawn, ENDS).tolist()
    came = seen[year].value_usd
    share = float((drawn <= came).mean())
    told = seen[first].is_told
    return Backtest(first, told, year, came, low, middle, high, share), ()
