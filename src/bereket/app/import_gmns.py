"""The command ``import gmns``: a GMNS network made into a model."""

from pathlib import Path

import click

from bereket.app.output import working
from bereket.errors import BereketError, ModelError
from bereket.io import write_model
from bereket.io.gmns.reading import GmnsParams, examine_gmns

TAKEN_SHOWN = 10


@click.command()
@click.argument("source", metavar="SOURCE")
@click.argument("target", metavar="DIR")
@click.option(
    "--country",
    "country_iso3",
    required=True,
    metavar="ISO3",
    help="Country of its places, such as USA.",
)
@click.option("--crs", default="", metavar="CRS", help="Else as its config says.")
@click.option(
    "--length-unit",
    default="",
    metavar="UNIT",
    help="km, m, mi or ft; else as its config says and its lines agree.",
)
@click.option(
    "--speed-unit", default="", metavar="UNIT", help="km/h, mph or m/s; else likewise."
)
@click.option(
    "--base-date", default="", metavar="DATE", help="Of the model; else today."
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def import_gmns(source: str, target: str, debug: bool, **told: str) -> None:
    """Make a model in the new folder DIR of the GMNS network in folder SOURCE.

    DIR may also be a new workbook, x.xlsx. What was taken for something, and what was
    left aside, is listed.
    """
    place = Path(target)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        msg = f"{target!r} is there and not empty; name a new folder"
        raise BereketError(msg)
    with working(f"reading {source}"):
        found = examine_gmns(Path(source), GmnsParams(**told))
    if found.faults:
        raise ModelError(found.faults)
    model = found.model
    write_model(model, place)
    link = model["link"]
    click.echo(
        f"read:    {len(model['node']):,} places, {len(link):,} links, "
        f"{link.number('length_km').sum():,.0f} km of links; carriers "
        f"{', '.join(model['carrier'].labels('carrier_id'))}"
    )
    click.echo(f"written: {target}")
    if found.advice:
        click.echo(f"\nworth a look ({len(found.advice)})")
    for issue in found.advice[:TAKEN_SHOWN]:
        click.echo(f"  {issue}")
    more = found.advice[TAKEN_SHOWN:]
    if more:
        columns = ", ".join(dict.fromkeys(issue.field or issue.table for issue in more))
        click.echo(f"  and {len(more)} more, on {columns}")
    click.echo(f"\nnext: bereket check {target} · bereket export {target} x.gpkg")
    if not len(model["transfer"]):
        click.echo(
            "      rows of table transfer say where cargo is loaded and unloaded"
        )
