"""The tornado draws the swings of a sweep, and says where the model stands."""

import pytest
from tests.model.altered import row_at, with_cell
from tests.report.conftest import values

from bereket import (
    CapacityParams,
    QuestionError,
    RowReference,
    Scenario,
    SetValue,
    SweepParams,
    read_model,
    sweep,
)
from bereket.report.tornado import bars_of, tornado


@pytest.fixture(scope="module")
def uneven(teaching):
    model = read_model(teaching)
    at = row_at(model, "link", "rail_BBO_BCY")
    for end, bound in (("_low", 1.2), ("_high", 2.0)):
        model = with_cell(model, "link", at, f"uneven_k{end}", bound)
    return model


def test_bars_run_from_where_the_model_stands_to_both_ends(uneven):
    found = sweep(uneven, params=SweepParams(CapacityParams("steppe"), samples=10))
    rows = [row for row in values(tornado(found)) if "end" in row]
    (swing,) = found.tornado
    assert [row["at"] for row in rows] == [swing.at_p10, swing.at_p90]
    assert {row["base"] for row in rows} == {found.main.base}
    assert rows[0]["row"] == "uneven_k of link:rail_BBO_BCY"
    assert rows[0]["bounds"] == "1.2 to 2"


def test_the_chart_holds_the_band_of_the_samples_and_its_source(uneven):
    found = sweep(uneven, params=SweepParams(CapacityParams("steppe"), samples=10))
    chart = tornado(found)
    (band,) = [row for row in values(chart) if "p95" in row]
    assert (band["p5"], band["p95"]) == (found.main.p5, found.main.p95)
    assert found.stamp.model_hash[:12] in " ".join(chart.to_dict()["title"]["text"])


def test_a_headline_that_nothing_moves_has_no_tornado(uneven):
    fixed = SetValue(RowReference("link", ("rail_BBO_BCY",)), "uneven_k", "1.6")
    asked = SweepParams(CapacityParams("steppe"), samples=4)
    found = sweep(uneven, Scenario("fixed", (fixed,)), asked)
    assert bars_of(found) == []
    with pytest.raises(QuestionError, match="there is no tornado"):
        tornado(found)
