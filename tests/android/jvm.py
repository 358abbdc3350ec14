"""The Android app's code on a JVM, as tests run it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.contract.sidecar import sidecar_path
from onpar.pipeline.apps.android.java import QUICK_START
from onpar.pipeline.paths import PHOTOGRAPHS, ROOT
from onpar.pipeline.targets.android_robolectric import JAVA_ARGS

APP = ROOT / "android_app"
TARGET = APP / "host" / "target"
JAR = TARGET / "onpar-host.jar"
RESOURCES = APP / "app" / "target" / "resources.apk"
"""The app without models and photos."""

SCREENS = ("android_photo.png", "android_segmented.png")
"""What FirstScreensRun saves."""


@dataclass(frozen=True)
class Robolectric:
    """The real Activity on this machine, built."""

    java: str

    def java_tests(self, folder: Path, *classes: str, **properties: Path) -> dict[str, str]:
        """Run test classes that are written in Java, in `folder`, with the models and photos of
        `folder/assets`: of each test the trace of its failure, empty where it passed."""
        if (folder / "assets").is_dir():
            self._put_in(folder, folder / "assets")
        given = [f"-D{name}={value}" for name, value in properties.items()]
        command = [
            *(self.java, *QUICK_START, *given, f"@{JAVA_ARGS}"),
            *("org.onpar.robolectric.Report", *classes),
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        results: dict[str, str] = json.loads((folder / "results.json").read_text("utf-8"))
        return results

    def _put_in(self, folder: Path, assets: Path) -> None:
        """An app of these assets, which Robolectric is told of by a file in `config`."""
        app = folder / "app.apk"
        shutil.copy(RESOURCES, app)
        with zipfile.ZipFile(app, "a") as file:
            for path in sorted(assets.rglob("*")):
                file.write(path, path.relative_to(folder))
        name = Path("com", "android", "tools", "test_config.properties")
        text = (JAVA_ARGS.parent / "classes" / name).read_text("utf-8")
        text, count = re.subn("(android_resource_apk)=.*", rf"\1={app}", text)
        assert count == 1
        (folder / "config" / name).parent.mkdir(parents=True)
        (folder / "config" / name).write_text(text, "utf-8")


def first_screens(java: str, build: Path, folder: Path) -> dict[str, str]:
    """Run FirstScreensRun in `folder`: the trace of its failure, empty where it passed. The screens
    are then in `folder/screens`."""
    assets = folder / "assets"
    for name in ("models", "photos"):
        (assets / name).mkdir(parents=True)
    [model] = (build / "artifacts").glob("selfie_segmentation-*-fp32-tensor.onnx")
    for path in (model, sidecar_path(model)):
        shutil.copy(path, assets / "models")
    for path in PHOTOGRAPHS:
        shutil.copy(path, assets / "photos")
    return Robolectric(java).java_tests(folder, "org.onpar.app.FirstScreensRun")
