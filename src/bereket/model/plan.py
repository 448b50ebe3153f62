"""A scenario as it is written, and what it is once it has met a model."""

from dataclasses import dataclass

from bereket.errors import Issue, ScenarioError
from bereket.model.calendar import as_day
from bereket.model.changes import Change, with_changes
from bereket.model.measures import End, measure_changes
from bereket.model.model import Model
from bereket.model.scenario import Scenario, apply

FITS = "must fit the model"
MIDDLE_OF_YEAR = "07-01"  # see docs/adr/0021-a-year-is-its-first-of-july.md


@dataclass(frozen=True, slots=True)
class DoMeasures:
    """Do measures of the model.

    Attributes
    ----------
    measure_ids : tuple of str
        Rows of table `measure`; what they need is done before them.
    """

    measure_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a scenario does, and where it is written.

    Attributes
    ----------
    does : Change or DoMeasures
        What it does.
    file, entry : str
        File and entry of it, such as ``scenarios/dry.toml`` and ``change 2``; empty
        where it comes from no file.
    """

    does: Change | DoMeasures
    file: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A scenario as it is written, its parents' steps first.

    Attributes
    ----------
    name : str
        What it is asked for by: the name of its file without ending.
    title, description : str
        What it says of itself; may be empty.
    as_of : str
        Its date; empty where it states none.
    year : int or None
        Its year; a scenario has a date or a year, not both.
    steps : tuple of Step
        What it does, in order.
    """

    name: str
    title: str = ""
    description: str = ""
    as_of: str = ""
    year: int | None = None
    steps: tuple[Step, ...] = ()

    @property
    def day(self) -> str:
        """The date it is asked for: its own, or the first of July of its year."""
        return self.as_of if self.year is None else f"{self.year}-{MIDDLE_OF_YEAR}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario that fits a model, ready to be asked.

    Attributes
    ----------
    scenario : Scenario
        All changes, those of measures among them, in order.
    as_of : str
        The date it is asked for; empty = the model's base date.
    year : int or None
        The year it is asked for, where it is one.
    measure_ids : tuple of str
        Measures that it does, in order, with those that they need.
    notes : tuple of str
        What has no effect, what was added, which date won.
    """

    scenario: Scenario
    as_of: str = ""
    year: int | None = None
    measure_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def planned(model: Model, written: ScenarioFile, end: End = "central") -> Plan:
    """Make a scenario's steps changes of a model.

    Parameters
    ----------
    model : Model
        The base; it is not altered.
    written : ScenarioFile
        The scenario as it is written.
    end : {"central", "low", "high"}
        Which end of the effects of measures is taken.

    Returns
    -------
    Plan
        The scenario, its date, and what is to be said of it.

    Raises
    ------
    ScenarioError
        When a step does not fit the model, or measures contradict each other; every
        fault on a line of its own.

    Examples
    --------
    >>> from bereket import blank_model
    >>> more = ScenarioFile("more_loops", steps=(Step(DoMeasures(("loops",))),))
    >>> plan = planned(blank_model(), more)
    >>> plan.scenario.name, *map(str, plan.scenario.changes)
    ('more_loops', 'link:L3.section_max_km=14')
    """
    plan, faults = _met(model, written, end)
    if faults:
        told = (
            f"{step.file}, {step.entry}: {said}" if step.file else said
            for step, said in faults
        )
        raise ScenarioError("\n".join(told))
    return plan


def misfits(model: Model, written: ScenarioFile) -> tuple[Issue, ...]:
    """Return what keeps a scenario from being asked of a model.

    Parameters
    ----------
    model : Model
        A model without fault.
    written : ScenarioFile
        The scenario as it is written.

    Returns
    -------
    tuple of Issue
        Steps that do not fit; or the rules that the changed model would break.
    """
    plan, faults = _met(model, written, "central")
    if faults:
        return tuple(
            Issue(step.file, (), step.entry, FITS, said) for step, said in faults
        )
    try:
        apply(model, plan.scenario)
    except ScenarioError as fault:
        file = written.steps[-1].file
        return (Issue(file, (), "", "must leave a model without fault", str(fault)),)
    return ()


def _met(
    model: Model, written: ScenarioFile, end: End
) -> tuple[Plan, list[tuple[Step, str]]]:
    """Take the steps one after the other; return the plan and what did not fit."""
    day = as_day(written.day or model.config("base_date"))
    changes: list[Change] = []
    done: list[str] = []
    notes: list[str] = []
    faults: list[tuple[Step, str]] = []
    for step in written.steps:
        try:
            if isinstance(step.does, DoMeasures):
                ids = step.does.measure_ids
                works = measure_changes(model, ids, end, day, done)
                model = works.model
                changes.extend(works.changes)
                done.extend(works.measure_ids)
                notes.extend(works.notes)
            else:
                model = with_changes(model, (step.does,))
                changes.append(step.does)
        except ScenarioError as fault:
            faults.extend((step, said) for said in str(fault).splitlines())
    plan = Plan(
        Scenario(written.name, tuple(changes)),
        written.day,
        written.year,
        tuple(done),
        tuple(notes),
    )
    return plan, faults
