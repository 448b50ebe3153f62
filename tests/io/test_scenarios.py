"""Scenario files: read with their parents, every fault at once, none from outside."""

import pytest
from tests.model.test_measures import with_measure

from bereket import ScenarioError, blank_model, check, write_model
from bereket.io.scenarios import read_scenario, scenario_names
from bereket.model.plan import DoMeasures, planned

WHOLE = """
name = "All of it"
description = "Every word that a file may say."
as_of = 2027-03-01

[[change]]
set = "link:L1.length_km=240"

[[change]]
close = ["link:L2", "link:L3"]

[[change]]
open = "link:L2"

[[change]]
measures = ["loops"]

[[change]]
insert = "link:L9"
cells = { from_node_id = "EAST", to_node_id = "EASTGATE", directed = false, allowed_uses = "rail1520", gauge_mm = 1520, length_km = 77.5 }
"""  # noqa: E501 a table of TOML stands on one line


@pytest.fixture
def folder(tmp_path):
    """A model's folder, to which scenarios are added."""
    write_model(blank_model(), tmp_path / "model")
    (tmp_path / "model" / "scenarios").mkdir()
    return tmp_path / "model"


def write(folder, **files):
    for name, text in files.items():
        (folder / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")


def spoken(folder, name):
    plan = planned(blank_model(), read_scenario(folder, name))
    return [str(change) for change in plan.scenario.changes]


def faults_of(folder, name):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, name)
    return str(caught.value).splitlines()


def test_every_word_of_a_file_becomes_what_it_says(folder):
    write(folder, whole=WHOLE)
    assert spoken(folder, "whole") == [
        "link:L1.length_km=240",
        "close link:L2",
        "close link:L3",
        "open link:L2",
        "link:L3.section_max_km=14",
        (
            "insert link:L9: from_node_id=EAST, to_node_id=EASTGATE, directed=false, "
            "allowed_uses=rail1520, gauge_mm=1520, length_km=77.5, quality=assumed, "
            "note=a row of link that a scenario brings"
        ),
    ]
    written = read_scenario(folder, "whole.toml")
    assert (written.title, written.as_of, written.year) == (
        "All of it",
        "2027-03-01",
        None,
    )
    assert check(folder).faults == ()


def test_parents_are_applied_first_and_the_last_date_holds(folder):
    write(
        folder,
        old='as_of = "2026-01-01"\n[[change]]\nset = "link:L1.length_km=1"',
        mid='parent = "old"\nyear = 2029\n[[change]]\nset = "link:L1.length_km=2"',
        new='parent = "mid.toml"\n[[change]]\nset = "link:L1.length_km=3"',
    )
    assert spoken(folder, "new") == [f"link:L1.length_km={km}" for km in (1, 2, 3)]
    written = read_scenario(folder, "new")
    assert (written.as_of, written.year, written.day) == ("", 2029, "2029-07-01")


def test_a_file_without_changes_only_dates_the_question(folder):
    write(folder, later="year = 2031")
    plan = planned(blank_model(), read_scenario(folder, "later"))
    assert plan.scenario.changes == ()
    assert (plan.as_of, plan.year) == ("2031-07-01", 2031)


def test_every_fault_of_a_file_is_told_at_once(folder):
    write(
        folder,
        bad="""
name = 5
parents = "x"
as_of = "soon"
year = 2026.5
description = ["a"]

[[change]]
set = "link:L1.length_km"
[[change]]
close = "link"
[[change]]
close = "link:L1"
open = "link:L1"
[[change]]
clsoe = "link:L1"
[[change]]
measures = [1]
[[change]]
insert = ["link:L9"]
[[change]]
insert = "link:L9"
cells = "length_km=5"
[[change]]
close = ["nothing:L1", "nobody:L2"]
""",
    )
    where = "scenarios/bad.toml"
    told = faults_of(folder, "bad")
    starts = [line.partition(";")[0] for line in told]
    known = "must be one of set, close, open, measures, insert"
    read = "must be one that can be read"
    assert starts == [
        f"{where}, name: must be a text",
        (
            f"{where}, parents: must be one of name, description, parent, as_of, year, "
            "change"
        ),
        f"{where}, as_of: must be a date: YYYY-MM-DD",
        f"{where}, year: must be a year from 1900 to 2200",
        f"{where}, description: must be a text",
        f"{where}, year: must not stand beside as_of",
        f"{where}, change 1: set {read}",
        f"{where}, change 2: close {read}",
        f"{where}, change 3: must have one of set, close, open, measures, insert",
        f"{where}, change 4: {known}, cells",
        f"{where}, change 4: must have one of set, close, open, measures, insert",
        f"{where}, change 5: measures {read}",
        f"{where}, change 6: insert {read}",
        f"{where}, change 7: insert {read}",
        f"{where}, change 8: close {read}",
        f"{where}, change 8: close {read}",
    ]
    assert "did you mean 'parent'?" in told[1]
    assert "did you mean 'close'?" in told[9]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "must be TOML; found invalid value (at "),
        ('name = "a"\nname = "b"', "must be TOML; found cannot overwrite a value"),
        ("change = 5", "change: must be written [[change]], one table a change"),
        ("as_of = 2026-01-01\nyear = 2026", "year: must not stand beside as_of"),
        ("year = true", "year: must be a year from 1900 to 2200; found True"),
        ('parent = "self"', "a circle: self < self"),
        ('parent = "../config"', "must name another file of scenarios/"),
        ('parent = "/etc/passwd"', "must name another file of scenarios/"),
        ('parent = "none"', "must name another file of scenarios/"),
    ],
)
def test_a_file_that_is_none_says_why(folder, text, said):
    write(folder, self=text)
    (told,) = faults_of(folder, "self")
    assert said in told
    assert told.startswith("scenarios/self.toml")


def test_a_circle_of_parents_is_refused(folder):
    write(folder, a='parent = "b"', b='parent = "c"', c='parent = "a"')
    (told,) = faults_of(folder, "a")
    assert "a circle: a < b < c < a" in told


def test_faults_of_a_parent_are_told_of_its_own_file(folder):
    write(folder, a='parent = "b"', b="colour = 1")
    (told,) = faults_of(folder, "a")
    assert told.startswith("scenarios/b.toml, colour: must be one of name")


@pytest.mark.parametrize("name", ["../config", "/etc/passwd", "", "none", "a/../b"])
def test_a_name_that_is_none_of_the_folder_is_refused(folder, name):
    write(folder, dry="year = 2030", wet="year = 2030")
    (told,) = faults_of(folder, name)
    assert "(there are dry, wet)" in told


def test_a_slip_of_the_pen_is_named(folder):
    write(folder, dostyk_closed="")
    (told,) = faults_of(folder, "dostk_closed")
    assert told.endswith("did you mean 'dostyk_closed'?")


def test_a_link_that_leads_out_of_the_folder_is_refused(folder, tmp_path):
    (tmp_path / "secret.toml").write_text('name = "secret"', "utf-8")
    (folder / "scenarios" / "out.toml").symlink_to(tmp_path / "secret.toml")
    (told,) = faults_of(folder, "out")
    assert "a link or path that leads out of the folder" in told
    assert check(folder).faults != ()


def test_a_model_in_one_file_has_no_scenarios(tmp_path):
    write_model(blank_model(), tmp_path / "model.xlsx")
    with pytest.raises(ScenarioError, match="is a file"):
        read_scenario(tmp_path / "model.xlsx", "dry")
    assert scenario_names(tmp_path / "model.xlsx") == ()


def test_a_check_holds_every_scenario_against_the_model(folder):
    write(
        folder,
        gone='[[change]]\nclose = "link:L7"\n[[change]]\nset = "link:L1.tracks=x"',
        child='parent = "gone"',  # tells its parent's faults, once
        broken='[[change]]\nset = "link:L1.to_node_id=NOWHERE"',
        does='[[change]]\nmeasures = ["lops", "loops"]',
        sound='[[change]]\nclose = "link:L1"',
    )
    faults = check(folder).faults
    told = [(i.table, i.field, i.found.partition("; ")[0]) for i in faults]
    assert told == [
        (
            "scenarios/broken.toml",
            "",
            (
                "link:L1.to_node_id=NOWHERE would break the model: link row 2, "
                "to_node_id: must name a node of the model"
            ),
        ),
        ("scenarios/gone.toml", "change 1", "the model has no row 'link:L7'"),
        (
            "scenarios/gone.toml",
            "change 2",
            "link:L1.tracks=x: tracks must be a number",
        ),
        ("scenarios/does.toml", "change 1", "the model has no measure 'lops'"),
    ]


def test_a_model_with_faults_still_has_its_scenarios_read(folder):
    (folder / "carrier.csv").unlink()
    write(folder, bad="colour = 1", gone='[[change]]\nclose = "link:L7"')
    tables = {issue.table for issue in check(folder).faults}
    assert "scenarios/bad.toml" in tables
    assert "scenarios/gone.toml" not in tables


# --- measures of several steps ---------------------------------------------------


def test_measures_of_all_steps_are_held_against_each_other(folder):
    model = with_measure(blank_model(), "a", ("link:L1", "length_km", "add", 1.0))
    model = with_measure(
        model, "b", ("link:L1", "length_km", "add", 5.0), needs="a", excludes="loops"
    )
    write(
        folder,
        twice='[[change]]\nmeasures = "a"\n[[change]]\nmeasures = ["b", "a"]',
        both='[[change]]\nmeasures = "loops"\n[[change]]\nmeasures = "b"',
    )
    plan = planned(model, read_scenario(folder, "twice"))
    assert plan.measure_ids == ("a", "b")  # and a is not done again
    assert [str(each) for each in plan.scenario.changes] == [
        "link:L1.length_km+=1",
        "link:L1.length_km+=5",
    ]
    with pytest.raises(ScenarioError) as caught:
        planned(model, read_scenario(folder, "both"))
    assert str(caught.value) == (
        "scenarios/both.toml, change 2: "
        "measures contradict each other: b excludes loops"
    )


def test_an_end_is_that_of_every_measure(folder):
    effect = ("link:L1", "length_km", "add", 1.0, 0.5, 3.0)
    model = with_measure(blank_model(), "a", effect)
    write(folder, does='[[change]]\nmeasures = "a"')
    written = read_scenario(folder, "does")
    assert written.steps[0].does == DoMeasures(("a",))
    plan = planned(model, written, end="high")
    assert [str(each) for each in plan.scenario.changes] == ["link:L1.length_km+=3"]
