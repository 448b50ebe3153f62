"""Small years of gas and power drawn at random, with a row of every kind in each."""

import numpy as np
from tests.analysis.energy_models import by_month, by_week, gas_load, power_load

ISO3 = "AAA", "BBB", "CCC"


def drawn_tables(seed):
    """Return tables of three countries, each with two zones or nodes more or less.

    Whatever is drawn there is an answer: what must run is not tied to gas or water.
    """
    rng, hands = np.random.default_rng(seed), np.random.default_rng((seed, 1))

    def some(low, high):
        return round(float(rng.uniform(low, high)), 4)

    zones, nodes = ("za", "zb", "zc", "zd"), ("ga", "gb", "gc", "gd")
    last = ISO3[rng.integers(3)]  # the fourth zone and node are of any country
    homes = (*ISO3, last)
    pairs = [(0, 1), (1, 2), (2, 3), (0, 2), (3, 0)]
    return {
        "bus": places("bus_id", zones, homes),
        "gas_node": places("gas_node_id", nodes, homes),
        "profile": [
            *by_week("wind", some(0, 1), some(0, 1)),
            *by_week("load", some(0.5, 2), some(0.5, 2)),
            *by_week("water", some(0, 2), some(0.5, 2)),
            *by_month("cold", rng.uniform(0.4, 2.0, 12).round(4)),
        ],
        "power_line": [
            {
                "power_line_id": f"l{one}{other}",
                "bus0": zones[one],
                "bus1": zones[other],
                "p_nom": some(0, 60),
                "p_min_pu": -some(0, 1) if rng.random() < 0.7 else 0.0,
                "p_max_pu": some(0.7, 1),
                "efficiency": some(0.9, 1),
                "marginal_cost": some(0, 3),
            }
            for one, other in pairs
        ],
        "power_plant": [row for zone in zones for row in drawn_plants(zone, some)],
        "power_load": [
            *(
                power_load(f"d{zone}", zone, some(30, 110), some(500, 1500), **shape)
                for zone, shape in zip(
                    zones, ({"profile_id": "load"}, {}) * 2, strict=True
                )
            ),
            power_load("x", zones[rng.integers(4)], some(10, 40), 45.0, kind="export"),
        ],
        "gas_field": [
            {
                "gas_field_id": f"f{node}",
                "bus": node,
                "p_nom": some(1, 12),
                "p_max_pu": some(0.8, 1),
                "p_min_pu": some(0, 0.6) if rng.random() < 0.5 else 0.0,
                "marginal_cost": some(1e4, 1.5e5),
            }
            for node in nodes
        ],
        "gas_pipe": [
            {
                "gas_pipe_id": f"p{one}{other}",
                "bus0": nodes[one],
                "bus1": nodes[other],
                "p_nom": some(0, 6),
                "p_min_pu": -some(0, 1) if rng.random() < 0.5 else 0.0,
                "efficiency": some(0.95, 1),
                "marginal_cost": some(0, 5e3),
            }
            for one, other in pairs
        ],
        "gas_load": [
            *(
                gas_load(f"d{node}", node, some(2, 8), some(4e5, 2e6), **shape)
                for node, shape in zip(
                    nodes, ({"profile_id": "cold"}, {}) * 2, strict=True
                )
            ),
            gas_load("x", nodes[rng.integers(4)], some(1, 4), 3e5, kind="export"),
        ],
        "gas_storage": [
            {
                "gas_storage_id": "s",
                "bus": nodes[rng.integers(4)],
                "p_nom": some(0.5, 4),
                "e_nom": some(50, 600),
                "efficiency_store": some(0.8, 1),
            }
        ],
        "gas_contract": [
            {
                "gas_contract_id": f"k{seller}{buyer}",
                "seller_iso3": ISO3[seller],
                "buyer_iso3": ISO3[buyer],
                "bus": nodes[hands.integers(4)],
                "p_nom": some(0, 4),
                "p_min_pu": some(0, 1) if rng.random() < 0.6 else 0.0,
                "p_max_pu": some(1, 1.5),
                "price_usd_per_mcm": some(5e4, 2e5),
            }
            for seller, buyer in ((0, 1), (1, 2), (2, 0))
        ],
        "gas_swap": [
            {
                "gas_swap_id": "w",
                "seller_iso3": "AAA",
                "bus0": "gb",
                "bus1": "gc",
                "p_nom": some(0, 3),
                "fee_share": some(0, 0.3),
                "fee_usd_per_mcm": some(0, 2e4),
                "price_usd_per_mcm": some(5e4, 2e5),
            }
        ],
    }


def places(key, names, homes):
    rows = zip(names, homes, strict=True)
    return [{key: name, "country_iso3": iso3} for name, iso3 in rows]


def drawn_plants(zone, some):
    """Return a plant of each kind in a zone: hydro by week, oil by year, and others."""
    kinds = {
        "coal": {"fuel_cost": some(5, 25), "efficiency": 0.35, "p_min_pu": some(0, 1)},
        "gas": {"gas_node_id": f"g{zone[1]}", "efficiency": some(0.3, 0.6)},
        "oil": {"fuel_cost": 30.0, "efficiency": 0.3, "e_sum_max": some(2e4, 1e5)},
        "hydro": {"profile_id": "water", "e_sum_max": some(2e4, 2e5)},
        "wind": {"profile_id": "wind"},
    }
    return [
        {
            "power_plant_id": f"{zone}_{carrier}",
            "bus": zone,
            "carrier": carrier,
            "p_nom": some(5, 60),
            "p_max_pu": some(0.6, 1),
            "marginal_cost": some(0, 8),
            **more,
        }
        for carrier, more in kinds.items()
    ]
