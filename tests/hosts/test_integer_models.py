"""A model of int8 through the hosts: each step around its file makes what Python's makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from hosts import Host
from numpy.typing import NDArray
from onnx import TensorProto, helper
from PIL import Image
from preps import Prep
from sidecars import artifact

from onpar.parity.contract.capture import read_capture
from onpar.parity.contract.chain import chain_of, perform
from onpar.parity.contract.sidecar import sidecar_path, sidecar_text
from onpar.parity.contract.spec import Artifact, ModelSpec
from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.steps.decode_image import ImageFile
from onpar.parity.contract.steps.dequantize import Dequantize
from onpar.parity.contract.steps.quantize import Quantize
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.steps.to_image import ToImage
from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.contract.tensor_spec import TensorSpec

SHAPE = (1, 3, 6, 5)
PREP = Prep("floats", 6, 5, (0.4,) * 3, (0.2,) * 3, "crop", filter="bicubic", antialias=False)
FACTOR = np.float32(0.017)

PAINTED = (
    Quantize(("painted",), ("levels",), 0.007, 9, "uint8"),
    Dequantize(("levels",), ("shown",), 0.007, 9),
    ToImage(("shown",), ("picture",), 127.5, 128, "NCHW"),
)
"""Of the photo's floats many are beyond int8, and of the painted ones beyond uint8."""


def integers(*after: AnyStep, output: TensorSpec, **changed: Any) -> Artifact:
    """An artifact that takes int8, and these steps after it."""
    model = ModelSpec(
        recipe="sample",
        inputs=(TensorSpec("image", SHAPE, "int8"),),
        outputs=(output,),
        steps=(*PREP.steps, Quantize(("floats",), ("image",), 2 / 255, -40, "int8"), *after),
    )
    return replace(
        artifact(PREP),
        recipe_sha256=model.sha256,
        model=model,
        steps=model.steps,
        runs=(4, 4),
        inputs=model.inputs,
        outputs=model.outputs,
        **changed,
    )


def save_model(path: Path, items: int = TensorProto.INT8, dtype: str = "int8") -> None:
    """It multiplies the integers that it takes by FACTOR, and its sidecar beside it."""
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["image"], ["wide"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["wide", "factor"], ["painted"]),
        ],
        "painter",
        [helper.make_tensor_value_info("image", items, SHAPE)],
        [helper.make_tensor_value_info("painted", TensorProto.FLOAT, SHAPE)],
        [helper.make_tensor("factor", TensorProto.FLOAT, [], [float(FACTOR)])],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), path
    )
    described = integers(
        *PAINTED,
        output=TensorSpec("painted", SHAPE),
        file=path.name,
        sha256=sha256(path.read_bytes()).hexdigest(),
    )
    described = replace(described, inputs=(TensorSpec("image", SHAPE, dtype),))
    sidecar_path(path).write_text(sidecar_text(described), "utf-8")


def test_an_int8_model_and_the_integers_and_pixels_around_it_are_pythons(
    host: Host, tmp_path: Path
) -> None:
    model, image = tmp_path / "painter.onnx", tmp_path / "dog.png"
    save_model(model)
    pixels = np.random.default_rng(0).integers(0, 256, (9, 8, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(image)
    done = host.capture(model, image, tmp_path / "dog.safetensors")
    assert (done.returncode, done.stderr) == (0, "")
    got = read_capture(tmp_path / "dog.safetensors").tensors
    described = integers(*PAINTED, output=TensorSpec("painted", SHAPE))
    chain = chain_of(described)
    made = perform(chain.before, {}, {"photo": ImageFile(image.name, image.read_bytes())})
    made["painted"] = made["image"].astype(np.float32) * FACTOR
    made = perform(chain.after, made, {})
    assert {name: value.dtype.name for name, value in got.items()} == {
        "decoded": "uint8",
        "resized": "uint8",
        "floats": "float32",
        "image": "int8",
        "painted": "float32",
        "levels": "uint8",
        "shown": "float32",
        "picture": "uint8",
    }
    assert_equal(got, made)
    assert {-128, 127} <= {*got["image"].ravel()} and {0, 255} <= {*got["levels"].ravel()}


def test_a_file_that_takes_int32_is_given_a_models_int8_as_that(host: Host, tmp_path: Path) -> None:
    """As Core ML's files do, which have no other integers."""
    image, captures = tmp_path / "dog.png", []
    pixels = np.random.default_rng(0).integers(0, 256, (9, 8, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(image)
    for name, items in (("int8", TensorProto.INT8), ("int32", TensorProto.INT32)):
        model, out = tmp_path / f"{name}.onnx", tmp_path / f"{name}.safetensors"
        save_model(model, items, name)
        done = host.capture(model, image, out)
        assert (done.returncode, done.stderr) == (0, "")
        captures.append(read_capture(out).tensors)
    small, wide = captures
    assert wide["image"].dtype == np.int32
    assert_equal({**wide, "image": wide["image"].astype(np.int8)}, small)
    assert np.array_equal(wide["image"], small["image"])


def assert_equal(got: Mapping[str, NDArray[Any]], made: Mapping[str, NDArray[Any]]) -> None:
    """Every tensor, to the bit."""
    assert got.keys() == made.keys()
    for name, value in made.items():
        assert (got[name].dtype, got[name].shape) == (value.dtype, value.shape), name
        assert got[name].tobytes() == np.ascontiguousarray(value).tobytes(), name


LABELS = tuple(f"label {n}" for n in range(40))
MASK = ("none", "some"), ((0, 0, 0), (9, 9, 9))
ANSWERS: list[tuple[tuple[AnyStep, ...], tuple[int, ...]]] = [
    (PAINTED, SHAPE),
    (
        (
            Quantize(("painted",), ("levels",), 0.25, 3, "int8"),
            Dequantize(("levels",), ("shown",), 0.25, 3),
            TopK(("shown",), ("classes", "values"), 7, LABELS),
        ),
        (1, 40),
    ),
    ((Softmax(("painted",), ("p",), 1), TopK(("p",), ("classes", "values"), 7, LABELS)), (1, 40)),
    ((Sigmoid(("painted",), ("p",)), Threshold(("p",), ("mask",), 0.5, *MASK)), (1, 1, 6, 5)),
    ((ToImage(("painted",), ("picture",), 255, 0.5, "NHWC"),), (1, 6, 5, 1)),
]
"""Steps after a file, and the shape of what it gives."""


def test_what_the_steps_after_a_file_make_and_their_probes_are_pythons(host: Host) -> None:
    """Exponentials are libm's: in float64 they may be a bit apart, which float32 rounds away but
    where it lies between two; of these seeds it never does."""
    random, jobs, expected = np.random.default_rng(4), [], []
    for index, (steps, shape) in enumerate(ANSWERS):
        output = random.normal(0, 2, shape).astype(np.float32)
        described = integers(*steps, output=TensorSpec("painted", shape))
        chain = chain_of(described)
        made = perform(chain.after, {"painted": output}, {})
        made |= {name: probe.expected for name, (_, probe) in chain.probes.items()}
        expected.append(made)
        handed = {"painted": host.handed(str(index), output)}
        jobs.append({"do": "after", "sidecar": sidecar_text(described), "tensors": handed})
    assert sum(name.startswith("probe.") for made in expected for name in made) == 8
    for got, made in zip(host.batch(jobs), expected, strict=True):
        assert isinstance(got, dict), got
        assert_equal(got, made)
