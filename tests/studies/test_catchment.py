"""Catchments agree with what route finds for each pair."""

import pytest

from bereket import (
    CatchmentParams,
    QuestionError,
    RouteParams,
    Scenario,
    SetValue,
    catchment,
    parse_change,
    read_model,
    route,
)

CARGO = "containers_general"
ORIGINS = ("XIAN", "URC", "CKG", "SHA")


@pytest.fixture(scope="module")
def model(caspian):
    return read_model(caspian)


def asked(corridor, **more):
    return CatchmentParams(corridor, ("TEH", "POT"), CARGO, origins=ORIGINS, **more)


def test_the_best_of_a_pair_is_that_of_route(model):
    for each in catchment(model, params=asked("ckti_uzen")).preferences:
        params = RouteParams(each.origin_id, each.destination_id, CARGO)
        best = route(model, params=params).alternatives[0]
        cost = best.totals.generalised_usd_per_t
        assert each.best_usd_per_t == pytest.approx(cost, rel=0.01)
        assert each.prefers == ("ckti_uzen" in best.corridors)


def test_a_dearer_corridor_loses_its_catchment(model):
    dear = SetValue(*parse_change("link:L089.length_km=5000"))
    before = catchment(model, params=asked("kti")).preferences
    after = catchment(model, Scenario("longer", (dear,)), asked("kti")).preferences
    assert any(each.prefers for each in before)
    assert not any(each.prefers for each in after)


def test_origins_are_all_places_of_the_country_that_load(model):
    params = CatchmentParams("northern", ("MAL",), CARGO)
    found = catchment(model, params=params)
    node = model["node"]
    land = dict(zip(node.labels("node_id"), node.labels("country_iso3"), strict=True))
    assert len(found.preferences) > 10
    assert {land[each.origin_id] for each in found.preferences} == {"CHN"}


def test_a_corridor_that_is_not_there_is_named(model):
    with pytest.raises(QuestionError, match="no corridor 'ckti'"):
        catchment(model, params=asked("ckti"))


def test_a_country_where_nothing_loads_is_named(model):
    params = CatchmentParams("kti", ("TEH",), CARGO, origin_iso3="BRA")
    with pytest.raises(QuestionError, match="no place of 'BRA' loads"):
        catchment(model, params=params)


def test_it_can_be_stopped_between_two_origins(model):
    found = catchment(
        model, params=asked("kti"), monitor=lambda done, _of, _note: done < 1
    )
    assert len(found.preferences) == 2
    assert found.stamp.status == "interrupted"


@pytest.mark.parametrize("origin", ["ATR", "KZO", "KHG", "BKT", "MOW"])
def test_a_pair_where_prices_stand_at_places_is_close_to_route(model, origin):
    params = CatchmentParams("ckti_uzen", ("TEH",), CARGO, origins=(origin,))
    (each,) = catchment(model, params=params).preferences
    best = route(model, params=RouteParams(origin, "TEH", CARGO)).alternatives[0]
    least = best.totals.generalised_usd_per_t
    assert least - 1e-6 <= each.best_usd_per_t <= least * 1.03
    assert each.prefers == ("ckti_uzen" in best.corridors)


def test_one_place_as_from_and_to_leaves_no_pair(model):
    params = CatchmentParams("kti", ("TEH",), CARGO, origins=("TEH",))
    with pytest.raises(QuestionError, match="no pair is left"):
        catchment(model, params=params)
