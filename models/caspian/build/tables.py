"""Read facts and hand tables, cite sources, write tables in the schemas' order."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

Row = dict[str, str]
HERE = Path(__file__).resolve().parent
HAND = HERE / "hand"
MODEL = HERE.parent
SCHEMAS = HERE.parents[2] / "src" / "bereket" / "schema"
RETRIEVED = "2026-11-23"
INTERVAL_ENDS = ("_low", "_high")


def read_rows(path: Path) -> list[Row]:
    """Read a CSV table as a list of rows of text."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [dict(row) for row in csv.DictReader(stream)]


def hand_rows(name: str) -> list[Row]:
    """Read a table made by hand, `hand/<name>.csv`."""
    return read_rows(HAND / f"{name}.csv")


def number(value: float) -> str:
    """Write a figure with six significant digits and no trailing zeros."""
    return f"{value:.6g}"


def rounded(value: float, digits: int) -> str:
    """Write a whole figure with so many significant digits, without an exponent."""
    return f"{float(f'{value:.{digits}g}'):.0f}"


def join_notes(*parts: str) -> str:
    """Join the parts of a note that are not empty."""
    return "; ".join(part.strip() for part in parts if part and part.strip())


@dataclass(slots=True)
class Sources:
    """The pages that figures come from, by address."""

    years: dict[str, str] = field(default_factory=dict)
    topics: dict[str, set[str]] = field(default_factory=dict)
    told: dict[str, Row] = field(default_factory=dict)

    def describe(self, url: str, **columns: str) -> None:
        """Give a page what is known of it: title, publisher, licence, note."""
        self.told[url] = {name: value for name, value in columns.items() if value}

    def cite(self, url: str, year: str, topic: str) -> str:
        """Note that a page is used for a table and return its label.

        An address that is empty or `assumed` has no page: the label is empty.
        """
        if not url or url == "assumed":
            return ""
        self.years[url] = max(self.years.get(url, ""), year)
        self.topics.setdefault(url, set()).add(topic)
        return source_label(url)

    def rows(self) -> list[Row]:
        """Return the table `source`, ordered by label."""
        rows = []
        for url in sorted(self.years, key=source_label):
            host = host_of(url)
            topics = ", ".join(sorted(self.topics[url]))
            year = self.years[url]
            rows.append(
                {
                    "source_id": source_label(url),
                    "title": f"Page at {host}, {year}: figures for {topics}",
                    "publisher": host,
                    "url": url,
                    "year": year,
                    "retrieved": RETRIEVED,
                    **self.told.get(url, {}),
                }
            )
        return rows


def host_of(url: str) -> str:
    """Return the host of an address, without `www.`."""
    return urlsplit(url).netloc.removeprefix("www.")


def source_label(url: str) -> str:
    """Return a label that depends on the address only.

    Examples
    --------
    >>> source_label("https://www.uic.org/com/x")[:8]
    'uic_org_'
    """
    host = host_of(url).replace(".", "_").replace("-", "_")
    return f"{host}_{hashlib.sha256(url.encode()).hexdigest()[:4]}"


@dataclass(slots=True)
class Book:
    """What a build knows: the facts, the pages cited, the tables so far."""

    facts: Path
    sources: Sources = field(default_factory=Sources)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    by_id: dict[str, Row] = field(default_factory=dict)

    def read(self, name: str) -> list[Row]:
        """Read the facts table `<name>.csv`."""
        return read_rows(self.facts / f"{name}.csv")

    def index(self) -> None:
        """Index facts for `cite_facts`, those of ports by place and figure."""
        keys = {
            "links": "link_id",
            "borders": "crossing_id",
            "border_steps": "step_id",
            "tariffs": "tariff_id",
            "tariff_mtt": "tariff_id",
            "ferries": "ferry_id",
            "fleet": "fleet_id",
            "demand_bulk": "demand_id",
            "flows": "flow_id",
        }
        for name, key in keys.items():
            for row in self.read(name):
                self.by_id[row[key]] = row
        for row in self.read("ports"):
            self.by_id.setdefault(f"{row['port_id']}:{row['indicator']}", row)

    def cite_facts(self, labels: str, topic: str) -> str:
        """Return the source of the first named fact that has a page.

        Parameters
        ----------
        labels
            Labels of facts, `;` between.
        topic
            The table that the figures go to.
        """
        for label in filter(None, labels.split(";")):
            row = self.by_id[label]
            cited = self.sources.cite(row["source_url"], row["source_year"], topic)
            if cited:
                return cited
        return ""

    def countries(self) -> dict[str, str]:
        """Return the country of each place of the model."""
        return {row["node_id"]: row["country_iso3"] for row in self.tables["node"]}


def from_hand(book: Book, table: str, rows: list[Row]) -> list[Row]:
    """Give rows made by hand their source, from the column `fact`.

    The facts behind a row are named at the end of its note.
    """
    done = []
    for row in rows:
        kept = {key: value for key, value in row.items() if key != "fact" and value}
        labels = row.get("fact", "")
        if labels:
            kept["source_id"] = book.cite_facts(labels, table)
            named = f"facts {labels.replace(';', ', ')}"
            kept["note"] = join_notes(kept.get("note", ""), named)
        kept.setdefault("quality", "assumed")
        done.append(kept)
    return done


def schema_columns(table: str) -> tuple[list[str], list[str]]:
    """Return the columns of a table and its key, in the schema's order."""
    with (SCHEMAS / f"{table}.json").open(encoding="utf-8") as stream:
        schema = json.load(stream)
    columns: list[str] = []
    for column in schema["fields"]:
        columns.append(column["name"])
        if column["type"] in {"number", "integer"}:
            columns += [column["name"] + end for end in INTERVAL_ENDS]
    return columns, list(schema["primaryKey"])


def correct(book: Book) -> None:
    """Apply `hand/corrections.csv` and say so in the notes.

    Raises
    ------
    KeyError
        When a correction names a row that is not there.
    """
    for change in hand_rows("corrections"):
        _, key = schema_columns(change["table"])
        for row in book.tables[change["table"]]:
            if ":".join(row.get(part, "") for part in key) == change["key"]:
                row[change["column"]] = change["value"]
                said = f"{change['column']} corrected: {change['reason']}"
                row["note"] = join_notes(row.get("note", ""), said)
                break
        else:
            raise KeyError(change["key"])


def write_table(folder: Path, table: str, rows: list[Row]) -> None:
    """Write a table: columns of the schema, those wholly empty left out.

    Raises
    ------
    KeyError
        When a row has a column that the schema does not know.
    """
    columns, _ = schema_columns(table)
    unknown = {name for row in rows for name in row} - set(columns)
    if unknown:
        raise KeyError(table, sorted(unknown))
    used = [name for name in columns if any(row.get(name) for row in rows)]
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(
            stream, used, extrasaction="ignore", lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)
