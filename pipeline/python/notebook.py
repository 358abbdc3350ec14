"""Results as HTML for a notebook; names and sentences may come from untrusted files."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from onpar.parity.judge.status import Status
from onpar.parity.report.printable import printable
from onpar.pipeline.exit_codes import ExitCode

GREEN, YELLOW, RED = "#1a7f37", "#9a6700", "#cf222e"

COLOURS = {Status.PASS: GREEN, Status.NOT_RUN: YELLOW, Status.UNJUDGED: YELLOW}
"""Every other status is red."""

ANSWERS = {ExitCode.ON_PAR: GREEN, ExitCode.UNJUDGED: YELLOW}


def text_html(text: str) -> str:
    """Text as HTML without markup or control characters."""
    return escape(printable(text))


def answer_html(exit_code: int, answer: str) -> str:
    """The answer as a paragraph, in the colour of the exit code."""
    colour = ANSWERS.get(ExitCode(exit_code), RED)
    return f'<p style="color:{colour};font-weight:bold">{text_html(answer)}</p>'


def table_html(headings: Sequence[str], rows: Sequence[tuple[Status, Sequence[str]]]) -> str:
    """A table of text; a cell that is its row's status has the status's colour."""
    head = "".join(f'<th style="text-align:left">{text_html(one)}</th>' for one in headings)
    body = "".join(
        f"<tr>{''.join(_cell(one, status) for one in cells)}</tr>" for status, cells in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str, status: Status) -> str:
    colour = f";color:{COLOURS.get(status, RED)}" if text == status else ""
    return f'<td style="text-align:left{colour}">{text_html(text)}</td>'
