"""What a table is: one Table Schema (JSON) a table, read once and frozen.

The validator, the defaults, the headers of ``bereket new`` and the table pages of the
documentation all come from these files. Beside the words of the standard a field
carries ``unit``, ``default``, ``unknown`` (what an empty cell means), ``names`` (the
table whose rows it names) and ``list`` (several values with ``|`` between).
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final, Literal

FieldType = Literal["string", "number", "integer", "boolean"]

INTERVAL_SUFFIXES: Final = ("_low", "_high")
LIST_SEPARATOR: Final = "|"
REQUIRED_TABLES: Final = ("config", "node", "carrier", "link")

# The order in which a reader meets them, and in which `bereket new` writes them.
TABLE_NAMES: Final = (
    "config",
    "node",
    "carrier",
    "link",
    "section",
    "stop",
    "transfer",
    "terminal",
    "border",
    "port",
    "service",
    "service_stop",
    "vessel",
    "fleet",
    "commodity",
    "tariff",
    "rent",
    "fx",
    "deflator",
    "regime",
    "corridor",
    "access",
    "demand",
    "season",
    "season_close",
    "level",
    "vessel_load",
    "measure",
    "measure_effect",
    "country",
    "trade",
    "elasticity",
    "bus",
    "power_line",
    "power_plant",
    "power_load",
    "profile",
    "gas_node",
    "gas_pipe",
    "gas_field",
    "gas_load",
    "gas_storage",
    "gas_contract",
    "gas_swap",
    "observation",
    "shock",
    "agenda",
    "parameter",
    "calibration",
    "fit",
    "source",
)


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table.

    Attributes
    ----------
    name, type, description : str
        As in the schema file.
    unit : str
        Unit of the figures; empty for labels, counts and ratios.
    required : bool
        True when an empty cell is a fault.
    minimum, maximum, exclusive_minimum : float or None
        Range of the figures.
    enum : tuple of str
        Closed list of values; empty when any will do.
    pattern : str
        Regular expression that a whole value must match; may be empty.
    default : object or None
        What an empty cell stands for, where `unknown` is ``default``.
    unknown : str
        What an empty cell means.
    names : str
        Table whose rows the value names; may be empty.
    is_list : bool
        True when several values may stand with ``|`` between.
    format : str
        ``partial_date``, ``gateways``, ``mix`` or empty.
    """

    name: str
    type: FieldType
    description: str
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    enum: tuple[str, ...] = ()
    pattern: str = ""
    default: str | float | bool | None = None
    unknown: str = "none"
    names: str = ""
    is_list: bool = False
    format: str = ""

    @property
    def is_text(self) -> bool:
        """Whether cells are text; all else is held as float64."""
        return self.type == "string"


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table: its key, its columns, and whether its rows are dated.

    Attributes
    ----------
    name, title, description : str
        As in the schema file.
    key : tuple of str
        Columns that name a row, in the order a row reference has them.
    is_dated : bool
        True when rows carry valid_from, valid_to and status.
    fields : mapping of str to Field
        Columns by name, in the file's order.
    examples : tuple of mapping
        Rows that ``bereket new`` writes.
    """

    name: str
    title: str
    description: str
    key: tuple[str, ...]
    is_dated: bool
    fields: MappingProxyType[str, Field]
    examples: tuple[dict[str, str], ...]

    def field(self, column: str) -> Field | None:
        """Return the field of a column, or of the column that it bounds.

        Examples
        --------
        >>> table_schema("border").field("wait_h_low").unit
        'h'
        """
        found = self.fields.get(column)
        if found is None:
            base = interval_base(column)
            bounded = self.fields.get(base) if base else None
            if bounded is not None and bounded.type in {"number", "integer"}:
                return Field(
                    name=column,
                    type="number",
                    description=f"Bound of {base}.",
                    unit=bounded.unit,
                    minimum=bounded.minimum,
                    maximum=bounded.maximum,
                    exclusive_minimum=bounded.exclusive_minimum,
                )
        return found


def interval_base(column: str) -> str:
    """Return the column that ``x_low`` or ``x_high`` bounds, or an empty text."""
    for suffix in INTERVAL_SUFFIXES:
        if column.endswith(suffix):
            return column.removesuffix(suffix)
    return ""


@cache
def table_schema(name: str) -> TableSchema:
    """Read the schema of a table.

    Parameters
    ----------
    name : str
        One of `TABLE_NAMES`.

    Returns
    -------
    TableSchema
        The frozen schema.

    Raises
    ------
    KeyError
        When there is no such table.

    Examples
    --------
    >>> table_schema("border").key
    ('from_node_id', 'to_node_id', 'carrier_id', 'side_iso3', 'document')
    """
    if name not in TABLE_NAMES:
        raise KeyError(name)
    text = resources.files(__name__).joinpath(f"{name}.json").read_text("utf-8")
    raw = json.loads(text)
    return TableSchema(
        name=raw["name"],
        title=raw["title"],
        description=raw["description"],
        key=tuple(raw["primaryKey"]),
        is_dated=bool(raw["dated"]),
        fields=MappingProxyType({f["name"]: _field(f) for f in raw["fields"]}),
        examples=tuple(raw.get("examples", ())),
    )


def _field(raw: dict[str, Any]) -> Field:
    bounds = raw.get("constraints", {})
    return Field(
        name=raw["name"],
        type=raw["type"],
        description=raw["description"],
        unit=raw.get("unit", ""),
        required=bounds.get("required", False),
        minimum=bounds.get("minimum"),
        maximum=bounds.get("maximum"),
        exclusive_minimum=bounds.get("exclusiveMinimum"),
        enum=tuple(bounds.get("enum", ())),
        pattern=bounds.get("pattern", ""),
        default=raw.get("default"),
        unknown=raw["unknown"],
        names=raw.get("names", ""),
        is_list=raw.get("list", False),
        format=raw.get("format", ""),
    )
