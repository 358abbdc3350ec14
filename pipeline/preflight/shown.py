"""The output of `onpar preflight`: a line per runtime with its reasons, or JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
import msgspec

from onpar.pipeline.preflight.verdict import Answer, Preflight

if TYPE_CHECKING:
    from onpar.pipeline.preflight.published.run_published import Ran


COLOURS = {Answer.LOADS: "green", Answer.DOES_NOT: "red", Answer.NOT_KNOWN: "yellow"}

NOT_FETCHED = "not fetched itself"
"""How the source of a runtime begins if its own package was not available."""


def verdicts(made: Sequence[Preflight], ran: Sequence[Ran], as_json: bool) -> None:
    """Print the verdicts, and the runs of the runtimes."""
    if as_json:
        loads = all(one.loads for one in made)
        content = {
            "loads": loads,
            "verdicts": [{"answer": one.answer, **asdict(one)} for one in made],
            "ran": [asdict(one) for one in ran],
        }
        encoded = msgspec.json.encode(content, enc_hook=str)
        click.echo(msgspec.json.format(encoded, indent=1).decode())
        return
    width = max(len(one.name) for one in made)
    for one in made:
        says = click.style(one.answer, fg=COLOURS[one.answer], bold=True)
        click.echo(f"{one.name:{width}}  {says}")
        for reason in one.reasons:
            click.echo(f"  {reason.sentence}.")
        for unknown in one.unknown:
            click.echo(f"  Not known: {unknown}.")
    for checked, asked in _by(made, lambda one: one.checked).items():
        click.echo(f"Checked in the file alone{_of(asked, made)}: {checked}.")
    for unchecked, asked in _by(made, lambda one: one.unchecked).items():
        click.echo(f"Not checked{_of(asked, made)}: {unchecked}.")
    others = [one.name for one in made if one.source.startswith(NOT_FETCHED)]
    if others:
        click.echo(
            "Judged by what another package of the same sources contains (--json names it): "
            f"{', '.join(others)}."
        )
    for verdict, done in zip(made, ran, strict=False):
        _ran(verdict, done)


def _by(made: Sequence[Preflight], text: Callable[[Preflight], str]) -> dict[str, list[str]]:
    """The runtimes grouped by their text."""
    names: dict[str, list[str]] = {}
    for one in made:
        names.setdefault(text(one), []).append(one.name)
    return names


def _of(asked: Sequence[str], made: Sequence[Preflight]) -> str:
    return "" if len(asked) == len(made) else f", for {', '.join(asked)}"


def _ran(verdict: Preflight, ran: Ran) -> None:
    if ran.error:
        foreseen = verdict.answer is not Answer.LOADS
        surprise = ", which was not expected" if ran.package and not foreseen else ""
        who = f"{ran.package}: it did not run" if ran.package else "Not run"
        click.echo(click.style(f"{who}{surprise}: {ran.error}", fg="red"))
        return
    surprise = ", contrary to the verdict above" if verdict.reasons else ""
    folder = ran.captures[0].parent
    count = len(ran.captures)
    click.echo(
        f"{ran.package} on this machine loaded it and captured {count} "
        f"{'case' if count == 1 else 'cases'}{surprise}; judge: onpar check {folder}"
    )
