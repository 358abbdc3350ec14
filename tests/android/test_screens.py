"""The real Activity, on Robolectric with Android's own graphics: what a person touches and sees."""

from __future__ import annotations

import json
import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from builds import model_of
from constant_models import labels, mask, picture
from here import onpar_here
from jvm import APP, RESOURCES, SCREENS, Robolectric, first_screens

from onpar.parity.contract.sidecar import sidecar_path
from onpar.pipeline.paths import PHOTOS, ROOT, SCENES

SOURCES = APP / "robolectric" / "src" / "test" / "java" / "org" / "onpar" / "app"
CLASSES = (
    "ScreensTest",
    "MaskAndLabelsTest",
    "PictureTest",
    "SharingTest",
    "PickingTest",
    "CaptureFolderTest",
    "EmptyAppTest",
)
TESTS = [
    f"{name}.{test}"
    for name in CLASSES
    for test in re.findall(
        r"@Test(?:\n +@Config.*)?\n +public void (\w+)\(",
        (SOURCES / f"{name}.java").read_text("utf-8"),
    )
]


def put(models: Path, name: str, model: Path, sidecar: Path | None) -> None:
    """A model as the app's assets have it, with a sidecar that need not be its own."""
    shutil.copy(model, models / name)
    if sidecar:
        shutil.copy(sidecar, sidecar_path(models / name))


@pytest.fixture(scope="module")
def results(
    robolectric: Robolectric,
    wide_build: Path,
    demo_build: Path,
    segformer: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, str]:
    """What came of each; pictures of the screens are in `screens` of the test's folder."""
    folder = tmp_path_factory.mktemp("screens")
    photos, models = folder / "assets" / "photos", folder / "assets" / "models"
    photos.mkdir(parents=True)
    models.mkdir()
    for path in (*PHOTOS, *SCENES):
        if path.stem in ("coffee", "square", "wide"):
            shutil.copy(path, photos)
    shutil.copy(ROOT / "golden" / "hard_images" / "cut.jpg", photos / "cut.jpg")

    int8 = model_of(demo_build, "demo-int8-tensor.onnx")
    put(models, "deeplabv3-int8.onnx", int8, sidecar_path(int8))
    put(models, "a-segformer.onnx", segformer, sidecar_path(segformer))
    mask(models / "b-mask.onnx")
    labels(models / "b-labels.onnx")
    picture(models / "b-picture.onnx")
    put(models, "wrong-bytes.onnx", segformer, sidecar_path(int8))
    put(models, "wrong-alone.onnx", segformer, None)
    newer = sidecar_path(segformer).read_text("utf-8").replace("-artifact/2", "-artifact/3")
    put(models, "wrong-newer.onnx", segformer, None)
    sidecar_path(models / "wrong-newer.onnx").write_text(newer, "utf-8")
    damaged = segformer.read_bytes()[:-9000]
    (models / "wrong-broken.onnx").write_bytes(damaged)
    facts = json.loads(sidecar_path(segformer).read_text("utf-8"))
    facts["sha256"] = sha256(damaged).hexdigest()
    sidecar_path(models / "wrong-broken.onnx").write_text(json.dumps(facts), "utf-8")
    script = model_of(wide_build, "seeded0-fp32-tensor.pt")
    put(models, "wrong-script.pt", script, sidecar_path(script))
    cable = folder / "folder"
    cable.mkdir()
    put(cable, segformer.name, segformer, sidecar_path(segformer))
    for path in PHOTOS:
        shutil.copy(path, cable)
    classes = [f"org.onpar.app.{name}" for name in CLASSES]
    hard_images = ROOT / "golden" / "hard_images"
    return robolectric.java_tests(folder, *classes, hard_images=hard_images, resources=RESOURCES)


@pytest.mark.parametrize("test", TESTS)
def test_screen(results: dict[str, str], test: str) -> None:
    """One of the tests that are written in Java."""
    name = test.partition(".")[2]
    assert name in results, f"{test} did not run"
    assert results[name] == "", results[name]


@pytest.mark.slow
def test_an_app_of_the_default_recipe_segments_the_person_on_its_first_photo(
    java: str, tmp_path: Path
) -> None:
    build, app = tmp_path / "build", tmp_path / "app"
    done = onpar_here("export", "--format", "onnx-fp32-tensor", "--build", build)
    assert done.returncode == 0, done.stderr
    results = first_screens(java, build, app)
    assert list(results.values()) == [""], results
    assert all((app / "screens" / name).exists() for name in SCREENS)
