"""Make the known answers of gegravity's published example.

Run it in a throw-away environment with gegravity 0.3 (which brings gme), never in
that of the project::

    python make.py SAMPLE.csv OUTPUT_FOLDER

SAMPLE.csv is the package's own sample: 30 countries in 2006, one row for each ordered
pair, with the columns exporter, importer, year, trade, Y, E, pta, contiguity,
common_language, lndist and international. The example estimates the trade costs by
PPML with exporter and importer effects (gme), builds the one-sector model with an
elasticity of substitution of 5 and Germany as the reference importer, and lets Canada
and Japan sign a trade agreement. Three files come out:

countries.csv
    What the package reports for each country. The columns that start with
    ``iterated_`` are not reported by the package: see `iterate`.
coefficients.csv
    The estimated coefficients of trade cost, with the standard errors.
pairs.csv
    Trade of a few pairs: modelled, and after the agreement.

The package solves the resistances of the experiment with the output and expenditure
shares of the baseline, so those of its full equilibrium equal those of its conditional
one, and only factory-gate prices come on top. `iterate` closes that loop with the
package's own solver of multilateral resistance.
"""

from __future__ import annotations

import argparse
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import gegravity
import gme
import numpy as np
import pandas as pd

COSTS = ["pta", "contiguity", "common_language", "lndist", "international"]
MEMBERS = ("CAN", "JPN")
REFERENCE = "DEU"
SIGMA = 5
YEAR = "2006"
RESCALE = 100  # of outward resistance; 1 and 10 fail without a constant in the costs
TOLERANCE = 1e-13  # 1e-14 is below what the solver can certify
PRICE_TOLERANCE = 1e-13
PAIRS = [
    ("CAN", "JPN"),
    ("JPN", "CAN"),
    ("CAN", "CAN"),
    ("JPN", "JPN"),
    ("USA", "CAN"),
    ("CAN", "USA"),
    ("USA", "JPN"),
    ("JPN", "USA"),
    ("CHN", "JPN"),
    ("MEX", "CAN"),
    ("AUS", "JPN"),
    ("DEU", "FRA"),
]
COUNTRY_COLUMNS = {
    "output_baseline": "baseline output",
    "output_experiment": "experiment output",
    "expenditure_baseline": "baseline expenditure",
    "factory_gate_price_ratio": "experiment factory gate price",
    "welfare_statistic": "welfare statistic",
    "imr_baseline": "baseline imr",
    "imr_experiment": "experiment imr",
    "omr_baseline": "baseline omr",
    "omr_experiment": "experiment omr",
}
PAIR_COLUMNS = {
    "trade_baseline": "baseline modeled trade",
    "trade_experiment": "experiment trade",
}


def estimate(sample: pd.DataFrame) -> pd.DataFrame:
    """Estimate the trade costs by PPML with exporter and importer effects."""
    data = gme.EstimationData(
        sample.copy(),
        imp_var_name="importer",
        exp_var_name="exporter",
        year_var_name="year",
        trade_var_name="trade",
    )
    model = gme.EstimationModel(
        data,
        lhs_var="trade",
        rhs_var=COSTS,
        fixed_effects=[["exporter"], ["importer"]],
    )
    model.estimate()
    found = model.results_dict["all"]
    return pd.DataFrame(
        {
            "variable": COSTS,
            "coefficient": found.params[COSTS].to_numpy(),
            "standard_error": found.bse[COSTS].to_numpy(),
        }
    )


def build(sample: pd.DataFrame, coefficients: pd.DataFrame) -> gegravity.OneSectorGE:
    """Build the model of one state of the world, its resistances solved."""
    baseline = gegravity.BaselineData(
        sample.copy(),
        trade_var_name="trade",
        expend_var_name="E",
        output_var_name="Y",
    )
    model = gegravity.OneSectorGE(
        baseline,
        year=YEAR,
        reference_importer=REFERENCE,
        sigma=SIGMA,
        cost_variables=COSTS,
        cost_coeff_values=gegravity.CostCoeffs(
            coefficients, "variable", "coefficient", "standard_error"
        ),
        quiet=True,
    )
    model.build_baseline(omr_rescale=RESCALE, mr_tolerance=TOLERANCE)
    return model


def agree(sample: pd.DataFrame) -> pd.DataFrame:
    """Give the sample with the trade agreement signed, both ways."""
    signed = sample.copy()
    foreign = signed["exporter"] != signed["importer"]
    both = signed["exporter"].isin(MEMBERS) & signed["importer"].isin(MEMBERS)
    signed.loc[foreign & both, "pta"] = 1
    return signed


def simulate(model: gegravity.OneSectorGE) -> None:
    """Run the experiment; the results are left on the model."""
    model.define_experiment(agree(model.baseline_data))
    model.simulate(ge_tolerance=TOLERANCE)
    for stage, found in model.solver_diagnostics.items():
        residual = float(np.abs(found.fun).max())
        sys.stdout.write(f"{stage}: {found.message} Residual {residual:.1e}.\n")
        if not found.success:
            sys.exit(f"The stage {stage} did not converge.")


def iterate(sample: pd.DataFrame, coefficients: pd.DataFrame) -> pd.DataFrame:
    """Repeat the experiment until output and expenditure agree with the prices.

    Endowments are fixed, so output and expenditure move with the factory-gate price.
    In each round the package solves the resistances with the agreement in force and
    with output and expenditure at the prices of the round before. With output shares
    ``y`` and outward resistance ``Pi``, a price is then the ratio
    ``(y' / y) ** (1 / (1 - sigma)) * Pi / Pi'``.

    Parameters
    ----------
    sample
        The baseline sample.
    coefficients
        The coefficients of trade cost.

    Returns
    -------
    pandas.DataFrame
        For each country the ratios, after to before, of the factory-gate price and
        of inward and outward resistance.
    """
    before = build(sample, coefficients).baseline_mr
    output = sample.groupby("exporter")["Y"].first()
    price = pd.Series(1.0, index=output.index)
    for _ in range(500):
        world = agree(sample)
        world["Y"] = world["Y"] * world["exporter"].map(price)
        world["E"] = world["E"] * world["importer"].map(price)
        after = build(world, coefficients).baseline_mr
        share = price * output.sum() / (price * output).sum()
        found = (
            share ** (1 / (1 - SIGMA)) * before["baseline omr"] / after["baseline omr"]
        )
        step = float((found - price).abs().max())
        price = found
        if step < PRICE_TOLERANCE:
            break
    else:
        sys.exit("The prices did not settle.")
    sys.stdout.write(f"iterated prices: last step {step:.1e}.\n")
    return pd.DataFrame(
        {
            "iterated_factory_gate_price_ratio": price,
            "iterated_imr_ratio": after["baseline imr"] / before["baseline imr"],
            "iterated_omr_ratio": after["baseline omr"] / before["baseline omr"],
        }
    )


def pick(tables: list[pd.DataFrame], columns: dict[str, str]) -> pd.DataFrame:
    """Take columns by the package's labels from its tables, under our names."""
    joined = pd.concat(tables, axis=1)
    joined = joined.loc[:, ~joined.columns.duplicated()]
    return pd.DataFrame({ours: joined[label] for ours, label in columns.items()})


def main() -> None:
    """Read the sample, run the example and write the three files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("sample", type=Path, help="the package's sample data, a CSV")
    parser.add_argument("folder", type=Path, help="where the three files go")
    paths = parser.parse_args()

    sample = pd.read_csv(paths.sample)
    coefficients = estimate(sample)
    model = build(sample, coefficients)
    simulate(model)
    tables = [
        model.country_results,
        model.country_mr_terms,
        model.factory_gate_prices,
        model.outputs_expenditures,
    ]
    countries = pick(tables, COUNTRY_COLUMNS).join(iterate(sample, coefficients))
    pairs = pick(
        [
            model.bilateral_trade_results,
        ],
        PAIR_COLUMNS,
    ).loc[PAIRS]

    paths.folder.mkdir(parents=True, exist_ok=True)
    countries.to_csv(paths.folder / "countries.csv", index_label="country")
    coefficients.to_csv(paths.folder / "coefficients.csv", index=False)
    pairs.to_csv(paths.folder / "pairs.csv", index_label=["exporter", "importer"])
    names = ["gegravity", "gme", "statsmodels", "numpy", "scipy", "pandas"]
    used = ", ".join(f"{name} {version(name)}" for name in names)
    sys.stdout.write(f"Python {platform.python_version()}, {used}\n")


if __name__ == "__main__":
    main()
