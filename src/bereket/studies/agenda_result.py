"""The answer of the agenda: what was agreed, and how far it is."""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from bereket.io.ical import Entry, as_ical
from bereket.model.agenda import Item
from bereket.model.result import Stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

ItemStatus = Literal["met", "on course", "at risk", "past its date", "not measurable"]
STATUSES: Final = get_args(ItemStatus)


@dataclass(frozen=True, slots=True)
class ItemState:
    """How far something that was agreed is.

    Attributes
    ----------
    item : Item
        What was agreed.
    status : str
        One of `STATUSES`.
    value : float or None
        Of the indicator on the date; None where it is not known.
    expected : float or None
        Of the indicator on the day it is due, where that can be told.
    chance : float or None
        That the target is met on that day, where draws tell it.
    evidence : tuple of str
        Rows and questions that the value rests on.
    why : str
        What makes it so.
    url : str
        Page on which it was agreed.
    """

    item: Item
    status: ItemStatus
    value: float | None
    expected: float | None
    chance: float | None
    evidence: tuple[str, ...]
    why: str
    url: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        item = self.item
        return {
            "item_id": item.item_id,
            "area": item.area,
            "text": item.text,
            "parties": list(item.parties),
            "status": self.status,
            "indicator": item.written,
            "value": self.value,
            "target": item.target,
            "unit": item.unit,
            "better": "less" if item.is_less_better else "more",
            "due": item.due.isoformat() if item.due else None,
            "expected": self.expected,
            "chance": self.chance,
            "evidence": list(self.evidence),
            "why": self.why,
            "date_agreed": item.date_agreed,
            "source_id": item.source_id,
            "url": self.url,
            "quality": item.quality,
            "note": item.note,
        }


@dataclass(frozen=True, slots=True)
class AgendaResult:
    """What was agreed, and how far it is on a date.

    Attributes
    ----------
    as_of : date
        The date.
    items : tuple of ItemState
        In the order of the table.
    notes, warnings : tuple of str
        What to know of the answer.
    stamp : Stamp
        Where it comes from.
    """

    as_of: date
    items: tuple[ItemState, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    stamp: Stamp

    @property
    def counts(self) -> dict[str, int]:
        """How many items are of each status, in the order of `STATUSES`."""
        return {
            status: sum(each.status == status for each in self.items)
            for status in STATUSES
        }

    def headline(self) -> str:
        """Return the counts in a sentence."""
        told = ", ".join(f"{n} {status}" for status, n in self.counts.items())
        n = len(self.items)
        what = "1 thing was" if n == 1 else f"{n} things were"
        return f"{what} agreed by {self.as_of}: {told}"

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "headline": self.headline(),
            "as_of": self.as_of.isoformat(),
            "counts": self.counts,
            "items": [each.as_dict() for each in self.items],
            "notes": list(self.notes),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row an item."""
        return [each.as_dict() for each in self.items]

    def to_frame(self) -> "pd.DataFrame":
        """Return one row an item."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the items."""
        return MappingProxyType({"items": self.to_frame()})

    def calendar(self) -> str:
        """Return the items that have a date as an iCalendar file (RFC 5545)."""
        entries = [
            Entry(
                uid=f"{each.item.item_id}@{self.stamp.model}",
                day=each.item.due,
                title=f"{each.item.text} [{each.status}]",
                text=f"{each.why}\nparties: {', '.join(each.item.parties)}\n"
                f"as of {self.as_of}; {self.stamp.line()}",
                categories=(each.item.area, each.status),
                url=each.url,
            )
            for each in self.items
            if each.item.due is not None
        ]
        return as_ical(entries, f"Agenda of {self.stamp.model}", self.as_of)

    def summary(self) -> str:
        """Return the counts and what is late or at risk, the stamp last."""
        pressing = [
            f"{each.item.item_id}: {each.status}: {each.why}"
            for each in self.items
            if each.status in ("past its date", "at risk")
        ]
        return "\n".join([self.headline(), *pressing, self.stamp.line()])
