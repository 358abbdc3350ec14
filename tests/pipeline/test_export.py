"""What an export holds, in every format; and that nothing is exported twice."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from builds import RECIPE, onpar
from calls import SEEDED
from safetensors.torch import load_file

from exporters import FORMATS
from exporters.onnx import OPSET
from parity.spec import Artifact, RecipeOptions, read_sidecar
from pipeline.keys import file_digest
from pipeline.paths import ROOT
from pipeline.recipes import load_recipe
from pipeline.reference import load_module
from pipeline.run_module import run_module

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.load.*deprecated:FutureWarning")


def artifacts(build: Path) -> dict[str, tuple[Path, Artifact]]:
    """Every artifact of a build by its format."""
    sidecars = sorted((build / "artifacts").glob("*.json"))
    read = [(path.with_suffix(""), read_sidecar(path)) for path in sidecars]
    return {artifact.format: (path, artifact) for path, artifact in read}


@pytest.fixture(scope="module")
def with_aux(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Artifact]]:
    build = tmp_path_factory.mktemp("aux")
    model = ["--recipe", RECIPE, "--weights", "seeded:0", "--size", "32x48", "--keep-aux"]
    done = onpar("export", *model, "--build", build)
    assert done.returncode == 0, done.stderr
    return artifacts(build)


def test_a_second_export_does_nothing_and_says_up_to_date(wide_build: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (wide_build / "artifacts").iterdir()}
    done = onpar("export", *SEEDED, "--build", wide_build)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("up to date") == len(FORMATS)
    again = onpar("export", *SEEDED, "--json", "--build", wide_build)
    assert [(one["fresh"], one["error"]) for one in json.loads(again.stdout)] == [(False, "")] * 3
    assert {p: p.stat().st_mtime_ns for p in (wide_build / "artifacts").iterdir()} == before


def test_every_format_is_there_and_its_sidecar_is_of_these_very_bytes(wide_build: Path) -> None:
    made = artifacts(wide_build)
    assert made.keys() == FORMATS.keys()
    weights = file_digest(made["safetensors"][0])
    for name, (path, artifact) in made.items():
        assert artifact.file == path.name
        assert path.name == f"{RECIPE}-96x160-seeded0-fp32-tensor{FORMATS[name].suffix}"
        assert (artifact.sha256, artifact.bytes) == (file_digest(path), path.stat().st_size)
        assert artifact.weights_sha256 == weights
        assert artifact.tools.keys() == {"torchvision", *FORMATS[name].tools}
        assert artifact.export_seconds > 0


def inner(path: Path) -> Iterator[bytes]:
    """The file's bytes, and those of everything that is packed in it."""
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)


def test_no_artifact_names_a_path_of_this_machine(wide_build: Path) -> None:
    forbidden = ("site-packages", "/home/", "/usr/", ".onpar-", str(ROOT), str(wide_build))
    for path in (wide_build / "artifacts").iterdir():
        for content in inner(path):
            assert [text for text in forbidden if text.encode() in content] == [], path.name


def test_safetensors_holds_the_models_weights_by_name(wide_build: Path) -> None:
    path, artifact = artifacts(wide_build)["safetensors"]
    wanted = load_recipe(artifact.options).build().state_dict()
    floats = {k: v.shape for k, v in wanted.items() if v.is_floating_point()}
    held = load_file(path)
    assert {k: v.shape for k, v in held.items()} == floats
    assert {v.dtype for v in held.values()} == {torch.float32}


def test_the_script_is_frozen_and_asks_for_no_operator_that_old_runtimes_lack(
    wide_build: Path,
) -> None:
    path, artifact = artifacts(wide_build)["torchscript"]
    script = torch.jit.load(path)  # type: ignore[no-untyped-call]
    assert list(script.parameters()) == [] == list(script.named_children())
    operators = torch.jit.export_opnames(script)  # type: ignore[no-untyped-call]
    assert artifact.operators == tuple(sorted(operators))
    assert "aten::_upsample_lanczos2d_aa" not in artifact.operators
    assert "aten::batch_norm" not in artifact.operators


def test_the_onnx_file_is_one_file_with_the_recipes_names_shapes_and_opset(
    wide_build: Path,
) -> None:
    path, artifact = artifacts(wide_build)["onnx"]
    model = onnx.load(path, load_external_data=False)
    onnx.checker.check_model(model, full_check=True)
    assert [(o.domain, o.version) for o in model.opset_import if not o.domain] == [("", OPSET)]
    assert not any(tensor.external_data for tensor in model.graph.initializer)
    for specs, values in (
        (artifact.model.inputs, model.graph.input),
        (artifact.model.outputs, model.graph.output),
    ):
        shapes = {v.name: tuple(d.dim_value for d in v.type.tensor_type.shape.dim) for v in values}
        assert shapes == {spec.name: spec.shape for spec in specs}
    assert all(name.startswith("ai.onnx::") for name in artifact.operators)


def test_keep_aux_gives_both_outputs_by_their_right_names_in_every_format(
    with_aux: dict[str, tuple[Path, Artifact]],
) -> None:
    weights, artifact = with_aux["safetensors"]
    specs = artifact.model.outputs
    assert [spec.name for spec in specs] == ["out", "aux"]
    torch.manual_seed(2)
    inputs = {"image": torch.rand(1, 3, 32, 48).numpy()}
    module, _ = load_module(artifact.options, weights)
    expected = run_module(module, inputs, specs)
    assert not np.allclose(expected["out"], expected["aux"], atol=0.1)
    script = torch.jit.load(with_aux["torchscript"][0])  # type: ignore[no-untyped-call]
    assert isinstance(script(torch.from_numpy(inputs["image"])), Mapping)
    session = onnxruntime.InferenceSession(with_aux["onnx"][0])
    names = [output.name for output in session.get_outputs()]
    assert names == ["out", "aux"]
    by_onnx = dict(zip(names, session.run(None, inputs), strict=True))
    for got in (run_module(script, inputs, specs), by_onnx):
        for spec in specs:
            assert got[spec.name].shape == spec.shape
            np.testing.assert_allclose(got[spec.name], expected[spec.name], atol=1e-4)


def test_keep_aux_is_another_artifact_of_another_recipe_digest(
    wide_build: Path, with_aux: dict[str, tuple[Path, Artifact]]
) -> None:
    path, artifact = with_aux["onnx"]
    assert "-32x48-aux-" in path.name
    plain = load_recipe(RecipeOptions(RECIPE, 32, 48))
    assert artifact.recipe_sha256 != plain.model.sha256
