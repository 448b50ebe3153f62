"""What was agreed, in short: does trade reach its target, how far is the rest."""

from rich.console import Console
from rich.markup import escape

from bereket.studies.agenda_result import AgendaResult
from bereket.studies.pair_trade import PairTrade


def draw_agreed(
    console: Console, trade: PairTrade | None, agenda: AgendaResult | None
) -> None:
    """Draw the headlines of trade and agenda; nothing where neither is known."""
    if trade is None and agenda is None:
        return
    console.print("\n[bold]is what was agreed on course?[/] (as things are)")
    if trade:
        console.print(escape(trade.found.headline()))
    if agenda:
        console.print(escape(f"{agenda.headline()}."))
