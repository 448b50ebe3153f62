"""Rules that hold between cells, rows and tables; each a function that yields Issues.

Rules of one cell stand in the schemas; rules of the network in `network_rules`, of
what is drawn on the map in `geometry_rules`, of prices in `price_rules`, of what is
measured or seasonal in `time_rules`, of what a model is held against in `held_rules`,
of delays in `delay_rules`, of what is wanted in `demand_rules`, of how shippers choose
in `parameter_rules`, of what could be done in `measure_rules`, of trade and of what
was agreed in `trade_rules`, of gas and power in `energy_rules`; rules that need
compiled arcs in `bereket.compiled.inspect`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bereket.errors import Issue
from bereket.model import (
    delay_rules,
    demand_rules,
    energy_rules,
    geometry_rules,
    held_rules,
    measure_rules,
    network_rules,
    parameter_rules,
    price_rules,
    time_rules,
    trade_rules,
)
from bereket.model.calendar import validity
from bereket.model.model import Model, Table
from bereket.schema import INTERVAL_SUFFIXES, interval_base
from bereket.schema.checker import FIRST_ROW

UNSOURCED_TABLES = ("config", "source", "calibration", "fit")
NODE_ELEMENTS = "element"  # of a field's `names`: row reference, corridor or country
CARRIER_NAMES = "carrier_or_group"

LOW, HIGH = INTERVAL_SUFFIXES

Rule = Callable[[Model], Iterator[Issue]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules found: faults, and advice that is no fault."""

    faults: tuple[Issue, ...]
    advice: tuple[Issue, ...]


def validate(model: Model, present: frozenset[str]) -> Findings:
    """Hold a model against every rule between rows and tables.

    Parameters
    ----------
    model : Model
        The tables as read; faulty cells are unknown.
    present : frozenset of str
        Tables that the folder has; a rule on a table that is missing is skipped, as
        the missing table is a fault of its own.

    Returns
    -------
    Findings
        Every breach, rows numbered as in the file (header = 1).
    """
    faults: list[Issue] = []
    for rule in GENERAL_RULES:
        faults.extend(rule(model))
    for rule, tables in (
        *network_rules.FAULTS,
        *geometry_rules.FAULTS,
        *price_rules.FAULTS,
        *time_rules.FAULTS,
        *demand_rules.FAULTS,
        *held_rules.FAULTS,
        *delay_rules.FAULTS,
        *parameter_rules.FAULTS,
        *measure_rules.FAULTS,
        *trade_rules.FAULTS,
        *energy_rules.FAULTS,
    ):
        if present.issuperset(tables):
            faults.extend(rule(model))
    advice = [
        issue
        for rule, tables in (
            *network_rules.ADVICE,
            *geometry_rules.ADVICE,
            *time_rules.ADVICE,
            *parameter_rules.ADVICE,
        )
        if present.issuperset(tables)
        for issue in rule(model)
    ]
    return Findings(grouped(faults), grouped(advice))


def grouped(issues: list[Issue]) -> tuple[Issue, ...]:
    """Return issues with those that say the same of several rows made one.

    Examples
    --------
    >>> said = {"table": "rent", "field": "unit", "rule": "r", "found": "f"}
    >>> grouped([Issue(rows=(2,), **said), Issue(rows=(5,), **said)])[0].rows
    (2, 5)
    """
    rows: dict[tuple[str, str, str, str], list[int]] = {}
    for issue in issues:
        said = (issue.table, issue.field, issue.rule, issue.found)
        rows.setdefault(said, []).extend(issue.rows)
    return tuple(
        Issue(table, tuple(sorted(set(numbers))), field, rule, found)
        for (table, field, rule, found), numbers in rows.items()
    )


def config_has_one_row(model: Model) -> Iterator[Issue]:
    """The model is described by one row."""
    if "config" in model.tables and len(model["config"]) != 1:
        found = f"{len(model['config'])} rows"
        yield Issue("config", (), "", "must have exactly one row", found)


def keys_are_unique(model: Model) -> Iterator[Issue]:
    """A key names one row; in dated tables, one row at a time."""
    for table in model.tables.values():
        for key, rows in table.row_of.items():
            if len(rows) == 1 or not any(key):
                continue
            name = ":".join(key)
            column = table.schema.key[0]
            if not table.schema.is_dated:
                rule = f"{name!r} must name one row"
                yield Issue(
                    table.name, _numbers(rows), column, rule, f"{len(rows)} rows"
                )
            else:
                yield from _overlaps(table, name, rows)


def validity_runs_forward(model: Model) -> Iterator[Issue]:
    """A row does not end before it begins."""
    for table in model.tables.values():
        if table.schema.is_dated and len(table):
            start, end = validity(table)
            for row in np.nonzero(start > end)[0]:
                found = (
                    f"{table.text('valid_from')[row]} to {table.text('valid_to')[row]}"
                )
                rule = "must not be before valid_from"
                yield Issue(table.name, _numbers((row,)), "valid_to", rule, found)


def names_exist(model: Model) -> Iterator[Issue]:
    """What a cell names is there: a place, a carrier or group, a source."""
    known = {
        CARRIER_NAMES: frozenset(model.groups),
        **{
            name: frozenset(key[0] for key in table.row_of)
            for name, table in model.tables.items()
        },
    }
    for table in model.tables.values():
        for field in table.schema.fields.values():
            if not field.names or field.names == NODE_ELEMENTS:
                continue
            if field.name not in table.columns:
                continue
            rows: dict[str, list[int]] = {}
            labels = known.get(field.names, frozenset())
            for row, parts in enumerate(
                _labels(table, field.name, is_list=field.is_list)
            ):
                for part in parts:
                    if part not in labels:
                        rows.setdefault(part, []).append(row)
            what = field.names.replace("_or_", " or use_")
            for name, where in rows.items():
                rule = f"must name a {what} of the model"
                yield Issue(table.name, _numbers(where), field.name, rule, repr(name))


def rows_have_a_source(model: Model) -> Iterator[Issue]:
    """Every row has a source, or says that it is assumed and on what basis."""
    for table in model.tables.values():
        if table.name in UNSOURCED_TABLES or not len(table):
            continue
        assumed = table.text("quality") == "assumed"
        unsourced = np.nonzero((table.text("source_id") == "") & ~assumed)[0]
        if unsourced.size:
            rule = "must name a source, or the row be of quality assumed"
            rows = _numbers(unsourced)
            yield Issue(table.name, rows, "source_id", rule, "an empty cell")
        baseless = np.nonzero(assumed & (table.text("note") == ""))[0]
        if baseless.size:
            rule = "must state the basis of an assumed row"
            yield Issue(table.name, _numbers(baseless), "note", rule, "an empty cell")


def intervals_hold_their_value(model: Model) -> Iterator[Issue]:
    """A low bound is not above its figure or its high bound, nor a high one below."""
    for table in model.tables.values():
        for column in table.columns:
            base = interval_base(column)
            if base not in table.schema.fields:
                continue
            is_low = column.endswith(LOW)
            for other in (base, base + HIGH) if is_low else (base,):
                if other not in table.columns:
                    continue
                bound, figure = table.number(column), table.number(other)
                wrong = bound > figure if is_low else bound < figure
                rule = f"must not be {'more' if is_low else 'less'} than {other}"
                for row in np.nonzero(wrong)[0]:
                    found = f"{bound[row]:g} beside {figure[row]:g}"
                    yield Issue(table.name, _numbers((row,)), column, rule, found)


GENERAL_RULES: tuple[Rule, ...] = (
    config_has_one_row,
    keys_are_unique,
    validity_runs_forward,
    names_exist,
    rows_have_a_source,
    intervals_hold_their_value,
)


def _overlaps(table: Table, name: str, rows: tuple[int, ...]) -> Iterator[Issue]:
    start, end = validity(table)
    clash = [
        row
        for row in rows
        if any(
            other != row and start[other] <= end[row] and start[row] <= end[other]
            for other in rows
        )
    ]
    if clash:
        rule = f"validity of {name!r} must not overlap between rows"
        found = f"{len(clash)} rows valid on one day"
        yield Issue(table.name, _numbers(clash), "valid_from", rule, found)


def _labels(table: Table, column: str, *, is_list: bool) -> Sequence[tuple[str, ...]]:
    if is_list:
        return table.lists(column)
    return [(str(value),) if value else () for value in table.text(column)]


def _numbers(rows: object) -> tuple[int, ...]:
    return tuple(int(row) + FIRST_ROW for row in rows)  # type: ignore[attr-defined]
