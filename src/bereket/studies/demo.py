"""Thirteen questions to the reference model: what a newcomer sees first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bereket.analysis.assign.ways import years_of_demand
from bereket.analysis.capacity import CapacityParams, CapacityResult, capacity
from bereket.analysis.route import RouteResult, route
from bereket.compiled.asking import RouteParams
from bereket.compiled.graph import build
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.studies.agenda import AgendaParams, agenda
from bereket.studies.agenda_result import AgendaResult
from bereket.studies.flows import FlowsOfYear, flows, last_year_of_demand
from bereket.studies.pair_trade import PairTrade, pair_trade

FLAGSHIP_PAIRS: Final = (
    ("XIAN", "TEH", "containers_general"),
    ("XIAN", "IST", "containers_general"),
    ("KST", "BND", "grain"),
    ("AKT", "TKB", "containers_general"),
    ("ASB", "ALA", "containers_general"),
)
FLAGSHIP_CORRIDORS: Final = ("kti", "ckti_uzen", "titr", "titr_turkmenbashi")
WAYS_SHOWN: Final = 4
OUTLOOK_YEAR: Final = 2030


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One question of the demonstration and its answer."""

    title: str
    result: RouteResult


def demo(model: Model, as_of: str = "") -> Iterator[DemoStep]:
    """Ask the five flagship questions, one after the other.

    Parameters
    ----------
    model : Model
        A model that has the places of `FLAGSHIP_PAIRS`.
    as_of : str
        Date; empty = the model's base date.

    Yields
    ------
    DemoStep
        Question and answer.
    """
    graph = build(model, as_day(as_of or model.config("base_date")))
    names = dict(
        zip(model["node"].text("node_id"), model["node"].text("name"), strict=True)
    )
    cargo = model["commodity"]
    words = dict(zip(cargo.text("commodity_id"), cargo.text("name"), strict=True))
    for origin, destination, commodity in FLAGSHIP_PAIRS:
        params = RouteParams(
            origin, destination, commodity, as_of=as_of, count=WAYS_SHOWN
        )
        title = f"{names[origin]} → {names[destination]}, {words[commodity].lower()}"
        yield DemoStep(title, route(model, params=params, graph=graph))


def demo_capacities(model: Model, as_of: str = "") -> Iterator[CapacityResult]:
    """Ask what the flagship corridors can carry, and what binds first and next.

    Parameters
    ----------
    model : Model
        A model; of `FLAGSHIP_CORRIDORS` those that it has are asked.
    as_of : str
        Date; empty = the model's base date.

    Yields
    ------
    CapacityResult
        Without measures and months, which ``capacity`` tells.
    """
    known = set(model["corridor"].labels("corridor_id"))
    for corridor_id in FLAGSHIP_CORRIDORS:
        if corridor_id in known:
            params = CapacityParams(
                corridor_id,
                as_of=as_of,
                with_measures=False,
                with_months=False,
                with_reasons=False,
            )
            yield capacity(model, params=params)


def demo_flows(model: Model, as_of: str = "") -> Iterator[FlowsOfYear]:
    """Ask who goes where in the last year with data, and in the year of the outlook.

    Parameters
    ----------
    model : Model
        A model; without demand of a year, that year is not asked.
    as_of : str
        Date up to which demand has data; empty = the model's base date.

    Yields
    ------
    FlowsOfYear
        Not calibrated; what was observed of the year stands beside.
    """
    known = set(years_of_demand(model))
    for year in (last_year_of_demand(model, as_of), OUTLOOK_YEAR):
        if year is not None and year in known:
            known.discard(year)
            yield flows(model, year=year)


def demo_trade(
    model: Model, as_of: str = "", told: FlowsOfYear | None = None
) -> PairTrade | None:
    """Ask whether the trade that the agenda has a target of reaches it.

    Parameters
    ----------
    model : Model
        A model.
    as_of : str
        Date; empty = the model's base date.
    told : FlowsOfYear, optional
        Who goes where, as asked before: tells what the trade goes by.

    Returns
    -------
    PairTrade or None
        Without works, which ``trade`` asks; None where no target was agreed.
    """
    return pair_trade(model, as_of=as_of, flows=told)


def demo_agenda(model: Model, as_of: str = "") -> AgendaResult | None:
    """Ask how far what was agreed is.

    Parameters
    ----------
    model : Model
        A model.
    as_of : str
        Date; empty = the model's base date.

    Returns
    -------
    AgendaResult or None
        None where nothing was agreed.
    """
    if not len(model["agenda"]):
        return None
    return agenda(model, params=AgendaParams(as_of))
