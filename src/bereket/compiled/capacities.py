"""What each row can take in a day: the derivation of its table, or what it states."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from bereket.compiled.berth_capacity import port_capacity
from bereket.compiled.derivations import Derivation
from bereket.compiled.line_capacity import link_capacity
from bereket.compiled.vessel_capacity import service_capacity
from bereket.compiled.works_capacity import (
    border_capacity,
    fleet_capacity,
    terminal_capacity,
    transfer_capacity,
)
from bereket.model.changes import Change, ReviseValue, SetValue
from bereket.model.model import Model
from bereket.model.reference import find_rows

Key = tuple[str, int]  # table, row

DERIVED: Final[dict[str, Callable[[Model, int, date], Derivation]]] = {
    "link": link_capacity,
    "border": border_capacity,
    "transfer": transfer_capacity,
    "terminal": terminal_capacity,
    "port": port_capacity,
    "service": service_capacity,
    "fleet": fleet_capacity,
}
# Tables whose rows the derivation of another table's row reads.
BEHIND: Final = {
    "section": "link",
    "vessel": "service",
    "service_stop": "service",
    "port": "service",
    "vessel_load": "service",
    "level": "service",
    "season_close": "service",
}
TRAIN_COLUMNS: Final = {
    "link": ("loop_length_m", "gross_train_t"),
    "carrier": (
        "length_m",
        "tare_t",
        "units_per_wagon",
        "unit_tare_t",
        "loco_length_m",
    ),
    "commodity": ("t_per_teu", "t_per_feu", "t_per_wagon", "t_per_truck"),
}


def capacity_of(model: Model, table: str, row: int, day: date) -> Derivation:
    """Derive what a row can take in a day.

    Parameters
    ----------
    model : Model
        The model.
    table : str
        One of `DERIVED`.
    row : int
        Position of the row.
    day : date
        Date; water levels and weather are those of its month.

    Returns
    -------
    Derivation
        Steps and capacity; of basis ``unknown`` where figures lack.
    """
    return DERIVED[table](model, row, day)


def affected(model: Model, changes: Iterable[Change]) -> tuple[Key, ...]:
    """Return the rows whose capacity changes may move.

    Parameters
    ----------
    model : Model
        The changed model.
    changes : iterable of Change
        What was changed.

    Returns
    -------
    tuple of (str, int)
        Rows of the tables of `DERIVED`.
    """
    found: dict[Key, None] = {}
    for change in changes:
        table = change.reference.table
        rows = find_rows(model, change.reference)
        if table in DERIVED:
            found |= dict.fromkeys((table, row) for row in rows)
        if table in BEHIND:
            # which service a berth or vessel is of is quicker derived than looked up
            other = BEHIND[table]
            found |= dict.fromkeys((other, row) for row in range(len(model[other])))
        if table in ("level", "season_close"):
            found |= dict.fromkeys(("port", row) for row in range(len(model["port"])))
    return tuple(found)


def resizing(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that alter how much a train, wagon or box carries."""
    return tuple(
        change
        for change in changes
        if isinstance(change, (SetValue, ReviseValue))
        and change.column in TRAIN_COLUMNS.get(change.reference.table, ())
    )


def resized_links(model: Model, changes: Iterable[Change]) -> frozenset[int] | None:
    """Return the links whose trains changes make longer, heavier or otherwise.

    Parameters
    ----------
    model : Model
        The changed model.
    changes : iterable of Change
        What was changed.

    Returns
    -------
    frozenset of int or None
        Rows of table ``link``; None where wagons or cargo change, and so every train.
    """
    found = resizing(changes)
    if any(change.reference.table != "link" for change in found):
        return None
    return frozenset(
        row for change in found for row in find_rows(model, change.reference)
    )
