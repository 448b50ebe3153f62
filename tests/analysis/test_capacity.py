"""Capacity on the teaching model: what cannot be is named, and never a silent zero."""

import csv

import numpy as np
import pytest
from tests.model.altered import row_at, with_cell, with_row, without_row

from bereket import (
    BereketError,
    Close,
    Scenario,
    ScenarioError,
    SetValue,
    parse_change,
    parse_reference,
    read_model,
    write_model,
)
from bereket.analysis.capacity import CapacityParams, capacity
from bereket.errors import QuestionError
from bereket.io import examine
from bereket.model.measures import measure_changes
from bereket.model.validate import validate

STEPPE = CapacityParams("steppe")
TRAIN_YEAR_T = 1800 * 365.0  # a train a day of the mix of `steppe`
NEAR = 1e-9


@pytest.fixture(scope="module")
def model(root):
    return read_model(root / "models" / "teaching")


def under(model, *changes, params=STEPPE):
    return capacity(model, Scenario("asked", changes), params)


def sets(text):
    return SetValue(*parse_change(text))


def near(value):
    return pytest.approx(value, rel=NEAR)


# --- what cannot flow ----------------------------------------------------------


def test_a_corridor_that_is_cut_is_not_connected_and_says_by_what(model):
    rail = CapacityParams("steppe", modes=("rail",))
    found = under(model, Close(parse_reference("link:rail_BCY_BCO")), params=rail)
    assert found.stamp.status == "no_way"
    assert found.capacity_t_per_year is None
    assert set(found.capacity_t_per_year_by_direction.values()) == {None}
    assert any("link:rail_BCY_BCO" in line for line in found.why)
    assert "is not connected on 2025-06-01" in found.headline()
    assert found.as_dict()["capacity_t_per_year"] is None


def test_a_cargo_that_takes_no_lorry_is_named_where_the_rest_goes_by_road(model):
    cut = Close(parse_reference("link:rail_BCY_BCO"))
    with pytest.raises(QuestionError, match=r"grain has no way.*link:rail_BCY_BCO"):
        under(model, cut)


def test_a_corridor_that_weather_shuts_says_by_what(model):
    params = CapacityParams("sea", as_of="2026-01-15")
    found = capacity(model, params=params)
    assert (found.stamp.status, found.capacity_t_per_year) == ("no_way", None)
    assert any("storm_season" in line for line in found.why)


def test_zero_demand_is_refused():
    with pytest.raises(QuestionError, match="nothing is to flow"):
        CapacityParams("steppe", mix=(("containers", 0.0), ("grain", 0.0)))


@pytest.mark.parametrize("share", [-1.0, float("nan"), float("inf")])
def test_a_share_that_is_no_share_is_refused_with_its_cargo(share):
    with pytest.raises(QuestionError, match="the share of grain must be a number"):
        CapacityParams("steppe", mix=(("containers", 1.0), ("grain", share)))


def test_every_fault_of_a_question_comes_at_once():
    with pytest.raises(QuestionError) as raised:
        CapacityParams(origin="ASH", max_detour=0.5, modes=("camel",))
    assert len(str(raised.value).splitlines()) >= 4


def test_a_cargo_of_the_mix_without_a_carrier_is_named(model):
    """No ferry for grain: containers still flow, so that the mix is refused."""
    change = sets("commodity:grain.allowed_carriers=rail1520_wagon|rail1435_wagon")
    with pytest.raises(QuestionError, match=r"grain has no way, 50% of the mix"):
        under(model, change, params=CapacityParams("sea"))


def test_a_cargo_that_the_ban_stops_is_named_with_the_order(model):
    params = CapacityParams("steppe", as_of="2025-10-01")
    with pytest.raises(QuestionError, match=r"grain has no way(.|\n)*grain_ban"):
        capacity(model, params=params)


def test_a_corridor_or_cargo_that_is_not_there_is_refused_with_a_hint(model):
    with pytest.raises(QuestionError, match="did you mean 'steppe'"):
        capacity(model, params=CapacityParams("stepe"))
    with pytest.raises(BereketError, match="grane"):
        capacity(model, params=CapacityParams("steppe", mix=(("grane", 1.0),)))


def test_measures_that_contradict_each_other_are_named(model):
    at = row_at(model, "measure", "loops")
    ruled_out = with_cell(model, "measure", at, "excludes", "interlocking")
    with pytest.raises(ScenarioError, match="loops excludes interlocking"):
        measure_changes(ruled_out, ("loops", "interlocking"))
    sequence = capacity(ruled_out, params=STEPPE).sequence
    done = [measure for stage in sequence for measure in stage.measure_ids]
    assert not {"loops", "interlocking"} <= set(done)


# --- load of others over the capacity ------------------------------------------


def test_a_line_that_others_fill_over_is_named_and_by_how_much(model):
    """20 pairs; 60 through trains a day take 30 of them, others 5."""
    found = under(model, sets("link:rail_BBO_BCY.base_trains_per_day=60"))
    assert found.capacity_t_per_year == pytest.approx(0.0, abs=1e-6)
    told = "link:rail_BBO_BCY is overfull: others alone take 35 trains a day of 20"
    assert any(told in note and "15 too many" in note for note in found.notes)
    assert "link:rail_BBO_BCY (by 15 train a day)" in found.headline()
    (bound,) = [b for b in found.binding if b.element == "link:rail_BBO_BCY"]
    assert bound.overfull_per_day == near(15.0)
    (left,) = [r for r in found.room if r.element == "link:rail_BBO_BCY"]
    assert left.room_per_day == 0.0
    assert "overfull" in left.refused


def test_a_line_that_others_fill_into_the_reserve_is_told_apart(model):
    """20 pairs, 4 kept back; 24 through trains take 12, others 5: 17."""
    found = under(model, sets("link:rail_BBO_BCY.base_trains_per_day=24"))
    assert any("less than the reserve of 4" in note for note in found.notes)
    assert "others alone" not in found.headline()


def test_a_berth_whose_others_are_more_than_it_takes_is_named(model):
    change = sets("port:CPO:ferry.base_t_per_day=10000")
    found = under(model, change, params=CapacityParams("sea"))
    assert found.capacity_t_per_year == pytest.approx(0.0, abs=1e-6)
    assert "port:CPO:ferry (by 2,000 t a day)" in found.headline()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("link", "section_max_km", "-20"),
        ("link", "alpha", "nan"),
        ("link", "base_trains_per_day", "-1"),
        ("terminal", "tracks", "-2"),
        ("fleet", "availability", "1.5"),
        ("measure", "capex_usd", "-5"),
        ("vessel", "slots", "inf"),
        ("service", "layover_h", "-1"),
        ("port", "wait_ratio_accepted", "-0.1"),
        ("carrier", "tare_t", "NaN"),
    ],
)
def test_figures_that_cannot_be_are_refused_by_check(
    model, tmp_path, table, column, value
):
    write_model(model, tmp_path)
    path = tmp_path / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if row[column])[column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    faults = [
        f for f in examine(tmp_path).faults if (f.table, f.field) == (table, column)
    ]
    assert faults


# --- interrupted, repeated, unchanged ------------------------------------------


@pytest.mark.parametrize("after", range(6))
def test_an_interrupted_answer_says_so_and_keeps_what_is_known(model, after):
    asked = []

    def monitor(done, of, note):
        asked.append((done, of, note))
        return len(asked) <= after

    found = capacity(model, params=STEPPE, monitor=monitor)
    assert len(asked) == after + 1  # a monitor that says stop is not asked again
    assert found.stamp.status == "interrupted"
    assert found.capacity_t_per_year == near(16 * TRAIN_YEAR_T)
    assert found.binding[0].element == "link:rail_BBO_BCY"
    assert found.months == ()


def test_stopping_is_heard_where_no_measures_are_asked_for(model):
    params = CapacityParams("steppe", with_measures=False)
    found = capacity(model, params=params, monitor=lambda *_: False)
    assert (found.stamp.status, found.ladder) == ("interrupted", ())


@pytest.mark.parametrize("corridor", ["steppe", "sea"])
def test_an_answer_repeats_and_leaves_its_input(model, corridor):
    before = model.content_hash
    params = CapacityParams(corridor)
    first, second = (capacity(model, params=params) for _ in range(2))
    assert first.as_dict() == second.as_dict()
    assert first.stamp.model_hash == model.content_hash == before
    assert first.to_frame().equals(second.to_frame())
    assert first.summary().splitlines()[-1] == first.stamp.line()


# --- months ---------------------------------------------------------------------


def test_no_months_where_neither_weather_nor_season_differs(model):
    assert capacity(model, params=STEPPE).months == ()


def test_a_stormy_month_is_told_where_the_ferry_binds(model):
    """Half of June is closed at CPO; the year stays as it is."""
    stormy = with_row(
        model,
        "season_close",
        node_id="CPO",
        month=6.0,
        closed_days=15.0,
        source_id="invented",
        quality="reported",
    )
    for as_of in ("2025-06-01", "2025-06-02"):
        found = capacity(stormy, params=CapacityParams("sea", as_of=as_of))
        assert found.capacity_t_per_year == near(2 * 1750 * 365.0)
        tonnes = {month.month: month.t for month in found.months}
        assert tonnes[6] == near(1750 * 30.0)
        assert tonnes[7] == near(2 * 1750 * 31.0)


# --- what must hold of every answer ----------------------------------------------


FIGURES = (
    ("link:rail_BBO_BCY.section_max_km=", (40.0, 20.0, 10.0, 5.0)),
    ("link:rail_AJN_ABO.station_interval_min=", (20.0, 4.0, 1.0)),
    ("terminal:BBO:gauge_change.tracks=", (1.0, 2.0, 4.0)),
    ("fleet:b_locomotives.units=", (5.0, 10.0, 20.0, 40.0)),
    ("border:ABO:BBO:rail1520:BBB:SMGS.acceptance_per_day=", (100.0, 378.0, 900.0)),
    ("link:rail_CBO_CCY.capacity_t_per_day=", (5e3, 9e4, 1e6)),
    ("link:rail_BBO_BCY.base_trains_per_day=", (30.0, 12.0, 2.0, 0.0)),
    ("link:rail_BBO_BCY.gross_train_t=", (2000.0, 4800.0, 6000.0)),
)


@pytest.mark.parametrize(("change", "figures"), FIGURES)
def test_more_capacity_never_lowers_the_flow(model, change, figures):
    quick = CapacityParams(
        "steppe", with_ladder=False, with_measures=False, with_months=False
    )
    flows = [
        under(model, sets(f"{change}{figure}"), params=quick).capacity_t_per_year
        for figure in figures
    ]
    assert flows == sorted(flows)
    assert flows[0] < flows[-1] or "AJN_ABO" in change or "CBO_CCY" not in change


@pytest.mark.parametrize("corridor", ["steppe", "sea"])
def test_an_answer_keeps_its_order(model, corridor):
    found = capacity(model, params=CapacityParams(corridor))
    joint, by_side = found.capacity_t_per_year, found.capacity_t_per_year_by_direction
    room = 1 + 1e-9
    assert found.low_t_per_year <= joint * room
    assert joint <= found.high_t_per_year * room
    assert max(by_side.values()) <= joint * room
    assert joint <= sum(by_side.values()) * room
    kinds = [t for t in found.by_kind_t_per_year.values() if t is not None]
    assert all(joint <= t * room for t in kinds)
    for rung, after in zip(found.ladder, found.ladder[1:], strict=False):
        assert rung.after_t_per_year == near(after.before_t_per_year)
    assert all(
        rung.after_t_per_year >= rung.before_t_per_year for rung in found.ladder[:-1]
    )
    assert found.ladder[0].before_t_per_year == near(joint)
    assert all(merit.extra_t_per_year >= 0 for merit in found.merit_order)


def test_a_measure_that_needs_another_pays_for_both(model):
    """Loops need the new interlocking: 13.14 M + 15.768 M for 1,314,000 t."""
    at = row_at(model, "measure", "loops")
    needy = with_cell(model, "measure", at, "needs", "interlocking")
    needy = without_row(needy, "measure_effect", _effect(needy, "interlocking"))
    kept = with_cell(needy, "measure", at, "capex_usd", 13_140_000.0)
    row = {"measure_id": "interlocking", "element": "link:rail_AJN_ABO"}
    kept = with_row(
        kept,
        "measure_effect",
        **row,
        column="alpha",
        operation="set",
        value=0.95,
        source_id="invented",
        quality="reported",
    )
    found = capacity(kept, params=STEPPE)
    (loops,) = [m for m in found.merit_order if m.measure_id == "loops"]
    both = 13_140_000.0 + 15_768_000.0
    assert loops.usd_per_extra_t_per_year == near(both / 1_314_000)
    first = found.sequence[0]
    assert first.measure_ids == ("loops",)
    assert first.capex_usd == near(both)
    assert first.usd_per_extra_t_per_year == near(both / 1_314_000)


def _effect(model, measure_id):
    (row,) = np.nonzero(model["measure_effect"].text("measure_id") == measure_id)[0]
    return int(row)


def test_a_line_whose_norm_takes_no_wagon_is_refused_not_left_out(model):
    for change, what in (
        ("link:rail_BBO_BCY.loop_length_m=60", "length of the loop"),
        ("link:rail_BBO_BCY.gross_train_t=50", "gross_train_t"),
    ):
        with pytest.raises(QuestionError) as raised:
            under(model, sets(change))
        assert "link:rail_BBO_BCY, rail1435_container with containers" in str(
            raised.value
        )
        assert what in str(raised.value)


def test_a_measure_that_lowers_the_flow_says_by_how_much(model):
    """A gap of 40 km: 94 min, 11.49 pairs less 2.30 kept and 6: 2.55 trains."""
    at = row_at(model, "measure_effect", "loops", "link:rail_BBO_BCY", "section_max_km")
    worse = with_cell(model, "measure_effect", at, "value", 40.0)
    (loops,) = [
        merit
        for merit in capacity(worse, params=STEPPE).merit_order
        if merit.measure_id == "loops"
    ]
    trains = (1080 / 94 * 0.8 - 6) / 1.25
    lost = 2 * (8 - trains) * TRAIN_YEAR_T
    assert f"lowers the flow by {lost:,.0f} t a year" in loops.notes
    assert loops.extra_t_per_year == 0.0


def test_a_new_vessel_needs_rows_of_those_it_joins(model):
    """Else one new vessel would stand for the two of the service's own number."""
    alone = without_row(model, "vessel", 0)
    (fault,) = validate(alone, frozenset(alone.tables)).faults
    assert (fault.table, fault.field) == ("measure_effect", "element")
    assert fault.found == "'vessel:crossing:third'"


CELLS = (
    *(f"{change}{figures[0]}" for change, figures in FIGURES),
    "carrier:rail1435_container.units_per_wagon=3",
    "carrier:rail1520_wagon.tare_t=30",
    "commodity:grain.t_per_wagon=50",
    "link:rail_BBO_BCY.loop_length_m=850",
    "link:rail_AJN_ABO.tracks=2",
    "link:rail_CBO_CCY.capacity_t_per_day=",
    "link:rail_BBO_BCY.alpha=",
    "service:crossing.layover_h=40",
    "vessel:crossing:twins.slots=900",
    "port:APO:ferry.yard_units=3000",
    "border:ABO:BBO:rail1520:BBB:SMGS.wait_h=40",
    "link:rail_BBO_BCY.length_km=900",
    "measure:loops.capex_usd=5000000",
    "measure_effect:loops:link:rail_BBO_BCY:section_max_km.value=15",
)


def plain(answer):
    """Return an answer as data, figures to the digits that a solver keeps."""

    def rounded(value):
        if isinstance(value, dict):
            return {name: rounded(each) for name, each in value.items()}
        if isinstance(value, list):
            return [rounded(each) for each in value]
        return float(f"{value:.7g}") if isinstance(value, float) else value

    return rounded(answer.as_dict())


@pytest.mark.parametrize("corridor", ["steppe", "sea"])
def test_an_answer_that_starts_from_an_earlier_one_is_the_same(model, corridor):
    """One cell after another is changed, and then all go back at once."""
    params = CapacityParams(corridor)
    first = earlier = capacity(model, params=params)
    for at, text in enumerate(CELLS):
        kept = CELLS[max(0, at - 2) : at + 1]
        asked = Scenario("asked", tuple(map(sets, kept)))
        alone = capacity(model, asked, params)
        for start in (first, earlier):
            warm = capacity(model, asked, params, start=start)
            assert plain(warm) == plain(alone), text
        earlier = alone
    assert plain(capacity(model, params=params, start=earlier)) == plain(first)


def test_a_turn_over_a_track_each_way_is_one_turn(model):
    """Six trains a day each way over the border, though each way has its own link."""
    at = row_at(model, "fleet", "b_locomotives")
    over = with_cell(model, "fleet", at, "link_ids", "rail_ABO_BBO|rail_BBO_ABO")
    over = with_cell(over, "fleet", at, "carriers", "rail1520|rail1435")
    slow = with_cell(over, "fleet", at, "turn_h", 60.0)  # six turns a day
    found = capacity(slow, params=STEPPE)
    one_way = near(6 * TRAIN_YEAR_T)
    assert found.capacity_t_per_year_by_direction == {"there": one_way, "back": one_way}
    assert found.capacity_t_per_year == near(12 * TRAIN_YEAR_T)


def test_a_track_that_two_links_share_passes_no_more_for_the_second(model):
    """A link on the same track, told the other way round: still 8 trains each way."""
    links = model["link"]
    (row,) = links.row_of["rail_BBO_BCY",]
    own = {name: column[row] for name, column in links.columns.items()}
    told = {"link_id": "twin", "from_node_id": "BCY", "to_node_id": "BBO"}
    twin = with_row(model, "link", **{**own, **told}, track_link_id="rail_BBO_BCY")
    found = capacity(twin, params=STEPPE)
    one_way = near(8 * TRAIN_YEAR_T)
    assert found.capacity_t_per_year_by_direction == {"there": one_way, "back": one_way}
    assert found.capacity_t_per_year == near(16 * TRAIN_YEAR_T)
