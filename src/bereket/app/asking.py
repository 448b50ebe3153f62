"""Options of a question to a model: the scenario, the date, who asks, what changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bereket.app.output import Command
from bereket.errors import ScenarioError
from bereket.io.scenarios import read_scenario
from bereket.model.calendar import as_day
from bereket.model.changes import SetValue
from bereket.model.model import Model
from bereket.model.plan import DoMeasures, Plan, ScenarioFile, Step, planned
from bereket.model.reference import parse_change
from bereket.model.scenario import BASELINE

SET_HERE = "as set on the command line"


def plan_of(model: Model, path: str, asked: Mapping[str, Any]) -> Plan:
    """Make what was asked a scenario of the model, with its date.

    Parameters
    ----------
    model : Model
        The model asked.
    path : str
        Where it was read; its scenarios lie there.
    asked : mapping
        Options by name: `scenario`, `measures`, `changes`, `as_of`, `year`.

    Returns
    -------
    Plan
        The changes of the scenario file, then the measures, then what is set; notes are
        warnings of the answer. Its `as_of` is empty where the model's date holds.

    Raises
    ------
    ScenarioError
        When there is no such scenario, something does not fit the model, or date and
        year are both asked for.

    Notes
    -----
    A date or a year asked for wins over that of the scenario, and the answer says so.
    """
    name = asked["scenario"]
    written = read_scenario(path, name) if name else ScenarioFile(BASELINE.name)
    as_of, year = asked["as_of"], asked["year"]
    notes = []
    if as_of and year is not None:
        msg = "--as-of and --year are both given; a question has a date or a year"
        raise ScenarioError(msg)
    own = written.day
    if as_of or year is not None:
        written = replace(written, as_of=as_of, year=year)
        if own and as_day(own) != as_day(written.day):
            notes.append(
                f"asked for {written.day}; the scenario {name} is made for {own}"
            )
    steps = (*written.steps, *_own_steps(asked["measures"], asked["changes"]))
    titles = _titles(name, asked["measures"], asked["changes"])
    titled = replace(written, name=" + ".join(titles) or BASELINE.name, steps=steps)
    plan = planned(model, titled)
    return replace(plan, notes=(*notes, *plan.notes))


def asking_options(command: Command) -> Command:
    """Add the options of a question to a model."""
    for option in (
        click.option(
            "--set",
            "changes",
            multiple=True,
            metavar="REF.column=value",
            help="Change a cell first; repeat.",
        ),
        click.option(
            "--measure",
            "measures",
            multiple=True,
            metavar="ID",
            help="Do a measure first, and what it needs; repeat.",
        ),
        click.option(
            "--scenario",
            default="",
            metavar="NAME",
            help="Ask under MODEL/scenarios/NAME.toml.",
        ),
        click.option(
            "--party", default="", metavar="CLASS", help="Party class that asks."
        ),
        click.option(
            "--year",
            type=click.IntRange(1900, 2200),
            metavar="YEAR",
            help="Year in place of a date: its first of July.",
        ),
        click.option(
            "--as-of",
            "as_of",
            default="",
            metavar="DATE",
            help="Date; else the scenario's, or the model's.",
        ),
    ):
        command = option(command)
    return command


def _own_steps(measures: Sequence[str], changes: Sequence[str]) -> list[Step]:
    """Return what the command line itself says to do.

    Raises
    ------
    ScenarioError
        With every text that is no change.
    """
    steps = [Step(DoMeasures(tuple(measures)))] if measures else []
    faults = []
    for text in changes:
        try:
            steps.append(Step(SetValue(*parse_change(text))))
        except ScenarioError as fault:
            faults.append(str(fault))
    if faults:
        raise ScenarioError("\n".join(faults))
    return steps


def _titles(name: str, measures: Sequence[str], changes: Sequence[str]) -> list[str]:
    """Return what the scenario is called by, part by part."""
    stem = Path(name).stem
    noun = "measure" if len(measures) == 1 else "measures"
    done = f"{noun} {', '.join(measures)}" if measures else ""
    return [part for part in (stem, done, SET_HERE if changes else "") if part]
