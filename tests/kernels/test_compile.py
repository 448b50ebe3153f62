import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from bereket.kernels import compile as compiling

# Run kernels; print the counts of the cache and Numba's own setting.
ALL_KERNELS = """
import json, sys
import numba, numpy as np
before = numba.config.CACHE_DIR
from bereket.kernels import paths, ranking
from bereket.kernels.heap import allocate_heap
indptr, cost = np.array([0, 1, 1]), np.array([2.0])
head, tail = np.array([1], np.int32), np.array([0], np.int32)
dist, pred = np.empty(2), np.empty(2, np.int32)
paths.tree(indptr, head, cost, 0, dist, pred, *allocate_heap(2))
paths.walk_back(pred, tail, 0, 1, np.empty(1, np.int32))
state = ranking.allocate(2, 1, 3)
to_target = np.array([2.0, 0.0])
ranking.next_path(indptr, head, tail, cost, to_target, 0, 1, state)
kernels = paths.tree, paths.walk_back, ranking.advance
answer = [dist[1], state.total[0]]
"""
ONE_KERNEL = """
import json, sys
import numba, numpy as np
before = numba.config.CACHE_DIR
from bereket.kernels import paths
answer = [paths.is_priced(np.array([2.0])), paths.is_priced(np.array([-2.0]))]
kernels = [paths.is_priced]
"""
REPORT = """
print(json.dumps({
    "hits": [sum(kernel.stats.cache_hits.values()) for kernel in kernels],
    "misses": [sum(kernel.stats.cache_misses.values()) for kernel in kernels],
    "answer": answer,
    "setting": [before, numba.config.CACHE_DIR],
}))
"""


def run(program, user_cache, **more):
    """Run a program with a user's cache folder of its own."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("NUMBA_")
    }
    source = str(Path(compiling.__file__).parents[2])
    environment |= {
        "LOCALAPPDATA": str(user_cache),
        "XDG_CACHE_HOME": str(user_cache),
        "PYTHONPATH": source,
        **more,
    }
    done = subprocess.run(
        [sys.executable, "-c", program + REPORT],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_second_process_compiles_nothing(tmp_path):
    first = run(ALL_KERNELS, tmp_path)
    assert (first["hits"], first["misses"]) == ([0, 0, 0], [1, 1, 1])
    second = run(ALL_KERNELS, tmp_path)
    assert (second["hits"], second["misses"]) == ([1, 1, 1], [0, 0, 0])
    assert first["answer"] == second["answer"] == [2.0, 2.0]
    (folder,) = (tmp_path / "bereket").iterdir()
    assert folder.name == compiling.cache_folder().name
    assert list(folder.rglob("*.nbi"))


def test_numbas_own_setting_is_left_as_it_was(tmp_path):
    told = run(ONE_KERNEL, tmp_path)
    assert told["setting"] == ["", ""]


def test_a_cache_folder_the_user_has_set_is_the_parent(tmp_path):
    chosen = tmp_path / "chosen"
    told = run(ONE_KERNEL, tmp_path, NUMBA_CACHE_DIR=str(chosen))
    assert told["setting"] == [str(chosen)] * 2
    assert [folder.name for folder in chosen.iterdir()] == [
        compiling.cache_folder().name
    ]


def test_kernels_run_where_the_cache_cannot_be_written(tmp_path):
    no_folder = tmp_path / "file"
    no_folder.touch()
    for _ in range(2):
        told = run(ONE_KERNEL, no_folder)
        assert told["answer"] == [True, False]
        assert told["hits"] == [0]


def test_a_cache_that_cannot_be_written_is_logged(tmp_path, caplog):
    no_folder = tmp_path / "file"
    no_folder.touch()
    with caplog.at_level(logging.WARNING, logger="bereket"):
        assert compiling.writable_folder(no_folder / "kernels") is None
    assert "kernels compile afresh in each process" in caplog.text


def test_the_hash_changes_with_each_byte_and_each_name(tmp_path):
    copy = tmp_path / "kernels"
    kernels = Path(compiling.__file__).parent
    shutil.copytree(kernels, copy, ignore=shutil.ignore_patterns("__pycache__"))
    seen = {compiling.source_hash(copy)}
    assert seen == {compiling.source_hash(kernels)}
    files = sorted(copy.glob("*.py"))
    assert len(files) > 1
    for path in files:
        path.write_bytes(path.read_bytes() + b" ")
        seen.add(compiling.source_hash(copy))
    path.rename(copy / "renamed.py")
    seen.add(compiling.source_hash(copy))
    assert len(seen) == 1 + len(files) + 1


def test_the_cache_folder_is_named_by_the_hash():
    expected = compiling.source_hash(Path(compiling.__file__).parent)
    assert compiling.cache_folder().name == f"kernels-{expected}"


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", ".cache"),
        ("darwin", "XDG_CACHE_HOME", "Library/Caches"),
        ("win32", "LOCALAPPDATA", "AppData/Local"),
    ],
)
def test_the_cache_lies_where_the_system_keeps_caches(
    monkeypatch, tmp_path, platform, variable, expected
):
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert compiling.cache_root() == tmp_path / "bereket"
    monkeypatch.delenv(variable)
    home = Path("~").expanduser()
    assert compiling.cache_root() == home / expected / "bereket"


def test_the_setting_is_put_back_after_a_fault(monkeypatch, tmp_path):
    monkeypatch.setattr(numba.config, "CACHE_DIR", "before")

    def fail():
        assert str(tmp_path) == numba.config.CACHE_DIR
        msg = "stopped"
        raise RuntimeError(msg)

    with pytest.raises(RuntimeError, match="stopped"), compiling.cache_in(tmp_path):
        fail()
    assert numba.config.CACHE_DIR == "before"


def test_a_kernel_keeps_its_plain_form():
    @compiling.kernel
    def double(value: int) -> int:
        return 2 * value

    assert double.py_func(3) == 6
    assert not double.signatures
    assert double(3) == 6
    assert double.signatures
