"""Networks to measure on; each file registers its own in `SUBJECTS`."""

from benchmarks.subjects import grid, rail
from benchmarks.subjects.network import SUBJECTS

__all__ = ["SUBJECTS", "grid", "rail"]
