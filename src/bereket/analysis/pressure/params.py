"""What is asked of a path of gas pipes."""

import math
from dataclasses import dataclass
from typing import Final

from bereket.compiled.weymouth import Gas
from bereket.errors import QuestionError

POSITIVE: Final = (
    "flow_mcm_per_day",
    "inlet_bar",
    "outlet_min_bar",
    "hydraulic_efficiency",
    "gravity",
    "compressibility",
    "temperature_k",
    "base_temperature_k",
    "base_pressure_bar",
)


@dataclass(frozen=True, slots=True)
class PressureParams:
    """What is asked; pressures are absolute.

    Attributes
    ----------
    path : tuple of str
        Pipes by gas_pipe_id, in order, from where the gas comes.
    flow_mcm_per_day : float
        What is sent into the first [mcm/day].
    inlet_bar : float or None
        Pressure at the beginning; None = the highest that the first pipe allows.
    outlet_min_bar : float
        Least pressure at the end. The default is the lower end of trunk pipelines of
        class I in the building norm SNiP 2.05.06-85.
    as_of : str
        Date, YYYY-MM-DD; empty = the model's base date.
    ratio_max : float
        Largest ratio of pressures of a compressor station.
    compressor_efficiency : float
        Adiabatic efficiency of compressors.
    hydraulic_efficiency : float
        Flow of the real pipes over that of Weymouth's, at the same pressures.
    gravity, compressibility, heat_ratio : float
        Density of the gas relative to air; mean factor Z; ratio of specific heats.
    temperature_k : float
        Mean temperature in the pipes.
    base_temperature_k, base_pressure_bar : float
        Conditions at which a cubic metre is counted; the default, 20 °C and 101.325
        kPa, is that of Russian and Central Asian figures.
    """

    path: tuple[str, ...]
    flow_mcm_per_day: float
    inlet_bar: float | None = None
    outlet_min_bar: float = 25.0
    as_of: str = ""
    ratio_max: float = 1.6
    compressor_efficiency: float = 0.8
    hydraulic_efficiency: float = 1.0
    gravity: float = 0.6
    compressibility: float = 0.9
    heat_ratio: float = 1.3
    temperature_k: float = 288.15
    base_temperature_k: float = 293.15
    base_pressure_bar: float = 1.01325

    def __post_init__(self) -> None:
        """Refuse what cannot be asked; every fault in one error."""
        faults = [] if self.path else ["name the pipes of the path, in order"]
        twice = dict.fromkeys(each for each in self.path if self.path.count(each) > 1)
        faults += [f"gas pipe {each!r} is named twice in the path" for each in twice]
        stated = {name: getattr(self, name) for name in POSITIVE}
        faults += [
            f"{name} must be a number above 0; found {found:g}"
            for name, found in stated.items()
            if found is not None and not 0 < found < math.inf
        ]
        if not 1 < self.heat_ratio < math.inf:
            faults.append(f"heat_ratio must be above 1; found {self.heat_ratio:g}")
        if not 1 <= self.ratio_max < math.inf:
            faults.append(f"ratio_max must be 1 or more; found {self.ratio_max:g}")
        if not 0 < self.compressor_efficiency <= 1:
            faults.append(
                "compressor_efficiency must be above 0, at most 1; found "
                f"{self.compressor_efficiency:g}"
            )
        if faults:
            raise QuestionError("\n".join(faults))

    @property
    def gas(self) -> Gas:
        """What flows."""
        return Gas(
            gravity=self.gravity,
            temperature_k=self.temperature_k,
            compressibility=self.compressibility,
            heat_ratio=self.heat_ratio,
            base_temperature_k=self.base_temperature_k,
            base_pressure_bar=self.base_pressure_bar,
        )
