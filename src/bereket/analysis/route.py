"""Which ways cargo can go from one place to another, and what each takes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.barriers import openings
from bereket.compiled.cost import PARTS, Prices, price
from bereket.compiled.expand import NONE
from bereket.compiled.graph import Graph, arcs_of_rows, build
from bereket.compiled.itinerary import (
    Leg,
    Totals,
    corridors_of,
    generalised_costs,
    legs,
    orders_on,
    passed,
    totals,
)
from bereket.compiled.runs import least_factor
from bereket.compiled.tariffs import Owner, Shipment
from bereket.compiled.ways import (
    Candidates,
    Search,
    candidate_ways,
    link_use,
    real_alternatives,
    staged_search,
)
from bereket.errors import QuestionError
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.places import find_commodity, find_place
from bereket.model.reference import find_rows, parse_reference
from bereket.model.result import Monitor, Stamp, Status, model_stamp
from bereket.model.scenario import BASELINE, Scenario, apply

if TYPE_CHECKING:
    import pandas as pd

TIME_BASIS: Final = "departure-arrival"
NEVER_INCLUDED: Final = (
    "customs duties and taxes",
    "insurance",
    "first and last mile beyond the places named",
)
PART_WORDS: Final = {
    "haulage": "haulage by railway, road or sea",
    "wagon": "rent of the wagon or truck",
    "container": "rent of the container",
    "empty_return": "return of empty wagons and containers",
    "backload": "revenue of loads back",
    "terminal": "loading, unloading and reloading",
    "border": "border fees",
    "other": "surcharges and subsidies",
}
FEET_40_UNITS: Final = ("teu", "feu")


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
        Row references or places that no way may use.
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
        if not 1 <= self.count <= 100:  # noqa: PLR2004 more than anyone reads
            msg = f"count must be from 1 to 100; found {self.count}"
            raise QuestionError(msg)
        if not 0.0 <= self.max_overlap <= 1.0:
            msg = f"max_overlap must be from 0 to 1; found {self.max_overlap:g}"
            raise QuestionError(msg)
        if self.owner not in ("private", "railway"):
            msg = f"owner must be private or railway; found {self.owner!r}"
            raise QuestionError(msg)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way, with its figures, legs and provenance.

    Attributes
    ----------
    totals : Totals
        Figures of the way.
    legs : tuple of Leg
        The way, leg by leg.
    link_ids : tuple of str
        Links in order.
    corridors : tuple of str
        Corridors whose gateways it passes.
    regimes : tuple of str
        Orders in force that touch it.
    includes, excludes : tuple of str
        What the money holds, and what it leaves out.
    cost_usd_per_feu : float or None
        Money of a 40-foot container [USD/FEU]; None for cargo that takes none.
    is_proven : bool
        Whether no way that was not looked at can be cheaper.
    """

    totals: Totals
    legs: tuple[Leg, ...]
    link_ids: tuple[str, ...]
    corridors: tuple[str, ...]
    regimes: tuple[str, ...]
    includes: tuple[str, ...]
    excludes: tuple[str, ...]
    cost_usd_per_feu: float | None
    is_proven: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the way as plain data, units in the names."""
        figures = self.totals
        return {
            "time_h": figures.time_h,
            "time_basis": TIME_BASIS,
            "door_to_door_h": figures.door_to_door_h,
            "time_sd_h": figures.sd_h,
            "cost_usd_per_t": figures.cost_usd_per_t,
            "cost_usd_per_feu": self.cost_usd_per_feu,
            "cost_parts": dict(figures.cost_parts),
            "generalised_usd_per_t": figures.generalised_usd_per_t,
            "includes": list(self.includes),
            "excludes": list(self.excludes),
            "emission_kgco2e_per_t": _finite(figures.emission_kgco2e_per_t),
            "length_km": figures.length_km,
            "corridors": list(self.corridors),
            "regimes": list(self.regimes),
            "assumed_share": figures.assumed_share,
            "proven": self.is_proven,
            "links": list(self.link_ids),
            "legs": [_leg_dict(leg) for leg in self.legs],
        }


@dataclass(frozen=True, slots=True)
class Barred:
    """What stops every way, and what opening it would give.

    Attributes
    ----------
    elements, why : tuple of str
        What would have to open, and what shuts each.
    alternative : Alternative
        The way that opens.
    """

    elements: tuple[str, ...]
    why: tuple[str, ...]
    alternative: Alternative


@dataclass(frozen=True, slots=True)
class RouteResult:
    """Ways between two places for a cargo on a date.

    Attributes
    ----------
    origin_id, destination_id, commodity_id : str
        Labels of what was asked.
    as_of : str
        The date.
    alternatives : tuple of Alternative
        Cheapest first by generalised cost.
    openings : tuple of Barred
        Where there is no way: what stops it, the cheapest opening first.
    regimes : tuple of str
        Orders in force on the ways shown.
    notes : tuple of str
        How the candidates were made, and whether a cap was hit.
    warnings : tuple of str
        What could not be used.
    stamp : Stamp
        Where the answer comes from.
    """

    origin_id: str
    destination_id: str
    commodity_id: str
    as_of: str
    alternatives: tuple[Alternative, ...]
    openings: tuple[Barred, ...]
    regimes: tuple[str, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    stamp: Stamp

    @property
    def status(self) -> Status:
        """How the answer ended."""
        return self.stamp.status

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "origin": self.origin_id,
            "destination": self.destination_id,
            "commodity": self.commodity_id,
            "as_of": self.as_of,
            "status": self.status,
            "alternatives": [each.as_dict() for each in self.alternatives],
            "openings": [
                {"elements": list(o.elements), "why": list(o.why)} | o.alternative.as_dict()
                for o in self.openings
            ],
            "regimes": list(self.regimes),
            "assumed_share": self.stamp.assumed_share,
            "notes": list(self.notes),
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a way, units in the column names."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a way: figures, money by part, corridors."""
        return [
            {
                "alternative": number,
                "time_h": way.totals.time_h,
                "door_to_door_h": way.totals.door_to_door_h,
                "time_sd_h": way.totals.sd_h,
                "cost_usd_per_t": way.totals.cost_usd_per_t,
                "cost_usd_per_feu": way.cost_usd_per_feu,
                **{f"{p}_usd_per_t": way.totals.cost_parts[p] for p in PARTS},
                "generalised_usd_per_t": way.totals.generalised_usd_per_t,
                "emission_kgco2e_per_t": _finite(way.totals.emission_kgco2e_per_t),
                "length_km": way.totals.length_km,
                "corridors": "|".join(way.corridors),
                "assumed_share": way.totals.assumed_share,
                "way": ">".join(_places(way)),
            }
            for number, way in enumerate(self.alternatives, start=1)
        ]

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return the ways and their legs."""
        import pandas as pd

        rows = [
            {"alternative": number} | _leg_dict(leg)
            for number, way in enumerate(self.alternatives, start=1)
            for leg in way.legs
        ]
        return MappingProxyType({"alternatives": self.to_frame(), "legs": pd.DataFrame(rows)})

    def summary(self) -> str:
        """Return about ten lines of text, the stamp last."""
        head = (
            f"{self.origin_id} to {self.destination_id}, {self.commodity_id}, "
            f"{self.as_of}: {len(self.alternatives)} ways"
        )
        lines = [
            f"{number}. {way.totals.time_h / 24:.1f} days, "
            f"{way.totals.cost_usd_per_t:.0f} USD/t, {way.totals.length_km:.0f} km, "
            f"{' '.join(way.corridors) or 'no named corridor'}"
            for number, way in enumerate(self.alternatives[:8], start=1)
        ]
        stopped = [
            f"no way: {' and '.join(o.elements)} ({'; '.join(o.why)})" for o in self.openings[:1]
        ]
        return "\n".join([head, *lines, *stopped, self.stamp.line()])


def route(  # noqa: PLR0913 the question's signature is the same for every verb
    model: Model,
    scenario: Scenario = BASELINE,
    params: RouteParams | None = None,
    *,
    graph: Graph | None = None,
    seed: int = 0,
    start: RouteResult | None = None,  # noqa: ARG001 a door: routes need no warm start
    monitor: Monitor | None = None,
) -> RouteResult:
    """Find the cheapest real alternatives between two places for a cargo.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    params : RouteParams
        From, to, cargo, date, and what to pass or avoid.
    graph : Graph, optional
        The changed model, compiled for the date; saves compiling it again.
    seed : int
        Not used; routes draw no random numbers.
    start : RouteResult, optional
        Not used; kept for the signature that all questions share.
    monitor : Monitor, optional
        Is told about progress; an answer False stops the search, and the result comes
        without ways, marked interrupted.

    Returns
    -------
    RouteResult
        Ways by rising generalised cost, or what stops every way.

    Raises
    ------
    QuestionError
        When a place, the cargo or the date is not in the model.
    ScenarioError
        When the scenario or `avoid` names a row that is not there.

    Notes
    -----
    Candidates are the k cheapest loopless ways by arc weights [1]_, the cheapest way
    through each vertex, and the cheapest ways when the links of earlier ones are made
    dearer [2]_. They are priced exactly, by the kilometres in each country, and kept by
    rising generalised cost where they overlap by at most `max_overlap` of the shorter
    way with each one kept before. A way is *proven* when every way that was not ranked
    must be dearer. Ties resolve to the lowest arc.

    References
    ----------
    .. [1] Yen, J. (1971). Finding the K shortest loopless paths in a network.
       *Management Science* 17(11).
    .. [2] Abraham, I. et al. (2013). Alternative routes in road networks. *ACM Journal
       of Experimental Algorithmics* 18.

    Examples
    --------
    >>> from bereket import blank_model, route, RouteParams
    >>> found = route(blank_model(), params=RouteParams("EAST", "FARPORT", "grain"))
    >>> found.alternatives[0].link_ids
    ('L1', 'L2', 'L3', 'L4')
    """
    if params is None:
        msg = "say from where to where and what: params=RouteParams(...)"
        raise QuestionError(msg)
    for table in ("transfer", "commodity"):
        if not len(model[table]):
            msg = f"route needs table {table!r}, and the model has no row of it"
            raise QuestionError(msg)
    changed = apply(model, scenario)
    day = as_day(params.as_of or changed.config("base_date"))
    graph = graph or build(changed, day)
    question = _Question.ask(graph, params)
    going_on = monitor(0, 2, "pricing") if monitor else True
    prices = price(graph, question.shipment, params.party)
    avoided = {text: avoided_arcs(graph, text) for text in params.avoid}
    usable = prices.is_offered & ~np.any([*avoided.values(), prices.orders.is_shut], axis=0)
    weight = np.where(usable, prices.weight_usd_per_t, np.inf)
    going_on = going_on and (monitor(1, 2, "searching") if monitor else True)
    candidates = (
        candidate_ways(graph, question.search, weight) if going_on else Candidates.none()
    )
    chosen = _chosen(graph, prices, candidates, params)
    stopped = ()
    if not chosen and going_on:
        stopped = tuple(
            Barred(o.elements, o.why, _alternative(graph, prices, o.way, lifted=o.elements))
            for o in openings(graph, prices, question.search, avoided)
        )
    regimes = dict.fromkeys(r for way in chosen for r in way.regimes)
    status: Status = "answered" if chosen else "no_way" if going_on else "interrupted"
    stamp = Stamp(
        question="route",
        **model_stamp(model, scenario),
        as_of=graph.day.isoformat(),
        params=asdict(params),
        status=status,
        regimes=tuple(regimes),
        seed=seed,
        assumed_share=chosen[0].totals.assumed_share if chosen else None,
    )
    return RouteResult(
        origin_id=question.origin_id,
        destination_id=question.destination_id,
        commodity_id=question.shipment.commodity_id,
        as_of=graph.day.isoformat(),
        alternatives=chosen,
        openings=stopped,
        regimes=tuple(regimes),
        notes=_notes(candidates, chosen, params),
        warnings=prices.warnings,
        stamp=stamp,
    )


def avoided_arcs(graph: Graph, text: str) -> NDArray[np.bool_]:
    """Return the arcs that a row reference or a place stands for.

    Raises
    ------
    ScenarioError
        When it is a reference that the model does not hold.
    QuestionError
        When it is neither a reference nor a place.
    """
    if ":" in text:
        reference = parse_reference(text)
        return arcs_of_rows(graph, reference.table, find_rows(graph.model, reference))
    return arcs_of_rows(graph, "node", (find_place(graph.model, text),))


@dataclass(frozen=True, slots=True)
class _Question:
    """What was asked, in terms of the network."""

    origin_id: str
    destination_id: str
    shipment: Shipment
    search: Search

    @classmethod
    def ask(cls, graph: Graph, params: RouteParams) -> "_Question":
        model = graph.model
        node = model["node"]
        ends = [find_place(model, text) for text in (params.origin, params.destination)]
        if ends[0] == ends[1]:
            msg = f"from and to are one place, {node.text('node_id')[ends[0]]!r}"
            raise QuestionError(msg)
        source, target = graph.origin_of(ends[0]), graph.destination_of(ends[1])
        for vertex, place, verb in ((source, ends[0], "load"), (target, ends[1], "unload")):
            if vertex == NONE:
                label = node.text("node_id")[place]
                msg = f"cargo cannot {verb} at {label!r}: no transfer row of kind {verb}"
                raise QuestionError(msg)
        via = [find_place(model, text) for text in params.via]
        commodity = find_commodity(model, params.commodity)
        countries = node.text("country_iso3")
        return cls(
            origin_id=str(node.text("node_id")[ends[0]]),
            destination_id=str(node.text("node_id")[ends[1]]),
            shipment=Shipment(
                str(model["commodity"].text("commodity_id")[commodity]),
                str(countries[ends[0]]),
                str(countries[ends[1]]),
                params.owner,
            ),
            search=staged_search(graph, source, target, via),
        )


def _chosen(
    graph: Graph, prices: Prices, candidates: Candidates, params: RouteParams
) -> tuple[Alternative, ...]:
    """Price the candidates exactly and keep the real alternatives."""
    costs = generalised_costs(graph, prices, candidates.ways)
    km = link_use(graph, candidates.ways)
    kept = real_alternatives(costs, km, params.count, params.max_overlap)
    proven_below = least_factor(prices.book) * candidates.ranked_weight
    return tuple(
        _alternative(
            graph, prices, candidates.ways[at], is_proven=bool(costs[at] <= proven_below)
        )
        for at in kept
    )


def _alternative(
    graph: Graph,
    prices: Prices,
    way: NDArray[np.int32],
    *,
    is_proven: bool = False,
    lifted: tuple[str, ...] = (),
) -> Alternative:
    figures = totals(graph, prices, way)
    link_ids = graph.model["link"].text("link_id")
    flat = np.array(graph.chains.flat(way.tolist()), dtype=np.int32)
    links = graph.arcs.link_idx[flat]
    commodity = graph.model["commodity"]
    (row,) = commodity.row_of[(prices.shipment.commodity_id,)]
    feu_t = float(commodity.number("t_per_feu")[row])
    return Alternative(
        totals=figures,
        legs=legs(graph, prices, way),
        link_ids=tuple(str(link_ids[link]) for link in links if link != NONE),
        corridors=corridors_of(graph, way),
        regimes=tuple(
            order.regime_id
            for order in orders_on(graph, prices, way)
            if f"regime:{order.regime_id}" not in lifted
        ),
        includes=tuple(PART_WORDS[p] for p in PARTS if figures.cost_parts[p]),
        excludes=(
            *dict.fromkeys(e.text for e in prices.excludes if e.arcs[way].any()),
            *NEVER_INCLUDED,
        ),
        cost_usd_per_feu=None if np.isnan(feu_t) else figures.cost_usd_per_t * feu_t,
        is_proven=is_proven,
    )


def _notes(
    candidates: Candidates, chosen: tuple[Alternative, ...], params: RouteParams
) -> tuple[str, ...]:
    """Say how the candidates were made, and what that does not prove."""
    notes = [
        f"{len(candidates.ways)} candidate ways: ranked loopless, through each vertex, "
        f"and with used links made dearer; kept where they share at most "
        f"{params.max_overlap:.0%} of the shorter way's km"
    ]
    if candidates.cap_hit:
        proven = sum(way.is_proven for way in chosen)
        notes.append(
            f"the ranking was cut at its cap: {proven} of {len(chosen)} ways are proven "
            "the cheapest, the rest are the best of the candidates"
        )
    if chosen and len(chosen) < params.count:
        notes.append(f"{params.count} ways were asked for; no more differ enough")
    return tuple(notes)


def _places(way: Alternative) -> list[str]:
    """Return the places of a way, each once in a row."""
    names = [way.legs[0].from_node_id] if way.legs else []
    for leg in way.legs:
        for name in (*leg.via_node_ids, leg.to_node_id):
            if name != names[-1]:
                names.append(name)
    return names


def _leg_dict(leg: Leg) -> dict[str, Any]:
    plain = {each.name: getattr(leg, each.name) for each in fields(leg)}
    plain["emission_kgco2e_per_t"] = _finite(leg.emission_kgco2e_per_t)
    plain["cost_usd_per_t"] = sum(leg.cost_parts.values())
    return {k: list(v) if isinstance(v, tuple) else v for k, v in plain.items()}


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
