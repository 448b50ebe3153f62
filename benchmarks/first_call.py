"""What a user waits for in a process of its own: from its start, with its memory.

Kernels are compiled at their first call ever and kept on disk; `kernels absent` are
calls with an empty folder for them, all others have them there.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import processes
from benchmarks.files import scratch, written
from benchmarks.processes import Taken
from benchmarks.subjects import ROOT, open_data
from benchmarks.subjects.caspian import CASPIAN, QUESTION

KERNELS = "NUMBA_CACHE_DIR"
READ = "import sys, bereket; bereket.read_model(sys.argv[1])"
COMPILE = """
import sys, bereket
from bereket.model.calendar import as_day
model = bereket.read_model(sys.argv[1])
bereket.build(model, as_day(model.config("base_date")))
"""
IMPORT_RAIL = "from benchmarks.alone import importing; importing('rail')()"


def python(program: str, *arguments: str) -> Taken:
    """Run a program that is given as text."""
    return _with_kernels([sys.executable, "-c", program, *arguments])


def bereket(*arguments: str) -> Taken:
    """Run the command."""
    return _with_kernels([_command(), *arguments])


def without_kernels(*arguments: str) -> Taken:
    """Run the command with no compiled kernels on disk."""
    with TemporaryDirectory() as empty:
        return processes.measured([_command(), *arguments], **{KERNELS: empty})


def _with_kernels(command: list[str]) -> Taken:
    return processes.measured(command, **{KERNELS: str(scratch() / "kernels")})


def _command() -> str:
    return str(Path(sys.executable).with_name("bereket"))


def report() -> Taken:
    """Write the report of caspian."""
    return bereket("report", str(CASPIAN), "--out", str(scratch() / "report.html"))


def of_model(program: str, name: str) -> Taken:
    """Run a program on the folder of a model."""
    return python(program, str(written(name, "csv")))


def rail() -> Taken:
    """Read the rail network of the region, simplify and compile it."""
    open_data("osm_rail_region_links.csv")  # says what is missing, where it is
    return python(IMPORT_RAIL)


TEACHING = str(ROOT / "models" / "teaching")
ROUTE = (
    *("route", str(CASPIAN), "--from", QUESTION.origin, "--to", QUESTION.destination),
    *("--commodity", QUESTION.commodity),
)
Case = tuple[str, Callable[[], Taken], int]
CASES: tuple[Case, ...] = (  # subject, run, how often
    ("import bereket", partial(python, "import bereket"), 5),
    ("bereket --help", partial(bereket, "--help"), 5),
    ("bereket check, teaching", partial(bereket, "check", TEACHING), 5),
    ("bereket check, caspian", partial(bereket, "check", str(CASPIAN)), 5),
    ("bereket route, caspian", partial(bereket, *ROUTE), 3),
    ("the same, kernels absent", partial(without_kernels, *ROUTE), 1),
    ("bereket corridors, caspian", partial(bereket, "corridors", str(CASPIAN)), 3),
    ("bereket report, caspian", report, 2),
    ("import rail: read, simplify, compile", rail, 2),
    *(
        (f"{verb} {name}", partial(of_model, program, name), 1)
        for name in ("corridor-large", "continent-medium", "continent-large")
        for verb, program in (("read", READ), ("read and compile", COMPILE))
    ),
)
