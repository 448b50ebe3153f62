"""The cargo of the reference model: one commodity for each chapter of trade."""

import csv

import pytest

ISSUE_IDS = (
    *("grain", "flour", "containers_general", "containers_high_value"),
    *("containers_empty", "oil_products", "crude", "lpg", "coal", "ores"),
    *("ferroalloys", "steel", "non_ferrous_metals", "fertiliser", "sulphur"),
    *("timber_pulp", "cement", "cars_machinery", "perishables", "cotton"),
    "other_dry",
)
NOT_IN_USE = 77  # kept free by the Harmonized System
HOURS_A_YEAR = 8760


@pytest.fixture(scope="module")
def cargo(caspian):
    with (caspian / "commodity.csv").open(encoding="utf-8", newline="") as stream:
        return {row["commodity_id"]: row for row in csv.DictReader(stream)}


def test_every_commodity_that_is_wanted_is_there(cargo):
    assert set(ISSUE_IDS) <= set(cargo)


def test_each_chapter_belongs_to_one_commodity(cargo):
    named = [p for row in cargo.values() for p in row["hs_chapters"].split("|") if p]
    assert len(named) == len(set(named))
    chapters = {part for part in named if len(part) == 2}
    assert chapters == {f"{n:02d}" for n in range(1, 98) if n != NOT_IN_USE}


def test_a_heading_is_taken_out_of_a_chapter_that_another_has(cargo):
    owner = {p: c for c, r in cargo.items() for p in r["hs_chapters"].split("|") if p}
    for part, commodity in owner.items():
        assert len(part) in (2, 4)
        if len(part) == 4:
            assert owner[part[:2]] != commodity
            assert f"{part[:2]}" in cargo[commodity]["note"]


def test_a_tonne_that_waits_loses_at_least_the_interest_on_its_value(cargo):
    for row in cargo.values():
        interest = 0.05 * float(row["value_usd_per_t"]) / HOURS_A_YEAR
        assert float(row["vot_usd_per_t_h"]) > interest, row["commodity_id"]


def test_liquids_go_in_no_box_and_boxes_in_no_tanker(cargo):
    for commodity in ("oil_products", "crude", "lpg"):
        assert "sea_tanker" in cargo[commodity]["allowed_carriers"]
        assert not cargo[commodity]["t_per_feu"]
        assert "container" not in cargo[commodity]["allowed_carriers"]
    for commodity in ("containers_general", "containers_empty"):
        assert "sea_tanker" not in cargo[commodity]["allowed_carriers"]
        assert "block" not in cargo[commodity]["allowed_carriers"].replace(
            "container_block", ""
        )
