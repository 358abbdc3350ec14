"""A format that cannot hold a user's model fails in one line, with the way out, which works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calls import refusal
from here import onpar_here
from recipe_mistakes import also
from recipe_text import SIZE, loaded, written

from onpar.exporters import VARIANTS
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.artifacts import chosen_variants

BRANCH = ("return y\n", "return y * 2 if y.mean() > 0 else y\n")
"""TorchScript compiles it; ONNX and Core ML know no such thing."""


def test_a_format_that_cannot_hold_a_model_says_where_and_how_to_leave_it_out(
    tmp_path: Path,
) -> None:
    build = tmp_path / "build"
    path = written(tmp_path, BRANCH)
    arguments = ("--recipe", path, "--size", SIZE, "--format", "onnx", "--build", build)
    done = onpar_here("export", *arguments)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    [said] = [line for line in done.stderr.splitlines() if not line.endswith("…")]
    assert said.startswith("onpar: export onnx-fp32-tensor: onnx cannot hold the model (line 20: ")
    assert said.endswith('leave it out: in the recipe left_out={"onnx-fp32": "why"}')
    assert "Traceback" in (build / "logs" / "export onnx-fp32-tensor.log").read_text()
    written(tmp_path, BRANCH, also("left_out={'onnx-fp32': 'it branches'}"))
    done = onpar_here("export", *arguments)
    assert done.returncode == 0, done.stderr
    shown = " ".join(done.stdout.replace("│", "").split())
    assert "it is made of onnx-fp32-tensor: it branches" in shown


def left_out(tmp_path: Path, key: str) -> dict[str, str]:
    return dict(loaded(written(tmp_path, also(f"left_out={{{key!r}: 'why'}}"))).left_out)


def test_a_format_or_a_variant_leaves_out_what_is_made_from_it(tmp_path: Path) -> None:
    assert left_out(tmp_path, "ptl-int8") == {"ptl-int8-tensor": "why"}
    assert left_out(tmp_path, "coreml").keys() == {v for v in VARIANTS if v.startswith("coreml-")}
    assert left_out(tmp_path, "onnx-fp32-tensor") == {
        "onnx-fp32-tensor": "why",
        "onnx-fp32-image": "it is made of onnx-fp32-tensor: why",
        "onnx-int8-tensor": "it is made of onnx-fp32-tensor: why",
        "ort-fp32-tensor": "it is made of onnx-fp32-tensor: why",
        "ort-int8-tensor": "it is made of onnx-fp32-tensor: why",
    }


def test_a_target_or_what_it_has_of_a_format_is_left_out_and_nothing_else(tmp_path: Path) -> None:
    on_mil = [v for v in VARIANTS if VARIANTS[v].format in ("coreml", "pte_coreml")]
    assert left_out(tmp_path, "mil") == {f"mil:{variant}": "why" for variant in on_mil}
    assert left_out(tmp_path, "mil:coreml-int8") == {"mil:coreml-int8-tensor": "why"}
    assert left_out(tmp_path, "executorch:pte_portable").keys() == {
        "executorch:pte_portable-fp32-tensor"
    }
    # `coreml` is a format's name too.
    assert "coreml:coreml-fp32-tensor" in left_out(tmp_path, "coreml:coreml")
    assert left_out(tmp_path, "pytorch-eager") == {
        "pytorch-eager:safetensors-fp32-tensor": "why",
        "pytorch-eager:safetensors-fp16-tensor": "why",
    }


def test_a_target_that_is_left_out_or_not_named_is_not_run_and_costs_nothing(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, also("left_out={'onnxruntime': 'its optimizer is wrong here'}"))
    arguments = ("--recipe", path, "--size", SIZE, "--format", "onnx-fp32-tensor")
    named = ("--target", "onnxruntime", "--target", "pytorch-eager")
    done = onpar_here("parity", *arguments, *named, "--build", tmp_path / "build", "--json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    rows = {
        (verdict["target"], row["status"], row["sentence"].partition(": ")[2])
        for row, verdict in zip(printed["rows"], printed["run"]["verdicts"], strict=True)
    }
    why = "the recipe leaves it out: its optimizer is wrong here"
    assert {(target, status) for target, status, _ in rows} == {
        ("onnxruntime", "NOT_RUN"),
        ("pytorch-eager", "PASS"),
    }
    assert any(said.endswith(why) for _, _, said in rows)
    said = refusal("parity", *arguments, "--target", "executorch", "--build", tmp_path / "build")
    assert "--target executorch runs pte, pte_portable, and --format names onnx-fp32" in said


def test_targets_choose_the_formats_that_they_run() -> None:
    assert {VARIANTS[name].format for name in chosen_variants([], ["ios-host"])} == {
        "onnx",
        "ort",
        "ptl",
    }
    assert chosen_variants(["ort-int8"], ["ios-host", "pytorch-eager"]) == ["ort-int8-tensor"]
    assert {*chosen_variants([], ["mil", "executorch"])} > {"pte-int8-tensor", "coreml-fp32-tensor"}


def test_a_format_that_no_named_target_runs_is_refused_and_a_target_that_runs_none() -> None:
    """Else a run of the others would read "On par" without them."""
    why = "--target onnxruntime runs onnx, ort, and --format names ptl; name a target that runs"
    with pytest.raises(OnparError, match=why):
        chosen_variants(["onnx-fp32-tensor", "ptl"], ["onnxruntime"])
    why = "--target mil runs coreml, pte_coreml, and --format names onnx-fp32-tensor; name a target"
    with pytest.raises(OnparError, match=why):
        chosen_variants(["onnx-fp32-tensor"], ["onnxruntime", "mil"])


def test_an_unknown_target_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(OnparError, match="unknown target 'onnx'; known: pytorch-eager, "):
        chosen_variants([], ["onnx"])


def test_pte_leaves_the_portable_file_and_core_mls_alone(tmp_path: Path) -> None:
    assert {VARIANTS[name].format for name in left_out(tmp_path, "pte")} == {"pte"}
    assert left_out(tmp_path, "pte_portable").keys() == {"pte_portable-fp32-tensor"}


def test_a_model_with_other_inputs_than_a_photo_has_no_io_image(tmp_path: Path) -> None:
    cases = ("astronaut", "chelsea", "coffee", "rocket")
    arrays = f"inputs={{c: {{'text': np.ones((1, 4), 'f4')}} for c in {cases}}}"
    text = ("(1, 3, h, w)),)", '(1, 3, h, w)), TensorSpec("text", (1, 4)))')
    recipe = loaded(written(tmp_path, text, also(arrays)))
    images = {name for name, variant in VARIANTS.items() if variant.io == "image"}
    assert recipe.left_out.keys() == images
    assert "this model has other inputs" in recipe.left_out["onnx-fp32-image"]


@pytest.mark.parametrize("name", ["onnx-fp32-image", "ptl"])
def test_a_format_that_the_recipe_leaves_out_cannot_be_asked_for_alone(
    name: str, tmp_path: Path
) -> None:
    """Else the rows of the weights would read "On par", and a test of the format would pass."""
    path = written(tmp_path, also("left_out={'ptl': 'too old'}"))
    said = refusal("parity", "--recipe", path, "--size", SIZE, "--format", name)
    why = {"onnx-fp32-image": "io image needs a photo in RGB planes, and", "ptl": "too old"}[name]
    assert f"--format {name}: nothing of it is left to judge: {why}" in said
