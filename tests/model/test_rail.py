"""Gauges by country: a table that a model and a map can use."""

from bereket.model.network_rules import country_boxes
from bereket.model.rail import country_rails
from bereket.schema import table_schema


def test_gauges_lie_in_the_range_of_a_link_and_countries_have_boxes():
    gauge = table_schema("link").fields["gauge_mm"]
    for iso3, rail in country_rails().items():
        assert gauge.minimum <= rail.gauge_mm <= gauge.maximum
        assert iso3 in country_boxes() or iso3 == "XKX"
        assert rail.union in ("", "EU", "EAEU")


def test_a_country_has_one_code_of_two_letters():
    codes = [rail.iso2 for rail in country_rails().values()]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 2 for code in codes)


def test_gauges_that_everybody_knows():
    gauges = {iso3: rail.gauge_mm for iso3, rail in country_rails().items()}
    broad = {"KAZ", "TKM", "UZB", "RUS", "AZE", "GEO", "MNG", "LTU"}
    assert {gauges[iso3] for iso3 in broad} == {1520}
    assert {gauges[iso3] for iso3 in ("CHN", "IRN", "TUR", "POL", "DEU")} == {1435}
    assert gauges["IND"] == gauges["PAK"] == 1676
