"""Whether the trade of two countries passes a threshold, when, and by what."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.trade.counterfactual import trade_matrix
from bereket.analysis.trade.draws import (
    CAUSES,
    Known,
    Outlooks,
    draw_outlooks,
    spread_by_cause,
)
from bereket.analysis.trade.pair import (
    Interval,
    base_year,
    flows_between,
    growths_of,
    turnovers,
)
from bereket.analysis.trade.params import TradeParams
from bereket.analysis.trade.result import (
    QUANTILES,
    Backtest,
    SectorTrade,
    TradeResult,
    WorksGain,
    YearOfTrade,
)
from bereket.analysis.trade.works import (
    Case,
    PricedWorks,
    World,
    factors_of,
    lane_changes,
    refuse_pairs_without_way,
    with_works,
    world_of,
)
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
ENDS: Final = (0.05, 0.5, 0.95)
FEWER: Final = 4  # draws of the spread by cause, one in so many
TOLD: Final = ("measured", "reported")  # quality of a figure that was published
NO_SKIMS: Final = "costs of carriage stay as they are: nothing was asked of the network"


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
    for table in NEEDED:
        if not len(changed[table]):
            msg = f"trade needs table {table!r}, and the model has no row of it"
            raise QuestionError(msg)
    params = params or usual(changed)
    year = base_year(changed, params.pair)
    if params.to_year <= year:
        msg = (
            f"to_year must be after {year}, the last year with trade; found "
            f"{params.to_year}"
        )
        raise QuestionError(msg)
    known, growth_end = _known(changed, params, year)
    years = range(year, params.to_year + 1)
    outlooks = draw_outlooks(changed, known, years, params.draws, seed)
    observed = turnovers(changed, params.pair)
    last = (
        (observed[-1].year, observed[-1].value_usd)
        if observed
        else (year, known.base.value)
    )
    by_year = _by_year(changed, params, last[0])
    fan = outlooks.turnover_usd
    if works and skims is None:
        msg = "works need the costs of carriage without them: give skims"
        raise QuestionError(msg)
    case, notes = _case(changed, outlooks, params, skims, seed)
    gains, is_done = _gains(case, works, params.target_usd, monitor)
    middle = np.median(fan, axis=0)
    at = min(max(by_year, year + 1), params.to_year) - year
    return TradeResult(
        pair=params.pair,
        target_usd=params.target_usd,
        base_year=year,
        last_observed_year=last[0],
        last_observed_usd=last[1],
        by_year=by_year,
        needed_growth=(params.target_usd / last[1]) ** (1.0 / (by_year - last[0]))
        - 1.0,
        expected_growth=float(middle[at] / middle[0]) ** (1.0 / at) - 1.0,
        years=_fan(outlooks, params.target_usd),
        sectors=_sectors(outlooks),
        measures=gains,
        best_per_usd=_best(gains),
        spread=spread_by_cause(
            changed, known, years, max(params.draws // FEWER, 100), seed
        ),
        backtest=_backtest(changed, params, known, seed),
        assumed_sectors_share=_assumed(known),
        observed=tuple((each.year, each.value_usd) for each in observed),
        notes=(
            (
                f"growth of both products: {params.growths} years to {growth_end}, "
                "table 'country'; rows that are assumed are no series"
            ),
            *notes,
        ),
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


def _known(model: Model, params: TradeParams, year: int) -> tuple[Known, int]:
    """Return what the draws are made from, and the year of the last growth."""
    flows = flows_between(model, params.pair, year)
    total = sum(each.value_usd.value for each in flows)
    if not total > 0:
        one, other = params.pair
        msg = f"{one} and {other} trade nothing in {year}: nothing grows"
        raise QuestionError(msg)
    growths, end = growths_of(model, params.pair, year, params.growths)
    seen = {each.year: each.value_usd for each in turnovers(model, params.pair)}
    base = seen.get(year, total)
    return Known(flows, Interval(base, base, base), growths, params.pair), end


def _by_year(model: Model, params: TradeParams, last: int) -> int:
    """Return the year of the target: asked, agreed, or a few years on.

    Raises
    ------
    QuestionError
        When it is not after the last year observed.
    """
    agreed = due_year_of_trade(model, params.pair, params.target_usd)
    found = params.by_year or agreed or last + AHEAD
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


def _gains(
    case: Case | None,
    works: Sequence[PricedWorks],
    target_usd: float,
    monitor: Monitor | None,
) -> tuple[tuple[WorksGain, ...], bool]:
    """Return what works bring, the most trade a dollar first; and whether all are."""
    if case is None:
        return (), True
    found, is_done = [], True
    for at, each in enumerate(works):
        if monitor and not monitor(at, len(works), f"trade with {each.works_id}"):
            is_done = False
            break
        found.append(_gain(case, each, target_usd))
    return tuple(sorted(found, key=_rank)), is_done


def _case(
    model: Model,
    outlooks: Outlooks,
    params: TradeParams,
    skims: Skims | None,
    seed: int,
) -> tuple[Case | None, tuple[str, ...]]:
    """Return what works are held against; None where nothing was asked of the network.

    Raises
    ------
    QuestionError
        When a flow that is carried has no way.
    """
    if skims is None:
        return None, (NO_SKIMS,)
    refuse_pairs_without_way(model, outlooks, skims)
    world, notes = _world(model, params, int(outlooks.years[0]), skims)
    return Case(model, outlooks, skims, world, params.closure, seed), notes


def _rank(gain: WorksGain) -> tuple[bool, float, float]:
    """Return the order of works: by trade a dollar; without a price last, by trade."""
    known = gain.gain_per_usd is not None
    return not known, -(gain.gain_per_usd or 0.0), -gain.gain_usd_per_year


def _world(
    model: Model, params: TradeParams, year: int, skims: Skims
) -> tuple[World | None, tuple[str, ...]]:
    """Return all trade, or why its answer is left out."""
    try:
        matrix = trade_matrix(model, year)
    except QuestionError as fault:
        first = str(fault).splitlines()[0]
        return None, (f"the answer of all other trade is left out: {first}",)
    if not set(params.pair) <= set(matrix.countries):
        return None, (
            "the answer of all other trade is left out: the pair is not in it",
        )
    said = f"{matrix.assumed_share:.0%} of the trade of other countries is assumed"
    return world_of(model, matrix, skims), (said,)


def _gain(case: Case, works: PricedWorks, target_usd: float) -> WorksGain:
    """Return what one of works brings."""
    outlooks, skims = case.outlooks, case.skims
    changes = lane_changes(case.model, skims, works.skims)
    factors = factors_of(case, changes)
    base = outlooks.value_usd[:, :, 0]
    gain = (base * (factors - 1.0)).sum(axis=1)
    turnover = with_works(outlooks, factors, works.opens_year).sum(axis=1)
    low, middle, high = np.quantile(gain, ENDS).tolist()
    per_usd: list[float | None] = [None, None, None]
    if works.capex_usd is not None and works.capex_usd.value > 0:
        rng = np.random.default_rng(np.random.SeedSequence(case.seed, spawn_key=(2,)))
        built = works.capex_usd.drawn(rng, gain.size)
        per_usd = list(np.quantile(gain / built, ENDS).tolist())
    return WorksGain(
        works_id=works.works_id,
        name=works.name,
        measure_ids=works.measure_ids,
        opens_year=works.opens_year,
        gain_usd_per_year=middle,
        gain_low_usd=low,
        gain_high_usd=high,
        capex_usd=works.capex_usd.value if works.capex_usd else None,
        gain_per_usd=per_usd[1],
        gain_per_usd_low=per_usd[0],
        gain_per_usd_high=per_usd[2],
        cost_change_usd_per_t=_cost_changes(outlooks, skims, works.skims),
        probability=tuple((turnover[:, 1:] >= target_usd).mean(axis=0).tolist()),
        note=works.note or ("" if changes else "no cost of carriage changes"),
    )


def _cost_changes(outlooks: Outlooks, before: Skims, after: Skims) -> dict[str, float]:
    """Return the mean change of carriage by direction, over tonnes of its lanes."""
    sums: dict[str, list[float]] = {}
    for flow in outlooks.flows:
        lane = flow.exporter_iso3, flow.importer_iso3, flow.sector
        if lane in before.lanes and lane in after.lanes:
            tonnes = before.lanes[lane].tonnes
            moved = after.lanes[lane].cost_usd_per_t - before.lanes[lane].cost_usd_per_t
            held = sums.setdefault(f"{lane[0]}>{lane[1]}", [0.0, 0.0])
            held[0] += tonnes
            held[1] += tonnes * moved
    return {
        name: moved / tonnes for name, (tonnes, moved) in sums.items() if tonnes > 0
    }


def _best(gains: Sequence[WorksGain]) -> tuple[str, ...]:
    """Return the works that may buy most trade a dollar: those whose bounds overlap."""
    priced = [
        g for g in gains if g.gain_per_usd is not None and g.gain_usd_per_year > 0
    ]
    if not priced:
        return ()
    least = max(each.gain_per_usd_low or 0.0 for each in priced[:1])
    return tuple(g.works_id for g in priced if (g.gain_per_usd_high or 0.0) >= least)


def _assumed(known: Known) -> float:
    """Return the share of the base year's value on assumed rows."""
    value = [(each.value_usd.value, each.is_assumed) for each in known.flows]
    total = sum(each for each, _ in value)
    return sum(each for each, is_assumed in value if is_assumed) / total


def _backtest(
    model: Model, params: TradeParams, known: Known, seed: int
) -> Backtest | None:
    """Forecast the last year observed with growth from what was known in a past one."""
    first = params.backtest_year
    if first is None:
        return None
    seen = {each.year: each for each in turnovers(model, params.pair)}
    growth_years = [year for year in seen if year > first]
    if first not in seen or not growth_years:
        return None
    growths, _ = growths_of(model, params.pair, first, params.growths)
    year = _last_certain(model, params.pair, growth_years)
    base = seen[first].value_usd
    past = Known(known.flows, Interval(base, base, base), growths, params.pair)
    years = range(first, year + 1)
    drawn = draw_outlooks(model, past, years, params.draws, seed, CAUSES).turnover_usd[
        :, -1
    ]
    low, middle, high = np.quantile(drawn, (0.025, 0.5, 0.975)).tolist()
    came = seen[year].value_usd
    return Backtest(first, year, came, low, middle, high, float((drawn <= came).mean()))


def _last_certain(model: Model, pair: tuple[str, str], years: Sequence[int]) -> int:
    """Return the last year whose turnover was told, not worked out; else the last."""
    table = model["observation"]
    rows = {each.year: each.observation_id for each in turnovers(model, pair)}
    quality = table.labels("quality")
    told = [y for y in years if quality[table.row_of[(rows[y],)][0]] in TOLD]
    return max(told or years)
