"""The Android app's code on this machine's JVM: `.onnx` and `.ort`, with its command line.

`make android-host` builds it; android_app/host/ has its source.
"""

from __future__ import annotations

from collections.abc import Callable

from onpar.parity.contract.spec import ModelSpec
from onpar.pipeline.apps.android.java import found_java, java_version, unmet_java_requirement
from onpar.pipeline.build_folder.keys import file_digest, key_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import CHECKOUT, ONLY_A_CHECKOUT, ROOT
from onpar.pipeline.targets.app_process import run_host
from onpar.pipeline.targets.captured_folder import only_a_photo
from onpar.pipeline.targets.target import Order

JAR = ROOT / "android_app" / "host" / "target" / "onpar-host.jar"

PREFIX = "onpar-host: "


def unmet_requirements() -> str:
    """What is missing: Java, or the built jar."""
    if not CHECKOUT:
        return ONLY_A_CHECKOUT
    if unmet_java_requirement():
        return f"{unmet_java_requirement()}: run `make system`, then `make android-host`"
    if not JAR.exists():
        return (
            "the app's code is not built: run `make android-host` (it needs Maven and a JDK, which "
            "`make system` installs)"
        )
    return ""


def refusal(model: ModelSpec, device: str) -> str:
    """The app can only give a model one photo."""
    return only_a_photo(model, "Android")


def identity(device: str) -> str:
    """The digest of the app's own jars, the names of the other jars, which include their versions,
    and the version of Java, which decodes the photos."""
    jars = [JAR, *sorted((JAR.parent / "lib").glob("*.jar"))]
    ours = {jar.name: file_digest(jar) for jar in jars if jar.name.startswith("onpar-")}
    return key_of(ours=ours, others=[jar.name for jar in jars], java=java_version())


def capture(order: Order, done: Callable[[int], None]) -> None:
    """Start the JVM once for all photos."""
    if unmet_requirements():
        raise OnparError(f"android-host: {unmet_requirements()}")
    command = [found_java(), "-XX:+ErrorFileToStderr", "-jar", str(JAR)]
    run_host("Java", command, PREFIX, order, done)
