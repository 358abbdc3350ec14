"""`onpar evaluate --tolerances` measures what `--tolerances` then judges by."""

from __future__ import annotations

import shutil
from pathlib import Path
from unittest.mock import Mock

import pytest
from artifacts import artifacts
from calls import refusal
from here import onpar_here

from onpar.parity.contract.measured import IMAGES, read_tolerances
from onpar.pipeline.demo.write_scenes import write_scenes
from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate import measured_tolerances as evaluate_tolerances
from onpar.pipeline.evaluate.measured_tolerances import write_measured
from onpar.pipeline.paths import ROOT

VARIANT = "onnx-int8-tensor"

RECIPE = ROOT / "tests/cases/models/f11_tolerance_of_a_broken_file.py"
"""A model of one convolution, whose classes are a photo's colours; in ONNX nothing is wrong."""


def export(build: Path, *formats: str) -> list[str | Path]:
    """The arguments that export a small model."""
    model = ("export", "--recipe", RECIPE, "--size", "32x48")
    return [*model, *(word for name in formats for word in ("--format", name)), "--build", build]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of it, in int8 and what that is made from."""
    build = tmp_path_factory.mktemp("small")
    assert onpar_here(*export(build, "onnx-int8")).returncode == 0
    return build


@pytest.fixture
def onnx(small: Path, tmp_path: Path) -> Path:
    """A copy of the build."""
    return Path(shutil.copytree(small, tmp_path / "build"))


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many small scenes as a tolerance is measured over."""
    folder = tmp_path_factory.mktemp("scenes")
    write_scenes(folder, IMAGES, (48, 64))
    return folder / "images"


def evaluated(build: Path, images: Path, file: Path) -> list[str | Path]:
    path, _ = artifacts(build)[VARIANT]
    command: list[str | Path] = [
        "evaluate",
        "--images",
        images,
        "--artifact",
        path,
        "--build",
        build,
    ]
    return [*command, "--tolerances", file]


def test_what_evaluate_measured_is_in_the_sidecar_and_judges_its_rows(
    onnx: Path, scenes: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine" / "tolerances.json"
    before = artifacts(onnx)[VARIANT][1]
    assert before.measured is None
    done = onpar_here(*evaluated(onnx, scenes, file))
    assert done.returncode == 0, done.stdout + done.stderr
    [measured] = read_tolerances(file)
    assert measured.command.startswith("onpar evaluate --images ")
    assert (measured.variant, measured.images) == (VARIANT, IMAGES)
    assert 0 < measured.varied.rmse.mean < measured.varied.rmse.worst
    done = onpar_here(*export(onnx, "onnx-int8"), "--tolerances", file)
    assert done.returncode == 0, done.stderr
    after = artifacts(onnx)[VARIANT][1]
    assert after.measured == measured
    assert after.sha256 == before.sha256
    # Without it, it is as before; of float32 nothing changes with it.
    fresh = onpar_here(*export(onnx, "onnx-fp32-tensor"), "--tolerances", file, "--json")
    assert '"fresh": true' not in fresh.stdout
    assert onpar_here(*export(onnx, "onnx-int8")).returncode == 0
    assert artifacts(onnx)[VARIANT][1].measured is None


def test_fewer_images_are_refused_and_nothing_is_written(
    onnx: Path, scenes: Path, tmp_path: Path
) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(scenes.glob("*.png"))[:3]:
        shutil.copy2(path, few)
    file = tmp_path / "tolerances.json"
    said = refusal(*evaluated(onnx, few, file))
    assert f"--tolerances {file}: a tolerance is measured over 200 images at least" in said
    assert not file.exists()


def test_a_file_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate_tolerances, "measure", Mock())
    monkeypatch.setattr(evaluate_tolerances, "write_tolerances", lambda path, _: path.touch())
    planned = Mock(subjects=[Mock()])
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "tolerances.json"
    with pytest.raises(OnparError) as refused:
        write_measured(place, planned, "onpar evaluate")
    assert str(refused.value).startswith(f"--tolerances {place}: cannot be written (")
    assert str(refused.value).endswith("; name a file in a folder that can be written")


@pytest.mark.parametrize("content", [None, "{}"])
def test_a_file_that_holds_no_tolerances_is_refused(
    onnx: Path, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "tolerances.json"
    if content:
        file.write_text(content)
    said = refusal(*export(onnx, "onnx-int8"), "--tolerances", file)
    assert f"{file}: not measured tolerances" in said
    assert "measure them with `onpar evaluate --tolerances`" in said
