"""Scenarios and measures of the reference model: each does what it says it does."""

import pytest

from bereket import (
    Scenario,
    apply,
    corridors,
    measure_changes,
    planned,
    read_model,
    read_scenario,
)
from bereket.model.changes import InsertRow, Open

# Corridors whose pair does not begin in China, and so never meets Dostyk.
FAR_FROM_DOSTYK = ("kti", "kti_sarahs", "titr_turkmenbashi", "instc_west")


@pytest.fixture(scope="module")
def model(caspian):
    return read_model(caspian)


@pytest.fixture(scope="module")
def today(model):
    return {row.corridor_id: row for row in corridors(model).corridors}


def links(row):
    return set(row.way.link_ids)


def test_without_dostyk_all_goes_round_it_at_no_lower_price(model, caspian, today):
    plan = planned(model, read_scenario(caspian, "dostyk_closed"))
    rows = {r.corridor_id: r for r in corridors(model, plan.scenario).corridors}
    shut = {"L036", "L334"}
    passed = {name for name, r in today.items() if r.way and shut & links(r)}
    assert passed >= {"ckti_uzen", "titr_aktau", "northern"}
    for name, row in rows.items():
        if row.way is None:
            continue
        assert not shut & links(row)
        now, then = today[name].way.totals, row.way.totals
        assert then.generalised_usd_per_t >= now.generalised_usd_per_t
    for name in FAR_FROM_DOSTYK:
        assert rows[name].way.totals == today[name].way.totals


def test_kti_upgraded_saves_the_six_hours_that_it_takes_off_the_wait(
    model, caspian, today
):
    plan = planned(model, read_scenario(caspian, "kti_upgraded"))
    assert plan.notes == ()
    assert "link:L090.section_max_km*=0.7" in map(str, plan.scenario.changes)
    rows = {r.corridor_id: r for r in corridors(model, plan.scenario).corridors}
    for name in ("kti_incheh_borun", "kti_turkmenistan"):
        saved_h = today[name].way.totals.time_h - rows[name].way.totals.time_h
        assert saved_h == pytest.approx(10 - 4, abs=1e-6)


def test_every_measure_that_opens_or_brings_rows_leaves_a_sound_model(model):
    opening = []
    for measure_id in model["measure"].labels("measure_id"):
        works = measure_changes(model, [measure_id])
        if any(isinstance(each, (Open, InsertRow)) for each in works.changes):
            assert apply(model, Scenario(measure_id, works.changes)) is not model
            opening.append(measure_id)
    # railways that are planned or being built stand in the model as shut links
    assert {"pr04", "pr19", "pr20"} <= set(opening)
