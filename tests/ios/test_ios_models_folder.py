"""The folder that Xcode copies into the app: what `onpar ios-models` finds in it, and what it
cannot write."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from killed_writer import kill_in_the_middle
from samples import artifact

from onpar.pipeline.apps.ios.app_models import write_models
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.errors import OnparError

AGAIN = "and run `onpar ios-models` again"

HALF_COPIED = """
import sys, time
from pathlib import Path
from onpar.parity.files import copies
from onpar.pipeline.apps.ios import app_models
from onpar.pipeline.build_folder.exported import Exported

def copy(source, to):
    copies.copy(source, to)
    print("half", flush=True)
    time.sleep(100)

app_models.copy = copy
model = Path(sys.argv[1])
exported = model.parent.parent / "artifacts" / model.name
app_models.write_models(model.parent, [Exported("v", exported, "an artifact", True, 0.0)])
"""


def exported(tmp_path: Path, suffix: str) -> Exported:
    """An exported file or package, and its sidecar."""
    path = tmp_path / "artifacts" / f"model{suffix}"
    inside = path / "Data" if suffix == ".mlpackage" else path.parent
    inside.mkdir(parents=True)
    (inside / "weights" if suffix == ".mlpackage" else path).write_bytes(bytes(20_000))
    Path(f"{path}.json").write_text("{}")
    return Exported("variant", path, artifact(), True, 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Models"
    made.mkdir()
    return made


def refused(folder: Path, one: Exported) -> str:
    with pytest.raises(OnparError) as error:
        write_models(folder, [one])
    return str(error.value)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("suffix", [".onnx", ".mlpackage"])
def test_what_a_killed_command_left_in_the_folder_does_not_go_into_the_app(
    folder: Path, tmp_path: Path, suffix: str
) -> None:
    one = exported(tmp_path, suffix)
    kill_in_the_middle(HALF_COPIED, folder / one.path.name)
    other = tmp_path / "other"
    other.mkdir()
    assert write_models(folder, [exported(other, ".ort")]) == [folder / "model.ort"]
    assert names(folder) == {"model.ort", "model.ort.json"}
    assert write_models(folder, [one]) == [folder / one.path.name]
    assert names(folder) == {"model.ort", "model.ort.json", *names(one.path.parent)}


@pytest.mark.parametrize("suffix", [".onnx", ".mlpackage"])
def test_without_space_the_model_is_named_in_the_app_and_no_other_folder_is_advised(
    folder: Path, tmp_path: Path, suffix: str
) -> None:
    one, before = exported(tmp_path, suffix), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        said = refused(folder, one)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    path = folder / one.path.name
    assert said == f"{path}: cannot be written (File too large); free some space, {AGAIN}"
    assert names(folder) == set()
    assert write_models(folder, [one]) == [path]


@pytest.mark.parametrize(
    ("suffix", "place", "make", "said"),
    [
        (
            ".mlpackage",
            "model.mlpackage",
            Path.touch,
            "is not a folder, expected a Core ML p",
        ),
        (".onnx", "model.onnx", Path.mkdir, "is a folder, expected a model's file"),
        (".onnx", "model.onnx.json", Path.mkdir, "is a folder, expected a model's sidecar"),
    ],
)
def test_something_else_in_the_place_of_a_model_is_named_and_once_removed_it_goes_on(
    folder: Path, tmp_path: Path, suffix: str, place: str, make: Callable[[Path], None], said: str
) -> None:
    one, path = exported(tmp_path, suffix), folder / place
    make(path)
    told = refused(folder, one)
    assert told.startswith(f"{path}: {said}")
    assert told.endswith(f"; remove it, {AGAIN}")
    assert names(folder) == {place}
    path.rmdir() if path.is_dir() else path.unlink()
    assert write_models(folder, [one]) == [folder / one.path.name]


def test_a_folder_of_models_that_is_none_is_named(tmp_path: Path) -> None:
    one, folder = exported(tmp_path, ".onnx"), tmp_path / "Models"
    ending = f"is not a folder, expected the folder of the app's models; remove it, {AGAIN}"
    folder.symlink_to(tmp_path / "nowhere")
    said = refused(folder, one)
    assert said == f"{folder}: is a link to {tmp_path / 'nowhere'}, which {ending}"
    folder.unlink()
    folder.touch()
    assert refused(folder, one) == f"{folder}: {ending}"
    folder.unlink()
    assert write_models(folder, [one]) == [folder / "model.onnx"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    folder = Path(os.devnull) / "Models"
    said = f"{folder}: cannot be written (Not a directory); let it be written, {AGAIN}"
    assert refused(folder, exported(tmp_path, ".onnx")) == said
