"""Gas and power of a year on one network, by PyPSA."""

from bereket.analysis.energy.energy import energy
from bereket.analysis.energy.params import EnergyParams
from bereket.analysis.energy.result import EnergyResult

__all__ = ["EnergyParams", "EnergyResult", "energy"]
