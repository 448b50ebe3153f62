"""What rows can take in a day, each worked out by hand."""

import math
from datetime import date

import pytest
from tests.model.altered import row_at, with_cell, with_row

from bereket import read_model
from bereket.compiled.capacities import capacity_of
from bereket.compiled.derivations import Given, Range, weigh
from bereket.errors import QuestionError

DAY = date(2025, 6, 2)
NEAR = 1e-9
STATED = {"source_id": "invented", "quality": "reported"}


@pytest.fixture(scope="module")
def teaching_model(root):
    return read_model(root / "models" / "teaching")


@pytest.fixture
def derive(teaching_model):
    """Return what derives a row of the teaching model with some cells changed."""

    def ask(table, key, rows=(), day=DAY, **cells):
        model = teaching_model
        for other, added in rows:
            model = with_row(model, other, **STATED, **added)
        in_month = cells.pop("in_month", False)
        at = row_at(model, table, *key)
        for column, value in cells.items():
            model = with_cell(model, table, at, column, value)
        return capacity_of(model, table, at, day, in_month=in_month)

    return ask


LINE = ("rail_AJN_ABO",)  # one track: 36 min, 1,080 min, 30 pairs
WORKED = {  # the worked section of algorithms, 6: T = 32 min
    "section_max_km": 12.0,
    "running_speed_kmh": 60.0,
    "station_interval_min": 3.0,
    "start_stop_min": 2.0,
    "possession_min_per_day": 60.0,
    "alpha": 0.93,
}


def near(value):
    return pytest.approx(value, rel=NEAR)


def test_the_worked_section_lets_forty_pairs_pass(derive):
    found = derive("link", LINE, **WORKED)
    assert found.per_day.value == near(1380 * 0.93 / 32)
    assert round(found.per_day.value, 1) == 40.1
    beside = {s.name: s.range.value for s in found.steps if not s.governs}
    assert beside["beside it UIC 406 at 60% occupancy"] == near(27.0)
    # token or semi-automatic block adds 5 min: 59.3 trains both ways
    assert round(beside["beside it Scott"], 1) == 29.6


@pytest.mark.parametrize(
    ("cells", "pairs"),
    [
        ({"batch_trains": 2.0, "headway_min": 6.0}, 1080 * 2 / (36 + 2 * 6)),
        ({"double_track_share": 0.5}, 1080 / (15 + 4 + 2)),
        ({"tracks": 2.0, "signalling": "automatic", "headway_min": 10.0}, 108.0),
        # two tracks, one train in a section of 15 min, interval 2
        ({"tracks": 2.0, "signalling": "semi_automatic"}, 1080 / 17),
    ],
)
def test_track_is_worked_out_by_its_kind(derive, cells, pairs):
    assert derive("link", LINE, **cells).per_day.value == near(pairs)


def test_headway_of_batches_is_told_and_asked_for(derive):
    found = derive("link", LINE, batch_trains=2.0, headway_min=6.0)
    assert "headway_min = 6 min (reported)" in found.lines()
    with pytest.raises(QuestionError, match=r"link:rail_AJN_ABO: headway_min, as"):
        derive("link", LINE, batch_trains=2.0)


def sections(*stretches):
    """Return rows of table section of the line, 200 km in all."""
    return [
        (
            "section",
            {
                "link_id": LINE[0],
                "sequence": float(n),
                "length_km": length,
                "loop_length_m": loop,
                "running_speed_kmh": speed,
            },
        )
        for n, (length, loop, speed) in enumerate(stretches, 1)
    ]


def test_a_loop_as_long_as_the_norm_is_usable(derive):
    """Trains of the norm of 1,050 m are 1,040 m long, and leave 10 m free."""
    rows = sections((20.0, 1050.0, math.nan), (25.0, 1050.0, math.nan))
    found = derive("link", LINE, rows)
    assert found.per_day.value == near(1080 / (2 * 25 + 2 * 2 + 2))


def test_a_loop_shorter_than_the_train_parts_nothing(derive):
    rows = sections((20.0, 1049.0, math.nan), (25.0, 1050.0, math.nan))
    assert derive("link", LINE, rows).per_day.value == near(1080 / (2 * 45 + 6))


def test_the_gap_that_takes_longest_governs_at_its_own_speed(derive):
    """20 km at 30 km/h take 40 min, 25 km at 60 take 25."""
    rows = sections((20.0, 1050.0, 30.0), (25.0, 1050.0, math.nan))
    assert derive("link", LINE, rows).per_day.value == near(1080 / (2 * 40 + 6))


def test_others_reserve_and_unevenness_leave_the_rest(derive):
    found = derive(
        "link",
        LINE,
        passenger_trains_per_day=4.0,
        removal_passenger=1.5,
        local_trains_per_day=2.0,
        removal_local=2.0,
        base_trains_per_day=6.0,
        reserve_share=0.1,
        uneven_k=1.2,
    )
    assert found.base_per_day.value == near(3 + 2 + 3)
    assert found.reserve_per_day == near(3.0)
    assert found.free_per_day.value == near((30 - 8 - 3) / 1.2)
    assert found.without_reserve().value == near((30 - 8) / 1.2)


def test_others_that_take_more_than_there_is_are_told_by_how_much(derive):
    found = derive("link", LINE, base_trains_per_day=80.0)
    assert found.overfull_per_day == near(40.0 - 30.0)
    assert found.free_per_day.value == near(-10.0)


def test_a_line_that_lacks_figures_says_which(derive):
    found = derive("link", LINE, alpha=math.nan, running_speed_kmh=math.nan)
    assert found.basis == "unknown"
    assert {"alpha", "running_speed_kmh"} <= set(found.lacks)
    assert "not stated" in found.lines()[-1]
    reported = derive("link", LINE, alpha=math.nan, capacity_t_per_day=50_000.0)
    assert (reported.basis, reported.unit) == ("reported", "t")
    assert reported.per_day == Range.exact(50_000.0)


def test_derived_goes_before_reported_and_shows_it(derive):
    found = derive("link", LINE, capacity_t_per_day=50_000.0)
    assert (found.basis, found.reported_per_day) == ("derived", 50_000.0)
    assert found.per_day.value == near(30.0)


BORDER = ("ABO", "BBO", "rail1520", "BBB", "SMGS")


@pytest.mark.parametrize(
    ("lanes", "least", "kind"),
    [(1.0, 144.0, "infrastructure"), (4.0, 378.0, "acceptance")],
)
def test_a_border_takes_the_least_of_lanes_and_acceptance(derive, lanes, least, kind):
    cells = {"lanes": lanes, "service_min_per_unit": 10.0, "open_h_per_day": 24.0}
    found = derive("border", BORDER, **cells)
    assert found.kind == kind
    assert found.per_day.value == near(least)


def test_the_low_end_is_that_of_whatever_is_least_there(derive):
    """Acceptance is 378; lanes take 432, and 288 where a unit takes 15 min."""
    cells = {"lanes": 3.0, "service_min_per_unit": 10.0, "open_h_per_day": 24.0}
    found = derive("border", BORDER, **cells, service_min_per_unit_high=15.0)
    assert found.per_day == Range(378.0, 288.0, 378.0)


TERMINAL = ("BBO", "gauge_change")


def test_a_gauge_change_takes_the_least_of_tracks_and_cranes(derive):
    cranes = {"lifts": 2.0, "lifts_per_hour": 20.0, "lifts_per_unit": 2.0}
    found = derive("terminal", TERMINAL, **cranes)
    assert [step.range.value for step in found.steps] == [near(378.0), near(270.0)]
    assert found.per_day.value == near(2 * 20 / 2 * 18 * 0.75)
    assert found.is_shared


def test_a_terminal_without_figures_takes_what_it_reports(derive):
    found = derive("terminal", TERMINAL, tracks=math.nan, capacity_units_per_day=200.0)
    assert (found.basis, found.per_day) == ("reported", Range.exact(200.0))


def test_wagons_of_a_park_go_round_by_the_day(derive):
    found = derive(
        "fleet", ("b_locomotives",), kind="wagon", units=1000.0, turn_h=240.0
    )
    assert (found.unit, found.kind) == ("wagon", "fleet")
    assert found.per_day.value == near(1000 * 0.75 / 10)


FERRY = ("crossing",)
PORT = ("CPO", "ferry")


def test_a_third_vessel_adds_its_slots(derive):
    third = ("vessel", {"service_id": "crossing", "vessel_id": "third", "units": 1.0})
    third[1]["slots"] = 1000.0
    found = derive("service", FERRY, [third])
    assert found.per_day.value == near((2 * 2000 + 1000) * 24 * 0.875 / 48)


def test_without_hours_of_a_round_the_sailings_count(derive):
    found = derive("service", FERRY, layover_h=math.nan)
    assert found.per_day.value == near(16 * 2000 * 0.875 / 7)
    assert "layover_h" not in {given.column for given in found.given}


def test_storms_shorten_the_year_and_their_own_month(derive):
    """73 days of 365 closed are a fifth; in June 15 of 30 are a half."""
    june = ("season_close", {"node_id": "CPO", "month": 6.0, "closed_days": 15.0})
    for day in (date(2025, 6, 1), date(2025, 6, 2)):
        year = derive("port", PORT, [june], day, closed_days=73.0)
        assert year.per_day.value == near(8000 * 0.8)
        month = derive("port", PORT, [june], day, closed_days=73.0, in_month=True)
        assert month.per_day.value == near(8000 * 0.5)
    other = derive(
        "port", PORT, [june], date(2025, 7, 1), closed_days=73.0, in_month=True
    )
    assert other.per_day.value == near(8000 * 0.8)


def draught_rows(fallen_m, year=2030.0):
    vessel = {
        "service_id": "crossing",
        "vessel_id": "deep",
        "units": 1.0,
        "slots": 2000.0,
    }
    return [
        ("vessel", {**vessel, "load_curve": "hull"}),
        ("vessel_load", {"vessel": "hull", "draught_m": 4.0, "payload_share": 0.5}),
        ("vessel_load", {"vessel": "hull", "draught_m": 6.0, "payload_share": 1.0}),
        ("level", {"basin": "sea", "year": 2025.0, "level_m": -28.0}),
        ("level", {"basin": "sea", "year": year, "level_m": -28.0 - fallen_m}),
    ]


def ferry_on(model, fallen_m, day):
    for table, row in draught_rows(fallen_m):
        model = with_row(model, table, **STATED, **row)
    for name in ("APO", "CPO"):
        at = row_at(model, "port", name, "ferry")
        for column, value in (
            ("draught_m", 6.0),
            ("draught_year", 2025.0),
            ("basin", "sea"),
        ):
            model = with_cell(model, "port", at, column, value)
    return capacity_of(model, "service", 0, day).per_day.value


@pytest.mark.parametrize("fallen_m", [0.0, 0.5, 1.0, 2.0])
def test_a_falling_level_takes_payload_by_draught(teaching_model, fallen_m):
    """A draught of 6 m takes all, one of 4 m half: a metre less, a quarter less."""
    full = ferry_on(teaching_model, fallen_m, date(2025, 6, 2))
    assert full == near((4000 + 2000) * 24 * 0.875 / 48)
    later = ferry_on(teaching_model, fallen_m, date(2030, 6, 2))
    share = 1.0 - fallen_m / 4
    assert later == near((4000 + 2000 * share) * 24 * 0.875 / 48)
    assert later <= full


def given(name, value, low, high):
    return Given(
        "link:L", name, "", Range(value, low, high), "reported", is_stated=True
    )


def test_intervals_of_independent_figures_add_as_the_root_of_squares():
    """10 x 4 + 5: the first moves it by -8 and +12, the second by -6 and +5."""
    inputs = {"a": given("a", 10.0, 8.0, 13.0), "b": given("b", 5.0, -1.0, 10.0)}
    found = weigh(lambda a, b, c: a * c + b, inputs, c=4.0)
    assert found.value == 45.0
    assert found.low == near(45 - math.hypot(8, 6))
    assert found.high == near(45 + math.hypot(12, 5))


def test_an_interval_works_downward_where_more_is_worse():
    found = weigh(lambda a: 100 / a, {"a": given("a", 10.0, 8.0, 20.0)})
    assert (found.low, found.high) == (near(5.0), near(12.5))


def test_a_figure_that_cannot_be_is_refused_with_its_row(derive):
    with pytest.raises(
        QuestionError, match=r"link:rail_AJN_ABO: speed_kmh must be above 0"
    ):
        derive("link", LINE, running_speed_kmh=0.0)
