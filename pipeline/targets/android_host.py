"""The Android app's code on this machine's JVM: `.onnx` and `.ort`, by its command line.

`make android-host` builds it; android_app/host/ has its source.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable

from parity.spec import ModelSpec
from pipeline.android.java import crashed, found_java, java_version, lacks_java, wait
from pipeline.errors import OnparError
from pipeline.keys import file_digest, key_of
from pipeline.paths import ROOT
from pipeline.targets import Order

JAR = ROOT / "android_app" / "host" / "target" / "onpar-host.jar"

PREFIX = "onpar-host: "


def lacks() -> str:
    """Java, or the built jar."""
    if lacks_java():
        return f"{lacks_java()}: run `make system`, then `make android-host`"
    if not JAR.exists():
        return (
            "the app's code is not built: run `make android-host` (it takes Maven and a JDK, which "
            "`make system` installs)"
        )
    return ""


def refusal(model: ModelSpec, device: str) -> str:
    """The app gives a model one photo and nothing else."""
    if model.prep and len(model.inputs) == 1:
        return ""
    names = ", ".join(f"`{spec.name}`" for spec in model.inputs)
    return f"the model takes {names}; the Android app gives a model one photo and nothing else"


def identity(device: str) -> str:
    """The digest of the app's own jars, the others' names, which have their versions, and Java's
    version, which decodes the photos."""
    jars = [JAR, *sorted((JAR.parent / "lib").glob("*.jar"))]
    ours = {jar.name: file_digest(jar) for jar in jars if jar.name.startswith("onpar-")}
    return key_of(ours=ours, others=[jar.name for jar in jars], java=java_version())


def capture(order: Order, done: Callable[[int], None]) -> None:
    """Start the JVM once for all photos."""
    if lacks():
        raise OnparError(f"android-host: {lacks()}")
    command = [
        found_java(),
        "-XX:+ErrorFileToStderr",
        "-jar",
        str(JAR),
        "--model",
        str(order.model),
    ]
    command += ["--threads", str(order.threads), "--runs", str(order.measured)]
    for one in order.photographs:
        command += ["--image", str(one.image), "--case", one.case, "--out", str(one.out)]
    outs = [one.out for one in order.photographs]
    with tempfile.TemporaryFile() as file:
        # Java takes the encoding of file names and of what it says from the locale.
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environment
        )
        try:
            wait(process, outs, done)
        finally:
            process.kill()
            process.wait()
        file.seek(0)
        said = file.read().decode(errors="replace")
    if process.returncode:
        raise _failure(process.returncode, said)


def _failure(code: int, said: str) -> Exception:
    """What its user can mend it says in one line, with exit code 2; the rest is a crash."""
    lines = [line for line in said.splitlines() if line.strip()]
    sentences = [line.removeprefix(PREFIX) for line in lines if line.startswith(PREFIX)]
    if code == 2 and sentences:
        return OnparError(sentences[-1])
    return crashed(code, said)
