"""The licences of an APK's content: one line for each bundled file, by its name.

The published files of PyTorch, fbjni, nativeloader and gson have no licence texts, so the project
keeps these in `android_app/licenses`. Those of ONNX Runtime come from its Python package.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import ANDROID, ROOT

TEXTS = ANDROID / "licenses"


@dataclass(frozen=True)
class Licence:
    """A bundled component: what it is, its licence (SPDX), its owner, and the names of the
    texts."""

    what: str
    spdx: str
    whose: str
    texts: tuple[str, ...]


APACHE = ("Apache-2.0.txt",)
ONNXRUNTIME = Licence(
    "ONNX Runtime", "MIT", "Microsoft Corporation", ("onnxruntime.txt", "onnxruntime-others.txt")
)
PYTORCH = Licence(
    "PyTorch, and the libraries inside of its own",
    "BSD-3-Clause and others",
    "Facebook, Inc. and others: see the text",
    ("PyTorch.txt", *APACHE),
)
FBJNI = Licence("fbjni", "Apache-2.0", "Facebook, Inc. and its affiliates", APACHE)

LICENCES = {
    "onpar": Licence("onpar", "BSD-3-Clause", "the authors of onpar", ("onpar.txt",)),
    "gson": Licence("Gson", "Apache-2.0", "Google Inc.", APACHE),
    "error_prone_annotations": Licence(
        "Error Prone's annotations", "Apache-2.0", "The Error Prone Authors", APACHE
    ),
    "pytorch_android": PYTORCH,
    "libpytorch_jni.so": PYTORCH,
    "fbjni-java-only": FBJNI,
    "libfbjni.so": FBJNI,
    "nativeloader": Licence(
        "SoLoader's nativeloader", "Apache-2.0", "Facebook, Inc. and its affiliates", APACHE
    ),
    "libc++_shared.so": Licence(
        "libc++ of the LLVM project",
        "Apache-2.0 WITH LLVM-exception",
        "the contributors to the LLVM project",
        ("libc++.txt", *APACHE),
    ),
    "onnxruntime-android": ONNXRUNTIME,
    "libonnxruntime.so": ONNXRUNTIME,
    "libonnxruntime4j_jni.so": ONNXRUNTIME,
}
"""By the name of a library, or of an archive without its version."""


def notices(bundled: Iterable[str]) -> dict[str, bytes]:
    """The files of `assets/licenses` for the bundled components, by name: `NOTICES.txt`, with a
    line for each, and the texts. Raises OnparError for a component without a known licence."""
    chosen: dict[str, Licence] = {}
    for name in bundled:
        known = [key for key in LICENCES if name == key or name.startswith(key + "-")]
        if not known:
            raise OnparError(
                f"{name} would be in the APK, and its licence is not in {Path(__file__).name}; "
                "add it there"
            )
        licence = LICENCES[max(known, key=len)]
        chosen[licence.what] = licence
    lines = [
        f"{one.what}: {one.spdx}, © {one.whose}; {', '.join(one.texts)}" for one in chosen.values()
    ]
    texts = sorted({text for one in chosen.values() for text in one.texts})
    return {
        "NOTICES.txt": ("What this app bundles.\n\n" + "\n".join(lines) + "\n").encode(),
        **{text: _text(text) for text in texts},
    }


def _text(name: str) -> bytes:
    if name == "onpar.txt":
        return (ROOT / "LICENSE").read_bytes()
    if name.startswith("onnxruntime"):
        file = "LICENSE" if name == "onnxruntime.txt" else "ThirdPartyNotices.txt"
        return Path(
            str(distribution("onnxruntime").locate_file(f"onnxruntime/{file}"))
        ).read_bytes()
    return (TEXTS / name).read_bytes()
