"""Fixtures and settings that every test shares."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# Same examples on every run, and no deadline: the first call of a kernel compiles it.
settings.register_profile("house", derandomize=True, deadline=None, print_blob=True)
# For a longer look by hand: HYPOTHESIS_PROFILE=search make test
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many tests were skipped, also when none was."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    terminalreporter.write_line(f"tests skipped: {skipped}")


@pytest.fixture(scope="session")
def root() -> Path:
    """Root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the open data that is no part of the tree; its absence skips the test.

    Where BEREKET_SHARED is set, a missing folder or file is a failure.
    """
    told = os.environ.get("BEREKET_SHARED")
    folder = (ROOT / (told or "../shared")).resolve()
    if folder.is_dir():
        return folder
    if told:
        pytest.fail(f"BEREKET_SHARED is {told!r}, which is no folder")
    pytest.skip("needs the open data of ../shared, or of BEREKET_SHARED")


@pytest.fixture(scope="session")
def teaching() -> Path:
    """Model folder whose answers one can add up in the head."""
    return ROOT / "models" / "teaching"


@pytest.fixture(scope="session")
def caspian() -> Path:
    """Folder of the reference model."""
    return ROOT / "models" / "caspian"
