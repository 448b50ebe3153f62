"""What a flow of many commodities is asked on, and what is refused."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bereket.errors import QuestionError

SHOWN = 3  # positions told of one fault

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FlowNetwork:
    """A network whose arcs have costs and capacities.

    Attributes
    ----------
    indptr : (n_nodes + 1,)
        Start of each node's outgoing arcs.
    head, tail : (n_arcs,)
        Node index at the end and at the start of each arc, in rows by tail.
    cost : (n_arcs,)
        Cost of a unit of flow, 0 or more; inf where the arc is shut.
    capacity : (n_arcs,)
        Most flow, 0 or more; inf where there is no limit.
    """

    indptr: NDArray[np.int64]
    head: NDArray[np.int32]
    tail: NDArray[np.int32]
    cost: Floats
    capacity: Floats

    @property
    def n_nodes(self) -> int:
        """How many nodes there are."""
        return self.indptr.size - 1


@dataclass(frozen=True, slots=True)
class Commodities:
    """What wants to go.

    Attributes
    ----------
    source, target : (n_commodities,)
        Node index at which each begins and ends; not the same one.
    demand : (n_commodities,)
        Units that want to go, above 0.
    overflow_cost : (n_commodities,)
        Cost of each unit that does not go, above 0 and finite. A unit whose cheapest
        way costs more is better left, and is.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    demand: Floats
    overflow_cost: Floats


def refuse_faults(network: FlowNetwork, commodities: Commodities) -> None:
    """Refuse an instance that breaks a rule, with every rule that it breaks.

    Parameters
    ----------
    network : FlowNetwork
        What to flow on.
    commodities : Commodities
        What wants to go.

    Raises
    ------
    QuestionError
        One line a rule, with the positions that break it.
    """
    found = list(_shape_faults(network, commodities))
    found = found or [*_arc_faults(network), *_commodity_faults(network, commodities)]
    if found:
        noun = "fault" if len(found) == 1 else "faults"
        raise QuestionError("\n".join([f"{len(found)} {noun} in the flow", *found]))


def _shape_faults(network: FlowNetwork, commodities: Commodities) -> Iterator[str]:
    """Yield where columns of one thing differ in length, or nodes have no rows."""
    things = (
        ("arcs", network, ("head", "tail", "cost", "capacity")),
        ("commodities", commodities, ("source", "target", "demand", "overflow_cost")),
    )
    for thing, of, names in things:
        sizes = {name: np.asarray(getattr(of, name)).size for name in names}
        if len(set(sizes.values())) > 1:
            told = ", ".join(f"{size} of {name}" for name, size in sizes.items())
            yield f"{thing}: columns must be of one length; found {told}"
    n_arcs = network.tail.size
    rows = np.asarray(network.indptr)
    ends = (0, n_arcs)
    if not rows.size or (rows[0], rows[-1]) != ends or (np.diff(rows) < 0).any():
        yield f"indptr: must rise from 0 to the number of arcs, {n_arcs}"


def _arc_faults(network: FlowNetwork) -> Iterator[str]:
    """Yield what arcs break."""
    node = np.repeat(np.arange(network.n_nodes), np.diff(network.indptr))
    yield from _told(
        "arc", "tail", network.tail, network.tail != node, "must be the node of its row"
    )
    is_bad = _is_unknown(network, network.head)
    yield from _told("arc", "head", network.head, is_bad, "must be a node")
    for name in ("cost", "capacity"):
        values = getattr(network, name)
        is_bad = ~(np.asarray(values) >= 0.0)  # NaN too
        yield from _told("arc", name, values, is_bad, "must be 0 or more")


def _commodity_faults(network: FlowNetwork, commodities: Commodities) -> Iterator[str]:
    """Yield what commodities break."""
    for name in ("source", "target"):
        values = getattr(commodities, name)
        is_bad = _is_unknown(network, values)
        yield from _told("commodity", name, values, is_bad, "must be a node")
    is_same = np.asarray(commodities.source == commodities.target)
    rule = "must not be its source"
    yield from _told("commodity", "target", commodities.target, is_same, rule)
    for name in ("demand", "overflow_cost"):
        values = np.asarray(getattr(commodities, name))
        is_bad = ~((values > 0.0) & np.isfinite(values))
        rule = "must be above 0 and finite"
        yield from _told("commodity", name, values, is_bad, rule)


def _is_unknown(network: FlowNetwork, nodes: NDArray[np.integer]) -> Truths:
    """Tell which of some indices are no node."""
    unknown: Truths = (nodes < 0) | (nodes >= network.n_nodes)
    return unknown


def _told(
    thing: str, name: str, values: NDArray[np.generic], is_bad: Truths, rule: str
) -> Iterator[str]:
    """Yield one line where a rule is broken: where, by what, and how often more."""
    bad = np.nonzero(is_bad)[0]
    if bad.size:
        more = f" and {bad.size - SHOWN} more" if bad.size > SHOWN else ""
        where = ", ".join(str(at) for at in bad[:SHOWN])
        found = ", ".join(str(values[at]) for at in bad[:SHOWN])
        yield f"{thing} {where}{more}, {name}: {rule}; found {found}"
