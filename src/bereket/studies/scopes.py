"""What an observation counts, in terms of the paths of an assignment."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.choice import Chosen
from bereket.analysis.assign.freight import Freight
from bereket.compiled.arcs import NONE, ArcKind, of_kinds
from bereket.compiled.corridors import gateways_of, passed
from bereket.compiled.money import teu_per_t
from bereket.model.model import Model, Table
from bereket.studies.observations import seen

Floats = NDArray[np.float64]
KINDS: Final = ("flow", "throughput")
UNITS: Final = ("t", "teu")
BOX_UNITS: Final = ("teu", "feu")  # units of carriers that take containers
LINK, NODE = "link:", "node:"
EMPTY_BOXES: Final = "containers_empty"
SCOPES: Final = {
    "wider": "it counts more than what it stands on",
    "part": "it counts a part of what it stands on",
    "input": "the demand of the model rests on it, so that it tests nothing",
}
NOT_UNITS: Final = "and the assignment tells tonnes and boxes"


class Scopes:
    """Reads observations of one year against the paths of its assignment.

    Parameters
    ----------
    model : Model
        Its table `observation` is read.
    year : int
        The year.
    freight : Freight
        The assignment, laid out.
    chosen : Chosen
        The paths that shippers choose from.
    """

    def __init__(
        self, model: Model, year: int, freight: Freight, chosen: Chosen
    ) -> None:
        self.model, self.year, self.chosen = model, year, chosen
        self.table = model["observation"]
        self.graph = freight.offer.graph
        self.per_year = freight.laid.per_year
        pairs = chosen.sets.pair.tolist()
        sent = [way.wanted.sent for way in freight.ways]
        self.cargo = np.array([sent[at].shipment.commodity_id for at in pairs])
        kind = freight.laid.problem.kind_of_pair[chosen.sets.pair]
        self.kind, self.prices = kind, freight.offer.prices
        self.sent = {each.shipment.commodity_id for each in sent}
        self.corridors = set(model["corridor"].labels("corridor_id"))
        flat = [self.graph.chains.flat(way) for way in chosen.ways]
        self.start = np.concatenate(([0], np.cumsum([each.size for each in flat])))
        self.arcs = np.concatenate([np.empty(0, dtype=np.int32), *flat])
        self._led: dict[str, NDArray[np.bool_]] = {}

    def rows(self) -> list[int]:
        """Return the rows of flows that reach into the year as a calendar year."""
        kinds = self.table.labels("kind")
        return [
            row
            for row in range(len(self.table))
            if kinds[row] in KINDS and seen(self.table, row).calendar_year == self.year
        ]

    def fault(self, row: int) -> str:
        """Return why a row cannot be held against paths; empty where it can."""
        table = self.table
        of, unit = table.lists("on")[row], table.labels("unit")[row]
        basis, scope = table.labels("weight_basis")[row], _scope(table, row)
        faults = {
            f"counted in {unit}, {NOT_UNITS}": unit not in UNITS,
            f"weighed {basis.replace('_', ' ')}, and the assignment is net": (
                basis not in {"", "net"}
            ),
            SCOPES.get(scope, ""): scope in SCOPES,
            "of a country, which paths only cross": not self._is_passed(of),
            "it counts empty boxes in one direction, and they are told of both": (
                self._counts_empties(row) and bool(table.labels("direction")[row])
            ),
        }
        found = next((why for why, stands in faults.items() if stands), "")
        direction = table.labels("direction")[row]
        is_of_one = direction and of[0] in self.corridors
        if not found and is_of_one and direction not in compass(self.model, of[0]):
            return f"{of[0]} does not run {direction} or back"
        return found

    def _counts_empties(self, row: int) -> bool:
        named = EMPTY_BOXES in self.table.lists("commodity_id")[row]
        return bool(named or self.table.number("counts_empties")[row] == 1.0)

    def weights(self, row: int) -> Floats:
        """Return what a tonne a day on each path adds to an observation, in its unit.

        Parameters
        ----------
        row : int
            A row without fault.

        Returns
        -------
        (n_paths,)
            Units a year.
        """
        table = self.table
        direction = table.labels("direction")[row]
        counted = np.zeros(len(self.chosen.ways), dtype=bool)
        for element in table.lists("on")[row]:
            counted |= self._passing(element, direction)
        if table.labels("unit")[row] == "teu":  # a box is counted whatever is in it
            each = _boxes(self)
            if self._counts_empties(row):
                each = each * (1.0 + _empty_share(self))
            return np.asarray(np.where(counted, each, 0.0) * self.per_year)
        cargoes = table.lists("commodity_id")[row]
        if cargoes:
            counted &= np.isin(self.cargo, cargoes)
        return np.where(counted, self.per_year, 0.0)

    def _is_passed(self, elements: Sequence[str]) -> bool:
        return all(
            each in self.corridors or each.startswith((LINK, NODE)) for each in elements
        )

    def _passing(self, element: str, direction: str) -> NDArray[np.bool_]:
        """Return which paths pass a corridor, a link, or the quays of a place."""
        graph = self.graph
        if element in self.corridors:
            named = (element in each for each in self.chosen.corridors)
            found = np.fromiter(named, dtype=bool, count=len(self.chosen.ways))
            if direction:
                there = self._leads(element)
                is_there = compass(self.model, element).index(direction) == 0
                found &= there if is_there else ~there
            return found
        if element.startswith(LINK):
            rows = graph.model["link"].row_of[(element.removeprefix(LINK),)]
            on = np.isin(graph.arcs.link_idx, rows)
            return self.any_on(on & self._runs(direction) if direction else on)
        (row, *_) = graph.model["node"].row_of[(element.removeprefix(NODE),)]
        quays = of_kinds(graph.arcs.kind, (ArcKind.BOARD, ArcKind.ALIGHT))
        here = (graph.arcs.start_idx == row) | (graph.arcs.end_idx == row)
        return self.any_on(quays & here)

    def any_on(self, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which paths hold an arc that is marked."""
        if not self.arcs.size:
            return np.zeros(0, dtype=bool)
        on = marked[self.arcs].astype(np.int64)
        return np.asarray(np.add.reduceat(on, self.start[:-1]) > 0)

    def _runs(self, direction: str) -> NDArray[np.bool_]:
        """Return which arcs run in a direction of the compass."""
        node, arcs = self.graph.model["node"], self.graph.arcs
        axis = "x_coord" if direction in ("east", "west") else "y_coord"
        at = node.number(axis)
        change = at[arcs.end_idx] - at[arcs.start_idx]
        return np.asarray(change > 0 if direction in ("east", "north") else change < 0)

    def _leads(self, corridor_id: str) -> NDArray[np.bool_]:
        """Return which paths pass the gateways of a corridor as they stand."""
        if corridor_id not in self._led:
            gateways = gateways_of(self.graph, corridor_id)
            self._led[corridor_id] = np.array(
                [
                    corridor_id in named and gateways.leads(passed(self.graph, way))
                    for way, named in zip(
                        self.chosen.ways, self.chosen.corridors, strict=True
                    )
                ],
                dtype=bool,
            )
        return self._led[corridor_id]


def compass(model: Model, corridor_id: str) -> tuple[str, str]:
    """Return the directions of a corridor there and back.

    Parameters
    ----------
    model : Model
        Its tables `corridor` and `node` are read.
    corridor_id : str
        The corridor.

    Returns
    -------
    tuple of str and str
        By the larger difference between its mean origin and mean destination.
    """
    node, table = model["node"], model["corridor"]
    (row,) = table.row_of[(corridor_id,)]

    def middle(column: str, axis: str) -> float:
        rows = [node.row_of[(key,)][-1] for key in table.lists(column)[row]]
        return float(node.number(axis)[rows].mean())

    east, north = (
        middle("destination_node_ids", axis) - middle("origin_node_ids", axis)
        for axis in ("x_coord", "y_coord")
    )
    if abs(east) >= abs(north):
        return ("east", "west") if east > 0 else ("west", "east")
    return ("north", "south") if north > 0 else ("south", "north")


def _scope(table: Table, row: int) -> str:
    """Return what an observation counts of what it stands on."""
    return str(table.text("scope")[row])


def _empty_share(of: Scopes) -> Floats:
    """Return the share of the boxes of each path that come back empty."""
    carrier = of.graph.arcs.carrier_idx[of.arcs]
    takes = np.isin(of.graph.model["carrier"].text("unit"), BOX_UNITS)[carrier]
    path = np.repeat(np.arange(of.kind.size), np.diff(of.start))
    by_kind = np.array([each.rents.empty_share for each in of.prices])
    share = np.where(takes, by_kind[of.kind[path], carrier], 0.0)
    found = np.zeros(of.kind.size)
    np.maximum.at(found, path, share)
    return found


def _boxes(of: Scopes) -> Floats:
    """Return the boxes of twenty feet that a tonne of each path is; 0 in bulk."""
    unit = of.graph.model["carrier"].text("unit")
    carrier = of.graph.arcs.carrier_idx
    takes = np.isin(unit, BOX_UNITS)[carrier] & (carrier != NONE)
    by_cargo = {name: teu_per_t(of.model, name) for name in of.sent}
    boxes = np.array([by_cargo[name] for name in of.cargo.tolist()])
    return np.where(of.any_on(takes), boxes, 0.0)
