"""A path through gas pipes: which rows, in which direction, what stands along it."""

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bereket.compiled.weymouth import Gas, Stretch, resistance
from bereket.errors import QuestionError
from bereket.model.calendar import is_open
from bereket.model.model import Model, Table

TABLE: Final = "gas_pipe"
NEEDED: Final = ("length", "diameter_mm", "pressure_max_bar")
SUGGESTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class PipeRow:
    """A pipe of the path, as it is walked.

    Attributes
    ----------
    gas_pipe_id : str
        The pipe.
    from_node, to_node : str
        Gas nodes in the direction of the path.
    is_reversed : bool
        Whether it is walked from its bus1 to its bus0.
    length_km, diameter_mm, pressure_max_bar : float
        Length; inner diameter of a string; highest pressure, absolute.
    strings, stations : int
        Strings side by side; compressor stations along it.
    efficiency : float
        What arrives of what is sent.
    capacity_mcm_per_day : float
        What its row says that it can carry in that direction.
    quality : str
        Of its row; may be empty.
    """

    gas_pipe_id: str
    from_node: str
    to_node: str
    is_reversed: bool
    length_km: float
    diameter_mm: float
    pressure_max_bar: float
    strings: int
    stations: int
    efficiency: float
    capacity_mcm_per_day: float
    quality: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch begins.

    Attributes
    ----------
    km : float
        From the beginning of the path [km].
    node_id : str
        Gas node; empty on the way.
    station : str
        Pipe and number of the compressor station, such as ``west 2``; may be empty.
    pipe : PipeRow
        The pipe that the stretch is of.
    """

    km: float
    node_id: str
    station: str
    pipe: PipeRow


def find_pipes(model: Model, ids: Sequence[str], day: date) -> tuple[PipeRow, ...]:
    """Return the pipes of a path, each in the direction in which it is walked.

    Parameters
    ----------
    model : Model
        The model.
    ids : sequence of str
        Pipes in order, from where the gas comes.
    day : date
        The day.

    Returns
    -------
    tuple of PipeRow
        One a pipe; the end of each is the beginning of the next.

    Raises
    ------
    QuestionError
        With every fault: a pipe that is unknown, shut, not joined, one way the other
        way, or without length, diameter or highest pressure.

    Examples
    --------
    >>> from bereket import blank_model
    >>> find_pipes(blank_model(), ["weste"], date(2026, 1, 1))
    Traceback (most recent call last):
    bereket.errors.QuestionError: the model has no gas pipe 'weste'; near are west
    """
    table = model[TABLE]
    if not len(table):
        msg = f"pressure needs table {TABLE!r}, and the model has no row of it"
        raise QuestionError(msg)
    rows: list[int] = []
    faults: list[str] = []
    opened = is_open(table, day)
    for pipe_id in ids:
        known = table.row_of.get((pipe_id,), ())
        valid = [row for row in known if opened[row]]
        if not known:
            near = difflib.get_close_matches(
                pipe_id, table.labels("gas_pipe_id"), SUGGESTIONS
            )
            hint = f"; near are {', '.join(near)}" if near else ""
            faults.append(f"the model has no gas pipe {pipe_id!r}{hint}")
        elif not valid:
            faults.append(_shut(table, known[-1], day))
        rows += valid[:1]
    faults += [fault for row in rows for fault in _gaps(table, row)]
    if len(rows) == len(ids):
        walked, more = _joined(table, rows)
        faults += more
    if faults:
        raise QuestionError("\n".join(faults))
    return tuple(
        _pipe(table, row, is_reversed=backward)
        for row, backward in zip(rows, walked, strict=True)
    )


def lay_out(
    pipes: Sequence[PipeRow], gas: Gas, hydraulic_efficiency: float = 1.0
) -> tuple[tuple[Place, ...], tuple[Stretch, ...]]:
    """Cut a path into stretches at nodes and compressor stations.

    Parameters
    ----------
    pipes : sequence of PipeRow
        The path.
    gas : Gas
        What flows.
    hydraulic_efficiency : float
        Flow of the real pipe over that of Weymouth's, above 0.

    Returns
    -------
    places : tuple of Place
        Where each stretch begins.
    stretches : tuple of Stretch
        What flows through.

    Notes
    -----
    The n stations of a pipe stand a length over n apart, the first at its bus0. Walked
    the other way it ends at a station, which is a stretch without length. All that a
    pipe burns leaves at its end, so that its flow is not understated anywhere.
    """
    places, stretches = [], []
    km, share = 0.0, 1.0
    for pipe in pipes:
        parts = max(pipe.stations, 1)
        length_km = pipe.length_km / parts
        falls = resistance(gas, length_km, pipe.diameter_mm)
        falls /= (pipe.strings * hydraulic_efficiency) ** 2
        ends = pipe.is_reversed and pipe.stations > 0
        for part in range(parts + ends):
            lifts = pipe.stations > 0 and (part > 0 or not pipe.is_reversed)
            number = pipe.stations - part + 1 if pipe.is_reversed else part + 1
            places.append(
                Place(
                    km=km + part * length_km,
                    node_id="" if part else pipe.from_node,
                    station=f"{pipe.gas_pipe_id} {number}" if lifts else "",
                    pipe=pipe,
                )
            )
            fall = falls if part < parts else 0.0
            stretches.append(Stretch(fall, pipe.pressure_max_bar, share, lifts))
        km += pipe.length_km
        share *= pipe.efficiency
    return tuple(places), tuple(stretches)


def _shut(table: Table, row: int, day: date) -> str:
    """Say that a pipe is not open, and what its row says."""
    cells = {name: table.labels(name)[row] for name in ("valid_from", "valid_to")}
    told = [f"status {table.labels('status')[row]}"]
    told += [f"{name} {cell}" for name, cell in cells.items() if cell]
    return f"{table.references[row]} is not open on {day}: {', '.join(told)}"


def _gaps(table: Table, row: int) -> list[str]:
    """Name the figures that a pipe lacks."""
    return [
        f"{table.references[row]}, {column}: must be known, a number above 0; found "
        f"{'none' if math.isnan(found) else format(found, 'g')}"
        for column in NEEDED
        if not 0 < (found := float(table.number(column)[row])) < math.inf
    ]


def _joined(table: Table, rows: Sequence[int]) -> tuple[list[bool], list[str]]:
    """Return which pipes are walked from bus1 to bus0, and where the path breaks."""
    if not rows:
        return [], []
    tries = [_walked(table, rows, backward=each) for each in (False, True)]
    return min(tries, key=lambda found: len(found[1]))


def _walked(
    table: Table, rows: Sequence[int], *, backward: bool
) -> tuple[list[bool], list[str]]:
    """Walk from one end of the first pipe; behind a break it goes on anew."""
    buses = table.labels("bus0"), table.labels("bus1")
    least = table.number("p_min_pu")
    at = buses[backward][rows[0]]
    walked: list[bool] = []
    faults: list[str] = []
    for number, row in enumerate(rows):
        name, ends = table.references[row], (buses[0][row], buses[1][row])
        if at not in ends:
            faults.append(
                f"{name} joins {ends[0]} and {ends[1]}; it must begin at {at}, where "
                f"{table.references[rows[number - 1]]} ends"
            )
            at = ends[0]
        turned = at != ends[0]
        if turned and not least[row] < 0:
            faults.append(
                f"{name} is one way, from {ends[0]} to {ends[1]}; the path takes it "
                "the other way (p_min_pu below 0 would allow that)"
            )
        walked.append(turned)
        at = ends[not turned]
    return walked, faults


def _pipe(table: Table, row: int, *, is_reversed: bool) -> PipeRow:
    """Return a pipe as it is walked."""

    def figure(column: str) -> float:
        return float(table.number(column)[row])

    ends = table.labels("bus0")[row], table.labels("bus1")[row]
    share = -figure("p_min_pu") if is_reversed else figure("p_max_pu")
    return PipeRow(
        gas_pipe_id=table.labels("gas_pipe_id")[row],
        from_node=ends[is_reversed],
        to_node=ends[not is_reversed],
        is_reversed=is_reversed,
        length_km=figure("length"),
        diameter_mm=figure("diameter_mm"),
        pressure_max_bar=figure("pressure_max_bar"),
        strings=int(figure("strings")),
        stations=int(figure("compressor_stations")),
        efficiency=figure("efficiency"),
        capacity_mcm_per_day=figure("p_nom") * share,
        quality=table.labels("quality")[row],
    )
