"""Generated models: without fault, joined from end to end, the same each time."""

import numpy as np
import pytest
from benchmarks.subjects import MODELS, asked_of, continent, corridor, question_of
from benchmarks.subjects.land import model_of

from bereket.compiled.inspect import inspect, network_faults
from bereket.compiled.ways import cheapest_way
from bereket.model.validate import validate

MADE = [name for name in MODELS if name != "caspian"]
PLACES = {
    "corridor-small": 60,
    "corridor-medium": 600,
    "corridor-large": 3_000,
    "continent-small": 288,
    "continent-medium": 2_880,
    "continent-large": 28_800,
}


@pytest.mark.parametrize("name", MADE)
def test_it_has_as_many_places_as_told_and_breaks_no_rule(name):
    model = MODELS[name]()
    assert len(model["node"]) == PLACES[name]
    found = validate(model, frozenset(model.tables))
    assert [str(each) for each in (*found.faults, *found.advice)] == []


@pytest.mark.parametrize("name", MADE)
def test_nothing_in_it_is_cut_off(name):
    model = MODELS[name]()
    told = [str(each) for each in (*network_faults(model), *inspect(model))]
    # trains do not stop wherever they meet a road: that is no more than advice
    assert [
        text for text in told if "meet without a row of table transfer" not in text
    ] == []
    asked = asked_of(name)
    weight = np.where(asked.is_usable, asked.prices.weight_usd_per_t, np.inf)
    assert cheapest_way(asked.search, weight[asked.search.arc]) is not None


def test_the_same_seed_gives_the_same_model():
    for name, land in (
        ("corridor-small", corridor.corridor(20)),
        ("continent-small", continent.continent(15, 20)),
    ):
        again = model_of(name, land)
        assert again.content_hash == MODELS[name]().content_hash


def test_another_seed_gives_another():
    other = model_of("corridor-small", corridor.corridor(20, seed=1))
    assert other.content_hash != MODELS["corridor-small"]().content_hash


@pytest.mark.parametrize("name", ["corridor-small", "continent-small"])
def test_both_gauges_meet_and_cargo_is_moved_between_them(name):
    model = MODELS[name]()
    transfer = model["transfer"]
    assert set(model["link"].labels("allowed_uses")) >= {"rail1435", "rail1520", "road"}
    columns = ("from_carrier_id", "to_carrier_id", "kind")
    moved = set(zip(*(transfer.labels(each) for each in columns), strict=True))
    assert ("rail1435", "rail1520", "reload") in moved
    assert ("road", "rail1520", "tranship") in moved


def test_a_ferry_crosses_the_sea_of_the_continent_from_shore_to_shore():
    # 15 x 20 places but for rows 6 to 8, columns 8 to 11; row 6 has a track. Before it
    # come 6 x 20 places, so that its column 7 is place 127, and column 12 the next.
    model = MODELS["continent-small"]()
    assert model["service_stop"].labels("node_id") == ("P127", "P128")


def test_what_is_asked_of_a_generated_model_is_from_end_to_end():
    # rungs, where cargo is loaded, stand at columns 0 and 10 of 20
    asked = question_of("corridor-small")
    assert (asked.origin, asked.destination) == ("P0", "P50")
