"""What holds of the corridors of the reference model, whatever one asks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bereket import (
    Close,
    Open,
    RouteParams,
    Scenario,
    corridors,
    pareto,
    parse_reference,
    read_model,
    route,
)

SHUT = ("regime:torkham_2025_2", "link:L401", "link:L392")
CLOSE = 1e-7
WEIGHT = st.floats(0, 100, allow_nan=False)


@pytest.fixture(scope="module")
def model(caspian):
    return read_model(caspian)


@pytest.fixture(scope="module", params=["TEH", "IST"])
def ways(request, model):
    """Figures of the efficient ways, and of the alternatives, from Xi'an."""
    params = RouteParams("XIAN", request.param, "containers_general")
    efficient = [
        (w.door_to_door_h, w.cost_usd_per_t, w.emission_kgco2e_per_t, w.sd_h)
        for w in pareto(model, params=params).ways
    ]
    shown = [
        (t.door_to_door_h, t.cost_usd_per_t, t.emission_kgco2e_per_t, t.sd_h)
        for t in (w.totals for w in route(model, params=params).alternatives)
    ]
    return efficient, shown


@given(weights=st.tuples(WEIGHT, WEIGHT, WEIGHT, WEIGHT))
@settings(max_examples=200)
def test_no_alternative_beats_the_efficient_set_under_any_weights(ways, weights):
    efficient, shown = ways

    def least(figures):
        return min(
            sum(w * f for w, f in zip(weights, each, strict=True)) for each in figures
        )

    assert least(efficient) <= least(shown) * (1 + CLOSE) + CLOSE


@pytest.fixture(scope="module")
def costs(model):
    """Generalised cost of each corridor, as it is and with everything shut opened."""
    order, *links = (parse_reference(each) for each in SHUT)
    opened = Scenario("opened", (Close(order), *map(Open, links)))
    return [
        {
            row.corridor_id: row.way.totals.generalised_usd_per_t
            for row in found.corridors
            if row.way
        }
        for found in (corridors(model), corridors(model, opened))
    ]


@given(data=st.data())
@settings(max_examples=20)
def test_opening_what_is_shut_makes_no_corridor_dearer(costs, data):
    before, after = costs
    name = data.draw(st.sampled_from(sorted(before)))
    assert after[name] <= before[name] + CLOSE


def test_opening_what_is_shut_opens_the_corridors_that_it_shut(costs):
    before, after = costs
    assert set(after) - set(before) == {"zangezur", "karachi_road"}
