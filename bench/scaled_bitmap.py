"""What the tutorials' resize does to a model: the photos through Android's `createScaledBitmap`.

    .venv/bin/python bench/scaled_bitmap.py

Everything else is as the app has it: the app's own code, on Robolectric with Android's graphics.
Exports the MobileNet recipe with its demo weights at 400×400 into build/, captures every case that
way, and judges: the report in build/scaled_bitmap must blame `resized`, and find nothing wrong with
the model that runs on it. Prints how far the input is off, and how many pixels change class.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from parity.capture import read_capture
from parity.fit import fit, normalise
from parity.run import read_run
from parity.spec import read_sidecar, sidecar_path
from pipeline.paths import PHOTOS, ROOT, SCENES
from pipeline.targets.android_robolectric import JAVA_ARGS

BUILD = ROOT / "build"
MODEL = ["--recipe", "deeplabv3_mobilenet_v3_large", "--weights", "demo"]
NAME = "deeplabv3_mobilenet_v3_large-400x400-demo-fp32-tensor.onnx"


def main() -> int:
    """Export, capture, judge, print."""
    onpar("export", *MODEL, "--format", "onnx-fp32")
    onpar("golden", *MODEL)
    out = BUILD / "scaled_bitmap"
    shutil.rmtree(out, ignore_errors=True)
    capture(BUILD / "artifacts" / NAME, out)
    captures = sorted(out.glob("*.safetensors"))
    onpar("check", *captures, "--write-json", out / "run.json", allowed=(0, 1))
    onpar("report", out / "run.json", "--out", out / "report")
    blamed = {one.stage for one in read_run(out / "run.json").verdicts}
    for path in captures:
        print(described(path))
    print(f"\nThe judge blames {', '.join(sorted(blamed))}. Report: {out / 'report'}/report.html")
    return int(blamed != {"resized"})


def capture(model: Path, out: Path) -> None:
    """Each case's capture, in `out`."""
    out.mkdir(parents=True)
    for path in (model, sidecar_path(model), *PHOTOS, *SCENES):
        shutil.copy(path, out)
    options = [f"-Dfolder={out}", f"-Dmodel={model.name}"]
    tests = ["org.onpar.robolectric.Report", "org.onpar.app.ScaledBitmapRun"]
    subprocess.run(["java", f"@{JAVA_ARGS}", *options, *tests], cwd=out, check=True)


def described(path: Path) -> str:
    """How far a capture's input is from the right one, and the class map from the golden's."""
    got = read_capture(path)
    prep = read_sidecar(sidecar_path(path.parent / got.info.artifact)).model.prep
    assert prep
    right = normalise(fit(got.tensors["decoded"], prep), prep)
    off = np.abs(got.tensors[f"input/{prep.input}"] - right)
    return f"{path.stem}: the input is off by {off.mean():.2f} on average, {off.max():.2f} at most"


def onpar(*words: object, allowed: tuple[int, ...] = (0,)) -> None:
    """Run the command line; its errors are the user's to read."""
    done = subprocess.run([sys.executable, "-m", "pipeline", *map(str, words)], cwd=ROOT)
    if done.returncode not in allowed:
        sys.exit(done.returncode)


if __name__ == "__main__":
    sys.exit(main())
