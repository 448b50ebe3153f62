"""The ways that shippers choose from, and how sharply and by what they choose."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.alike import Found, lender_of
from bereket.analysis.assign.freight import Freight
from bereket.analysis.assign.params import AssignParams
from bereket.analysis.assign.ways import Offer, Wanted
from bereket.compiled.behaviour import Parameter, parameters_of, passages
from bereket.compiled.corridors import corridors_by_way, largest_subsidy
from bereket.compiled.graph import frozen
from bereket.compiled.itinerary import figures_of
from bereket.compiled.overlap import link_use, real_alternatives
from bereket.compiled.search import Search, search_by_stages, tree_from, tree_to
from bereket.compiled.straight import straight_ways
from bereket.kernels.delays import FREE
from bereket.model.places import known_party
from bereket.solve.logit.sets import PathSets, path_sets
from bereket.solve.logit.solution import Choice

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
MOST_PATHS: Final = 12
DEAREST: Final = 1.5  # times the cheapest
MAX_OVERLAP: Final = 0.7
SLACK: Final = 0.1  # of the cheapest: weights are from below, prices are exact
REAL_WAYS: Final = "real ways"  # what a network keeps them under


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What shippers of an assignment choose from.

    Attributes
    ----------
    sets : PathSets
        Paths of each pair at no wait, priced exactly, parameters apart.
    theta_per_usd : (n_pairs,)
        Scale of the cargo, parameters apart [1/USD].
    unserved_usd_per_t : (n_pairs,)
        Expected cost beyond which cargo begins to stay [USD/t].
    ways : tuple of (n,) int32
        Arcs of the graph of each path.
    corridors : tuple of tuple of str
        Corridors of each path.
    parameters : tuple of Parameter
        Those that act on the date.
    passages : (n_paths, n_parameters)
        How often a path passes what a parameter is paid on.
    of_pair : (n_pairs, n_parameters) bool
        Whether a factor acts on a pair.
    """

    sets: PathSets
    theta_per_usd: Floats
    unserved_usd_per_t: Floats
    ways: tuple[Ints, ...]
    corridors: tuple[tuple[str, ...], ...]
    parameters: tuple[Parameter, ...]
    passages: Floats
    of_pair: NDArray[np.bool_]

    @property
    def values(self) -> Floats:
        """Values of the parameters: fitted where they are, else the priors."""
        return np.array([each.value for each in self.parameters])

    def choice(self, values: Floats | None = None) -> Choice:
        """Return how shippers choose at some values of the parameters."""
        at = self.values if values is None else values
        paid = np.array([not each.is_factor for each in self.parameters], dtype=bool)
        more = self.passages[:, paid] @ at[paid]
        extra = self.sets.extra_usd_per_t + more
        return Choice(
            replace(self.sets, extra_usd_per_t=extra),
            self.theta_per_usd * self._factor("scale", at),
            self.unserved_usd_per_t,
        )

    def demand_factor(self, values: Floats | None = None) -> Floats:
        """Return the factor that parameters put on the tonnes of each pair."""
        return self._factor("demand", self.values if values is None else values)

    def _factor(self, kind: str, values: Floats) -> Floats:
        mine = np.array([each.kind == kind for each in self.parameters], dtype=bool)
        powers = np.where(self.of_pair[:, mine], np.log(values[mine]), 0.0)
        return np.asarray(np.exp(powers.sum(axis=1)))


def chosen_of(freight: Freight, params: AssignParams) -> Chosen:
    """Return what the shippers of an assignment choose from.

    Parameters
    ----------
    freight : Freight
        The assignment, laid out.
    params : AssignParams
        Party, patience or cost of not going.

    Returns
    -------
    Chosen
        At most `MOST_PATHS` real alternatives a pair within `DEAREST` times the
        cheapest, as `route` finds and prices them: runs by exact distance, orders on
        whole corridors, subsidies among them; spread of time is added by arcs.
    """
    graph, offer, problem = freight.offer.graph, freight.offer, freight.laid.problem
    party = known_party(graph.model, params.party)
    found = [_real_ways(offer, way.kind, way.wanted, party) for way in freight.ways]
    counts = [len(each.ways) for each in found]
    ways = tuple(way for each in found for way in each.ways)
    corridors = tuple(each for one in found for each in one.corridors)
    parameters = parameters_of(graph.model, graph.day)
    sent = [way.wanted.sent for way in freight.ways]
    of_way = [sent[at] for at in np.repeat(np.arange(len(sent)), counts).tolist()]
    fits = [[each.fits(one) for each in parameters] for one in sent]
    return Chosen(
        sets=path_sets(
            [[_in_problem(offer, way) for way in each.ways] for each in found],
            [each.link_km for each in found],
            [each.extra_usd_per_t for each in found],
        ),
        theta_per_usd=_scales(offer)[problem.kind_of_pair],
        unserved_usd_per_t=_unserved(freight, params),
        ways=ways,
        corridors=corridors,
        parameters=parameters,
        passages=passages(graph, parameters, of_way, ways, corridors),
        of_pair=np.array(fits, dtype=bool).reshape(len(sent), len(parameters)),
    )


def _real_ways(offer: Offer, kind: int, wanted: Wanted, party: str) -> Found:
    """Return the real alternatives of a pair; kept with the network."""
    graph, prices, sent = offer.graph, offer.prices[kind], wanted.sent
    key = REAL_WAYS, prices.shipment, sent.source, sent.target
    kept: dict[object, Found] = graph.kept
    with_room = offer.with_room(kind)
    if key in kept and all(np.isfinite(with_room[way]).all() for way in kept[key].ways):
        return kept[key]
    search = search_by_stages(graph, sent.source, sent.target, ())
    usable = _in_reach(offer, kind, search)
    lender = lender_of(graph)
    lent = lender.lent(key, prices, party, usable) if lender else None
    if lent is not None:
        kept[key] = lent
        return lent
    ways = straight_ways(graph, prices, search, usable).ways
    figures = figures_of(graph, prices, ways)
    cost = prices.generalised(figures)
    weight = np.array([float(prices.weight_usd_per_t[way].sum()) for way in ways])
    if ways:
        least = cost.min()
        cost = np.where(cost <= least + (DEAREST - 1.0) * abs(least), cost, np.inf)
    link_km = link_use(graph, ways)
    chosen = real_alternatives(cost, link_km, MOST_PATHS, MAX_OVERLAP)
    burnt = prices.carbon_usd_per_kg * figures.emission_kgco2e_per_t
    exact = figures.cost_usd_per_t + prices.vot_usd_per_t_h * figures.time_h + burnt
    found = Found(
        tuple(ways[at] for at in chosen),
        link_km[chosen],
        (exact - weight)[chosen],
        tuple(corridors_by_way(graph, prices, [ways[at] for at in chosen])),
        np.packbits(usable),
    )
    kept[key] = found
    return found


def _in_reach(offer: Offer, kind: int, search: Search) -> NDArray[np.bool_]:
    """Return the arcs that a way of a class may use and not be far too dear.

    Notes
    -----
    An arc is out of reach where the cheapest way over it weighs more than `DEAREST`
    times the cheapest of all, a tenth of that and the largest subsidy on whole ways
    added: candidates are then looked for among ways that can be chosen.
    """
    graph, prices = offer.graph, offer.prices[kind]
    usable = prices.is_offered & np.isfinite(offer.with_room(kind))
    weight = frozen(np.where(usable, prices.weight_usd_per_t, np.inf))
    there, back = tree_from(search, weight)[0], tree_to(search, weight)[0]
    through = there[graph.arcs.tail] + weight + back[graph.arcs.head]
    least = there[search.target]
    most = (DEAREST + SLACK) * least + largest_subsidy(graph, prices)
    return np.asarray(usable & (through <= most))


def _in_problem(offer: Offer, way: Ints) -> Ints:
    """Return the arcs of the problem that a way takes."""
    return np.asarray(np.searchsorted(offer.arc, way), dtype=np.int32)


def _scales(offer: Offer) -> Floats:
    """Return the scale of the logit of each class [1/USD]."""
    commodity = offer.graph.model["commodity"]
    scale = commodity.number("logit_scale_per_usd")
    rows = [commodity.row_of[(p.shipment.commodity_id,)][0] for p in offer.prices]
    return np.asarray(scale[rows])


def _unserved(freight: Freight, params: AssignParams) -> Floats:
    """Return the expected cost beyond which each pair begins to stay [USD/t]."""
    problem = freight.laid.problem
    if params.unserved_cost_usd_per_t is not None:
        return np.full(problem.n_pairs, params.unserved_cost_usd_per_t)
    value = problem.network.value[problem.kind_of_pair]
    return np.asarray(problem.delays.curve[problem.n_resources :, FREE] * value)


def with_factors(freight: Freight, chosen: Chosen) -> Freight:
    """Return an assignment whose demand is multiplied as the parameters say."""
    problem = freight.laid.problem
    demand = problem.rows.demand * chosen.demand_factor()
    problem = replace(problem, rows=problem.rows._replace(demand=demand))
    return replace(freight, laid=replace(freight.laid, problem=problem))
