"""A recipe's goldens, and captures of any function that computes its model, judged in this process:
no export, no build folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samples import inputs_of
from torch import nn

from onpar.parity.contract.capture import Capture, CaptureInfo, Tensor, digest, write_capture
from onpar.parity.contract.chain import after_run, chain_of, steps_inside
from onpar.parity.contract.golden import Golden, read_golden
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.tolerance import FLOAT32
from onpar.parity.judge.judge import judge
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.golden.golden_job import goldens
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.recipes.recipe import Recipe

Run = Callable[[Mapping[str, Tensor]], Mapping[str, Tensor]]

WEIGHTS = "1" * 64
FILE = "2" * 64


@dataclass(frozen=True)
class Judged:
    """A recipe with its module and goldens, and an artifact as an export would describe it."""

    recipe: Recipe
    module: nn.Module
    goldens: tuple[Golden, ...]
    artifact: Artifact

    def verdict(self, golden: Golden, run: Run) -> Verdict:
        """Judge what `run` gives for a case's own inputs."""

        return self.judged(self.capture(golden, run), golden)

    def judged(self, capture: Capture, golden: Golden) -> Verdict:
        """Judge a capture of the golden's own inputs."""

        def reference(capture: Capture) -> Mapping[str, Tensor]:
            raise AssertionError("the inputs are the golden's")

        return judge(capture, self.artifact, golden, reference)

    def capture(self, golden: Golden, run: Run) -> Capture:
        """What a target on which `run` runs would have captured of the golden's case."""
        model = self.recipe.model
        outputs = dict(run(inputs_of(golden.capture, model)))
        made = {**golden.capture.tensors, **outputs}
        for step in after_run(model):
            made |= dict(zip(step.makes, step.compute([made[n] for n in step.takes]), strict=True))
        probes = chain_of(self.artifact).probes.items()
        tensors = made | {name: probe.expected for name, (_, probe) in probes}
        mine: dict[str, Any] = vars(golden.capture.info) | {
            "artifact": "model.onnx",
            "artifact_sha256": FILE,
            "target": "onnxruntime",
            "runtime": "onnxruntime",
            "infer_ms": (1.0, 1.0),
            "output_sha256": (digest(outputs),) * 2,
            "extra": {},
        }
        return Capture(CaptureInfo(**mine), tensors)


def judged(recipe: Recipe, folder: Path) -> Judged:
    """Build the module and make the goldens, which are kept in `folder`."""
    module, paths = build_module(recipe), []
    for capture in goldens(recipe, module, WEIGHTS, "weights", "key"):
        paths.append(folder / f"{capture.info.case}.safetensors")
        write_capture(paths[-1], capture)
    artifact = Artifact(
        file="model.onnx",
        sha256=FILE,
        bytes=1,
        key="key",
        format="onnx",
        precision="fp32",
        io="tensor",
        engine="",
        weights="built",
        weights_sha256=WEIGHTS,
        recipe_sha256=recipe.model.sha256,
        options=recipe.options,
        model=recipe.model,
        steps=recipe.model.steps,
        runs=steps_inside(recipe.model, "tensor"),
        inputs=recipe.model.inputs,
        outputs=recipe.model.outputs,
        calibration="",
        cases=recipe.cases(),
        tolerance=FLOAT32,
        operators=(),
        tools={},
        export_seconds=0.0,
    )
    return Judged(recipe, module, tuple(map(read_golden, paths)), artifact)
