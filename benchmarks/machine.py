"""What figures were measured on: no name or path of the machine."""

import hashlib
import os
import platform
from pathlib import Path

ROOT = Path(__file__).parents[1]


def machine_line() -> str:
    """Return processor and how many of it there are, Python, and what is locked."""
    return (
        f"{_processor()}, {os.cpu_count()} of it; "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"{platform.system()}; requirements/dev.txt {lock_hash()}"
    )


def lock_hash() -> str:
    """Return the first digits of the hash of what is installed."""
    lock = (ROOT / "requirements" / "dev.txt").read_bytes()
    return hashlib.sha256(lock).hexdigest()[:12]


def _processor() -> str:
    """Return the processor's model, where the system tells it."""
    told = Path("/proc/cpuinfo")
    for line in told.read_text("utf-8").splitlines() if told.exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
