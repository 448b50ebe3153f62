"""The report as a file: whole, small, offline, and true to what it tells."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from bereket import Model, Table, overview, read_model, report_page
from bereket.report import wording
from bereket.report.page import in_script
from bereket.studies.overview import OverviewParams

LARGEST_BYTES = 4_000_000
FIGURES_OF_A_CORRIDOR = ("ladder", "merit", "room")
FIGURES_OF_A_PAIR = ("map", "days", "usd", "money", "pareto", "profile")


class Reader(HTMLParser):
    """Collects what a page would fetch, its scripts, and its text."""

    def __init__(self):
        super().__init__()
        self.fetched, self.scripts, self.text, self.figures = [], {}, [], []
        self.at = None

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.at = (tag, told.get("id"))
        for name in ("src", "data", "poster"):
            if name in told and tag != "figure":
                self.fetched.append(told[name])
        if tag == "link":
            self.fetched.append(told.get("href"))
        if tag == "figure" and "data-spec" in told:
            self.figures.append(told["data-spec"])

    def handle_endtag(self, tag):  # noqa: ARG002 HTMLParser calls it so
        self.at = None

    def handle_data(self, data):
        if self.at and self.at[0] == "script":
            self.scripts[self.at[1]] = data
        elif not self.at or self.at[0] != "style":
            self.text.append(data)


@pytest.fixture(scope="module")
def page(whole, caspian):
    return report_page(whole, read_model(caspian))


@pytest.fixture(scope="module")
def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


def test_the_report_of_caspian_is_one_small_file_that_fetches_nothing(page, read):
    assert len(page.encode()) < LARGEST_BYTES
    assert read.fetched == []
    assert "@import" not in page.partition("</style>")[0]
    assert "default-src 'none'" in page


def test_every_figure_has_its_spec_and_every_spec_its_data(read):
    specs = {
        name.removeprefix("spec-"): json.loads(text)
        for name, text in read.scripts.items()
        if name and name.startswith("spec-")
    }
    assert set(read.figures) == set(specs)
    pairs = {f"{kind}{number}" for kind in FIGURES_OF_A_PAIR for number in range(1, 6)}
    strong = {
        f"{kind}{number}" for kind in FIGURES_OF_A_CORRIDOR for number in (1, 2, 3)
    }
    # of the three corridors told in full, weather moves the one over the sea
    flows = {"bandwidth", "full", "shares"}
    trade = {"fan", "sectors", "sankey"}
    energy = {"map", "prices", "crossings", "duration", "fuels"}
    told = pairs | strong | flows | trade | {f"energy_{name}" for name in energy}
    told |= {"corridors", "assumptions", "months3"}
    assert set(specs) == told
    plain = json.dumps(specs, separators=(",", ":"))
    named = set(re.findall(r'"data":\{[^}]*"name":"(data-\w+|\w+)"', plain))
    kept = {name for name in read.scripts if name and name.startswith("data-")}
    assert named
    assert named == kept


def test_the_first_sheet_has_the_figures_of_every_corridor(page, whole):
    first = page.partition('id="fits"')[0].partition('id="binds"')[0]
    rows = re.findall(r"<tr><td>.*?</tr>", first, re.DOTALL)
    assert len(rows) == len(whole.corridors.corridors)
    for row, told in zip(rows, whole.corridors.corridors, strict=True):
        assert told.corridor_id in row
        if told.way:
            assert wording.figure(told.way.totals.cost_usd_per_t) in row
            assert f"{told.way.totals.time_h / 24:.1f} ±" in row
        if told.observed:
            assert told.observed.in_short() in row


def test_the_second_sheet_has_what_binds_every_corridor(page, whole):
    sheet = page.partition('id="binds"')[2].partition("</section>")[0]
    rows = re.findall(r"<tr><td>.*?</tr>", sheet, re.DOTALL)
    told = whole.capacities.by_corridor
    assert len(rows) == len(told) == len(whole.corridors.corridors)
    for row, (name, each) in zip(rows, told.items(), strict=True):
        assert f"<strong>{name}</strong>" in row
        if each.stamp.status == "no_way":
            assert "not connected" in row
        else:
            assert wording.megatonnes(each.capacity_t_per_year) in row
            assert {b.kind for b in each.binding if b.is_cut} <= set(
                re.findall(r"\w+", row)
            )


def test_room_is_what_is_left_beside_the_last_observed_flow(page, whole):
    sheet = page.partition('id="binds"')[2].partition("</section>")[0]
    (row,) = (r for r in re.findall(r"<tr>.*?</tr>", sheet, re.DOTALL) if ">kti<" in r)
    kti = whole.capacities.by_corridor["kti"]
    left = kti.capacity_t_per_year - 1.6e6  # KTZ of 2024
    assert f'<td class="n">{wording.megatonnes(left)}</td>' in row


def test_what_to_build_adds_up(page, whole):
    sheet = page.partition('id="build"')[2].partition("</section>")[0]
    for name in whole.capacities.main:
        steps = whole.capacities.by_corridor[name].sequence
        gained = steps[-1].after_t_per_year - steps[0].before_t_per_year
        own = [r for r in sheet.split("<tr>") if r.startswith(f"<td>{name}</td>")]
        assert len(own) == len(steps)
        assert f'<td class="n">{wording.megatonnes(gained)}</td>' in own[-1]


def test_without_capacity_its_sheets_are_left_out(teaching):
    model = read_model(teaching)
    plain = overview(model, params=OverviewParams(with_capacity=False))
    text = report_page(plain, model)
    for name in ("binds", "capacity", "build", "why"):
        assert f'id="{name}"' not in text


def test_the_sheets_come_in_the_order_of_the_design(page):
    names = (
        "first",
        "binds",
        "flows",
        "pairs",
        "map",
        "pair-1",
        "capacity",
        "build",
        "why",
    )
    names += ("trade", "energy", "agenda", "assumed", "orders", "sources")
    marks = [f'id="{name}"' for name in names]
    at = [page.index(mark) for mark in marks]
    assert at == sorted(at)


def test_every_source_and_assumption_told_stands_on_the_page(page, whole):
    for source in whole.sources:
        assert f"<strong>{source['source_id']}</strong>" in page
    for each in whole.assumptions:
        assert each.reference in page


def test_text_of_a_model_is_never_markup(teaching):
    model = read_model(teaching)
    about = dict(model.about) | {"title": "<script>alert(1)</script> & Co"}
    sly = Model(model.name, model.tables, about)
    text = report_page(overview(sly), sly)
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in text


@pytest.mark.parametrize(
    "text", ["</script>", "<!--", "<script>", "a</SCRIPT >b", "]]>"]
)
def test_data_in_a_script_cannot_end_it(text):
    told = in_script([text])
    assert "<" not in told
    assert json.loads(told) == [text]


def test_where_there_is_no_way_the_page_says_what_stops_it(caspian):
    model = read_model(caspian)
    params = OverviewParams(
        (("KST", "BND", "grain"),), as_of="2022-06-01", with_capacity=False
    )
    told = overview(model, params=params)
    text = report_page(told, model)
    assert "There is no way on this date." in text
    assert "kz_grain_export_limit_1" in text
    assert 'data-spec="map1"' not in text


def test_a_model_without_corridors_has_a_report_of_the_pairs_asked(teaching):
    model = read_model(teaching)
    tables = {name: table for name, table in model.tables.items() if name != "corridor"}
    bare = Model(model.name, tables, model.about)
    told = overview(bare, params=OverviewParams((("ASH", "CCY", "containers"),)))
    text = report_page(told, bare)
    assert "names no corridor" in text
    assert 'data-spec="map1"' in text
    nothing = report_page(overview(bare), bare)
    assert "No pair was asked for" in nothing


def test_figures_carry_the_digits_that_they_deserve():
    assert wording.figure(3962.4) == "3,960"
    assert wording.figure(0.05049) == "0.0505"
    assert wording.figure(-44.4) == "−44.4"
    assert wording.figure(999.7) == "1,000"
    assert wording.figure(float("nan")) == "–"


def test_params_of_a_report_re_run_it(whole, caspian):
    again = overview(read_model(caspian), params=OverviewParams(**whole.stamp.params))
    assert again.as_dict() == whole.as_dict()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:a",
        "data:text/html,a",
    ],
)
def test_only_addresses_of_pages_are_links(caspian, address):
    model = read_model(caspian)
    source = model["source"]
    columns = dict(source.columns)
    columns["url"] = np.full(len(source), address, dtype=object)
    tables = {**model.tables, "source": Table("source", columns)}
    sly = Model(model.name, tables, model.about)
    params = OverviewParams(
        (("AKT", "TKB", "containers_general"),), with_capacity=False
    )
    text = report_page(overview(sly, params=params), sly)
    assert 'href="http' not in text
    assert not re.findall(r'href="(?!#)', text)


def test_scripts_of_the_page_alone_may_run(page):
    (nonce,) = set(re.findall(r'nonce="(\w+)"', page))
    assert f"script-src 'nonce-{nonce}' 'unsafe-eval'" in page
    assert "'unsafe-inline'; img-src" in page  # styles only
    assert len(re.findall(r"<script type=\"module\" nonce", page)) == 2


def test_the_page_says_who_asks(caspian):
    model = read_model(caspian)
    pairs = (("XIAN", "TEH", "containers_general"),)
    told = overview(
        model,
        params=OverviewParams(
            pairs, "", "western", with_capacity=False, with_agenda=False
        ),
    )
    first = report_page(told, model).partition('id="pairs"')[0]
    assert "asked by: western" in first


def test_every_source_that_is_printed_is_listed(page, whole):
    listed = {each["source_id"] for each in whole.sources}
    orders = page.partition('id="orders"')[2].partition('id="sources"')[0]
    printed = set(re.findall(r"<td>(\w+_\w{4})</td></tr>", orders))
    assert len(printed) > 10
    assert printed <= listed
    assert not any(each["year"].endswith(".0") for each in whole.sources)


def test_an_interrupted_report_says_so(caspian):
    model = read_model(caspian)
    told = overview(model, monitor=lambda done, of, note: done < 1)  # noqa: ARG005
    assert "This report was interrupted" in report_page(told, model)
