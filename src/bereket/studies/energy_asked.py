"""What is different when the year of gas and power is asked again."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bereket.analysis.energy import EnergyResult
from bereket.errors import QuestionError
from bereket.model.calendar import as_day, first_day, is_open, last_day
from bereket.model.changes import Change, Close, Open, ReviseValue, SetValue
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
MOST: Final = 1e6  # MW or mcm a day; the solver takes what is far larger for no bound
DATED: Final = ("status", "valid_from", "valid_to")


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
        What is to be said of it, such as why nothing is different.
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
    model: Model, elements: Sequence[str], steps: Sequence[float], day: str = ""
) -> tuple[AskedCase, ...]:
    """Return the cases in which elements have other capacities.

    Parameters
    ----------
    model : Model
        The model.
    elements : sequence of str
        Rows; those that are not open are opened.
    steps : sequence of float
        Capacities [MW or mcm/day].
    day : str
        The day asked for: cases say which rows are not open on it; empty = none do.

    Returns
    -------
    tuple of AskedCase
        One an element and capacity.

    Raises
    ------
    QuestionError
        When a row has no capacity, or a capacity is below 0 or has no bound.
    ScenarioError
        When there is no such row.
    """
    found = []
    for element in elements:
        reference, name = _row_of(model, element, CAPACITIES)
        wrong = [f"{step:g}" for step in steps if not 0 <= step <= MOST]
        if wrong:
            msg = (
                f"{element}: a capacity must be from 0 to {MOST:,.0f} "
                f"{unit_of(element)}; found {', '.join(wrong)}"
            )
            raise QuestionError(msg)
        why = not_open(model, reference, as_day(day)) if day else ""
        note = f"{why}: asked as if it were" if why else ""
        is_dated = model[reference.table].schema.is_dated
        opens: tuple[Change, ...] = (Open(reference),) if is_dated else ()
        for step in steps:
            changes = (*opens, SetValue(reference, "p_nom", label(step)))
            case_id = f"{element}={step:g}"
            found.append(
                AskedCase(case_id, name, "capacity", changes, element, step, note=note)
            )
    return tuple(found)


def unit_of(element: str) -> str:
    """Return the unit of a row's capacity."""
    return "MW" if element.startswith("power") else "mcm/day"


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
        One an element; of those that are not open nothing is different.

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
        case_id = f"without {element}"
        why = not_open(model, reference, as_day(base.stamp.as_of))
        note = f"{why}: nothing is lost without it" if why else ""
        changes = () if why else (Close(reference),)
        found.append(AskedCase(case_id, name, "outage", changes, element, note=note))
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


def not_open(model: Model, reference: RowReference, day: date) -> str:
    """Say why a row is not open on a day; empty where it is.

    Parameters
    ----------
    model : Model
        The model.
    reference : RowReference
        A row of it.
    day : date
        The day asked for.
    """
    table = model[reference.table]
    rows = list(find_rows(model, reference))
    if is_open(table, day)[rows].any():
        return ""
    status, start, end = (str(table.text(name)[rows[-1]]) for name in DATED)
    why = status.replace("_", " ")
    if last_day(end) < day.toordinal():
        why = f"until {end}"
    elif first_day(start) > day.toordinal():
        why = f"{why}, from {start}"
    return f"{reference} is not open on {day} ({why})"


def idle_changes(model: Model, changes: Sequence[Change], day: date) -> Iterator[str]:
    """Say which changes of figures change nothing, their rows not being open.

    Parameters
    ----------
    model : Model
        The model with the changes.
    changes : sequence of Change
        What is changed.
    day : date
        The day asked for.

    Yields
    ------
    str
        One a row of gas or power.
    """
    columns: dict[RowReference, dict[str, None]] = {}
    for change in changes:
        if isinstance(change, SetValue | ReviseValue) and change.column not in DATED:
            columns.setdefault(change.reference, {})[change.column] = None
    for reference, names in columns.items():
        is_asked = reference.table in CAPACITIES
        why = not_open(model, reference, day) if is_asked else ""
        if why:
            yield f"{why}: what is set of it changes nothing ({', '.join(names)})"


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
