"""The page on the agenda: what was agreed, how far it is, what presses first."""

from datetime import date
from typing import Any, Final

from bereket.report import palette, wording
from bereket.studies.agenda_result import AgendaResult, ItemState

EVIDENCE_SHOWN: Final = 2
ASSUMED: Final = "assumed"
TONNES: Final = {"t": "Mt", "t/year": "Mt a year"}
UNTOLD: Final = "not measurable"
YES: Final = "yes"


def agenda_context(found: AgendaResult | None) -> dict[str, Any] | None:
    """Return what the page on the agenda is filled with.

    Parameters
    ----------
    found : AgendaResult or None
        What was agreed; None where nothing was.

    Returns
    -------
    dict or None
        ``counts``, a status each with its number and colours; ``rows``, what presses
        first; None where there is nothing to tell.
    """
    if found is None:
        return None
    measured = len(found.items) - found.counts[UNTOLD]
    return {
        "headline": found.headline(),
        "n": len(found.items),
        "measured": measured,
        "as_of": wording.long_date(found.as_of.isoformat()),
        "counts": [
            {"status": status, "n": found.counts[status], "style": _style(status)}
            for status in palette.STATUS_COLOURS
        ],
        "rows": [_row(each) for each in pressing(found)],
        "notes": found.notes,
        "stamp": found.stamp,
    }


def pressing(found: AgendaResult) -> list[ItemState]:
    """Return the items by what presses: by status, then by the day they are due."""
    order = list(palette.STATUS_COLOURS)
    return sorted(
        found.items,
        key=lambda each: (order.index(each.status), each.item.due or date.max),
    )


def _style(status: str) -> str:
    """Return the colours of a status, as CSS."""
    ground, ink = palette.STATUS_COLOURS[status]
    return f"background:{ground};color:{ink}"


def _row(each: ItemState) -> dict[str, Any]:
    """Return an item as the table tells it."""
    item = each.item
    more = len(each.evidence) - EVIDENCE_SHOWN
    return {
        "item_id": item.item_id,
        "status": each.status,
        "style": _style(each.status),
        "due": item.due.isoformat() if item.due else "",
        "agreed": item.date_agreed,
        "text": item.text,
        "area": item.area,
        "parties": ", ".join(item.parties),
        "value": amount(each.value, item.unit),
        "target": _target(each),
        "expected": amount(each.expected, item.unit),
        "chance": "" if each.chance is None else wording.chance(each.chance),
        "why": each.why,
        "is_told": each.status != UNTOLD,
        "evidence": list(each.evidence[:EVIDENCE_SHOWN]),
        "more": f"and {more} more" if more > 0 else "",
        "source_id": item.source_id,
        "url": each.url,
        "assumed": item.quality == ASSUMED,
    }


def _target(each: ItemState) -> str:
    """Return the target with the side on which it is met."""
    told = amount(each.item.target, each.item.unit)
    if each.item.target is None or each.item.unit == YES:
        return told
    return f"{told} or {'less' if each.item.is_less_better else 'more'}"


def amount(value: float | None, unit: str) -> str:
    """Return a figure of an indicator with its unit; empty where it is not known.

    Examples
    --------
    >>> amount(1e9, "USD"), amount(3_380_881.0, "t/year"), amount(0.0, "yes")
    ('1 bn USD', '3.38 Mt a year', 'no')
    """
    if value is None:
        return ""
    if unit == YES:
        return "yes" if value else "no"
    if unit == "USD":
        return wording.dollars(value)
    if unit in TONNES:
        return f"{wording.megatonnes(value)} {TONNES[unit]}"
    return f"{wording.digits(value)} {unit}".strip()
