"""Gas and power of caspian beside published yearly totals, which it is not fitted to.

Facts are those of ``facts/power.csv`` and ``facts/gas.csv`` of the open data, by their
labels; water by the bounds of the Agora set (``scenario_config.yaml`` there).
"""

import csv

import pytest

from bereket import read_model
from bereket.analysis.energy import EnergyParams, energy

NEAR = 0.15  # relative: what is published of a year differs by so much between sources
TWH, BCM = 1e6, 1e3
YEAR_HOURS = 8760.0

# What is farther off, and why; each is said in the docs as well.
EXCEPTIONS: dict[str, str] = {}

GENERATION = {  # fact: country; each is asked in the year of the fact
    "p18": "TKM",
    "p33": "KAZ",
    "p38": "UZB",
    "p39": "IRN",
    "p40": "KGZ",
    "p41": "TJK",
}
PRODUCTION = {"g34": "TKM", "g50": "KAZ", "g58": "UZB", "g60": "IRN"}
SALES = {  # fact: sellers and buyer
    "g24": (("RUS",), "UZB"),
    "g38": (("TKM",), "CHN"),
    "g52": (("KAZ",), "CHN"),
    "g54": (("TKM", "UZB"), "CHN"),
}
WATER_TWH = {  # of 2023: dams and rivers as bounded, or capacity by its factor
    "KAZ": 9.8 + 1.5,
    "UZB": 2100 * 0.4323 * YEAR_HOURS / TWH,
    "KGZ": 3136.24 * 0.4323 * YEAR_HOURS / TWH,
}


@pytest.fixture(scope="module")
def facts(shared):
    found = {}
    for name in ("power", "gas"):
        with (shared / "facts" / f"{name}.csv").open(encoding="utf-8") as file:
            found |= {row[f"{name}_id"]: row for row in csv.DictReader(file)}
    return found


@pytest.fixture(scope="module")
def years(caspian):
    model = read_model(caspian)
    return {
        year: energy(model, params=EnergyParams(year=year)) for year in (2023, 2024)
    }


def held(name, found, published):
    """Hold a figure against what is published, unless a reason says why not."""
    off = found / published - 1.0
    told = f"{name}: {found:.1f}, published {published:.1f} ({off:+.0%})"
    if name in EXCEPTIONS:
        assert abs(off) > NEAR, f"{told} is no exception any more"
        assert EXCEPTIONS[name], told
    else:
        assert abs(off) <= NEAR, told


def total_of(table, unit, row):
    assert row["unit"].startswith(unit), (table, row)
    return float(row["value"])


@pytest.mark.parametrize("fact", GENERATION)
def test_a_country_generates_in_a_year_what_is_published(facts, years, fact):
    row = facts[fact]
    assert (row["from_iso3"], row["indicator"]) == (GENERATION[fact], "generation")
    country = years[int(row["year"])].country(GENERATION[fact])
    held(fact, country.generation_mwh / TWH, total_of("power", "TWh", row))


@pytest.mark.parametrize("iso3", WATER_TWH)
def test_hydro_of_a_country_gives_what_water_is_bounded_to(years, iso3):
    rows = years[2023].generation
    made = sum(
        row.energy_mwh
        for row in rows
        if (row.country_iso3, row.carrier) == (iso3, "hydro")
    )
    held(f"hydro {iso3}", made / TWH, WATER_TWH[iso3])


@pytest.mark.parametrize("fact", PRODUCTION)
def test_a_country_wins_in_a_year_the_gas_that_is_published(facts, years, fact):
    row = facts[fact]
    assert row["from_iso3"] == PRODUCTION[fact]
    country = years[int(row["year"])].country(PRODUCTION[fact])
    held(fact, country.production_mcm / BCM, total_of("gas", "bcm", row))


@pytest.mark.parametrize("fact", SALES)
def test_gas_goes_over_borders_as_is_published(facts, years, fact):
    row, (sellers, buyer) = facts[fact], SALES[fact]
    sold = sum(
        sale.received_mcm
        for sale in years[int(row["year"])].sales
        if sale.seller_iso3 in sellers and sale.buyer_iso3 == buyer
    )
    held(fact, sold / BCM, total_of("gas", "bcm", row))


def test_kazakhstan_sells_as_much_gas_abroad_as_is_published(facts, years):
    """Five in all, of which four to China: in the note of the fact."""
    assert facts["g52"]["note"] == "5 bcm total export"
    held("KAZ exports", years[2024].country("KAZ").gas_sold_mcm / BCM, 5.0)


def test_what_is_not_near_is_said_in_the_docs(root):
    pages = "".join(
        path.read_text(encoding="utf-8") for path in (root / "docs").rglob("*.md")
    )
    missing = [why for why in EXCEPTIONS.values() if why not in pages]
    assert not missing
