"""The first screen: corridors open and closed, and what they rest on."""

from functools import partial

import pytest

from bereket import (
    InsertRow,
    QuestionError,
    RouteParams,
    RowReference,
    Scenario,
    SetValue,
    corridors,
    parse_change,
    read_model,
    route,
)
from bereket.studies.corridor_room import UNSEEN

look = partial(corridors, with_capacity=False)  # what is not about capacity


@pytest.fixture(scope="module")
def model(caspian):
    return read_model(caspian)


@pytest.fixture(scope="module")
def today(model):
    return look(model)


def by_id(found):
    return {row.corridor_id: row for row in found.corridors}


def test_every_corridor_of_the_model_has_a_row_in_its_order(model, today):
    assert [r.corridor_id for r in today.corridors] == list(
        model["corridor"].labels("corridor_id")
    )


def test_an_open_corridor_has_a_way_that_is_of_it(today):
    for row in today.corridors:
        assert (row.status == "open") == (row.way is not None)
        if row.way:
            assert row.corridor_id in row.way.corridors
            assert 0.0 <= row.way.totals.assumed_share <= 1.0


def test_the_best_way_of_all_is_never_dearer_than_the_best_of_a_corridor(model, today):
    for row in today.corridors:
        if row.way:
            asked = RouteParams(row.origin_id, row.destination_id, row.commodity_id)
            best = route(model, params=asked).alternatives[0].totals
            own = row.way.totals.generalised_usd_per_t
            assert best.generalised_usd_per_t <= own + 1e-6


def test_a_corridor_whose_gateway_is_closed_says_so(model):
    change = SetValue(*parse_change("link:L089.status=closed"))
    row = by_id(look(model, Scenario("shut", (change,))))["kti"]
    assert row.status == "closed"
    assert any("link:L089" in text for text in row.why)
    assert row.as_dict()["days"] is None


def test_what_was_observed_is_not_later_than_the_date(model):
    row = by_id(look(model, as_of="2023-06-01"))["titr"]
    assert row.observed is not None
    assert row.observed.period.split(" to ")[-1] <= "2023-06-01"
    assert by_id(look(model, as_of="2015-01-01"))["titr"].observed is None


def test_a_slip_in_the_party_is_refused(model):
    with pytest.raises(QuestionError, match="no order names the party"):
        look(model, party="wetsern")


def test_it_can_be_stopped_between_two_corridors(model):
    found = look(model, monitor=lambda done, _of, _note: done < 2)
    assert len(found.corridors) == 2
    assert found.stamp.status == "interrupted"


def test_an_order_that_shuts_the_usual_way_is_named(model):
    row = by_id(look(model, as_of="2025-06-01"))["titr_kuryk"]
    assert "kuryk_2025_1" in row.regimes


def test_figures_for_another_pair_than_the_first_say_why(model):
    row = by_id(look(model, as_of="2022-06-01"))["kti_afghanistan"]
    assert row.status == "open"
    assert row.origin_id != "KST"
    assert row.why
    assert row.why[0].startswith("KST > ")


def test_a_whole_year_is_seen_before_a_part_of_one(model):
    row = by_id(look(model, as_of="2024-03-01"))["northern"]
    assert row.observed is not None
    assert row.observed.period == "2023-01-01 to 2023-12-31"


# --- capacity and room, by the hand of the teaching model's README, section 14 -----


@pytest.fixture(scope="module")
def taught(teaching):
    return read_model(teaching)


def seen_in(tonnes, unit="t"):
    """Return a change that lets a flow of the corridor steppe be seen in 2024."""
    cells = {"on": "steppe", "kind": "flow", "definition": "all cargo, both ways"}
    cells |= {"value": str(tonnes), "unit": unit}
    cells |= {"period_start": "2024-01-01", "period_end": "2024-12-31"}
    cells |= {"source_id": "invented", "quality": "reported"}
    row = RowReference("observation", ("seen",))
    return Scenario("seen", (InsertRow(row, tuple(cells.items())),))


def test_a_corridor_tells_its_capacity_and_what_binds(taught):
    room = by_id(corridors(taught))["steppe"].room
    assert room.capacity_t_per_year == pytest.approx(10_512_000)
    assert room.low_t_per_year == pytest.approx(8_409_600)
    assert room.binds == ("link:rail_BBO_BCY",)
    assert room.binds_kind == "infrastructure"


def test_room_is_refused_where_no_year_was_observed_in_tonnes(taught):
    row = by_id(corridors(taught))["steppe"]
    assert row.room.room_t_per_year is None
    assert row.as_dict()["room_refused"] == UNSEEN
    in_boxes = seen_in(1000, "teu")
    assert by_id(corridors(taught, in_boxes))["steppe"].room.room_t_per_year is None


@pytest.mark.parametrize(
    ("seen_t", "left_t"), [(4_512_000, 6_000_000), (11_000_000, 0.0)]
)
def test_room_is_capacity_less_the_last_year_observed(taught, seen_t, left_t):
    room = by_id(corridors(taught, seen_in(seen_t)))["steppe"].room
    assert room.room_t_per_year == pytest.approx(left_t)
    assert ("more was observed" in room.why) == (left_t == 0)


def test_capacity_is_left_out_when_it_is_not_wanted(taught):
    row = by_id(look(taught))["steppe"].as_dict()
    assert row["capacity_t_per_year"] is None
    assert row["binds"] == []
    assert row["days"] is not None
