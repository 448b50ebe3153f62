"""What makes countries trade: against published estimates, and pyfixest asked directly.

Two samples of the open data: 30 countries in 2006 that the package gegravity brings,
and the agreements of 35 that ppmlhdfe, a package of Stata, shows itself with.
"""

import os
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pyfixest
import pytest

from bereket.analysis.trade.gravity import (
    Coefficient,
    GravityParams,
    elasticity_of,
    estimate_gravity,
)
from bereket.errors import ExtraError, QuestionError

PUBLISHED = 1e-6  # both come to the digits that are printed
SAME = 1e-5  # relative: pyfixest takes effects in an order that differs from process to
# process, and its loops stop at 1e-6
EXACT = 1e-7  # of a coefficient: what pyfixest stops at, where trade has no error
COSTS = "lndist", "contiguity", "common_language", "pta", "international"
TIES = GravityParams(COSTS)
AGREEMENT = GravityParams(
    ("fta",), exporter="isoexp", importer="isoimp", year="year", effects="three_way"
)
MISSING = "a figure is missing or is no number"
SEPARATED = "separated: an effect or regressor holds for zeros alone"


@pytest.fixture(scope="module")
def sample(shared):
    """Trade of 30 countries in 2006."""
    return pd.read_csv(shared / "data" / "trade" / "trade_gegravity_sample_2006.csv")


@pytest.fixture(scope="module")
def panel(shared):
    """Trade of 35 countries in five years, all goods."""
    rows = pd.read_csv(shared / "data" / "trade" / "trade_ppmlhdfe_example_fta.csv")
    return rows[rows["category"] == "TOTAL"]


def drawn(n=6, beta=(-1.2, 0.4), years=()):
    """Draw trade without error: effects of both ends, and two costs."""
    rng = np.random.default_rng(5)
    names = [f"C{at}" for at in range(n)]
    out, into = rng.normal(0, 1, n), rng.normal(0, 1, n)
    rows = [
        {"exporter": names[i], "importer": names[j], "year": year}
        | {"ln_km": rng.normal(), "tariff": rng.normal(), "effect": out[i] + into[j]}
        for year in years or (2006,)
        for i in range(n)
        for j in range(n)
        if i != j
    ]
    made = pd.DataFrame(rows)
    log = made["effect"] + beta[0] * made["ln_km"] + beta[1] * made["tariff"]
    return made.drop(columns="effect").assign(trade=np.exp(log))


def direct(frame, formula, vcov):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about pyfixest's own calls
        return pyfixest.fepois(formula, data=frame, vcov=vcov)


def counted(gravity):
    return {each.why: each.rows for each in gravity.dropped}


# --- estimates ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("lndist", -0.3898623),
        ("contiguity", 0.891577),
        ("common_language", 0.0326249),
        ("pta", 0.4711383),
        ("international", -3.412584),
    ],
)
def test_costs_of_30_countries_are_as_published(sample, name, published):
    found = estimate_gravity(sample, TIES).of(name)
    assert found.estimate == pytest.approx(published, abs=PUBLISHED)


def test_the_effect_of_agreements_within_pairs_is_as_published(panel):
    found = estimate_gravity(panel, AGREEMENT)
    assert found.of("fta").estimate == pytest.approx(0.192445, abs=PUBLISHED)
    assert (found.n_given, found.n_used, found.dropped) == (5950, 5950, ())


def test_costs_are_those_that_another_package_estimates(sample, root):
    told = pd.read_csv(root / "tests" / "data" / "gegravity" / "coefficients.csv")
    found = estimate_gravity(sample, TIES)
    for name, value in zip(told["variable"], told["coefficient"], strict=True):
        assert found.of(name).estimate == pytest.approx(value, abs=PUBLISHED)


@pytest.mark.parametrize("effects", ["countries", "country_years", "three_way"])
def test_trade_without_error_gives_back_what_it_was_made_from(effects):
    years = () if effects == "countries" else (2006, 2007, 2008)
    rows = drawn(years=years)
    asked = GravityParams(("ln_km", "tariff"), year="year", effects=effects)
    found = estimate_gravity(rows, asked)
    assert [each.estimate for each in found.coefficients] == [
        pytest.approx(-1.2, abs=EXACT),
        pytest.approx(0.4, abs=EXACT),
    ]
    assert found.pseudo_r2 > 0.2


def test_without_effects_they_are_taken_for_error():
    found = estimate_gravity(drawn(), GravityParams(("ln_km",), effects="none"))
    assert abs(found.of("ln_km").estimate + 1.2) > 0.05


@pytest.mark.parametrize(
    ("cluster", "vcov"),
    [
        ("pair", "both_ends"),
        ("exporter", "exporter"),
        ("importer", "importer"),
        ("both", "exporter + importer"),
    ],
)
def test_errors_are_those_of_pyfixest_by_the_same_clusters(sample, cluster, vcov):
    pairs = sample["exporter"] + ">" + sample["importer"]
    frame = sample.assign(both_ends=pairs, trade=sample["trade"].astype(float))
    formula = f"trade ~ {' + '.join(COSTS)} | exporter + importer"
    fit = direct(frame, formula, {"CRV1": vcov})
    found = estimate_gravity(sample, GravityParams(COSTS, cluster=cluster))
    bounds = fit.confint()
    for name in COSTS:
        each = found.of(name)
        assert each.estimate == pytest.approx(fit.coef()[name], rel=SAME)
        assert each.standard_error == pytest.approx(fit.se()[name], rel=SAME)
        asked = bounds.loc[name].tolist()
        assert [each.low, each.high] == pytest.approx(asked, rel=SAME)
    errors = [each.standard_error for each in found.coefficients]
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(errors, rel=SAME)


def test_errors_within_pairs_over_the_years_are_those_of_pyfixest(panel):
    frame = panel.assign(
        pair=panel["isoexp"] + panel["isoimp"],
        it=panel["isoexp"] + panel["year"].astype(str),
        jt=panel["isoimp"] + panel["year"].astype(str),
    )
    # without the blanks pyfixest 0.60 counts the effects nested in pairs wrong
    fit = direct(frame, "trade ~ fta | it + jt + pair", {"CRV1": "pair"})
    found = estimate_gravity(panel, AGREEMENT).of("fta")
    assert found.standard_error == pytest.approx(fit.se()["fta"], rel=SAME)


def test_errors_within_pairs_are_as_published_but_for_degrees_of_freedom(panel):
    """The authors of ppmlhdfe print 0.0419527, and count no effect as a parameter.

    We do: 175 of exporters and as many of importers in a year, one of them given by
    the others, and the coefficient; those of pairs, within clusters, do not count.
    """
    found = estimate_gravity(panel, AGREEMENT).of("fta")
    rows, parameters = 5950, 175 + 175 - 1 + 1
    more = np.sqrt((rows - 1) / (rows - parameters))
    assert found.standard_error == pytest.approx(0.0419527 * more, rel=SAME)


def test_kinds_of_clusters_differ(sample):
    """Else the test above could not tell them apart."""
    errors = {
        estimate_gravity(sample, GravityParams(COSTS, cluster=each))
        .of("lndist")
        .standard_error
        for each in ("pair", "exporter", "importer", "both")
    }
    assert len(errors) == 4


def test_coefficients_come_in_the_order_asked_for(sample):
    one = estimate_gravity(sample, TIES)
    other = estimate_gravity(sample, GravityParams(COSTS[::-1]))
    assert [each.name for each in other.coefficients] == list(COSTS[::-1])
    for name in COSTS:
        estimate = other.of(name).estimate
        assert estimate == pytest.approx(one.of(name).estimate, rel=SAME)
    assert other.covariance[::-1, ::-1] == pytest.approx(one.covariance, rel=1e-4)


# --- rows that are left out ---------------------------------------------------------


def test_every_row_that_is_left_out_is_counted_with_its_reason(panel):
    ends = panel["isoexp"] + panel["isoimp"]
    traded = panel["trade"].mask(ends == "AUSAUT", 0.0)  # five rows of zeros alone
    rows = panel.assign(trade=traded, fta=panel["fta"].copy())
    rows.iloc[-1, rows.columns.get_loc("fta")] = np.nan
    rows.iloc[-7, rows.columns.get_loc("trade")] = np.nan
    lone = (ends == "FRADEU") & (panel["year"] > panel["year"].min())
    assert lone.sum() == 4
    rows = rows[~lone]
    found = estimate_gravity(rows, AGREEMENT)
    assert counted(found) == {
        MISSING: 2,
        SEPARATED: 5,
        "alone in an effect (three_way)": 1,
    }
    assert found.dropped[0].first == (len(rows) - 7, len(rows) - 1)
    assert found.n_given == len(rows)
    assert found.n_given - found.n_used == 2 + 5 + 1


def test_what_is_left_out_does_not_count(panel):
    ends = panel["isoexp"] + panel["isoimp"]
    zeros = panel.assign(trade=panel["trade"].mask(ends == "AUSAUT", 0.0))
    found = estimate_gravity(zeros, AGREEMENT)
    without = estimate_gravity(panel[ends != "AUSAUT"], AGREEMENT)
    assert without.dropped == ()
    assert found.of("fta").estimate == pytest.approx(
        without.of("fta").estimate, rel=1e-6
    )


@pytest.mark.parametrize("column", ["lndist", "trade", "exporter"])
def test_a_row_with_a_hole_is_told_by_its_place(sample, column):
    rows = sample.astype({"trade": float}).set_index(sample.index[::-1])
    rows.iloc[11, rows.columns.get_loc(column)] = np.nan
    found = estimate_gravity(rows, TIES)
    (dropped,) = found.dropped
    assert (dropped.why, dropped.rows, dropped.first) == (MISSING, 1, (11,))
    assert found.n_used == 899


@pytest.mark.parametrize("column", ["lndist", "trade"])
def test_a_row_without_end_is_no_number(sample, column):
    rows = sample.astype({"trade": float})
    rows.loc[11, column] = np.inf
    assert counted(estimate_gravity(rows, TIES)) == {MISSING: 1}


@pytest.mark.parametrize("effects", ["countries", "none"])
def test_a_regressor_that_holds_for_zeros_alone_is_named(sample, effects):
    """The Poisson likelihood has no maximum in it: Correia and others (2020)."""
    rows = sample.assign(embargo=0.0)
    rows.loc[11, ["embargo", "trade"]] = 1.0, 0
    asked = GravityParams((*COSTS, "embargo"), effects=effects)
    with pytest.raises(QuestionError, match=r"^embargo cannot be told from"):
        estimate_gravity(rows, asked)


def test_zeros_of_trade_are_kept(panel):
    assert (panel["trade"] == 0).sum() == 18
    assert estimate_gravity(panel, AGREEMENT).n_used == len(panel)


# --- what is handed over ------------------------------------------------------------

CODE = "__import__('os').system('x')"


@pytest.mark.parametrize("name", [CODE, "x1", "y", "C(i)", "a + b", "lndist | i"])
def test_a_name_of_a_column_is_no_code(sample, monkeypatch, name):
    def run(command):
        pytest.fail(f"ran {command}")

    monkeypatch.setattr(os, "system", run)
    rows = sample.rename(columns={"lndist": name})
    found = estimate_gravity(rows, GravityParams((name, *COSTS[1:])))
    assert found.of(name).estimate == pytest.approx(-0.3898623, abs=PUBLISHED)
    ends = sample.rename(columns={"trade": name, "exporter": f"{name};"})
    asked = GravityParams(COSTS, value=name, exporter=f"{name};")
    estimate = estimate_gravity(ends, asked).of("lndist").estimate
    assert estimate == pytest.approx(-0.3898623, abs=PUBLISHED)


def test_names_of_countries_are_no_code(sample):
    rows = sample.assign(exporter=sample["exporter"].replace("AUS", CODE))
    found = estimate_gravity(rows, TIES).of("lndist")
    assert found.estimate == pytest.approx(-0.3898623, abs=PUBLISHED)


def test_the_table_is_left_as_it_was(sample):
    rows = sample.assign(year=2006, more="text").sample(frac=1.0, random_state=1)
    before = rows.copy(deep=True)
    estimate_gravity(rows, TIES)
    pd.testing.assert_frame_equal(rows, before)


def test_no_warning_of_other_libraries_comes_through(panel):
    ends = panel["isoexp"] + panel["isoimp"]
    rows = panel.assign(trade=panel["trade"].mask(ends == "AUSAUT", 0.0))
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        estimate_gravity(rows, AGREEMENT)
    assert [str(each.message) for each in heard] == []


# --- refusals -----------------------------------------------------------------------


def refused(rows, params=TIES):
    with pytest.raises(QuestionError) as told:
        estimate_gravity(rows, params)
    return str(told.value)


@pytest.mark.parametrize("column", ["trade", "importer", "pta"])
def test_a_column_that_is_not_there_is_named_and_so_are_those_there_are(sample, column):
    told = refused(sample.drop(columns=column))
    assert told.startswith(f"there is no column {column!r}; there are ")
    assert told.endswith("international")


def test_trade_below_0_is_refused_by_row(sample):
    rows = sample.set_index(sample.index * 3)
    rows.iloc[[4, 9], rows.columns.get_loc("trade")] = -1
    assert "not so in rows 4, 9 (counted from 0)" in refused(rows)


def test_of_many_rows_below_0_five_are_named(sample):
    told = refused(sample.assign(trade=-sample["trade"] - 1))
    assert told.endswith("rows 0, 1, 2, 3, 4 (counted from 0)")


def test_a_pair_that_stands_twice_is_named(sample):
    told = refused(pd.concat([sample, sample.iloc[[4]]]))
    ends = sample.iloc[4][["exporter", "importer"]].tolist()
    assert told.endswith(f"stand again: {' '.join(ends)}")


def test_a_pair_may_stand_once_in_each_year(panel):
    told = refused(pd.concat([panel, panel.iloc[[0]]]), AGREEMENT)
    assert told.endswith("stand again: AUS AUT 1988")


@pytest.mark.parametrize(
    ("column", "verb"), [("exporter", "sells"), ("importer", "buys")]
)
def test_countries_of_zeros_are_named(sample, column, verb):
    zeros = sample["trade"].mask(sample[column].isin(["AUS", "ZAF"]), 0)
    told = refused(sample.assign(trade=zeros))
    names, _, cure = told.partition(f" {verb} nothing: ")
    assert sorted(names.split(", ")) == ["AUS", "ZAF"]
    assert cure == "leave a country of zeros out"


def test_a_country_of_zeros_is_taken_where_no_effect_is_estimated(sample):
    zeros = sample["trade"].mask(sample["exporter"] == "AUS", 0)
    asked = GravityParams(COSTS, effects="none")
    assert estimate_gravity(sample.assign(trade=zeros), asked).n_used == 900


@pytest.mark.parametrize(
    "twin",
    [
        lambda rows: 2.0 * rows["lndist"] + 1.0,  # of another regressor
        lambda rows: np.log(rows["Y"]),  # of the effect of exporters
        lambda rows: 0.0 * rows["Y"] + 3.0,  # of anything
    ],
    ids=["regressor", "effect", "constant"],
)
def test_what_says_nothing_of_its_own_is_named(sample, twin):
    told = refused(sample.assign(twin=twin(sample)), GravityParams((*COSTS, "twin")))
    assert told.startswith("twin cannot be told from the effects or the other")


def test_one_regressor_that_says_nothing_is_named_too(sample):
    told = refused(sample.assign(twin=np.log(sample["E"])), GravityParams(("twin",)))
    assert told.startswith("twin cannot be told from the effects")


@pytest.mark.parametrize("column", ["trade", "pta"])
def test_a_column_of_text_is_named(sample, column):
    told = refused(sample.astype({column: str}))
    assert told == f"{column!r} must be of numbers"


@pytest.mark.parametrize("effects", ["country_years", "three_way"])
def test_effects_over_the_years_need_the_year(effects):
    with pytest.raises(QuestionError, match=f"'{effects}' need the column of the year"):
        GravityParams(("fta",), effects=effects)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"regressors": ()}, "gravity needs a regressor"),
        ({"effects": "pairs"}, "effects must be one of none, countries, .* 'pairs'"),
        ({"cluster": "year"}, "cluster must be one of pair, exporter, .* 'year'"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, told):
    with pytest.raises(QuestionError, match=told):
        GravityParams(**{"regressors": ("fta",)} | asked)


@pytest.mark.parametrize("regressors", [("lndist", "lndist"), ("lndist", "trade")])
def test_a_column_is_asked_for_once(regressors):
    with pytest.raises(QuestionError) as told:
        GravityParams(regressors)
    name = regressors[1]
    assert str(told.value) == f"a column may be asked for once; twice: {name}"


def test_a_column_that_stands_twice_in_the_table_is_named(sample):
    twice = pd.concat([sample, sample[["pta", "lndist"]]], axis=1)
    assert refused(twice) == "a column must stand once; twice: lndist, pta"


def test_a_table_without_a_whole_row_is_refused(sample):
    assert refused(sample.assign(pta=np.nan)) == "no row has all its figures"
    assert refused(sample.iloc[:0]) == "no row has all its figures"


LONE_ROWS = """
import pandas as pd
from bereket.analysis.trade.gravity import GravityParams, estimate_gravity
from bereket.errors import QuestionError

rows = pd.DataFrame({"exporter": ["A", "B"], "importer": ["C", "D"]})
rows = rows.assign(trade=[1, 2], ln_km=[1.0, 3.0])
try:
    estimate_gravity(rows, GravityParams(("ln_km",)))
except QuestionError as fault:
    print("refused:", fault)
"""


def test_rows_that_are_each_alone_are_refused_and_end_no_process():
    """In a process of its own: what fails in pyfixest's own code ends it."""
    done = subprocess.run(
        [sys.executable, "-c", LONE_ROWS], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("refused: every row is alone in an effect")


def test_a_missing_library_is_named_with_its_cure(sample, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyfixest", None)
    with pytest.raises(ExtraError, match=r"pip install 'bereket\[trade\]'"):
        estimate_gravity(sample, TIES)


# --- what is said of it -------------------------------------------------------------


def test_an_elasticity_is_the_coefficient_of_a_cost_turned_about(sample):
    found = estimate_gravity(sample, TIES)
    cost = found.of("lndist")
    assert elasticity_of(found, "lndist") == (-cost.estimate, -cost.high, -cost.low)
    low, high = elasticity_of(found, "lndist")[1:]
    assert 0.0 < low < -cost.estimate < high


def test_a_coefficient_that_was_not_asked_for_is_told_with_those_there_are(sample):
    found = estimate_gravity(sample, GravityParams(("lndist", "pta")))
    told = "there is no coefficient 'fta'; there are lndist, pta"
    for ask in (found.of, lambda name: elasticity_of(found, name)):
        with pytest.raises(QuestionError, match=f"^{told}$"):
            ask("fta")


def test_what_trade_rises_with_is_no_cost(sample):
    with pytest.raises(QuestionError, match=r"trade does not fall with pta: .* 0.471"):
        elasticity_of(estimate_gravity(sample, TIES), "pta")


def test_summary_and_frame_tell_estimates_and_what_was_left_out(sample):
    rows = sample.assign(pta=sample["pta"].astype(float))
    rows.loc[3, "pta"] = np.nan
    found = estimate_gravity(rows, TIES)
    lines = found.summary().splitlines()
    assert lines[0].startswith("899 of 900 rows; pseudo R2 0.97")
    assert lines[1] == f"1 left out: {MISSING}"
    assert lines[2].split() == [
        "lndist",
        f"{found.of('lndist').estimate:.4f}",
        f"({found.of('lndist').standard_error:.4f})",
    ]
    frame = found.to_frame()
    assert [Coefficient(*row) for row in frame.itertuples(index=False)] == list(
        found.coefficients
    )
