"""The verb route: its JSON, its CSV, its files, and what changes an answer.

The figures of the teaching model are those worked out in its README.
"""

import csv
import io
import json

import pytest
from tests.app.asked import asker
from tests.model.altered import with_cell
from tests.verification.teaching_answers import QUESTIONS, TOLERANCE

from bereket import blank_model, read_model, write_model

ALTERNATIVE = {
    *("time_h", "time_basis", "time_sd_h", "cost_usd_per_t", "cost_usd_per_feu"),
    *("cost_parts", "includes", "excludes", "emission_kgco2e_per_t", "length_km"),
    *("corridors", "legs"),
}
RESULT = {"alternatives", "as_of", "regimes", "assumed_share"}
PARTS = {
    *("haulage", "wagon", "container", "empty_return", "backload", "terminal"),
    *("border", "other"),
}
BOXES = ("--from", "ASH", "--to", "CCY", "--commodity", "containers")
GRAIN = ("--from", "ASH", "--to", "CCY", "--commodity", "grain")
BY_HAND = QUESTIONS["containers"]


@pytest.fixture
def ask(capsys, teaching):
    plain = asker(capsys)
    return lambda *told, model=teaching: plain("route", model, *told)


def result(found):
    assert found.code == 0, found.err
    return found.json["result"]


def best(found):
    return result(found)["alternatives"][0]


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


# --- JSON ----------------------------------------------------------------------


def test_json_is_one_object_with_result_stamp_and_warnings(ask, teaching):
    found = ask(*BOXES, "--format", "json")
    assert set(found.json) == {"result", "stamp", "warnings"}
    assert found.err == ""
    stamp = found.json["stamp"]
    assert stamp["question"] == "route"
    assert stamp["model_hash"] == read_model(teaching).content_hash
    assert stamp["params"]["origin"] == "ASH"
    assert found.json["warnings"] == []


def test_json_has_the_keys_that_were_promised(ask):
    told = result(ask(*BOXES, "--format", "json"))
    assert set(told) >= RESULT
    assert len(told["alternatives"]) == 4
    for way in told["alternatives"]:
        assert set(way) >= ALTERNATIVE
        assert set(way["cost_parts"]) == PARTS
        assert way["time_basis"] == "departure-arrival"
        assert all(isinstance(word, str) for word in way["includes"] + way["excludes"])
        assert {leg["kind"] for leg in way["legs"]} >= {"load", "unload"}


def test_json_holds_the_figures_worked_out_by_hand(ask):
    told = result(ask(*BOXES, "--as-of", BY_HAND.as_of, "--format", "json"))
    assert told["as_of"] == BY_HAND.as_of
    for way, hand in zip(told["alternatives"], BY_HAND.alternatives, strict=True):
        for ours, theirs in (
            ("time_h", hand.time_h),
            ("time_sd_h", hand.time_sd_h),
            ("cost_usd_per_t", hand.cost_usd_per_t),
            ("emission_kgco2e_per_t", hand.emission_kgco2e_per_t),
            ("length_km", hand.length_km),
        ):
            assert way[ours] == pytest.approx(theirs, abs=TOLERANCE), ours
        assert way["cost_parts"] == pytest.approx(hand.cost_parts, abs=TOLERANCE)
        assert way["corridors"] == list(hand.corridors)


def test_a_container_costs_what_its_tonnes_cost(ask):
    way = best(ask(*BOXES, "--format", "json"))
    # 66.8 USD/t of a FEU of 20 t, by train all the way.
    assert way["cost_usd_per_feu"] == pytest.approx(1336, abs=20 * TOLERANCE)


def test_money_parts_of_the_json_sum_to_the_money(ask):
    for way in result(ask(*BOXES, "--format", "json"))["alternatives"]:
        total = pytest.approx(way["cost_usd_per_t"], abs=TOLERANCE)
        assert sum(way["cost_parts"].values()) == total
        assert sum(leg["cost_usd_per_t"] for leg in way["legs"]) == total
        assert sum(leg["length_km"] for leg in way["legs"]) == way["length_km"]


def test_every_leg_leads_back_to_rows_of_the_model(ask, teaching):
    model = read_model(teaching)
    known = {
        ":".join((name, *key)) for name, t in model.tables.items() for key in t.keys
    }
    sources = {key[0] for key in model["source"].keys}
    for way in result(ask(*BOXES, "--format", "json"))["alternatives"]:
        for leg in way["legs"]:
            assert leg["rows"]
            assert set(leg["rows"]) <= known
            assert leg["source_ids"]
            assert set(leg["source_ids"]) <= sources


def test_what_holds_money_is_included_and_what_never_does_is_left_out(ask):
    way = best(ask(*BOXES, "--format", "json"))
    assert "rent of the container" in way["includes"]
    assert "rent of the wagon or truck" not in way["includes"]  # 0 USD/t
    assert "customs duties and taxes" in way["excludes"]
    assert any(word.startswith("wagon rent") for word in way["excludes"])


def test_orders_on_the_ways_are_told(ask):
    told = result(ask(*BOXES, "--format", "json"))
    assert set(told["regimes"]) == {"western_bar", "road_levy"}
    assert told["regimes_for_other_parties"] == ["western_bar"]


def test_the_share_of_the_answer_that_is_assumed_is_between_0_and_1(ask):
    told = result(ask(*BOXES, "--format", "json"))
    assert 0 < told["assumed_share"] < 1
    assert told["assumed_share"] == told["alternatives"][0]["assumed_share"]


def test_grain_has_no_price_a_container(ask):
    way = best(ask(*GRAIN, "--as-of", "2025-08-31", "--format", "json"))
    assert way["cost_usd_per_feu"] is None
    assert way["cost_usd_per_t"] == pytest.approx(51.91, abs=TOLERANCE)


def test_no_way_is_an_answer_that_says_what_stops_it(ask):
    found = ask(*GRAIN, "--as-of", "2026-01-15", "--format", "json")
    told = result(found)
    assert (told["status"], told["alternatives"]) == ("no_way", [])
    assert [o["elements"] for o in told["openings"]] == [
        ["regime:grain_ban"],
        ["regime:storm_season"],
    ]
    assert told["assumed_share"] is None


def unknown_emissions(model):
    for column in ("electric", "diesel"):
        name = f"emission_kgco2e_per_tkm_{column}"
        for row in range(len(model["carrier"])):
            model = with_cell(model, "carrier", row, name, float("nan"))
    return model


def free_of_charge(model):
    for table, columns in {
        "carrier": ("cost_usd_per_tkm",),
        "transfer": ("cost_usd_per_t", "cost_usd_per_unit"),
        "border": ("fee_usd",),
        "tariff": ("rate_per_unit_km", "rate_per_unit"),
        "rent": ("usd_per_day",),
    }.items():
        for column in columns:
            for row in range(len(model[table])):
                model = with_cell(model, table, row, column, 0.0)
    return model


@pytest.mark.parametrize("change", [unknown_emissions, free_of_charge])
def test_json_never_holds_what_is_no_number(ask, tmp_path, change):
    write_model(change(blank_model()), tmp_path)
    told = ("--from", "EAST", "--to", "FARPORT", "--commodity", "grain")
    found = ask(*told, "--format", "json", model=tmp_path)
    assert "NaN" not in found.out
    assert "Infinity" not in found.out
    way = best(found)  # the reader refuses NaN and infinities, too
    if change is unknown_emissions:
        assert way["emission_kgco2e_per_t"] is None
    else:
        assert way["cost_usd_per_t"] == 0
        assert way["assumed_share"] is None or 0 <= way["assumed_share"] <= 1


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_unknown_emissions_are_told_in_every_form(ask, tmp_path, form):
    write_model(unknown_emissions(blank_model()), tmp_path)
    told = ("--from", "EAST", "--to", "FARPORT", "--commodity", "grain")
    found = ask(*told, "--format", form, model=tmp_path)
    assert found.code == 0
    assert "nan" not in found.out.casefold()


# --- CSV -----------------------------------------------------------------------


def test_csv_has_one_row_a_way_with_each_part_of_the_money(ask):
    rows = rows_of(ask(*BOXES, "--format", "csv").out)
    assert [row["alternative"] for row in rows] == ["1", "2", "3", "4"]
    for row, hand in zip(rows, BY_HAND.alternatives, strict=True):
        for part in PARTS:
            figure = float(row[f"{part}_usd_per_t"])
            assert figure == pytest.approx(hand.cost_parts[part], abs=TOLERANCE)
        money = pytest.approx(float(row["cost_usd_per_t"]), abs=TOLERANCE)
        assert sum(float(row[f"{part}_usd_per_t"]) for part in PARTS) == money
        assert row["corridors"] == "|".join(hand.corridors)
        assert row["way"].startswith("ASH>")
        assert row["way"].endswith(">CCY")


def test_csv_has_its_header_where_there_is_no_way(ask):
    found = ask(*GRAIN, "--as-of", "2026-01-15", "--format", "csv")
    assert found.code == 0
    header = found.out.splitlines()[0].split(",")
    assert {"alternative", "time_h", "cost_usd_per_t", "way"} <= set(header)
    assert rows_of(found.out) == []


def test_csv_holds_no_formula(ask, tmp_path, teaching):
    model = read_model(teaching)
    for row, name in enumerate(("@steppe", "-sea")):
        model = with_cell(model, "corridor", row, "corridor_id", name)
    write_model(model, tmp_path)
    rows = rows_of(ask(*BOXES, "--format", "csv", model=tmp_path).out)
    corridors = [row["corridors"] for row in rows]
    assert corridors == ["'@steppe", "'-sea", "'@steppe", "'@steppe"]


# --- the terminal and files ------------------------------------------------------


def test_the_table_tells_headline_ways_and_stamp(ask, teaching):
    found = ask(*BOXES)
    assert found.err == ""
    assert "Ashar → Cacay" in found.out
    assert "1,336 USD/FEU" in found.out
    assert read_model(teaching).content_hash[:12] in found.out.splitlines()[-1]


def test_details_tell_money_and_legs(ask):
    found = ask(*BOXES, "--details")
    assert "empty return" in found.out
    assert "way 1, leg by leg" in found.out
    assert "way 2, leg by leg" in ask(*BOXES, "--way", "2").out


def test_a_way_that_is_not_there_is_told(ask):
    found = ask(*BOXES, "--way", "9")
    assert "there is no way 9" in found.out + found.err


@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_out_writes_what_the_terminal_would_tell(ask, tmp_path, form):
    out = tmp_path / "below" / "answer"
    out.parent.mkdir()
    found = ask(*BOXES, "--format", form, "--out", out)
    assert (found.code, found.out) == (0, "")
    assert str(out) in found.err
    written = out.read_text("utf-8")
    told = ask(*BOXES, "--format", form).out
    if form == "json":
        written, told = (json.loads(text) for text in (written, told))
        for whole in (written, told):
            whole["stamp"].pop("made_at")
    assert written == told
    assert [path.name for path in out.parent.iterdir()] == ["answer"]


def test_out_leaves_the_old_file_where_it_cannot_be_written(ask, tmp_path, monkeypatch):
    out = tmp_path / "answer.json"
    out.write_text("old")

    def fail(*_arguments, **_options):
        raise OSError(28, "No space left on device", str(out))

    monkeypatch.setattr("bereket.io.files.Path.write_bytes", fail)
    found = ask(*BOXES, "--format", "json", "--out", out)
    assert found.code == 1
    assert "No space left" in found.err
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["answer.json"]


@pytest.mark.parametrize("name", ["node.csv", "new.json"])
def test_out_never_writes_into_the_models_folder(ask, tmp_path, name):
    folder = tmp_path / "model"
    write_model(blank_model(), folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    told = ("--from", "EAST", "--to", "FARPORT", "--commodity", "grain")
    found = ask(*told, "--out", folder / name, model=folder)
    assert found.code == 1
    assert "lies in the model's folder" in found.err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_out_makes_no_folder(ask, tmp_path):
    found = ask(*BOXES, "--out", tmp_path / "slip" / "answer.json")
    assert found.code == 1
    assert "there is no folder" in found.err
    assert not list(tmp_path.iterdir())


def test_a_way_that_was_not_found_cannot_be_told(ask):
    found = ask(*BOXES, "--way", "99")
    assert (found.code, found.out) == (1, "")
    assert "there is no way 99" in found.err


@pytest.mark.parametrize("text", ["ASH", "node:ASH"])
def test_a_place_asked_for_cannot_be_avoided(ask, text):
    found = ask(*BOXES, "--avoid", text)
    assert found.code == 1
    assert "is asked for, and to be avoided" in found.err


def test_a_country_can_be_avoided(ask, teaching):
    node = read_model(teaching)["node"]
    land = dict(zip(node.text("node_id"), node.text("country_iso3"), strict=True))
    middle = sorted(set(land.values()) - {land["ASH"], land["CCY"]})
    for iso3 in middle:
        for way in result(ask(*BOXES, "--avoid", iso3, "--format", "json"))[
            "alternatives"
        ]:
            for leg in way["legs"]:
                places = (leg["from_node_id"], *leg["via_node_ids"], leg["to_node_id"])
                assert iso3 not in {land[place] for place in places}


def test_a_date_before_every_date_of_the_model_is_warned_of(ask):
    assert "lies before" in ask(*BOXES, "--as-of", "1800-01-01").out
    assert "lies before" not in ask(*BOXES).out


def test_a_date_after_the_base_date_says_which_rows_have_ended(ask, caspian):
    told = ("--from", "AKT", "--to", "TKB", "--commodity", "containers_general")
    late = ask(*told, "--as-of", "2040-01-01", model=caspian).out
    assert "lies after the base date" in late
    assert "of tariff" in late


@pytest.mark.parametrize("text", ["corridor:", "commodity:containers", "source:"])
def test_what_no_way_runs_on_cannot_be_avoided(ask, teaching, text):
    table = text.partition(":")[0]
    reference = read_model(teaching)[table].references[0]
    found = ask(*BOXES, "--avoid", reference)
    assert (found.code, found.out) == (1, "")
    assert "no way runs on" in found.err


@pytest.mark.parametrize(
    ("text", "said"),
    [("kti", "write 'corridor:kti'"), ("L089", "write 'link:L089'")],
)
def test_a_label_to_be_avoided_is_told_how_to_be_written(ask, caspian, text, said):
    told = ("--from", "AKT", "--to", "TKB", "--commodity", "containers_general")
    found = ask(*told, "--avoid", text, model=caspian)
    assert found.code == 1
    assert said in found.err


def test_pareto_and_break_even_are_told_and_in_the_json(ask):
    told = ask(*BOXES, "--pareto", "--break-even", "tariff").out
    assert "efficient" in told
    assert "break-even of tariff" in told
    both = result(ask(*BOXES, "--pareto", "--break-even", "tariff", "--format", "json"))
    assert both["pareto"]["ways"]
    assert both["break_even"]["lever"] == "tariff"
    assert sum(way["shown"] for way in both["pareto"]["ways"]) <= 10


def test_without_a_way_nothing_is_said_to_stay_the_best(ask, caspian):
    told = ("--from", "KST", "--to", "BND", "--commodity", "grain")
    asked = (*told, "--as-of", "2022-06-01", "--pareto", "--break-even", "tariff")
    found = ask(*asked, model=caspian)
    assert found.code == 0
    assert "There is no way" in found.out
    assert "stays the best" not in found.out
    assert "efficient" not in found.out


def test_legs_sum_to_the_way_orders_on_corridors_too(ask, caspian):
    told = ("--from", "XIAN", "--to", "TEH", "--commodity", "containers_general")
    ways = result(ask(*told, "--format", "json", model=caspian))["alternatives"]
    assert any(leg["kind"] == "whole way" for way in ways for leg in way["legs"])
    for way in ways:
        for figure, of_leg in (
            ("cost_usd_per_t", "cost_usd_per_t"),
            ("length_km", "length_km"),
            ("door_to_door_h", "time_h"),
        ):
            summed = sum(leg[of_leg] for leg in way["legs"])
            assert summed == pytest.approx(way[figure], abs=1e-6)
        assert 0 <= way["assumed_share"] <= 1


def test_opening_an_order_gives_the_way_that_was_promised(ask, caspian):
    told = ("--from", "XIAN", "--to", "TEH", "--commodity", "containers_general")
    asked = (*told, "--party", "western", "--format", "json")
    first = result(ask(*asked, model=caspian))["openings"][0]
    (element,) = first["elements"]
    opened = ("--set", f"{element}.valid_to=2020-01-01")
    way = result(ask(*asked, *opened, model=caspian))["alternatives"][0]
    assert way["generalised_usd_per_t"] == pytest.approx(
        first["generalised_usd_per_t"], rel=1e-9
    )


def test_no_way_through_a_place_is_better_than_the_best_of_all(ask, caspian):
    told = ("--from", "XIAN", "--to", "TEH", "--commodity", "containers_general")
    longer = ("--set", "link:L089.length_km=800", "--ways", "1", "--format", "json")
    best, by_bolashak = (
        result(ask(*told, *longer, *via, model=caspian))["alternatives"][0]
        for via in ((), ("--via", "ATK", "--via", "BOL"))
    )
    least = by_bolashak["generalised_usd_per_t"]
    assert best["generalised_usd_per_t"] <= least + 1e-9


def test_the_headline_names_the_party(ask, caspian):
    told = ("--from", "AKT", "--to", "TKB", "--commodity", "containers_general")
    found = ask(*told, "--party", "western", model=caspian)
    assert ", as western" in found.out.splitlines()[0]


def test_out_writes_nothing_where_the_question_is_wrong(ask, tmp_path):
    out = tmp_path / "answer.json"
    assert ask(*BOXES, "--from", "Nowhere", "--out", out).code == 1
    assert not out.exists()


# --- what is asked ---------------------------------------------------------------


def test_places_and_cargo_are_asked_by_name_in_any_case(ask):
    told = ("--from", "ashar", "--to", "CACAY", "--commodity", "goods in containers")
    named, labelled = ask(*told, "--format", "csv"), ask(*BOXES, "--format", "csv")
    assert named.out == labelled.out


@pytest.mark.parametrize(
    ("told", "near"),
    [
        (("--from", "Ashaar"), "ASH (Ashar)"),
        (("--to", "Kacay"), "CCY (Cacay)"),
        (("--commodity", "grian"), "grain (Grain)"),
        (("--via", "Aporra"), "APO (Apora)"),
        (("--avoid", "link:rail_BCY_BCP"), "link:rail_BCY_BCO"),
        (("--set", "link:rail_BCY_BCP.length_km=1"), "link:rail_BCY_BCO"),
    ],
)
def test_a_misspelt_word_is_answered_with_the_near_one(ask, told, near):
    found = ask(*BOXES, *told)
    assert found.code == 1
    assert near in found.lines[0]


def test_a_cell_that_is_set_changes_the_answer(ask):
    set_cell = ("--set", "link:rail_BBO_BCY.length_km=400")
    before = best(ask(*BOXES, "--format", "json"))
    found = ask(*BOXES, *set_cell, "--format", "json")
    after = best(found)
    # 100 km more, at 100 km/h, at 0.03 USD/t-km and 0.15 USD/t-h of rent and return.
    assert after["length_km"] == before["length_km"] + 100
    assert after["time_h"] == pytest.approx(before["time_h"] + 1, abs=TOLERANCE)
    more = after["cost_usd_per_t"] - before["cost_usd_per_t"]
    assert more == pytest.approx(100 * 0.03 + 0.15, abs=TOLERANCE)
    assert found.json["stamp"]["changes"] == [set_cell[1]]


def test_cells_that_are_set_act_together_in_order(ask):
    first = ("--set", "link:rail_BBO_BCY.length_km=999")
    second = ("--set", "link:rail_BBO_BCY.length_km=400")
    once = best(ask(*BOXES, *second, "--format", "json"))
    twice = best(ask(*BOXES, *first, *second, "--format", "json"))
    assert twice["time_h"] == once["time_h"]


def test_a_link_that_is_closed_is_not_used(ask):
    set_cell = ("--set", "link:rail_BCY_BCO.status=closed")
    ways = result(ask(*BOXES, *set_cell, "--format", "json"))["alternatives"]
    assert all("rail_BCY_BCO" not in way["links"] for way in ways)
    avoided = ask(*BOXES, "--avoid", "link:rail_BCY_BCO", "--format", "json")
    assert [way["links"] for way in ways] == [
        way["links"] for way in result(avoided)["alternatives"]
    ]


def test_setting_a_cell_writes_nothing_into_the_model(ask, teaching):
    before = {p: p.read_bytes() for p in teaching.rglob("*") if p.is_file()}
    ask(*BOXES, "--set", "link:rail_BBO_BCY.length_km=400")
    after = {p: p.read_bytes() for p in teaching.rglob("*") if p.is_file()}
    assert after == before


def test_date_via_party_and_number_of_ways_are_heard(ask):
    dated = result(ask(*GRAIN, "--as-of", "2025-09-01", "--format", "json"))
    assert [way["corridors"] for way in dated["alternatives"]] == [["sea"]]
    via = result(ask(*BOXES, "--via", "APO", "--format", "json"))
    assert [way["corridors"] for way in via["alternatives"]] == [["sea"]]
    party = result(ask(*BOXES, "--party", "western", "--format", "json"))
    assert [way["corridors"] for way in party["alternatives"]] == [["sea"], ["steppe"]]
    two = result(ask(*BOXES, "--ways", "2", "--format", "json"))
    assert len(two["alternatives"]) == 2


def test_the_same_question_has_the_same_answer(ask):
    once, again = (ask(*BOXES, "--format", "csv").out for _ in range(2))
    assert once == again
