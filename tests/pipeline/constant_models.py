"""Models that give the same scores for every photo: what the app shows of them is known."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from preps import Prep
from sidecars import artifact

from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.chain import steps_inside
from onpar.parity.contract.sidecar import sidecar_path, sidecar_text
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.steps.to_image import ToImage
from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.contract.tensor_spec import TensorSpec

PREP = Prep("image", 6, 8)


def mask(path: Path) -> None:
    """Above the threshold but for the left quarter."""
    scores = np.full((1, 1, 6, 8), 0.75, np.float32)
    scores[..., :2] = 0.5
    look = (("background", "person"), ((0, 0, 0), (0, 255, 0)))
    _write(path, scores, Threshold(("out",), ("mask",), 0.5, *look))


def labels(path: Path) -> None:
    """Three classes, of which two are shown."""
    _write(
        path,
        np.array([[0, 2, 1]], np.float32),
        Softmax(("out",), ("probabilities",), 1),
        TopK(("probabilities",), ("classes", "values"), 2, ("horse", "tabby cat", "dog")),
    )


def picture(path: Path) -> None:
    """Green but for the left quarter, which is orange."""
    values = np.zeros((1, 3, 6, 8), np.float32)
    values[0, 1, :, 2:] = 1
    values[0, 0, :, :2], values[0, 1, :, :2] = 1, 0.5
    _write(path, values, ToImage(("out",), ("picture",), 255.0, 0.5, "NCHW"))


def _write(path: Path, scores: Tensor, *steps: AnyStep) -> None:
    """The model, and its sidecar; `steps` take its output `out`."""
    content = _model(scores).SerializeToString()
    path.write_bytes(content)
    model = ModelSpec(
        recipe="sample",
        inputs=(TensorSpec(PREP.input, (1, 3, PREP.height, PREP.width)),),
        outputs=(TensorSpec("out", scores.shape),),
        steps=(*PREP.steps, *steps),
    )
    sidecar = replace(
        artifact(PREP),
        file=path.name,
        bytes=len(content),
        sha256=sha256(content).hexdigest(),
        recipe_sha256=model.sha256,
        model=model,
        steps=model.steps,
        runs=steps_inside(model, "tensor"),
        outputs=model.outputs,
    )
    sidecar_path(path).write_text(sidecar_text(sidecar), "utf-8")


def _model(scores: Tensor) -> onnx.ModelProto:
    """0 times the photo's mean, plus the scores."""
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 6, 8])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, list(scores.shape))
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["image"], ["mean"], keepdims=0),
            helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
            helper.make_node("Add", ["scores", "nothing"], ["out"]),
        ],
        "constant",
        [image],
        [out],
        [
            numpy_helper.from_array(np.zeros((), np.float32), "zero"),
            numpy_helper.from_array(scores, "scores"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
