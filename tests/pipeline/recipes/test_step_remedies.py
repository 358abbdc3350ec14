"""What is valid step by step and means nothing is refused, and the remedy that is said works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from recipe_mistakes import IN, OUT, PHOTO, Change, also, scores
from recipe_text import SIZE, changed, loaded, written

from onpar.parity.contract.steps.normalize import Normalize
from onpar.pipeline.errors import OnparError
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.module.soundness import check_module
from onpar.pipeline.recipes.input_size import with_size
from onpar.pipeline.recipes.recipe import Recipe

IMPORT = "from onpar import ModelSpec"
SPEC = changed().partition("model=")[2].partition("        build=build")[0]


def spec(call: str, *names: str) -> tuple[Change, Change]:
    """Another model than a ModelSpec, made by a function of onpar's."""
    return (f"model={SPEC}", f"model={call},\n"), (
        IMPORT,
        f"from onpar import {call.split('(')[0]}, ModelSpec",
    )


def refused(folder: Path, *changes: Change) -> str:
    with pytest.raises(OnparError) as error:
        loaded(written(folder, *changes))
    said = str(error.value).replace(str(folder), "")
    assert "\n" not in said
    assert len(said) < 400
    return said


def steps(*after: str) -> Change:
    return PHOTO, f"(*{PHOTO}, {', '.join(after)})"


MASKED = (scores("(1, 1, h, w)"), (IMPORT, "from onpar import Sigmoid, Softmax, mask, ModelSpec"))
SIGMOID = 'Sigmoid(("scores",), ("alpha",))'


def test_a_class_map_of_one_class_is_refused_and_the_mask_that_it_names_is_taken(
    tmp_path: Path,
) -> None:
    said = refused(tmp_path, *spec('segmentation(options, ("person",))'))
    assert (
        "steps[3] (argmax): has one class, 'person', so the class map would be 0 everywhere" in said
    )
    [remedy] = re.findall(r"mask\(.*?\)\)", said)
    recipe = loaded(written(tmp_path, *MASKED, steps(remedy.replace('"out"', '"scores"'))))
    assert recipe.model.steps[-1].classes == ("background", "person")  # type: ignore[attr-defined]


@pytest.mark.parametrize("above", [1.5, 1.0, 0.0, -0.5])
def test_a_threshold_that_no_probability_or_every_one_is_above_is_refused(
    tmp_path: Path, above: float
) -> None:
    made = f'mask("alpha", {above}, ("no", "yes"))'
    said = refused(tmp_path, *MASKED, steps(SIGMOID, made))
    assert f"steps[4] (threshold): above is {above:g}, so the mask would be the same every" in said
    assert "steps[3] (sigmoid) makes alpha, which lie between 0 and 1; write 0.5, or" in said
    loaded(written(tmp_path, *MASKED, steps(SIGMOID, made.replace(str(above), "0.5"))))
    loaded(written(tmp_path, *MASKED, steps(f'mask("scores", {above}, ("no", "yes"))')))


def test_a_softmax_of_one_score_is_refused_and_a_sigmoid_in_its_place_is_taken(
    tmp_path: Path,
) -> None:
    made = 'mask("alpha", 0.5, ("no", "yes"))'
    said = refused(tmp_path, *MASKED, steps('Softmax(("scores",), ("alpha",), 1)', made))
    assert "scores is [1, 1, 24, 32], so it has one score along axis 1, whose softmax is al" in said
    assert said.endswith("write Sigmoid in its place")
    loaded(written(tmp_path, *MASKED, steps(SIGMOID, made)))


NUMBERS = "(0.5, 0.5, 0.5), (0.25, 0.25, 0.25)"
LEVELS = {
    "(123.675, 116.28, 103.53), (58.395, 57.12, 57.375)": "(0.485, 0.456, 0.406)",
    "(103.939, 116.779, 123.68), (1, 1, 1)": "(0.407604, 0.457957, 0.48502)",
    "(0, 0, 0), (255, 255, 255)": "(0, 0, 0)",
    "(127.5, 127.5, 127.5), (0.5, 0.5, 0.5)": "(0.5, 0.5, 0.5)",
    "(33,), (78,), channels='gray'": "(0.129412,)",
}


@pytest.mark.parametrize("given", LEVELS)
def test_a_mean_in_levels_is_refused_with_the_numbers_divided_by_255_which_are_taken(
    tmp_path: Path, given: str
) -> None:
    gray = (IN, IN.replace("1, 3", "1, 1")) if "gray" in given else (IN, IN)
    said = refused(tmp_path, (NUMBERS, given), gray)
    assert "steps[2] (normalize): mean is (" in said
    assert f"mean={LEVELS[given]}, std=(" in said
    mean, std = re.findall(r"(?:mean|std)=(\([^)]*\))", said)
    rest = ", channels='gray'" if "gray" in given else ""
    recipe = loaded(written(tmp_path, (NUMBERS, f"{mean}, {std}{rest}"), gray))
    [step] = [one for one in recipe.model.steps if isinstance(one, Normalize)]
    assert max(step.mean) <= 0.5 and max(step.std) <= 1


@pytest.mark.parametrize(
    "given",
    [
        "(0, 0, 0), (1 / 255, 1 / 255, 1 / 255)",
        "(0, 0, 0), (1, 1, 1)",
        "(0.5, 0.5, 0.5), (0.5, 0.5, 0.5)",
        "(123.675 / 255, 116.28 / 255, 103.53 / 255), (1 / 255, 1 / 255, 1 / 255)",
        "(1, 1, 1), (-1, -1, -1)",
    ],
)
def test_the_numbers_of_honest_models_are_taken_those_of_0_to_255_too(
    tmp_path: Path, given: str
) -> None:
    loaded(written(tmp_path, (NUMBERS, given)))


def test_a_mean_beside_uint8_is_refused_and_none_is_taken(tmp_path: Path) -> None:
    uint8 = IN, IN.replace("w)", "w), 'uint8'")
    said = refused(tmp_path, uint8, (NUMBERS, f"{NUMBERS}, dtype='uint8'"))
    assert "mean is (0.5, 0.5, 0.5), expected none, as a uint8 input is the levels th" in said
    loaded(written(tmp_path, uint8, (NUMBERS, "dtype='uint8'")))


@pytest.mark.parametrize(
    "call, name, remedy",
    [
        ('classification(options, "labels.txt")', "labels", 'tuple(Path("labels.txt").read_text()'),
        ('classification(options, ("dog"))', "labels", '("dog",)'),
        ('segmentation(options, ("person"))', "classes", '("person",)'),
    ],
)
def test_a_string_is_not_split_into_names_of_one_letter(
    tmp_path: Path, call: str, name: str, remedy: str
) -> None:
    said = refused(tmp_path, *spec(call))
    assert f": {name} is the string '" in said
    assert f", expected a tuple of names, such as {remedy}" in said


def test_a_string_as_the_classes_of_a_mask_or_as_sources_is_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, *MASKED, steps('mask("scores", 0.5, "person")'))
    assert "steps[3] (threshold): classes is the string 'person', expected a tuple of n" in said
    said = refused(tmp_path, also("sources='net.pth'"))
    assert said.endswith("sources is 'net.pth', expected a tuple: ('net.pth',)")


def labelled(folder: Path, labels: str, more: str = "") -> Recipe:
    call = f"classification(options, {labels}, output='scores'{more})"
    return loaded(written(folder, *spec(call)))


def test_too_few_labels_are_counted_against_the_models_and_the_right_number_is_taken(
    tmp_path: Path,
) -> None:
    recipe = labelled(tmp_path, "('a', 'b', 'c')")
    why = r"recipe mine: 3 labels, the model gives 4: output scores has shape \[1, 4\]; name each"
    with pytest.raises(OnparError, match=why):
        check_module(build_module(recipe), recipe)
    recipe = labelled(tmp_path, "('a', 'b', 'c', 'd')")
    check_module(build_module(recipe), recipe)


def test_more_labels_to_show_than_there_are_are_refused_and_by_default_all_are_shown(
    tmp_path: Path,
) -> None:
    with pytest.raises(OnparError, match=r"steps\[4\] \(top-k\): k is 9, expected 1 to the numb"):
        labelled(tmp_path, "('a', 'b', 'c')", ", top=9")
    assert labelled(tmp_path, "('a', 'b', 'c')").model.steps[-1].k == 3  # type: ignore[attr-defined]


def test_a_photos_steps_without_a_star_are_named_before_the_size(tmp_path: Path) -> None:
    path = written(tmp_path, (PHOTO, f"({PHOTO}, Softmax(('scores',), ('p',), 1))"))
    path.write_text(path.read_text("utf-8").replace(IMPORT, f"{IMPORT}, Softmax"), "utf-8")
    options = with_size(str(path), tuple(map(int, SIZE.split("x"))))  # type: ignore[arg-type]
    assert options.size == SIZE
    with pytest.raises(OnparError, match=r"steps\[0\] is a tuple, expected a step; photo\(…\) giv"):
        loaded(path)


SOFTMAX = "Softmax(('scores',), ('p',), 1)"


def test_a_step_of_the_outputs_before_the_photos_is_named_by_the_users_own_numbers(
    tmp_path: Path,
) -> None:
    softmax = IMPORT, f"{IMPORT}, Softmax"
    said = refused(tmp_path, softmax, (PHOTO, f"({SOFTMAX}, *{PHOTO})"))
    assert (
        "steps[3] (normalize) makes 'image', an input of the network, after steps[0] (softmax)"
        in said
    )
    assert said.endswith("write the steps of the inputs first, such as *photo(…)")
    loaded(written(tmp_path, softmax, (PHOTO, f"(*{PHOTO}, {SOFTMAX})")))


def test_an_array_and_the_network_have_no_number_in_a_recipe(tmp_path: Path) -> None:
    said = refused(
        tmp_path,
        (IN, IN[:-1] + ' TensorSpec("box", (1, 4)))'),
        (OUT, OUT),
        (PHOTO, f"(*{PHOTO}, class_map('scores', ('a', 'b'), ((0, 0, 0),) * 2))"),
    )
    assert "mine.py: steps[3] (argmax): takes scores, float32 [1, 4]" in said
