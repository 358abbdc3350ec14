"""The artifact's sidecar `<artifact>.json` (`onpar-artifact/2`), written and read.

Python, Java and C++ read it alike, and it holds every constant of the model, so that no app has a
size, a mean or a class count in its code.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from onpar.parity.contract.sidecar_check import absent_keys, sidecar_faults
from onpar.parity.contract.spec import (
    SIDECAR_FORMAT,
    Artifact,
    RecipeOptions,
    SpecError,
    canonical_json,
)
from onpar.parity.contract.steps import STEPS
from onpar.parity.files.format_version import other_version
from onpar.parity.files.json_file import JsonError, decode_json
from onpar.parity.files.regular_file import read_regular
from onpar.parity.limits.limits import MAX_JSON_DEPTH, MAX_SIDECAR_BYTES

NOT_COVERED = ("export_seconds", "sidecar_sha256")
"""Keys that a sidecar's digest does not cover: itself, and what differs from export to export."""


def sidecar_path(artifact: Path) -> Path:
    """`<artifact>.json`, next to the artifact."""
    # `with_name` refuses `.` and `/`.
    return artifact.parent / f"{artifact.name}.json"


def sidecar_text(artifact: Artifact) -> str:
    """The sidecar's content: indented JSON, keys in the order of the fields, a trailing newline."""
    own = sidecar_digest(msgspec.json.encode(artifact))
    content = msgspec.json.encode(replace(artifact, sidecar_sha256=own))
    return msgspec.json.format(content, indent=1).decode() + "\n"


def sidecar_digest(content: bytes) -> str:
    """SHA-256 of a sidecar's JSON, for any spaces and any order of its keys, without the
    keys NOT_COVERED."""
    fields = msgspec.json.decode(content, type=dict[str, Any])
    fields = {key: value for key, value in fields.items() if key not in NOT_COVERED}
    return hashlib.sha256(canonical_json(fields).encode()).hexdigest()


def read_sidecar(path: Path) -> Artifact:
    """Read `<artifact>.json`.

    Raises SpecError when the file is not a sidecar of a version that this onpar knows, contradicts
    itself, has a tolerance that was measured on another model, or was changed since it was written.
    """
    try:
        content = read_regular(path, MAX_SIDECAR_BYTES)
    except OSError as error:
        why = error.strerror or error
        raise SpecError(f"{path}: not a readable sidecar ({why}); run `onpar export`") from error
    return _checked(path, content)


@lru_cache(maxsize=64)
def _checked(path: Path, content: bytes) -> Artifact:
    """`read_sidecar` of what the file holds. A command reads a sidecar for each target."""
    try:
        version = decode_json(content, _Version).version
        artifact = None
        if version == SIDECAR_FORMAT:
            artifact = decode_json(content, Artifact, MAX_JSON_DEPTH)
            found = msgspec.json.decode(content)  # what it cannot hold was refused just now
    except JsonError as error:
        unknown = _unknown_step(content)
        if unknown:
            raise SpecError(f"{path}: {unknown}; update onpar, or {_again(content)}") from error
        raise SpecError(f"{path}: not a readable sidecar ({error}); {_again(content)}") from error
    if artifact is None:
        raise SpecError(f"{path}: {other_version(version, SIDECAR_FORMAT, _again(content))}")
    absent = next(absent_keys(artifact, found), None)
    if absent:
        raise SpecError(f"{path}: has no `{absent}`; {_again(content)}")
    fault = next(sidecar_faults(artifact), None)
    if fault:
        raise SpecError(f"{path}: contradicts itself: {fault}; run `onpar export`")
    _check_tolerance(path, artifact)
    if not artifact.sidecar_sha256:
        raise SpecError(
            f"{path}: is of an older onpar: it has no digest of its content, sidecar_sha256, "
            f"which shows whether it was edited; {_again(content)}"
        )
    if not _as_written(artifact, content):
        raise SpecError(
            f"{path}: is not as `onpar export` wrote it: the digest of its content is another, so "
            "nothing can be judged by it; run `onpar export`"
        )
    return artifact


def _again(content: bytes) -> str:
    """How to make the sidecar again, and of what model, if this onpar can read that."""
    try:
        origin = decode_json(content, _Origin, MAX_JSON_DEPTH)
    except JsonError:
        return "run `onpar export`"
    options = origin.options
    size = f"size {options.size[:40]}, " if options.size else ""
    return (
        f"run `onpar export` (recipe {options.recipe[:80]!r}, {size}"
        f"weights {origin.weights[:80]!r})"
    )


def _unknown_step(content: bytes) -> str:
    """A sentence for the first step of a kind that this onpar does not know; empty if there is
    none."""
    try:
        steps = decode_json(content, _Steps, MAX_JSON_DEPTH).steps
    except JsonError:
        return ""
    for index, one in enumerate(steps):
        if one.step not in STEPS:
            kinds = ", ".join(STEPS)
            return f"steps[{index}].step is {one.step[:80]!r}, this onpar knows {kinds}"
    return ""


def _as_written(artifact: Artifact, content: bytes) -> bool:
    try:
        return artifact.sidecar_sha256 == sidecar_digest(content)
    except (ValueError, OverflowError, RecursionError):  # The rest is not JSON of ours.
        return False


def _check_tolerance(path: Path, artifact: Artifact) -> None:
    measured = artifact.measured
    if measured is None:
        return
    for what, got, expected in (
        ("recipe", measured.recipe_sha256, (artifact.recipe_sha256,)),
        ("weights", measured.weights_sha256, (artifact.weights_sha256,)),
        ("variant", measured.variant, (artifact.variant, artifact.simulated)),
    ):
        if got not in expected:
            raise SpecError(
                f"{path}: its tolerance was measured on {what} {got[:40]}, the artifact is of "
                f"{expected[0][:40]}: nothing can be judged by it; run `onpar export`"
            )


@dataclass(frozen=True)
class _Version:
    version: str


@dataclass(frozen=True)
class _Kind:
    step: str


@dataclass(frozen=True)
class _Steps:
    steps: tuple[_Kind, ...]


@dataclass(frozen=True)
class _Origin:
    options: RecipeOptions
    weights: str
