"""Who goes where: roads of a file, and a small model whose answer one can add up.

Four places in a row, P - Q - R - S. By rail a box costs 35 USD/t and 11 h; round by
lorry from Q to R it costs 230 USD/t and 22 h. See `tests.compiled.models.line_tables`.
"""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from tests.compiled.models import line_tables, model_of, row
from tests.reference.equilibrium import flows_by_class, lost_at_nodes

from bereket import Scenario, SetValue, parse_change, read_model
from bereket.analysis.assign import AssignParams, assign, assign_roads
from bereket.errors import QuestionError
from bereket.io.folder import blank_model
from bereket.io.tntp import RoadNetwork
from bereket.solve.equilibrium import solver

HAND = 1e-3  # relative: a limit may be missed by a thousandth, the usual violation
NEAR = 1e-6  # relative: flows at a gap of 1e-12
FINE = AssignParams(gap=1e-12)
A_DAY = 1_000.0  # tonnes
YEAR = 365.0
RAIL_USD, LORRY_USD = 35 + 11, 230 + 22  # an hour of boxes is worth 1 USD/t


def near(value, rel=NEAR):
    return pytest.approx(value, rel=rel, abs=rel)


# --- roads of a file ----------------------------------------------------------------


def roads_of(n_zones, first_through, *links, n_nodes=0):
    """Return roads of links (tail, head, free, slope) and more columns by name."""
    ends = [link[:2] for link in links]
    free = np.array([link[2] for link in links], dtype=float)
    slope = np.array([link[3] for link in links], dtype=float)
    more = [link[4] if len(link) > 4 else {} for link in links]
    return RoadNetwork(
        *("small", n_zones, n_nodes or max(map(max, ends)), first_through),
        *(np.array(each, dtype=np.int32) for each in zip(*ends, strict=True)),
        capacity=np.ones(len(links)),
        length=np.array([each.get("length", 0.0) for each in more]),
        free_time=free,
        b=slope / free,
        power=np.ones(len(links)),
        toll=np.array([each.get("toll", 0.0) for each in more]),
    )


def trips_of(n_zones, **trips):
    """Return trips: a1_2=3 is 3 from zone 1 to zone 2."""
    table = np.zeros((n_zones, n_zones))
    for name, value in trips.items():
        start, end = name.removeprefix("a").split("_")
        table[int(start) - 1, int(end) - 1] = value
    return table


BRAESS = roads_of(
    *(4, 1),
    *((1, 2, 1e-9, 10.0), (1, 3, 50.0, 1.0), (2, 3, 10.0, 1.0)),
    *((2, 4, 50.0, 1.0), (3, 4, 1e-9, 10.0)),
)
SIX = trips_of(4, a1_4=6.0)


def flows(found):
    return [each.flow for each in found.flows]


def test_flows_stand_in_the_order_of_the_file():
    found = assign_roads(BRAESS, SIX, FINE)
    assert flows(found) == near([4, 2, 2, 2, 4])
    order = np.array([3, 0, 4, 2, 1])
    columns = ("tail", "head", "capacity", "length", "free_time", "b", "power", "toll")
    shuffled = replace(BRAESS, **{c: getattr(BRAESS, c)[order] for c in columns})
    other = assign_roads(shuffled, SIX, FINE)
    assert flows(other) == near([flows(found)[at] for at in order])
    assert [(e.tail, e.head) for e in other.flows][:2] == [("2", "4"), ("1", "2")]


def test_what_goes_over_the_bridge_goes_nowhere_else():
    found = assign_roads(BRAESS, SIX, FINE)
    over = {(e.tail, e.head): e.flow for e in found.select_link("2", "3")}
    assert over == {ends: near(2.0) for ends in (("1", "2"), ("2", "3"), ("3", "4"))}
    assert found.select_link("4", "1") == ()


def test_toll_and_distance_count_by_their_factors():
    # 1 + x + 0.5 toll 4 + 0.1 length 10 = 4 + x against 6 + x: 6 of 10 and 4
    roads = roads_of(2, 1, (1, 2, 1, 1, {"toll": 4, "length": 10}), (1, 2, 6, 1))
    trips = trips_of(2, a1_2=10.0)
    asked = replace(FINE, toll_factor=0.5, distance_factor=0.1)
    found = assign_roads(roads, trips, asked)
    assert flows(found) == near([6, 4])
    assert [each.cost for each in found.flows] == near([10, 10])
    assert found.objective == near(6 * 1 + 18 + 6 * 3 + 4 * 6 + 8)
    free = assign_roads(roads, trips, FINE)  # 1 + x = 6 + x'
    assert flows(free) == near([7.5, 2.5])


def test_zones_before_the_first_through_node_are_not_passed():
    # by zone 2 it would take 2, by node 4 it takes 20
    links = (1, 2, 1, 0), (2, 3, 1, 0), (1, 4, 10, 0), (4, 3, 10, 0)
    trips = trips_of(3, a1_3=5.0, a1_2=1.0)
    assert flows(assign_roads(roads_of(3, 4, *links), trips)) == [1, 0, 5, 5]
    assert flows(assign_roads(roads_of(3, 1, *links), trips)) == [6, 5, 0, 0]
    # zone 2 may begin ways and end them, and node 4 alone is barred to nobody
    only_3 = assign_roads(roads_of(3, 4, *links), trips_of(3, a2_3=2.0))
    assert flows(only_3) == [0, 2, 0, 0]


def test_a_pair_without_a_road_is_named_and_nothing_is_lost():
    roads = roads_of(3, 1, (1, 2, 1, 0), (3, 2, 1, 0))
    found = assign_roads(roads, trips_of(3, a1_2=5.0, a1_3=2.0, a3_2=1.0))
    (missing,) = found.unserved
    assert (missing.origin_id, missing.destination_id) == ("1", "3")
    assert (missing.amount_per_year, missing.share) == (2.0, 1.0)
    assert "no road" in missing.why
    assert flows(found) == [5.0, 1.0]
    assert (found.demand_per_year, found.unserved_per_year) == (8.0, 2.0)
    assert {(each.origin_id, each.destination_id) for each in found.skims} == {
        ("1", "2"),
        ("3", "2"),
    }


def test_trips_within_a_zone_take_no_road_and_that_is_said():
    found = assign_roads(BRAESS, SIX + trips_of(4, a2_2=7.0), FINE)
    assert flows(found) == near([4, 2, 2, 2, 4])
    assert found.demand_per_year == 6.0
    assert any(note.startswith("7 trips") for note in found.notes)


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_trips_that_are_no_numbers_of_0_or_more_are_refused_by_name(bad):
    trips = SIX + trips_of(4, a2_3=bad, a4_1=bad)
    with pytest.raises(QuestionError) as refused:
        assign_roads(BRAESS, trips)
    told = str(refused.value).splitlines()
    assert [line.partition(" must be")[0] for line in told] == [
        "trips from 2 to 3",
        "trips from 4 to 1",
    ]


def test_no_trips_and_trips_of_other_zones_are_refused():
    for none in (0 * SIX, np.eye(4)):  # or only trips within zones
        with pytest.raises(QuestionError, match="no trips"):
            assign_roads(BRAESS, none)
    with pytest.raises(QuestionError, match="4 by 4"):
        assign_roads(BRAESS, np.ones((3, 3)))


def test_a_gap_that_is_not_reached_is_told_and_flows_stand():
    found = assign_roads(BRAESS, SIX, AssignParams(gap=1e-15, max_iterations=2))
    assert found.status == "not_converged"
    assert "not converged: the gap is" in found.warnings[0]
    assert flows(found)[0] + flows(found)[1] == near(6.0)
    assert assign_roads(BRAESS, SIX).warnings == ()


def test_an_answer_of_false_stops_and_flows_stand():
    found = assign_roads(BRAESS, SIX, FINE, monitor=lambda *_: False)
    assert (found.status, len(found.record)) == ("interrupted", 1)
    assert flows(found)[0] + flows(found)[1] == near(6.0)


def test_an_answer_is_gone_on_from():
    first = assign_roads(BRAESS, SIX, FINE)
    again = assign_roads(BRAESS, 2 * SIX, FINE, start=first)
    assert flows(again) == near(flows(assign_roads(BRAESS, 2 * SIX, FINE)))
    same = assign_roads(BRAESS, SIX, FINE, start=first)
    assert (len(same.record), same.notes) == (1, ())


OTHER_TRIPS = trips_of(4, a1_3=6.0)
OTHER_TAIL = replace(BRAESS, tail=np.array([1, 1, 1, 2, 3], dtype=np.int32))


@pytest.mark.parametrize(
    ("roads", "trips"),
    [(BRAESS, OTHER_TRIPS), (OTHER_TAIL, SIX)],
    ids=["trips", "roads"],
)
def test_a_start_of_other_roads_or_trips_is_told_and_changes_nothing(roads, trips):
    first = assign_roads(BRAESS, SIX, FINE)
    found = assign_roads(roads, trips, FINE, start=first)
    assert any("solved from nothing" in note for note in found.notes)
    assert flows(found) == near(flows(assign_roads(roads, trips, FINE)))


def test_trips_that_were_given_are_left_as_they_were():
    trips = SIX + np.eye(4)
    before = trips.tolist()
    assign_roads(BRAESS, trips)
    assert trips.tolist() == before


@pytest.mark.parametrize(
    "asked",
    [
        *({"gap": 0.0}, {"gap": np.nan}, {"max_iterations": 0}, {"threads": 0}),
        *({"objective": "best"}, {"toll_factor": -1.0}, {"patience_h": 0.0}),
    ],
)
def test_what_no_assignment_can_be_asked_is_refused_by_name(asked):
    with pytest.raises(QuestionError, match=f"^{next(iter(asked))} must be"):
        AssignParams(**asked)


# --- freight ------------------------------------------------------------------------


def line_model(room=400.0, *, is_by_lorry=True, cargo=(("box", A_DAY, 1.0),)):
    """Return the line with room by rail between Q and R, and cargo from P to S."""
    tables = line_tables()
    tables["link"][1]["capacity_t_per_day"] = room
    if not is_by_lorry:
        del tables["link"][3]
    (box,) = tables["commodity"]
    tables["commodity"] = [
        box | {"commodity_id": name, "vot_usd_per_t_h": vot} for name, _, vot in cargo
    ]
    demand = "origin_node_id destination_node_id commodity_id year tonnes"
    tables["demand"] = [
        row(demand, "P", "S", name, 2025, YEAR * tonnes) for name, tonnes, _ in cargo
    ]
    corridor = "corridor_id name origin_node_ids destination_node_ids gateways mix"
    tables["corridor"] = [row(corridor, "line", "Line", "P", "S", "Q>R", "box:1")]
    return model_of(tables)


def link_flows(found):
    return {each.link_id: each.flow / YEAR for each in found.flows}


def test_what_has_no_room_by_rail_goes_by_lorry_and_waits_make_both_cost_the_same():
    found = assign(line_model())
    by_link = {"PQ": 1000, "QR": 400, "RS": 1000, "qr": 600}
    assert link_flows(found) == {link: near(t, HAND) for link, t in by_link.items()}
    (scarce,) = found.scarcity
    assert (scarce.element, scarce.direction) == ("link:QR", "Q > R")
    assert scarce.wait_h == near(LORRY_USD - RAIL_USD, HAND)
    assert scarce.price_usd_per_t == near(206.0, HAND)
    assert (scarce.room_per_day, scarce.load_per_day) == (400.0, near(400, HAND))
    assert scarce.t_per_year == near(400 * YEAR, HAND)
    assert found.unserved == ()
    assert found.total_cost == near(A_DAY * YEAR * LORRY_USD, HAND)


def test_skims_are_means_over_what_goes_either_way():
    (skim,) = assign(line_model()).skims
    assert skim.served_per_year == near(A_DAY * YEAR)
    assert skim.cost_usd_per_t == near(LORRY_USD, HAND)
    assert skim.money_usd_per_t == near(0.4 * 35 + 0.6 * 230, HAND)
    assert skim.wait_h == near(0.4 * 206, HAND)
    assert skim.time_h == near(0.4 * (11 + 206) + 0.6 * 22, HAND)


def test_who_is_paid_is_the_haulage_of_each_country_and_mode():
    paid = {
        (each.country_iso3, each.mode): each.usd_per_year / YEAR
        for each in assign(line_model()).revenue
    }
    assert paid == {
        ("AAA", "road"): near(600 * 400 * 0.5, HAND),
        ("AAA", "rail"): near(1000 * 100 * 0.1 + 400 * 50 * 0.1, HAND),
        ("BBB", "rail"): near(1000 * 200 * 0.1, HAND),
    }


def test_a_corridor_carries_what_passes_its_gateways():
    (corridor,) = assign(line_model()).corridors
    assert corridor.t_per_year == near(A_DAY * YEAR)
    assert (corridor.there_t_per_year, corridor.back_t_per_year) == (
        near(A_DAY * YEAR),
        0.0,
    )
    assert corridor.by_class == {"box": near(A_DAY * YEAR)}
    assert corridor.teu_per_year == near(A_DAY * YEAR / 10)  # 10 t a box


def test_what_goes_over_a_link_is_counted_once():
    over = {
        (e.tail, e.head): e.flow for e in assign(line_model()).select_link("P", "Q")
    }
    each = near(A_DAY * YEAR)
    assert over == {("P", "Q"): each, ("Q", "R"): each, ("R", "S"): each}


def test_what_has_no_other_way_stays_in_part_and_the_element_is_named():
    # 600 of 1,000 stay: the first at 720 h, the last at twice that: 720 · 1.6 h wait
    found = assign(line_model(is_by_lorry=False))
    (missing,) = found.unserved
    assert missing.share == near(0.6, HAND)
    assert missing.amount_per_year == near(600 * YEAR, HAND)
    assert missing.element == "link:QR"
    assert found.scarcity[0].wait_h == near(720 * 1.6, HAND)
    served = sum(skim.served_per_year for skim in found.skims)
    assert served + found.unserved_per_year == near(found.demand_per_year, 1e-12)
    assert found.demand_per_year == near(A_DAY * YEAR, 1e-12)


def test_no_room_at_all_is_named():
    with pytest.raises(QuestionError, match="no room is left on link:QR"):
        assign(line_model(0.0, is_by_lorry=False))
    found = assign(line_model(0.0))  # the lorry takes all
    assert link_flows(found) == {"PQ": near(1000), "qr": near(1000), "RS": near(1000)}


def test_room_that_a_scenario_gives_counts():
    told = SetValue(*parse_change("link:QR.capacity_t_per_day=700"))
    found = assign(line_model(), Scenario("wider", (told,)))
    assert link_flows(found)["QR"] == near(700, HAND)
    free = assign(line_model(2000.0))
    assert link_flows(free) == {"PQ": near(1000), "QR": near(1000), "RS": near(1000)}
    assert free.scarcity == ()


TWO_CARGOES = (("box", 300.0, 1.0), ("gold", 300.0, 4.0))


def test_cargo_that_can_wait_longer_in_hours_has_the_rail_and_the_other_sets_the_wait():
    """The rail saves boxes 206 USD/t, 206 h; gold 195 + 4 · 11 = 239 USD/t, 59.75 h.

    So all 300 of boxes go by rail and 100 of gold; the wait is 59.75 h. It is worth 1
    USD/t/h to boxes and 4 to gold: in the mean 59.75 (300 + 4 · 100) / 400.
    """
    found = assign(line_model(cargo=TWO_CARGOES))
    rail = next(each for each in found.flows if each.link_id == "QR")
    assert {name: t / YEAR for name, t in rail.by_class.items()} == {
        "box": near(300, HAND),
        "gold": near(100, 3 * HAND),
    }
    (scarce,) = found.scarcity
    assert scarce.wait_h == near(59.75, HAND)
    assert scarce.price_usd_per_t == near(59.75 * 700 / 400, HAND)


def test_freight_has_no_objective_and_says_why():
    # each cargo measures an element in its own way, so no programme has these flows
    found = assign(line_model(cargo=TWO_CARGOES))
    assert found.objective is None
    assert any(note.startswith("no objective") for note in found.notes)


def test_time_that_is_worth_nothing_is_refused():
    with pytest.raises(QuestionError) as refused:
        assign(line_model(cargo=(("sand", 1.0, 0.0), ("box", 1.0, 1.0))))
    assert "commodity 'sand' needs a vot_usd_per_t_h above 0" in str(refused.value)
    assert "box" not in str(refused.value)


# --- one engine ---------------------------------------------------------------------


def test_roads_and_freight_are_solved_by_one_function_and_one_kernel(monkeypatch):
    verb = import_module("bereket.analysis.assign.solving")
    called = []

    def noting(name, function):
        def noted(*given):
            called.append(name)
            return function(*given)

        return noted

    monkeypatch.setattr(verb, "solve", noting("solve", verb.solve))
    kernel = noting("equilibrate", solver.equilibrate)
    monkeypatch.setattr(solver, "equilibrate", kernel)
    for ask in (lambda: assign_roads(BRAESS, SIX), lambda: assign(line_model())):
        called.clear()
        ask()
        assert called[0] == "solve"
        assert called.count("solve") == 1
        assert "equilibrate" in called


@pytest.mark.parametrize("name", ["line", "blank", "caspian"])
def test_what_comes_to_a_place_leaves_it_and_nothing_is_lost(name, caspian):
    makers = {"line": line_model, "blank": blank_model}
    found = assign(makers[name]() if name in makers else read_model(caspian))
    problem = found.laid.problem
    total = problem.rows.demand.sum()
    assert np.abs(lost_at_nodes(problem, found.solution)).max() <= 1e-12 * total
    served = sum(skim.served_per_year for skim in found.skims)
    assert served + found.unserved_per_year == near(found.demand_per_year, 1e-9)
    by_class = flows_by_class(problem, found.solution)
    assert by_class.sum(axis=0) == near(found.paths.flow_on(problem.n_arcs), 1e-9)
