"""Errors raised by the package; every one derives from `BereketError`.

::

    BereketError
    ├── ExtraError        a library of an optional part is not installed
    ├── ModelError        the folder breaks rules; holds every Issue, not the first
    ├── QuestionError     the question names something the model does not hold
    ├── ScenarioError     a change names something that is not there
    └── UnitError         unknown or mixed unit
"""

from dataclasses import dataclass

ROWS_SHOWN = 3


class BereketError(Exception):
    """Base of every error this package raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """One thing found in a model folder: a fault, or advice.

    Attributes
    ----------
    table : str
        Table name, such as ``link``.
    rows : tuple of int
        Row numbers in the file, header = 1; empty where the whole table is meant.
    field : str
        Column name; empty where the whole row or table is meant.
    rule : str
        What must hold.
    found : str
        What was there instead.
    """

    table: str
    rows: tuple[int, ...]
    field: str
    rule: str
    found: str

    def __str__(self) -> str:
        """Return one line a person can act on.

        Examples
        --------
        >>> print(Issue("link", (14,), "length_km", "must be 0 or more", "-3"))
        link row 14, length_km: must be 0 or more; found -3
        >>> print(Issue("border", (), "", "the table must be there", "no file"))
        border: the table must be there; found no file
        """
        head = self.table
        if self.rows:
            noun = "row" if len(self.rows) == 1 else "rows"
            head += f" {noun} {', '.join(map(str, self.rows[:ROWS_SHOWN]))}"
        if len(self.rows) > ROWS_SHOWN:
            head += f" and {len(self.rows) - ROWS_SHOWN} more"
        if self.field:
            head += f", {self.field}"
        return f"{head}: {self.rule}; found {self.found}"


class ModelError(BereketError):
    """A model folder breaks one or more rules; all faults are listed together."""

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        self.issues = issues
        noun = "fault" if len(issues) == 1 else "faults"
        super().__init__(
            "\n".join([f"{len(issues)} {noun} in the model", *map(str, issues)])
        )


class ExtraError(BereketError):
    """A library that an optional part needs is not installed."""


class QuestionError(BereketError):
    """A question names something that the model does not hold."""


class ScenarioError(BereketError):
    """A change of a scenario names something that is not there."""


class UnitError(BereketError):
    """A unit is unknown, or two that do not mix were mixed."""
