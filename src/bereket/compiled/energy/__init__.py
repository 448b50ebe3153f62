"""Gas and power as arrays: what a year of both is made of."""

from bereket.compiled.energy.case import EnergyCase
from bereket.compiled.energy.reading import energy_case

__all__ = ["EnergyCase", "energy_case"]
