"""Gas by hand: pipes, contracts, swaps, transit, stores, and plants that burn it.

Each case is an island of one model, whose nodes bear its mark.
"""

import pytest
from tests.analysis.energy_models import (
    DAYS,
    FIRST,
    HOURS,
    SECOND,
    YEAR,
    by_month,
    by_week,
    energy_model,
    gas_load,
    joined,
    power_load,
)

from bereket.analysis.energy import EnergyParams, energy
from bereket.model.validate import validate

EXACT = 1e-6  # relative: HiGHS ends at 1e-9 of a row, and figures are sums of a few
LOST = 1e6  # what an mcm not had costs [USD]
WINTER, SUMMER = 31 + 28 + 31 + 30 + 30 + 31, 31 + 30 + 31 + 31 + 30 + 31
COLD = (1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1)  # months of winter


def near(value):
    return pytest.approx(value, rel=EXACT, abs=EXACT)


def nodes(**countries):
    rows = countries.items()
    return [{"gas_node_id": name, "country_iso3": iso3} for name, iso3 in rows]


def fields(node, mcm_per_day, cost, **more):
    told = {"gas_field_id": f"{node}_f", "bus": node, "p_nom": mcm_per_day}
    return told | {"marginal_cost": cost} | more


def pipe(start, stop, mcm_per_day=50, **more):
    told = {"gas_pipe_id": f"{start}-{stop}", "bus0": start, "bus1": stop}
    return told | {"p_nom": mcm_per_day, "efficiency": 1.0} | more


def contract(name, seller, buyer, bus, mcm_per_day, **more):
    told = {"gas_contract_id": name, "seller_iso3": seller, "buyer_iso3": buyer}
    told |= {"bus": bus}
    return told | {"p_nom": mcm_per_day, "price_usd_per_mcm": 100_000} | more


def swap(name, seller, bus0, bus1, **more):
    told = {"gas_swap_id": name, "seller_iso3": seller, "bus0": bus0, "bus1": bus1}
    return told | {"p_nom": 5, "fee_share": 0, "price_usd_per_mcm": 150_000} | more


def seasons(name, winter, summer):
    """Return a load's profile and mean: figures of a day in winter and in summer."""
    rows = by_month(name, [winter if cold else summer for cold in COLD])
    return rows, (winter * WINTER + summer * SUMMER) / DAYS


# A sells 8 mcm a day, in a month up to 1.2 times as much; B wants 12, has dear gas.
SOLD = {
    "gas_node": nodes(sold_a="SAA", sold_b="SBB"),
    "gas_field": [fields("sold_a", 50, 20_000), fields("sold_b", 10, 150_000)],
    "gas_pipe": [pipe("sold_a", "sold_b", efficiency=0.98, marginal_cost=10_000)],
    "gas_contract": [contract("sold", "SAA", "SBB", "sold_b", 8)],
    "gas_load": [gas_load("sold", "sold_b", 12)],
}
# The same where B wants 12 in winter alone, and 3 in summer.
COLDER_PROFILE, COLDER_MEAN = seasons("colder", 12, 3)
COLDER = {
    "gas_node": nodes(colder_a="CAA", colder_b="CBB"),
    "profile": COLDER_PROFILE,
    "gas_field": [fields("colder_a", 50, 20_000), fields("colder_b", 10, 150_000)],
    "gas_pipe": [pipe("colder_a", "colder_b", efficiency=0.98, marginal_cost=10_000)],
    "gas_contract": [contract("colder", "CAA", "CBB", "colder_b", 8)],
    "gas_load": [gas_load("colder", "colder_b", COLDER_MEAN, profile_id="colder")],
}
# The same with a pipe that holds less than is sold.
NARROW = {
    "gas_node": nodes(narrow_a="NAA", narrow_b="NBB"),
    "gas_field": [fields("narrow_a", 50, 20_000), fields("narrow_b", 10, 150_000)],
    "gas_pipe": [
        pipe("narrow_a", "narrow_b", 4, efficiency=0.98, marginal_cost=10_000)
    ],
    "gas_contract": [contract("narrow", "NAA", "NBB", "narrow_b", 8)],
    "gas_load": [gas_load("narrow", "narrow_b", 12)],
}
UNSOLD = {  # nobody has sold anything
    "gas_node": nodes(unsold_a="UAA", unsold_b="UBB"),
    "gas_field": [fields("unsold_a", 50, 20_000)],
    "gas_pipe": [pipe("unsold_a", "unsold_b")],
    "gas_load": [gas_load("unsold", "unsold_b", 3)],
}
# A sells to C through B, whose own users are short beside the pipe.
TRANSIT = {
    "gas_node": nodes(transit_a="TAA", transit_b="TBB", transit_c="TCC"),
    "gas_field": [fields("transit_a", 50, 20_000)],
    "gas_pipe": [
        pipe("transit_a", "transit_b", marginal_cost=1_000),
        pipe("transit_b", "transit_c", marginal_cost=2_000),
    ],
    "gas_contract": [contract("transit", "TAA", "TCC", "transit_c", 5)],
    "gas_load": [gas_load("transit_b", "transit_b", 1), gas_load("t", "transit_c", 4)],
}
# The same with compressors, through a country that has no gas at all.
FUELLED = {
    "gas_node": nodes(fuelled_a="FAA", fuelled_b="FBB", fuelled_c="FCC"),
    "gas_field": [fields("fuelled_a", 50, 20_000)],
    "gas_pipe": [
        pipe("fuelled_a", "fuelled_b", efficiency=0.98),
        pipe("fuelled_b", "fuelled_c", efficiency=0.98),
    ],
    "gas_contract": [contract("fuelled", "FAA", "FCC", "fuelled_c", 5)],
    "gas_load": [gas_load("fuelled", "fuelled_c", 4)],
}
# Two fields and two pipes in one country, that need no contract.
THREE = {
    "gas_node": nodes(three_a="HAA", three_b="HAA", three_c="HAA"),
    "gas_field": [fields("three_a", 9, 20_000), fields("three_b", 9, 30_000)],
    "gas_pipe": [
        pipe("three_a", "three_b", 2),
        pipe("three_b", "three_c", 6, marginal_cost=5_000, p_max_pu=0.5),
        pipe("three_a", "three_c", 1),
    ],
    "gas_load": [gas_load("three_b", "three_b", 4), gas_load("three", "three_c", 5)],
}
HOME = {  # a field of 10 for 8 at home and 5 sold to one who would pay 250,000
    "gas_node": nodes(home_a="OAA", home_b="OBB"),
    "gas_field": [fields("home_a", 10, 20_000)],
    "gas_pipe": [pipe("home_a", "home_b")],
    "gas_contract": [contract("home", "OAA", "OBB", "home_b", 5)],
    "gas_load": [
        gas_load("home", "home_a", 8),
        gas_load("home_x", "home_b", 9, 250_000, kind="export"),
    ],
}
DUE = {  # 8 of 10 must be taken or paid for, 3 are wanted
    "gas_node": nodes(due_a="DAA", due_b="DBB"),
    "gas_field": [fields("due_a", 50, 20_000)],
    "gas_pipe": [pipe("due_a", "due_b")],
    "gas_contract": [contract("due", "DAA", "DBB", "due_b", 10, p_min_pu=0.8)],
    "gas_load": [gas_load("due", "due_b", 3)],
}
# The seller is short itself, and would rather have gas over the same pipe, which nobody
# has sold to it: it sells nothing, and is paid for the 4 that are due.
OVERDUE = {
    "gas_node": nodes(over_a="VAA", over_b="VBB"),
    "gas_field": [fields("over_b", 9, 20_000)],
    "gas_pipe": [pipe("over_a", "over_b", p_min_pu=-1)],
    "gas_contract": [contract("over", "VAA", "VBB", "over_b", 5, p_min_pu=0.8)],
    "gas_load": [gas_load("over_a", "over_a", 3), gas_load("over", "over_b", 3)],
}
# Winter wants 14 of a field of 10, summer 5; a tenth of what is stored is lost.
STORED_PROFILE, STORED_MEAN = seasons("stored", 14, 5)
STORED = {
    "gas_node": nodes(stored="RAA"),
    "profile": STORED_PROFILE,
    "gas_field": [fields("stored", 10, 20_000)],
    "gas_storage": [
        {
            "gas_storage_id": "stored",
            "bus": "stored",
            "p_nom": 5,
            "e_nom": 2000,
            "efficiency_store": 0.9,
        }
    ],
    "gas_load": [gas_load("stored", "stored", STORED_MEAN, profile_id="stored")],
}
SMALL = {  # a store of 362 mcm: half of what winter lacks
    "gas_node": nodes(small="LAA"),
    "profile": STORED_PROFILE,
    "gas_field": [fields("small", 10, 20_000)],
    "gas_storage": [
        {
            "gas_storage_id": "small",
            "bus": "small",
            "p_nom": 5,
            "e_nom": 2 * WINTER,
            "efficiency_store": 0.9,
        }
    ],
    "gas_load": [gas_load("small", "small", STORED_MEAN, profile_id="stored")],
}
# A gives to B, which has dear gas and users, and B to C, who wants 3.
SWAPPED = {
    "gas_node": nodes(swapped_a="WAA", swapped_b="WBB", swapped_c="WCC"),
    "gas_field": [fields("swapped_a", 20, 20_000), fields("swapped_b", 20, 50_000)],
    "gas_pipe": [
        pipe("swapped_a", "swapped_b"),
        pipe("swapped_b", "swapped_c", marginal_cost=1_000),
    ],
    "gas_swap": [
        swap(
            "swapped",
            "WAA",
            "swapped_b",
            "swapped_c",
            fee_share=0.1,
            fee_usd_per_mcm=500,
        )
    ],
    "gas_load": [
        gas_load("swapped_b", "swapped_b", 10),
        gas_load("sw", "swapped_c", 3),
    ],
}
PAIRED = {  # a swap that is full: 2 are given, of 3 wanted beyond
    "gas_node": nodes(paired_a="PAA", paired_b="PBB", paired_c="PCC"),
    "gas_field": [fields("paired_a", 20, 20_000), fields("paired_b", 20, 50_000)],
    "gas_pipe": [pipe("paired_a", "paired_b"), pipe("paired_b", "paired_c")],
    "gas_swap": [
        swap(
            "paired",
            "PAA",
            "paired_b",
            "paired_c",
            p_nom=2,
            fee_share=0.1,
            fee_usd_per_mcm=500,
        )
    ],
    "gas_load": [gas_load("paired_b", "paired_b", 10), gas_load("pa", "paired_c", 3)],
}


def free(mark, *, pipe_too, swap_too):
    """Return A and C joined by a free pipe and contract, by a swap, or by both.

    C wants 4 mcm a day, and has 1 of its own; B in the middle has gas and users.
    """
    a, b, c = (f"{mark}_{each}" for each in "abc")
    letter = mark[-1].upper()
    iso3 = [f"{letter}{letter}{each}" for each in "ABC"]
    ways = [pipe(a, b), pipe(b, c)]
    return {
        "gas_node": nodes(**{a: iso3[0], b: iso3[1], c: iso3[2]}),
        "gas_field": [fields(a, 9, 20_000), fields(b, 9, 40_000), fields(c, 1, 90_000)],
        "gas_pipe": [*ways, pipe(a, c)] if pipe_too else ways,
        "gas_contract": [contract(mark, iso3[0], iso3[2], c, 9)] if pipe_too else [],
        "gas_swap": [swap(mark, iso3[0], b, c, p_nom=9)] if swap_too else [],
        "gas_load": [gas_load(b, b, 5), gas_load(c, c, 4)],
    }


# A plant of 100 MW burns 24 x 100 / (0.5 x 10,000) = 0.48 mcm a day.
FIRED = {
    "bus": [{"bus_id": "fired", "country_iso3": "GAA"}],
    "gas_node": nodes(fired="GAA"),
    "gas_field": [fields("fired", 5, 20_000)],
    "power_plant": [
        {
            "power_plant_id": "fired",
            "bus": "fired",
            "carrier": "gas",
            "p_nom": 100,
            "efficiency": 0.5,
            "gas_node_id": "fired",
            "marginal_cost": 3,
        }
    ],
    "power_load": [power_load("fired", "fired", 80)],
}
LACKING = {  # gas for 50 MW alone
    "bus": [{"bus_id": "lacking", "country_iso3": "KAA"}],
    "gas_node": nodes(lacking="KAA"),
    "gas_field": [fields("lacking", 0.24, 20_000)],
    "power_plant": [
        {
            "power_plant_id": "lacking",
            "bus": "lacking",
            "carrier": "gas",
            "p_nom": 100,
            "efficiency": 0.5,
            "gas_node_id": "lacking",
            "marginal_cost": 3,
        }
    ],
    "power_load": [power_load("lacking", "lacking", 80)],
}
# Gas is dear in winter, when heating takes the cheap field, and power with it.
DEAR_PROFILE, DEAR_MEAN = seasons("dear", 9, 1)
DEAR = {
    "bus": [{"bus_id": "dear", "country_iso3": "EAA"}],
    "gas_node": nodes(dear="EAA"),
    "profile": [*DEAR_PROFILE, *by_week("even", 1, 1)],
    "gas_field": [
        fields("dear", 8, 20_000),
        fields("dear", 8, 70_000) | {"gas_field_id": "dear_2"},
    ],
    "power_plant": [
        {
            "power_plant_id": "dear",
            "bus": "dear",
            "carrier": "gas",
            "p_nom": 100,
            "efficiency": 0.5,
            "gas_node_id": "dear",
        }
    ],
    "power_load": [power_load("dear", "dear", 80)],
    "gas_load": [gas_load("dear", "dear", DEAR_MEAN, profile_id="dear")],
}
COUPLED = {  # oil-well gas that must be taken, of no use
    "gas_node": nodes(must="MAA"),
    "gas_field": [fields("must", 10, 5_000, p_min_pu=0.4)],
    "gas_load": [gas_load("must", "must", 3)],
}
ISLANDS = (
    *(
        OVERDUE,
        SOLD,
        COLDER,
        NARROW,
        UNSOLD,
        TRANSIT,
        FUELLED,
        THREE,
        HOME,
        DUE,
        STORED,
        SMALL,
    ),
    *(SWAPPED, PAIRED, FIRED, LACKING, DEAR, COUPLED),
    free("free_x", pipe_too=True, swap_too=False),
    free("free_y", pipe_too=True, swap_too=True),
    free("free_z", pipe_too=False, swap_too=True),
)


def unique(tables):
    """Return tables without rows that islands share."""
    seen = {}
    for row in tables["profile"]:
        seen[tuple(row.items())] = row
    return tables | {"profile": list(seen.values())}


@pytest.fixture(scope="module")
def model():
    return energy_model(**unique(joined(*ISLANDS)))


@pytest.fixture(scope="module")
def found(model):
    return energy(model, params=EnergyParams(year=YEAR))


def price(found, node):
    (row,) = [row for row in found.prices if row.zone == f"gas_node:{node}"]
    return row


def sale(found, element):
    (row,) = [row for row in found.sales if row.element == element]
    return row


def worth(found, element):
    row = found.value(element)
    assert row.usd_per_mw is None
    return row.usd_per_mcm_per_day


def short_at(found, load):
    (row,) = [row for row in found.unserved if row.load == load]
    return row


def net_cost(found, *countries):
    return sum(found.country(iso3).net_cost_usd for iso3 in countries)


def test_the_cases_break_no_rule_of_a_model(model):
    assert validate(model, frozenset(model.tables)).faults == ()


# --- contracts ------------------------------------------------------------------------


GAIN = 0.98 * 150_000 - 20_000 - 10_000  # of one more sent to where gas is dear


def test_a_contract_bounds_what_leaves_in_a_year_and_is_worth_what_it_saves(found):
    """8 a day arrive, 8 / 0.98 are sent: 150,000 - 30,000 / 0.98 for each."""
    assert found.flow("gas_pipe:sold_a-sold_b").on == near(8 / 0.98 * DAYS)
    assert price(found, "sold_a").mean == near(20_000)
    assert price(found, "sold_b").mean == near(150_000)
    assert worth(found, "gas_contract:sold") == near(GAIN / 0.98 * DAYS)
    assert worth(found, "gas_pipe:sold_a-sold_b") == 0
    assert found.flow("gas_pipe:sold_a-sold_b").rent_usd == near(0)
    row = sale(found, "gas_contract:sold")
    assert (row.given_mcm, row.received_mcm) == (near(8 * DAYS), near(8 * DAYS))
    assert (row.untaken_mcm, row.use_share) == (near(0), near(1))
    assert row.paid_usd == near(8 * DAYS * 100_000)
    assert found.country("SAA").earned_usd == near(row.paid_usd)
    assert found.country("SBB").paid_usd == near(row.paid_usd)


def test_a_contract_bounds_what_leaves_in_a_month(found):
    """9.6 in winter, which one more of volume makes 1.2 more; what is wanted then."""
    taken = 9.6 * WINTER + 3 * SUMMER
    assert found.flow("gas_pipe:colder_a-colder_b").on == near(taken / 0.98)
    months = price(found, "colder_b").periods
    assert months == near([150_000 if cold else 30_000 / 0.98 for cold in COLD])
    assert worth(found, "gas_contract:colder") == near(1.2 * GAIN / 0.98 * WINTER)
    assert sale(found, "gas_contract:colder").use_share == near(taken / (8 * DAYS))


def test_a_full_pipe_is_worth_what_the_contract_is_not(found):
    flow = found.flow("gas_pipe:narrow_a-narrow_b")
    assert (flow.on, flow.full_share) == (near(4 * DAYS), 1)
    assert flow.rent_usd == near(4 * GAIN * DAYS)
    assert worth(found, "gas_pipe:narrow_a-narrow_b") == near(GAIN * DAYS)
    assert worth(found, "gas_contract:narrow") == 0


def test_without_a_contract_nothing_leaves_and_the_shortage_says_so(found):
    assert found.flow("gas_pipe:unsold_a-unsold_b").on == near(0)
    row = short_at(found, "gas_load:unsold")
    assert (row.amount, row.share) == (near(3 * DAYS), near(1))
    unsold = "no contract lets more in over gas_pipe:unsold_a-unsold_b"
    assert row.cause == f"no fields stand here; {unsold}"
    assert row.cost_usd == near(3 * DAYS * LOST)


def test_transit_needs_no_contract_and_feeds_nobody_on_the_way(found):
    """C is served through B at 20,000 and two fees; B, who bought nothing, is not."""
    assert price(found, "transit_c").mean == near(23_000)
    assert found.flow("gas_pipe:transit_a-transit_b").on == near(4 * DAYS)
    assert found.flow("gas_pipe:transit_b-transit_c").on == near(4 * DAYS)
    assert short_at(found, "gas_load:transit_b").amount == near(1 * DAYS)
    between = found.country("TBB")
    assert (between.gas_sold_mcm, between.gas_bought_mcm) == (0, 0)


def test_transit_with_compressors_needs_no_contract_of_the_country_between(found):
    """What its compressors burn is not sold to it, and nobody but A has gas."""
    assert not [row for row in found.unserved if row.load == "gas_load:fuelled"]
    assert found.flow("gas_pipe:fuelled_b-fuelled_c").on == near(4 / 0.98 * DAYS)


def test_domestic_demand_comes_before_export(found):
    """Of 10, 8 stay and 2 go; one more is worth what the buyer abroad pays."""
    assert sale(found, "gas_contract:home").given_mcm == near(2 * DAYS)
    assert price(found, "home_a").mean == near(250_000)
    assert found.country("OBB").buyers_value_usd == near(2 * DAYS * 250_000)
    assert worth(found, "gas_field:home_a_f") == near(230_000 * DAYS)
    assert not [row for row in found.unserved if row.country_iso3 in ("OAA", "OBB")]


def test_what_is_due_and_not_taken_is_paid_for(found):
    """3 of 8: gas of 20,000, and 5 paid for; one more taken saves its price."""
    row = sale(found, "gas_contract:due")
    assert (row.given_mcm, row.untaken_mcm) == (near(3 * DAYS), near(5 * DAYS))
    assert row.received_mcm == near(3 * DAYS)
    assert row.paid_usd == near(3 * DAYS * 100_000)
    assert row.due_usd == near(5 * DAYS * 100_000)
    assert row.use_share == near(0.3)
    assert price(found, "due_b").mean == near(20_000 - 100_000)
    # One more mcm a day of volume: 0.8 more are due, and nobody wants them.
    assert worth(found, "gas_contract:due") == near(-0.8 * 100_000 * DAYS)


def test_one_more_of_a_contract_of_which_nothing_is_taken_costs_what_is_due(found):
    """0.8 more are paid for, and taken back at once, whatever gas is worth to whom."""
    row = sale(found, "gas_contract:over")
    assert (row.given_mcm, row.untaken_mcm) == (near(0), near(4 * DAYS))
    assert worth(found, "gas_contract:over") == near(-0.8 * 100_000 * DAYS)


# --- pipes and stores -----------------------------------------------------------------


def test_three_nodes_of_a_country_pay_what_the_last_mcm_costs_there(found):
    """C has 1 of A and 3 of B over a full pipe, and lacks 1; B 2 of A, 5 of its own."""
    assert price(found, "three_a").mean == near(20_000)
    assert price(found, "three_b").mean == near(30_000)
    assert price(found, "three_c").mean == near(LOST)
    row = short_at(found, "gas_load:three")
    assert row.amount == near(1 * DAYS)
    assert "full: gas_pipe:three_b-three_c, gas_pipe:three_a-three_c" in row.cause
    assert worth(found, "gas_pipe:three_a-three_b") == near(10_000 * DAYS)
    # Half of one more can be used on the mean day.
    gain = LOST - 30_000 - 5_000
    assert worth(found, "gas_pipe:three_b-three_c") == near(0.5 * gain * DAYS)
    assert worth(found, "gas_pipe:three_a-three_c") == near((LOST - 20_000) * DAYS)
    assert found.country("HAA").production_mcm == near((3 + 5) * DAYS)


def test_a_store_moves_summer_gas_to_winter_at_what_is_lost(found):
    """4 a day of winter from the store, which took a ninth more: 20,000 / 0.9."""
    months = price(found, "stored").periods
    dear = 20_000 / 0.9
    assert months == near([dear if cold else 20_000 for cold in COLD])
    assert not [row for row in found.unserved if row.country_iso3 == "RAA"]
    burned = 10 * WINTER + 5 * SUMMER + 4 * WINTER / 0.9
    assert found.country("RAA").production_mcm == near(burned)
    assert worth(found, "gas_field:stored_f") == near((dear - 20_000) * WINTER)
    assert worth(found, "gas_storage:stored") == 0


def test_a_small_store_leaves_winter_short_of_what_it_does_not_hold(found):
    row = short_at(found, "gas_load:small")
    assert row.amount == near(2 * WINTER)
    assert price(found, "small").high == near(LOST)
    assert found.country("LAA").production_mcm == near(
        10 * WINTER + 5 * SUMMER + 2 * WINTER / 0.9
    )


def test_gas_that_must_be_taken_is_spilled_at_no_price_and_told(found):
    assert price(found, "must").mean == near(0)
    assert "gas_node:must: 365 mcm must run and are spilled" in found.notes
    assert found.country("MAA").net_cost_usd == near(4 * 5_000 * DAYS)


# --- swaps ----------------------------------------------------------------------------


def test_a_swap_costs_its_fee_in_kind_and_in_money(found):
    """3 beyond take 3 / 0.9 given; the partner saves the rest of its own, of 50,000."""
    given = 3 / 0.9
    row = sale(found, "gas_swap:swapped")
    assert row.given_mcm == near(given * DAYS)
    assert row.received_mcm == near(3 * DAYS)
    assert row.fee_usd == near(given * DAYS * 500)
    assert row.paid_usd == near(3 * DAYS * 150_000)
    parties = row.seller_iso3, row.partner_iso3, row.buyer_iso3
    assert parties == ("WAA", "WBB", "WCC")
    own = found.country("WBB")
    assert own.production_mcm == near((10 - (given - 3)) * DAYS)
    assert own.earned_usd == near(row.fee_usd)
    assert own.gas_bought_mcm == near((given - 3) * DAYS)
    marginal = (20_000 + 500) / 0.9 + 1_000 - (1 / 0.9 - 1) * 50_000
    assert price(found, "swapped_c").mean == near(marginal)
    assert worth(found, "gas_swap:swapped") == 0


def test_one_more_in_a_full_swap_is_worth_what_both_gain_less_the_fee(found):
    """0.9 to C at the value of what is lost, 0.1 to B at 50,000; 20,500 are spent."""
    gain = 0.9 * LOST + 0.1 * 50_000 - 20_000 - 500
    assert worth(found, "gas_swap:paired") == near(gain * DAYS)
    assert short_at(found, "gas_load:pa").amount == near((3 - 1.8) * DAYS)


def test_a_swap_beside_a_free_pipe_changes_nothing_and_is_worth_nothing(found):
    with_pipe = net_cost(found, "XXA", "XXB", "XXC")
    assert net_cost(found, "YYA", "YYB", "YYC") == near(with_pipe)
    assert worth(found, "gas_swap:free_y") == 0
    # 5 of A at 20,000: by hand, A's field is large enough for C alone.
    assert with_pipe == near((4 * 20_000 + 5 * 40_000) * DAYS)


def test_a_free_swap_does_what_a_free_pipe_and_its_contract_do(found):
    by_swap = net_cost(found, "ZZA", "ZZB", "ZZC")
    assert by_swap == near(net_cost(found, "XXA", "XXB", "XXC"))
    assert sale(found, "gas_swap:free_z").received_mcm == near(4 * DAYS)


# --- plants that burn gas -------------------------------------------------------------


def test_power_costs_what_its_gas_is_worth(found):
    """20,000 / (0.5 x 10,000) and 3 beside: 7 USD; 80 MW burn 0.384 mcm a day."""
    (row,) = [row for row in found.prices if row.zone == "bus:fired"]
    assert row.mean == near(7)
    own = found.country("GAA")
    assert own.gas_burned_mcm == near(0.384 * DAYS)
    assert own.production_mcm == near(0.384 * DAYS)
    assert own.co2_t == near(80 * HOURS / 0.5 * 0.202)


def test_gas_that_is_short_leaves_power_short_and_the_cause_names_its_node(found):
    """50 of 80 MW; gas is worth what it would make: (1,000 - 3) x 0.5 x 10,000."""
    row = short_at(found, "power_load:lacking")
    assert row.amount == near(30 * HOURS)
    assert "at lacking" in row.cause
    assert row.cause.endswith("; no way leads in")
    worthy = (1_000 - 3) * 0.5 * 10_000
    assert price(found, "lacking").mean == near(worthy)
    assert worth(found, "gas_field:lacking_f") == near((worthy - 20_000) * DAYS)
    assert found.value("power_plant:lacking").usd_per_mw == 0


def test_gas_of_a_month_is_burned_by_the_weeks_that_stand_for_it(found):
    """Gas is 70,000 in winter: of the first week's 183 days 120 and 4 of December.

    Of the second's 182, November's 30 and December's other 27.
    """
    (row,) = [row for row in found.prices if row.zone == "bus:dear"]
    costs = {True: 70_000 / 5_000, False: 20_000 / 5_000}
    early = (124 * costs[True] + 59 * costs[False]) / 183
    late = (57 * costs[True] + 125 * costs[False]) / 182
    assert row.periods == near((early, late))
    assert (FIRST / 24, SECOND / 24) == (183, 182)
    assert found.country("EAA").gas_burned_mcm == near(0.384 * DAYS)


# --- accounts -------------------------------------------------------------------------


def test_net_costs_are_the_years_cost_less_fees_and_what_was_not_taken(found):
    fees = sum(row.fee_usd for row in found.sales)
    untaken = (5 + 4) * DAYS * 100_000  # of the two contracts that are not taken
    assert found.cost_usd == near(found.objective_usd - fees - untaken)
    assert found.due_usd == near(untaken)
    assert "at least" not in found.headline()
    assert (
        f"; {untaken / 1e6:,.1f} M USD are due for gas not taken;" in found.headline()
    )
    total = sum(row.net_cost_usd for row in found.countries)
    assert fees > 0
    assert total == near(found.objective_usd - fees - untaken)
    paid = sum(row.paid_usd for row in found.countries)
    assert paid == near(sum(row.earned_usd for row in found.countries))
