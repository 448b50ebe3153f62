"""What was observed: rows of table `observation`, as they are read."""

from dataclasses import dataclass
from typing import Any, Final

from bereket.model.calendar import as_day, first_day, last_day
from bereket.model.model import Model, Table

WHOLE_YEAR_DAYS: Final = 364
LARGE: Final = {"t": (1e5, 1e6, "Mt"), "teu": (1e4, 1e3, "kTEU")}  # from, by, unit


@dataclass(frozen=True, slots=True)
class Observed:
    """What was last observed of a corridor before the date.

    Attributes
    ----------
    kind, unit, period, definition, source_id : str
        From the row of table ``observation``.
    value : float
        In the unit.
    """

    kind: str
    value: float
    unit: str
    period: str
    definition: str
    source_id: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def is_of_year(self) -> bool:
        """Whether it is the flow of a whole year."""
        first, _, last = self.period.partition(" to ")
        return last_day(last or first) - first_day(first) >= WHOLE_YEAR_DAYS

    @property
    def calendar_year(self) -> int | None:
        """The year that it covers, where it is one from January to December."""
        first, _, last = self.period.partition(" to ")
        days = first_day(first), last_day(last or first)
        year = as_day(first[:4] + "-01-01").year
        whole = first_day(str(year)), last_day(str(year))
        return year if days == whole else None

    def in_short(self) -> str:
        """Return figure, unit and period in a few letters.

        Examples
        --------
        >>> Observed("flow", 4_484_000.0, "t", "2024", "", "").in_short()
        '4.484 Mt 2024'
        """
        value, unit = self.value, self.unit
        least, divisor, larger = LARGE.get(unit.lower(), (float("inf"), 1.0, unit))
        if value >= least:
            value, unit = value / divisor, larger
        return f"{value:,.4g} {unit} {_when(self.period)}"


def seen(table: Table, row: int) -> Observed:
    """Return a row of table `observation`."""
    start, end = table.labels("period_start")[row], table.labels("period_end")[row]
    return Observed(
        kind=table.labels("kind")[row],
        value=float(table.number("value")[row]),
        unit=table.labels("unit")[row],
        period=start if start == end else f"{start} to {end}",
        definition=table.labels("definition")[row],
        source_id=table.labels("source_id")[row],
    )


def _when(period: str) -> str:
    """Return a period in short: a whole year as such, else its first month."""
    first, _, last = period.partition(" to ")
    is_year = first[:4] == last[:4] and first[4:] in {"", "-01", "-01-01"}
    if not last or (is_year and last[4:] in {"", "-12", "-12-31"}):
        return first if not last else first[:4]
    return f"{first[:7]}…"


def last_flow(model: Model, corridor_id: str, as_of: str) -> Observed | None:
    """Return the last flow observed on a corridor before a date, if any.

    Parameters
    ----------
    model : Model
        Its table ``observation`` is read.
    corridor_id : str
        The corridor.
    as_of : str
        Date, YYYY-MM-DD.

    Returns
    -------
    Observed or None
        Whole years go first, then the latest.
    """
    table = model["observation"]
    at = as_day(as_of).toordinal()
    starts, ends = table.labels("period_start"), table.labels("period_end")
    rows = [
        row
        for row in range(len(table))
        if table.labels("on")[row] == corridor_id
        and table.labels("kind")[row] == "flow"
        and last_day(ends[row]) <= at
    ]
    if not rows:
        return None

    def rank(row: int) -> tuple[bool, int]:  # whole years first, then the latest
        days = last_day(ends[row]) - first_day(starts[row])
        return days >= WHOLE_YEAR_DAYS, last_day(ends[row])

    return seen(table, max(rows, key=rank))
