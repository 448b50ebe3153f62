"""Rules of how shippers choose: table `parameter`.

That bounds are there, that cargo and what is passed exist, are rules of the schema and
of every table; what is left is here.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from bereket.errors import Issue, ScenarioError
from bereket.model.model import Model
from bereket.model.reference import find_rows, parse_reference, split_elements
from bereket.schema.checker import FIRST_ROW

Rule = Callable[[Model], Iterator[Issue]]
PAID: Final = ("constant", "penalty")  # kinds that a way pays
BOUNDED: Final = ("lowest", "prior", "highest")
FACTORS: Final = ("scale", "demand")  # kinds that multiply


def parameters_fit_their_kind(model: Model) -> Iterator[Issue]:
    """Find what is paid on nothing, bounds that do not hold, factors not above 0."""
    table = model["parameter"]
    for row, (kind, on) in enumerate(
        zip(table.labels("kind"), table.labels("on"), strict=True)
    ):
        where = (row + FIRST_ROW,)
        if kind in PAID and not on:
            rule = f"a {kind} must say what it is paid on"
            yield Issue("parameter", where, "on", rule, "nothing")
        if kind in FACTORS and on:
            rule = f"a {kind} is of cargo and its ends, not of what is passed"
            yield Issue("parameter", where, "on", rule, repr(on))
        low, prior, high = (float(table.number(name)[row]) for name in BOUNDED)
        if np.isnan([low, prior, high]).any():
            continue  # an empty cell is a fault of its own
        if low > high:
            rule = "the lowest value must not be above the highest"
            yield Issue("parameter", where, "lowest", rule, f"{low:g} and {high:g}")
        elif not low <= prior <= high:
            rule = f"must lie in its bounds, {low:g} to {high:g}"
            yield Issue("parameter", where, "prior", rule, f"{prior:g}")
        if kind in FACTORS and low <= 0:
            rule = f"the bounds of a {kind}, which is a factor, must be above 0"
            yield Issue("parameter", where, "lowest", rule, f"{low:g}")


def parameters_act_on_something(model: Model) -> Iterator[Issue]:
    """Find what is paid on rows, corridors or countries that are not there."""
    table = model["parameter"]
    corridors = {key[0] for key in model["corridor"].row_of}
    known = {*corridors, *model["node"].labels("country_iso3")}
    rule = "must be corridor ids, countries of nodes, or references of rows"
    for row, text in enumerate(table.labels("on")):
        for part in split_elements(text, corridors) if text else ():
            if part in known:
                continue
            try:
                find_rows(model, parse_reference(part))
            except ScenarioError as fault:
                yield Issue("parameter", (row + FIRST_ROW,), "on", rule, str(fault))


def ends_are_places(model: Model) -> Iterator[Issue]:
    """Find origins and destinations that are neither places nor countries."""
    table, node = model["parameter"], model["node"]
    known = {*node.labels("node_id"), *node.labels("country_iso3")}
    for column in ("origin", "destination"):
        for row, names in enumerate(table.lists(column)):
            for name in names:
                if name not in known:
                    rule = "must be a node_id or the country_iso3 of a node"
                    where = (row + FIRST_ROW,)
                    yield Issue("parameter", where, column, rule, repr(name))


def calibrated_values_are_known(model: Model) -> Iterator[Issue]:
    """Find fitted values outside the bounds of their parameter."""
    fitted, table = model["calibration"], model["parameter"]
    values = fitted.number("value")
    for row, name in enumerate(fitted.labels("parameter_id")):
        for at in table.row_of.get((name,), ()):
            low, high = (table.number(end)[at] for end in BOUNDED[::2])
            if np.isfinite(values[row]) and not low <= values[row] <= high:
                rule = f"must lie in the bounds of the parameter, {low:g} to {high:g}"
                where = (row + FIRST_ROW,)
                found = f"{values[row]:g}: calibrate again"
                yield Issue("calibration", where, "value", rule, found)


FAULTS: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (parameters_fit_their_kind, ("parameter",)),
    (parameters_act_on_something, ("parameter", "node")),
    (ends_are_places, ("parameter", "node")),
)

ADVICE: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (calibrated_values_are_known, ("parameter", "calibration")),
)
