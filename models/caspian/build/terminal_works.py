"""Works where gauges change: table `terminal`, from `hand/gauge_changes.csv`."""

from __future__ import annotations

from tables import Book, Row, from_hand, hand_rows


def add(book: Book) -> None:
    """Add the table `terminal`."""
    book.tables["terminal"] = [
        paged(book, row, "terminal")
        for row in from_hand(book, "terminal", hand_rows("gauge_changes"))
    ]


def paged(book: Book, row: Row, table: str) -> Row:
    """Give a row the page it names where its facts have none."""
    cited = book.sources.cite(row.pop("page", ""), row.pop("page_year", ""), table)
    if cited and not row.get("source_id"):
        row["source_id"] = cited
    return row
