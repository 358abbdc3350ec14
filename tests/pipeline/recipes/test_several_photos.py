"""A model of two photos of different sizes: each case names both, and each is judged by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from in_process import Judged, judged
from recipe_mistakes import also, second
from recipe_text import written

from onpar.parity.contract.capture import Capture, write_capture
from onpar.parity.contract.chains import photo
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report.page.evidence import gather
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.paths import IMAGES, ROOT
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.input_size import with_size
from onpar.pipeline.targets.captured_folder import only_a_photo

STEREO = str(ROOT / "tests" / "user_recipes" / "stereo.py")


@pytest.fixture(scope="module")
def stereo(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return judged(load_recipe(RecipeOptions(STEREO, 32, 48)), tmp_path_factory.mktemp("stereo"))


@pytest.fixture(scope="module")
def capture(stereo: Judged) -> Capture:
    """What eager PyTorch computes of the first case."""
    outputs = stereo.recipe.model.outputs
    return stereo.capture(
        stereo.goldens[0], lambda given: run_module(stereo.module, given, outputs)
    )


def verdict_of(stereo: Judged, capture: Capture) -> Verdict:
    return stereo.judged(capture, stereo.goldens[0])


def test_each_photo_has_its_own_steps_and_is_judged(stereo: Judged, capture: Capture) -> None:
    shapes = {name: tensor.shape for name, tensor in capture.tensors.items() if "." in name}
    assert shapes == {
        "left.decoded": (300, 451, 3),
        "left.resized": (32, 48, 3),
        "right.decoded": (400, 600, 3),
        "right.resized": (16, 24, 3),
    }
    assert verdict_of(stereo, capture).status is Status.PASS
    for name in shapes:
        other = {name: 255 - capture.tensors[name]}
        verdict = verdict_of(stereo, replace(capture, tensors={**capture.tensors, **other}))
        assert f"{name}: " in verdict.sentence


def test_a_capture_of_the_photos_in_the_wrong_order_is_of_another_case(
    stereo: Judged, capture: Capture
) -> None:
    left, right = capture.info.sources.values()
    mixed_up = replace(capture.info, sources={"left": right, "right": left})
    verdict = verdict_of(stereo, replace(capture, info=mixed_up))
    assert verdict.status is Status.WRONG_CASE


def test_the_page_shows_both_photos(stereo: Judged, capture: Capture, tmp_path: Path) -> None:
    path = tmp_path / "cats.safetensors"
    write_capture(path, capture)
    row = replace(verdict_of(stereo, capture), capture=str(path), golden="cats.safetensors")
    shown = gather(row, lambda _: stereo.goldens[0])
    sizes = {one.title: (one.picture.height, one.picture.width) for one in shown.photos}
    assert sizes == {"Photo left": (32, 48), "Photo right": (16, 24)}
    assert not shown.notes


def test_the_size_is_that_of_one_of_the_photos(tmp_path: Path) -> None:
    assert with_size(STEREO, None).size == "400x400"
    inputs = {case: {"photo": str(IMAGES / "chelsea.png")} for case in "ab"}
    for values in inputs.values():
        values["right"] = str(IMAGES / "rocket.jpg")
    fixed = ("h, w = options.height, options.width", "h, w = 24, 40")
    path = str(written(tmp_path, *second(), also(f"inputs={inputs}"), fixed))
    assert with_size(path, None).size == "24x40"
    for size in ((24, 40), (8, 8)):
        assert load_recipe(with_size(path, size)).case_names == ("a", "b")


def test_what_takes_one_photo_alone_says_so(stereo: Judged) -> None:
    said = only_a_photo(stereo.recipe.model, "Android")
    assert said == (
        "the model takes `left`, `right`; the Android app gives a model one photo and nothing else"
    )


def test_the_names_of_one_photo_stay_those_of_older_files() -> None:
    made = [step.makes[0] for step in photo("image", 8, 8)]
    assert made == ["decoded", "resized", "image"]
    made = [step.makes[0] for step in photo("image", 8, 8, source="left")]
    assert made == ["left.decoded", "left.resized", "image"]
