"""Land that models are made of: places, tracks of two gauges, roads, a sea to cross.

Every figure is drawn from a seed or invented; the rows say so.
"""

from itertools import permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bereket import Model, Table
from bereket.model.geometry import great_circle_km
from bereket.schema import table_schema

BASE_DATE = "2026-01-01"
NOTE = "invented for benchmarks"
WINDING = 1.2  # length of a way over its straight line
RAIL, ROAD, FERRY = ("rail1435", "rail1520"), "road", "ferry"
CARRIERS = (*RAIL, ROAD, FERRY)
PAPERS = dict(zip(CARRIERS, ("CIM", "SMGS", "TIR", ""), strict=True))
Pairs = NDArray[np.int64]


class Land(NamedTuple):
    """Places and what runs between them.

    Attributes
    ----------
    lon, lat : (n_places,)
        Where they lie [degree].
    country : (n_places,) int
        Country of each; it gives the gauge too.
    n_western : int
        Countries, the first ones, whose tracks are of 1435 mm; the others have 1520.
    is_terminal : (n_places,) bool
        Where cargo is loaded, unloaded and moved between carriers.
    rail, road, sea : (n, 2) int
        Pairs of places that tracks, roads and ferries join.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    country: NDArray[np.int64]
    n_western: int
    is_terminal: NDArray[np.bool_]
    rail: Pairs
    road: Pairs
    sea: Pairs


class Lines(NamedTuple):
    """Links of all carriers: ends, and position of the carrier in `CARRIERS`."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    carrier: NDArray[np.int64]


def model_of(name: str, land: Land) -> Model:
    """Return a land as a model: prices by country, borders, transfers, two cargoes."""
    lines = _lines(land)
    tables = [
        _table("config", 1, dataset_name=name, price_year=2025, base_date=BASE_DATE),
        _nodes(land),
        _carriers(),
        _links(land, lines),
        _transfers(land, lines),
        _borders(land, lines),
        _tariffs(land),
        _commodities(),
        _table("source", 1, source_id="made", title="Made by benchmarks/subjects"),
    ]
    if len(land.sea):
        tables += _ferries(land)
    return Model(name, {table.name: table for table in tables})


def joined(place: Pairs, is_joined: NDArray[np.bool_], axis: int) -> Pairs:
    """Return pairs of neighbours on a lattice, along an axis, where both are joined.

    `place` holds the places of the lattice, −1 where there is none.
    """
    low, high = [slice(None)] * 2, [slice(None)] * 2
    low[axis], high[axis] = slice(None, -1), slice(1, None)
    there = is_joined & (place >= 0)
    both = there[tuple(low)] & there[tuple(high)]
    return np.column_stack((place[tuple(low)][both], place[tuple(high)][both]))


def _lines(land: Land) -> Lines:
    """Return the links; over a change of gauge both tracks go on to the other side."""
    gauge = (land.country >= land.n_western).astype(int)  # position in RAIL
    one, other = gauge[land.rail].T
    both = one != other
    pairs = (land.rail, land.rail[both], land.road, land.sea)
    carriers = (
        *(one, other[both]),
        np.full(len(land.road), CARRIERS.index(ROAD)),
        np.full(len(land.sea), CARRIERS.index(FERRY)),
    )
    start, end = np.concatenate(pairs).T
    return Lines(start, end, np.concatenate(carriers))


def _nodes(land: Land) -> Table:
    n_places = land.lon.size
    return _table(
        "node",
        n_places,
        node_id=_labels("P", np.arange(n_places)),
        name=_labels("Place ", np.arange(n_places)),
        x_coord=np.round(land.lon, 6),
        y_coord=np.round(land.lat, 6),
        node_type=np.where(land.is_terminal, "city", "waypoint"),
        country_iso3=_countries(land.country),
    )


def _carriers() -> Table:
    return _table(
        "carrier",
        len(CARRIERS),
        carrier_id=CARRIERS,
        mode=("rail", "rail", "road", "sea"),
        gauge_mm=(1435, 1520, np.nan, np.nan),
        runs=("free", "free", "free", "service"),
        speed_kmh=(40, 35, 45, 20),
        cost_usd_per_tkm=(np.nan, np.nan, 0.07, 0.02),  # tracks have tariffs
        emission_kgco2e_per_tkm_diesel=(0.02, 0.02, 0.09, 0.03),
        unit=("feu", "feu", "truck", "t"),
    )


def _links(land: Land, lines: Lines) -> Table:
    n_links = lines.start.size
    points = np.column_stack((land.lon, land.lat))
    straight = great_circle_km(points[lines.start], points[lines.end])
    gauges = np.array([1435, 1520, np.nan, np.nan])
    return _table(
        "link",
        n_links,
        link_id=_labels("L", np.arange(n_links)),
        from_node_id=_labels("P", lines.start),
        to_node_id=_labels("P", lines.end),
        directed=0,
        allowed_uses=np.array(CARRIERS, dtype=object)[lines.carrier],
        gauge_mm=gauges[lines.carrier],
        length_km=np.round(WINDING * straight, 3),
    )


def _transfers(land: Land, lines: Lines) -> Table:
    """Load, unload and change at terminals, ports, and where gauges meet."""
    calls = np.zeros((land.lon.size, len(CARRIERS)), dtype=bool)
    calls[lines.start, lines.carrier] = calls[lines.end, lines.carrier] = True
    meets = calls[:, : len(RAIL)].all(axis=1)
    here = calls & (land.is_terminal | meets | calls[:, -1])[:, None]
    place, carrier = np.nonzero(here)
    names = np.array((*CARRIERS, ""), dtype=object)  # the last: not on a carrier
    ashore = np.full(place.size, len(CARRIERS))
    parts = [(place, ashore, carrier, "load"), (place, carrier, ashore, "unload")]
    for one, other in permutations(range(len(CARRIERS)), 2):
        (both,) = np.nonzero(here[:, one] & here[:, other])
        kind = "reload" if max(one, other) < len(RAIL) else "tranship"
        ends = np.full(both.size, one), np.full(both.size, other)
        parts.append((both, *ends, kind))
    places, before, after = (
        np.concatenate([part[column] for part in parts]) for column in range(3)
    )
    kinds = [np.full(part[0].size, part[3], dtype=object) for part in parts]
    return _table(
        "transfer",
        places.size,
        node_id=_labels("P", places),
        from_carrier_id=names[before],
        to_carrier_id=names[after],
        kind=np.concatenate(kinds),
        handling_h=6,
        dwell_h=12,
        dwell_sd_h=6,
        cost_usd_per_t=4,
    )


def _borders(land: Land, lines: Lines) -> Table:
    """Return a row a side and direction of every way over land to another country."""
    crosses = land.country[lines.start] != land.country[lines.end]
    crosses &= lines.carrier != CARRIERS.index(FERRY)
    a, b, carrier = (column[crosses] for column in lines)
    start, end = np.concatenate((a, a, b, b)), np.concatenate((b, b, a, a))
    side = np.concatenate((a, b, a, b))
    named = [CARRIERS[at] for at in np.tile(carrier, 4)]
    return _table(
        "border",
        start.size,
        from_node_id=_labels("P", start),
        to_node_id=_labels("P", end),
        carrier_id=named,
        side_iso3=_countries(land.country[side]),
        document=[PAPERS[name] for name in named],
        document_h=2,
        inspection_h=3,
        wait_h=8,
        wait_sd_h=8,
        fee_usd=30,
    )


def _tariffs(land: Land) -> Table:
    """Return two rates a country: for all cargo, and a lower one for grain."""
    countries = np.unique(land.country)
    rates = np.random.default_rng(countries.size).uniform(0.03, 0.06, countries.size)
    on_track = [RAIL[int(each >= land.n_western)] for each in countries]
    return _table(
        "tariff",
        2 * countries.size,
        tariff_id=_labels("T", np.arange(2 * countries.size)),
        kind="rate",
        carrier_id=np.tile(np.array(on_track, dtype=object), 2),
        country_iso3=np.tile(_countries(countries), 2),
        commodity_id=np.repeat(np.array(["", "grain"], dtype=object), countries.size),
        load="loaded",
        unit="t",
        rate_per_unit_km=np.round(np.concatenate((rates, 0.8 * rates)), 4),
        currency="USD",
    )


def _commodities() -> Table:
    return _table(
        "commodity",
        2,
        commodity_id=("boxes", "grain"),
        name=("Goods in boxes", "Grain"),
        vot_usd_per_t_h=(0.5, 0.05),
        vor_usd_per_t_h=(0.4, 0.0),
        t_per_feu=20,
        t_per_wagon=(40, 65),
        t_per_truck=20,
        allowed_carriers="|".join(CARRIERS),
    )


def _ferries(land: Land) -> list[Table]:
    """Return a ferry and its calls for every pair over the sea, a berth a port."""
    n_lines = len(land.sea)
    ports = np.unique(land.sea)
    services = _labels("F", np.arange(n_lines))
    return [
        _table(
            "port",
            ports.size,
            node_id=_labels("P", ports),
            berth_kind="ferry",
            carrier_id=FERRY,
            berths=1,
            wait_h=6,
            wait_sd_h=6,
        ),
        _table(
            "service",
            n_lines,
            service_id=services,
            carrier_id=FERRY,
            kind="timetable",
            vessels=2,
            sailings_per_week=7,
            load_h=4,
            unload_h=4,
        ),
        _table(
            "service_stop",
            2 * n_lines,
            service_id=np.repeat(services, 2),
            sequence=np.tile((1, 2), n_lines),
            node_id=_labels("P", land.sea.ravel()),
        ),
    ]


def _table(name: str, n_rows: int, /, **columns) -> Table:
    """Return a table of columns, or of one value for a whole column."""
    fields = table_schema(name).fields
    stated = {"source_id": "made", "quality": "assumed", "note": NOTE}
    if name not in {"config", "source"}:
        columns |= stated
    return Table(
        name,
        {
            column: np.full(n_rows, values, dtype=object)
            if fields[column].is_text
            else np.full(n_rows, values, dtype=float)
            for column, values in columns.items()
        },
    )


def _labels(letter: str, numbers: NDArray[np.int64]) -> NDArray[np.object_]:
    return np.array([f"{letter}{number}" for number in numbers.tolist()], dtype=object)


def _countries(numbers: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return AAA, BBB, … : no country of the world has three letters alike."""
    return np.array([3 * chr(65 + number) for number in numbers.tolist()], dtype=object)
