"""Power by hand: two and three zones, water, what must run, who buys, what is short.

Each case is an island of one model, whose zones bear its mark; weeks 13 and 39 stand
for 4,392 and 4,368 hours.
"""

import pytest
from tests.analysis.energy_models import (
    FIRST,
    HOURS,
    SECOND,
    YEAR,
    by_week,
    energy_model,
    joined,
    power_load,
)

from bereket.analysis.energy import EnergyParams, energy
from bereket.model.validate import validate

EXACT = 1e-6  # relative: HiGHS ends at 1e-9 of a row, and figures are sums of a few
LOST = 1000.0  # what a MWh not had costs [USD]


def near(value):
    return pytest.approx(value, rel=EXACT, abs=EXACT)


def zones(**countries):
    return [{"bus_id": name, "country_iso3": iso3} for name, iso3 in countries.items()]


def plant(name, bus, mw, cost, carrier="coal", **more):
    """Return a plant of a cost by the MWh: fuel at efficiency 0.5 is twice itself."""
    told = {"power_plant_id": name, "bus": bus, "carrier": carrier, "p_nom": mw}
    if carrier in ("coal", "oil"):
        return told | {"efficiency": 0.5, "fuel_cost": cost / 2.0} | more
    return told | {"marginal_cost": cost} | more


def line(name, bus0, bus1, mw, **more):
    told = {"power_line_id": name, "bus0": bus0, "bus1": bus1, "p_nom": mw}
    return told | {"efficiency": 1.0} | more


OPEN = {  # 30 of 100 MW go over at a tenth lost and 2 USD
    "bus": zones(open_a="OAA", open_b="OBB"),
    "power_plant": [plant("open_a", "open_a", 100, 10), plant("o", "open_b", 100, 50)],
    "power_load": [power_load("open_a", "open_a", 20), power_load("o", "open_b", 27)],
    "power_line": [
        line("open", "open_a", "open_b", 100, efficiency=0.9, marginal_cost=2)
    ],
}
FULL = {  # 20 MW of 60, at a twentieth lost and 1 USD
    "bus": zones(full_a="FAA", full_b="FBB"),
    "power_plant": [plant("full_a", "full_a", 99, 10), plant("f", "full_b", 100, 50)],
    "power_load": [power_load("full", "full_b", 60)],
    "power_line": [
        line("full", "full_a", "full_b", 20, efficiency=0.95, marginal_cost=1)
    ],
}
# Wind blows on one side in one half of the year, on the other in the other; the line
# holds 20 MW on and half of that back, nine tenths of the time.
TURN = {
    "bus": zones(turn_a="TAA", turn_b="TBB"),
    "profile": [*by_week("early", 1, 0), *by_week("late", 0, 1)],
    "power_plant": [
        plant("turn_a", "turn_a", 100, 5, "wind", profile_id="early"),
        plant("turn_b", "turn_b", 100, 5, "wind", profile_id="late"),
        plant("turn_a2", "turn_a", 100, 60),
        plant("turn_b2", "turn_b", 100, 60),
    ],
    "power_load": [power_load("turn_a", "turn_a", 30), power_load("t", "turn_b", 30)],
    "power_line": [
        line(
            "turn", "turn_a", "turn_b", 20, p_min_pu=-0.5, p_max_pu=0.9, efficiency=0.95
        )
    ],
}
# C draws 40 MW: 20 from A, 15 by B (10 of A and 5 of its own), 5 of its own.
THREE = {
    "bus": zones(three_a="HAA", three_b="HBB", three_c="HCC"),
    "power_plant": [
        plant("three_a", "three_a", 100, 10),
        plant("three_b", "three_b", 100, 30),
        plant("three_c", "three_c", 100, 80),
    ],
    "power_load": [power_load("three_c", "three_c", 40)],
    "power_line": [
        line("three_ac", "three_a", "three_c", 20),
        line("three_ab", "three_a", "three_b", 10),
        line("three_bc", "three_b", "three_c", 15),
    ],
}
# 200,000 MWh of water, by weeks as 1 to 3: 1 x 4392 and 3 x 4368 parts.
WATER = {
    "bus": zones(water="WAA"),
    "profile": by_week("water", 1, 3),
    "power_plant": [
        plant(
            "water_h", "water", 100, 0, "hydro", profile_id="water", e_sum_max=200_000
        ),
        plant("water_t", "water", 100, 40),
    ],
    "power_load": [power_load("water", "water", 50)],
}
# So much that the second half of the year has 20 MW to spare, which nobody keeps.
AMPLE = {
    "bus": zones(ample="MAA"),
    "profile": by_week("ample", 0, 1),
    "power_plant": [
        plant(
            "ample_h",
            "ample",
            100,
            0,
            "hydro",
            profile_id="ample",
            e_sum_max=70 * SECOND,
        ),
        plant("ample_t", "ample", 100, 40),
    ],
    "power_load": [power_load("ample", "ample", 50)],
}
# Half of the year twice as dear: 87,600 MWh allotted all go there, 51 MW are wanted.
YEARLY = {
    "bus": zones(yearly="YAA"),
    "profile": by_week("yearly", 51, 25),
    "power_plant": [
        plant("yearly_o", "yearly", 30, 10, "oil", e_sum_max=87_600),
        plant("yearly_a", "yearly", 30, 20),
        plant("yearly_b", "yearly", 100, 60),
    ],
    "power_load": [
        power_load(
            "yearly", "yearly", (51 * FIRST + 25 * SECOND) / HOURS, profile_id="yearly"
        )
    ],
}
MUST = {
    "bus": zones(must="UAA"),
    "power_plant": [plant("must", "must", 100, 10, p_min_pu=0.5)],
    "power_load": [power_load("must", "must", 30)],
}
SHARE = {  # four fifths of 100 MW can run, and 90 are wanted
    "bus": zones(share="SAA"),
    "power_plant": [plant("share", "share", 100, 10, p_max_pu=0.8)],
    "power_load": [power_load("share", "share", 90, LOST)],
}
BUYER = {  # 50 MW at 10 and more at 40: of 40 MW at 35 at most, 20 are bought
    "bus": zones(buyer="BAA"),
    "power_plant": [plant("buyer_a", "buyer", 50, 10), plant("bu", "buyer", 100, 40)],
    "power_load": [
        power_load("buyer", "buyer", 30),
        power_load("buyer_x", "buyer", 40, 35, kind="export"),
    ],
}
# Three zones in a row: one has plants and a full line, the last no plant at all.
SHORT = {
    "bus": zones(short_a="NAA", short_b="NBB", short_c="NCC"),
    "power_plant": [plant("short_a", "short_a", 50, 10), plant("sh", "short_b", 5, 20)],
    "power_load": [
        power_load("short_b", "short_b", 20, LOST),
        power_load("short_c", "short_c", 10, LOST),
    ],
    "power_line": [
        line("short_ab", "short_a", "short_b", 8, p_min_pu=0),
        line("short_bc", "short_b", "short_c", 30, p_min_pu=0),
    ],
}
ALONE = {
    "bus": zones(alone="LAA"),
    "power_load": [power_load("alone", "alone", 7, LOST)],
}
UNWANTED = {  # a plant above what a MWh not had costs
    "bus": zones(unwanted="DAA"),
    "power_plant": [plant("unwanted", "unwanted", 100, 200)],
    "power_load": [power_load("unwanted", "unwanted", 10, 100)],
}
DEAD_END = {  # nothing stands at the far end, so that nothing comes of a line there
    "bus": zones(dead_a="EAA", dead_b="EBB"),
    "power_plant": [plant("dead", "dead_a", 100, 20)],
    "power_load": [power_load("dead", "dead_a", 50)],
    "power_line": [line("dead", "dead_a", "dead_b", 0)],
}
ISLANDS = (
    *(OPEN, FULL, TURN, THREE, WATER, AMPLE, YEARLY, MUST, SHARE, BUYER, SHORT),
    *(ALONE, UNWANTED, DEAD_END),
)


@pytest.fixture(scope="module")
def model():
    return energy_model(**joined(*ISLANDS))


@pytest.fixture(scope="module")
def found(model):
    return energy(model, params=EnergyParams(year=YEAR))


def price(found, bus):
    (row,) = [row for row in found.prices if row.zone == f"bus:{bus}"]
    return row


def short_at(found, load):
    (row,) = [row for row in found.unserved if row.load == f"power_load:{load}"]
    return row


def made(found, bus, carrier):
    (row,) = [
        row
        for row in found.generation
        if (row.zone, row.carrier) == (f"bus:{bus}", carrier)
    ]
    return row.energy_mwh


def test_the_cases_break_no_rule_of_a_model(model):
    assert validate(model, frozenset(model.tables)).faults == ()


# --- lines ----------------------------------------------------------------------------


def test_prices_differ_by_fee_and_losses_where_a_line_is_not_full(found):
    """27 MW arrive of 30; at 10 USD and a fee of 2 they cost 12 / 0.9 there."""
    assert price(found, "open_a").mean == near(10)
    assert price(found, "open_b").mean == near(12 / 0.9)
    flow = found.flow("power_line:open")
    assert (flow.on, flow.back) == (near(30 * HOURS), 0)
    assert flow.room == near(70 * HOURS)
    assert flow.room_back == near(100 * HOURS)
    assert (flow.rent_usd, flow.full_share) == (near(0), 0)
    assert found.value("power_line:open").usd_per_mw == 0


def test_a_full_line_earns_what_it_gains_and_one_more_mw_as_much_for_itself(found):
    """Of 20 MW 19 arrive, worth 50; sent at 10 and 1 of fee: 0.95 x 50 - 11 = 36.5."""
    assert price(found, "full_a").mean == near(10)
    assert price(found, "full_b").mean == near(50)
    flow = found.flow("power_line:full")
    assert (flow.on, flow.room, flow.full_share) == (near(20 * HOURS), near(0), 1)
    assert flow.rent_usd == near(20 * 36.5 * HOURS)
    value = found.value("power_line:full")
    assert value.usd_per_mw == near(flow.rent_usd / 20)
    assert value.usd_per_mcm_per_day is None


def test_who_sells_over_a_full_line_gets_half_of_its_rent(found):
    """Price 10, fee 1, half of 36.5: 29.25 for what is sent."""
    seller, buyer = found.country("FAA"), found.country("FBB")
    assert seller.earned_usd == near(20 * 29.25 * HOURS)
    assert buyer.paid_usd == near(seller.earned_usd)
    assert seller.carriage_usd == near(20 * 1 * HOURS)
    assert seller.power_net_import_mwh == near(-20 * HOURS)
    assert buyer.power_net_import_mwh == near(19 * HOURS)


def test_a_line_carries_back_its_share_and_is_worth_both_ways(found):
    """Nine tenths of 20 on for 4,392 h, of 10 back for 4,368 h: 0.95 x 60 - 5 each."""
    flow = found.flow("power_line:turn")
    assert flow.on == near(18 * FIRST)
    assert flow.back == near(9 * SECOND)
    assert flow.full_share == near(FIRST / HOURS)
    assert flow.full_share_back == near(SECOND / HOURS)
    assert flow.p_nom_back == near(10)
    gain = 0.95 * 60 - 5
    assert flow.rent_usd == near((18 * FIRST + 9 * SECOND) * gain)
    worth = 0.9 * (FIRST + 0.5 * SECOND) * gain
    assert found.value("power_line:turn").usd_per_mw == near(worth)


def test_three_zones_pay_what_the_last_mw_there_costs(found):
    """A 10, B 30 and C 80: each line is full, and worth the difference of its ends."""
    assert [price(found, f"three_{each}").mean for each in "abc"] == near([10, 30, 80])
    worth = {"ac": (20, 70), "ab": (10, 20), "bc": (15, 50)}
    for name, (mw, gain) in worth.items():
        assert found.flow(f"power_line:three_{name}").on == near(mw * HOURS)
        value = found.value(f"power_line:three_{name}").usd_per_mw
        assert value == near(gain * HOURS)
    cost = 30 * 10 + 5 * 30 + 5 * 80
    spent = [found.country(iso3).supply_usd for iso3 in ("HAA", "HBB", "HCC")]
    assert sum(spent) == near(cost * HOURS)


def test_a_line_to_a_zone_where_nothing_stands_is_worth_nothing(found):
    assert found.value("power_line:dead").usd_per_mw == 0


# --- plants ---------------------------------------------------------------------------


def test_water_of_a_week_is_used_up_and_is_worth_what_it_saves(found):
    """A quarter of it in the first weeks; coal at 40 does the rest, in all hours."""
    own = price(found, "water")
    assert (own.low, own.high) == (near(40), near(40))
    assert made(found, "water", "hydro") == near(200_000)
    assert made(found, "water", "coal") == near(50 * HOURS - 200_000)
    # Its 100 MW are not what holds it back.
    assert found.value("power_plant:water_h").usd_per_mw == 0


def test_water_is_not_kept_for_another_season(found):
    """None in the first half; 50 of 70 MW in the second, which cost nothing."""
    assert made(found, "ample", "hydro") == near(50 * SECOND)
    assert made(found, "ample", "coal") == near(50 * FIRST)
    assert price(found, "ample").periods == near((40, 0))


def test_a_yearly_allotment_goes_where_power_is_dearest(found):
    """First half: 87,600 MWh, 30 MW at 20, the rest at 60; then 25 MW at 20."""
    assert price(found, "yearly").periods == near((60, 20))
    assert made(found, "yearly", "oil") == near(87_600)
    # Both plants on coal: all that oil does not give.
    rest = 51 * FIRST - 87_600 + 25 * SECOND
    assert made(found, "yearly", "coal") == near(rest)
    assert found.value("power_plant:yearly_a").usd_per_mw == near(40 * FIRST)
    assert found.value("power_plant:yearly_o").usd_per_mw == 0


def test_what_must_run_is_spilled_at_no_price_and_told(found):
    """50 MW run at 10 USD, 30 are wanted; half of one more MW would run for nothing."""
    assert price(found, "must").mean == near(0)
    assert made(found, "must", "coal") == near(50 * HOURS)
    assert "bus:must: 175,200 MWh must run and are spilled" in found.notes
    assert found.country("UAA").net_cost_usd == near(500 * HOURS)
    assert found.value("power_plant:must").usd_per_mw == near(-0.5 * 10 * HOURS)


def test_what_can_run_is_a_share_of_what_stands(found):
    """80 MW of 100 for 90 wanted; one more MW brings four fifths."""
    assert made(found, "share", "coal") == near(80 * HOURS)
    assert short_at(found, "share").highest == near(10)
    assert found.value("power_plant:share").usd_per_mw == near(0.8 * 990 * HOURS)
    (row,) = [row for row in found.generation if row.zone == "bus:share"]
    assert row.use_share == near(0.8)


def test_a_plant_gives_off_what_its_fuel_holds(found):
    """Coal at an efficiency of 0.5: 2 x 0.3406 t a MWh."""
    (row,) = [row for row in found.generation if row.zone == "bus:share"]
    assert row.co2_t == near(80 * HOURS * 2 * 0.3406)
    assert row.gas_mcm == 0
    assert found.country("SAA").co2_t == near(row.co2_t)


# --- what is wanted -------------------------------------------------------------------


def test_a_buyer_beyond_takes_only_what_costs_less_than_it_pays(found):
    assert price(found, "buyer").mean == near(35)
    country = found.country("BAA")
    assert country.buyers_value_usd == near(20 * 35 * HOURS)
    assert country.supply_usd == near(50 * 10 * HOURS)
    assert country.power_wanted_mwh == near(30 * HOURS)
    assert not [row for row in found.unserved if row.country_iso3 == "BAA"]


def test_demand_over_supply_is_answered_with_what_is_short_and_why(found):
    """8 MW over a full line and 5 of its own, for 30: 17 are short in both."""
    both = [short_at(found, "short_b"), short_at(found, "short_c")]
    assert sum(row.amount for row in both) == near(17 * HOURS)
    assert price(found, "short_b").mean == near(LOST)
    assert found.value("power_line:short_ab").usd_per_mw == near(990 * HOURS)
    causes = {row.load.removeprefix("power_load:"): row.cause for row in both}
    assert causes["short_b"] == "plants give all they can; full: power_line:short_ab"
    beyond = "short as well beyond power_line:short_bc"
    assert causes["short_c"] == f"no plants stand here; {beyond}"
    cost = sum(row.cost_usd for row in both)
    assert cost == near(17 * LOST * HOURS)
    owed = [found.country(iso3).unserved_usd for iso3 in ("NBB", "NCC")]
    assert sum(owed) == near(cost)


def test_a_zone_without_plant_and_line_goes_without(found):
    row = short_at(found, "alone")
    assert (row.amount, row.share, row.time_share) == (
        near(7 * HOURS),
        near(1),
        near(1),
    )
    assert row.highest == near(7)
    assert row.cause == "no plants stand here; no way leads in"
    assert (row.country_iso3, row.commodity) == ("LAA", "power")


def test_a_plant_above_the_worth_of_what_is_short_has_not_used_up_its_water(found):
    """200 USD to make what costs 100 not to have: it stands still for its price."""
    row = short_at(found, "unwanted")
    assert row.cost_usd == near(10 * 100 * HOURS)
    assert "water" not in row.cause


def test_the_dearest_shortage_is_told_first(found):
    costs = [row.cost_usd for row in found.unserved]
    assert costs == sorted(costs, reverse=True)
    assert found.missed("power") == near(sum(row.amount for row in found.unserved))
    assert found.missed("gas") == 0


def test_values_are_told_dearest_first(found):
    values = [row.usd for row in found.values]
    assert values == sorted(values, reverse=True)


def test_net_costs_of_all_countries_are_the_cost_of_the_year(found):
    total = sum(row.net_cost_usd for row in found.countries)
    assert total == near(found.objective_usd)


def test_prices_by_hour_are_those_of_which_the_means_are_told(found):
    courses = {row.zone: row.price_usd_per_mwh for row in found.courses}
    assert courses["bus:yearly"] == near((60, 20))
    own = price(found, "yearly")
    assert own.mean == near((60 * FIRST + 20 * SECOND) / HOURS)
    wanted = 51 * FIRST, 25 * SECOND
    assert own.of_load == near((60 * wanted[0] + 20 * wanted[1]) / sum(wanted))
    assert found.hour_weight == near((FIRST, SECOND))
    assert found.weeks == (13, 39)
