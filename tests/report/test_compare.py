"""Two answers side by side: what changed is told with its unit, and nothing else."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bereket import (
    BereketError,
    Close,
    Scenario,
    corridors,
    parse_reference,
    read_model,
)
from bereket.report.compare import compare, headline
from bereket.report.differences import PLACE, differences_of
from bereket.units import unit_of

STAMP = {"question": "capacity", "scenario": "baseline", "as_of": "2026-11-23"}


def answer(result, **stamp):
    return {"result": result, "stamp": STAMP | stamp, "warnings": []}


def told(before, after):
    """Return what differs: (part, where, name, before, after)."""
    found = compare(answer(before), answer(after))
    return [(d.part, d.where, d.name, d.before, d.after) for d in found.differences]


# --- units ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("time_h", "h"),
        ("length_km", "km"),
        ("cost_usd_per_t", "USD/t"),
        ("cost_usd_per_t_low", "USD/t"),
        ("vot_usd_per_t_h", "USD/t/h"),
        ("emission_kgco2e_per_tkm_diesel", "kgCO2e/tkm"),
        ("price_usd_per_t", "USD/t"),
        ("capacity_t_per_year", "t/year"),
        ("net_t_per_train", "t/train"),
        ("usd_per_extra_t_per_year", "USD/extra t/year"),
        ("days_door_to_door", "days"),
        ("commercial_speed_kmh", "km/h"),
        ("assumed_share", ""),
        ("corridor_id", ""),
        ("at", ""),
    ],
)
def test_the_unit_of_a_figure_is_in_its_name(name, unit):
    assert unit_of(name) == unit


# --- values -----------------------------------------------------------------------


def test_a_figure_is_told_before_and_after_with_difference_and_per_cent():
    before, after = {"trains_per_day": 5.0}, {"trains_per_day": 15.0}
    (one,) = compare(answer(before), answer(after)).differences
    assert (one.before, one.after, one.difference) == (5.0, 15.0, 10.0)
    assert (one.percent, one.unit) == (200.0, "trains/day")


def test_a_negative_figure_that_falls_falls_in_per_cent_too():
    (one,) = compare(answer({"a_t": -4}), answer({"a_t": -6})).differences
    assert (one.difference, one.percent) == (-2.0, -50.0)


def test_no_per_cent_of_nothing():
    (one,) = compare(answer({"a_t": 0.0}), answer({"a_t": 6.0})).differences
    assert (one.difference, one.percent) == (6.0, None)


def test_figures_under_one_name_have_the_unit_of_that_name():
    name = "capacity_t_per_year_by_direction"
    found = compare(answer({name: {"east": 1.0}}), answer({name: {"east": 2.0}}))
    (one,) = found.differences
    assert (one.where, one.name, one.unit) == (name, "east", "t/year")


def test_the_last_digit_of_a_sum_is_no_difference():
    parts = [0.1, 0.2, 0.3]
    forth, back = sum(parts), sum(reversed(parts))
    assert forth != back
    assert told({"cost_usd_per_t": forth}, {"cost_usd_per_t": back}) == []


@pytest.mark.parametrize(
    ("before", "after"), [(None, 5.0), ("open", "closed"), (True, False), (1, True)]
)
def test_what_is_not_a_pair_of_figures_has_no_difference(before, after):
    (one,) = compare(answer({"x_h": before}), answer({"x_h": after})).differences
    assert (one.before, one.after) == (before, after)
    assert one.difference is one.percent is None


def test_what_only_one_answer_has_is_told():
    assert told({}, {"pareto": {"ways": [{"links": ["L1"]}]}}) == [
        ("added", "pareto, ways", "L1", None, "")
    ]


# --- rows ---------------------------------------------------------------------------


def test_rows_are_matched_by_their_label_whatever_their_order():
    before = [{"measure_id": "a", "usd_per_extra_t_per_year": 4.0}]
    before += [{"measure_id": "b", "usd_per_extra_t_per_year": 5.0}]
    after = [before[1] | {"usd_per_extra_t_per_year": 3.0}, before[0]]
    assert told({"merit_order": before}, {"merit_order": after}) == [
        ("changed", "merit_order b", PLACE, 2, 1),
        ("changed", "merit_order b", "usd_per_extra_t_per_year", 5.0, 3.0),
        ("changed", "merit_order a", PLACE, 1, 2),
    ]


def test_a_row_that_went_leaves_the_places_of_the_others_alone():
    rows = [{"element": name, "price_usd_per_t": 1.0} for name in "abc"]
    assert told({"binding": rows}, {"binding": rows[1:]}) == [
        ("removed", "binding", "a", "price_usd_per_t 1", None)
    ]


def test_labels_are_as_many_as_are_needed():
    legs = [{"kind": "border", "from_node_id": "A", "to_node_id": "B", "time_h": 1.0}]
    legs += [legs[0] | {"kind": "ride"}, legs[0] | {"to_node_id": "C"}]
    after = copy.deepcopy(legs)
    after[1]["time_h"] = 2.0
    (one,) = told({"legs": legs}, {"legs": after})
    assert one == ("changed", "legs B, ride", "time_h", 1.0, 2.0)


def test_rows_without_any_label_are_matched_in_their_order():
    before, after = [{"t": 1.0}, {"t": 2.0}], [{"t": 1.0}, {"t": 3.0}, {"t": 9.0}]
    assert told({"rows": before}, {"rows": after}) == [
        ("changed", "rows no. 2", "t", 2.0, 3.0),
        ("added", "rows", "no. 3", None, "t 9"),
    ]


def test_a_way_is_known_by_its_links_and_named_by_its_ends():
    way = {"links": ["L1", "L2", "L3", "L4"], "time_h": 5.0}
    (one,) = told({"ways": [way]}, {"ways": [way | {"time_h": 6.0}]})
    assert one[1] == "ways L1 … L4 (4)"
    twin = way | {"links": ["L1", "L8", "L9", "L4"]}
    rows = told({"ways": [way, twin]}, {"ways": []})
    assert [row[2] for row in rows] == ["L1 … L4 (4)", "L1 … L4 (4) no. 2"]


def test_texts_that_came_and_went_are_told_one_by_one():
    assert told({"notes": ["a", "b"]}, {"notes": ["b", "c"]}) == [
        ("removed", "notes", "a", None, None),
        ("added", "notes", "c", None, None),
    ]


def test_texts_in_another_order_are_a_change():
    assert told({"via": ["a", "b"]}, {"via": ["b", "a"]}) == [
        ("changed", "", "via", "a|b", "b|a")
    ]


# --- what was asked -------------------------------------------------------------------


def test_what_was_asked_comes_first():
    before = answer({"x_t": 1.0}, changes=["close link:L1"], model_hash="aa")
    after = answer({"x_t": 2.0}, changes=["close link:L2"], scenario="dry")
    after["stamp"] |= {"as_of": "2030-07-01", "model_hash": "bb", "made_at": "later"}
    found = compare(before, after)
    assert [(d.part, d.name, d.before, d.after) for d in found.differences] == [
        ("asked", "model_hash", "aa", "bb"),
        ("asked", "scenario", "baseline", "dry"),
        ("asked", "changes", "close link:L1", None),
        ("asked", "changes", None, "close link:L2"),
        ("asked", "as_of", "2026-11-23", "2030-07-01"),
        ("changed", "x_t", 1.0, 2.0),
    ]
    assert found.stamp.scenario == "baseline > dry"
    assert found.stamp.as_of == "2026-11-23 > 2030-07-01"
    assert found.stamp.params["before"] == before["stamp"]
    assert found.summary().splitlines()[-1] == found.stamp.line()


def test_a_date_is_told_once():
    dated = {"as_of": "2026-01-01", "params": {"as_of": "2026-01-01", "count": 3}}
    before = answer({"as_of": "2026-11-23"}, params={"as_of": "", "count": 3})
    after = answer({"as_of": "2026-01-01"}, **dated)
    (one,) = compare(before, after).differences
    assert (one.part, one.name) == ("asked", "as_of")


# --- whole answers --------------------------------------------------------------------


def test_a_closed_link_shows_where_it_hurts_and_nowhere_else(teaching):
    model = read_model(teaching)
    cut = Scenario("cut", (Close(parse_reference("link:rail_BCY_BCO")),))
    saved = [
        {"result": found.as_dict(), "stamp": found.stamp.as_dict(), "warnings": []}
        for found in (corridors(model), corridors(model, cut))
    ]
    found = compare(*saved)
    assert {d.where for d in found.of("changed")} == {"corridors steppe", ""}
    figures = {d.name: (d.before, d.after) for d in found.of("changed") if d.where}
    # models/teaching/README.md: rail 66.80 USD/t and 50 h, rail then road 88.6 and 54 h
    assert figures["usd_per_t"] == pytest.approx((66.8, 88.6))
    assert figures["days"] == pytest.approx((50 / 24, 54 / 24))
    assert headline(compare(saved[0], saved[0])) == (
        "corridors: both answers say the same"
    )


PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text("ab", max_size=2)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a_id", "time_h", "x"]), inner, max_size=3),
    ),
    max_leaves=12,
)


@given(PLAIN, PLAIN)
def test_data_differ_from_themselves_in_nothing_and_else_in_something(one, other):
    assert list(differences_of("", "x", one, copy.deepcopy(one))) == []
    found = list(differences_of("", "x", one, other))
    assert bool(found) == (not same(one, other))


def same(one, other):
    """Whether two pieces of data say the same; nothing is an empty list or mapping."""
    if isinstance(one, dict) or isinstance(other, dict):
        one, other = one if one is not None else {}, other if other is not None else {}
    if isinstance(one, list) or isinstance(other, list):
        one, other = one if one is not None else [], other if other is not None else []
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return all(same(one.get(k), other.get(k)) for k in {*one, *other})
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        ([], "has no result and no stamp"),
        ({"result": {}}, "has no result and no stamp"),
        ({"result": {}, "stamp": {}}, "its stamp names no question"),
        ({"result": [], "stamp": STAMP}, "its result holds no values"),
        (
            {"result": None, "stamp": None, "errors": ["no row"]},
            "says only why its question could not be answered",
        ),
    ],
)
def test_what_is_no_answer_is_refused_on_both_sides(saved, said):
    with pytest.raises(BereketError) as caught:
        compare(saved, saved)
    first, second = str(caught.value).splitlines()
    assert first.startswith("the first answer")
    assert second.startswith("the second answer")
    assert said in first


def test_answers_to_different_questions_are_refused():
    with pytest.raises(BereketError, match="different questions: capacity and route"):
        compare(answer({}), answer({}, question="route"))
