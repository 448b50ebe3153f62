"""Capacities of `models/teaching`, by hand: questions 11 to 15 of its README.

Nothing here is computed by bereket: the figures are typed from the README, where each
is added up from the rows.
"""

from dataclasses import dataclass

RELATIVE = 1e-9  # a flow is a solver's: thousands of tonnes to the last few bits


@dataclass(frozen=True, slots=True)
class Element:
    """What limits, and what it takes in a day."""

    reference: str
    unit: str
    per_day: float
    left_per_day: float  # of a mean day, to corridors
    is_shared: bool = False  # both directions together


@dataclass(frozen=True, slots=True)
class Rung:
    """What binds together, and the flow with it and without; None = no known limit."""

    elements: frozenset[str]
    before_t_per_year: float
    after_t_per_year: float | None


@dataclass(frozen=True, slots=True)
class Merit:
    """A measure alone: what it adds, and what a tonne costs; None where nothing."""

    measure_id: str
    extra_t_per_year: float
    usd_per_extra_t: float | None
    low: float | None
    high: float | None
    tie_group: int


@dataclass(frozen=True, slots=True)
class Corridor:
    """Answers of one corridor."""

    corridor_id: str
    one_way_t_per_year: float
    joint_t_per_year: float
    low_t_per_year: float
    by_kind_t_per_year: dict[str, float | None]
    net_t_per_train: float
    cut: frozenset[str]
    rungs: tuple[Rung, ...]
    merits: tuple[Merit, ...]
    sequence: tuple[tuple[tuple[str, ...], float, float], ...]  # done, after, USD a t


ELEMENTS = (
    Element("link:rail_BBO_BCY", "train", 20.0, 8.0),
    Element("link:rail_ABO_BBO", "train", 20.0, 20.0),
    Element("link:rail_BBO_ABO", "train", 20.0, 20.0),
    Element("link:rail_AJN_APO", "train", 20.0, 20.0),
    Element("link:rail_CPO_CCY", "train", 20.0, 20.0),
    Element("link:rail_AJN_ABO", "train", 30.0, 30.0),
    Element("link:rail_BCY_BCO", "train", 30.0, 30.0),
    Element("link:rail_ASH_AJN", "train", 90.0, 90.0),
    Element("link:rail_BCO_CBO", "train", 90.0, 90.0),
    Element("link:rail_CBO_CCY", "t", 90_000.0, 90_000.0),
    Element("border:ABO:BBO:rail1520:BBB:SMGS", "wagon", 378.0, 378.0),
    Element("border:BBO:ABO:rail1435:BBB:SMGS", "wagon", 378.0, 378.0),
    Element("border:ABO:BBO:road:BBB:TIR", "truck", 100.0, 100.0),
    Element("border:ABO:BBO:road:AAA:TIR", "truck", 72.0, 72.0),
    Element("terminal:BBO:gauge_change", "wagon", 378.0, 378.0, is_shared=True),
    Element("terminal:ABO:gauge_change", "wagon", 378.0, 378.0, is_shared=True),
    Element("fleet:b_locomotives", "train", 12.0, 12.0),
    Element("service:crossing", "t", 1750.0, 1750.0),
    Element("port:CPO:ferry", "t", 8000.0, 8000.0, is_shared=True),
    Element("port:APO:ferry", "t", 6000.0, 6000.0, is_shared=True),
)

# Lines of `bereket show`, with the figures put in.
SHOWN = {
    "link:rail_BBO_BCY": (
        "2 x 20 min on 20 km + 2 x 6 + 2 = 54 min",
        "(1440 - 240) x 0.9 / 54 = 20 pairs a day",
        "0.6 x 1440 / 54 = 16 pairs a day",
        "0.7 x 1440 / (20 + 5) / 2 = 20.16 pairs a day",
        "(1.5 x 4 passenger + 2 x 2 local + 2 others) / 2 = 6 (6 to 8) pairs a day",
        "left for corridors: 8 (6.4 to 8) trains a day",
    ),
    "link:rail_ASH_AJN": ("(1440 - 240) x 0.9 / 12 = 90 pairs a day",),
    "terminal:BBO:gauge_change": (
        "2 tracks x 14 wagons x 18 h x 60 / 60 min x 0.75 = 378 a day",
    ),
    "border:ABO:BBO:road:BBB:TIR": ("4 lanes x 60 / 20 min x 12 h = 144 a day",),
    "fleet:b_locomotives": ("20 x 0.75 x 24 / 30 h = 12 a day",),
    "service:crossing": (
        "+ 4 layover + 0 to fill = 48 h",
        "16 sailings a week x 2000 slots x 0.875 / 7 = 4,000 a day, one way",
    ),
}

# Carrier, cargo: wagons by length, by mass; net tonnes of the train.
TRAINS = {
    ("rail1520_container", "containers"): (40.0, 70.0, 1600.0),
    ("rail1520_wagon", "grain"): (71.0, 60.0, 3600.0),
}

STEPPE = Corridor(
    corridor_id="steppe",
    one_way_t_per_year=5_256_000.0,
    joint_t_per_year=10_512_000.0,
    low_t_per_year=8_409_600.0,
    by_kind_t_per_year={
        "infrastructure": 11_826_000.0,
        "reserve": 10_512_000.0,
        "fleet": 15_768_000.0,
        "acceptance": 11_826_000.0,
    },
    net_t_per_train=1800.0,
    cut=frozenset({"link:rail_BBO_BCY"}),
    rungs=(
        Rung(frozenset({"link:rail_BBO_BCY"}), 10_512_000.0, 11_826_000.0),
        Rung(
            frozenset(
                {
                    "border:ABO:BBO:rail1520:BBB:SMGS",
                    "border:BBO:ABO:rail1435:BBB:SMGS",
                    "terminal:BBO:gauge_change",
                    "terminal:ABO:gauge_change",
                }
            ),
            11_826_000.0,
            15_768_000.0,
        ),
        Rung(frozenset({"fleet:b_locomotives"}), 15_768_000.0, 26_280_000.0),
        Rung(
            frozenset({"link:rail_ABO_BBO", "link:rail_BBO_ABO"}),
            26_280_000.0,
            39_420_000.0,
        ),
        Rung(
            frozenset({"link:rail_AJN_ABO", "link:rail_BCY_BCO"}),
            39_420_000.0,
            65_700_000.0,
        ),
        Rung(frozenset({"link:rail_CBO_CCY"}), 65_700_000.0, 118_260_000.0),
        Rung(
            frozenset({"link:rail_ASH_AJN", "link:rail_BCO_CBO"}), 118_260_000.0, None
        ),
    ),
    merits=(
        # where others run 6 trains, 2.6 pairs are won and not 1, and 1.6
        Merit("loops", 1_314_000.0, 10.0, 8.0 / 2.6, 15.0, 1),
        Merit("interlocking", 1_314_000.0, 12.0, 9.0 / 1.6, 18.0, 1),
        Merit("agreement", 0.0, None, None, None, 0),
        Merit("reloading", 0.0, None, None, None, 0),
    ),
    sequence=(
        (("loops",), 11_826_000.0, 10.0),
        (("agreement", "reloading"), 15_768_000.0, 2.0),
    ),
)

SEA = Corridor(
    corridor_id="sea",
    one_way_t_per_year=638_750.0,
    joint_t_per_year=1_277_500.0,
    low_t_per_year=1_277_500.0,
    by_kind_t_per_year={
        "infrastructure": 2_190_000.0,
        "reserve": 2_190_000.0,
        "fleet": 1_277_500.0,
        "acceptance": None,
    },
    # half containers, half grain: 1 / (0.5 / 1600 + 0.5 / 3600)
    net_t_per_train=28_800.0 / 13.0,
    cut=frozenset({"service:crossing"}),
    rungs=(
        Rung(frozenset({"service:crossing"}), 1_277_500.0, 2_190_000.0),
        Rung(frozenset({"port:APO:ferry"}), 2_190_000.0, 2_920_000.0),
    ),
    merits=(Merit("third_ferry", 638_750.0, 20.0, 20.0, 20.0, 1),),
    sequence=((("third_ferry",), 1_916_250.0, 20.0),),
)
CORRIDORS = {each.corridor_id: each for each in (STEPPE, SEA)}
