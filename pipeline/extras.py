"""The optional parts of an installation: the package's extras, each for a family of runtimes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec

EXTRAS = {
    "torch": ("torch", "torchvision"),
    "onnx": ("onnx", "onnx_ir", "onnxruntime", "onnxscript", "torchao"),
    "executorch": ("executorch", "torchao"),
    "coreml": ("coremltools", "executorch", "torchao"),
}
"""Each extra (`[project.optional-dependencies]` in pyproject.toml), and its import names. All of
them include PyTorch."""


def not_installed(packages: Iterable[str]) -> str:
    """The packages that are not installed, and the command that installs them; empty if all are, or
    if no extra has them."""
    absent = [one for one in packages if any(one in all_of for all_of in EXTRAS.values())]
    absent = sorted({one for one in absent if not _found(one)})
    if not absent:
        return ""
    extras = list[str]()
    for package in absent:
        having = [name for name, all_of in EXTRAS.items() if package in all_of]
        if not set(having) & set(extras):
            extras.append(having[0])
    verb = "is" if len(absent) == 1 else "are"
    return f'{", ".join(absent)} {verb} not installed: pip install "onpar[{",".join(extras)}]"'


@cache
def _found(package: str) -> bool:
    return find_spec(package) is not None
