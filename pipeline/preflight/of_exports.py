"""Exported artifacts → what the runtimes that the apps pin make of them, for `onpar parity`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from parity.run import Loads
from parity.status import Status
from parity.verdict import StageVerdict, Verdict
from pipeline.errors import OnparError
from pipeline.export import Exported
from pipeline.paths import ROOT
from pipeline.preflight.contents import Contents
from pipeline.preflight.judge import judged
from pipeline.preflight.pinned import CATALOG, IOS_VERSIONS, Pin, pinned
from pipeline.preflight.read import READERS, read

PREFLIGHT_SOURCES = (
    *sorted((ROOT / "pipeline" / "preflight").glob("*.py")),
    *sorted((ROOT / "pipeline" / "preflight" / "tables").glob("*.json")),
    *(file for file in (CATALOG, IOS_VERSIONS) if file.exists()),
)
"""Whatever shapes a verdict."""


def apps_load(
    exports: Sequence[Exported], recipe: str, cases: Sequence[str]
) -> tuple[tuple[Loads, ...], list[Verdict]]:
    """What the apps' runtimes load of the artifacts; and a row that fails, UNLOADABLE, for every
    case of one that they do not. What loads gets no row: it has not run there."""
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
            why = _why(contents, one, pin)
            if why:
                rows += _rows(one, pin, why, recipe, cases)
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


def _why(contents: Contents | str, exported: Exported, pin: Pin) -> str:
    """Why the runtime does not load it; empty where it does. To be left out is the file in this
    app, which loses it nowhere else."""
    if isinstance(contents, str):
        return contents
    contents = replace(contents, left_out_as=f"{pin.target}:{exported.format}")
    reasons = judged(exported.path.name, contents, pin.listed).reasons
    more = f"`onpar preflight {exported.path}`"
    more = f" (and {len(reasons) - 1} more: {more})" if len(reasons) > 1 else ""
    return reasons[0].sentence + more if reasons else ""


def _rows(
    exported: Exported, pin: Pin, why: str, recipe: str, cases: Sequence[str]
) -> Iterator[Verdict]:
    stage = StageVerdict("file", Status.UNLOADABLE, f"the app cannot load it: {why}")
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
