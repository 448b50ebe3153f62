"""The answer of the outlook: trade, tonnes, ways and costs, year by year."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from bereket.model.result import Stamp

if TYPE_CHECKING:
    import pandas as pd

YearStatus = Literal["answered", "cycles", "not_converged"]
SHOWN: Final = 6
MILLION: Final = 1e6


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a year: demand to costs to demand.

    Attributes
    ----------
    year, number : int
        The year; the round, from 1.
    residual : float
        Share that costs would move yet: of all tonnes between countries, or of the
        pair's value, whichever is larger.
    """

    year: int
    number: int
    residual: float


@dataclass(frozen=True, slots=True)
class TradedLane:
    """What one country sells another of a cargo in a year, and what carriage costs it.

    Attributes
    ----------
    year : int
        The year.
    exporter_iso3, importer_iso3, commodity_id : str
        From where to where, and what.
    value_usd : float
        In the prices of the year.
    tonnes : float
        Wanted.
    density_usd_per_t : float
        Value of a tonne, in the prices of the year.
    cost_usd_per_t : float or None
        Carriage, in the prices of the model; None where there is no way.
    response : float
        Factor that costs have put on it since the base year.
    """

    year: int
    exporter_iso3: str
    importer_iso3: str
    commodity_id: str
    value_usd: float
    tonnes: float
    density_usd_per_t: float
    cost_usd_per_t: float | None
    response: float


@dataclass(frozen=True, slots=True)
class OutlookYear:
    """A year of the outlook.

    Attributes
    ----------
    year : int
        The year.
    status : {"answered", "cycles", "not_converged"}
        How its rounds ended.
    rounds : int
        How many.
    residual : float
        Share that costs would move yet: of all tonnes between countries, or of the
        pair's value, whichever is larger.
    turnover_usd : float or None
        Trade of the pair, gas and power too; None where none is asked for.
    demand_t, served_t : float
        All cargo wanted; what goes.
    between_t : float
        Wanted between countries.
    opened : tuple of str
        Measures that work from this year on.
    binds : str
        What is waited for longest; empty where nothing is.
    corridors_t : mapping of str to float
        Tonnes by corridor.
    """

    year: int
    status: YearStatus
    rounds: int
    residual: float
    turnover_usd: float | None
    demand_t: float
    served_t: float
    between_t: float
    opened: tuple[str, ...]
    binds: str
    corridors_t: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return the year as plain data."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return found | {
            "opened": list(self.opened),
            "corridors_t": dict(self.corridors_t),
        }


@dataclass(frozen=True, slots=True)
class Stream:
    """What a sector of the pair's trade goes by, and through.

    Attributes
    ----------
    exporter_iso3, importer_iso3, commodity_id : str
        From where to where, and what.
    mode, gateway : str
        Mode of most of its hours; the crossing into the country that buys.
    tonnes, value_usd : float
        Of the year.
    """

    exporter_iso3: str
    importer_iso3: str
    commodity_id: str
    mode: str
    gateway: str
    tonnes: float
    value_usd: float


@dataclass(frozen=True, slots=True)
class OutlookResult:
    """Trade, tonnes, ways and costs in step, year by year.

    Attributes
    ----------
    pair : tuple of (str, str) or tuple of ()
        Countries whose trade is told by sector.
    base_year : int
        Year that all grows from.
    years : tuple of OutlookYear
        In order.
    lanes : tuple of TradedLane
        The pair's, year by year, the base year first.
    streams : tuple of Stream
        The pair's in the last year.
    record : tuple of Round
        How the rounds went.
    notes, warnings : tuple of str
        What to know of the answer.
    stamp : Stamp
        Where it comes from.
    """

    pair: tuple[str, ...]
    base_year: int
    years: tuple[OutlookYear, ...]
    lanes: tuple[TradedLane, ...]
    streams: tuple[Stream, ...]
    record: tuple[Round, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    stamp: Stamp

    def headline(self) -> str:
        """Return the answer in a sentence."""
        if not self.years:
            return "no year was asked"
        first, last = self.years[0], self.years[-1]
        told = (
            f"from {first.year} to {last.year} what is wanted goes from "
            f"{first.demand_t / MILLION:,.0f} to {last.demand_t / MILLION:,.0f} Mt a "
            f"year; {last.served_t / max(last.demand_t, 1.0):.0%} of it goes at the end"
        )
        if last.turnover_usd is not None:
            told += (
                f"; {'-'.join(self.pair)} trade reaches "
                f"{last.turnover_usd / MILLION:,.0f} million USD"
            )
        rough = [each.year for each in self.years if each.status != "answered"]
        if rough:
            told += f"; trade and costs are NOT in step in {', '.join(map(str, rough))}"
        return told

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "headline": self.headline(),
            "pair": list(self.pair),
            "base_year": self.base_year,
            "years": [each.as_dict() for each in self.years],
            "lanes": [asdict(each) for each in self.lanes],
            "streams": [asdict(each) for each in self.streams],
            "rounds": [asdict(each) for each in self.record],
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
        """Return years, lanes, streams, rounds."""
        import pandas as pd

        whole = self.as_dict()
        names = ("lanes", "streams", "rounds")
        frames = {name: pd.DataFrame(whole[name]) for name in names}
        return MappingProxyType({"years": self.to_frame(), **frames})

    def summary(self) -> str:
        """Return about ten lines of text, the stamp last."""
        lines = [
            f"{each.year}: {each.demand_t / MILLION:,.1f} Mt wanted, "
            f"{each.served_t / MILLION:,.1f} go"
            + (f"; first waits {each.binds}" if each.binds else "")
            for each in self.years[-SHOWN:]
        ]
        return "\n".join([self.headline(), *lines, self.stamp.line()])
