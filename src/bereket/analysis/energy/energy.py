"""A year of gas and power: who gives, what flows, what it costs, what is missed."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bereket.analysis.energy.accounts import country_rows
from bereket.analysis.energy.answers import (
    built_rows,
    carried_rows,
    flow_rows,
    generation_rows,
    price_rows,
    sale_rows,
    value_rows,
)
from bereket.analysis.energy.building import reference_of
from bereket.analysis.energy.network import refuse_expansion
from bereket.analysis.energy.params import EnergyParams
from bereket.analysis.energy.result import Course, EnergyResult
from bereket.analysis.energy.room import Room, rooms_of_sales
from bereket.analysis.energy.shortage import unserved_rows
from bereket.analysis.energy.solved import Solved
from bereket.analysis.energy.solving import solve_case
from bereket.analysis.energy.worth import flows_of, weights_of
from bereket.compiled.energy import EnergyCase, energy_case
from bereket.model.calendar import as_day, outside_dates
from bereket.model.model import Model
from bereket.model.plan import MIDDLE_OF_YEAR
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply

DEFAULTS = EnergyParams()


def energy(
    model: Model,
    scenario: Scenario = BASELINE,
    params: EnergyParams = DEFAULTS,
    *,
    save_pypsa: Path | None = None,
    seed: int = 0,
    monitor: Monitor | None = None,
) -> EnergyResult:
    """Find the cheapest year of gas and power on one network.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : EnergyParams
        Year, date, what may be built.
    save_pypsa : Path, optional
        Where the solved network is written for PyPSA (netCDF).
    seed : int
        No random numbers are drawn.
    monitor : Monitor, optional
        Is told that the year is built and then solved.

    Returns
    -------
    EnergyResult
        Flows, prices, what is not served and why, what one more of everything is worth,
        and the year of each country.

    Raises
    ------
    QuestionError
        When the model has neither zones of power nor gas nodes, or a row that is to be
        expanded is not there or has no cost.
    ExtraError
        When PyPSA is not installed.

    Notes
    -----
    One linear programme of all costs [1]_: power by hour in weeks that stand for parts
    of the year, between zones by net transfer capacities with losses; gas by month,
    with pipes, stores, and sales that bound what leaves a country; gas-fired plants
    burn from gas nodes, in a month what they burn in its weeks. HiGHS solves it. Prices
    are its duals; where several answers cost the same, one of them is told.

    References
    ----------
    .. [1] Brown, T., Hörsch, J., Schlachtberger, D. (2018). PyPSA: Python for Power
       System Analysis. *Journal of Open Research Software* 6(4).

    Examples
    --------
    A turbine that burns gas of 20,000 USD/mcm at 40 % sends power over a line that
    loses 3 %: 3 + 20,000 / (0.4 x 10,000) USD/MWh, and the losses on top.

    >>> from bereket import blank_model
    >>> found = energy(blank_model(), params=EnergyParams(year=2024))
    >>> [(row.zone, round(row.mean, 2)) for row in found.prices[:2]]
    [('bus:tkm', 8.0), ('bus:kaz', 8.25)]
    """
    changed = apply(model, scenario)
    day = as_day(_day_text(changed, params))
    year = day.year if params.year is None else params.year
    case = energy_case(changed, year, day)
    refuse_expansion(case, params.expand)
    if monitor is not None:
        monitor(0, 2, f"gas and power of {year}")
    solved = solve_case(case, params.expand, params.discount_rate, save_pypsa)
    if monitor is not None:
        monitor(2, 2, f"gas and power of {year}")
    stamp = Stamp(
        question="energy",
        **model_stamp(model, scenario),
        as_of=day.isoformat(),
        params=asdict(params) | {"year": year},
        status="answered",
        seed=seed,
        assumed_share=case.assumed_share,
    )
    return _answer(case, solved, params, stamp, outside_dates(changed, day))


def _day_text(model: Model, params: EnergyParams) -> str:
    """Return the date asked for, the middle of the year, or the model's date."""
    if params.as_of:
        return params.as_of
    if params.year is not None:
        return f"{params.year}-{MIDDLE_OF_YEAR}"
    return model.config("base_date")


def _answer(
    case: EnergyCase,
    solved: Solved,
    params: EnergyParams,
    stamp: Stamp,
    notes: tuple[str, ...],
) -> EnergyResult:
    """Return the year solved as rows."""
    rooms = rooms_of_sales(case, solved)
    generation, sales = generation_rows(case, solved), sale_rows(case, solved, rooms)
    # Costs of the programme, and of nobody: they change hands.
    fees, due = sum(row.fee_usd for row in sales), sum(row.due_usd for row in sales)
    rate = params.discount_rate
    return EnergyResult(
        year=case.year,
        objective_usd=solved.objective_usd,
        cost_usd=solved.objective_usd - fees - due,
        due_usd=due,
        flows=flow_rows(case, solved),
        prices=price_rows(case, solved),
        unserved=unserved_rows(case, solved),
        values=value_rows(case, solved, rate),
        generation=generation,
        sales=sales,
        carried=carried_rows(case, solved),
        countries=country_rows(case, solved, generation, sales),
        built=built_rows(case, solved, rate),
        weeks=case.periods.weeks,
        hour_weight=tuple(case.periods.hour_weight.tolist()),
        courses=tuple(
            Course(
                reference_of(case.power, at),
                tuple(solved.power.price[:, at].tolist()),
            )
            for at in range(len(case.power.ids))
        ),
        notes=(
            *_out_of_reach(case, rooms),
            *case.notes,
            *notes,
            *_spilled(case, solved),
        ),
        stamp=stamp,
    )


def _out_of_reach(case: EnergyCase, rooms: tuple[Room, ...]) -> Iterator[str]:
    """Say which sales can hand nothing over, and where no open pipes lead."""
    for name, room in zip(case.sales.references, rooms, strict=True):
        if room.missing:
            yield f"{name} hands nothing over: {room.missing}"


def _spilled(case: EnergyCase, solved: Solved) -> Iterator[str]:
    """Say what must run and has no use."""
    for grid in case.grids:
        amounts = weights_of(case, grid) @ flows_of(solved, grid).spilled
        unit = "MWh" if grid.commodity == "power" else "mcm"
        for at, amount in enumerate(amounts):
            if amount >= 1.0:
                where = reference_of(grid, at)
                yield f"{where}: {amount:,.0f} {unit} must run and are spilled"
    idle = weights_of(case, case.power) @ solved.idle
    for name, amount in zip(case.power.supplies.references, idle, strict=True):
        if amount >= 1.0:
            yield f"{name}: {amount:,.0f} MWh must run and lack gas or water"
