"""Waits of berths against printed tables, to every digit printed.

The tables were solved by another program from the same theory, the phase method on a
truncated chain. Planners know them from the UNCTAD handbook, to two digits.
"""

import pytest

from bereket.kernels.queues import mean_waits, utilisation_at

BERTHS = (1, 2, 3, 4, 5, 6, 8)
HALF_A_DIGIT = 0.5000001e-4  # four digits are printed
HALF_A_THOUSANDTH = 0.5000001e-3  # three digits are printed

M_E2 = {
    0.3: (0.3214, 0.0771, 0.0267, 0.0108, 0.0048, 0.0022, 0.0005),
    0.4: (0.5000, 0.1472, 0.0618, 0.0302, 0.0161, 0.0091, 0.0032),
    0.5: (0.7500, 0.2556, 0.1229, 0.0685, 0.0415, 0.0265, 0.0120),
    0.6: (1.1250, 0.4288, 0.2279, 0.1395, 0.0925, 0.0646, 0.0348),
    0.7: (1.7500, 0.7286, 0.4180, 0.2746, 0.1947, 0.1449, 0.0882),
    0.8: (3.0000, 1.3424, 0.8183, 0.5677, 0.4232, 0.3305, 0.2201),
    0.9: (6.7500, 3.2073, 2.0534, 1.4873, 1.1533, 0.9341, 0.6655),
}
E2_E2 = {
    0.3: (0.1310, 0.0235, 0.0062, 0.0019, 0.0007, 0.0002, 0.0000),
    0.4: (0.2355, 0.0576, 0.0205, 0.0085, 0.0039, 0.0019, 0.0005),
    0.5: (0.3904, 0.1181, 0.0511, 0.0257, 0.0141, 0.0082, 0.0031),
    0.6: (0.6306, 0.2226, 0.1107, 0.0638, 0.0399, 0.0263, 0.0127),
    0.7: (1.0391, 0.4125, 0.2275, 0.1442, 0.0988, 0.0712, 0.0408),
    0.8: (1.8653, 0.8127, 0.4849, 0.3301, 0.2418, 0.1858, 0.1200),
    0.9: (4.3590, 2.0478, 1.2994, 0.9340, 0.7193, 0.5789, 0.4077),
}
ERLANG = {0.7: (2.3333, 0.9608, 0.5470, 0.3572, 0.2519, 0.1867, 0.1128)}
OCCUPANCY = {
    ("E2/E2", 0.1): (0.261, 0.475, 0.586, 0.654, 0.701, 0.736),
    ("M/E2", 0.1): (0.118, 0.338, 0.468, 0.552, 0.610, 0.654),
    ("E2/E2", 0.3): (0.447, 0.649, 0.738, 0.789, 0.822, 0.846),
    ("M/E2", 0.3): (0.286, 0.531, 0.646, 0.713, 0.757, 0.789),
    ("E2/E2", 0.5): (0.552, 0.730, 0.804, 0.845, 0.871, 0.889),
    ("M/E2", 0.5): (0.400, 0.630, 0.728, 0.784, 0.819, 0.845),
}


@pytest.mark.parametrize(
    ("queue", "table"), [("M/E2", M_E2), ("E2/E2", E2_E2), ("M/M", ERLANG)]
)
def test_waits_have_every_printed_digit(queue, table):
    for place, berths in enumerate(BERTHS):
        waits, _ = mean_waits(queue, list(table), berths)
        printed = [row[place] for row in table.values()]
        assert waits.tolist() == pytest.approx(printed, rel=0, abs=HALF_A_DIGIT)


@pytest.mark.parametrize(("queue", "ratio"), OCCUPANCY)
def test_occupancies_at_a_wait_have_every_printed_digit(queue, ratio):
    found = [utilisation_at(queue, ratio, berths) for berths in range(1, 7)]
    printed = OCCUPANCY[queue, ratio]
    assert found == pytest.approx(printed, rel=0, abs=HALF_A_THOUSANDTH)


def test_half_the_variance_of_service_takes_a_quarter_off_the_wait_of_one_berth():
    # Pollaczek and Khinchine: (1 + cv^2) / 2 of that of M/M/1, with cv^2 = 1/2.
    (random,), _ = mean_waits("M/M", [0.8], 1)
    (steadier,), _ = mean_waits("M/E2", [0.8], 1)
    assert steadier == pytest.approx(0.75 * random, rel=1e-12)


def test_the_common_approximation_is_as_wrong_as_known():
    # Allen and Cunneen: M/M/n times (cva^2 + cvs^2) / 2, 0.5 for E2/E2. At utilisation
    # 0.5 it gives .5000 .1667 .0435 for 1, 2, 4 berths: 28, 41 and 69 % too much.
    for berths, percent in ((1, 28), (2, 41), (4, 69)):
        (random,), _ = mean_waits("M/M", [0.5], berths)
        (exact,), _ = mean_waits("E2/E2", [0.5], berths)
        assert round(100 * (0.5 * random / exact - 1)) == percent
