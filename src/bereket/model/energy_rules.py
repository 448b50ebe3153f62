"""Rules of gas and power: zones, lines, plants, profiles, pipes, contracts, swaps.

That ends exist, that losses are not negative and that figures are in range are rules of
the schema and of every table; what is left is here.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from bereket.errors import Issue
from bereket.model.model import Model
from bereket.model.power import BURNS_FUEL, FREE_OF_FUEL
from bereket.schema.checker import FIRST_ROW

Rule = Callable[[Model], Iterator[Issue]]
MONTHS: Final = 12
WEEK_HOURS: Final = 168
WAYS: Final = ("power_line", "gas_pipe")
SHOWN: Final = 4  # weeks or hours that a fault names


def ways_have_two_ends(model: Model) -> Iterator[Issue]:
    """Find lines and pipes that end where they begin."""
    for name in WAYS:
        table = model[name]
        ends = zip(table.labels("bus0"), table.labels("bus1"), strict=True)
        for row, (one, other) in enumerate(ends):
            if one and one == other:
                rule = "must be another place than bus0"
                found = f"{one!r} on both sides"
                yield Issue(name, (row + FIRST_ROW,), "bus1", rule, found)


def plants_have_fuel(model: Model) -> Iterator[Issue]:
    """Find plants that burn a fuel of no cost and no place, or with no efficiency."""
    table = model["power_plant"]
    nodes, costs = table.labels("gas_node_id"), table.number("fuel_cost")
    efficiency = table.number("efficiency")
    for row, carrier in enumerate(table.labels("carrier")):
        where = (row + FIRST_ROW,)
        priced = not np.isnan(costs[row])
        if carrier in BURNS_FUEL:
            if np.isnan(efficiency[row]):
                rule = f"must be there: {carrier} is burned"
                yield Issue("power_plant", where, "efficiency", rule, "an empty cell")
            if not priced and not nodes[row]:
                other = " or gas_node_id" if carrier == "gas" else ""
                rule = f"must be there{other}: a plant of {carrier} needs fuel"
                yield Issue("power_plant", where, "fuel_cost", rule, "an empty cell")
        if nodes[row] and carrier != "gas":
            rule = "must be empty where carrier is not gas"
            yield Issue("power_plant", where, "gas_node_id", rule, repr(nodes[row]))
        elif nodes[row] and priced:
            rule = "must be empty where gas_node_id is not: gas costs what it is worth"
            yield Issue("power_plant", where, "fuel_cost", rule, f"{costs[row]:g}")
        elif carrier in FREE_OF_FUEL and priced:
            rule = f"must be empty: {carrier} burns nothing"
            yield Issue("power_plant", where, "fuel_cost", rule, f"{costs[row]:g}")


def profiles_are_whole(model: Model) -> Iterator[Issue]:
    """Find profiles with gaps, of months and weeks at once, or of other weeks."""
    table = model["profile"]
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(table.labels("profile_id")):
        rows.setdefault(name, []).append(row)
    month, week, hour = (table.number(each) for each in ("month", "week", "hour"))
    weeks = frozenset(int(each) for each in week if not np.isnan(each))
    for name, own in rows.items():
        where = tuple(row + FIRST_ROW for row in own)
        months = {int(month[row]) for row in own if not np.isnan(month[row])}
        given = {int(week[row]) for row in own if not np.isnan(week[row])}
        if bool(months) == bool(given):
            rule = f"profile {name!r} must be by month or by week"
            found = "both" if months else "neither"
            yield Issue("profile", where, "month", rule, found)
        elif months:
            yield from _gaps("month", name, where, frozenset(range(1, 13)) - months)
        else:
            yield from _gaps("week", name, where, weeks - given)
            hours: dict[int, set[float]] = {}
            for row in own:
                hours.setdefault(int(week[row]), set()).add(float(hour[row]))
            for at, found_hours in hours.items():
                if any(np.isnan(each) for each in found_hours):
                    if len(found_hours) > 1:
                        rule = "must be blank in one row of a week, or in none"
                        told = f"both in week {at} of {name!r}"
                        yield Issue("profile", where, "hour", rule, told)
                    continue
                missing = frozenset(range(WEEK_HOURS)) - {int(x) for x in found_hours}
                yield from _gaps("hour", f"{name} week {at}", where, missing)


def _gaps(
    column: str, name: str, where: tuple[int, ...], missing: frozenset[int]
) -> Iterator[Issue]:
    if missing:
        rule = f"profile {name!r} must have every {column} that others have"
        first = ", ".join(map(str, sorted(missing)[:SHOWN]))
        more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        yield Issue("profile", where, column, rule, f"none for {first}{more}")


def profiles_serve_their_use(model: Model) -> Iterator[Issue]:
    """Find power drawn by month and gas by week, shapes of nothing, suns above one."""
    profile = model["profile"]
    by_month = set()
    sums: dict[str, float] = {}
    highest: dict[str, float] = {}
    values, months = profile.number("value_pu"), profile.number("month")
    for row, name in enumerate(profile.labels("profile_id")):
        value = float(values[row])
        sums[name] = sums.get(name, 0.0) + value
        highest[name] = max(highest.get(name, 0.0), value)
        if not np.isnan(months[row]):
            by_month.add(name)
    uses = (("power_load", False), ("power_plant", False), ("gas_load", True))
    for table_name, wants_month in uses:
        table = model[table_name]
        carriers = table.labels("carrier") if table_name == "power_plant" else ("",) * 0
        for row, name in enumerate(table.labels("profile_id")):
            where = (row + FIRST_ROW,)
            if name not in sums:
                continue
            if (name in by_month) != wants_month:
                rule = f"must be a profile by {'month' if wants_month else 'week'}"
                yield Issue(table_name, where, "profile_id", rule, repr(name))
            is_share = bool(carriers) and carriers[row] != "hydro"
            if is_share and highest[name] > 1:
                rule = "must hold shares of capacity, none above 1"
                found = f"{highest[name]:g} in {name!r}"
                yield Issue(table_name, where, "profile_id", rule, found)
            elif not is_share and not sums[name] > 0:
                rule = "must have a figure above 0"
                yield Issue(table_name, where, "profile_id", rule, f"none in {name!r}")


def water_has_a_year(model: Model) -> Iterator[Issue]:
    """Find hydro whose water comes by a profile, but nobody says how much."""
    table = model["power_plant"]
    energy = table.number("e_sum_max")
    rows = zip(table.labels("carrier"), table.labels("profile_id"), strict=True)
    for row, (carrier, name) in enumerate(rows):
        if carrier == "hydro" and name and np.isnan(energy[row]):
            rule = "must be there: the profile says only when the water comes"
            where = (row + FIRST_ROW,)
            yield Issue("power_plant", where, "e_sum_max", rule, "an empty cell")


def sales_are_between_countries(model: Model) -> Iterator[Issue]:
    """Find contracts of a country with itself, without a gas node, or out of reach."""
    table = model["gas_contract"]
    country, joined = _countries(model), _connected(model)
    known = set(country.values())
    parties = zip(
        table.labels("seller_iso3"),
        table.labels("buyer_iso3"),
        table.labels("bus"),
        strict=True,
    )
    for row, (seller, buyer, bus) in enumerate(parties):
        where = (row + FIRST_ROW,)
        for column, name in (("seller_iso3", seller), ("buyer_iso3", buyer)):
            if name and name not in known:
                rule = "must be the country of a gas node"
                yield Issue("gas_contract", where, column, rule, repr(name))
        if seller and seller == buyer:
            rule = "must be another country than seller_iso3"
            yield Issue("gas_contract", where, "buyer_iso3", rule, repr(buyer))
        for iso3 in dict.fromkeys((seller, buyer)):
            own = {joined[node] for node, its in country.items() if its == iso3}
            if bus in joined and own and joined[bus] not in own:
                rule = f"must be joined by pipes to a gas node of {iso3}"
                yield Issue("gas_contract", where, "bus", rule, f"no pipe to {bus!r}")


def swaps_join_three_countries(model: Model) -> Iterator[Issue]:
    """Find swaps of two countries, and swaps whose places no pipe connects."""
    table = model["gas_swap"]
    country, joined = _countries(model), _connected(model)
    ends = zip(
        table.labels("seller_iso3"),
        table.labels("bus0"),
        table.labels("bus1"),
        strict=True,
    )
    for row, (seller, bus0, bus1) in enumerate(ends):
        where = (row + FIRST_ROW,)
        if bus0 not in country or bus1 not in country:
            continue
        parties = {seller, country[bus0], country[bus1]}
        if len(parties) < 3:  # noqa: PLR2004 seller, partner, buyer
            rule = "must be of three countries: seller, that of bus0, that of bus1"
            yield Issue("gas_swap", where, "bus1", rule, ", ".join(sorted(parties)))
            continue
        own = {joined[each] for each, iso3 in country.items() if iso3 == seller}
        if joined[bus0] not in own:
            rule = f"must be joined by pipes to a gas node of {seller}"
            yield Issue("gas_swap", where, "bus0", rule, f"no pipe to {bus0!r}")
        given = {
            joined[each] for each, iso3 in country.items() if iso3 == country[bus0]
        }
        if joined[bus1] not in given:
            rule = f"must be joined by pipes to a gas node of {country[bus0]}"
            yield Issue("gas_swap", where, "bus1", rule, f"no pipe to {bus1!r}")


def _countries(model: Model) -> dict[str, str]:
    """Return the country of each gas node."""
    nodes = model["gas_node"]
    rows = zip(nodes.labels("gas_node_id"), nodes.labels("country_iso3"), strict=True)
    return dict(rows)


def _connected(model: Model) -> dict[str, str]:
    """Return for each gas node a name that it shares with all that pipes join to it."""
    found = {name: name for name in model["gas_node"].labels("gas_node_id")}

    def root(name: str) -> str:
        while found[name] != name:
            name = found[name]
        return name

    pipes = model["gas_pipe"]
    for one, other in zip(pipes.labels("bus0"), pipes.labels("bus1"), strict=True):
        if one in found and other in found:
            found[root(one)] = root(other)
    return {name: root(name) for name in found}


FAULTS: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (ways_have_two_ends, ()),
    (plants_have_fuel, ("power_plant",)),
    (profiles_are_whole, ("profile",)),
    (profiles_serve_their_use, ("profile",)),
    (water_has_a_year, ("power_plant",)),
    (sales_are_between_countries, ("gas_contract", "gas_node")),
    (swaps_join_three_countries, ("gas_swap", "gas_node")),
)
