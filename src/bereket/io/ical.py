"""Dates as an iCalendar file, which every calendar program opens."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

LONGEST: Final = 75  # octets of a line, without its end
PRODUCT: Final = "-//bereket//agenda//EN"


@dataclass(frozen=True, slots=True)
class Entry:
    """One day in a calendar.

    Attributes
    ----------
    uid : str
        Label that is the same whenever the file is written, so that programs update
        the day instead of adding another.
    day : date
        The day.
    title, text : str
        What is due, and what is to be known of it.
    categories : tuple of str
        Fields it belongs to.
    url : str
        Where it comes from; may be empty.
    """

    uid: str
    day: date
    title: str
    text: str = ""
    categories: tuple[str, ...] = ()
    url: str = ""


def as_ical(entries: Iterable[Entry], name: str, stamped: date) -> str:
    r"""Return days as an iCalendar file.

    Parameters
    ----------
    entries : iterable of Entry
        The days.
    name : str
        Title of the calendar.
    stamped : date
        Day on which what the entries say was so.

    Returns
    -------
    str
        Lines of at most 75 octets, each ended by CR and LF.

    Notes
    -----
    RFC 5545 [1]_: a day is an all-day event that takes no time from anybody.

    References
    ----------
    .. [1] Desruisseaux, B. (2009). *Internet calendaring and scheduling core object
       specification (iCalendar)*. IETF, RFC 5545.

    Examples
    --------
    >>> text = as_ical([Entry("a@b", date(2027, 12, 31), "Trade; 1 bn")], "x",
    ...     date(2026, 1, 1))
    >>> [line for line in text.split("\r\n") if line.startswith(("SUMM", "DTSTART"))]
    ['DTSTART;VALUE=DATE:20271231', 'SUMMARY:Trade\\; 1 bn']
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    moment = datetime.combine(stamped, time(), UTC).strftime("%Y%m%dT%H%M%SZ")
    for entry in entries:
        lines += _event(entry, moment)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(entry: Entry, moment: str) -> list[str]:
    """Return the lines of one day."""
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_escaped(entry.uid)}",
        f"DTSTAMP:{moment}",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(entry.title)}",
    ]
    if entry.text:
        lines.append(f"DESCRIPTION:{_escaped(entry.text)}")
    if entry.categories:
        lines.append(f"CATEGORIES:{','.join(map(_escaped, entry.categories))}")
    if entry.url:
        lines.append(f"URL:{_one_line(entry.url)}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _escaped(text: str) -> str:
    """Return a text in which nothing ends it or a line."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _one_line(text: str) -> str:
    """Return an address without what would end the line."""
    return "".join(sign for sign in text if sign.isprintable())


def _folded(line: str) -> Iterator[str]:
    """Give a line in parts of at most 75 octets, no letter cut in two."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST:
            yield part
            part, size = " ", 1
        part += letter
        size += octets
    yield part
