"""`onpar evaluate`: real artifacts over a folder of photos, against float and against masks."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from artifacts import artifacts
from here import onpar_here
from PIL import Image
from present import present

from onpar.parity.contract.golden import read_golden
from onpar.parity.evaluation.evaluation import Evaluation, Figures
from onpar.parity.evaluation.summaries.classmap_figures import ClassMapFigures, ClassMapReference
from onpar.pipeline.demo.photographs import HELD_OUT_PHOTOS

FLOAT = ("onnx-fp32-tensor", "onnx-fp32-image", "torchscript-fp32-tensor", "ptl-fp32-tensor")
INT8 = ("onnx-int8-tensor", "torchscript-int8-tensor")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the photographs, of many sizes."""
    folder = tmp_path_factory.mktemp("photos")
    for path in HELD_OUT_PHOTOS:
        os.link(path, folder / path.name)
    (folder / "SOURCES.md").write_text("no photo")
    return folder


def chosen(build: Path, *variants: str) -> list[str | Path]:
    """The options that name a build's artifacts."""
    made = artifacts(build)
    return [word for name in variants for word in ("--artifact", made[name][0])]


def evaluate(images: Path, *options: str | Path) -> dict[str, Any]:
    """What `onpar evaluate --json` says."""
    done = onpar_here("evaluate", "--images", images, *options, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def figures(said: dict[str, Any]) -> Evaluation:
    """The figures to 12 digits, without what another run may take or use: NumPy's dot products
    differ in the 16th by how many threads they are computed on."""
    content = dict(said["evaluation"], created_at="", milliseconds=0.0, peak_rss_mb=0.0)
    content["artifacts"] = [dict(one, milliseconds=0.0) for one in content["artifacts"]]
    rounded = json.loads(json.dumps(content), parse_float=lambda text: float(f"{float(text):.12g}"))
    return msgspec.json.decode(json.dumps(rounded), type=Evaluation)


def seen(one: Figures) -> ClassMapFigures:
    assert isinstance(one.seen, ClassMapFigures)
    return one.seen


@pytest.fixture(scope="module")
def evaluated(
    wide_build: Path, photos: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """The build folder of an evaluation, and what it said."""
    build = tmp_path_factory.mktemp("evaluated")
    return build, evaluate(photos, *chosen(wide_build, *FLOAT, *INT8), "--build", build)


def test_float_artifacts_show_what_float_shows_and_int8_less(
    evaluated: tuple[Path, dict[str, Any]],
) -> None:
    done = figures(evaluated[1])
    assert done.images == len(HELD_OUT_PHOTOS)
    found = {one.variant: one for one in done.artifacts}
    assert list(found) == [*FLOAT, *INT8]
    for variant in FLOAT:
        assert seen(found[variant]).agreement >= 0.999
        assert seen(found[variant]).miou >= 0.999
    exact = present(found["onnx-fp32-tensor"].snr_db)
    for variant in INT8:
        assert 0.5 < seen(found[variant]).agreement < 0.999
        assert present(found[variant].snr_db).mean < exact.mean - 40
        assert len(found[variant].worst) == 6
        shares = [one.figure for one in found[variant].worst]
        assert shares == sorted(shares)
        assert shares[0] == seen(found[variant]).agreements.lowest
    assert found["onnx-fp32-image"].rmse is None
    assert found["onnx-fp32-image"].target == "onnxruntime"


def test_the_files_hold_what_it_said_and_the_page_shows_the_worst_images(
    evaluated: tuple[Path, dict[str, Any]],
) -> None:
    build, said = evaluated
    page = Path(said["html"])
    assert page.parent.parent == build / "evaluations"
    assert json.loads(Path(said["json"]).read_text()) == said["evaluation"]
    html = page.read_text(encoding="utf-8")
    for one in said["evaluation"]["artifacts"]:
        assert one["variant"] in html
        for shown in one["worst"]:
            assert f"<h4>{shown['image']}, agreement" in html
    worst = sum(len(one["worst"]) for one in said["evaluation"]["artifacts"])
    assert html.count("<figure>") == 3 * worst
    assert said["evaluation"]["artifacts"][4]["variant"] + " shows float" not in html


def test_nothing_is_run_twice_and_one_worker_finds_what_two_found(
    wide_build: Path, photos: Path, evaluated: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    build, said = evaluated
    assert said["ran"] == len(HELD_OUT_PHOTOS)
    given = chosen(wide_build, *FLOAT, *INT8)
    again = evaluate(photos, *given, "--build", build, "--workers", "1")
    assert again["ran"] == 0
    assert figures(again) == figures(said)
    alone = evaluate(photos, *given, "--build", tmp_path, "--workers", "1")
    assert figures(alone) == figures(said)


def test_a_photo_that_was_changed_is_run_again_and_no_other(
    wide_build: Path, photos: Path, tmp_path: Path
) -> None:
    images = tmp_path / "photos"
    shutil.copytree(photos, images)
    given = [*chosen(wide_build, "onnx-fp32-tensor"), "--build", tmp_path / "build"]
    before = evaluate(images, *given)
    shutil.copy(HELD_OUT_PHOTOS[0], images / HELD_OUT_PHOTOS[1].name)
    Path(before["html"]).parent.joinpath("records-1.jsonl").open("ab").write(b'{"image":"half')
    after = evaluate(images, *given)
    assert (before["ran"], after["ran"]) == (len(HELD_OUT_PHOTOS), 1)
    (images / HELD_OUT_PHOTOS[1].name).unlink()
    fewer = evaluate(images, *given)
    assert fewer["ran"] == 0
    assert fewer["evaluation"]["images"] == len(HELD_OUT_PHOTOS) - 1


@pytest.fixture(scope="module")
def truth(wide_build: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Photos that have the model's size, and as their masks what the golden shows of them, with an
    outline that is ignored and says something else."""
    images, masks = (tmp_path_factory.mktemp(name) for name in ("images", "masks"))
    for path in (wide_build / "goldens").rglob("*.safetensors"):
        tensors = read_golden(path).capture.tensors
        Image.fromarray(tensors["resized"]).save(images / f"{path.stem}.png")
        classes = tensors["classmap"].copy()
        classes[0], classes[:, 0] = 255, 255
        mask = Image.fromarray(classes)
        mask.putpalette([v for index in range(256) for v in (index, 0, 255 - index)])
        mask.save(masks / f"{path.stem}.png")
    return images, masks


def test_masks_say_how_much_worse_than_float_an_artifact_is(
    wide_build: Path, truth: tuple[Path, Path], tmp_path: Path
) -> None:
    images, masks = truth
    given = chosen(wide_build, "onnx-fp32-tensor", "onnx-int8-tensor")
    said = evaluate(images, "--masks", masks, *given, "--build", tmp_path)
    done = figures(said)
    near, int8 = done.artifacts
    assert isinstance(done.reference, ClassMapReference)
    exact, near_truth = present(done.reference.truth), present(seen(near).truth)
    int8_truth = present(seen(int8).truth)
    # The masks are the float64 reference's own class maps.
    assert exact.miou >= 0.999
    assert abs(near_truth.drop) < 0.1
    # So int8's IoU is nearly that of its class map and float's, of the classes that masks have; the
    # outline is not counted.
    masked = [seen(int8).iou[index] for index in exact.iou]
    assert int8_truth.miou == pytest.approx(sum(masked) / len(masked), abs=0.005)
    assert int8_truth.drop == pytest.approx(100 * (exact.miou - int8_truth.miou))
    low, high = present(int8_truth.drop_interval)
    assert 0 < low < int8_truth.drop < high < 100
    html = Path(said["html"]).read_text(encoding="utf-8")
    assert "Against the masks" in html
    assert html.count("<b>Mask</b>") == len(int8.worst) + len(near.worst)
    table = onpar_here(
        "evaluate", "--images", images, "--masks", masks, *given, "--build", tmp_path
    ).stdout
    assert "float reference" in table
    assert f"{int8_truth.drop:+.2f}" in table
