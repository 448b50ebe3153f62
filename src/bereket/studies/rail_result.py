"""The answer of an import of a rail network: the model, and what was found."""

import re
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.errors import Issue
from bereket.model.model import Model
from bereket.model.result import Stamp
from bereket.studies.rail_findings import (
    GapRow,
    PartRow,
    StationRow,
    as_plain,
    counted,
)
from bereket.studies.rail_paths import PathRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

SIZES_SHOWN: Final = 6
GAPS_SHOWN: Final = 3
DOUBTS: Final = re.compile("smaller part|lies in")


@dataclass(frozen=True, slots=True)
class RailCounts:
    """How much was read, joined, kept and left out; lengths in km.

    Attributes
    ----------
    read_nodes, read_links, read_km : int, int, float
        The network of the files, in the countries asked for.
    cut_nodes : int
        Nodes made where a link was cut for a station beside its line.
    gaps_told, gaps_joined, joined_km : int, int, float
        Rows of the file of gaps; connectors made of them, and their length.
    off_links, off_km : int, float
        Links that `keep` left out, connectors among them.
    loop_links, loop_km : int, float
        Links from a node to itself, left out too.
    used_links : int
        Links and connectors that the links of the model are made of.
    kept_nodes, kept_links, kept_km : int, int, float
        Of the model; a link that stands once for each gauge is counted once.
    doubled_links : int
        Links that stand twice, where gauges meet.
    assumed_countries : int
        Nodes whose country is that of a neighbour.
    """

    read_nodes: int
    read_links: int
    read_km: float
    cut_nodes: int
    gaps_told: int
    gaps_joined: int
    joined_km: float
    off_links: int
    off_km: float
    loop_links: int
    loop_km: float
    used_links: int
    kept_nodes: int
    kept_links: int
    kept_km: float
    doubled_links: int
    assumed_countries: int


@dataclass(frozen=True, slots=True)
class RailImportResult:
    """A model of a rail network, and what was found on the way.

    Attributes
    ----------
    model : Model
        The model; write it with `bereket.write_model`.
    counts : RailCounts
        Nodes, links and kilometres before and after.
    parts : tuple of PartRow
        What hangs together once gaps are joined, the largest first.
    gaps : tuple of GapRow
        What could be joined besides; empty where it was not asked for.
    stations : tuple of StationRow
        Every place of the lists that has coordinates.
    paths : tuple of PathRow
        Shortest ways asked for.
    raw_parts : int
        Parts before gaps were joined.
    dead_ends : int
        Nodes with one link end, once gaps are joined.
    advice : tuple of Issue
        What is worth a look in the files.
    remarks : tuple of str
        What the numbers do not say.
    stamp : Stamp
        Where the model comes from.
    """

    model: Model
    counts: RailCounts
    parts: tuple[PartRow, ...]
    gaps: tuple[GapRow, ...]
    stations: tuple[StationRow, ...]
    paths: tuple[PathRow, ...]
    raw_parts: int
    dead_ends: int
    advice: tuple[Issue, ...]
    remarks: tuple[str, ...]
    stamp: Stamp

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data, the model's tables apart."""
        return {
            "counts": asdict(self.counts),
            "raw_parts": self.raw_parts,
            "dead_ends": self.dead_ends,
            "parts": [as_plain(row) for row in self.parts],
            "gaps": [as_plain(row) for row in self.gaps],
            "stations": [as_plain(row) for row in self.stations],
            "paths": [row.as_dict() for row in self.paths],
            "advice": [str(issue) for issue in self.advice],
            "remarks": list(self.remarks),
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a part, units in the column names."""
        import pandas as pd

        return pd.DataFrame([as_plain(row) for row in self.parts])

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return parts, gaps, stations and paths."""
        import pandas as pd

        told = self.as_dict()
        names = ("parts", "gaps", "stations", "paths")
        return MappingProxyType({name: pd.DataFrame(told[name]) for name in names})

    def summary(self) -> str:
        """Return about ten lines of text, the stamp last."""
        lines = (
            *self._network_lines(),
            *map(_path_line, self.paths),
            *self.remarks,
            self.stamp.line(),
        )
        return "\n".join(lines)

    def _network_lines(self) -> tuple[str, ...]:
        """Return what was read, found and kept, a line each."""
        n, joined = self.counts, ""
        if n.gaps_told:
            joined = (
                f"gaps: {counted(n.gaps_joined, 'connector')} of "
                f"{counted(n.gaps_told, 'row')} joined, {n.joined_km:,.0f} km"
            )
        left = ""
        if n.off_links + n.loop_links:
            left = (
                f"; left out {counted(n.off_links + n.loop_links, 'link')}, "
                f"{n.off_km + n.loop_km:,.0f} km, {n.loop_links:,} of them from a node "
                "to itself"
            )
        nodes, links = counted(n.read_nodes, "node"), counted(n.read_links, "link")
        read = f"{nodes}, {links}, {n.read_km:,.0f} km"
        kept = (
            f"{counted(n.used_links, 'link')}, made {n.kept_links:,} between "
            f"{n.kept_nodes:,} stations, junctions and ends, {n.kept_km:,.0f} km"
        )
        lines = (
            f"read: {read}",
            joined,
            _parts_line(self.parts, self.raw_parts),
            f"dead ends: {self.dead_ends:,}" + _gaps_told(self.gaps),
            _nearest_line(self.parts),
            _stations_line(self.stations) + _cuts_told(n.cut_nodes),
            f"kept: {kept}{left}",
        )
        return tuple(filter(None, lines))


def _parts_line(parts: tuple[PartRow, ...], raw_parts: int) -> str:
    sizes = ", ".join(f"{row.nodes:,}" for row in parts[:SIZES_SHOWN])
    more = ", …" if len(parts) > SIZES_SHOWN else ""
    before = (
        f" ({raw_parts:,} before gaps were joined)" if raw_parts != len(parts) else ""
    )
    return f"parts: {len(parts):,}{before}, of {sizes}{more} nodes"


def _gaps_told(gaps: tuple[GapRow, ...]) -> str:
    return f"; {counted(len(gaps), 'gap')} proposed for review" if gaps else ""


def _nearest_line(parts: tuple[PartRow, ...]) -> str:
    """Return the gaps of the largest parts that hang apart."""
    shown = [
        f"part {row.part} ({row.nodes:,} nodes, {row.countries}) {row.gap_km:.1f} km"
        for row in parts[1 : 1 + GAPS_SHOWN]
    ]
    return f"nearest gaps: {'; '.join(shown)}" if shown else ""


def _stations_line(stations: tuple[StationRow, ...]) -> str:
    if not stations:
        return "stations: none, as no place was given: nothing can be loaded"
    found = [row for row in stations if row.node]
    nodes = len({row.node for row in found})
    doubtful = sum(bool(DOUBTS.search(row.remark)) for row in found)
    far = len(stations) - len(found)
    return (
        f"stations: {len(found):,} of {counted(len(stations), 'place')} at "
        f"{counted(nodes, 'node')}; {doubtful:,} doubtful; {far:,} "
        f"{'has' if far == 1 else 'have'} no track near"
    )


def _cuts_told(cut_nodes: int) -> str:
    return f"; {cut_nodes:,} on a line, cut there" if cut_nodes else ""


def _path_line(row: PathRow) -> str:
    """Return what a path is before and after gaps are joined."""
    head = f"path {row.origin} > {row.destination}: "
    if row.raw_km == row.joined_km:
        told = f"{row.raw_km:,.0f} km" if not row.why_not else f"no path: {row.why_not}"
        return head + told
    raw = "no path: " + row.why_not if row.why_not else f"{row.raw_km:,.0f} km"
    by = f"{counted(row.n_connectors, 'connector')} of {row.connector_km:.1f} km"
    return f"{head}{row.joined_km:,.0f} km by {by}; raw {raw}"
