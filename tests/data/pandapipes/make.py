"""Make the known answers of pandapipes on single pipes and on a chain with stations.

Run it in a throw-away environment with pandapipes 0.16, never in that of the project::

    python make.py OUTPUT_FOLDER

Two files come out:

pipes.csv
    The pressure at the end of one pipe, by setting, diameter, length and flow.
chain.csv
    The pressures along a chain: a pipe with two stations that restore 75 bar, then two
    strings of a narrower one, what the first burned taken out between them.

The settings differ in what pandapipes is told:

same
    The physics of bereket: Z is 0.9 throughout; the gas has 0.6 of the density of air,
    and hardly any viscosity, so that nothing is added to the friction of a rough pipe,
    and the roughness is the one at which that is Weymouth's.
methane
    pandapipes' own methane, whose Z falls with the pressure, and its own viscosity, in
    twenty sections; the same roughness.
colebrook
    That methane with friction after Colebrook and a roughness of 0.03 mm, which norms
    of trunk pipelines take.

Mass flows are those of a gas with the density of the setting, counted at 20 °C and
101.325 kPa; pandapipes counts pressures from the ambient one, which is added back.
"""

from __future__ import annotations

import argparse
import csv
import math
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import pandapipes

AMBIENT_BAR = 1.01325
AMBIENT_PA = 101_325.0
NORMAL_K = 273.15
BASE_K = 293.15
TEMPERATURE_K = 288.15
R = 8.314462618
AIR_KG_PER_MOL = 0.0289647
GRAVITY = 0.6
Z = 0.9
HARDLY_VISCOUS = 1e-12
SECTIONS = 20
ROUGHNESS_MM = 0.03
PIPES = [  # length km, inner diameter mm, flow mcm/day, inlet bar
    (50.0, 300.0, 1.8, 55.0),
    (100.0, 500.0, 5.0, 55.0),
    (100.0, 800.0, 20.0, 75.0),
    (100.0, 1000.0, 40.0, 75.0),
    (100.0, 1000.0, 55.0, 75.0),
    (150.0, 1200.0, 60.0, 75.0),
    (120.0, 1400.0, 100.0, 75.0),
    (120.0, 1400.0, 100.0, 100.0),
]
FIRST = (150.0, 1000.0)  # km between stations, mm
SECOND = (180.0, 800.0)
CHAIN_BAR = 75.0
CHAIN_FLOW = 34.0
BURNED = 0.02
TIGHT = {"tol_p": 1e-11, "tol_m": 1e-11, "tol_res": 1e-9, "max_iter_hyd": 100}


def roughness_mm(diameter_mm: float) -> float:
    """Give the roughness at which a rough pipe has Weymouth's friction."""
    friction = 0.09407 / diameter_mm ** (1 / 3)
    return diameter_mm / 10 ** ((1 / math.sqrt(friction) - 1.14) / 2)


def network(setting: str) -> pandapipes.pandapipesNet:
    """Give an empty network with the gas of a setting."""
    if setting != "same":
        return pandapipes.create_empty_network(fluid="methane")
    density = AMBIENT_PA * GRAVITY * AIR_KG_PER_MOL / (R * NORMAL_K)
    gas = pandapipes.create_constant_fluid(
        name="gas",
        fluid_type="gas",
        density=density,
        viscosity=HARDLY_VISCOUS,
        compressibility=Z,
        der_compressibility=0.0,
        heat_capacity=2200.0,
        molar_mass=GRAVITY * AIR_KG_PER_MOL * 1000,
    )
    return pandapipes.create_empty_network(fluid=gas)


def density_at_0(net: pandapipes.pandapipesNet) -> float:
    """Give the density that pandapipes takes at 0 °C and 101.325 kPa [kg/m3]."""
    return float(pandapipes.get_fluid(net).get_density(NORMAL_K))


def kg_per_s(net: pandapipes.pandapipesNet, flow_mcm_per_day: float) -> float:
    """Give a flow by weight; an ideal gas at base conditions."""
    return flow_mcm_per_day * 1e6 / 86_400 * density_at_0(net) * NORMAL_K / BASE_K


def junction(net: pandapipes.pandapipesNet, bar: float = 50.0) -> int:
    """Add a place."""
    return pandapipes.create_junction(
        net, pn_bar=bar - AMBIENT_BAR, tfluid_k=TEMPERATURE_K
    )


def pipe(
    net: pandapipes.pandapipesNet,
    ends: tuple[int, int],
    shape: tuple[float, float],
    setting: str,
) -> None:
    """Add a pipe of a length and a diameter."""
    length_km, diameter_mm = shape
    rough = ROUGHNESS_MM if setting == "colebrook" else roughness_mm(diameter_mm)
    pandapipes.create_pipe_from_parameters(
        net,
        *ends,
        length_km=length_km,
        inner_diameter_mm=diameter_mm,
        k_mm=rough,
        sections=1 if setting == "same" else SECTIONS,
    )


def run(net: pandapipes.pandapipesNet, setting: str) -> None:
    """Solve the network tightly."""
    model = "colebrook" if setting == "colebrook" else "nikuradse"
    pandapipes.pipeflow(
        net, friction_model=model, mode="hydraulics", max_iter_colebrook=100, **TIGHT
    )


def single(setting: str, case: tuple[float, float, float, float]) -> dict[str, object]:
    """Solve one pipe."""
    length_km, diameter_mm, flow, inlet_bar = case
    net = network(setting)
    start, end = junction(net, inlet_bar), junction(net)
    pandapipes.create_ext_grid(
        net, start, p_bar=inlet_bar - AMBIENT_BAR, t_k=TEMPERATURE_K
    )
    pipe(net, (start, end), (length_km, diameter_mm), setting)
    pandapipes.create_sink(net, end, mdot_kg_per_s=kg_per_s(net, flow))
    run(net, setting)
    density = density_at_0(net)
    return {
        "setting": setting,
        "length_km": length_km,
        "diameter_mm": diameter_mm,
        "flow_mcm_per_day": flow,
        "inlet_bar": inlet_bar,
        "outlet_bar": float(net.res_junction.p_bar[end]) + AMBIENT_BAR,
        "friction": float(net.res_pipe["lambda"][0]),
        "reynolds": float(net.res_pipe.reynolds[0]),
        "density_kg_per_m3": density,
        "gravity": density * R * NORMAL_K / (AMBIENT_PA * AIR_KG_PER_MOL),
    }


def chain() -> list[dict[str, object]]:
    """Solve the chain with the physics of bereket."""
    net = network("same")
    inlet, middle, lifted, meeting, end = (junction(net, CHAIN_BAR) for _ in range(5))
    grid_bar = CHAIN_BAR - AMBIENT_BAR
    pandapipes.create_ext_grid(net, inlet, p_bar=grid_bar, t_k=TEMPERATURE_K)
    pipe(net, (inlet, middle), FIRST, "same")
    pandapipes.create_pressure_control(
        net, middle, lifted, lifted, controlled_p_bar=grid_bar
    )
    pipe(net, (lifted, meeting), FIRST, "same")
    for _ in range(2):
        pipe(net, (meeting, end), SECOND, "same")
    sent = kg_per_s(net, CHAIN_FLOW)
    pandapipes.create_sink(net, meeting, mdot_kg_per_s=BURNED * sent)
    pandapipes.create_sink(net, end, mdot_kg_per_s=(1 - BURNED) * sent)
    run(net, "same")
    places = {
        "inlet": (inlet, 0.0),
        "station_in": (middle, FIRST[0]),
        "station_out": (lifted, FIRST[0]),
        "meeting": (meeting, 2 * FIRST[0]),
        "end": (end, 2 * FIRST[0] + SECOND[0]),
    }
    return [
        {
            "place": name,
            "km": km,
            "pressure_bar": float(net.res_junction.p_bar[at]) + AMBIENT_BAR,
        }
        for name, (at, km) in places.items()
    ]


def write(path: Path, rows: list[dict[str, object]]) -> None:
    """Write rows as a CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Solve all cases and write the two files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path, help="where the two files go")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    settings = "same", "methane", "colebrook"
    found = [single(setting, case) for setting in settings for case in PIPES]
    write(folder / "pipes.csv", found)
    write(folder / "chain.csv", chain())
    used = ", ".join(
        f"{name} {version(name)}" for name in ("pandapipes", "numpy", "scipy")
    )
    sys.stdout.write(f"Python {platform.python_version()}, {used}\n")


if __name__ == "__main__":
    main()
