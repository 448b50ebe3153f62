"""Money that prices leave out, as no row states it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.graph import Graph


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Money that the parts leave out, as no row states it.

    Attributes
    ----------
    what : str
        What is left out.
    table : str
        Table of the rows that do not state it.
    why : str
        Why, in words.
    row : (n_arcs,) int
        Row that leaves it out of each arc, or `NONE`.
    """

    what: str
    table: str
    why: str
    row: NDArray[np.intp]


def exclusion_texts(
    graph: Graph, excludes: Iterable[Exclusion], way: NDArray[np.int32]
) -> tuple[str, ...]:
    """Return a line for each kind of money that a way leaves out, with all its rows."""
    flat = graph.chains.flat(way)
    rows_of: dict[tuple[str, str], dict[str, None]] = {}
    for each in excludes:
        rows = dict.fromkeys(each.row[flat].tolist())
        rows.pop(NONE, None)
        if rows:
            references = graph.model[each.table].references
            named = rows_of.setdefault((each.what, each.why), {})
            named |= dict.fromkeys(references[row] for row in rows)
    return tuple(
        f"{what} of {', '.join(rows)} ({why})" for (what, why), rows in rows_of.items()
    )
