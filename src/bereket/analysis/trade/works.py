"""What works that make carriage cheaper or dearer do to trade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.trade.counterfactual import Closure, TradeMatrix, counterfactual
from bereket.analysis.trade.draws import Outlooks
from bereket.analysis.trade.pair import Interval, elasticity
from bereket.compiled.skims import Lane, Skims
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.trading import ALL_GOODS

Floats = NDArray[np.float64]
LEAST_CHANGE = 1e-6  # of a cost, below which it counts as none
LEAST_FACTOR = 1e-9  # of a flow that has no way any more: its logarithm is needed


@dataclass(frozen=True, slots=True)
class PricedWorks:
    """Measures that are done together, and what carriage costs with them.

    Attributes
    ----------
    works_id, name : str
        A measure's own, or those of a package.
    measure_ids : tuple of str
        The measures.
    opens_year : int
        First year in which they work.
    capex_usd : Interval or None
        What they cost to build; None where a part of it is not known.
    skims : Skims
        Costs of carriage with them.
    note : str
        Why they do nothing, where they do.
    """

    works_id: str
    name: str
    measure_ids: tuple[str, ...]
    opens_year: int
    capex_usd: Interval | None
    skims: Skims
    note: str = ""


@dataclass(frozen=True, slots=True)
class LaneChange:
    """What works change on a lane.

    Attributes
    ----------
    lane : tuple of (str, str, str)
        Seller, buyer, cargo.
    before_usd_per_t, after_usd_per_t : float
        Cost of carriage.
    tau_hat : float
        Change of what goods cost the buyer, a ratio.
    """

    lane: Lane
    before_usd_per_t: float
    after_usd_per_t: float
    tau_hat: float


def lane_changes(model: Model, before: Skims, after: Skims) -> dict[Lane, LaneChange]:
    """Return the lanes on which carriage costs something else after works.

    Notes
    -----
    ``tau = 1 + cost / value``, both in USD a tonne: what carriage adds to the goods;
    infinite where works leave no way.
    """
    value = values_of(model)
    found = {}
    for lane, first in before.lanes.items():
        last = after.lanes.get(lane)
        worth = value.get(lane[2], np.nan)
        if last is None or not worth > 0:
            continue
        costs = first.cost_usd_per_t, last.cost_usd_per_t
        is_same = abs(costs[1] - costs[0]) < LEAST_CHANGE * costs[0]
        if not np.isfinite(costs[0]) or is_same:
            continue
        tau = (1.0 + costs[1] / worth) / (1.0 + costs[0] / worth)
        found[lane] = LaneChange(lane, *costs, tau)
    return found


def values_of(model: Model) -> dict[str, float]:
    """Return what a tonne of each cargo is worth [USD/t]; NaN where unknown."""
    table = model["commodity"]
    names, values = table.labels("commodity_id"), table.number("value_usd_per_t")
    return dict(zip(names, values.tolist(), strict=True))


def refuse_pairs_without_way(model: Model, outlooks: Outlooks, skims: Skims) -> None:
    """Raise where a flow that is carried has no cost of carriage.

    Raises
    ------
    QuestionError
        With every such flow.
    """
    commodities = set(model["commodity"].labels("commodity_id"))
    faults = []
    for flow in outlooks.flows:
        if not flow.is_freight or flow.sector not in commodities:
            continue
        lane = flow.exporter_iso3, flow.importer_iso3, flow.sector
        cost = skims.lanes.get(lane)
        told = f"{flow.sector} is traded {lane[0]} > {lane[1]}"
        if cost is None:
            faults.append(f"{told}, and no demand of it is between their places")
        elif not np.isfinite(cost.cost_usd_per_t):
            faults.append(f"{told}, and has no way on the date")
    if faults:
        raise QuestionError("\n".join(faults))


@dataclass(frozen=True, slots=True)
class World:
    """All trade, and how much of it goes on the network.

    Attributes
    ----------
    matrix : TradeMatrix
        Trade of the base year.
    weight : mapping of (str, str, str) to float
        Share of a pair's trade that a lane is, by value.
    """

    matrix: TradeMatrix
    weight: Mapping[Lane, float]


def world_of(model: Model, matrix: TradeMatrix, skims: Skims) -> World:
    """Return all trade with the share of each pair's that goes on the network.

    Notes
    -----
    Tonnes wanted times value, over the pair's trade; where that is more than the
    trade, shares are scaled to one.
    """
    at = {name: place for place, name in enumerate(matrix.countries)}
    value = values_of(model)
    worth = {
        lane: cost.tonnes * value.get(lane[2], np.nan)
        for lane, cost in skims.lanes.items()
        if lane[0] in at and lane[1] in at
    }
    worth = {lane: each for lane, each in worth.items() if each > 0}
    sums: dict[tuple[str, str], float] = {}
    for lane, each in worth.items():
        sums[lane[:2]] = sums.get(lane[:2], 0.0) + each
    return World(
        matrix,
        {
            lane: each
            / max(sums[lane[:2]], float(matrix.value_usd[at[lane[0]], at[lane[1]]]))
            for lane, each in worth.items()
        },
    )


@dataclass(frozen=True, slots=True)
class Case:
    """What works are held against: the same draws for all.

    Attributes
    ----------
    model : Model
        Elasticities, values of cargo.
    outlooks : Outlooks
        The pair's flows at costs as they are.
    skims : Skims
        Costs of carriage as they are.
    world : World or None
        All trade; None = what else follows is left out.
    closure : {"conditional", "full"}
        What follows.
    seed : int
        Of the elasticities of other pairs' lanes, and of what is built.
    """

    model: Model
    outlooks: Outlooks
    skims: Skims
    world: World | None
    closure: Closure
    seed: int


def factors_of(case: Case, changes: Mapping[Lane, LaneChange]) -> Floats:
    """Return what changes of cost make of each flow in the long run, draw by draw.

    Parameters
    ----------
    case : Case
        The pair's flows, and all other trade.
    changes : mapping
        Lanes whose costs change.

    Returns
    -------
    (draws, n_flows)
        Factors.

    Notes
    -----
    ``tau_hat ** -theta`` of the flow's own cargo, times what the answer of all trade
    (multilateral resistance, prices, incomes) makes of its direction: the change of the
    flow that `counterfactual` finds, over the factor that went in.
    """
    outlooks = case.outlooks
    factors = own_factors(outlooks, changes)
    if case.world is None or not changes:
        return factors
    follow = _what_follows(case, case.world, changes, factors)
    for at, flow in enumerate(outlooks.flows):
        if flow.is_freight:
            factors[:, at] *= follow[flow.exporter_iso3]
    return factors


def own_factors(outlooks: Outlooks, changes: Mapping[Lane, LaneChange]) -> Floats:
    """Return what changes of its own cost make of each flow, all else standing still.

    Parameters
    ----------
    outlooks : Outlooks
        Flows and their drawn elasticities.
    changes : mapping
        Lanes whose costs change.

    Returns
    -------
    (draws, n_flows)
        ``tau_hat ** -theta``.
    """
    factors = np.ones((outlooks.theta.shape[0], len(outlooks.flows)))
    for at, flow in enumerate(outlooks.flows):
        change = changes.get((flow.exporter_iso3, flow.importer_iso3, flow.sector))
        if change is not None:
            own = change.tau_hat ** -outlooks.theta[:, at]
            factors[:, at] = np.maximum(own, LEAST_FACTOR)
    return factors


def _what_follows(
    case: Case, world: World, changes: Mapping[Lane, LaneChange], own: Floats
) -> dict[str, Floats]:
    """Return, by exporter of the pair, what all other trade makes of its flow."""
    outlooks, matrix = case.outlooks, world.matrix
    at = {name: place for place, name in enumerate(matrix.countries)}
    draws = outlooks.theta.shape[0]
    rng = np.random.default_rng(np.random.SeedSequence(case.seed, spawn_key=(1,)))
    general = elasticity(case.model, "trade_cost", ALL_GOODS).drawn(rng, draws)
    pair = {(f.exporter_iso3, f.importer_iso3) for f in outlooks.flows if f.is_freight}
    inner = {(at[one], at[to]): _mean_factor(outlooks, own, one) for one, to in pair}
    drawn: dict[str, Floats] = {}
    outer: list[tuple[tuple[int, int], Floats]] = []
    for lane, change in changes.items():
        if lane[:2] in pair or lane not in world.weight:
            continue
        if lane[2] not in drawn:
            theta = elasticity(case.model, "trade_cost", lane[2])
            drawn[lane[2]] = theta.drawn(rng, draws)
        moved = world.weight[lane] * (change.tau_hat ** -drawn[lane[2]] - 1.0)
        outer.append(((at[lane[0]], at[lane[1]]), moved))
    follow = {one: np.ones(draws) for one, _ in pair}
    factor = np.ones(matrix.value_usd.shape)
    for draw in range(draws):
        factor[:] = 1.0
        for place, moved in outer:
            factor[place] += moved[draw]
        for place, each in inner.items():
            factor[place] = each[draw]
        found = counterfactual(matrix, factor, float(general[draw]), case.closure)
        for one, to in pair:
            place = at[one], at[to]
            follow[one][draw] = found.trade[place] / factor[place]
    return follow


def _mean_factor(outlooks: Outlooks, own: Floats, exporter: str) -> Floats:
    """Return the factor of all that a country of the pair sells, by base values."""
    mine = [
        at
        for at, flow in enumerate(outlooks.flows)
        if flow.exporter_iso3 == exporter and flow.is_freight
    ]
    value = outlooks.value_usd[:, mine, 0]
    total = value.sum(axis=1)
    moved = (own[:, mine] * value).sum(axis=1)
    return np.where(total > 0, moved / np.where(total > 0, total, 1.0), 1.0)


def with_works(outlooks: Outlooks, factors: Floats, opens_year: int) -> Floats:
    """Return the flows with works from their opening on, (draws, n_flows, n_years).

    Notes
    -----
    Each year trade goes a share of the way that is left to its new level, in
    logarithms, from the opening year on.
    """
    passed = np.maximum(outlooks.years - opens_year + 1, 0)
    gone = 1.0 - (1.0 - outlooks.adjustment[:, None]) ** passed
    return np.asarray(
        outlooks.value_usd * np.exp(np.log(factors)[:, :, None] * gone[:, None, :])
    )


def joined(intervals: Sequence[Interval | None]) -> Interval | None:
    """Return the sum of intervals; None where one is not known."""
    if not intervals or any(each is None for each in intervals):
        return None
    known = [each for each in intervals if each is not None]
    return Interval(
        *(sum(getattr(each, end) for each in known) for end in ("value", "low", "high"))
    )
