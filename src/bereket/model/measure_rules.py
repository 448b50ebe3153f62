"""Rules of measures: what they change is there, and they can be done together."""

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final

from bereket.errors import Issue, ScenarioError
from bereket.model.changes import SIGNS, with_changes
from bereket.model.measures import (
    Effect,
    End,
    changes_of,
    contradictions,
    effects_of,
    in_order,
    links_of,
    measure_changes,
)
from bereket.model.model import Model, label
from bereket.model.reference import parse_reference
from bereket.schema import LIST_SEPARATOR, Field
from bereket.schema.checker import FIRST_ROW

Rule = Callable[[Model], Iterator[Issue]]

ENDS: Final[tuple[End, ...]] = ("low", "high")
FITS: Final = "must be a change that the row can take"


def measures_do_something(model: Model) -> Iterator[Issue]:
    """Find measures without any effect that are no targets."""
    table = model["measure"]
    able = set(model["measure_effect"].labels("measure_id"))
    names = zip(table.labels("measure_id"), table.labels("measure_status"), strict=True)
    for row, (measure_id, status) in enumerate(names):
        if measure_id and measure_id not in able and status != "target":
            rule = f"{measure_id} must have rows in measure_effect, or be a target"
            where = (row + FIRST_ROW,)
            yield Issue("measure", where, "measure_status", rule, repr(status))


def measures_can_be_done(model: Model) -> Iterator[Issue]:
    """Find measures that need each other in a circle, or what they rule out."""
    for row, measure_id in enumerate(model["measure"].labels("measure_id")):
        where = (row + FIRST_ROW,)
        try:
            chosen = in_order(model, (measure_id,) if measure_id else ())
        except ScenarioError as fault:
            if "no measure" not in str(fault):  # what is missing is told of its cell
                rule = "must not lead back to the measure"
                yield Issue("measure", where, "needs", rule, str(fault))
            continue
        for one, other in contradictions(model, chosen):
            rule = f"what {measure_id} needs must not rule each other out"
            yield Issue("measure", where, "needs", rule, f"{one} excludes {other}")


def effects_fit_their_rows(model: Model) -> Iterator[Issue]:
    """Find effects on what is not there, or with a value that cannot stand there."""
    for measure_id in links_of(model, "needs"):
        yield from _misfits(model, measure_id)
    known = set(model["measure"].labels("measure_id"))
    for row, measure_id in enumerate(model["measure_effect"].labels("measure_id")):
        if measure_id not in known:
            yield from _bad_references(model, (row,))


def _misfits(model: Model, measure_id: str) -> Iterator[Issue]:
    """Find the effects of one measure that do not fit the model as it finds it."""
    table = model["measure_effect"]
    rows = [
        r for r, name in enumerate(table.labels("measure_id")) if name == measure_id
    ]
    bad = tuple(_bad_references(model, rows))
    if bad:
        yield from bad
        return
    try:
        (*needed, _) = in_order(model, (measure_id,))
        # On the first of days no effect has faded yet.
        model = measure_changes(model, needed, day=date.min).model
    except ScenarioError:
        return  # told of those that it needs
    effects = effects_of(model, measure_id)
    ends = [effects_of(model, measure_id, end) for end in ENDS]
    # Rows that the measure brings may be changed by it, and name each other.
    whole = _with_new_rows(model, effects)
    told: set[tuple[str, int]] = set()
    for each, *at_ends in zip(effects, *ends, strict=True):
        if each.operation == "insert":
            fault = _form_fault(model, each) or _row_fault(model, each, effects)
        else:
            fault = _form_fault(model, each) or _cell_fault(whole, (each, *at_ends))
        fault = fault or _unnamed(whole, each)
        if fault and (fault, each.row) not in told:
            told.add((fault, each.row))
            where = (each.row + FIRST_ROW,)
            yield Issue("measure_effect", where, "value", FITS, fault)


def _bad_references(model: Model, rows: Iterable[int]) -> Iterator[Issue]:
    """Find elements that name no row, and columns that their table has not."""
    table = model["measure_effect"]
    for row in rows:
        where = (row + FIRST_ROW,)
        try:
            reference = parse_reference(table.labels("element")[row])
        except ScenarioError as fault:
            rule = "must be the reference of a row"
            yield Issue("measure_effect", where, "element", rule, str(fault))
            continue
        schema = model[reference.table].schema
        column = table.labels("column")[row]
        if schema.field(column) is None or column in schema.key:
            is_key = column in schema.key
            found = f"{column!r}, which is part of the key" if is_key else repr(column)
            rule = f"must be a column of {reference.table} beside its key"
            yield Issue("measure_effect", where, "column", rule, found)


def _form_fault(model: Model, effect: Effect) -> str:
    """Say why an effect has not the form of its operation, or return an empty text."""
    field = model[effect.reference.table].schema.field(effect.column)
    has_value = not math.isnan(effect.value)
    if effect.operation in SIGNS:
        return "" if has_value and not effect.text else _wants(effect, "value, no text")
    if has_value and effect.text:
        return _wants(effect, "value or text, not both")
    if field is not None and field.is_text and not effect.text:
        return _wants(effect, "text")
    if field is not None and _is_figure(field) and not has_value:
        return _wants(effect, "value")
    return ""


def _wants(effect: Effect, what: str) -> str:
    return f"{effect.operation} of {effect.reference}.{effect.column} takes a {what}"


def _is_figure(field: Field) -> bool:
    return field.type in {"number", "integer"}


def _row_fault(model: Model, effect: Effect, effects: tuple[Effect, ...]) -> str:
    """Say why a model cannot take a new row; told once, of the first of its cells."""
    own = [e for e in effects if e.operation == "insert"]
    own = [e for e in own if e.reference == effect.reference]
    return _refusal(model, own) if effect.row == own[0].row else ""


def _cell_fault(model: Model, at_ends: Iterable[Effect]) -> str:
    """Say why a model cannot take an effect at one of its ends."""
    ends = {label(each.value): each for each in at_ends}  # most have but one
    tried = (_refusal(model, [each]) for each in ends.values())
    return next(filter(None, tried), "")


def _refusal(model: Model, effects: list[Effect]) -> str:
    try:
        with_changes(model, changes_of(model, effects))
    except ScenarioError as fault:
        return str(fault)
    return ""


def _with_new_rows(model: Model, effects: tuple[Effect, ...]) -> Model:
    """Return a model with the rows that effects bring, as far as they can."""
    new = [each for each in effects if each.operation == "insert"]
    for change in changes_of(model, new):
        try:
            model = with_changes(model, (change,))
        except ScenarioError:
            continue  # told of the row itself
    return model


def _unnamed(model: Model, effect: Effect) -> str:
    """Say what a text names that is not there, or return an empty text."""
    field = model[effect.reference.table].schema.field(effect.column)
    if field is None or not field.names or not effect.text:
        return ""
    parts = effect.text.split(LIST_SEPARATOR) if field.is_list else [effect.text]
    if field.names == "carrier_or_group":
        known = set(model.groups)
    elif field.names in model.tables:
        known = {key[0] for key in model[field.names].row_of}
    else:
        return ""
    missing = [part for part in parts if part not in known]
    what = field.names.replace("_or_", " or use_")
    return f"there is no {what} {', '.join(map(repr, missing))}" if missing else ""


def new_vessels_join_others(model: Model) -> Iterator[Issue]:
    """Find vessels that a measure brings to a service whose own stand in no row.

    The rows of `vessel` go before the number of the service, so that the new vessel
    would take the place of all the others.
    """
    service, table = model["service"], model["measure_effect"]
    has_rows = set(model["vessel"].labels("service_id"))
    elements, operations = table.labels("element"), table.labels("operation")
    told = set()
    for row, (element, operation) in enumerate(zip(elements, operations, strict=True)):
        name, _, key = element.partition(":")
        service_id = key.partition(":")[0]
        at = service.row_of.get((service_id,), ())
        is_new = name == "vessel" and operation == "insert" and element not in told
        if is_new and service_id not in has_rows:
            told.add(element)
            if any(service.number("vessels")[list(at)] > 0):
                where = (row + FIRST_ROW,)
                rule = f"the vessels that {service_id} has must have rows of their own"
                yield Issue("measure_effect", where, "element", rule, repr(element))


FAULTS: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (measures_do_something, ("measure",)),
    (measures_can_be_done, ("measure",)),
    (effects_fit_their_rows, ("measure", "measure_effect")),
    (new_vessels_join_others, ("measure_effect", "service")),
)
