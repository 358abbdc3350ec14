"""Only the runtimes that a build of the app contains are offered."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from jvm import APP, Robolectric

from onpar.pipeline.apps.android.maven import repository
from onpar.pipeline.targets.android_robolectric import JAVA_ARGS


@pytest.mark.parametrize(
    ("contained", "offered"),
    [
        (("onnxruntime", "pytorch"), ["ONNX Runtime", "PyTorch", "onnx: 1", "torchscript: 1"]),
        (("onnxruntime",), ["ONNX Runtime", "onnx: 1", "torchscript: 0"]),
        (("pytorch",), ["PyTorch", "onnx: 0", "torchscript: 1"]),
        ((), ["onnx: 0", "torchscript: 0"]),
    ],
    ids=["both", "onnxruntime", "pytorch", "none"],
)
def test_a_build_offers_what_it_contains(
    robolectric: Robolectric, contained: tuple[str, ...], offered: list[str]
) -> None:
    words = shlex.split(JAVA_ARGS.read_text("utf-8"))
    path = [Path(one) for one in words[words.index("-cp") + 1].split(":")]
    if "onnxruntime" not in contained:
        path = [one for one in path if "onnxruntime" not in one.name]
    if "pytorch" in contained:
        pytorch = [
            *(APP / "runtimes" / "pytorch" / "target").glob("onpar-*.jar"),
            *repository().glob("org/pytorch/pytorch_java_only/*/*.jar"),
            *repository().glob("com/facebook/soloader/nativeloader/*/*.jar"),
        ]
        assert len(pytorch) == 3
        path += pytorch
    joined = os.pathsep.join(map(str, path))
    command = [robolectric.java, "-cp", joined, "org.onpar.app.RuntimesRun", "onnx", "torchscript"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split("\n")[:-1] == offered
