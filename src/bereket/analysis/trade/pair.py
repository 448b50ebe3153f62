"""What a model says of the trade of two countries: flows, turnover, product, growth."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.trade.params import LEAST_GROWTHS
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.trading import ALL_GOODS, NOT_FREIGHT, observed_years
from bereket.schema import INTERVAL_SUFFIXES

Floats = NDArray[np.float64]
TOLD: Final = ("measured", "reported")  # quality of a figure that was published


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its bounds.

    Attributes
    ----------
    value, low, high : float
        The figure; its bounds, both itself where none are known.
    source_id : str
        Where it comes from; blank where it is assumed.
    """

    value: float
    low: float
    high: float
    source_id: str = ""

    def drawn(self, rng: np.random.Generator, size: int) -> Floats:
        """Return draws, triangular between the bounds with the figure as mode."""
        if not self.low < self.high:
            return np.full(size, self.value)
        return rng.triangular(self.low, self.value, self.high, size)


@dataclass(frozen=True, slots=True)
class SectorFlow:
    """What one country sells the other of a sector in the base year.

    Attributes
    ----------
    exporter_iso3, importer_iso3, sector : str
        From where to where, and what.
    value_usd : Interval
        Value.
    is_assumed : bool
        Whether the row is.
    """

    exporter_iso3: str
    importer_iso3: str
    sector: str
    value_usd: Interval
    is_assumed: bool

    @property
    def is_freight(self) -> bool:
        """Whether it is carried: not gas in a pipe, nor power on a line."""
        return self.sector not in NOT_FREIGHT


@dataclass(frozen=True, slots=True)
class Turnover:
    """Trade of both directions that was observed in a year.

    Attributes
    ----------
    observation_id : str
        The row.
    year : int
        The year.
    usd : Interval
        Value.
    is_told : bool
        Whether the figure was published, not worked out.
    """

    observation_id: str
    year: int
    usd: Interval
    is_told: bool = True

    @property
    def value_usd(self) -> float:
        """Its value."""
        return self.usd.value


def interval_of(model: Model, table: str, row: int, column: str) -> Interval:
    """Return a figure of a row with its bounds."""
    held = model[table]
    value = float(held.number(column)[row])
    low, high = (float(held.number(column + end)[row]) for end in INTERVAL_SUFFIXES)
    source = held.labels("source_id")[row]
    return Interval(
        value,
        value if np.isnan(low) else low,
        value if np.isnan(high) else high,
        source,
    )


def elasticity(model: Model, name: str, sector: str) -> Interval:
    """Return the elasticity that holds for a sector, its own before the general one.

    Raises
    ------
    QuestionError
        When the model has none.
    """
    table = model["elasticity"]
    general = None
    for row, (each, cargo) in enumerate(
        zip(table.labels("name"), table.lists("commodity_id"), strict=True)
    ):
        if each == name and sector in cargo:
            return interval_of(model, "elasticity", row, "value")
        if each == name and not cargo:
            general = row
    if general is None:
        msg = (
            f"trade needs elasticity {name!r} for {sector}: the model has no row of it "
            "and none for all cargo"
        )
        raise QuestionError(msg)
    return interval_of(model, "elasticity", general, "value")


def flows_between(
    model: Model, pair: tuple[str, str], year: int
) -> tuple[SectorFlow, ...]:
    """Return the flows of two countries in a year, sector by sector, both directions.

    Raises
    ------
    QuestionError
        When a direction has no row of the year, or both a split and a whole.
    """
    table = model["trade"]
    years = table.number("year")
    assumed = table.text("quality") == "assumed"
    ends = list(
        zip(*(table.labels(f"{e}_iso3") for e in ("exporter", "importer")), strict=True)
    )
    found = tuple(
        SectorFlow(
            exporter_iso3=ends[row][0],
            importer_iso3=ends[row][1],
            sector=table.labels("sector")[row],
            value_usd=interval_of(model, "trade", row, "value_usd"),
            is_assumed=bool(assumed[row]),
        )
        for row in np.nonzero(years == year)[0].tolist()
        if ends[row] in (pair, pair[::-1])
    )
    faults = []
    for one, other in (pair, pair[::-1]):
        sectors = [each.sector for each in found if each.exporter_iso3 == one]
        if not sectors:
            faults.append(f"the model has no trade {one} > {other} in {year}")
        if ALL_GOODS in sectors and any(
            s != ALL_GOODS and s not in NOT_FREIGHT for s in sectors
        ):
            faults.append(
                f"trade {one} > {other} in {year} has a row of all goods and rows of "
                "sectors: keep one or the others"
            )
    if faults:
        raise QuestionError("\n".join(faults))
    return found


def base_year(model: Model, pair: tuple[str, str]) -> int:
    """Return the last year that the trade of two countries is known of by sector.

    Raises
    ------
    QuestionError
        When there is none.
    """
    table = model["trade"]
    rows = zip(
        table.labels("exporter_iso3"),
        table.labels("importer_iso3"),
        table.number("year").tolist(),
        strict=True,
    )
    years = [
        int(year) for one, other, year in rows if (one, other) in (pair, pair[::-1])
    ]
    if not years:
        known = sorted(
            set(table.labels("exporter_iso3")) | set(table.labels("importer_iso3"))
        )
        told = f"; it has that of {', '.join(known)}" if known else ""
        msg = f"the model has no trade between {pair[0]} and {pair[1]}{told}"
        raise QuestionError(msg)
    return max(years)


def turnovers(model: Model, pair: tuple[str, str]) -> tuple[Turnover, ...]:
    """Return the turnover of two countries in every whole year that it was observed."""
    table, found = model["observation"], {}
    for row, countries, year in observed_years(model):
        if countries == set(pair):
            name = table.labels("observation_id")[row]
            usd = interval_of(model, "observation", row, "value")
            is_told = table.labels("quality")[row] in TOLD
            found[year] = Turnover(name, year, usd, is_told)
    return tuple(found[year] for year in sorted(found))


def growths_of(
    model: Model, pair: tuple[str, str], last: int, wanted: int
) -> tuple[Floats, int]:
    """Return yearly growths of the product of two countries, as logarithms.

    Parameters
    ----------
    model : Model
        A model with table `country`.
    pair : tuple of (str, str)
        The countries.
    last : int
        Last year to be read.
    wanted : int
        How many growths at most.

    Returns
    -------
    tuple of (n, 2) and int
        Growths of both, the oldest first, and the year of the last.

    Raises
    ------
    QuestionError
        When the series of either is too short or has a hole.

    Notes
    -----
    Rows of quality assumed are no series and are left out.
    """
    table = model["country"]
    known: dict[str, dict[int, float]] = {name: {} for name in pair}
    assumed = table.text("quality") == "assumed"
    columns = table.labels("iso3"), table.number("year"), table.number("gdp_usd")
    for row, (iso3, year, value) in enumerate(zip(*columns, strict=True)):
        if iso3 in known and value > 0 and year <= last and not assumed[row]:
            known[iso3][int(year)] = float(value)
    both = set(known[pair[0]]) & set(known[pair[1]])
    end = max(both, default=None)
    if end is None:
        msg = (
            f"trade needs the product of {pair[0]} and {pair[1]} by {last}, year by "
            "year, in table 'country'; rows that are assumed are no series"
        )
        raise QuestionError(msg)
    first = max(min(known[name]) for name in pair)
    needed = range(max(end - wanted, first), end + 1)
    missing = [
        f"{name} {year}" for name in pair for year in needed if year not in known[name]
    ]
    if missing:
        msg = (
            f"growth up to {end} needs the product of every year from {needed[0]} on; "
            f"missing: {', '.join(missing)}"
        )
        raise QuestionError(msg)
    if len(needed) <= LEAST_GROWTHS:
        msg = (
            f"trade needs {LEAST_GROWTHS} yearly growths or more; the product of both "
            f"{pair[0]} and {pair[1]} is known from {first} to {end}"
        )
        raise QuestionError(msg)
    levels = np.array([[known[name][year] for name in pair] for year in needed])
    return np.diff(np.log(levels), axis=0), end
