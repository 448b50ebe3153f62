"""How the capacity of a row arises, step by step, with figures, units and quality.

One derivation serves both the flow programme and ``bereket show``: what is printed is
what was used.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from bereket.errors import QuestionError
from bereket.model.model import Model, Table
from bereket.schema import INTERVAL_SUFFIXES

Kind = Literal["infrastructure", "fleet", "acceptance", "reserve"]
Basis = Literal["derived", "reported", "unknown"]

# From the best to the worst; a derivation is as good as the worst figure put in.
QUALITIES: Final = ("measured", "reported", "derived", "assumed")
BARE: Final = ("t", "teu", "feu")  # read alike of one and of several
TEXT_OF_UNIT: Final = {"": "", "h": " h", "min": " min", "km": " km", "t": " t"}


@dataclass(frozen=True, slots=True)
class Range:
    """A figure with the interval that its inputs leave it.

    Attributes
    ----------
    value, low, high : float
        Central figure and ends; equal where no input has an interval.
    """

    value: float
    low: float
    high: float

    @classmethod
    def exact(cls, value: float) -> "Range":
        """Return a figure without interval."""
        return cls(value, value, value)

    def scaled(self, factor: float) -> "Range":
        """Return the figure and its ends times a factor of 0 or more."""
        return Range(self.value * factor, self.low * factor, self.high * factor)

    @classmethod
    def least(cls, ranges: "Sequence[Range]") -> "Range":
        """Return the least of several figures: of each end the least, too."""
        ends = ((each.value, each.low, each.high) for each in ranges)
        value, low, high = (min(column) for column in zip(*ends, strict=True))
        return cls(value, low, high)

    def __str__(self) -> str:
        """Return figure and interval as they are read."""
        if self.low == self.high:
            return f"{self.value:,.4g}"
        return f"{self.value:,.4g} ({self.low:,.4g} to {self.high:,.4g})"


def bounded(table: Table, column: str) -> tuple[list[float], list[float], list[float]]:
    """Return figures with their lower and upper bounds as plain numbers; kept.

    A bound that is not stated, or has no column, is NaN; so is an unknown figure.
    """
    if ("bounded", column) not in table.read:
        names = (column, *(column + suffix for suffix in INTERVAL_SUFFIXES))
        told = tuple(table.number(name).tolist() for name in names)
        table.read["bounded", column] = told
    found: tuple[list[float], list[float], list[float]] = table.read["bounded", column]
    return found


def range_of(table: Table, row: int, column: str) -> Range | None:
    """Return a figure of a row with its interval; None where it is not known."""
    figures, lows, highs = bounded(table, column)
    value, low, high = figures[row], lows[row], highs[row]
    if math.isnan(value):
        return None
    return Range(
        value,
        value if math.isnan(low) else low,
        value if math.isnan(high) else high,
    )


@dataclass(frozen=True, slots=True)
class Given:
    """A figure put in.

    Attributes
    ----------
    reference : str
        Row it stands in.
    column, unit : str
        Column and its unit.
    range : Range
        The figure.
    quality : str
        Quality of the row; empty where it states none.
    is_stated : bool
        False where the cell is empty and the schema's default counts.
    """

    reference: str
    column: str
    unit: str
    range: Range
    quality: str
    is_stated: bool

    def __str__(self) -> str:
        """Return column, figure, unit, quality, as a line of a derivation."""
        how = self.quality or "quality not stated"
        told = how if self.is_stated else "default, not stated in the row"
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.column} = {self.range}{unit} ({told})"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a derivation.

    Attributes
    ----------
    name : str
        What is worked out.
    text : str
        The formula with the figures put in.
    range : Range
        What it comes to.
    unit : str
        Its unit.
    governs : bool
        Whether it is what the capacity follows from; others are shown beside.
    """

    name: str
    text: str
    range: Range
    unit: str
    governs: bool = True

    def __str__(self) -> str:
        """Return the step as a line."""
        formula = f"{self.text} = " if self.text else ""
        return f"{self.name}: {formula}{self.range} {self.unit}"


@dataclass(frozen=True, slots=True)
class Derivation:
    """The capacity of one element, for a day.

    Attributes
    ----------
    element : str
        Row reference.
    kind : {"infrastructure", "fleet", "acceptance"}
        What kind of limit it is.
    unit : str
        What capacity and base load are counted in: train, wagon, feu, t and others.
    basis : {"derived", "reported", "unknown"}
        Where the figure comes from; derived goes before reported.
    per_day : Range
        Capacity, one direction where `is_shared` is False; the reserve is in it. NaN
        where unknown.
    reserve_per_day : float
        Part of it that is kept back.
    base_per_day : Range or None
        Load of others; None where it is unknown.
    uneven_k : float
        Busiest month over the mean month: what is left on a mean day is this much less.
    reported_per_day : float
        Capacity that the row states, in `unit`; NaN where it states none.
    is_shared : bool
        Whether both directions together take from it.
    quality : str
        The worst of the figures put in.
    given : tuple of Given
        Figures put in.
    steps : tuple of Step
        What is made of them.
    lacks : tuple of str
        Columns whose figures are missing for a derivation.
    only : frozenset of str
        Cargoes that it limits; empty = all.
    """

    element: str
    kind: Kind
    unit: str
    basis: Basis
    per_day: Range
    reserve_per_day: float = 0.0
    base_per_day: Range | None = None
    uneven_k: float = 1.0
    reported_per_day: float = float("nan")
    is_shared: bool = False
    quality: str = ""
    given: tuple[Given, ...] = ()
    steps: tuple[Step, ...] = ()
    lacks: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether the element limits anything."""
        return self.basis != "unknown"

    @property
    def units(self) -> str:
        """The unit, of several."""
        return self.unit if self.unit in BARE else f"{self.unit}s"

    @property
    def overfull_per_day(self) -> float:
        """By how much the load of others alone is more than the capacity; 0 or more."""
        taken = self.base_per_day.value if self.base_per_day else 0.0
        return max(0.0, taken - self.per_day.value) if self.is_known else 0.0

    @property
    def free_per_day(self) -> Range:
        """What others and the reserve leave on a mean day; all, if base is unknown."""
        return self.without_reserve(self.reserve_per_day)

    def without_reserve(self, kept_per_day: float = 0.0) -> Range:
        """Return what others leave on a mean day where so much is kept back."""
        taken = self.base_per_day or Range.exact(0.0)
        value = self.per_day.value - kept_per_day - taken.value
        # capacity and base load are known independently of each other
        down = np.hypot(self.per_day.value - self.per_day.low, taken.high - taken.value)
        up = np.hypot(self.per_day.high - self.per_day.value, taken.value - taken.low)
        ends = Range(value, value - float(down), value + float(up))
        return ends.scaled(1.0 / self.uneven_k)

    def lines(self) -> list[str]:
        """Return the derivation line by line."""
        lines = [str(given) for given in self.given]
        lines += [str(step) for step in self.steps]
        if self.basis == "unknown":
            lacking = f": {', '.join(self.lacks)} not stated" if self.lacks else ""
            lines.append(f"capacity: unknown{lacking}")
        else:
            way = "both directions together" if self.is_shared else "one direction"
            lines.append(
                f"capacity, {self.kind}, {self.basis}: {self.per_day} {self.units} a "
                f"day, {way}, quality {self.quality or 'not stated'}"
            )
        if self.base_per_day is not None and self.is_known:
            lines.append(f"base load: {self.base_per_day} {self.units} a day")
            lines.append(f"left for corridors: {self.free_per_day} {self.units} a day")
        elif self.is_known:
            lines.append("base load: unknown, so that the room left is refused")
        return lines


@dataclass(slots=True)
class Reading:
    """Figures read from rows for one derivation; every one read is kept.

    Attributes
    ----------
    model : Model
        The model.
    given : dict
        Figures read so far, by row and column.
    lacks : list of str
        Columns asked for whose cells are empty.
    rows : set of (str, int)
        Rows read.
    """

    model: Model
    given: dict[tuple[str, int, str], Given] = field(default_factory=dict)
    lacks: list[str] = field(default_factory=list)
    rows: set[tuple[str, int]] = field(default_factory=set)

    def figure(self, table: str, row: int, column: str) -> Given | None:
        """Return a figure, or None where the cell is empty and has no default."""
        key = (table, row, column)
        self.rows.add((table, row))
        if key in self.given:
            return self.given[key]
        rows = self.model[table]
        own_range = range_of(rows, row, column)
        if own_range is None:
            self.lacks.append(column)
            return None
        stated = rows.columns.get(column)
        is_stated = stated is not None and not math.isnan(stated[row])
        known = rows.schema.field(column)
        own = "capacity_quality" if "capacity_quality" in rows.columns else "quality"
        quality = rows.labels(own)[row] or rows.labels("quality")[row]
        found = Given(
            reference=rows.references[row],
            column=column,
            unit=known.unit if known else "",
            range=own_range,
            quality=quality,
            is_stated=is_stated,
        )
        self.given[key] = found
        return found

    def figures(
        self, table: str, row: int, columns: tuple[str, ...]
    ) -> dict[str, Given]:
        """Return the figures of several columns; those that are known."""
        found = ((column, self.figure(table, row, column)) for column in columns)
        return {column: given for column, given in found if given is not None}

    @property
    def quality(self) -> str:
        """The worst quality of the figures read."""
        known = [g.quality for g in self.given.values() if g.quality in QUALITIES]
        return max(known, key=QUALITIES.index, default="")


def weigh(
    formula: Callable[..., float], given: Mapping[str, Given], **fixed: float
) -> Range:
    """Return what a formula comes to, with the interval that its inputs leave.

    Parameters
    ----------
    formula : callable
        Takes the figures by name.
    given : mapping of str to Given
        Figures with intervals, by the formula's names.
    **fixed : float
        Figures without.

    Returns
    -------
    Range
        Central figure; the ends take each input to its own ends alone, and add what
        that moves as the root of the sum of squares, as of independent errors.

    References
    ----------
    .. [1] JCGM 100:2008. *Evaluation of measurement data: guide to the expression of
       uncertainty in measurement*, 5.1.

    Examples
    --------
    >>> speed = Given("link:L1", "speed", "km/h", Range(50.0, 40.0, 50.0), "", True)
    >>> print(weigh(lambda km, speed: km / speed, {"speed": speed}, km=100.0))
    2 (2 to 2.5)
    """
    central = {name: each.range.value for name, each in given.items()}
    value = float(formula(**central, **fixed))
    if all(each.range.low == each.range.high for each in given.values()):
        return Range.exact(value)
    down = up = 0.0
    worst, best = dict(central), dict(central)
    for name, each in given.items():
        for end in (each.range.low, each.range.high):
            if end == each.range.value:
                continue
            moved = _tried(formula, {**central, **fixed, name: end}, value) - value
            if moved < 0:
                worst[name], down = end, down + moved**2
            elif moved > 0:
                best[name], up = end, up + moved**2
    # sums of squares may lead past what all inputs at their ends come to
    least = _tried(formula, {**worst, **fixed}, -np.inf)
    most = _tried(formula, {**best, **fixed}, np.inf)
    return Range(
        value,
        max(value - down**0.5, min(least, value)),
        min(value + up**0.5, max(most, value)),
    )


def _tried(
    formula: Callable[..., float], figures: Mapping[str, float], otherwise: float
) -> float:
    """Return what a formula comes to; another figure where an end cannot be."""
    try:
        return float(formula(**figures))
    except QuestionError:
        return otherwise
