"""Links between pages lead somewhere."""

import re

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def test_every_relative_link_leads_to_a_file(root):
    pages = [
        *root.glob("*.md"),
        *root.glob("docs/**/*.md"),
        *root.glob("models/**/*.md"),
    ]
    broken = [
        f"{page.relative_to(root)} -> {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert pages
    assert not broken


def test_every_page_for_readers_is_in_the_index(root):
    folder = root / "docs"
    index = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    pages = {
        page.relative_to(folder).as_posix()
        for kind in ("tutorials", "how-to", "explanation")
        for page in (folder / kind).glob("*.md")
    }
    assert pages
    assert not pages - index
