"""The question ``assign``: who goes where when the way is full."""

from bereket.analysis.assign.assign import assign, assign_roads
from bereket.analysis.assign.params import AssignParams
from bereket.analysis.assign.result import AssignResult

__all__ = ["AssignParams", "AssignResult", "assign", "assign_roads"]
