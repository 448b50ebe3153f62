"""What the governments agreed: table `agenda`.

`hand/agenda.csv` says what measures each item of the facts, up to which target, or why
nothing does. An item that is due at several dates is a row a date, its label with the
year of the date. A page that is younger than the date does not tell when an item was
agreed.
"""

from __future__ import annotations

import calendar
import re

from tables import Book, Row, hand_rows, join_notes

DUE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?: \((.+)\))?")
IN_ADDRESS = re.compile(r"/(\d{4})/(\d{2})(?:/(\d{2}))?/")
IN_NOTE = re.compile(r"(?:(\d{1,2}) )?\b([A-Z][a-z]{2})[a-z]* (\d{4})\b")
YEAR_IN_NOTE = re.compile(r"\b\w+ (\d{4})\b")
MONTHS = {name: at for at, name in enumerate(calendar.month_abbr) if name}
LAST_MONTH = 12
BETWEEN_DATES = ";"
FROM_TO = "->"


def add(book: Book) -> None:
    """Add the table `agenda`.

    Raises
    ------
    KeyError
        When an item has no row by hand, or a row by hand no item.
    """
    items = {
        label: (fact, due) for fact in book.read("agenda") for label, due in dues(fact)
    }
    hand = {row["item_id"]: row for row in hand_rows("agenda")}
    if items.keys() != hand.keys():
        raise KeyError(sorted(items.keys() ^ hand.keys()))
    book.tables["agenda"] = [
        item_row(book, hand[label], fact, due) for label, (fact, due) in items.items()
    ]


def dues(fact: Row) -> list[tuple[str, str]]:
    """Return the labels and dates of an item, one a date that it is due at."""
    dates = fact["due_date"].split(BETWEEN_DATES)
    if len(dates) == 1:
        return [(fact["item_id"], dates[0])]
    return [(f"{fact['item_id']}_{date[:4]}", date) for date in dates]


def item_row(book: Book, hand: Row, fact: Row, due: str) -> Row:
    """Join an item of the facts with what measures it."""
    cited = book.sources.cite(fact["source_url"], fact["source_year"], "agenda")
    date, words = last_day(hand["item_id"], due)
    start = agreed(fact)
    measured = ("indicator", "target", "unit", "better")
    return {
        "item_id": hand["item_id"],
        "area": fact["area"],
        "text": fact["text"],
        "parties": fact["parties"].replace(FROM_TO, "|").replace(";", "|"),
        "date_agreed": "" if date and start > date else start,
        "due": date,
        **{name: hand[name] for name in measured},
        "source_id": cited,
        "quality": hand["quality"] or ("reported" if cited else "assumed"),
        "note": join_notes(
            words,
            fact["note"],
            "" if cited else "assumed in the facts",
            hand["reason"],
            f"facts {fact['item_id']}",
        ),
    }


def last_day(label: str, text: str) -> tuple[str, str]:
    """Return the last day of a date and the words that stand behind it.

    Parameters
    ----------
    label
        Label of the item, for the fault.
    text
        Year, month or day, with words in brackets or without; empty for none.

    Raises
    ------
    ValueError
        When the text is no date.

    Examples
    --------
    >>> last_day("x", "2024-06 (bridge, missed)")
    ('2024-06-30', 'bridge, missed')
    """
    if not text:
        return "", ""
    found = DUE.fullmatch(text)
    if not found:
        raise ValueError(label, text, "no date that it is due at")
    year, month, day, words = found.groups()
    at = int(month or LAST_MONTH)
    last = int(day) if day else calendar.monthrange(int(year), at)[1]
    return f"{year}-{at:02d}-{last:02d}", words or ""


def agreed(fact: Row) -> str:
    """Return when an item was agreed: the date of its page, else of its note.

    Examples
    --------
    >>> agreed({"source_url": "https://x.net/2024/08/09/talks/", "note": ""})
    '2024-08-09'
    >>> agreed({"source_url": "https://x.net/talks", "note": "talks of 9 Aug 2024"})
    '2024-08-09'
    """
    found = IN_ADDRESS.search(fact["source_url"])
    if found:
        return "-".join(filter(None, found.groups()))
    for day, month, year in IN_NOTE.findall(fact["note"]):
        if month in MONTHS:
            date = f"{year}-{MONTHS[month]:02d}"
            return f"{date}-{int(day):02d}" if day else date
    found = YEAR_IN_NOTE.search(fact["note"])
    return found[1] if found else ""
