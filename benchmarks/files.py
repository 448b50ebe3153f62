"""Files of the subjects, written once into a folder that goes when the process ends."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from benchmarks.subjects import MODELS

from bereket import write_model
from bereket.io import form_to_write


@cache
def scratch() -> Path:
    """Return a folder of this process."""
    folder = Path(tempfile.mkdtemp(prefix="bereket-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def written(name: str, form: str) -> Path:
    """Return where a model lies in a format."""
    path = place_for(name, form)
    write_model(MODELS[name](), path, form)
    return path


def place_for(name: str, form: str, by: str = "bereket") -> Path:
    """Return where a model may be written in a format."""
    suffix = form_to_write("", form).suffix
    folder = scratch() / by / form
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}{suffix}"
