"""Phase: write the reference model in each format, and read it."""

import pytest
from benchmarks.alone import CASPIAN

from bereket.io import FORMATS, read_model, write_model


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_write(benchmark, tmp_path, form):
    model = read_model(CASPIAN)
    path = tmp_path / f"caspian{form.suffix}"
    benchmark(write_model, model, path, form.name)
    assert path.exists()


@pytest.mark.parametrize(
    "form", [form for form in FORMATS if form.reader], ids=lambda form: form.name
)
def test_read(benchmark, tmp_path, form):
    model = read_model(CASPIAN)
    path = tmp_path / f"caspian{form.suffix}"
    write_model(model, path, form.name)
    assert benchmark(read_model, path).content_hash == model.content_hash
