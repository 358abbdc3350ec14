"""ONNX Runtime's native library is unpacked where Java has its temporary files: a full disk there
is an error in words."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from builds import model_of
from PIL import Image

from onpar.pipeline.targets.android_host import JAR, PREFIX


def test_no_room_to_unpack_onnxruntime(java: str, wide_build: Path, tmp_path: Path) -> None:
    model = model_of(wide_build, "seeded0-fp32-tensor.onnx")
    Image.fromarray(np.zeros((3, 3, 3), np.uint8)).save(tmp_path / "photo.png")
    command = [java, f"-Djava.io.tmpdir={tmp_path / 'absent'}", "-jar", str(JAR)]
    command += ["--model", str(model), "--image", str(tmp_path / "photo.png")]
    command += ["--case", "photo", "--out", str(tmp_path / "out.safetensors")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    said = [line for line in done.stderr.splitlines() if not line.startswith("WARNING")]
    assert (done.returncode, done.stdout, len(said)) == (2, "", 1), done.stderr
    assert f"{PREFIX}ONNX Runtime: its native library cannot be loaded here (" in said[0]
