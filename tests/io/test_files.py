"""Files are read inside the folder only, and written whole or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bereket import BereketError
from bereket.io import files
from bereket.io.files import FileFaultError, decode, read_text, write_files

OLD = {"a.csv": "old a\n", "b.csv": "old b\n", "c.csv": "old c\n"}
NEW = {"a.csv": "new a\n", "b.csv": "new b\n", "c.csv": "new c\n", "d.csv": "new d\n"}


@pytest.fixture
def folder(tmp_path):
    target = tmp_path / "model"
    write_files(target, OLD)
    return target


def texts(folder):
    return {p.name: p.read_text("utf-8") for p in folder.iterdir()}


def test_files_are_written_into_a_folder_that_is_made(tmp_path):
    write_files(tmp_path / "a" / "b", OLD)
    assert texts(tmp_path / "a" / "b") == OLD


def test_files_replace_the_old_ones_and_leave_others(folder):
    write_files(folder, {"a.csv": "new a\n"})
    assert texts(folder) == OLD | {"a.csv": "new a\n"}


def test_line_ends_and_letters_are_written_as_they_are(folder):
    write_files(folder, {"a.csv": "Türkiye\r\nЮлдиз\n"})
    assert (folder / "a.csv").read_bytes() == "Türkiye\r\nЮлдиз\n".encode()


def test_written_files_can_be_read_by_others(folder):
    assert (folder / "a.csv").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("nth", [1, 2, 4])
def test_a_failure_while_a_text_is_written_leaves_the_old_files(
    folder, monkeypatch, nth
):
    opened = []
    plain_write = Path.write_bytes

    def write_or_fail(path, content):
        opened.append(path)
        plain_write(path, content[: len(content) // 2])
        if len(opened) == nth:
            raise OSError(28, "No space left on device")
        return plain_write(path, content)

    monkeypatch.setattr(files.Path, "write_bytes", write_or_fail)
    with pytest.raises(OSError, match="No space left"):
        write_files(folder, NEW)
    assert len(opened) == nth
    assert texts(folder) == OLD


@pytest.mark.parametrize("nth", [1, 2, 4])
def test_a_failure_while_names_are_changed_leaves_the_old_files(
    folder, monkeypatch, nth
):
    replaced = []
    plain_replace = Path.replace

    def replace_or_fail(path, target):
        replaced.append(target)
        if len(replaced) == nth:
            raise PermissionError(13, "Permission denied")
        return plain_replace(path, target)

    monkeypatch.setattr(Path, "replace", replace_or_fail)
    with pytest.raises(PermissionError):
        write_files(folder, NEW)
    assert texts(folder) == OLD


def test_a_folder_in_the_place_of_a_file_leaves_the_old_files(folder):
    (folder / "d.csv").mkdir()
    with pytest.raises(OSError, match=r"d\.csv|irectory"):
        write_files(folder, NEW)
    (folder / "d.csv").rmdir()
    assert texts(folder) == OLD


def test_a_text_that_has_no_utf8_leaves_the_old_files(folder):
    with pytest.raises(UnicodeEncodeError):
        write_files(folder, {"a.csv": "new a\n", "b.csv": "\ud800"})
    assert texts(folder) == OLD


def test_no_temporary_file_is_left(folder):
    write_files(folder, NEW)
    assert texts(folder) == NEW


# --- reading -----------------------------------------------------------------


def test_a_text_is_read_without_its_byte_order_mark(folder):
    (folder / "a.csv").write_bytes(b"\xef\xbb\xbfnode_id,name\n")
    assert read_text(folder, "a.csv") == "node_id,name\n"


def test_a_path_out_of_the_folder_is_refused(folder):
    (folder.parent / "secret.csv").write_text("secret")
    with pytest.raises(FileFaultError, match="out of the folder"):
        read_text(folder, "../secret.csv")


def test_an_absolute_path_is_refused(folder):
    secret = folder.parent / "secret.csv"
    secret.write_text("secret")
    with pytest.raises(FileFaultError, match="out of the folder"):
        read_text(folder, str(secret))


def test_a_symbolic_link_out_of_the_folder_is_refused(folder):
    secret = folder.parent / "secret.csv"
    secret.write_text("secret")
    (folder / "link.csv").symlink_to(secret)
    with pytest.raises(FileFaultError, match="out of the folder"):
        read_text(folder, "link.csv")


def test_a_folder_whose_name_begins_alike_is_outside(folder):
    sister = folder.parent / "model2"
    sister.mkdir()
    (sister / "a.csv").write_text("secret")
    (folder / "link.csv").symlink_to(sister / "a.csv")
    with pytest.raises(FileFaultError, match="out of the folder"):
        read_text(folder, "link.csv")


def test_a_symbolic_link_within_the_folder_is_followed(folder):
    (folder / "link.csv").symlink_to("a.csv")
    assert read_text(folder, "link.csv") == "old a\n"


def test_a_folder_that_is_a_symbolic_link_is_read(folder):
    other = folder.parent / "other"
    other.symlink_to(folder)
    assert read_text(other, "a.csv") == "old a\n"


def test_a_symbolic_link_to_itself_is_refused(folder):
    (folder / "link.csv").symlink_to("link.csv")
    with pytest.raises(FileFaultError):
        read_text(folder, "link.csv")


def test_a_symbolic_link_to_nothing_is_refused(folder):
    (folder / "link.csv").symlink_to("gone.csv")
    with pytest.raises(FileFaultError, match="no plain file"):
        read_text(folder, "link.csv")


def test_what_is_no_plain_file_is_refused(folder):
    (folder / "sub").mkdir()
    os.mkfifo(folder / "pipe.csv")
    for name in ("sub", "pipe.csv", "gone.csv", ""):
        with pytest.raises(FileFaultError, match="no plain file"):
            read_text(folder, name)


def test_a_file_that_is_too_large_is_refused_unread(folder, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE_BYTES", 5)
    with pytest.raises(FileFaultError, match="more than"):
        read_text(folder, "a.csv")  # six bytes


def test_a_file_that_may_not_be_read_is_refused(folder, monkeypatch):
    def deny(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", deny)
    with pytest.raises(FileFaultError):
        read_text(folder, "a.csv")


def test_bytes_that_are_no_text_are_named_as_such():
    with pytest.raises(FileFaultError, match="no text"):
        decode(b"PK\x03\x04\x00\x00")


@pytest.mark.parametrize("line", [1, 2, 7])
def test_a_byte_that_is_not_utf8_is_named_with_its_line(line):
    cyrillic = "Юлдиз".encode("cp1251")
    raw = b"node_id\n" * (line - 1) + cyrillic + b"\nnode_id\n"
    with pytest.raises(
        FileFaultError, match=f"a byte in line {line} that is not UTF-8"
    ):
        decode(raw)


def test_a_file_fault_is_an_error_of_ours():
    assert issubclass(FileFaultError, BereketError)


def test_a_pipe_is_never_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BereketError, match="no plain file"):
        files.write_files(tmp_path, {"pipe": "text"})
    assert (tmp_path / "pipe").is_fifo()


def test_a_name_is_never_without_a_file_though_the_process_is_killed(folder):
    # Killed in the middle of the exchange: every old name still holds a whole file.
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from bereket.io.files import write_files\n"
        "plain, count = Path.replace, []\n"
        "def replace(path, target):\n"
        "    count.append(1)\n"
        "    if len(count) == 2:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return plain(path, target)\n"
        "Path.replace = replace\n"
        f"write_files(Path({str(folder)!r}), {NEW!r})\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False)
    assert ended.returncode == -signal.SIGKILL
    left = {p.name: p.read_text("utf-8") for p in folder.iterdir() if p.is_file()}
    for name, old in OLD.items():
        assert left[name] in (old, NEW[name])


def test_who_may_read_a_file_stays_as_it_is(folder):
    (folder / "a.csv").chmod(0o600)
    write_files(folder, NEW)
    assert (folder / "a.csv").stat().st_mode & 0o777 == 0o600
