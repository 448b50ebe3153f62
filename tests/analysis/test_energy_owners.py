"""Whose gas goes where, by hand: places of sales, transit, swaps, and room in pipes.

Each case is an island of one model, whose nodes bear its mark.
"""

import pytest
from tests.analysis.energy_models import DAYS, YEAR, energy_model, gas_load, joined
from tests.analysis.test_energy_gas import (
    LOST,
    contract,
    fields,
    near,
    nodes,
    pipe,
    swap,
)

from bereket.analysis.energy import EnergyParams, energy


def chain(mark, sold_at, *, mcm_per_day=3, wanted_between=0):
    """Return S, T and B in a row: S has gas at 20,000, B wants 4.

    Of what S sends to T 2 % burns, of what T sends to B 5 %.
    """
    s, t, b = (f"{mark}_{each}" for each in "stb")
    letter = mark[-1].upper()
    iso3 = [f"{letter}{letter}{each}" for each in "STB"]
    loads = [gas_load(b, b, 4)]
    if wanted_between:
        loads.append(gas_load(t, t, wanted_between))
    return {
        "gas_node": nodes(**{s: iso3[0], t: iso3[1], b: iso3[2]}),
        "gas_field": [fields(s, 50, 20_000)],
        "gas_pipe": [
            pipe(s, t, 9, efficiency=0.98, marginal_cost=1_000),
            pipe(t, b, 6, efficiency=0.95, marginal_cost=2_000),
        ],
        "gas_contract": [
            contract(mark, iso3[0], iso3[2], f"{mark}_{sold_at}", mcm_per_day)
        ],
        "gas_load": loads,
    }


# A and B are sold gas of each other's country over one pipe that leads both ways.
CROSSED = {
    "gas_node": nodes(cross_a="JAA", cross_b="JBB"),
    "gas_field": [fields("cross_a", 9, 20_000), fields("cross_b", 9, 30_000)],
    "gas_pipe": [pipe("cross_a", "cross_b", 4, p_min_pu=-1, marginal_cost=1_000)],
    "gas_contract": [
        contract("cross_ab", "JAA", "JBB", "cross_b", 5, p_min_pu=0.4, p_max_pu=1),
        contract("cross_ba", "JBB", "JAA", "cross_a", 5, p_min_pu=0.2, p_max_pu=1),
    ],
    "gas_load": [gas_load("cross_a", "cross_a", 3), gas_load("cross_b", "cross_b", 3)],
}
# The partner has users where it is given gas, and little gas where it is to give. A
# cheap pipe leads from the seller to the buyer, who has bought nothing by it.
APART = {
    "gas_node": nodes(apart_s="QSS", apart_p="QPP", apart_q="QPP", apart_b="QBB"),
    "gas_field": [
        fields("apart_s", 9, 20_000),
        fields("apart_p", 9, 50_000),
        fields("apart_q", 2, 80_000),
    ],
    "gas_pipe": [
        pipe("apart_s", "apart_p"),
        pipe("apart_q", "apart_b"),
        pipe("apart_s", "apart_b", marginal_cost=100),
    ],
    "gas_swap": [swap("apart", "QSS", "apart_p", "apart_b", fee_share=0.2)],
    "gas_load": [
        gas_load("apart_p", "apart_p", 5),
        gas_load("apart_b", "apart_b", 4),
    ],
}
# Two ways to B, of which the cheaper is full.
ROOMY = {
    "gas_node": nodes(room_a="ZRA", room_m="ZRB", room_b="ZRB"),
    "gas_field": [fields("room_a", 50, 20_000), fields("room_b", 1, 10_000)],
    "gas_pipe": [
        pipe("room_a", "room_m", 10, efficiency=0.9),
        pipe("room_m", "room_b", 7, efficiency=0.8),
        pipe("room_a", "room_b", 2, marginal_cost=5_000),
    ],
    "gas_contract": [contract("room", "ZRA", "ZRB", "room_a", 5)],
    "gas_load": [gas_load("room", "room_b", 3)],
}
# Two strings alike, and a dearer third: 4 go, in months of 31 days as in others.
STRINGS = {
    "gas_node": nodes(string_a="ZSA", string_b="ZSB"),
    "gas_field": [fields("string_a", 9, 20_000)],
    "gas_pipe": [
        pipe("string_a", "string_b", size, marginal_cost=cost) | {"gas_pipe_id": name}
        for name, size, cost in (("first", 2, 9), ("second", 6, 9), ("third", 9, 10))
    ],
    "gas_contract": [contract("string", "ZSA", "ZSB", "string_b", 5)],
    "gas_load": [gas_load("string", "string_b", 4)],
}
# A way round by a third country, which has nothing to do with the sale.
ROUND = {
    "gas_node": nodes(round_a="ZDA", round_b="ZDB", round_c="ZDC"),
    "gas_field": [fields("round_a", 9, 20_000)],
    "gas_pipe": [
        pipe("round_a", "round_b", 3),
        pipe("round_a", "round_c", marginal_cost=100),
        pipe("round_c", "round_b", marginal_cost=100),
    ],
    "gas_contract": [contract("round", "ZDA", "ZDB", "round_b", 5)],
    "gas_load": [gas_load("round", "round_b", 2)],
}
ISLANDS = (
    *(chain("at_x", "b"), chain("by_y", "t"), chain("of_z", "s")),
    *(chain("no_w", "s", wanted_between=1), CROSSED, APART, ROOMY),
    *(STRINGS, ROUND),
)


@pytest.fixture(scope="module")
def found():
    model = energy_model(**joined(*ISLANDS))
    return energy(model, params=EnergyParams(year=YEAR))


def cost_a_day(found, letters):
    """Return what a day costs all countries whose names begin with some letters."""
    own = [row for row in found.countries if row.iso3.startswith(letters)]
    assert own
    return sum(row.net_cost_usd for row in own) / DAYS


def carried(found, element):
    return {
        row.owner_iso3: (row.on_mcm, row.back_mcm)
        for row in found.carried
        if row.element == element
    }


def sale(found, element):
    (row,) = [row for row in found.sales if row.element == element]
    return row


def test_who_sells_at_the_end_burns_the_way_and_who_buys_at_the_start_does(found):
    """3 at B, at T, at S: 3, 3 x 0.95 and 3 x 0.98 x 0.95 arrive of 4 wanted."""
    for mark, letter, arrives in (
        ("at_x", "X", 3.0),
        ("by_y", "Y", 3 * 0.95),
        ("of_z", "Z", 3 * 0.95 * 0.98),
    ):
        passed = arrives / 0.95
        sent = passed / 0.98
        cost = sent * 21_000 + passed * 2_000 + (4 - arrives) * LOST
        assert cost_a_day(found, letter * 2) == near(cost)
        assert sale(found, f"gas_contract:{mark}").given_mcm == near(3 * DAYS)
        flow = found.flow(f"gas_pipe:{mark}_s-{mark}_t")
        assert flow.on == near(sent * DAYS)


def test_a_pipe_says_whose_gas_it_carries(found):
    """Sold at T: until there it is the seller's, and then the buyer's."""
    assert carried(found, "gas_pipe:by_y_s-by_y_t") == {
        "YYS": (near(3 / 0.98 * DAYS), near(0))
    }
    assert carried(found, "gas_pipe:by_y_t-by_y_b") == {"YYB": (near(3 * DAYS), 0)}


def test_a_country_between_does_not_take_what_passes(found):
    (row,) = [row for row in found.unserved if row.load == "gas_load:no_w_t"]
    assert row.amount == near(1 * DAYS)
    assert "no contract lets more in over gas_pipe:no_w_s-no_w_t" in row.cause


def test_gas_of_two_goes_both_ways_over_one_pipe(found):
    """B must take 1 back or be paid 100,000 for nothing: A's gas does, at 22,000.

    The pipe is full with A's 4; 1 of them, B's since it was sold, goes home again.
    """
    assert sale(found, "gas_contract:cross_ab").given_mcm == near(4 * DAYS)
    assert sale(found, "gas_contract:cross_ba").given_mcm == near(1 * DAYS)
    assert carried(found, "gas_pipe:cross_a-cross_b") == {
        "JAA": (near(4 * DAYS), near(0)),
        "JBB": (near(0), near(1 * DAYS)),
    }
    assert cost_a_day(found, "J") == near((2 + 4) * 20_000 + 5 * 1_000)


def test_a_swap_binds_both_of_its_places(found):
    """The partner has 2 at the far place: 2.5 are given, 2 taken, 2 lacked.

    The pipe from the seller to the buyer stays empty, though it would cost less.
    """
    row = sale(found, "gas_swap:apart")
    assert (row.given_mcm, row.received_mcm) == (near(2.5 * DAYS), near(2 * DAYS))
    given, taken = near(2.5 * DAYS), near(2 * DAYS)
    assert carried(found, "gas_pipe:apart_s-apart_p") == {"QSS": (given, near(0))}
    assert carried(found, "gas_pipe:apart_q-apart_b") == {"QPP": (taken, near(0))}
    assert carried(found, "gas_pipe:apart_s-apart_b") == {}
    (short,) = [each for each in found.unserved if each.load == "gas_load:apart_b"]
    assert short.amount == near(2 * DAYS)


def test_room_of_a_sale_is_what_pipes_leave_from_fields_to_users(found):
    """2 come the straight way, which is full; by m 7 pass, and 0.8 of them arrive."""
    row = sale(found, "gas_contract:room")
    assert row.given_mcm == near(2 * DAYS)
    assert row.room_mcm == near(7 * 0.8 * DAYS)
    ends = "gas_pipe:room_a-room_b", "gas_pipe:room_m-room_b"
    assert row.bound_by == ends


def test_room_of_a_swap_is_what_both_its_ways_leave(found):
    """The partner's pipe leaves 48; the seller's 47.5, of which 0.8 are given on."""
    row = sale(found, "gas_swap:apart")
    assert row.room_mcm == near(47.5 * 0.8 * DAYS)
    assert row.bound_by == ("gas_pipe:apart_s-apart_p",)


def test_room_is_not_sought_by_countries_that_are_not_on_the_way(found):
    row = sale(found, "gas_contract:round")
    assert row.given_mcm == near(2 * DAYS)
    assert row.room_mcm == near(1 * DAYS)
    assert row.bound_by == ("gas_pipe:round_a-round_b",)


def test_strings_alike_are_as_full_as_each_other(found):
    for name, share in (("first", 0.25), ("second", 0.75), ("third", 0.0)):
        element = f"gas_pipe:{name}"
        sent = 4 * share * DAYS
        assert found.flow(element).on == near(sent)
        owners = {"ZSA": (near(sent), near(0))} if share else {}
        assert carried(found, element) == owners
    assert sale(found, "gas_contract:string").room_mcm == near((2 + 6 + 9 - 4) * DAYS)


@pytest.mark.parametrize(
    ("bus", "missing"),
    [
        ("lone_a", "from gas_node:lone_a to where BBB wants gas"),
        ("lone_b", "from a field of AAA to gas_node:lone_b"),
    ],
)
def test_nothing_is_sold_where_no_pipe_is_open(bus, missing):
    """2 of 4 are due, and paid for: at neither end is there anything to hand over."""
    lone = {
        "gas_node": nodes(lone_a="AAA", lone_b="BBB"),
        "gas_field": [fields("lone_a", 9, 20_000)],
        "gas_pipe": [pipe("lone_a", "lone_b", status="planned")],
        "gas_contract": [contract("lone", "AAA", "BBB", bus, 4, p_min_pu=0.5)],
        "gas_load": [gas_load("lone", "lone_b", 3)],
    }
    found = energy(energy_model(**lone), params=EnergyParams(year=YEAR))
    row = sale(found, "gas_contract:lone")
    assert (row.given_mcm, row.untaken_mcm) == (near(0), near(2 * DAYS))
    assert (row.room_mcm, row.bound_by, found.carried) == (0, (), ())
    told = f"gas_contract:lone hands nothing over: no open pipes lead {missing}"
    assert found.notes[0] == told
    assert found.unserved[0].amount == near(3 * DAYS)
