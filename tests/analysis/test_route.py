"""Routes: what is asked, what is answered, and that it is the same every time."""

import json
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.compiled import models
from tests.compiled.models import line_tables, model_of, row, sea_tables
from tests.verification.teaching_answers import QUESTIONS

from bereket import (
    Close,
    Model,
    QuestionError,
    RouteParams,
    Scenario,
    ScenarioError,
    Table,
    build,
    parse_reference,
    read_model,
    route,
)
from bereket.compiled import ways as compiled_ways

EXACT = 1e-9  # sums of a few decimal fractions
PERMUTED = 1e-9  # the same sums in another order
BOX = RouteParams("P", "S", "box")


@pytest.fixture(scope="module")
def teaching_model(root):
    return read_model(root / "models" / "teaching")


def asked(question):
    return RouteParams(
        question.origin,
        question.destination,
        question.commodity,
        as_of=question.as_of,
        via=question.via,
        avoid=question.avoid,
        party=question.party,
    )


# --- the same answer every time -----------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_asked_twice_has_one_answer(teaching_model, name):
    first, second = (route(teaching_model, params=asked(QUESTIONS[name])) for _ in "12")
    assert first.alternatives == second.alternatives  # stamps differ by the clock
    assert json.dumps(first.as_dict()) == json.dumps(second.as_dict())
    assert first.notes == second.notes


def test_a_graph_compiled_before_gives_the_same_answer(teaching_model):
    question = asked(QUESTIONS["containers"])
    graph = build(teaching_model, date(2025, 6, 1))
    given_it = route(teaching_model, params=question, graph=graph)
    built_it = route(teaching_model, params=question)
    assert given_it.as_dict() == built_it.as_dict()


def test_a_graph_of_another_date_or_model_is_refused(teaching_model):
    question = asked(QUESTIONS["containers"])
    with pytest.raises(ValueError, match="the question is for 2025-06-01"):
        route(
            teaching_model,
            params=question,
            graph=build(teaching_model, date(2026, 1, 1)),
        )
    shut = Scenario("shut", (Close(parse_reference("link:rail_AJN_ABO")),))
    graph = build(teaching_model, date(2025, 6, 1))
    with pytest.raises(ValueError, match="the question is for"):
        route(teaching_model, shut, question, graph=graph)


def permuted(model, seed):
    rng = np.random.default_rng(seed)
    return Model(
        model.name,
        {name: t.rows(rng.permutation(len(t))) for name, t in model.tables.items()},
    )


def figures(answer):
    return [
        (
            way.link_ids,
            set(way.corridors),
            set(way.regimes),
            {r for leg in way.legs for r in leg.rows},
            way.is_proven,
        )
        for way in answer.alternatives
    ], [
        [
            *(getattr(way.totals, f) for f in ("time_h", "door_to_door_h", "sd_h")),
            *(way.totals.length_km, way.totals.emission_kgco2e_per_t),
            *(way.totals.generalised_usd_per_t, way.totals.assumed_share),
            *way.totals.cost_parts.values(),
        ]
        for way in answer.alternatives
    ]


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(QUESTIONS)))
@settings(max_examples=40)
def test_the_order_of_rows_changes_no_figure(teaching_model, seed, name):
    other = permuted(teaching_model, seed)
    assert other.content_hash == teaching_model.content_hash
    answers = [route(m, params=asked(QUESTIONS[name])) for m in (teaching_model, other)]
    (labels, numbers), (labels_other, numbers_other) = map(figures, answers)
    assert labels == labels_other
    np.testing.assert_allclose(numbers, numbers_other, rtol=PERMUTED, atol=PERMUTED)
    openings, openings_other = (
        [(set(o.elements), o.alternative.link_ids) for o in a.openings] for a in answers
    )
    assert openings == openings_other


# --- what is asked -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("count", 0),
        ("count", 101),
        ("max_overlap", -0.1),
        ("max_overlap", 1.1),
        ("owner", "nobody"),
    ],
)
def test_options_out_of_range_are_refused(option, value):
    with pytest.raises(QuestionError, match=option):
        RouteParams("P", "S", "box", **{option: value})


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (RouteParams("X9", "S", "box"), "no place 'X9'"),
        (RouteParams("P", "S", "gold"), "no commodity 'gold'"),
        (RouteParams("P", "P", "box"), "one place"),
        (RouteParams("P", "Pe", "box"), "one place"),
        (RouteParams("Q", "S", "box"), "cannot load at 'Q'"),
        (RouteParams("P", "R", "box"), "cannot unload at 'R'"),
        (RouteParams("P", "S", "box", as_of="soon"), "'soon' is no date"),
        (RouteParams("P", "S", "box", via=("X9",)), "no place 'X9'"),
        (RouteParams("P", "S", "box", avoid=("X9",)), "no place 'X9'"),
        (None, "params"),
    ],
)
def test_a_question_that_cannot_be_is_refused(params, words):
    with pytest.raises(QuestionError, match=words):
        route(model_of(line_tables()), params=params)


def test_avoiding_a_row_that_is_not_there_is_refused():
    with pytest.raises(ScenarioError, match="no row 'link:XX'"):
        route(
            model_of(line_tables()),
            params=RouteParams("P", "S", "box", avoid=("link:XX",)),
        )


@pytest.mark.parametrize("table", ["transfer", "commodity"])
def test_a_model_without_a_table_that_is_needed_is_refused(table):
    tables = line_tables()
    model = model_of(tables)
    bare = Model("bare", {k: v for k, v in model.tables.items() if k != table})
    with pytest.raises(QuestionError, match=table):
        route(bare, params=BOX)


def test_places_and_cargo_go_by_name_too():
    model = model_of(line_tables())
    by_name = route(model, params=RouteParams("pe", "Es", "boxes"))
    assert (by_name.origin_id, by_name.destination_id, by_name.commodity_id) == (
        "P",
        "S",
        "box",
    )
    assert by_name.alternatives == route(model, params=BOX).alternatives


def test_the_date_is_the_base_date_where_none_is_asked():
    tables = line_tables()
    tables["link"][1]["valid_from"] = "2025-06-02"
    model = model_of(tables)
    assert route(model, params=BOX).as_of == "2025-06-01"
    assert route(model, params=BOX).alternatives[0].link_ids[1] == "qr"
    later = route(model, params=RouteParams("P", "S", "box", as_of="2025-06-02"))
    assert later.alternatives[0].link_ids[1] == "QR"


def test_a_scenario_is_applied_before_the_question():
    model = model_of(line_tables())
    shut = Scenario("shut", (Close(parse_reference("link:QR")),))
    answer = route(model, shut, BOX)
    assert [way.link_ids for way in answer.alternatives] == [("PQ", "qr", "RS")]
    assert answer.stamp.scenario == "shut"
    assert answer.stamp.changes == ("close link:QR",)
    assert route(model, params=BOX).alternatives[0].link_ids == ("PQ", "QR", "RS")


def test_a_monitor_is_told_and_may_stop():
    model = model_of(line_tables())
    told = []

    def listening(done, of, note):
        told.append((done, of, note))
        return True

    assert route(model, params=BOX, monitor=listening).status == "answered"
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    stopped = route(model, params=BOX, monitor=lambda *_: False)
    assert (stopped.status, stopped.alternatives, stopped.openings) == (
        "interrupted",
        (),
        (),
    )


def test_no_more_ways_are_given_than_asked():
    model = model_of(sea_tables())
    for count in (1, 2, 3):
        params = RouteParams("P", "S", "box", count=count, max_overlap=1.0)
        answer = route(model, params=params)
        assert len(answer.alternatives) == count


# --- what is answered -------------------------------------------------------------


def test_money_of_a_container_is_that_of_its_load():
    """46 is the generalised cost; the money is 35 USD/t, and a FEU holds 20 t."""
    way = models.best(line_tables())
    assert way.cost_usd_per_feu == pytest.approx(700.0, rel=EXACT)


def test_cargo_in_wagons_has_no_price_a_container():
    tables = line_tables()
    tables["carrier"][0]["unit"] = "wagon"
    assert models.best(tables).cost_usd_per_feu is None


def test_what_the_money_holds_and_leaves_out_is_listed():
    tables = line_tables()
    tables["transfer"][0]["cost_usd_per_t"] = 2.0
    way = models.best(tables)
    assert way.includes == (
        "haulage by railway, road or sea",
        "loading, unloading and reloading",
    )
    assert "customs duties and taxes" in way.excludes


def test_the_share_that_rests_on_assumptions_is_that_of_cost_and_hours():
    """The link R-S is assumed: 20 of 35 USD/t and 4 of 11 h at 1 USD/t-h."""
    tables = line_tables()
    assert models.best(tables).totals.assumed_share == 0.0
    tables["link"][2] |= {"quality": "assumed", "note": "a guess"}
    found = models.ways(tables)
    assert found.alternatives[0].totals.assumed_share == pytest.approx(
        24 / 46, rel=EXACT
    )
    assert found.stamp.assumed_share == pytest.approx(24 / 46, rel=EXACT)


def test_an_assumed_tariff_makes_haulage_assumed_and_not_hours():
    tables = line_tables()
    tables["tariff"] = [
        row(
            "tariff_id kind rate_per_unit_km quality note",
            "x",
            "rate",
            0.1,
            "assumed",
            "so",
        )
    ]
    assert models.best(tables).totals.assumed_share == pytest.approx(35 / 46, rel=EXACT)


def test_unknown_emissions_are_told_as_unknown_and_not_as_zero():
    tables = line_tables()
    del tables["carrier"][0]["emission_kgco2e_per_tkm_diesel"]
    answer = models.ways(tables)
    (best_way, _) = answer.as_dict()["alternatives"]
    assert best_way["emission_kgco2e_per_t"] is None
    assert np.isnan(answer.alternatives[0].totals.emission_kgco2e_per_t)


def test_the_answer_as_data_holds_figures_with_units_and_can_be_written():
    answer = models.ways(line_tables())
    data = json.loads(json.dumps(answer.as_dict(), allow_nan=False))
    assert data["status"] == "answered"
    best_way = data["alternatives"][0]
    assert best_way["time_basis"] == "departure-arrival"
    assert best_way["cost_usd_per_t"] == pytest.approx(35.0, rel=EXACT)
    assert best_way["time_h"] == pytest.approx(9.0, rel=EXACT)
    assert best_way["door_to_door_h"] == pytest.approx(11.0, rel=EXACT)
    assert best_way["links"] == ["PQ", "QR", "RS"]
    assert sum(leg["cost_usd_per_t"] for leg in best_way["legs"]) == pytest.approx(35.0)


def test_the_frame_has_a_row_a_way_and_its_parts_sum_to_its_cost():
    answer = models.ways(sea_tables())
    frame = answer.to_frame()
    assert frame["alternative"].tolist() == [1, 2, 3]
    parts = [f"{part}_usd_per_t" for part in answer.alternatives[0].totals.cost_parts]
    np.testing.assert_allclose(frame[parts].sum(axis=1), frame["cost_usd_per_t"])
    assert frame["way"].tolist()[:2] == ["P>Q>R>S", "P>Q>H>R>S"]
    legs = answer.tables()["legs"]
    np.testing.assert_allclose(
        legs.groupby("alternative")["length_km"].sum(), frame["length_km"]
    )


def test_the_summary_ends_with_the_stamp_and_names_what_stops():
    tables = line_tables()
    answered = models.ways(tables).summary().splitlines()
    assert answered[0].startswith("P to S, box, 2025-06-01: 2 ways")
    assert answered[-1] == models.ways(tables).stamp.line()
    tables["link"][0]["status"] = "closed"
    assert "no way: link:PQ" in models.ways(tables).summary()


def test_a_search_that_was_cut_says_so_and_proves_less(monkeypatch):
    complete = models.ways(sea_tables())
    assert all(way.is_proven for way in complete.alternatives)
    assert not any("cap" in note for note in complete.notes)
    monkeypatch.setattr(compiled_ways, "YEN_LIMIT", 1)
    cut = models.ways(sea_tables())
    assert any("cap" in note for note in cut.notes)
    assert [way.is_proven for way in cut.alternatives] == [True, False, False]


def test_a_subsidy_above_the_cost_of_a_leg_is_reckoned_with_in_proofs(monkeypatch):
    """By lorry 252 less 300; a search that saw the train alone proves nothing."""
    tables = line_tables()
    columns = "regime_id on effect value unit"
    out = "border:Q:R:lorry:AAA:TIR"
    tables["regime"] = [row(columns, "gift", out, "subsidy", 300, "t")]
    best_way = models.best(tables)
    assert best_way.link_ids == ("PQ", "qr", "RS")
    assert best_way.totals.generalised_usd_per_t == pytest.approx(-48.0, rel=EXACT)
    monkeypatch.setattr(compiled_ways, "YEN_LIMIT", 1)
    monkeypatch.setattr(compiled_ways, "VIA_LIMIT", 0)
    monkeypatch.setattr(compiled_ways, "PENALTY_ROUNDS", 0)
    for way in models.ways(tables).alternatives:
        cheapest = way.totals.generalised_usd_per_t <= -48.0 + EXACT
        assert cheapest or not way.is_proven


def test_another_figure_in_the_model_is_another_stamp():
    one, other = line_tables(), line_tables()
    other["link"][0]["length_km"] = 101
    assert models.ways(one).stamp.model_hash != models.ways(other).stamp.model_hash


def test_inputs_of_a_question_are_read_only():
    model = model_of(line_tables())
    assert isinstance(model["link"], Table)
    with pytest.raises(ValueError, match="read-only"):
        model["link"].number("length_km")[0] = 5.0
