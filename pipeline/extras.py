"""What an installation may leave out: the extras of the package, a family of runtimes each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec

EXTRAS = {
    "torch": ("torch", "torchvision"),
    "onnx": ("onnx", "onnx_ir", "onnxruntime", "onnxscript"),
    "executorch": ("executorch", "torchao"),
    "coreml": ("coremltools", "executorch", "torchao"),
}
"""Each extra (`[project.optional-dependencies]` in pyproject.toml), and what it is imported as. All
of them have PyTorch too."""


def not_installed(packages: Iterable[str]) -> str:
    """Which of the packages are not installed and the command that installs them; empty where all
    are, or where no extra has them."""
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
