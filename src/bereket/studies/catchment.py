"""Which origins prefer a corridor, at the prices of a date."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE, ArcKind
from bereket.compiled.asking import compiled
from bereket.compiled.corridors import are_of, corridors_of
from bereket.compiled.cost import Prices, price
from bereket.compiled.graph import Graph, frozen
from bereket.compiled.itinerary import generalised_costs
from bereket.compiled.placed import favoured_places, gateway_places
from bereket.compiled.runs import least_weights
from bereket.compiled.search import Search, Tree, staged_search, tree_from, tree_to
from bereket.compiled.shipment import Shipment
from bereket.compiled.straight import is_straight
from bereket.compiled.ways import ways_between
from bereket.errors import QuestionError
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.places import find_commodity, find_place, known_party
from bereket.model.result import Monitor, Stamp, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

WAYS_A_PAIR: Final = 3  # the cheapest through a vertex, with and without through rates
WAYS_BY_PLACE: Final = 5  # the cheapest by places that prices hold for, at least prices
HOW: Final = (
    "candidates of a pair are a dozen: the cheapest through a vertex, by places that "
    "prices hold for, and by gateways; route looks at 300: ask it where it is close"
)
Ints = NDArray[np.int32]
Weights = tuple[NDArray[np.float64], ...]  # plain, without through rates, least


@dataclass(frozen=True, slots=True)
class CatchmentParams:
    """What is asked.

    Attributes
    ----------
    corridor : str
        The corridor whose catchment is wanted.
    destinations : tuple of str
        Places, by node_id or name.
    commodity : str
        Cargo.
    origins : tuple of str
        Places, by node_id or name; empty = all that load in `origin_iso3`.
    origin_iso3 : str
        Country of the origins.
    as_of, party : str
        Date, and who asks; empty = the model's date, nobody.
    """

    corridor: str
    destinations: tuple[str, ...]
    commodity: str
    origins: tuple[str, ...] = ()
    origin_iso3: str = "CHN"
    as_of: str = ""
    party: str = ""


@dataclass(frozen=True, slots=True)
class Preference:
    """The best way between two places, and the best that is not alike.

    Attributes
    ----------
    origin_id, destination_id : str
        Places.
    prefers : bool
        Whether the best way is of the corridor.
    best_usd_per_t : float
        Generalised cost of the best way; inf where there is none.
    best_corridors : tuple of str
        Corridors of the best way.
    lead_usd_per_t : float
        What the best way of the other kind (of the corridor, or not of it) costs more;
        inf where there is none among the candidates.
    """

    origin_id: str
    destination_id: str
    prefers: bool
    best_usd_per_t: float
    best_corridors: tuple[str, ...]
    lead_usd_per_t: float

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain data; None for what is not there."""
        return {
            "origin": self.origin_id,
            "destination": self.destination_id,
            "prefers": self.prefers,
            "best_usd_per_t": _finite(self.best_usd_per_t),
            "best_corridors": list(self.best_corridors),
            "lead_usd_per_t": _finite(self.lead_usd_per_t),
        }


@dataclass(frozen=True, slots=True)
class CatchmentResult:
    """Which origins prefer a corridor.

    Attributes
    ----------
    corridor_id, commodity_id, as_of : str
        What was asked.
    preferences : tuple of Preference
        Every pair, in the order of the origins.
    notes : tuple of str
        How candidates were made.
    stamp : Stamp
        Where the answer comes from.
    """

    corridor_id: str
    commodity_id: str
    as_of: str
    preferences: tuple[Preference, ...]
    notes: tuple[str, ...]
    stamp: Stamp

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "corridor": self.corridor_id,
            "commodity": self.commodity_id,
            "as_of": self.as_of,
            "preferences": [each.as_dict() for each in self.preferences],
            "notes": list(self.notes),
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a pair, units in the column names."""
        import pandas as pd

        return pd.DataFrame([each.as_dict() for each in self.preferences])

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the pairs."""
        return MappingProxyType({"catchment": self.to_frame()})

    def summary(self) -> str:
        """Return about ten lines of text, the stamp last."""
        won = [each for each in self.preferences if each.prefers]
        lines = [
            f"{each.origin_id} > {each.destination_id}: "
            f"{each.best_usd_per_t:.0f} USD/t, "
            f"{each.lead_usd_per_t:.0f} less than another way"
            for each in sorted(won, key=lambda each: -each.lead_usd_per_t)[:8]
        ]
        head = f"{len(won)} of {len(self.preferences)} pairs prefer {self.corridor_id}"
        return "\n".join([head, *lines, self.stamp.line()])


def catchment(
    model: Model,
    scenario: Scenario = BASELINE,
    params: CatchmentParams | None = None,
    *,
    monitor: Monitor | None = None,
) -> CatchmentResult:
    """Find which origins prefer a corridor.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first: other prices, other catchments.
    params : CatchmentParams
        The corridor, the pairs, the cargo.
    monitor : Monitor, optional
        Is told about progress; False stops, and the pairs so far come, marked
        interrupted.

    Returns
    -------
    CatchmentResult
        A row a pair.

    Raises
    ------
    QuestionError
        When the corridor, a place or the cargo is not known, or no origin loads.

    Notes
    -----
    A few trees from each origin and to each destination give the cheapest ways through
    every vertex of all pairs, with through rates and without. The cheapest few of a
    pair are priced exactly, and those by places that prices or subsidies hold for and
    by the gateways of the corridor, found at the least prices that a row for one place
    could bring.
    """
    if params is None:
        msg = "say which corridor, to where and what: params=CatchmentParams(...)"
        raise QuestionError(msg)
    changed = apply(model, scenario)
    graph = compiled(changed, as_day(params.as_of or changed.config("base_date")))
    if (params.corridor,) not in changed["corridor"].row_of:
        known = ", ".join(changed["corridor"].labels("corridor_id"))
        msg = f"the model has no corridor {params.corridor!r}; it has {known}"
        raise QuestionError(msg)
    field = _Field(graph, params)
    found: list[Preference] = []
    if not any(o != d for o in field.origins for d in field.destinations):
        msg = "from and to are one place: no pair is left"
        raise QuestionError(msg)
    is_done = True
    for at, origin in enumerate(field.origins):
        if monitor and not monitor(at, len(field.origins), "looking at origins"):
            is_done = False
            break
        found.extend(field.preferences(origin))
    return CatchmentResult(
        corridor_id=params.corridor,
        commodity_id=field.commodity_id,
        as_of=graph.day.isoformat(),
        preferences=tuple(found),
        notes=(HOW,),
        stamp=Stamp(
            question="catchment",
            **model_stamp(model, scenario),
            as_of=graph.day.isoformat(),
            params=asdict(params),
            status="answered" if is_done else "interrupted",
        ),
    )


class _Field:
    """Origins and destinations on one network; trees and prices are made once."""

    def __init__(self, graph: Graph, params: CatchmentParams) -> None:
        model = graph.model
        self.graph = graph
        self.params = params
        self.party = known_party(model, params.party)
        self.lands = model["node"].labels("country_iso3")
        self.names = model["node"].labels("node_id")
        row = find_commodity(model, params.commodity)
        self.commodity_id = model["commodity"].labels("commodity_id")[row]
        self.origins = self._origins()
        self.destinations = [find_place(model, text) for text in params.destinations]
        self.gateways = gateway_places(graph, params.corridor)
        self.priced_places: dict[int, tuple[int, ...]] = {}
        self.priced: dict[tuple[str, str], tuple[Prices, Weights]] = {}
        self.trees: dict[tuple[tuple[int, str, str, int], bool], Tree] = {}

    def _origins(self) -> list[int]:
        """Return the places asked for, or all of the country that load."""
        graph, params = self.graph, self.params
        if params.origins:
            return [find_place(graph.model, text) for text in params.origins]
        places = range(len(self.names))
        found = [
            place
            for place in places
            if self.lands[place] == params.origin_iso3
            and graph.origin_of(place) != NONE
        ]
        if not found:
            lands = ", ".join(sorted(set(self.lands)))
            msg = (
                f"no place of {params.origin_iso3!r} loads cargo; countries are {lands}"
            )
            raise QuestionError(msg)
        return found

    def preferences(self, origin: int) -> Iterator[Preference]:
        """Give the preference of each pair of an origin."""
        for destination in self.destinations:
            if destination != origin:
                yield self._preference(origin, destination)

    def _preference(self, origin: int, destination: int) -> Preference:
        graph, corridor = self.graph, self.params.corridor
        lands = self.lands[origin], self.lands[destination]
        prices, _ = self._prices(*lands)
        ways = self._ways(origin, destination)
        costs = generalised_costs(graph, prices, ways)
        is_own = are_of(graph, prices, ways, (corridor,))
        least = [
            float(np.min(costs[kind], initial=np.inf)) for kind in (is_own, ~is_own)
        ]
        of: tuple[str, ...] = ()
        if np.isfinite(min(least)):
            of = corridors_of(graph, prices, ways[int(np.argmin(costs))])
        return Preference(
            origin_id=self.names[origin],
            destination_id=self.names[destination],
            prefers=bool(np.isfinite(least[0]) and least[0] <= least[1]),
            best_usd_per_t=min(least),
            best_corridors=of,
            lead_usd_per_t=_apart(*least),
        )

    def _ways(self, origin: int, destination: int) -> tuple[Ints, ...]:
        """Return candidate ways of a pair."""
        graph = self.graph
        source, target = graph.origin_of(origin), graph.destination_of(destination)
        if NONE in (source, target):
            return ()
        lands = self.lands[origin], self.lands[destination]
        prices, weights = self._prices(*lands)
        search = staged_search(graph, source, target)
        plain, straight, least = (
            (
                self._tree(search, (source, *lands, at), weight, back=False),
                self._tree(search, (target, *lands, at), weight, back=True),
            )
            for at, weight in enumerate(weights)
        )
        found = ways_between(graph, search, plain, limit=WAYS_A_PAIR)
        found += ways_between(graph, search, straight, limit=WAYS_A_PAIR)
        found += ways_between(
            graph, search, least, self._priced_places(prices), WAYS_BY_PLACE
        )
        found += ways_between(graph, search, least, self.gateways, limit=4)
        each = {way.tobytes(): way for way in found}.values()
        return tuple(way for way in each if is_straight(graph, way))

    def _prices(self, start: str, end: str) -> tuple[Prices, Weights]:
        """Return prices for cargo between two countries, and weights of the arcs."""
        if (start, end) not in self.priced:
            shipment = Shipment(self.commodity_id, start, end, "private")
            prices = price(self.graph, shipment, self.party)
            usable = prices.is_offered & ~prices.orders.is_shut
            bound = np.maximum(least_weights(self.graph, prices), 0.0)
            # a through rate may lead past a place and back: once without any
            by_itself = usable & (self.graph.arcs.kind != ArcKind.PRODUCT)
            weights = (
                frozen(np.where(usable, prices.weight_usd_per_t, np.inf)),
                frozen(np.where(by_itself, prices.weight_usd_per_t, np.inf)),
                frozen(np.where(by_itself, bound, np.inf)),
            )
            self.priced[start, end] = prices, weights
        return self.priced[start, end]

    def _priced_places(self, prices: Prices) -> tuple[int, ...]:
        """Return the places that rates, coefficients, fees and subsidies hold for."""
        book = prices.book
        if id(prices) in self.priced_places:
            return self.priced_places[id(prices)]
        named = {
            int(place)
            for rates in (book.rates, book.coefficients, book.fees)
            for places in (rates.entry, rates.via, rates.leave)
            for place in places[rates.is_placed & ~rates.is_pair]
        }
        for places in favoured_places(self.graph, prices):
            named |= set(places)
        self.priced_places[id(prices)] = tuple(sorted(named - {NONE}))
        return self.priced_places[id(prices)]

    def _tree(
        self,
        search: Search,
        key: tuple[int, str, str, int],
        weight: NDArray[np.float64],
        *,
        back: bool,
    ) -> Tree:
        """Return the tree from an origin or to a destination, made once."""
        if (key, back) not in self.trees:
            grown = tree_to(search, weight) if back else tree_from(search, weight)
            self.trees[key, back] = grown
        return self.trees[key, back]


def _apart(own: float, other: float) -> float:
    return abs(own - other) if np.isfinite([own, other]).all() else float("inf")


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
