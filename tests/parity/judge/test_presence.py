"""A class map is classes: what a format's own dtype can hold besides them is told."""

from __future__ import annotations

import numpy as np
import pytest
from samples import MODEL, SIZE, artifact, info

from onpar.parity.contract.capture import Capture, Tensor
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.spec import Artifact, ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.judge.presence import judge_presence
from onpar.parity.judge.status import Status

DRAWS = artifact(
    io="image",
    format="coreml",
    inputs=(TensorSpec("image", (*SIZE, 3), "uint8"),),
    outputs=(TensorSpec("classmap", SIZE, "int32"),),
)
"""Core ML's class map is of Int32."""

PIXELS = np.zeros((*SIZE, 3), np.uint8)
MAP = np.zeros(SIZE, np.int32)
DECODED = {"decoded": PIXELS, "resized": PIXELS}


def found(model: Artifact, tensors: dict[str, Tensor]) -> dict[str, Status]:
    """Every fault of a capture that has these tensors."""
    golden = Golden(Capture(info(), DECODED | {"classmap": MAP.astype(np.uint8)}), {}, {})
    faults, _ = judge_presence(Capture(info(), DECODED | tensors), model, golden)
    return {fault.tensor: fault.status for fault in faults}


@pytest.mark.parametrize("name", ["classmap", "rerun.1/classmap"])
@pytest.mark.parametrize("wrong", [-1, 256])
def test_a_class_map_of_other_numbers_than_classes_is_value(name: str, wrong: int) -> None:
    drawn = MAP.copy()
    drawn[1, 2] = wrong
    assert found(DRAWS, {"classmap": MAP, name: drawn}) == {name: Status.VALUE}
    assert found(DRAWS, {"classmap": MAP + 255}) == {}


def test_the_dtype_of_a_class_map_comes_before_its_numbers() -> None:
    for drawn in (np.full(SIZE, np.nan, np.float32), np.full(SIZE, 300, np.int64)):
        assert found(DRAWS, {"classmap": drawn}) == {"classmap": Status.DTYPE}


def test_scores_that_a_recipe_calls_a_class_map_are_scores() -> None:
    named = ModelSpec("sample", MODEL.inputs, (TensorSpec("classmap", SIZE),))
    image = np.zeros((1, 3, *SIZE), np.float32)
    tensors = {"image": image, "classmap": np.full(SIZE, -3.5, np.float32)}
    assert "classmap" not in found(artifact(model=named, outputs=named.outputs), tensors)
