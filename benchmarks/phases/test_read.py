"""Models from folders and workbooks, cell for cell beside pandas."""

import pytest
from benchmarks.peers.tables import reading

EACH = pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
SUBJECTS = pytest.mark.parametrize("subject", ["corridor-small", "caspian"])


@EACH
@SUBJECTS
def test_ours_and_the_peers_cells_are_the_same(hold, form, subject):
    hold(reading(form), subject)


@EACH
@SUBJECTS
@pytest.mark.parametrize("by", ["ours", "theirs"])
def test_read(time_it, form, subject, by):
    time_it(reading(form), subject, by)
