"""The answer of the question of trade."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.model.result import Stamp
from bereket.model.trading import NOT_FREIGHT

if TYPE_CHECKING:
    import pandas as pd

QUANTILES: Final = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
SHOWN: Final = 3
BILLION: Final = 1e9
MILLION: Final = 1e6
HARDLY: Final = 0.005  # a chance that draws do not tell from none


@dataclass(frozen=True, slots=True)
class YearOfTrade:
    """The turnover of a year, at costs of carriage as they are.

    Attributes
    ----------
    year : int
        The year.
    probability : float
        That the turnover of the year is the target or more.
    reached : float
        That it was so in this year or one before.
    quantiles_usd : tuple of float
        At `QUANTILES`.
    """

    year: int
    probability: float
    reached: float
    quantiles_usd: tuple[float, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the year as plain data, quantiles by name."""
        names = (f"p{100 * each:g}_usd" for each in QUANTILES)
        return {
            "year": self.year,
            "probability": self.probability,
            "reached": self.reached,
            **dict(zip(names, self.quantiles_usd, strict=True)),
        }


@dataclass(frozen=True, slots=True)
class SectorTrade:
    """A sector of one direction, now and later.

    Attributes
    ----------
    exporter_iso3, importer_iso3, sector : str
        From where to where, and what.
    base_usd, base_low_usd, base_high_usd : float
        Value of the base year and its bounds.
    last_usd : float
        Median of the last year.
    share_of_growth : float
        Its part in the growth of the mean turnover between the two.
    quality : str
        Of the base year's row.
    """

    exporter_iso3: str
    importer_iso3: str
    sector: str
    base_usd: float
    base_low_usd: float
    base_high_usd: float
    last_usd: float
    share_of_growth: float
    quality: str


@dataclass(frozen=True, slots=True)
class WorksGain:
    """What works bring.

    Attributes
    ----------
    works_id, name : str
        A measure, or a package.
    measure_ids : tuple of str
        Measures done.
    opens_year : int
        First year in which they work.
    gain_usd_per_year, gain_low_usd, gain_high_usd : float
        Turnover of the base year more in the long run: median, 5 and 95 per cent.
    direct_usd_per_year : float
        The same by the pair's own costs alone, all other trade standing still.
    capex_usd : float or None
        What they cost to build.
    gain_per_usd, gain_per_usd_low, gain_per_usd_high : float or None
        Gain a year over what is built: median, 5 and 95 per cent.
    cost_change_usd_per_t : mapping of str to float
        Mean change of carriage by direction, where any flow's changes.
    probability : tuple of float
        By year as in `TradeResult.probability`, that the turnover of the year is the
        target or more.
    note : str
        Why they bring nothing, where they do.
    """

    works_id: str
    name: str
    measure_ids: tuple[str, ...]
    opens_year: int
    gain_usd_per_year: float
    gain_low_usd: float
    gain_high_usd: float
    direct_usd_per_year: float
    capex_usd: float | None
    gain_per_usd: float | None
    gain_per_usd_low: float | None
    gain_per_usd_high: float | None
    cost_change_usd_per_t: Mapping[str, float]
    probability: tuple[float, ...]
    note: str = ""

    @property
    def is_indirect(self) -> bool:
        """Whether all that they bring comes through the trade of others."""
        return self.gain_usd_per_year > 0 >= self.direct_usd_per_year

    def as_dict(self) -> dict[str, Any]:
        """Return the works as plain data."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return found | {
            "measure_ids": list(self.measure_ids),
            "cost_change_usd_per_t": dict(self.cost_change_usd_per_t),
            "probability": list(self.probability),
        }


@dataclass(frozen=True, slots=True)
class Backtest:
    """A year of the past, forecast from one before it.

    Attributes
    ----------
    from_year, year : int
        Year of the last figures used, and the year forecast.
    is_told : bool
        Whether the turnover of the first was published, not worked out.
    observed_usd : float
        What came.
    low_usd, median_usd, high_usd : float
        Forecast: 2.5, 50 and 97.5 per cent.
    quantile : float
        Where what came stands among the draws, from 0 to 1.
    """

    from_year: int
    is_told: bool
    year: int
    observed_usd: float
    low_usd: float
    median_usd: float
    high_usd: float
    quantile: float

    @property
    def holds(self) -> bool:
        """Whether what came is within 95 per cent of the draws."""
        return self.low_usd <= self.observed_usd <= self.high_usd

    def told(self) -> str:
        """Return it in a sentence."""
        span = f"{self.low_usd / MILLION:,.0f} to {self.high_usd / MILLION:,.0f}"
        where = "inside" if self.holds else "OUTSIDE"
        guess = "," if self.is_told else ", an estimate itself,"
        return (
            f"asked in {self.from_year}{guess} it would have said {span} million USD "
            f"for {self.year} (95 %); {self.observed_usd / MILLION:,.0f} came, {where} "
            "that"
        )


@dataclass(frozen=True, slots=True)
class TradeResult:
    """Whether the trade of two countries passes a threshold, when, and by what.

    Attributes
    ----------
    pair : tuple of (str, str)
        The countries.
    target_usd : float
        The threshold [USD a year].
    base_year : int
        Year of the flows that all is forecast from.
    last_observed_year, last_observed_usd : int, float
        Turnover observed last, from which all is forecast.
    last_is_told : bool
        Whether it was published, not worked out.
    by_year, needed_growth : int, float
        Yearly growth that reaches the target by that year, a ratio.
    expected_growth : float
        Yearly growth of the median between the base year and that year.
    years : tuple of YearOfTrade
        The fan.
    sectors : tuple of SectorTrade
        What makes it up, the largest part in growth first.
    measures : tuple of WorksGain
        Measures and packages, the most trade a dollar first.
    best_per_usd : tuple of str
        Works that buy most trade a dollar; several where bounds overlap. Of those that
        make the pair's own carriage cheaper.
    spread : mapping of str to float
        Share of each cause in the spread of the last year.
    backtest : Backtest or None
        A year of the past.
    assumed_sectors_share : float
        Share of the base year's value that rests on assumed sector rows.
    observed : tuple of (int, float)
        Turnover observed, by year.
    notes, warnings : tuple of str
        What to know of the answer.
    stamp : Stamp
        Where it comes from.
    """

    pair: tuple[str, str]
    target_usd: float
    base_year: int
    last_observed_year: int
    last_observed_usd: float
    last_is_told: bool
    by_year: int
    needed_growth: float
    expected_growth: float
    years: tuple[YearOfTrade, ...]
    sectors: tuple[SectorTrade, ...]
    measures: tuple[WorksGain, ...]
    best_per_usd: tuple[str, ...]
    spread: Mapping[str, float]
    backtest: Backtest | None
    assumed_sectors_share: float
    observed: tuple[tuple[int, float], ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...] = field(default=())
    stamp: Stamp = field(kw_only=True)

    def chance(self, year: int) -> YearOfTrade | None:
        """Return a year of the fan; None outside it."""
        return next((each for each in self.years if each.year == year), None)

    def median_year(self) -> int | None:
        """Return the first year in which the median is the target or more."""
        middle = QUANTILES.index(0.5)
        return next(
            (y.year for y in self.years if y.quantiles_usd[middle] >= self.target_usd),
            None,
        )

    def headline(self) -> str:
        """Return the answer in a sentence or two, a failed test of the past first."""
        names = "-".join(self.pair)
        told = []
        if self.backtest is not None and not self.backtest.holds:
            told.append(f"{self.backtest.told()}: read what follows with that in mind.")
        chances = []
        for year in dict.fromkeys((self.by_year, self.years[-1].year)):
            found = self.chance(year)
            if found is not None:
                chances.append(f"{_per_cent(found.probability)} in {year}")
        middle = self.median_year()
        when = (
            f"the median passes it in {middle}"
            if middle
            else "the median does not pass it"
        )
        told.append(
            f"{names} trade of {self.target_usd / BILLION:g} billion USD a year: "
            f"{', '.join(chances)} as things are; {when}."
        )
        told.append(
            f"It needs {self.needed_growth:+.0%} a year to {self.by_year}; "
            f"{self.expected_growth:+.0%} is expected."
        )
        if not self.last_is_told:
            last = f"{self.last_observed_usd / MILLION:,.0f} million"
            told.append(f"The {last} of {self.last_observed_year} are an estimate.")
        is_split = any(
            each.sector not in ("all", *NOT_FREIGHT) for each in self.sectors
        )
        if is_split and self.assumed_sectors_share > 0:
            low = sum(each.base_low_usd for each in self.sectors)
            high = sum(each.base_high_usd for each in self.sectors)
            told.append(
                f"The split by sector is assumed ({self.assumed_sectors_share:.0%} of "
                f"the value; rows add up to {low / MILLION:,.0f} million at low and "
                f"{high / MILLION:,.0f} at high)."
            )
        return " ".join(told)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "headline": self.headline(),
            "pair": list(self.pair),
            "target_usd": self.target_usd,
            "base_year": self.base_year,
            "last_observed_year": self.last_observed_year,
            "last_observed_usd": self.last_observed_usd,
            "last_is_told": self.last_is_told,
            "by_year": self.by_year,
            "needed_growth": self.needed_growth,
            "expected_growth": self.expected_growth,
            "probability": [each.as_dict() for each in self.years],
            "sectors": [asdict(each) for each in self.sectors],
            "measures": [each.as_dict() for each in self.measures],
            "best_per_usd": list(self.best_per_usd),
            "spread": dict(self.spread),
            "backtest": None
            if self.backtest is None
            else asdict(self.backtest) | {"holds": self.backtest.holds},
            "assumed_sectors_share": self.assumed_sectors_share,
            "observed": [{"year": y, "turnover_usd": v} for y, v in self.observed],
            "notes": list(self.notes),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a year."""
        return [each.as_dict() for each in self.years]

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a year."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return years, sectors, measures, what was observed."""
        import pandas as pd

        whole = self.as_dict()
        names = ("sectors", "measures", "observed")
        frames = {name: pd.DataFrame(whole[name]) for name in names}
        return MappingProxyType({"years": self.to_frame(), **frames})

    def summary(self) -> str:
        """Return about ten lines of text, the stamp last."""
        best = [
            f"{each.works_id}: {each.gain_usd_per_year / MILLION:+,.1f} M USD a year"
            for each in self.measures[:SHOWN]
            if each.gain_usd_per_year > 0
        ]
        past = [self.backtest.told()] if self.backtest and self.backtest.holds else []
        return "\n".join([self.headline(), *past, *best, self.stamp.line()])


def _per_cent(share: float) -> str:
    """Return a chance in words that claim no more than draws can tell."""
    if share < HARDLY:
        return "below 1 %"
    if share > 1.0 - HARDLY:
        return "above 99 %"
    return f"{100 * share:.0f} %"
