"""Rules of the network: gauges, borders, services, corridors, orders, coordinates."""

import csv
import itertools
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from bereket.errors import Issue, ScenarioError
from bereket.model.gateways import parse_gateways
from bereket.model.geometry import great_circle_km
from bereket.model.model import Model, split_list
from bereket.model.reference import find_rows, parse_reference, split_elements
from bereket.schema.checker import FIRST_ROW

LONGEST_DETOUR = 4.0  # times the straight line, before it is worth a look
LEAST_STRAIGHT_KM = 25.0  # below it places are too rough to tell
STRAIGHT_LINE_TOLERANCE = (
    0.98  # coordinates of stations are known to a kilometre or two
)
LEAST_GAP_KM = 0.5  # streets are short, and their ends drawn to some metres
BOX_MARGIN_DEGREE = 0.3  # ports lie on moles and islands beside the coast line
FEWEST_CALLS = 2  # a line has two ends
SHARE = re.compile(r"\d*\.?\d+")
SHARE_TOLERANCE = 1e-6  # shares are typed with a few digits
LAND_MODES = ("rail", "road")

Rule = Callable[[Model], Iterator[Issue]]


def gauges_agree(model: Model) -> Iterator[Issue]:
    """A rail carrier runs on its own gauge only."""
    link, gauge_of = model["link"], _by_carrier(model, "gauge_mm")
    mode_of = _text_by_carrier(model, "mode")
    gauges = link.number("gauge_mm")
    for row, names in enumerate(link.lists("allowed_uses")):
        for carrier in model.carriers(names):
            if mode_of[carrier] != "rail" or gauge_of[carrier] == gauges[row]:
                continue
            rule = f"must be the gauge of carrier {carrier!r}, {_mm(gauge_of[carrier])}"
            found = _mm(gauges[row])
            yield Issue("link", (row + FIRST_ROW,), "gauge_mm", rule, found)


def groups_are_no_other_carrier(model: Model) -> Iterator[Issue]:
    """A use_group is not the name of a carrier outside it."""
    carrier = model["carrier"]
    ids = [str(c) for c in carrier.text("carrier_id")]
    for row, group in enumerate(carrier.text("use_group")):
        if group in ids and carrier.text("use_group")[ids.index(group)] != group:
            rule = "must not be the label of a carrier outside the group"
            yield Issue("carrier", (row + FIRST_ROW,), "use_group", rule, repr(group))


def ends_differ(model: Model) -> Iterator[Issue]:
    """A link joins two places."""
    link = model["link"]
    starts = link.text("from_node_id")
    same = (starts == link.text("to_node_id")) & (starts != "")
    for row in np.nonzero(same)[0]:
        found = repr(link.text("to_node_id")[row])
        rule = "must be another place than from_node_id"
        yield Issue("link", (int(row) + FIRST_ROW,), "to_node_id", rule, found)


def land_crossings_have_borders(model: Model) -> Iterator[Issue]:
    """A land link over a border has a border row a side, in each direction it runs."""
    sides, internal = _border_sides(model)
    country, mode_of = _countries(model), _text_by_carrier(model, "mode")
    link = model["link"]
    directed = link.number("directed")
    for row, (start, end, names) in enumerate(_ends_and_uses(model)):
        here, there = country.get(start, ""), country.get(end, "")
        if not here or not there or here == there:
            continue
        ways = [(start, end)] if directed[row] == 1 else [(start, end), (end, start)]
        for carrier in model.carriers(names):
            if mode_of[carrier] not in LAND_MODES:
                continue
            for way in ways:
                found = sides.get((*way, carrier), frozenset())
                if found >= {here, there} or (*way, carrier) in internal:
                    continue
                missing = " and ".join(sorted({here, there} - found))
                rule = (
                    f"the crossing {way[0]}>{way[1]} must have a border row for "
                    f"{carrier!r} on the side of {missing}"
                )
                have = f"rows for {', '.join(sorted(found))}" if found else "none"
                yield Issue("link", (row + FIRST_ROW,), "to_node_id", rule, have)


def borders_join_two_countries(model: Model) -> Iterator[Issue]:
    """A border row lies between two countries and on the side of one of them."""
    border, country = model["border"], _countries(model)
    ends = zip(border.text("from_node_id"), border.text("to_node_id"), strict=True)
    for row, (start, end) in enumerate(ends):
        here, there = country.get(str(start), ""), country.get(str(end), "")
        side = str(border.text("side_iso3")[row])
        if not here or not there:
            continue
        if here == there:
            rule = "must lie in another country than from_node_id"
            yield Issue("border", (row + FIRST_ROW,), "to_node_id", rule, repr(end))
        elif side and side not in (here, there):
            rule = f"must be {here} or {there}"
            yield Issue("border", (row + FIRST_ROW,), "side_iso3", rule, repr(side))


def borders_have_a_link(model: Model) -> Iterator[Issue]:
    """A border row stands at the ends of a link."""
    joined = {pair for a, b, _ in _ends_and_uses(model) for pair in ((a, b), (b, a))}
    border = model["border"]
    ends = zip(border.text("from_node_id"), border.text("to_node_id"), strict=True)
    for row, (start, end) in enumerate(ends):
        if (start, end) not in joined:
            found = f"no link {start}>{end}"
            rule = "a border row must stand at the ends of a link"
            yield Issue("border", (row + FIRST_ROW,), "to_node_id", rule, found)


def service_calls_are_joined(model: Model) -> Iterator[Issue]:
    """Calls that follow each other are joined by a link of the service's carrier."""
    service, stop = model["service"], model["service_stop"]
    joined: dict[tuple[str, str], set[str]] = {}
    for start, end, names in _ends_and_uses(model):
        for pair in ((start, end), (end, start)):
            joined.setdefault(pair, set()).update(model.carriers(names))
    calls: dict[str, list[tuple[float, int, str]]] = {}
    for row, service_id in enumerate(stop.text("service_id")):
        call = (stop.number("sequence")[row], row, str(stop.text("node_id")[row]))
        calls.setdefault(str(service_id), []).append(call)
    for row, service_id in enumerate(service.text("service_id")):
        carrier = str(service.text("carrier_id")[row])
        ordered = sorted(calls.get(str(service_id), []))
        if len(ordered) < FEWEST_CALLS:
            rule = "a service must have two calls or more in service_stop"
            found = f"{len(ordered)}"
            yield Issue("service", (row + FIRST_ROW,), "service_id", rule, found)
        for (_, _, start), (_, at, end) in itertools.pairwise(ordered):
            if carrier not in joined.get((start, end), set()):
                rule = (
                    f"a link of {carrier!r} must join it to the call before, {start!r}"
                )
                found = f"no link {start}>{end}"
                yield Issue("service_stop", (at + FIRST_ROW,), "node_id", rule, found)


def transfers_fit_their_kind(model: Model) -> Iterator[Issue]:
    """A load has no carrier before it, an unload none after, all else has both."""
    table = model["transfer"]
    before = table.text("from_carrier_id") != ""
    after = table.text("to_carrier_id") != ""
    for row, kind in enumerate(table.text("kind")):
        wanted = (kind != "load", kind != "unload")
        for column, has, must in (
            ("from_carrier_id", before[row], wanted[0]),
            ("to_carrier_id", after[row], wanted[1]),
        ):
            if kind and has != must:
                rule = f"must {'not be' if must else 'be'} empty where kind is {kind}"
                cell = str(table.text(column)[row])
                found = repr(cell) if cell else "an empty cell"
                yield Issue("transfer", (row + FIRST_ROW,), column, rule, found)


def orders_act_on_something(model: Model) -> Iterator[Issue]:
    """An order acts on a row, a corridor or a country that the model has."""
    regime = model["regime"]
    countries = set(_countries(model).values())
    corridors = {key[0] for key in model["corridor"].row_of}
    for row, text in enumerate(regime.text("on")):
        for part in split_elements(str(text), countries | corridors):
            if part in countries or part in corridors:
                continue
            try:
                find_rows(model, parse_reference(part))
            except ScenarioError as fault:
                rule = "must be a row reference, a corridor_id or a country"
                yield Issue("regime", (row + FIRST_ROW,), "on", rule, str(fault))


def corridors_are_joined(model: Model) -> Iterator[Issue]:
    """Every gateway of a corridor is a link of the model."""
    joined = {pair for a, b, _ in _ends_and_uses(model) for pair in ((a, b), (b, a))}
    for row, text in enumerate(model["corridor"].text("gateways")):
        where = (row + FIRST_ROW,)
        try:
            gateways = parse_gateways(str(text))
        except ValueError as fault:
            rule = "must be written A>B|C>D, E>F"
            yield Issue("corridor", where, "gateways", rule, str(fault))
            continue
        for step in (*gateways.passed, gateways.never):
            for start, end in step:
                if (start, end) not in joined:
                    rule = "a gateway must be a link of the model"
                    found = f"no link {start}>{end}"
                    yield Issue("corridor", where, "gateways", rule, found)


def mixes_add_up(model: Model) -> Iterator[Issue]:
    """The cargo mix of a corridor names commodities, and its shares sum to one."""
    known = {key[0] for key in model["commodity"].row_of}
    for row, text in enumerate(model["corridor"].text("mix")):
        where = (row + FIRST_ROW,)
        total = 0.0
        for part in split_list(str(text)):
            commodity, _, share = part.partition(":")
            if commodity not in known:
                rule = "a mix must name commodities of the model"
                yield Issue("corridor", where, "mix", rule, repr(commodity))
            if not SHARE.fullmatch(share):
                rule = "must be written commodity:share|commodity:share"
                yield Issue("corridor", where, "mix", rule, repr(part))
                total = 1.0
                break
            total += float(share)
        if text and abs(total - 1.0) > SHARE_TOLERANCE:
            rule = "the shares of a mix must sum to 1"
            yield Issue("corridor", where, "mix", rule, f"{total:g}")


def coordinates_lie_in_their_country(model: Model) -> Iterator[Issue]:
    """A place lies in its country's box; swapped coordinates are named as such."""
    node = model["node"]
    x, y = node.number("x_coord"), node.number("y_coord")
    for row, iso3 in enumerate(node.text("country_iso3")):
        box = country_boxes().get(str(iso3))
        if box is None or np.isnan(x[row]) or np.isnan(y[row]):
            continue
        if not lies_in(box, x[row], y[row]):
            swapped = lies_in(box, y[row], x[row])
            rule = f"the place must lie in {iso3}" + (
                "; longitude and latitude look swapped" if swapped else ""
            )
            found = f"{x[row]:g}, {y[row]:g}"
            yield Issue("node", (row + FIRST_ROW,), "x_coord", rule, found)


def lengths_reach(model: Model) -> Iterator[Issue]:
    """A link's length fits the straight line between its places (advice)."""
    starts, ends = link_ends(model)
    straights = great_circle_km(starts, ends)  # NaN where a place is unknown
    lengths = model["link"].number("length_km")
    rough = lengths < STRAIGHT_LINE_TOLERANCE * straights - LEAST_GAP_KM
    far = (straights > LEAST_STRAIGHT_KM) & (lengths > LONGEST_DETOUR * straights)
    for row in np.nonzero(rough | far)[0]:
        told = f"the straight line, {straights[row]:.0f} km"
        over = f"is over {LONGEST_DETOUR:g} times {told}"
        rule = f"is shorter than {told}" if rough[row] else over
        where = (int(row) + FIRST_ROW,)
        yield Issue("link", where, "length_km", rule, f"{lengths[row]:g}")


FAULTS: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (gauges_agree, ("link", "carrier")),
    (groups_are_no_other_carrier, ("carrier",)),
    (ends_differ, ("link",)),
    (land_crossings_have_borders, ("link", "carrier", "node")),
    (borders_join_two_countries, ("border", "node")),
    (borders_have_a_link, ("border", "link")),
    (service_calls_are_joined, ("service", "link", "carrier")),
    (transfers_fit_their_kind, ("transfer",)),
    (orders_act_on_something, ("regime", "node")),
    (corridors_are_joined, ("corridor", "link")),
    (mixes_add_up, ("corridor", "commodity")),
    (coordinates_lie_in_their_country, ("node",)),
)
ADVICE: tuple[tuple[Rule, tuple[str, ...]], ...] = ((lengths_reach, ("node", "link")),)


@cache
def country_boxes() -> dict[str, tuple[float, float, float, float]]:
    """Return west, south, east and north of each country that is known."""
    file = resources.files("bereket.model").joinpath("country_boxes.csv")
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    sides = ("west", "south", "east", "north")
    return {
        row["country_iso3"]: tuple(float(row[side]) for side in sides)  # type: ignore[misc]
        for row in rows
    }


def lies_in(box: tuple[float, float, float, float], x: float, y: float) -> bool:
    """Whether a point lies in a country's box, or hardly outside it."""
    west, south, east, north = box
    margin = BOX_MARGIN_DEGREE
    return west - margin <= x <= east + margin and south - margin <= y <= north + margin


def link_ends(model: Model) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the coordinates of both ends of every link, NaN where unknown.

    Returns
    -------
    starts : (n_links, 2)
        Longitude and latitude of the start [degree].
    ends : (n_links, 2)
        Those of the end.
    """
    node, link = model["node"], model["link"]
    place = {name: row for row, name in enumerate(node.labels("node_id"))}
    known = np.column_stack((node.number("x_coord"), node.number("y_coord")))
    points = np.concatenate((known, np.full((1, 2), np.nan)))  # the last: no place
    starts, ends = (
        points[[place.get(name, -1) for name in link.labels(column)]]
        for column in ("from_node_id", "to_node_id")
    )
    return starts, ends


def _mm(gauge: float) -> str:
    return "none" if np.isnan(gauge) else f"{gauge:g} mm"


def _ends_and_uses(model: Model) -> list[tuple[str, str, tuple[str, ...]]]:
    link = model["link"]
    starts, ends = link.text("from_node_id"), link.text("to_node_id")
    uses = link.lists("allowed_uses")
    return [(str(a), str(b), u) for a, b, u in zip(starts, ends, uses, strict=True)]


def _countries(model: Model) -> dict[str, str]:
    node = model["node"]
    pairs = zip(node.text("node_id"), node.text("country_iso3"), strict=True)
    return {str(node_id): str(iso3) for node_id, iso3 in pairs}


def _by_carrier(model: Model, column: str) -> dict[str, float]:
    carrier = model["carrier"]
    values: NDArray[np.float64] = carrier.number(column)
    pairs = zip(carrier.text("carrier_id"), values, strict=True)
    return {str(carrier_id): float(value) for carrier_id, value in pairs}


def _text_by_carrier(model: Model, column: str) -> dict[str, str]:
    carrier = model["carrier"]
    pairs = zip(carrier.text("carrier_id"), carrier.text(column), strict=True)
    return {str(carrier_id): str(value) for carrier_id, value in pairs}


def _border_sides(
    model: Model,
) -> tuple[dict[tuple[str, str, str], frozenset[str]], set[tuple[str, str, str]]]:
    """Return the sides that have a row, by crossing; internal crossings apart."""
    border = model["border"]
    sides: dict[tuple[str, str, str], frozenset[str]] = {}
    internal: set[tuple[str, str, str]] = set()
    for row, names in enumerate(border.lists("carrier_id")):
        start = str(border.text("from_node_id")[row])
        end = str(border.text("to_node_id")[row])
        for carrier in model.carriers(names):
            way = (start, end, carrier)
            side = frozenset((str(border.text("side_iso3")[row]),))
            sides[way] = sides.get(way, frozenset()) | side
            if border.text("document")[row] == "internal":
                internal.add(way)
    return sides, internal
