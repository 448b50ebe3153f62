"""The answer of the question of energy."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.energy.rows import (
    Built,
    Carried,
    CountryYear,
    ElementFlow,
    ElementValue,
    Generation,
    Sale,
    Unserved,
    ZonePrice,
)
from bereket.model.result import Stamp

if TYPE_CHECKING:
    import pandas as pd

MILLION: Final = 1e6
BILLION: Final = 1e9
SHOWN: Final = 3
FAR_YEARS: Final = 5
STANDS: Final = re.compile(r"\w+_load of (?P<edge>\d+) stands for \d+: .+")
TABLES: Final = (
    *("flows", "prices", "unserved", "values", "generation"),
    *("sales", "carried", "countries", "built"),
)


@dataclass(frozen=True, slots=True)
class Course:
    """The price of a zone hour by hour, and what flows to and from it is worth.

    Attributes
    ----------
    zone : str
        Row of the zone.
    price_usd_per_mwh : tuple of float
        By hour of the weeks, in order.
    """

    zone: str
    price_usd_per_mwh: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class EnergyResult:
    """A year of gas and power at least cost.

    Attributes
    ----------
    year : int
        The year.
    objective_usd : float
        Cost of all countries together, income from buyers beyond them taken off; with
        fees of swaps, and with the price of gas that is due and not taken.
    cost_usd, due_usd : float
        The same without both, which only change hands; and what is due for that gas,
        whoever owes it.
    flows : tuple of ElementFlow
        Lines and pipes.
    prices : tuple of ZonePrice
        Zones and gas nodes.
    unserved : tuple of Unserved
        Domestic demand not served.
    values : tuple of ElementValue
        What one more MW or mcm a day is worth, the dearest first, power first.
    generation : tuple of Generation
        By zone and fuel.
    sales : tuple of Sale
        Contracts and swaps.
    carried : tuple of Carried
        Whose gas every pipe carries.
    countries : tuple of CountryYear
        The year of each.
    built : tuple of Built
        What was built, where anything could be.
    weeks : tuple of int
        Weeks that stand for parts of the year.
    hour_weight : tuple of float
        Hours of the year that each hour of them stands for.
    courses : tuple of Course
        Prices of power hour by hour.
    notes : tuple of str
        What was drawn, held or left out.
    stamp : Stamp
        Where it comes from.
    """

    year: int
    objective_usd: float
    cost_usd: float
    due_usd: float
    flows: tuple[ElementFlow, ...]
    prices: tuple[ZonePrice, ...]
    unserved: tuple[Unserved, ...]
    values: tuple[ElementValue, ...]
    generation: tuple[Generation, ...]
    sales: tuple[Sale, ...]
    carried: tuple[Carried, ...]
    countries: tuple[CountryYear, ...]
    built: tuple[Built, ...]
    weeks: tuple[int, ...]
    hour_weight: tuple[float, ...]
    courses: tuple[Course, ...]
    notes: tuple[str, ...]
    stamp: Stamp

    def flow(self, element: str) -> ElementFlow:
        """Return the flow of a row.

        Raises
        ------
        KeyError
            When it has none.
        """
        return {row.element: row for row in self.flows}[element]

    def value(self, element: str) -> ElementValue:
        """Return what one more of a row is worth.

        Raises
        ------
        KeyError
            When it has no value.
        """
        return {row.element: row for row in self.values}[element]

    def country(self, iso3: str) -> CountryYear:
        """Return the year of a country.

        Raises
        ------
        KeyError
            When it is not in the answer.
        """
        return {row.iso3: row for row in self.countries}[iso3]

    def gas_sold(self, seller: str, buyer: str) -> float:
        """Return the gas that a country is given by another, by all sales [mcm]."""
        return sum(
            row.received_mcm
            for row in self.sales
            if (row.seller_iso3, row.buyer_iso3) == (seller, buyer)
        )

    def lines_between(self, one: str, other: str) -> tuple[ElementFlow, ...]:
        """Return the power lines between two countries."""
        return tuple(
            row
            for row in self.flows
            if row.commodity == "power"
            and {row.from_iso3, row.to_iso3} == {one, other}
            and one != other
        )

    def missed(self, commodity: str) -> float:
        """Return what is not served of power [MWh] or gas [mcm]."""
        return sum(row.amount for row in self.unserved if row.commodity == commodity)

    def headline(self) -> str:
        """Return the answer in one or two sentences."""
        bought = sum(row.buyers_value_usd for row in self.countries)
        due = self.due_usd
        # What is due pulls the year from its cheapest, so that is not promised.
        cost = f"{_usd(self.cost_usd + bought)}{'' if due > 0 else ' at least'}"
        if bought > 0:
            cost += f", and are worth {_usd(bought)} to buyers abroad"
        if due > 0:
            cost += f"; {_usd(due)} are due for gas not taken"
        power, gas = self.missed("power") / MILLION, self.missed("gas") / 1e3
        short = []
        if power > 0:
            short.append(f"{power:,.2g} TWh of power")
        if gas > 0:
            short.append(f"{gas:,.2g} bcm of gas")
        far = _held_far(self.year, self.notes)
        if not short:
            return f"{self.year}: gas and power cost {cost}; all demand is served{far}"
        zones = dict.fromkeys(row.zone for row in self.unserved)
        told = ", ".join(list(zones)[:SHOWN])
        more = f" and {len(zones) - SHOWN} more" if len(zones) > SHOWN else ""
        return (
            f"{self.year}: gas and power cost {cost}; {' and '.join(short)} "
            f"{'is' if len(short) == 1 else 'are'} not served, in {told}{more}{far}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "headline": self.headline(),
            "year": self.year,
            "objective_usd": self.objective_usd,
            "cost_usd": self.cost_usd,
            "due_usd": self.due_usd,
            "flows": [asdict(row) | {"unit": row.unit} for row in self.flows],
            "prices": _plain(self.prices),
            "unserved": _plain(self.unserved),
            "values": _plain(self.values),
            "generation": _plain(self.generation),
            "sales": _plain(self.sales),
            "carried": _plain(self.carried),
            "countries": _plain(self.countries),
            "built": _plain(self.built),
            "weeks": list(self.weeks),
            "notes": list(self.notes),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of the main table: what goes over lines and pipes."""
        found: list[dict[str, Any]] = self.as_dict()["flows"]
        return found

    def to_frame(self) -> "pd.DataFrame":
        """Return what goes over lines and pipes, one row each."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return every table by name."""
        import pandas as pd

        plain = self.as_dict()
        return {name: pd.DataFrame(plain[name]) for name in TABLES}

    def summary(self) -> str:
        """Return about ten lines, the stamp last."""
        lines = [
            self.headline(),
            *(
                f"not served: {row.share:.1%} at {row.zone}: {row.cause}"
                for row in self.unserved[:SHOWN]
            ),
            *(f"one more {row.told()}" for row in self.values[:SHOWN] if row.usd > 0),
        ]
        return "\n".join([*lines, self.stamp.line()])


def held_loads(notes: Sequence[str]) -> tuple[str, ...]:
    """Return the notes on loads of another year that stand for those of this one.

    Parameters
    ----------
    notes : sequence of str
        Notes of an answer.
    """
    return tuple(note for note in notes if STANDS.fullmatch(note))


def _held_far(year: int, notes: Sequence[str]) -> str:
    """Say that a year is far from all loads that the model has, where it is."""
    found = [STANDS.fullmatch(note) for note in notes]
    years = {int(each["edge"]) for each in found if each}
    if not years or min(abs(edge - year) for edge in years) <= FAR_YEARS:
        return ""
    told = " to ".join(map(str, sorted({min(years), max(years)})))
    return f"; loads of {told} stand for those of {year}"


def _usd(value: float) -> str:
    """Return money in words, as many digits as a headline needs."""
    if abs(value) >= BILLION:
        return f"{value / BILLION:,.1f} bn USD"
    return f"{value / MILLION:,.1f} M USD"


def _plain(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]
