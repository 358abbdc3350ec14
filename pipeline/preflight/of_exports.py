"""Exported artifacts → verdicts for the runtimes that the apps pin, for `onpar parity`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from onpar.parity.judge.run import Loads
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.errors import OnparError
from onpar.pipeline.preflight.loads import judged
from onpar.pipeline.preflight.pinned import CATALOG, IOS_VERSIONS, Pin, pinned
from onpar.pipeline.preflight.read import READERS, read
from onpar.pipeline.preflight.read.contents import Contents
from onpar.pipeline.preflight.runtimes import FAMILIES
from onpar.pipeline.preflight.table import TABLES

MODULES = ("onpar.pipeline.preflight.of_exports", *READERS.values(), *FAMILIES.values())
"""The modules that make a verdict."""

DATA = (
    *sorted(TABLES.glob("*.json")),
    *(file for file in (CATALOG, IOS_VERSIONS) if file.exists()),
)
"""The inputs of a verdict, in addition to the artifact."""


def apps_load(
    exports: Sequence[Exported], recipe: str, cases: Sequence[str]
) -> tuple[tuple[Loads, ...], list[Verdict]]:
    """The verdicts of the apps' runtimes on the artifacts; and a row for every case of an artifact
    that does not load (UNLOADABLE, which fails) or for which this is not known (UNJUDGED). An
    artifact that loads gets no row, as it has not run there."""
    pins = pinned()
    loading: dict[str, list[str]] = {pin.listed.called: [] for pin in pins}
    rows: list[Verdict] = []
    for one in exports:
        if one.artifact is None or one.path.suffix not in READERS:
            continue
        taking = [pin for pin in pins if pin.takes(one.format, one.artifact.precision)]
        if not taking:
            continue
        contents = _read(one.path)
        for pin in taking:
            stage = _stage(contents, one, pin)
            if stage:
                rows += _rows(one, pin, stage, recipe, cases)
            else:
                loading[pin.listed.called].append(one.variant)
    loads = tuple(
        Loads(pin.target, pin.listed.called, tuple(loading[pin.listed.called]))
        for pin in pins
        if loading[pin.listed.called]
    )
    return loads, rows


def _read(path: Path) -> Contents | str:
    try:
        return read(path)
    except OnparError as error:
        return str(error)


def _stage(contents: Contents | str, exported: Exported, pin: Pin) -> StageVerdict | None:
    """Why the runtime does not load it, or what is not known; None if it loads it. The remedy
    leaves the file out only in this app."""
    if isinstance(contents, str):
        return StageVerdict("file", Status.UNLOADABLE, f"the app cannot load it: {contents}")
    contents = replace(contents, left_out_as=f"{pin.target}:{exported.format}")
    verdict = judged(exported.path.name, contents, pin.listed)
    if verdict.loads:
        return None
    said = [one.sentence for one in verdict.reasons] or list(verdict.unknown)
    more = (
        f" (and {len(said) - 1} more: `onpar preflight {exported.path}`)" if len(said) > 1 else ""
    )
    if verdict.reasons:
        detail = f"the app cannot load it: {said[0]}{more}"
        return StageVerdict("file", Status.UNLOADABLE, detail)
    detail = f"whether the app loads it is not known: {said[0]}{more}"
    return StageVerdict("file", Status.UNJUDGED, detail)


def _rows(
    exported: Exported, pin: Pin, stage: StageVerdict, recipe: str, cases: Sequence[str]
) -> Iterator[Verdict]:
    for case in cases:
        yield Verdict(
            recipe,
            pin.target,
            exported.variant,
            case,
            (stage,),
            artifact=exported.artifact,
            device=pin.listed.called,
        )
