"""Importing does nothing, and a command loads only what it needs."""

import json
import os
import subprocess
import sys

import pytest

# Prints one JSON line: the top-level modules that are loaded when the program ends.
WATCH = """
import atexit, json, sys
def tell():
    names = sorted({name.partition(".")[0] for name in sys.modules})
    print("\\n" + json.dumps(names), file=sys.__stdout__)
atexit.register(tell)
"""

CLI = "from bereket.app.cli import main; sys.argv = ['bereket', *sys.argv[1:]]; main()"

HEAVY = {"altair", "click", "highspy", "numba", "pandas", "rich", "scipy"}


def run(program, *arguments, cwd, env=None):
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def loaded(program, *arguments, cwd):
    found = run(WATCH + program, *arguments, cwd=cwd)
    assert found.returncode == 0, found.stdout + found.stderr
    return set(json.loads(found.stdout.splitlines()[-1]))


def test_importing_bereket_loads_no_heavy_library(root):
    assert not loaded("import bereket", cwd=root) & HEAVY


@pytest.mark.parametrize("arguments", [["--help"], ["check", "models/teaching"]])
def test_commands_without_an_analysis_load_no_kernel(root, arguments):
    names = loaded(CLI, *arguments, cwd=root)
    assert not names & {"altair", "highspy", "numba", "pandas", "scipy"}


# Prints what of the process has changed between before and after.
COMPARE = """
import logging, os, random, signal, sys, warnings

def state():
    return {
        "folder": os.getcwd(),
        "environment": dict(os.environ),
        "warning filters": list(warnings.filters),
        "random numbers": random.getstate(),
        "root logger": (logging.root.level, list(logging.root.handlers)),
        "own logger": list(logging.getLogger("bereket").handlers),
        "interrupt": signal.getsignal(signal.SIGINT),
        "search path": list(sys.path),
    }

before = state()
import bereket
for name in NAMES:
    getattr(bereket, name)
print(*(what for what, value in state().items() if value != before[what]), sep="\\n")
"""


@pytest.mark.parametrize(
    ("names", "allowed"),
    # NumPy and SciPy, which some public names need, set warning filters of their own.
    [("[]", set()), ("bereket.__all__", {"warning filters"})],
)
def test_importing_bereket_has_no_effect(tmp_path, names, allowed):
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    found = run(COMPARE.replace("NAMES", names), cwd=tmp_path, env=env)
    assert found.returncode == 0, found.stderr
    changed = set(filter(None, found.stdout.strip().split("\n")))
    assert changed <= allowed
    assert found.stderr == ""
    assert not list(tmp_path.iterdir())
