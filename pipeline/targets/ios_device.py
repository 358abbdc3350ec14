"""The iOS app on iPhones and iPads on a cable, through devicectl, with the same formats as on
simulators (ios_simulator.py).

A folder with the model, its sidecar and the photos is copied into the app's container, and the app
is started with arguments that name the folder. docs/phones.md says how to prepare a phone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import ModelSpec
from onpar.pipeline.apps.ios.devicectl import Phone, attached
from onpar.pipeline.apps.ios.handed_over import MAX_DONE_BYTES, check_size, lay_out, new_name
from onpar.pipeline.apps.ios.launched import FOLDER, Launched, arguments, launched
from onpar.pipeline.apps.ios.on_phone import (
    copy_from,
    copy_to,
    installed,
    launch_command,
    locked,
    sizes,
)
from onpar.pipeline.apps.ios.xcode import LOCKED
from onpar.pipeline.build_folder.keys import key_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets.captured_folder import (
    DONE_FILE,
    FIRST_CAPTURE_SECONDS,
    PATIENCE,
    Watched,
    chosen_cases,
    given_files,
    megabytes,
    only_a_photo,
    refuse_names,
    wait,
)
from onpar.pipeline.targets.target import Order

EMPTIED_FILE_TEXT = "onpar has removed what was here\n"


def unmet_requirements() -> str:
    """What is missing: Xcode, or a usable phone."""
    phones, problem = attached()
    if problem:
        return problem
    if not phones:
        return "no iPhone is attached: plug one in that has onpar's app, with Developer Mode on"
    if all(phone.refuses for phone in phones):
        return "; ".join(f"{phone.name}: {phone.refuses}" for phone in phones)
    return ""


def devices() -> dict[str, str]:
    """The connected phones' identifiers, and names to show."""
    return {phone.identifier: phone.name for phone in attached()[0]}


def refusal(model: ModelSpec, device: str) -> str:
    """Why the model takes more than a photo, or the phone cannot be used or does not have the
    app."""
    return only_a_photo(model, "iOS") or unready(device)


@cache
def unready(device: str) -> str:
    """Why the app on this phone cannot be used, queried once per process; empty if it can."""
    try:
        phone = _phone(device)
        installed(phone)
    except OnparError as error:
        return str(error)
    return f"{phone.name}: {LOCKED}" if locked(phone) else ""


@cache
def identity(device: str) -> str:
    """The phone's system, and the installation of the app."""
    try:
        phone = _phone(device)
        app = installed(phone)
    except OnparError:
        return "unknown"
    return key_of(system=phone.system, app=[app.version, app.bundle_version, app.url])


def capture(order: Order, done: Callable[[int], None]) -> None:
    """Copy everything to the phone, start the app, wait for it, and fetch its captures."""
    phone = _phone(order.device)
    if unready(order.device):
        raise OnparError(unready(order.device))
    artifact = read_sidecar(sidecar_path(order.model))
    refuse_names(artifact)
    cases = chosen_cases(order, artifact)
    files = given_files(order)
    name, size = new_name(artifact), megabytes(files)
    with tempfile.TemporaryDirectory(prefix="onpar-") as place:
        staged = Path(place) / "capture"
        lay_out(files, staged / name)
        try:
            # The parent folder first: devicectl is not documented to create several levels of
            # folders.
            copy_to(phone, staged, FOLDER, FIRST_CAPTURE_SECONDS + size)
            _check_arrived(phone, name, artifact.file)
            words = arguments(cases, name, order.threads, order.measured)
            with launched(launch_command(phone, words)) as app:
                watched = _watched(phone, app, name, Path(place))
                problem = wait(watched, len(order.photographs), PATIENCE + size, done)
            written = sizes(phone, f"{FOLDER}/{name}")
            for one in order.photographs:
                case = f"{one.case}.safetensors"
                if case in written:
                    check_size(case, written[case])
                    copy_from(
                        phone,
                        f"{FOLDER}/{name}/{case}",
                        one.out,
                        FIRST_CAPTURE_SECONDS + written[case] / 1e6,
                    )
        finally:
            with suppress(OnparError):
                _empty(phone, staged, name)
    if problem:
        raise OnparError(f"{phone.name}: {problem}")


def _phone(device: str) -> Phone:
    for phone in attached()[0]:
        if phone.identifier == device:
            if phone.refuses:
                raise OnparError(f"{phone.name}: {phone.refuses}")
            return phone
    raise OnparError("the iPhone is not attached any more: plug it in, and run again")


def _check_arrived(phone: Phone, name: str, model: str) -> None:
    if model not in sizes(phone, f"{FOLDER}/{name}"):
        raise OnparError(
            f"{phone.name}: devicectl put {model} elsewhere than into {FOLDER}/{name} of the app; "
            "use Xcode 16"
        )


def _watched(phone: Phone, app: Launched, name: str, place: Path) -> Watched:
    def ended() -> str:
        check_size(DONE_FILE, sizes(phone, f"{FOLDER}/{name}").get(DONE_FILE, 0), MAX_DONE_BYTES)
        copy_from(phone, f"{FOLDER}/{name}/{DONE_FILE}", place / DONE_FILE, FIRST_CAPTURE_SECONDS)
        return (place / DONE_FILE).read_text(encoding="utf-8", errors="replace")

    return Watched(
        alive=app.alive,
        names=lambda: set(sizes(phone, f"{FOLDER}/{name}")),
        ended=ended,
        gone=app.gone,
        hint="keep the phone unlocked",
        again="run `bash .ci/ios_mac device`, which installs this checkout's app",
    )


def _empty(phone: Phone, staged: Path, name: str) -> None:
    """Overwrite each file with a line: devicectl cannot remove files, and some are photos."""
    for written in sizes(phone, f"{FOLDER}/{name}"):
        given = staged / name / Path(written).name
        if not given.exists():
            given.touch()
    for path in staged.rglob("*"):
        if path.is_file():
            path.write_text(EMPTIED_FILE_TEXT)
    copy_to(phone, staged, FOLDER, FIRST_CAPTURE_SECONDS)
