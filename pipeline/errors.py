"""The error that a user can mend."""

from __future__ import annotations


class OnparError(Exception):
    """Wrong usage or input. The message says what, where, got against expected, and what to do
    next; the command line prints it without a traceback and exits with 2."""
