"""Sidecars of a model that need not exist, and changed ones, for tests of what is read of them."""

from __future__ import annotations

import json
from typing import Any

from preps import Prep
from samples import photo_case

from onpar.parity.contract.chain import steps_inside
from onpar.parity.contract.chains import class_map
from onpar.parity.contract.sidecar import sidecar_digest
from onpar.parity.contract.spec import Artifact, ModelSpec, RecipeOptions
from onpar.parity.contract.tensor_spec import TensorSpec

SHA = "0123456789abcdef" * 4


def artifact(prep: Prep) -> Artifact:
    """An ONNX artifact with this preparation, three classes, and one case."""
    size = (prep.height, prep.width)
    model = ModelSpec(
        recipe="sample",
        inputs=(TensorSpec(prep.input, (1, 3, *size)),),
        outputs=(TensorSpec("out", (1, 3, *size)),),
        steps=(
            *prep.steps,
            class_map("out", ("none", "cät", "dog"), ((0, 0, 0), (128, 0, 0), (0, 9, 255))),
        ),
    )
    return Artifact(
        file="sample.onnx",
        sha256=SHA,
        bytes=1234,
        key=SHA,
        format="onnx",
        precision="fp32",
        io="tensor",
        engine="",
        weights="seeded0",
        weights_sha256=SHA,
        recipe_sha256=model.sha256,
        options=RecipeOptions("sample", *size),
        model=model,
        steps=model.steps,
        runs=steps_inside(model, "tensor"),
        inputs=model.inputs,
        outputs=model.outputs,
        calibration="",
        cases=(photo_case("dog", "dog.png", SHA),),
        tolerance=None,
        operators=(),
        tools={},
        export_seconds=1.5,
    )


def sealed(facts: dict[str, Any]) -> str:
    """A sidecar's text, with the digest of its content: as if `onpar export` had written it."""
    own = sidecar_digest(json.dumps(facts).encode())
    return json.dumps(facts | {"sidecar_sha256": own})
