"""PyPSA's part: its file, its absence, and that nothing else loads it."""

import importlib
import json
import logging
import subprocess
import sys
import warnings
from importlib.util import find_spec

import pytest

from bereket import blank_model
from bereket.analysis.energy import EnergyParams, energy
from bereket.analysis.energy.building import quiet
from bereket.errors import ExtraError

EXACT = 1e-9  # relative: what a file keeps of a figure
PARAMS = EnergyParams(year=2024)
CLI = "from bereket.app.cli import main; sys.argv = ['bereket', *sys.argv[1:]]; main()"
WATCH = """
import atexit, json, sys
def tell():
    names = sorted({name.partition(".")[0] for name in sys.modules})
    print("\\n" + json.dumps(names), file=sys.__stdout__)
atexit.register(tell)
"""
OWNERS = {"pypsa", "linopy", "xarray", "netCDF4"}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("pypsa") / "year.nc"
    return energy(blank_model(), params=PARAMS, save_pypsa=path), path


def test_the_file_for_pypsa_holds_the_same_year(saved):
    found, path = saved
    pypsa = importlib.import_module("pypsa")
    with quiet(), warnings.catch_warnings():
        # Of PyPSA's own reader, which is no part of this.
        warnings.simplefilter("ignore")
        network = pypsa.Network(str(path))
    assert float(network.objective) == pytest.approx(found.objective_usd, rel=EXACT)
    weights = network.snapshot_weightings["objective"]
    for row in found.flows:
        sent = float(network.links_t.p0[f"{row.element}>"] @ weights)
        assert sent == pytest.approx(row.on, rel=EXACT), row.element
    for row in found.prices:
        price = network.buses_t.marginal_price[row.zone]
        own = price[
            weights.index.str.startswith("m" if row.commodity == "gas" else "w")
        ]
        assert float(own.max()) == pytest.approx(row.high, rel=EXACT)
    assert {row.zone for row in found.prices} <= set(network.buses.index)


def test_nothing_half_written_is_left_beside_the_file(saved):
    _, path = saved
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "year.nc"
    path.write_text("what was there", encoding="utf-8")

    def broken(_, target):
        with open(target, "w", encoding="utf-8") as half:  # noqa: PTH123 as it would
            half.write("half")
        raise OSError(28, "no space left")

    network = importlib.import_module("pypsa").Network
    monkeypatch.setattr(network, "export_to_netcdf", broken)
    with pytest.raises(OSError, match="no space left"):
        energy(blank_model(), params=PARAMS, save_pypsa=path)
    assert path.read_text(encoding="utf-8") == "what was there"


def test_without_pypsa_the_question_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypsa", None)
    with pytest.raises(ExtraError, match=r"pip install 'bereket\[energy\]'"):
        energy(blank_model(), params=PARAMS)


def test_pypsa_is_left_as_talkative_as_it_was(capfd):
    logger = logging.getLogger("pypsa")
    before = logger.level, list(warnings.filters)
    energy(blank_model(), params=PARAMS)
    assert (logger.level, list(warnings.filters)) == before
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        ("import bereket", []),
        ("import bereket; [getattr(bereket, name) for name in bereket.__all__]", []),
        (CLI, ["--help"]),
        (CLI, ["energy", "--help"]),
        (CLI, ["check", "models/teaching"]),
        (
            CLI,
            [
                "route",
                "models/teaching",
                "--from",
                "ASH",
                "--to",
                "CCY",
                "--commodity",
                "containers",
            ],
        ),
    ],
)
def test_nothing_but_the_question_of_energy_loads_pypsa(root, program, arguments):
    ran = subprocess.run(
        [sys.executable, "-c", WATCH + program, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    loaded = set(json.loads(ran.stdout.splitlines()[-1]))
    assert not loaded & OWNERS


def test_the_modules_of_the_question_load_pypsa_only_when_it_is_asked(root):
    """So that `bereket.analysis.energy` can be imported where it is not installed."""
    program = "import bereket.analysis.energy.energy, bereket.studies.energy_cases"
    ran = subprocess.run(
        [sys.executable, "-c", WATCH + program],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not set(json.loads(ran.stdout.splitlines()[-1])) & OWNERS
    assert find_spec("pypsa") is not None
