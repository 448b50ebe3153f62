"""The verb ``import``: other people's networks made into a model."""

import importlib
from types import MappingProxyType
from typing import Final

import click

# What is imported, by the command for it; a command's module is imported when asked.
IMPORTS: Final = MappingProxyType(
    {
        "gmns": (
            "bereket.app.import_gmns:import_gmns",
            "A folder of GMNS tables.",
        ),
        "rail": (
            "bereket.app.import_rail:import_rail",
            "Nodes and links, or lines, of a real rail network.",
        ),
    }
)


class Imports(click.Group):
    """Commands made from `IMPORTS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return what can be imported."""
        return list(IMPORTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in IMPORTS:
            return None
        module, _, name = IMPORTS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List what can be imported without importing it."""
        with formatter.section("What"):
            formatter.write_dl([(name, line) for name, (_, line) in IMPORTS.items()])


@click.command(cls=Imports)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def importing(debug: bool) -> None:
    """Make a model of other people's files."""
