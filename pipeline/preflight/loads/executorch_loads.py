"""Whether a build of ExecuTorch loads a `.pte`."""

from __future__ import annotations

from collections.abc import Iterator

from onpar.pipeline.preflight.read.contents import Contents
from onpar.pipeline.preflight.verdict import Listed, Reason, has_since

IDENTIFIER = 12
"""The number in the file identifier that every published runtime expects: ET12."""


def unknown(contents: Contents, listed: Listed) -> Iterator[str]:
    """What is not known but decides whether it loads: nothing, if the runtime's operators are
    known."""
    yield from ()


def reasons(contents: Contents, listed: Listed) -> Iterator[Reason]:
    """Why it does not load; empty if it does."""
    low, high = listed.runtime.file_versions
    if contents.container != IDENTIFIER:
        yield Reason(
            f"its identifier is ET{contents.container}, {listed.called} expects ET{IDENTIFIER}",
            f"export it with executorch {listed.runtime.version}, {contents.leave_out}",
        )
    if not low <= contents.file_version <= high:
        yield Reason(
            f"its schema version is {contents.file_version}, {listed.called} reads {low} to {high}",
            f"export it with executorch {listed.runtime.version}, {contents.leave_out}",
        )
    for delegate, count in contents.delegates.items():
        if delegate not in listed.runtime.backends:
            has = ", ".join(listed.runtime.backends) or "none"
            yield Reason(
                f"{count} of its parts {'needs' if count == 1 else 'need'} {delegate}, which "
                f"is not linked into {listed.called}; it has {has}",
                f"lower it without {delegate}, or link it into the app, {contents.leave_out}",
            )
    if not listed.runtime.operators:
        return
    for use in contents.uses:
        if not listed.schemas(use.operator):
            since = listed.first([use.operator])
            yield Reason(
                f"{listed.called} has no kernel for {use.operator} ({use.where}): "
                f"{has_since(listed, since)}",
                f"link a kernel library that has it, or delegate it, {contents.leave_out}",
                use.operator,
                since,
            )
