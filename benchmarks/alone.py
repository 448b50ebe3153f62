"""What a planner waits for inside a process, where no peer does the same."""

from benchmarks.files import place_for
from benchmarks.peers.flows import our_flow
from benchmarks.subjects import MODELS, asked_of, graph_of, open_data, question_of
from benchmarks.subjects.caspian import CASPIAN

from bereket import (
    CapacityParams,
    CatchmentParams,
    Scenario,
    SetValue,
    build,
    capacity,
    catchment,
    overview,
    pareto,
    parse_change,
    read_model,
    report_page,
    route,
    write_model,
)
from bereket.compiled.arcs import NONE
from bereket.model.calendar import as_day
from bereket.studies.import_rail import RailFiles, RailImportParams, import_rail

CHANGED = {  # corridor: the cell that is changed
    "kti_incheh_borun": "fleet:fl19_north.units=40",
    "titr": "port:ALT:container.cranes=2",
}


def routing(name):
    """Return a function that finds ten ways on a compiled network."""
    graph, params = graph_of(name), question_of(name)
    return lambda: route(graph.model, params=params, graph=graph)


def efficient(name):
    """Return a function that finds the efficient ways in four criteria."""
    graph, params = graph_of(name), question_of(name)
    return lambda: pareto(graph.model, params=params, graph=graph)


def pricing(name):
    """Return a function that prices every arc of a compiled network for a cargo."""

    def run():
        graph = graph_of(name)
        for kept in (graph.priced, graph.kept, graph.kept_by_text):
            kept.clear()  # the first cargo of a network; others share most of it
        return asked_of(name)

    return run


def preferring(name, n_origins=100, n_destinations=20):
    """Return a function that asks the best way of every pair of many places."""
    graph, places = graph_of(name), MODELS[name]()["node"].labels("node_id")
    loads = [place for at, place in enumerate(places) if graph.origin_of(at) != NONE]
    params = CatchmentParams(
        "ckti_uzen",
        tuple(loads[-n_destinations:]),
        question_of(name).commodity,
        origins=tuple(loads[:n_origins]),
    )
    return lambda: catchment(read_model(CASPIAN), params=params)


def asking_for_report(_):
    """Return a function that asks what the report of caspian tells, read anew."""
    return lambda: overview(read_model(CASPIAN))


def drawing_report(name):
    """Return a function that draws the report of what was asked beforehand."""
    model = MODELS[name]()
    found = overview(model)
    return lambda: report_page(found, model)


def exporting(name):
    """Return a function that writes a GeoPackage."""
    model, path = MODELS[name](), place_for(name, "gpkg")

    def run():
        write_model(model, path)
        return path

    return run


def importing(_):
    """Return a function that reads the region's rail network, simplifies and compiles.

    With the gaps joined and the places of caspian as stations.
    """
    paths = [open_data(f"osm_rail_region_{name}.csv") for name in ("nodes", "links")]
    gaps = open_data("osm_rail_region_gap_candidates.csv")
    files = RailFiles((paths[0], paths[1]), (CASPIAN / "node.csv",), gaps)
    params = RailImportParams("region", base_date="2026-01-01")

    def run():
        found = import_rail(files, params)
        return found, build(found.model, as_day("2026-01-01"))

    return run


def filling(name):
    """Return a function that asks a corridor's capacity with its ladder, once warm."""
    params = CapacityParams(name, with_measures=False, with_months=False)
    model = read_model(CASPIAN)
    capacity(model, params=params)
    return lambda: capacity(model, params=params)


def refilling(name):
    """Return a function that asks it again after one changed cell."""
    params = CapacityParams(name, with_measures=False, with_months=False)
    model = read_model(CASPIAN)
    start = capacity(model, params=params)
    change = SetValue(*parse_change(CHANGED[name]))
    widened = Scenario("widened", (change,))
    capacity(model, widened, params, start=start)
    return lambda: capacity(model, widened, params, start=start)


def lifting(name):
    """Return a function that asks it with ladder, months, merit order and sequence."""
    params, model = CapacityParams(name), read_model(CASPIAN)
    return lambda: capacity(model, params=params)


def flowing(name):
    """Return a function that finds a flow, the largest to a share of 1 % only."""
    return our_flow(name, gap=1e-2 if name == "load-5000" else 1e-7)


ALONE = (  # phase, what makes it ready, subjects and how often they run
    ("price", pricing, {"caspian": 11, "continent-medium": 11}),
    (
        "route, 10 ways",
        routing,
        {"caspian": 11, "corridor-large": 5, "continent-medium": 11},
    ),
    (
        "pareto, 4 criteria",
        efficient,
        {"caspian": 11, "corridor-large": 3, "continent-medium": 5},
    ),
    ("capacity, ladder", filling, dict.fromkeys(CHANGED, 11)),
    ("capacity, one cell changed", refilling, dict.fromkeys(CHANGED, 11)),
    ("capacity, measures", lifting, dict.fromkeys(CHANGED, 2)),
    ("flow", flowing, {"load-1000": 3, "load-5000": 1}),
    ("catchment, 100 x 20", preferring, {"caspian": 2}),
    ("report, asking", asking_for_report, {"caspian": 2}),
    ("report, drawing", drawing_report, {"caspian": 2}),
    ("export gpkg", exporting, {"caspian": 5, "continent-medium": 5}),
)
