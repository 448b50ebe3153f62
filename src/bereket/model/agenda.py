"""What parties agreed, as rows: indicators, targets, dates."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from bereket.errors import QuestionError
from bereket.model.calendar import first_day, last_day
from bereket.model.indicator import Call, Expression, parse_indicator
from bereket.model.model import Model


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was agreed.

    Attributes
    ----------
    item_id, area, text : str
        Label, field, what was agreed.
    parties : tuple of str
        Who agreed.
    date_agreed : str
        When; blank where it is not known.
    due : date or None
        Last day to be done by.
    indicator : Expression or None
        What tells how far it is.
    written : str
        The same as written.
    target : float or None
        Value at which it is met.
    unit : str
        Of both.
    is_less_better : bool
        Whether it is met at the target or below it.
    source_id, quality, note : str
        Where the row comes from.
    """

    item_id: str
    area: str
    text: str
    parties: tuple[str, ...]
    date_agreed: str
    due: date | None
    indicator: Expression | None
    written: str
    target: float | None
    unit: str
    is_less_better: bool
    source_id: str
    quality: str
    note: str

    def is_met(self, value: float) -> bool:
        """Whether a value of the indicator meets the target."""
        if self.target is None:
            return False
        return value <= self.target if self.is_less_better else value >= self.target


def items_of(model: Model) -> tuple[Item, ...]:
    """Return what was agreed, row by row.

    Parameters
    ----------
    model : Model
        A model without fault.

    Returns
    -------
    tuple of Item
        In the order of table `agenda`.

    Raises
    ------
    QuestionError
        When an indicator is not well formed.

    Examples
    --------
    >>> from bereket import blank_model
    >>> [(item.item_id, item.due.isoformat()) for item in items_of(blank_model())]
    [('grain', '2027-12-31')]
    """
    table = model["agenda"]
    targets = table.number("target")
    columns = {
        name: table.labels(name)
        for name in (
            "item_id",
            "area",
            "text",
            "date_agreed",
            "due",
            "indicator",
            "unit",
        )
    } | {
        name: table.labels(name) for name in ("better", "source_id", "quality", "note")
    }
    found = []
    for row in range(len(table)):
        said = {name: values[row] for name, values in columns.items()}
        due, written = said.pop("due"), said.pop("indicator")
        target, better = float(targets[row]), said.pop("better")
        found.append(
            Item(
                **said,
                parties=tuple(table.lists("parties")[row]),
                due=date.fromordinal(last_day(due)) if due else None,
                indicator=parse_indicator(written) if written else None,
                written=written,
                target=None if np.isnan(target) else target,
                is_less_better=better == "less",
            )
        )
    return tuple(found)


def due_year_of_trade(
    model: Model, pair: tuple[str, str], target_usd: float
) -> int | None:
    """Return the year in which the agenda has a turnover due, or None."""
    for item in items_of(model):
        named = pair_of_turnover(item)
        if (
            named is not None
            and set(named) == set(pair)
            and item.target == target_usd
            and item.due is not None
            and not item.is_less_better
        ):
            return item.due.year
    return None


def pair_of_turnover(item: Item) -> tuple[str, str] | None:
    """Return the countries whose turnover is the indicator of an item, or None."""
    call = item.indicator
    if (
        isinstance(call, Call)
        and call.function == "trade"
        and call.attribute == "turnover_usd"
    ):
        one, other = call.arguments
        return one, other
    return None


def turnover_item(model: Model, day: date) -> Item | None:
    """Return what was agreed of the turnover of two countries by a day.

    Parameters
    ----------
    model : Model
        A model without fault.
    day : date
        The day.

    Returns
    -------
    Item or None
        The first item with a turnover to be reached that is not due before the day,
        else the first whose date is over; None where none was agreed.

    Examples
    --------
    >>> from bereket import blank_model
    >>> turnover_item(blank_model(), date(2026, 1, 1)) is None
    True
    """
    found = [
        item
        for item in items_of(model)
        if pair_of_turnover(item)
        and item.target is not None
        and not item.is_less_better
        and (not item.date_agreed or first_day(item.date_agreed) <= day.toordinal())
    ]
    ahead = [item for item in found if item.due is None or item.due >= day]
    return next(iter([*ahead, *found]), None)


def refuse_unknown_item(model: Model, wanted: tuple[str, ...]) -> None:
    """Raise where items are asked for that the agenda does not have.

    Raises
    ------
    QuestionError
        With those it does not have.
    """
    known = model["agenda"].labels("item_id")
    missing = [name for name in wanted if name not in known]
    if missing:
        told = ", ".join(map(repr, missing))
        msg = f"the agenda has no item {told}; it has {', '.join(known)}"
        raise QuestionError(msg)
