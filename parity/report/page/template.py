"""The pages' templates: everything printed is escaped and printable, and nothing is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from onpar.parity.report.printable import printable

TEMPLATES = tuple(sorted(Path(__file__).parent.glob("*.j2")))
"""The files of the templates."""


def template(name: str) -> Template:
    """The template of a page; it has the filter `prose`."""
    environment = Environment(
        loader=PackageLoader("onpar.parity.report.page", "."),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = prose
    return environment.get_template(name)


def prose(text: str) -> Markup:
    """Escaped text in which `backticks` mark code."""
    parts = [escape(printable(part)) for part in text.split("`")]
    if len(parts) % 2 == 0:
        return escape(printable(text))
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(p) if n % 2 else p for n, p in enumerate(parts))


def _finalize(value: Any) -> Any:
    """Applied to everything that a template prints, before it is escaped."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
