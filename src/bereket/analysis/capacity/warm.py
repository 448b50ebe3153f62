"""A question that starts from an earlier answer: only capacities have changed."""

from dataclasses import replace

from bereket.analysis.capacity.programme import (
    Programme,
    after_works,
    programme_of,
)
from bereket.analysis.capacity.result import CapacityResult
from bereket.compiled.capacities import affected, moves_capacity_alone, resizing
from bereket.model.measures import Works
from bereket.model.model import Model
from bereket.model.result import Stamp
from bereket.model.scenario import Scenario


def programme_from(
    start: CapacityResult | None, stamp: Stamp, scenario: Scenario, changed: Model
) -> Programme | None:
    """Return the programme of an earlier answer, changed; None where it cannot be.

    Parameters
    ----------
    start : CapacityResult or None
        The earlier answer.
    stamp : Stamp
        What is asked now.
    scenario : Scenario
        Its changes.
    changed : Model
        The model with them.

    Returns
    -------
    Programme or None
        None where model, date or params are others, or where the changes since move
        more than capacities.
    """
    if start is None or start.programme is None:
        return None
    before = start.stamp
    same = ("model_hash", "as_of", "params")
    if any(getattr(before, name) != getattr(stamp, name) for name in same):
        return None
    count = len(before.changes)
    fresh = scenario.changes[count:]
    if stamp.changes[:count] != before.changes:
        return None
    if not all(map(moves_capacity_alone, fresh)):
        return None
    works = Works((), fresh, (), changed)
    return _changed(start.programme, works)


def _changed(programme: Programme, works: Works) -> Programme:
    """Return the programme after changes of capacities; anew where trains resize."""
    if not resizing(works.changes):
        return after_works(programme, works)
    graph = replace(programme.graph, model=works.model)
    moved = set(affected(works.model, works.changes))
    derived = programme.room.derived
    known = {row: each for row, each in derived.items() if row not in moved}
    return programme_of(
        graph, programme.streams, programme.closed, known, programme.laid_on
    )
