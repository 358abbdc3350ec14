"""An `.ort` file with its table of operators in a fixed order: equal models are equal files."""

from __future__ import annotations

from typing import Any

import onnxruntime.tools.ort_format_model  # noqa: F401  finds the next two
from flatbuffers import Builder  # type: ignore[import-untyped]
from ort_flatbuffers_py.fbs import (  # type: ignore[import-not-found]
    ArgTypeAndIndex,
    InferenceSession,
    KernelTypeStrArgsEntry,
    KernelTypeStrResolver,
    OpIdKernelTypeStrArgsEntry,
)

IDENTIFIER = b"ORTM"
ALIGNMENT = 16
"""The file's size is a multiple of this many bytes; onnxruntime's own files use 8 or 16."""


def in_order(content: bytes) -> bytes:
    """The same model, with the table that onnxruntime writes in hash order sorted by name.

    That table (`KernelTypeStrResolver` of its schema ort.fbs: which inputs and outputs of an
    operator share a type) is hashed by memory addresses, so two conversions of one model were never
    equal files. A FlatBuffer is written from its end. The table and the root are written last, so
    they come before the model, and are written again before it.
    """
    session = InferenceSession.InferenceSession.GetRootAs(content)
    model = session.Model()._tab.Pos
    kept = len(content) - min(model, model - _soffset(content, model))
    builder = Builder(kept + ALIGNMENT)
    builder.Bytes[-kept:] = content[-kept:]
    builder.head, builder.minalign = len(builder.Bytes) - kept, ALIGNMENT
    resolver = _resolver(builder, session.KernelTypeStrResolver())
    version = builder.CreateString(session.OrtVersion())
    InferenceSession.Start(builder)
    InferenceSession.AddOrtVersion(builder, version)
    InferenceSession.AddModel(builder, len(content) - model)
    InferenceSession.AddKernelTypeStrResolver(builder, resolver)
    builder.Finish(InferenceSession.End(builder), IDENTIFIER)
    return bytes(builder.Output())


def _soffset(content: bytes, table: int) -> int:
    """How many bytes the vtable is before its table; negative if it is an older one after it."""
    return int.from_bytes(content[table : table + 4], "little", signed=True)


def _resolver(builder: Any, old: Any) -> int:
    operators = [old.OpKernelTypeStrArgs(i) for i in range(old.OpKernelTypeStrArgsLength())]
    entries = []
    for operator in sorted(operators, key=lambda one: one.OpId()):
        name = builder.CreateString(operator.OpId())
        types = _types(builder, operator)
        OpIdKernelTypeStrArgsEntry.Start(builder)
        OpIdKernelTypeStrArgsEntry.AddOpId(builder, name)
        OpIdKernelTypeStrArgsEntry.AddKernelTypeStrArgs(builder, types)
        entries.append(OpIdKernelTypeStrArgsEntry.End(builder))
    vector = _vector(builder, entries)
    KernelTypeStrResolver.Start(builder)
    KernelTypeStrResolver.AddOpKernelTypeStrArgs(builder, vector)
    return int(KernelTypeStrResolver.End(builder))


def _types(builder: Any, operator: Any) -> int:
    types = [operator.KernelTypeStrArgs(i) for i in range(operator.KernelTypeStrArgsLength())]
    entries = []
    for one in sorted(types, key=lambda one: one.KernelTypeStr()):
        name = builder.CreateString(one.KernelTypeStr())
        arguments = []
        for argument in [one.Args(i) for i in range(one.ArgsLength())]:
            ArgTypeAndIndex.Start(builder)
            ArgTypeAndIndex.AddArgType(builder, argument.ArgType())
            ArgTypeAndIndex.AddIndex(builder, argument.Index())
            arguments.append(ArgTypeAndIndex.End(builder))
        vector = _vector(builder, arguments)
        KernelTypeStrArgsEntry.Start(builder)
        KernelTypeStrArgsEntry.AddKernelTypeStr(builder, name)
        KernelTypeStrArgsEntry.AddArgs(builder, vector)
        entries.append(KernelTypeStrArgsEntry.End(builder))
    return _vector(builder, entries)


def _vector(builder: Any, tables: list[int]) -> int:
    builder.StartVector(4, len(tables), 4)
    for table in reversed(tables):
        builder.PrependUOffsetTRelative(table)
    return int(builder.EndVector())
