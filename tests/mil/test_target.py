"""The targets of Core ML packages: what they are called, what they take, and where they run."""

from __future__ import annotations

import platform
from dataclasses import replace
from pathlib import Path

import coremltools as ct
import numpy as np
import pytest
import torch
from torch import nn

from onpar.exporters import FORMATS, Source, coreml, file_inputs
from onpar.parity.contract.chain import steps_inside
from onpar.parity.contract.chains import class_map, photo
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.spec import Artifact, ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.judge.file import model_inputs, same_inputs
from onpar.pipeline.build_folder.code import PACKAGE, Code
from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets import TARGETS, elsewhere, loaders, mil, unmet_requirements
from onpar.pipeline.targets.file_dtype import in_file_dtype


def artifact(model: ModelSpec, io: str) -> Artifact:
    """Of which a target looks at little."""
    fields: dict[str, object] = dict.fromkeys(Artifact.__dataclass_fields__, "")
    inputs = file_inputs(model.inputs, "coreml")
    fields |= {"file": "m.mlpackage", "io": io, "inputs": inputs, "model": model}
    fields |= {"steps": model.steps, "runs": steps_inside(model, io)}
    return Artifact(**fields)  # type: ignore[arg-type]


class Colours(nn.Module):
    """Red, green and blue as scores: the class map says which is the strongest."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 1, bias=False)
        nn.init.dirac_(self.layer.weight)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.layer(image)
        return scores


COLOURS = ModelSpec(
    "colours",
    (TensorSpec("image", (1, 3, 4, 6)),),
    (TensorSpec("out", (1, 3, 4, 6)),),
    (
        *photo("image", 4, 6, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
        class_map("out", ("r", "g", "b"), ((255, 0, 0), (0, 255, 0), (0, 0, 255))),
    ),
)
PIXELS = np.random.default_rng(0).integers(0, 256, (4, 6, 3), dtype=np.uint8)


def test_an_image_input_takes_a_photos_pixels(tmp_path: Path) -> None:
    module = Colours().eval()
    source = Source(module, None, COLOURS, "fp16", "image", lambda: iter([]))
    coreml.export(source, tmp_path / "m.mlpackage")
    content = read_content(tmp_path / "m.mlpackage")
    loaded = mil.load(content, artifact(COLOURS, "image"), 1)
    expected = PIXELS.argmax(2)
    np.testing.assert_array_equal(loaded.run({"image": PIXELS})["classmap"], expected)


def test_an_image_input_in_bgr_gets_its_channels_in_that_order(tmp_path: Path) -> None:
    program = torch.jit.trace(Colours().eval(), torch.zeros(1, 3, 4, 6))
    kind = ct.ImageType(name="image", shape=(1, 3, 4, 6), color_layout=ct.colorlayout.BGR)
    model = ct.convert(
        program,
        inputs=[kind],
        outputs=[ct.TensorType(name="out", dtype=np.float32)],
        compute_precision=ct.precision.FLOAT32,
        skip_model_load=True,
    )
    model.save(str(tmp_path / "m.mlpackage"))
    loaded = mil.load(read_content(tmp_path / "m.mlpackage"), artifact(COLOURS, "image"), 1)
    got = loaded.run({"image": PIXELS})["out"]
    np.testing.assert_array_equal(got[0], PIXELS[..., ::-1].transpose(2, 0, 1))


def test_it_is_called_what_it_is(tmp_path: Path) -> None:
    source = Source(Colours().eval(), None, COLOURS, "fp32", "tensor", lambda: iter([SAMPLE]))
    coreml.export(source, tmp_path / "m.mlpackage")
    loaded = mil.load(read_content(tmp_path / "m.mlpackage"), artifact(COLOURS, "tensor"), 1)
    assert loaded.runtime == "onpar's evaluator of ML programs"
    assert torch.__version__ in loaded.runtime_version
    assert "onpar evaluates the program, not Apple's runtime" in TARGETS["mil"].needs
    with pytest.raises(OnparError, match=r"its input image has the shape \[3\], expected"):
        loaded.run({"image": np.zeros(3, np.float32)})


@pytest.mark.parametrize("shape", [(1, 3, 4, 6), (4, 6, 4), (4, 6), (6, 4, 3)])
def test_an_image_input_of_another_shape_is_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    source = Source(Colours().eval(), None, COLOURS, "fp16", "image", lambda: iter([]))
    coreml.export(source, tmp_path / "m.mlpackage")
    loaded = mil.load(read_content(tmp_path / "m.mlpackage"), artifact(COLOURS, "image"), 1)
    with pytest.raises(OnparError, match=r"its input image has the shape .*, expected \[4, 6, 3\]"):
        loaded.run({"image": np.zeros(shape, np.uint8)})


def test_an_input_that_the_sidecar_lacks_is_refused_when_the_package_is_loaded(
    tmp_path: Path,
) -> None:
    source = Source(Colours().eval(), None, COLOURS, "fp32", "tensor", lambda: iter([SAMPLE]))
    coreml.export(source, tmp_path / "m.mlpackage")
    other = replace(COLOURS, inputs=(TensorSpec("photo", (1, 3, 4, 6)),))
    with pytest.raises(OnparError, match="takes the input image, its sidecar has photo; export"):
        mil.load(read_content(tmp_path / "m.mlpackage"), artifact(other, "tensor"), 1)


SAMPLE = {"image": np.zeros((1, 3, 4, 6), np.float32)}


def test_apples_runtime_lacks_a_mac_everywhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    assert "a Mac" in unmet_requirements("coreml") and "coreml" in elsewhere("coreml")
    assert loaders("coreml") == ["mil"]
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    assert unmet_requirements("coreml") == "" and loaders("coreml") == ["mil", "coreml"]


def test_the_key_of_a_capture_covers_every_file_of_the_evaluator(tmp_path: Path) -> None:
    code = Code(tmp_path / "code.json")
    folder = (PACKAGE / "pipeline" / "targets" / "mil").resolve()
    modules = {path.stem for path in folder.rglob("*.py")} - {"__init__"}
    covered = {name.rpartition(".")[2] for name in code.closure([mil.__name__])}
    assert len(modules) > 10 and modules <= covered
    others = code.closure(["onpar.pipeline.targets.onnxruntime"])
    assert not any(name.startswith(f"{mil.__name__}.") for name in others)


WORDS = TensorSpec("words", (1, 3), "int64")


def test_integers_become_int32_where_they_fit() -> None:
    [spec] = file_inputs((WORDS,), "coreml")
    assert spec.dtype == "int32"
    assert file_inputs((WORDS,), "onnx") == (WORDS,)
    assert {FORMATS["coreml"].takes[one] for one in ("int64", "uint8")} == {"int32"}
    fits = np.array([[0, -(2**31), 2**31 - 1]])
    got = in_file_dtype(fits, spec)
    assert got.dtype == np.int32 and np.array_equal(got, fits)
    with pytest.raises(
        OnparError, match="input words has values from 1 to 2147483648, the file takes int32"
    ):
        in_file_dtype(np.array([[1, 2, 2**31]]), spec)


def test_the_judge_takes_int32_for_the_models_int64() -> None:
    from onpar.parity.contract.capture import Capture

    model = ModelSpec("words", (WORDS,), (TensorSpec("scores", (1, 2)),))
    values = np.array([[1, 2, 3]])
    made = Capture(None, {"words": values.astype(np.int32)})  # type: ignore[arg-type]
    golden = Golden(Capture(None, {"words": values}), {}, {})  # type: ignore[arg-type]
    assert model_inputs(made, model)["words"].dtype == np.int64
    file = replace(artifact(model, "tensor"), outputs=model.outputs)
    assert same_inputs(made, golden, file)
    other = replace(made, tensors={"words": values.astype(np.int32) + 1})
    assert not same_inputs(other, golden, file)
