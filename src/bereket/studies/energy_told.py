"""Gas and power as the demo and the report tell them: the year, a line, exchange."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bereket.analysis.energy import EnergyParams, EnergyResult, energy
from bereket.model.model import Model
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.energy_asked import capacity_cases, exchange_case
from bereket.studies.energy_cases import CurvePoint, EnergyStudy, energy_cases

STEPS_MW: Final = (100.0, 200.0, 400.0, 700.0, 1000.0)


@dataclass(frozen=True, slots=True)
class EnergyTold:
    """What is told of a year of gas and power.

    Attributes
    ----------
    study : EnergyStudy
        The year, and the cases asked.
    line : str
        The line that could be built whose first MW is worth most; empty = none.
    """

    study: EnergyStudy
    line: str

    @property
    def year(self) -> EnergyResult:
        """The year as things are."""
        return self.study.base

    @property
    def curve(self) -> tuple[CurvePoint, ...]:
        """What the line is worth by its capacity."""
        return self.study.curve(self.line) if self.line else ()

    @property
    def exchange(self) -> Mapping[str, float]:
        """What each country saves by exchange [USD a year]."""
        found = self.study.of_kind("exchange")
        return {n: -usd for case in found for n, usd in case.by_country.items()}

    def headline(self) -> str:
        """Return the year in a sentence or two."""
        told = [self.year.headline()]
        if self.line:
            first = self.year.value(self.line).usd
            told.append(f"the first MW of {self.line} is worth {first:,.0f} USD a year")
        saved = sum(-case.saving_usd for case in self.study.of_kind("exchange"))
        if saved > 0:
            told.append(f"exchange saves {saved / 1e9:,.1f} bn USD a year")
        return "; ".join(told)


def energy_told(
    model: Model, scenario: Scenario = BASELINE, as_of: str = ""
) -> EnergyTold:
    """Ask what is told of gas and power: some eight solutions of the year.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    as_of : str
        The date; empty = the model's.

    Returns
    -------
    EnergyTold
        The year; a line of no capacity yet, by its size; what exchange saves.

    Raises
    ------
    QuestionError
        When the model has neither zones of power nor gas nodes.
    ExtraError
        When PyPSA is not installed.
    """
    params = EnergyParams(as_of=as_of)
    base = energy(model, scenario, params)
    line = _line(base)
    changed = apply(model, scenario)
    asked = capacity_cases(changed, [line], STEPS_MW) if line else ()
    study = energy_cases(
        model,
        scenario,
        params,
        cases=(*asked, exchange_case(changed, base)),
        base=base,
        processes=os.cpu_count() or 1,
    )
    return EnergyTold(study, line)


def _line(base: EnergyResult) -> str:
    """Return the line without capacity between countries that is worth most."""
    abroad = {
        row.element
        for row in base.flows
        if row.p_nom == 0 and row.commodity == "power" and row.from_iso3 != row.to_iso3
    }
    ranked = [row for row in base.values if row.element in abroad and row.usd > 0]
    return ranked[0].element if ranked else ""
