"""What tariff rows are for, by their text: cargo, carriers, countries, places."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.arcs import NONE
from bereket.compiled.graph import Graph, frozen
from bereket.compiled.kept import once
from bereket.compiled.shipment import Shipment
from bereket.model.calendar import is_open
from bereket.model.model import Model, Table
from bereket.model.places import takes_country
from bereket.model.price_rules import SELECTORS

Kind = Literal["rate", "coefficient", "fee"]
Load = Literal["loaded", "empty"]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

SEA: Final = ""  # "country" of arcs at sea
TRAFFICS: Final = ("", "domestic", "export", "import", "transit")  # of rows; first, any


@dataclass(frozen=True, slots=True, eq=False)
class TariffRows:
    """What each row of table ``tariff`` is for.

    Attributes
    ----------
    takes_carrier : (n_rows, n_carriers) bool
        Carriers that it prices.
    takes_country : (n_rows, n_countries) bool
        Countries that it prices, whatever the kind of traffic.
    traffic : (n_rows,) int
        Kind of traffic, a position in `TRAFFICS`.
    direction : (n_rows,) str
        Compass direction, or empty.
    entry, via, leave : (n_rows,) int
        Places, or `NONE`.
    specificity : (n_rows,) int
        Number of selectors given.
    family : (n_rows,) int
        Number that rows share which differ in their belt only.
    """

    takes_carrier: Bools
    takes_country: Bools
    traffic: Ints
    direction: NDArray[np.object_]
    entry: NDArray[np.int32]
    via: NDArray[np.int32]
    leave: NDArray[np.int32]
    specificity: Ints
    family: Ints


def tariff_rows(graph: Graph, countries: tuple[str, ...]) -> TariffRows:
    """Return what every tariff row is for; kept, as it follows from text alone."""
    key = "tariff rows", countries
    return once(graph.kept_by_text, key, lambda: _read(graph.model, countries))


def _read(model: Model, countries: tuple[str, ...]) -> TariffRows:
    tariff, carrier, node = model["tariff"], model["carrier"], model["node"]
    layer_of = {name: i for i, name in enumerate(carrier.labels("carrier_id"))}
    place_of = {name: i for i, name in enumerate(node.labels("node_id"))}
    carriers = np.zeros((len(tariff), len(layer_of)), dtype=bool)
    for at, names in enumerate(tariff.lists("carrier_id")):
        named = model.carriers(names) or layer_of
        carriers[at, [layer_of[name] for name in named]] = True
    lands = tariff.lists("country_iso3")
    held = {of: [takes_country(of, iso3) for iso3 in countries] for of in set(lands)}
    columns = [tariff.labels(column) for column in SELECTORS]
    number: dict[tuple[str, ...], int] = {}
    keys = zip(*columns, tariff.labels("unit"), strict=True)
    family = [number.setdefault(key, len(number)) for key in keys]

    def places(column: str) -> NDArray[np.int32]:
        labels = tariff.labels(column)
        return np.array([place_of.get(name, NONE) for name in labels], dtype=np.int32)

    return TariffRows(
        takes_carrier=carriers,
        takes_country=np.array([held[of] for of in lands], dtype=bool).reshape(
            len(tariff), len(countries)
        ),
        traffic=np.array(list(map(TRAFFICS.index, tariff.labels("regime"))), np.intp),
        direction=tariff.text("direction"),
        entry=places("entry_node_id"),
        via=places("via_node_id"),
        leave=places("exit_node_id"),
        specificity=_specificity(tariff),
        family=np.array(family, dtype=np.intp),
    )


def _specificity(tariff: Table) -> Ints:
    given = [(tariff.text(column) != "").astype(np.intp) for column in SELECTORS]
    return np.asarray(np.sum(given, axis=0), dtype=np.intp)


def rows_for(
    graph: Graph, countries: tuple[str, ...], shipment: Shipment, kind: Kind, load: Load
) -> Ints:
    """Return the open rows of a kind for a cargo and owner, the most specific first.

    Of equally specific rows the first of the table comes first; countries and kind of
    traffic are not looked at.
    """

    def found() -> Ints:
        tariff = graph.model["tariff"]
        owner = tariff.text("owner")
        fits = is_open(tariff, graph.day) & (tariff.text("kind") == kind)
        fits &= tariff.text("load") == load
        fits &= (owner == "") | (owner == shipment.owner)
        cargo, lists = shipment.commodity_id, tariff.lists("commodity_id")
        fits &= np.array([not of or cargo in of for of in lists], dtype=bool)
        rows = np.nonzero(fits)[0]
        fine = tariff_rows(graph, countries).specificity[rows]
        return frozen(rows[np.argsort(-fine, kind="stable")])

    key = "tariff rows of", kind, load, shipment.commodity_id, shipment.owner
    return once(graph.kept_by_text, key, found)


def traffic_in(
    graph: Graph, countries: tuple[str, ...], shipment: Shipment
) -> NDArray[np.intp]:
    """Return the kind of traffic that a shipment is in each country; at sea of none.

    Parameters
    ----------
    graph : Graph
        The network, which keeps it.
    countries : tuple of str
        Countries of the model, and `SEA`.
    shipment : Shipment
        Countries it goes from and to.

    Returns
    -------
    (n_countries,) int
        Positions in `TRAFFICS`.
    """
    key = "traffic", countries, shipment.origin_iso3, shipment.destination_iso3
    return once(
        graph.kept_by_text,
        key,
        lambda: np.array(
            [
                0 if iso3 == SEA else TRAFFICS.index(shipment.traffic(iso3))
                for iso3 in countries
            ],
            dtype=np.intp,
        ),
    )
