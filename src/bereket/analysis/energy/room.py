"""What pipes could bring besides what goes, from a seller's fields to a buyer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack

from bereket.analysis.energy.solved import Solved
from bereket.compiled.energy.case import EnergyCase, Ints
from bereket.compiled.energy.periods import MONTHS
from bereket.errors import BereketError

Floats = NDArray[np.float64]
LEAST: Final = 1e-3  # mcm a day: where a pipe has no room, what it would be worth
BINDS: Final = 1e-3  # of one more mcm of room that arrives: less binds nothing


@dataclass(frozen=True, slots=True)
class Room:
    """What pipes could bring besides under a sale.

    Attributes
    ----------
    mcm : float
        In the year, where it arrives.
    bound_by : tuple of str
        Pipes that let no more through, those of most days first.
    """

    mcm: float
    bound_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Leg:
    """A part of the way of a sale: to a node from many, or from it to many.

    Attributes
    ----------
    many : (n,)
        Gas nodes of fields that it begins at, or of loads that it ends at.
    one : int
        Where gas changes hands.
    sign : float
        1 from many to one, -1 from one to many.
    share : float
        What goes by it of what the sale gives.
    """

    many: Ints
    one: int
    sign: float
    share: float


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Both ways of every pipe.

    Attributes
    ----------
    way, start, stop : (n_arcs,)
        Pipe and nodes.
    efficiency : (n_arcs,)
        What arrives of what is sent.
    room : (12, n_arcs)
        What could be sent besides [mcm/day].
    """

    way: Ints
    start: Ints
    stop: Ints
    efficiency: Floats
    room: Floats


def rooms_of_sales(case: EnergyCase, solved: Solved) -> tuple[Room, ...]:
    """Return what pipes could bring besides under each sale.

    Parameters
    ----------
    case : EnergyCase
        The year.
    solved : Solved
        Its answer.

    Returns
    -------
    tuple of Room
        Each for itself: two that share a pipe cannot both have its room.

    Notes
    -----
    The largest flow, month by month, of one programme a sale: from the seller's fields
    to where the gas changes hands and from there to the buyer's loads, of a swap by the
    partner's fields besides; both parts share the room of a pipe, and pipes burn their
    part. Fields and loads themselves bound nothing.
    """
    arcs = _arcs(case, solved)
    days = case.periods.month_days
    return tuple(
        _room(case, arcs, tuple(_legs(case, at)), days)
        for at in range(len(case.sales.references))
    )


def _arcs(case: EnergyCase, solved: Solved) -> _Arcs:
    """Return both ways of every pipe."""
    ways, flows = case.gas.ways, solved.gas
    can = np.array(
        [
            solved.built.get(name, p_nom)
            for name, p_nom in zip(ways.references, ways.p_nom, strict=True)
        ]
    )
    can = can * ways.available
    both = np.arange(len(ways.references))
    back = np.nonzero(ways.back > 0)[0]
    on_room = can - flows.on
    back_room = (can * ways.back - flows.back)[:, back]
    return _Arcs(
        np.concatenate([both, back]),
        np.concatenate([ways.bus0, ways.bus1[back]]),
        np.concatenate([ways.bus1, ways.bus0[back]]),
        np.concatenate([ways.efficiency, ways.efficiency[back]]),
        np.maximum(np.concatenate([on_room, back_room], axis=1), 0.0),
    )


def _legs(case: EnergyCase, at: int) -> Iterator[_Leg]:
    """Give the parts of the way of a sale."""
    sales, gas = case.sales, case.gas
    fields = gas.supplies.bus[gas.supplies.p_nom > 0]

    def of(nodes: Ints, iso3: str) -> Ints:
        own = [int(node) for node in nodes if gas.countries[node] == iso3]
        return np.array(sorted(set(own)), dtype=np.intp)

    given, taken = int(sales.given_at[at]), int(sales.taken_at[at])
    kept = float(sales.kept[at])
    yield _Leg(of(fields, sales.sellers[at]), given, 1.0, 1.0)
    if sales.partners[at]:
        yield _Leg(of(fields, sales.partners[at]), taken, 1.0, kept)
    yield _Leg(of(gas.loads.bus, sales.buyers[at]), taken, -1.0, kept)


def _room(case: EnergyCase, arcs: _Arcs, legs: Sequence[_Leg], days: Floats) -> Room:
    """Return the largest flow along the legs, month by month, and what binds it."""
    n_nodes, n_arcs = len(case.gas.ids), arcs.way.size
    if not n_arcs:
        return Room(0.0, ())
    every, ones = np.arange(n_arcs), np.ones(n_arcs)
    moves = csr_array((arcs.efficiency, (arcs.stop, every)), (n_nodes, n_arcs))
    moves = moves - csr_array((ones, (arcs.start, every)), (n_nodes, n_arcs))
    width = 1 + sum(n_arcs + leg.many.size for leg in legs)
    balances, used, at = [], [], 1
    for leg in legs:
        held = csr_array(([-leg.sign * leg.share], ([leg.one], [0])), (n_nodes, 1))
        n = leg.many.size
        free = csr_array((np.full(n, leg.sign), (leg.many, np.arange(n))), (n_nodes, n))
        own = hstack([moves, free])
        before = csr_array((n_nodes, at - 1))
        after = csr_array((n_nodes, width - at - own.shape[1]))
        balances.append(hstack([held, before, own, after]))
        skipped = csr_array((n_arcs, at))
        rest = csr_array((n_arcs, width - at - n_arcs))
        used.append(hstack([skipped, eye_array(n_arcs), rest]))
        at += own.shape[1]
    month = eye_array(MONTHS)
    worth = np.zeros((MONTHS, width))
    worth[:, width - legs[-1].many.size :] = days[:, None]  # what arrives at the end
    shared, whole = kron(month, sum(used[1:], used[0]), "csr"), vstack(balances)
    balance = kron(month, whole, "csr")

    def largest(room: Floats) -> Any:
        found = linprog(
            -worth.ravel(),
            A_ub=shared,
            b_ub=room.ravel(),
            A_eq=balance,
            b_eq=np.zeros(balance.shape[0]),
            method="highs",
        )
        if found.status != 0:
            msg = f"the room of a sale has no answer: {found.message}"
            raise BereketError(msg)
        return found

    mcm = max(float(-largest(arcs.room).fun), 0.0)
    marginals = largest(arcs.room + LEAST).ineqlin.marginals
    binds = -marginals.reshape(MONTHS, n_arcs) > BINDS * days[:, None]
    by_way = np.bincount(arcs.way, weights=days @ binds)
    names = case.gas.ways.references
    order = sorted(np.nonzero(by_way)[0], key=lambda way: (-by_way[way], names[way]))
    return Room(mcm, tuple(names[way] for way in order))
