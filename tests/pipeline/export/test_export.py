"""What an export holds, in every format; and that nothing is exported twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import coremltools as ct
import numpy as np
import onnx
import pytest
import torch
from artifacts import Made, artifacts, loaded
from builds import MADE, RECIPE, formats_made
from calls import SEEDED
from here import onpar_here
from safetensors.torch import load_file

from onpar.exporters import FORMATS, USUAL, VARIANTS
from onpar.exporters.onnx import OPSET
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.contract.tolerance import RULES
from onpar.pipeline.build_folder.keys import artifact_digest, artifact_size
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.paths import ROOT
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.targets import loaders
from onpar.pipeline.weights.load_module import load_module

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.load.*deprecated:FutureWarning")

WITH_AUX = ("ptl-fp32", "ort-fp32", "coreml-fp32")
"""Of ExecuTorch, tests/user_recipes has several outputs: lowering this model takes minutes."""

INT8 = ("torchscript-int8", "ort-int8")


@pytest.fixture(
    scope="module",
    params=[WITH_AUX, pytest.param((*WITH_AUX, *INT8), marks=pytest.mark.slow)],
    ids=["fp32", "int8"],
)
def with_aux(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Made]:
    """Artifacts with the auxiliary head; those that they are made from are there as well."""
    build = tmp_path_factory.mktemp("aux")
    model = ["--recipe", RECIPE, "--weights", "seeded:0", "--size", "32x48", "--keep-aux"]
    chosen = [word for name in request.param for word in ("--format", name)]
    done = onpar_here("export", *model, *chosen, "--build", build)
    assert done.returncode == 0, done.stderr
    return artifacts(build)


def test_a_second_export_does_nothing_and_says_up_to_date(wide_build: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (wide_build / "artifacts").iterdir()}
    done = onpar_here("export", *SEEDED, *formats_made(), "--build", wide_build)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("up to date") == len(MADE)
    again = onpar_here("export", *SEEDED, *formats_made(), "--json", "--build", wide_build)
    found = {one["variant"]: (one["fresh"], one["error"]) for one in json.loads(again.stdout)}
    assert found == dict.fromkeys(MADE, (False, ""))
    assert {p: p.stat().st_mtime_ns for p in (wide_build / "artifacts").iterdir()} == before


def test_every_variant_is_there_and_its_sidecar_is_of_these_very_bytes(wide_build: Path) -> None:
    made = artifacts(wide_build)
    assert made.keys() == set(MADE)
    weights = artifact_digest(made["safetensors-fp32-tensor"][0])
    for name, (path, artifact) in made.items():
        variant, form = VARIANTS[name], FORMATS[artifact.format]
        end = f"{variant.precision}-{variant.io}{form.suffix}"
        assert artifact.file == path.name == f"{RECIPE}-96x160-seeded0-{end}"
        assert (artifact.sha256, artifact.bytes) == (artifact_digest(path), artifact_size(path))
        assert artifact.weights_sha256 == weights
        assert artifact.tools.keys() == {"torchvision", *form.tools}
        assert artifact.engine == variant.engine
        assert bool(artifact.calibration) is (artifact.precision == "int8")
        assert artifact.tolerance == RULES[artifact.precision]
        assert artifact.export_seconds > 0


def test_a_format_or_the_beginning_of_a_variant_exports_that_and_what_it_is_made_from(
    tmp_path: Path,
) -> None:
    model = ("--recipe", ROOT / "tests/user_recipes/street.py", "--size", "32x48")
    done = onpar_here("export", *model, "--format", "ort-fp32", "--build", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    # What nobody asked for is made and kept, and is not part of the answer.
    said = [one["variant"] for one in json.loads(done.stdout)]
    assert said == ["safetensors-fp32-tensor", "ort-fp32-tensor"]
    assert artifacts(tmp_path).keys() == {*said, "onnx-fp32-tensor"}


def test_safetensors_holds_the_models_weights_by_name(wide_build: Path) -> None:
    path, artifact = artifacts(wide_build)["safetensors-fp32-tensor"]
    wanted = load_recipe(artifact.options).build().state_dict()
    floats = {k: v.shape for k, v in wanted.items() if v.is_floating_point()}
    held = load_file(path)
    assert {k: v.shape for k, v in held.items()} == floats
    assert {v.dtype for v in held.values()} == {torch.float32}


@pytest.mark.parametrize("variant", [name for name in VARIANTS if name.startswith("torchscript")])
def test_the_script_is_frozen_and_asks_for_no_operator_that_old_runtimes_lack(
    wide_build: Path, variant: str
) -> None:
    path, artifact = artifacts(wide_build)[variant]
    script = torch.jit.load(path)
    assert list(script.parameters()) == [] == list(script.named_children())
    operators = torch.jit.export_opnames(script)
    assert artifact.operators == tuple(sorted(operators))
    assert "aten::_upsample_lanczos2d_aa" not in artifact.operators
    assert "aten::batch_norm" not in artifact.operators


@pytest.mark.parametrize("variant", [name for name in USUAL if name.startswith("onnx")])
def test_the_onnx_file_is_one_file_with_the_sidecars_names_shapes_and_opset(
    wide_build: Path, variant: str
) -> None:
    path, artifact = artifacts(wide_build)[variant]
    model = onnx.load(path, load_external_data=False)
    onnx.checker.check_model(model, full_check=True)
    assert [(o.domain, o.version) for o in model.opset_import if not o.domain] == [("", OPSET)]
    assert not any(tensor.external_data for tensor in model.graph.initializer)
    for specs, values in (
        (artifact.inputs, model.graph.input),
        (artifact.outputs, model.graph.output),
    ):
        types = {v.name: v.type.tensor_type for v in values}
        shapes = {name: tuple(d.dim_value for d in one.shape.dim) for name, one in types.items()}
        assert shapes == {spec.name: spec.shape for spec in specs}
        dtypes = {n: onnx.helper.tensor_dtype_to_np_dtype(t.elem_type) for n, t in types.items()}
        assert dtypes == {spec.name: np.dtype(spec.dtype) for spec in specs}
    assert all(name.startswith("ai.onnx::") for name in artifact.operators)


def test_keep_aux_gives_both_outputs_by_their_right_names_in_every_format_but_executorchs(
    with_aux: dict[str, Made],
) -> None:
    weights, artifact = with_aux["safetensors-fp32-tensor"]
    specs = artifact.model.outputs
    assert [spec.name for spec in specs] == ["out", "aux"]
    torch.manual_seed(2)
    inputs = {"image": torch.rand(1, 3, 32, 48).numpy()}
    _, module = load_module(artifact.options, weights)
    expected = run_module(module, inputs, specs)
    assert np.abs(expected["out"] - expected["aux"]).mean() > 0.6
    ran = {name: made for name, made in with_aux.items() if loaders(made[1].format)}
    executorchs = {name for name in FORMATS if name.startswith("pte")}
    assert {made[1].format for made in ran.values()} == FORMATS.keys() - executorchs
    for name, made in ran.items():
        got = loaded(made).run(inputs)
        for spec in specs:
            assert got[spec.name].shape == spec.shape
            error = np.abs(got[spec.name] - expected[spec.name])
            assert error.max() < 1e-4 if "fp32" in name else error.mean() < 0.3, name
    package = ct.utils.load_spec(str(with_aux["coreml-fp32-tensor"][0]))
    assert [feature.name for feature in package.description.output] == ["out", "aux"]


def test_a_script_returns_what_the_module_returns(with_aux: dict[str, Made]) -> None:
    script = torch.jit.load(with_aux["torchscript-fp32-tensor"][0])
    assert isinstance(script(torch.zeros(1, 3, 32, 48)), Mapping)


def test_keep_aux_is_another_artifact_of_another_recipe_digest(
    wide_build: Path, with_aux: dict[str, Made]
) -> None:
    path, artifact = with_aux["onnx-fp32-tensor"]
    assert "-32x48-aux-" in path.name
    plain = load_recipe(RecipeOptions(RECIPE, 32, 48))
    assert artifact.recipe_sha256 != plain.model.sha256
