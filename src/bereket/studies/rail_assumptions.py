"""What a rail network does not say and a model needs: assumed, with its basis."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Row = Mapping[str, str | float]

OTHER_GAUGE_MM: Final = 1435
OTHER_GAUGE_NOTE: Final = "no default for the country is known: 1435 mm taken"

# One train for each gauge. Money and emissions lie in the range of the reference model.
CARRIER: Final[Row] = MappingProxyType(
    {
        "mode": "rail",
        "service_class": "wagonload",
        "runs": "free",
        "speed_kmh": 40.0,
        "speed_kmh_low": 25.0,
        "speed_kmh_high": 50.0,
        "cost_usd_per_tkm": 0.035,
        "cost_usd_per_tkm_low": 0.018,
        "cost_usd_per_tkm_high": 0.07,
        "emission_kgco2e_per_tkm_electric": 0.01,
        "emission_kgco2e_per_tkm_diesel": 0.028,
        "unit": "wagon",
        "quality": "assumed",
        "note": (
            "general knowledge: speed between stations without technical stops, money "
            "without any tariff; replace by rates of the country"
        ),
    }
)

COMMODITY: Final[Row] = MappingProxyType(
    {
        "commodity_id": "freight",
        "name": "Freight in wagons",
        "vot_usd_per_t_h": 0.02,
        "vor_usd_per_t_h": 0.01,
        "t_per_wagon": 60.0,
        "quality": "assumed",
        "note": (
            "general knowledge: goods of 1,000 USD a tonne at 18 % capital cost a year"
        ),
    }
)

LOADING: Final[Row] = MappingProxyType(
    {
        "handling_h": 6.0,
        "dwell_h": 12.0,
        "dwell_sd_h": 6.0,
        "cost_usd_per_t": 3.0,
        "cost_usd_per_t_low": 1.0,
        "cost_usd_per_t_high": 8.0,
        "quality": "assumed",
        "note": "general knowledge; that the station takes freight is not known",
    }
)

RELOADING: Final[Row] = MappingProxyType(
    {
        "handling_h": 8.0,
        "dwell_h": 24.0,
        "dwell_sd_h": 24.0,
        "cost_usd_per_t": 5.0,
        "cost_usd_per_t_low": 2.0,
        "cost_usd_per_t_high": 12.0,
        "quality": "assumed",
        "note": "general knowledge; on which side cargo is reloaded is not known",
    }
)

EXIT_SIDE: Final[Row] = MappingProxyType(
    {"document_h": 2.0, "inspection_h": 2.0, "wait_h": 2.0, "wait_sd_h": 2.0}
)
ENTRY_SIDE: Final[Row] = MappingProxyType(
    {"document_h": 3.0, "inspection_h": 4.0, "wait_h": 8.0, "wait_sd_h": 8.0}
)
BORDER_NOTE: Final = (
    "default of a rail side: both sides together 21 h, as the CAREC mean of 2019"
)
UNION_NOTE: Final = "no papers inside a customs union; halts are not known"

# The paper that trains of a gauge travel under; SMGS holds where 1520 mm does.
SMGS_GAUGE_MM: Final = 1520
