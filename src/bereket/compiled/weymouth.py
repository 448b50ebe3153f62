"""Steady gas flow in a chain of pipes and compressor stations, after Weymouth.

Plain arithmetic on a few stretches: a kernel would gain nothing. Pressures are
absolute. Flows are in million cubic metres a day of the gas's base conditions.

References
----------
.. [1] Weymouth, T. R. (1912). Problems in natural gas engineering. *Transactions of the
   ASME* 34.
.. [2] Menon, E. S. (2005). *Gas pipeline hydraulics*. CRC Press, chapters 2 and 4.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

R_J_PER_MOL_K: Final = 8.314462618
AIR_KG_PER_MOL: Final = 0.0289647  # dry air
PA_PER_BAR: Final = 1e5
W_PER_MW: Final = 1e6
M3_PER_S: Final = 1e6 / 86_400  # of one mcm/day
FRICTION: Final = 0.09407  # 0.032 over the cube root of the inches, diameter in mm
CLOSE: Final = 1e-12  # relative width of the bracket around the largest flow


@dataclass(frozen=True, slots=True)
class Gas:
    """What flows, the same all along the path.

    Attributes
    ----------
    gravity : float
        Density relative to air.
    temperature_k : float
        Mean temperature in the pipe [K].
    compressibility : float
        Mean factor Z.
    heat_ratio : float
        Ratio of specific heats, the exponent of adiabatic compression.
    base_temperature_k, base_pressure_bar : float
        Conditions at which a cubic metre is counted; Z is 1 there.
    """

    gravity: float = 0.6
    temperature_k: float = 288.15
    compressibility: float = 0.9
    heat_ratio: float = 1.3
    base_temperature_k: float = 293.15
    base_pressure_bar: float = 1.01325

    @property
    def constant_j_per_kg_k(self) -> float:
        """The gas constant of a kilogram."""
        return R_J_PER_MOL_K / (self.gravity * AIR_KG_PER_MOL)

    @property
    def kg_per_s(self) -> float:
        """What one mcm/day weighs a second."""
        base = self.base_pressure_bar * PA_PER_BAR
        density = base / (self.constant_j_per_kg_k * self.base_temperature_k)
        return density * M3_PER_S

    @property
    def expansion_j_per_kg(self) -> float:
        """Pressure over density in the pipe, Z R T."""
        return self.compressibility * self.constant_j_per_kg_k * self.temperature_k


@dataclass(frozen=True, slots=True)
class Stretch:
    """A length of pipe without anything on it; a station may stand at its beginning.

    Attributes
    ----------
    resistance : float
        Fall of the squared pressure over it [bar2/(mcm/day)2], 0 or more.
    pressure_max_bar : float
        Highest pressure allowed in it, absolute [bar].
    share : float
        Its flow as a share of what was sent into the path.
    has_station : bool
        Whether a compressor station stands at its beginning.
    """

    resistance: float
    pressure_max_bar: float
    share: float = 1.0
    has_station: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """Pressures of a stretch.

    Attributes
    ----------
    arrives_bar, leaves_bar : float
        Before and behind what stands at its beginning [bar]; NaN where the gas does not
        get there.
    ends_bar : float
        At its end [bar]; NaN where the gas does not get there.
    """

    arrives_bar: float
    leaves_bar: float
    ends_bar: float


def weymouth_friction(diameter_mm: float) -> float:
    """Return Weymouth's friction factor (Darcy's, four times Fanning's).

    Examples
    --------
    >>> round(weymouth_friction(1000.0), 6)
    0.009407
    """
    return FRICTION / math.cbrt(diameter_mm)


def resistance(
    gas: Gas, length_km: float, diameter_mm: float, friction: float | None = None
) -> float:
    """Return how much the squared pressure falls for the squared flow of one string.

    Parameters
    ----------
    gas : Gas
        What flows.
    length_km : float
        Length [km].
    diameter_mm : float
        Inner diameter [mm].
    friction : float, optional
        Darcy's friction factor; None = Weymouth's.

    Returns
    -------
    float
        K of ``p_in**2 - p_out**2 = K q**2`` [bar2/(mcm/day)2].

    Notes
    -----
    The momentum of steady isothermal flow without heights and without the change of
    speed, integrated over the length: ``K = f L/D Z R T (m/A)**2``, with ``m`` the mass
    of one mcm/day and ``A`` the section. With Weymouth's ``f`` the flow is 3.748e-3
    ``(Tb/pb) sqrt((p1**2 - p2**2) / (G T L Z)) D**(8/3)`` in m3/day, kPa, km, mm; Menon
    rounds the constant to 3.7435e-3 [2]_.

    References
    ----------
    .. [2] Menon, E. S. (2005). *Gas pipeline hydraulics*. CRC Press, chapter 2.

    Examples
    --------
    A hundred kilometres of a metre: 50 mcm/day from 75 bar.

    >>> k = resistance(Gas(), 100.0, 1000.0)
    >>> round(k, 4), round((75.0**2 - k * 50.0**2) ** 0.5, 2)
    (1.323, 48.14)
    """
    if friction is None:
        friction = weymouth_friction(diameter_mm)
    diameter_m = diameter_mm / 1000
    kg_per_s_m2 = gas.kg_per_s / (math.pi / 4 * diameter_m**2)
    lengths = length_km * 1000 / diameter_m
    fall = friction * lengths * gas.expansion_j_per_kg * kg_per_s_m2**2
    return fall / PA_PER_BAR**2


def compressor_power_mw(
    gas: Gas,
    flow_mcm_per_day: float,
    suction_bar: float,
    discharge_bar: float,
    efficiency: float,
) -> float:
    """Return the power that adiabatic compression takes at the shaft.

    Parameters
    ----------
    gas : Gas
        What flows; it comes at its mean temperature and is cooled back to it.
    flow_mcm_per_day : float
        All that the station lifts [mcm/day].
    suction_bar, discharge_bar : float
        Absolute pressures before and behind it [bar].
    efficiency : float
        Adiabatic efficiency, above 0 and at most 1.

    Returns
    -------
    float
        Power [MW]; 0 where the pressure does not rise.

    Notes
    -----
    ``m g/(g-1) Z R T ((p2/p1)**((g-1)/g) - 1) / efficiency`` with ``g`` the ratio of
    specific heats: Menon's 4.0639 ``g/(g-1) Q T Z (...)`` in kW [2]_. What the driver
    itself loses is not in it.

    References
    ----------
    .. [2] Menon, E. S. (2005). *Gas pipeline hydraulics*. CRC Press, chapter 4.

    Examples
    --------
    >>> round(compressor_power_mw(Gas(), 50.0, 50.0, 75.0, 0.8), 1)
    27.6
    """
    if discharge_bar <= suction_bar:
        return 0.0
    exponent = (gas.heat_ratio - 1) / gas.heat_ratio
    rise = math.pow(discharge_bar / suction_bar, exponent) - 1
    work_j_per_kg = gas.expansion_j_per_kg / exponent * rise / efficiency
    return gas.kg_per_s * flow_mcm_per_day * work_j_per_kg / W_PER_MW


def walk(
    stretches: Sequence[Stretch],
    inlet_bar: float,
    flow_mcm_per_day: float,
    ratio_max: float,
) -> tuple[Passage, ...]:
    """Follow the pressure from the beginning of a path to its end.

    Parameters
    ----------
    stretches : sequence of Stretch
        The path, in order.
    inlet_bar : float
        Pressure at its beginning [bar].
    flow_mcm_per_day : float
        What is sent into it [mcm/day], 0 or more.
    ratio_max : float
        Largest ratio of a station, 1 or more.

    Returns
    -------
    tuple of Passage
        One a stretch.

    Notes
    -----
    A station lifts the gas to the highest pressure of its stretch, or by the largest
    ratio where that is less. Gas that comes with more than a stretch allows is
    throttled. Each step rises with the pressure that comes and falls with the flow, so
    that the pressure at the end falls with the flow, without a jump.

    Examples
    --------
    A squared pressure of 5625 falls by 2025, is lifted back, and falls again.

    >>> pipe = Stretch(2025.0, 75.0)
    >>> [each.ends_bar for each in walk((pipe, pipe), 75.0, 1.0, 1.5)]
    [60.0, 39.68626966596886]
    >>> lifted = Stretch(2025.0, 75.0, has_station=True)
    >>> [each.ends_bar for each in walk((pipe, lifted), 75.0, 1.0, 1.5)]
    [60.0, 60.0]
    """
    found = []
    pressure = inlet_bar
    for stretch in stretches:
        lifted = pressure * ratio_max if stretch.has_station else pressure
        leaves = min(lifted, stretch.pressure_max_bar) if lifted > 0 else math.nan
        left = leaves**2 - stretch.resistance * (stretch.share * flow_mcm_per_day) ** 2
        ends = math.sqrt(left) if left > 0 else math.nan
        found.append(Passage(pressure, leaves, ends))
        pressure = ends
    return tuple(found)


def largest_flow(
    stretches: Sequence[Stretch],
    inlet_bar: float,
    outlet_min_bar: float,
    ratio_max: float,
) -> float:
    """Return the largest flow that still arrives with enough pressure.

    Parameters
    ----------
    stretches : sequence of Stretch
        The path, in order; one of them at least with a resistance above 0.
    inlet_bar : float
        Pressure at its beginning [bar].
    outlet_min_bar : float
        Least pressure at its end [bar], above 0.
    ratio_max : float
        Largest ratio of a station, 1 or more.

    Returns
    -------
    float
        Flow sent into the path [mcm/day]; 0 where even gas at rest has too little
        pressure.

    Notes
    -----
    Bisection, as the pressure at the end falls with the flow; no stretch passes the
    flow that uses up its highest pressure. What is returned passes.

    Examples
    --------
    A pipe from 75 bar to 60: the square root of 2025.

    >>> round(largest_flow((Stretch(1.0, 75.0),), 75.0, 60.0, 1.5), 9)
    45.0
    """

    def passes(flow: float) -> bool:
        end = walk(stretches, inlet_bar, flow, ratio_max)[-1].ends_bar
        return end >= outlet_min_bar

    low = 0.0
    high = min(
        each.pressure_max_bar / (each.share * math.sqrt(each.resistance))
        for each in stretches
        if each.resistance > 0
    )
    if not passes(low):
        return 0.0
    while high - low > CLOSE * high:
        middle = (low + high) / 2
        if passes(middle):
            low = middle
        else:
            high = middle
    return low
