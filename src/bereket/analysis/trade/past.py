"""A year of the past, forecast from one before it."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from bereket.analysis.trade.draws import Known, draw_outlooks
from bereket.analysis.trade.pair import Interval, growths_of, turnovers
from bereket.analysis.trade.params import TradeParams
from bereket.analysis.trade.result import Backtest
from bereket.errors import QuestionError
from bereket.model.model import Model

TOLD: Final = ("measured", "reported")  # quality of a figure that was published
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
    year = _last_certain(model, params.pair, later)
    base = seen[first].value_usd
    past = Known(first, known.flows, Interval(base, base, base), growths, params.pair)
    years = range(first, year + 1)
    drawn = draw_outlooks(model, past, years, params.draws, seed).turnover_usd[:, -1]
    low, middle, high = np.quantile(drawn, ENDS).tolist()
    came = seen[year].value_usd
    share = float((drawn <= came).mean())
    return Backtest(first, year, came, low, middle, high, share), ()


def _last_certain(model: Model, pair: tuple[str, str], years: Sequence[int]) -> int:
    """Return the last year whose turnover was told, not worked out; else the last."""
    table = model["observation"]
    rows = {each.year: each.observation_id for each in turnovers(model, pair)}
    quality = table.labels("quality")
    told = [y for y in years if quality[table.row_of[(rows[y],)][0]] in TOLD]
    return max(told or years)
