"""Colours, units and names that every figure of gas and power shares."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from types import MappingProxyType
from typing import Final

from bereket.analysis.energy.result import EnergyResult
from bereket.analysis.energy.rows import ElementFlow, ZonePrice
from bereket.model.model import Model
from bereket.report import palette, wording

# What is sent: the house unit of the answer, that of a figure, and how many of one are
# the other.
UNITS: Final = MappingProxyType({"power": ("TWh", 1e6), "gas": ("bcm", 1e3)})
NOUNS: Final = MappingProxyType({"power": "MW", "gas": "mcm a day"})
# From idle to full: of one lightness for both, brown against violet, so that lightness
# tells the use and hue (and, on a map, the dash) which of the two it is.
RAMPS: Final = MappingProxyType(
    {
        "gas": ("#f7cf8b", "#e9a63f", "#cb7a12", "#955108", "#592d02"),
        "power": ("#d2c9ee", "#ab9bdc", "#7f68c0", "#573d9b", "#2f1769"),
    }
)
COLOURS: Final = MappingProxyType({name: ramp[3] for name, ramp in RAMPS.items()})
ROOM_COLOURS: Final = MappingProxyType({"gas": "#f9e6c4", "power": "#e4dff4"})
# Fuels after Okabe and Ito; in a bar two neighbours differ in lightness.
FUEL_COLOURS: Final = MappingProxyType(
    {
        "coal": "#3d3d3d",
        "gas": "#E69F00",
        "oil": "#7a2e00",
        "hydro": "#0072B2",
        "wind": "#8ecdb9",
        "nuclear": "#5b2a86",
        "solar": "#F0E442",
        "biomass": "#00664a",
        "import": "#c3cad1",
    }
)
ARROW: Final = "→"
TABLES: Final = (
    *("bus", "power_line", "power_plant", "power_load"),
    *("gas_node", "gas_pipe", "gas_field", "gas_load", "gas_storage"),
    *("gas_contract", "gas_swap"),
)
KEYS: Final = MappingProxyType({"power": "bus", "gas": "gas_node"})
REFERENCE: Final = re.compile(rf"\b(?:{'|'.join(TABLES)}):\w+")
# Clauses of a cause that tell rows by their labels alone, and the tables of these.
BARE: Final = MappingProxyType(
    {
        "gas is short at ": ("gas_node",),
        "water or allotment used up: ": ("power_plant", "gas_field"),
    }
)
LEAST: Final = 1e-6  # MWh or mcm a year that count as something
WEEK_HOUR: Final = re.compile(r"w(\d+)h(\d+)")
MONTH: Final = re.compile(r"m(\d+)")
DAYS: Final = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)
DAY_HOURS: Final = 24


def shade(commodity: str, use: float) -> str:
    """Return the colour of a way that is used so far, from idle to full.

    Examples
    --------
    >>> shade("gas", 0.0), shade("gas", 1.0), shade("power", 0.5)
    ('#f7cf8b', '#592d02', '#7f68c0')
    """
    ramp = RAMPS[commodity]
    at = min(max(use, 0.0), 1.0) * (len(ramp) - 1)
    low = min(int(at), len(ramp) - 2)
    pairs = (
        (int(ramp[low][k : k + 2], 16), int(ramp[low + 1][k : k + 2], 16))
        for k in (1, 3, 5)
    )
    return "#" + "".join(f"{round(a + (at - low) * (b - a)):02x}" for a, b in pairs)


def amount(commodity: str, value: float) -> str:
    """Return MWh as TWh, or mcm as bcm, with the unit.

    Examples
    --------
    >>> amount("power", 13_340_814.0), amount("gas", 25_000.0), amount("gas", 0.0)
    ('13.3 TWh', '25 bcm', '0 bcm')
    """
    unit, size = UNITS[commodity]
    return f"{wording.digits(value / size)} {unit}"


def usd(value: float) -> str:
    """Return money of any size: thousands below a million.

    Examples
    --------
    >>> usd(1_428_065.0), usd(31_776.4), usd(-4.0)
    ('1.43 M USD', '31.8 thousand USD', '−4 USD')
    """
    if abs(value) >= 999_500.0:  # noqa: PLR2004 what three digits make a million
        return wording.dollars(value)
    if abs(value) >= 1e3:  # noqa: PLR2004 a thousand
        told = f"{wording.digits(value / 1e3)} thousand USD"
    else:
        told = f"{wording.digits(value)} USD"
    return told.replace("-", "−")


def used_share(row: ElementFlow) -> float:
    """Return how much of a way is used: both directions, of what one could carry."""
    could = max(row.on + row.room, row.back + row.room_back)
    return min((row.on + row.back) / could, 1.0) if could > LEAST else 0.0


def names_of(model: Model) -> dict[str, str]:
    """Return names of all rows of gas and power by reference.

    Examples
    --------
    >>> from bereket import blank_model
    >>> names_of(blank_model())["bus:tkm"] != "bus:tkm"
    True
    """
    found: dict[str, str] = {}
    for table in TABLES:
        own = model[table]
        if not len(own):
            continue
        keys = own.labels(f"{table}_id")
        told = own.labels("name") if "name" in own.columns else keys
        found |= {
            f"{table}:{key}": name or key for key, name in zip(keys, told, strict=True)
        }
    return found


def in_names(text: str, names: Mapping[str, str]) -> str:
    """Return a text in which rows are called by their names.

    Examples
    --------
    >>> in_names("full: power_line:a, bus:x", {"power_line:a": "Line A"})
    'full: Line A, bus:x'
    """
    return REFERENCE.sub(lambda found: names.get(found[0], found[0]), text)


def cause_in_names(text: str, names: Mapping[str, str]) -> str:
    """Return why something is missed with its rows called by their names.

    Examples
    --------
    >>> cause_in_names(
    ...     "gas is short at a; water or allotment used up: b, c",
    ...     {"gas_node:a": "Town", "power_plant:b": "Dams"},
    ... )
    'gas is short at Town; water or allotment used up: Dams, c'
    """
    parts = []
    for part in text.split("; "):
        for head, tables in BARE.items():
            if part.startswith(head):
                told = (
                    next((names[f"{t}:{n}"] for t in tables if f"{t}:{n}" in names), n)
                    for n in part.removeprefix(head).split(", ")
                )
                parts.append(head + ", ".join(told))
                break
        else:
            parts.append(in_names(part, names))
    return "; ".join(parts)


def spoken(period: str) -> str:
    """Return a period of the answer in words.

    Examples
    --------
    >>> spoken("m01"), spoken("w29h041"), spoken("x")
    ('January', 'Tuesday of week 29, 17 h', 'x')
    """
    hour, month = WEEK_HOUR.fullmatch(period), MONTH.fullmatch(period)
    if hour:
        day, clock = divmod(int(hour[2]), DAY_HOURS)
        return f"{DAYS[day % len(DAYS)]} of week {int(hour[1])}, {clock} h"
    return wording.MONTHS[int(month[1]) - 1] if month else period


def peopled(prices: Iterable[ZonePrice], commodity: str) -> list[ZonePrice]:
    """Return zones or nodes in which something is wanted by the country itself."""
    return [
        row for row in prices if row.commodity == commodity and row.of_load is not None
    ]


def is_passed(found: EnergyResult, row: ZonePrice) -> bool:
    """Whether anything is wanted at a zone or node, or goes in or out of it."""
    name = row.zone.partition(":")[2]
    return row.of_load is not None or any(
        name in {flow.from_id, flow.to_id} and flow.on + flow.back > LEAST
        for flow in found.flows
        if flow.commodity == row.commodity
    )


def noted(*lines: str, width: int = palette.FULL_WIDTH) -> list[str]:
    """Return what stands under a figure, broken where it is longer than the figure.

    Examples
    --------
    >>> noted("one two three", "four", width=40)
    ['one two', 'three', 'four']
    """
    letters = int(width / palette.SMALL_LETTER)
    return [part for line in lines for part in wrap(line, letters)]


def told_apart(labels: Sequence[str], references: Sequence[str]) -> list[str]:
    """Return labels, with the row beside those that are alike.

    Examples
    --------
    >>> told_apart(["A", "B", "A"], ["x:1", "x:2", "x:3"])
    ['A (1)', 'B', 'A (3)']
    """
    alike = Counter(labels)
    return [
        label if alike[label] == 1 else f"{label} ({reference.partition(':')[2]})"
        for label, reference in zip(labels, references, strict=True)
    ]


def short_name(name: str) -> str:
    """Return the first place of a name, such as that of a gas node.

    Examples
    --------
    >>> short_name("Kurtkui, Gorgan, Neka"), short_name("Tashkent")
    ('Kurtkui', 'Tashkent')
    """
    return name.partition(",")[0].partition(" (")[0].strip()
