"""Whether a system's Core ML loads an `.mlpackage`."""

from __future__ import annotations

from collections.abc import Iterator

from onpar.pipeline.preflight.read.contents import Contents, Use
from onpar.pipeline.preflight.verdict import Listed, Reason, has_since

SPECIFICATIONS = {6: "iOS15", 7: "iOS16", 8: "iOS17", 9: "iOS18", 10: "iOS26"}
"""Specification versions, and the deployment targets that write them (coremltools'
_SPECIFICATION_VERSION_IOS_*)."""


def reasons(contents: Contents, listed: Listed) -> Iterator[Reason]:
    """Why it does not load; empty if it does."""
    low, high = listed.runtime.file_versions
    if not low <= contents.file_version <= high:
        made_for = SPECIFICATIONS.get(contents.file_version, "another system")
        yield Reason(
            f"its specification version is {contents.file_version} ({made_for}), {listed.called} "
            f"reads {low} to {high}",
            f"{_older(SPECIFICATIONS.get(high, 'iOS15'))}, or let the app ask for {made_for}",
        )
    known = listed.runtime.opsets.get("CoreML")
    for opset in dict.fromkeys(use.opset for use in contents.uses):
        number = opset.removeprefix("CoreML")
        if known is not None and (not number.isdigit() or int(number) > known):
            yield Reason(
                f"one of its functions has opset {opset}, {listed.called} knows CoreML{known}",
                _older(SPECIFICATIONS.get(high, "iOS15")),
            )
    if listed.runtime.operators:
        for use in contents.uses:
            yield from _operator(use, contents, listed, SPECIFICATIONS.get(high, "iOS15"))


def unknown(contents: Contents, listed: Listed) -> Iterator[str]:
    """What is not known but decides whether it loads, if no reason against it is known."""
    if contents.uses and "CoreML" not in listed.runtime.opsets:
        yield f"which opsets {listed.called} knows"


def _operator(use: Use, contents: Contents, listed: Listed, target: str) -> Iterator[Reason]:
    if listed.schemas(use.name) or use.name == "const":
        return
    since = listed.first([use.name])
    yield Reason(
        f"{listed.called} has no operator {use.name} ({use.where}): {has_since(listed, since)}",
        f"{_older(target)}, {contents.leave_out}",
        use.name,
        since,
    )


def _older(target: str) -> str:
    return f"convert it for an older system: `minimum_deployment_target=ct.target.{target}`"
