"""Demand of the reference model: what it rests on, adds up to, and goes by."""

import csv
import re
from collections import defaultdict
from datetime import date

import numpy as np
import pytest

from bereket import read_model
from bereket.compiled.asking import compiled
from bereket.compiled.consignment import consign
from bereket.compiled.cost import price
from bereket.compiled.search import staged_search, tree_from

DAY = date(2024, 7, 1)  # a year is its first of July (ADR 21)
YEARS = (*range(2019, 2025), 2030)
MOST_FLOWS = 600  # a year: every row is assigned to the network
ROUNDING_T = 10.0  # whole tonnes in a dozen rows
NO_FREIGHT = ("d007", "d008", "d009")  # pipelines
# What is an observation by its note or commodity, as the issue lists it.
OBSERVED = (
    *("d130", "d174", "d185", "d187", "d197", "d198", "d204", "d206", "d208"),
    *(f"d{n}" for n in range(209, 217)),
)
# A corridor, a port or a crossing in a note makes the row an observation.
NAMED = re.compile(
    r"Altynkol|Serhetabat|Aqina|Hairatan|Sarakhs|Bandar Abbas|Aktau|branch|TITR"
)
# Country pairs, cargo and year whose one fact is a full year.
AS_STATED = {
    ("KAZ", "UZB", "grain", 2019): "d075",
    ("KAZ", "TJK", "grain", 2019): "d076",
    ("KAZ", "AFG", "grain", 2019): "d077",
    ("KAZ", "CHN", "grain", 2024): "d127",
    ("KAZ", "IRN", "grain", 2021): "d104",
    ("KAZ", "AFG", "flour", 2022): "d114",
    ("KAZ", "UZB", "flour", 2021): "d115",
    ("KAZ", "TJK", "flour", 2022): "d118",
    ("KAZ", "UZB", "coal", 2024): "d074",
    ("KAZ", "CHN", "ores", 2019): "d135",
    ("KAZ", "CHN", "ferroalloys", 2024): "d147",
    ("KAZ", "IRN", "steel", 2024): "d161",
    ("RUS", "UZB", "oil_products", 2024): "d021",
    ("RUS", "KGZ", "oil_products", 2023): "d025",
    ("TKM", "AFG", "lpg", 2023): "d039",
    ("KAZ", "AZE", "crude", 2023): "d002",
    ("KAZ", "RUS", "crude", 2022): "d003",
    ("KAZ", "CHN", "", 2024): "d126",  # all by rail
}
# Cargo and year whose export the railway states in full.
RAILWAY_EXPORT = {
    (("coal",), 2021): "d049",
    (("grain",), 2021): "d050",
    (("grain",), 2024): "d062",
    (("flour",), 2024): "d063",
}
# Cargo whose export of 2024 the railway states for five months.
FIVE_MONTHS = {
    ("coal",): "d051",
    ("steel", "ferroalloys"): "d055",
    ("fertiliser",): "d056",
    ("cement",): "d058",
    ("oil_products", "lpg"): "d054",
}
MOST_OF_A_YEAR = 12 / 5 * 1.05  # five months of no less than the mean, some 5 % less
INLAND = {
    "coal": ("d041", "d049"),
    "grain": ("d042", "d050"),
}  # loading, export of 2021


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def demand(caspian):
    return rows_of(caspian / "demand.csv")


@pytest.fixture(scope="module")
def country(caspian):
    return {r["node_id"]: r["country_iso3"] for r in rows_of(caspian / "node.csv")}


@pytest.fixture(scope="module")
def facts(shared):
    return {r["demand_id"]: r for r in rows_of(shared / "facts" / "demand_bulk.csv")}


@pytest.fixture(scope="module")
def left_out(caspian):
    hand = caspian / "build" / "hand" / "demand_left_out.csv"
    return {row["fact"] for row in rows_of(hand)}


@pytest.fixture(scope="module")
def wanted(demand, country):
    """Tonnes by origin and destination country, cargo and year."""
    total = defaultdict(float)
    for row in demand:
        ends = country[row["origin_node_id"]], country[row["destination_node_id"]]
        for cargo in (row["commodity_id"], ""):
            total[*ends, cargo, int(row["year"])] += float(row["tonnes"])
    return total


def export(wanted, cargo, year):
    return sum(
        tonnes
        for (start, end, what, when), tonnes in wanted.items()
        if start == "KAZ" != end and what in cargo and when == year
    )


def facts_named(row):
    return set(re.findall(r"\bd\d{3}\b", row["note"]))


# --- what there is ---------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_every_year_has_its_flows_and_not_too_many(demand, year):
    rows = [row for row in demand if row["year"] == str(year)]
    assert 500 < len(rows) <= MOST_FLOWS


def test_there_is_no_other_year(demand):
    assert {int(row["year"]) for row in demand} == set(YEARS)


def test_every_cell_has_a_basis(demand):
    for row in demand:
        assert row["note"]
        named = facts_named(row) or "trade.csv" in row["note"]
        assert named, row
        if row["quality"] != "assumed":
            assert row["source_id"]


def test_what_is_assumed_has_an_interval_that_holds_it(demand):
    for row in demand:
        if row["tonnes_low"]:
            low, high = float(row["tonnes_low"]), float(row["tonnes_high"])
            assert low <= float(row["tonnes"]) <= high
    later = [row for row in demand if row["year"] == "2030"]
    assert all(row["tonnes_high"] for row in later)


def test_the_base_of_2030_says_how_it_grows_from_2024(demand):
    assert all("2024 x " in row["note"] for row in demand if row["year"] == "2030")


# --- what it rests on ------------------------------------------------------------


def test_no_row_rests_on_a_fact_that_is_left_out(demand, left_out):
    assert not left_out & set().union(*map(facts_named, demand))


def test_observations_of_the_issue_and_pipelines_are_left_out(left_out):
    assert left_out.issuperset((*OBSERVED, *NO_FREIGHT))


def test_facts_whose_note_names_a_corridor_a_port_or_a_crossing_are_left_out(
    facts, left_out
):
    named = {
        label
        for label, row in facts.items()
        if NAMED.search(f"{row['commodity']} {row['note']}")
    }
    assert named - left_out == set()


def test_every_other_fact_is_used(demand, facts, left_out, caspian):
    anchors = rows_of(caspian / "build" / "hand" / "demand_anchors.csv")
    used = {row["fact"] for row in anchors}
    assert set(facts) - left_out <= used
    assert len(set().union(*map(facts_named, demand))) > len(facts) // 2


# --- that it adds up -------------------------------------------------------------


@pytest.mark.parametrize("flow", AS_STATED, ids=lambda flow: "-".join(map(str, flow)))
def test_countries_send_what_the_fact_states(wanted, facts, flow):
    stated = float(facts[AS_STATED[flow]]["tonnes"])
    assert wanted[flow] == pytest.approx(stated, abs=ROUNDING_T)


@pytest.mark.parametrize("what", RAILWAY_EXPORT)
def test_the_export_is_that_of_the_railway(wanted, facts, what):
    cargo, year = what
    stated = float(facts[RAILWAY_EXPORT[what]]["tonnes"])
    assert export(wanted, cargo, year) == pytest.approx(stated, rel=1e-3)


@pytest.mark.parametrize("cargo", FIVE_MONTHS)
def test_the_export_of_2024_is_not_above_five_months_of_the_railway(
    wanted, facts, cargo
):
    most = float(facts[FIVE_MONTHS[cargo]]["tonnes"]) * MOST_OF_A_YEAR
    assert most / 1.2 < export(wanted, cargo, 2024) <= most


@pytest.mark.parametrize("cargo", INLAND)
def test_inland_cargo_is_no_more_than_loading_less_export(wanted, facts, cargo):
    loaded, sent = (float(facts[label]["tonnes"]) for label in INLAND[cargo])
    assert 0 < wanted["KAZ", "KAZ", cargo, 2021] <= loaded - sent


def test_boxes_of_china_and_europe_come_from_trade(demand, country):
    boxes = [
        row
        for row in demand
        if country[row["origin_node_id"]] == "CHN"
        and country[row["destination_node_id"]] in {"DEU", "ITA", "POL"}
        and row["commodity_id"].startswith("containers")
    ]
    assert boxes
    assert all("trade.csv CHN-EU27" in row["note"] for row in boxes)
    assert not any(facts_named(row) for row in boxes)


# --- that it can be carried ------------------------------------------------------


def test_every_flow_has_a_way(caspian, demand):
    model = read_model(caspian)
    graph = compiled(model, DAY)
    prices, without = {}, []
    keys = ("origin_node_id", "destination_node_id", "commodity_id")
    for start, end, cargo in sorted({tuple(row[k] for k in keys) for row in demand}):
        sent = consign(graph, (start, end), cargo)
        if sent.shipment not in prices:
            prices[sent.shipment] = price(graph, sent.shipment)
        offered = prices[sent.shipment]
        usable = offered.is_offered & ~offered.orders.is_shut
        search = staged_search(graph, sent.source, sent.target)
        weight = np.where(usable, offered.weight_usd_per_t, np.inf)[search.arc]
        weight.flags.writeable = False
        if not np.isfinite(tree_from(search, weight)[0][search.target]):
            without.append((start, end, cargo))
    assert without == []


# --- seasons ---------------------------------------------------------------------


def test_every_season_of_the_facts_is_in_the_model(caspian, shared):
    facts = rows_of(shared / "facts" / "season.csv")
    groups = {(r["commodity"], r["origin_iso3"]) for r in facts} - {("barley", "KAZ")}
    season = rows_of(caspian / "season.csv")
    assert len({(r["commodity_id"], r["origin_iso3"]) for r in season}) == len(groups)
