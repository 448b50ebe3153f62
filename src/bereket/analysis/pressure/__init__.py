"""Whether a gas flow passes a chain of pipes, at what pressures, and how much could."""

from bereket.analysis.pressure.params import PressureParams
from bereket.analysis.pressure.pressure import pressure
from bereket.analysis.pressure.result import PressurePoint, PressureResult

__all__ = ["PressureParams", "PressurePoint", "PressureResult", "pressure"]
