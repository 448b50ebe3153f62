import os

import pytest
from benchmarks.subjects import SUBJECTS


@pytest.fixture
def network(request):
    """A subject by name; one whose data are absent is skipped, if it may be."""
    try:
        return SUBJECTS[request.param]()
    except FileNotFoundError as fault:
        if "BEREKET_SHARED" in os.environ:
            raise
        pytest.skip(str(fault))
