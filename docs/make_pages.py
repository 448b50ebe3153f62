"""Make the pages of docs/explanation that the program writes: run by `make docs`."""

from pathlib import Path
from typing import Final

from bereket import read_model
from bereket.report.blocks import as_markdown
from bereket.report.why import why_blocks, why_title
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
    return made


if __name__ == "__main__":
    main()
