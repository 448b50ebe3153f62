"""Rules of what a model is held against: ends of observations, and shocks."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from bereket.errors import Issue, ScenarioError
from bereket.model.calendar import first_day, last_day
from bereket.model.model import Model
from bereket.model.reference import find_rows, parse_reference, split_elements
from bereket.schema.checker import FIRST_ROW

Rule = Callable[[Model], Iterator[Issue]]

ENDS: Final = ("origin_node_id", "destination_node_id")
BETWEEN_PLACES: Final = ("time", "cost")  # kinds of observations that have ends
COUNTED_KINDS: Final = ("flow", "throughput")
COUNTED_ON: Final = ("link", "border")  # tables on whose rows cargo is counted


def ends_come_in_pairs(model: Model) -> Iterator[Issue]:
    """Find observations with one end only, with one place twice, or of a flow."""
    table = model["observation"]
    origins, destinations = (table.labels(name) for name in ENDS)
    kinds = table.labels("kind")
    for row, (origin, destination) in enumerate(
        zip(origins, destinations, strict=True)
    ):
        where = (row + FIRST_ROW,)
        if bool(origin) != bool(destination):
            missing = ENDS[bool(origin)]
            rule = f"must be there where {ENDS[not origin]} is"
            yield Issue("observation", where, missing, rule, "an empty cell")
        elif origin and origin == destination:
            rule = "must be another place than origin_node_id"
            found = f"{origin!r} on both sides"
            yield Issue("observation", where, ENDS[1], rule, found)
        elif origin and kinds[row] not in BETWEEN_PLACES:
            rule = f"must be empty where kind is not {' or '.join(BETWEEN_PLACES)}"
            found = f"{origin!r} of a {kinds[row]}"
            yield Issue("observation", where, ENDS[0], rule, found)


def flows_are_no_less_than_none(model: Model) -> Iterator[Issue]:
    """Find flows below 0."""
    table = model["observation"]
    value, kinds = table.number("value"), table.labels("kind")
    for row in np.nonzero(value < 0)[0].tolist():
        if kinds[row] in COUNTED_KINDS:
            where = (row + FIRST_ROW,)
            rule = f"a {kinds[row]} must be 0 or more"
            yield Issue("observation", where, "value", rule, f"{value[row]:g}")


def shocks_are_counted_somewhere(model: Model) -> Iterator[Issue]:
    """Find shocks that are on neither one corridor nor links and border rows."""
    corridors = {key[0] for key in model["corridor"].row_of}
    rule = "must be one corridor_id, or references of links and border rows"
    for row, text in enumerate(model["shock"].labels("on")):
        where = (row + FIRST_ROW,)
        parts = split_elements(text, corridors)
        if len(parts) > 1 and corridors & set(parts):
            found = f"{text!r}: a way may be of two corridors"
            yield Issue("shock", where, "on", rule, found)
            continue
        for part in parts:
            if part in corridors:
                continue
            try:
                reference = parse_reference(part)
                find_rows(model, reference)
            except ScenarioError as fault:
                yield Issue("shock", where, "on", rule, str(fault))
            else:
                if reference.table not in COUNTED_ON:
                    yield Issue("shock", where, "on", rule, repr(part))


def shocks_run_forward(model: Model) -> Iterator[Issue]:
    """Find shocks whose day after is not after the day before."""
    table = model["shock"]
    days = zip(table.labels("before_date"), table.labels("after_date"), strict=True)
    for row, (before, after) in enumerate(days):
        if before and after and first_day(after) <= first_day(before):
            rule = "must be after before_date"
            where = (row + FIRST_ROW,)
            yield Issue("shock", where, "after_date", rule, f"{before} to {after}")


def ratios_point_their_way(model: Model) -> Iterator[Issue]:
    """Find shocks whose ratio says up where the direction says down, or reversed."""
    table = model["shock"]
    ratio = table.number("observed_ratio")
    for row, direction in enumerate(table.labels("direction")):
        limits = {"up": ratio[row] <= 1.0, "down": ratio[row] >= 1.0}
        if not np.isnan(ratio[row]) and limits.get(direction, False):
            side = "above" if direction == "up" else "below"
            rule = f"must be {side} 1 where direction is {direction}"
            where = (row + FIRST_ROW,)
            yield Issue("shock", where, "observed_ratio", rule, f"{ratio[row]:g}")


def orders_of_shocks_begin_or_end(model: Model) -> Iterator[Issue]:
    """Find orders of a shock that hold on both its days, or on neither."""
    table, regime = model["shock"], model["regime"]
    starts, ends = regime.labels("valid_from"), regime.labels("valid_to")
    days = zip(table.labels("before_date"), table.labels("after_date"), strict=True)
    for row, (before, after) in enumerate(days):
        if not (before and after):
            continue
        at = first_day(before), first_day(after)
        for name in table.lists("regimes")[row]:
            held = [
                any(
                    (not starts[each] or first_day(starts[each]) <= day)
                    and (not ends[each] or day <= last_day(ends[each]))
                    for each in regime.row_of.get((name,), ())
                )
                for day in at
            ]
            if (name,) in regime.row_of and held[0] == held[1]:
                rule = "must name orders that begin or end between the two days"
                both = "both days" if held[0] else "neither day"
                where = (row + FIRST_ROW,)
                yield Issue(
                    "shock", where, "regimes", rule, f"{name!r} holds on {both}"
                )


def parties_of_shocks_are_bound(model: Model) -> Iterator[Issue]:
    """Find shocks whose party no order of theirs binds."""
    table, regime = model["shock"], model["regime"]
    parties = regime.labels("party")
    for row, party in enumerate(table.labels("party")):
        bound = {
            parties[at]
            for name in table.lists("regimes")[row]
            for at in regime.row_of.get((name,), ())
        }
        if party and party not in bound:
            rule = "must be the party of an order that regimes names"
            where = (row + FIRST_ROW,)
            yield Issue("shock", where, "party", rule, repr(party))


FAULTS: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (ends_come_in_pairs, ("observation",)),
    (flows_are_no_less_than_none, ("observation",)),
    (shocks_are_counted_somewhere, ("shock",)),
    (shocks_run_forward, ("shock",)),
    (ratios_point_their_way, ("shock",)),
    (orders_of_shocks_begin_or_end, ("shock", "regime")),
    (parties_of_shocks_are_bound, ("shock",)),
)
