"""Hours, kilometres, emissions and openness of arcs, from the rows they point at."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import MAIN_TABLE, NONE, ArcKind, Arcs, of_kinds
from bereket.model.calendar import is_open
from bereket.model.model import Model

HOURS_PER_WEEK: Final = 168.0
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Values:
    """What an arc takes, whatever the cargo.

    Attributes
    ----------
    length_km : (n_arcs,)
        Kilometres run.
    time_h : (n_arcs,)
        Mean time, waits included.
    wait_h : (n_arcs,)
        Part of `time_h` in which the cargo waits.
    variance_h2 : (n_arcs,)
        Variance of the time [h2].
    emission_kgco2e_per_t : (n_arcs,)
        Well-to-wheel emission; NaN where the carrier's is unknown.
    """

    length_km: Floats
    time_h: Floats
    wait_h: Floats
    variance_h2: Floats
    emission_kgco2e_per_t: Floats


def arc_values(model: Model, arcs: Arcs) -> Values:
    """Work out what every arc takes.

    Parameters
    ----------
    model : Model
        The model that `arcs` was expanded from, or one that differs in values only.
    arcs : Arcs
        The arcs; of a product arc the values are left 0, its chain gives them.

    Returns
    -------
    Values
        One figure an arc; read-only.

    Notes
    -----
    Line: length / min(speed of the link, speed of the carrier) + technical stop on
    arrival. Border: documents + inspection + wait. Transfer: handling + dwell, and the
    forming of the train that is boarded. Service: wait for the departure and a berth,
    ride, and unloading.
    """
    n_arcs = arcs.tail.size
    values = Values(*(np.zeros(n_arcs) for _ in Values.__slots__))
    _fill_rides(model, arcs, values)
    _fill_stops(model, arcs, values)
    _fill_borders(model, arcs, values)
    _fill_transfers(model, arcs, values)
    _fill_services(model, arcs, values)
    _fill_emissions(model, arcs, values)
    for name in Values.__slots__:
        getattr(values, name).setflags(write=False)
    return values


def headway_wait(
    sailings_per_week: Floats, cv: Floats, max_wait_h: Floats
) -> tuple[Floats, Floats]:
    """Return mean and variance of the wait for a departure.

    Parameters
    ----------
    sailings_per_week : (n,)
        Departures that really sail.
    cv : (n,)
        Coefficient of variation of the headway H between them.
    max_wait_h : (n,)
        Longest wait; NaN where there is no limit.

    Returns
    -------
    tuple of (n,) and (n,)
        Mean wait [h] and its variance [h2].

    Notes
    -----
    Cargo that comes at any time waits ``H (1 + cv^2) / 2``; with gamma headways the
    second moment of the wait is ``H^2 (1 + cv^2)(1 + 2 cv^2) / 3``. A limit caps the
    mean, and the standard deviation at that of a wait spread evenly up to the limit.

    References
    ----------
    .. [1] Osuna, E., Newell, G. (1972). Control strategies for an idealized public
       transportation system. *Transportation Science* 6(1).

    Examples
    --------
    A weekly sailing that keeps its day, half a week on average:

    >>> mean, variance = headway_wait(np.ones(1), np.zeros(1), np.full(1, np.nan))
    >>> float(mean[0]), round(float(variance[0] ** 0.5), 2)
    (84.0, 48.5)
    """
    headway = HOURS_PER_WEEK / sailings_per_week
    mean = headway * (1 + cv**2) / 2
    variance = headway**2 * (1 + cv**2) * (1 + 2 * cv**2) / 3 - mean**2
    is_capped = mean > max_wait_h
    mean = np.where(is_capped, max_wait_h, mean)
    capped = np.minimum(variance, np.where(is_capped, max_wait_h**2 / 12, variance))
    return mean, capped


def _fill_rides(model: Model, arcs: Arcs, values: Values) -> None:
    """Length and running time of line and ride arcs."""
    on_link = np.nonzero(arcs.link_idx != NONE)[0]
    link, carrier = model["link"], model["carrier"]
    rows, layers = arcs.link_idx[on_link], arcs.carrier_idx[on_link]
    length = link.number("length_km")[rows]
    own = carrier.number("speed_kmh")[layers]
    speed = np.fmin(link.number("commercial_speed_kmh")[rows], own)
    values.length_km[on_link] = length
    values.time_h[on_link] = length / speed


def _fill_stops(model: Model, arcs: Arcs, values: Values) -> None:
    """Technical stops where a line arrives, forming where a train is boarded."""
    stop = model["stop"]
    for kinds, column in (
        ((ArcKind.LINE,), "technical_h"),
        ((ArcKind.LOAD, ArcKind.TRANSFER), "forming_h"),
    ):
        at = np.nonzero(of_kinds(arcs.kind, kinds) & (arcs.side_idx != NONE))[0]
        hours = stop.number(column)[arcs.side_idx[at]]
        values.time_h[at] += hours
        values.wait_h[at] += hours
        if column == "technical_h":
            values.variance_h2[at] += stop.number("sd_h")[arcs.side_idx[at]] ** 2


def _fill_borders(model: Model, arcs: Arcs, values: Values) -> None:
    at = np.nonzero(arcs.kind == ArcKind.BORDER)[0]
    border, rows = model["border"], arcs.main_idx[at]
    columns = ("document_h", "inspection_h", "wait_h")
    hours = sum(border.number(column)[rows] for column in columns)
    values.time_h[at] = hours
    values.wait_h[at] = hours
    values.variance_h2[at] = border.number("wait_sd_h")[rows] ** 2


def _fill_transfers(model: Model, arcs: Arcs, values: Values) -> None:
    kinds = (ArcKind.LOAD, ArcKind.UNLOAD, ArcKind.TRANSFER)
    at = np.nonzero(of_kinds(arcs.kind, kinds))[0]
    transfer, rows = model["transfer"], arcs.main_idx[at]
    dwell = transfer.number("dwell_h")[rows]
    values.time_h[at] += transfer.number("handling_h")[rows] + dwell
    values.wait_h[at] += dwell
    values.variance_h2[at] = transfer.number("dwell_sd_h")[rows] ** 2


def _fill_services(model: Model, arcs: Arcs, values: Values) -> None:
    service, port = model["service"], model["port"]
    mean, variance = service_wait(model)
    board = np.nonzero(arcs.kind == ArcKind.BOARD)[0]
    rows, berths = arcs.main_idx[board], arcs.side_idx[board]
    at_berth = berths != NONE
    berth_wait, berth_variance = np.zeros(board.size), np.zeros(board.size)
    berth_wait[at_berth] = port.number("wait_h")[berths[at_berth]]
    berth_variance[at_berth] = port.number("wait_sd_h")[berths[at_berth]] ** 2
    values.wait_h[board] = mean[rows] + berth_wait
    values.time_h[board] = values.wait_h[board] + service.number("load_h")[rows]
    values.variance_h2[board] = variance[rows] + berth_variance
    alight = np.nonzero(arcs.kind == ArcKind.ALIGHT)[0]
    values.time_h[alight] = service.number("unload_h")[arcs.main_idx[alight]]


def service_wait(model: Model) -> tuple[Floats, Floats]:
    """Return mean [h] and variance [h2] of the wait for each service, row for row."""
    service = model["service"]
    kind = service.text("kind")
    assumed_cv = np.where(kind == "fill", 1.0, 0.0)  # a full ship leaves at random
    stated = service.number("headway_cv")
    cv = np.where(np.isnan(stated), assumed_cv, stated)
    cv = np.where(kind == "timetable", 0.0, cv)
    sailed = service.number("sailings_per_week") * service.number("availability")
    return headway_wait(sailed, cv, service.number("max_wait_h"))


def _fill_emissions(model: Model, arcs: Arcs, values: Values) -> None:
    link, carrier = model["link"], model["carrier"]
    diesel = carrier.number("emission_kgco2e_per_tkm_diesel")[arcs.carrier_idx]
    electric = carrier.number("emission_kgco2e_per_tkm_electric")[arcs.carrier_idx]
    is_wired = np.zeros(arcs.tail.size, dtype=bool)
    on_line = np.nonzero(arcs.kind == ArcKind.LINE)[0]
    is_wired[on_line] = link.number("electrified")[arcs.link_idx[on_line]] == 1
    rate = np.where(is_wired & ~np.isnan(electric), electric, diesel)
    moved = values.length_km > 0
    values.emission_kgco2e_per_t[moved] = (values.length_km * rate)[moved]


def open_mask(model: Model, arcs: Arcs, day: date) -> NDArray[np.bool_]:
    """Return which arcs rest on rows that are all open on a day, chains apart."""
    mask = np.ones(arcs.tail.size, dtype=bool)
    on_link = arcs.link_idx != NONE
    mask[on_link] &= is_open(model["link"], day)[arcs.link_idx[on_link]]
    for kind in ArcKind:
        of_kind = arcs.kind == kind
        table = model[MAIN_TABLE[kind]]
        if of_kind.any():
            mask[of_kind] &= is_open(table, day)[arcs.main_idx[of_kind]]
    berth = (arcs.kind == ArcKind.BOARD) & (arcs.side_idx != NONE)
    if berth.any():
        mask[berth] &= is_open(model["port"], day)[arcs.side_idx[berth]]
    return mask
