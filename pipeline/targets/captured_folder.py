"""The folder that an app on a device captures into: what is put there, and how it is watched.

The app is given a folder with the model, its sidecar and the photos. It writes `<case>.safetensors`
there for each case as it is done, and at the very end `done.json`, whole or not at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.contract.sidecar import sidecar_path
from onpar.parity.contract.spec import Artifact, ModelSpec
from onpar.parity.files.json_file import JsonError, decode_json
from onpar.parity.limits.limits import APP_FILE_NAME
from onpar.pipeline.build_folder.keys import artifact_size
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets import Order
from onpar.pipeline.targets.device_text import one_line

DONE_FILE = "done.json"

POLL = 0.5
"""Seconds between two looks at what the app has written."""

FIRST_CAPTURE_SECONDS = 60.0
"""Seconds that copying may take, and one more for each MB that is handed over."""

PATIENCE = 120.0
"""Seconds without another capture after which the app hangs, and one more for each of these MB."""


@dataclass(frozen=True)
class Ended:
    """What `done.json` says: the cases captured, and an error's sentence, empty where there was
    none."""

    captured: tuple[str, ...]
    error: str


@dataclass(frozen=True)
class Watched:
    """How an app that captures is looked at, and how its device's user is told what went wrong.

    `gone` says why the app is not there any more, given how many captures are written; `hint` is
    what may mend an app that hangs, `again` an app that is not this checkout's.
    """

    alive: Callable[[], bool]
    names: Callable[[], set[str]]
    ended: Callable[[], str]
    gone: Callable[[str], str]
    hint: str
    again: str


def only_a_photo(model: ModelSpec, app: str) -> str:
    """Why an app that gives a model one photo and nothing else cannot run this one; else empty."""
    if model.prep and len(model.inputs) == 1:
        return ""
    names = ", ".join(f"`{spec.name}`" for spec in model.inputs)
    return f"the model takes {names}; the {app} app gives a model one photo and nothing else"


def refuse_names(artifact: Artifact) -> None:
    """Raises OnparError for a file or a case that the app would not take by its name."""
    for given in [artifact.file, *(name for c in artifact.cases for name in (c.image, c.name))]:
        if not APP_FILE_NAME.fits(given):
            raise OnparError(
                f"the app takes no file named {given!r}: rename it to {APP_FILE_NAME.expected}, "
                "and export again"
            )


def given_files(order: Order) -> list[Path]:
    """What is handed over: the model (a file, or a folder), its sidecar, and each photo once."""
    return [
        order.model,
        sidecar_path(order.model),
        *dict.fromkeys(one.image for one in order.photographs),
    ]


def megabytes(files: list[Path]) -> float:
    """Of all files, those in folders too: copying them, and the first run, take the longer."""
    return sum(artifact_size(file) for file in files) / 1e6


def chosen_cases(order: Order, artifact: Artifact) -> list[str]:
    """The names of the cases to capture; none where it is all that the sidecar has."""
    wanted = [one.case for one in order.photographs]
    return [] if wanted == [case.name for case in artifact.cases] else wanted


def wait(app: Watched, wanted: int, patience: float, done: Callable[[int], None]) -> str:
    """What went wrong on the device, once the app has ended, is gone or hangs; else empty."""
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
