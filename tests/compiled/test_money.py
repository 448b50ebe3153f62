"""Money of any currency and year in dollars of the price year."""

from datetime import date

import numpy as np
import pytest
from tests.compiled.models import DAY, best, line_tables, row, unchecked, ways

from bereket.compiled.money import loads, money_factors

EXACT = 1e-12  # products of a few decimal fractions
TARIFF = "tariff_id kind currency rate_per_unit_km valid_from valid_to"


def factors_of(*rates, day=DAY, fx=(), index=((2020, 80), (2024, 100), (2025, 125))):
    """Return the factors of tariff rows (currency, from, to); prices are of 2024."""
    tables = line_tables()
    tables["tariff"] = [
        row(TARIFF, f"t{at}", "rate", currency, 1, start, end)
        for at, (currency, start, end) in enumerate(rates)
    ]
    tables["fx"] = [
        row("currency usd_per_unit valid_from valid_to", *each) for each in fx
    ]
    tables["deflator"] = [row("year usd_index", *each) for each in index]
    model = unchecked(tables)  # some of the rows lack a rate
    return money_factors(model, model["tariff"], day)


HALVES = (("KZT", 0.5, "", "2025-06-30"), ("KZT", 0.2, "2025-07-01", ""))


@pytest.mark.parametrize(
    ("start", "end", "rate"),
    [
        ("2025-01-01", "2025-12-31", 0.2),  # the middle of 365 days is 2 July
        ("2025-01-01", "2025-12-27", 0.5),  # of 361 days it is 30 June
        ("2025-01", "2025-03", 0.5),
        ("2025-05-01", "", 0.5),  # of one known end: that end
        ("", "2025-12-31", 0.2),
        ("", "", 0.5),  # undated: the day asked for, 1 June
    ],
)
def test_the_exchange_rate_is_that_of_the_middle_of_the_rows_validity(start, end, rate):
    """All in 2025, so what it says is then taken from index 125 to 100."""
    found = factors_of(("KZT", start, end), fx=HALVES)
    assert found.factor[0] == pytest.approx(rate * 100 / 125, rel=EXACT)
    assert not found.warnings


def test_the_rate_of_an_undated_row_is_that_of_the_day_asked_for():
    late = factors_of(("KZT", "", ""), fx=HALVES, day=date(2025, 8, 1))
    assert late.factor[0] == pytest.approx(0.2 * 100 / 125, rel=EXACT)


def test_dollars_without_a_date_are_of_the_price_year():
    assert factors_of(("USD", "", "")).factor[0] == 1.0


def test_dated_dollars_are_deflated_to_the_price_year():
    found = factors_of(("USD", "2020-01-01", "2020-12-31"), ("USD", "2024-03", ""))
    assert found.factor.tolist() == pytest.approx([100 / 80, 1.0], rel=EXACT)


def test_a_row_over_several_years_is_of_the_year_of_its_middle():
    found = factors_of(("USD", "2019-01-01", "2021-12-31"))
    assert found.factor[0] == pytest.approx(100 / 80, rel=EXACT)


def test_a_missing_rate_names_the_row_and_leaves_it_out():
    fx = (("KZT", 0.5, "2026-01-01", ""),)
    found = factors_of(("KZT", "2025-01-01", "2025-02-01"), ("USD", "", ""), fx=fx)
    assert np.isnan(found.factor).tolist() == [True, False]
    (warning,) = found.warnings
    assert "tariff:t0" in warning
    assert "KZT" in warning


def test_a_year_without_an_index_is_named_and_not_deflated():
    found = factors_of(("USD", "2010-01-01", "2010-12-31"))
    assert found.factor[0] == 1.0
    (warning,) = found.warnings
    assert "2010" in warning
    assert "deflator" in warning


def test_a_rate_without_exchange_rate_prices_nothing_and_is_named():
    """The carrier's own cost holds instead, 350 x 0.1; never a rate of zero."""
    tables = line_tables()
    tables["tariff"] = [row(TARIFF, "alien", "rate", "KZT", 9, "", "")]
    tables["fx"] = [
        row("currency usd_per_unit valid_from valid_to", "KZT", 1, "", "2026-01-01")
    ]
    answer = ways(tables, as_of="2027-01-01")
    best_way = answer.alternatives[0]
    assert best_way.totals.cost_parts["haulage"] == pytest.approx(35.0, rel=EXACT)
    assert any("tariff:alien" in warning for warning in answer.warnings)


def test_an_empty_rate_without_exchange_rate_is_named():
    """Else the return of empties would cost nothing, and nobody would know."""
    tables = line_tables()
    tables["tariff"] = [
        row(TARIFF, "alien", "rate", "KZT", 9, "", "") | {"load": "empty"}
    ]
    tables["fx"] = [
        row("currency usd_per_unit valid_from valid_to", "KZT", 1, "", "2026-01-01")
    ]
    later = ways(tables, as_of="2027-01-01")
    assert any("tariff:alien" in warning for warning in later.warnings)


def test_money_of_a_foreign_rate_reaches_the_way():
    """10 KZT/t-km at 0.02 USD of 2025, in USD of 2024: x 100/125."""
    tables = line_tables()
    tables["tariff"] = [row(TARIFF, "t", "rate", "KZT", 10, "2025-01-01", "2025-12-31")]
    tables["fx"] = [row("currency usd_per_unit", "KZT", 0.02)]
    tables["deflator"] = [
        row("year usd_index", 2024, 100),
        row("year usd_index", 2025, 125),
    ]
    haulage = best(tables).totals.cost_parts["haulage"]
    assert haulage == pytest.approx(350 * 10 * 0.02 * 0.8, rel=EXACT)


def test_loads_are_the_commoditys_and_a_tonne_is_a_tonne():
    tables = line_tables()
    del tables["commodity"][0]["t_per_wagon"]
    found = loads(unchecked(tables), "box")
    assert np.isnan(found.pop("wagon"))
    assert found == {"t": 1.0, "teu": 10.0, "feu": 20.0, "truck": 25.0}
