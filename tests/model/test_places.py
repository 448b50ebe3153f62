"""Places and cargoes by the words that a planner types."""

import pytest
from tests.model.altered import row_at, with_cell

from bereket import QuestionError, read_model
from bereket.model.places import find_commodity, find_place


@pytest.fixture(scope="module")
def model(caspian):
    return read_model(caspian)


@pytest.fixture(scope="module")
def small(teaching):
    return read_model(teaching)


def found(model, text):
    return str(model["node"].text("node_id")[find_place(model, text)])


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("TEH", "TEH"),
        ("teh", "TEH"),
        ("Tehran", "TEH"),
        ("TEHRAN", "TEH"),
        ("  tehran ", "TEH"),
        ("bandar abbas", "BND"),  # a part of a name
        ("rajaee", "BND"),
        ("XIAN", "XIAN"),
        ("Xi'an", "XIAN"),
        ("istanbul", "IST"),
    ],
)
def test_a_place_is_found_by_id_name_or_part_of_a_name(model, text, label):
    assert found(model, text) == label


def test_an_id_goes_before_a_name(small):
    misnamed = with_cell(small, "node", row_at(small, "node", "CCY"), "name", "ASH")
    assert found(misnamed, "ASH") == "ASH"
    assert found(misnamed, "ash") == "ASH"


def test_a_whole_name_goes_before_parts_of_others(small):
    longer = with_cell(
        small, "node", row_at(small, "node", "CCY"), "name", "New Ashar junction"
    )
    assert found(longer, "ashar") == "ASH"


def test_a_part_of_several_names_is_answered_with_all_of_them(model):
    with pytest.raises(QuestionError) as raised:
        find_place(model, "khorgos")
    told = str(raised.value)
    assert told.startswith("'khorgos' means any of 2: ")
    assert "HRG (Khorgos (China))" in told
    assert "KGD (Khorgos-East Gate dry port)" in told
    assert told.endswith("take the id")


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Tehrn", r"near are TEH \(Tehran\)"),
        ("tehrann", r"TEH \(Tehran\)"),
        ("Ashgabad", r"ASB \(Ashgabat\)"),
        ("Bandar Abas", r"BND \(Bandar Abbas"),
        ("Turkmenbasy", r"TKB \(Turkmenbashi Port\)"),
    ],
)
def test_a_near_spelling_is_answered_with_the_place(model, text, near):
    with pytest.raises(QuestionError, match=near):
        find_place(model, text)


@pytest.mark.parametrize("text", ["", " ", "qqqqqq"])
def test_what_is_like_no_place_has_no_suggestion(model, text):
    with pytest.raises(QuestionError, match=f"the model has no place '{text}'$"):
        find_place(model, text)


def test_cargo_is_found_as_places_are(small):
    assert find_commodity(small, "grain") == 1
    assert find_commodity(small, "GRAIN") == 1
    assert find_commodity(small, "goods in containers") == 0
    with pytest.raises(QuestionError, match=r"no commodity 'grian'; near are grain"):
        find_commodity(small, "grian")


def test_no_word_finds_a_cargo_among_places(small):
    with pytest.raises(QuestionError):
        find_place(small, "grain")
