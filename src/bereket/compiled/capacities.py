"""What each row can take in a day: the derivation of its table, or what it states."""

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from datetime import date
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.berth_capacity import port_capacity
from bereket.compiled.derivations import Derivation
from bereket.compiled.line_capacity import link_capacity
from bereket.compiled.vessel_capacity import dangerous_capacity, service_capacity
from bereket.compiled.works_capacity import (
    acceptance_capacity,
    border_capacity,
    fleet_capacity,
    lanes_capacity,
    quota_capacity,
    terminal_capacity,
    transfer_capacity,
)
from bereket.errors import QuestionError
from bereket.model.changes import Change, ReviseValue, SetValue
from bereket.model.model import Model, Table
from bereket.model.reference import find_rows
from bereket.schema import interval_base

Key = tuple[str, int]  # table, row
Kept = tuple[Key, tuple[str, ...]]  # row, and the changes that move it

# Slots of the vessels without passengers, beside those of all: no table of its own.
WITHOUT_PASSENGERS: Final = "service without passengers"
# The two limits of a border row, of two kinds.
ACCEPTED: Final = "border acceptance"
LANES: Final = "border lanes"
PARTS: Final = {  # elements under the name of a row of another table
    WITHOUT_PASSENGERS: "service",
    ACCEPTED: "border",
    LANES: "border",
}

DERIVED: Final[dict[str, Callable[[Model, int, date], Derivation]]] = {
    "link": link_capacity,
    "border": border_capacity,
    "transfer": transfer_capacity,
    "terminal": terminal_capacity,
    "port": port_capacity,
    "service": service_capacity,
    "fleet": fleet_capacity,
    "regime": quota_capacity,
    WITHOUT_PASSENGERS: dangerous_capacity,
    ACCEPTED: acceptance_capacity,
    LANES: lanes_capacity,
}
BY_WEATHER: Final = {
    "port": port_capacity,
    "service": service_capacity,
    WITHOUT_PASSENGERS: dangerous_capacity,
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
# Tables of whose rows every row of other tables may read.
EVERY: Final = {"carrier": ("port", "service"), "link": ("service",)}
WATERS: Final = ("vessel_load", "level", "season_close")
NAMED_BY: Final = {"section": "link_id", "port": "node_id"}
# Columns of figures that move a capacity and neither a price nor an hour of a way.
FREE_TABLES: Final = (
    *("section", "terminal", "vessel", "fleet"),
    *("season_close", "level", "vessel_load"),
)
FREE_COLUMNS: Final = {
    "link": (
        *("running_speed_kmh", "section_max_km", "station_interval_min"),
        *("start_stop_min", "headway_min", "batch_trains", "double_track_share"),
        *("alpha", "possession_min_per_day", "reserve_share", "uneven_k"),
        *("loop_length_m", "gross_train_t", "capacity_t_per_day", "signalling"),
        *("passenger_trains_per_day", "local_trains_per_day", "base_trains_per_day"),
        *("removal_passenger", "removal_local", "tracks"),
    ),
    "border": ("acceptance_per_day", "lanes", "service_min_per_unit", "base_per_day"),
    "transfer": ("servers", "service_min_per_unit", "base_units_per_day"),
    "service": ("vessels", "slots", "layover_h", "fill_wait_h", "base_units_per_day"),
    "port": (
        *("berths", "cranes", "moves_per_hour", "setup_h", "units_per_call"),
        *("wait_ratio_accepted", "hours_per_day", "yard_units", "yard_dwell_days"),
        *("landside_wagons_per_day", "base_t_per_day", "capacity_t_per_day"),
        *("draught_m", "draught_year", "closed_days"),
    ),
}
NOT_FREE: Final = ("status", "valid_from", "valid_to", "link_ids", "carriers", "kind")
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


# Tables that the derivations of a kind read.
AFLOAT: Final = (
    *("carrier", "commodity", "level", "link", "node", "port", "season_close"),
    *("service", "service_stop", "vessel", "vessel_load"),
)
READ: Final = {
    "link": ("link", "section"),
    "border": ("border",),
    "transfer": ("transfer",),
    "terminal": ("terminal",),
    "port": AFLOAT,
    "service": AFLOAT,
    "fleet": ("fleet",),
    "regime": ("regime",),
}
# Tables whose capacities rest on their own row, and on other tables as a whole.
BY_ROW: Final[Mapping[str, tuple[str, ...]]] = {
    "link": ("section",),
    "border": (),
    "transfer": (),
    "terminal": (),
    "fleet": (),
    "regime": (),
}
# Figures of a row, often changed, that its own capacity does not rest on.
BESIDE: Final = {
    "link": ("length_km", "commercial_speed_kmh"),
    "border": ("document_h", "inspection_h", "wait_h", "wait_sd_h", "fee_usd"),
    "transfer": (
        *("handling_h", "dwell_h", "dwell_sd_h"),
        *("cost_usd_per_t", "cost_usd_per_unit"),
    ),
}


@cache
def elements_of(table: str) -> tuple[str, ...]:
    """Return the elements of a row: itself, and its parts; of a border the parts."""
    parts = tuple(part for part, of in PARTS.items() if of == table)
    return parts if table == "border" else (table, *parts)


def unmoved(
    before: Model, after: Model, kept: Mapping[Kept, Derivation]
) -> dict[Kept, Derivation]:
    """Return the capacities of a model that a changed one has too.

    Parameters
    ----------
    before, after : Model
        The model, and one with other figures in the same rows.
    kept : mapping of tuple to Derivation
        Capacities of the first, by row and changes.

    Returns
    -------
    dict of tuple to Derivation
        Those that rest on nothing that differs, of the model as it stands.
    """
    moved = {
        of: _moved(before, after, of, names if of not in BY_ROW else (of,))
        for of, names in READ.items()
    }
    for of, names in BY_ROW.items():
        moved[of] |= any(_moved(before, after, name, (name,)).any() for name in names)
    return {
        (key, by): found
        for (key, by), found in kept.items()
        if not by and not moved[PARTS.get(key[0], key[0])][key[1]]
    }


def _moved(
    before: Model, after: Model, of: str, names: Collection[str]
) -> NDArray[np.bool_]:
    """Return which rows of a table differ in what their capacities rest on.

    Where that is other tables too, all rows do as soon as a figure differs.
    """
    one, other = before.tables.get(of), after.tables.get(of)
    if one is None or other is None or len(one) != len(other):
        n_rows = max(len(each) for each in (one, other, ()) if each is not None)
        return np.full(n_rows, one is not other)
    if tuple(names) == (of,):
        return _rows_that_differ(one, other, BESIDE.get(of, ()))
    agree = all(
        _agree(
            before.tables.get(name),
            after.tables.get(name),
            BESIDE.get(of, ()) if name == of else (),
        )
        for name in names
    )
    return np.full(len(one), not agree)


def _rows_that_differ(
    one: Table, other: Table, beside: Collection[str]
) -> NDArray[np.bool_]:
    """Return which rows differ, a few figures and their bounds apart."""
    differ = np.zeros(len(one), dtype=bool)
    for name in one.columns.keys() | other.columns.keys():
        ours, theirs = one.columns.get(name), other.columns.get(name)
        if ours is theirs or (interval_base(name) or name) in beside:
            continue
        if ours is None or theirs is None:
            return np.ones(len(one), dtype=bool)
        same = ours == theirs
        if object not in (ours.dtype, theirs.dtype):
            same |= np.isnan(ours) & np.isnan(theirs)
        differ |= ~same.astype(bool)
    return differ


def _agree(one: Table | None, other: Table | None, beside: Collection[str]) -> bool:
    """Whether two tables hold the same columns, a few of figures and bounds apart."""
    if one is other:
        return True
    if one is None or other is None:
        return False
    return all(
        one.columns.get(name) is other.columns.get(name)
        or (interval_base(name) or name) in beside
        for name in one.columns.keys() | other.columns.keys()
    )


def capacity_of(
    model: Model, table: str, row: int, day: date, *, in_month: bool = False
) -> Derivation:
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
        Date; water levels are those of its year.
    in_month : bool
        Whether weather is that of its month; else the year's.

    Returns
    -------
    Derivation
        Steps and capacity; of basis ``unknown`` where figures lack.

    Raises
    ------
    QuestionError
        When a figure, or an end of its interval, cannot be; it names row and figure.
    """
    try:
        if in_month and table in BY_WEATHER:
            return BY_WEATHER[table](model, row, day, in_month=True)
        return DERIVED[table](model, row, day)
    except QuestionError as fault:
        named = PARTS.get(table, table)
        msg = f"{model[named].references[row]}: {fault}"
        raise QuestionError(msg) from None


def affected(model: Model, changes: Iterable[Change]) -> dict[Key, tuple[str, ...]]:
    """Return the rows whose capacity changes may move, and by which of them.

    Parameters
    ----------
    model : Model
        The changed model.
    changes : iterable of Change
        What was changed.

    Returns
    -------
    dict of (str, int) to tuple of str
        Changes, as they are typed, by row of the tables of `DERIVED`.
    """
    found: dict[Key, tuple[str, ...]] = {}
    for change in changes:
        table = change.reference.table
        rows = find_rows(model, change.reference)
        own = ((table, row) for row in rows if table in DERIVED)
        for key in (*own, *_resting_on(model, table, rows)):
            found[key] = (*found.get(key, ()), str(change))
    beside = {
        (part, row): by
        for (table, row), by in found.items()
        for part, of in PARTS.items()
        if of == table
    }
    return found | beside


def _resting_on(model: Model, table: str, rows: Sequence[int]) -> Iterator[Key]:
    """Give the rows of other tables whose derivation reads some rows."""
    if table in EVERY:  # wagons and hours at sea: which rows read them is soon derived
        if (
            table == "link"
            and not np.isnan(model["link"].number("gauge_mm")[list(rows)]).any()
        ):
            return  # no service rides on a railway
        for other in EVERY[table]:
            yield from ((other, row) for row in range(len(model[other])))
        return
    if table not in BEHIND:
        return
    names = model[table].labels(NAMED_BY.get(table, model[table].schema.key[0]))
    named = {names[row] for row in rows}
    if table in WATERS:  # every port and vessel of the water
        for other in ("port", "service"):
            yield from ((other, row) for row in range(len(model[other])))
    elif table == "port":
        stop = model["service_stop"]
        calls = zip(stop.labels("service_id"), stop.labels("node_id"), strict=True)
        callers = {service for service, node in calls if node in named}
        yield from _rows_named(model, "service", callers)
    else:
        yield from _rows_named(model, BEHIND[table], named)


def _rows_named(model: Model, table: str, names: Collection[str]) -> Iterator[Key]:
    for name in names:
        for row in model[table].row_of.get((name,), ()):
            yield table, row


def moves_capacity_alone(change: Change) -> bool:
    """Whether a change moves a capacity, and neither price, hour nor what is open."""
    if not isinstance(change, (SetValue, ReviseValue)):
        return False
    table, column = change.reference.table, change.column
    if column in NOT_FREE:
        return False
    return table in FREE_TABLES or column in FREE_COLUMNS.get(table, ())


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
