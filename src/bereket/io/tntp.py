"""Road networks and trip tables of TransportationNetworks (``.tntp``).

Units are those of the file, and stay so: a network says neither hours nor kilometres.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.errors import BereketError, Issue, ModelError
from bereket.io.files import FileFaultError, decode, read_whole

COLUMNS: Final = (
    *("init_node", "term_node", "capacity", "length", "free_flow_time"),
    *("b", "power", "speed", "toll", "link_type"),
)
LARGEST: Final = 1e15  # beyond it a sum of flows keeps no whole car
NO_NUMBER: Final = "must be a number"
MOST_ZONES: Final = 20_000  # a trip table of so many takes 3 GB
MOST_NODES: Final = 10_000_000
LINKS, TRIPS = "links", "trips"
METADATA = re.compile(r"<([^>]*)>\s*([^~]*)")
NEEDED: Final = 7  # columns up to `power`
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """Roads as a file has them, link by link in its order.

    Attributes
    ----------
    name : str
        Name of the file, without its ending.
    n_zones, n_nodes : int
        Zones are the nodes 1 to `n_zones`.
    first_through : int
        First node that may be passed; those before only begin and end ways.
    tail, head : (n_links,)
        Nodes, from 1.
    capacity, length, free_time, b, power, toll : (n_links,)
        ``time = free_time (1 + b (volume / capacity) ^ power)``, in the file's units.
    """

    name: str
    n_zones: int
    n_nodes: int
    first_through: int
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    capacity: Floats
    length: Floats
    free_time: Floats
    b: Floats
    power: Floats
    toll: Floats

    @property
    def content_hash(self) -> str:
        """Hash of all figures."""
        digest = hashlib.sha256(repr((self.n_zones, self.first_through)).encode())
        columns = (self.tail, self.head, self.capacity, self.length, self.free_time)
        for column in (*columns, self.b, self.power, self.toll):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()

    @property
    def n_links(self) -> int:
        """Number of links."""
        return int(self.tail.size)


def read_tntp(path: str | Path) -> RoadNetwork:
    """Read a network.

    Parameters
    ----------
    path : str or Path
        A file ``…_net.tntp``.

    Returns
    -------
    RoadNetwork
        In the units of the file.

    Raises
    ------
    ModelError
        With every fault: line, column, what must hold, what was found.
    """
    path = Path(path)
    lines = _lines(path)
    metadata = _metadata(lines)
    faults: list[Issue] = []
    counts = {
        name: _count(metadata, name, faults)
        for name in ("NUMBER OF ZONES", "NUMBER OF NODES", "NUMBER OF LINKS")
    }
    first = _count(metadata, "FIRST THRU NODE", faults, default=1)
    n_zones, n_nodes = counts["NUMBER OF ZONES"], counts["NUMBER OF NODES"]
    for name, told, most in (
        ("NUMBER OF ZONES", n_zones, MOST_ZONES),
        ("NUMBER OF NODES", n_nodes, MOST_NODES),
    ):
        if told > most:
            rule = f"must be at most {most:,}"
            faults.append(Issue("metadata", (), name, rule, f"{told:,}"))
    if n_nodes and first > n_nodes:
        rule = f"must be a node, at most {n_nodes}: before it none is passed"
        faults.append(Issue("metadata", (), "FIRST THRU NODE", rule, str(first)))
    if n_nodes and n_zones > n_nodes:
        rule = f"zones are nodes: must be at most the {n_nodes} of NUMBER OF NODES"
        faults.append(Issue("metadata", (), "NUMBER OF ZONES", rule, str(n_zones)))
    rows: list[list[float]] = []
    n_short = 0
    for number, text in _body(lines):
        cells = text.rstrip(";").split()
        if len(cells) < NEEDED:
            rule = (
                f"a link has at least {NEEDED} columns, {', '.join(COLUMNS[:NEEDED])}"
            )
            faults.append(Issue(LINKS, (number,), "", rule, text.strip()))
            n_short += 1
            continue
        rows.append([number, *_numbers(cells, number, faults)])
    table = np.array(rows, dtype=np.float64).reshape(-1, len(COLUMNS) + 1)
    faults += _link_faults(table, n_nodes)
    told, found = counts["NUMBER OF LINKS"], table.shape[0] + n_short
    if told and told != found:
        rule = f"as many links as NUMBER OF LINKS says, {told}"
        faults.append(Issue(LINKS, (), "", rule, str(found)))
    if faults:
        raise ModelError(_grouped(faults))
    column = dict(zip(COLUMNS, table[:, 1:].T, strict=True))
    return RoadNetwork(
        name=path.stem.removesuffix("_net"),
        n_zones=n_zones,
        n_nodes=n_nodes,
        first_through=first,
        tail=column["init_node"].astype(np.int32),
        head=column["term_node"].astype(np.int32),
        capacity=column["capacity"],
        length=column["length"],
        free_time=column["free_flow_time"],
        b=column["b"],
        power=column["power"],
        toll=column["toll"],
    )


def read_trips(path: str | Path, n_zones: int) -> Floats:
    """Read a trip table.

    Parameters
    ----------
    path : str or Path
        A file ``…_trips.tntp``.
    n_zones : int
        Zones of the network.

    Returns
    -------
    (n_zones, n_zones)
        Trips from zone to zone.

    Raises
    ------
    ModelError
        With every fault, negative trips and unknown zones among them.
    """
    lines = _lines(Path(path))
    trips = np.zeros((n_zones, n_zones))
    faults: list[Issue] = []
    told = _metadata(lines).get("NUMBER OF ZONES", "").split()
    if told and told[0] != str(n_zones):
        rule = f"must be the {n_zones} zones of the network"
        faults.append(Issue(TRIPS, (), "NUMBER OF ZONES", rule, told[0]))
    origin, is_after_origin = 0, False
    for number, text in _body(lines):
        words = text.split()
        if words[0].lower() == "origin":
            origin = _zone(words[1] if len(words) > 1 else "", n_zones, number, faults)
            is_after_origin = True
            continue
        for part in text.split(";"):
            if not part.strip():
                continue
            zone, colon, value = part.partition(":")
            if not colon or not is_after_origin:
                rule = "a line is `Origin ZONE`, or parts `ZONE : TRIPS;` after one"
                faults.append(Issue(TRIPS, (number,), "", rule, part.strip()))
                continue
            destination = _zone(zone, n_zones, number, faults)
            amount = _trips(value, number, faults)
            if destination and origin:
                trips[origin - 1, destination - 1] += amount
    if faults:
        raise ModelError(_grouped(faults))
    return trips


def _lines(path: Path) -> list[str]:
    """Return the lines of a text file.

    Raises
    ------
    BereketError
        When it cannot be read, or is no text.
    """
    raw = read_whole(path)
    try:
        return decode(raw).splitlines()
    except FileFaultError as fault:
        msg = f"{str(path)!r} is {fault}"
        raise BereketError(msg) from None


def _grouped(faults: list[Issue]) -> tuple[Issue, ...]:
    """Return faults that are alike as one, with all their rows."""
    rows: dict[tuple[str, str, str, str], list[int]] = {}
    for each in faults:
        key = each.table, each.field, each.rule, each.found
        rows.setdefault(key, []).extend(each.rows)
    return tuple(
        Issue(table, tuple(lines), field, rule, found)
        for (table, field, rule, found), lines in rows.items()
    )


def _metadata(lines: list[str]) -> dict[str, str]:
    """Return what stands in angle brackets before the data."""
    found = (METADATA.match(line.strip()) for line in lines)
    return {match[1].strip().upper(): match[2].strip() for match in found if match}


def _body(lines: list[str]) -> list[tuple[int, str]]:
    """Return the lines of data with their numbers."""
    kept = []
    for number, line in enumerate(lines, 1):
        text = line.partition("~")[0].strip()
        if text and not text.startswith("<"):
            kept.append((number, text))
    return kept


def _count(
    metadata: dict[str, str], name: str, faults: list[Issue], default: int | None = None
) -> int:
    """Return a whole number of the metadata."""
    text = metadata.get(name, "")
    if not text and default is not None:
        return default
    try:
        value = int(text.split()[0])
    except (ValueError, IndexError):
        value = 0
    if value < 1:
        rule = f"<{name}> must be a whole number of 1 or more"
        faults.append(Issue("metadata", (), name, rule, repr(text) if text else "none"))
    return value


def _numbers(cells: list[str], row: int, faults: list[Issue]) -> list[float]:
    """Return the cells of a link as numbers; columns that are not there are 0."""
    values = []
    for name, cell in zip(COLUMNS, cells, strict=False):
        try:
            value = float(cell)
        except ValueError:
            value = np.nan
        if not abs(value) < LARGEST:  # NaN too
            rule = f"must be below {LARGEST:g}" if np.isfinite(value) else NO_NUMBER
            faults.append(Issue(LINKS, (row,), name, rule, repr(cell)))
            value = 1.0  # so that no second fault follows from the first
        values.append(value)
    return values + [0.0] * (len(COLUMNS) - len(values))


def _link_faults(table: Floats, n_nodes: int) -> list[Issue]:
    """Return what is wrong with links whose cells are numbers."""
    column = dict(zip(COLUMNS, table[:, 1:].T, strict=True))
    delays = (column["b"] != 0) & (column["power"] != 0)
    rules = (
        ("capacity", (column["capacity"] <= 0) & delays, "must be above 0 where b is"),
        ("length", column["length"] < 0, "must be 0 or more"),
        ("free_flow_time", column["free_flow_time"] < 0, "must be 0 or more"),
        ("b", column["b"] < 0, "must be 0 or more: time may not fall with volume"),
        ("power", column["power"] < 0, "must be 0 or more: time may not fall"),
        ("toll", column["toll"] < 0, "must be 0 or more"),
    )
    faults = [
        Issue(LINKS, (int(table[at, 0]),), name, rule, f"{column[name][at]:g}")
        for name, is_wrong, rule in rules
        for at in np.nonzero(is_wrong)[0].tolist()
    ]
    for name in ("init_node", "term_node"):
        node = column[name]
        wrong = (node < 1) | (node != np.floor(node))
        wrong |= (node > n_nodes) & (n_nodes > 0)  # 0: told already that it is missing
        rule = f"must be a node from 1 to {n_nodes}"
        faults += [
            Issue(LINKS, (int(table[at, 0]),), name, rule, f"{node[at]:g}")
            for at in np.nonzero(wrong)[0].tolist()
        ]
    return faults


def _zone(text: str, n_zones: int, row: int, faults: list[Issue]) -> int:
    """Return a zone, or 0 where it is none."""
    try:
        zone = int(text)
    except ValueError:
        zone = 0
    if not 1 <= zone <= n_zones:
        rule = f"must be a zone from 1 to {n_zones}"
        faults.append(Issue(TRIPS, (row,), "zone", rule, repr(text.strip())))
        return 0
    return zone


def _trips(text: str, row: int, faults: list[Issue]) -> float:
    """Return trips of a pair."""
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not 0 <= value < LARGEST:
        is_large = np.isfinite(value) and value > 0
        rule = f"must be below {LARGEST:g}" if is_large else f"{NO_NUMBER} of 0 or more"
        faults.append(Issue(TRIPS, (row,), "trips", rule, text.strip() or "nothing"))
        return 0.0
    return value
