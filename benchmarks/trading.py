"""What trade takes: gravity beside pyfixest, exact hat, draws, works, the outlook.

    BEREKET_SHARED=../shared python -m benchmarks.trading [--outlook]

Gravity is held against pyfixest's own call on the same table, runs in turn, medians;
the rest stands alone. Nothing else should run.
"""

import argparse
import os
import time
import warnings
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import pyfixest
from benchmarks.subjects.caspian import CASPIAN

from bereket import read_model
from bereket.analysis.trade import TradeParams, trade
from bereket.analysis.trade.counterfactual import TradeMatrix, counterfactual
from bereket.analysis.trade.gravity import GravityParams, estimate_gravity
from bereket.studies.carriage import CarriageParams, Package, carriage
from bereket.studies.outlook import outlook

SHARED = Path(os.environ.get("BEREKET_SHARED", "../shared")) / "data" / "trade"
RUNS = 15
COUNTRIES = 150
THETA = 4.0
PAIR, TARGET_USD = ("KAZ", "TKM"), 1e9
WORKS = ("pr62", "pr17", "pr11")
DRAWS = 500


def main(*, with_outlook):
    """Print a line each."""
    gravity()
    hat()
    draws()
    if with_outlook:
        began = time.perf_counter()
        found = outlook(read_model(CASPIAN))
        seconds = time.perf_counter() - began
        rounds = len(found.record)
        print(f"outlook to {found.years[-1].year}: {seconds:.1f} s, {rounds} rounds")


def gravity():
    """Gravity with effects of countries, 22,588 pairs with zeros, and three-way."""
    world = pd.read_csv(SHARED / "trade_hmr_gravity_with_zeros_2006.csv.gz")
    world["ln_km"] = np.log(world["distw"])
    regressors = ("ln_km", "contig", "comlang_off", "rta")
    asked = GravityParams(regressors, "flow", "iso_o", "iso_d", cluster="both")
    formula = f"flow ~ {' + '.join(regressors)} | iso_o + iso_d"
    vcov = {"CRV1": "iso_o + iso_d"}
    paired(
        f"gravity, {len(world):,} rows, effects of countries",
        lambda: estimate_gravity(world, asked),
        lambda: pyfixest.fepois(formula, data=world, vcov=vcov),
    )
    panel = pd.read_csv(SHARED / "trade_ppmlhdfe_example_fta.csv")
    panel = panel[panel["category"] == "TOTAL"].reset_index(drop=True)
    ends = "isoexp", "isoimp"
    asked = GravityParams(("fta",), "trade", *ends, "year", effects="three_way")
    panel["pair"] = panel["isoexp"] + panel["isoimp"]
    for end in ends:
        panel[f"{end}_year"] = panel[end] + panel["year"].astype(str)
    formula = "trade ~ fta | isoexp_year + isoimp_year + pair"
    paired(
        f"gravity, {len(panel):,} rows, three-way effects",
        lambda: estimate_gravity(panel, asked),
        lambda: pyfixest.fepois(formula, data=panel, vcov={"CRV1": "pair"}),
    )


def paired(name, ours, peer):
    """Run both in turn; print medians and their ratio."""
    times = {ours: [], peer: []}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for run in times:
            run()
        for _ in range(RUNS):
            for run, seconds in times.items():
                began = time.perf_counter()
                run()
                seconds.append(time.perf_counter() - began)
    one, other = (median(each) * 1e3 for each in times.values())
    print(f"{name}: {one:.1f} ms, pyfixest {other:.1f} ms, ratio {one / other:.2f}")


def hat():
    """Exact hat of many countries, both closures."""
    rng = np.random.default_rng(1)
    value = rng.lognormal(0.0, 2.0, (COUNTRIES, COUNTRIES))
    np.fill_diagonal(value, 2.0 * value.sum(axis=1))
    matrix = TradeMatrix(tuple(map(str, range(COUNTRIES))), value)
    factor = np.exp(rng.normal(0.0, 0.1, value.shape))
    for closure in ("conditional", "full"):
        seconds = []
        for _ in range(RUNS):
            began = time.perf_counter()
            counterfactual(matrix, factor, THETA, closure)
            seconds.append(time.perf_counter() - began)
        took = median(seconds[1:]) * 1e3
        print(f"exact hat, {COUNTRIES} countries, {closure}: {took:.2f} ms")


def draws():
    """The fan, and bootstrapped counterfactuals of works on caspian."""
    model = read_model(CASPIAN)
    asked = TradeParams(PAIR, TARGET_USD, draws=DRAWS)
    began = time.perf_counter()
    trade(model, params=asked)
    print(f"fan, {DRAWS} draws: {time.perf_counter() - began:.2f} s")
    packages = tuple(Package.of_measures((each,), each) for each in WORKS)
    began = time.perf_counter()
    skims, works = carriage(model, params=CarriageParams(), packages=packages)
    seconds = time.perf_counter() - began
    print(f"carriage as it is and with {len(works)} works: {seconds:.1f} s")
    began = time.perf_counter()
    trade(model, params=asked, skims=skims, works=works)
    seconds = time.perf_counter() - began
    print(f"{DRAWS} counterfactuals of each of {len(works)} works: {seconds:.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlook", action="store_true")
    main(with_outlook=parser.parse_args().outlook)
