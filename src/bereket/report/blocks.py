"""Parts of a page of words, for Markdown and for HTML."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page.

    Attributes
    ----------
    kind : {"heading", "text", "items", "table"}
        What it is.
    lines : tuple of str
        The heading, the paragraphs or the items; of a table its header.
    rows : tuple of tuple of str
        Rows of a table.
    """

    kind: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()


def as_markdown(title: str, blocks: Sequence[Block], made: str) -> str:
    """Return a page as Markdown.

    Parameters
    ----------
    title : str
        Its first heading.
    blocks : sequence of Block
        Its parts.
    made : str
        Comment that says how it was made.

    Returns
    -------
    str
        Text that ends with a line break.

    Examples
    --------
    >>> print(as_markdown("A", [Block("items", ("b", "c"))], "made").strip())
    <!-- made -->
    <BLANKLINE>
    # A
    <BLANKLINE>
    - b
    - c
    """
    parts = [f"<!-- {made} -->", f"# {title}"]
    for block in blocks:
        if block.kind == "heading":
            parts.append(f"## {block.lines[0]}")
        elif block.kind == "items":
            parts.append("\n".join(f"- {line}" for line in block.lines))
        elif block.kind == "table":
            rows = [block.lines, tuple("---" for _ in block.lines), *block.rows]
            parts.append("\n".join(f"| {' | '.join(map(_cell, r))} |" for r in rows))
        else:
            parts += block.lines
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
