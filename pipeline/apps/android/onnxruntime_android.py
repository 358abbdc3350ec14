"""ONNX Runtime's Android archive, which not every registry has: its path, or why it is missing."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.files.atomic import write_text
from onpar.pipeline.apps.android.maven import DEPENDENCY, fetching_alone, maven, repository
from onpar.pipeline.apps.android.maven_lock import fetch, locked
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.paths import ANDROID, Build

CATALOG = ANDROID / "gradle" / "libs.versions.toml"


@dataclass(frozen=True)
class Found:
    """The archive, or None and why; `note` says if its bytes are not locked."""

    path: Path | None
    why: str = ""
    note: str = ""


def version(name: str) -> str:
    """A version of the catalog."""
    catalog = tomllib.loads(CATALOG.read_text("utf-8"))
    return str(catalog["versions"][name])


def find(given: Path | None, offline: bool, build: Build, watch: Watch) -> Found:
    """The given archive, the one in Maven's repository, or the one that Maven can fetch. A failed
    fetch is not tried again with this build folder. Raises OnparError if the given file is not an
    archive."""
    if given:
        if not given.is_file():
            raise OnparError(f"--onnxruntime {given}: no such file; give onnxruntime-android.aar")
        return _with_note(given, "")
    number = version("onnxruntime")
    below = f"com/microsoft/onnxruntime/onnxruntime-android/{number}/{_name(number)}"
    kept = repository() / below
    if kept.is_file():
        return _with_note(kept, below)
    memo = build.android / "onnxruntime-android.json"
    why = _remembered(memo, number)
    if not why and offline:
        return Found(None, "it is missing, and --offline forbids the download")
    if not why:
        fetch(build, watch)  # first, the files that Maven itself runs
        try:
            with fetching_alone(repository()):
                get(repository(), build)
            return _with_note(kept, below)
        except OnparError:
            why = f"Maven cannot get {_name(number)} here"
            write_text(memo, json.dumps({"version": number, "why": why}) + "\n", follow_links=False)
    return Found(None, why)


def get(kept: Path, build: Build) -> None:
    """Let Maven fetch it into the local repository `kept`. Raises OnparError if it cannot."""
    coordinates = f"com.microsoft.onnxruntime:onnxruntime-android:{version('onnxruntime')}:aar"
    words = ("-N", f"{DEPENDENCY}:get", f"-Dartifact={coordinates}", "-Dtransitive=false")
    maven(*words, kept=kept, log=build.logs / "maven-onnxruntime.log", online=True)


def _name(number: str) -> str:
    return f"onnxruntime-android-{number}.aar"


def _with_note(path: Path, below: str) -> Found:
    digest = file_digest(path)
    expected = locked().get(below)
    if expected and digest != expected:
        raise OnparError(
            f"{path}: its SHA-256 is {digest}, maven.sha256 says {expected}; delete it, and run it "
            "again"
        )
    note = "" if expected else f"{path.name} is not locked (SHA-256 {digest})"
    return Found(path, note=note)


def _remembered(memo: Path, number: str) -> str:
    try:
        said = json.loads(memo.read_text("utf-8"))
        return str(said["why"]) if said["version"] == number else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""
