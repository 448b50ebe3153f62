"""Which rows with bounds are of one rule: one assumption, said of many cells."""

from collections import Counter
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket.model.model import Model, Table

RATIO_DIGITS: Final = 2  # bounds are rounded in the table
PART: Final = ";"  # between the parts of a note
# Tables whose rows are judged by sources of their own: words in common are no rule.
BY_WHOLE_NOTE: Final = frozenset({"demand"})
MOSTLY: Final = 0.5  # of the cells that say a part of a note, for it to be of a rule
# Tables whose rows are points of a curve, by the column that names it: points that move
# apart may make a curve that cannot be.
CURVES: Final = {"vessel_load": "vessel"}
Moves = Literal["together", "alone"]


class Basis(NamedTuple):
    """What cells of one rule have in common, beside a part of their note."""

    table: str
    column: str
    quality: str
    low: float
    high: float


class Found(NamedTuple):
    """A cell with its bounds."""

    table: str
    column: str
    row: int
    low: float
    value: float
    high: float


def numbered(model: Model, found: list[Found], moves: Moves) -> NDArray[np.intp]:
    """Return the factor of each cell, numbered as they come.

    Parameters
    ----------
    model : Model
        The model.
    found : list of Found
        Its cells that move.
    moves : {"together", "alone"}
        Whether rows of one rule are one factor, or every cell is.

    Returns
    -------
    (n_cells,)
        From 0; cells of one number move together.
    """
    parent: dict[object, object] = {}

    def root(node: object) -> object:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for at, keys in enumerate(_rules(model, found, moves)):
        for key in keys:
            parent[root(key)] = root(at)
    numbers: dict[object, int] = {}
    roots = [root(at) for at in range(len(found))]
    return np.array([numbers.setdefault(each, len(numbers)) for each in roots])


def _rules(model: Model, found: list[Found], moves: Moves) -> list[list[object]]:
    """Return what joins each cell to others: a curve, or a basis with words for it."""
    bases = [_basis(model[cell.table], cell) for cell in found]
    parts = [_parts(model[cell.table], cell.row) for cell in found]
    said: Counter[object] = Counter()
    for basis, words in zip(bases, parts, strict=True):
        said.update((basis, part) for part in words)
        said.update((basis.table, basis.column, part) for part in words)
    rules: list[list[object]] = []
    for cell, basis, words in zip(found, bases, parts, strict=True):
        column = cell.table, cell.column
        if cell.table in CURVES:
            named = label_of(model[cell.table], CURVES[cell.table], cell.row)
            rules.append([(*column, named)])
        elif moves == "alone":
            rules.append([])
        else:
            own = [
                part
                for part in words
                if cell.table not in BY_WHOLE_NOTE
                and said[basis, part] >= MOSTLY * said[*column, part]
            ]
            rules.append([(basis, PART.join(words)), *((basis, part) for part in own)])
    return rules


def _basis(table: Table, cell: Found) -> Basis:
    """Return what a cell must have in common with others of its rule."""
    low, high = cell.low, cell.high
    if cell.value:
        low, high = low / cell.value, high / cell.value
    return Basis(
        cell.table,
        cell.column,
        label_of(table, "quality", cell.row),
        round(low, RATIO_DIGITS),
        round(high, RATIO_DIGITS),
    )


def _parts(table: Table, row: int) -> list[str]:
    """Return the parts of a row's note; its source where it has none."""
    note = label_of(table, "note", row)
    parts = {part.strip() for part in note.split(PART)} - {""}
    return sorted(parts) or [f"source {label_of(table, 'source_id', row)}"]


def label_of(table: Table, column: str, row: int) -> str:
    """Return a text cell; empty where the table has no such column."""
    return table.labels(column)[row] if column in table.schema.fields else ""
