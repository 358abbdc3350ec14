"""The size of a recipe's photos: the user's, the recipe's own, or none where there is no photo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calls import refusal
from here import onpar_here
from recipe_text import written

from onpar.parity.contract.sidecar import read_sidecar
from onpar.parity.contract.spec import RecipeOptions, SpecError
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import ROOT
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.input_size import with_size

RECOMMENDER = str(ROOT / "tests" / "user_recipes" / "recommender.py")

FIXED = ("h, w = options.height, options.width", "h, w = 24, 40")


def test_a_recipe_that_resizes_photos_to_one_size_has_that_by_default(tmp_path: Path) -> None:
    path = str(written(tmp_path, FIXED))
    assert with_size(path, None) == RecipeOptions(path, 24, 40)
    assert load_recipe(with_size(path, None)).options.size == "24x40"
    assert with_size("selfie_segmentation", None).size == "256x256"


def test_a_recipe_of_any_size_has_400x400_by_default(tmp_path: Path) -> None:
    for recipe in ("deeplabv3_resnet50", str(written(tmp_path))):
        assert with_size(recipe, None).size == "400x400"
        assert with_size(recipe, (24, 40)).size == "24x40"


def test_a_recipe_may_state_its_default_size(tmp_path: Path) -> None:
    for recipe in ("resnet18", str(written(tmp_path, ("build=", "size=(224, 224), build=")))):
        assert load_recipe(with_size(recipe, None)).options.size == "224x224"
        assert with_size(recipe, (24, 40)).size == "24x40"
    wrong = str(written(tmp_path, ("build=", "size=224, build=")))
    with pytest.raises(OnparError, match=r"size is 224, expected \(height, width\), each 1 to "):
        load_recipe(with_size(wrong, None))


def test_a_size_that_the_recipe_does_not_make_is_refused(tmp_path: Path) -> None:
    path = str(written(tmp_path, FIXED))
    with pytest.raises(OnparError, match="makes 24x40, the command asks for 96x96"):
        load_recipe(with_size(path, (96, 96)))
    with pytest.raises(OnparError, match=r"^--size 96x96: .* 256x256 only; leave out --size"):
        load_recipe(with_size("selfie_segmentation", (96, 96)))
    half = str(written(tmp_path, ("h, w = options.height", "h, w = options.height // 2")))
    with pytest.raises(OnparError, match="makes 200x400, the command asks for 400x400"):
        load_recipe(with_size(half, None))


def test_a_recipe_without_a_photo_has_no_size() -> None:
    options = with_size(RECOMMENDER, None)
    assert (options.size, options.with_weights("built")) == ("", "recommender-built")
    assert load_recipe(options).case_names == ("ann", "bob", "eve")


def test_a_size_for_a_recipe_without_a_photo_is_refused(tmp_path: Path) -> None:
    said = refusal("export", "--recipe", RECOMMENDER, "--size", "1x1", "--build", tmp_path)
    assert said == (
        "onpar: --size 1x1: recipe recommender resizes no photo, so it has no size; leave out "
        "--size"
    )
    with pytest.raises(OnparError, match="resizes no photo, so it has no size; leave out --size"):
        load_recipe(RecipeOptions(RECOMMENDER, 1, 1))


def test_a_recipe_without_a_photo_that_reads_the_size_is_refused(tmp_path: Path) -> None:
    text = Path(RECOMMENDER).read_text()
    path = tmp_path / "mine.py"
    for size in ("options.height", "options.width // 4"):
        path.write_text(text.replace('TensorSpec("person", (1, 4))', f"Of({size})"))
        path.write_text(path.read_text() + 'def Of(n):\n    return TensorSpec("person", (1, n))\n')
        with pytest.raises(OnparError, match="resizes no photo, so it has no size; write the numb"):
            with_size(str(path), None)


def test_no_file_of_a_recipe_without_a_photo_names_a_size(tmp_path: Path) -> None:
    variant = ("--format", "safetensors-fp32-tensor")
    done = onpar_here("export", "--recipe", RECOMMENDER, *variant, "--build", tmp_path)
    assert done.returncode == 0, done.stderr
    [path] = (tmp_path / "artifacts").glob("*.json")
    assert path.name == "recommender-built-fp32-tensor.safetensors.json"
    assert json.loads(path.read_text())["options"] == {"recipe": RECOMMENDER, "keep_aux": False}
    assert read_sidecar(path).options == with_size(RECOMMENDER, None)
    facts = json.loads(path.read_text())
    facts["options"] |= {"height": 1, "width": 1}
    path.write_text(json.dumps(facts))
    with pytest.raises(SpecError, match="options are of size 1x1, and no step resizes a photo"):
        read_sidecar(path)
