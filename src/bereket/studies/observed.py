"""What was observed of a year beside what an assignment puts there; never fitted."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.assign import AssignResult
from bereket.compiled.money import teu_per_t
from bereket.model.calendar import first_day, last_day
from bereket.model.model import Model
from bereket.studies.observations import Observed, seen
from bereket.studies.scopes import compass

if TYPE_CHECKING:
    import pandas as pd

KINDS: Final = ("flow", "throughput")
UNITS: Final = ("t", "teu")
LINK: Final = "link:"
EMPTY_BOXES: Final = "containers_empty"
NOT_CALIBRATED: Final = "not calibrated: no figure of the model was fitted to these"
CALIBRATED: Final = "parameters are those of table calibration, fitted to some of these"
# What two observations must share for one to be the last year's value of the other.
SHARED: Final = ("kind", "on", "commodity_id", "direction", "unit", "weight_basis")


@dataclass(frozen=True, slots=True)
class Beside:
    """One observation of the year with what is modelled.

    Attributes
    ----------
    observation_id, on, direction, unit : str
        Which row; of what; which way, empty for both; ``t`` or ``teu``.
    commodity_ids : tuple of str
        Cargoes; empty = all.
    year : int
        The calendar year.
    observed, modelled : float
        In the unit, of the year.
    rival : float or None
        What was observed of the same a year before: who knows nothing says that.
    rival_definition : str
        Its definition, where that is another one.
    definition, weight_basis, source_id : str
        As the row says.
    """

    observation_id: str
    on: str
    commodity_ids: tuple[str, ...]
    direction: str
    unit: str
    year: int
    observed: float
    modelled: float
    rival: float | None
    rival_definition: str
    definition: str
    weight_basis: str
    source_id: str

    @property
    def error_percent(self) -> float | None:
        """How far the model is off, in per cent of what was observed."""
        return _error(self.modelled, self.observed)

    @property
    def rival_error_percent(self) -> float | None:
        """How far last year's value is off; None where none is known."""
        return None if self.rival is None else _error(self.rival, self.observed)

    @property
    def is_nearer(self) -> bool | None:
        """Whether the model is nearer than last year's value; None without one."""
        if self.rival is None:
            return None
        return abs(self.modelled - self.observed) < abs(self.rival - self.observed)

    @property
    def is_whole(self) -> bool:
        """Whether it is of all cargo in tonnes, both directions together."""
        return self.unit == "t" and not self.commodity_ids and not self.direction

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self) | {
            "commodity_ids": list(self.commodity_ids),
            "error_percent": self.error_percent,
            "rival_error_percent": self.rival_error_percent,
        }


@dataclass(frozen=True, slots=True)
class NotCompared:
    """One observation that reaches into the year and cannot be compared.

    Attributes
    ----------
    observation_id, on, unit, period, definition : str
        As the row says.
    value : float
        In the unit, over its own period.
    why : str
        What stands against it.
    """

    observation_id: str
    on: str
    value: float
    unit: str
    period: str
    definition: str
    why: str


@dataclass(frozen=True, slots=True)
class ObservedResult:
    """Observations of a year beside an assignment of it.

    Attributes
    ----------
    year : int
        The year.
    beside : tuple of Beside
        Of corridors first, in the order of their table, then of links.
    not_compared : tuple of NotCompared
        What is not scaled to a year, a weight or a scope that it has not.
    notes : tuple of str
        That nothing is fitted, and what else to know.
    """

    year: int
    beside: tuple[Beside, ...]
    not_compared: tuple[NotCompared, ...]
    notes: tuple[str, ...]

    def of_corridor(self, corridor_id: str) -> Beside | None:
        """Return all cargo observed on a corridor, both directions; None if none is."""
        whole = (each for each in self.beside if each.is_whole)
        return next((each for each in whole if each.on == corridor_id), None)

    def headline(self) -> str:
        """Say how often the model is nearer than last year's value."""
        told = [each.is_nearer for each in self.beside if each.is_nearer is not None]
        if not told:
            return "No value of the year before is known to compare the model with."
        return (
            f"The model is nearer to what was observed in {self.year} than the value "
            f"of {self.year - 1} is in {sum(told)} of {len(told)} rows."
        )

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "year": self.year,
            "rows": [each.as_dict() for each in self.beside],
            "not_compared": [asdict(each) for each in self.not_compared],
            "notes": list(self.notes),
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row an observation that is compared."""
        import pandas as pd

        return pd.DataFrame([each.as_dict() for each in self.beside])

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return what is compared, and what is not with the reason."""
        import pandas as pd

        left = pd.DataFrame([asdict(each) for each in self.not_compared])
        return MappingProxyType(
            {"observed": self.to_frame(), "observed_not_compared": left}
        )


def observed(model: Model, found: AssignResult) -> ObservedResult:
    """Put what was observed of the year of an assignment beside what it says.

    Parameters
    ----------
    model : Model
        The model that was asked; its tables `observation` and `corridor` are read.
    found : AssignResult
        An assignment of one year.

    Returns
    -------
    ObservedResult
        Every flow observed on a corridor or on links over that calendar year, in net
        tonnes or boxes; with last year's value as the rival.

    Notes
    -----
    Nothing is scaled: a period that is no calendar year, a weight with packing or tare,
    empty boxes, countries and ports are listed with the reason, not compared. Tonnes of
    the named cargoes are turned into boxes by their loads. A compass direction is
    matched with the larger difference between the mean origin and destination.
    """
    year = int(found.stamp.params["year"])
    table = model["observation"]
    reader = _Reader(model, found, year)
    rows: list[Beside] = []
    left: list[NotCompared] = []
    for row in range(len(table)):
        if table.labels("kind")[row] not in KINDS or not _reaches(model, row, year):
            continue
        told, why = seen(table, row), reader.fault(row)
        if why:
            left.append(_not_compared(model, row, told, why))
        else:
            rows.append(reader.beside(row, told))
    order = {
        name: at for at, name in enumerate(model["corridor"].labels("corridor_id"))
    }
    rows.sort(key=lambda each: (order.get(each.on, len(order)), each.unit != "t"))
    changes = found.stamp.changes
    changed = ["observed was the world without the scenario's changes"]
    fitted = CALIBRATED if found.is_fitted else NOT_CALIBRATED
    notes = (fitted, *(changed if changes else ()))
    return ObservedResult(year, tuple(rows), tuple(left), notes)


def _error(value: float, truth: float) -> float | None:
    return 100.0 * (value - truth) / truth if truth else None


def _reaches(model: Model, row: int, year: int) -> bool:
    """Whether the period of a row shares a day with a year."""
    table = model["observation"]
    start = first_day(table.labels("period_start")[row])
    end = last_day(table.labels("period_end")[row])
    return start <= last_day(str(year)) and end >= first_day(str(year))


def _not_compared(model: Model, row: int, told: Observed, why: str) -> NotCompared:
    table = model["observation"]
    return NotCompared(
        table.labels("observation_id")[row],
        table.labels("on")[row],
        told.value,
        told.unit,
        told.period,
        told.definition,
        why,
    )


class _Reader:
    """Reads observations of one year against one assignment."""

    def __init__(self, model: Model, found: AssignResult, year: int) -> None:
        self.model, self.year = model, year
        self.table = model["observation"]
        self.corridors = {each.corridor_id: each for each in found.corridors}
        self.flows = found.flows
        demand = model["demand"]
        years = demand.number("year").tolist()
        cargoes = zip(demand.labels("commodity_id"), years, strict=True)
        self.sent = {name for name, of in cargoes if of == year}

    def fault(self, row: int) -> str:
        """Return why a row cannot be compared; empty where it can."""
        of, unit = self.table.lists("on")[row], self.table.labels("unit")[row]
        basis = self.table.labels("weight_basis")[row]
        is_known = set(of) <= set(self.corridors)
        is_yearly = seen(self.table, row).calendar_year == self.year
        faults = {
            f"counted in {unit}, and the assignment tells tonnes and boxes": unit
            not in UNITS,
            "its period is not a calendar year, and nothing is scaled to one": (
                not is_yearly
            ),
            f"weighed {basis.replace('_', ' ')}, and the assignment is net": basis
            not in {"", "net"},
            "it counts empty boxes, and the assignment tells loaded ones": (
                self._counts_empties(row)
            ),
            "of a country or a place, not of a corridor or of links": not (
                is_known or all(each.startswith(LINK) for each in of)
            ),
            "of several corridors, and a way may be of two of them": (
                is_known and len(of) > 1
            ),
        }
        found = next((why for why, stands in faults.items() if stands), "")
        return found or self._direction_fault(row)

    def beside(self, row: int, told: Observed) -> Beside:
        """Return a row that can be compared with what is modelled."""
        table = self.table
        rival, definition = self._rival(row)
        return Beside(
            observation_id=table.labels("observation_id")[row],
            on=table.labels("on")[row],
            commodity_ids=tuple(table.lists("commodity_id")[row]),
            direction=table.labels("direction")[row],
            unit=told.unit,
            year=self.year,
            observed=told.value,
            modelled=self._modelled(row),
            rival=rival,
            rival_definition="" if definition == told.definition else definition,
            definition=told.definition,
            weight_basis=table.labels("weight_basis")[row],
            source_id=told.source_id,
        )

    def _counts_empties(self, row: int) -> bool:
        named = EMPTY_BOXES in self.table.lists("commodity_id")[row]
        counted = self.table.number("counts_empties")[row] == 1.0
        return bool(named or counted) and EMPTY_BOXES not in self.sent

    def _direction_fault(self, row: int) -> str:
        """Return why one direction cannot be told; empty where it can."""
        of, direction = self.table.labels("on")[row], self.table.labels("direction")
        if not direction[row]:
            return ""
        if of not in self.corridors:
            return "one direction of links, which have no compass of their own"
        is_tonnes = self.table.labels("unit")[row] == "t"
        if self.table.lists("commodity_id")[row] or not is_tonnes:
            return "one direction of some cargoes, which the assignment does not tell"
        if direction[row] not in compass(self.model, of):
            return f"{of} does not run {direction[row]} or back"
        return ""

    def _modelled(self, row: int) -> float:
        """Return what the assignment puts where a row was observed, in its unit."""
        of, unit = self.table.labels("on")[row], self.table.labels("unit")[row]
        cargoes = self.table.lists("commodity_id")[row]
        flow = self.corridors.get(of)
        direction = self.table.labels("direction")[row]
        if flow and direction:
            ways = flow.there_t_per_year, flow.back_t_per_year
            return float(ways[compass(self.model, of).index(direction)])
        if flow and unit != "t":  # a box is counted whatever is in it
            return float(flow.teu_per_year)
        if flow and not cargoes:
            return float(flow.t_per_year)
        by_class = flow.by_class if flow else self._on_links(row)
        return sum(
            tonnes * (1.0 if unit == "t" else teu_per_t(self.model, name))
            for name, tonnes in by_class.items()
            if not cargoes or name in cargoes
        )

    def _on_links(self, row: int) -> dict[str, float]:
        """Return the tonnes on the links of a row by cargo, both directions."""
        named = {each.removeprefix(LINK) for each in self.table.lists("on")[row]}
        sums: dict[str, float] = {}
        for link in self.flows:
            if link.link_id in named:
                for name, tonnes in link.by_class.items():
                    sums[name] = sums.get(name, 0.0) + float(tonnes)
        return sums

    def _rival(self, row: int) -> tuple[float | None, str]:
        """Return the value of the year before and its definition, the same first."""
        rows = list(self._a_year_before(row))
        definition = self.table.labels("definition")
        if not rows:
            return None, definition[row]
        best = min(rows, key=lambda other: definition[other] != definition[row])
        return float(self.table.number("value")[best]), definition[best]

    def _a_year_before(self, row: int) -> Iterator[int]:
        table = self.table
        for other in range(len(table)):
            alike = all(
                table.labels(name)[other] == table.labels(name)[row] for name in SHARED
            )
            if alike and seen(table, other).calendar_year == self.year - 1:
                yield other
