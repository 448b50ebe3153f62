"""The questions: strings only, so that a verb's module is imported when it is asked."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Question:
    """One verb of the terminal.

    Attributes
    ----------
    verb : str
        What a planner types.
    command : str
        ``module:object`` of the command, asked for when the verb is.
    function : str
        ``module:object`` of the function behind it; empty where there is none.
    line : str
        One line of help.
    """

    verb: str
    command: str
    function: str
    line: str


QUESTIONS: Final = (
    Question(
        "demo",
        "bereket.app.demo:demo",
        "bereket.studies.demo:demo",
        "Check the reference model, and show ways and capacities of its corridors.",
    ),
    Question(
        "check",
        "bereket.app.tables:check",
        "bereket.studies.check:check",
        "List every fault of a model, its rows by quality, and the defaults used.",
    ),
    Question(
        "new",
        "bereket.app.tables:new",
        "bereket.io.folder:blank_model",
        "Write a small example model, to be filled with one's own rows.",
    ),
    Question(
        "show",
        "bereket.app.tables:show",
        "bereket.studies.show:show",
        "Show a row, what joins it, how its figures arise, and its sources.",
    ),
    Question(
        "import",
        "bereket.app.importing:importing",
        "bereket.io:write_model",
        "Make a model of other people's files: a GMNS network, a real rail network.",
    ),
    Question(
        "export",
        "bereket.app.exporting:export",
        "bereket.io:write_model",
        "Write a model in another format: Excel, Parquet, GMNS, GeoJSON, GeoPackage.",
    ),
    Question(
        "route",
        "bereket.app.route:route",
        "bereket.analysis.route:route",
        "Find the ways between two places, what each takes and what it costs.",
    ),
    Question(
        "capacity",
        "bereket.app.capacity:capacity",
        "bereket.analysis.capacity:capacity",
        "Find how much a corridor can carry, what binds first and next, what lifts it.",
    ),
    Question(
        "assign",
        "bereket.app.assign:assign",
        "bereket.analysis.assign:assign",
        "Put a year's demand on the ways that it takes where room is short.",
    ),
    Question(
        "calibrate",
        "bereket.app.calibrate:calibrate",
        "bereket.studies.calibrate:calibrate",
        "Fit how shippers choose to what was observed, and test it on a year held out.",
    ),
    Question(
        "corridors",
        "bereket.app.corridors:corridors",
        "bereket.studies.corridors:corridors",
        "Show every corridor on a date: open or not, days, money, what was seen.",
    ),
    Question(
        "shocks",
        "bereket.app.shocks:shocks",
        "bereket.studies.shocks:shocks",
        "Ask the model before and after events that moved cargo, beside what was seen.",
    ),
    Question(
        "catchment",
        "bereket.app.catchment:catchment",
        "bereket.studies.catchment:catchment",
        "Find which origins prefer a corridor at the prices of a date.",
    ),
    Question(
        "trade",
        "bereket.app.trade:trade",
        "bereket.analysis.trade:trade",
        "Ask whether trade of two countries passes a target, when, and by which works.",
    ),
    Question(
        "outlook",
        "bereket.app.outlook:outlook",
        "bereket.studies.outlook:outlook",
        "Bring trade, tonnes and costs of carriage in step, year by year.",
    ),
    Question(
        "energy",
        "bereket.app.energy:energy_verb",
        "bereket.analysis.energy:energy",
        "Find the cheapest year of gas and power, and what more of it is worth.",
    ),
    Question(
        "pressure",
        "bereket.app.pressure:pressure_verb",
        "bereket.analysis.pressure:pressure",
        "Check whether a gas flow passes a chain of pipes, and what binds.",
    ),
    Question(
        "agenda",
        "bereket.app.agenda:agenda",
        "bereket.studies.agenda:agenda",
        "Hold what was agreed against what is known: met, on course, at risk, late.",
    ),
    Question(
        "sweep",
        "bereket.app.sweep:sweep",
        "bereket.studies.sweep:sweep",
        "Draw the figures with bounds, ask a question each time, rank what moves it.",
    ),
    Question(
        "compare",
        "bereket.app.compare:compare",
        "bereket.report.compare:compare",
        "Show what differs between two saved answers, and only that.",
    ),
    Question(
        "report",
        "bereket.app.report:report",
        "bereket.studies.overview:overview",
        "Write one HTML file: corridors, ways, maps, assumptions, sources.",
    ),
)
