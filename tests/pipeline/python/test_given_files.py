"""What is not an exported file is named with what to do; a recipe that a sidecar names is not
reported like one that a user names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from python_calls import RECIPE
from samples import artifact
from small_build import SmallBuild, small_build

from onpar import OnparError, check_artifact
from onpar.parity.contract.sidecar import sidecar_path, sidecar_text
from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.build_folder.keys import artifact_digest
from onpar.pipeline.recipes import check_recipe, load_recipe


def refused(path: Path) -> str:
    with pytest.raises(OnparError) as raised:
        check_artifact(path)
    return str(raised.value)


def with_file(folder: Path, recipe: str) -> tuple[SmallBuild, Path]:
    """A build whose file is there, of a recipe with this path."""
    build = small_build(folder)
    path = build.root / "artifacts" / "sample.onnx"
    path.write_bytes(b"a file")
    one = artifact()
    options = replace(one.options, recipe=recipe)
    one = replace(one, options=options, sha256=artifact_digest(path), bytes=path.stat().st_size)
    sidecar_path(path).write_text(sidecar_text(one))
    return build, path


def test_a_sidecar_names_its_file(tmp_path: Path) -> None:
    _, path = with_file(tmp_path, "mine.py")
    sidecar = sidecar_path(path)
    assert (
        refused(sidecar)
        == f"{sidecar}: is a sidecar; give the exported file that it is for, {path}"
    )


def test_a_folder_names_a_file_in_it(tmp_path: Path) -> None:
    build, path = with_file(tmp_path, "mine.py")
    for folder in (build.root, path.parent):
        assert refused(folder) == f"{folder}: is a folder; give one exported file, such as {path}"
    assert refused(Path()).startswith(".: is a folder; give one exported file")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refused(empty).endswith("give one exported file, such as build/artifacts/NAME.onnx")


def test_a_recipe_is_not_an_exported_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.touch()
    assert refused(path).startswith(f"{path}: is Python code, expected an exported file, such as ")
    assert refused(path).endswith(f"if it is a recipe, `onpar export --recipe {path}` exports it")


def test_a_file_of_another_tool_has_no_sidecar(tmp_path: Path) -> None:
    path = tmp_path / "theirs.onnx"
    path.touch()
    said = refused(path)
    assert said.startswith(
        f"{path}: has no sidecar, theirs.onnx.json, next to it; expected a file "
    )
    assert "the outputs of a file from another tool can be judged with onpar.compare" in said


def test_a_recipe_that_the_sidecar_names_relatively_says_where_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, path = with_file(tmp_path, "mine.py")
    assert refused(path) == (
        "the sidecar names the recipe mine.py, which is relative to the folder where it was "
        "exported, and is not in this folder; run there, or export it again with the absolute path "
        "of the recipe"
    )


def test_a_recipe_that_the_sidecar_names_absolutely_must_be_put_back(tmp_path: Path) -> None:
    _, path = with_file(tmp_path, str(tmp_path / "mine.py"))
    assert refused(path).startswith(
        f"the sidecar names the recipe {tmp_path}/mine.py: no such file"
    )


def test_the_same_is_said_wherever_a_recipe_is_loaded_by_a_sidecar() -> None:
    with pytest.raises(OnparError, match=r"^the sidecar names the recipe absent\.py, which is rel"):
        load_recipe(RecipeOptions("absent.py"))


def test_another_recipe_of_that_name_does_not_judge_the_file(tmp_path: Path) -> None:
    """As in a folder with another my_recipe.py."""
    _, path = with_file(tmp_path, str(RECIPE))
    said = refused(path)
    assert said.startswith(f"{path}: was exported from the recipe ")
    assert said.endswith("or run in the folder where it was exported")


def test_only_a_missing_recipe_that_the_user_names_is_started(tmp_path: Path) -> None:
    """`onpar recipes --init` does not help with a folder, or a file that cannot be read."""
    with pytest.raises(OnparError, match=r"no such file; `onpar recipes --init .* writes a start"):
        check_recipe(str(tmp_path / "mine.py"))
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(OnparError, match=r"Is a directory; name the \.py file of a recipe$"):
        check_recipe(str(tmp_path / "folder.py"))
