"""A model held against what was observed: fitted, and a year held out."""

from bereket.studies.calibrate.calibrate import calibrate
from bereket.studies.calibrate.params import CalibrateParams
from bereket.studies.calibrate.result import CalibrateResult

__all__ = ["CalibrateParams", "CalibrateResult", "calibrate"]
