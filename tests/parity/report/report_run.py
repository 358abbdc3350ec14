"""A small run for the report tests, with a row of every kind."""

from pathlib import Path

import numpy as np
from report_maker import HOSTILE, Maker, linear

from onpar.parity.contract.spec import Artifact
from onpar.parity.judge.run import Row, Run, TargetState
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict


def not_run(target: str, artifact: Artifact, case: str, needs: str) -> Verdict:
    stage = StageVerdict("file", Status.NOT_RUN, f"the target did not run here: {needs}")
    return Verdict("linear", target, artifact.variant, case, (stage,), artifact=artifact)


def too_large(tensors: dict[str, np.ndarray]) -> None:
    """A patch of one class's scores is off by 20: the class map changes there."""
    tensors["out"][:, 2, 10:20, 30:44] += 20


def nan(tensors: dict[str, np.ndarray]) -> None:
    tensors["out"][0, 1, 3:5, 7:20] = np.nan


def bgr(tensors: dict[str, np.ndarray]) -> None:
    """Red and blue swapped in the input, and the model run on that."""
    given = np.ascontiguousarray(tensors["image"][:, ::-1])
    tensors["image"] = given
    tensors["out"] = np.ascontiguousarray(linear(given, np.float32))


TARGETS = (
    TargetState("torchscript", True, "torch"),
    TargetState("onnxruntime", True, "onnxruntime"),
    TargetState("android-host", False, "a JDK 17 or newer: `apt-get install openjdk-17-jdk`"),
    TargetState("android-device", False, "a phone on a cable, and `adb`"),
    TargetState("ios-device", False, "a Mac with Xcode, and an iPhone"),
)

NEEDS = "a JDK 17 or newer; `apt-get install openjdk-17-jdk`"


def make_run(folder: Path) -> Run:
    """PASS twice, VALUE at output and at input, NONFINITE, UNREADABLE, UNJUDGED, NOT_RUN, and a
    required row that is absent."""
    maker = Maker(folder)
    onnx, script = maker.artifact("onnx"), maker.artifact("torchscript")
    verdicts = (
        maker.row("onnxruntime", onnx, "astronaut", runtime=HOSTILE),
        maker.row("onnxruntime", onnx, "coffee", too_large),
        maker.row("onnxruntime", onnx, "chelsea", nan),
        maker.row("onnxruntime", maker.artifact("onnx", "int8"), "astronaut"),
        maker.row("torchscript", script, HOSTILE),
        maker.row("torchscript", script, "coffee", bgr),
        maker.unreadable("torchscript", script, "chelsea"),
        not_run("android-host", onnx, "coffee", NEEDS),
    )
    absent = Row("onnxruntime", script.variant, "coffee")
    return Run("0.1.0", "2025-11-21T02:38:07+00:00", verdicts, TARGETS, (absent,))


def passing_run(folder: Path) -> Run:
    """One row, on par, and required."""
    maker = Maker(folder)
    verdict = maker.row("onnxruntime", maker.artifact("onnx"), "astronaut")
    row = Row(verdict.target, verdict.variant, verdict.case)
    return Run("0.1.0", "2025-11-21T02:38:07+00:00", (verdict,), TARGETS, (row,))
