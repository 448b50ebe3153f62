"""The pair of an outlook whose trade is told by sector: growth, values, tonnes."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.trade.pair import (
    base_year,
    elasticity,
    flows_between,
    growths_of,
)
from bereket.analysis.trade.params import MOST_GROWTHS
from bereket.compiled.skims import Lane, Skims
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.trading import ALL_GOODS
from bereket.studies.outlook_demand import Wanted
from bereket.studies.outlook_result import TradedLane

Floats = NDArray[np.float64]


class TradeBySector:
    """Trade of two countries by sector, as values and as tonnes of their lanes.

    Attributes
    ----------
    pair : tuple of (str, str)
        The countries.
    rates : dict of (str, str, str) to float
        Real growth of each lane a year, as a logarithm.
    inflation : float
        Growth of prices in USD a year.
    notes : tuple of str
        How it grows.
    """

    def __init__(self, model: Model, pair: tuple[str, str], wanted: Wanted) -> None:
        self.pair, self.wanted = pair, wanted
        year = base_year(model, pair)
        flows = flows_between(model, pair, year)
        told = {(f.exporter_iso3, f.importer_iso3, f.sector): f for f in flows}
        carried = {
            lane: flow.value_usd.value
            for lane, flow in told.items()
            if flow.is_freight and flow.sector != ALL_GOODS
        }
        if pair[0] == pair[1] or not carried:
            others = ", ".join(map("-".join, told_pairs(model))) or "no pair"
            msg = (
                f"trade of {'-'.join(pair)} is not told by sector in table 'trade'; "
                f"that of {others} is"
            )
            raise QuestionError(msg)
        missing = [lane for lane in carried if not wanted.base_t(lane) > 0]
        if missing:
            msg = (
                f"traded, and without demand of {wanted.year} between their places: "
                f"{'; '.join(map(' '.join, missing))}"
            )
            raise QuestionError(msg)
        self.base_t = {lane: wanted.base_t(lane) for lane in carried}
        self.inflation = elasticity(model, "price_growth_per_year", ALL_GOODS).value
        past, end = growths_of(model, pair, year, MOST_GROWTHS)
        grown = past.mean(axis=0) - self.inflation
        sells, buys = (
            elasticity(model, name, ALL_GOODS).value
            for name in ("exporter_gdp", "importer_gdp")
        )
        side = {name: at for at, name in enumerate(pair)}
        self.rates = {
            lane: float(sells * grown[side[lane[0]]] + buys * grown[side[lane[1]]])
            for lane in carried
        }
        passed = wanted.year - year  # trade and demand may be of two years
        self.value_usd = {
            lane: value * math.exp((self.rates[lane] + self.inflation) * passed)
            for lane, value in carried.items()
        }
        apart = sum(f.value_usd.value for f in flows if not f.is_freight)
        self.apart_usd = apart * math.exp(self.inflation * passed)
        self.notes = (
            (
                f"trade of {'-'.join(pair)} is told by sector: real growth of both "
                f"products (mean of {len(past)} years to {end}), prices "
                f"{self.inflation:+.1%} a year"
            ),
        )

    def prices(self, year: int) -> float:
        """Return prices of a year over those of the base year."""
        return math.exp(self.inflation * (year - self.wanted.year))

    def densities(self, year: int) -> dict[Lane, float]:
        """Return the value of a tonne of each lane in a year [USD/t]."""
        return {
            lane: value / self.base_t[lane] * self.prices(year)
            for lane, value in self.value_usd.items()
        }

    def lanes(
        self, year: int, tonnes: Floats, response: Floats, skims: Skims
    ) -> list[TradedLane]:
        """Return the lanes in a year.

        Parameters
        ----------
        year : int
            The year.
        tonnes, response : (n_rows,)
            Of each row of what is wanted.
        skims : Skims
            Costs of the year.
        """
        found = []
        for lane, density in self.densities(year).items():
            rows = [at for at, each in enumerate(self.wanted.lanes) if each == lane]
            carried = float(tonnes[rows].sum())
            cost = skims.lanes.get(lane)
            has_way = cost is not None and math.isfinite(cost.cost_usd_per_t)
            found.append(
                TradedLane(
                    year,
                    *lane,
                    value_usd=carried * density,
                    tonnes=carried,
                    density_usd_per_t=density,
                    cost_usd_per_t=cost.cost_usd_per_t if cost and has_way else None,
                    response=float(np.exp(response[rows[0]])),
                )
            )
        return found

    def turnover(self, year: int, lanes: Sequence[TradedLane]) -> float:
        """Return the pair's trade, gas and power too, at the prices of the year."""
        return sum(each.value_usd for each in lanes) + self.apart_usd * self.prices(
            year
        )


def told_pairs(model: Model) -> tuple[tuple[str, str], ...]:
    """Return the pairs that trade is told by sector of, either way round once."""
    table = model["trade"]
    commodities = set(model["commodity"].labels("commodity_id"))
    rows = zip(
        table.labels("exporter_iso3"),
        table.labels("importer_iso3"),
        table.labels("sector"),
        strict=True,
    )
    found: dict[frozenset[str], tuple[str, str]] = {}
    for one, other, sector in rows:
        if sector in commodities and one != other:
            found.setdefault(frozenset((one, other)), (one, other))
    return tuple(found.values())
