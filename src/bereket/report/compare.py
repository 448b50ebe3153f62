"""What differs between two answers to one question: only what changed, units kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.errors import BereketError
from bereket.model.result import Stamp
from bereket.report.differences import (
    PLACE,
    Difference,
    Part,
    differences_of,
    is_figure,
)
from bereket.report.flow_changes import (
    HOW_FOUND,
    VERB,
    FlowChanges,
    flow_changes,
    is_beyond,
    precision_of,
)

if TYPE_CHECKING:
    import pandas as pd

# Of a stamp, in the order in which a reader asks; when it was made always differs.
ASKED: Final = (
    *("model", "model_version", "model_hash", "scenario", "changes", "as_of", "params"),
    *("seed", "package_version"),
)
# Of a stamp, what the answer itself came to; most results hold it too.
ANSWERED: Final = ("status", "regimes", "assumed_share")
DATE: Final = "as_of"  # stands in the stamp; answers and their options repeat it
FIRST_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two answers.

    Attributes
    ----------
    question : str
        The verb that both answer.
    differences : tuple of Difference
        What was asked first, then the answer from top to bottom.
    stamp : Stamp
        Of the comparison; its params are the stamps of both answers.
    flows : FlowChanges or None
        Of two assignments, who goes where; None of other questions.
    """

    question: str
    differences: tuple[Difference, ...]
    stamp: Stamp
    flows: FlowChanges | None = None

    def of(self, part: Part) -> tuple[Difference, ...]:
        """Return the differences of one part."""
        return tuple(each for each in self.differences if each.part == part)

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        parts: tuple[Part, ...] = ("asked", "changed", "added", "removed")
        flows = {"flows": self.flows.as_dict()} if self.flows else {}
        return {
            "question": self.question,
            "is_same": not self.differences,
            **{part: [each.as_dict() for each in self.of(part)] for part in parts},
            **flows,
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a difference."""
        return [each.as_dict() for each in self.differences]

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a difference."""
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=list(COLUMNS))

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return every table of the comparison by name."""
        return MappingProxyType({"differences": self.to_frame()})

    def summary(self) -> str:
        """Return the headline and the first differences, the stamp last."""
        shown = [
            f"{d.where} {d.name}: {d.before} > {d.after} {d.unit}".strip()
            for d in self.differences[:FIRST_SHOWN]
        ]
        return "\n".join([headline(self), *shown, self.stamp.line()])


COLUMNS: Final = (
    *("part", "where", "name", "unit", "before", "after", "difference", "percent"),
)


def compare(before: object, after: object) -> Comparison:
    """Compare two saved answers to the same question.

    Parameters
    ----------
    before, after : object
        Answers as plain data, as ``--format json`` writes them.

    Returns
    -------
    Comparison
        What differs: of what was asked, of the values, of the rows.

    Raises
    ------
    BereketError
        When one is no answer, or they answer different questions.

    Notes
    -----
    Rows of lists are matched by the smallest set of labels (`_id` columns first) that
    names every row in both lists; where none does, equal labels are matched in their
    order. A row's place is told only where rows that both lists have changed order.
    Figures that differ by less than a billionth count as the same; of assignments those
    that differ by less than their gap and what they miss their limits by, and how they
    were found is left out.

    Examples
    --------
    >>> stamp = {"question": "corridors", "scenario": "baseline"}
    >>> one = {"result": {"corridors": [{"corridor_id": "kti", "usd_per_t": 80.0}]}}
    >>> two = {"result": {"corridors": [{"corridor_id": "kti", "usd_per_t": 60.0}]}}
    >>> found = compare(one | {"stamp": stamp}, two | {"stamp": stamp})
    >>> (told,) = found.differences
    >>> told.where, told.name, told.unit, told.difference, told.percent
    ('corridors kti', 'usd_per_t', 'USD/t', -20.0, -25.0)
    """
    faults = [
        f"the {which} answer {fault}"
        for which, each in (("first", before), ("second", after))
        if (fault := answer_fault(each))
    ]
    if faults:
        raise BereketError("\n".join(faults))
    first, second = _mapping(before), _mapping(after)
    stamps = [_mapping(each["stamp"]) for each in (first, second)]
    verbs = [str(each["question"]) for each in stamps]
    if verbs[0] != verbs[1]:
        msg = f"the answers are to different questions: {verbs[0]} and {verbs[1]}"
        raise BereketError(msg)
    results = [_mapping(each["result"]) for each in (first, second)]
    old, new = ({k: v for k, v in r.items() if k != DATE} for r in results)
    said = first.get("warnings", []), second.get("warnings", [])
    for key in ANSWERED:
        if key not in old and key not in new:
            old[key], new[key] = (stamp.get(key) for stamp in stamps)
    flows = flow_changes(*results) if verbs[0] == VERB else None
    if flows:
        old, new = (_of_assign(each) for each in (old, new))
    told = differences_of("", "", old, new)
    differences = (
        *_asked(stamps[0], stamps[1]),
        *(_beyond(told, precision_of(*results)) if flows else told),
        *differences_of("", "warnings", *said),
    )
    return Comparison(verbs[0], differences, _stamp(stamps[0], stamps[1]), flows)


def headline(found: Comparison) -> str:
    """Return in one line how much differs."""
    changed, added, removed = (
        len(found.of(part)) for part in ("changed", "added", "removed")
    )
    if not changed + added + removed:
        return f"{found.question}: both answers say the same"
    values = "value" if changed == 1 else "values"
    return (
        f"{found.question}: {changed:,} {values} changed, {added:,} came, "
        f"{removed:,} went"
    )


def answer_fault(saved: object) -> str:
    """Say why plain data are no answer, or return an empty text.

    Examples
    --------
    >>> answer_fault([1, 2])
    'is no answer: it has no result and no stamp'
    """
    if not isinstance(saved, Mapping) or not {"result", "stamp"} <= set(saved):
        return "is no answer: it has no result and no stamp"
    if saved["result"] is None and saved.get("errors"):
        return "says only why its question could not be answered"
    stamp = saved["stamp"]
    if not isinstance(stamp, Mapping) or not isinstance(stamp.get("question"), str):
        return "is no answer: its stamp names no question"
    if not isinstance(saved["result"], Mapping):
        return "is no answer: its result holds no values"
    return ""


def _asked(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Give what the two questions do not share: model, scenario, date, options."""
    for key in ASKED:
        for each in differences_of("", key, before.get(key), after.get(key)):
            if each.part != "changed":  # a change or an order that only one has
                values = (
                    (None, each.name) if each.part == "added" else (each.name, None)
                )
                yield Difference("asked", "", each.where, "", *values)
            elif (each.where, each.name) != ("params", DATE):
                yield replace(each, part="asked")


def _of_assign(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an assignment without how it was found."""
    return {key: value for key, value in answer.items() if key not in HOW_FOUND}


def _beyond(told: Iterator[Difference], least: float) -> Iterator[Difference]:
    """Give what differs by more than both assignments are exact to.

    Their rows are ranked by size, so that a place in a list tells nothing more.
    """
    for each in told:
        is_place = each.part == "changed" and each.name == PLACE
        is_near = is_figure(each.before) and not is_beyond(
            each.before, each.after, least
        )
        if not (is_place or is_near):
            yield each


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _stamp(before: Mapping[str, Any], after: Mapping[str, Any]) -> Stamp:
    """Return the stamp of a comparison: the second answer's, both in its params."""
    scenarios = dict.fromkeys(str(s.get("scenario", "")) for s in (before, after))
    days = dict.fromkeys(str(s.get("as_of", "")) for s in (before, after))
    return Stamp(
        "compare",
        model=str(after.get("model", "")),
        model_version=str(after.get("model_version", "")),
        model_hash=str(after.get("model_hash", "")),
        scenario=" > ".join(scenarios),
        changes=tuple(map(str, after.get("changes", ()))),
        as_of=" > ".join(days),
        params={"before": dict(before), "after": dict(after)},
        status="answered",
    )
