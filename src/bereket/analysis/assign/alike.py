"""Ways of a network that is like one asked before, where nothing on them differs."""

from dataclasses import dataclass, field, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import Arcs
from bereket.compiled.cost import Prices, price
from bereket.compiled.graph import Graph
from bereket.compiled.shipment import Shipment
from bereket.compiled.values import Values
from bereket.model.calendar import is_open, is_valid
from bereket.model.model import Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bits = NDArray[np.uint8]
ALIKE: Final = "a network like this"  # what a network keeps the other under
# Tables that money rests on and that no array on arcs shows in full: a rate by distance
# holds for runs, an order for whole ways.
PRICED_BY: Final = (
    *("config", "node", "carrier", "commodity", "corridor", "tariff", "rent"),
    *("fx", "deflator", "regime", "access"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Real alternatives of one pair.

    Attributes
    ----------
    ways : tuple of (n,) int32
        Arcs of the graph.
    link_km : (n_ways, n_links)
        Kilometres that they share.
    extra_usd_per_t : (n_ways,)
        What they cost beyond the sum of their arcs.
    corridors : tuple of tuple of str
        Corridors of each.
    reach : (n_bits,) uint8
        Arcs among which they were looked for, a bit each.
    """

    ways: tuple[Ints, ...]
    link_km: Floats
    extra_usd_per_t: Floats
    corridors: tuple[tuple[str, ...], ...]
    reach: Bits


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """Two networks of the same arcs, tariffs and orders, that differ in a few values.

    Attributes
    ----------
    graph, other : Graph
        The network asked, and the one asked before.
    differs : dict
        Arcs that differ for a shipment, kept.
    """

    graph: Graph
    other: Graph
    differs: dict[tuple[Shipment, str], NDArray[np.bool_]] = field(default_factory=dict)

    def lent(
        self, key: object, prices: Prices, party: str, usable: NDArray[np.bool_]
    ) -> Found | None:
        """Return the ways of the other network that are those of this one too.

        Parameters
        ----------
        key : hashable
            What both keep the pair's ways under.
        prices : Prices
            Prices of this network.
        party : str
            Party class that asks.
        usable : (n_arcs,) bool
            Arcs among which ways of this network are looked for.

        Returns
        -------
        Found or None
            None where the other has none, looks elsewhere, or an arc differs.

        Notes
        -----
        Ways are looked for among arcs within reach and ranked by what those cost: where
        reach is the same and no arc in it differs, so are the ways.
        """
        found = self.other.kept.get(key)
        if not isinstance(found, Found):
            return None
        if not np.array_equal(found.reach, np.packbits(usable)):
            return None
        shipment = prices.shipment
        if (shipment, party) not in self.differs:
            before = price(self.other, shipment, party)
            self.differs[shipment, party] = _differing(prices, before) | self._values()
        return None if (self.differs[shipment, party] & usable).any() else found

    def _values(self) -> NDArray[np.bool_]:
        """Return the arcs whose kilometres, hours or emissions differ."""
        pairs = (
            (
                getattr(self.graph.values, each.name),
                getattr(self.other.values, each.name),
            )
            for each in fields(Values)
        )
        return np.asarray(np.any([_apart(one, two) for one, two in pairs], axis=0))


def lend_ways(graph: Graph, other: Graph) -> bool:
    """Let a network use the ways of another where nothing on them differs.

    Parameters
    ----------
    graph : Graph
        The network to be asked.
    other : Graph
        One that was asked with the same objective.

    Returns
    -------
    bool
        Whether it may: arcs, chains, tariffs and orders are the same.
    """
    if graph is other or not _is_like(graph, other):
        return False
    graph.kept[ALIKE] = Alike(graph, other)
    return True


def lender_of(graph: Graph) -> Alike | None:
    """Return the network that ways may be lent from, if there is one."""
    found = graph.kept.get(ALIKE)
    return found if isinstance(found, Alike) else None


def _is_like(graph: Graph, other: Graph) -> bool:
    """Whether two networks have the same arcs, chains, tariffs and orders."""
    arcs = all(
        np.array_equal(getattr(graph.arcs, each.name), getattr(other.arcs, each.name))
        for each in fields(Arcs)
    )
    if not arcs or graph.n_vertices != other.n_vertices:
        return False
    one, two = graph.chains, other.chains
    if one.broken != two.broken or one.arcs_of.keys() != two.arcs_of.keys():
        return False
    if not all(np.array_equal(one.arcs_of[at], two.arcs_of[at]) for at in one.arcs_of):
        return False
    return all(_same_rows(graph, other, name) for name in PRICED_BY)


def _same_rows(graph: Graph, other: Graph, name: str) -> bool:
    """Whether a table has the same cells in both, and the same rows hold."""
    one, two = graph.model[name], other.model[name]
    if one is not two:
        if one.columns.keys() != two.columns.keys():
            return False
        if not all(_same(one.columns[c], two.columns[c]) for c in one.columns):
            return False
    if not one.schema.is_dated or not len(one):
        return True
    return np.array_equal(
        _holds(graph.model, graph, name), _holds(other.model, other, name)
    )


def _holds(model: Model, graph: Graph, name: str) -> NDArray[np.bool_]:
    table = model[name]
    if "status" in table.schema.fields:
        return is_open(table, graph.day)
    return is_valid(table, graph.day)


def _same(one: NDArray[Any], two: NDArray[Any]) -> bool:
    """Whether two columns are the same, unknown figures too."""
    if one is two:
        return True
    return np.array_equal(one, two, equal_nan=one.dtype.kind == "f" == two.dtype.kind)


def _differing(prices: Prices, before: Prices) -> NDArray[np.bool_]:
    """Return the arcs that cost something else, or are offered in one alone."""
    differs = prices.is_offered != before.is_offered
    differs |= prices.is_known != before.is_known
    for name in ("money_usd_per_t", "time_h", "raw_usd_per_t", "weight_usd_per_t"):
        differs |= _apart(getattr(prices, name), getattr(before, name))
    for part, money in prices.parts.items():
        differs |= _apart(money, before.parts[part])
    return np.asarray(differs | (prices.orders.is_shut != before.orders.is_shut))


def _apart(one: Floats, two: Floats) -> NDArray[np.bool_]:
    """Return where figures differ; unknown ones are alike."""
    return np.asarray((one != two) & ~(np.isnan(one) & np.isnan(two)))
