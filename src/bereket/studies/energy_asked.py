"""What is different when the year of gas and power is asked again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bereket.analysis.energy import EnergyResult
from bereket.errors import QuestionError
from bereket.model.calendar import as_day
from bereket.model.changes import Change, Close, Open, SetValue
from bereket.model.model import Model, label
from bereket.model.reference import RowReference, find_rows, parse_reference
from bereket.model.scenario import Scenario, apply
from bereket.studies.carriage import Package, scenario_with

Kind = Literal["capacity", "outage", "works", "exchange"]
CAPACITIES: Final = (
    *("power_line", "power_plant", "gas_pipe", "gas_field"),
    *("gas_contract", "gas_swap", "gas_storage"),
)
CLOSABLE: Final = ("power_line", "gas_pipe", "gas_contract", "gas_swap")
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class AskedCase:
    """One way in which the year is asked again.

    Attributes
    ----------
    case_id, name : str
        Label, and what it is.
    kind : {"capacity", "outage", "works", "exchange"}
        What is looked for.
    changes : tuple of Change
        What is different.
    element : str
        Row that it is about; empty where it is about several.
    p_nom : float
        Its capacity in the case; NaN where that is not what is asked.
    capex_usd : float
        What works cost; NaN where unknown.
    note : str
        Why nothing is different, where nothing is.
    """

    case_id: str
    name: str
    kind: Kind
    changes: tuple[Change, ...]
    element: str = ""
    p_nom: float = math.nan
    capex_usd: float = math.nan
    note: str = ""


def capacity_cases(
    model: Model, elements: Sequence[str], steps: Sequence[float]
) -> tuple[AskedCase, ...]:
    """Return the cases in which elements have other capacities.

    Parameters
    ----------
    model : Model
        The model.
    elements : sequence of str
        Rows; planned ones are opened.
    steps : sequence of float
        Capacities [MW or mcm/day].

    Returns
    -------
    tuple of AskedCase
        One an element and capacity.

    Raises
    ------
    QuestionError
        When a row has no capacity, or a capacity is below 0.
    ScenarioError
        When there is no such row.
    """
    wrong = [f"{step:g}" for step in steps if not (math.isfinite(step) and step >= 0)]
    if wrong:
        msg = f"a capacity must be 0 or more; found {', '.join(wrong)}"
        raise QuestionError(msg)
    found = []
    for element in elements:
        reference, name = _row_of(model, element, CAPACITIES)
        opens = [Open(reference)] if model[reference.table].schema.is_dated else []
        for step in steps:
            sets = SetValue(reference, "p_nom", label(step))
            found.append(
                AskedCase(
                    f"{element}={step:g}",
                    name,
                    "capacity",
                    (*opens, sets),
                    element,
                    step,
                )
            )
    return tuple(found)


def outage_cases(
    model: Model, base: EnergyResult, elements: Sequence[str]
) -> tuple[AskedCase, ...]:
    """Return the cases in which one line, pipe, contract or swap is out.

    Parameters
    ----------
    model : Model
        The model.
    base : EnergyResult
        The year as things are.
    elements : sequence of str
        Rows; ``all`` = every line and pipe that has a capacity.

    Returns
    -------
    tuple of AskedCase
        One an element.

    Raises
    ------
    QuestionError
        When a row cannot be closed.
    ScenarioError
        When there is no such row.
    """
    if ALL in elements:
        elements = [flow.element for flow in base.flows if flow.p_nom > 0]
    found = []
    for element in elements:
        reference, name = _row_of(model, element, CLOSABLE)
        changes = (Close(reference),)
        case_id = f"without {element}"
        found.append(AskedCase(case_id, name, "outage", changes, element))
    return tuple(found)


def exchange_case(model: Model, base: EnergyResult) -> AskedCase:
    """Return the case in which no gas and no power crosses a border.

    Parameters
    ----------
    model : Model
        The model.
    base : EnergyResult
        The year as things are: its lines, pipes and sales are closed.
    """
    crossing = [flow.element for flow in base.flows if flow.from_iso3 != flow.to_iso3]
    sales = [sale.element for sale in base.sales]
    changes = tuple(
        Close(_row_of(model, each, CLOSABLE)[0]) for each in (*crossing, *sales)
    )
    return AskedCase("without exchange", "No exchange", "exchange", changes)


def works_cases(
    model: Model, scenario: Scenario, day: str, packages: Sequence[Package]
) -> tuple[AskedCase, ...]:
    """Return the cases in which works are done.

    Parameters
    ----------
    model : Model
        The model.
    scenario : Scenario
        What is changed already.
    day : str
        The day asked for.
    packages : sequence of Package
        Works.
    """
    changed = apply(model, scenario)
    measures = changed["measure"]
    found = []
    for each in packages:
        after, note = scenario_with(changed, scenario, as_day(day), each)
        rows = [measures.row_of[(name,)][0] for name in each.measure_ids]
        found.append(
            AskedCase(
                each.package_id,
                each.name,
                "works",
                after.changes[len(scenario.changes) :],
                capex_usd=float(measures.number("capex_usd")[rows].sum()),
                note=note,
            )
        )
    return tuple(found)


def _row_of(
    model: Model, element: str, tables: Sequence[str]
) -> tuple[RowReference, str]:
    """Return the reference of a row of some tables, and its name.

    Raises
    ------
    QuestionError
        When it is of another table.
    """
    reference = parse_reference(element)
    if reference.table not in tables:
        msg = f"{element}: must be a row of {', '.join(tables)}"
        raise QuestionError(msg)
    rows = find_rows(model, reference)
    return reference, str(model[reference.table].labels("name")[rows[-1]])
