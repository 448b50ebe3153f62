"""What binds and what it is worth; what is left elsewhere; how many trains run."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.capacity.programme import Programme
from bereket.analysis.capacity.result import Bound, RoomLeft, Trains
from bereket.compiled.arcs import ArcKind
from bereket.compiled.cost import price
from bereket.compiled.derivations import Derivation
from bereket.compiled.graph import frozen
from bereket.compiled.search import staged_search, tree_from
from bereket.compiled.streams import SIDES
from bereket.compiled.train_loads import t_per_wagon, wagons_per_train
from bereket.solve.largest import Flow

LEAST_FLOW: Final = 1e-6  # t a day; less is a solver's crumb
LEAST_DUAL: Final = 1e-6
FULL: Final = 1e-6
DECIMALS: Final = 9  # of a share: what a solver leaves below is no order

Floats = NDArray[np.float64]


def bounds_of(programme: Programme, flow: Flow, party: str) -> tuple[Bound, ...]:
    """Return what binds: the cut nearest the sources, then what is full besides.

    Parameters
    ----------
    programme : Programme
        The programme.
    flow : Flow
        Its largest flow at least cost.
    party : str
        Party class that asks.

    Returns
    -------
    tuple of Bound
        Elements of the cut with what a tonne of room is worth; elements that are full
        too, of a dual of 0, after them.
    """
    (dual, _), room = programme.nearest_cut(), programme.room
    per_unit = _tonnes_per_unit(programme, flow)
    (cut,) = np.nonzero(dual > LEAST_DUAL)
    savings = _savings(programme, flow, cut.tolist(), party)
    found = []
    for at, element in enumerate(room.elements):
        rows = room.rows_of(at)
        capacity = programme.capacity_per_day[rows]
        full = capacity - flow.used[rows] <= FULL * np.maximum(capacity, FULL)
        is_cut = bool((dual[rows] > LEAST_DUAL).any())
        if programme.is_gate(at) or not (is_cut or full.any()):
            continue
        free = element.free_per_day
        worth = float((dual[rows] / per_unit[rows]).max()) if is_cut else 0.0
        over = rows[dual[rows] > LEAST_DUAL]
        saved = _price(programme, flow, over.tolist(), savings) if is_cut else 0.0
        found.append(
            Bound(
                element=element.element,
                kind=element.kind,
                price_usd_per_t=None if saved is None else worth * saved,
                quality=element.quality,
                dual_t_per_t=worth,
                unit=element.unit,
                capacity_per_day=max(0.0, free.value),
                low_per_day=max(0.0, free.low),
                high_per_day=max(0.0, free.high),
                base_per_day=element.base_per_day.value
                if element.base_per_day
                else None,
                is_cut=is_cut,
                overfull_per_day=element.overfull_per_day,
            )
        )
    return tuple(sorted(found, key=lambda bound: not bound.is_cut))


def _tonnes_per_unit(programme: Programme, flow: Flow) -> Floats:
    """Return the tonnes that a unit of each row carries, on the mean of its flow."""
    tonnes = np.zeros(programme.capacity_per_day.size)
    for amount, rows in zip(
        flow.path_t_per_day, programme.largest.path_rows, strict=False
    ):
        # paths found since the flow carry nothing of it
        if amount > LEAST_FLOW:
            tonnes[rows] += amount
    used = flow.used
    return np.where(used > 0, tonnes / np.where(used > 0, used, 1.0), 1.0)


def _savings(
    programme: Programme, flow: Flow, cut: Collection[int], party: str
) -> dict[int, float]:
    """Return what a tonne saves by lane against the cheapest way around the cut.

    Parameters
    ----------
    programme : Programme
        The programme.
    flow : Flow
        Its largest flow at least cost.
    cut : collection of int
        Rows of the cut.
    party : str
        Party class that asks.

    Returns
    -------
    dict of int to float
        USD a tonne by lane that flows over the cut; NaN where there is no other way,
        by whatever mode and corridor.
    """
    graph, room, lanes = programme.laid_on, programme.room, programme.lanes
    uses = np.isin(room.row, list(cut))
    arcs = np.repeat(np.arange(graph.n_arcs), np.diff(room.indptr))[uses]
    cut_off = np.zeros(graph.n_arcs, dtype=bool)
    cut_off[arcs] = True
    cut_off = graph.chains.spread(cut_off)
    saved = {}
    for number in _flow_by_lane(programme, flow, set(cut)):
        _, pair, net = lanes[number]
        prices = price(graph, pair.shipment, party)
        usable = prices.is_offered & ~cut_off
        search = staged_search(graph, pair.source, pair.target)
        weight = frozen(np.where(usable, prices.weight_usd_per_t, np.inf)[search.arc])
        rival = float(tree_from(search, weight)[0][search.target])
        saved[number] = rival - net.best_usd_per_t if np.isfinite(rival) else np.nan
    return saved


def _price(
    programme: Programme,
    flow: Flow,
    rows: Collection[int],
    savings: Mapping[int, float],
) -> float | None:
    """Return what a tonne over some rows saves; None where it has no other way."""
    over = _flow_by_lane(programme, flow, set(rows))
    tonnes = sum(over.values())
    if not tonnes:
        return 0.0
    # who has a cheaper way takes it: his tonne saves nothing
    saved = sum(amount * np.maximum(0.0, savings[n]) for n, amount in over.items())
    return float(saved / tonnes) if np.isfinite(saved) else None


def _flow_by_lane(programme: Programme, flow: Flow, rows: set[int]) -> dict[int, float]:
    """Return the tonnes a day over some rows, by lane."""
    by_lane: dict[int, float] = defaultdict(float)
    largest = programme.largest
    for amount, (number, _), used in zip(
        flow.path_t_per_day, largest.paths, largest.path_rows, strict=False
    ):
        if amount > LEAST_FLOW and rows.intersection(used.tolist()):
            by_lane[number] += float(amount)
    return dict(by_lane)


def room_left(programme: Programme, flow: Flow) -> tuple[RoomLeft, ...]:
    """Return what every element on the ways has left when the largest flow passes.

    Parameters
    ----------
    programme : Programme
        The programme.
    flow : Flow
        Its largest flow at least cost.

    Returns
    -------
    tuple of RoomLeft
        The fullest first. Where neither the load of others nor an interval of the
        capacity is known, the figure is refused.
    """
    found = []
    for at, element in enumerate(programme.room.elements):
        rows = programme.room.rows_of(at)
        if programme.is_gate(at) or not rows.size:
            continue
        capacity = float(programme.capacity_per_day[rows].min())
        used = float(flow.used[rows].max())
        left = capacity - used if capacity - used > FULL * capacity else 0.0
        has_interval = element.per_day.low < element.per_day.high
        is_refused = element.base_per_day is None and not has_interval
        why = "neither a base load nor an interval is known" if is_refused else ""
        if not is_refused and element.base_per_day is None:
            why = "an upper bound: the load of others is not known"
        if element.free_per_day.value < 0:
            why = told_overfull(element)
        found.append(
            RoomLeft(
                element=element.element,
                kind=element.kind,
                unit=element.unit,
                quality=element.quality,
                capacity_per_day=capacity,
                used_per_day=used,
                room_per_day=None if is_refused else left,
                refused=why,
            )
        )
    return tuple(sorted(found, key=_fullness, reverse=True))


def told_overfull(element: Derivation) -> str:
    """Return by how much others take more than an element has, the reserve counted."""
    taken = element.base_per_day.value if element.base_per_day else 0.0
    over, has = element.overfull_per_day, element.per_day.value
    if over > 0:
        return (
            f"overfull: others alone take {taken:,.4g} {element.units} a day of "
            f"{has:,.4g}, {over:,.4g} too many"
        )
    return (
        f"full: others take {taken:,.4g} {element.units} a day of {has:,.4g}, which "
        f"leaves less than the reserve of {element.reserve_per_day:,.4g}"
    )


def _fullness(room: RoomLeft) -> float:
    if room.capacity_per_day <= 0:
        return 2.0
    return round(room.used_per_day / room.capacity_per_day, DECIMALS)


def trains_of(
    programme: Programme, flow: Flow, binding: Sequence[Bound]
) -> Trains | None:
    """Return the trains on the section that governs.

    Parameters
    ----------
    programme : Programme
        The programme.
    flow : Flow
        Its largest flow at least cost.
    binding : sequence of Bound
        What binds; the first railway link among it governs, else the one that carries
        most.

    Returns
    -------
    Trains or None
        None where no train runs.
    """
    links = _links(programme, flow)
    if not links:
        return None
    model = programme.graph.model
    tonnes_on = {row: sum(on.values()) for row, on in links.items()}
    most = max(tonnes_on.values()) * (1 - FULL)
    # a section that as much passes as any, so that trains and tonnes agree
    named = {
        model["link"].references[row]: row
        for row in sorted(links)
        if tonnes_on[row] >= most
    }
    first = next((b.element for b in binding if b.element in named), min(named))
    governing = named[first]
    trains: dict[str, float] = defaultdict(float)
    tonnes = wagons = 0.0
    for (side, carrier, cargo), amount in links[governing].items():
        load = t_per_wagon(model, carrier, cargo)
        size = np.fmin(*wagons_per_train(model, governing, carrier, load))
        if not np.isfinite(size * load):
            continue
        trains[SIDES[side]] += amount / (size * load)
        tonnes += amount
        wagons += amount / load
    total = sum(trains.values())
    if not total:
        return None
    return Trains(
        element=model["link"].references[governing],
        per_day=dict(trains),
        net_t=tonnes / total,
        wagons=wagons / total,
    )


def _links(
    programme: Programme, flow: Flow
) -> dict[int, dict[tuple[int, int, str], float]]:
    """Return the tonnes a day on rail links by side, carrier and cargo."""
    graph = programme.graph
    mode = graph.model["carrier"].text("mode")
    lanes = programme.lanes
    links: dict[int, dict[tuple[int, int, str], float]] = {}
    for amount, (number, edges) in zip(
        flow.path_t_per_day, programme.largest.paths, strict=False
    ):
        if amount <= LEAST_FLOW:
            continue
        stream, _, net = lanes[number]
        for arc in net.arc[edges].tolist():
            carrier = int(graph.arcs.carrier_idx[arc])
            if graph.arcs.kind[arc] == ArcKind.LINE and mode[carrier] == "rail":
                row = int(graph.arcs.link_idx[arc])
                key = SIDES.index(stream.side), carrier, stream.commodity_id
                on = links.setdefault(row, {})
                on[key] = on.get(key, 0.0) + float(amount)
    return links
