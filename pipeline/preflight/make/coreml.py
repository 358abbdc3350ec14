"""The family `coreml`: the operators of ML programs that each deployment target has."""

from __future__ import annotations

from importlib.metadata import version

import coremltools.converters.mil  # fills the registry  # noqa: F401
from coremltools import _LOWEST_ALLOWED_SPECIFICATION_VERSION_FOR_MILPROGRAM as LOWEST
from coremltools import _OPSET
from coremltools.converters.mil._deployment_compatibility import AvailableTarget
from coremltools.converters.mil.mil.ops.registry import SSAOpRegistry

from onpar.pipeline.preflight.make.written import Known
from onpar.pipeline.preflight.table import Runtime


def known() -> list[Known]:
    """Every target that runs ML programs, iOS 15 and later, with its operators' definitions."""
    targets = [target for target in AvailableTarget if target >= LOWEST]
    return [Known(_runtime(target), _operators(target)) for target in targets]


def _runtime(target: AvailableTarget) -> Runtime:
    source = (
        f"coremltools {version('coremltools')}: the definitions of its operators' registry "
        "(SSAOpRegistry.core_ops); Apple publishes no list of what a system has"
    )
    opset = int(_OPSET[target].removeprefix("CoreML"))
    versions = (LOWEST, int(target))
    return Runtime("coreml", target.name, ("coreml",), versions, source, opsets={"CoreML": opset})


def _operators(target: AvailableTarget) -> dict[str, list[str]]:
    """By operator, the opsets that define it again, up to the target's: a target also runs programs
    for earlier ones. ML programs begin with iOS 15."""
    found = dict[str, list[str]]()
    for name, definitions in SSAOpRegistry.core_ops.items():
        last = None
        for opset in (o for o in sorted(definitions) if LOWEST <= o <= target):
            if definitions[opset] is not last and not name.startswith("_"):
                found.setdefault(name, []).append(opset.name)
                last = definitions[opset]
    return found
