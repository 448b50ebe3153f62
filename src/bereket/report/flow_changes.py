"""What differs between two assignments: who goes where, what is full, what stays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bereket.report.differences import is_figure

VERB: Final = "assign"
# Of an answer, how it was found: no two runs share these, and nothing follows from it.
HOW_FOUND: Final = (
    *("convergence", "iterations", "solve_s", "relative_gap", "violation"),
    "average_excess_usd_per_t",
)
PRECISION: Final = ("relative_gap", "violation")
ROUGHEST: Final = 0.01  # an answer that missed its limits by more is still compared
LEAST: Final = 1e-6  # of a figure; flows are never exact to more
TOTALS: Final = (("wanted", "demand"), ("goes", "served"), ("stays", "unserved"))


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in two answers.

    Attributes
    ----------
    name : str
        What it is of.
    before, after : float or None
        The figure; None where the answer does not hold it.
    """

    name: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float:
        """How much more the second answer says; what is missing counts as 0."""
        return (self.after or 0.0) - (self.before or 0.0)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        figures = {"before": self.before, "after": self.after}
        return {"name": self.name} | figures | {"difference": self.difference}


@dataclass(frozen=True, slots=True)
class FlowChanges:
    """What differs between two assignments, the largest change of each list first.

    Attributes
    ----------
    totals_t_per_year : tuple of Change
        What is wanted, goes, stays; all three.
    corridors_t_per_year : tuple of Change
        Corridors that carry more or less.
    full_usd_per_t : tuple of Change
        What is full, by price; None where it is not.
    stays_t_per_year : tuple of Change
        Flows that do not go, by their ends and cargo; None where all of one goes.
    """

    totals_t_per_year: tuple[Change, ...]
    corridors_t_per_year: tuple[Change, ...]
    full_usd_per_t: tuple[Change, ...]
    stays_t_per_year: tuple[Change, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the changes as plain data."""
        return {
            name: [each.as_dict() for each in getattr(self, name)]
            for name in self.__slots__
        }


def flow_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> FlowChanges:
    """Compare the results of two assignments.

    Parameters
    ----------
    before, after : mapping
        Results as plain data, as ``--format json`` writes them.

    Returns
    -------
    FlowChanges
        Changes larger than what the answers are exact to (`precision_of`).

    Examples
    --------
    >>> one = {"corridors": [{"corridor_id": "kti", "t_per_year": 7e5}]}
    >>> two = {"corridors": [{"corridor_id": "kti", "t_per_year": 9e5}]}
    >>> found = flow_changes(one, two)
    >>> [(each.name, each.difference) for each in found.corridors_t_per_year]
    [('kti', 200000.0)]
    """
    both, least = (before, after), precision_of(before, after)

    def changes(
        table: str, column: str, name: Callable[[Mapping[str, Any]], str]
    ) -> tuple[Change, ...]:
        old, new = (_figures(each.get(table), column, name) for each in both)
        found = [
            Change(key, old.get(key), new.get(key))
            for key in dict.fromkeys((*old, *new))
        ]
        told = [each for each in found if is_beyond(each.before, each.after, least)]
        return tuple(sorted(told, key=lambda each: -abs(each.difference)))

    return FlowChanges(
        totals_t_per_year=tuple(
            Change(word, _figure(before.get(key)), _figure(after.get(key)))
            for word, key in TOTALS
        ),
        corridors_t_per_year=changes("corridors", "t_per_year", _corridor),
        full_usd_per_t=changes("scarcity", "price_usd_per_t", _element),
        stays_t_per_year=changes("unserved_pairs", "amount_per_year", _pair),
    )


def precision_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> float:
    """Return the share of a figure below which two assignments do not differ.

    Returns
    -------
    float
        The larger of their gaps and of what they miss their limits by.
    """
    told = [_figure(each.get(key)) for each in (before, after) for key in PRECISION]
    return min(ROUGHEST, max([LEAST, *(each for each in told if each is not None)]))


def is_beyond(before: object, after: object, least: float) -> bool:
    """Whether two values differ by more than a share of the larger one."""
    if not (is_figure(before) and is_figure(after)):
        return before != after
    one, two = float(before), float(after)  # type: ignore[arg-type]
    return abs(two - one) > least * max(abs(one), abs(two))


def _figures(
    rows: object, column: str, name: Callable[[Mapping[str, Any]], str]
) -> dict[str, float]:
    """Return a column of a table by what its rows are called; rows alike are summed."""
    found: dict[str, float] = {}
    for row in rows if isinstance(rows, list) else ():
        value = _figure(row.get(column)) if isinstance(row, Mapping) else None
        if value is not None:
            key = name(row)
            found[key] = found.get(key, 0.0) + value
    return found


def _figure(value: object) -> float | None:
    return float(value) if is_figure(value) else None  # type: ignore[arg-type]


def _corridor(row: Mapping[str, Any]) -> str:
    return str(row.get("corridor_id", ""))


def _element(row: Mapping[str, Any]) -> str:
    told = (row.get("element"), row.get("name"), row.get("direction"))
    return " ".join(str(each) for each in told if each)


def _pair(row: Mapping[str, Any]) -> str:
    ends = f"{row.get('origin_id', '')} > {row.get('destination_id', '')}"
    return f"{row.get('class_id', '')} {ends}".strip()
