"""What a planner waits for, where no peer answers the same question."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.subjects.rail import table

from bereket import (
    CatchmentParams,
    RouteParams,
    build,
    catchment,
    pareto,
    read_model,
    route,
)
from bereket.compiled.arcs import NONE
from bereket.model.calendar import as_day
from bereket.studies.import_rail import RailFiles, RailImportParams, import_rail

ROOT = Path(__file__).parents[1]
CASPIAN = ROOT / "models" / "caspian"
FLAGSHIP = RouteParams("XIAN", "TEH", "containers_general", count=10)


def read_caspian():
    """Return a function that reads and checks the tables of caspian."""
    return lambda: read_model(CASPIAN)


def compile_caspian():
    """Return a function that compiles caspian for its base date."""
    model = read_model(CASPIAN)
    day = as_day(model.config("base_date"))
    return lambda: build(model, day)


def route_caspian():
    """Return a function that finds ten ways on the compiled network."""
    model = read_model(CASPIAN)
    graph = build(model, as_day(model.config("base_date")))
    return lambda: route(model, params=FLAGSHIP, graph=graph)


def pareto_caspian():
    """Return a function that finds the efficient ways in four criteria."""
    model = read_model(CASPIAN)
    graph = build(model, as_day(model.config("base_date")))
    return lambda: pareto(model, params=FLAGSHIP, graph=graph)


def catchment_caspian(n_origins=100, n_destinations=20):
    """Return a function that asks the best way of every pair of many places."""
    model = read_model(CASPIAN)
    graph = build(model, as_day(model.config("base_date")))
    names = model["node"].labels("node_id")
    loads = [name for at, name in enumerate(names) if graph.origin_of(at) != NONE]
    params = CatchmentParams(
        "ckti_uzen",
        tuple(loads[-n_destinations:]),
        FLAGSHIP.commodity,
        origins=tuple(loads[:n_origins]),
    )
    return lambda: catchment(read_model(CASPIAN), params=params)


def import_region(keep="through"):
    """Return a function that reads the region's rail network, simplifies and compiles.

    With the gaps joined and the places of caspian as stations.
    """
    paths = [table(f"osm_rail_region_{name}.csv") for name in ("nodes", "links")]
    gaps = table("osm_rail_region_gap_candidates.csv")
    files = RailFiles((paths[0], paths[1]), (CASPIAN / "node.csv",), gaps)
    params = RailImportParams("region", keep=keep, base_date="2026-01-01")

    def run():
        found = import_rail(files, params)
        return found, build(found.model, as_day("2026-01-01"))

    return run


# Times a process of its own from its start, and tells the memory that it had at most.
PROCESS = """
import time
start = time.perf_counter()
import json, resource, sys
from benchmarks import alone
alone.import_region(sys.argv[1])()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([time.perf_counter() - start, peak / 1024]))
"""


def import_region_process():
    """Return a function that imports the region in a process of its own."""
    table("osm_rail_region_links.csv")
    return import_region_alone


def import_region_alone(keep="through"):
    """Return wall time [s] and peak memory [MB] of a process that imports a region."""
    line = [sys.executable, "-c", PROCESS, keep]
    ran = subprocess.run(line, check=True, capture_output=True, cwd=ROOT, text=True)
    seconds, megabytes = json.loads(ran.stdout)
    return seconds, megabytes


def command(*arguments):
    """Return a function that runs a command in a process of its own, to the end."""
    line = [str(Path(sys.executable).with_name("bereket")), *arguments]
    return lambda: subprocess.run(line, check=True, capture_output=True, cwd=ROOT)


ALONE = {
    "read caspian": (read_caspian, 11),
    "compile caspian": (compile_caspian, 11),
    "route, 10 ways on caspian, compiled": (route_caspian, 31),
    "efficient ways, four criteria, compiled": (pareto_caspian, 31),
    "catchment, 100 x 20 pairs, from the folder": (catchment_caspian, 3),
    "import rail: read, simplify, compile 48,582 links": (import_region, 5),
    "the same, a process from its start": (import_region_process, 5),
    "bereket --help, a process": (lambda: command("--help"), 11),
    "bereket check models/teaching, a process": (
        lambda: command("check", "models/teaching"),
        11,
    ),
    "bereket corridors on caspian, a process": (
        lambda: command("corridors", "models/caspian"),
        3,
    ),
    "bereket route on caspian, a process": (
        lambda: command(
            "route",
            "models/caspian",
            *("--from", "XIAN", "--to", "TEH", "--commodity", "containers_general"),
        ),
        5,
    ),
}
