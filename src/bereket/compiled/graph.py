"""The compiled network: read-only CSR arrays whose arcs point back at their rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import (
    DESTINATION,
    MAIN_TABLE,
    NONE,
    ORIGIN,
    SIDE_TABLE,
    ArcKind,
    Arcs,
    Vertices,
)
from bereket.compiled.capacities import unmoved
from bereket.compiled.chains import Chains, fix_chains
from bereket.compiled.expand import expand
from bereket.compiled.kept import once
from bereket.compiled.resources import Resources, resources_of
from bereket.compiled.values import Values, arc_values, open_mask
from bereket.errors import QuestionError, ScenarioError
from bereket.model.changes import ReviseValue, SetValue
from bereket.model.model import Model
from bereket.model.places import find_place
from bereket.model.reference import RowReference, find_rows, parse_reference
from bereket.model.scenario import Scenario, apply

if TYPE_CHECKING:
    from collections.abc import Hashable

    from bereket.compiled.cost import Prices
    from bereket.compiled.derivations import Derivation
    from bereket.compiled.orders import Order
    from bereket.compiled.shipment import Shipment

Array = TypeVar("Array", bound=NDArray[np.generic])

# Tables whose rows ways run on.
PASSED_TABLES: Final = tuple(
    sorted({"node", "carrier", "link", *MAIN_TABLE.values(), *SIDE_TABLE.values()})
)
# Text columns whose values change neither vertices nor arcs.
PATCHED_TEXT: Final = frozenset(
    {"valid_from", "valid_to", "status", "electrified", "quality", "source_id", "note"}
)
# What a patched network has from the one it was made from: always, or by figures alone.
SHARED: Final = ("linked_places", "_positions", "_vertex_of")
SHARED_BY_FIGURES: Final = (*SHARED, "kept_by_text")


@dataclass(frozen=True)
class Graph:
    """A model compiled for one date.

    Attributes
    ----------
    model : Model
        What it was compiled from.
    day : date
        The date that `is_open` holds for.
    vertices : Vertices
        Places by carrier.
    arcs : Arcs
        Arcs in the order of their tails.
    values : Values
        Kilometres, hours, emissions of the arcs.
    resources : Resources
        What arcs share.
    chains : Chains
        Arcs that a product arc stands for.
    indptr : (n_vertices + 1,) int64
        Start of each vertex's outgoing arcs.
    is_open : (n_arcs,) bool
        Whether every row of the arc is open on the date.
    back_indptr, back_head, back_arc : arrays
        The graph with every arc reversed, and the arc each stands for.
    kept_by_text : dict
        What follows from arcs, date, text cells and where places lie. A network that is
        patched with figures shares it, and no other: nothing in it may rest on a figure
        of another table than ``node``, or on a chain.
    """

    model: Model
    day: date
    vertices: Vertices
    arcs: Arcs
    values: Values
    resources: Resources
    chains: Chains
    indptr: NDArray[np.int64]
    is_open: NDArray[np.bool_]
    back_indptr: NDArray[np.int64]
    back_head: NDArray[np.int32]
    back_arc: NDArray[np.int32]
    kept_by_text: dict["Hashable", Any] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )

    def __repr__(self) -> str:
        """Show size and date."""
        return (
            f"Graph({self.model.name!r} on {self.day}: {self.n_vertices} vertices, "
            f"{self.n_arcs} arcs, {self.resources.size} resources)"
        )

    @property
    def n_vertices(self) -> int:
        """Number of vertices."""
        return int(self.vertices.layer.size)

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return int(self.arcs.tail.size)

    def origin_of(self, place_idx: int) -> int:
        """Return the vertex where cargo of a place appears, or `NONE`."""
        return self._vertex_of.get((place_idx, ORIGIN), NONE)

    def destination_of(self, place_idx: int) -> int:
        """Return the vertex where cargo for a place leaves, or `NONE`."""
        return self._vertex_of.get((place_idx, DESTINATION), NONE)

    @cached_property
    def _vertex_of(self) -> dict[tuple[int, int], int]:
        """The first vertex of each place and layer."""
        places, layers = self.vertices.place_idx.tolist(), self.vertices.layer.tolist()
        keys = list(zip(places, layers, strict=True))
        return {key: at for at, key in reversed(list(enumerate(keys)))}

    def rows_of(self, arc: int) -> tuple[RowReference, ...]:
        """Return the rows that made an arc: its main row, its link, stop or berth."""
        return tuple(
            RowReference(table, self.model[table].keys[row])
            for table, row in self.positions_of(arc)
        )

    def positions_of(self, arc: int) -> tuple[tuple[str, int], ...]:
        """Return table and position of the rows that made an arc; as `rows_of`."""
        if arc not in self._positions:
            self._positions[arc] = self._find_positions(arc)
        return self._positions[arc]

    @cached_property
    def _positions(self) -> dict[int, tuple[tuple[str, int], ...]]:
        return {}

    @cached_property
    def linked_places(self) -> tuple[tuple[str, str] | None, ...]:
        """Places of the link that each arc runs on; None where it runs on none."""
        names = [str(name) for name in self.model["node"].text("node_id")]
        columns = (self.arcs.start_idx, self.arcs.end_idx, self.arcs.link_idx)
        return tuple(
            None if link == NONE else (names[start], names[end])
            for start, end, link in zip(*(c.tolist() for c in columns), strict=True)
        )

    def arcs_between(self, ends: frozenset[tuple[str, str]]) -> NDArray[np.bool_]:
        """Return the arcs that run on a link between any of the pairs, either way."""
        if ends not in self._arcs_between:
            either = ends | {(end, start) for start, end in ends}
            on_link = once(
                self.kept_by_text,
                ("between", ends),
                lambda: np.array([pair in either for pair in self.linked_places]),
            )
            self._arcs_between[ends] = frozen(self.chains.spread(on_link))
        return self._arcs_between[ends]

    @cached_property
    def orders(self) -> dict[int, "Order"]:
        """Orders in force by row of table ``regime``, kept for the next question."""
        return {}

    @cached_property
    def priced(self) -> dict[tuple["Shipment", str], "Prices"]:
        """Prices by shipment and party, kept for the next question."""
        return {}

    @cached_property
    def kept_capacities(
        self,
    ) -> dict[tuple[tuple[str, int], tuple[str, ...]], "Derivation"]:
        """Capacities by row and by the changes of the model that move it."""
        return {}

    @cached_property
    def kept(self) -> dict["Hashable", Any]:
        """What questions laid out on the network, kept for the next one."""
        return {}

    @cached_property
    def _arcs_between(self) -> dict[frozenset[tuple[str, str]], NDArray[np.bool_]]:
        return {}

    def _find_positions(self, arc: int) -> tuple[tuple[str, int], ...]:
        kind = ArcKind(int(self.arcs.kind[arc]))
        named = [(MAIN_TABLE[kind], int(self.arcs.main_idx[arc]))]
        if self.arcs.link_idx[arc] != NONE:
            named.append(("link", int(self.arcs.link_idx[arc])))
        if self.arcs.side_idx[arc] != NONE:
            named.append((SIDE_TABLE[kind], int(self.arcs.side_idx[arc])))
        return tuple(dict.fromkeys(named))


def build(model: Model, day: date) -> Graph:
    """Compile a model for a date.

    Parameters
    ----------
    model : Model
        A model without fault.
    day : date
        The date whose rows are open.

    Returns
    -------
    Graph
        Read-only arrays.
    """
    vertices, arcs = expand(model)
    n_vertices = vertices.layer.size
    order = np.argsort(arcs.head, kind="stable").astype(np.int32)
    return _with_values(
        Graph(
            model=model,
            day=day,
            vertices=vertices,
            arcs=arcs,
            values=arc_values(model, arcs),
            resources=resources_of(model, vertices, arcs),
            chains=Chains.none(),
            indptr=starts(arcs.tail, n_vertices),
            is_open=np.empty(0, dtype=bool),
            back_indptr=starts(arcs.head[order], n_vertices),
            back_head=frozen(arcs.tail[order]),
            back_arc=frozen(order),
        )
    )


def patch(graph: Graph, changes: tuple[SetValue | ReviseValue, ...]) -> Graph:
    """Change values of a compiled network without expanding it again.

    Parameters
    ----------
    graph : Graph
        The network; it is not altered.
    changes : tuple of SetValue or ReviseValue
        Changes of figures, dates or states.

    Returns
    -------
    Graph
        The same vertices and arcs with the values of the changed model.

    Raises
    ------
    ScenarioError
        When a change alters what arcs there are; then compile again.
    """
    for change in changes:
        table = graph.model[change.reference.table]
        field = table.schema.field(change.column)
        if field is None or (
            field.type != "number" and change.column not in PATCHED_TEXT
        ):
            msg = f"{change}: this changes the network's shape; compile it again"
            raise ScenarioError(msg)
    model = apply(graph.model, Scenario("patch", changes))
    values = arc_values(model, graph.arcs)
    patched = _with_values(replace(graph, model=model, values=values))
    shared = SHARED_BY_FIGURES if _sets_figures(graph.model, changes) else SHARED
    patched.__dict__.update({name: getattr(graph, name) for name in shared})
    patched.kept_capacities.update(unmoved(graph.model, model, graph.kept_capacities))
    return patched


def _sets_figures(model: Model, changes: Iterable[SetValue | ReviseValue]) -> bool:
    """Whether changes leave all text, and places where they lie."""
    columns = {(each.reference.table, each.column) for each in changes}
    fields = (
        None if table == "node" else model[table].schema.field(column)
        for table, column in columns
    )
    return all(field is not None and field.type == "number" for field in fields)


def arcs_of_rows(graph: Graph, table: str, rows: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return which arcs rest on any of the given rows of a table.

    Parameters
    ----------
    graph : Graph
        The network.
    table : str
        Table of the rows; for ``node`` the border, transfer, port and boarding arcs at
        the place, and the lines that start or end there.
    rows : tuple of int
        Positions of the rows.

    Returns
    -------
    (n_arcs,) bool
        True where an arc rests on one of the rows, by itself or through its chain.
    """
    arcs = graph.arcs
    found = np.zeros(graph.n_arcs, dtype=bool)
    if table == "node":
        found |= among(arcs.start_idx, rows) | among(arcs.end_idx, rows)
    elif table == "carrier":
        found |= among(arcs.carrier_idx, rows)
    elif table == "link":
        found |= among(arcs.link_idx, rows)
    for kind in ArcKind:
        if MAIN_TABLE[kind] == table:
            found |= (arcs.kind == kind) & among(arcs.main_idx, rows)
        if SIDE_TABLE.get(kind) == table:
            found |= (arcs.kind == kind) & among(arcs.side_idx, rows)
    return graph.chains.spread(found)


def arcs_meant(graph: Graph, text: str) -> NDArray[np.bool_]:
    """Return the arcs that a row reference, a country or a place stands for.

    Raises
    ------
    ScenarioError
        When it is a reference that the model does not hold.
    QuestionError
        When it is neither a reference nor a place, or a row that no way runs on.

    Notes
    -----
    A country, by its ISO3 code, stands for all arcs that start or end in it.
    """
    if ":" in text:
        reference = parse_reference(text)
        rows = find_rows(graph.model, reference)
        if reference.table not in PASSED_TABLES:
            told = ", ".join(PASSED_TABLES)
            if reference.table == "corridor":
                told = "link, one of its gateways"
            msg = (
                f"no way runs on {text!r}: avoid a place, a country, or a row of {told}"
            )
            raise QuestionError(msg)
        return arcs_of_rows(graph, reference.table, rows)
    countries = graph.model["node"].text("country_iso3")
    inside = np.nonzero(countries == text)[0]
    if inside.size and (text,) not in graph.model["node"].row_of:
        return arcs_of_rows(graph, "node", tuple(inside.tolist()))
    meant = [
        f"{table}:{text}"
        for table in ("link", "corridor", "service", "carrier")
        if (text,) in graph.model[table].row_of
    ]
    if meant and (text,) not in graph.model["node"].row_of:
        msg = f"{text!r} is no place or country; write {meant[0]!r} for the row"
        raise QuestionError(msg)
    return arcs_of_rows(graph, "node", (find_place(graph.model, text),))


def among(values: NDArray[np.int32], rows: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return which values are one of a few rows."""
    if len(rows) == 1:
        return np.asarray(values == rows[0], dtype=bool)
    return np.isin(values, rows)


def _with_values(graph: Graph) -> Graph:
    """Fix what follows from values and date: what is open, and the product chains."""
    mask = open_mask(graph.model, graph.arcs, graph.day)
    chains = fix_chains(
        graph.model, graph.vertices, graph.arcs, graph.values, graph.indptr, mask
    )
    mask[list(chains.broken)] = False
    values = chains.summed(graph.values)
    return replace(graph, is_open=frozen(mask), chains=chains, values=values)


def starts(sorted_ends: NDArray[np.int32], n_vertices: int) -> NDArray[np.int64]:
    """Return where each vertex's arcs begin, of arcs sorted by vertex; read-only."""
    counts = np.bincount(sorted_ends, minlength=n_vertices)
    return frozen(np.concatenate(([0], np.cumsum(counts))).astype(np.int64))


def frozen(array: Array) -> Array:
    """Return an array that was made read-only."""
    array.setflags(write=False)
    return array
