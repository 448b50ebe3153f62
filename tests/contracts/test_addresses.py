"""No file of the tree tells of the machine that it was made on."""

import re
import subprocess

# Cut in two, so that this file does not break its own rule.
MACHINE_PATHS = [
    "/wo" + "rk/",
    "/r" + "oot/",
    "/ho" + "me/",
    "/Us" + "ers/",
    "/tm" + "p/",
]
INDEXES = ["pypi.org/" + "simple", "files.python" + "hosted", "index-" + "url"]
# Not after a letter, digit or dot: a path such as docs/home/x is no machine's.
PATH = re.compile(rf"(?<![\w.~-])(?:{'|'.join(map(re.escape, MACHINE_PATHS))})")
ADDRESS = re.compile("|".join(map(re.escape, INDEXES)))


def tracked(root):
    """Yield the name and text of every file that git holds or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=root,
        capture_output=True,
        check=True,
    )
    for name in sorted(filter(None, listed.stdout.decode().split("\0"))):
        path = root / name
        if path.is_file():
            yield name, path.read_bytes().decode("utf-8", errors="ignore")


def lines_with(pattern, root):
    return [
        f"{name}:{number}"
        for name, text in tracked(root)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_holds_a_path_of_a_machine(root):
    assert not lines_with(PATH, root)


def test_no_file_holds_the_address_of_a_package_index(root):
    # The option that keeps the address out of the lock stands where the lock is made.
    makers = ("Makefile:", "CONTRIBUTING.md:")
    found = [
        place for place in lines_with(ADDRESS, root) if not place.startswith(makers)
    ]
    assert not found


def test_every_locked_requirement_has_a_hash_and_no_address(root):
    for lock in sorted((root / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        pins = re.findall(r"^\S+==\S+.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
        assert pins
        assert not [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin]
