"""Open planning of freight corridors, from tables to answers with a source.

The public names are made on first use, so that ``import bereket`` stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bereket.analysis.assign import (
        AssignParams,
        AssignResult,
        assign,
        assign_roads,
    )
    from bereket.analysis.break_even import BreakEvenResult, break_even
    from bereket.analysis.capacity import CapacityParams, CapacityResult, capacity
    from bereket.analysis.energy import EnergyParams, EnergyResult, energy
    from bereket.analysis.pareto import ParetoResult, pareto
    from bereket.analysis.pressure import PressureParams, PressureResult, pressure
    from bereket.analysis.route import RouteResult, route
    from bereket.analysis.trade import TradeParams, trade
    from bereket.analysis.trade.gravity import GravityParams, estimate_gravity
    from bereket.compiled.asking import RouteParams
    from bereket.compiled.graph import Graph, build, patch
    from bereket.errors import (
        BereketError,
        Issue,
        ModelError,
        QuestionError,
        ScenarioError,
        UnitError,
    )
    from bereket.io import read_gmns, read_model, write_model
    from bereket.io.folder import blank_model
    from bereket.io.gmns.reading import GmnsParams
    from bereket.io.scenarios import read_scenario
    from bereket.io.tntp import RoadNetwork, read_tntp, read_trips
    from bereket.model.changes import Close, InsertRow, Open, ReviseValue, SetValue
    from bereket.model.measures import Works, measure_changes
    from bereket.model.model import Model, Table
    from bereket.model.plan import Plan, ScenarioFile, planned
    from bereket.model.reference import RowReference, parse_change, parse_reference
    from bereket.model.result import Stamp
    from bereket.model.scenario import BASELINE, Scenario, apply
    from bereket.report.compare import Comparison, compare
    from bereket.report.page import report_page
    from bereket.studies.agenda import AgendaParams, agenda
    from bereket.studies.calibrate import (
        CalibrateParams,
        CalibrateResult,
        calibrate,
    )
    from bereket.studies.catchment import CatchmentParams, CatchmentResult, catchment
    from bereket.studies.check import CheckResult, check
    from bereket.studies.corridors import CorridorsResult, corridors
    from bereket.studies.import_rail import RailFiles, RailImportParams, import_rail
    from bereket.studies.outlook import OutlookParams, outlook
    from bereket.studies.overview import OverviewParams, overview
    from bereket.studies.overview_result import OverviewResult
    from bereket.studies.rail_result import RailImportResult
    from bereket.studies.sweep import SweepParams, sweep
    from bereket.studies.sweep_result import SweepResult

_HOME = {
    "AgendaParams": "studies.agenda",
    "AssignParams": "analysis.assign",
    "AssignResult": "analysis.assign",
    "BASELINE": "model.scenario",
    "BereketError": "errors",
    "BreakEvenResult": "analysis.break_even",
    "CalibrateParams": "studies.calibrate",
    "CalibrateResult": "studies.calibrate",
    "CapacityParams": "analysis.capacity",
    "CapacityResult": "analysis.capacity",
    "CatchmentParams": "studies.catchment",
    "CatchmentResult": "studies.catchment",
    "CheckResult": "studies.check",
    "Close": "model.changes",
    "Comparison": "report.compare",
    "CorridorsResult": "studies.corridors",
    "EnergyParams": "analysis.energy",
    "EnergyResult": "analysis.energy",
    "GmnsParams": "io.gmns.reading",
    "Graph": "compiled.graph",
    "GravityParams": "analysis.trade.gravity",
    "InsertRow": "model.changes",
    "Issue": "errors",
    "Model": "model.model",
    "ModelError": "errors",
    "Open": "model.changes",
    "OutlookParams": "studies.outlook",
    "OverviewParams": "studies.overview",
    "OverviewResult": "studies.overview_result",
    "ParetoResult": "analysis.pareto",
    "Plan": "model.plan",
    "PressureParams": "analysis.pressure",
    "PressureResult": "analysis.pressure",
    "QuestionError": "errors",
    "RailFiles": "studies.import_rail",
    "RailImportParams": "studies.import_rail",
    "RailImportResult": "studies.rail_result",
    "ReviseValue": "model.changes",
    "RoadNetwork": "io.tntp",
    "RouteParams": "compiled.asking",
    "RouteResult": "analysis.route",
    "RowReference": "model.reference",
    "Scenario": "model.scenario",
    "ScenarioError": "errors",
    "ScenarioFile": "model.plan",
    "SetValue": "model.changes",
    "Stamp": "model.result",
    "SweepParams": "studies.sweep",
    "SweepResult": "studies.sweep_result",
    "Table": "model.model",
    "TradeParams": "analysis.trade",
    "UnitError": "errors",
    "Works": "model.measures",
    "agenda": "studies.agenda",
    "apply": "model.scenario",
    "assign": "analysis.assign",
    "assign_roads": "analysis.assign",
    "blank_model": "io.folder",
    "break_even": "analysis.break_even",
    "build": "compiled.graph",
    "calibrate": "studies.calibrate",
    "capacity": "analysis.capacity",
    "catchment": "studies.catchment",
    "check": "studies.check",
    "compare": "report.compare",
    "corridors": "studies.corridors",
    "energy": "analysis.energy",
    "estimate_gravity": "analysis.trade.gravity",
    "import_rail": "studies.import_rail",
    "measure_changes": "model.measures",
    "outlook": "studies.outlook",
    "overview": "studies.overview",
    "pareto": "analysis.pareto",
    "parse_change": "model.reference",
    "parse_reference": "model.reference",
    "patch": "compiled.graph",
    "planned": "model.plan",
    "pressure": "analysis.pressure",
    "read_gmns": "io",
    "read_model": "io",
    "read_scenario": "io.scenarios",
    "read_tntp": "io.tntp",
    "read_trips": "io.tntp",
    "report_page": "report.page",
    "route": "analysis.route",
    "sweep": "studies.sweep",
    "trade": "analysis.trade",
    "write_model": "io",
}

__all__ = [  # noqa: RUF022 sorted as Python sorts
    "AgendaParams",
    "AssignParams",
    "AssignResult",
    "BASELINE",
    "BereketError",
    "BreakEvenResult",
    "CalibrateParams",
    "CalibrateResult",
    "CapacityParams",
    "CapacityResult",
    "CatchmentParams",
    "CatchmentResult",
    "CheckResult",
    "Close",
    "Comparison",
    "CorridorsResult",
    "EnergyParams",
    "EnergyResult",
    "GmnsParams",
    "Graph",
    "GravityParams",
    "InsertRow",
    "Issue",
    "Model",
    "ModelError",
    "Open",
    "OutlookParams",
    "OverviewParams",
    "OverviewResult",
    "ParetoResult",
    "Plan",
    "PressureParams",
    "PressureResult",
    "QuestionError",
    "RailFiles",
    "RailImportParams",
    "RailImportResult",
    "ReviseValue",
    "RoadNetwork",
    "RouteParams",
    "RouteResult",
    "RowReference",
    "Scenario",
    "ScenarioError",
    "ScenarioFile",
    "SetValue",
    "Stamp",
    "SweepParams",
    "SweepResult",
    "Table",
    "TradeParams",
    "UnitError",
    "Works",
    "agenda",
    "apply",
    "assign",
    "assign_roads",
    "blank_model",
    "break_even",
    "build",
    "calibrate",
    "capacity",
    "catchment",
    "check",
    "compare",
    "corridors",
    "energy",
    "estimate_gravity",
    "import_rail",
    "measure_changes",
    "outlook",
    "overview",
    "pareto",
    "parse_change",
    "parse_reference",
    "patch",
    "planned",
    "pressure",
    "read_gmns",
    "read_model",
    "read_scenario",
    "read_tntp",
    "read_trips",
    "report_page",
    "route",
    "sweep",
    "trade",
    "write_model",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 any public name
    """Import the module that holds a public name when it is asked for."""
    if name not in _HOME:
        msg = f"module 'bereket' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"bereket.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
