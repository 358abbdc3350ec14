"""A build of the sample model that is made in milliseconds: a sidecar, its golden, and a capture
that is on par; and `onpar` on it in this process, where no job has to run."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner, Result
from preps import prep_of
from samples import MODEL, PROBE, SIZE, artifact, info, returned

from onpar.parity.contract.capture import Capture, Tensor, digest, write_capture
from onpar.parity.contract.classmap import argmax, probe_classes
from onpar.parity.contract.golden import Gates, golden_metadata, sealed
from onpar.parity.contract.sidecar import sidecar_path, sidecar_text
from onpar.parity.contract.tolerance import Floor, Floors
from onpar.parity.image.fit import fit, normalise
from onpar.pipeline.cli.main import main

FLOOR = Floors(None, (Floor(1e-7, 1e-7),))


def tensors() -> dict[str, Tensor]:
    """What a sound target captures of the sample model, and the golden holds."""
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 3), np.uint8)
    prep = prep_of(MODEL)
    resized = fit(pixels, prep)
    scores = np.random.default_rng(1).normal(0, 3, (1, 2, *SIZE)).astype(np.float32)
    return {
        "decoded": pixels,
        "resized": resized,
        "image": normalise(resized, prep),
        "out": scores,
        "classmap": argmax(scores),
    }


def capture(held: dict[str, Tensor] | None = None, **changed: Any) -> Capture:
    """A capture of two equal runs; of `held` instead of what is right, where given."""
    probe: dict[str, Tensor] = {PROBE: probe_classes(2)}
    one = Capture(info(**changed), probe | (tensors() if held is None else held))
    last = digest(returned(one))
    digests = changed.get("output_sha256", (last, last))
    return replace(one, info=replace(one.info, output_sha256=digests))


def golden(held: dict[str, Tensor] | None = None) -> Capture:
    """The golden of the sample's only case."""
    held = tensors() if held is None else held
    extra = golden_metadata("key", {"out": FLOOR}, {"out": Gates(10.0, 1.0, 1.0)})
    outputs = {"out": held["out"]}
    made = info(target="reference", runtime="pytorch-eager", output_sha256=(digest(outputs),))
    return sealed(Capture(replace(made, extra=extra), held))


@dataclass(frozen=True)
class SmallBuild:
    """A build folder below a temporary one, and a folder for captures beside it."""

    root: Path

    @property
    def sidecar(self) -> Path:
        return sidecar_path(self.root / "artifacts" / "sample.onnx")

    @property
    def golden(self) -> Path:
        return self.root / "goldens" / "sample" / "dog.safetensors"

    @property
    def captures(self) -> Path:
        return self.root.parent / "captures"

    def captured(self, name: str = "sound", one: Capture | None = None) -> Path:
        """Write a capture into the folder of captures; its path."""
        path = self.captures / f"{name}.safetensors"
        write_capture(path, one or capture())
        return path

    def check(self, *arguments: str | Path) -> Result:
        """`onpar check` of this build; raises what a user would see the traceback of."""
        words = ["check", *map(str, arguments), "--build", str(self.root)]
        return CliRunner().invoke(main, words, prog_name="onpar", catch_exceptions=False)

    def rows(self, *arguments: str | Path) -> list[tuple[str, str]]:
        """Status and sentence of every row, in the order of the captures."""
        said = self.check(*arguments, "--json")
        return [(row["status"], row["sentence"]) for row in json.loads(said.stdout)["rows"]]


def small_build(folder: Path) -> SmallBuild:
    """Make it in a folder."""
    build = SmallBuild(folder / "build")
    build.sidecar.parent.mkdir(parents=True)
    build.sidecar.write_text(sidecar_text(artifact()), encoding="utf-8")
    write_capture(build.golden, golden())
    return build
