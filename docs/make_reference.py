"""Make the pages of docs/reference/tables from the schemas; run by ``make docs``."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "src" / "bereket" / "schema"
PAGES = ROOT / "docs" / "reference" / "tables"

MADE = "<!-- Made by `make docs` from the schema: change that, not this page. -->\n"
HEADER = (
    "| column | what it holds | unit | needed | an empty cell means |",
    "|---|---|---|---|---|",
)
TYPES = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
}
FORMATS = {
    "partial_date": "date: YYYY, YYYY-MM or YYYY-MM-DD",
    "gateways": "gateways",
    "mix": "commodity:share pairs",
}
UNKNOWN = {
    "all": "all of them",
    "always": "no limit in time",
    "derived": "derived from the rest of the model",
    "error": "a fault",
    "load": "the row is a loading",
    "none": "not known, and not guessed",
    "unlimited": "no limit",
    "unload": "the row is an unloading",
}
PATTERNS = {
    r"^[^:|.=\s]+$": "no spaces, and none of `:`, `|`, `.`, `=`",
    r"^[A-Z]{3}$": "three capitals",
    r"^[A-Z]{3}(\|[A-Z]{3})*$": "three capitals each",
    r"^!?[A-Z]{3}(\|!?[A-Z]{3})*$": "three capitals each",
}
RANGES = {
    "exclusiveMinimum": "more than {}",
    "minimum": "{} or more",
    "maximum": "{} or less",
}


def main() -> None:
    """Write every page, and remove pages of tables that are gone."""
    wanted = pages()
    PAGES.mkdir(parents=True, exist_ok=True)
    for old in PAGES.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (PAGES / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(wanted)} pages written to {PAGES.relative_to(ROOT)}")


def pages() -> dict[str, str]:
    """Return the text of every page by its file name."""
    schemas = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(SCHEMAS.glob("*.json"))
    ]
    made = {f"{schema['name']}.md": page(schema) for schema in schemas}
    made["README.md"] = index(schemas)
    return made


def index(schemas: list[dict[str, Any]]) -> str:
    """Return the page that lists the tables."""
    rows = [
        f"| [{schema['name']}]({schema['name']}.md) | {_cell(schema['description'])} |"
        for schema in schemas
    ]
    return "\n".join(
        [
            MADE,
            "# Tables of a model folder",
            "",
            "Each table is one CSV file named after it. A numeric column `x` may be",
            "joined by `x_low` and `x_high`. A column the schema does not know is",
            "carried along and not used; `bereket check` names it.",
            "",
            "| table | one row |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def page(schema: dict[str, Any]) -> str:
    """Return the page of one table."""
    key = ", ".join(f"`{name}`" for name in schema["primaryKey"])
    facts = [f"- File: `{schema['name']}.csv`", f"- Key: {key}"]
    if schema["dated"]:
        facts.append("- Dated: a row holds from `valid_from` to `valid_to`")
    return "\n".join(
        [
            MADE,
            f"# {schema['title']}: `{schema['name']}`",
            "",
            schema["description"],
            "",
            *facts,
            "",
            *HEADER,
            *(row(field) for field in schema["fields"]),
            "",
        ]
    )


def row(field: dict[str, Any]) -> str:
    """Return the line of one column."""
    needed = "yes" if field.get("constraints", {}).get("required") else ""
    cells = (
        f"`{field['name']}`",
        _holds(field),
        field.get("unit", ""),
        needed,
        _empty(field),
    )
    return f"| {' | '.join(_cell(text) for text in cells)} |"


def _holds(field: dict[str, Any]) -> str:
    rules = field.get("constraints", {})
    kind = FORMATS[field["format"]] if "format" in field else TYPES[field["type"]]
    parts = [kind]
    if "names" in field:
        parts.append(_named(field["names"]))
    if field.get("list"):
        parts.append("several with `|` between")
    if "enum" in rules:
        parts.append("one of " + ", ".join(f"`{word}`" for word in rules["enum"]))
    parts.extend(
        words.format(rules[rule]) for rule, words in RANGES.items() if rule in rules
    )
    if "pattern" in rules:
        pattern = rules["pattern"]
        parts.append(PATTERNS.get(pattern, f"must match `{pattern}`"))
    return f"{field['description']} ({'; '.join(parts)})"


def _named(table: str) -> str:
    if table == "carrier_or_group":
        return "names a [carrier](carrier.md) or a group of them"
    if table == "element":
        return "names a row of any table"
    return f"names a row of [{table}]({table}.md)"


def _empty(field: dict[str, Any]) -> str:
    if field["unknown"] != "default":
        return UNKNOWN[field["unknown"]]
    default = field["default"]
    word = str(default).lower() if isinstance(default, bool) else str(default)
    return f"`{word}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    main()
