"""A row by its reference, on a date, with the bounds of its figures."""

from dataclasses import dataclass
from datetime import date

from bereket.model.calendar import validity
from bereket.model.model import Model, Table, label
from bereket.model.reference import RowReference, parse_reference
from bereket.schema import INTERVAL_SUFFIXES, interval_base

LOW, HIGH = INTERVAL_SUFFIXES


@dataclass(frozen=True, slots=True)
class Cell:
    """A row by its reference, on a date.

    Attributes
    ----------
    reference : RowReference
        Its name.
    table : Table
        The table.
    row : int
        Its position: of several with one key, that which holds on the date.
    """

    reference: RowReference
    table: Table
    row: int

    @classmethod
    def of(cls, model: Model, text: str, day: date) -> "Cell":
        """Find the row that a reference names on a date."""
        reference = parse_reference(text)
        table = model[reference.table]
        rows = table.row_of[reference.key]
        if len(rows) > 1 and table.schema.is_dated:
            start, end = validity(table)
            at = day.toordinal()
            rows = tuple(r for r in rows if start[r] <= at <= end[r]) or rows
        return cls(reference, table, rows[0])

    @property
    def is_assumed(self) -> bool:
        """Whether the row says so."""
        return self.table.labels("quality")[self.row] == "assumed"

    @property
    def bounded(self) -> tuple[str, float, float, float] | None:
        """The column whose bounds lie farthest from its figure, with the three.

        None where no column has a figure and both bounds.
        """
        columns, found = self.table.columns, []
        for name in columns:
            base = interval_base(name) if name.endswith(LOW) else ""
            three = base, name, f"{base}{HIGH}"
            if base and all(each in columns for each in three):
                cells = [columns[each][self.row] for each in three]
                if all(label(cell) for cell in cells):
                    value, low, high = map(float, cells)
                    found.append((base, value, low, high))
        return max(found, key=lambda told: width(*told[1:]), default=None)

    def unit_of(self, column: str) -> str:
        """Return the unit of a column; of money, with the row's currency and load."""
        known = self.table.schema.field(column) if column else None
        if known is None:
            return ""
        if self.table.name == "regime":
            effect = self.table.labels("effect")[self.row]
            return unit_of_order(effect, self.table.labels("unit")[self.row])
        unit = known.unit
        for word in ("currency", "unit"):
            if word in unit and word in self.table.schema.fields:
                unit = unit.replace(word, self.table.labels(word)[self.row])
        return unit


def unit_of_order(effect: str, unit: str) -> str:
    """Return the unit of an order's value.

    Examples
    --------
    >>> unit_of_order("subsidy", "feu"), unit_of_order("added_h", "")
    ('USD/feu', 'h')
    """
    words = {"surcharge": f"USD/{unit}", "subsidy": f"USD/{unit}", "added_h": "h"}
    return words.get(effect, unit)


def width(value: float, low: float, high: float) -> float:
    """Return how far the farther bound of a figure lies from it, as a share of it.

    Examples
    --------
    >>> width(0.24, 0.18, 0.60)
    1.5
    """
    return max(abs(high - value), abs(value - low)) / abs(value) if value else 0.0
