"""Pairs that a report tells: which, how they are typed, and what is answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bereket.analysis.pareto import ParetoResult
from bereket.analysis.route import RouteResult
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.studies.demo import FLAGSHIP_PAIRS

MOST_PAIRS: Final = 5  # of corridors, where none is asked for


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """The ways of one pair.

    Attributes
    ----------
    route : RouteResult
        Ways that differ, or what stops them.
    pareto : ParetoResult
        Ways that no other beats.
    """

    route: RouteResult
    pareto: ParetoResult


def default_pairs(model: Model) -> tuple[tuple[str, str, str], ...]:
    """Return the pairs of a report that names none.

    Returns
    -------
    tuple of (str, str, str)
        The flagship pairs where the model has all their places and cargoes, else the
        first origin, destination and cargo of its first corridors.

    Examples
    --------
    >>> from bereket import blank_model
    >>> default_pairs(blank_model())
    (('EAST', 'FARPORT', 'grain'),)
    """
    places = set(model["node"].labels("node_id"))
    cargoes = set(model["commodity"].labels("commodity_id"))
    if all({a, b} <= places and c in cargoes for a, b, c in FLAGSHIP_PAIRS):
        return FLAGSHIP_PAIRS
    return tuple(dict.fromkeys(_of_corridors(model)))[:MOST_PAIRS]


def parse_pair(text: str) -> tuple[str, str, str]:
    """Read a pair as it is typed: ``FROM:TO:CARGO``.

    Raises
    ------
    QuestionError
        When it has not three parts.

    Examples
    --------
    >>> parse_pair("XIAN:TEH:grain")
    ('XIAN', 'TEH', 'grain')
    """
    origin, destination, commodity, *more = [
        *(part.strip() for part in text.split(":")),
        *("", "", ""),
    ]
    if not (origin and destination and commodity) or any(more):
        msg = f"a pair is written FROM:TO:CARGO; found {text!r}"
        raise QuestionError(msg)
    return origin, destination, commodity


def _of_corridors(model: Model) -> Iterator[tuple[str, str, str]]:
    table = model["corridor"]
    for row in range(len(table)):
        origins = table.lists("origin_node_ids")[row]
        destinations = table.lists("destination_node_ids")[row]
        mix = [part.partition(":")[0] for part in table.lists("mix")[row]]
        if origins and destinations and mix:
            yield origins[0], destinations[-1], mix[0]
