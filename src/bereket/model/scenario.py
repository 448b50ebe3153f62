"""A scenario: an ordered tuple of typed changes, applied to a copy of the model."""

from dataclasses import dataclass
from typing import Final

from bereket.errors import ScenarioError
from bereket.model.changes import Change, SetValue, is_plain, with_changes
from bereket.model.model import Model
from bereket.model.validate import validate
from bereket.schema import INTERVAL_SUFFIXES, TABLE_NAMES, interval_base


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named, ordered list of changes on a base.

    Attributes
    ----------
    name : str
        What it is called.
    changes : tuple of Change
        What it changes, in order; a later change of the same cell wins.
    """

    name: str
    changes: tuple[Change, ...] = ()


LOW, HIGH = INTERVAL_SUFFIXES
EFFECTS: Final = "measure_effect"
BASELINE = Scenario("baseline")


def apply(model: Model, scenario: Scenario) -> Model:
    """Return a copy of the model with a scenario's changes.

    Parameters
    ----------
    model : Model
        The base; it is not altered.
    scenario : Scenario
        The changes.

    Returns
    -------
    Model
        The changed model; the base itself where there is nothing to change.

    Raises
    ------
    ScenarioError
        When a change names a row, a column or a value that cannot be.

    Examples
    --------
    >>> import numpy as np
    >>> from bereket.model.changes import SetValue
    >>> from bereket.model.model import Table
    >>> from bereket.model.reference import RowReference
    >>> fx = Table("fx", {"currency": np.array(["KZT"], dtype=object),
    ...                   "usd_per_unit": np.array([0.002])})
    >>> change = SetValue(RowReference("fx", ("KZT",)), "usd_per_unit", "0.0019")
    >>> changed = apply(Model("m", {"fx": fx}), Scenario("weak", (change,)))
    >>> [float(m["fx"].number("usd_per_unit")[0]) for m in (changed, {"fx": fx})]
    [0.0019, 0.002]
    """
    changed = with_changes(model, scenario.changes)
    if all(is_plain(each) or _is_bound(changed, each) for each in scenario.changes):
        return changed
    told = _held(scenario)
    before = set(validate(model, frozenset(model.tables) & told).faults)
    after = validate(changed, frozenset(changed.tables) & told).faults
    fresh = [str(issue) for issue in after if issue not in before]
    if fresh:
        said = "; ".join(map(str, scenario.changes))
        msg = f"{said} would break the model: {'; '.join(fresh)}"
        raise ScenarioError(msg)
    return changed


def _is_bound(changed: Model, change: Change) -> bool:
    """Whether a change sets a bound, and the figure lies within its bounds after it."""
    if not isinstance(change, SetValue):
        return False
    table, base = changed[change.reference.table], interval_base(change.column)
    if base not in table.schema.fields:
        return False
    rows = list(table.row_of[change.reference.key])
    low, central, high = (
        table.number(column)[rows] for column in (base + LOW, base, base + HIGH)
    )
    return not bool(((low > central) | (central > high) | (low > high)).any())


def _held(scenario: Scenario) -> frozenset[str]:
    """Return the tables whose rules a changed model must keep.

    Notes
    -----
    A measure that is done cannot be done again, so that its effects do not fit the
    changed model; they are not held against it, unless they are what is changed.
    """
    touched = {change.reference.table for change in scenario.changes}
    return frozenset(TABLE_NAMES) - (frozenset({EFFECTS}) - touched)
