"""Fit how shippers choose to what was observed, and test it on a year held out."""

import time
from dataclasses import asdict, replace
from functools import partial

from bereket.compiled.behaviour import unfitted
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.calibrate.case import Cases
from bereket.studies.calibrate.fit import Fit, fit
from bereket.studies.calibrate.meeting import met_of, told_of, values_of
from bereket.studies.calibrate.params import CalibrateParams
from bereket.studies.calibrate.result import CalibrateResult
from bereket.studies.calibrate.task import Task, priors_taken


def calibrate(
    model: Model,
    scenario: Scenario = BASELINE,
    params: CalibrateParams | None = None,
    *,
    monitor: Monitor | None = None,
) -> CalibrateResult:
    """Fit the parameters of the model to observations, and test them on another year.

    Parameters
    ----------
    model : Model
        A model without fault; its tables `parameter` and `observation` are read.
    scenario : Scenario
        Changes to apply first.
    params : CalibrateParams
        Year held out, years fitted.
    monitor : Monitor, optional
        Is told about progress; an answer False stops.

    Returns
    -------
    CalibrateResult
        Observations with what is modelled before and after and with rivals; parameters
        with their errors.

    Raises
    ------
    QuestionError
        When there is nothing to fit or to fit to, observations contradict each other
        within one scope, or one counts what no path passes.

    Notes
    -----
    Bilevel: inside, a logit with hard limits in which every year's flows and their
    answers to the parameters are exact; outside, least squares with priors (`fit`). A
    year is its first of July, with the orders of that day.

    Examples
    --------
    >>> from bereket import blank_model
    >>> calibrate(blank_model())
    Traceback (most recent call last):
    ...
    bereket.errors.QuestionError: calibrate needs 3 observations or more of ...
    """
    began = time.perf_counter()
    params = params or CalibrateParams()
    changed = unfitted(apply(model, scenario))
    if not len(changed["parameter"]):
        msg = "calibrate needs table 'parameter', and the model has no row of it"
        raise QuestionError(msg)
    task = Task(changed, params, monitor)
    found = _fitted(task)
    met = met_of(task, task.fitted, found, held_out=False)
    met += met_of(task, task.held, found, held_out=True)
    return CalibrateResult(
        observations=tuple(met),
        parameters=tuple(told_of(task, found)),
        not_used=tuple(task.not_used),
        fitted_years=tuple(year.year for year in task.fitted),
        held_out_year=params.hold_out,
        spread=found.spread,
        evaluations=found.evaluations,
        seconds=time.perf_counter() - began,
        model_hash=changed.content_hash,
        stamp=Stamp(
            question="calibrate",
            **model_stamp(model, scenario),
            as_of=changed.config("base_date"),
            params=asdict(params) | {"values": values_of(task, found)},
            status="answered",
        ),
    )


def _fitted(task: Task) -> Fit:
    """Fit, let ships set their sailings by it, and fit again."""
    priors = priors_taken(task.parameters)
    data = task.data()
    found = None
    for at in range(task.params.rounds):
        if found is not None:
            values = values_of(task, found)
            task.fitted = tuple(year.settled(values) for year in task.fitted)
        cases = Cases.of(
            [year.case(task.names, task.rows[year.year]) for year in task.fitted],
            partial(task.tell, f"round {at + 1}, years solved"),
        )
        again = fit(cases, data, priors)
        found = again if found is None else replace(again, before=found.before)
    if found is None:  # no round is refused before
        msg = "rounds must be 1 or more"
        raise ValueError(msg)
    values = values_of(task, found)
    task.held = tuple(year.settled(values) for year in task.held)
    return found
