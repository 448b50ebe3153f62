"""A real rail network made a model: what it holds, where it ends, what it lacks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.rail_chains import contract
from bereket.compiled.rail_parts import parts_of, with_countries
from bereket.compiled.rail_splits import stations_of
from bereket.compiled.rail_ways import links_of_shortest, links_through
from bereket.errors import BereketError, Issue, ModelError
from bereket.io.places import PlaceList, read_places
from bereket.io.rail import read_connectors, read_network
from bereket.io.rail_lines import read_lines
from bereket.model.calendar import as_day
from bereket.model.model import Model
from bereket.model.rail import (
    Connectors,
    RailNetwork,
    join,
    only_links,
    within,
)
from bereket.model.rail_cells import Cells, refuse
from bereket.model.rail_rules import hold_countries
from bereket.model.reading import read_sheets, sheet_of
from bereket.model.result import Stamp, model_stamp
from bereket.model.scenario import BASELINE
from bereket.studies.rail_draft import RailDraft, is_left_out, node_labels
from bereket.studies.rail_findings import (
    counted,
    gap_rows,
    part_rows,
    station_rows,
)
from bereket.studies.rail_model import RailAbout, rail_model
from bereket.studies.rail_paths import path_rows
from bereket.studies.rail_result import RailCounts, RailImportResult

Keep = Literal["all", "through", "shortest"]
KEEPS: Final[tuple[Keep, ...]] = ("through", "shortest", "all")
ISO3: Final = re.compile("[A-Z]{3}")
CSV_FILES: Final = 2
MOST_KM: Final = 1000.0  # no station lies so far off


@dataclass(frozen=True, slots=True)
class RailFiles:
    """What is read.

    Attributes
    ----------
    network : tuple of Path
        Nodes and links as CSV, or lines as GeoJSON.
    places : tuple of Path
        Lists of places, the preferred first.
    gaps : Path or None
        Gaps to join.
    """

    network: tuple[Path, ...]
    places: tuple[Path, ...] = ()
    gaps: Path | None = None


@dataclass(frozen=True, slots=True)
class RailImportParams:
    """How it is made a model.

    Attributes
    ----------
    name : str
        Name of the model.
    keep : {"through", "shortest", "all"}
        Links that stay: those that lead on between stations, those of a shortest way
        between two stations, or all. Where no two stations are joined all stay.
    near_km : float
        How far a station may lie from its place [km].
    gap_km, apart_km : float
        How far apart ends of track, and parts, are for the gap to be proposed [km].
    find_gaps : bool
        Whether gaps are to be proposed; it takes a second or two.
    countries : tuple of str
        Countries to take; empty = all.
    default_country : str
        Country of the nodes where no node states one.
    base_date : str
        Date of the model; empty = today.
    paths : tuple of pairs of str
        Pairs of places whose shortest way is wanted.
    source : mapping
        Title, publisher, url, licence of the network, for table ``source``.
    """

    name: str
    keep: Keep = "through"
    near_km: float = 10.0
    gap_km: float = 5.0
    apart_km: float = 35.0
    find_gaps: bool = False
    countries: tuple[str, ...] = ()
    default_country: str = ""
    base_date: str = ""
    paths: tuple[tuple[str, str], ...] = ()
    source: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.keep not in KEEPS:
            msg = f"keep must be one of {', '.join(KEEPS)}; found {self.keep!r}"
            raise BereketError(msg)
        for name in ("near_km", "gap_km", "apart_km"):
            if not 0 < getattr(self, name) <= MOST_KM:
                rule = f"must be more than 0 and at most {MOST_KM:g}"
                msg = f"{name} {rule}; found {getattr(self, name)!r}"
                raise BereketError(msg)
        if self.base_date:
            day = as_day(self.base_date).isoformat()
            object.__setattr__(self, "base_date", day)
        for label in (*self.countries, *filter(None, (self.default_country,))):
            if not ISO3.fullmatch(label):
                msg = f"a country is three capitals, such as KAZ; found {label!r}"
                raise BereketError(msg)


def import_rail(files: RailFiles, params: RailImportParams) -> RailImportResult:
    """Make a model of a real rail network.

    Parameters
    ----------
    files : RailFiles
        Network, places and gaps.
    params : RailImportParams
        How.

    Returns
    -------
    RailImportResult
        The model, and what was found on the way.

    Raises
    ------
    ModelError
        With every fault of a file, or of the model made of them.
    BereketError
        When no node has a country, or no link is left.
    QuestionError
        When a path is asked between places that are not there.

    Notes
    -----
    Chains of links that meet nothing are made one link, whose length is their sum to
    a millionth of a kilometre. Stations, junctions, ends of track, both sides of a
    border and ends of connectors stay as nodes.
    """
    network, advice = _read(files.network)
    network, is_assumed = _with_countries(network, params, files)
    places = read_places(files.places)
    connectors = read_connectors(files.gaps, network) if files.gaps else None
    network = join(network, connectors) if connectors else network
    if params.countries:
        network, is_assumed = _within(network, is_assumed, params.countries)
    read = only_links(network, ~network.is_connector)
    network, matches, n_cut = stations_of(network, places.places, params.near_km)
    is_assumed = np.concatenate((is_assumed, np.ones(n_cut, dtype=bool)))
    raw, parts = only_links(network, ~network.is_connector), parts_of(network)
    paths = path_rows(raw, network, matches, params.paths)
    is_station = np.zeros(network.n_nodes, dtype=bool)
    is_station[[match.node_idx for match in matches if match.is_first]] = True
    used = _used(network, is_station, params.keep)
    slim = only_links(network, used)
    chains = contract(slim, _wanted(slim, is_station))
    if is_left_out(chains).all():
        msg = f"no link between two nodes is left, of {network.n_links}"
        raise BereketError(msg)
    is_reviewed = connectors is not None and connectors.is_reviewed
    draft = RailDraft(slim, chains, matches, is_assumed, is_reviewed)
    model = rail_model(draft, _about(params, files))
    _refuse_faults(model)
    labels = node_labels(draft)
    return RailImportResult(
        model=model,
        counts=_counts(read, network, draft, model, connectors),
        parts=part_rows(network, parts),
        gaps=gap_rows(network, parts, params.gap_km, params.apart_km)
        if params.find_gaps
        else (),
        stations=station_rows(network, parts, matches, labels, params.near_km),
        paths=paths,
        raw_parts=parts_of(read).n_parts,
        dead_ends=int(parts.n_dead_ends.sum()),
        advice=(*advice, *places.advice),
        remarks=_remarks(places, connectors, draft),
        stamp=Stamp(
            question="import rail",
            **model_stamp(model, BASELINE),
            as_of=model.config("base_date"),
            params={each.name: getattr(params, each.name) for each in fields(params)},
            status="answered",
            assumed_share=1.0,
        ),
    )


def _read(paths: tuple[Path, ...]) -> tuple[RailNetwork, tuple[Issue, ...]]:
    """Read nodes and links, or lines."""
    if len(paths) == CSV_FILES:
        return read_network(*paths)
    return read_lines(paths[0])


def _with_countries(
    network: RailNetwork, params: RailImportParams, files: RailFiles
) -> tuple[RailNetwork, NDArray[np.bool_]]:
    """Give every node a country, or say that none is known."""
    if (network.country != "").any():
        return with_countries(network)
    default = params.default_country
    if not default:
        msg = (
            "no node states a country by its ISO 3166 code, which gauges follow from: "
            "give --country"
        )
        raise BereketError(msg)
    whole = np.full(network.n_nodes, default, dtype=object)
    network = replace(network, country=whole)
    cells = Cells(files.network[0].name)
    has_rows = len(files.network) == CSV_FILES
    hold_countries(cells, network, default, has_rows=has_rows)
    refuse(cells)
    return network, np.ones(network.n_nodes, dtype=bool)


def _refuse_faults(model: Model) -> None:
    """Raise where the model would be refused when it is read again."""
    sheets = {name: sheet_of(table) for name, table in model.tables.items()}
    faults = read_sheets(sheets, model.about).faults
    if faults:
        raise ModelError(faults)


def _within(
    network: RailNetwork, is_assumed: NDArray[np.bool_], countries: tuple[str, ...]
) -> tuple[RailNetwork, NDArray[np.bool_]]:
    """Return the network of some countries."""
    here = np.isin(network.country.astype(str), countries)
    if not here.any():
        known = ", ".join(sorted({str(each) for each in network.country}))
        msg = f"no node lies in {', '.join(countries)}; the network has {known}"
        raise BereketError(msg)
    return within(network, frozenset(countries)), is_assumed[here]


def _used(
    network: RailNetwork, is_station: NDArray[np.bool_], keep: Keep
) -> NDArray[np.bool_]:
    """Return the links that stay, (n_links,); all where no two stations are joined."""
    everything = np.ones(network.n_links, dtype=bool)
    if keep == "all":
        return everything
    find = links_through if keep == "through" else links_of_shortest
    used = find(network, is_station)
    return used if used.any() else everything


def _wanted(network: RailNetwork, is_station: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the nodes that stay though nothing meets there, (n_nodes,)."""
    start, end, country = network.start_idx, network.end_idx, network.country
    apart = network.is_connector | (country[start] != country[end])
    wanted = is_station.copy()
    wanted[start[apart]] = wanted[end[apart]] = True
    return wanted


def _about(params: RailImportParams, files: RailFiles) -> RailAbout:
    names = ", ".join(path.name for path in files.network)
    source = {"title": f"Files {names}", **params.source}
    today = datetime.now(UTC).date().isoformat()
    return RailAbout(params.name, params.base_date or today, source)


def _counts(
    read: RailNetwork,
    network: RailNetwork,
    draft: RailDraft,
    model: Model,
    connectors: Connectors | None,
) -> RailCounts:
    slim, chains = draft.network, draft.chains
    loops = is_left_out(chains)
    kept_links = int((~loops).sum())
    joined = network.length_km[network.is_connector]
    return RailCounts(
        read_nodes=read.n_nodes,
        read_links=read.n_links,
        read_km=float(read.length_km.sum()),
        cut_nodes=network.n_nodes - read.n_nodes,
        gaps_told=connectors.gap_id.size if connectors else 0,
        gaps_joined=joined.size,
        joined_km=float(joined.sum()),
        off_links=network.n_links - slim.n_links,
        off_km=float(network.length_km.sum() - slim.length_km.sum()),
        loop_links=int(loops.sum()),
        loop_km=float(chains.length_km[loops].sum()),
        used_links=slim.n_links - int(loops.sum()),
        kept_nodes=len(model["node"]),
        kept_links=kept_links,
        kept_km=float(chains.length_km[~loops].sum()),
        doubled_links=len(model["link"]) - kept_links,
        assumed_countries=int(draft.is_country_assumed.sum()),
    )


def _remarks(
    places: PlaceList, connectors: Connectors | None, draft: RailDraft
) -> tuple[str, ...]:
    """Say what the numbers do not."""
    assumed = int(draft.is_country_assumed.sum())
    theirs = "its neighbours" if assumed == 1 else "their neighbours"
    said = [
        "assumed: gauge by country, trains, border times, handling, money"
        + (f"; country of {counted(assumed, 'node')} by {theirs}" if assumed else "")
    ]
    left = int((~connectors.is_accepted).sum()) if connectors else 0
    if connectors and not connectors.is_reviewed:
        said.append(
            "no connector is reviewed: the file of gaps has no column accept (yes, no)"
        )
    elif left:
        said.append(f"gaps that are not accepted, and not joined: {left:,}")
    if places.unplaced:
        said.append(
            f"places that no list has coordinates for: {len(places.unplaced):,}"
        )
    return tuple(said)
