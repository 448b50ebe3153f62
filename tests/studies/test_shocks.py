"""Shocks on the teaching model: what moves, by what, and what is said where it errs."""

import pytest
from tests.app.asked import asker
from tests.model.altered import row_at, with_cell, with_row

import bereket.studies.shocks as module
from bereket import AssignParams, QuestionError, Scenario, SetValue, read_model
from bereket.io import write_model
from bereket.model.reference import parse_change
from bereket.studies.shocks import ShocksParams, shocks

LINK = "link:rail_ABO_BBO"  # its border takes some 22,700 t of grain a day
QUOTA_T_PER_DAY = 10_000.0
NEAR = 1e-3  # the gap of an assignment is far below, the two days differ by as much
ROW = {
    "name": "Grain stopped",
    "on": "border:ABO:BBO:rail1520:AAA:SMGS",
    "commodity_id": "grain",
    "unit": "t",
    "before_date": "2025-08-01",
    "after_date": "2025-10-01",
    "direction": "down",
    "observed_ratio": 0.0,
    "regimes": "grain_ban",
    "definition": "grain over the border",
    "source_id": "invented",
    "quality": "reported",
}
SUMMER = {"on": LINK, "before_date": "2025-06-01", "after_date": "2025-08-01"}


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


@pytest.fixture(scope="module")
def ban(model):
    return told(model)


def ask(model, *changes, params=None, **more):
    for at, change in enumerate(changes or ({},)):
        model = with_row(model, "shock", shock_id=f"s{at}", **(ROW | change))
    return shocks(model, params=params, **more)


def told(model, **change):
    (shock,) = ask(model, change).shocks
    return shock


def with_quota(model, tonnes):
    on = "border:ABO:BBO:rail1520:BBB:SMGS"
    cells = {"on": on, "effect": "quota", "value": tonnes, "unit": "t"}
    cells |= {"valid_from": "2025-07-01", "source_id": "invented"}
    return with_row(model, "regime", regime_id="q", quality="reported", **cells)


def test_a_closed_border_takes_all_and_its_order_alone_does_it(ban):
    assert ban.before > 8e6
    assert (ban.after, ban.after_same_demand) == (0.0, 0.0)
    assert ban.after_without_orders == pytest.approx(ban.before, rel=NEAR)
    assert (ban.modelled_ratio, ban.orders_ratio) == (0.0, 0.0)
    assert (ban.agrees, ban.is_of_size, ban.is_by_orders) == (True, True, True)
    assert ban.why == ""


def test_grain_that_has_no_other_way_does_not_go(ban):
    assert ban.shifted.not_going == pytest.approx(1.0, abs=NEAR)
    whole = ban.shifted.stays + ban.shifted.other_way + ban.shifted.not_going
    assert whole == pytest.approx(1.0)


def test_a_corridor_is_counted_by_the_ways_that_pass_its_gateways(model):
    storm = {"on": "sea", "commodity_id": "", "regimes": "storm_season"}
    days = {"before_date": "2025-12-15", "after_date": "2026-01-15"}
    shock = told(model, **storm, **days)
    assert shock.before > 6e5
    assert shock.after == 0.0
    assert shock.is_by_orders


def test_a_quota_lets_through_what_it_says(model):
    shock = told(with_quota(model, QUOTA_T_PER_DAY), **SUMMER, regimes="q")
    assert shock.after == pytest.approx(365 * QUOTA_T_PER_DAY, rel=NEAR)
    assert shock.binds == ("regime:q",)
    assert shock.orders_ratio == pytest.approx(shock.after / shock.before, rel=NEAR)


def test_a_quota_above_what_goes_is_said_to_change_nothing(model):
    asked = SUMMER | {"regimes": "q", "observed_ratio": 0.5}
    shock = told(with_quota(model, 1e6), **asked)
    assert shock.modelled_direction == "still"
    assert (shock.agrees, shock.is_of_size) == (False, False)
    assert "what the model sends is below the quota" in shock.why
    assert "100% has no better way and stays" in shock.why


def test_a_party_is_asked_after_the_event_and_its_share_worked_out(model):
    bar = row_at(model, "regime", "western_bar")
    later = with_cell(model, "regime", bar, "valid_from", "2025-07-01")
    asked = SUMMER | {"regimes": "western_bar", "observed_ratio": 0.6}
    shock = told(later, **asked, party="western")
    assert shock.modelled_ratio == 0.0
    # nothing passes of who is bound, all of who is not: 0.6 = 1 - 40 %
    assert "as if all cargo were of western: 40% of it would make" in shock.why
    assert shock.is_of_size is False


def test_the_change_of_demand_is_told_apart_from_the_orders(model):
    flow = {"origin_node_id": "ASH", "destination_node_id": "CCY"}
    flow |= {"commodity_id": "grain", "year": 2026.0, "tonnes": 4_562_500.0}
    sourced = {"source_id": "invented", "quality": "reported"}
    grown = with_row(model, "demand", **flow, **sourced)
    days = {"on": LINK, "before_date": "2025-06-01", "after_date": "2026-06-01"}
    shock = told(grown, **days, regimes="", observed_ratio=0.55)
    assert (shock.before_year, shock.after_year) == (2025, 2026)
    assert shock.after == pytest.approx(4_562_500.0)
    assert shock.same_demand_ratio == pytest.approx(1.0, abs=NEAR)
    assert (shock.agrees, shock.is_of_size, shock.is_by_orders) == (True, True, False)
    assert shock.why.startswith("no order is named; the change of demand x 0.55")


def test_nothing_before_the_event_is_said(model):
    asked = SUMMER | {"commodity_id": "lumber", "regimes": "", "observed_ratio": 0.5}
    shock = told(model, **asked)
    assert shock.modelled_ratio is None
    assert shock.shifted is None
    assert shock.why == "the model puts nothing there before the event"


def test_only_the_direction_need_be_known(model):
    shock = told(model, observed_ratio=float("nan"))
    assert shock.observed_ratio is None
    assert shock.is_of_size is None
    assert shock.agrees


def test_a_factor_of_one_and_a_half_is_the_size_and_more_is_not(model):
    asked = SUMMER | {"regimes": "q"}
    quota = with_quota(model, QUOTA_T_PER_DAY)  # 0.441 of what passed
    near, far = (
        told(quota, **asked, observed_ratio=ratio).is_of_size for ratio in (0.3, 0.29)
    )
    assert (near, far) == (True, False)


def test_boxes_are_counted_where_the_unit_is_teu(model):
    asked = {"commodity_id": "containers", "on": "steppe", "regimes": ""}
    tonnes, boxes = (told(model, **asked, unit=u).before for u in ("t", "teu"))
    assert boxes == pytest.approx(tonnes / 10)  # 20 t in forty feet, so 10 in twenty


def test_a_scenario_is_asked_first(model):
    change = SetValue(*parse_change("regime:grain_ban.status=closed"))
    found = ask(model, scenario=Scenario("no ban", (change,)))
    assert found.shocks[0].modelled_direction == "still"
    assert found.stamp.changes == ("regime:grain_ban.status=closed",)


def test_each_question_is_solved_once(model, monkeypatch):
    days = []
    solve = module.assign

    def counted(base, scenario, params):
        days.append((params.as_of, len(scenario.changes)))
        return solve(base, scenario, params)

    monkeypatch.setattr(module, "assign", counted)
    found = ask(model, {}, {"on": LINK})
    assert [each.shock_id for each in found.shocks] == ["s0", "s1"]
    assert days == [("2025-08-01", 0), ("2025-10-01", 0), ("2025-10-01", 1)]


def test_one_shock_can_be_asked_for_and_a_slip_is_named(model):
    found = ask(model, {}, {"on": LINK}, params=ShocksParams(shock_ids=("s1",)))
    assert [each.shock_id for each in found.shocks] == ["s1"]
    with pytest.raises(QuestionError, match="no shock 's9'; known are s0"):
        ask(model, params=ShocksParams(shock_ids=("s9",)))


def test_a_model_without_shocks_says_so(model):
    with pytest.raises(QuestionError, match="has no row of it"):
        shocks(model)


@pytest.mark.parametrize(
    "wrong",
    [
        {"factor": 1.0},
        {"factor": float("nan")},
        {"assign": AssignParams(as_of="2025-06-01")},
        {"assign": AssignParams(year=2025)},
        {"assign": AssignParams(party="western")},
    ],
)
def test_what_is_the_shocks_own_is_not_asked_beforehand(wrong):
    with pytest.raises(QuestionError):
        ShocksParams(**wrong)


def test_it_can_be_stopped_between_two_shocks(model):
    found = ask(model, {}, {"on": LINK}, monitor=lambda done, *_: done < 1)
    assert [each.shock_id for each in found.shocks] == ["s0"]
    assert found.stamp.status == "interrupted"


def test_the_verb_tells_the_same_in_json_and_in_words(model, tmp_path, capsys):
    ask_terminal, folder = asker(capsys), tmp_path / "shocked"
    write_model(with_row(model, "shock", shock_id="s", **ROW), folder)
    (shock,) = ask_terminal("shocks", folder, "--format", "json").json["result"][
        "shocks"
    ]
    assert (shock["modelled_ratio"], shock["agrees"]) == (0.0, True)
    words = ask_terminal("shocks", folder)
    assert "1 of 1 shocks move the way observed" in words.out
    refused = ask_terminal("shocks", folder, "--year", "2025")
    assert refused.code != 0
    assert "date, year and party are those of the shocks" in refused.err
