"""Expand a model into layers and arcs: the virtual network of Jourquin & Beuthe (1996).

Every place becomes one vertex a carrier that calls there. Rows that are closed on one
date are open on another, so that all rows are expanded; which arcs are open is a mask.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import DESTINATION, NONE, ORIGIN, ArcKind, Arcs, Vertices
from bereket.model.model import Model


def expand(model: Model) -> tuple[Vertices, Arcs]:
    """Expand a model into vertices and arcs.

    Parameters
    ----------
    model : Model
        A model without fault.

    Returns
    -------
    tuple of Vertices and Arcs
        Arcs sorted by tail, then in the order of the tables' rows.

    Notes
    -----
    The order of vertices and arcs follows the rows, so that the same folder gives the
    same arrays on every machine.

    References
    ----------
    .. [1] Jourquin, B., Beuthe, M. (1996). Transportation policy analysis with a
       geographic information system: the virtual network of freight transportation in
       Europe. *Transportation Research C* 4(6).
    """
    draft = _Draft(model)
    _add_lines(draft)
    _add_borders(draft)
    _add_transfers(draft)
    _add_services(draft)
    _add_products(draft)
    return draft.frozen()


@dataclass
class _Draft:
    """Vertices and arcs while they are collected."""

    model: Model
    vertex_of: dict[tuple[object, ...], int] = field(default_factory=dict)
    vertices: list[tuple[int, int, bool]] = field(default_factory=list)
    arcs: list[tuple[int, ...]] = field(default_factory=list)
    gates: set[tuple[int, int, int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        node, carrier = self.model["node"], self.model["carrier"]
        self.place_of = {str(n): i for i, n in enumerate(node.text("node_id"))}
        self.country = [str(c) for c in node.text("country_iso3")]
        self.layer_of = {str(c): i for i, c in enumerate(carrier.text("carrier_id"))}
        self.is_free = carrier.text("runs") == "free"
        self.known_layers: dict[tuple[str, ...], tuple[int, ...]] = {}
        self.stops = dict(self._stops())
        self.ends = self._ends()
        self.rides = self._rides()

    def _stops(self) -> Iterator[tuple[tuple[int, int], int]]:
        stop = self.model["stop"]
        for row, names in enumerate(stop.lists("carrier_id")):
            place = self.place_of[str(stop.text("node_id")[row])]
            for layer in self.layers(names):
                yield (place, layer), row

    def _ends(self) -> list[tuple[int, int, bool]]:
        """Return the places of every link, and whether it runs one way only."""
        link = self.model["link"]
        starts, ends = (
            [self.place_of[name] for name in link.labels(column)]
            for column in ("from_node_id", "to_node_id")
        )
        one_way = (link.number("directed") == 1).tolist()
        return list(zip(starts, ends, one_way, strict=True))

    def _rides(self) -> dict[tuple[int, int, int], list[int]]:
        """Return the links from place to place by carrier."""
        rides: dict[tuple[int, int, int], list[int]] = {}
        for row, names in enumerate(self.model["link"].lists("allowed_uses")):
            a, b, one_way = self.ends[row]
            for layer in self.layers(names):
                rides.setdefault((a, b, layer), []).append(row)
                if not one_way:
                    rides.setdefault((b, a, layer), []).append(row)
        return rides

    def layers(self, names: tuple[str, ...]) -> tuple[int, ...]:
        if names not in self.known_layers:  # many rows name the same carriers
            found = (self.layer_of[carrier] for carrier in self.model.carriers(names))
            self.known_layers[names] = tuple(found)
        return self.known_layers[names]

    def vertex(self, place: int, layer: int, *apart: object) -> int:
        key = (place, layer, *apart)
        if key not in self.vertex_of:
            self.vertex_of[key] = len(self.vertices)
            self.vertices.append((place, layer, not apart))
        return self.vertex_of[key]

    def arc(  # noqa: PLR0913 one column each
        self,
        ends: tuple[int, int],
        kind: ArcKind,
        carrier: int,
        places: tuple[int, int],
        *,
        main: int,
        link: int = NONE,
        side: int = NONE,
    ) -> None:
        self.arcs.append((*ends, int(kind), carrier, link, main, side, *places))

    def frozen(self) -> tuple[Vertices, Arcs]:
        places = np.array(self.vertices, dtype=np.int32).reshape(-1, 3)
        table = np.array(self.arcs, dtype=np.int32).reshape(-1, 9)
        table = table[np.argsort(table[:, 0], kind="stable")]
        tail, head, kind, carrier, link, main, side, start, end = (
            np.ascontiguousarray(column) for column in table.T
        )
        kinds = kind.astype(np.int8)
        arcs = Arcs(tail, head, kinds, carrier, link, main, side, start, end)
        is_layer = places[:, 2].astype(bool)
        vertices = Vertices(places[:, 0].copy(), places[:, 1].copy(), is_layer)
        for array in (*_arrays(arcs), *_arrays(vertices)):
            array.setflags(write=False)
        return vertices, arcs


def _arrays(holder: Arcs | Vertices) -> list[NDArray[np.generic]]:
    return [getattr(holder, name) for name in holder.__slots__]


def _add_lines(draft: _Draft) -> None:
    """Add line arcs of carriers that run free; gates stand at borders."""
    link = draft.model["link"]
    sides = _border_sides(draft)
    for row, names in enumerate(link.lists("allowed_uses")):
        start, end, one_way = draft.ends[row]
        ways = [(start, end)] if one_way else [(start, end), (end, start)]
        for layer in draft.layers(names):
            if not draft.is_free[layer]:
                continue
            for a, b in ways:
                tail, head = _gated_ends(draft, a, b, layer, sides)
                stop = draft.stops.get((b, layer), NONE)
                draft.arc(
                    (tail, head),
                    ArcKind.LINE,
                    layer,
                    (a, b),
                    main=row,
                    link=row,
                    side=stop,
                )


def _border_sides(draft: _Draft) -> dict[tuple[int, int, int], set[str]]:
    border = draft.model["border"]
    side = border.labels("side_iso3")
    sides: dict[tuple[int, int, int], set[str]] = {}
    for row, names in enumerate(border.lists("carrier_id")):
        a = draft.place_of[border.labels("from_node_id")[row]]
        b = draft.place_of[border.labels("to_node_id")[row]]
        for layer in draft.layers(names):
            sides.setdefault((a, b, layer), set()).add(side[row])
    return sides


def _gated_ends(
    draft: _Draft,
    a: int,
    b: int,
    layer: int,
    sides: dict[tuple[int, int, int], set[str]],
) -> tuple[int, int]:
    """Return the ends of a line arc: layers, or gates where a border side has rows."""
    tail, head = draft.vertex(a, layer), draft.vertex(b, layer)
    found = sides.get((a, b, layer), set())
    if draft.country[a] in found:
        draft.gates.add((a, b, layer, "exit"))
        tail = draft.vertex(a, layer, "exit", b)
    if draft.country[b] in found:
        draft.gates.add((a, b, layer, "entry"))
        head = draft.vertex(b, layer, "entry", a)
    return tail, head


def _add_borders(draft: _Draft) -> None:
    """Add the border arcs: out through the near side, in through the far side."""
    border = draft.model["border"]
    for row, names in enumerate(border.lists("carrier_id")):
        a = draft.place_of[border.labels("from_node_id")[row]]
        b = draft.place_of[border.labels("to_node_id")[row]]
        is_exit = border.labels("side_iso3")[row] == draft.country[a]
        for layer in draft.layers(names):
            if (a, b, layer, "exit" if is_exit else "entry") not in draft.gates:
                continue
            if is_exit:
                ends = draft.vertex(a, layer), draft.vertex(a, layer, "exit", b)
            else:
                ends = draft.vertex(b, layer, "entry", a), draft.vertex(b, layer)
            draft.arc(ends, ArcKind.BORDER, layer, (a, b), main=row)


def _add_transfers(draft: _Draft) -> None:
    """Add loading, unloading, and changes between carriers at a place."""
    transfer = draft.model["transfer"]
    before, after = transfer.lists("from_carrier_id"), transfer.lists("to_carrier_id")
    for row, node_id in enumerate(transfer.text("node_id")):
        place = draft.place_of[str(node_id)]
        for arriving, leaving in _pairs(draft, before[row], after[row]):
            if arriving == NONE:
                ends = draft.vertex(place, ORIGIN), draft.vertex(place, leaving)
                kind, carrier = ArcKind.LOAD, leaving
            elif leaving == NONE:
                ends = draft.vertex(place, arriving), draft.vertex(place, DESTINATION)
                kind, carrier = ArcKind.UNLOAD, arriving
            else:
                ends = draft.vertex(place, arriving), draft.vertex(place, leaving)
                kind, carrier = ArcKind.TRANSFER, arriving
            stop = draft.stops.get((place, leaving), NONE)
            draft.arc(ends, kind, carrier, (place, place), main=row, side=stop)


def _pairs(
    draft: _Draft, before: tuple[str, ...], after: tuple[str, ...]
) -> Iterator[tuple[int, int]]:
    """Give pairs of layers; between two groups the service class is kept."""
    arriving = draft.layers(before) or (NONE,)
    leaving = draft.layers(after) or (NONE,)
    service_class = draft.model["carrier"].text("service_class")
    known = draft.layer_of
    grouped = bool(before and after) and not any(n in known for n in (*before, *after))
    for a in arriving:
        for b in leaving:
            if a != b and (not grouped or service_class[a] == service_class[b]):
                yield a, b


def _add_services(draft: _Draft) -> None:
    """Add boarding, rides and alighting of every service, there and back."""
    service, stop = draft.model["service"], draft.model["service_stop"]
    berths = _berths(draft)
    calls: dict[str, list[tuple[float, int]]] = {}
    for row, service_id in enumerate(stop.text("service_id")):
        place = draft.place_of[str(stop.text("node_id")[row])]
        calls.setdefault(str(service_id), []).append(
            (stop.number("sequence")[row], place)
        )
    for row, service_id in enumerate(service.text("service_id")):
        layer = draft.layer_of[str(service.text("carrier_id")[row])]
        places = [place for _, place in sorted(calls.get(str(service_id), []))]
        for way, ordered in (("there", places), ("back", places[::-1])):
            on_board = [
                draft.vertex(place, layer, "on board", row, way, at)
                for at, place in enumerate(ordered)
            ]
            for at, place in enumerate(ordered):
                shore, aboard = draft.vertex(place, layer), on_board[at]
                here = (place, place)
                if at < len(ordered) - 1:
                    for berth in berths.get((place, layer), [NONE]):
                        draft.arc(
                            (shore, aboard),
                            ArcKind.BOARD,
                            layer,
                            here,
                            main=row,
                            side=berth,
                        )
                    for link in draft.rides.get((place, ordered[at + 1], layer), []):
                        draft.arc(
                            (aboard, on_board[at + 1]),
                            ArcKind.RIDE,
                            layer,
                            (place, ordered[at + 1]),
                            main=row,
                            link=link,
                        )
                if at:
                    draft.arc((aboard, shore), ArcKind.ALIGHT, layer, here, main=row)


def _berths(draft: _Draft) -> dict[tuple[int, int], list[int]]:
    port = draft.model["port"]
    berths: dict[tuple[int, int], list[int]] = {}
    for row, names in enumerate(port.lists("carrier_id")):
        place = draft.place_of[str(port.text("node_id")[row])]
        for layer in draft.layers(names):
            berths.setdefault((place, layer), []).append(row)
    return berths


def _add_products(draft: _Draft) -> None:
    """Add an arc for each through rate whose ends are not those of a single link."""
    tariff = draft.model["tariff"]
    everyone = tuple(draft.layer_of)
    for row, names in enumerate(tariff.lists("carrier_id")):
        entry = str(tariff.text("entry_node_id")[row])
        leave = str(tariff.text("exit_node_id")[row])
        if tariff.text("kind")[row] != "rate" or not entry or not leave:
            continue
        if tariff.text("load")[row] != "loaded":
            continue
        a, b = draft.place_of[entry], draft.place_of[leave]
        through = bool(tariff.text("via_node_id")[row])
        for layer in draft.layers(names or everyone):
            is_one_link = (a, b, layer) in draft.rides and not through
            known = (a, layer) in draft.vertex_of and (b, layer) in draft.vertex_of
            if known and not is_one_link:
                ends = draft.vertex(a, layer), draft.vertex(b, layer)
                draft.arc(ends, ArcKind.PRODUCT, layer, (a, b), main=row)
