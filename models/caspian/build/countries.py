"""Countries and how trade answers: tables `country` and `elasticity`.

`hand/countries.csv` lists the countries that trade here; the World Bank tells their
product and people up to 2023, the facts those of 2024. A group of countries and the
rest of the world have 2024 only. `hand/elasticity.csv` has figures with the page that
each is from; one that nobody has checked is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from demand_flows import UNITS
from tables import Book, Row, hand_rows, join_notes, read_rows

if TYPE_CHECKING:
    from pathlib import Path

BASE = 2024
"""Year of the facts' figures, the one after the World Bank's."""
FIRST = 2000
REST = "ROW"
GDP, PEOPLE = "gdp_usd", "population"
FACT_OF = {GDP: "gdp_nominal", PEOPLE: "population"}
FILE_OF = {
    GDP: ("wdi_gdp_region.csv", "gdp_usd_current", "NY.GDP.MKTP.CD"),
    PEOPLE: ("wdi_population_region.csv", "population", "SP.POP.TOTL"),
}
INDICATORS = "https://data.worldbank.org/indicator"
PUBLISHED = str(BASE)
Series = dict[tuple[str, int], str]


def add(book: Book) -> None:
    """Add the tables `country` and `elasticity`."""
    folder = book.facts.parent / "data" / "places"
    series = {name: read_series(folder, name) for name in FILE_OF}
    told = read_facts(book)
    rows: list[Row] = []
    for hand in hand_rows("countries"):
        iso3 = hand["iso3"]
        if iso3 != REST:
            rows += past_rows(book, iso3, series)
            rows.append(base_row(book, hand, told))
    rest = next(row for row in hand_rows("countries") if row["iso3"] == REST)
    rows.append(rest_row(rest, [row for row in rows if row["year"] == str(BASE)]))
    rows.sort(key=lambda row: (row["iso3"], row["year"]))
    book.tables["country"] = rows
    book.tables["elasticity"] = elasticity_rows(book)


def read_series(folder: Path, name: str) -> Series:
    """Read a figure of the World Bank by country and year."""
    file, column, _ = FILE_OF[name]
    return {
        (row["Country Code"], int(row["Year"])): row[column]
        for row in read_rows(folder / file)
        if FIRST <= int(row["Year"]) < BASE and row[column]
    }


def read_facts(book: Book) -> dict[tuple[str, str], Row]:
    """Return what the facts tell of the base year, by country and indicator."""
    return {
        (row["reporter_iso3"], row["indicator"]): row
        for row in book.read("trade")
        if row["indicator"] in FACT_OF.values() and row["year"] == str(BASE)
    }


def past_rows(book: Book, iso3: str, series: dict[str, Series]) -> list[Row]:
    """Return the years of a country that the World Bank tells."""
    rows = []
    for year in range(FIRST, BASE):
        found = {
            name: f"{float(known[iso3, year]):.0f}"
            for name, known in series.items()
            if (iso3, year) in known
        }
        if not found:
            continue
        main, *others = found
        rows.append(
            {
                "iso3": iso3,
                "year": str(year),
                **found,
                "source_id": cite_bank(book, main),
                "quality": "reported",
                "note": join_notes(*(f"{x}: {FILE_OF[x][2]}" for x in others)),
            }
        )
    return rows


def cite_bank(book: Book, name: str) -> str:
    """Cite the page of an indicator of the World Bank."""
    code = FILE_OF[name][2]
    url = f"{INDICATORS}/{code}"
    book.sources.describe(
        url,
        title=f"World Development Indicators, {code}",
        publisher="World Bank",
        licence="CC-BY-4.0",
    )
    return book.sources.cite(url, PUBLISHED, "country")


def base_row(book: Book, hand: Row, told: dict[tuple[str, str], Row]) -> Row:
    """Return the base year of a country or a group, from the facts."""
    facts = {name: told[hand["iso3"], FACT_OF[name]] for name in (GDP, PEOPLE)}
    figures = {
        name: f"{float(fact['value']) * UNITS[fact['unit']]:.0f}"
        for name, fact in facts.items()
    }
    urls = [(fact["source_url"], fact["source_year"]) for fact in facts.values()]
    cited = [book.sources.cite(url, year, "country") for url, year in urls]
    labels = [f"{hand['iso3']}-{fact['indicator']}-{BASE}" for fact in facts.values()]
    said = [fact["note"] for fact in facts.values()]
    return {
        "iso3": hand["iso3"],
        "year": str(BASE),
        **figures,
        "members": hand["members"],
        "source_id": next(filter(None, cited), ""),
        "quality": "reported" if all(cited) else "assumed",
        "note": join_notes(hand["note"], *said, f"facts trade.csv {', '.join(labels)}"),
    }


def rest_row(hand: Row, others: list[Row]) -> Row:
    """Return the rest of the world in the base year: the world less the others."""
    world = {GDP: hand["world_gdp_usd"], PEOPLE: hand["world_population"]}
    return {
        "iso3": REST,
        "year": str(BASE),
        **{
            name: f"{float(whole) - sum(float(row[name]) for row in others):.0f}"
            for name, whole in world.items()
        },
        "quality": "assumed",
        "note": hand["note"],
    }


def elasticity_rows(book: Book) -> list[Row]:
    """Return the figures of behaviour, each with its page."""
    return [elasticity_row(book, hand) for hand in hand_rows("elasticity")]


def elasticity_row(book: Book, hand: Row) -> Row:
    """Join a figure with its page; one that nobody has checked is assumed."""
    is_seen = hand["verified"] == "yes"
    kept = ("name", "commodity_id", "value", "value_low", "value_high")
    return {
        **{name: hand[name] for name in kept},
        "source_id": cite_study(book, hand),
        "quality": hand["quality"] if is_seen else "assumed",
        "note": hand["note"],
    }


def cite_study(book: Book, hand: Row) -> str:
    """Cite a study; one that was not read says so and has no date of reading."""
    url, is_seen = hand["source_url"], hand["verified"] == "yes"
    if not url or url in book.sources.told:
        return book.sources.cite(url, hand["source_year"], "elasticity")
    book.sources.describe(
        url, title=hand["source_title"], publisher=hand["source_publisher"]
    )
    if not is_seen:
        said = "not read: figures quoted from general knowledge of it"
        book.sources.told[url] |= {"retrieved": "", "note": said}
    return book.sources.cite(url, hand["source_year"], "elasticity")
