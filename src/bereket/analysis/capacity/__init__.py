"""How much a corridor can carry, what stops it, and what lifts it."""

from bereket.analysis.capacity.capacity import capacity
from bereket.analysis.capacity.params import CapacityParams
from bereket.analysis.capacity.result import CapacityResult

__all__ = ["CapacityParams", "CapacityResult", "capacity"]
