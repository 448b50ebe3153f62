"""What a calibration works on: its years, its observations, its parameters."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.analysis.assign.ways import years_of_demand
from bereket.compiled.behaviour import Parameter
from bereket.errors import QuestionError
from bereket.model.model import Model, Table
from bereket.model.result import Monitor
from bereket.studies.calibrate.ahead import Asked, ways_ahead
from bereket.studies.calibrate.fit import Data, Priors
from bereket.studies.calibrate.params import CalibrateParams
from bereket.studies.calibrate.result import INTERVAL, NotUsed
from bereket.studies.calibrate.rivals import contradictions, twin_of
from bereket.studies.calibrate.years import NOTHING_KNOWN, Year, year_of
from bereket.studies.observations import seen

Floats = NDArray[np.float64]
SD_OF_QUALITY: Final = {"measured": 0.05, "reported": 0.1, "derived": 0.2}
SD_UNSURE: Final = 0.4  # of what is assumed
LEAST: Final = 3  # observations that a fit needs


class Task:
    """One calibration: its years, its observations, its fit."""

    def __init__(
        self, model: Model, params: CalibrateParams, monitor: Monitor | None
    ) -> None:
        self.model, self.params, self.monitor = model, params, monitor
        self.table = model["observation"]
        self.steps = 0
        self.not_used: list[NotUsed] = []
        fitted = self._years()
        held = () if params.hold_out is None else (params.hold_out,)
        blind = [Asked(year, max(fitted)) for year in held if fitted]
        wanted = [*map(Asked, (*fitted, *held)), *blind]
        self.tell(f"ways of {len(wanted)} years")
        self.known = ways_ahead(model, wanted, params)
        self.fitted = tuple(self.laid(year) for year in fitted)
        self.held = tuple(self.laid(year) for year in held)
        self.rows = {each.year: self._usable(each) for each in self._all()}
        self._refuse()
        self.parameters = _united(self._all())
        self.names = [each.parameter_id for each in self.parameters]

    def _all(self) -> tuple[Year, ...]:
        return self.fitted + self.held

    def _years(self) -> tuple[int, ...]:
        """Return the years to fit: those asked for, or all with observations.

        Raises
        ------
        QuestionError
            When one has no demand.
        """
        known = years_of_demand(self.model)
        asked = [*self.params.years]
        if self.params.hold_out is not None:
            asked.append(self.params.hold_out)
        for year in asked:
            if year not in known:
                told = ", ".join(map(str, known)) or "no year"
                msg = f"the model has no demand of {year}; it has that of {told}"
                raise QuestionError(msg)
        if self.params.years:
            return tuple(sorted(set(self.params.years)))
        last = self.params.hold_out
        seen_in = {
            seen(self.table, row).calendar_year for row in range(len(self.table))
        }
        return tuple(
            year for year in known if year in seen_in and (last is None or year < last)
        )

    def laid(self, year: int, orders_of: int | None = None) -> Year:
        """Return a year with the sailings that the priors make."""
        self.tell(f"{year} laid out")
        known = self.known.get(Asked(year, orders_of), NOTHING_KNOWN)
        laid = year_of(self.model, year, orders_of, self.params.party, known)
        return laid.settled(priors_of(laid))

    def tell(self, note: str) -> None:
        """Tell how far it is.

        Raises
        ------
        QuestionError
            When the answer is to stop.
        """
        self.steps += 1
        if self.monitor and not self.monitor(self.steps, self.steps, note):
            msg = "stopped before the fit was done; nothing is kept"
            raise QuestionError(msg)

    def _usable(self, year: Year) -> list[int]:
        """Return the rows of a year that are compared; keep why others are not."""
        usable: list[int] = []
        for row in year.scopes.rows():
            why = year.scopes.fault(row)
            if not why and not float(self.table.number("value")[row]) > 0:
                why = "its value is 0, which has no logarithm"
            is_kept_back = self.table.number("held_out")[row] == 1.0
            if not why and is_kept_back and year.year != self.params.hold_out:
                why = "its row says that no fit may see it"
            twin = twin_of(self.table, row, usable)
            if not why and twin is not None:
                names = self.table.labels("observation_id")
                why = f"it says what {names[twin]} says of the same, and counts once"
            if why:
                name = self.table.labels("observation_id")[row]
                on = self.table.labels("on")[row]
                self.not_used.append(NotUsed(name, on, year.year, why))
            else:
                usable.append(row)
        return usable

    def _refuse(self) -> None:
        """Refuse observations that no fit can go by, all at once.

        Raises
        ------
        QuestionError
            With every fault.
        """
        names = self.table.labels("observation_id")
        faults = contradictions(self.table, [r for y in self.rows.values() for r in y])
        for year in self._all():
            faults += [
                f"observation {names[row]!r}: no path of {year.year} passes what it "
                f"counts, {self.table.labels('on')[row]}"
                for row in self.rows[year.year]
                if not year.scopes.weights(row).any()
            ]
        count = sum(len(self.rows[year.year]) for year in self.fitted)
        if count < LEAST:
            years = ", ".join(str(year.year) for year in self.fitted) or "any year"
            faults.append(
                f"calibrate needs {LEAST} observations or more of the years fitted; "
                f"found {count} of {years} that can be compared"
            )
        if faults:
            raise QuestionError("\n".join(faults))

    def data(self) -> Data:
        """Return the observations of the years fitted, in their order."""
        rows = [row for year in self.fitted for row in self.rows[year.year]]
        return Data(
            self.table.number("value")[rows],
            np.array([sd_of(self.table, row) for row in rows]),
        )


def _united(years: Sequence[Year]) -> tuple[Parameter, ...]:
    """Return the parameters that act in any year."""
    found: dict[str, Parameter] = {}
    for year in years:
        for each in year.chosen.parameters:
            found.setdefault(each.parameter_id, each)
    return tuple(found.values())


def priors_of(year: Year) -> dict[str, float]:
    """Return the priors of the parameters of a year."""
    return {each.parameter_id: each.prior for each in year.chosen.parameters}


def priors_taken(parameters: Sequence[Parameter]) -> Priors:
    """Return priors as a fit takes them: factors by their logarithms."""
    factor = np.array([each.is_factor for each in parameters], dtype=bool)

    def taken(name: str) -> Floats:
        plain = np.array([getattr(each, name) for each in parameters])
        return np.where(factor, np.log(np.where(factor, plain, 1.0)), plain)

    sd = np.array([each.prior_sd for each in parameters])
    return Priors(taken("prior"), taken("low"), taken("high"), sd)


def sd_of(table: Table, row: int) -> float:
    """Return the standard deviation of the logarithm of an observation.

    Bounds are taken as holding 95 of 100; else its quality says how sure it is.
    """
    low, high = (float(table.number(f"value_{end}")[row]) for end in ("low", "high"))
    if np.isfinite(low) and np.isfinite(high) and 0 < low < high:
        return float(np.log(high / low)) / (2.0 * INTERVAL)
    return SD_OF_QUALITY.get(table.labels("quality")[row], SD_UNSURE)
