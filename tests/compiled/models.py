"""Small models that the tests of this folder build on, and look-up by row."""

from datetime import date

import numpy as np

from bereket import Model, RouteParams, Table, build, route
from bereket.compiled.arcs import ArcKind
from bereket.compiled.cost import price
from bereket.compiled.shipment import Shipment
from bereket.model.validate import validate
from bereket.schema import table_schema

DAY = date(2025, 6, 1)


def table(name, rows):
    """Make a table of dictionaries; what they leave out is unknown."""
    schema = table_schema(name)
    columns = {}
    for field in schema.fields.values():
        if not any(field.name in row for row in rows) and field.name not in schema.key:
            continue
        if field.is_text:
            cells = [str(row.get(field.name, "")) for row in rows]
            columns[field.name] = np.array(cells, dtype=object)
        else:
            cells = [float(row.get(field.name, np.nan)) for row in rows]
            columns[field.name] = np.array(cells)
    unknown = {name for row in rows for name in row} - set(schema.fields)
    assert not unknown, f"{name} has no columns {unknown}"
    return Table(name, columns)


def model_of(tables):
    """Make a model without fault."""
    model = unchecked(tables)
    found = validate(model, frozenset(tables))
    assert not found.faults, [str(issue) for issue in found.faults]
    return model


def unchecked(tables):
    """Make a model that may have faults."""
    stated = {"source_id": "told", "quality": "reported"}
    sourced = {
        name: [(stated if name != "config" else {}) | each for each in rows]
        for name, rows in tables.items()
    }
    sourced["source"] = [row("source_id title", "told", "Told by the test")]
    return Model("small", {name: table(name, rows) for name, rows in sourced.items()})


def row(columns, *values):
    """Name values by columns: row("a b", 1, 2) is {"a": 1, "b": 2}."""
    return dict(zip(columns.split(), values, strict=True))


def line_tables():
    """Four places in a row, P and Q in AAA, R and S in BBB; a train and a lorry.

    P --100-- Q ==50== R --200-- S by rail; 400 km by road from Q to R, going round.
    The train runs 50 km/h at 0.1 USD/t-km, the lorry 50 km/h at 0.5.
    """
    node = "node_id name x_coord y_coord node_type country_iso3"
    link = "link_id from_node_id to_node_id allowed_uses gauge_mm length_km"
    carrier = (
        "carrier_id use_group mode gauge_mm service_class runs speed_kmh "
        "cost_usd_per_tkm emission_kgco2e_per_tkm_diesel unit"
    )
    transfer = "node_id from_carrier_id to_carrier_id kind handling_h"
    nan = np.nan
    return {
        "config": [
            row("dataset_name price_year base_date", "small", 2024, "2025-06-01")
        ],
        "node": [
            row(node, "P", "Pe", -30, 0, "city", "AAA"),
            row(node, "Q", "Qu", -29, 0.1, "border", "AAA"),
            row(node, "R", "Er", -28.8, 0.2, "border", "BBB"),
            row(node, "S", "Es", -27, 0.3, "city", "BBB"),
        ],
        "carrier": [
            row(
                carrier,
                "train",
                "rail",
                "rail",
                1520,
                "block",
                "free",
                50,
                0.1,
                0,
                "feu",
            ),
            row(carrier, "lorry", "", "road", nan, "", "free", 50, 0.5, 0, "truck"),
        ],
        "link": [
            row(link, "PQ", "P", "Q", "rail", 1520, 100),
            row(link, "QR", "Q", "R", "rail", 1520, 50),
            row(link, "RS", "R", "S", "rail", 1520, 200),
            row(link, "qr", "Q", "R", "lorry", nan, 400),
        ],
        "border": [
            border("Q", "R", "rail", "AAA"),
            border("Q", "R", "rail", "BBB"),
            border("R", "Q", "rail", "BBB"),
            border("R", "Q", "rail", "AAA"),
            border("Q", "R", "lorry", "AAA", "TIR"),
            border("Q", "R", "lorry", "BBB", "TIR"),
            border("R", "Q", "lorry", "BBB", "TIR"),
            border("R", "Q", "lorry", "AAA", "TIR"),
        ],
        "transfer": [
            row(transfer, "P", "", "train", "load", 1),
            row(transfer, "P", "train", "", "unload", 1),
            row(transfer, "S", "", "train", "load", 1),
            row(transfer, "S", "train", "", "unload", 1),
            row(transfer, "Q", "train", "lorry", "tranship", 2),
            row(transfer, "Q", "lorry", "train", "tranship", 2),
            row(transfer, "R", "train", "lorry", "tranship", 2),
            row(transfer, "R", "lorry", "train", "tranship", 2),
        ],
        "commodity": [
            row(
                "commodity_id name vot_usd_per_t_h t_per_teu t_per_feu t_per_wagon "
                "t_per_truck allowed_carriers",
                "box",
                "Boxes",
                1,
                10,
                20,
                40,
                25,
                "train|lorry",
            )
        ],
    }


def border(start, end, carrier, side, document="SMGS", **more):
    """Make a border row of an hour."""
    columns = "from_node_id to_node_id carrier_id side_iso3 document wait_h"
    return row(columns, start, end, carrier, side, document, 1) | more


def sea_tables():
    """The same places, joined by sea too: a ferry Q - H - R, trains at its ends.

    The ferry: 14 sailings a week by timetable, so a headway of 12 h; 25 km/h; loading
    2 h, unloading 3 h; 250 km from Q to H (an island), 500 km on to R.
    """
    tables = line_tables()
    transfer = "node_id from_carrier_id to_carrier_id kind handling_h"
    tables["node"].append(
        row(
            "node_id name x_coord y_coord node_type country_iso3",
            *("H", "Ha", -29.5, -1, "seaport", "HHH"),
        )
    )
    tables["carrier"].append(
        row(
            "carrier_id mode runs speed_kmh cost_usd_per_tkm unit "
            "emission_kgco2e_per_tkm_diesel",
            *("ferry", "sea", "service", 25, 0.01, "t", 0),
        )
    )
    link = "link_id from_node_id to_node_id allowed_uses length_km"
    tables["link"] += [
        row(link, "QH", "Q", "H", "ferry", 250),
        row(link, "HR", "H", "R", "ferry", 500),
    ]
    tables["service"] = [
        row(
            "service_id carrier_id kind sailings_per_week load_h unload_h vessels "
            "slots",
            *("boat", "ferry", "timetable", 14, 2, 3, 2, 100),
        )
    ]
    stop = "service_id sequence node_id"
    tables["service_stop"] = [
        row(stop, "boat", 1, "Q"),
        row(stop, "boat", 2, "H"),
        row(stop, "boat", 3, "R"),
    ]
    tables["transfer"] += [
        row(transfer, "Q", "train", "ferry", "tranship", 4),
        row(transfer, "R", "ferry", "train", "tranship", 4),
        row(transfer, "H", "", "ferry", "load", 1),
        row(transfer, "H", "ferry", "", "unload", 1),
    ]
    tables["commodity"][0]["allowed_carriers"] = "train|lorry|ferry"
    return tables


def graph_of(tables, day=DAY):
    return build(model_of(tables), day)


def shipment(origin="AAA", destination="BBB", owner="private", commodity="box"):
    return Shipment(commodity, origin, destination, owner)


def priced(tables, cargo=None, day=DAY, party=""):
    """Return graph and prices."""
    graph = graph_of(tables, day)
    return graph, price(graph, cargo or shipment(), party)


def arcs(graph, kind, reference, **ends):
    """Return the arcs of a kind that a row made, by start and end place."""
    place = list(graph.model["node"].text("node_id"))
    carrier = list(graph.model["carrier"].text("carrier_id"))
    found = []
    for arc in np.nonzero(graph.arcs.kind == ArcKind[kind.upper()])[0].tolist():
        if reference not in map(str, graph.rows_of(arc)):
            continue
        figures = {
            "start": place[graph.arcs.start_idx[arc]],
            "end": place[graph.arcs.end_idx[arc]],
            "carrier": carrier[graph.arcs.carrier_idx[arc]],
        }
        if all(figures[name] == value for name, value in ends.items()):
            found.append(arc)
    return found


def arc(graph, kind, reference, **ends):
    """Return the one arc of a kind that a row made."""
    (found,) = arcs(graph, kind, reference, **ends)
    return found


def ways(tables, origin="P", destination="S", **asked):
    """Ask for all ways."""
    asked = {"max_overlap": 1.0, "count": 100} | asked
    return route(
        model_of(tables), params=RouteParams(origin, destination, "box", **asked)
    )


def best(tables, origin="P", destination="S", **asked):
    """Return the best way."""
    return ways(tables, origin, destination, **asked).alternatives[0]


def way_by(found, *links):
    """Return the way over the given links."""
    (way,) = [each for each in found.alternatives if each.link_ids == links]
    return way
