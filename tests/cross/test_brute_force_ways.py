"""Routes on small random models are those of an enumeration of every loopless way.

The peer, `tests/reference/ways.py`, is written from what the tables mean and shares no
code with `bereket.compiled`.
"""

import itertools
from functools import cache

import networkx as nx
import numpy as np
import pytest
from tests.compiled.random_models import DAY, random_model
from tests.reference import ways as twin
from tests.verification.teaching_answers import QUESTIONS, TOLERANCE

from bereket import RouteParams, build, read_model, route
from bereket.compiled import ways as compiled_ways
from bereket.compiled.consignment import consign
from bereket.compiled.cost import price
from bereket.compiled.search import staged_search
from bereket.compiled.ways import candidate_ways
from bereket.model.calendar import as_day

# Figures up to some thousand USD/t, summed in another order: rounding stays far below.
CLOSE = 1e-7
SEEDS = range(80)
LOWER_BOUND_SEEDS = range(500, 540)
ASKED = (("private", ""), ("railway", "western"))  # owner and party, by turns
MOST = 100  # ways that a question may ask for
PEER_PATHS = 25
STRUCTURE = ("link", "border", "transfer", "service", "port")  # tables that make arcs
FIGURES = (
    "time_h",
    "door_to_door_h",
    "sd_h",
    "length_km",
    "emission_kgco2e_per_t",
    "generalised_usd_per_t",
)


def asker(seed, model):
    """Return whose wagons and which party; nobody where no order names the party."""
    owner, party = ASKED[seed % 2]
    return owner, party if party in model["regime"].labels("party") else ""


@cache
def enumerated(seed):
    """Return every way of a random model, cheapest first."""
    model, origin, destination = random_model(seed)
    owner, party = asker(seed, model)
    world = twin.World(
        model, DAY, "goods", origin, destination, owner=owner, party=party
    )
    return tuple(twin.every_way(world))


def asked(seed, max_overlap):
    model, origin, destination = random_model(seed)
    owner, party = asker(seed, model)
    params = RouteParams(
        origin,
        destination,
        "goods",
        as_of=DAY,
        owner=owner,
        party=party,
        count=MOST,
        max_overlap=max_overlap,
    )
    return route(model, params=params)


@cache
def found(seed):
    return asked(seed, 1.0)


def is_complete(answer):
    """Whether the ranking ended with the network and not with its cap."""
    return not any("cap" in note for note in answer.notes)


def signature(rows, links):
    """Tell ways apart: by links in order, and by all rows that make arcs."""
    return links, frozenset(row for row in rows if row.split(":")[0] in STRUCTURE)


def signature_of_twin(way):
    return signature({":".join(row) for row in way.rows}, way.links)


def signature_of_alternative(way):
    return signature({row for leg in way.legs for row in leg.rows}, way.link_ids)


def costs(ways):
    return [way.generalised_usd_per_t for way in ways]


def costs_of(answer):
    return [way.totals.generalised_usd_per_t for way in answer.alternatives]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_way_is_that_of_the_enumeration(seed):
    every, answer = enumerated(seed), found(seed)
    if not every:
        assert answer.status == "no_way"
        return
    best = answer.alternatives[0].totals.generalised_usd_per_t
    assert best == pytest.approx(every[0].generalised_usd_per_t, abs=CLOSE)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_ways_are_found_where_the_cap_is_not_hit(seed):
    every, answer = enumerated(seed), found(seed)
    if is_complete(answer):
        assert costs_of(answer) == pytest.approx(costs(every), abs=CLOSE)
        assert all(way.is_proven for way in answer.alternatives)
    else:
        assert len(every) > len(answer.alternatives) or not answer.alternatives


@pytest.mark.parametrize("seed", SEEDS)
def test_every_alternative_has_the_figures_of_its_twin(seed):
    twins = {}
    for way in enumerated(seed):
        twins.setdefault(signature_of_twin(way), []).append(way)
    for way in found(seed).alternatives:
        same = twins[signature_of_alternative(way)]
        figures = way.totals
        close = [
            other
            for other in same
            if abs(other.generalised_usd_per_t - figures.generalised_usd_per_t) < CLOSE
        ]
        assert close, (same, way)
        for name in FIGURES:
            expected = getattr(close[0], name)
            assert getattr(figures, name) == pytest.approx(expected, abs=CLOSE), name
        assert figures.cost_parts == pytest.approx(close[0].parts, abs=CLOSE)


@pytest.mark.parametrize("seed", SEEDS)
def test_real_alternatives_are_those_of_a_greedy_choice_among_all_ways(seed):
    answer = asked(seed, 0.7)
    if not is_complete(answer):
        return
    expected = twin.real_alternatives(enumerated(seed), MOST, 0.7)
    assert costs_of(answer) == pytest.approx(costs(expected), abs=CLOSE)
    assert len({way.link_ids for way in answer.alternatives}) == len(expected)


@pytest.mark.parametrize("seed", LOWER_BOUND_SEEDS)
def test_what_is_called_proven_is_the_cheapest_although_the_search_is_cut(
    seed, monkeypatch
):
    """With hardly any candidate, a bound that is none would call dear ways proven."""
    monkeypatch.setattr(compiled_ways, "VIA_LIMIT", 0)
    monkeypatch.setattr(compiled_ways, "PENALTY_ROUNDS", 0)
    every = enumerated(seed)
    for limit in (1, 3, 10, 48):
        monkeypatch.setattr(compiled_ways, "YEN_LIMIT", limit)
        answer = asked(seed, 1.0)
        for at, way in enumerate(answer.alternatives):
            if way.is_proven:
                expected = every[at].generalised_usd_per_t
                assert way.totals.generalised_usd_per_t <= expected + CLOSE


@pytest.mark.parametrize("seed", SEEDS[::2])
def test_networkx_ranks_the_compiled_arcs_in_the_same_order(seed):
    model, origin, destination = random_model(seed)
    graph = build(model, as_day(DAY))
    sent = consign(graph, (origin, destination), "goods")
    prices = price(graph, sent.shipment)
    weight = np.where(prices.is_offered, prices.weight_usd_per_t, np.inf)
    search = staged_search(graph, sent.source, sent.target)
    ours = candidate_ways(graph, search, weight, weight)
    # networkx ranks graphs without parallel arcs only: each arc gets a node of its own
    peer = nx.DiGraph()
    peer.add_nodes_from((sent.source, sent.target))
    for arc in np.nonzero(np.isfinite(weight))[0].tolist():
        tail, head = int(graph.arcs.tail[arc]), int(graph.arcs.head[arc])
        peer.add_edge(tail, ("arc", arc), weight=float(weight[arc]))
        peer.add_edge(("arc", arc), head, weight=0.0)
    if not nx.has_path(peer, sent.source, sent.target):
        assert not ours.ways
        return
    ranked = itertools.islice(
        nx.shortest_simple_paths(peer, sent.source, sent.target, "weight"), PEER_PATHS
    )
    expected = [nx.path_weight(peer, path, "weight") for path in ranked]
    ours_ranked = sorted(ours.weight.tolist())[: len(expected)]
    assert ours_ranked == pytest.approx(expected, abs=CLOSE)
    if len(expected) < PEER_PATHS:
        assert len(ours.ways) == len(expected)


@pytest.mark.parametrize("name", [n for n, q in QUESTIONS.items() if not q.via])
def test_the_enumeration_itself_gives_the_answers_worked_out_by_hand(root, name):
    question = QUESTIONS[name]
    world = twin.World(
        read_model(root / "models" / "teaching"),
        question.as_of,
        question.commodity,
        question.origin,
        question.destination,
        party=question.party,
        avoid=question.avoid,
    )
    chosen = twin.real_alternatives(twin.every_way(world), 10, 0.7)
    if question.best_only:
        chosen = chosen[:1]
    assert [way.links for way in chosen] == [way.links for way in question.alternatives]
    for way, hand in zip(chosen, question.alternatives, strict=True):
        for name_ours, name_hand in zip(
            FIGURES,
            (
                *("time_h", "door_to_door_h", "time_sd_h", "length_km"),
                *("emission_kgco2e_per_t", "generalised_usd_per_t"),
            ),
            strict=True,
        ):
            expected = pytest.approx(getattr(hand, name_hand), abs=TOLERANCE)
            assert getattr(way, name_ours) == expected, name_ours
        assert way.parts == pytest.approx(hand.cost_parts, abs=TOLERANCE)


def test_the_random_models_hold_what_the_peer_can_price():
    """The comparison would be empty if no drawn model had ways, ships or orders."""
    every = [enumerated(seed) for seed in SEEDS]
    assert sum(bool(ways) for ways in every) >= len(SEEDS) // 3
    kinds = {step.kind for ways in every for way in ways for step in way.steps}
    assert kinds >= {"line", "border", "transfer", "board", "ride", "alight", "product"}
    parts = {
        part for ways in every for way in ways for part, usd in way.parts.items() if usd
    }
    assert parts == set(twin.PARTS)
