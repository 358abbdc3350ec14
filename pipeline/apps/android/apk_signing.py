"""Aligns and signs an APK: the last two steps."""

from __future__ import annotations

import os
from pathlib import Path

from onpar.parity.files.atomic import whole_artifact, whole_file
from onpar.pipeline.apps.android.java import QUICK_START
from onpar.pipeline.apps.android.tools import java_home, run
from onpar.pipeline.paths import ANDROID

PAGE = 16384
"""Stored entries begin at a multiple of this many bytes, the largest page size of a phone."""

PASSWORD = "android"
"""The password of the debug key. The key proves nothing, so the password is not secret."""


def debug_key(path: Path) -> Path:
    """The key at `path`, made if it is missing. An app signed with another key cannot replace an
    installed one."""
    if not path.exists():
        with whole_artifact(path) as new:
            words = ("-storetype", "PKCS12", "-storepass", PASSWORD, "-alias", "onpar")
            what = ("-keyalg", "RSA", "-keysize", "3072", "-validity", "10950")
            run("keytool", "-genkeypair", "-keystore", new, *words, *what, "-dname", "CN=onpar")
    return path


def sign(unsigned: Path, signed: Path, key: Path, apksig: Path, min_sdk: str) -> None:
    """Align the stored entries, and sign with the schemes 1 to 3. Raises OnparError with the tool's
    message if that fails."""
    aligned = unsigned.with_name("aligned.apk")
    run("zipalign", "-f", str(PAGE), unsigned, aligned)
    path = os.pathsep.join([str(ANDROID / "apk" / "target" / "onpar-apk.jar"), str(apksig)])
    with whole_file(signed, follow_links=False) as temporary:
        words = (aligned, temporary, key, PASSWORD, min_sdk)
        java = (str(java_home() / "bin" / "java"), *QUICK_START)
        run(*java, "-cp", path, "org.onpar.apk.Sign", *words)
