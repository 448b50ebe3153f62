"""Networks and models to measure on; each file registers its own."""

from benchmarks.subjects import caspian, continent, corridor, grid, rail
from benchmarks.subjects.compiled import (
    asked_of,
    graph_of,
    question_of,
    register_networks,
)
from benchmarks.subjects.registry import MODELS, NETWORKS, ROOT, open_data

register_networks()

__all__ = [
    "MODELS",
    "NETWORKS",
    "ROOT",
    "asked_of",
    "caspian",
    "continent",
    "corridor",
    "graph_of",
    "grid",
    "open_data",
    "question_of",
    "rail",
]
