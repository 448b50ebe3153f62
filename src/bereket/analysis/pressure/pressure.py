"""Follow the pressure along a path, and find the largest flow that it passes."""

import math
from collections.abc import Sequence
from dataclasses import asdict, replace

from bereket.analysis.pressure.params import PressureParams
from bereket.analysis.pressure.result import PressurePoint, PressureResult
from bereket.compiled.gas_path import PipeRow, Place, find_pipes, lay_out
from bereket.compiled.weymouth import (
    Passage,
    Stretch,
    compressor_power_mw,
    largest_flow,
    walk,
)
from bereket.errors import QuestionError
from bereket.model.calendar import as_day, outside_dates
from bereket.model.model import Model
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply


def pressure(
    model: Model,
    scenario: Scenario = BASELINE,
    params: PressureParams | None = None,
    *,
    seed: int = 0,
    monitor: Monitor | None = None,
) -> PressureResult:
    """Find the pressures of a steady gas flow along a path, and the largest flow.

    Parameters
    ----------
    model : Model
        A model without fault, with table ``gas_pipe``.
    scenario : Scenario
        Changes to apply first.
    params : PressureParams
        Path, flow, pressures at both ends, date and gas.
    seed : int
        Not used; no random numbers are drawn.
    monitor : Monitor, optional
        Is told about progress; an answer False stops, and the result comes without
        figures, marked interrupted.

    Returns
    -------
    PressureResult
        Pressures by place, power of stations, the largest flow and what binds it. Its
        status is ``no_way`` where the pressure is used up on the way.

    Raises
    ------
    QuestionError
        With every fault: a pipe that is unknown, shut, not joined to the one before, or
        without length, diameter or highest pressure; an end that allows less pressure
        than is asked.
    ScenarioError
        When the scenario names a row that is not there.

    Notes
    -----
    In each stretch ``p_in**2 - p_out**2 = K q**2`` with Weymouth's friction [1]_ [2]_,
    ``q`` the flow of one string. Stations stand evenly, the first at bus0 of its pipe;
    each lifts to the highest pressure of its pipe, or by `ratio_max` where that gives
    less, in either direction. Gas with more pressure than a pipe allows is throttled.
    Fuel is in the pipes' `efficiency`: a pipe gives on that share of what it gets, and
    what it burns leaves at its end. The largest flow is found by bisection, as the
    pressure at the end falls with the flow. Heights, heat and changes in time are left
    out.

    References
    ----------
    .. [1] Weymouth, T. R. (1912). Problems in natural gas engineering. *Transactions of
       the ASME* 34.
    .. [2] Menon, E. S. (2005). *Gas pipeline hydraulics*. CRC Press.

    Examples
    --------
    >>> from bereket import blank_model
    >>> from bereket.analysis.pressure import PressureParams, pressure
    >>> asked = PressureParams(("west",), 10.0)
    >>> pressure(blank_model(), params=asked).passes
    True
    """
    if params is None:
        msg = "say by which pipes and how much: params=PressureParams(...)"
        raise QuestionError(msg)
    changed = apply(model, scenario)
    day = as_day(params.as_of or changed.config("base_date"))
    pipes = find_pipes(changed, params.path, day)
    inlet_bar = _inlet_bar(params, pipes)
    empty = PressureResult(
        path=params.path,
        as_of=day.isoformat(),
        flow_mcm_per_day=params.flow_mcm_per_day,
        outlet_min_bar=params.outlet_min_bar,
        stated_mcm_per_day=_stated(pipes),
        stamp=Stamp(
            question="pressure",
            **model_stamp(model, scenario),
            as_of=day.isoformat(),
            params=asdict(params),
            status="interrupted",
            seed=seed,
        ),
        notes=(*outside_dates(changed, day), *_notes(params, inlet_bar)),
        warnings=_warnings(params, pipes),
    )
    if monitor and not monitor(0, 1, "pressures"):
        return empty
    places, stretches = lay_out(pipes, params.gas, params.hydraulic_efficiency)
    passages = walk(stretches, inlet_bar, params.flow_mcm_per_day, params.ratio_max)
    points = _points(params, places, stretches, passages)
    points += (_end(params, pipes, passages[-1].ends_bar),)
    outlet_bar, delivered = points[-1].pressure_in_bar, points[-1].flow_mcm_per_day
    most = largest_flow(stretches, inlet_bar, params.outlet_min_bar, params.ratio_max)
    binding, binds = _binding(params, places, stretches, inlet_bar, most)
    arrives = outlet_bar is not None
    assumed = sum(each.length_km for each in pipes if each.quality == "assumed")
    return replace(
        empty,
        delivered_mcm_per_day=delivered if arrives else None,
        points=points,
        outlet_bar=outlet_bar,
        power_mw=sum(each.power_mw or 0.0 for each in points) if arrives else None,
        largest_flow_mcm_per_day=most,
        binding=binding,
        binds=binds,
        notes=(*empty.notes, *_throttled(points)),
        stamp=replace(
            empty.stamp,
            status="answered" if arrives else "no_way",
            assumed_share=assumed / points[-1].km,
        ),
    )


def _inlet_bar(params: PressureParams, pipes: Sequence[PipeRow]) -> float:
    """Return the pressure at the beginning; refuse ends that allow less than asked."""
    first, last = pipes[0], pipes[-1]
    asked = params.inlet_bar
    faults = [
        f"{name} must be at most {pipe.pressure_max_bar:g}, pressure_max_bar of "
        f"gas_pipe:{pipe.gas_pipe_id}; found {bar:g}"
        for name, bar, pipe in (
            ("inlet_bar", 0.0 if asked is None else asked, first),
            ("outlet_min_bar", params.outlet_min_bar, last),
        )
        if bar > pipe.pressure_max_bar
    ]
    if faults:
        raise QuestionError("\n".join(faults))
    return first.pressure_max_bar if asked is None else asked


def _points(
    params: PressureParams,
    places: Sequence[Place],
    stretches: Sequence[Stretch],
    passages: Sequence[Passage],
) -> tuple[PressurePoint, ...]:
    """Return the places of a path with their pressures, the end apart."""
    points = []
    for place, stretch, passage in zip(places, stretches, passages, strict=True):
        arrives, leaves = passage.arrives_bar, passage.leaves_bar
        flow, reached = stretch.share * params.flow_mcm_per_day, math.isfinite(leaves)
        power = compressor_power_mw(
            params.gas, flow, arrives, leaves, params.compressor_efficiency
        )
        points.append(
            PressurePoint(
                km=place.km,
                node_id=place.node_id,
                station=place.station,
                gas_pipe_id=place.pipe.gas_pipe_id,
                flow_mcm_per_day=flow,
                pressure_in_bar=arrives if reached else None,
                pressure_out_bar=leaves if reached else None,
                ratio=leaves / arrives if reached else None,
                power_mw=power if reached else None,
            )
        )
    return tuple(points)


def _end(
    params: PressureParams, pipes: Sequence[PipeRow], ends_bar: float
) -> PressurePoint:
    """Return the end of a path, where nothing is done to the gas."""
    reached = math.isfinite(ends_bar)
    share = math.prod(each.efficiency for each in pipes)
    return PressurePoint(
        km=math.fsum(each.length_km for each in pipes),
        node_id=pipes[-1].to_node,
        station="",
        gas_pipe_id="",
        flow_mcm_per_day=share * params.flow_mcm_per_day,
        pressure_in_bar=ends_bar if reached else None,
        pressure_out_bar=ends_bar if reached else None,
        ratio=1.0 if reached else None,
        power_mw=0.0 if reached else None,
    )


def _binding(
    params: PressureParams,
    places: Sequence[Place],
    stretches: Sequence[Stretch],
    inlet_bar: float,
    most: float,
) -> tuple[tuple[str, ...], str]:
    """Return what binds the largest flow: all behind the last place at its highest.

    Where the gas leaves a place with the highest pressure allowed, nothing that lies
    before that place could help.
    """
    passages = walk(stretches, inlet_bar, most, params.ratio_max)
    if not most > 0:
        return (), (
            f"gas at rest has {passages[-1].ends_bar:,.1f} bar at the end, and "
            f"{params.outlet_min_bar:g} are asked"
        )
    pairs = list(enumerate(zip(stretches, passages, strict=True)))
    full = [at for at, (s, p) in pairs if p.leaves_bar == s.pressure_max_bar]
    start = full[-1] if full else 0
    pipes = [place.pipe.gas_pipe_id for place in places[start:]]
    begin, bar = places[start], passages[start].leaves_bar
    limited = [place.station for place in places[start + 1 :] if place.station]
    told = f"from {bar:,.1f} bar at km {begin.km:,.0f} to the end"
    told += f" ({', '.join(dict.fromkeys(pipes))})"
    if limited:
        told += f", though {', '.join(limited)} lift it by {params.ratio_max:g}"
    return tuple(dict.fromkeys(f"gas_pipe:{each}" for each in pipes)), told


def _stated(pipes: Sequence[PipeRow]) -> float:
    """Return the largest flow sent by what the rows say that pipes carry [mcm/day]."""
    share, least = 1.0, math.inf
    for pipe in pipes:
        least = min(least, pipe.capacity_mcm_per_day / share)
        share *= pipe.efficiency
    return least


def _notes(params: PressureParams, inlet_bar: float) -> tuple[str, ...]:
    """Say what the figures rest on."""
    how = (
        f"steady flow after Weymouth, Z {params.compressibility:g} at "
        f"{params.temperature_k:g} K throughout; heights, heat and changes in time are "
        "left out; what pipes burn leaves at their ends"
    )
    inlet = (
        f"the gas is taken to come with {inlet_bar:g} bar, the highest that the first "
        "pipe allows; what brings it there is not counted"
    )
    return (how, *([inlet] if params.inlet_bar is None else []))


def _warnings(params: PressureParams, pipes: Sequence[PipeRow]) -> tuple[str, ...]:
    """Name pipes that get more than their rows say they can carry."""
    flow, found = params.flow_mcm_per_day, []
    for pipe in pipes:
        if flow > pipe.capacity_mcm_per_day:
            found.append(
                f"gas_pipe:{pipe.gas_pipe_id} gets {flow:,.4g} mcm/day, and its row "
                f"says that it carries {pipe.capacity_mcm_per_day:,.4g}"
            )
        flow *= pipe.efficiency
    return tuple(found)


def _throttled(points: Sequence[PressurePoint]) -> tuple[str, ...]:
    """Say where gas comes with more pressure than the next pipe allows."""
    return tuple(
        f"at km {each.km:,.0f} the gas is throttled from {each.pressure_in_bar:,.1f} "
        f"bar to the {each.pressure_out_bar:,.1f} that {each.gas_pipe_id} allows"
        for each in points
        if each.ratio is not None and each.ratio < 1
    )
