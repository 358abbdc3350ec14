"""What `onpar preflight` prints: a line a runtime and its reasons, or JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
import msgspec

from pipeline.preflight.verdict import Preflight

if TYPE_CHECKING:
    from pipeline.preflight.run import Ran


def verdicts(made: Sequence[Preflight], ran: Sequence[Ran], as_json: bool) -> None:
    """Print the verdicts, and what was really run."""
    if as_json:
        loads = all(one.loads for one in made)
        content = {
            "loads": loads,
            "verdicts": [asdict(one) for one in made],
            "ran": [asdict(one) for one in ran],
        }
        encoded = msgspec.json.encode(content, enc_hook=str)
        click.echo(msgspec.json.format(encoded, indent=1).decode())
        return
    width = max(len(one.name) for one in made)
    for one in made:
        says, colour = ("loads", "green") if one.loads else ("does not load", "red")
        click.echo(f"{one.name:{width}}  {click.style(says, fg=colour, bold=True)}")
        for reason in one.reasons:
            click.echo(f"  {reason.sentence}.")
    first = made[0]
    click.echo(f"Told from the file alone: {first.checked}.")
    click.echo(f"Not checked: {first.unchecked}.")
    for verdict, done in zip(made, ran, strict=False):
        _ran(verdict, done)


def _ran(verdict: Preflight, ran: Ran) -> None:
    if ran.error:
        surprise = ", which was not foreseen" if verdict.loads and ran.package else ""
        who = f"{ran.package}: it did not run" if ran.package else "Not run"
        click.echo(click.style(f"{who}{surprise}: {ran.error}", fg="red"))
        return
    surprise = "" if verdict.loads else ", though it was said not to load"
    folder = ran.captures[0].parent
    click.echo(
        f"{ran.package} on this machine loaded it and captured {len(ran.captures)} "
        f"cases{surprise}; judge them: onpar check {folder}"
    )
