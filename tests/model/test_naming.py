"""What rows are called: their own names, else the places that they join."""

import pytest

from bereket import read_model
from bereket.model.naming import in_words, place_names, told

WORDS = {
    "link:rail_BBO_BCY": "Bobor-Bacay",
    "link:rail_ABO_BBO": "Broad track over the border; loaded trains run west",
    "border:ABO:BBO:rail1520:BBB:SMGS": "Aboy-Bobor, side of BBB",
    "terminal:BBO:gauge_change": "Bobor",
    "fleet:b_locomotives": "Locomotives of Borania",
    "link:nowhere": "",
    "AKT": "",
}


@pytest.fixture(scope="module")
def model(teaching):
    return read_model(teaching)


@pytest.mark.parametrize("reference", WORDS)
def test_a_row_is_called_by_its_name_or_its_places(model, reference):
    places = place_names(model)
    assert in_words(model, reference, places) == WORDS[reference]
    words = f"{reference} {WORDS[reference]}".strip()
    assert told(model, reference, places) == words
