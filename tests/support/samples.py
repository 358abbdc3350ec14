"""A small capture, artifact and golden, sound in every part, for tests that change one thing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from onpar.parity.causes.arrays import ARRAY
from onpar.parity.causes.classmaps import CLASSMAP
from onpar.parity.causes.decoded import DECODED
from onpar.parity.causes.inputs import INPUT
from onpar.parity.causes.outputs import OUTPUT
from onpar.parity.causes.resized import RESIZED
from onpar.parity.contract.capture import Capture, CaptureInfo, Tensor
from onpar.parity.contract.chain import steps_inside
from onpar.parity.contract.chains import class_map, photo
from onpar.parity.contract.spec import Artifact, Case, ModelSpec, RecipeOptions, Source
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import FLOAT32

PROBE = "probe.1/classmap"
"""What captures call an app's arg-max of made-up scores."""

MISTAKES = {
    "decoded": DECODED,
    "resized": RESIZED,
    "input": INPUT,
    "output": OUTPUT,
    "classmap": CLASSMAP,
    "array": ARRAY,
}

SIZE = (3, 4)
"""Height and width of the sample model's input."""

MODEL = ModelSpec(
    recipe="sample",
    inputs=(TensorSpec("image", (1, 3, *SIZE)),),
    outputs=(TensorSpec("out", (1, 2, *SIZE)),),
    steps=(
        *photo("image", *SIZE, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)),
        class_map("out", ("nothing", "something"), ((0, 0, 0), (128, 0, 0))),
    ),
)


def sha(text: str) -> str:
    """Some digest that is a text's own."""
    return hashlib.sha256(text.encode()).hexdigest()


def info(**changed: Any) -> CaptureInfo:
    """The metadata of a capture on `onnxruntime`, with some fields changed."""
    sound = CaptureInfo(
        recipe="sample",
        recipe_sha256=MODEL.sha256,
        weights_sha256=sha("weights"),
        case="dog",
        sources={"photo": sha("dog")},
        artifact="sample.onnx",
        artifact_sha256=sha("artifact"),
        target="onnxruntime",
        runtime="onnxruntime",
        runtime_version="1.0",
        engine="",
        device="a processor",
        os="Linux 6.1",
        arch="x86_64",
        threads=2,
        warmup=1,
        load_ms=12.5,
        infer_ms=(3.25, 3.0),
        output_sha256=(sha("run"), sha("run")),
        peak_rss_mb=100.25,
        captured_at="2026-01-02T03:04:05+00:00",
        compute_unit="CPU",
    )
    return replace(sound, **changed)


def artifact(**changed: Any) -> Artifact:
    """The sidecar of an ONNX artifact of MODEL, or of another model, with some fields changed."""
    model: ModelSpec = changed.get("model", MODEL)
    sound = Artifact(
        file="sample.onnx",
        sha256=sha("artifact"),
        bytes=1234,
        key=sha("key"),
        format="onnx",
        precision="fp32",
        io="tensor",
        engine="",
        weights="seeded0",
        weights_sha256=sha("weights"),
        recipe_sha256=MODEL.sha256,
        options=RecipeOptions("sample", *SIZE),
        model=model,
        steps=model.steps,
        runs=steps_inside(model, changed.get("io", "tensor")),
        inputs=model.inputs,
        outputs=model.outputs,
        calibration="",
        cases=(photo_case("dog", "dog.png", sha("dog")),),
        tolerance=FLOAT32,
        operators=("ai.onnx::Conv",),
        tools={"onnx": "1.0"},
        export_seconds=1.5,
    )
    return replace(sound, **changed)


def returned(capture: Capture) -> dict[str, Tensor]:
    """What a segmentation's file gave in the last run: its scores, with io `image` the class
    map."""
    held = capture.tensors
    return {n: held[n] for n in ("out", "aux") if n in held} or {"classmap": held["classmap"]}


def photo_case(name: str, file: str, sha256: str) -> Case:
    """A case of one photo."""
    return Case(name, (Source("photo", file, sha256),))


def inputs_of(capture: Capture, model: ModelSpec) -> dict[str, Tensor]:
    """What the network took, by input."""
    return {spec.name: capture.tensors[spec.name] for spec in model.inputs}


def outputs_of(capture: Capture, model: ModelSpec) -> dict[str, Tensor]:
    """What the network gave, by output."""
    return {spec.name: capture.tensors[spec.name] for spec in model.outputs}
