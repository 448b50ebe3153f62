"""Gas in one pipe: a book's figure, the integrated momentum, and pandapipes."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from scipy.integrate import solve_ivp

from bereket.compiled.weymouth import (
    Gas,
    Stretch,
    compressor_power_mw,
    largest_flow,
    resistance,
    walk,
    weymouth_friction,
)

BOOK = 3e-3  # relative: the book's constant is rounded by 0.1 per cent, its answer too
INTEGRATED = 1e-8  # relative: the integrator is asked for 1e-11
ORACLE = 1e-9  # relative: pandapipes' Newton is stopped at 1e-11
INCH_MM, MILE_KM, PSI_BAR, FOOT_M = 25.4, 1.609344, 0.0689475729, 0.3048
SHAPES = [  # km, mm, mcm/day, bar
    (100.0, 500.0, 5.0, 55.0),
    (100.0, 1000.0, 55.0, 75.0),
    (120.0, 1400.0, 100.0, 100.0),
]


def outlet_bar(gas, length_km, diameter_mm, flow, inlet_bar):
    fall = resistance(gas, length_km, diameter_mm)
    (passage,) = walk((Stretch(fall, inlet_bar),), inlet_bar, flow, 1.0)
    return passage.ends_bar


# --- books ---------------------------------------------------------------------


def test_the_pipe_of_crane_carries_what_the_book_says():
    """Crane, TP-410 (2009), example 7-18: 105.1 million standard cubic feet a day.

    Schedule 20 pipe of 14 inch (13.376 inside), 100 miles, from 1300 to 300 psia at
    40 °F; 75 per cent methane, 21 ethane, 4 propane; Z is left out (1); counted at
    60 °F and 14.7 psia. The answer is that of the book by Weymouth's equation without
    an efficiency, as quoted in the solved problems of the package fluids.
    """
    molar_mass = 0.75 * 16.0425 + 0.21 * 30.0690 + 0.04 * 44.0956
    gas = Gas(
        gravity=molar_mass / 28.9647,
        temperature_k=(40 - 32) / 1.8 + 273.15,
        compressibility=1.0,
        base_temperature_k=(60 - 32) / 1.8 + 273.15,
        base_pressure_bar=14.7 * PSI_BAR,
    )
    fall = resistance(gas, 100 * MILE_KM, 13.376 * INCH_MM)
    inlet, outlet = 1300 * PSI_BAR, 300 * PSI_BAR
    found = largest_flow((Stretch(fall, inlet),), inlet, outlet, 1.0)
    assert found / FOOT_M**3 == pytest.approx(105.1, rel=BOOK)


@pytest.mark.parametrize(("length_km", "diameter_mm", "flow", "inlet_bar"), SHAPES)
def test_the_equation_is_that_of_menon(length_km, diameter_mm, flow, inlet_bar):
    """Q = 3.7435e-3 (Tb/Pb) sqrt((P1² - P2²) / (G Tf L Z)) D^2.667; m3/day, kPa, km."""
    gas = Gas()
    found = outlet_bar(gas, length_km, diameter_mm, flow, inlet_bar)
    squares = (100 * inlet_bar) ** 2 - (100 * found) ** 2
    conditions = gas.gravity * gas.temperature_k * length_km * gas.compressibility
    base = gas.base_temperature_k / (100 * gas.base_pressure_bar)
    told = 3.7435e-3 * base * math.sqrt(squares / conditions) * diameter_mm ** (8 / 3)
    assert told == pytest.approx(1e6 * flow, rel=BOOK)


def test_the_friction_is_weymouths_in_inches():
    """0.032 over the cube root of the diameter in inches."""
    for inches in (2, 12, 40, 56):
        told = 0.032 / inches ** (1 / 3)
        assert weymouth_friction(inches * INCH_MM) == pytest.approx(told, rel=1e-4)


def test_power_is_that_of_menon():
    """4.0639 g/(g-1) Q T Z/e ((p2/p1)^((g-1)/g) - 1) kW, Q at 15 °C and 101 kPa."""
    gas = Gas(base_temperature_k=288.15, base_pressure_bar=1.01)
    head = 1.3 / 0.3 * (1.4 ** (0.3 / 1.3) - 1)
    told = 4.0639 * head * 30.0 * 288.15 * 0.9 / 0.8 / 1000
    found = compressor_power_mw(gas, 30.0, 50.0, 70.0, 0.8)
    assert found == pytest.approx(told, rel=BOOK)


# --- the momentum, integrated ----------------------------------------------------


def integrated(gas, length_km, diameter_mm, flow, inlet_bar, *, speeds_up):
    """Integrate dp/dx = -f/(2D) rho v²; with the change of speed where asked."""
    diameter = diameter_mm / 1000
    constant = 8.314462618 / (0.0289647 * gas.gravity)
    base_density = gas.base_pressure_bar * 1e5 / (constant * gas.base_temperature_k)
    mass = base_density * flow * 1e6 / 86_400
    per_area = mass / (math.pi * diameter**2 / 4)
    friction = 0.09407 / (1000 * diameter) ** (1 / 3)

    def slope(_, pressure):
        density = pressure / (gas.compressibility * constant * gas.temperature_k)
        speed = per_area / density
        falls = -friction / (2 * diameter) * density * speed**2
        return falls / (1 - per_area * speed / pressure) if speeds_up else falls

    span = (0.0, 1000 * length_km)
    found = solve_ivp(slope, span, [inlet_bar * 1e5], rtol=1e-11, atol=1e-3)
    return float(found.y[0, -1]) / 1e5


@pytest.mark.parametrize("shape", SHAPES)
def test_the_outlet_is_that_of_the_integrated_momentum(shape):
    gas = Gas()
    told = integrated(gas, *shape, speeds_up=False)
    assert outlet_bar(gas, *shape) == pytest.approx(told, rel=INTEGRATED)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_change_of_speed_hardly_matters_in_a_trunk_pipe(shape):
    """What is left out takes less than two thousandths of the pressure at the end."""
    gas = Gas()
    told, found = integrated(gas, *shape, speeds_up=True), outlet_bar(gas, *shape)
    assert told < found < told * 1.002


# --- pandapipes --------------------------------------------------------------------


@pytest.fixture(scope="module")
def pipes(root):
    found = pd.read_csv(root / "tests" / "data" / "pandapipes" / "pipes.csv")
    return dict(list(found.groupby("setting")))


def compared(case, **more):
    gas = replace(Gas(gravity=case.gravity), **more)
    found = outlet_bar(
        gas, case.length_km, case.diameter_mm, case.flow_mcm_per_day, case.inlet_bar
    )
    return found / case.outlet_bar


def mean_bar(case):
    """Return the mean pressure along a pipe whose square falls evenly."""
    start, end = case.inlet_bar, case.outlet_bar
    return 2 / 3 * (start**3 - end**3) / (start**2 - end**2)


def test_a_pipe_of_the_same_physics_ends_where_pandapipes_says(pipes):
    for case in pipes["same"].itertuples():
        assert weymouth_friction(case.diameter_mm) == pytest.approx(case.friction)
        assert compared(case) == pytest.approx(1.0, rel=ORACLE)


def test_methane_ends_where_pandapipes_says_once_z_is_that_of_the_mean_pressure(pipes):
    """Its Z is 1 - 0.0022 p; what is left is the curve, and 64/Re in its friction."""
    for case in pipes["methane"].itertuples():
        factor = 1 - 0.0022 * mean_bar(case)
        assert compared(case, compressibility=factor) == pytest.approx(1.0, rel=5e-4)


def test_a_z_of_nine_tenths_is_on_the_safe_side_at_trunk_pressures(pipes):
    """At 55 to 100 bar Z is less: 0.2 to 4 per cent more pressure would arrive."""
    found = [compared(case) for case in pipes["methane"].itertuples()]
    assert all(0.96 < each < 0.998 for each in found)


def test_friction_after_colebrook_is_less_in_narrow_pipes_and_more_in_wide_ones(pipes):
    """With a roughness of 0.03 mm; flow goes with the root of it."""
    excess = {
        case.diameter_mm: case.friction / weymouth_friction(case.diameter_mm) - 1
        for case in pipes["colebrook"].itertuples()
    }
    assert list(excess.values()) == sorted(excess.values())
    assert excess[300.0] == pytest.approx(-0.124, abs=1e-3)
    assert excess[1400.0] == pytest.approx(0.096, abs=1e-3)
