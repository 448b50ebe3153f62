"""What pipes could bring besides what goes, from a seller's fields to a buyer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack
from scipy.sparse.csgraph import dijkstra

from bereket.analysis.energy.building import reference_of
from bereket.analysis.energy.solved import Solved
from bereket.compiled.energy.case import EnergyCase, Ints
from bereket.compiled.energy.periods import MONTHS
from bereket.errors import BereketError

Floats = NDArray[np.float64]
LEAST: Final = 1e-3  # mcm a day: where a pipe has no room, what it would be worth
BINDS: Final = 0.5  # of what one more mcm of room brings where it brings most
DETOUR_USD: Final = 1e5  # an mcm lost on the way, in the choice of a way


@dataclass(frozen=True, slots=True)
class Room:
    """What pipes could bring besides under a sale.

    Attributes
    ----------
    mcm : float
        In the year, where it arrives.
    bound_by : tuple of str
        Pipes that let no more through, those of most days first.
    missing : str
        Where no open pipes lead, if nothing can be brought at all.
    """

    mcm: float
    bound_by: tuple[str, ...]
    missing: str = ""


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
    iso3 : str
        Country of the many.
    """

    many: Ints
    one: int
    sign: float
    share: float
    iso3: str

    def told(self, case: EnergyCase) -> str:
        """Say that no pipes lead along it."""
        place = reference_of(case.gas, self.one)
        if self.sign > 0:
            return f"no open pipes lead from a field of {self.iso3} to {place}"
        return f"no open pipes lead from {place} to where {self.iso3} wants gas"


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
    part. Fields and loads themselves bound nothing. Each part keeps to the countries
    of its cheapest way.
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
    seller, partner, buyer = (
        each[at] for each in (sales.sellers, sales.partners, sales.buyers)
    )
    yield _Leg(of(fields, seller), given, 1.0, 1.0, seller)
    if partner:
        yield _Leg(of(fields, partner), taken, 1.0, kept, partner)
    yield _Leg(of(gas.loads.bus, buyer), taken, -1.0, kept, buyer)


def _passed(case: EnergyCase, arcs: _Arcs, leg: _Leg) -> frozenset[str]:
    """Return the countries on the cheapest way of a leg; none where there is no way."""
    ways, n_nodes = case.gas.ways, len(case.gas.ids)
    cost = 1.0 + ways.marginal_cost + (1.0 - ways.efficiency) * DETOUR_USD
    ends = (arcs.start, arcs.stop) if leg.sign > 0 else (arcs.stop, arcs.start)
    least = np.full((n_nodes, n_nodes), np.inf)
    is_open = (ways.p_nom * ways.available > 0)[arcs.way]
    begin, end = (each[is_open] for each in ends)
    np.minimum.at(least, (begin, end), cost[arcs.way[is_open]])
    if not leg.many.size:
        return frozenset()
    # From the many to the one; a leg the other way is walked backwards.
    _, before, _ = dijkstra(
        np.where(np.isinf(least), 0.0, least),
        indices=leg.many,
        min_only=True,
        return_predecessors=True,
    )
    node, found = leg.one, {case.gas.countries[leg.one]}
    while node not in leg.many:
        node = int(before[node])
        if node < 0:
            return frozenset()
        found.add(case.gas.countries[node])
    return frozenset(found)


def _room(case: EnergyCase, arcs: _Arcs, legs: Sequence[_Leg], days: Floats) -> Room:
    """Return the largest flow along the legs, month by month, and what binds it."""
    n_arcs = arcs.way.size
    near = [_passed(case, arcs, leg) for leg in legs]
    for leg, countries in zip(legs, near, strict=True):
        if not countries:
            return Room(0.0, (), leg.told(case))
    balance, shared, most = _programme(case, arcs, legs, near)
    brought = np.zeros(most.shape)
    brought[:, most.shape[1] - legs[-1].many.size :] = days[:, None]

    def largest(room: Floats) -> Any:
        found = linprog(
            -brought.ravel(),
            A_ub=shared,
            b_ub=room.ravel(),
            A_eq=balance,
            b_eq=np.zeros(balance.shape[0]),
            bounds=np.column_stack([np.zeros(most.size), most.ravel()]),
            method="highs",
        )
        if found.status != 0:
            msg = f"the room of a sale has no answer: {found.message}"
            raise BereketError(msg)
        return found

    mcm = max(float(-largest(arcs.room).fun), 0.0)
    marginals = largest(arcs.room + LEAST).ineqlin.marginals
    worth = -marginals.reshape(MONTHS, n_arcs)
    binds = worth >= BINDS * np.maximum(worth.max(axis=1, keepdims=True), LEAST)
    by_way = np.bincount(arcs.way, weights=days @ binds)
    names = case.gas.ways.references
    order = sorted(np.nonzero(by_way)[0], key=lambda way: (-by_way[way], names[way]))
    return Room(mcm, tuple(names[way] for way in order))


def _programme(
    case: EnergyCase,
    arcs: _Arcs,
    legs: Sequence[_Leg],
    near: Sequence[frozenset[str]],
) -> tuple[csr_array, csr_array, Floats]:
    """Return balances of legs, what they take of pipes, and bounds, month by month.

    Notes
    -----
    Variables of a month: what the sale gives, and of each leg what every arc carries
    and what comes or goes at each of its many nodes.
    """
    n_nodes, n_arcs = len(case.gas.ids), arcs.way.size
    every, shape = np.arange(n_arcs), (n_nodes, n_arcs)
    moves = csr_array((arcs.efficiency, (arcs.stop, every)), shape)
    moves = moves - csr_array((np.ones(n_arcs), (arcs.start, every)), shape)
    width = 1 + sum(n_arcs + leg.many.size for leg in legs)
    most = np.full((MONTHS, width), np.inf)
    balances, used, at = [], [], 1
    for leg, countries in zip(legs, near, strict=True):
        n = leg.many.size
        held = csr_array(([-leg.sign * leg.share], ([leg.one], [0])), (n_nodes, 1))
        free = csr_array((np.full(n, leg.sign), (leg.many, np.arange(n))), (n_nodes, n))
        before, after = at - 1, width - at - n_arcs - n
        gaps = (csr_array((n_nodes, each)) for each in (before, after))
        balances.append(hstack([held, next(gaps), moves, free, next(gaps)]))
        rest = csr_array((n_arcs, after + n))
        used.append(hstack([csr_array((n_arcs, at)), eye_array(n_arcs), rest]))
        is_near = np.array([iso3 in countries for iso3 in case.gas.countries])
        is_far = ~(is_near[arcs.start] & is_near[arcs.stop])
        most[:, at : at + n_arcs][:, is_far] = 0.0
        at += n_arcs + n
    month = eye_array(MONTHS)
    balance = kron(month, vstack(balances), "csr")
    return balance, kron(month, sum(used[1:], used[0]), "csr"), most
