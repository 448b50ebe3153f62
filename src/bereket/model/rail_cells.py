"""Columns of a file of somebody else's as text, with all that is wrong with them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.errors import Issue, ModelError
from bereket.schema.checker import FIRST_ROW, NUMBER

FORBIDDEN: Final = frozenset(":|.= \t")  # what labels of a model may not hold
SHOWN: Final = 3
NO_NODE: Final = -1


@dataclass
class Cells:
    """One file: its columns, and the faults found so far.

    Attributes
    ----------
    name : str
        Name of the file, without its folder.
    columns : mapping of str to sequence of str
        Cells by column; all columns are as long.
    faults : list of Issue
        What breaks a rule.
    advice : list of Issue
        What is worth a look.
    first_row : int
        Number of the first row as a person counts it.
    """

    name: str
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    faults: list[Issue] = field(default_factory=list)
    advice: list[Issue] = field(default_factory=list)
    first_row: int = FIRST_ROW

    def fault(
        self,
        column: str,
        rule: str,
        rows: Iterable[int] = (),
        found: Sequence[object] | str = "none",
    ) -> None:
        """Note that rows, or the whole file, break a rule."""
        self.faults.append(self.issue(column, rule, rows, found))

    def issue(
        self,
        column: str,
        rule: str,
        rows: Iterable[int] = (),
        found: Sequence[object] | str = "none",
    ) -> Issue:
        """Return one line about all the rows that break a rule."""
        numbers = tuple(int(row) + self.first_row for row in rows)
        if not isinstance(found, str):
            more = len(found) - SHOWN
            words = ", ".join(_shown(each) for each in found[:SHOWN])
            found = f"{words} and {more} more" if more > 0 else words
        return Issue(self.name, numbers, column, rule, found)

    def labels(self, column: str) -> NDArray[np.object_]:
        """Return a column of labels that may stand in a model, each of them once."""
        cells = self.columns[column]
        bad = [i for i, cell in enumerate(cells) if not is_label(cell)]
        if bad:
            rule = "must be a label without : | . = or blanks"
            self.fault(column, rule, bad, [cells[i] for i in bad])
        counts = Counter(cells)
        if len(counts) < len(cells):
            again = [i for i, cell in enumerate(cells) if counts[cell] > 1]
            self.fault(column, "must name one row", again, [cells[i] for i in again])
        return np.array(cells, dtype=object)

    def figures(self, column: str) -> NDArray[np.float64]:
        """Return a column of finite figures; NaN where a cell is none."""
        cells = self.columns[column]
        try:
            values = np.array(cells, dtype=np.float64)
        except ValueError:
            numbers = [cell if NUMBER.fullmatch(cell) else "nan" for cell in cells]
            values = np.array(numbers, dtype=np.float64)
        bad = np.nonzero(~np.isfinite(values))[0].tolist()
        if bad:
            rule = "must be a number with a decimal point"
            self.fault(column, rule, bad, [cells[i] for i in bad])
            values[bad] = np.nan
        return values

    def lengths(self, column: str) -> NDArray[np.float64]:
        """Return a column of figures that are more than 0."""
        values = self.figures(column)
        bad = np.nonzero(values <= 0)[0].tolist()
        if bad:
            found = [float(values[i]) for i in bad]
            self.fault(column, "must be more than 0", bad, found)
        return values

    def nodes(self, column: str, place: Mapping[str, int]) -> NDArray[np.int32]:
        """Return the positions of the nodes that a column names; -1 for none."""
        cells = self.columns[column]
        found = np.array([place.get(cell, NO_NODE) for cell in cells], dtype=np.int32)
        bad = np.nonzero(found == NO_NODE)[0].tolist()
        if bad:
            rule = "must name a node of the network"
            self.fault(column, rule, bad, [cells[i] for i in bad])
        return found


def refuse(*files: Cells) -> None:
    """Raise with the faults of all files, where there is one.

    Raises
    ------
    ModelError
        With every fault.
    """
    faults = tuple(fault for cells in files for fault in cells.faults)
    if faults:
        raise ModelError(faults)


def cells_of(
    name: str,
    lines: Sequence[Sequence[str]],
    needed: Collection[Sequence[str]],
    wanted: Collection[Sequence[str]] = (),
) -> Cells:
    """Return the columns of a table, each under the first of the names it may have.

    Parameters
    ----------
    name : str
        Name of the file.
    lines : sequence of sequence of str
        Header and rows.
    needed, wanted : collection of sequence of str
        Names of each column that must, or may, be there.

    Returns
    -------
    Cells
        Columns and faults; without columns where rows are uneven.
    """
    found = Cells(name)
    rows = list(lines[1:])
    while rows and not any(rows[-1]):
        rows.pop()
    header = [cell.strip() for cell in lines[0]] if lines else []
    if not rows:
        found.fault("", "must have a header and rows")
        return found
    uneven = [i for i, row in enumerate(rows) if len(row) != len(header)]
    if uneven:
        rule = f"a row must have {len(header)} cells, as the header has"
        found.fault("", rule, uneven, [len(rows[i]) for i in uneven])
        return found
    columns = {
        title: [cell.strip() for cell in column]
        for title, column in zip(header, zip(*rows, strict=True), strict=True)
    }
    for names in (*needed, *wanted):
        held = next((title for title in names if title in columns), "")
        if held:
            columns[names[0]] = columns[held]
        elif names in needed:
            rule = f"must have the column {' or '.join(names)}"
            found.fault(names[0], rule, [-1], ", ".join(header))
    found.columns = columns
    return found


def is_label(cell: str) -> bool:
    """Whether a text may name a row of a model.

    Examples
    --------
    >>> is_label("KZAAU"), is_label("Aktau Port")
    (True, False)
    """
    return bool(cell) and FORBIDDEN.isdisjoint(cell)


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else repr(value)
