"""What is asked of the ways between two places, made ready to be searched."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.consignment import Consignment, avoided_arcs, consign
from bereket.compiled.cost import Prices, price
from bereket.compiled.graph import Graph, build
from bereket.compiled.search import Search, staged_search
from bereket.compiled.shipment import Owner
from bereket.errors import QuestionError
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.places import find_place, known_party
from bereket.model.result import model_stamp
from bereket.model.scenario import Scenario, apply

MOST_WAYS: Final = 100
DATES_KEPT: Final = 4  # graphs that a model keeps


@dataclass(frozen=True, slots=True)
class RouteParams:
    """What is asked.

    Attributes
    ----------
    origin, destination : str
        Places, by node_id or name.
    commodity : str
        Cargo, by commodity_id or name.
    as_of : str
        Date, YYYY-MM-DD; empty = the model's base date.
    via : tuple of str
        Places to pass, in order.
    avoid : tuple of str
        Row references, places or countries (ISO3) that no way may use.
    party : str
        Party class that asks; empty = orders for parties are only reported.
    count : int
        Alternatives wanted.
    max_overlap : float
        Largest share of the shorter way's kilometres that two alternatives may share.
    owner : {"private", "railway"}
        Whose wagons are used; with the railway's the tariff holds their rent.
    """

    origin: str
    destination: str
    commodity: str
    as_of: str = ""
    via: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    party: str = ""
    count: int = 10
    max_overlap: float = 0.7
    owner: Owner = "private"

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_WAYS:
            msg = (
                f"ways wanted (count) must be from 1 to {MOST_WAYS}; found {self.count}"
            )
            raise QuestionError(msg)
        if not 0.0 <= self.max_overlap <= 1.0:
            msg = f"max_overlap must be from 0 to 1; found {self.max_overlap:g}"
            raise QuestionError(msg)
        if self.owner not in ("private", "railway"):
            msg = f"owner must be private or railway; found {self.owner!r}"
            raise QuestionError(msg)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the network, priced.

    Attributes
    ----------
    graph : Graph
        The changed model, compiled for the date.
    consignment : Consignment
        Cargo and places.
    prices : Prices
        Prices of its arcs.
    search : Search
        Where from, where to, by what.
    via : tuple of int
        Places to pass, rows of table ``node``.
    avoided : mapping of str to (n_arcs,) bool
        Arcs to be avoided, by what was typed.
    params : RouteParams
        What was asked.
    stamp : dict
        What a stamp of the answer says of model, scenario and params.
    """

    graph: Graph
    consignment: Consignment
    prices: Prices
    search: Search
    via: tuple[int, ...]
    avoided: Mapping[str, NDArray[np.bool_]]
    params: RouteParams
    stamp: dict[str, Any]

    @property
    def is_usable(self) -> NDArray[np.bool_]:
        """Which arcs are offered, and neither shut by an order nor to be avoided."""
        shut = np.any([self.prices.orders.is_shut, *self.avoided.values()], axis=0)
        return np.asarray(self.prices.is_offered & ~shut, dtype=bool)


def ask(
    model: Model,
    scenario: Scenario,
    params: RouteParams | None,
    graph: Graph | None = None,
) -> Asked:
    """Make a question ready: compile, find the places, price the arcs.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : RouteParams
        From, to, cargo, date, and what to pass or avoid; None is refused.
    graph : Graph, optional
        The changed model, compiled for the date.

    Returns
    -------
    Asked
        The question.

    Raises
    ------
    QuestionError
        When a place, the cargo or the date is not in the model, or a place is asked for
        and to be avoided too.
    ScenarioError
        When the scenario or `avoid` names a row that is not there.
    """
    if params is None:
        msg = "say from where to where and what: params=RouteParams(...)"
        raise QuestionError(msg)
    graph = _compiled(model, scenario, params, graph)
    sent = consign(
        graph, (params.origin, params.destination), params.commodity, params.owner
    )
    via = [find_place(graph.model, place) for place in params.via]
    return Asked(
        graph=graph,
        consignment=sent,
        prices=price(graph, sent.shipment, known_party(graph.model, params.party)),
        search=staged_search(graph, sent.source, sent.target, via),
        via=tuple(via),
        avoided=avoided_arcs(graph, params.avoid, (*sent.places, *via)),
        params=params,
        stamp={
            **model_stamp(model, scenario),
            "as_of": graph.day.isoformat(),
            "params": asdict(params),
        },
    )


def _compiled(
    model: Model, scenario: Scenario, params: RouteParams, graph: Graph | None
) -> Graph:
    """Return the changed model compiled for the date, or the graph that is it."""
    for table in ("transfer", "commodity"):
        if not len(model[table]):
            msg = f"route needs table {table!r}, and the model has no row of it"
            raise QuestionError(msg)
    changed = apply(model, scenario)
    day = as_day(params.as_of or changed.config("base_date"))
    if graph is None:
        return compiled(changed, day)
    same = graph.model is changed or graph.model.content_hash == changed.content_hash
    if graph.day != day or not same:
        msg = f"the graph given is {graph!r}; the question is for {day} of {changed!r}"
        raise ValueError(msg)
    return graph


def compiled(model: Model, day: date) -> Graph:
    """Return a model compiled for a date; the last few dates are kept.

    Parameters
    ----------
    model : Model
        A model without fault.
    day : date
        The date.

    Returns
    -------
    Graph
        The one made before, where there is one.
    """
    kept = model.kept.get(day)
    if not isinstance(kept, Graph):
        while len(model.kept) >= DATES_KEPT:
            model.kept.pop(next(iter(model.kept)))  # the oldest
        model.kept[day] = kept = build(model, day)
    return kept
