"""Who goes where when the way is full."""

from dataclasses import asdict
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.answers import (
    assumed_share_of,
    corridor_flows,
    link_flows,
    revenue_of,
    scarcity_of,
    skims_of,
    unserved_of,
)
from bereket.analysis.assign.choice import Chosen, chosen_of, with_factors
from bereket.analysis.assign.filling import fills_of, settle
from bereket.analysis.assign.freight import (
    MID_YEAR,
    Freight,
    base_of,
    counted_on,
    lay_out_freight,
    when_counted,
)
from bereket.analysis.assign.laid import Laid, Stopped
from bereket.analysis.assign.months import months_of
from bereket.analysis.assign.params import AssignParams
from bereket.analysis.assign.result import AssignResult, LinkFlow
from bereket.analysis.assign.roads import UNIT, lay_out_roads, stopped_roads
from bereket.analysis.assign.solving import Solver
from bereket.analysis.assign.ways import years_of_demand
from bereket.compiled.asking import compiled
from bereket.compiled.behaviour import is_fitted_on
from bereket.compiled.graph import Graph
from bereket.errors import QuestionError
from bereket.io.tntp import RoadNetwork
from bereket.model.calendar import as_day, outside_dates
from bereket.model.model import Model
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.solve.solved import Solved

Floats = NDArray[np.float64]
NO_OBJECTIVE: Final = (
    "no objective: each cargo measures an element in its own way, so that no programme "
    "has these flows as its optimum; the gap certifies them"
)

NEEDED: Final = ("transfer", "commodity", "demand")


def assign(  # noqa: PLR0913 the signature is the same for every verb
    model: Model,
    scenario: Scenario = BASELINE,
    params: AssignParams | None = None,
    *,
    graph: Graph | None = None,
    seed: int = 0,
    start: AssignResult | None = None,
    monitor: Monitor | None = None,
) -> AssignResult:
    """Put a year's demand on the ways that it would take, where room is short.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : AssignParams
        Year, date, objective, how far to go.
    graph : Graph, optional
        The changed model, compiled for the date; saves compiling it again.
    seed : int
        Not used; an equilibrium draws no random numbers.
    start : AssignResult, optional
        An earlier answer of the same arcs and demand pairs, to go on from.
    monitor : Monitor, optional
        Is told about progress; an answer False stops, and the flows so far come,
        marked interrupted.

    Returns
    -------
    AssignResult
        Flows, waits, what does not go; with the record of its convergence.

    Raises
    ------
    QuestionError
        When the model has no demand of the year, or none of it has a way.
    ScenarioError
        When the scenario names a row that is not there.

    Notes
    -----
    Multi-class user equilibrium with hard limits [1]_: no shipper gains by another way,
    and what all wait at a full element is the multiplier of its limit. Cargo that would
    wait longer than it has patience does not go: the first tonne stays at `patience_h`
    beyond the cheapest way, the last at twice that: so what stays is shared evenly.

    References
    ----------
    .. [1] Larsson, T., Patriksson, M. (1999). Side constrained traffic equilibrium
       models. *Transportation Research B* 33(4).

    Examples
    --------
    >>> from bereket import assign, blank_model
    >>> round(assign(blank_model()).demand_per_year)
    120000
    """
    params = params or AssignParams()
    if params.toll_factor or params.distance_factor:
        msg = "toll_factor and distance_factor are of road networks; a model has prices"
        raise QuestionError(msg)
    for table in NEEDED:
        if not len(model[table]):
            msg = f"assign needs table {table!r}, and the model has no row of it"
            raise QuestionError(msg)
    changed = apply(model, scenario)
    day, year = when_asked(changed, params)
    is_base = (
        graph is None and not scenario.changes and (day, year) == when_counted(model)
    )
    graph = graph or compiled(changed, day)
    counted = None if is_base else counted_on(*base_of(model), params)
    freight = lay_out_freight(graph, year, params, counted)
    chosen = chosen_of(freight, params) if params.objective == "logit" else None
    freight = freight if chosen is None else with_factors(freight, chosen)
    solved = Solver(params, monitor, chosen)
    freight, solution, headways = settle(
        fills_of(freight, params.patience_h), solved, _usable(freight.laid, start)
    )
    laid = freight.laid
    by_month = params.by_month and not solved.is_stopped
    months = months_of(freight, solution, solved) if by_month else ()
    stamp = Stamp(
        question="assign",
        **model_stamp(model, scenario),
        as_of=day.isoformat(),
        params=asdict(params) | {"year": year},
        status=solution.status,
        seed=seed,
        regimes=_regimes(freight),
        assumed_share=assumed_share_of(freight, solution),
    )
    notes = f"demand of {year}, a mean day", NO_OBJECTIVE, *_choice_notes(chosen)
    common = _common(laid, solution, laid.stopped, solved)
    common["warnings"] = (*common["warnings"], *_stale(model, chosen))
    return AssignResult(
        **common,
        flows=link_flows(freight, solution),
        corridors=corridor_flows(freight, solution),
        scarcity=scarcity_of(freight, solution),
        revenue=revenue_of(freight, solution),
        headways=headways,
        months=months,
        is_fitted=chosen is not None and any(p.is_fitted for p in chosen.parameters),
        notes=(*notes, *_laid_notes(laid, day, graph.model, start)),
        stamp=stamp,
    )


def assign_roads(
    roads: RoadNetwork,
    trips: Floats,
    params: AssignParams | None = None,
    *,
    start: AssignResult | None = None,
    monitor: Monitor | None = None,
) -> AssignResult:
    """Put trips on a road network; as `assign`, by the same kernel.

    Parameters
    ----------
    roads : RoadNetwork
        The network.
    trips : (n_zones, n_zones)
        Trips from zone to zone.
    params : AssignParams
        Objective, factors of toll and distance, how far to go.
    start : AssignResult, optional
        An earlier answer of the same roads and trips' pairs.
    monitor : Monitor, optional
        Is told about progress.

    Returns
    -------
    AssignResult
        In the units of the file.

    Raises
    ------
    QuestionError
        When trips are no numbers of 0 or more, or there are none.

    Examples
    --------
    Pigou: one road takes an hour, the other as many as there are on it.

    >>> from bereket.io.tntp import RoadNetwork
    >>> import numpy as np
    >>> one, two = np.ones(2), np.full(2, 2, dtype=np.int32)
    >>> roads = RoadNetwork("pigou", 2, 2, 1, two // 2, two, one, 0 * one,
    ...     free_time=np.array([1.0, 1e-9]), b=np.array([0.0, 1e9]), power=one,
    ...     toll=0 * one)
    >>> found = assign_roads(roads, np.array([[0.0, 1.0], [0.0, 0.0]]))
    >>> [round(each.flow, 6) for each in found.flows]
    [0.0, 1.0]
    """
    params = params or AssignParams()
    if params.objective == "logit":
        msg = "a road network has no parameters; the logit is of a model"
        raise QuestionError(msg)
    laid, arc_of_link = lay_out_roads(roads, trips, params)
    solved = Solver(params, monitor)
    solution = solved(laid.problem, _usable(laid, start))
    stopped = stopped_roads(laid, solution.no_way)
    on_arc = solution.paths().flow_on(roads.n_links)[arc_of_link]
    cost = (laid.money[0] + solution.delay_h[: roads.n_links])[arc_of_link]
    columns = (roads.tail.tolist(), roads.head.tolist(), on_arc.tolist(), cost.tolist())
    stamp = Stamp(
        question="assign",
        model=roads.name,
        model_version="",
        model_hash=roads.content_hash,
        scenario=BASELINE.name,
        changes=(),
        as_of="",
        params=asdict(params) | {"units": UNIT},
        status=solution.status,
    )
    return AssignResult(
        **_common(laid, solution, stopped, solved),
        flows=tuple(
            LinkFlow(str(tail), str(head), "", flow, each)
            for tail, head, flow, each in zip(*columns, strict=True)
        ),
        corridors=(),
        scarcity=(),
        revenue=(),
        headways=(),
        months=(),
        notes=(*laid.notes, *_start_note(laid, start)),
        stamp=stamp,
    )


def when_asked(model: Model, params: AssignParams) -> tuple[date, int]:
    """Return the date of the network, and the year of the demand.

    Parameters
    ----------
    model : Model
        The changed model.
    params : AssignParams
        Date or year, or neither.

    Returns
    -------
    tuple of date and int
        Date and year.

    Raises
    ------
    QuestionError
        When the model has no demand up to the date.
    """
    asked = f"{params.year}-{MID_YEAR}" if params.year is not None else ""
    day = as_day(params.as_of or asked or model.config("base_date"))
    if params.year is not None:
        return day, params.year
    years = [year for year in years_of_demand(model) if year <= day.year]
    if not years:
        msg = f"the model has no demand of {day.year} or before: ask for a --year"
        raise QuestionError(msg)
    return day, years[-1]


def _usable(laid: Laid, start: AssignResult | None) -> Solved | None:
    """Return what an earlier answer has to begin with, if it is of the same kind."""
    if start is None or not start.solution.problem.is_like(laid.problem):
        return None
    return start.solution


def _start_note(laid: Laid, start: AssignResult | None) -> tuple[str, ...]:
    """Say where a start could not be used."""
    if start is None or _usable(laid, start):
        return ()
    return ("the start is of other flows or elements: solved from nothing",)


def _common(
    laid: Laid, solution: Solved, stopped: tuple[Stopped, ...], solved: Solver
) -> dict[str, Any]:
    """Return what every answer has, of roads and of freight."""
    problem, per_year = laid.problem, laid.per_year
    unserved = unserved_of(laid, solution, stopped)
    skims = skims_of(laid, solution)
    missing = sum(each.amount_per_year for each in unserved)
    in_problem = float(problem.rows.demand.sum()) * per_year
    outside = sum(each.amount for each in laid.stopped) * per_year
    warnings = list(laid.warnings)
    if solution.status != "answered":
        last = solution.record[-1]
        ended = solution.status.replace("_", " ")
        warnings.append(
            f"{ended}: the gap is {last.relative_gap:.1e}, and limits are missed "
            f"by {last.violation:.1e} after {last.number} iterations"
        )
    return {
        "objective": solution.objective() if problem.network.is_plain else None,
        "total_cost": sum(each.served_per_year * each.cost_usd_per_t for each in skims),
        "unserved_per_year": missing,
        "demand_per_year": in_problem + outside,
        "unserved": unserved,
        "skims": skims,
        "record": solved.record_of(solution),
        "solve_s": solved.seconds,
        "warnings": tuple(warnings),
        "laid": laid,
        "solution": solution,
    }


def _laid_notes(
    laid: Laid, day: date, model: Model, start: AssignResult | None
) -> tuple[str, ...]:
    """Return what to know of how the demand was laid out."""
    return (*outside_dates(model, day), *laid.notes, *_start_note(laid, start))


def _stale(model: Model, chosen: Chosen | None) -> tuple[str, ...]:
    """Warn where the model has changed since its parameters were fitted."""
    if (
        chosen is None
        or not len(model["calibration"])
        or is_fitted_on(model, "calibration")
    ):
        return ()
    return ("the model has changed since its calibration: calibrate anew",)


def _choice_notes(chosen: Chosen | None) -> tuple[str, ...]:
    """Say how shippers of a logit choose."""
    if chosen is None:
        return ()
    fitted = sum(each.is_fitted for each in chosen.parameters)
    return (
        (
            f"each pair chooses by a logit among {chosen.sets.n_paths} ways in all, "
            f"frozen at no wait; {len(chosen.parameters)} parameters, {fitted} of them "
            "fitted"
        ),
    )


def _regimes(freight: Freight) -> tuple[str, ...]:
    """Return the orders in force that touch what any class is offered."""
    return tuple(
        dict.fromkeys(
            order.regime_id
            for each in freight.offer.prices
            for order in each.orders.in_force
            if order.touched[freight.offer.arc].any()
        )
    )
