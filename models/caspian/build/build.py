"""Build the model folder `caspian` from the facts and the hand tables.

Run as `python models/caspian/build/build.py --facts ../shared/facts`. The same
facts and hand tables give the same files, byte for byte.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import agenda
import borders
import countries
import demand
import energy
import line_capacity
import measures
import nodes_links
import observations
import prices
import rules
import sea_ways
import seasons
import services
import stock
import terminal_works
import trade
import transfers
from tables import MODEL, Book, Row, correct, from_hand, hand_rows, write_table

ORDER = (
    *("config", "source", "node", "carrier", "link", "stop"),
    *("tariff", "rent", "fx", "deflator", "transfer", "terminal", "port", "border"),
    "regime",
    *("service", "service_stop", "vessel", "fleet", "corridor", "commodity"),
    *("access", "demand", "season", "season_close", "level", "vessel_load"),
    *("country", "trade", "elasticity"),
    *("bus", "power_line", "power_plant", "power_load", "profile"),
    *("gas_node", "gas_pipe", "gas_field", "gas_load", "gas_storage"),
    *("gas_contract", "gas_swap"),
    *("observation", "shock", "agenda", "parameter"),
    *("measure", "measure_effect"),
)
PLAIN = (
    *("config", "carrier", "stop", "commodity", "corridor", "deflator"),
    "parameter",
)
PACKAGE = {
    "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
    "name": "caspian",
    "title": "Corridors that meet in Kazakhstan and Turkmenistan, with their rivals",
    "licenses": [
        {
            "name": "CC-BY-4.0",
            "title": "Creative Commons Attribution 4.0",
            "path": "https://creativecommons.org/licenses/by/4.0/",
        }
    ],
}


def build_tables(facts: Path) -> dict[str, list[Row]]:
    """Build every table of the model, in memory.

    Parameters
    ----------
    facts
        Folder with the CSV files of facts.

    Returns
    -------
    dict
        Rows of each table by its name.
    """
    book = Book(facts)
    book.index()
    for name in PLAIN:
        rows = from_hand(book, name, hand_rows(name))
        book.tables[name] = rows
    book.tables["config"] = hand_rows("config")
    nodes_links.add(book)
    line_capacity.add(book)
    services.add(book)
    borders.add(book)
    transfers.add(book)
    terminal_works.add(book)
    prices.add(book)
    stock.add(book)
    rules.add(book)
    seasons.add(book)
    demand.add(book)
    countries.add(book)
    trade.add(book)
    energy.add(book)
    observations.add(book)
    agenda.add(book)
    measures.add(book)
    correct(book)
    sea_ways.add(book)
    used = {row.get("source_id") for rows in book.tables.values() for row in rows}
    book.tables["source"] = [r for r in book.sources.rows() if r["source_id"] in used]
    return book.tables


def write_package(folder: Path, tables: dict[str, list[Row]]) -> None:
    """Write `datapackage.json`: one resource a table, the pages as sources."""
    package = dict(PACKAGE)
    package["sources"] = [
        {"title": row["title"], "path": row["url"]} for row in tables["source"]
    ]
    package["resources"] = [
        {"name": name, "path": f"{name}.csv", "format": "csv", "schema": name}
        for name in ORDER
    ]
    text = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Read the arguments, build, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, required=True, help="folder of facts")
    parser.add_argument("--out", type=Path, default=MODEL, help="model folder")
    given = parser.parse_args()
    tables = build_tables(given.facts)
    for name in ORDER:
        write_table(given.out, name, tables[name])
    write_package(given.out, tables)


if __name__ == "__main__":
    main()
