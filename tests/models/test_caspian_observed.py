"""What the reference model is held against: all that was observed, untouched."""

import csv
from collections import Counter

import pytest

FLOWS = ("flow", "throughput")
OIL, BOXES = "crude", "containers_general"
MT = 1e6
# Facts of observed flows: table, what names a row, what makes it an observation.
FACTS = (
    ("flows", ("flow_id",), lambda _: True),
    (
        "ports",
        ("port_id", "indicator", "year"),
        lambda row: row["kind"] == "observed",
    ),
    (
        "borders",
        ("crossing_id",),
        lambda row: any(row[name] for name in row if name.startswith("observed")),
    ),
    ("ferries", ("ferry_id",), lambda row: row["kind"] == "observation"),
)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def rows(caspian):
    return {row["observation_id"]: row for row in rows_of(caspian / "observation.csv")}


@pytest.fixture(scope="module")
def shocks(caspian):
    return rows_of(caspian / "shock.csv")


@pytest.fixture(scope="module")
def hand(caspian):
    folder = caspian / "build" / "hand"
    left = {
        row["fact"]: row["reason"]
        for row in rows_of(folder / "observations_left_out.csv")
    }
    return rows_of(folder / "observations.csv"), left


def facts_of(shared):
    for table, keys, is_observed in FACTS:
        for row in rows_of(shared / "facts" / f"{table}.csv"):
            if is_observed(row):
                yield "/".join(row[key] for key in keys)


def value(rows, name):
    return float(rows[name]["value"])


def test_every_flow_that_was_observed_is_a_row_or_says_why_not(shared, hand):
    named, left = hand
    used = {row[column] for row in named for column in ("fact", "less")}
    facts = set(facts_of(shared))
    assert facts - used - set(left) == set()
    assert used & set(left) == set()
    assert set(left) <= facts
    assert all(left.values())


def test_every_observation_has_a_page_and_a_definition(rows):
    for name, row in rows.items():
        assert row["source_id"], name
        assert row["definition"], name
        assert row["quality"] in {"measured", "reported", "derived"}, name


def test_flows_of_2024_are_held_out_and_no_other(rows):
    for name, row in rows.items():
        of_2024 = row["kind"] in FLOWS and row["period_end"] >= "2024"
        assert (row["held_out"] == "true") == of_2024, name


def test_two_rows_that_count_alike_differ_in_their_definition(rows):
    scope = (
        *("kind", "on", "commodity_id", "direction", "period_start", "period_end"),
        *("unit", "weight_basis", "definition", "origin_node_id", "mode"),
    )
    seen = Counter(
        tuple(row.get(name, "") for name in scope)
        for row in rows.values()
        if row["kind"] in FLOWS
    )
    assert max(seen.values()) == 1


def test_oil_and_dry_cargo_over_the_caspian_make_the_total(rows):
    for year, total, dry in (
        (2022, "w004", "titr_dry_2022"),
        (2023, "w005", "titr_dry_2023"),
        (2024, "w006", "w007"),
    ):
        oil = f"titr_oil_{year}"
        whole = value(rows, dry) + value(rows, oil)
        assert whole == pytest.approx(value(rows, total))
        assert OIL in rows[oil]["commodity_id"].split("|")
        cargoes = [set(rows[each]["commodity_id"].split("|")) for each in (oil, dry)]
        assert cargoes[0].isdisjoint(cargoes[1])
        assert BOXES in cargoes[1]


def test_what_is_worked_out_of_two_facts_is_derived_and_names_both(rows):
    for name, facts in (
        ("titr_dry_2022", "w004, d001"),
        ("titr_dry_2023", "w005, d002"),
        ("titr_oil_2024", "w006, w007"),
    ):
        assert rows[name]["quality"] == "derived"
        assert rows[name]["note"].endswith(f"facts {facts}")
    assert float(rows["titr_oil_2024"]["value_high"]) == 1.5 * MT


def test_bolashak_is_told_by_direction_where_it_was_counted_so(rows):
    for name, direction, tonnes in (
        ("w028", "south", 1.0 * MT),
        ("w029", "north", 0.2 * MT),
        ("w025_north", "north", 27_385.0),
        ("w025_south", "south", 255_574.0),
    ):
        row = rows[name]
        assert (row["on"], row["direction"]) == ("kti", direction)
        assert float(row["value"]) == tonnes


def test_a_pair_of_countries_is_counted_on_its_open_crossings(rows, caspian):
    links = {row["link_id"]: row for row in rows_of(caspian / "link.csv")}
    country = {
        row["node_id"]: row["country_iso3"] for row in rows_of(caspian / "node.csv")
    }
    named = [each.removeprefix("link:") for each in rows["w096"]["on"].split("|")]
    for name in named:
        ends = {country[links[name][end]] for end in ("from_node_id", "to_node_id")}
        assert ends == {"KAZ", "UZB"}
        assert links[name]["status"] == "operating"
    assert {"L058", "L166"} <= set(named)


def test_a_part_of_what_passes_is_never_put_where_all_of_it_is_counted(rows):
    """Transit alone or export alone of a port or crossing stands on the country."""
    for name in ("d130", "w054_export", "kur_transit_2022", "akt_grain_2023"):
        assert rows[name]["on"] == "KAZ"


# --- shocks --------------------------------------------------------------------------


def test_ratios_of_shocks_are_those_of_the_facts(shocks, rows):
    ratio = {row["shock_id"]: row["observed_ratio"] for row in shocks}
    for name, before, after in (
        ("north_2022", "w060", "w061"),
        ("red_sea_2024_titr", "w012", "w013"),
    ):
        worked_out = value(rows, after) / value(rows, before)
        assert float(ratio[name]) == pytest.approx(worked_out, rel=1e-3)
    assert float(ratio["saryagash_2025_quota"]) == pytest.approx(30 / 36, rel=1e-3)
    assert ratio["saryagash_2025_closed"] == ratio["poland_2025"] == ""


def test_the_events_of_the_issue_are_shocks_with_a_page(shocks):
    names = {row["shock_id"].rpartition("_")[0] or row["shock_id"] for row in shocks}
    events = {row["shock_id"] for row in shocks}
    assert {"north_2022", "hormuz_2026"} <= events
    assert {"red_sea_2024", "saryagash_2025"} <= names
    assert all(row["source_id"] and row["definition"] for row in shocks)
