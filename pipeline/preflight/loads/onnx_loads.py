"""Whether an onnxruntime loads an `.onnx` or an `.ort`, on the processor.

A kernel is matched as in onnxruntime's KernelRegistry::VerifyKernelDef: its version range includes
the operator's version, or begins with it if the range has no end, and it has the item type of each
type parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from onpar.pipeline.preflight.loads import onnx_remedies
from onpar.pipeline.preflight.read.contents import Contents, Use
from onpar.pipeline.preflight.verdict import Listed, Reason, has_since

DOMAIN = "ai.onnx"

CONSTANT = "ai.onnx::Constant"
"""It needs no kernel: onnxruntime makes it an initializer when it loads the graph."""

OTHER_DOMAINS = ("ai.onnx.training", "ai.onnx.preview.training", "com.microsoft.nchwc")
"""Domains that are not in the table. onnxruntime 1.31.1 knows only opset 1 of each (tried); the
same is assumed for older versions."""

LATER_BODIES = (1, 17)
"""The first onnxruntime that accepts bodies written for a later opset than the operator's own
(tried with 119 models: 1.16.3 does not, 1.17.3 and newer do)."""

Types = dict[str, frozenset[str]]
"""The item types that a kernel supports, by type parameter."""

KERNEL = re.compile(r"(\d+)(?: to (\d+)|\+)?(?: (.*))?$")


def reasons(contents: Contents, listed: Listed) -> Iterator[Reason]:
    """Why it does not load; empty if it does."""
    low, high = listed.runtime.file_versions
    # onnxruntime ignores the IR version of an `.ort`.
    if contents.format == "onnx" and not low <= contents.file_version <= high:
        yield Reason(
            f"its IR version is {contents.file_version}, {listed.called} reads {low} to {high}",
            f"set `model.ir_version = {high}` and save it again with onnx, {contents.leave_out}",
        )
    if contents.format == "ort":
        yield from _ort_format(contents, listed)
    # For an `.ort` an opset matters only when an operator is looked up in it.
    used = {use.name.partition("::")[0] for use in contents.uses}
    for domain, opset in contents.opsets.items():
        if contents.format == "ort" and domain not in used:
            continue
        known = listed.runtime.opsets.get(domain, 1 if domain in OTHER_DOMAINS else None)
        if known is not None and opset > known:
            yield Reason(
                f"it has opset {opset} of {domain}, {listed.called} knows {known}",
                f"{onnx_remedies.to_opset(domain, known, domain in used)}, {contents.leave_out}",
            )
    if listed.runtime.operators:
        for use in contents.uses:
            yield from _operator(use, contents, listed)


def unknown(contents: Contents, listed: Listed) -> Iterator[str]:
    """What is not known but decides whether it loads, if no reason against it is known."""
    if contents.format == "ort" and listed.runtime.ort_versions is None:
        yield f"which versions of the ORT format {listed.called} reads"
    if listed.runtime.operators:
        for use in contents.uses:
            doubt = _doubt(use, contents, listed, listed.index)
            if doubt:
                where = f" (node {use.where})" if use.where else ""
                yield f"whether {listed.called} has a kernel for {use.name}{where}: {doubt}"


def _doubt(use: Use, contents: Contents, listed: Listed, index: int) -> str:
    """What is not known about an operator that may be missing in the runtime at `index`."""
    if use.name == CONSTANT:
        return ""
    doubts = [_unknown_types(use, types) for types in _fitting(use, listed, index)]
    if "" in doubts:
        return ""
    if _takes_body(use, listed, index) and not any(
        _missing(one, contents, listed, index) for one in use.body
    ):
        inner = (_doubt(one, contents, listed, index) for one in use.body)
        doubts.append(next((doubt for doubt in inner if doubt), ""))
    return "" if "" in doubts or not doubts else doubts[0]


def _unknown_types(use: Use, types: Types) -> str:
    """The item types that a kernel needs, if the file does not state them."""
    for parameter, allowed in types.items():
        takes = f"its kernel takes {', '.join(sorted(allowed))} as {parameter}"
        if use.items is None:
            if (parameter, "") in use.types:
                return f"{takes}, and the file does not say which type that is"
        elif not any(_is_of(item, allowed) for item in use.items):
            known = ", ".join(filter(None, use.items)) or "not said in the file"
            return f"{takes}, and the types of its values are {known}"
    return ""


def _ort_format(contents: Contents, listed: Listed) -> Iterator[Reason]:
    known = listed.runtime.ort_versions
    if known and not known[0] <= contents.container <= known[1]:
        yield Reason(
            f"its ORT format has version {contents.container}, {listed.called} reads {known[0]} to "
            f"{known[1]}",
            f"convert the ONNX file with {listed.called}, {contents.leave_out}",
        )


def _operator(use: Use, contents: Contents, listed: Listed) -> Iterator[Reason]:
    missing = _missing(use, contents, listed, listed.index)
    if missing is None:
        return
    runtimes = enumerate(listed.table.runtimes)
    same = [(i, one) for i, one in runtimes if one.name == listed.runtime.name and one.operators]
    having = (one.version for i, one in same if not _missing(use, contents, listed, i))
    since = next(having, "")
    where = f" (node {use.where})" if use.where else ""
    yield Reason(
        f"{listed.called} {missing.what}{where}: {has_since(listed, since)}",
        f"{onnx_remedies.without(use.name, missing.items, contents.format)}, {contents.leave_out}",
        use.name,
        since,
    )


class Missing(NamedTuple):
    """What is missing in a runtime for an operator, as the end of a sentence, and the item types
    without a kernel; empty if the operator has no kernel at all."""

    what: str
    items: tuple[str, ...] = ()


def _missing(use: Use, contents: Contents, listed: Listed, index: int) -> Missing | None:
    """What is missing in the runtime at `index`; None if a kernel fits, or if kernels fit all
    operators of its definition."""
    if use.name == CONSTANT:
        return None
    kernels = listed.of(use.name, index)
    domain, _, name = use.name.partition("::")
    if contents.format == "onnx" and domain == DOMAIN and not use.since:
        return Missing(f"has no {name} in opset {contents.opsets.get(domain, 0)}")
    if _fitting(use, listed, index):
        return None
    if _takes_body(use, listed, index) and not any(
        _missing(one, contents, listed, index) for one in use.body
    ):
        return None
    if not kernels:
        return Missing(f"has no {use.name} on the processor")
    enclosing = _enclosing(use, listed, index)
    if not enclosing:
        return Missing(f"has {use.name}, but not as opset {use.since} defines it")
    unmet_requirements = [(n, item) for n, item in use.types if not _has(enclosing[0], n, item)]
    said = ", ".join(f"{n}: {item}" for n, item in unmet_requirements)
    items = tuple(item for _, item in unmet_requirements)
    return Missing(f"has {use.name}, but not for the item type {said}", items)


def _enclosing(use: Use, listed: Listed, index: int) -> list[Types]:
    """The item types of the kernels whose version range includes the operator's version."""
    return [
        types
        for low, high, types in map(_kernel, listed.of(use.name, index))
        if not use.since or low == use.since or low <= use.since <= high
    ]


def _fitting(use: Use, listed: Listed, index: int) -> list[Types]:
    """Those of them that have every known item type of the operator."""
    enclosing = _enclosing(use, listed, index)
    return [types for types in enclosing if all(_has(types, n, item) for n, item in use.types)]


def _takes_body(use: Use, listed: Listed, index: int) -> bool:
    """Whether the runtime at `index` would inline the operator's body."""
    version = tuple(map(int, listed.table.runtimes[index].version.split(".")[:2]))
    return bool(use.body) and (version >= LATER_BODIES or use.written == use.since)


def _has(types: Types, parameter: str, item: str) -> bool:
    """Whether a kernel may support the item type: yes if the type is unknown, or the kernel does
    not limit the parameter."""
    known = types.get(parameter)
    return known is None or not item or _is_of(item, known)


def _is_of(item: str, allowed: frozenset[str]) -> bool:
    """For float16 onnxruntime inserts casts to float around a kernel that has only float
    (InsertCastTransformer)."""
    return item in allowed or (item == "float16" and "float" in allowed)


@cache
def _kernel(text: str) -> tuple[int, int, Types]:
    """First version, last version (0: none), and item types by type parameter, from `11 to 21 T:
    float, double`."""
    matched = KERNEL.match(text)
    if matched is None:
        raise ValueError(f"no kernel: {text!r}")
    low, high, rest = matched.groups()
    types: Types = {}
    for part in re.split(r"; *", rest or ""):
        name, colon, items = part.partition(":")
        if colon:
            types[name.strip()] = frozenset(one.strip() for one in items.split(","))
    return int(low), int(high or 0), types
