"""The tables, made again from the packages: environments of several GB, and the network."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from table_rows import as_row, row

from onpar.pipeline.preflight.make import executorch, onnxruntime, onnxruntime_models
from onpar.pipeline.preflight.make import torch as maker
from onpar.pipeline.preflight.make.fetch import environment
from onpar.pipeline.preflight.make.torch_lists import (
    SETUPTOOLS,
    Schemas,
    listed,
    listed_here,
    operators,
)
from onpar.pipeline.preflight.make.torch_releases import RELEASES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.version_info[:2] != (3, 11), reason="the old wheels are for Python 3.11"
    ),
]

UNREAD = ("prims::", "nvprims::", "debugprims::", "rngprims::", "cuda::", "c10d::", "mkldnn::")
"""Operators that Python registers, and those of libraries beside libtorch_cpu."""


def _library(version: str) -> Path:
    python = environment("torch", version, *SETUPTOOLS)
    [library] = python.parents[1].glob("lib/*/site-packages/torch/lib/libtorch_cpu.so")
    return library


def _not_read(read: Schemas, real: Schemas) -> list[str]:
    return [name for name in real if name not in read and not name.startswith(UNREAD)]


@pytest.mark.parametrize(("version", "count"), [("1.13.1", 3942), ("2.1.0", 4064)])
def test_schemas_read_out_of_a_library_are_those_that_its_pytorch_lists(
    version: str, count: int
) -> None:
    real = listed(version)
    others = listed_here() | listed("1.13.1") | listed("2.1.0")
    read = operators(_library(version), real, others, {n: [rest] for n, rest in real.items()})
    common = read.keys() & real.keys()
    assert len(common) == count
    assert all(read[name] == real[name] for name in common)
    assert read.keys() - real.keys() <= {"_c10d_functional::broadcast_"}
    # Not read are those without a text: the interpreter's special ones, and RPC's.
    for name in _not_read(read, real):
        assert name.startswith(("prim::", "aten::", "profiler::", "_test::"))
    assert len(_not_read(read, real)) == {"1.13.1": 33, "2.1.0": 52}[version]


def test_the_archive_of_1_13_1_read_again_is_the_committed_row() -> None:
    [release] = [r for r in RELEASES if (r.name, r.version) == ("pytorch_android", "1.13.1")]
    assert as_row(maker.released(release)) == row("torch", "pytorch_android", "1.13.1")


def test_an_archive_has_what_is_read_of_the_wheel_of_its_sources() -> None:
    archive = maker.in_archive("1.10.0")[0]
    wheel = {n: r for n, r in maker.in_wheel("1.10.0")[0].items() if n not in maker.left_out()}
    only = archive.keys() - wheel.keys()
    assert all(name.startswith("vulkan_prepack::") for name in only)
    assert wheel == {name: rest for name, rest in archive.items() if name not in only}


def test_an_onnxruntime_asked_again_answers_as_its_row_says(tmp_path: Path) -> None:
    onnxruntime_models.write(tmp_path / "models")
    for made in onnxruntime.released("1.24.2", tmp_path / "models"):
        assert as_row(made) == row("onnxruntime", made.runtime.name, "1.24.2")


def test_an_executorch_read_again_is_the_committed_row() -> None:
    for made in executorch.released("1.4.1"):
        assert as_row(made) == row("executorch", made.runtime.name, "1.4.1")
