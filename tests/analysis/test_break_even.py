"""At a break-even value two ways cost the same: asked again with the model changed."""

import pytest
from tests.compiled.models import line_tables, model_of, way_by, ways

from bereket import QuestionError, RouteParams, break_even

EXACT = 1e-9
ENDS = ("P", "S", "box")


def two_ways():
    """Return a line with a cheap lorry beside the train from Q to R."""
    tables = line_tables()
    tables["carrier"][1]["cost_usd_per_tkm"] = 0.02
    return tables


def asked(tables, turn):
    params = RouteParams(*ENDS, max_overlap=1.0)
    return break_even(model_of(tables), params=params, turn=turn)


def costs(tables):
    """Return the generalised cost of each way, by its links."""
    found = ways(tables).alternatives
    return {way.link_ids: way.totals.generalised_usd_per_t for way in found}


def test_at_the_tariff_found_both_ways_cost_the_same():
    found = asked(two_ways(), "tariff")
    (change,) = found.changes
    assert change.at > 1.0
    assert change.rival.link_ids == ("PQ", "qr", "RS")
    tables = two_ways()
    tables["carrier"][0]["cost_usd_per_tkm"] *= change.at
    by_rail, by_lorry = (
        costs(tables)[links] for links in (("PQ", "QR", "RS"), ("PQ", "qr", "RS"))
    )
    assert by_rail == pytest.approx(by_lorry, rel=EXACT)


def test_at_the_border_hours_found_both_ways_cost_the_same():
    tables = two_ways()
    for row in tables["border"]:  # the lorry is through in no time, there is one side
        row["document"] = "internal" if row["carrier_id"] == "lorry" else "SMGS"
    tables["border"] = [
        row
        for row in tables["border"]
        if row["carrier_id"] == "rail" or row["side_iso3"] == "AAA"
    ]
    found = asked(tables, "border_h")
    (change,) = found.changes
    for row in tables["border"]:
        row["wait_h"] = row.get("wait_h", 0.0) + change.at
    by_rail, by_lorry = (
        costs(tables)[links] for links in (("PQ", "QR", "RS"), ("PQ", "qr", "RS"))
    )
    assert by_rail == pytest.approx(by_lorry, rel=EXACT)


def test_the_subsidy_that_a_rival_needs_is_what_it_costs_more():
    found = asked(two_ways(), "subsidy")
    by_rail = way_by(ways(two_ways()), "PQ", "QR", "RS").totals
    by_lorry = way_by(ways(two_ways()), "PQ", "qr", "RS").totals
    gap = by_lorry.generalised_usd_per_t - by_rail.generalised_usd_per_t
    assert [change.at for change in found.changes] == [pytest.approx(gap, rel=EXACT)]


def test_where_no_ship_sails_the_sea_rate_changes_nothing():
    assert asked(two_ways(), "sea_rate").changes == ()


def test_without_a_way_there_is_nothing_to_turn():
    tables = two_ways()
    tables["link"] = tables["link"][:1]
    tables["border"] = []
    found = asked(tables, "tariff")
    assert (found.stamp.status, found.changes) == ("no_way", ())


def test_an_unknown_lever_is_refused():
    with pytest.raises(QuestionError, match="turn must be one of"):
        asked(two_ways(), "weather")
