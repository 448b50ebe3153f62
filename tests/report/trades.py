"""Answers of trade that figures are drawn of, made by hand."""

from bereket.analysis.trade.result import WorksGain
from bereket.studies.outlook_result import Stream

NOW = 2024  # base year of the teaching model


def stream(sector, mode, gateway, usd, ends=("AAA", "CCC")):
    """Return a stream of so many USD, ten USD a tonne."""
    return Stream(*ends, sector, mode, gateway, usd / 10.0, usd)


STREAMS = (
    stream("grain", "rail", "BCO>CBO", 60e6),
    stream("grain", "road", "BCO>CBO", 6e6),
    stream("grain", "sea", "APO>CPO", 2e6),
    stream("containers", "rail", "APO>CPO", 1e6),
    stream("containers", "road", "AJN>CCY", 3e6),
    stream("containers", "rail", "BBO>ABO", 28e6, ("CCC", "AAA")),
)


def works(works_id, gain, capex=100e6, **changed):
    """Return works that bring so much a year, give or take a half."""
    per_usd = None if capex is None else gain / capex
    told = {
        "works_id": works_id,
        "name": f"Works {works_id}",
        "measure_ids": (works_id,),
        "opens_year": 2030,
        "gain_usd_per_year": gain,
        "gain_low_usd": gain - abs(gain) / 2,
        "gain_high_usd": gain + abs(gain) / 2,
        "direct_usd_per_year": gain,
        "capex_usd": capex,
        "gain_per_usd": per_usd,
        "gain_per_usd_low": per_usd,
        "gain_per_usd_high": per_usd,
        "cost_change_usd_per_t": {},
        "probability": (),
    }
    return WorksGain(**(told | changed))
