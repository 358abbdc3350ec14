"""Whether an onnxruntime loads an `.onnx` or an `.ort`, on the processor.

How a kernel is found is onnxruntime's KernelRegistry::VerifyKernelDef: its versions enclose the
operator's, or where they have no end begin with it, and it has each item type that a type parameter
stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.preflight.contents import Contents, Use
from pipeline.preflight.verdict import Listed, Reason, has_since

KERNEL = re.compile(r"(\d+)(?: to (\d+)|\+)?(?: (.*))?$")


def reasons(contents: Contents, listed: Listed) -> Iterator[Reason]:
    """Why it does not load; nothing where it does."""
    low, high = listed.runtime.file_versions
    if not low <= contents.file_version <= high:
        yield Reason(
            f"its IR version is {contents.file_version}, {listed.called} reads {low} to {high}",
            f"set `model.ir_version = {high}` and save it again with onnx, {_out(contents)}",
        )
    if contents.format == "ort":
        yield from _ort_format(contents, listed)
    for domain, opset in contents.opsets.items():
        known = listed.runtime.opsets.get(domain)
        if known is not None and opset > known:
            yield Reason(
                f"it is of opset {opset} of {domain}, {listed.called} knows {known}",
                f"export it with an older one, `torch.onnx.export(..., opset_version={known})`, "
                f"{_out(contents)}",
            )
    if listed.runtime.operators:
        for use in contents.uses:
            yield from _operator(use, contents, listed)


def _ort_format(contents: Contents, listed: Listed) -> Iterator[Reason]:
    known = listed.runtime.ort_versions
    if known and not known[0] <= contents.container <= known[1]:
        yield Reason(
            f"its ORT format has version {contents.container}, {listed.called} reads {known[0]} to "
            f"{known[1]}",
            f"convert the ONNX file with onnxruntime {listed.runtime.version}, {_out(contents)}",
        )


def _operator(use: Use, contents: Contents, listed: Listed) -> Iterator[Reason]:
    why = _lacking(use, listed.schemas(use.name), listed)
    if not why or _has_function(use, contents, listed):
        return
    versions = [
        one.version
        for index, one in enumerate(listed.table.runtimes)
        if one.name == listed.runtime.name and not _lacking(use, listed.of(use.name, index), listed)
    ]
    since = versions[0] if versions else ""
    where = f" (node {use.where})" if use.where else ""
    yield Reason(
        f"{listed.called} {why}{where}: {has_since(listed, since)}",
        f"export it with another `opset_version=`, or write the model without it, {_out(contents)}",
        use.name,
        since,
    )


def _lacking(use: Use, kernels: list[str], listed: Listed) -> str:
    """What it lacks to run the operator, as a sentence's end; empty where a kernel fits."""
    if not kernels:
        return f"has no {use.name} on the processor"
    enclosing = [
        types
        for low, high, types in map(_kernel, kernels)
        if not use.since or low == use.since or low <= use.since <= high
    ]
    if not enclosing:
        return f"has {use.name}, but not as opset {use.since} defines it"
    wrong: list[str] = []
    for types in enclosing:
        lacks = [f"{n}: {item}" for n, item in use.types if n in types and item not in types[n]]
        if not lacks:
            return ""
        wrong = wrong or lacks
    return f"has {use.name}, but not for the item type {', '.join(wrong)}"


@cache
def _kernel(text: str) -> tuple[int, int, dict[str, frozenset[str]]]:
    """First version, last one (0: none), and item types by type parameter, of
    `11 to 21 T: float, double`."""
    matched = KERNEL.match(text)
    if matched is None:
        raise ValueError(f"no kernel: {text!r}")
    low, high, rest = matched.groups()
    types: dict[str, frozenset[str]] = {}
    for part in re.split(r"; *", rest or ""):
        name, colon, items = part.partition(":")
        if colon:
            types[name.strip()] = frozenset(one.strip() for one in items.split(","))
    return int(low), int(high or 0), types


def _has_function(use: Use, contents: Contents, listed: Listed) -> bool:
    """Whether the operator's definition has a body of other operators, all of which it runs:
    onnxruntime takes that where it has no kernel."""
    from onnx import defs

    domain, _, name = use.name.partition("::")
    try:
        schema = defs.get_schema(name, use.since or 1, "" if domain == "ai.onnx" else domain)
    except defs.SchemaError:
        return False
    if not schema.has_function:  # type: ignore[attr-defined]
        return False
    opset = contents.opsets.get(domain, use.since)
    for node in schema.function_body.node:
        inner = defs.get_schema(node.op_type, opset, node.domain)
        one = Use(f"{node.domain or 'ai.onnx'}::{node.op_type}", since=inner.since_version)
        if _lacking(one, listed.schemas(one.name), listed):
            return False
    return True


def _out(contents: Contents) -> str:
    return f'or leave it out: left_out={{"{contents.format}": "why"}} in the recipe'
