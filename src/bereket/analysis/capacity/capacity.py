"""How much a corridor can carry, what stops it, and what should be done first."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Final

import numpy as np

from bereket.analysis.capacity.binding import (
    bounds_of,
    room_left,
    told_overfull,
    trains_of,
)
from bereket.analysis.capacity.interval import flow_interval
from bereket.analysis.capacity.ladder import Rung, ladder_of
from bereket.analysis.capacity.layout import (
    Stopped,
    openable_rows,
    refuse_partial,
    streams_for,
    what_stops,
)
from bereket.analysis.capacity.merit import Merit, lifting, merit_order
from bereket.analysis.capacity.months import months_of
from bereket.analysis.capacity.params import CapacityParams, demand_of
from bereket.analysis.capacity.programme import (
    DAYS_PER_YEAR,
    JOINT,
    Programme,
    programme_of,
)
from bereket.analysis.capacity.result import Bound, CapacityResult
from bereket.analysis.capacity.sequence import Stage, best_sequence
from bereket.analysis.capacity.trials import Trials
from bereket.analysis.capacity.warm import programme_from
from bereket.compiled.asking import compiled
from bereket.compiled.derivations import Derivation
from bereket.compiled.orders import quotas_of
from bereket.compiled.streams import SIDES, Demand, Side, Stream
from bereket.errors import QuestionError
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.places import known_party
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply

EMPTIES: Final = (
    "flows are net tonnes; empties take the way back, so that track lets as many "
    "trains go each way as it lets pairs pass"
)
KINDS: Final = ("infrastructure", "reserve", "fleet", "acceptance")


def capacity(
    model: Model,
    scenario: Scenario = BASELINE,
    params: CapacityParams | None = None,
    *,
    seed: int = 0,
    start: CapacityResult | None = None,
    monitor: Monitor | None = None,
) -> CapacityResult:
    """Find how much can flow over a corridor, what binds, and what lifts it.

    Ask this before anything is built: the answer names the section, post, terminal or
    fleet that stops the flow, what comes after it, and which measure brings the
    cheapest next tonne.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : CapacityParams
        Corridor, or pair and cargo; None is refused.
    seed : int
        Stamped only: nothing here is drawn at random.
    start : CapacityResult, optional
        An earlier answer to the same question: where the scenario has only gained
        changes of capacities, its paths and basis are the start.
    monitor : Monitor, optional
        Is told about progress; False stops, and what is known so far comes, marked
        interrupted.

    Returns
    -------
    CapacityResult
        Flow by direction and joint, binding set, ladder, merit order, room left.

    Raises
    ------
    QuestionError
        When the corridor, a place or a cargo is not known, or one cargo of the mix has
        no way though others have.

    Notes
    -----
    The largest multiple of the cargo mix that can flow over ways that pass the
    corridor's gateways in order: a maximum concurrent flow [1]_ with capacities that
    several arcs share, solved by path columns. For one pair and one cargo it is a
    maximum flow, and the binding set is a minimum cut. Track lets as many trains back
    as it lets there: empties return on the way.

    References
    ----------
    .. [1] Shahrokhi, F., Matula, D. (1990). The maximum concurrent flow problem.
       *Journal of the ACM* 37(2).
    """
    if params is None:
        msg = "say what is to flow: params=CapacityParams(...)"
        raise QuestionError(msg)
    changed = apply(model, scenario)
    stamp = replace(_stamp(model, scenario, params, changed), seed=seed)
    demand = demand_of(changed, params)
    known_party(changed, params.party)
    empty = _empty(demand, stamp)
    programme = programme_from(start, stamp, scenario, changed)
    if programme is None:
        graph = compiled(changed, as_day(stamp.as_of))
        closed = openable_rows(graph) if params.with_measures else ()
        streams = streams_for(graph, demand, params, closed)
        stopped = what_stops(graph, demand, streams, params)
        if not any(stream.nets for stream in streams):
            why = dict.fromkeys(line for lines in stopped.values() for line in lines)
            return replace(empty, why=tuple(why))
        refuse_partial(streams, demand, stopped)
        programme = programme_of(graph, streams, closed)
        empty = replace(empty, notes=_still(stopped), no_way=_shut_sides(streams))
    answer = _flows(programme, empty, params)
    return _with_lifts(programme, answer, params, monitor)


def _stamp(
    model: Model, scenario: Scenario, params: CapacityParams, changed: Model
) -> Stamp:
    """Return the stamp of an answer in which nothing flows yet."""
    return Stamp(
        question="capacity",
        **model_stamp(model, scenario),
        as_of=as_day(params.as_of or changed.config("base_date")).isoformat(),
        params=asdict(params),
        status="no_way",
    )


def _shut_sides(streams: Sequence[Stream]) -> tuple[Side, ...]:
    """Return the directions in which no cargo at all has a way."""
    open_sides = {stream.side for stream in streams if stream.nets}
    return tuple(side for side in SIDES if side not in open_sides)


def _still(stopped: Stopped) -> tuple[str, ...]:
    """Return what does not flow though the rest does."""
    return tuple(
        f"{cargo} does not flow {side}: {'; '.join(why)}"
        for (side, cargo), why in stopped.items()
    )


def _empty(demand: Demand, stamp: Stamp) -> CapacityResult:
    """Return the answer where nothing flows."""
    return CapacityResult(
        corridor_id=demand.corridor_id,
        origins=demand.origins,
        destinations=demand.destinations,
        mix=demand.mix,
        as_of=stamp.as_of,
        capacity_t_per_year_by_direction=dict.fromkeys(SIDES),
        stamp=stamp,
    )


def _flows(
    programme: Programme, empty: CapacityResult, params: CapacityParams
) -> CapacityResult:
    """Return the answer with flows, what binds, trains and room."""
    flow = programme.solve(by_cost=True)
    joint = float(flow.t_per_day.sum()) * DAYS_PER_YEAR if flow.is_bounded else None
    low, high = flow_interval(programme, flow) if joint is not None else (None, None)
    binding = bounds_of(programme, flow, params.party) if joint is not None else ()
    flowing = {stream.side for stream in programme.streams}
    return replace(
        empty,
        capacity_t_per_year_by_direction={
            side: yearly(programme, (at,)) if side in flowing else None
            for at, side in enumerate(SIDES)
        },
        capacity_t_per_year=joint,
        low_t_per_year=low,
        high_t_per_year=high,
        by_kind_t_per_year={kind: _of_kind(programme, kind) for kind in KINDS},
        trains=trains_of(programme, flow, binding) if joint is not None else None,
        binding=binding,
        room=room_left(programme, flow) if joint is not None else (),
        unknown=programme.room.unknown,
        notes=(*empty.notes, *_notes(programme)),
        programme=programme,
        warnings=programme.unsized,
        stamp=replace(
            empty.stamp,
            status="answered",
            assumed_share=_assumed_share(binding),
            regimes=tuple(
                dict.fromkeys(r for stream in programme.streams for r in stream.regimes)
            ),
        ),
    )


def yearly(programme: Programme, sides: tuple[int, ...] = JOINT) -> float | None:
    """Return the largest flow of a year; None where nothing known limits it.

    Parameters
    ----------
    programme : Programme
        The programme under its capacities.
    sides : tuple of int
        Sides that flow.

    Returns
    -------
    float or None
        Tonnes a year.
    """
    flow = programme.solve(sides)
    return float(flow.t_per_day.sum()) * DAYS_PER_YEAR if flow.is_bounded else None


def _limited(programme: Programme, limit: Mapping[int, float]) -> Programme:
    """Return the programme under limits by element; others do not limit."""
    room = programme.room
    by_element = np.full(len(room.elements), np.inf)
    for at in range(len(room.elements)):
        if programme.is_gate(at):
            by_element[at] = 0.0
    for at, each in limit.items():
        by_element[at] = max(0.0, each)
    return programme.with_capacity(by_element[room.element_of_row])


def _of_kind(programme: Programme, kind: str) -> float | None:
    """Return the flow that the limits of one kind alone leave."""

    def limit(element: Derivation) -> float:
        if kind == "infrastructure":
            return element.without_reserve().value
        return element.free_per_day.value

    of = "infrastructure" if kind == "reserve" else kind
    limits = {
        at: limit(each)
        for at, each in enumerate(programme.room.elements)
        if each.kind == of and not programme.is_gate(at)
    }
    return yearly(_limited(programme, limits)) if limits else None


def _notes(programme: Programme) -> tuple[str, ...]:
    """Return how the answer was worked out, and what bounds it."""
    room = programme.room
    notes = [EMPTIES]
    notes += [
        f"{each.element} is {told_overfull(each)}"
        for at, each in enumerate(room.elements)
        if not programme.is_gate(at) and each.free_per_day.value < 0
    ]
    unloaded = [
        each.element
        for at, each in enumerate(room.elements)
        if each.base_per_day is None and not programme.is_gate(at)
    ]
    if unloaded:
        notes.append(
            f"the load of others is not known on {len(unloaded)} of "
            f"{len(room.elements)} elements: there the capacity is an upper bound"
        )
    regime = programme.graph.model["regime"]
    counted = {regime.labels("regime_id")[row] for row in quotas_of(programme.laid_on)}
    named = dict.fromkeys(r for stream in programme.streams for r in stream.regimes)
    left_out = [
        name
        for name in named
        for row in regime.row_of.get((name,), ())[:1]
        if regime.labels("effect")[row] == "quota" and name not in counted
    ]
    if left_out:
        notes.append(
            f"quotas for parties, or by origin and destination, limit nothing here: "
            f"{', '.join(left_out)}"
        )
    if room.unknown:
        notes.append(
            f"{len(room.unknown)} rows that the cargo may pass state no capacity and "
            "limit nothing"
        )
    return tuple(notes)


def _assumed_share(binding: tuple[Bound, ...]) -> float | None:
    """Return the share of what binds that rests on assumed rows."""
    if not binding:
        return None
    return sum(bound.quality == "assumed" for bound in binding) / len(binding)


def _with_lifts(
    programme: Programme,
    answer: CapacityResult,
    params: CapacityParams,
    monitor: Monitor | None,
) -> CapacityResult:
    """Return the answer with ladder, measures and months."""
    rungs: tuple[Rung, ...] = ()
    merits: tuple[Merit, ...] = ()
    stages: tuple[Stage, ...] = ()
    going = True

    def goes_on(done: int, of: int, note: str) -> bool:
        nonlocal going
        going = going and (monitor is None or monitor(done, of, note))
        return going

    if params.with_ladder and goes_on(0, 1, "ladder"):
        rungs = ladder_of(programme)
    if params.with_measures and goes_on(0, 1, "measures"):
        trials = Trials(programme)
        merits = merit_order(trials, goes_on)
        stages = best_sequence(trials, merits, lambda: not going)
        rungs = tuple(
            replace(rung, measures=lifting(trials, merits, rung.elements))
            for rung in rungs
        )
    wants_months = params.with_months and goes_on(0, 1, "months")
    months = months_of(programme) if wants_months else ()
    status = answer.stamp.status if going else "interrupted"
    return replace(
        answer,
        ladder=rungs,
        merit_order=merits,
        sequence=stages,
        targets=_targets(programme.graph.model) if params.with_measures else (),
        months=months,
        stamp=replace(answer.stamp, status=status),
    )


def _targets(model: Model) -> tuple[str, ...]:
    """Return the measures that are a target only: they have no works to rank."""
    table = model["measure"]
    return tuple(
        f"{measure_id}: {name}"
        for measure_id, name, status in zip(
            table.labels("measure_id"),
            table.labels("name"),
            table.labels("measure_status"),
            strict=True,
        )
        if status == "target"
    )
