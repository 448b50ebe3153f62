"""Hold the energy tables of caspian against open data of power and gas.

Usage, from the root of the checkout::

    python models/caspian/build/compare_energy.py --shared ../shared

writes ``energy_compared.csv`` beside this file: capacity of plants by country and fuel
against the WRI list and the Agora set, yearly demand against the Agora set, pipes
against the Global Gas Infrastructure Tracker. README.md tells the differences that are
over a quarter. Nothing of the model is changed.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from pathlib import Path

from energy import read_pipes
from tables import HERE, MODEL, Row, hand_rows, number, read_rows

ISO3 = {"KZ": "KAZ", "UZ": "UZB", "KG": "KGZ"}
FUELS = {
    "Natural Gas": "gas, oil",
    "Gas": "gas, oil",
    "gas": "gas, oil",
    "Fuel Oil": "gas, oil",
    "Oil": "gas, oil",
    "oil": "gas, oil",
    "Hrdc": "coal",
    "Lig": "coal",
    "Bit": "coal",
    "Bio": "biomass",
    "Water": "hydro",
    "Uranium": "nuclear",
}
"""Fuels by other names; what burns gas is often called oil, and both are one here."""
ZONES = {
    "KZ_NR": "kaz_north",
    "KZ_SO": "kaz_south",
    "KZ_WS": "kaz_west",
    "UZ_UZ": "uzb",
    "KG_KG": "kgz",
}
STRINGS = {"P2299": ("P2299", "P2300"), "P2289": ("P2289", "P5695")}
"""Strings of the tracker that a row holds together."""
AS_OF = "2024"
LARGE = 0.25
Key = tuple[str, str, str]


def main() -> None:
    """Write the table and print the differences over a quarter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=HERE, help="where to write")
    told = parser.parse_args()
    folder = told.shared / "data" / "energy"
    rows = [*plant_rows(folder), *load_rows(folder), *pipe_rows(folder)]
    path = told.out / "energy_compared.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        if row["difference"] and abs(float(row["difference"])) > LARGE:
            print(*row.values(), sep=" | ")


def plant_rows(folder: Path) -> list[Row]:
    """Return capacity by country and fuel, of the model and of two sets."""
    country = {row["bus_id"]: row["country_iso3"] for row in model("bus")}
    own: dict[Key, float] = defaultdict(float)
    for row in model("power_plant"):
        if row["status"] in {"", "operating"} and holds(row):
            own["", country[row["bus"]], fuel_of(row["carrier"])] += float(row["p_nom"])
    others: dict[Key, float] = defaultdict(float)
    for row in read_rows(folder / "wri_gppd_region_raw.csv"):
        others["wri", row["country"], fuel_of(row["fuel"])] += float(row["capacity_mw"])
    agora = folder / "agora_central_asia" / "ref_power"
    for name in ("power_generators", "power_links"):
        for row in read_rows(agora / f"{name}.csv"):
            key = "agora", ISO3[row["country"]], fuel_of(row["carrier"])
            others[key] += float(row["p_nom"])
    return [
        compared(f"plants {iso3} {fuel}", "MW", own["", iso3, fuel], where, value)
        for (where, iso3, fuel), value in sorted(others.items())
        if value and any(key[1] == iso3 for key in own)
    ]


def load_rows(folder: Path) -> list[Row]:
    """Return yearly demand by zone, of the model and of the Agora set."""
    own = {
        (row["power_load_id"], row["year"]): float(row["energy_mwh"])
        for row in model("power_load")
    }
    found = []
    for row in read_rows(folder / "agora_central_asia" / "ref_power" / "loads.csv"):
        zone, year = ZONES[row["node"]], row["year"]
        given = float(row["total_load__mwh"])
        what = f"demand {zone} {year}"
        found.append(compared(what, "MWh", own[zone, year], "agora", given))
    return found


def pipe_rows(folder: Path) -> list[Row]:
    """Return capacity of pipes, of the model and of the tracker."""
    tracker = read_pipes(folder)
    return [
        compared(
            f"pipe {row['gas_pipe_id']}",
            "bcm/yr",
            float(row["bcm"]),
            row["page"],
            capacity_of(row["page"].removeprefix("gem:"), tracker),
        )
        for row in hand_rows("gas_pipes")
        if row["page"]
    ]


def capacity_of(pipe: str, tracker: dict[str, Row]) -> float:
    """Return what the tracker tells of a pipe and its sister strings, in bcm a year."""
    return sum(
        float(tracker[one].get("capacity") or 0) for one in STRINGS.get(pipe, (pipe,))
    )


def fuel_of(name: str) -> str:
    """Return the fuel of a plant by the name of this comparison."""
    return FUELS.get(name, name.lower())


def model(table: str) -> list[Row]:
    """Read a table of the model."""
    return read_rows(MODEL / f"{table}.csv")


def holds(row: Row) -> bool:
    """Whether a row holds in the year of the comparison."""
    return (row["valid_from"] or AS_OF) <= AS_OF <= (row["valid_to"] or AS_OF)


def compared(what: str, unit: str, own: float, where: str, other: float) -> Row:
    """Return a row of the comparison; no share of nothing."""
    return {
        "what": what,
        "unit": unit,
        "model": number(own),
        "compared_with": where,
        "other": number(float(other)),
        "difference": f"{own / float(other) - 1:.3f}" if float(other) else "",
    }


if __name__ == "__main__":
    main()
