"""Processes from start to end: they run, and their own memory is what is told."""

import sys

import pytest
from benchmarks import first_call, processes

HELD_MB = 200
HOLD = f"held = bytes(1) * ({HELD_MB} << 20); held = bytearray(held)"
QUICK = {
    "import bereket",
    "bereket --help",
    "bereket check, teaching",
    "bereket route, caspian",
    "read corridor-large",
    "read and compile corridor-large",
}


@pytest.mark.parametrize(
    ("name", "run"), [each[:2] for each in first_call.CASES if each[0] in QUICK]
)
def test_first_call(benchmark, name, run):
    taken = benchmark.pedantic(run, rounds=1)
    benchmark.extra_info.update(taken._asdict(), name=name)
    assert taken.wall_s > 0


def test_kernels_are_compiled_into_an_empty_folder(tmp_path):
    import_kernel = (
        "from benchmarks.peers.paths import our_tree; our_tree('grid-small')()"
    )
    command = [sys.executable, "-c", import_kernel]
    processes.measured(command, **{first_call.KERNELS: str(tmp_path)})
    assert list(tmp_path.glob("kernels-*/**/*.nbi"))


def test_the_memory_told_is_that_of_the_process_alone():
    own = bytearray(HELD_MB << 20)  # a child that parts from us would count this
    small = processes.measured([sys.executable, "-c", "pass"])
    large = processes.measured([sys.executable, "-c", HOLD])
    assert len(own) == HELD_MB << 20
    assert small.peak_mb < HELD_MB / 4
    assert HELD_MB <= large.peak_mb - small.peak_mb < 3 * HELD_MB


def test_a_process_that_fails_is_told_with_what_it_said():
    with pytest.raises(RuntimeError, match=r"ended with 1.*no such thing"):
        processes.measured([sys.executable, "-c", "raise SystemExit('no such thing')"])
