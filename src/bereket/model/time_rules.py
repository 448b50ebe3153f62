"""Rules of what is measured, seasonal or granted: observations, seasons, access."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from bereket.errors import Issue, ScenarioError
from bereket.model.calendar import first_day, last_day
from bereket.model.model import Model
from bereket.model.reference import find_rows, parse_reference, split_elements
from bereket.schema.checker import FIRST_ROW

MONTHS = frozenset(range(1, 13))
SHARE_TOLERANCE = 1e-3  # twelve shares typed with four digits

Rule = Callable[[Model], Iterator[Issue]]


def observations_are_of_something(model: Model) -> Iterator[Issue]:
    """Find observations that are of no row, corridor or country of the model."""
    observation = model["observation"]
    countries = {str(iso3) for iso3 in model["node"].text("country_iso3")} - {""}
    known = countries | {key[0] for key in model["corridor"].row_of}
    for row, text in enumerate(observation.text("on")):
        for part in split_elements(str(text), known):
            if part in known:
                continue
            try:
                find_rows(model, parse_reference(part))
            except ScenarioError as fault:
                rule = "must be a row reference, a corridor_id or a country"
                where = (row + FIRST_ROW,)
                yield Issue("observation", where, "on", rule, str(fault))


def observations_run_forward(model: Model) -> Iterator[Issue]:
    """Find observations whose period ends before it begins."""
    observation = model["observation"]
    starts, ends = observation.text("period_start"), observation.text("period_end")
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if start and end and last_day(str(end)) < first_day(str(start)):
            rule = "must not be before period_start"
            where = (row + FIRST_ROW,)
            yield Issue("observation", where, "period_end", rule, f"{start} to {end}")


def flows_say_what_a_tonne_weighs(model: Model) -> Iterator[Issue]:
    """Find observations in tonnes that name no weight basis (advice)."""
    observation = model["observation"]
    in_tonnes = observation.text("unit") == "t"
    silent = np.nonzero(in_tonnes & (observation.text("weight_basis") == ""))[0]
    if silent.size:
        rows = tuple(int(row) + FIRST_ROW for row in silent)
        rule = "says not whether its tonnes are net, gross or with tare"
        yield Issue("observation", rows, "weight_basis", rule, "an empty cell")


def season_shares_sum_to_one(model: Model) -> Iterator[Issue]:
    """Find cargo whose months are not twelve, or whose shares do not make one."""
    season = model["season"]
    months, shares = season.number("month"), season.number("share")
    groups: dict[tuple[str, str], list[int]] = {}
    keys = zip(season.text("commodity_id"), season.text("origin_iso3"), strict=True)
    for row, (commodity, origin) in enumerate(keys):
        groups.setdefault((str(commodity), str(origin)), []).append(row)
    for (commodity, origin), rows in groups.items():
        where = tuple(row + FIRST_ROW for row in rows)
        whose = f"{commodity} from {origin or 'all other countries'}"
        known = {int(month) for month in months[rows] if not np.isnan(month)}
        missing = ", ".join(str(month) for month in sorted(MONTHS - known))
        if missing:
            rule = f"{whose} must have a row for each month"
            yield Issue("season", where, "month", rule, f"none for {missing}")
            continue
        total = float(np.sum(shares[rows]))
        if not abs(total - 1.0) <= SHARE_TOLERANCE:
            rule = f"the shares of {whose} must sum to 1"
            yield Issue("season", where, "share", rule, f"{total:g}")


def access_values_fit_their_rule(model: Model) -> Iterator[Issue]:
    """Find premiums and leads without a size, and bars that have one."""
    access = model["access"]
    sized = ~np.isnan(access.number("value"))
    for row, rule_name in enumerate(access.text("rule")):
        wants = rule_name in {"premium_usd_per_t", "lead_days"}
        if rule_name and sized[row] != wants:
            rule = f"must {'not be' if wants else 'be'} empty where rule is {rule_name}"
            size = access.number("value")[row]
            found = f"{size:g}" if sized[row] else "an empty cell"
            yield Issue("access", (row + FIRST_ROW,), "value", rule, found)


def loads_rise_with_draught(model: Model) -> Iterator[Issue]:
    """Find vessels that take less where the water is deeper."""
    table = model["vessel_load"]
    draughts, shares = table.number("draught_m"), table.number("payload_share")
    vessels = table.text("vessel")
    for vessel in dict.fromkeys(str(name) for name in vessels):
        rows = np.nonzero(vessels == vessel)[0]
        order = rows[np.argsort(draughts[rows], kind="stable")]
        for shallow, deep in itertools.pairwise(order):
            if shares[deep] < shares[shallow]:
                least = f"{shares[shallow]:g}"
                rule = f"{vessel} must take {least} or more, as in less water"
                where = (int(deep) + FIRST_ROW,)
                found = f"{shares[deep]:g}"
                yield Issue("vessel_load", where, "payload_share", rule, found)


FAULTS: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (observations_are_of_something, ("observation", "node")),
    (observations_run_forward, ("observation",)),
    (season_shares_sum_to_one, ("season",)),
    (access_values_fit_their_rule, ("access",)),
    (loads_rise_with_draught, ("vessel_load",)),
)
ADVICE: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (flows_say_what_a_tonne_weighs, ("observation",)),
)
