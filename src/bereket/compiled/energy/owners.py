"""Whose gas it is: where a country may have gas abroad, and by which pipes it goes.

Gas belongs to the country that wins it until a sale hands it over, and to whom it was
sold after that. At home a country may burn and store what it owns; abroad its gas only
passes. So the year needs, beside the balance of every node, one of every *place*: a gas
node, and an owner from abroad.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bereket.compiled.energy.case import Grid, Sales

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Handover:
    """Gas that changes hands at a node under a sale.

    Attributes
    ----------
    sale, bus : int
        Which sale, and at which gas node.
    giver, taker : str
        Whose it was, and whose it is.
    share : float
        Of what the sale gives: 1, or less the fee in kind where a swap ends.
    """

    sale: int
    bus: int
    giver: str
    taker: str
    share: float


@dataclass(frozen=True, slots=True)
class Owned:
    """Who may have gas where, and send it by which pipe.

    Attributes
    ----------
    owners : tuple of str
        Countries.
    home : (n_nodes,)
        Owner whose country each node is of.
    node, owner : (n_places,)
        Places: gas nodes, and owners from abroad that may have gas there.
    way, carrier : (n_arcs,)
        Pipes, and owners that may send by them.
    is_back : (n_arcs,)
        Whether from bus1 to bus0.
    start, stop : (n_arcs,)
        Gas nodes.
    handovers : tuple of Handover
        What sales move.
    """

    owners: tuple[str, ...]
    home: Ints
    node: Ints
    owner: Ints
    way: Ints
    carrier: Ints
    is_back: NDArray[np.bool_]
    start: Ints
    stop: Ints
    handovers: tuple[Handover, ...]

    def spread(self, values: Floats) -> Floats:
        """Return figures of places by node and owner, 0 at home and NaN elsewhere.

        Parameters
        ----------
        values : (n_periods, n_places)
            Figures.

        Returns
        -------
        (n_periods, n_nodes, n_owners)
            The same figures, each where it belongs.
        """
        shape = len(values), len(self.home), len(self.owners)
        found = np.full(shape, np.nan)
        found[:, np.arange(len(self.home)), self.home] = 0.0
        found[:, self.node, self.owner] = values
        return found


def owned(gas: "Grid", sales: "Sales") -> Owned:
    """Return who may have gas where.

    Parameters
    ----------
    gas : Grid
        Nodes and pipes.
    sales : Sales
        Contracts and swaps.

    Returns
    -------
    Owned
        Only where gas of an owner can come to and can leave for somewhere: its own
        country, or a node where it sells. The country where a pipe begins may always
        send by it.
    """
    owners = tuple(dict.fromkeys(gas.countries))
    home = np.array([owners.index(iso3) for iso3 in gas.countries], dtype=np.intp)
    given = tuple(_handovers(sales))
    ends = list(_ends(gas))
    arcs = []
    for at, iso3 in enumerate(owners):
        own = {int(node) for node in np.nonzero(home == at)[0]}
        come = _reached(own | {h.bus for h in given if h.taker == iso3}, ends)
        turned = [(way, back, stop, start) for way, back, start, stop in ends]
        leave = _reached(own | {h.bus for h in given if h.giver == iso3}, turned)
        arcs += [
            (way, at, back, start, stop)
            for way, back, start, stop in ends
            if home[start] == at or (start in come and stop in leave)
        ]
    table = np.array(arcs, dtype=np.intp).reshape(-1, 5)
    places = {(node, at) for _, at, _, *both in arcs for node in both}
    places |= {(h.bus, owners.index(h.giver)) for h in given}
    places |= {(h.bus, owners.index(h.taker)) for h in given}
    abroad = sorted((node, at) for node, at in places if home[node] != at)
    pairs = np.array(abroad, dtype=np.intp).reshape(-1, 2)
    return Owned(
        owners,
        home,
        node=pairs[:, 0],
        owner=pairs[:, 1],
        way=table[:, 0],
        carrier=table[:, 1],
        is_back=table[:, 2].astype(bool),
        start=table[:, 3],
        stop=table[:, 4],
        handovers=given,
    )


def _handovers(sales: "Sales") -> Iterator[Handover]:
    """Give what sales move: once of a contract; of a swap, to and from the partner."""
    rows = zip(
        sales.sellers,
        sales.partners,
        sales.buyers,
        sales.given_at.tolist(),
        sales.taken_at.tolist(),
        sales.kept.tolist(),
        strict=True,
    )
    for sale, (seller, partner, buyer, given_at, taken_at, kept) in enumerate(rows):
        if partner:
            yield Handover(sale, given_at, seller, partner, 1.0)
            yield Handover(sale, taken_at, partner, buyer, kept)
        else:
            yield Handover(sale, given_at, seller, buyer, 1.0)


def _ends(gas: "Grid") -> Iterator[tuple[int, bool, int, int]]:
    """Give both ways of every pipe: which, whether back, where from and where to."""
    ways = gas.ways
    for at, (one, other) in enumerate(zip(ways.bus0, ways.bus1, strict=True)):
        yield at, False, int(one), int(other)
        if ways.back[at] > 0:
            yield at, True, int(other), int(one)


def _reached(
    begins: set[int], ends: list[tuple[int, bool, int, int]]
) -> frozenset[int]:
    """Return the nodes that pipes lead to from some."""
    found, grown = set(begins), True
    while grown:
        before = len(found)
        found |= {stop for _, _, start, stop in ends if start in found}
        grown = len(found) > before
    return frozenset(found)
