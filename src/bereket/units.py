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

# As names of figures end -> as a reader writes it
SUFFIXES: Final = MappingProxyType(
    {
        "day": "day",
        "days": "days",
        "feu": "FEU",
        "gco2e": "gCO2e",
        "h": "h",
        "kgco2e": "kgCO2e",
        "km": "km",
        "kmh": "km/h",
        "m": "m",
        "min": "min",
        "mm": "mm",
        "mw": "MW",
        "mwh": "MWh",
        "t": "t",
        "teu": "TEU",
        "tkm": "tkm",
        "usd": "USD",
        "year": "year",
        "years": "years",
    }
)
BOUNDS: Final = ("_low", "_high", "_by_direction")


def unit_of(name: str) -> str:
    """Return the unit that the name of a figure ends in, or an empty text.

    Parameters
    ----------
    name : str
        Name of a column or attribute, such as ``cost_usd_per_t``.

    Returns
    -------
    str
        The unit as a reader writes it; empty for a ratio, a label, a count.

    Examples
    --------
    >>> [unit_of(n) for n in ("cost_usd_per_t", "length_km", "trains_per_day", "name")]
    ['USD/t', 'km', 'trains/day', '']
    >>> unit_of("usd_per_extra_t_per_year"), unit_of("capacity_t_per_year_by_direction")
    ('USD/extra t/year', 't/year')
    """
    for bound in BOUNDS:
        name = name.removesuffix(bound)
    head, *below = name.split("_per_")
    counted = head.rpartition("_")[2]
    if not below:
        in_days = head.partition("_")[0] == "days"  # days_sd, days_door_to_door
        return "days" if in_days else SUFFIXES.get(counted, "")
    return "/".join((SUFFIXES.get(counted, counted), *map(_denominator, below)))


def _denominator(text: str) -> str:
    """Return what stands under a line: words up to the unit, units on from there."""
    words: list[str] = []
    units: list[str] = []
    for word in text.split("_"):
        if word in SUFFIXES:
            units.append(SUFFIXES[word])
        elif units:
            break
        else:
            words.append(word)
    return " ".join([*words, "/".join(units)]).strip()


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
