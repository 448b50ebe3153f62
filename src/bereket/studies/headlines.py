"""The headlines of an answer: the few figures that a planner quotes, with units."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bereket.analysis.assign import AssignParams, AssignResult, assign
from bereket.analysis.capacity import CapacityParams, CapacityResult, capacity
from bereket.analysis.route import RouteResult, route
from bereket.compiled.asking import RouteParams
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.result import Stamp
from bereket.model.scenario import Scenario
from bereket.studies.loading import Loading, load

MILLION: Final = 1e6
THOUSAND: Final = 1e3
HOURS_A_DAY: Final = 24.0
TONNES, TRAINS = "t/year", "trains/day"
Question = CapacityParams | AssignParams | RouteParams
Answer = CapacityResult | AssignResult | RouteResult
LOGIT: Final = "logit"


@dataclass(frozen=True, slots=True)
class Headlines:
    """The headlines of one answer.

    Attributes
    ----------
    figures : mapping of str to float
        By name; NaN where the answer has none.
    units : mapping of str to str
        By name.
    fault : str
        Why there is no answer; empty where there is.
    is_rough : bool
        Whether the answer did not converge.
    """

    figures: Mapping[str, float]
    units: Mapping[str, str]
    fault: str = ""
    is_rough: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """Under what, and when, a question is asked.

    Attributes
    ----------
    scenario : Scenario
        Changes.
    day : date
        Date of the network.
    year : int or None
        Year of the demand; None where the question has none.
    """

    scenario: Scenario
    day: date
    year: int | None


def bare(question: Question) -> Question:
    """Return a question without what no headline needs."""
    if isinstance(question, CapacityParams):
        return replace(
            question,
            with_ladder=False,
            with_measures=False,
            with_months=False,
            with_reasons=False,
        )
    if isinstance(question, RouteParams):
        return replace(question, count=1)
    return replace(question, by_month=False)


def answer_to(
    question: Question, model: Model, scenario: Scenario, changed: Model
) -> Answer:
    """Ask a question by its verb.

    Parameters
    ----------
    question : CapacityParams, AssignParams or RouteParams
        What is asked.
    model : Model
        The model before the scenario.
    scenario : Scenario
        Changes.
    changed : Model
        The model after it.

    Returns
    -------
    Answer
        The answer of the verb.
    """
    if isinstance(question, CapacityParams):
        return capacity(changed, params=question)
    if isinstance(question, RouteParams):
        return route(changed, params=question)
    if not scenario.changes:
        return assign(model, params=question)
    return assign(model, scenario, question)


def headlines_quickly(
    question: Question, model: Model, changed: Model, asked: Moment
) -> Headlines:
    """Return the headlines of a question, and nothing else of its answer.

    Parameters
    ----------
    question : CapacityParams, AssignParams or RouteParams
        What is asked.
    model : Model
        The model before a scenario.
    changed : Model
        The model after it; the same one where there is none.
    asked : Moment
        The scenario, date and year of the answer.

    Returns
    -------
    Headlines
        As those of the verb.
    """
    if (
        isinstance(question, AssignParams)
        and question.objective != "logit"
        and asked.year is not None
    ):
        return _of_assignment(load(model, changed, question, asked.day, asked.year))
    return headlines_of(answer_to(question, model, asked.scenario, changed))


def day_of(stamp: Stamp) -> date:
    """Return the date that an answer holds for."""
    return as_day(stamp.as_of)


def year_of(found: Answer) -> int | None:
    """Return the year of the demand that an answer is of; None where it has none."""
    return int(found.stamp.params["year"]) if isinstance(found, AssignResult) else None


def headlines_of(found: Answer) -> Headlines:
    """Return the headlines of an answer.

    Parameters
    ----------
    found : CapacityResult, AssignResult or RouteResult
        The answer.

    Returns
    -------
    Headlines
        The first is the one that assumptions are ranked by.
    """
    if isinstance(found, CapacityResult):
        return _of_capacity(found)
    if isinstance(found, RouteResult):
        return _of_route(found)
    return _of_assignment(Loading.of(found))


def _of_capacity(found: CapacityResult) -> Headlines:
    trains = found.trains
    told: list[tuple[str, str, float | None]] = [
        ("capacity_t_per_year", TONNES, found.capacity_t_per_year)
    ]
    told += [
        (f"capacity_t_per_year_{side}", TONNES, tonnes)
        for side, tonnes in found.capacity_t_per_year_by_direction.items()
    ]
    told.append(("trains_per_day", TRAINS, trains.total_per_day if trains else None))
    told += [
        (f"trains_per_day_{side}", TRAINS, each)
        for side, each in (trains.per_day if trains else {}).items()
    ]
    fault = "; ".join(found.why) if found.why else ""
    return _headlines(told, fault)


def _of_route(found: RouteResult) -> Headlines:
    if not found.alternatives:
        stopped = [why for each in found.openings[:1] for why in each.why]
        return _headlines([], f"no way: {'; '.join(stopped) or 'none is known'}")
    best = found.alternatives[0].totals
    return _headlines(
        [
            ("generalised_usd_per_t", "USD/t", best.generalised_usd_per_t),
            ("cost_usd_per_t", "USD/t", best.cost_usd_per_t),
            ("days", "days", best.time_h / HOURS_A_DAY),
            ("door_to_door_days", "days", best.door_to_door_h / HOURS_A_DAY),
        ]
    )


def _of_assignment(found: Loading) -> Headlines:
    served = found.demand_t_per_year - found.unserved_t_per_year
    told: list[tuple[str, str, float | None]] = [
        ("served_mt_per_year", "Mt/year", served / MILLION),
        ("not_going_mt_per_year", "Mt/year", found.unserved_t_per_year / MILLION),
        ("worst_wait_h", "h", found.worst_wait_h),
    ]
    for each in found.corridors:
        name, tonnes, teu = each.corridor_id, each.t_per_year, each.teu_per_year
        told.append((f"{name}_mt_per_year", "Mt/year", tonnes / MILLION))
        told.append((f"{name}_kteu_per_year", "1,000 TEU/year", teu / THOUSAND))
    return replace(_headlines(told), is_rough=found.status == "not_converged")


def _headlines(told: list[tuple[str, str, float | None]], fault: str = "") -> Headlines:
    return Headlines(
        figures={n: math.nan if v is None else float(v) for n, _, v in told},
        units={name: unit for name, unit, _ in told},
        fault=fault,
    )
