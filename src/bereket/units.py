"""The door for units: a source's unit becomes the house's, or is refused.

Inside there is one unit for each quantity: km, h, t, USD, day, kgCO2e. A figure of a
source is turned once, here, on its way into a model.
"""

from types import MappingProxyType
from typing import Final

from bereket.errors import UnitError

# unit of the source -> (house unit, factor); 1 source unit = factor house units
FACTORS: Final = MappingProxyType(
    {
        "km": ("km", 1.0),
        "m": ("km", 0.001),
        "mi": ("km", 1.609344),  # international mile, exact
        "ft": ("km", 0.0003048),  # international foot, exact
        "nmi": ("km", 1.852),  # international nautical mile, exact
        "h": ("h", 1.0),
        "min": ("h", 1.0 / 60.0),
        "s": ("h", 1.0 / 3600.0),
        "day": ("h", 24.0),
        "t": ("t", 1.0),
        "kg": ("t", 0.001),
        "kt": ("t", 1e3),
        "Mt": ("t", 1e6),
        "short_ton": ("t", 0.90718474),  # avoirdupois, exact
        "km/h": ("km/h", 1.0),
        "kn": ("km/h", 1.852),
        "m/s": ("km/h", 3.6),
        "mph": ("km/h", 1.609344),
        "t/day": ("t/day", 1.0),
        "t/year": ("t/day", 1.0 / 365.0),
        "Mt/year": ("t/day", 1e6 / 365.0),
        "kgCO2e/tkm": ("kgCO2e/tkm", 1.0),
        "gCO2e/tkm": ("kgCO2e/tkm", 0.001),
    }
)


def convert(value: float, unit: str, to: str) -> float:
    """Turn a source's figure into the house's unit.

    Parameters
    ----------
    value : float
        Figure in `unit`.
    unit : str
        Unit of the source; a key of `FACTORS`.
    to : str
        House unit that is wanted.

    Returns
    -------
    float
        Figure in `to`.

    Raises
    ------
    UnitError
        When `unit` is unknown, or measures another quantity than `to`.

    Examples
    --------
    >>> convert(3.65, "Mt/year", "t/day")
    10000.0
    >>> convert(10, "kn", "km/h")
    18.52
    """
    if unit not in FACTORS:
        known = ", ".join(sorted(FACTORS))
        msg = f"unit {unit!r} is not known; known are {known}"
        raise UnitError(msg)
    house, factor = FACTORS[unit]
    if house != to:
        msg = f"unit {unit!r} is turned into {house!r}, not into {to!r}"
        raise UnitError(msg)
    return value * factor
