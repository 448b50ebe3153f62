"""Answers of `models/teaching`, worked out by hand in its README.

Nothing here is computed by bereket: the figures are typed from the README, where each
is added up from the rows. All are exact to 1e-9. Alternatives stand in order of
generalised cost; a way that shares more than 0.7 with a better one (shared link km /
km of the shorter way) is left out. Money in USD of 2024 a tonne.
"""

from dataclasses import dataclass, field

TOLERANCE = 1e-9  # the answers are decimal fractions of few digits
OVERLAP_CAP = 0.7


@dataclass(frozen=True, slots=True)
class Way:
    """One way from the origin to the destination."""

    links: tuple[str, ...]
    time_h: float  # departure-arrival: without the first load and the last unload
    door_to_door_h: float
    time_sd_h: float
    cost_parts: dict[str, float]
    cost_usd_per_t: float
    generalised_usd_per_t: float
    length_km: float
    emission_kgco2e_per_t: float
    corridors: tuple[str, ...]
    regimes: tuple[str, ...] = ()  # in force on the way, the merely reported too
    products: tuple[str, ...] = ()  # tariff_id of through rates used


@dataclass(frozen=True, slots=True)
class Opening:
    """One order whose lifting makes a way, and the best way it makes."""

    regime_id: str
    element: str
    way: Way


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the whole ordered list of ways that must come back."""

    origin: str
    destination: str
    commodity: str
    as_of: str
    alternatives: tuple[Way, ...]
    avoid: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    party: str = ""
    changes: tuple[str, ...] = ()  # as after --set
    best_only: bool = False  # the README works out the first alternative only
    openings: tuple[Opening, ...] = field(default=())  # cheapest first


def parts(**usd_per_t: float) -> dict[str, float]:
    """Return every money part, 0 where it is not named."""
    names = (
        "haulage",
        "wagon",
        "container",
        "empty_return",
        "backload",
        "terminal",
        "border",
        "other",
    )
    return dict.fromkeys(names, 0.0) | usd_per_t


RAIL_LINKS = (
    "rail_ASH_AJN",
    "rail_AJN_ABO",
    "rail_ABO_BBO",
    "rail_BBO_BCY",
    "rail_BCY_BCO",
    "rail_BCO_CBO",
    "rail_CBO_CCY",
)
FERRY_LINKS = ("rail_ASH_AJN", "rail_AJN_APO", "sea_APO_CPO", "rail_CPO_CCY")
RAIL_ROAD_LINKS = (*RAIL_LINKS[:4], "road_BCY_BCO", "road_BCO_CBO", "road_CBO_CCY")
ROAD_LINKS = (
    "road_ASH_ABO",
    "road_ABO_BBO",
    "road_BBO_BCY",
    "road_BCY_BCO",
    "road_BCO_CBO",
    "road_CBO_CCY",
)

# --- the ferry's clock -------------------------------------------------------
FERRY_HEADWAY_H = 12.0  # 168 / (16 * 0.875)
FERRY_MEAN_WAIT_H = 12.0  # 12 * (1 + 1) / 2
FERRY_WAIT_SD_H = 12.0  # root(144 * 2 * 3 / 3 - 144)
FERRY_BOARD_H = 18.0  # 12 wait + 2 load + 4 berth
FERRY_RIDE_H = 12.0
FERRY_ALIGHT_H = 2.0

# --- the clock of the ferry that sails when full -----------------------------
FILL_TIME_H = 24.0  # 40 FEU / (280 FEU / 168 h)
FILL_MEAN_WAIT_H = 24.0  # 24 * (1 + 1) / 2
FILL_WAIT_SD_H = 24.0  # root(576 * 2 * 3 / 3 - 576)
FILL_BOARD_H = 30.0  # 24 wait + 2 load + 4 berth
FILL_WAY_SD_H = 601**0.5  # 3^2 stop + 4^2 berth + 24^2 wait

# --- ways of containers, ASH to CCY ------------------------------------------
RAIL = Way(
    links=RAIL_LINKS,
    time_h=50.0,
    door_to_door_h=60.0,
    time_sd_h=15.0,
    cost_parts=parts(
        haulage=47.0, container=6.0, empty_return=1.8, terminal=8.0, border=4.0
    ),
    cost_usd_per_t=66.8,
    generalised_usd_per_t=101.6,
    length_km=1200.0,
    emission_kgco2e_per_t=18.0,
    corridors=("steppe",),
    regimes=("western_bar",),
)
FERRY = Way(
    links=FERRY_LINKS,
    time_h=62.0,
    door_to_door_h=72.0,
    time_sd_h=13.0,
    cost_parts=parts(haulage=52.0, container=7.2, empty_return=1.5, terminal=10.0),
    cost_usd_per_t=70.7,
    generalised_usd_per_t=111.6,
    length_km=1100.0,
    emission_kgco2e_per_t=23.0,
    corridors=("sea",),
)
FERRY_WHEN_FULL = Way(
    links=FERRY_LINKS,
    time_h=74.0,
    door_to_door_h=84.0,
    time_sd_h=FILL_WAY_SD_H,
    cost_parts=parts(haulage=52.0, container=8.4, empty_return=1.5, terminal=10.0),
    cost_usd_per_t=71.9,
    generalised_usd_per_t=116.2 + 0.2 * FILL_WAY_SD_H,  # 71.9 + 42 + 2.3 + sd
    length_km=1100.0,
    emission_kgco2e_per_t=23.0,
    corridors=("sea",),
)
RAIL_THEN_ROAD = Way(
    links=RAIL_ROAD_LINKS,
    time_h=54.0,
    door_to_door_h=63.0,
    time_sd_h=15.0,
    cost_parts=parts(
        haulage=67.5, container=6.3, empty_return=1.8, terminal=9.0, border=4.0
    ),
    cost_usd_per_t=88.6,
    generalised_usd_per_t=128.7,
    length_km=1200.0,
    emission_kgco2e_per_t=56.0,
    corridors=("steppe",),
    regimes=("western_bar",),
)
ROAD = Way(
    links=ROAD_LINKS,
    time_h=35.0,
    door_to_door_h=40.0,
    time_sd_h=5.0,
    cost_parts=parts(
        haulage=96.0,
        container=4.0,
        empty_return=1.75,
        terminal=2.0,
        border=5.0,
        other=1.0,
    ),
    cost_usd_per_t=109.75,
    generalised_usd_per_t=142.75,
    length_km=1200.0,
    emission_kgco2e_per_t=120.0,
    corridors=("steppe",),
    regimes=("road_levy",),
)
RAIL_BY_THROUGH_RATE = Way(
    links=RAIL_LINKS,
    time_h=50.0,
    door_to_door_h=60.0,
    time_sd_h=15.0,
    cost_parts=parts(
        haulage=38.5, container=6.0, empty_return=1.8, terminal=8.0, border=4.0
    ),
    cost_usd_per_t=58.3,
    generalised_usd_per_t=93.1,
    length_km=1200.0,
    emission_kgco2e_per_t=18.0,
    corridors=("steppe",),
    regimes=("western_bar",),
    products=("through_box",),
)

# --- containers, ASH to BCY --------------------------------------------------
RAIL_TO_BCY = Way(
    links=RAIL_LINKS[:4],
    time_h=40.0,
    door_to_door_h=50.0,
    time_sd_h=15.0,
    cost_parts=parts(
        haulage=37.5, container=5.0, empty_return=1.3, terminal=8.0, border=4.0
    ),
    cost_usd_per_t=55.8,
    generalised_usd_per_t=84.9,
    length_km=750.0,
    emission_kgco2e_per_t=11.0,
    corridors=(),
    regimes=("western_bar",),
)

# --- ways of grain, ASH to CCY -----------------------------------------------
GRAIN_RAIL = Way(
    links=RAIL_LINKS,
    time_h=53.0,
    door_to_door_h=69.0,
    time_sd_h=15.0,
    cost_parts=parts(
        haulage=33.5, wagon=2.45, empty_return=5.96, terminal=7.0, border=3.0
    ),
    cost_usd_per_t=51.91,
    generalised_usd_per_t=62.11,
    length_km=1200.0,
    emission_kgco2e_per_t=18.0,
    corridors=("steppe",),
    regimes=("western_bar",),
)
GRAIN_FERRY = Way(
    links=FERRY_LINKS,
    time_h=86.0,
    door_to_door_h=102.0,
    time_sd_h=13.0,
    cost_parts=parts(haulage=37.0, wagon=2.1, empty_return=0.24, terminal=13.0),
    cost_usd_per_t=52.34,
    generalised_usd_per_t=66.14,
    length_km=1100.0,
    emission_kgco2e_per_t=23.0,
    corridors=("sea",),
)

GRAIN_FERRY_WHEN_FULL = Way(
    links=FERRY_LINKS,
    time_h=98.0,
    door_to_door_h=114.0,
    time_sd_h=FILL_WAY_SD_H,
    cost_parts=parts(haulage=37.0, wagon=2.1, empty_return=0.24, terminal=13.0),
    cost_usd_per_t=52.34,
    generalised_usd_per_t=66.04 + 0.1 * FILL_WAY_SD_H,  # 52.34 + 11.4 + 2.3 + sd
    length_km=1100.0,
    emission_kgco2e_per_t=23.0,
    corridors=("sea",),
)

BAN_ELEMENT = "border:ABO:BBO:rail1520:AAA:SMGS"
STORM_ELEMENT = "service:crossing"

QUESTIONS: dict[str, Question] = {
    # README questions 1 and 2: the ferry is the second alternative
    "containers": Question(
        origin="ASH",
        destination="CCY",
        commodity="containers",
        as_of="2025-06-01",
        alternatives=(RAIL, FERRY, RAIL_THEN_ROAD, ROAD),
    ),
    # README question 3
    "grain_last_day_before_ban": Question(
        origin="ASH",
        destination="CCY",
        commodity="grain",
        as_of="2025-08-31",
        alternatives=(GRAIN_RAIL, GRAIN_FERRY),
    ),
    "grain_first_day_of_ban": Question(
        origin="ASH",
        destination="CCY",
        commodity="grain",
        as_of="2025-09-01",
        alternatives=(GRAIN_FERRY,),
    ),
    # README question 4
    "containers_avoid": Question(
        origin="ASH",
        destination="CCY",
        commodity="containers",
        as_of="2025-06-01",
        avoid=("link:rail_BCY_BCO",),
        alternatives=(FERRY, RAIL_THEN_ROAD, ROAD),
    ),
    # README question 5
    "containers_western": Question(
        origin="ASH",
        destination="CCY",
        commodity="containers",
        as_of="2025-06-01",
        party="western",
        alternatives=(FERRY, ROAD),
    ),
    # README question 6: the ban and the storm together
    "grain_no_way": Question(
        origin="ASH",
        destination="CCY",
        commodity="grain",
        as_of="2026-01-15",
        alternatives=(),
        openings=(
            Opening("grain_ban", BAN_ELEMENT, GRAIN_RAIL),
            Opening("storm_season", STORM_ELEMENT, GRAIN_FERRY),
        ),
    ),
    "containers_in_storm": Question(
        origin="ASH",
        destination="CCY",
        commodity="containers",
        as_of="2026-01-15",
        alternatives=(RAIL, RAIL_THEN_ROAD, ROAD),
    ),
    # README question 7
    "containers_via_port": Question(
        origin="ASH",
        destination="CCY",
        commodity="containers",
        as_of="2025-06-01",
        via=("APO",),
        alternatives=(FERRY,),
    ),
    # README question 8: the day before the through rate holds is RAIL at 101.6
    "containers_day_before_through_rate": Question(
        origin="ASH",
        destination="CCY",
        commodity="containers",
        as_of="2025-06-30",
        alternatives=(RAIL, FERRY, RAIL_THEN_ROAD, ROAD),
    ),
    "containers_through_rate": Question(
        origin="ASH",
        destination="CCY",
        commodity="containers",
        as_of="2025-07-01",
        alternatives=(RAIL_BY_THROUGH_RATE, FERRY, RAIL_THEN_ROAD, ROAD),
    ),
    # README question 9: import in BBB, not transit
    "containers_to_bacay": Question(
        origin="ASH",
        destination="BCY",
        commodity="containers",
        as_of="2025-06-01",
        best_only=True,
        alternatives=(RAIL_TO_BCY,),
    ),
}

# --- README question 10: the ferry sails when full ----------------------------
WHEN_FULL = (
    "service:crossing.kind=fill",
    "service:crossing.headway_cv=",
    "service:crossing.availability=1",
)
FULL_DAILY = (*WHEN_FULL, "service:crossing.sailings_per_week=7")
FULL_TWICE_A_DAY = (*WHEN_FULL, "service:crossing.sailings_per_week=14")
WHAT_IF: dict[str, Question] = {
    "containers_when_full": Question(
        origin="ASH",
        destination="CCY",
        commodity="containers",
        as_of="2025-06-01",
        changes=FULL_DAILY,
        alternatives=(RAIL, FERRY_WHEN_FULL, RAIL_THEN_ROAD, ROAD),
    ),
    "grain_when_full": Question(
        origin="ASH",
        destination="CCY",
        commodity="grain",
        as_of="2025-09-01",
        changes=FULL_DAILY,
        alternatives=(GRAIN_FERRY_WHEN_FULL,),
    ),
    "containers_when_full_with_twice_the_cargo": Question(
        origin="ASH",
        destination="CCY",
        commodity="containers",
        as_of="2025-06-01",
        changes=FULL_TWICE_A_DAY,
        alternatives=(RAIL, FERRY, RAIL_THEN_ROAD, ROAD),
    ),
}

# --- overlap of the ways of "containers" (shared km / km of the shorter) ------
OVERLAPS: dict[tuple[str, str], float] = {
    ("RAIL", "FERRY"): 2 / 11,  # 200 / 1100
    ("RAIL", "RAIL_THEN_ROAD"): 0.625,  # 750 / 1200
    ("RAIL", "ROAD"): 0.0,
    ("FERRY", "RAIL_THEN_ROAD"): 2 / 11,
    ("FERRY", "ROAD"): 0.0,
    ("RAIL_THEN_ROAD", "ROAD"): 0.375,  # 450 / 1200
}

# --- rows by quality (`config` and `source` carry none) -----------------------
ROWS_BY_QUALITY: dict[str, int] = {"reported": 125, "assumed": 63}

# --- a year of gas and power (README, 16) --------------------------------------
ENERGY_USD = 150_599_000.0
POWER_USD_PER_MWH = {"bus:arelia": 10.0, "bus:cerenia": 30.0}
GAS_USD_PER_MCM = {
    "gas_node:a_field": 40_000.0,
    "gas_node:b_hub": 60_000.0,
    "gas_node:c_town": 65_000.0,
}
WORTH_USD_PER_YEAR = {  # of one more MW, or mcm a day
    "power_line:a_c": 140_160.0,
    "gas_contract:a_c": 5_475_000.0,
    "gas_swap:a_b_c": 5_475_000.0,
}
WIDE_LINE_MW = 300.0
WIDE_LINE_SENT_MWH = 250.0 / 0.9 * 8760.0
