"""Whether the trade of two countries passes a threshold, when, and by what."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.trade.draws import (
    Known,
    Outlooks,
    draw_outlooks,
    spread_by_cause,
)
from bereket.analysis.trade.gains import best_of, case_of, gains_of
from bereket.analysis.trade.pair import (
    Interval,
    Turnover,
    base_year,
    flows_between,
    growths_of,
    turnovers,
)
from bereket.analysis.trade.params import LEAST_DRAWS, TradeParams
from bereket.analysis.trade.past import backtest_of
from bereket.analysis.trade.result import (
    QUANTILES,
    SectorTrade,
    TradeResult,
    YearOfTrade,
)
from bereket.analysis.trade.works import PricedWorks
from bereket.compiled.skims import Skims
from bereket.errors import QuestionError
from bereket.model.agenda import due_year_of_trade
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply

Floats = NDArray[np.float64]
NEEDED: Final = ("trade", "country", "elasticity")
AHEAD: Final = 5  # years to the target where nobody has said by when
FEWER: Final = 4  # draws of the spread by cause, one in so many


def trade(  # noqa: PLR0913 the signature is the same for every verb
    model: Model,
    scenario: Scenario = BASELINE,
    params: TradeParams | None = None,
    *,
    skims: Skims | None = None,
    works: Sequence[PricedWorks] = (),
    seed: int = 0,
    monitor: Monitor | None = None,
) -> TradeResult:
    """Forecast the trade of two countries, and what works would add to it.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : TradeParams
        Countries, target, years; the pair of the first row of `trade` by default.
    skims : Skims, optional
        Costs of carriage as things are; needed where works are given.
    works : sequence of PricedWorks
        Measures and packages, with costs of carriage.
    seed : int
        Seed of the draws; all works are held against the same draws.
    monitor : Monitor, optional
        Is told about progress; an answer False stops, and the works so far come,
        marked interrupted.

    Returns
    -------
    TradeResult
        Fan, chances, needed growth, sectors, works, and a test on the past.

    Raises
    ------
    QuestionError
        When a table, a year, a figure or a way that is needed is missing; each named.

    Notes
    -----
    Structural gravity in changes: flows of a base year by sector grow with the products
    of both countries (`draw_outlooks`), answer costs of carriage by ``tau_hat **
    -theta``, and all other trade answers them by exact-hat algebra (`counterfactual`).
    The spread is of growth, prices, elasticities, the pair's own ways and the split of
    the base year; no spread is taken from the pair's own short series.

    Examples
    --------
    >>> from bereket import blank_model
    >>> trade(blank_model())
    Traceback (most recent call last):
        ...
    bereket.errors.QuestionError: the model has no trade TKM > KAZ in 2024
    """
    changed = apply(model, scenario)
    params = _checked(changed, params, works, skims)
    known, last, growth_end = _known(changed, params)
    years = range(known.year, params.to_year + 1)
    outlooks = draw_outlooks(changed, known, years, params.draws, seed)
    by_year = _by_year(changed, params, last.year)
    case, notes = case_of(changed, outlooks, known.split_year, params, skims, seed)
    gains, is_done = gains_of(case, works, params.target_usd, monitor)
    past, no_test = backtest_of(changed, params, known, seed)
    fewer = max(params.draws // FEWER, LEAST_DRAWS)
    grown = (
        f"growth of both products: {len(known.growths)} years to {growth_end}, table "
        "'country'; rows that are assumed are no series"
    )
    return TradeResult(
        pair=params.pair,
        target_usd=params.target_usd,
        base_year=known.year,
        last_observed_year=last.year,
        last_observed_usd=last.value_usd,
        last_is_told=last.is_told,
        by_year=by_year,
        needed_growth=_rate(params.target_usd / last.value_usd, by_year - last.year),
        expected_growth=_expected(outlooks, by_year),
        years=_fan(outlooks, params.target_usd),
        sectors=_sectors(outlooks),
        measures=gains,
        best_per_usd=best_of(gains),
        spread=spread_by_cause(changed, known, years, fewer, seed),
        backtest=past,
        assumed_sectors_share=_assumed(known),
        observed=tuple(
            (each.year, each.value_usd) for each in turnovers(changed, params.pair)
        ),
        notes=(grown, *no_test, *notes),
        stamp=Stamp(
            question="trade",
            **model_stamp(model, scenario),
            as_of=as_day(changed.config("base_date")).isoformat(),
            params=asdict(params) | {"by_year": by_year},
            status="answered" if is_done else "interrupted",
            seed=seed,
            assumed_share=_assumed(known),
        ),
    )


def _checked(
    model: Model,
    params: TradeParams | None,
    works: Sequence[PricedWorks],
    skims: Skims | None,
) -> TradeParams:
    """Return what is asked, of a model that can be asked it.

    Raises
    ------
    QuestionError
        When a table is empty, or works come without costs of carriage.
    """
    for table in NEEDED:
        if not len(model[table]):
            msg = f"trade needs table {table!r}, and the model has no row of it"
            raise QuestionError(msg)
    if works and skims is None:
        msg = "works need the costs of carriage without them: give skims"
        raise QuestionError(msg)
    return params or usual(model)


def _rate(ratio: float, years: int) -> float:
    """Return the yearly growth that makes a ratio in some years."""
    return math.exp(math.log(ratio) / years) - 1.0


def _expected(outlooks: Outlooks, by_year: int) -> float:
    """Return the yearly growth of the median up to a year, or to the last."""
    middle, years = np.median(outlooks.turnover_usd, axis=0), outlooks.years
    at = int(np.clip(by_year - years[0], 1, years.size - 1))
    return _rate(float(middle[at] / middle[0]), at)


def usual(model: Model) -> TradeParams:
    """Return what is asked where nothing is: of the first pair a tenth more."""
    table = model["trade"]
    for one, other in zip(
        table.labels("exporter_iso3"), table.labels("importer_iso3"), strict=True
    ):
        if one != other:
            pair = one, other
            year = base_year(model, pair)
            total = sum(
                each.value_usd.value for each in flows_between(model, pair, year)
            )
            return TradeParams(pair, 1.1 * total, backtest_year=None)
    msg = "the model has no trade between two countries"
    raise QuestionError(msg)


def _known(model: Model, params: TradeParams) -> tuple[Known, Turnover, int]:
    """Return what the draws are made from, the last turnover, the last growth's year.

    Raises
    ------
    QuestionError
        When the last year asked is not after the base year, or nothing is traded.
    """
    split = base_year(model, params.pair)
    flows = flows_between(model, params.pair, split)
    total = sum(each.value_usd.value for each in flows)
    seen = turnovers(model, params.pair)
    last = Turnover("", split, Interval(total, total, total), is_told=True)
    if seen and seen[-1].year >= split:
        last = seen[-1]
    one, other = params.pair
    if not total > 0 or not last.value_usd > 0:
        msg = f"{one} and {other} trade nothing in {last.year}: nothing grows"
        raise QuestionError(msg)
    if params.to_year <= last.year:
        msg = (
            f"to_year must be after {last.year}, the last year with trade; found "
            f"{params.to_year}"
        )
        raise QuestionError(msg)
    growths, end = growths_of(model, params.pair, last.year, params.growths)
    known = Known(last.year, split, flows, last.usd, growths, params.pair)
    return known, last, end


def _by_year(model: Model, params: TradeParams, last: int) -> int:
    """Return the year of the target: asked, agreed, or a few years on.

    Raises
    ------
    QuestionError
        When it is not after the last year observed.
    """
    agreed = due_year_of_trade(model, params.pair, params.target_usd)
    found = agreed or last + AHEAD if params.by_year is None else params.by_year
    if found <= last:
        if params.by_year is None:
            return last + AHEAD
        msg = f"by_year must be after {last}, the last year observed; found {found}"
        raise QuestionError(msg)
    return found


def _fan(outlooks: Outlooks, target: float) -> tuple[YearOfTrade, ...]:
    """Return quantiles and chances, year by year after the base year."""
    fan = outlooks.turnover_usd
    passed = fan[:, 1:] >= target
    reached = np.maximum.accumulate(passed, axis=1)
    quantiles = np.quantile(fan[:, 1:], QUANTILES, axis=0).T
    rows = zip(
        outlooks.years[1:].tolist(),
        passed.mean(axis=0).tolist(),
        reached.mean(axis=0).tolist(),
        quantiles.tolist(),
        strict=True,
    )
    return tuple(YearOfTrade(y, p, r, tuple(q)) for y, p, r, q in rows)


def _sectors(outlooks: Outlooks) -> tuple[SectorTrade, ...]:
    """Return what makes the turnover up, the largest part in growth first."""
    value = outlooks.value_usd
    growth = (value[:, :, -1] - value[:, :, 0]).mean(axis=0)
    total = float(growth.sum())
    found = [
        SectorTrade(
            flow.exporter_iso3,
            flow.importer_iso3,
            flow.sector,
            flow.value_usd.value,
            flow.value_usd.low,
            flow.value_usd.high,
            float(np.median(value[:, at, -1])),
            float(growth[at]) / total if total else 0.0,
            "assumed" if flow.is_assumed else "",
        )
        for at, flow in enumerate(outlooks.flows)
    ]
    return tuple(sorted(found, key=lambda each: -each.share_of_growth))


def _assumed(known: Known) -> float:
    """Return the share of the base year's value on assumed rows."""
    value = [(each.value_usd.value, each.is_assumed) for each in known.flows]
    total = sum(each for each, _ in value)
    return sum(each for each, is_assumed in value if is_assumed) / total
