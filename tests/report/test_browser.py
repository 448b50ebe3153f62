"""The report opened by a browser: it draws every figure and complains of nothing."""

import os
import re
import shutil
import subprocess

import pytest

from bereket import read_model, report_page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PLAIN = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-extensions", "--enable-logging=stderr"),
    "--virtual-time-budget=60000",
)
SECONDS = 180
LARGEST_PAGES = 42  # trade has two sheets, gas and power three and many sources


@pytest.fixture(scope="module")
def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and os.environ.get("BEREKET_SHARED"):
        pytest.fail(f"none of {', '.join(BROWSERS)} is installed; .ci/run installs one")
    if found is None:
        pytest.skip(f"needs a browser: one of {', '.join(BROWSERS)}")
    return found


@pytest.fixture(scope="module")
def report(whole, caspian, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_page(whole, read_model(caspian)), encoding="utf-8")
    return path


def opened(browser, report, *what):
    """Open the report in a browser without any network; return its output."""
    profile = f"--user-data-dir={report.parent / 'profile'}"
    offline = "--proxy-server=127.0.0.1:9"  # nobody listens there
    return subprocess.run(
        [browser, *PLAIN, profile, offline, *what, report.as_uri()],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )


def test_a_browser_draws_every_figure_without_complaint(browser, report):
    found = opened(browser, report, "--dump-dom")
    said = [line for line in found.stderr.splitlines() if "CONSOLE" in line]
    assert not said
    assert 'data-drawn="yes"' in found.stdout
    figures = len(re.findall(r"<figure data-spec=", found.stdout))
    drawn = len(re.findall(r'<svg[^>]* class="marks"', found.stdout))
    assert figures == drawn == 53
    maps = len(re.findall(r'<div class="zoom">', found.stdout))
    assert maps == 8


def test_it_prints_on_a4_sheet_by_sheet(browser, report):
    out = report.with_suffix(".pdf")
    opened(browser, report, f"--print-to-pdf={out}", "--no-pdf-header-footer")
    text = out.read_bytes()
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", text)
    assert sizes
    for width, height in sizes:  # 210 x 297 mm in points
        assert float(width) == pytest.approx(595.3, abs=1.5)
        assert float(height) == pytest.approx(841.9, abs=1.5)
    pages = len(re.findall(rb"/Type /Page\b", text))
    assert 21 <= pages <= LARGEST_PAGES
