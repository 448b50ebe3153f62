"""The network laid out for a corridor: what may flow, and what stops the rest."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from bereket.analysis.capacity.params import CapacityParams
from bereket.compiled.barriers import openings
from bereket.compiled.corridors import gateways_of
from bereket.compiled.cost import price
from bereket.compiled.graph import Graph, arcs_of_rows
from bereket.compiled.streams import (
    SIDES,
    Allowance,
    Demand,
    Stream,
    pairs_of,
    search_of,
    streams_of,
)
from bereket.errors import QuestionError
from bereket.model.calendar import is_open
from bereket.model.measures import effects_of

Row = tuple[str, int]  # table, row
Stopped = Mapping[tuple[str, str], tuple[str, ...]]  # side and cargo: why

STREAMS_KEPT: Final = 8


def openable_rows(graph: Graph) -> tuple[Row, ...]:
    """Return the rows that are not open and that a measure opens."""
    model = graph.model
    found: dict[Row, None] = {}
    for measure_id in model["measure"].labels("measure_id"):
        for effect in effects_of(model, measure_id):
            table = effect.reference.table
            if not effect.opens or effect.operation == "insert":
                continue
            open_now = is_open(model[table], graph.day)
            for row in model[table].row_of.get(effect.reference.key, ()):
                if not open_now[row]:
                    found[table, row] = None
    return tuple(found)


def streams_for(
    graph: Graph, demand: Demand, params: CapacityParams, closed: Sequence[Row]
) -> tuple[Stream, ...]:
    """Return what is to flow; the last few are kept with the graph.

    Parameters
    ----------
    graph : Graph
        The network on the date.
    demand : Demand
        What is to flow.
    params : CapacityParams
        Modes, detour, party.
    closed : sequence of (str, int)
        Rows whose arcs are kept though they are not open.

    Returns
    -------
    tuple of Stream
        One a cargo and side.
    """
    openable = np.zeros(graph.n_arcs, dtype=bool)
    for table, row in closed:
        openable |= arcs_of_rows(graph, table, (row,))
    key = (
        *(demand.corridor_id, demand.origins, demand.destinations),
        tuple((side, tuple(demand.mix[side].items())) for side in SIDES),
        *(params.modes, params.max_detour, params.party),
        tuple(closed),
    )
    kept = graph.kept
    if key not in kept:
        while len(kept) >= STREAMS_KEPT:
            kept.pop(next(iter(kept)))  # the oldest
        modes = frozenset(params.modes)
        allowance = Allowance(modes, params.max_detour, params.party, openable)
        kept[key] = streams_of(graph, demand, allowance)
    found: tuple[Stream, ...] = kept[key]
    return found


def what_stops(
    graph: Graph, demand: Demand, streams: Sequence[Stream], params: CapacityParams
) -> Stopped:
    """Return what stops the cargoes that have no way.

    Parameters
    ----------
    graph : Graph
        The network on the date.
    demand : Demand
        What is to flow.
    streams : sequence of Stream
        What can flow.
    params : CapacityParams
        Party, and whether reasons are looked for, which takes long where many orders
        hold.

    Returns
    -------
    mapping of (str, str) to tuple of str
        By side and cargo: elements and reasons, of the pair whose way is the cheapest
        to open.
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    gateways = gateways_of(graph, demand.corridor_id) if demand.corridor_id else None
    for stream in streams:
        if stream.nets:
            continue
        if not params.with_reasons:
            found[stream.side, stream.commodity_id] = ("none is open on the date",)
            continue
        why: tuple[str, ...] = ()
        for pair in pairs_of(graph, demand, stream.side, stream.commodity_id):
            prices = price(graph, pair.shipment, params.party)
            search = search_of(graph, pair, gateways, is_back=stream.side == "back")
            shut = openings(graph, prices, search, {})
            if shut:
                named = zip(shut[0].elements, shut[0].why, strict=True)
                pair_text = f"{pair.origin_id} > {pair.destination_id}"
                why = tuple(f"{pair_text}: {each}, {reason}" for each, reason in named)
                break
        nothing = ("no carrier that it may take has a way, open or not",)
        found[stream.side, stream.commodity_id] = why or nothing
    return found


def refuse_partial(streams: Sequence[Stream], demand: Demand, stopped: Stopped) -> None:
    """Refuse a mix of which some cargo of the way there has no way while others have.

    Parameters
    ----------
    streams : sequence of Stream
        What can flow.
    demand : Demand
        What is to flow.
    stopped : mapping of (str, str) to tuple of str
        What stops the rest.

    Raises
    ------
    QuestionError
        Naming each such cargo and what stops it.
    """
    shares = demand.mix["there"]
    lacking = [
        f"{cargo} has no way, {shares[cargo]:.0%} of the mix: {'; '.join(why)}"
        for (side, cargo), why in stopped.items()
        if side == "there"
    ]
    if lacking and any(stream.nets for stream in streams if stream.side == "there"):
        lacking.append("leave it out with --mix, or open its way with --set")
        raise QuestionError("\n".join(lacking))
