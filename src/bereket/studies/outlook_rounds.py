"""The rounds of each year of an outlook: demand to costs to demand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign import AssignResult, assign
from bereket.compiled.demanded import with_demand
from bereket.compiled.skims import Skims
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.scenario import BASELINE
from bereket.studies.carriage import skims_of_flows
from bereket.studies.outlook_demand import Wanted
from bereket.studies.outlook_networks import Networks
from bereket.studies.outlook_params import OutlookParams
from bereket.studies.outlook_result import (
    OutlookYear,
    Round,
    TradedLane,
    YearStatus,
)
from bereket.studies.outlook_trade import TradeBySector

Floats = NDArray[np.float64]
SETTLES: Final = (
    0.9  # of the residual two rounds before, above which it goes in circles
)
FEWEST: Final = 5  # rounds by which circles are told


@dataclass(frozen=True, slots=True, eq=False)
class YearState:
    """Where a year ended.

    Attributes
    ----------
    told : OutlookYear
        What is told of it.
    lanes : tuple of TradedLane
        The pair's.
    response : (n_rows,)
        Factors that costs have put on tonnes, as logarithms.
    found : AssignResult
        Flows.
    """

    told: OutlookYear
    lanes: tuple[TradedLane, ...]
    response: Floats
    found: AssignResult


class Rounds:
    """Brings years in step, one after the other.

    Attributes
    ----------
    record : list of Round
        How the rounds went.
    warnings : dict of str
        What did not end well, in order.
    """

    def __init__(
        self,
        model: Model,
        wanted: Wanted,
        trade: TradeBySector | None,
        networks: Networks,
        params: OutlookParams,
    ) -> None:
        self.model, self.wanted, self.trade = model, wanted, trade
        self.networks, self.params = networks, params
        self.record: list[Round] = []
        self.warnings: dict[str, None] = {}
        self.last: AssignResult | None = None

    def base(self) -> YearState:
        """Return the base year, at whose costs nothing has moved yet.

        Raises
        ------
        QuestionError
            When a lane that is traded has no way.
        """
        still = np.zeros(self.wanted.n)
        self.first, found = self._ask(self.wanted.year, still)
        self.costs = self.first
        for lane in self.trade.value_usd if self.trade else ():
            cost = self.first.lanes.get(lane)
            if cost is None or not math.isfinite(cost.cost_usd_per_t):
                msg = f"{lane[2]} is traded {lane[0]} > {lane[1]}, and has no way"
                raise QuestionError(msg)
        return self._state(
            self.wanted.year, "answered", [0.0], still, self.first, found
        )

    def solve(self, year: int, before: Floats) -> YearState:
        """Bring a year in step.

        Parameters
        ----------
        year : int
            The year.
        before : (n_rows,)
            Response of the year before.
        """
        params = self.params
        # what costs of the year before ask for is near what those of this year do
        response, residuals = self._aim(year, before), list[float]()
        status: YearStatus = "not_converged"
        while True:
            self.costs, found = self._ask(year, response)
            aim = self._aim(year, before)
            residuals.append(self._residual(year, response, aim))
            self.record.append(Round(year, len(residuals), residuals[-1]))
            if residuals[-1] <= params.tolerance:
                status = "answered"
                break
            if goes_in_circles(residuals):
                status = "cycles"
                break
            if len(residuals) == params.most_rounds:
                break
            response = response + params.damping * (aim - response)
        if status != "answered":
            why = ": they go in circles" if status == "cycles" else ""
            self.warnings[
                f"{year}: trade and costs are not in step after {len(residuals)} "
                f"rounds, {residuals[-1]:.1%} of the tonnes would move yet{why}; the "
                "outlook stops there"
            ] = None
        return self._state(year, status, residuals, response, self.costs, found)

    def _aim(self, year: int, before: Floats) -> Floats:
        """Return the response that the costs at hand ask for."""
        is_first = year == self.wanted.first_year
        passed = year - self.wanted.year if is_first else 1
        return self.wanted.aim(before, self.first, self.costs, passed)

    def _tonnes(self, year: int, response: Floats) -> Floats:
        rates = self.trade.rates if self.trade else {}
        return np.asarray(self.wanted.grown(year, rates) * np.exp(response))

    def _residual(self, year: int, response: Floats, aim: Floats) -> float:
        """Return the share that costs would move: of tonnes, or of the pair's value."""
        now, then = self._tonnes(year, response), self._tonnes(year, aim)
        worth = self.trade.densities(year) if self.trade else {}
        lanes = self.wanted.lanes
        density = np.array([worth.get(each, 0.0) if each else 0.0 for each in lanes])
        return max(
            _moved(now, then, weight)
            for weight in (self.wanted.is_between.astype(np.float64), density)
        )

    def _ask(self, year: int, response: Floats) -> tuple[Skims, AssignResult]:
        """Put the tonnes of a year on its network."""
        demand = self.wanted.table(year, self._tonnes(year, response))
        graph = with_demand(self.networks.of(year), demand)
        asked = replace(self.params.assign, year=year)
        found = assign(self.model, BASELINE, asked, graph=graph, start=self.last)
        self.last = found
        for warning in found.warnings if found.status != "answered" else ():
            self.warnings[f"{year}: {warning}"] = None
        return skims_of_flows(graph.model, found), found

    def _state(
        self,
        year: int,
        status: YearStatus,
        residuals: Sequence[float],
        response: Floats,
        skims: Skims,
        found: AssignResult,
    ) -> YearState:
        tonnes = self._tonnes(year, response)
        trade = self.trade
        lanes = trade.lanes(year, tonnes, response, skims) if trade else []
        for each in lanes:
            if each.cost_usd_per_t is None:
                name = (
                    f"{each.commodity_id} {each.exporter_iso3} > {each.importer_iso3}"
                )
                self.warnings[f"{year}: {name} has no way, and fades"] = None
        first = max(found.scarcity, key=lambda each: each.wait_h, default=None)
        told = OutlookYear(
            year=year,
            status=status,
            rounds=len(residuals),
            residual=residuals[-1],
            turnover_usd=trade.turnover(year, lanes) if trade else None,
            demand_t=found.demand_per_year,
            served_t=found.demand_per_year - found.unserved_per_year,
            between_t=float(tonnes[self.wanted.is_between].sum()),
            opened=self.networks.opened(year),
            binds=first.element if first else "",
            corridors_t={c.corridor_id: c.t_per_year for c in found.corridors},
        )
        return YearState(told, tuple(lanes), response, found)


def _moved(now: Floats, then: Floats, weight: Floats) -> float:
    """Return the share of weighted tonnes that moves."""
    total = float(now @ weight)
    return float(np.abs(then - now) @ weight) / total if total else 0.0


def goes_in_circles(residuals: Sequence[float]) -> bool:
    """Whether the residual has not fallen over two rounds, twice.

    Examples
    --------
    >>> goes_in_circles([0.4, 0.3, 0.4, 0.3, 0.4])
    True
    >>> goes_in_circles([0.4, 0.2, 0.1, 0.05, 0.02])
    False
    """
    return len(residuals) >= FEWEST and all(
        residuals[-at] >= SETTLES * residuals[-at - 2] for at in (1, 2)
    )
