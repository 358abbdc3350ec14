"""The folder in which an app on a device captures: its files, and waiting for the captures.

The app gets a folder with the model, its sidecar and the photos. It writes `<case>.safetensors`
there after each case, and at the very end `done.json`, complete or not at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.contract.chain import only_image
from onpar.parity.contract.sidecar import sidecar_path
from onpar.parity.contract.spec import Artifact, ModelSpec
from onpar.parity.files.json_file import JsonError, decode_json
from onpar.parity.limits.limits import APP_FILE_NAME
from onpar.pipeline.apps.device_text import one_line
from onpar.pipeline.build_folder.keys import artifact_size
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets.target import Order

DONE_FILE = "done.json"

POLL = 0.5
"""Seconds between two checks for new captures."""

FIRST_CAPTURE_SECONDS = 60.0
"""Timeout of copying, in seconds, plus one second per MB."""

PATIENCE = 120.0
"""Seconds without a new capture after which the app counts as hanging, plus one for each of these
MB."""


@dataclass(frozen=True)
class Ended:
    """The content of `done.json`: the captured cases, and an error message, empty if there was
    none."""

    captured: tuple[str, ...]
    error: str


@dataclass(frozen=True)
class Watched:
    """How to check on a capturing app, and the advice for its user if something goes wrong.

    `gone` gives the reason why the app ended, with the number of captures; `hint` is what may help
    if the app hangs, `again` if it is not this checkout's app.
    """

    alive: Callable[[], bool]
    names: Callable[[], set[str]]
    ended: Callable[[], str]
    gone: Callable[[str], str]
    hint: str
    again: str


def only_a_photo(model: ModelSpec, app: str) -> str:
    """Why an app that can only give a model one photo cannot run this one; else empty."""
    if only_image(model):
        return ""
    names = ", ".join(f"`{spec.name}`" for spec in model.inputs)
    return f"the model takes {names}; the {app} app gives a model one photo and nothing else"


def refuse_names(artifact: Artifact) -> None:
    """Raises OnparError for a file or a case with a name that the app does not accept."""
    files = (one.file for case in artifact.cases for one in case.sources if one.file)
    for given in [artifact.file, *(case.name for case in artifact.cases), *files]:
        if not APP_FILE_NAME.fits(given):
            raise OnparError(
                f"the app takes no file named {given!r}: rename it to {APP_FILE_NAME.expected}, "
                "and export again"
            )


def given_files(order: Order) -> list[Path]:
    """The files for the app: the model (a file or a folder), its sidecar, and each photo once."""
    return [
        order.model,
        sidecar_path(order.model),
        *dict.fromkeys(one.image for one in order.photographs),
    ]


def megabytes(files: list[Path]) -> float:
    """The size of all files, including those in folders; copying and the first run depend on it."""
    return sum(artifact_size(file) for file in files) / 1e6


def chosen_cases(order: Order, artifact: Artifact) -> list[str]:
    """The names of the cases to capture; empty for all cases in the sidecar."""
    wanted = [one.case for one in order.photographs]
    return [] if wanted == [case.name for case in artifact.cases] else wanted


def wait(app: Watched, wanted: int, patience: float, done: Callable[[int], None]) -> str:
    """Wait until the app has ended, crashed or hangs. Gives what went wrong on the device; else
    empty."""
    written, since = 0, time.monotonic()
    while True:
        alive = app.alive()
        names = app.names()
        if DONE_FILE in names:
            return _error(app.ended(), app.again)
        before, written = written, sum(name.endswith(".safetensors") for name in names)
        of = f"{written} of {wanted} captures written"
        if not alive:
            return app.gone(of)
        if written > before:
            done(min(written, wanted))
            since = time.monotonic()
        elif time.monotonic() - since > patience:
            return f"the app hangs: {of}, and no other for {patience:.0f} s; {app.hint}"
        time.sleep(POLL)


def _error(said: str, again: str) -> str:
    try:
        return one_line(decode_json(said.encode(), Ended).error)
    except JsonError as error:
        return f"its done.json cannot be read ({one_line(str(error))}); {again}"
