"""Tables that a fit leaves behind: for the logit, and for the reader."""

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from bereket.errors import QuestionError
from bereket.model.model import Model, Table
from bereket.schema import LIST_SEPARATOR, table_schema
from bereket.schema.checker import parse
from bereket.studies.calibrate.result import CalibrateResult


def calibration_rows(found: CalibrateResult) -> list[dict[str, Any]]:
    """Return the rows of table `calibration`, one a parameter.

    Parameters
    ----------
    found : CalibrateResult
        A fit of the model itself.

    Returns
    -------
    list of dict
        Columns as in the schema.

    Raises
    ------
    QuestionError
        When the model was changed by a scenario: its parameters are not the model's.
    """
    if found.stamp.changes:
        msg = "a fit under a scenario is not the model's own; save one without changes"
        raise QuestionError(msg)
    today = datetime.now(UTC).date().isoformat()
    return [
        {
            "parameter_id": each.name,
            "value": f"{each.value:.6g}",
            "prior": f"{each.prior:.6g}",
            "standard_error": (
                "" if each.standard_error is None else f"{each.standard_error:.4g}"
            ),
            "at_bound": str(each.at_bound).lower(),
            "identifiable": str(each.identifiable).lower(),
            "observation_id": LIST_SEPARATOR.join(each.observation_ids),
            "fitted_years": LIST_SEPARATOR.join(map(str, found.fitted_years)),
            "held_out_year": found.held_out_year or "",
            "model_hash": found.model_hash,
            "bereket_version": found.stamp.package_version,
            "fitted_on": today,
        }
        for each in found.parameters
    ]


def fit_rows(found: CalibrateResult) -> list[dict[str, Any]]:
    """Return the rows of table `fit`, one an observation.

    Parameters
    ----------
    found : CalibrateResult
        A fit of the model itself.

    Returns
    -------
    list of dict
        Columns as in the schema.
    """
    return [
        {
            "observation_id": each.observation_id,
            "year": each.year,
            "observed": _figure(each.observed),
            "modelled_before": _figure(each.modelled_before),
            "modelled": _figure(each.modelled_after),
            "modelled_low": _figure(each.low),
            "modelled_high": _figure(each.high),
            "blind": _figure(each.blind),
            "last_year": _figure(each.last_year),
            "trend": _figure(each.trend),
            "held_out": str(each.held_out).lower(),
            "why": each.why,
            "model_hash": found.model_hash,
        }
        for each in found.observations
    ]


def _figure(value: float | None) -> str:
    """Return a figure in six digits, without an exponent; empty where there is none."""
    return "" if value is None else f"{float(f'{value:.6g}'):.12g}"


def with_calibration(model: Model, found: CalibrateResult) -> Model:
    """Return a model whose logit takes the values of a fit, in memory alone.

    Parameters
    ----------
    model : Model
        The model that was fitted.
    found : CalibrateResult
        The fit.

    Returns
    -------
    Model
        With table `calibration`; all else is shared.
    """
    rows = calibration_rows(found)
    schema = table_schema("calibration")
    header = list(schema.fields)
    cells = [[str(row[column]) for column in header] for row in rows]
    columns = MappingProxyType(parse(schema, header, cells).columns)
    tables = {**model.tables, "calibration": Table("calibration", columns)}
    return Model(model.name, tables, model.about)
