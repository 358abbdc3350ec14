"""A mistake in a user's recipe file is said in a line: the file, what was expected, and where."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from calls import refusal
from recipe_mistakes import MISTAKES, also
from recipe_text import SIZE, loaded, written

from onpar.parity.contract.steps import STEPS
from onpar.pipeline.errors import OnparError
from onpar.pipeline.recipes.typed_steps import EXPECTED


def refused(path: Path) -> str:
    with pytest.raises(OnparError) as error:
        loaded(path)
    said = str(error.value)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    assert len(said.replace(str(path.parent), "")) < 400
    return said


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_the_file_is_named_before_anything_is_built(tmp_path: Path, name: str) -> None:
    says, *changes = MISTAKES[name]
    assert says in refused(written(tmp_path, *changes))


def test_the_unchanged_file_has_no_mistake(tmp_path: Path) -> None:
    assert loaded(written(tmp_path)).model.recipe == "mine"


@pytest.mark.parametrize("given", ["0", "100", "2.5", "np.float32(2.5)"])
def test_a_limit_of_the_drop_may_be_any_number_of_percent(tmp_path: Path, given: str) -> None:
    found = loaded(written(tmp_path, also(f"max_drop={given}"))).max_drop
    assert type(found) is float
    assert found == (2.5 if "2.5" in given else float(given))


@pytest.mark.parametrize("name", ["syntax", "raises", "no-inputs"])
def test_a_mistake_is_one_line_and_exit_code_2_on_the_command_line(
    tmp_path: Path, name: str
) -> None:
    says, *changes = MISTAKES[name]
    path, build = written(tmp_path, *changes), tmp_path / "build"
    assert says in refusal("parity", "--recipe", path, "--size", SIZE, "--build", build)
    assert not (build / "artifacts").exists()


def test_a_file_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    said = refusal("export", "--recipe", path, "--build", tmp_path)
    assert said.endswith(f"mine.py: no such file; `onpar recipes --init {path}` writes a start")


def test_a_file_named_like_one_of_onpars_recipes_must_be_renamed(tmp_path: Path) -> None:
    path = written(tmp_path, name="deeplabv3_resnet50.py")
    with pytest.raises(OnparError, match="onpar has a recipe 'deeplabv3_resnet50'; rename the fi"):
        loaded(path)


@pytest.mark.parametrize("name", [".hidden.png", "a:b.png", "-dog.png", "x" * 151 + ".png"])
def test_a_photo_whose_name_cannot_name_files_is_refused(tmp_path: Path, name: str) -> None:
    photo = tmp_path / name
    photo.touch()
    said = refused(written(tmp_path, also(f"photos=({str(photo)!r},)")))
    assert "files are named after cases" in said


@pytest.mark.parametrize(
    ("one", "other"), [("Dog", "dog"), ("Été", "été"), ("é", "e\u0301"), ("Straße", "strasse")]
)
def test_two_photos_whose_files_may_be_one_are_refused(
    tmp_path: Path, one: str, other: str
) -> None:
    """Some file systems ignore case, and how an accent is written."""
    photos = [str(tmp_path / name) for name in (f"{one}.png", f"{other}.jpg")]
    for photo in photos:
        Path(photo).touch()
    assert f"two cases are named {one!r}" in refused(written(tmp_path, also(f"photos={photos}")))


def test_a_mistake_in_a_file_beside_it_is_named_with_that_file(tmp_path: Path) -> None:
    (tmp_path / "beside_it.py").write_text("HALF = 1 / 0\n")
    path = written(tmp_path, ("import numpy as np", "import beside_it"))
    assert "mine.py: beside_it.py line 1: ZeroDivisionError: division" in refused(path)


def test_every_type_of_a_steps_constants_has_words_for_another_value() -> None:
    types = {one.type for kind in STEPS.values() for one in msgspec.structs.fields(kind)}
    assert types <= EXPECTED.keys()
