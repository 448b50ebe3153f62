"""Corridors told by the links they pass."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bereket.model.gateways import parse_gateways

PLACES = st.sampled_from(["A", "B", "C", "D", "E"])
WAYS = st.lists(PLACES, min_size=2, max_size=7).map(lambda names: list(pairwise(names)))


def way(text):
    return list(pairwise(text.split()))


def test_gateways_are_read_in_order_with_alternatives_and_what_is_never_passed():
    found = parse_gateways("A>B|C>D, E>F, !G>H|I>J, !K>L")
    assert found.passed == (
        frozenset({("A", "B"), ("C", "D")}),
        frozenset({("E", "F")}),
    )
    assert found.never == {("G", "H"), ("I", "J"), ("K", "L")}


def test_blanks_between_the_parts_do_not_matter():
    assert parse_gateways(" A>B | C>D ,E>F ") == parse_gateways("A>B|C>D, E>F")


@pytest.mark.parametrize(
    ("gateways", "passed", "is_on"),
    [
        ("B>C", "A B C D", True),
        ("B>C", "D C B A", True),  # the other direction passes them reversed
        ("B>C", "A B D C", False),
        ("B>D", "A B C D", False),  # a gateway is one link, not a stretch
        ("A>B, C>D", "A B C D", True),
        ("A>B, C>D", "D C B A", True),
        ("C>D, A>B", "A B C D", False),
        ("C>D, A>B", "C D A B", True),
        ("A>B, D>C", "A B C D", False),  # the second one passed backwards
        ("A>B, A>B", "A B C D", False),  # one link is one gateway
        ("A>B|B>C", "B C D", True),
        ("A>B|B>C, C>D", "B C D", True),
        ("A>B|B>C, C>D", "D C B", True),
        ("A>B|B>C", "C D E", False),
        ("A>B, !C>D", "A B E", True),
        ("A>B, !C>D", "A B C D", False),
        ("A>B, !C>D", "A B D C", False),  # never, in neither direction
        ("A>B, !C>D", "D C B A", False),
        ("A>B, !C>D|D>E", "A B D E", False),
        ("!C>D", "A B", True),
        ("A>B", "A", False),
    ],
)
def test_a_way_is_on_a_corridor_when_it_passes_its_gateways(gateways, passed, is_on):
    assert parse_gateways(gateways).match(way(passed)) is is_on


@given(WAYS)
def test_direction_never_decides_whether_a_way_is_on_a_corridor(ways):
    back = [(end, start) for start, end in reversed(ways)]
    for text in ("A>B, C>D", "A>B|B>C, !D>E", "A>B, B>C, C>D"):
        gateways = parse_gateways(text)
        assert gateways.match(ways) is gateways.match(back)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "A>",
        ">B",
        "A-B",
        "A>B,",
        "A>B,,C>D",
        "A>B|",
        "A>B>C",
        "A B",
        "!",
        "A>!B",
    ],
)
def test_what_is_no_link_of_two_places_is_refused(text):
    with pytest.raises(ValueError, match="is no link of two places, A>B"):
        parse_gateways(text)


@pytest.mark.parametrize("text", ["!A>B|!C>D", "A>B|!C>D", "!!A>B"])
def test_never_stands_once_and_before_a_whole_part(text):
    with pytest.raises(ValueError, match="is no link of two places, A>B"):
        parse_gateways(text)
