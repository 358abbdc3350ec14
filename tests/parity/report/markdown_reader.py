"""Reads Markdown as GitHub does: markdown-it, a CommonMark parser, with GitHub's tables."""

import re
from html import unescape

from markdown_it import MarkdownIt

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def html(text):
    """What a browser is given."""
    return GITHUB.render(text)


def words(markup):
    """What a reader sees of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())
