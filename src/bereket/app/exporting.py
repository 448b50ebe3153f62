"""The verb ``export``: a model written in another format."""

from pathlib import Path

import click

from bereket.app.output import refuse_to_write, working
from bereket.errors import BereketError
from bereket.io import FORMATS, form_to_write, read_model, write_model

WRITTEN = tuple(form for form in FORMATS if form.writer)


@click.command(
    epilog="\b\nFormats:\n"
    + "\n".join(f"  {form.name:8} {form.suffix:9} {form.line}" for form in WRITTEN)
)
@click.argument("model", metavar="MODEL")
@click.argument("path", metavar="PATH")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.name for form in WRITTEN]),
    help="Else by the suffix of PATH; a folder of CSV where it has none.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def export(model: str, path: str, form: str | None, debug: bool) -> None:
    """Write MODEL to PATH in another format, whole or not at all.

    MODEL is a folder of tables or a workbook, without fault; PATH lies outside it.
    """
    if not path.strip():
        msg = "PATH is empty (a variable that is not set?); name a file or a folder"
        raise BereketError(msg)
    target = Path(path)
    known = {each.suffix for each in WRITTEN}
    if not form and target.suffix.lower() not in known and not target.is_dir():
        msg = f"no format has the suffix {target.suffix!r}; name one with --format"
        raise BereketError(msg)
    refuse_to_write(target, Path(model))
    chosen = form_to_write(target, form or "")
    with working(f"writing {path}"):
        found = read_model(model)
        write_model(found, target, chosen.name)
    sizes = {name: len(table) for name, table in found.tables.items()}
    held = {n: rows for n, rows in sizes.items() if n in (chosen.holds or sizes)}
    click.echo(
        f"written: {path}, {chosen.line}: {sum(held.values()):,} rows of "
        f"{len(held)} tables"
    )
    left = [name for name, rows in sizes.items() if rows and name not in held]
    if left:
        click.echo(f"left out, as the format has no place for them: {', '.join(left)}")
