"""A road network of a file, laid out for an assignment."""

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.laid import Laid, Stopped
from bereket.analysis.assign.params import AssignParams
from bereket.errors import QuestionError
from bereket.io.tntp import RoadNetwork
from bereket.kernels.delays import (
    CONSTANT,
    FORM,
    FREE,
    N_COLUMNS,
    P0,
    P1,
    POWER,
    QUARTIC,
    ROOM,
)
from bereket.kernels.loads import Delays
from bereket.kernels.network import Network, Rows
from bereket.solve.equilibrium.problem import NO_TABLE, Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
UNIT = "file"
USUAL_POWER = 4.0
NO_WAY = "no road leads there"


def lay_out_roads(
    roads: RoadNetwork, trips: Floats, params: AssignParams
) -> tuple[Laid, NDArray[np.intp]]:
    """Lay out a road network.

    Parameters
    ----------
    roads : RoadNetwork
        The network.
    trips : (n_zones, n_zones)
        Trips from zone to zone; those of a zone to itself stay off the roads.
    params : AssignParams
        Factors of toll and distance, objective.

    Returns
    -------
    tuple of Laid and (n_links,)
        The problem; and the arc of each link of the file.

    Raises
    ------
    QuestionError
        When trips are negative, or no number, or there are none.

    Notes
    -----
    ``cost = time + toll_factor toll + distance_factor length``. A zone that may not be
    passed is two nodes: ways begin at one and end at the other.
    """
    _refuse_trips(trips, roads.n_zones)
    tail, head, target_of_zone, n_nodes = _split_zones(roads)
    order = np.lexsort((head, tail))
    arc_of_link = np.empty(roads.n_links, dtype=np.intp)
    arc_of_link[order] = np.arange(roads.n_links)
    tail, head = tail[order], head[order]
    fixed = params.toll_factor * roads.toll + params.distance_factor * roads.length
    fixed = fixed[order][None, :]
    wanted = trips.copy()
    np.fill_diagonal(wanted, 0.0)
    start, end = np.nonzero(wanted > 0)
    source, first = np.unique(start, return_index=True)
    rows = Rows(
        kind=np.zeros(source.size, dtype=np.int32),
        source=source.astype(np.int32),
        indptr=np.append(first, start.size).astype(np.int64),
        target=target_of_zone[end],
        demand=wanted[start, end],
    )
    names = [str(number + 1) for number in range(roads.n_zones)]
    tails = [str(node) for node in roads.tail[order].tolist()]
    heads = [str(node) for node in roads.head[order].tolist()]
    problem = Problem(
        network=_network(tail, head, n_nodes, fixed),
        rows=rows,
        delays=Delays(
            curve=_curves(roads)[order],
            table_h=NO_TABLE,
            background=np.zeros(roads.n_links),
            is_system=params.objective == "system",
        ),
    )
    laid = Laid(
        problem=problem,
        unit=UNIT,
        per_year=1.0,
        class_of_kind=("all",),
        origin_id=[names[at] for at in start.tolist()],
        destination_id=[names[at] for at in end.tolist()],
        tail_id=tails,
        head_id=heads,
        runs_on=[(ends,) for ends in zip(tails, heads, strict=True)],
        free_way=(),
        element_of_resource=[
            f"link:{a}:{b}" for a, b in zip(tails, heads, strict=True)
        ],
        unit_of_resource=[UNIT] * roads.n_links,
        time_h=np.zeros(roads.n_links),
        money=fixed,
        emission_kgco2e_per_t=np.zeros(roads.n_links),
        variance_h2=np.zeros(roads.n_links),
        notes=_notes(trips),
    )
    return laid, arc_of_link


def _refuse_trips(trips: Floats, n_zones: int) -> None:
    """Refuse trips that no network can take.

    Raises
    ------
    QuestionError
        With every fault.
    """
    if trips.shape != (n_zones, n_zones):
        msg = f"trips must be {n_zones} by {n_zones}; found {trips.shape}"
        raise QuestionError(msg)
    wrong = ~(np.isfinite(trips) & (trips >= 0))
    faults = [
        f"trips from {start + 1} to {end + 1} must be a number of 0 or more; "
        f"found {trips[start, end]:g}"
        for start, end in np.argwhere(wrong).tolist()
    ]
    if not faults and not trips.sum() > np.trace(trips):
        faults = ["there are no trips from one zone to another"]
    if faults:
        raise QuestionError("\n".join(faults))


def _split_zones(roads: RoadNetwork) -> tuple[Ints, Ints, Ints, int]:
    """Return ends of links, the node where ways to each zone end, number of nodes."""
    barred = roads.first_through - 1  # nodes that only begin and end ways
    tail = (roads.tail - 1).astype(np.int32)
    head = (roads.head - 1).astype(np.int32)
    head = np.where(head < barred, head + roads.n_nodes, head).astype(np.int32)
    zone = np.arange(roads.n_zones, dtype=np.int32)
    target = np.where(zone < barred, zone + roads.n_nodes, zone).astype(np.int32)
    return tail, head, target, roads.n_nodes + max(barred, 0)


def _network(tail: Ints, head: Ints, n_nodes: int, fixed: Floats) -> Network:
    """Return a plain network of one class, whose arcs are its resources."""
    return Network(
        indptr=np.searchsorted(tail, np.arange(n_nodes + 1)).astype(np.int64),
        head=head,
        tail=tail,
        fixed=fixed,
        value=np.ones(1),
        size=np.ones(1),
        is_plain=True,
        group=np.zeros(1, dtype=np.int32),
        use_indptr=np.zeros(0, dtype=np.int64),
        resource=np.zeros(0, dtype=np.int32),
        share=np.zeros((1, 0)),
        taken=np.zeros((1, 0)),
    )


def _curves(roads: RoadNetwork) -> Floats:
    """Return the delay of each link.

    Raises
    ------
    QuestionError
        When a figure is too large.
    """
    curve = np.zeros((roads.n_links, N_COLUMNS))
    delays = (roads.b != 0) & (roads.power != 0) & (roads.free_time != 0)
    level = np.where(roads.power == 0, 1.0 + roads.b, 1.0)
    room = np.where(delays, roads.capacity, 1.0)
    with np.errstate(over="ignore", divide="ignore", under="ignore"):
        rise = roads.free_time * roads.b / room**roads.power
    beyond = np.nonzero(delays & ~(rise < np.inf))[0]
    if beyond.size:
        tail, head = roads.tail[beyond[0]], roads.head[beyond[0]]
        msg = (
            f"link {tail} to {head} and {beyond.size - 1} more: free time x b / "
            "capacity^power is too large a number to be worked with"
        )
        raise QuestionError(msg)
    curve[:, FREE] = roads.free_time * level
    curve[:, P0] = np.where(delays, rise, 0.0)
    curve[:, P1] = roads.power
    usual = np.where(roads.power == USUAL_POWER, QUARTIC, POWER)
    curve[:, FORM] = np.where(delays, usual, CONSTANT)
    curve[:, ROOM] = np.inf
    return curve


def _notes(trips: Floats) -> tuple[str, ...]:
    """Say what stays off the roads."""
    within = float(np.trace(trips))
    if within == 0:
        return ()
    return (f"{within:,.6g} trips of zones to themselves take no road",)


def stopped_roads(laid: Laid, no_way: NDArray[np.bool_]) -> tuple[Stopped, ...]:
    """Return the pairs without a way."""
    demand = laid.problem.rows.demand
    return tuple(
        Stopped(
            laid.origin_id[at],
            laid.destination_id[at],
            laid.class_of_pair(at),
            float(demand[at]),
            NO_WAY,
        )
        for at in np.nonzero(no_way)[0].tolist()
    )
