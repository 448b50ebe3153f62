"""By what a case of gas and power works, and why countries gain, added up by hand.

Gas and power of the teaching model are worked out in its README, section 16.
"""

from dataclasses import replace

import pytest
from tests.analysis.energy_models import energy_model, gas_load, power_load
from tests.model.altered import row_at, with_cell

from bereket import read_model
from bereket.analysis.energy import EnergyParams, energy
from bereket.model.changes import Close
from bereket.model.reference import parse_reference
from bereket.model.scenario import Scenario
from bereket.studies.energy_asked import capacity_cases, outage_cases
from bereket.studies.energy_cases import energy_cases
from bereket.studies.energy_moves import (
    AccountMove,
    Move,
    PriceMove,
    account_moves,
    countries_of,
    moves_of,
    price_moves,
)

EXACT = 1e-9  # of sums of round numbers
YEAR = EnergyParams(year=2024)
AT_VALUE = "at the value of what is not served"
LINE = "power_line:a_c"
PIPE = "gas_pipe:b_c"
ON = 876_000.0  # MWh that 100 MW send in a year


def near(value):
    return pytest.approx(value, rel=EXACT, abs=1e-3)


@pytest.fixture(scope="module")
def model(root):
    return read_model(root / "models" / "teaching")


@pytest.fixture(scope="module")
def base(model):
    return energy(model, params=YEAR)


def asked(model, base, *cases, **more):
    return energy_cases(model, params=YEAR, cases=cases, base=base, **more)


@pytest.fixture(scope="module")
def wider(model, base):
    """The line with 200 and with 300 MW."""
    return asked(model, base, *capacity_cases(model, [LINE], [200, 300])).cases


def test_a_line_moves_itself_alone_and_prices_only_where_no_coal_is_left(wider):
    twice, thrice = wider
    assert twice.changed == (LINE,)
    assert twice.moves == (
        Move(
            element=LINE,
            is_back=False,
            from_id="arelia",
            to_id="cerenia",
            unit="MWh",
            before=near(ON),
            after=near(2 * ON),
        ),
    )
    assert twice.prices == ()
    # 10 USD/MWh in Arelia, a fee of 1, and a tenth lost.
    assert thrice.prices == (
        PriceMove("bus:cerenia", "USD/MWh", near(30), near(11 / 0.9)),
    )


def test_accounts_say_why_countries_gain(wider):
    rent = 8 * ON  # half of it
    more = (10 + 1 + 8) * ON  # paid at the price of Arelia, the fee, half of the rent
    seller, buyer = wider[0].accounts
    assert wider[0].ends == ("AAA", "CCC")
    assert seller == AccountMove(
        "AAA",
        near(rent),
        near(10 * ON),
        near(ON),
        near(0),
        near(0),
        near(0),
        near(more),
    )
    assert buyer == AccountMove(
        "CCC",
        near(rent),
        near(-27 * ON),
        near(0),
        near(0),
        near(0),
        near(more),
        near(0),
    )


def test_what_one_more_costs_is_that_of_the_row(wider, model):
    yearly = 500_000 * 0.08 / (1 - 1.08**-40)
    assert wider[0].cost_usd_per_year == near(yearly)
    pipes = capacity_cases(model, [PIPE], [3])
    base = energy(model, params=YEAR)
    assert asked(model, base, *pipes).cases[0].cost_usd_per_year is None


def test_what_a_pipe_lets_fall_is_told_after_the_pipe(model, base):
    (case,) = asked(model, base, *outage_cases(model, base, [PIPE])).cases
    assert [(m.element, m.unit) for m in case.moves] == [
        (PIPE, "mcm"),
        ("gas_pipe:a_b", "mcm"),
        ("gas_contract:a_c", "mcm"),
        ("gas_contract:b_c", "mcm"),
    ]
    assert [(m.before, m.after) for m in case.moves] == [
        (near(730), 0.0),
        *[(near(365), near(0))] * 3,
    ]
    assert case.prices == (
        PriceMove("gas_node:c_town", "USD/mcm", near(65_000), near(500_000)),
    )
    # 365 of the 323 million are what is missed; the rest is saved.
    told = f"most of the loss is what is served less, {AT_VALUE}: 0.73 bcm in CCC"
    assert case.remarks == (told,)


def test_ways_between_the_same_places_are_told_by_what_they_carry_together(base):
    line = base.flow(LINE)
    other = replace(line, element="power_line:a_c_2", on=0.0)
    before = replace(base, flows=(line, other))
    turned = (replace(line, on=0.0), replace(other, on=line.on))
    assert moves_of(before, replace(base, flows=turned), ()) == ()
    told = moves_of(before, replace(base, flows=turned), (LINE,))
    assert [move.element for move in told] == [LINE, "power_line:a_c_2"]
    more = (replace(line, on=0.0), replace(other, on=2 * line.on))
    told = moves_of(before, replace(base, flows=more), ())
    assert [(m.element, m.after) for m in told] == [
        (LINE, 0.0),
        ("power_line:a_c_2", near(2 * ON)),
    ]


def test_what_turns_round_is_told_though_as_much_goes(base):
    line = base.flow(LINE)
    turned = replace(line, on=0.0, back=line.on)
    told = moves_of(base, replace(base, flows=(turned, *base.flows[1:])), ())
    assert [(m.is_back, m.from_id, m.before, m.after) for m in told] == [
        (False, "arelia", near(ON), 0.0),
        (True, "cerenia", 0.0, near(ON)),
    ]


def test_a_way_that_the_case_changes_is_told_by_the_way_that_it_goes(base):
    line = base.flow(LINE)
    new = replace(line, element="power_line:new", on=0.0, back=5e4)
    found = replace(base, flows=(*base.flows, new))
    told = moves_of(base, found, ("power_line:new",))
    assert [(m.is_back, m.after) for m in told] == [(True, 5e4)]
    # What it could carry and does not is told as well.
    idle = replace(base, flows=(*base.flows, replace(new, back=0.0)))
    told = moves_of(base, idle, ("power_line:new",))
    assert [(m.is_back, m.before, m.after) for m in told] == [(False, 0.0, 0.0)]


def test_what_hardly_moves_is_not_told_unless_the_case_changes_it(base):
    line, *pipes = base.flows
    some = {row.element: row.on for row in pipes}
    grown = [
        replace(row, on=some[row.element] + add)
        for row, add in zip(pipes, (300.0, 2.0), strict=True)
    ]
    found = replace(base, flows=(replace(line, on=line.on + 900.0), *grown))
    # 900 MWh are less than a GWh, 2 mcm less than a hundredth of 300.
    assert [move.element for move in moves_of(base, found, ())] == [pipes[0].element]
    told = moves_of(base, found, (pipes[1].element,))
    assert [move.element for move in told] == [pipes[1].element, pipes[0].element]


def test_prices_that_change_most_for_their_height_stand_first(base):
    power, gas = (
        [row for row in base.prices if row.commodity == kind]
        for kind in ("power", "gas")
    )
    changed = [
        replace(power[0], of_load=power[0].of_load * 1.004),
        replace(power[1], of_load=power[1].of_load * 1.1),
        replace(gas[0], mean=gas[0].mean * 3),  # nothing is wanted there: the last
        replace(gas[1], of_load=gas[1].of_load * 1.2),
        *gas[2:],
    ]
    told = price_moves(base, replace(base, prices=tuple(changed)))
    zones = [gas[1].zone, power[1].zone, gas[0].zone]
    assert [move.zone for move in told] == zones
    # Where nothing comes or goes besides, a price is anybody's.
    still = replace(base, flows=())
    told = price_moves(still, replace(still, prices=tuple(changed)))
    assert [move.zone for move in told] == zones[:2]


def test_countries_at_the_ends_are_told_first_and_though_they_gain_nothing(base):
    rows = [
        replace(row, net_cost_usd=row.net_cost_usd - gain, paid_usd=row.paid_usd - gain)
        for row, gain in zip(base.countries, (5.0, 9.0, 0.0), strict=True)
    ]
    told = account_moves(base, replace(base, countries=tuple(rows)), ("CCC", "AAA"))
    assert [(each.iso3, each.saving_usd) for each in told] == [
        ("CCC", 0.0),
        ("AAA", near(5)),
        ("BBB", near(9)),
    ]
    assert [each.paid_usd for each in told] == near([0, -5, -9])


@pytest.mark.parametrize(
    ("row", "countries"),
    [
        (LINE, ("AAA", "CCC")),
        (PIPE, ("BBB", "CCC")),
        ("gas_contract:a_c", ("AAA", "CCC")),  # handed over in CCC
        ("gas_swap:a_b_c", ("AAA", "BBB", "CCC")),
        ("gas_field:b", ("BBB",)),
        ("power_plant:c_coal", ("CCC",)),
        ("gas_load:borania:2024", ("BBB",)),
        ("gas_node:a_field", ("AAA",)),
    ],
)
def test_a_row_is_of_the_countries_at_its_ends(model, row, countries):
    assert countries_of(model, parse_reference(row)) == countries


def trade():
    """Gas of 20,000 USD/mcm beside gas of 30,000, and a sale at 200,000 not begun."""
    return energy_model(
        bus=[{"bus_id": "p", "country_iso3": "BBB"}],
        power_load=[power_load("p", "p", 0.0)],
        gas_node=[
            {"gas_node_id": "a", "country_iso3": "AAA"},
            {"gas_node_id": "b", "country_iso3": "BBB"},
        ],
        gas_pipe=[
            {
                "gas_pipe_id": "ab",
                "bus0": "a",
                "bus1": "b",
                "p_nom": 5.0,
                "efficiency": 1.0,
            }
        ],
        gas_field=[
            {"gas_field_id": "a", "bus": "a", "p_nom": 9.0, "marginal_cost": 20e3},
            {"gas_field_id": "b", "bus": "b", "p_nom": 9.0, "marginal_cost": 30e3},
        ],
        gas_load=[gas_load("b", "b", 3.0)],
        gas_contract=[
            {
                "gas_contract_id": "ab",
                "seller_iso3": "AAA",
                "buyer_iso3": "BBB",
                "bus": "b",
                "p_nom": 2.0,
                "price_usd_per_mcm": 200e3,
                "status": "planned",
            }
        ],
    )


def test_what_is_due_and_not_taken_is_in_no_saving_and_said():
    """3 of 4 are taken of gas at 20,000 beside 30,000; without the pipe 2 are due."""
    model = with_cell(trade(), "gas_contract", 0, "status", "operating")
    model = with_cell(model, "gas_contract", 0, "p_min_pu", 0.5)
    model = with_cell(model, "gas_contract", 0, "p_nom", 4.0)
    base = energy(model, params=YEAR)
    (case,) = asked(model, base, *outage_cases(model, base, ["gas_pipe:ab"])).cases
    assert case.saving_usd == near(-3 * 10e3 * 365)
    assert sum(case.by_country.values()) == near(case.saving_usd)
    (remark,) = case.remarks
    assert remark == (
        "146 M USD more are due for gas not taken: that is in what one more is worth, "
        "and in no saving"
    )
    due = 2 * 200e3 * 365
    assert due == near(146e6)


def test_a_buyer_that_pays_more_than_gas_is_worth_there_is_said_to_lose():
    model = trade()
    base = energy(model, params=YEAR)
    cases = capacity_cases(model, ["gas_contract:ab"], [1], "2024-07-01")
    (case,) = asked(model, base, *cases).cases
    assert case.saving_usd == near(10e3 * 365)
    assert dict(case.by_country) == near({"AAA": 180e3 * 365, "BBB": -170e3 * 365})
    (remark,) = case.remarks
    assert remark == (
        "BBB loses: by gas_contract:ab it pays 200 USD per 1000 m3 for gas that is "
        "worth 30 there at its dearest"
    )
    assert case.note == (
        "gas_contract:ab is not open on 2024-07-01 (planned): asked as if it were"
    )
    # A price below what gas is worth there makes nobody lose.
    row = row_at(model, "gas_contract", "ab")
    cheap = with_cell(model, "gas_contract", row, "price_usd_per_mcm", 25e3)
    (case,) = asked(cheap, base, *capacity_cases(cheap, ["gas_contract:ab"], [1])).cases
    assert case.remarks == ()
    assert case.note == ""


def test_a_saving_that_is_what_is_served_more_says_so(model):
    shut = Scenario("shut", (Close(parse_reference(PIPE)),))
    base = energy(model, shut, YEAR)
    cases = capacity_cases(model, [PIPE], [3])
    (case,) = energy_cases(model, shut, YEAR, cases=cases, base=base).cases
    assert case.saving_usd == near(365 * (2 * 500_000 - 50_000 - 65_000))
    told = f"most of the saving is what is served more, {AT_VALUE}: 0.73 bcm in CCC"
    assert case.remarks == (told,)
