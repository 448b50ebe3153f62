"""The terminal: ``bereket VERB …``; each verb's module is imported when it is asked."""

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import click

from bereket.registry import QUESTIONS

EXIT_FAULT = 1
NEXT_STEPS = """\b
Start here:
  bereket demo                       ways and capacities on real data
  bereket new my_model               a small model of your own
  bereket check my_model             every fault of a model, in one run
"""


class Verbs(click.Group):
    """Commands made from the registry of questions."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the registry's order."""
        return [question.verb for question in QUESTIONS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb's command."""
        for question in QUESTIONS:
            if question.verb == cmd_name:
                module, _, name = question.command.partition(":")
                command: click.Command = getattr(importlib.import_module(module), name)
                return command
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest the nearest verb."""
        if (
            args
            and args[0] not in self.list_commands(ctx)
            and not args[0].startswith("-")
        ):
            import difflib

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"There is no verb {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the verbs without importing them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(q.verb, q.line) for q in QUESTIONS])


@click.group(cls=Verbs, epilog=NEXT_STEPS, context_settings={"max_content_width": 100})
@click.version_option(package_name="bereket", message="bereket %(version)s")
def commands() -> None:
    """Plan freight corridors: what ways there are, what they take, what stops them.

    A model is a folder of tables, or one workbook of them; every figure in an answer
    leads back to its row and source.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the terminal; a user's fault ends it with code 1 and without a traceback."""
    from bereket.errors import BereketError

    argv = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code: Any = commands.main(argv, prog_name="bereket", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(EXIT_FAULT)
    except click.ClickException as fault:
        fault.show()
        sys.exit(fault.exit_code)
    except BereketError as fault:
        if "--debug" in argv:
            raise
        _report(fault, argv)
        sys.exit(EXIT_FAULT)
    except OSError as fault:
        if "--debug" in argv:
            raise
        said = f"{fault.strerror or fault}: {fault.filename!r}"
        _report(BereketError(said), argv)
        sys.exit(EXIT_FAULT)
    sys.exit(code if isinstance(code, int) else 0)


def _report(fault: Exception, argv: list[str]) -> None:
    """Say what is wrong: one line each on standard error, and as JSON where asked."""
    from bereket.app.output import asks_for_json, fault_object

    if asks_for_json(argv):
        click.echo(fault_object(fault))
    for line in str(fault).splitlines():
        click.echo(f"bereket: {line}", err=True)
