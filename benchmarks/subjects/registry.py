"""What there is to measure on; each file of subjects registers its own."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from benchmarks.subjects.network import Network

from bereket import Model

ROOT: Final = Path(__file__).resolve().parents[2]
NETWORKS: Final[dict[str, Callable[[], Network]]] = {}
MODELS: Final[dict[str, Callable[[], Model]]] = {}


def network(name: str):
    """Register a function that makes a network; it is made once."""

    def register(make: Callable[[], Network]) -> Callable[[], Network]:
        NETWORKS[name] = cache(make)
        return NETWORKS[name]

    return register


def model(name: str):
    """Register a function that makes a model; it is made once."""

    def register(make: Callable[[], Model]) -> Callable[[], Model]:
        MODELS[name] = cache(make)
        return MODELS[name]

    return register


def open_data(name: str, folder: str = "transport") -> Path:
    """Return a file of the open data; FileNotFoundError says what is missing."""
    shared = ROOT / os.environ.get("BEREKET_SHARED", "../shared")
    path = (shared / "data" / folder / name).resolve()
    if not path.is_file():
        msg = f"needs data/{folder}/{name} of ../shared, or of BEREKET_SHARED"
        raise FileNotFoundError(msg)
    return path
