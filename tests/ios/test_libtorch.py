"""LibTorch's mobile interpreter in the iOS host: outputs of every kind, what it cannot load."""

from __future__ import annotations

import json
import subprocess
import warnings
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch
from builds import Built
from PIL import Image
from preps import Prep
from sidecars import artifact

from onpar.parity.contract.capture import read_capture
from onpar.parity.contract.sidecar import sidecar_path, sidecar_text
from onpar.parity.image.fit import fit, normalise
from onpar.pipeline.targets.ios_host import HOST

PREP = Prep("image", 6, 5, (0.5, 0.4, 0.3), (0.2, 0.25, 0.3), "letterbox", (9, 99, 199))


class Model(torch.nn.Module):
    """Gives its input back, as one of the things that a script can return."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def forward(self, image: torch.Tensor) -> object:
        if self.kind == "tensor":
            return image + 0
        if self.kind == "dictionary":
            return {"out": image + 0}
        if self.kind == "tuple":
            return (image + 0,)
        if self.kind == "list":
            return [image + 0]
        if self.kind == "channels last":
            return (image + 0).contiguous(memory_format=torch.channels_last)
        return image + 0, image * 2


def saved(path: Path, module: torch.nn.Module) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(module.eval(), torch.zeros(1, 3, 6, 5), strict=False)
        traced._save_for_lite_interpreter(str(path))
    save_sidecar(path)
    return path


def save_sidecar(path: Path) -> None:
    """Of the bytes that lie there: `out` is float32 [1, 3, 6, 5]."""
    digest = sha256(path.read_bytes()).hexdigest()
    facts = json.loads(sidecar_text(artifact(PREP)))
    facts |= {"file": path.name, "format": "ptl", "sha256": digest}
    sidecar_path(path).write_text(json.dumps(facts), "utf-8")


@pytest.fixture
def capture(ios_built: Built, tmp_path: Path) -> Callable[[Path], subprocess.CompletedProcess[str]]:
    """Capture one photo into `out.safetensors`."""
    ios_built.check()
    pixels = np.random.default_rng(0).integers(0, 256, (9, 8, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")

    def run(model: Path) -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [
            HOST,
            "--model",
            model,
            "--runtime",
            "libtorch",
            "--case",
            "photo",
        ]
        command += ["--image", tmp_path / "photo.png", "--out", tmp_path / "out.safetensors"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    return run


Capture = Callable[[Path], "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize("kind", ["tensor", "dictionary", "tuple", "list", "channels last"])
def test_whatever_a_script_returns_its_output_has_the_sidecars_name(
    capture: Capture, tmp_path: Path, kind: str
) -> None:
    done = capture(saved(tmp_path / "model.ptl", Model(kind)))
    assert (done.returncode, done.stderr) == (0, "")
    made = read_capture(tmp_path / "out.safetensors")
    expected = normalise(fit(made.tensors["decoded"], PREP), PREP)
    assert np.array_equal(made.tensors["out"], expected)
    assert made.info.runtime == "libtorch"
    assert made.info.runtime_version.startswith("1.13.")


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    for one in words:
        assert one in done.stderr, done.stderr


def test_another_number_of_outputs_is_refused(capture: Capture, tmp_path: Path) -> None:
    done = capture(saved(tmp_path / "model.ptl", Model("two")))
    refused(done, "model.ptl: LibTorch failed (it returns 2 outputs, its sidecar says 1)")


def test_an_output_of_another_shape_is_refused(capture: Capture, tmp_path: Path) -> None:
    done = capture(saved(tmp_path / "model.ptl", torch.nn.AvgPool2d(2)))
    refused(done, "returns out: float32 [1, 3, 3, 2], its sidecar says out: float32 [1, 3, 6, 5]")


def test_an_unknown_operator_is_named_with_the_way_out(capture: Capture, tmp_path: Path) -> None:
    """A script that is not frozen: `interpolate` is inlined with all its modes."""
    path = tmp_path / "model.ptl"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.script(torch.nn.Upsample((6, 5), mode="bilinear"))._save_for_lite_interpreter(
            str(path)
        )
    save_sidecar(path)
    done = capture(path)
    refused(
        done,
        "model.ptl: LibTorch 1.13.",
        "cannot load it (it has no aten::_upsample_lanczos2d_aa.vec)",
        "export it for this runtime: bytecode 9 or older, frozen as `onpar export` does it",
    )


def test_newer_bytecode_is_named_with_the_version_that_is_known(
    capture: Capture, tmp_path: Path
) -> None:
    old = saved(tmp_path / "old.ptl", Model("tensor"))
    with zipfile.ZipFile(old) as given, zipfile.ZipFile(tmp_path / "model.ptl", "w") as made:
        for name in given.namelist():
            content = given.read(name)
            if name.endswith("bytecode.pkl"):
                # Protocol 2, and the version as one byte.
                assert content.startswith(b"\x80\x02K\x08")
                content = content.replace(b"K\x08", b"K\x0c", 1)
            made.writestr(name, content)
    save_sidecar(tmp_path / "model.ptl")
    done = capture(tmp_path / "model.ptl")
    refused(done, "between 4 and 9 but the model version is 12", "bytecode 9 or older")


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04" + bytes(99)])
def test_what_is_no_model_is_refused(capture: Capture, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.ptl").write_bytes(content)
    save_sidecar(tmp_path / "model.ptl")
    refused(capture(tmp_path / "model.ptl"), "model.ptl: LibTorch 1.13.", "cannot load it (")


def test_a_model_cut_anywhere_is_refused_in_words(capture: Capture, tmp_path: Path) -> None:
    whole = saved(tmp_path / "whole.ptl", Model("dictionary")).read_bytes()
    for size in range(1, len(whole), len(whole) // 8):
        (tmp_path / "model.ptl").write_bytes(whole[:size])
        save_sidecar(tmp_path / "model.ptl")
        refused(capture(tmp_path / "model.ptl"), "cannot load it (")
