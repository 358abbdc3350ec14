"""Reads Markdown as GitHub does: markdown-it, a CommonMark parser, with GitHub's tables."""

import re
from html import unescape

from markdown_it import MarkdownIt

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def html(text: str) -> str:
    """What a browser is given."""
    rendered: str = GITHUB.render(text)
    return rendered


def words(markup: str) -> str:
    """What a reader sees of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())
