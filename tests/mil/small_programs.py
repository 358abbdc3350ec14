"""Tiny ML programs: built with coremltools, saved, and evaluated as the target mil does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coremltools as ct
from coremltools.converters.mil import mil
from coremltools.converters.mil.mil import Builder as mb  # noqa: N813
from coremltools.converters.mil.mil import Function, types
from numpy.typing import NDArray

from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.targets.mil.evaluation import make_ready, run
from onpar.pipeline.targets.mil.package import read_package
from onpar.pipeline.targets.mil.values import tensor

Array = NDArray[Any]

IOS15, IOS16, IOS17, IOS18 = ct.target.iOS15, ct.target.iOS16, ct.target.iOS17, ct.target.iOS18

TAKEN = {"float32": types.fp32, "int32": types.int32}
"""What programs take; other dtypes are cast inside."""


@dataclass(frozen=True)
class Case:
    """An operator with its computed inputs by name (lists where it takes several), its constant
    ones, and what it must give (several for several outputs)."""

    name: str
    op: str
    inputs: Mapping[str, Any]
    constants: Mapping[str, Any]
    expected: Any
    target: ct.target = IOS15
    exact: bool = field(default=False, kw_only=True)


def saved(
    build: Callable[[Mapping[str, Any]], Sequence[Any]],
    inputs: Mapping[str, Array],
    target: ct.target,
    folder: Path,
    precision: ct.precision = ct.precision.FLOAT32,
) -> Path:
    """A package of the outputs that `build` makes of the inputs, as they are written down: no pass
    of coremltools changes the operators."""
    taken = {
        name: mb.placeholder(value.shape, TAKEN[value.dtype.name]) for name, value in inputs.items()
    }
    with Function(taken, opset_version=target) as function:
        function.set_outputs(list(build(function.inputs)))
    program = mil.Program()
    program.add_function("main", function)
    model = ct.convert(
        program,
        convert_to="mlprogram",
        minimum_deployment_target=target,
        compute_precision=precision,
        pass_pipeline=ct.PassPipeline.EMPTY,
        skip_model_load=True,
    )
    path = folder / "program.mlpackage"
    model.save(str(path))
    return path


def evaluated(package: Path, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """What onpar makes of a package's inputs."""
    content = read_content(package)
    assert not isinstance(content, bytes)
    program = make_ready(read_package(content, package.name).main, package.name)
    got = run(program, {name: tensor(value) for name, value in inputs.items()})
    return {name: value.numpy() for name, value in got.items()}
