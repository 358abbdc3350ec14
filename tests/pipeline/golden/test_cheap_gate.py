"""What makes a model not worth comparing with is reported before the first export, and once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from calls import refusal
from here import onpar_here
from other_models import KINDS, recipe_of
from recipe_text import SIZE, loaded, written
from unsound_modules import gives

from onpar.exporters import FORMATS
from onpar.parity.contract.sidecar import read_sidecar
from onpar.pipeline.golden.cheap_gate import cheap_gate
from onpar.pipeline.module.build_module import build_module

DULL = gives("y * 1e-5 + 1")
COARSE = gives("(y * 1e-3 + 1e4) - 1e4")
"""What float32 rounds away, far above what the output is, or moves by."""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A recipe that is both, and its build."""
    folder = tmp_path_factory.mktemp("coarse")
    return written(folder, COARSE), folder / "build"


def test_parity_stops_before_the_first_export_with_both_reasons_once(
    exported: tuple[Path, Path],
) -> None:
    recipe, build = exported
    said = refusal("parity", "--recipe", recipe, "--size", SIZE, "--build", build)
    assert said.count("INSENSITIVE: ") == said.count("ILL_CONDITIONED: ") == 1
    assert "no row could be on par, so nothing was exported" in said
    assert [p.suffix for p in sorted((build / "artifacts").iterdir())] == [".safetensors", ".json"]
    assert not (build / "goldens").exists()
    started = time.process_time()
    assert refusal("parity", "--recipe", recipe, "--size", SIZE, "--build", build) == said
    assert time.process_time() - started < 5


def test_the_files_are_exported_all_the_same_by_the_command_that_it_names(
    exported: tuple[Path, Path],
) -> None:
    recipe, build = exported
    model = ("--recipe", recipe, "--size", SIZE, "--format", "torchscript-fp32-tensor")
    done = onpar_here("export", *model, "--build", build)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("INSENSITIVE: ") == done.stderr.count("ILL_CONDITIONED: ") == 1
    assert list((build / "artifacts").glob(f"*{FORMATS['torchscript'].suffix}"))
    [weights] = (build / "artifacts").glob("*.safetensors.json")
    assert len(read_sidecar(weights).gate) == 2


def test_a_model_that_is_only_insensitive_says_that_alone(tmp_path: Path) -> None:
    recipe = loaded(written(tmp_path, DULL))
    [reason] = cheap_gate(recipe, build_module(recipe))
    assert reason.startswith("INSENSITIVE: ")
    assert "use trained weights" in reason


def test_a_model_that_computes_nan_stops_before_the_first_export(tmp_path: Path) -> None:
    recipe, build = written(tmp_path, gives("y / 0 * 0")), tmp_path / "build"
    said = refusal("parity", "--recipe", recipe, "--size", SIZE, "--build", build)
    assert "no row could be on par, so nothing was exported" in said
    assert "the reference itself computes scores with NaN or infinity in it" in said
    assert [p.suffix for p in sorted((build / "artifacts").iterdir())] == [".safetensors", ".json"]


@pytest.mark.parametrize("name", KINDS)
def test_sound_models_pass_it_and_stay_as_they_are(name: str) -> None:
    recipe = recipe_of(name, 0)
    module = build_module(recipe)
    before = {key: value.clone() for key, value in module.state_dict().items()}
    assert cheap_gate(recipe, module) == ()
    assert all(bool((module.state_dict()[key] == value).all()) for key, value in before.items())
