"""The reference model: sound, sourced, rebuilt from the facts, and true where known."""

import subprocess
import sys
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from bereket import RouteParams, build, check, read_model, route
from bereket.model.calendar import is_open
from bereket.model.validate import UNSOURCED_TABLES
from bereket.studies.demo import FLAGSHIP_PAIRS

DAY = date(2026, 11, 23)  # the model's base date
FEWEST_PLACES = 90
FEWEST_LINKS = 140
# Kazakhstan-Turkmenistan-Iran railway, Uzen to Gorgan: what pages publish [km]. They
# differ by where each counts the border stations; hence 3 % more on either side.
PUBLISHED_KM = (908, 936)
LENGTH_TOLERANCE = 0.03
KTI = ("UZN", "BOL", "SRT", "GYZ", "BRK", "ETR", "AKY", "INB", "GRG")
KTI_COUNTRIES = ("KAZ", "KAZ", "TKM", "TKM", "TKM", "TKM", "TKM", "IRN", "IRN")
# By section, as the rows state: the hop over the border on the standard track.
KTI_KM = (146, 8, 272, 172, 231.5, 25, 4, 82)
BROAD_HOP_KM = 8  # the 1520 mm track over the same border

FITTED = {"calibration.csv", "fit.csv"}  # written by `bereket calibrate --save`


@pytest.fixture(scope="module")
def model(caspian):
    return read_model(caspian)


@pytest.fixture(scope="module")
def graph(model):
    return build(model, DAY)


@pytest.fixture(scope="module")
def railway(model, graph):
    """The way from Uzen to Gorgan."""
    params = RouteParams("UZN", "GRG", "containers_general", as_of=DAY.isoformat())
    return route(model, params=params, graph=graph).alternatives[0]


def links_between(model, start, end):
    link = model["link"]
    ends = zip(link.text("from_node_id"), link.text("to_node_id"), strict=True)
    return [row for row, pair in enumerate(ends) if set(pair) == {start, end}]


def test_the_model_has_no_fault(caspian):
    found = check(caspian)
    assert found.faults == ()
    assert found.rows["node"] >= FEWEST_PLACES
    assert found.rows["link"] >= FEWEST_LINKS


@pytest.mark.parametrize(("origin", "destination", "commodity"), FLAGSHIP_PAIRS)
def test_every_flagship_pair_has_a_way(model, graph, origin, destination, commodity):
    params = RouteParams(origin, destination, commodity, as_of=DAY.isoformat())
    found = route(model, params=params, graph=graph)
    assert found.status == "answered"
    for way in found.alternatives:
        assert way.legs[0].from_node_id == origin
        assert way.legs[-1].to_node_id == destination
        assert way.totals.time_h > 0
        assert way.totals.cost_usd_per_t > 0


def test_the_five_flagship_pairs_are_five():
    assert len(set(FLAGSHIP_PAIRS)) == 5


# --- provenance ------------------------------------------------------------------


def sourced_tables(model):
    return [t for t in model.tables.values() if t.name not in UNSOURCED_TABLES]


def test_every_row_that_is_not_assumed_has_a_source_with_an_address(model):
    source = model["source"]
    addresses = dict(zip(source.text("source_id"), source.text("url"), strict=True))
    assert all(url.startswith(("https://", "http://")) for url in addresses.values())
    for table in sourced_tables(model):
        known = np.nonzero(table.text("quality") != "assumed")[0]
        for row in known:
            assert table.text("source_id")[row] in addresses, (table.name, row)


def test_every_row_states_its_quality(model):
    for table in sourced_tables(model):
        assert set(table.text("quality")) <= {
            "measured",
            "reported",
            "derived",
            "assumed",
        }, table.name


def test_every_assumed_row_states_its_basis(model):
    for table in sourced_tables(model):
        assumed = table.text("quality") == "assumed"
        assert (table.text("note")[assumed] != "").all(), table.name


def test_every_source_is_used(model):
    named = set()
    for table in sourced_tables(model):
        named |= set(table.text("source_id")) - {""}
    assert named == set(model["source"].text("source_id"))


# --- the Kazakhstan-Turkmenistan-Iran railway ------------------------------------


def test_the_railway_is_there_place_by_place(model):
    country = dict(
        zip(
            model["node"].text("node_id"),
            model["node"].text("country_iso3"),
            strict=True,
        )
    )
    assert tuple(country[place] for place in KTI) == KTI_COUNTRIES
    shut = ~is_open(model["link"], DAY)
    gauges = model["link"].number("gauge_mm")
    for start, end in pairwise(KTI):
        rails = [r for r in links_between(model, start, end) if not np.isnan(gauges[r])]
        assert rails, (start, end)
        assert not shut[rails].any(), (start, end)


def test_the_gauge_changes_at_the_iranian_border_and_nowhere_else(model):
    gauges = model["link"].number("gauge_mm")
    found = [
        {gauges[row] for row in links_between(model, start, end)} - {np.nan}
        for start, end in pairwise(KTI)
    ]
    assert found[:-2] == [{1520.0}] * 6
    assert found[-2] == {1520.0, 1435.0}  # two tracks over the border
    assert found[-1] == {1435.0}


def test_a_train_goes_from_uzen_to_gorgan_along_the_railway(railway, model):
    link = model["link"]
    ends = [
        {link.text("from_node_id")[row], link.text("to_node_id")[row]}
        for link_id in railway.link_ids
        for row in link.row_of[(link_id,)]
    ]
    assert ends == [{start, end} for start, end in pairwise(KTI)]
    assert {leg.mode for leg in railway.legs} == {"rail"}
    assert "kti_incheh_borun" in railway.corridors


def test_uzen_to_gorgan_is_as_long_as_published(railway):
    km = railway.totals.length_km
    assert km == pytest.approx(sum(KTI_KM))  # 940.5 km
    shortest, longest = PUBLISHED_KM
    assert shortest * (1 - LENGTH_TOLERANCE) <= km <= longest * (1 + LENGTH_TOLERANCE)


def test_the_railway_is_as_long_as_published_on_the_broad_track_too(model):
    length = model["link"].number("length_km")
    broad = model["link"].number("gauge_mm") == 1520
    (hop,) = [r for r in links_between(model, "AKY", "INB") if broad[r]]
    assert length[hop] == BROAD_HOP_KM
    km = sum(KTI_KM) - KTI_KM[-2] + BROAD_HOP_KM  # 944.5 km
    assert km <= PUBLISHED_KM[1] * (1 + LENGTH_TOLERANCE)


@pytest.mark.parametrize(
    ("start", "end", "last_day_before", "first_day"),
    [
        ("BOL", "SRT", date(2013, 4, 30), date(2013, 5, 1)),
        ("BRK", "ETR", date(2014, 11, 30), date(2014, 12, 1)),
        ("INB", "GRG", date(2014, 11, 30), date(2014, 12, 1)),
    ],
)
def test_the_railway_opened_in_parts(model, start, end, last_day_before, first_day):
    rows = links_between(model, start, end)
    assert not is_open(model["link"], last_day_before)[rows].any()
    assert is_open(model["link"], first_day)[rows].any()


def test_without_the_border_bridge_no_train_goes_by_the_railway(model):
    found = route(
        model,
        params=RouteParams(
            "UZN",
            "GRG",
            "containers_general",
            as_of=DAY.isoformat(),
            avoid=("link:L089",),
        ),
    )
    assert all("kti" not in way.corridors for way in found.alternatives)


# --- the build -------------------------------------------------------------------


def test_the_model_is_rebuilt_from_the_facts_byte_by_byte(caspian, shared, tmp_path):
    program = caspian / "build" / "build.py"
    told = ["--facts", str(shared / "facts"), "--out", str(tmp_path)]
    ended = subprocess.run(
        [sys.executable, "-B", str(program), *told],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {
        path.name: path.read_bytes()
        for path in caspian.iterdir()
        if path.suffix in {".csv", ".json"} and path.name not in FITTED
    }
    assert sorted(built) == sorted(kept)
    assert [name for name in built if built[name] != kept[name]] == []
