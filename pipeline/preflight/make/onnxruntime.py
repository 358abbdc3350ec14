"""The family `onnxruntime`: opsets, IR versions and CPU kernels, queried from each release.

The Android archive and the iOS packages are built from the same sources as the Python package of
their version. The Python package is queried, as it runs here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from onpar.pipeline.preflight.make import onnxruntime_models
from onpar.pipeline.preflight.make.fetch import RUNTIMES_FOLDER, ask, environment
from onpar.pipeline.preflight.make.written import Known
from onpar.pipeline.preflight.table import Runtime

RELEASES = (
    *("1.15.1", "1.16.3", "1.17.3", "1.18.0", "1.19.2", "1.20.0", "1.21.1", "1.22.0", "1.23.2"),
    *("1.24.2", "1.24.3", "1.25.1", "1.26.0", "1.27.0", "1.28.0", "1.29.0", "1.30.0", "1.31.1"),
)
"""The last release of every minor version on PyPI for Python 3.11, and the iOS app's version."""

NAMES = ("onnxruntime", "onnxruntime-android")
PROBE = Path(__file__).with_name("onnxruntime_probe.py")
NUMPY = "numpy<2"
"""The package that all of them import."""
NO_END = 2**31 - 1
"""The last version in the answer for a kernel without a last version."""


def known() -> list[Known]:
    """Every release, with its kernels. Raises OnparError if a package is not available."""
    models = RUNTIMES_FOLDER / "onnxruntime-models"
    onnxruntime_models.write(models)
    return [one for version in RELEASES for one in released(version, models)]


def released(version: str, models: Path) -> list[Known]:
    """The release under both its names, from its results on the models."""
    python = environment("onnxruntime", version, NUMPY, alone=True)
    return of_answer(version, json.loads(ask(python, PROBE, models)))


def of_answer(version: str, answer: dict[str, Any]) -> list[Known]:
    """The same from the output of `onnxruntime_probe`."""
    kernels = answer["kernels"]
    found = {} if kernels is None else _operators(kernels)
    return [Known(_runtime(name, version, answer["loaded"], bool(found)), found) for name in NAMES]


def _runtime(name: str, version: str, loaded: dict[str, list[int]], operators: bool) -> Runtime:
    wheel = f"PyPI's onnxruntime {version}"
    if name != "onnxruntime":
        wheel = f"not fetched itself; {wheel}, of the same sources"
    lists = "its list of kernels (x86-64)" if operators else "it lists no kernels"
    return Runtime(
        name,
        version,
        ("onnx", "ort"),
        (min(loaded["ir"]), max(loaded["ir"])),
        f"{wheel}: models that it loaded, and {lists}",
        operators=operators,
        opsets={domain: max(loaded[domain]) for domain in onnxruntime_models.DOMAINS},
        ort_versions=(min(loaded["ort"]), max(loaded["ort"])),
    )


def _operators(kernels: Iterable[Any]) -> dict[str, list[str]]:
    """By operator, its kernels as text. Kernels that differ only in a single type parameter are
    written as one."""
    merged: dict[tuple[str, str, tuple[str, ...]], dict[str, set[str]]] = {}
    for index, (domain, name, (low, high), constraints) in enumerate(kernels):
        versions = f"{low}+" if high == NO_END else f"{low} to {high}"
        parameters = tuple(sorted(constraints))
        alone = () if len(parameters) < 2 else (str(index),)
        key = (f"{domain or 'ai.onnx'}::{name}", versions, (*parameters, *alone))
        types = merged.setdefault(key, {})
        for parameter in parameters:
            types.setdefault(parameter, set()).update(map(_item, constraints[parameter]))
    found: dict[str, list[str]] = {}
    for (name, versions, _), types in merged.items():
        said = "; ".join(f"{p}: {', '.join(sorted(items))}" for p, items in types.items())
        found.setdefault(name, []).append(f"{versions} {said}".strip())
    return {name: sorted(set(texts)) for name, texts in found.items()}


def _item(kind: str) -> str:
    """`float` for `tensor(float)`; a sequence or a map stays as it is."""
    return kind.removeprefix("tensor(").removesuffix(")") if kind.startswith("tensor(") else kind
