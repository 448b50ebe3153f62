"""How much every corridor can carry, and the main ones with all that lifts them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.analysis.capacity import CapacityParams, CapacityResult, capacity
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.scenario import BASELINE, Scenario, apply
from bereket.studies.why import WhyParams, WhyResult, family, why

if TYPE_CHECKING:
    import pandas as pd

MAIN_CORRIDORS: Final = ("kti_incheh_borun", "ckti_uzen", "titr")
MOST_MAIN: Final = 3


@dataclass(frozen=True, slots=True)
class Capacities:
    """How much corridors can carry.

    Attributes
    ----------
    by_corridor : mapping of str to CapacityResult
        Flow and what binds, by corridor; without those that could not be asked.
    main : tuple of str
        Corridors that have ladder, measures and months too.
    why : WhyResult or None
        Why the family of the first main corridor carries what it carries, whoever
        asks; None where it has no family.
    warnings : tuple of str
        Why a corridor could not be asked.
    """

    by_corridor: Mapping[str, CapacityResult] = field(default_factory=dict)
    main: tuple[str, ...] = ()
    why: WhyResult | None = None
    warnings: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the answers as plain data."""
        return {name: found.as_dict() for name, found in self.by_corridor.items()}

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return flows, binding elements, rungs and measures, with their corridor."""
        import pandas as pd

        if not self.by_corridor:
            return MappingProxyType({})
        found: dict[str, pd.DataFrame] = {}
        for name in ("capacity", "binding", "ladder", "merit_order", "sequence"):
            frames = [
                frame.assign(corridor_id=corridor)
                for corridor, each in self.by_corridor.items()
                if len(frame := each.tables()[name])
            ]
            title = name if name == "capacity" else f"capacity_{name}"
            found[title] = (
                pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
            )
        return MappingProxyType(found)


def capacities(
    model: Model,
    scenario: Scenario = BASELINE,
    corridors: Sequence[str] = (),
    *,
    as_of: str = "",
    party: str = "",
) -> Capacities:
    """Ask how much corridors can carry; of the main ones, what lifts them too.

    Parameters
    ----------
    model : Model
        A model without fault.
    scenario : Scenario
        Changes to apply first.
    corridors : sequence of str
        Corridors; empty = every one of the model.
    as_of : str
        Date; empty = the model's base date.
    party : str
        Party class that asks.

    Returns
    -------
    Capacities
        A corridor whose question is refused is left out, and a warning says why.
    """
    changed = apply(model, scenario)
    names = corridors or changed["corridor"].labels("corridor_id")
    main = main_corridors(changed)
    first = _family_of(changed, main[0]) if main else ""
    told = _why(model, scenario, WhyParams(whole=first, as_of=as_of)) if first else None
    known = (
        {each.corridor_id: each for each in (told.whole, *told.flows)} if told else {}
    )
    if party:
        known = {}  # what is told of a family is for whoever asks
    found: dict[str, CapacityResult] = {}
    warnings = []
    for name in names:
        is_main = name in main
        if name in known:
            found[name] = known[name]
            continue
        asked = CapacityParams(
            corridor=name,
            as_of=as_of,
            party=party,
            with_ladder=is_main,
            with_measures=is_main,
            with_months=is_main,
            with_reasons=False,  # its row on the first screen tells them
        )
        try:
            found[name] = capacity(model, scenario, asked)
        except QuestionError as fault:
            lines = "; ".join(str(fault).splitlines())
            warnings.append(f"capacity of {name}: {lines}")
    return Capacities(
        by_corridor=found,
        main=tuple(name for name in main if name in found),
        why=told,
        warnings=tuple(warnings),
    )


def main_corridors(model: Model) -> tuple[str, ...]:
    """Return the corridors told in full: those that stand for the model, or its first.

    Examples
    --------
    >>> from bereket import blank_model
    >>> main_corridors(blank_model())
    ('east_sea',)
    """
    names = model["corridor"].labels("corridor_id")
    known = tuple(name for name in MAIN_CORRIDORS if name in names)
    return known or tuple(names[:MOST_MAIN])


def _family_of(model: Model, corridor_id: str) -> str:
    """Return the corridor that a corridor is a flow of; empty where there is none."""
    whole = corridor_id.partition("_")[0]
    known = model["corridor"].labels("corridor_id")
    return whole if whole in known and family(model, whole) else ""


def _why(model: Model, scenario: Scenario, params: WhyParams) -> WhyResult | None:
    """Return why a family carries what it does; None where its question is refused."""
    try:
        return why(model, scenario, params)
    except QuestionError:
        return None
