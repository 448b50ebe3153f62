"""The command ``import rail``: a real rail network made a model."""

from dataclasses import fields
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from bereket.app.output import (
    TO_FILES,
    Answer,
    Format,
    answer_options,
    as_csv,
    emit,
    refuse_to_write,
    working,
)
from bereket.errors import BereketError, QuestionError
from bereket.io import write_model
from bereket.io.files import write_files
from bereket.studies.import_rail import (
    KEEPS,
    Keep,
    RailFiles,
    RailImportParams,
)
from bereket.studies.import_rail import import_rail as import_files
from bereket.studies.rail_findings import GapRow, as_plain
from bereket.studies.rail_result import RailImportResult

TABLES = ("parts", "gaps", "stations", "paths")
LINES = frozenset({".geojson", ".json", ".gz"})


@click.command("rail")
@click.argument("paths", metavar="NODES_CSV LINKS_CSV | LINES_GEOJSON", nargs=-1)
@click.argument("folder", metavar="DIR")
@click.option("--gaps", default="", metavar="FILE", help="Gaps to join.")
@click.option("--write-gaps", default="", metavar="FILE", help="Propose gaps, as CSV.")
@click.option("--places", multiple=True, metavar="FILE", help="List of places; repeat.")
@click.option(
    "--keep",
    type=click.Choice(KEEPS),
    default="through",
    show_default=True,
    help="Links that lead on between stations, their shortest ways, or all.",
)
@click.option("--path", "asked", nargs=2, multiple=True, metavar="FROM TO", help="Km.")
@click.option("--near-km", default=10.0, show_default=True, help="Place to station.")
@click.option("--gap-km", default=5.0, show_default=True, help="Dead end to track.")
@click.option("--apart-km", default=35.0, show_default=True, help="Part to part.")
@click.option("--only", multiple=True, metavar="ISO3", help="Country; repeat.")
@click.option("--country", default="", metavar="ISO3", help="Where none is stated.")
@click.option("--date", default="", metavar="DATE", help="Of the model; else today.")
@click.option("--title", default="", metavar="TEXT", help="Of the source.")
@click.option("--publisher", default="", metavar="TEXT", help="Of the source.")
@click.option("--licence", default="", metavar="TEXT", help="Of the source.")
@click.option("--replace", is_flag=True, help="Write over a model that is there.")
@click.option(
    "--table",
    type=click.Choice(TABLES),
    default="parts",
    show_default=True,
    help="What --format csv gives.",
)
@answer_options
def import_rail(  # noqa: PLR0913, PLR0917 one argument an option
    paths: tuple[str, ...],
    folder: str,
    gaps: str,
    write_gaps: str,
    places: tuple[str, ...],
    keep: Keep,
    asked: tuple[tuple[str, str], ...],
    near_km: float,
    gap_km: float,
    apart_km: float,
    only: tuple[str, ...],
    country: str,
    date: str,
    title: str,
    publisher: str,
    licence: str,
    replace: bool,
    table: str,
    form: Format,
    out: str,
    debug: bool,
) -> None:
    """Make a model in folder DIR of the rail network in NODES_CSV and LINKS_CSV.

    Or of the lines in one file of GeoJSON, plain or packed (.gz).
    """
    target = Path(folder)
    refuse_to_write_over(target, replace=replace)
    _refuse_files(target, write_gaps, out)
    files = RailFiles(
        network=_network_files(paths),
        places=tuple(map(Path, places)),
        gaps=Path(gaps) if gaps else None,
    )
    source = {"title": title, "publisher": publisher, "licence": licence}
    params = RailImportParams(
        name=target.resolve().name,
        keep=keep,
        near_km=near_km,
        gap_km=gap_km,
        apart_km=apart_km,
        find_gaps=bool(write_gaps) or table == "gaps" or form in TO_FILES,
        countries=only,
        default_country=country,
        base_date=date,
        paths=asked,
        source={name: text for name, text in source.items() if text},
    )
    with working(f"reading {', '.join(paths)}"):
        found = import_files(files, params)
    write_model(found.model, target)
    if write_gaps:
        rows = [as_plain(row) for row in found.gaps]
        text = as_csv(rows, [column.name for column in fields(GapRow)])
        write_files(Path(write_gaps).parent, {Path(write_gaps).name: text})
    warnings = _warnings(found, licence)

    def draw(console: Console) -> None:
        _draw(console, found, folder, write_gaps)

    told = found.as_dict()
    answer = Answer(told, found.stamp, draw, told[table], warnings, tables=found.tables)
    emit(answer, form, out, folder)


def refuse_to_write_over(folder: Path, *, replace: bool) -> None:
    """Raise where a folder holds something that is not to be replaced.

    Raises
    ------
    BereketError
        With the reason.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if folder.is_dir() and replace and (folder / "datapackage.json").is_file():
            return
        msg = f"{str(folder)!r} is there and not empty; name a new folder"
        if folder.is_dir() and not replace:
            msg += ", or give --replace where it holds a model to be written over"
        raise BereketError(msg)


def _refuse_files(folder: Path, gap_file: str, out: str) -> None:
    """Raise where a file cannot be written, or a review would be written over."""
    for path in filter(None, (gap_file, out)):
        refuse_to_write(Path(path), folder)
    if gap_file and Path(gap_file).exists():
        msg = f"{gap_file!r} is there, and its review would be lost; name a new file"
        raise BereketError(msg)


def _network_files(paths: tuple[str, ...]) -> tuple[Path, ...]:
    """Return nodes and links, or one file of lines."""
    files = tuple(map(Path, paths))
    lined = len(files) == 1 and LINES.intersection(files[0].suffixes)
    if not lined and len(files) != len(("nodes", "links")):
        msg = (
            "give two CSV files, nodes and links, or one of lines (.geojson, .json, "
            f".gz), and then the folder to write; found {', '.join(paths) or 'none'}"
        )
        raise QuestionError(msg)
    return files


def _warnings(found: RailImportResult, licence: str) -> tuple[str, ...]:
    """Return what is worth a look, and what the model should still say."""
    told = [str(issue) for issue in found.advice]
    if not licence:
        told.append("the source's licence is not stated: give --licence")
    return tuple(told)


def _draw(
    console: Console, found: RailImportResult, folder: str, gap_file: str
) -> None:
    """Draw about ten lines, and what to do next."""
    head, *lines = found.summary().splitlines()
    console.print(f"[bold]{escape(head)}[/]")
    for line in lines:
        console.print(escape(line), soft_wrap=True)
    console.print(f"written: {escape(folder)}")
    if gap_file:
        console.print(
            f"written: {escape(gap_file)}; put yes or no into its column accept"
        )
    console.print(f"next:    bereket check {escape(folder)}")
    pair = _pair_of(found)
    if pair:
        ends = escape(f"--from {pair[0]} --to {pair[1]}")
        console.print(
            f"         bereket route {escape(folder)} {ends} --commodity freight"
        )


def _pair_of(found: RailImportResult) -> tuple[str, str] | None:
    """Return two stations of the largest part, those of a path asked for if any."""
    label_of = {row.node: row.label for row in found.stations if row.part == 1}
    for path in found.paths:
        if path.from_node in label_of and path.to_node in label_of:
            return label_of[path.from_node], label_of[path.to_node]
    labels = list(label_of.values())
    return (labels[0], labels[-1]) if len(labels) > 1 else None
