"""Rules on prices: belts, currencies, and rows that could both hold."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bereket.errors import Issue
from bereket.model.calendar import as_day, middle_day, validity
from bereket.model.model import Model
from bereket.model.places import takes_country
from bereket.schema.checker import FIRST_ROW, is_partial_date

Rule = Callable[[Model], Iterator[Issue]]

# What a tariff row selects its cargo by; the more of them, the more specific.
SELECTORS: Final = (
    "carrier_id",
    "country_iso3",
    "commodity_id",
    "regime",
    "direction",
    "owner",
    "entry_node_id",
    "via_node_id",
    "exit_node_id",
)
SINGLE: Final = SELECTORS[3:]  # of one value a row, and not a list
PLACES: Final = frozenset(SELECTORS[6:])


def belts_run_forward(model: Model) -> Iterator[Issue]:
    """A tariff's belt ends behind its start."""
    tariff = model["tariff"]
    wrong = tariff.number("to_km") < tariff.number("from_km")
    for row in np.nonzero(wrong)[0]:
        found = f"{tariff.number('to_km')[row]:g}"
        yield Issue(
            "tariff", (int(row) + FIRST_ROW,), "to_km", "must be from_km or more", found
        )


def currencies_have_a_rate(model: Model) -> Iterator[Issue]:
    """A currency other than the model's has an exchange rate."""
    known = {key[0] for key in model["fx"].row_of} | {"USD"}
    for name in ("tariff", "rent"):
        for row, currency in enumerate(model[name].text("currency")):
            if currency and currency not in known:
                rule = "must have a row in table fx"
                where = (row + FIRST_ROW,)
                yield Issue(name, where, "currency", rule, repr(currency))


def exchange_rates_cover_their_rows(model: Model) -> Iterator[Issue]:
    """A row in another currency has an exchange rate on its own middle day."""
    fx, stated = model["fx"], model["config"].labels("base_date")
    if len(stated) != 1 or not is_partial_date(stated[0]):
        return  # a fault of its own
    base = as_day(stated[0])
    start, end = validity(fx)
    for name in ("tariff", "rent"):
        table = model[name]
        first, last = validity(table)
        for row, currency in enumerate(table.labels("currency")):
            rates = fx.row_of.get((currency,), ())
            if currency in {"", "USD"} or not rates:
                continue
            day = middle_day(int(first[row]), int(last[row]), base)
            if not any(start[at] <= day.toordinal() <= end[at] for at in rates):
                rule = f"must have an exchange rate of {currency} valid on {day}"
                yield Issue(name, (row + FIRST_ROW,), "currency", rule, "none is")


def tariffs_are_told_apart(model: Model) -> Iterator[Issue]:
    """No two tariffs that say as much of the same things hold at once."""
    rule = "must differ from another row that is as specific and holds with it"
    for one, other in _clashes(model, _given(model)):
        yield _clash(model, one, other, rule)


def tariffs_may_clash(model: Model) -> Iterator[Issue]:
    """Two tariffs that say as much, of different things, may hold at once (advice).

    Rows for places are left out: few runs meet both.
    """
    rule = "is as specific as another row that may hold with it: the first wins"
    tariff, given = model["tariff"], _given(model)
    amount = [
        "" if PLACES.intersection(columns) else str(len(columns)) for columns in given
    ]
    told: set[tuple[str, ...]] = set()
    for one, other in _clashes(model, amount):
        about = tuple(
            tariff.labels(name)[row] for row in (one, other) for name in SELECTORS
        )
        if amount[one] and given[one] != given[other] and about not in told:
            told.add(about)  # one row of a table of belts is enough
            yield _clash(model, one, other, rule)


def _given(model: Model) -> list[tuple[str, ...]]:
    """Return the selectors that each row states."""
    tariff = model["tariff"]
    return [
        tuple(column for column in SELECTORS if tariff.labels(column)[row])
        for row in range(len(tariff))
    ]


def _clash(model: Model, one: int, other: int, rule: str) -> Issue:
    labels = model["tariff"].labels("tariff_id")
    found = f"{labels[other]!r} and {labels[one]!r}"
    return Issue("tariff", (other + FIRST_ROW,), "tariff_id", rule, found)


def _clashes(model: Model, like: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Give pairs of rows of one kind that hold somewhere at once, among those alike."""
    tariff = model["tariff"]
    groups: dict[tuple[object, ...], list[int]] = {}
    for row in range(len(tariff)):
        about = (tariff.labels(name)[row] for name in ("kind", "load", "status"))
        groups.setdefault((*about, like[row]), []).append(row)
    scopes = [_scope(model, row) for row in range(len(tariff))]
    start, end = (ordinals.tolist() for ordinals in validity(tariff))
    for rows in groups.values():
        for one, other in itertools.combinations(rows, 2):
            apart = start[one] > end[other] or start[other] > end[one]
            if not apart and scopes[one].meets(scopes[other]):
                yield one, other


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a tariff row holds; an empty set or text means everywhere."""

    carriers: frozenset[str]
    commodities: frozenset[str]
    countries: frozenset[str]
    single: tuple[str, ...]
    from_km: float
    to_km: float

    def meets(self, other: "_Scope") -> bool:
        """Whether both hold for some carrier, cargo, country and distance."""
        return (
            self.from_km < other.to_km  # belts may touch
            and other.from_km < self.to_km
            and all(
                not own or not its or own == its
                for own, its in zip(self.single, other.single, strict=True)
            )
            and not self.countries.isdisjoint(other.countries)
            and _share(self.carriers, other.carriers)
            and _share(self.commodities, other.commodities)
        )


def _share(own: frozenset[str], its: frozenset[str]) -> bool:
    return not own or not its or not own.isdisjoint(its)


def _scope(model: Model, row: int) -> _Scope:
    tariff = model["tariff"]
    lands = tariff.lists("country_iso3")[row]
    every = {*model["node"].labels("country_iso3"), *(x.lstrip("!") for x in lands), ""}
    single = tuple(tariff.labels(column)[row] for column in SINGLE)
    to_km = float(tariff.number("to_km")[row])
    return _Scope(
        carriers=frozenset(model.carriers(tariff.lists("carrier_id")[row])),
        commodities=frozenset(tariff.lists("commodity_id")[row]),
        countries=frozenset(iso3 for iso3 in every if takes_country(lands, iso3)),
        single=single,
        from_km=float(np.nan_to_num(tariff.number("from_km")[row])),
        to_km=float("inf") if np.isnan(to_km) else to_km,
    )


FAULTS: Final[tuple[tuple[Rule, tuple[str, ...]], ...]] = (
    (belts_run_forward, ("tariff",)),
    (currencies_have_a_rate, ()),
    (exchange_rates_cover_their_rows, ("fx", "config")),
    (tariffs_are_told_apart, ("tariff",)),
)
