"""The Android app's code on this machine's JVM: `.onnx` and `.ort`, by its command line.

`make android-host` builds it; android_app/host/ has its source.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from parity.spec import ModelSpec
from pipeline.errors import OnparError
from pipeline.keys import file_digest, key_of
from pipeline.paths import ROOT
from pipeline.targets import Order

JAR = ROOT / "android_app" / "host" / "target" / "onpar-host.jar"

OLDEST = 17
"""The Java that it is compiled for."""

PATIENCE = 600.0
"""Seconds without another capture after which it hangs: a photo at 400×400 takes below 10."""

PREFIX = "onpar-host: "


def lacks() -> str:
    """Java, or the built jar."""
    java = shutil.which("java")
    found = java_version(java) if java else ""
    if _major(found) < OLDEST:
        got = f"Java is {found}" if found else "no Java is installed"
        return f"{got}, it needs {OLDEST} or newer: run `make system`, then `make android-host`"
    if not JAR.exists():
        return (
            "the app's code is not built: run `make android-host` (it takes Maven and a JDK, which "
            "`make system` installs)"
        )
    return ""


@cache
def java_version(java: str) -> str:
    """What a `java` says that it is, such as 17.0.15; empty where it does not run."""
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r'version "([^"]+)"', done.stderr)
    return found[1] if found and not done.returncode else ""


def _major(version: str) -> int:
    """17 of 17.0.15; of Java 8, which called itself 1.8, 1."""
    found = re.match(r"\d+", version)
    return int(found[0]) if found else 0


def refusal(model: ModelSpec) -> str:
    """The app gives a model one photo and nothing else."""
    if model.prep and len(model.inputs) == 1:
        return ""
    names = ", ".join(f"`{spec.name}`" for spec in model.inputs)
    return f"the model takes {names}; the Android app gives a model one photo and nothing else"


def identity() -> str:
    """The digest of the app's own jars, the others' names, which have their versions, and Java's
    version, which decodes the photos."""
    jars = [JAR, *sorted((JAR.parent / "lib").glob("*.jar"))]
    ours = {jar.name: file_digest(jar) for jar in jars if jar.name.startswith("onpar-")}
    java = shutil.which("java")
    return key_of(
        ours=ours, others=[jar.name for jar in jars], java=java_version(java) if java else ""
    )


def capture(order: Order, done: Callable[[int], None]) -> None:
    """Start the JVM once for all photos."""
    java = shutil.which("java")
    if lacks() or java is None:
        raise OnparError(f"android-host: {lacks()}")
    command = [java, "-XX:+ErrorFileToStderr", "-jar", str(JAR), "--model", str(order.model)]
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
            _wait(process, outs, done)
        finally:
            process.kill()
            process.wait()
        file.seek(0)
        said = file.read().decode(errors="replace")
    if process.returncode:
        raise _failure(process.returncode, said)


def _wait(
    process: subprocess.Popen[bytes], outs: Sequence[Path], done: Callable[[int], None]
) -> None:
    written, since = 0, time.monotonic()
    while True:
        try:
            process.wait(0.1)
            return
        except subprocess.TimeoutExpired:
            pass
        before, written = written, sum(out.exists() for out in outs)
        if written > before:
            done(written)
            since = time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            raise OnparError(
                f"the host hangs: {written} of {len(outs)} captures written, and no other for "
                f"{PATIENCE:.0f} s; run it by hand (docs/android.md) to see where"
            )


def _failure(code: int, said: str) -> Exception:
    """What its user can mend it says in one line, with exit code 2; the rest is a crash."""
    lines = [line for line in said.splitlines() if line.strip()]
    sentences = [line.removeprefix(PREFIX) for line in lines if line.startswith(PREFIX)]
    if code == 2 and sentences:
        return OnparError(sentences[-1])
    print(said)
    cause = f"signal {-code}" if code < 0 else f"exit code {code}"
    first = f": {lines[0].strip()[:200]}" if lines else ""
    return RuntimeError(f"the host's JVM ended with {cause}{first}")
