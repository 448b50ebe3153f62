"""Delays of links that state a form, as curves of the rows of a room."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.graph import Graph
from bereket.compiled.room import Room
from bereket.kernels.delays import (
    AKCELIK,
    CONICAL,
    CONSTANT,
    FORM,
    FREE,
    N_COLUMNS,
    P0,
    P1,
    P2,
    POWER,
    QUEUE,
    ROOM,
    TABLE_END,
)
from bereket.kernels.queues import mean_waits

Floats = NDArray[np.float64]
HOURS: Final = 24.0
USUAL: Final = {"bpr": 0.15, "conical": 4.0, "akcelik": 0.1, "queue": 1.0}
USUAL_POWER: Final = 4.0
POINTS: Final = 50  # of a table of waits


def curves_of(graph: Graph, room: Room) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the delay of every row of a room.

    Parameters
    ----------
    graph : Graph
        The network.
    room : Room
        Its capacity rows.

    Returns
    -------
    tuple of (n_rows, 8), (n_tables, n_points), (n_rows,) and (n_rows,)
        Curves; tables of waits; the load of others; and the running time that a curve
        holds already [h], to be taken off the arcs.

    Notes
    -----
    Load and capacity of a delay are whole: with the trains of others, and before the
    reserve. The hard limit is what others and the reserve leave.
    """
    n_rows = room.capacity_per_day.size
    curve = np.zeros((n_rows, N_COLUMNS))
    curve[:, FORM] = CONSTANT
    curve[:, ROOM] = room.capacity_per_day
    background, running = np.zeros(n_rows), np.zeros(n_rows)
    link = graph.model["link"]
    forms = link.labels("delay_form")
    hours = link.number("length_km") / link.number("commercial_speed_kmh")
    alphas, powers = link.number("delay_alpha"), link.number("delay_beta")
    tables = [np.zeros(POINTS)]
    for at in range(n_rows):
        element = room.elements[room.element_of_row[at]]
        table, _, name = element.element.partition(":")
        row = link.row_of[(name,)][0] if table == "link" else -1
        whole = element.per_day.value
        if row < 0 or not forms[row] or not whole > 0:
            continue
        form, own = forms[row], hours[row]
        alpha = USUAL[form] if np.isnan(alphas[row]) else alphas[row]
        base = element.base_per_day.value if element.base_per_day else 0.0
        background[at] = base
        curve[at, ROOM] += base
        if form in ("bpr", "conical"):
            running[at] = own
            curve[at, FREE] = own
        if form == "bpr":
            power = USUAL_POWER if np.isnan(powers[row]) else powers[row]
            curve[at, [FORM, P0, P1]] = POWER, own * alpha / whole**power, power
        elif form == "conical":
            beta = (2 * alpha - 1) / (2 * alpha - 2)
            curve[at, [FORM, P0, P1, P2]] = CONICAL, whole, alpha, beta
        elif form == "akcelik":
            curve[at, [FORM, P0, P1, P2]] = AKCELIK, whole, HOURS, HOURS * alpha
        else:
            curve[at, [FORM, P0, P1]] = QUEUE, whole, len(tables)
            rho = np.linspace(0.0, TABLE_END, POINTS)
            tables.append(alpha * HOURS / whole * mean_waits("M/M", rho, 1)[0])
    return curve, np.array(tables), background, running
