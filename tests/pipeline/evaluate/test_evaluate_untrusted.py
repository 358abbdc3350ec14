"""What comes from elsewhere and does not belong to an evaluation is refused: records, artifacts and
names."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image
from sidecars import sealed
from test_evaluate_labels import refused, said, words

from onpar.parity.contract.spec import ModelSpec


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Two photos of noise."""
    folder = tmp_path / "photos"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name in ("a.png", "b.png"):
        Image.fromarray(rng.integers(0, 256, (40, 48, 3), np.uint8)).save(folder / name)
    return folder


def test_a_record_that_does_not_belong_is_refused_and_without_its_file_the_images_run_again(
    artifacts: tuple[Path, Path], images: Path, tmp_path: Path
) -> None:
    """Records come from other machines."""
    given = words(artifacts[:1], images, "--workers", "1", "--build", tmp_path)
    first = said(*given)
    [path] = tmp_path.glob("evaluations/*/records-1.jsonl")
    lines: list[dict[str, Any]] = [json.loads(line) for line in path.open()]
    [sha256] = lines[1]["artifacts"]
    lines[1]["artifacts"][sha256]["seen"]["classes"] = [0, 1, 2, 3, 999]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert refused(*given) == (
        f"{path}: line 2 is not a record of this evaluation (artifact {sha256[:16]}…: has class "
        "999, expected 0 to 5); delete the file, and its images are run again"
    )
    path.unlink()
    again = said(*given)
    assert again["ran"] == len(lines) == 2
    assert again["evaluation"]["reference"] == first["evaluation"]["reference"]


def test_artifacts_of_equal_bytes_and_other_labels_are_not_one(
    artifacts: tuple[Path, Path], images: Path, tmp_path: Path
) -> None:
    """Each has its own sidecar: the file has no labels in it."""
    other = tmp_path / "other.onnx"
    shutil.copy(artifacts[0], other)
    fields = json.loads(Path(f"{artifacts[0]}.json").read_text())
    for steps in (fields["steps"], fields["model"]["steps"]):
        steps[-1]["labels"][0] = "crimson"
    fields["file"] = other.name
    fields["recipe_sha256"] = msgspec.convert(fields["model"], ModelSpec).sha256
    Path(f"{other}.json").write_text(sealed(fields))
    for given in ((artifacts[0], other), (other, artifacts[0])):
        told = refused(*words(given, images, "--build", tmp_path / "build"))
        assert told.startswith(f"{given[1]}: its recipe ")
        assert f"… are not those of {given[0]}, " in told
        assert told.endswith("; evaluate the artifacts of one export together, others apart")


def test_a_photo_whose_name_is_not_utf_8_is_named_before_any_is_run(
    artifacts: tuple[Path, Path], images: Path, tmp_path: Path
) -> None:
    name = os.fsencode(images) + b"/\xff.png"
    shutil.copy(os.fsencode(images / "a.png"), name)
    told = refused(*words(artifacts[:1], images, "--build", tmp_path / "build"))
    assert told == f"'{images}/\\udcff.png' is not UTF-8; rename the file or folder"
    assert not list((tmp_path / "build").glob("evaluations/*/records*"))


@pytest.mark.parametrize("option", ["--images", "--labels"])
def test_a_folder_whose_name_is_not_utf_8_is_named(
    artifacts: tuple[Path, Path], images: Path, tmp_path: Path, option: str
) -> None:
    other = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    shutil.copytree(images, other / "red")
    given = words(artifacts[:1], other if option == "--images" else images)
    given += ["--labels", other] if option == "--labels" else []
    told = refused(*given, "--build", tmp_path / "build")
    assert "\\udcff" in told and told.endswith("is not UTF-8; rename the file or folder")
