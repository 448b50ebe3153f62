"""Corridors of the reference model: as the design lists them, each told apart."""

import csv
import json
from itertools import pairwise

import pytest

from bereket import corridors, read_model
from bereket.app.cli import main

# Copied by hand from the design's page on the model.
GATEWAYS = {
    "kti": "BOL>SRT",
    "kti_incheh_borun": "BOL>SRT, AKY>INB",
    "kti_sarahs": "BOL>SRT, SRS>SRK",
    "kti_afghanistan": "BOL>SRT, SHT>TGD|YMN>AQN",
    "kti_turkmenistan": "BOL>SRT, !AKY>INB, !SRS>SRK, !SHT>TGD, !YMN>AQN",
    "ckti_uzen": "ALK>DOS|HRG>ATK, BOL>SRT",
    "ckti_sarakhs": "ALK>DOS|HRG>ATK, SRS>SRK, !BOL>SRT",
    "titr": "AKT>ALT|KUR>ALT",
    "titr_aktau": "AKT>ALT",
    "titr_kuryk": "KUR>ALT",
    "titr_turkmenbashi": "TKB>ALT",
    "northern": "ALK>DOS|HRG>ATK|MZL>ZBK|ERL>ULN, BRS>MAL",
    "instc_east": (
        "ASF>GAN|OZK>URL|ILK>URL|ILK>AKB|ORS>KND|KTY>TOB|CHL>KST|CHL>PPK|OMS>PPK, "
        "BOL>SRT, AKY>INB|SRS>SRK"
    ),
    "instc_west": "MCX>YAL, ASZ>ASI",
    "instc_middle": (
        "ASF>ANZ|ASF>AMR|ASF>NOW|OLY>ANZ|OLY>AMR|MCX>ANZ|MCX>AMR"  # Olya too
    ),
    "southern_sea": "SHA>SIN|SZX>SIN",
}
LATER = {"zangezur", "karachi_road"}  # the issue names them, the page does not
ENDS_IN = {"kti_turkmenistan": "TKM"}
KTI = ("kti_incheh_borun", "kti_sarahs", "kti_afghanistan", "kti_turkmenistan")
CONTRACT = {
    *("corridor_id", "status", "regimes", "observed", "days", "usd_per_feu"),
    "assumed_share",
}
BEFORE_TORKHAM = "2025-10-11"
KNOWN_ROWS = 150
COUNTED = (
    *("link", "border", "port", "service", "service_stop", "tariff", "regime"),
    "observation",
)


@pytest.fixture(scope="module")
def model(caspian):
    return read_model(caspian)


@pytest.fixture(scope="module")
def table(caspian):
    with (caspian / "corridor.csv").open(encoding="utf-8", newline="") as stream:
        return {row["corridor_id"]: row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def today(model):
    return {row.corridor_id: row for row in corridors(model).corridors}


@pytest.fixture(scope="module")
def told(caspian, tmp_path_factory):
    """What the verb writes as JSON for a day before the crossings of Pakistan shut."""
    out = tmp_path_factory.mktemp("told") / "corridors.json"
    asked = ["corridors", str(caspian), "--as-of", BEFORE_TORKHAM]
    with pytest.raises(SystemExit) as ended:
        main([*asked, "--format", "json", "--out", str(out)])
    assert not ended.value.code
    answer = json.loads(out.read_text(encoding="utf-8"))
    return answer.get("corridors") or answer["result"]["corridors"]


def test_the_corridors_are_those_of_the_design_and_two_more(table):
    assert set(table) == set(GATEWAYS) | LATER


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_corridor_has_the_gateways_of_the_design(table, name):
    assert table[name]["gateways"] == GATEWAYS[name]
    assert table[name]["ends_in_iso3"] == ENDS_IN.get(name, "")


@pytest.mark.parametrize("name", sorted(set(GATEWAYS) | LATER))
def test_the_mix_of_a_corridor_adds_up_to_one(table, name):
    shares = [float(p.partition(":")[2]) for p in table[name]["mix"].split("|")]
    assert sum(shares) == pytest.approx(1)
    assert min(shares) > 0


def test_the_verb_answers_every_corridor_in_json_with_the_agreed_keys(told, table):
    assert [row["corridor_id"] for row in told] == list(table)
    for row in told:
        assert set(row) >= CONTRACT
        assert row["status"] in {"open", "closed", "not served"}
        if row["status"] == "open":
            assert row["days"] > 0
            assert 0 <= row["assumed_share"] <= 1


def test_every_corridor_of_the_design_is_open_today(today):
    assert {n for n in GATEWAYS if today[n].status != "open"} == set()


def test_zangezur_is_closed_today_because_it_is_planned(today):
    row = today["zangezur"]
    assert row.status == "closed"
    assert row.way is None
    assert any("planned" in why for why in row.why)


def test_the_road_from_karachi_is_closed_by_the_order_of_october_2025(today, told):
    assert today["karachi_road"].status == "closed"
    assert any("torkham_2025_2" in why for why in today["karachi_road"].why)
    before = {row["corridor_id"]: row["status"] for row in told}
    assert before["karachi_road"] == "open"


@pytest.mark.parametrize("name", KTI)
def test_a_way_of_one_branch_of_the_railway_is_of_no_other(today, name):
    found = set(today[name].way.corridors)
    assert "kti" in found
    assert found & set(KTI) == {name}


def test_a_way_of_each_corridor_is_of_it(today):
    for name, row in today.items():
        if row.way is not None:
            assert name in row.way.corridors


# --- how much of it is known ----------------------------------------------------


def known_keys(model, table):
    """Return the references of the rows of a table that are not assumed."""
    rows = zip(model[table].keys, model[table].labels("quality"), strict=True)
    return {f"{table}:{':'.join(key)}" for key, held in rows if held != "assumed"}


def on_corridors(model, today):
    """Return the corridors, and all rows and places that their ways pass."""
    passed = {key[0] for key in model["corridor"].keys}
    for row in today.values():
        for leg in row.way.legs if row.way else ():
            here = (leg.from_node_id, *leg.via_node_ids, leg.to_node_id)
            passed |= {f"node:{place}" for place in here}
            passed |= {f"link:{a}-{b}" for a, b in pairwise(here)} | set(leg.rows)
        passed |= {f"link:{name}" for name in (row.way.link_ids if row.way else ())}
    return passed


def concerning(model, today):
    """Return rows known, of what a corridor's way passes or an order or figure on it.

    A call belongs to the service that a way uses; an order or an observation counts
    where it stands on a corridor, or on a row or place that the way shown passes.
    Countries do not count: they are not of one corridor.
    """
    passed = on_corridors(model, today)
    found = set()
    for table in COUNTED:
        known = known_keys(model, table)
        if table == "service_stop":
            found |= {k for k in known if f"service:{k.split(':')[1]}" in passed}
        elif table in ("regime", "observation"):
            column = model[table].lists("on")
            for key, elements in zip(model[table].keys, column, strict=True):
                if passed & set(elements):
                    found |= {f"{table}:{key[0]}"} & known
        else:
            found |= known & passed
    return found


def test_150_rows_of_what_the_ways_shown_of_the_corridors_pass_are_known(model, today):
    assert len(concerning(model, today)) >= KNOWN_ROWS
