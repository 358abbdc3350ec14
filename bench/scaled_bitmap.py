"""What the tutorials' resize does to a model: the photos through Android's `createScaledBitmap`.

    .venv/bin/python bench/scaled_bitmap.py [--size 96x160] [--weights demo]

Everything else is as the app has it: the app's own code, on Robolectric with Android's graphics.
Exports the MobileNet recipe into build/, captures every case that way, and judges: the report in
build/scaled_bitmap must blame `resize-image`, and find nothing wrong with the model that runs on
it. Prints how far the input is off, and how many pixels change class.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from onpar.parity.contract.capture import read_capture
from onpar.parity.contract.golden import read_golden
from onpar.parity.contract.sidecar import sidecar_path
from onpar.parity.judge.run import read_run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.apps.android.java import QUICK_START
from onpar.pipeline.paths import PHOTOS, ROOT, SCENES
from onpar.pipeline.targets.android_robolectric import JAVA_ARGS

BUILD = ROOT / "build"
RECIPE = "deeplabv3_mobilenet_v3_large"

AFTER = {"normalize", "run", "argmax"}
"""What the model is given, and what it and the app make of that."""


def main() -> int:
    """Export, capture, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="96x160")
    parser.add_argument("--weights", default="demo")
    chosen = parser.parse_args()
    model = ["--recipe", RECIPE, "--weights", chosen.weights, "--size", chosen.size]
    onpar("export", *model, "--format", "onnx-fp32")
    onpar("golden", *model)
    out = BUILD / "scaled_bitmap"
    shutil.rmtree(out, ignore_errors=True)
    name = f"{RECIPE}-{chosen.size}-{chosen.weights.replace(':', '')}-fp32-tensor.onnx"
    capture(BUILD / "artifacts" / name, out)
    verdicts = judged(out, BUILD)
    for verdict in verdicts:
        print(described(verdict))
    blamed = {one.blame.stage for one in verdicts if one.blame}
    print(f"\nThe judge blames: {', '.join(sorted(blamed))}. Report: {out / 'report.html'}")
    return int(blamed != {"resize-image"} or not all(map(innocent, verdicts)))


def judged(out: Path, build: Path) -> Sequence[Verdict]:
    """The verdicts on the captures in `out`, where a report is written too."""
    written = out / "run.json"
    captures = sorted(out.glob("*.safetensors"))
    onpar("check", *captures, "--build", build, "--write-json", written, allowed=(1,))
    onpar("report", written, "--out", out)
    return read_run(written).verdicts


def capture(model: Path, out: Path) -> None:
    """Each case's capture, in `out`."""
    out.mkdir(parents=True)
    for path in (model, sidecar_path(model), *PHOTOS, *SCENES):
        shutil.copy(path, out)
    options = [f"-Dfolder={out}", f"-Dmodel={model.name}"]
    tests = ["org.onpar.robolectric.Report", "org.onpar.app.ScaledBitmapRun"]
    command = ["java", *QUICK_START, f"@{JAVA_ARGS}", *options, *tests]
    subprocess.run(command, cwd=out, check=True)


def described(verdict: Verdict) -> str:
    """How far the input is from the right one, and how many pixels change class."""
    got, golden = read_capture(Path(verdict.capture)), read_golden(Path(verdict.golden))
    assert verdict.artifact
    [photo] = verdict.artifact.model.inputs
    off = np.abs(got.tensors[photo.name] - golden.capture.tensors[photo.name])
    changed = np.mean(got.tensors["classmap"] != golden.capture.tensors["classmap"])
    return (
        f"{verdict.case}: the input is off by {off.mean():.2f} on average, {off.max():.2f} at "
        f"most; {changed:.1%} of the pixels change class"
    )


def innocent(verdict: Verdict) -> bool:
    """Whether nothing is wrong with what the model, and what follows it, made of its input."""
    stages = {one.stage: one.status for one in verdict.stages if one.stage in AFTER}
    return stages.keys() == AFTER and set(stages.values()) == {Status.PASS}


def onpar(*words: object, allowed: tuple[int, ...] = (0,)) -> None:
    """Run the command line; its errors are the user's to read."""
    done = subprocess.run(
        [sys.executable, "-m", "onpar", *map(str, words)], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    if done.returncode not in allowed:
        sys.exit(done.returncode)


if __name__ == "__main__":
    sys.exit(main())
