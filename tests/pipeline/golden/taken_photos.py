"""Captures of a photo that is none of the recipe's, as a target takes them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from builds import model_of
from here import onpar_here
from PIL import Image
from samples import photo_case

from onpar.parity.contract.capture import Capture, write_capture
from onpar.parity.contract.chains import PHOTO
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.steps.decode_image import ImageFile
from onpar.pipeline.capture.capture_job import Runs, Session
from onpar.pipeline.paths import IMAGES
from onpar.pipeline.targets import TARGETS


def only_exports(exported: Path, build: Path) -> Path:
    """A build with the exports and nothing else, so that what is made in it is."""
    (build / "artifacts").mkdir(parents=True)
    for path in (exported / "artifacts").iterdir():
        (build / "artifacts" / path.name).symlink_to(path)
    return build


def holiday() -> bytes:
    """A photo that is none of the recipe's: a part of one of them, mirrored."""
    with Image.open(IMAGES / "coffee.png") as coffee:
        part = coffee.crop((40, 20, 440, 390)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    file = BytesIO()
    part.save(file, "PNG")
    return file.getvalue()


def take(
    build: Path,
    photo: bytes | None = None,
    name: str = "IMG 2041",
    model: str = "fp32-tensor.onnx",
    target: str = "onnxruntime",
) -> Capture:
    """What the build's model on the target, onnxruntime's or PyTorch's, captures of a photo, as an
    app would."""
    content = holiday() if photo is None else photo
    path = model_of(build, model)
    artifact, runs = read_sidecar(sidecar_path(path)), Runs(threads=1, measured=2)
    loaded = import_module(TARGETS[target].module).load(path.read_bytes(), artifact, 1)
    session = Session(target, artifact, artifact.sha256, loaded, 1.0, runs)
    case = photo_case(name, "photo.png", hashlib.sha256(content).hexdigest())
    return session.capture(case, {PHOTO: ImageFile("photo.png", content)}, {})


def kept(tmp_path: Path, capture: Capture, name: str = "taken") -> Path:
    path = tmp_path / "phone" / f"{name}.safetensors"
    write_capture(path, capture)
    return path


def told(capture: Capture, **info: Any) -> Capture:
    return replace(capture, info=replace(capture.info, **info))


def holding(capture: Capture, **tensors: Any) -> Capture:
    return replace(capture, tensors={**capture.tensors, **tensors})


def checked(build: Path, *paths: Path) -> tuple[int, list[dict[str, Any]]]:
    done = onpar_here("check", *paths, "--build", build, "--json")
    return done.returncode, json.loads(done.stdout)["rows"]


def made(build: Path, path: Path) -> Path:
    done = onpar_here("golden", "--from", path, "--build", build, "--json")
    assert done.returncode == 0, done.stderr
    [golden] = json.loads(done.stdout)["paths"]
    return Path(golden)
