"""The Android app's code on a JVM: its command line, and many of its steps in one process."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from parity.capture import Tensor
from pipeline.paths import ROOT

APP = ROOT / "android_app"
TARGET = APP / "host" / "target"
JAR = TARGET / "onpar-host.jar"
ROBOLECTRIC = APP / "robolectric" / "target" / "java.args"


@dataclass(frozen=True)
class Host:
    """The built host. `folder` is for what is handed over to it."""

    java: str
    folder: Path

    def run(self, *words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        """The command line, as its user starts it."""
        command = [self.java, "-jar", str(JAR), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)

    def capture(
        self, model: Path, image: Path, out: Path, *more: str, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """One photo through one model; the case is called as the photo is."""
        given = ("--model", model, "--image", image, "--case", image.stem, "--out", out)
        return self.run(*given, *more, **options)

    def batch(self, jobs: list[dict[str, Any]]) -> list[dict[str, Tensor] | str]:
        """Of each job the tensors that it gives, or why it is refused: see Batch.java."""
        outs = [self.folder / f"{index}.out" for index in range(len(jobs))]
        for out in outs:
            out.unlink(missing_ok=True)
        named = [{**job, "out": str(out)} for job, out in zip(jobs, outs, strict=True)]
        listed = self.folder / "jobs.json"
        listed.write_text(json.dumps(named), "utf-8")
        path = os.pathsep.join([str(TARGET / "test-classes"), str(JAR)])
        command = [self.java, "-cp", path, "org.onpar.host.Batch", str(listed)]
        subprocess.run(command, check=True, timeout=120)
        return [result(out) for out in outs]

    def handed(self, name: str, tensor: Tensor) -> dict[str, Any]:
        """A tensor as jobs name it."""
        path = self.folder / f"{name}.raw"
        path.write_bytes(np.ascontiguousarray(tensor).tobytes())
        return {"file": str(path), "shape": list(tensor.shape), "dtype": tensor.dtype.name}


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
        command = [self.java, *given, f"@{ROBOLECTRIC}", "org.onpar.robolectric.Report", *classes]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        results: dict[str, str] = json.loads((folder / "results.json").read_text("utf-8"))
        return results

    def _put_in(self, folder: Path, assets: Path) -> None:
        """An app of these assets, which Robolectric is told of by a file in `config`."""
        app = folder / "app.apk"
        shutil.copy(APP / "app" / "target" / "resources.apk", app)
        with zipfile.ZipFile(app, "a") as file:
            for path in sorted(assets.rglob("*")):
                file.write(path, path.relative_to(folder))
        name = Path("com", "android", "tools", "test_config.properties")
        text = (ROBOLECTRIC.parent / "classes" / name).read_text("utf-8")
        text, count = re.subn("(android_resource_apk)=.*", rf"\1={app}", text)
        assert count == 1
        (folder / "config" / name).parent.mkdir(parents=True)
        (folder / "config" / name).write_text(text, "utf-8")


def result(out: Path) -> dict[str, Tensor] | str:
    """What a job has left."""
    if out.read_bytes()[8:9] != b"{":
        return out.read_text("utf-8")
    return load_file(out)
