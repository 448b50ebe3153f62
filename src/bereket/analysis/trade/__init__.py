"""What trade follows from cheaper carriage, and whether a target is met."""

from bereket.analysis.trade.params import TradeParams
from bereket.analysis.trade.result import TradeResult
from bereket.analysis.trade.trade import trade

__all__ = ["TradeParams", "TradeResult", "trade"]
