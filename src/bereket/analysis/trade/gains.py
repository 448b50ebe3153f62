"""What works bring, held against the same draws."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from bereket.analysis.trade.counterfactual import trade_matrix
from bereket.analysis.trade.draws import Outlooks
from bereket.analysis.trade.params import TradeParams
from bereket.analysis.trade.result import WorksGain
from bereket.analysis.trade.works import (
    Case,
    LaneChange,
    PricedWorks,
    World,
    factors_of,
    lane_changes,
    own_factors,
    refuse_pairs_without_way,
    with_works,
    world_of,
)
from bereket.compiled.skims import Lane, Skims
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Monitor

ENDS: Final = (0.05, 0.5, 0.95)
DIRECT: Final = "the answer of all other trade is left out, as asked"
INSTEAD: Final = "fill the table, or ask for the pair's own answer alone: direct"
NO_SKIMS: Final = "costs of carriage stay as they are: nothing was asked of the network"


def gains_of(
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


def case_of(
    model: Model,
    outlooks: Outlooks,
    split_year: int,
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
    if params.answer == "direct":
        return Case(model, outlooks, skims, None, "full", seed), (DIRECT,)
    world = _world(model, split_year, skims)
    share = world.matrix.assumed_share
    said = f"{share:.0%} of the trade of other countries with each other is assumed"
    return Case(model, outlooks, skims, world, params.answer, seed), (said,)


def _rank(gain: WorksGain) -> tuple[bool, float, float]:
    """Return the order of works: by trade a dollar; without a price last, by trade."""
    known = gain.gain_per_usd is not None
    return not known, -(gain.gain_per_usd or 0.0), -gain.gain_usd_per_year


def _world(model: Model, year: int, skims: Skims) -> World:
    """Return all trade.

    Raises
    ------
    QuestionError
        When a pair of countries has no row, or a country sells or buys nothing.
    """
    try:
        matrix = trade_matrix(model, year)
    except QuestionError as fault:
        msg = f"{fault}\n{INSTEAD}"
        raise QuestionError(msg) from fault
    return world_of(model, matrix, skims)


def _gain(case: Case, works: PricedWorks, target_usd: float) -> WorksGain:
    """Return what one of works brings."""
    outlooks, skims = case.outlooks, case.skims
    changes = lane_changes(case.model, skims, works.skims)
    own = own_factors(outlooks, changes)
    factors = factors_of(case, changes)
    base = outlooks.value_usd[:, :, 0]
    gain = (base * (factors - 1.0)).sum(axis=1)
    turnover = with_works(outlooks, factors, works.opens_year).sum(axis=1)
    direct = float(np.median((base * (own - 1.0)).sum(axis=1)))
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
        direct_usd_per_year=direct,
        capex_usd=works.capex_usd.value if works.capex_usd else None,
        gain_per_usd=per_usd[1],
        gain_per_usd_low=per_usd[0],
        gain_per_usd_high=per_usd[2],
        cost_change_usd_per_t=_cost_changes(outlooks, skims, works.skims),
        probability=tuple((turnover[:, 1:] >= target_usd).mean(axis=0).tolist()),
        note=works.note or _note(case, changes, middle, direct),
    )


def _note(
    case: Case, changes: Mapping[Lane, LaneChange], gain: float, direct: float
) -> str:
    """Say where a gain comes from that is not the pair's own."""
    if not changes:
        return "no cost of carriage changes"
    if abs(gain) < abs(direct) / 2.0:
        return "prices and incomes take back most of what its own carriage gives"
    if abs(gain - direct) <= abs(direct):
        return ""
    pair = {(f.exporter_iso3, f.importer_iso3) for f in case.outlooks.flows}
    others = [each for lane, each in changes.items() if lane[:2] not in pair]
    if not others:
        return ""
    first = min(others, key=lambda each: each.tau_hat)
    seller, buyer, cargo = first.lane
    return (
        f"mostly through other trade; most of all {cargo} {seller} > {buyer}, whose "
        f"carriage goes from {first.before_usd_per_t:.0f} to "
        f"{first.after_usd_per_t:.0f} USD/t"
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
        name: moved / tonnes
        for name, (tonnes, moved) in sums.items()
        if tonnes > 0 and np.isfinite(moved)
    }


def best_of(gains: Sequence[WorksGain]) -> tuple[str, ...]:
    """Return the works that may buy most trade a dollar: those whose bounds overlap."""
    priced = [
        each
        for each in gains
        if each.gain_per_usd is not None
        and each.gain_usd_per_year > 0
        and each.direct_usd_per_year > 0
    ]
    if not priced:
        return ()
    least = max(each.gain_per_usd_low or 0.0 for each in priced[:1])
    return tuple(g.works_id for g in priced if (g.gain_per_usd_high or 0.0) >= least)
