"""Hauls: the arcs that tariffs price, and which row prices each by itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE, ArcKind, of_kinds
from bereket.compiled.bearings import compass, countries_of_arcs
from bereket.compiled.graph import Graph, frozen
from bereket.compiled.kept import once
from bereket.compiled.tariff_rows import SEA, TRAFFICS, tariff_rows

if TYPE_CHECKING:
    from bereket.compiled.tariff_rows import Kind

Ints = NDArray[np.intp]

DIRECTIONS: Final = ("", "north", "south", "east", "west")
HAULED: Final = (ArcKind.LINE, ArcKind.RIDE, ArcKind.PRODUCT)


@dataclass(frozen=True, slots=True)
class Hauls:
    """Arcs that tariffs price, with what rows select them by.

    Attributes
    ----------
    arc : (n_hauls,) int
        Line, ride and product arcs.
    carrier, country, start, end : (n_hauls,) int
        Layer; position in the list of countries; places.
    direction : (n_hauls,) str
        Compass direction.
    product_row : (n_hauls,) int
        Tariff row of a product arc, else `NONE`.
    """

    arc: NDArray[np.intp]
    carrier: NDArray[np.int32]
    country: NDArray[np.intp]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    direction: NDArray[np.str_]
    product_row: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """Hauls of a network, sorted into classes that rows without places treat alike.

    Attributes
    ----------
    countries : tuple of str
        Countries of the model, and `SEA` last.
    hauls : Hauls
        The hauls.
    haul_of : (n_arcs,) int
        Position among the hauls of each arc, or `NONE`.
    is_product : (n_hauls,) bool
        Product arcs.
    heads : (n_hauls,) int
        Compass direction, a position in `DIRECTIONS`.
    class_of : (n_hauls,) int
        Class of each haul.
    carrier, country, direction : (n_classes,)
        What the hauls of a class have in common; the direction in `DIRECTIONS`.
    between : dict of tuple of int to (n,) int
        Hauls by their two places.
    """

    countries: tuple[str, ...]
    hauls: Hauls
    haul_of: Ints
    is_product: NDArray[np.bool_]
    heads: Ints
    class_of: Ints
    carrier: Ints
    country: Ints
    direction: Ints
    between: dict[tuple[int, int], Ints]


def hauls_of(graph: Graph) -> Laid:
    """Return the hauls of a network; kept, as they follow from text and places."""
    return once(graph.kept_by_text, ("hauls",), lambda: _lay_out(graph))


def _lay_out(graph: Graph) -> Laid:
    arcs, model = graph.arcs, graph.model
    countries = (*sorted(set(model["node"].labels("country_iso3"))), SEA)
    at = np.nonzero(of_kinds(arcs.kind, HAULED))[0]
    areas = countries_of_arcs(model, graph)[at].tolist()
    position = {iso3: i for i, iso3 in enumerate(countries)}
    is_product = arcs.kind[at] == ArcKind.PRODUCT
    hauls = Hauls(
        arc=at,
        carrier=arcs.carrier_idx[at],
        country=np.array([position[iso3] for iso3 in areas], dtype=np.intp),
        start=arcs.start_idx[at],
        end=arcs.end_idx[at],
        direction=compass(graph)[at],
        product_row=np.where(is_product, arcs.main_idx[at], NONE).astype(np.int32),
    )
    heads = np.array(
        [DIRECTIONS.index(name) for name in hauls.direction.tolist()], dtype=np.intp
    )
    number = (hauls.carrier * len(countries) + hauls.country) * len(DIRECTIONS) + heads
    distinct, class_of = np.unique(number, return_inverse=True)
    rest, direction = np.divmod(distinct, len(DIRECTIONS))
    carrier, country = np.divmod(rest, len(countries))
    haul_of = np.full(graph.n_arcs, NONE, dtype=np.intp)
    haul_of[at] = np.arange(at.size)
    between: dict[tuple[int, int], list[int]] = {}
    ends = zip(hauls.start.tolist(), hauls.end.tolist(), strict=True)
    for haul, pair in enumerate(ends):
        between.setdefault(pair, []).append(haul)
    return Laid(
        countries=countries,
        hauls=hauls,
        haul_of=frozen(haul_of),
        is_product=is_product,
        heads=heads,
        class_of=class_of.astype(np.intp),
        carrier=carrier,
        country=country,
        direction=direction,
        between={pair: np.array(found) for pair, found in between.items()},
    )


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Where rows of a kind, the most specific first, may price a haul by itself.

    Attributes
    ----------
    n_rows : int
        Number of rows.
    first : (n_traffics, n_classes) int
        The first row for one kind of traffic that prices a class, `n_rows` where none
        does; rows that name a place are not among them.
    row, haul, traffic : (n_pairs,) int
        Rows between two places, the last first; a haul between them; the kind of
        traffic.
    """

    n_rows: int
    first: Ints
    row: Ints
    haul: Ints
    traffic: Ints


def ranking_of(graph: Graph, kind: "Kind", rows: Ints) -> Ranking:
    """Return where rows of a kind may price hauls; kept, as text and places tell it."""
    key = "ranking", kind, rows.tobytes()
    return once(graph.kept_by_text, key, lambda: _ranked(graph, kind, rows))


def _ranked(graph: Graph, kind: "Kind", rows: Ints) -> Ranking:
    laid = hauls_of(graph)
    of = tariff_rows(graph, laid.countries)
    is_placed = (of.entry[rows] != NONE) | (of.via[rows] != NONE)
    (plain,) = np.nonzero(~is_placed & (of.leave[rows] == NONE))
    chosen = rows[plain]
    heads = np.array([DIRECTIONS.index(str(d)) for d in of.direction[chosen]], np.intp)
    takes = of.takes_carrier[chosen][:, laid.carrier]
    takes &= of.takes_country[chosen][:, laid.country]
    takes &= (heads[:, None] == 0) | (heads[:, None] == laid.direction)
    first = np.full((len(TRAFFICS), laid.carrier.size), rows.size, dtype=np.intp)
    for traffic in range(len(TRAFFICS)):
        (same,) = np.nonzero(of.traffic[chosen] == traffic)
        if same.size:
            held = takes[same]
            at = plain[same][held.argmax(axis=0)]
            first[traffic] = np.where(held.any(axis=0), at, rows.size)
    (pairs,) = np.nonzero((of.entry[rows] != NONE) & (of.leave[rows] != NONE))
    listed = [_between(graph, kind, int(rows[at])) for at in pairs[::-1].tolist()]
    row = np.repeat(pairs[::-1], [found.size for found in listed])
    return Ranking(
        n_rows=rows.size,
        first=first,
        row=row,
        haul=np.concatenate([np.zeros(0, dtype=np.intp), *listed]),
        traffic=of.traffic[rows[row]],
    )


def _between(graph: Graph, kind: "Kind", row: int) -> Ints:
    """Return the hauls that a row between two places may price, whatever the traffic.

    A through rate is priced by its own row only.
    """
    laid = hauls_of(graph)
    hauls, of = laid.hauls, tariff_rows(graph, laid.countries)
    ends = int(of.entry[row]), int(of.leave[row])
    found = laid.between.get(ends, np.zeros(0, dtype=np.intp))
    fits = of.takes_carrier[row][hauls.carrier[found]]
    fits &= of.takes_country[row][hauls.country[found]]
    if of.direction[row]:
        fits &= hauls.direction[found] == of.direction[row]
    if of.via[row] != NONE:
        fits &= laid.is_product[found]
    if kind == "rate":
        fits &= ~laid.is_product[found] | (hauls.product_row[found] == row)
    return np.asarray(found[fits], dtype=np.intp)


def choose(
    laid: Laid,
    ranking: Ranking,
    traffic: Ints,
    by_ends: NDArray[np.bool_] | None = None,
) -> Ints:
    """Choose the most specific row for every haul by itself.

    Parameters
    ----------
    laid : Laid
        The hauls.
    ranking : Ranking
        Where the rows may price them.
    traffic : (n_countries,) int
        Kind of traffic that the shipment is in each country.
    by_ends : (n_hauls,) bool, optional
        Of coefficients and fees: hauls that a rate between their two ends prices; only
        there does a row between two places hold. None for rates.

    Returns
    -------
    (n_hauls,) int
        Position in the rows, or `NONE`. A row that names entry and exit prices the arc
        or product between them; one that names a single place is left to runs. A
        through rate is priced by its own row, and changed by a coefficient or fee
        between the same places only.

    Notes
    -----
    Rows without places hold for a whole class of hauls, so that of them only the first
    for any traffic and the first for the shipment's own are looked at.
    """
    here = traffic[laid.country]
    own = ranking.first[here, np.arange(here.size)]
    chosen = np.minimum(ranking.first[0], own)[laid.class_of]
    chosen[laid.is_product] = ranking.n_rows
    haul = ranking.haul
    of = ranking.traffic
    held = (of == 0) | (of == traffic[laid.hauls.country[haul]])
    if by_ends is not None:
        held &= by_ends[haul]
    haul = haul[held]
    # of several rows for a haul the last written, the first of the book, stays
    chosen[haul] = np.minimum(chosen[haul], ranking.row[held])
    chosen[chosen == ranking.n_rows] = NONE
    return np.asarray(chosen, dtype=np.intp)
