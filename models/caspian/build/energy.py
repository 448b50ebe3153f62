"""Power and gas: tables `bus` to `gas_swap`, and the pages that they rest on.

The columns `page` and `fact` of the hand tables name what a row rests on: a set of
`../shared/data/energy` (`agora`, `wri`, `pypsa_kz`, a pipe of the Global Gas
Infrastructure Tracker as `gem:P0745`) and facts of gas.csv and power.csv. Every one of
those facts is named by a row, or left out with a reason in `hand/energy_left_out.csv`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import energy_gas
import energy_power
import energy_profiles
from tables import Book, Row, hand_rows, join_notes

if TYPE_CHECKING:
    from pathlib import Path

FACTS = (("gas", "gas_id"), ("power", "power_id"))
LICENCE = "CC-BY-4.0"
AGORA_YEAR = "2023"
SETS = {
    "agora": {
        "url": "https://github.com/agoenergy/pypsa-spice-central-asia-data",
        "title": "PyPSA-SPICE Central Asia data: inputs of 2023, 2030 and 2035",
        "publisher": "Agora Energiewende",
        "year": AGORA_YEAR,
    },
    "pypsa_kz": {
        "url": "https://github.com/pypsa-meets-earth/pypsa-kz-data",
        "title": "PyPSA-KZ data: power plants, demand and exchange of Kazakhstan",
        "publisher": "Open Energy Transition; Agora Energiewende",
        "year": AGORA_YEAR,
    },
    "wri": {
        "url": "https://datasets.wri.org/dataset/globalpowerplantdatabase",
        "title": "Global Power Plant Database, its files by country",
        "publisher": "World Resources Institute",
        "year": "2018",
    },
}
GEM = "gem:"
TRACKER = "Global Gas Infrastructure Tracker"
GEM_YEAR = "2025"


@dataclass(slots=True)
class Energy:
    """What a build of power and gas knows."""

    book: Book
    pipes: dict[str, Row] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """The folder of the energy data."""
        return self.book.facts.parent / "data" / "energy"

    def finish(self, table: str, row: Row, **figures: str) -> Row:
        """Give a row of a hand table its figures, its page and its quality.

        Parameters
        ----------
        table
            The table that it goes to.
        row
            A row with `page`, `fact`, `quality`, `note`, and columns of the schema.
        figures
            Columns that are worked out, in the units of the schema.
        """
        kept = {
            name: value
            for name, value in row.items()
            if value and name not in {"page", "fact"}
        }
        labels = row.get("fact", "")
        named = [label for label in labels.split(";") if label]
        self.named.update(named)
        page = row.get("page", "")
        cited = self.cite(page, table) if page else ""
        cited = cited or self.book.cite_facts(labels, table)
        where = f"{TRACKER} {page.removeprefix(GEM)}" if page.startswith(GEM) else ""
        told = f"facts {', '.join(named)}" if named else ""
        kept |= {name: value for name, value in figures.items() if value}
        kept["source_id"] = cited
        kept["note"] = join_notes(row.get("note", ""), where, told)
        kept.setdefault("quality", "assumed")
        return kept

    def cite(self, page: str, table: str) -> str:
        """Cite a set of the energy data and describe it as its origin does."""
        if page.startswith(GEM):
            pipe = self.pipes[page.removeprefix(GEM)]
            told = {
                "url": pipe["url"],
                "title": f"{pipe['name'].strip()}, {TRACKER}",
                "publisher": "Global Energy Monitor",
                "year": GEM_YEAR,
            }
        else:
            told = SETS[page]
        about = {name: told[name] for name in ("title", "publisher")}
        self.book.sources.describe(told["url"], **about, licence=LICENCE)
        return self.book.sources.cite(told["url"], told["year"], table)


def add(book: Book) -> None:
    """Add the tables of power and gas.

    Raises
    ------
    KeyError
        When a fact of gas or power is neither named by a row nor left out, or both.
    """
    facts = index_facts(book)
    energy = Energy(book)
    energy.pipes = read_pipes(energy.folder)
    energy_power.add(energy)
    energy_gas.add(energy)
    energy_profiles.add(energy)
    left_out = {row["id"] for row in hand_rows("energy_left_out")}
    wrong = facts ^ (energy.named | left_out) | energy.named & left_out
    if wrong:
        raise KeyError(sorted(wrong))


def index_facts(book: Book) -> set[str]:
    """Index the facts of gas and power and return their labels."""
    labels = set()
    for name, key in FACTS:
        for row in book.read(name):
            if row[key] in book.by_id:
                raise KeyError(row[key])
            book.by_id[row[key]] = row
            labels.add(row[key])
    return labels


def read_pipes(folder: Path) -> dict[str, Row]:
    """Return what the tracker tells of each pipe, by its label."""
    path = folder / "gem_gas_pipelines_region.geojson"
    with path.open(encoding="utf-8") as stream:
        features = json.load(stream)["features"]
    return {one["properties"]["id"]: one["properties"] for one in features}
