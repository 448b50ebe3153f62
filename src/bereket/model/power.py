"""What the words of power and gas mean, to the rules and to the questions alike."""

from types import MappingProxyType
from typing import Final

from bereket.model.model import Model

BURNS_FUEL: Final = ("coal", "gas", "oil", "nuclear", "biomass")  # carriers of plants
FREE_OF_FUEL: Final = ("hydro", "wind", "solar", "import")
MWH_PER_MCM: Final = 10_000.0
"""Heat of a million cubic metres of gas, lower heating value [MWh]: 36 MJ a cubic
metre, the figure of the Energy Institute's Statistical Review of World Energy."""
CO2_T_PER_MWH: Final = MappingProxyType(
    {"coal": 0.3406, "gas": 0.2020, "oil": 0.2786, "nuclear": 0.0, "biomass": 0.0}
)
"""Carbon dioxide of a MWh of heat, lower heating value: IPCC Guidelines 2006, volume 2,
table 1.4: other bituminous coal 94.6, natural gas 56.1, residual fuel oil 77.4 kg a GJ;
biomass counts as 0, as there."""
AREAS: Final = ("gas", "power")  # of measures that move no freight


def has_energy(model: Model) -> bool:
    """Whether a model has zones of power or nodes of gas."""
    return bool(len(model["bus"]) or len(model["gas_node"]))
