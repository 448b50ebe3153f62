"""The power side: tables `bus`, `power_line`, `power_plant`, `power_load`.

Plants that the Agora set adds by 2030 come in three equal steps, each a row that opens
on its first day: nobody publishes when each plant begins, and all of them at once in
2030 would leave the years before it short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables import Row, hand_rows, join_notes, number

if TYPE_CHECKING:
    from energy import Energy

HAND = {
    "bus": "bus",
    "power_line": "power_lines",
    "power_plant": "power_plants",
    "power_load": "power_loads",
}


TO_2030 = "_2030"
STEPS = ("2025", "2027", "2029")
STEPPED = "a third of it from each of 2025, 2027 and 2029: assumed"
PARTED = ("p_nom", "e_sum_max")


def add(energy: Energy) -> None:
    """Add the tables of power from their hand tables."""
    for table, name in HAND.items():
        rows = hand_rows(name)
        done = [each for row in rows for each in in_steps(table, row)]
        energy.book.tables[table] = [energy.finish(table, row) for row in done]


def in_steps(table: str, row: Row) -> list[Row]:
    """Return a row as it is, or as three where it is what is added by 2030."""
    label = row.get("power_plant_id", "")
    if table != "power_plant" or not label.endswith(TO_2030):
        return [row]
    parts = {
        name: number(float(row[name]) / len(STEPS)) for name in PARTED if row[name]
    }
    common = row | parts
    return [
        common
        | {
            "power_plant_id": f"{label.removesuffix(TO_2030)}_{year}",
            "valid_from": year,
            "status": "under_construction",
            "quality": "assumed",
            "note": join_notes(row["note"], STEPPED),
        }
        for year in STEPS
    ]
