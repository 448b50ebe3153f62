"""What is wanted in the years of an outlook, and how it answers costs of carriage."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.ways import years_of_demand
from bereket.analysis.trade.pair import elasticity
from bereket.analysis.trade.works import values_of
from bereket.compiled.skims import Lane, Skims, trading_places
from bereket.errors import QuestionError
from bereket.model.calendar import as_day
from bereket.model.model import Model, Table
from bereket.model.trading import ALL_GOODS

Floats = NDArray[np.float64]
Key = tuple[str, str, str]  # origin, destination, cargo
KEY: Final = ("origin_node_id", "destination_node_id", "commodity_id")
LEAST_T: Final = 1e-9  # of a rate of growth
LEAST_TAU: Final = 1e-6
NO_WAY: Final = 1e-9  # of trade that no way is left for


class Wanted:
    """Tonnes of the base year by pair of places, how they grow, how they answer costs.

    Attributes
    ----------
    year : int
        Base year: the last with demand up to the model's date.
    keys : list of (str, str, str)
        Origin, destination and cargo of each row.
    lanes : list of (str, str, str) or None
        Countries and cargo of each row; None within a country.
    is_between : (n_rows,) bool
        Whether a row is between countries.
    """

    def __init__(self, model: Model) -> None:
        day = as_day(model.config("base_date"))
        known = [year for year in years_of_demand(model) if year <= day.year]
        if not known:
            msg = f"the model has no demand of {day.year} or before"
            raise QuestionError(msg)
        self.year = known[-1]
        self.first_year = max(self.year + 1, day.year)
        self.series = _series(model, self.year)
        self.keys = list(self.series)
        self.lanes = _lanes(model, self.keys)
        self.is_between = np.array(
            [lane is not None for lane in self.lanes], dtype=bool
        )
        self.adjustment = elasticity(model, "adjustment_per_year", ALL_GOODS).value
        self.theta = np.array(
            [
                elasticity(model, "trade_cost", lane[2]).value if lane else 0.0
                for lane in self.lanes
            ]
        )
        worth = values_of(model)
        self.value_usd_per_t = np.array(
            [worth.get(key[2], np.nan) for key in self.keys]
        )

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.keys)

    def base_t(self, lane: Lane) -> float:
        """Return the tonnes of a lane in the base year."""
        rows = zip(self.keys, self.lanes, strict=True)
        return sum(self.series[key][self.year] for key, each in rows if each == lane)

    def grown(self, year: int, rates: Mapping[Lane, float]) -> Floats:
        """Return the tonnes of each row in a year at the costs of the base year.

        Parameters
        ----------
        year : int
            The year.
        rates : mapping
            Yearly growth of some lanes, as a logarithm; the others grow as their own
            rows of later years say.
        """
        tonnes = np.empty(self.n)
        for row, (series, lane) in enumerate(
            zip(self.series.values(), self.lanes, strict=True)
        ):
            if lane is not None and lane in rates:
                passed = year - self.year
                tonnes[row] = series[self.year] * math.exp(rates[lane] * passed)
            else:
                tonnes[row] = between(series, self.year, year)
        return tonnes

    def table(self, year: int, tonnes: Floats) -> Table:
        """Return tonnes of a year as table `demand`."""
        ends = zip(*self.keys, strict=True)
        columns = {
            name: np.array(each, dtype=object)
            for name, each in zip(KEY, ends, strict=True)
        }
        own = {"year": np.full(self.n, float(year)), "tonnes": tonnes}
        assumed = np.full(self.n, "assumed", dtype=object)
        return Table("demand", {**columns, **own, "quality": assumed})

    def aim(self, before: Floats, base: Skims, now: Skims, passed: int) -> Floats:
        """Return the response that costs ask for, as a logarithm a row.

        Parameters
        ----------
        before : (n_rows,)
            Response of the year before.
        base, now : Skims
            Costs of the base year, and of this one; where no way is left trade goes
            down to `NO_WAY` of itself in the long run.
        passed : int
            Years since the one before.
        """
        long_run = np.zeros(self.n)
        for row, lane in enumerate(self.lanes):
            if lane is None or lane not in now.lanes or lane not in base.lanes:
                continue
            worth = float(self.value_usd_per_t[row])
            old, new = (each.lanes[lane].cost_usd_per_t for each in (base, now))
            if math.isfinite(old) and not math.isfinite(new):
                long_run[row] = math.log(NO_WAY)
            elif worth > 0 and math.isfinite(old):
                tau = (1.0 + new / worth) / (1.0 + old / worth)
                long_run[row] = -self.theta[row] * math.log(max(tau, LEAST_TAU))
        left = (1.0 - self.adjustment) ** passed
        return left * before + (1.0 - left) * long_run


def _series(model: Model, base: int) -> dict[Key, dict[int, float]]:
    """Return tonnes by year of each pair and cargo that has some in the base year."""
    table = model["demand"]
    keys = zip(*(table.labels(name) for name in KEY), strict=True)
    figures = zip(table.number("year"), table.number("tonnes"), strict=True)
    found: dict[Key, dict[int, float]] = {}
    for key, (year, tonnes) in zip(keys, figures, strict=True):
        found.setdefault((key[0], key[1], key[2]), {})[int(year)] = float(tonnes)
    return {key: each for key, each in found.items() if each.get(base, 0.0) > 0}


def _lanes(model: Model, keys: list[Key]) -> list[Lane | None]:
    """Return the countries and cargo of each row; None within a country."""
    country = trading_places(model)
    lanes = [(country[a], country[b], cargo) for a, b, cargo in keys]
    return [lane if lane[0] != lane[1] else None for lane in lanes]


def between(series: Mapping[int, float], base: int, year: int) -> float:
    """Return tonnes of a year: as told, between by rate, after at the last rate.

    Examples
    --------
    >>> round(between({2020: 100.0, 2030: 200.0}, 2020, 2040), 6)
    400.0
    >>> between({2020: 100.0}, 2020, 2040)
    100.0
    """
    if year in series:
        return series[year]
    later = sorted(each for each in series if each > base)
    if not later or series[base] <= 0:
        return series[base]
    before = max((each for each in (base, *later) if each < year), default=base)
    after = min((each for each in later if each > year), default=None)
    if after is None:
        after, before = later[-1], (base, *later)[-2]
    low, high = max(series[before], LEAST_T), max(series[after], LEAST_T)
    rate = math.log(high / low) / (after - before)
    return low * math.exp(rate * (year - before))
