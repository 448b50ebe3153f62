"""Gas and power in the report: the map, its features, and the page."""

import dataclasses
import html
import json
import math
import re
import sys

import pytest
import vl_convert
from tests.model.altered import without_table
from tests.report.energies import (
    GAINS,
    PLAIN,
    POINTS,
    small_model,
    small_year,
    with_flow,
)

from bereket import QuestionError, overview, report_page
from bereket.analysis.energy.rows import Unserved
from bereket.errors import ExtraError
from bereket.report import layers
from bereket.report.energy_layers import (
    WIDEST,
    band_rows,
    bands,
    drawn_flows,
    energy_features,
    left_out,
)
from bereket.report.energy_map import energy_map
from bereket.report.energy_pages import NO_ENERGY
from bereket.report.energy_words import (
    RAMPS,
    in_names,
    names_of,
    shade,
    used_share,
)
from bereket.studies.overview import Known

PER_PIXEL = 0.01  # degrees


@pytest.fixture(scope="module")
def small():
    return small_model()


@pytest.fixture(scope="module")
def year():
    return small_year()


@pytest.fixture(scope="module")
def told(small, year):
    known = Known(energy=year, energy_curve=POINTS, energy_exchange=GAINS)
    return overview(small, params=PLAIN, known=known)


@pytest.fixture(scope="module")
def page(told, small):
    return report_page(told, small)


def text_of(chart):
    """Return the figure compiled and drawn, as SVG."""
    return vl_convert.vegalite_to_svg(chart.to_dict())


def sheet(text):
    whole = text.partition('id="energy"')[2].partition('id="assumed"')[0]
    return whole, html.unescape(re.sub(r"<[^>]*>", "", whole))


# --- the map -----------------------------------------------------------------------


def test_bands_are_as_wide_as_what_goes(year, small):
    drawn = {band.flow.element: band for band in bands(year, small, PER_PIXEL)}
    flow = {row.element: row.on + row.back for row in year.flows}
    assert drawn["gas_pipe:west"].wide == pytest.approx(WIDEST["gas"])
    part = flow["gas_pipe:far"] / flow["gas_pipe:west"]
    assert drawn["gas_pipe:far"].wide == pytest.approx(part * WIDEST["gas"])
    assert drawn["power_line:kaz_tkm"].wide == pytest.approx(WIDEST["power"])


def test_a_line_and_a_pipe_between_the_same_places_do_not_cover_each_other(year, small):
    drawn = {band.flow.element: band for band in bands(year, small, PER_PIXEL)}
    pipe, line = drawn["gas_pipe:west"], drawn["power_line:kaz_tkm"]
    assert set(pipe.node_ids) == set(line.node_ids)
    apart = math.dist(pipe.middle, line.middle) / PER_PIXEL
    assert apart >= (pipe.wide + line.wide) / 2.0
    at = layers.node_points(small)
    for band in (pipe, line):  # aside by no more than both are wide
        for end, node in zip(band.ends, band.node_ids, strict=True):
            far = math.hypot(
                end[0] - at[node][0],
                end[1] - float(layers.mercator(at[node][1])),
            )
            assert far <= (pipe.wide + line.wide) * PER_PIXEL


def test_an_arrow_points_to_where_more_goes(year, small):
    (band,) = (
        b for b in bands(year, small, PER_PIXEL) if b.flow.element == "gas_pipe:west"
    )
    turned = with_flow(year, "gas_pipe:west", on=band.flow.back, back=band.flow.on)
    (other,) = (
        b for b in bands(turned, small, PER_PIXEL) if b.flow.element == "gas_pipe:west"
    )
    assert abs(abs(band.angle - other.angle) - 180.0) < 1e-6
    assert abs(band.angle) < 90.0  # from the port northwards to the town


def test_pointing_at_a_band_tells_flow_room_and_worth(year, small):
    rows = {r["line"]: r for r in band_rows(bands(year, small, PER_PIXEL), year)}
    line = rows["power_line:kaz_tkm"]
    assert line["flow"] == "1.81 TWh a year Turkmenistan → Kazakhstan"
    assert line["room"] == "0.822 TWh, 2.63 TWh back a year"
    assert line["used"] == "69 %"
    assert line["value"] == "0 USD a year for one more MW"
    assert rows["gas_pipe:west"]["flow"].startswith("1.32 bcm a year Turkmenistan")
    assert line["hue"] == shade("power", used_share(year.flow(line["line"])))


def test_the_fuller_a_way_the_darker_and_idle_ones_are_grey(year, small):
    def hue(**changed):
        other = with_flow(year, "gas_pipe:far", **changed)
        rows = band_rows(bands(other, small, PER_PIXEL), other)
        return next(row["hue"] for row in rows if row["line"] == "gas_pipe:far")

    assert hue(on=1825.0, room=0.0) == RAMPS["gas"][-1]
    assert hue(on=0.0, room=1825.0) == "#9aa5ae"


def test_what_cannot_be_drawn_is_counted(year, small):
    one = dataclasses.replace(year.flows[0], p_nom=0.0, p_nom_back=0.0, on=0.0)
    loop = dataclasses.replace(year.flows[1], to_id=year.flows[1].from_id)
    other = dataclasses.replace(year, flows=(one, loop, year.flows[2]))
    assert [row.element for row in drawn_flows(other, small)] == ["gas_pipe:far"]
    assert left_out(other, small) == [
        "Not drawn: 1 within one place and 1 without capacity."
    ]


def test_the_map_draws_zones_prices_and_disclaims_boundaries(year, small):
    svg = text_of(energy_map(year, small))
    for words in ("Kazakhstan", "8.2", "1.32 bcm", "1.81 TWh", "no judgement"):
        assert words in svg
    dashes = {json.dumps(each) for each in dashes_of(energy_map(year, small))}
    assert len(dashes) >= 2  # gas whole, power broken


def dashes_of(chart):
    found = []

    def look(part):
        if isinstance(part, dict):
            if "strokeDash" in part:
                found.append(part["strokeDash"])
            for inner in part.values():
                look(inner)
        elif isinstance(part, list):
            for inner in part:
                look(inner)

    look(chart.to_dict())
    return found


def test_a_year_in_which_nothing_goes_has_no_map(year, small):
    with pytest.raises(QuestionError, match="there is no map"):
        energy_map(dataclasses.replace(year, flows=()), small)


def test_features_hold_the_flows_and_prices(year, small):
    whole = energy_features(year, small)
    by_id = {each["id"]: each for each in whole["features"]}
    assert set(by_id) == {row.element for row in year.flows} | {
        row.zone for row in year.prices
    }
    for row in year.flows:
        unit = "mwh" if row.commodity == "power" else "mcm"
        told = by_id[row.element]["properties"]
        assert told[f"on_{unit}"] == row.on
        assert told[f"room_{unit}"] == row.room
        assert len(by_id[row.element]["geometry"]["coordinates"]) == 2
    at = layers.node_points(small)
    zone = by_id["bus:kaz"]
    assert zone["geometry"] == {"type": "Point", "coordinates": list(at["EAST"])}
    assert zone["properties"]["mean_usd_per_mwh"] == year.prices[1].mean
    json.dumps(whole, allow_nan=False)


def test_gas_and_power_are_told_apart_by_hue_and_use_by_lightness():
    def lightness(colour):
        red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for ramp in RAMPS.values():
        light = [lightness(each) for each in ramp]
        assert light == sorted(light, reverse=True)
        assert light[0] - light[-1] > 120.0
    assert not set(RAMPS["gas"]) & set(RAMPS["power"])


# --- the page ----------------------------------------------------------------------


def test_the_page_has_a_figure_each_and_leads_with_the_headline(page, told):
    whole, text = sheet(page)
    assert re.findall(r'data-spec="(\w+)"', whole) == [
        *("energy_map", "energy_prices", "energy_crossings"),
        *("energy_duration", "energy_value", "energy_fuels", "energy_gains"),
    ]
    assert told.energy.headline() in text
    assert text.index(told.energy.headline()) < text.index("What flows")
    assert '<a href="#energy">Energy</a>' in page
    for words in ("net transfer", "beforehand", "by month", "prices of contracts"):
        assert words in text
    assert "100 % of the rows behind it are assumed" in text


def test_the_page_fetches_nothing(page):
    whole, _ = sheet(page)
    assert not re.findall(r'(?:src|href)="(?!#)', whole)
    assert "default-src 'none'" in page


def test_contracts_and_swaps_stand_with_price_and_volume(page):
    whole, _ = sheet(page)
    (row,) = re.findall(r"<tr><td>Turkmenistan → Kazakhstan .*?</tr>", whole)
    cells = re.findall(r'<td class="n">(.*?)</td>', row)
    # 300 arrive in Azerbaijan, 0.9 of what the swap is given; the fee is Kazakhstan's,
    # and so is what burns on the way there: 1000 + 300 / 0.99 - 300 / 0.9 are bought.
    # 3650 could be sent west, and 0.99 of them arrive: less 1000 + 300 / 0.99.
    assert cells == ["0.97", "0.97", "100", "97 M USD", "33 %", "2.31"]
    assert "<td>Pipe west</td></tr>" in row
    (swap,) = re.findall(r"<tr><td>Turkmenistan → Azerbaijan.*?</tr>", whole)
    assert ", by Kazakhstan <em>swap</em>" in swap
    assert "0.333" in swap
    assert '<td class="n">0.3</td>' in swap


def test_what_is_not_served_is_told_with_its_cause_in_names(told, small):
    short = Unserved(
        *("power_load:kaz", "bus:kaz", "KAZ", "power", 2e5, 0.114, 120.0, 0.2, 2e8),
        worst="w03h041",
        cause="gas is short at tkm_gas; water or allotment used up: tkm_gas; "
        "full: power_line:kaz_tkm",
    )
    year = dataclasses.replace(told.energy, unserved=(short,))
    _, text = sheet(report_page(dataclasses.replace(told, energy=year), small))
    names = names_of(small)
    assert "gas is short at Fields; " in text
    assert f"water or allotment used up: {names['power_plant:tkm_gas']}" in text
    assert "full: Coastal line" in text
    for words in ("0.2 TWh", "11 %", "120 MW", "Tuesday of week 3, 17 h"):
        assert words in text
    assert "bus:kaz" not in text.partition("What flows")[0]


def test_worth_stands_beside_cost(told, small):
    worth = tuple(
        dataclasses.replace(row, usd_per_mw=335_440.0)
        if row.element == "power_line:kaz_tkm"
        else row
        for row in told.energy.values
    )
    year = dataclasses.replace(told.energy, values=worth)
    whole, _ = sheet(report_page(dataclasses.replace(told, energy=year), small))
    (row,) = re.findall(r"<tr><td>Coastal line .*?</tr>", whole)
    for words in ("300 MW", "335 thousand USD", "67.1 thousand USD", "5 times"):
        assert words in row


def test_names_of_a_model_are_never_markup(told, small):
    sly = dataclasses.replace(
        told.energy, notes=("<script>alert(1)</script>",), unserved=()
    )
    whole, text = sheet(report_page(dataclasses.replace(told, energy=sly), small))
    assert "<script>alert" not in whole
    assert "<script>alert(1)</script>" in text


def test_rows_are_called_by_their_names(small):
    names = names_of(small)
    assert in_names("in bus:kaz and bus:nowhere", names) == (
        "in Kazakhstan and bus:nowhere"
    )


def test_a_model_without_gas_and_power_says_so_and_has_no_page(model):
    bare = without_table(without_table(model, "bus"), "gas_node")
    told = overview(bare, params=PLAIN)
    assert told.energy is None
    text = report_page(told, bare)
    assert 'id="energy"' not in text
    assert html.escape(NO_ENERGY) in text


def test_energy_is_not_asked_where_it_is_not_wanted(small, monkeypatch):
    def never(*_):
        pytest.fail("asked though it was not wanted")

    monkeypatch.setattr("bereket.studies.overview.energy", never)
    off = dataclasses.replace(PLAIN, with_energy=False)
    told = overview(small, params=off)
    assert told.energy is None
    text = report_page(told, small)
    assert 'id="energy"' not in text
    assert NO_ENERGY not in html.unescape(text)


def test_without_pypsa_the_report_says_what_is_missing(small, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypsa", None)
    told = overview(small, params=PLAIN)
    assert told.energy is None
    (said,) = (line for line in told.warnings if line.startswith("energy: "))
    assert "PyPSA" in said
    assert said in html.unescape(report_page(told, small))


def test_a_library_that_is_missing_is_a_warning(small, monkeypatch):
    def missing(*_):
        msg = "not installed"
        raise ExtraError(msg)

    monkeypatch.setattr("bereket.studies.overview.energy", missing)
    assert "energy: not installed" in overview(small, params=PLAIN).warnings


def test_what_is_known_is_told_and_not_asked_again(told, year):
    assert told.energy is year
    assert told.energy_curve == POINTS
    plain = told.as_dict()
    assert plain["energy"]["year"] == 2024
    assert plain["energy_exchange"] == GAINS
    assert {"energy_flows", "energy_prices", "energy_sales"} <= set(told.tables())
