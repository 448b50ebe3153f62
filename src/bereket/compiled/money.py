"""Money of any currency and year, brought to the model's currency and price year."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.model.calendar import ALWAYS_FROM, ALWAYS_TO, validity
from bereket.model.model import Model, Table

UNITS_OF_LOAD: Final = ("teu", "feu", "wagon", "truck")


@dataclass(frozen=True, slots=True)
class Factors:
    """Factor that brings each row's money to USD of the price year.

    Attributes
    ----------
    factor : (n_rows,)
        NaN where no exchange rate is valid at the row's date.
    warnings : tuple of str
        What could not be converted or deflated, and why.
    """

    factor: NDArray[np.float64]
    warnings: tuple[str, ...]


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
    currency = table.text("currency")
    start, end = validity(table)
    index = _price_index(model)
    price_year = int(model["config"].number("price_year")[0])
    factor = np.ones(len(table))
    warnings: dict[str, None] = {}
    for row in range(len(table)):
        is_dated = start[row] > ALWAYS_FROM or end[row] < ALWAYS_TO
        if not is_dated and currency[row] == "USD":
            continue
        middle = _middle(int(start[row]), int(end[row]), day)
        rate = 1.0
        if currency[row] != "USD":
            at = _exchange_row(model, str(currency[row]), middle)
            quoted = model["fx"].number("usd_per_unit")
            rate = float("nan") if at is None else float(quoted[at])
        if np.isnan(rate):
            reference = f"{table.name}:{':'.join(table.keys[row])}"
            warnings[
                f"{reference} is left out: no exchange rate of {currency[row]} is "
                f"valid on {middle}"
            ] = None
        if middle.year != price_year:
            if middle.year in index and price_year in index:
                rate *= index[price_year] / index[middle.year]
            else:
                warnings[
                    f"prices of {middle.year} are not brought to {price_year}: table "
                    "deflator lacks a year"
                ] = None
        factor[row] = rate
    return Factors(factor, tuple(warnings))


def rows_of_money(
    model: Model, table: Table, row: int, day: date
) -> tuple[tuple[str, int], ...]:
    """Return the rows that a row's money is converted and deflated by; as its factor.

    Parameters
    ----------
    model : Model
        The model.
    table : Table
        ``tariff`` or ``rent``.
    row : int
        Position of the row.
    day : date
        Date of rows without validity.

    Returns
    -------
    tuple of (str, int)
        Table and position: the exchange rate, then the years of the price index.
    """
    start, end = validity(table.rows(np.array([row])))
    currency = str(table.text("currency")[row])
    is_dated = start[0] > ALWAYS_FROM or end[0] < ALWAYS_TO
    if not is_dated and currency == "USD":
        return ()
    middle = _middle(int(start[0]), int(end[0]), day)
    found: list[tuple[str, int]] = []
    if currency != "USD":
        at = _exchange_row(model, currency, middle)
        found += [] if at is None else [("fx", at)]
    years = model["deflator"].number("year").astype(int).tolist()
    price_year = int(model["config"].number("price_year")[0])
    if middle.year != price_year and {middle.year, price_year} <= set(years):
        found += [("deflator", years.index(y)) for y in (middle.year, price_year)]
    return tuple(found)


def loads(model: Model, commodity_id: str) -> dict[str, float]:
    """Return the tonnes of a commodity in one unit, by unit; NaN where unknown."""
    commodity = model["commodity"]
    (row,) = commodity.row_of[(commodity_id,)]
    found = {
        unit: float(commodity.number(f"t_per_{unit}")[row]) for unit in UNITS_OF_LOAD
    }
    return {"t": 1.0} | found


def _price_index(model: Model) -> dict[int, float]:
    deflator = model["deflator"]
    years = deflator.number("year").astype(int)
    return dict(zip(years.tolist(), deflator.number("usd_index").tolist(), strict=True))


def _middle(start: int, end: int, day: date) -> date:
    if start == ALWAYS_FROM and end == ALWAYS_TO:
        return day
    if start == ALWAYS_FROM:
        return date.fromordinal(end)
    if end == ALWAYS_TO:
        return date.fromordinal(start)
    return date.fromordinal((start + end) // 2)


def _exchange_row(model: Model, currency: str, day: date) -> int | None:
    fx = model["fx"]
    start, end = validity(fx)
    at = day.toordinal()
    for row in fx.row_of.get((currency,), ()):
        if start[row] <= at <= end[row]:
            return int(row)
    return None
