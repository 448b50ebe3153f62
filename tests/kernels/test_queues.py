import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import queues as twin

from bereket.kernels import phases, queues

KERNELS = (
    queues.erlang_wait,
    queues.phase_wait,
    phases.fill_rates,
    phases.substitute,
    phases.eliminate,
    phases.add_product,
    phases.top_passage,
    phases.top_level,
    phases.step_down,
)
EXACT = 1e-12  # relative: rounding of some hundred sums of positive numbers
DIGITS = 1e-15  # relative: rounding of a double
PHASES = {"M/M": (1, 1), "M/E2": (1, 2), "E2/E2": (2, 2)}


@pytest.fixture(params=["compiled", "plain"])
def form(request, monkeypatch):
    """Run the kernels compiled, or as written; the plain ones call one another."""
    if request.param == "plain":
        for kernel in KERNELS:
            name = kernel.py_func.__name__
            for module in (queues, phases):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, kernel.py_func)
    return request.param


def rounding(utilisation):
    """Return the relative error that the solutions of two nearly singular systems have.

    Both lose as many digits as 1 / (1 - rho) has.
    """
    return max(EXACT, 10 * DIGITS / (1 - utilisation) ** 2)


def wait(queue, utilisation, servers):
    (found,), status = queues.mean_waits(queue, [utilisation], servers)
    assert status == queues.OK
    return found


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("servers", [1, 2, 3])
@pytest.mark.parametrize("queue", queues.QUEUES)
def test_waits_equal_those_of_the_whole_chain_written_down(queue, servers):
    # At utilisation 0.6 a queue of 90 comes with a chance of 0.6^90 = 1e-20.
    for utilisation in (0.05, 0.6):
        expected = twin.mean_wait(*PHASES[queue], utilisation, servers, servers + 90)
        assert wait(queue, utilisation, servers) == pytest.approx(expected, rel=1e-9)


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("utilisation", [0.01, 0.5, 0.99, 0.99999])
def test_one_server_waits_as_pollaczek_and_khinchine_say(utilisation):
    odds = utilisation / (1 - utilisation)
    assert wait("M/M", utilisation, 1) == pytest.approx(odds, rel=EXACT)
    expected, rel = 0.75 * odds, rounding(utilisation)
    assert wait("M/E2", utilisation, 1) == pytest.approx(expected, rel=rel)


@pytest.mark.usefixtures("form")
def test_one_server_of_e2_arrivals_waits_as_wiener_and_hopf_say():
    # Service less gap, both E2, with rates 2 and r = 2 rho a phase, has the transform
    # (2 / (2 - s))^2 (r / (r + s))^2. It is 1 at four s: 0 and a = 2 - r where
    # (2 - s)(r + s) = 2 r; b > 0 and one below 0 where it is -2 r. The wait has the
    # transform (1 - s/2)^2 / ((1 - s/a)(1 - s/b)), so the mean 1/a + 1/b - 2/2.
    for rho in (0.3, 0.5, 0.9):
        a = 2 * (1 - rho)
        b = (1 - rho) + ((1 - rho) ** 2 + 8 * rho) ** 0.5
        expected = 1 / a + 1 / b - 1
        assert wait("E2/E2", rho, 1) == pytest.approx(expected, rel=1e-11)


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("queue", queues.QUEUES)
def test_servers_that_are_always_busy_make_the_wait_endless(queue):
    waits, status = queues.mean_waits(queue, [0.0, 0.5, 1.0, 1.7], 2)
    assert status == queues.OVERLOADED
    assert waits[0] == 0
    assert 0 < waits[1] < 1
    assert (waits[2:] == np.inf).all()


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("queue", queues.QUEUES)
def test_the_utilisation_at_a_wait_gives_back_that_wait(queue):
    for servers in (1, 3):
        for ratio in (0.001, 0.1, 2.0):
            found = queues.utilisation_at(queue, ratio, servers)
            assert wait(queue, found, servers) == pytest.approx(ratio, rel=1e-10)
    assert queues.utilisation_at(queue, 0.0, 2) == 0


@given(
    st.sampled_from(queues.QUEUES),
    st.floats(1e-6, 0.999),
    st.floats(1e-6, 0.999),
    st.integers(1, 12),
)
def test_more_servers_or_less_work_never_wait_longer(queue, one, other, servers):
    less, more = sorted((one, other))
    slack = 1 + rounding(more)
    assert wait(queue, less, servers) <= wait(queue, more, servers) * slack
    assert wait(queue, more, servers + 1) <= wait(queue, more, servers) * slack


@given(st.floats(1e-6, 0.999), st.integers(1, 12))
def test_steadier_times_never_wait_longer(utilisation, servers):
    slack = 1 + rounding(utilisation)
    steady, half, random = (
        wait(queue, utilisation, servers) for queue in ("E2/E2", "M/E2", "M/M")
    )
    assert steady <= half * slack
    assert half <= random * slack


def test_as_many_servers_as_are_taken_are_solved():
    for queue in ("M/E2", "E2/E2"):
        few = wait(queue, 0.95, queues.MOST_SERVERS - 1)
        assert 0 < wait(queue, 0.95, queues.MOST_SERVERS) < few


def test_a_chain_that_does_not_converge_is_told(monkeypatch):
    for kernel in KERNELS:
        name = kernel.py_func.__name__
        for module in (queues, phases):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, kernel.py_func)
    monkeypatch.setattr(phases, "MOST_STEPS", 1)
    waits, status = queues.mean_waits("M/E2", [0.9], 1)
    assert status == queues.NOT_CONVERGED
    assert np.isnan(waits).all()


@pytest.mark.parametrize(
    ("queue", "utilisation", "servers", "message"),
    [
        ("M/D", 0.5, 1, "queue must be one of M/M, M/E2, E2/E2; found 'M/D'"),
        ("M/M", -0.1, 1, "utilisation must be 0 or more; found"),
        ("M/M", np.nan, 1, "utilisation must be 0 or more; found"),
        ("E2/E2", 0.5, 0, "servers must be 1 or more, at most 100"),
        ("E2/E2", 0.5, 101, "at most 100 where times have phases; found 101"),
    ],
)
def test_a_queue_that_cannot_be_is_refused(queue, utilisation, servers, message):
    with pytest.raises(ValueError, match=message):
        queues.mean_waits(queue, [utilisation], servers)


@pytest.mark.parametrize("ratio", [-0.1, np.inf, np.nan])
def test_a_wait_that_cannot_be_asked_for_is_refused(ratio):
    with pytest.raises(ValueError, match="wait_ratio must be 0 or more; found"):
        queues.utilisation_at("M/M", ratio, 1)


def test_queue_kernels_are_compiled():
    assert wait("M/M", 0.5, 1) == 1.0
    assert wait("M/E2", 0.5, 1) == pytest.approx(0.75, rel=EXACT)
    assert queues.erlang_wait.signatures
    assert queues.phase_wait.signatures
