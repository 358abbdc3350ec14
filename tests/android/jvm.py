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

    def run(self, folder: Path, *words: str, timeout: float = 300) -> str:
        """Java in `folder`, with a class and its arguments; what it said."""
        command = [self.java, f"@{ROBOLECTRIC}", *words]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=timeout)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def tests(self, folder: Path, option: str, *classes: str) -> None:
        """Run tests that are written in Java with the models and photos of `folder/assets`;
        `folder/results.json` has what came of each."""
        app = folder / "app.apk"
        shutil.copy(APP / "app" / "target" / "resources.apk", app)
        with zipfile.ZipFile(app, "a") as file:
            for path in sorted((folder / "assets").rglob("*")):
                file.write(path, path.relative_to(folder))
        name = Path("com", "android", "tools", "test_config.properties")
        (folder / "config" / name).parent.mkdir(parents=True)
        text = (ROBOLECTRIC.parent / "classes" / name).read_text("utf-8")
        text, count = re.subn("(android_resource_apk)=.*", rf"\1={app}", text)
        assert count == 1
        (folder / "config" / name).write_text(text, "utf-8")
        self.run(folder, option, "org.onpar.robolectric.Report", *classes, timeout=600)


def result(out: Path) -> dict[str, Tensor] | str:
    """What a job has left."""
    if out.read_bytes()[8:9] != b"{":
        return out.read_text("utf-8")
    return load_file(out)
