"""Every folder under models/ is sound; a new one is under test by being there."""

from pathlib import Path

import pytest

from bereket import check
from bereket.model.package import FILE_NAME

MODELS = Path(__file__).resolve().parents[2] / "models"
FOLDERS = sorted(path.name for path in MODELS.iterdir() if path.is_dir())


def test_the_teaching_model_and_the_reference_are_there():
    assert {"caspian", "teaching"} <= set(FOLDERS)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_model_has_no_fault_and_says_what_it_is(name):
    assert check(MODELS / name).faults == ()
    assert (MODELS / name / FILE_NAME).is_file()
    assert (MODELS / name / "README.md").is_file()
