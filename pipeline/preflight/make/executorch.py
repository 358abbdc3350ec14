"""The family `executorch`: ExecuTorch's kernels and delegates, in Python and on Android.

Kernels and delegates are registered by name, and the libraries contain these names as plain text.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from onpar.pipeline.errors import OnparError
from onpar.pipeline.preflight.make.fetch import member, wheel
from onpar.pipeline.preflight.make.written import Known
from onpar.pipeline.preflight.table import Runtime

RELEASES = ("0.6.0", "0.7.0", "1.0.1", "1.1.0", "1.2.0", "1.3.1", "1.4.1", "1.5.1")
"""The last release of every minor version since Android archives are on Maven Central."""

RUNTIME = re.compile(
    r"executorch/(extension/pybindings/(_portable_lib|_C)\.cpython-\w+-x86_64-linux-gnu"
    r"|lib/libexecutorch(_kernels_optimized|_backend_\w+)?)\.so"
)
"""The libraries of Python's runtime: one until 1.4, several since."""
QUANTIZED = re.compile(
    r"executorch/(lib/libexecutorch_kernels_quantized|kernels/quantized/libquantized_ops_aot_lib)"
    r"\.so"
)
"""The libraries of its quantized kernels, which Python's runtime has after their import."""

KERNEL = re.compile(
    rb"(?:aten|executorch_prim|dim_order_ops|et_copy|quantized_decomposed)::\w+(?:\.\w+)?(?=\0)"
)
DELEGATE = re.compile(rb"(?:Xnnpack|Qnn|Openvino|Vgf|Vulkan|CoreML)Backend(?=\0)")
IDENTIFIER = b"ET12"
"""The file identifier in program.fbs: a file with another one is refused."""
SCHEMA = re.compile(r"^EXECUTORCH_SCHEMA_VERSION = (\d+)$", re.MULTILINE)

ANDROID = ("XnnpackBackend",)
"""The archive's delegates, by ExecuTorch's page on Android; its kernels are the portable, optimized
and quantized ones (docs/source/using-executorch-android.md)."""


def known() -> list[Known]:
    """Every release. Raises OnparError if a package is not available."""
    return [one for version in RELEASES for one in released(version)]


def released(version: str) -> list[Known]:
    """Python's runtime, and Android's, which is built from the same sources."""
    package = wheel("executorch", version, "3.11", "manylinux_2_28_x86_64")
    runtime = _content(package, RUNTIME)
    if IDENTIFIER not in runtime:
        raise OnparError(f"{package}: its runtime expects another identifier than ET12")
    [schema] = SCHEMA.findall(member(package, "executorch/exir/version.py").read_text("utf-8"))
    kernels = names(KERNEL, runtime)
    delegates = tuple(sorted(names(DELEGATE, runtime)))
    every = kernels | names(KERNEL, _content(package, QUANTIZED))
    source = f"PyPI's executorch {version}: the names in its libraries' texts"
    versions = (int(schema), int(schema))
    python = Runtime("executorch", version, ("pte",), versions, source, backends=delegates)
    android = Runtime(
        "executorch-android",
        version,
        ("pte",),
        versions,
        f"not fetched itself; {source}, with the quantized kernels and the delegate that "
        "ExecuTorch's page on Android names",
        backends=ANDROID,
    )
    return [Known(python, _operators(kernels)), Known(android, _operators(every))]


def names(pattern: re.Pattern[bytes], content: bytes) -> set[str]:
    """Every name in the bytes that ends with a NUL."""
    return {name.decode() for name in pattern.findall(content)}


def _operators(kernels: set[str]) -> dict[str, list[str]]:
    return {name: [""] for name in kernels}


def _content(package: Path, libraries: re.Pattern[str]) -> bytes:
    with zipfile.ZipFile(package) as parts:
        found = [name for name in parts.namelist() if libraries.fullmatch(name)]
    if not found:
        raise OnparError(f"{package}: expected libraries in it; did their names change?")
    return b"\0".join(member(package, name).read_bytes() for name in found)
