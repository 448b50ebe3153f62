"""Rules of trade and of what was agreed: `trade`, `country`, `elasticity`, `agenda`."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from bereket.errors import Issue, QuestionError
from bereket.model.calendar import first_day, last_day
from bereket.model.indicator import (
    RATIO,
    YES,
    Call,
    Quantity,
    calls_of,
    evaluate,
    parse_indicator,
    unit_of_call,
    unknown_names,
)
from bereket.model.model import Model
from bereket.model.trading import ALL_GOODS, NOT_FREIGHT, observed_years
from bereket.schema.checker import FIRST_ROW

Rule = Callable[[Model], Iterator[Issue]]
SECTORS: Final = (ALL_GOODS, *NOT_FREIGHT)  # that are no commodities
UNIT_VALUE: Final = 1.0  # of every call, where only units are looked at


def sectors_are_known(model: Model) -> Iterator[Issue]:
    """Find sectors that are neither a commodity nor one of the words for others."""
    known = {*model["commodity"].labels("commodity_id"), *SECTORS}
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(model["trade"].labels("sector")):
        if name not in known:
            rows.setdefault(name, []).append(row + FIRST_ROW)
    rule = f"must be a commodity_id, or one of {', '.join(SECTORS)}"
    for name, where in rows.items():
        yield Issue("trade", tuple(where), "sector", rule, repr(name))


def whole_and_split_do_not_mix(model: Model) -> Iterator[Issue]:
    """Find pairs with a row of all goods and rows of sectors in one year."""
    table = model["trade"]
    keys = zip(
        table.labels("exporter_iso3"),
        table.labels("importer_iso3"),
        table.number("year").tolist(),
        strict=True,
    )
    sectors = table.labels("sector")
    by_pair: dict[tuple[str, str, float], list[int]] = {}
    for row, key in enumerate(keys):
        if sectors[row] not in NOT_FREIGHT:
            by_pair.setdefault(key, []).append(row)
    for rows in by_pair.values():
        names = {sectors[row] for row in rows}
        if "all" in names and len(names) > 1:
            where = tuple(row + FIRST_ROW for row in rows)
            rule = (
                "a pair has a row of all goods or rows of sectors in a year, not both"
            )
            yield Issue("trade", where, "sector", rule, ", ".join(sorted(names)))


def traders_are_countries(model: Model) -> Iterator[Issue]:
    """Find trade of countries that table `country`, where there is one, has not."""
    known = set(model["country"].labels("iso3"))
    if not known:
        return
    table = model["trade"]
    for column in ("exporter_iso3", "importer_iso3"):
        rows: dict[str, list[int]] = {}
        for row, name in enumerate(table.labels(column)):
            if name and name not in known:
                rows.setdefault(name, []).append(row + FIRST_ROW)
        for name, where in rows.items():
            rule = "must have a row in table country"
            yield Issue("trade", tuple(where), column, rule, repr(name))


def members_are_of_one_group(model: Model) -> Iterator[Issue]:
    """Find members of two groups, and members that have rows of their own."""
    table = model["country"]
    owner: dict[str, str] = {}
    own = set(table.labels("iso3"))
    for row, (group, members) in enumerate(
        zip(table.labels("iso3"), table.lists("members"), strict=True)
    ):
        where = (row + FIRST_ROW,)
        for name in members:
            if name in own and name != group:
                rule = f"a member of {group} must have no rows of its own"
                yield Issue("country", where, "members", rule, repr(name))
            elif owner.setdefault(name, group) != group:
                rule = "must be a member of one group"
                found = f"{name!r} of {owner[name]} and {group}"
                yield Issue("country", where, "members", rule, found)


def elasticities_hold_once(model: Model) -> Iterator[Issue]:
    """Find commodities for which an elasticity stands twice."""
    table = model["elasticity"]
    seen: dict[tuple[str, str], int] = {}
    for row, (name, cargo) in enumerate(
        zip(table.labels("name"), table.lists("commodity_id"), strict=True)
    ):
        for each in cargo or ("",):
            first = seen.setdefault((name, each), row)
            if first != row:
                rule = f"{name} must hold once for {each or 'all other cargo'}"
                where = (first + FIRST_ROW, row + FIRST_ROW)
                yield Issue("elasticity", where, "commodity_id", rule, "two rows")


def indicators_can_be_worked_out(model: Model) -> Iterator[Issue]:
    """Find indicators that are not well formed, name nothing, or lack their unit."""
    table = model["agenda"]
    rows = zip(table.labels("indicator"), table.labels("unit"), strict=True)
    targets = table.number("target")
    for row, (text, unit) in enumerate(rows):
        where = (row + FIRST_ROW,)
        if not text:
            if not np.isnan(targets[row]):
                rule = "must be there where a target is"
                yield Issue("agenda", where, "indicator", rule, "an empty cell")
            continue
        try:
            found = parse_indicator(text)
            unknown = [
                n for each in calls_of(found) for n in unknown_names(model, each)
            ]
            for name in unknown:
                rule = "must name what the model has"
                yield Issue("agenda", where, "indicator", rule, name)
            if unknown:
                continue
            worked = evaluate(found, lambda call: _unit(model, call))
        except QuestionError as fault:
            rule = "must be an expression"
            yield Issue("agenda", where, "indicator", rule, str(fault))
            continue
        if (worked.unit or RATIO) != (unit or RATIO):
            rule = f"must be that of the indicator, {worked.unit or 'none'}"
            yield Issue("agenda", where, "unit", rule, repr(unit))


def _unit(model: Model, call: Call) -> Quantity:
    return Quantity(UNIT_VALUE, unit_of_call(model, call))


def items_are_due_after_they_are_agreed(model: Model) -> Iterator[Issue]:
    """Find items that were due before anybody had agreed on them."""
    table = model["agenda"]
    rows = zip(table.labels("date_agreed"), table.labels("due"), strict=True)
    for row, (agreed, due) in enumerate(rows):
        if agreed and due and last_day(due) < first_day(agreed):
            rule = "must not be before date_agreed"
            where = (row + FIRST_ROW,)
            yield Issue("agenda", where, "due", rule, f"{agreed} to {due}")


def parties_are_countries(model: Model) -> Iterator[Issue]:
    """Find parties that are no country of the model."""
    known = {*model["node"].labels("country_iso3"), *model["country"].labels("iso3")}
    for row, parties in enumerate(model["agenda"].lists("parties")):
        for name in parties:
            if name not in known:
                rule = "must be a country of nodes or of table country"
                where = (row + FIRST_ROW,)
                yield Issue("agenda", where, "parties", rule, repr(name))


def turnover_of_a_year_stands_once(model: Model) -> Iterator[Issue]:
    """Find whole years whose trade between two countries was observed twice."""
    seen: dict[tuple[frozenset[str], int], int] = {}
    names = model["observation"].lists("on")
    for row, countries, year in observed_years(model):
        first = seen.setdefault((countries, year), row)
        if first != row:
            rule = "trade of two countries in a year must stand once"
            where = (first + FIRST_ROW, row + FIRST_ROW)
            found = f"{'-'.join(names[row])} {year}"
            yield Issue("observation", where, "on", rule, found)


def yes_is_said_of_events(model: Model) -> Iterator[Issue]:
    """Find `yes` of what is no event, and events that are neither 1 nor 0."""
    table = model["observation"]
    values, kinds = table.number("value"), table.labels("kind")
    for row, unit in enumerate(table.labels("unit")):
        if unit != YES:
            continue
        where = (row + FIRST_ROW,)
        if kinds[row] != "event":
            rule = "must not be yes where kind is not event"
            yield Issue("observation", where, "unit", rule, f"{unit} of {kinds[row]}")
        elif values[row] not in (0.0, 1.0):
            rule = "must be 1 (it happened) or 0 (it did not) where unit is yes"
            yield Issue("observation", where, "value", rule, f"{values[row]:g}")


FAULTS: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (sectors_are_known, ("trade", "commodity")),
    (whole_and_split_do_not_mix, ("trade",)),
    (traders_are_countries, ("trade", "country")),
    (members_are_of_one_group, ("country",)),
    (elasticities_hold_once, ("elasticity",)),
    (indicators_can_be_worked_out, ("agenda", "node")),
    (items_are_due_after_they_are_agreed, ("agenda",)),
    (parties_are_countries, ("agenda", "node")),
    (turnover_of_a_year_stands_once, ("observation",)),
    (yes_is_said_of_events, ("observation",)),
)
