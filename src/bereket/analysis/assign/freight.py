"""A model's demand laid out on its network, for a mean day of a year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.delays import curves_of
from bereket.analysis.assign.laid import Laid, Stopped
from bereket.analysis.assign.params import AssignParams
from bereket.analysis.assign.relief import Held, held_twice, relieved
from bereket.analysis.assign.uses import flat_arcs, uses_of
from bereket.analysis.assign.ways import (
    DAYS,
    Offer,
    Wanted,
    Way,
    cheapest_ways,
    wanted_of,
    years_of_demand,
)
from bereket.compiled.arcs import ArcKind, of_kinds
from bereket.compiled.asking import compiled
from bereket.compiled.cost import Prices, price
from bereket.compiled.graph import Graph, starts
from bereket.compiled.kept import once
from bereket.compiled.orders import quotas_of
from bereket.compiled.room import room_of_arcs
from bereket.errors import QuestionError
from bereket.kernels.loads import Delays
from bereket.kernels.network import Network, Rows
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.places import known_party
from bereket.solve.equilibrium.problem import Problem, with_stay

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
UNIT: Final = "t/day"
MID_YEAR: Final = "07-01"  # whose network stands for a year


@dataclass(frozen=True, slots=True, eq=False)
class Freight:
    """What the numbers of a freight assignment stand for in the model.

    Attributes
    ----------
    laid : Laid
        The problem and its labels.
    offer : Offer
        Network, prices, room.
    ways : tuple of Way
        The cheapest way of each pair at no wait, pair by pair.
    """

    laid: Laid
    offer: Offer
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What the model says before any change, so that answers can be held together.

    Attributes
    ----------
    held : mapping of (str, int) to float
        Units a day of the demand that base load holds too, by element and direction.
    worth : mapping of (str, str, str) to (float, float)
        Cost of the cheapest way and worth of an hour on it [USD/t], by origin,
        destination and cargo.
    """

    held: Held
    worth: Mapping[tuple[str, str, str], tuple[float, float]]


def lay_out_freight(
    graph: Graph, year: int, params: AssignParams, counted: Counted | None = None
) -> Freight:
    """Lay out the demand of a year on the network of a date.

    Parameters
    ----------
    graph : Graph
        The network.
    year : int
        Year of the demand.
    params : AssignParams
        Objective, party, patience.
    counted : Counted, optional
        What the model itself says of base load and of what cargo would pay; else what
        this year and network say.

    Returns
    -------
    Freight
        A mean day of the year.

    Raises
    ------
    QuestionError
        When the model has no demand of the year, or a cargo's time has no value.

    Notes
    -----
    A class is a shipment: cargo, countries at the ends, owner of the wagons. Its cost
    of an arc is money + value of time + price of emissions + value of reliability times
    the standard deviation of the arc, which takes the spreads of legs as fully
    correlated, an upper bound. An hour of waiting costs the value of time and the rent
    of wagon and container. Rates by distance are taken arc by arc, from below.
    """
    wanted, refused = wanted_of(graph, year)
    offer = _offer(graph, wanted, params)
    freely: Sequence[Way] = ()
    if counted is None:
        counted, freely = _counted(offer, wanted)
    room, notes = relieved(graph.model, offer.room, counted.held)
    offer = replace(offer, room=room, uses=offer.uses.within(room))
    ways, lost = cheapest_ways(offer, wanted, free=freely)
    if not ways:
        raise QuestionError("\n".join(_told(each) for each in (*refused, *lost)))
    problem = _problem(offer, ways, is_system=params.objective == "system")
    known = [counted.worth.get(way.wanted.ends, way.worth) for way in ways]
    free, hour = (np.array(column) for column in zip(*known, strict=True))
    patience = params.patience_h * hour
    problem = with_stay(problem, free + patience, patience)
    laid = replace(_laid(offer, problem, ways, (*refused, *lost)), notes=notes)
    return Freight(laid=laid, offer=offer, ways=tuple(ways))


def counted_on(graph: Graph, year: int, params: AssignParams) -> Counted:
    """Return what the network and the demand of the year that was counted say; kept.

    Parameters
    ----------
    graph : Graph
        The network that base load was counted on.
    year : int
        Year in which it was.
    params : AssignParams
        Party.

    Returns
    -------
    Counted
        By this network and demand.
    """
    kept, key = graph.kept, ("counted", year, params.party)
    if key not in kept:
        wanted, _ = wanted_of(graph, year)
        kept[key], _ = _counted(_offer(graph, wanted, params), wanted)
    found: Counted = kept[key]
    return found


def when_counted(model: Model) -> tuple[date, int]:
    """Return when base load was counted: date of the network, year of the demand.

    The last year of demand up to the model's own date, by its first of July.
    """
    years = years_of_demand(model)
    now = as_day(model.config("base_date")).year
    year = max((year for year in years if year <= now), default=years[0])
    return as_day(f"{year}-{MID_YEAR}"), year


def base_of(model: Model) -> tuple[Graph, int]:
    """Return the network and the year that base load was counted on."""
    day, year = when_counted(model)
    return compiled(model, day), year


def _counted(offer: Offer, wanted: Sequence[Wanted]) -> tuple[Counted, Sequence[Way]]:
    """Return what network and demand say, and the cheapest ways were there room."""
    freely, _ = cheapest_ways(offer, wanted, were_there_room=True)
    worth = {way.wanted.ends: way.worth for way in freely}
    return Counted(held_twice(offer, freely), worth), freely


def _offer(graph: Graph, wanted: Sequence[Wanted], params: AssignParams) -> Offer:
    """Return what each class is offered, by the room as it stands."""
    party = known_party(graph.model, params.party)
    kinds = dict.fromkeys(each.sent.shipment for each in wanted)
    prices = tuple(price(graph, each, party) for each in kinds)
    _refuse_no_value(prices)
    # arcs that are shut on the date too, so that an answer of another date can be the
    # start of this one
    (known,) = np.nonzero(np.any([each.is_known for each in prices], axis=0))
    arc: Ints = known.astype(np.int32)
    room = room_of_arcs(graph, flat_arcs(graph, arc)[0], quotas=quotas_of(graph))
    uses = uses_of(graph, arc, prices, room)
    return Offer(graph, prices, _costs(graph, prices), arc, uses, room)


def _told(each: Stopped) -> str:
    return f"{each.class_id} {each.origin_id} > {each.destination_id}: {each.why}"


def _refuse_no_value(prices: Sequence[Prices]) -> None:
    """Refuse cargo whose time is worth nothing: waits could not ration it.

    Raises
    ------
    QuestionError
        With every such cargo.
    """
    faults = dict.fromkeys(
        f"commodity {each.shipment.commodity_id!r} needs a vot_usd_per_t_h above 0 to "
        f"be assigned; found {each.vot_usd_per_t_h:g}"
        for each in prices
        if not each.vot_usd_per_t_h > 0
    )
    if faults:
        raise QuestionError("\n".join(faults))


def _costs(graph: Graph, prices: Sequence[Prices]) -> Floats:
    """Return what arcs cost each class at no wait; inf where they are not offered."""
    sd_h = np.sqrt(graph.values.variance_h2)
    return np.array(
        [
            np.where(
                each.is_offered,
                each.weight_usd_per_t + each.vor_usd_per_t_h * sd_h,
                np.inf,
            )
            for each in prices
        ]
    )


def _problem(offer: Offer, ways: Sequence[Way], *, is_system: bool) -> Problem:
    """Return the problem in numbers, in which all must go."""
    graph, arc, uses = offer.graph, offer.arc, offer.uses
    n_kinds = len(offer.prices)
    fixed = np.array([offer.with_room(kind)[arc] for kind in range(n_kinds)])
    groups = [uses.commodities.index(p.shipment.commodity_id) for p in offer.prices]
    curve, tables, background, running = curves_of(graph, offer.room)
    owner = np.repeat(np.arange(arc.size), np.diff(uses.indptr))
    for group in range(len(uses.commodities)):  # a curve holds the running time too
        held = uses.hour_usd_per_t[group] * running[uses.row]
        off = np.bincount(owner, held, arc.size)
        mine = np.array(groups) == group
        fixed[mine] = np.maximum(fixed[mine] - off, 0.0)
    return Problem(
        network=Network(
            indptr=starts(graph.arcs.tail[arc], graph.n_vertices),
            head=graph.arcs.head[arc],
            tail=graph.arcs.tail[arc],
            fixed=fixed,
            value=np.ones(n_kinds),
            size=np.ones(n_kinds),
            is_plain=False,
            group=np.array(groups, dtype=np.int32),
            use_indptr=uses.indptr,
            resource=uses.row,
            share=uses.hour_usd_per_t,
            taken=uses.taken,
        ),
        rows=_rows(ways),
        delays=Delays(
            curve=curve, table_h=tables, background=background, is_system=is_system
        ),
    )


def _rows(ways: Sequence[Way]) -> Rows:
    """Return the pairs by class and origin, as the ways come."""
    kind = np.array([way.kind for way in ways], dtype=np.int32)
    source = np.array([way.wanted.sent.source for way in ways], dtype=np.int32)
    new = np.ones(len(ways), dtype=bool)
    new[1:] = (kind[1:] != kind[:-1]) | (source[1:] != source[:-1])
    (first,) = np.nonzero(new)
    return Rows(
        kind=kind[first],
        source=source[first],
        indptr=np.append(first, len(ways)).astype(np.int64),
        target=np.array([way.wanted.sent.target for way in ways], dtype=np.int32),
        demand=np.array([way.wanted.tonnes_per_day for way in ways]),
    )


def _laid(
    offer: Offer, problem: Problem, ways: Sequence[Way], stopped: tuple[Stopped, ...]
) -> Laid:
    """Label the problem."""
    graph, arc, room = offer.graph, offer.arc, offer.room
    places = graph.model["node"].labels("node_id")
    modes = graph.model["carrier"].labels("mode")
    at = room.element_of_row.tolist()
    return Laid(
        problem=problem,
        unit=UNIT,
        per_year=DAYS,
        class_of_kind=[each.shipment.commodity_id for each in offer.prices],
        origin_id=[way.wanted.sent.origin_id for way in ways],
        destination_id=[way.wanted.sent.destination_id for way in ways],
        tail_id=[places[start] for start in graph.arcs.start_idx[arc].tolist()],
        head_id=[places[end] for end in graph.arcs.end_idx[arc].tolist()],
        runs_on=_runs_on(graph, arc),
        free_way=[np.searchsorted(arc, way.arcs).astype(np.int32) for way in ways],
        element_of_resource=[room.elements[each].element for each in at],
        unit_of_resource=[room.elements[each].unit for each in at],
        time_h=graph.values.time_h[arc] - _running(offer),
        money=np.array([each.money_usd_per_t[arc] for each in offer.prices]),
        emission_kgco2e_per_t=np.nan_to_num(graph.values.emission_kgco2e_per_t[arc]),
        variance_h2=graph.values.variance_h2[arc],
        mode_of_arc=[modes[at] for at in graph.arcs.carrier_idx[arc].tolist()],
        stopped=stopped,
        warnings=tuple(
            dict.fromkeys(w for each in offer.prices for w in each.warnings)
        ),
    )


def _running(offer: Offer) -> Floats:
    """Return the running time that curves hold in place of the arcs [h]."""
    uses, running = offer.uses, curves_of(offer.graph, offer.room)[3]
    owner = np.repeat(np.arange(offer.arc.size), np.diff(uses.indptr))
    held = np.where(uses.part > 0, running[uses.row], 0.0)
    return np.asarray(np.bincount(owner, held, offer.arc.size), dtype=np.float64)


def _runs_on(graph: Graph, arc: Ints) -> list[tuple[tuple[str, str], ...]]:
    """Return the links that each arc runs on, by their places."""
    own = once(graph.kept_by_text, ("runs on",), lambda: _own_runs(graph))
    chains = graph.chains.arcs_of
    return [
        tuple(pair for at in chains[each].tolist() for pair in own[at])
        if each in chains
        else own[each]
        for each in arc.tolist()
    ]


def _own_runs(graph: Graph) -> list[tuple[tuple[str, str], ...]]:
    """Return the link that each arc runs on, or none, chains apart."""
    is_run = of_kinds(graph.arcs.kind, (ArcKind.LINE, ArcKind.RIDE)).tolist()
    return [
        (pair,) if runs and pair is not None else ()
        for runs, pair in zip(is_run, graph.linked_places, strict=True)
    ]
