"""The gas side: tables `gas_node` to `gas_swap`.

Hand tables hold volumes in bcm a year and prices in USD per 1,000 m3, as pages tell
them; the model wants mcm a day, mcm a year and USD per mcm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables import INTERVAL_ENDS, Row, hand_rows, number

if TYPE_CHECKING:
    from energy import Energy

DAYS = 365
MCM_PER_BCM = 1000
USD_PER_MCM = 1000  # of 1 USD per 1,000 m3
ENDS = ("", *INTERVAL_ENDS)
VOLUMES = ("bcm", "bcm_low", "bcm_high", "bcm_max")
PRICE = "usd_per_1000m3"
PRICES = (PRICE, "usd_low", "usd_high")
FEE = "fee_usd_per_1000m3"
FEES = ("fee_share", "fee_low", "fee_high")
CAPACITY = tuple(f"p_nom{end}" for end in (*ENDS, "_max"))
YEARLY = tuple(f"volume_mcm{end}" for end in ENDS)
Table = tuple[str, tuple[str, ...], float, str]
TABLES: dict[str, Table] = {
    "gas_node": ("gas_nodes", (), 1, ""),
    "gas_pipe": ("gas_pipes", CAPACITY, DAYS, "marginal_cost"),
    "gas_field": ("gas_fields", CAPACITY, DAYS, "marginal_cost"),
    "gas_load": ("gas_loads", YEARLY, 1, "value_usd_per_mcm"),
    "gas_storage": ("gas_storages", (), 1, ""),
    "gas_contract": ("gas_contracts", CAPACITY, DAYS, "price_usd_per_mcm"),
    "gas_swap": ("gas_swaps", CAPACITY, DAYS, "price_usd_per_mcm"),
}
"""Of each table: its hand table, the columns of its volumes, the days that a bcm is
spread over, and the column of its price."""


def add(energy: Energy) -> None:
    """Add the tables of gas from their hand tables."""
    for table, (name, volumes, days, price) in TABLES.items():
        energy.book.tables[table] = [
            gas_row(energy, table, row, volumes, days, price) for row in hand_rows(name)
        ]


def gas_row(
    energy: Energy,
    table: str,
    row: Row,
    volumes: tuple[str, ...],
    days: float,
    price: str,
) -> Row:
    """Turn a row of a hand table into one of the model, in its units."""
    figures = {
        column: scaled(row.pop(hand, ""), MCM_PER_BCM / days)
        for column, hand in zip(volumes, VOLUMES, strict=False)
    }
    for end, hand in zip(ENDS, PRICES, strict=True):
        figures[price + end] = scaled(row.pop(hand, ""), USD_PER_MCM)
    if FEE in row:
        figures["fee_usd_per_mcm"] = scaled(row.pop(FEE), USD_PER_MCM)
        for end, hand in zip(ENDS, FEES, strict=True):
            figures[f"fee_share{end}"] = row.pop(hand)
    return energy.finish(table, row, **figures)


def scaled(text: str, factor: float) -> str:
    """Return a figure times a factor; nothing stays nothing."""
    return number(float(text) * factor) if text else ""
