"""Why a corridor carries what it carries, on cases that stand by hand."""

import pytest

from bereket import CapacityParams, QuestionError, capacity, read_model
from bereket.report.blocks import Block, as_markdown
from bereket.report.why import why_blocks, why_title
from bereket.studies.elements import element_name
from bereket.studies.why import (
    WhyParams,
    barren_measures,
    family,
    next_tonnes,
    why,
)

TOLERANCE = 1e-6  # relative; the flow programme solves to 1e-9


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


@pytest.fixture(scope="module")
def steppe(model):
    return capacity(model, params=CapacityParams(corridor="steppe"))


@pytest.fixture(scope="module")
def told(model):
    asked = WhyParams("steppe", ("steppe", "sea"), 20e6, "a speech")
    return why(model, params=asked)


def test_measures_for_a_higher_rung_add_nothing_first(steppe):
    found = {each.measure_id: each for each in barren_measures(steppe)}
    assert set(found) == {"agreement", "reloading"}
    for each in found.values():
        assert each.rung == 2
        assert each.binds == "link:rail_BBO_BCY"


def test_the_next_tonnes_cost_what_they_cost_by_hand(steppe):
    million = next_tonnes(steppe)
    assert million.measure_ids == ("loops",)
    assert million.extra_t_per_year == pytest.approx(1_314_000, rel=TOLERANCE)
    assert million.usd_per_extra_t_per_year == pytest.approx(10, rel=TOLERANCE)
    ends = million.capex_low_usd, million.capex_high_usd
    assert ends == pytest.approx((10.512e6, 19.71e6), rel=TOLERANCE)
    more = next_tonnes(steppe, 2e6)  # two works at once: neither alone adds anything
    assert set(more.measure_ids) == {"loops", "agreement", "reloading"}
    assert more.extra_t_per_year == pytest.approx(5_256_000, rel=TOLERANCE)
    assert more.capex_usd == pytest.approx(21.024e6, rel=TOLERANCE)


def test_where_all_steps_bring_less_what_they_bring_is_told(steppe):
    all_of_it = next_tonnes(steppe, 1e9)
    assert all_of_it.extra_t_per_year == pytest.approx(5_256_000, rel=TOLERANCE)


def test_flows_are_in_trains_wagons_and_tonnes_a_day(told):
    rows = told.to_frame().set_index("corridor_id").iloc[0]
    # 8 trains each way of 1,800 t in 42 wagons
    assert rows["trains_per_day"] == pytest.approx(16, rel=TOLERANCE)
    assert rows["wagons_per_day"] == pytest.approx(16 * 42, rel=TOLERANCE)
    assert rows["t_per_day"] == pytest.approx(16 * 1800, rel=TOLERANCE)
    assert rows["binds"] == ["link:rail_BBO_BCY"]


def test_the_page_tells_the_ladder_below_what_is_said(told, model):
    blocks = why_blocks(told, model)
    (below,) = (b for b in blocks if b.kind == "table" and b.lines[0] == "element")
    assert [row[2].partition(" ")[0] for row in below.rows] == ["10.5", "11.8", "15.8"]
    assert below.rows[2][1] == "fleet"
    text = as_markdown("A", blocks, "made")
    assert (
        "| 1 | Bobor–Bacay | infrastructure | 10.5 → 11.8 | 16.0 | 672 | 28,800 |"
        in text
    )
    assert "13.1 million USD" in text
    assert "10.0 (8.00 to 15.0)" in text
    assert "a speech" in text


def test_what_is_assumed_is_said_first(told, model):
    first = why_blocks(told, model)[0]
    assert first.kind == "text"
    assert "assumed" in first.lines[0]


def test_a_page_ends_with_when_not_to_trust_it(told, model):
    headings = [b.lines[0] for b in why_blocks(told, model) if b.kind == "heading"]
    assert headings[-1] == "When not to trust this"


def test_title_of_a_corridor_without_observation_names_no_figure(told, model):
    assert why_title(told, model) == "What stops the Overland by Borania"


def test_a_family_is_told_by_the_label(caspian):
    model = read_model(caspian)
    flows = family(model, "kti")
    assert flows == (
        "kti_incheh_borun",
        "kti_sarahs",
        "kti_afghanistan",
        "kti_turkmenistan",
    )


def test_a_corridor_without_flows_is_refused(model):
    with pytest.raises(QuestionError, match="begins with 'sea_'"):
        why(model, params=WhyParams("sea"))
    with pytest.raises(QuestionError, match="which corridor"):
        why(model)


def test_a_bar_in_a_cell_does_not_end_it():
    table = Block("table", ("a", "b"), (("x|y", "z"),))
    assert "| x\\|y | z |" in as_markdown("A", [table], "made")


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("link:L088", "Uzen (Zhanaozen)–Bolashak"),
        ("fleet:fl19_north", "Iranian locomotives Incheh Borun-Garmsar"),
        ("terminal:INB:gauge_change", "Incheh Borun, gauge change"),
        ("port:ALT:container", "Alat (Port of Baku), container berths"),
        ("service:akt_alt_feeder", "Aktau-Alat container feeders"),
        (
            "border:SRT:BOL:rail1520:KAZ:SMGS",
            "Serhetyaka > Bolashak, KAZ post, 1520 mm",
        ),
        ("commodity:grain", "commodity:grain"),
    ],
)
def test_elements_are_told_in_words(caspian, reference, name):
    assert element_name(read_model(caspian), reference) == name
