"""What differs between two pieces of plain data, row by row, with units kept."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any, Final, Literal

from bereket.schema import LIST_SEPARATOR
from bereket.units import unit_of

Part = Literal["asked", "changed", "added", "removed"]
Scalar = str | float | bool | None

SAME: Final = 1e-9  # of a figure; the same parts summed in another order
# What a row of a list is known by, the surest first.
LABELS: Final = (
    *("reference", "element", "elements", "links", "origin", "destination"),
    *("commodity", "table", "row", "column", "rule", "kind", "lever", "name"),
    *("month", "year", "direction", "rung"),
)
LABELS_JOINED: Final = 3
LIST_SHOWN: Final = 3
PLACE: Final = "place in the list"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same in two answers.

    Attributes
    ----------
    part : {"asked", "changed", "added", "removed"}
        What was asked, a value that changed, or a row that came or went.
    where : str
        Lists and rows that lead to it; empty at the top.
    name : str
        Name of the value, or what the row is known by.
    unit : str
        Unit, from the name; may be empty.
    before, after : text, figure, truth value or None
        Values in the two answers; of a row that came or went its first figures.
    depth : int
        Lists that lead to it.
    """

    part: Part
    where: str
    name: str
    unit: str
    before: Scalar
    after: Scalar
    depth: int = 0

    @property
    def difference(self) -> float | None:
        """How much more the second answer says, where both are figures."""
        if is_figure(self.before) and is_figure(self.after):
            return float(self.after) - float(self.before)  # type: ignore[arg-type]
        return None

    @property
    def percent(self) -> float | None:
        """The difference in per cent of the first figure, where that is not 0."""
        if self.difference is None or not self.before:
            return None
        return 100.0 * self.difference / abs(float(self.before))

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as plain data."""
        told = asdict(self) | {"difference": self.difference, "percent": self.percent}
        del told["depth"]
        return told


def differences_of(
    where: str, name: str, before: object, after: object, depth: int = 0
) -> Iterator[Difference]:
    """Give what differs between two values under one name.

    Parameters
    ----------
    where : str
        What leads to the values.
    name : str
        Their name, whose ending is their unit; may be empty.
    before, after : object
        Plain data: mappings, lists, texts, figures.
    depth : int
        Lists that lead to them.

    Yields
    ------
    Difference
        In the order of the data; rows that went before those that stayed or came.

    Examples
    --------
    >>> before, after = {"legs": [], "time_h": 5.0}, {"legs": [], "time_h": 4.0}
    >>> [(d.name, d.unit, d.difference) for d in differences_of("", "", before, after)]
    [('time_h', 'h', -1.0)]
    """
    before, after = _filled(before, after), _filled(after, before)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        path, unit = _joined(where, name), unit_of(name)
        for key in dict.fromkeys((*before, *after)):
            for each in differences_of(
                path, key, before.get(key), after.get(key), depth
            ):
                is_own = each.depth == depth and each.difference is not None
                yield replace(each, unit=each.unit or unit) if is_own else each
    elif isinstance(before, list) and isinstance(after, list):
        is_table = all(isinstance(each, Mapping) for each in (*before, *after))
        if is_table and before + after:
            yield from _of_rows(_joined(where, name), before, after, depth + 1)
        else:
            yield from _of_lists(where, name, before, after, depth)
    elif not _is_same(before, after):
        values = (_plain(before), _plain(after))
        unit = unit_of(name) if is_figure(before) or is_figure(after) else ""
        yield Difference("changed", where, name, unit, *values, depth)


def _of_rows(
    where: str, before: list[Any], after: list[Any], depth: int
) -> Iterator[Difference]:
    """Give what differs between two lists of rows."""
    labels = _labels(before, after)
    old, new = _keyed(before, labels), _keyed(after, labels)
    named = _names((*old, *new))
    for key, row in old.items():
        if key not in new:
            yield Difference("removed", where, named[key], "", _told(row), None, depth)
    kept = [key for key in old if key in new]
    order = [key for key in new if key in old]
    for key, row in new.items():
        if key not in old:
            yield Difference("added", where, named[key], "", None, _told(row), depth)
            continue
        path = f"{where} {named[key]}"
        if kept.index(key) != order.index(key):
            places = (list(old).index(key) + 1, list(new).index(key) + 1)
            yield Difference("changed", path, PLACE, "", *places, depth)
        yield from differences_of(path, "", old[key], row, depth)


def _of_lists(
    where: str, name: str, before: list[Any], after: list[Any], depth: int
) -> Iterator[Difference]:
    """Give what came into a list of plain values, and what left it."""
    gone = [each for each in before if each not in after]
    fresh = [each for each in after if each not in before]
    path = _joined(where, name)
    for each in gone:
        yield Difference("removed", path, str(_plain(each)), "", None, None, depth)
    for each in fresh:
        yield Difference("added", path, str(_plain(each)), "", None, None, depth)
    if not gone and not fresh and before != after:
        values = (_plain(before), _plain(after))
        yield Difference("changed", where, name, "", *values, depth)


def _labels(before: list[Any], after: list[Any]) -> tuple[str, ...]:
    """Return the smallest set of labels that names every row of both lists."""
    rows = (*before, *after)
    shared = [key for key in rows[0] if all(key in row for row in rows)]
    able = [key for key in shared if key.endswith("_id")]
    able += [key for key in LABELS if key in shared]
    for size in range(1, LABELS_JOINED + 1):
        for chosen in combinations(able, size):
            if all(_is_unique(each, chosen) for each in (before, after)):
                return chosen
    return tuple(able[:LABELS_JOINED])


def _is_unique(rows: list[Any], labels: tuple[str, ...]) -> bool:
    return len({_key(row, labels) for row in rows}) == len(rows)


def _key(row: Mapping[str, Any], labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(_plain(row[label])) for label in labels)


def _keyed(
    rows: list[Any], labels: tuple[str, ...]
) -> dict[tuple[str, ...], Mapping[str, Any]]:
    """Return rows by their labels; of equal ones each but the first has a number."""
    keyed: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for row in rows:
        key = _key(row, labels)
        equal = sum(known[: len(labels)] == key for known in keyed)
        keyed[(*key, f"no. {equal + 1}") if equal or not labels else key] = row
    return keyed


def _names(keys: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Return what rows are called: their labels, long lists by their ends."""
    named: dict[tuple[str, ...], str] = {}
    for key in dict.fromkeys(keys):
        name = ", ".join(_shortened(label) for label in key if label)
        equal = sum(other.split(" no. ")[0] == name for other in named.values())
        named[key] = f"{name} no. {equal + 1}" if equal else name
    return named


def _shortened(label: str) -> str:
    parts = label.split(LIST_SEPARATOR)
    if len(parts) <= LIST_SHOWN:
        return label
    return f"{parts[0]} … {parts[-1]} ({len(parts)})"


def _told(row: Mapping[str, Any]) -> str:
    """Return the first figures of a row that have a unit."""
    told = [
        f"{name} {value:,.6g}"
        for name, value in row.items()
        if is_figure(value) and unit_of(name)
    ]
    return ", ".join(told[:LIST_SHOWN])


def _filled(value: object, other: object) -> object:
    """Return nothing as an empty list or mapping where the other answer has one."""
    if value is None and isinstance(other, Mapping):
        return {}
    return [] if value is None and isinstance(other, list) else value


def is_figure(value: object) -> bool:
    """Whether a value is a figure; a truth value is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_same(before: object, after: object) -> bool:
    if is_figure(before) and is_figure(after):
        return math.isclose(before, after, rel_tol=SAME, abs_tol=0.0)  # type: ignore[arg-type]
    return type(before) is type(after) and before == after


def _plain(value: object) -> Scalar:
    if isinstance(value, list):
        return LIST_SEPARATOR.join(str(_plain(each)) for each in value)
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return json.dumps(value, ensure_ascii=False)


def _joined(where: str, name: str) -> str:
    return f"{where}, {name}" if where and name else where or name
