"""What the paths of an assignment tell: flows, corridors, scarcity, money, skims."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.freight import Freight
from bereket.analysis.assign.laid import Laid, Stopped
from bereket.analysis.assign.result import (
    CorridorFlow,
    LinkFlow,
    Revenue,
    Scarce,
    Skim,
    Unserved,
)
from bereket.analysis.assign.ways import corridors_of_ways
from bereket.compiled.arcs import NONE, ArcKind
from bereket.compiled.corridors import gateways_of, passed
from bereket.compiled.cost import PARTS
from bereket.compiled.money import teu_per_t
from bereket.compiled.room import BACKWARD, BOTH
from bereket.solve.logit.solution import LogitSolution
from bereket.solve.solved import Solved

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
BOXES: Final = ("teu", "feu")  # units of carriers that take containers
LEAST_WAIT_H: Final = 0.05
LEAST_SHARE: Final = 1e-6
OPERATORS: Final = {"rail": "railway", "sea": "shipping line", "road": "hauliers"}


def own_flows(freight: Freight, solution: Solved) -> Floats:
    """Return tonnes a day on arcs of the graph by class, through rates as they are.

    Returns
    -------
    (n_classes, n_graph_arcs)
        Tonnes a day.
    """
    paths, offer = solution.paths(), freight.offer
    kind = freight.laid.problem.kind_of_pair[paths.pair]
    shape = len(offer.prices), offer.graph.n_arcs
    of_entry = paths.path_of_entry
    key = kind[of_entry].astype(np.int64) * shape[1] + offer.arc[paths.arc]
    flat = np.bincount(key, paths.flow[of_entry], shape[0] * shape[1])
    return np.asarray(flat.reshape(shape), dtype=np.float64)


def class_flows(freight: Freight, solution: Solved) -> Floats:
    """Return the same with through rates spread over the arcs of their chains."""
    flows = own_flows(freight, solution)
    for product, chain in freight.offer.graph.chains.arcs_of.items():
        through = flows[:, product].copy()
        flows[:, product] = 0.0
        flows[:, chain] += through[:, None]
    return flows


def link_flows(freight: Freight, solution: Solved) -> tuple[LinkFlow, ...]:
    """Return the flow of every link and direction that carries any."""
    graph, laid = freight.offer.graph, freight.laid
    flows = class_flows(freight, solution)
    time_h = _hours_by_class(freight, solution)
    names = graph.model["link"].labels("link_id")
    places = graph.model["node"].labels("node_id")
    of = graph.arcs
    (on_link,) = np.nonzero((of.link_idx != NONE) & (flows.sum(axis=0) > 0))
    cargo: dict[tuple[int, int, int], dict[str, float]] = {}
    hours: dict[tuple[int, int, int], float] = {}
    for arc in on_link.tolist():
        if ArcKind(int(of.kind[arc])) not in (ArcKind.LINE, ArcKind.RIDE):
            continue
        key = int(of.link_idx[arc]), int(of.start_idx[arc]), int(of.end_idx[arc])
        by_class = cargo.setdefault(key, {})
        for kind in np.nonzero(flows[:, arc])[0].tolist():
            name = laid.class_of_kind[kind]
            tonnes = float(flows[kind, arc]) * laid.per_year
            by_class[name] = by_class.get(name, 0.0) + tonnes
        taken = flows[:, arc] * laid.per_year
        hours[key] = hours.get(key, 0.0) + float(taken @ time_h[:, arc])
    return tuple(
        LinkFlow(
            tail=places[key[1]],
            head=places[key[2]],
            link_id=names[key[0]],
            flow=sum(by_class.values()),
            cost=hours[key] / max(sum(by_class.values()), 1e-300),
            by_class=by_class,
        )
        for key, by_class in sorted(cargo.items())
    )


def _hours_by_class(freight: Freight, solution: Solved) -> Floats:
    """Return the hours of each arc of the graph, waits in them, by class."""
    graph, arc = freight.offer.graph, freight.offer.arc
    group = freight.laid.problem.network.group
    hours = np.tile(graph.values.time_h, (group.size, 1))
    waits = _waits_by_arc(freight.laid, solution)[0]
    hours[:, arc] = freight.laid.time_h + waits[group]
    return hours


def _ways(freight: Freight, solution: Solved) -> list[Ints]:
    """Return the arcs of the graph that each path takes."""
    paths = solution.paths()
    return np.split(freight.offer.arc[paths.arc], paths.indptr[1:-1])


def corridor_flows(freight: Freight, solution: Solved) -> tuple[CorridorFlow, ...]:
    """Return what goes by each corridor: the ways that pass its gateways."""
    graph, laid, prices = freight.offer.graph, freight.laid, freight.offer.prices
    paths, ways = solution.paths(), _ways(freight, solution)
    kind = laid.problem.kind_of_pair[paths.pair]
    (goes,) = np.nonzero(~paths.stays)
    chosen = [ways[at] for at in goes.tolist()]
    named = corridors_of_ways(freight.offer, kind[goes].tolist(), chosen)
    of_way = dict(zip(goes.tolist(), named, strict=True))
    boxes = _boxes(freight, ways, kind)
    found = []
    for corridor_id in graph.model["corridor"].labels("corridor_id"):
        gateways = gateways_of(graph, corridor_id)
        there, back, teu = 0.0, 0.0, 0.0
        by_class: dict[str, float] = {}
        for at, corridors in of_way.items():
            if corridor_id not in corridors:
                continue
            flow = float(paths.flow[at]) * laid.per_year
            if gateways.leads(passed(graph, ways[at])):
                there += flow
            else:
                back += flow
            teu += flow * float(boxes[at])
            name = prices[kind[at]].shipment.commodity_id
            by_class[name] = by_class.get(name, 0.0) + flow
        ranked = dict(sorted(by_class.items(), key=lambda item: -item[1]))
        found.append(CorridorFlow(corridor_id, there + back, teu, there, back, ranked))
    return tuple(found)


def _boxes(freight: Freight, ways: list[Ints], kind: Ints) -> Floats:
    """Return the boxes of twenty feet that a tonne of each path is; 0 in bulk."""
    model, graph = freight.offer.graph.model, freight.offer.graph
    unit = model["carrier"].text("unit")
    takes_boxes = np.isin(unit, BOXES)[graph.arcs.carrier_idx]
    boxes = np.array(
        [teu_per_t(model, each.shipment.commodity_id) for each in freight.offer.prices]
    )
    in_boxes = [bool(takes_boxes[way].any()) for way in ways]
    return np.where(in_boxes, boxes[kind], 0.0)


def scarcity_of(freight: Freight, solution: Solved) -> tuple[Scarce, ...]:
    """Return the elements that are full, the longest wait first, and what it costs."""
    laid, room, uses = freight.laid, freight.offer.room, freight.offer.uses
    n_resources = laid.problem.n_resources
    wait_h = solution.wait_h[:n_resources]
    paid, tonnes, empty = (np.zeros(n_resources) for _ in range(3))
    paths = solution.paths()
    kind = laid.problem.kind_of_pair[paths.pair]
    group = laid.problem.network.group[kind]
    of_entry = paths.path_of_entry
    n_arcs = freight.offer.arc.size
    owner = np.repeat(np.arange(n_arcs), np.diff(uses.indptr))
    for number in range(len(uses.commodities)):
        mine = group[of_entry] == number
        on_arc = np.bincount(paths.arc[mine], paths.flow[of_entry[mine]], n_arcs)
        on_use = np.where(uses.taken[number] > 0, on_arc[owner], 0.0)
        np.add.at(paid, uses.row, on_use * uses.hour_usd_per_t[number])
        np.add.at(tonnes, uses.row, on_use * uses.part)
        np.add.at(empty, uses.row, on_use * (uses.part == 0))
    background = laid.problem.delays.background
    passing = np.where(tonnes > 0, tonnes, empty)  # where empty units alone pass
    order = sorted(
        np.nonzero(wait_h > LEAST_WAIT_H)[0].tolist(), key=lambda at: -wait_h[at]
    )
    return tuple(
        Scarce(
            element=laid.element_of_resource[at],
            unit=laid.unit_of_resource[at],
            direction=_direction(freight, at),
            load_per_day=float(solution.load[at] - background[at]),
            room_per_day=float(room.capacity_per_day[at]),
            wait_h=float(wait_h[at]),
            price_usd_per_t=float(wait_h[at] * paid[at] / max(passing[at], 1e-300)),
            t_per_year=float(tonnes[at]) * laid.per_year,
        )
        for at in order
    )


def _direction(freight: Freight, at: int) -> str:
    """Return the ends of a row that one direction takes from, where it is a link."""
    room, link = freight.offer.room, freight.offer.graph.model["link"]
    way = int(room.way_of_row[at])
    element = room.elements[room.element_of_row[at]].element
    if way == BOTH or not element.startswith("link:"):
        return ""
    (row, *_) = link.row_of[(element.removeprefix("link:"),)]
    ends = [link.labels(name)[row] for name in ("from_node_id", "to_node_id")]
    return " > ".join(reversed(ends) if way == BACKWARD else ends)


def unserved_of(
    laid: Laid, solution: Solved, stopped: tuple[Stopped, ...]
) -> tuple[Unserved, ...]:
    """Return what does not go, the largest first, with what stops it."""
    demand = laid.problem.rows.demand
    found = [
        Unserved(
            each.origin_id,
            each.destination_id,
            each.class_id,
            each.amount * laid.per_year,
            1.0,
            "",
            each.why,
        )
        for each in stopped
    ]
    paths = solution.paths()
    stay = np.bincount(paths.pair[paths.stays], paths.flow[paths.stays], demand.size)
    for pair in np.nonzero(stay > LEAST_SHARE * demand)[0].tolist():
        element = _longest_wait(laid, solution, pair)
        found.append(
            Unserved(
                laid.origin_id[pair],
                laid.destination_id[pair],
                laid.class_of_pair(pair),
                float(stay[pair]) * laid.per_year,
                float(stay[pair] / demand[pair]),
                element,
                f"the wait for room on {element} is longer than it has patience"
                if element
                else "it costs more than to stay",
            )
        )
    return tuple(sorted(found, key=lambda each: -each.amount_per_year))


def _longest_wait(laid: Laid, solution: Solved, pair: int) -> str:
    """Return the element that costs most in waiting on a pair's cheapest way."""
    network = laid.problem.network
    group = int(network.group[laid.problem.kind_of_pair[pair]])
    worst, cost = "", 0.0
    for arc in laid.free_way[pair].tolist():
        for use in range(*network.use_indptr[arc : arc + 2].tolist()):
            at = int(network.resource[use])
            wait = float(network.share[group, use] * solution.wait_h[at])
            if wait > cost:
                worst, cost = laid.element_of_resource[at], wait
    return worst


def revenue_of(freight: Freight, solution: Solved) -> tuple[Revenue, ...]:
    """Return who is paid: by country, operator and part, the largest first."""
    graph, flows = freight.offer.graph, own_flows(freight, solution)
    country = graph.model["node"].text("country_iso3")[graph.arcs.start_idx]
    mode = graph.model["carrier"].text("mode")[graph.arcs.carrier_idx]
    sums: dict[tuple[str, str, str], float] = {}
    for part in PARTS:
        usd = np.zeros(graph.n_arcs)
        for kind, each in enumerate(freight.offer.prices):
            usd += flows[kind] * np.nan_to_num(each.parts[part])
        for arc in np.nonzero(usd)[0].tolist():
            key = str(country[arc]), str(mode[arc]), part
            sums[key] = sums.get(key, 0.0) + float(usd[arc])
    per_year = freight.laid.per_year
    ranked = sorted(sums.items(), key=lambda item: -abs(item[1]))
    return tuple(
        Revenue(iso3, mode, OPERATORS.get(mode, mode), part, usd * per_year)
        for (iso3, mode, part), usd in ranked
    )


def skims_of(laid: Laid, solution: Solved) -> tuple[Skim, ...]:
    """Return what every pair that is served takes on the mean of its paths."""
    problem, paths = laid.problem, solution.paths()
    network = problem.network
    kind = problem.kind_of_pair[paths.pair]
    of_entry, arc = paths.path_of_entry, paths.arc
    if network.is_plain:
        wait = np.zeros(arc.size)
        time = solution.delay_h[arc]
        delayed = network.value[0] * time
    else:
        at_arc, usd_at_arc = _waits_by_arc(laid, solution)
        wait = at_arc[network.group[kind[of_entry]], arc]
        time = laid.time_h[arc] + wait
        delayed = usd_at_arc[network.group[kind[of_entry]], arc]
    columns = {
        "time_h": paths.sums_of(time),
        "wait_h": paths.sums_of(wait),
        "sd_h": np.sqrt(np.maximum(paths.sums_of(laid.variance_h2[arc]), 0.0)),
        "money_usd_per_t": paths.sums_of(laid.money[kind[of_entry], arc]),
        "emission_kgco2e_per_t": paths.sums_of(laid.emission_kgco2e_per_t[arc]),
        "cost_usd_per_t": paths.sums_of(network.fixed[kind[of_entry], arc] + delayed),
    }
    goes = ~paths.stays
    served = np.bincount(paths.pair[goes], paths.flow[goes], problem.n_pairs)
    means = {
        name: np.bincount(paths.pair[goes], (paths.flow * each)[goes], problem.n_pairs)
        / np.where(served > 0, served, 1.0)
        for name, each in columns.items()
    }
    means["expected_usd_per_t"] = means["cost_usd_per_t"]
    if isinstance(solution, LogitSolution):
        means["expected_usd_per_t"] = solution.expected_usd_per_t()
    return tuple(
        Skim(
            laid.origin_id[pair],
            laid.destination_id[pair],
            laid.class_of_pair(pair),
            float(served[pair]) * laid.per_year,
            **{name: float(each[pair]) for name, each in means.items()},
        )
        for pair in np.nonzero(served > 0)[0].tolist()
    )


def _waits_by_arc(laid: Laid, solution: Solved) -> tuple[Floats, Floats]:
    """Return the hours waited on each arc by cargo, and what they cost [USD/t]."""
    problem, network = laid.problem, laid.problem.network
    used = problem.n_uses
    resource = network.resource[:used]
    owner = np.repeat(np.arange(problem.n_arcs), np.diff(network.use_indptr))
    delay = solution.delay_h[resource]
    hours, usd = [], []
    for taken, share in zip(network.taken, network.share, strict=True):
        felt = np.where(taken[:used] > 0, delay, 0.0)
        hours.append(np.bincount(owner, felt, problem.n_arcs))
        usd.append(np.bincount(owner, share[:used] * delay, problem.n_arcs))
    return np.array(hours), np.array(usd)


def assumed_share_of(freight: Freight, solution: Solved) -> float:
    """Return the share of what all cost that rests on assumed rows."""
    flows = own_flows(freight, solution)
    assumed = total = 0.0
    for kind, each in enumerate(freight.offer.prices):
        flow = flows[kind]
        (used,) = np.nonzero(flow)
        for part in PARTS:
            money = np.abs(np.nan_to_num(each.parts[part][used])) * flow[used]
            assumed += float(money[each.assumed[part][used]].sum())
            total += float(money.sum())
        hours = each.vot_usd_per_t_h * each.time_h[used] * flow[used]
        assumed += float(hours[each.assumed["time"][used]].sum())
        total += float(hours.sum())
    return min(assumed / total, 1.0) if total else 0.0
