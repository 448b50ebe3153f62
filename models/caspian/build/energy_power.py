"""The power side: tables `bus`, `power_line`, `power_plant`, `power_load`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables import hand_rows

if TYPE_CHECKING:
    from energy import Energy

HAND = {
    "bus": "bus",
    "power_line": "power_lines",
    "power_plant": "power_plants",
    "power_load": "power_loads",
}


def add(energy: Energy) -> None:
    """Add the tables of power from their hand tables."""
    for table, name in HAND.items():
        rows = hand_rows(name)
        energy.book.tables[table] = [energy.finish(table, row) for row in rows]
