"""How observations are met by a fit, and what it makes of the parameters."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.studies.calibrate.fit import Fit
from bereket.studies.calibrate.reasons import reason_of
from bereket.studies.calibrate.result import INTERVAL, Fitted, Met
from bereket.studies.calibrate.rivals import last_year_of, trend_of
from bereket.studies.calibrate.task import SD_OF_QUALITY, Task, priors_taken
from bereket.studies.calibrate.years import Year
from bereket.studies.observations import seen

Floats = NDArray[np.float64]
TOLD: Final = 0.1  # share of a variance that is worth a word


def met_of(
    task: Task, years: Iterable[Year], found: Fit, *, held_out: bool
) -> list[Met]:
    """Return how the observations of some years are met."""
    first = priors_taken(task.parameters).value
    met: list[Met] = []
    for year in years:
        rows = task.rows[year.year]
        case = year.case(task.names, rows)
        after = case.solve(found.value)
        slopes, modelled = case.slopes(after), case.modelled(after)
        before = case.modelled(case.solve(first, after))
        blind = _blind(task, year, found) if held_out else None
        for at, row in enumerate(rows):
            slope = slopes[at] / max(modelled[at], 1e-9)
            told = _one(task, row, (before[at], modelled[at]), slope, found)
            value = float(task.table.number("value")[row])
            why = reason_of(year.freight, after, case.weights[at], value)
            met.append(
                replace(
                    told,
                    blind=None if blind is None else float(blind[at]),
                    held_out=held_out,
                    reach=why.reach,
                    why_kind=why.kind,
                    why=why.text,
                )
            )
    return met


def _blind(task: Task, year: Year, found: Fit) -> Floats:
    """Return what is modelled of a year without the orders that came with it."""
    known = max(each.year for each in task.fitted)
    laid = task.laid(year.year, orders_of=known).settled(values_of(task, found))
    case = laid.case(task.names, task.rows[year.year])
    return case.modelled(case.solve(found.value))


def _one(
    task: Task, row: int, modelled: tuple[float, float], slope: Floats, found: Fit
) -> Met:
    """Return an observation with what is modelled before and after the fit."""
    table = task.table
    before, after = map(float, modelled)
    sd = _sd_of_forecast(slope, found)
    told = seen(table, row)
    year = told.calendar_year or 0
    rival, is_alike = last_year_of(table, row, year)
    return Met(
        observation_id=table.labels("observation_id")[row],
        on=table.labels("on")[row],
        commodity_ids=tuple(table.lists("commodity_id")[row]),
        direction=table.labels("direction")[row],
        unit=told.unit,
        year=year,
        observed=told.value,
        modelled_before=before,
        modelled_after=after,
        low=float(after * np.exp(-INTERVAL * sd)),
        high=float(after * np.exp(INTERVAL * sd)),
        last_year=rival,
        is_alike=is_alike,
        trend=trend_of(table, row, year),
        definition=told.definition,
        source_id=told.source_id,
        tells=_tells(task, slope, found),
    )


def _tells(task: Task, slope: Floats, found: Fit) -> dict[str, float]:
    """Return the share of the variance of a forecast that each parameter makes."""
    parts = slope**2 * np.diag(found.covariance)
    whole = float(parts.sum())
    if whole <= 0:
        return {}
    order = np.argsort(-parts)
    return {
        task.names[at]: float(parts[at] / whole)
        for at in order.tolist()
        if parts[at] > TOLD * whole
    }


def told_of(task: Task, found: Fit) -> list[Fitted]:
    """Return the parameters as they were fitted."""
    rows = [row for year in task.fitted for row in task.rows[year.year]]
    names = [task.table.labels("observation_id")[row] for row in rows]
    sd = np.sqrt(np.diag(found.covariance))
    values = values_of(task, found)
    return [
        Fitted(
            name=each.parameter_id,
            kind=each.kind,
            unit=each.unit,
            prior=each.prior,
            value=values[each.parameter_id],
            low=each.low,
            high=each.high,
            standard_error=float(sd[at]) if found.is_free[at] else None,
            at_bound=bool(found.at_bound[at]),
            identifiable=bool(found.is_free[at]),
            reason=found.reason[at],
            observation_ids=tuple(
                name
                for name, moves in zip(names, found.moves[:, at], strict=True)
                if moves
            ),
        )
        for at, each in enumerate(task.parameters)
    ]


def values_of(task: Task, found: Fit) -> dict[str, float]:
    """Return the fitted values by name: USD/t, or factors."""
    return {
        each.parameter_id: float(np.exp(value)) if each.is_factor else float(value)
        for each, value in zip(task.parameters, found.value, strict=True)
    }


def _sd_of_forecast(slope: Floats, found: Fit) -> float:
    """Return the standard deviation of the logarithm of what is modelled."""
    of_parameters = float(slope @ found.covariance @ slope)
    return float(
        np.sqrt(of_parameters + (found.spread * SD_OF_QUALITY["reported"]) ** 2)
    )
