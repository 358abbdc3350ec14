"""What preflight says of onnxruntime is what onnxruntime does."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import onnx
import onnxruntime
import pytest
from onnx_built import DOUBLE, FLOAT, INT8, model, of
from onnx_models import MODELS

from onpar.pipeline.preflight.loads import judged
from onpar.pipeline.preflight.read import read
from onpar.pipeline.preflight.runtimes import chosen
from onpar.pipeline.preflight.verdict import Preflight

HERE = f"onnxruntime@{onnxruntime.__version__}"
PINNED = "onnxruntime-android@1.29.0"


def told(path: Path, runtime: str = HERE) -> Preflight:
    return judged(path.name, read(path), chosen([runtime])[0])


def written(name: str, folder: Path, made: onnx.ModelProto | None = None) -> Path:
    path = folder / "model.onnx"
    path.write_bytes((made or MODELS[name]).SerializeToString())
    return path


def loaded(path: Path) -> str:
    """Why the onnxruntime of this environment does not load it; empty where it does."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own classes
        return str(error)
    return ""


@pytest.mark.parametrize("name", MODELS)
def test_what_is_told_of_a_model_is_what_onnxruntime_does(name: str, tmp_path: Path) -> None:
    path = written(name, tmp_path)
    verdict, why = told(path), loaded(path)
    assert verdict.loads is (why == ""), (verdict.reasons, why)


def test_some_of_the_models_load_and_some_do_not(tmp_path: Path) -> None:
    loads = [told(written(name, tmp_path)).loads for name in MODELS]
    assert loads.count(True) > 10
    assert loads.count(False) > 10


def test_too_new_an_opset_is_named_with_the_one_that_is_known(tmp_path: Path) -> None:
    verdict = told(written("", tmp_path, model("Relu", opset=26)), "onnxruntime@1.24.2")
    [reason] = verdict.reasons
    assert "it has opset 26 of ai.onnx, onnxruntime 1.24.2 knows 25" in reason.what
    assert "opset_version=25" in reason.remedy
    assert told(written("", tmp_path, model("Relu", opset=25)), "onnxruntime@1.24.2").loads


def test_too_new_an_ir_version_is_named_with_the_way_out(tmp_path: Path) -> None:
    [reason] = told(written("IR version 99", tmp_path), "onnxruntime@1.17.3").reasons
    assert "its IR version is 99, onnxruntime 1.17.3 reads 1 to 9" in reason.what
    assert "`model.ir_version = 9`" in reason.remedy


def test_an_item_type_without_a_kernel_is_named(tmp_path: Path) -> None:
    path = written("", tmp_path, model("Cos", item=INT8))
    assert "invalid" in loaded(path)  # the definition does not have it either
    [reason] = told(path).reasons
    assert (reason.operator, reason.since) == ("ai.onnx::Cos", "")
    assert "not for the item type T: int8" in reason.what
    path = written("", tmp_path, model("Mod", inputs=2, item=DOUBLE, fmod=1))
    assert told(path).loads is (loaded(path) == "")


def test_an_operator_that_came_later_is_named_with_the_version(tmp_path: Path) -> None:
    """Gelu has been in ONNX since opset 20, and has had a kernel in onnxruntime since 1.17."""
    path = written("", tmp_path, model("RMSNormalization", opset=23, inputs=2))
    [reason] = [r for r in told(path, "onnxruntime@1.21.1").reasons if r.operator]
    assert reason.operator == "ai.onnx::RMSNormalization"
    assert reason.since == "1.23.2"


def test_weights_are_neither_copied_nor_looked_at(tmp_path: Path) -> None:
    """A file of 64 MB is read in the time that its graph takes."""
    weights = onnx.helper.make_tensor("w", FLOAT, [16 << 20], bytes(64 << 20), raw=True)
    node = onnx.helper.make_node("Relu", ["w"], ["y"])
    path = written("", tmp_path, of([node], initializers=[weights]))
    assert path.stat().st_size > 64 << 20
    tracemalloc.start()
    contents = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(one.name, one.types) for one in contents.uses] == [
        ("ai.onnx::Relu", (("T", "float"),))
    ]
    assert peak < 4 << 20


def test_an_ort_file_is_told_like_the_onnx_file_that_it_was_made_of(
    wide_build: Path,
) -> None:
    artifacts = wide_build / "artifacts"
    [onnx_file], [ort_file] = (list(artifacts.glob(f"*-fp32-tensor.{s}")) for s in ("onnx", "ort"))
    for runtime in (HERE, PINNED, "onnxruntime@1.24.2"):
        assert told(onnx_file, runtime).loads and told(ort_file, runtime).loads
    old = "onnxruntime@1.15.1"
    assert any("ORT format has version 6" in r.what for r in told(ort_file, old).reasons)
    assert any("IR version is 10" in r.what for r in told(onnx_file, old).reasons)
