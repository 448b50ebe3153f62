"""What could be done: tables `measure` and `measure_effect`.

`hand/projects.csv` says what becomes of every project of the facts: a measure, rows
of the base, or nothing, with the reason. `hand/measures.csv` and
`hand/measure_effects.csv` hold the measures, some of them without a project.
"""

from __future__ import annotations

from tables import Book, Row, hand_rows, join_notes, number

USD_PER_MILLION = 1e6
ENDS = ("", "_low", "_high")
KEPT_SHARES = (0.02, 0.01, 0.04)
"""Cost to keep works a year, as a share of their cost."""
PUBLISHED = "published"


def add(book: Book) -> None:
    """Add the tables `measure` and `measure_effect`.

    Raises
    ------
    KeyError
        When a project of the facts is forgotten, or a measure has none that is there.
    """
    facts = {row["project_id"]: row for row in book.read("projects")}
    fate = {row["project_id"]: row for row in hand_rows("projects")}
    hand = hand_rows("measures")
    named = {row["fact"] for row in hand if row["fact"]}
    meant = {name for name, row in fate.items() if row["becomes"] == "measure"}
    wrong = (set(facts) ^ set(fate)) | (named ^ meant)
    if wrong:
        raise KeyError(sorted(wrong))
    book.tables["measure"] = [
        measure_row(book, row, facts.get(row["fact"])) for row in hand
    ]
    book.tables["measure_effect"] = [
        {**row, "quality": "assumed"} for row in hand_rows("measure_effects")
    ]


def measure_row(book: Book, hand: Row, fact: Row | None) -> Row:
    """Join a measure with the name, the cost and the page of its project."""
    row = {name: value for name, value in hand.items() if name != "fact"}
    if fact is None:
        return {**row, **kept(row), "quality": "assumed"}
    cited = book.sources.cite(fact["source_url"], fact["source_year"], "measure")
    row["name"] = row["name"] or fact["name"]
    row["area"] = row["area"] or fact["area"]
    row["country_iso3"] = countries(fact["country_iso3"])
    for end, column in zip(
        ENDS,
        ("capex_million_usd", "capex_low_million_usd", "capex_high_million_usd"),
        strict=True,
    ):
        if fact[column]:
            row["capex_usd" + end] = number(float(fact[column]) * USD_PER_MILLION)
    published = fact["capex_basis"] == PUBLISHED and bool(cited)
    if fact["capex_basis"] and not published:
        basis = "cost estimated, order of magnitude"
    else:
        basis = "cost published" if published else "no cost known"
    return {
        **row,
        **kept(row),
        "source_id": cited,
        "quality": "reported" if published else "assumed",
        "note": join_notes(row["note"], basis, f"facts {fact['project_id']}"),
    }


def countries(text: str) -> str:
    """Return the countries of a project as a list; `multi` names none."""
    return "" if text == "multi" else text.replace(";", "|")


def kept(row: Row) -> Row:
    """Return the cost to keep works a year: two hundredths of their cost."""
    if not row["capex_usd"]:
        return {}
    cost = float(row["capex_usd"])
    return {
        "opex_usd_per_year" + end: number(cost * share)
        for end, share in zip(ENDS, KEPT_SHARES, strict=True)
    }
