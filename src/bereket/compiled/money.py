"""Money of any currency and year, brought to the model's currency and price year."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.model.calendar import ALWAYS_FROM, ALWAYS_TO, middle_day, validity
from bereket.model.model import Model, Table

Row = tuple[str, int]  # table, position

UNITS_OF_LOAD: Final = ("teu", "feu", "wagon", "truck")
TEU_PER_FEU: Final = 2.0


@dataclass(frozen=True, slots=True)
class Factors:
    """Factor that brings each row's money to USD of the price year.

    Attributes
    ----------
    factor : (n_rows,)
        NaN where no exchange rate is valid at the row's date.
    rows : tuple of tuple of (str, int)
        Rows that each factor comes from, table and position: exchange rate, years of
        the price index.
    told : tuple of tuple of str
        What of each row could not be converted or deflated, and why.
    """

    factor: NDArray[np.float64]
    rows: tuple[tuple[Row, ...], ...]
    told: tuple[tuple[str, ...], ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be converted or deflated, each once."""
        return tuple(dict.fromkeys(line for lines in self.told for line in lines))


def money_factors(model: Model, table: Table, day: date) -> Factors:
    """Find the factor that brings each row's money to USD of the price year.

    Parameters
    ----------
    model : Model
        The model; its ``fx`` and ``deflator`` rows are used.
    table : Table
        ``tariff`` or ``rent``.
    day : date
        Date of rows without validity.

    Returns
    -------
    Factors
        One factor a row.

    Notes
    -----
    The exchange rate is that of the middle of the row's own validity (of the end that
    is known where there is one only); what a row says is then deflated from that year
    to the price year. An undated row in USD is in prices of the price year already.
    """
    currency = table.labels("currency")
    start, end = validity(table)
    deflator = model["deflator"]
    index = {int(y): at for at, y in enumerate(deflator.number("year").tolist())}
    level = deflator.number("usd_index")
    price_year = int(model["config"].number("price_year")[0])
    factor = np.ones(len(table))
    behind: list[tuple[Row, ...]] = [()] * len(table)
    told: list[tuple[str, ...]] = [()] * len(table)
    days = zip(start.tolist(), end.tolist(), strict=True)
    for row, (first, last) in enumerate(days):
        is_dated = first > ALWAYS_FROM or last < ALWAYS_TO
        if not is_dated and currency[row] == "USD":
            continue
        middle = middle_day(first, last, day)
        rate, used = _exchange_rate(model, currency[row], middle)
        if np.isnan(rate):
            line = (
                f"{table.references[row]} is left out: no exchange rate of "
                f"{currency[row]} is valid on {middle}"
            )
            told[row] = (line,)
        if middle.year != price_year:
            if middle.year in index and price_year in index:
                years = [index[middle.year], index[price_year]]
                rate *= level[years[1]] / level[years[0]]
                used += [("deflator", year) for year in years]
            else:
                line = (
                    f"prices of {middle.year} are not brought to {price_year}: table "
                    "deflator lacks a year"
                )
                told[row] += (line,)
        factor[row], behind[row] = rate, tuple(used)
    return Factors(factor, tuple(behind), tuple(told))


def loads(model: Model, commodity_id: str) -> dict[str, float]:
    """Return the tonnes of a commodity in one unit, by unit; NaN where unknown."""
    commodity = model["commodity"]
    (row,) = commodity.row_of[(commodity_id,)]
    found = {
        unit: float(commodity.number(f"t_per_{unit}")[row]) for unit in UNITS_OF_LOAD
    }
    return {"t": 1.0} | found


def teu_per_t(model: Model, commodity_id: str) -> float:
    """Return boxes of twenty feet that a tonne fills; 0 where no load is stated."""
    load_t = loads(model, commodity_id)
    by_size = 1.0 / load_t["teu"], TEU_PER_FEU / load_t["feu"]
    return next((each for each in by_size if np.isfinite(each)), 0.0)


def _exchange_rate(model: Model, currency: str, day: date) -> tuple[float, list[Row]]:
    """Return USD of one unit of a currency, NaN where unknown, and the row it is of."""
    if currency == "USD":
        return 1.0, []
    fx = model["fx"]
    start, end = validity(fx)
    at = day.toordinal()
    for row in fx.row_of.get((currency,), ()):
        if start[row] <= at <= end[row]:
            return float(fx.number("usd_per_unit")[row]), [("fx", row)]
    return float("nan"), []
