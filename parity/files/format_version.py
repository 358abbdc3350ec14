"""What a reader says of a file of another version of its format."""

from __future__ import annotations

import re


def other_version(found: str, known: str, again: str) -> str:
    """The fault and the remedy. `known` is the version that is read, such as `onpar-run/2`, and
    `again` how to make the file again. Updating onpar helps only for a newer version: older ones
    are no longer read."""
    name, _, number = known.rpartition("/")
    version = re.fullmatch(rf"{re.escape(name)}/([0-9]{{1,9}})", found)
    update = "update onpar, or " if version and int(version[1]) > int(number) else ""
    return f"is {found[:80]!r}, this onpar reads {known!r}; {update}{again}"
