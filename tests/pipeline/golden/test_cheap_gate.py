"""What makes a model not worth comparing with is reported before the first export, and once."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from calls import refusal
from here import onpar_here
from other_models import KINDS, recipe_of
from recipe_mistakes import IN, STEPS, also
from recipe_text import SIZE, loaded, written
from unsound_modules import gives

from onpar.exporters import FORMATS
from onpar.parity.contract.sidecar import read_sidecar
from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.errors import OnparError
from onpar.pipeline.golden.cheap_gate import cheap_gate
from onpar.pipeline.golden.golden_job import goldens
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.module.soundness import check_module
from onpar.pipeline.recipes import load_recipe

DULL = gives("y * 1e-5 + 1")
COARSE = gives("(y * 1e-3 + 1e4) - 1e4")
"""What float32 rounds away, far above what the output is, or moves by."""

NUMBERS = "(0.5, 0.5, 0.5), (0.25, 0.25, 0.25)"


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


@pytest.mark.parametrize("seedable", [True, False])
def test_seeded_weights_are_named_only_where_the_recipe_is_made_for_them(
    tmp_path: Path, seedable: bool
) -> None:
    recipe = replace(loaded(written(tmp_path, DULL)), seedable=seedable)
    [reason] = cheap_gate(recipe, build_module(recipe))
    assert ("or --weights seeded:0, or for batch norms, run" in reason) == seedable
    assert "seeded:N" not in reason


def test_a_reference_that_fails_in_float64_is_said_before_the_first_export_with_what_works(
    tmp_path: Path,
) -> None:
    levels = (IN, IN.replace("w)", "w), 'uint8'")), (NUMBERS, "dtype='uint8'")
    recipe = loaded(written(tmp_path, *levels, ("conv(image)", "conv(image.float())")))
    module = build_module(recipe)
    check_module(module, recipe)
    [reason] = cheap_gate(recipe, module)
    assert "case astronaut: the reference, which computes in float64, fails: line 19: " in reason
    [advice] = re.findall(r"convert whole numbers by x(\.\S+) instead of x.float", reason)
    recipe = loaded(written(tmp_path, *levels, ("conv(image)", f"conv(image{advice})")))
    module = build_module(recipe)
    check_module(module, recipe)
    assert cheap_gate(recipe, module) == ()


LOOKED_UP = (
    (STEPS, ""),
    ("h, w = options.height, options.width", ""),
    (IN, 'inputs=(TensorSpec("ids", (1, 5), "int64"),)'),
    ("self.conv = nn.Conv2d(3, 4, 3)", "self.table = nn.Embedding(10, 4)"),
    ("forward(self, image)", "forward(self, ids)"),
    ("y = self.conv(image).relu().mean((2, 3))", "y = self.table(ids).mean(1)"),
)


@pytest.mark.parametrize("first", ["low", "high"])
def test_an_index_out_of_a_tables_range_is_said_with_the_case_its_values_and_the_line(
    tmp_path: Path, first: str
) -> None:
    starts = {"low": 0, "high": 8} if first == "low" else {"high": 8, "low": 0}
    arrays = f"inputs={{c: {{'ids': np.arange(n, n + 5)[None]}} for c, n in {starts}.items()}}"
    recipe = load_recipe(RecipeOptions(str(written(tmp_path, *LOOKED_UP, also(arrays)))))
    module = build_module(recipe)
    if first == "low":
        check_module(module, recipe)
        [said] = cheap_gate(recipe, module)
        with pytest.raises(OnparError) as golden:
            list(goldens(recipe, module, "sha", "weights", "key"))
        assert str(golden.value) == said
    else:
        with pytest.raises(OnparError) as error:
            check_module(module, recipe)
        said = str(error.value)
    assert said == (
        "recipe mine: the module fails on the inputs of case high (ids [1, 5] of 8 to 12): line "
        "19: IndexError: index out of range in self"
    )


@pytest.mark.parametrize("name", KINDS)
def test_sound_models_pass_it_and_stay_as_they_are(name: str) -> None:
    recipe = recipe_of(name, 0)
    module = build_module(recipe)
    before = {key: value.clone() for key, value in module.state_dict().items()}
    assert cheap_gate(recipe, module) == ()
    assert all(bool((module.state_dict()[key] == value).all()) for key, value in before.items())
