"""Make the pages of docs/explanation that the program writes: run by `make docs`."""

from pathlib import Path
from typing import Final

from bereket import AssignParams, CalibrateParams, calibrate, read_model
from bereket.model.model import Model
from bereket.report.blocks import as_markdown
from bereket.report.fit_page import fit_page
from bereket.report.why import why_blocks, why_title
from bereket.studies.calibrate.table import with_calibration
from bereket.studies.shocks import ShocksParams, shocks
from bereket.studies.times import times
from bereket.studies.why import WhyParams, why

ROOT: Final = Path(__file__).resolve().parent.parent
MADE: Final = "Made by `make docs` from models/caspian: do not edit."
PAGES: Final = {
    "explanation/kti.md": WhyParams(
        whole="kti",
        claim_t_per_year=10e6,
        claim="stated for the eastern branch of North–South in 2024; facts w037",
    )
}


FIT: Final = "explanation/caspian-fit.md"
HELD_OUT: Final = 2024


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        path = ROOT / "docs" / name
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))


def pages() -> dict[str, str]:
    """Return the pages by their path below docs."""
    model = read_model(ROOT / "models" / "caspian")
    made = {}
    for name, params in PAGES.items():
        found = why(model, params=params)
        blocks = why_blocks(found, model)
        made[name] = as_markdown(why_title(found, model), blocks, MADE)
    made[FIT] = fit(model)
    return made


def fit(model: Model) -> str:
    """Return the page on how far the model is off, fitted anew."""
    found = calibrate(model, params=CalibrateParams(hold_out=HELD_OUT))
    fitted = with_calibration(model, found)
    asked = ShocksParams(assign=AssignParams(objective="logit"), processes=2)
    return fit_page(found, times(fitted), shocks(fitted, params=asked))


if __name__ == "__main__":
    main()
