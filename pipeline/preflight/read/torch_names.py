"""Other names in a `.pt` or a `.ptl` than operators: item types, classes, types, enums."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onpar.pipeline.preflight.read.contents import Contents
from onpar.pipeline.preflight.read.read_torchscript import KNOWN_VALUES, STORAGES_SINCE
from onpar.pipeline.preflight.verdict import Listed, Reason, has_since

TRACE = (
    "trace the model instead of scripting it, so that nothing of such a type is left in it "
    "(an LSTM's packed sequences)"
)

CLASSES = "__torch__.torch.classes."
"""The namespace of classes that are registered in C++."""

WITHOUT_OPERATOR = ("_nnapi.Compilation",)
"""Classes of libtorch 1.13.1 that no schema of the table names (found with getCustomClass)."""


def names(contents: Contents, listed: Listed) -> Iterator[Reason]:
    """Item types, classes and other globals that the runtime does not know."""
    for name in contents.names:
        if name.startswith(CLASSES):
            if listed.runtime.operators and not _has_class(name, listed, 1 << listed.index):
                what = f"{listed.called} has no class {name.removeprefix(CLASSES)}"
                elsewhere = [one for one in _of_name(listed) if _has_class(name, listed, 1 << one)]
                way = f"write the model without what makes one, {contents.leave_out}"
                yield _missing(what, way, listed, elsewhere)
        elif name.startswith("torch.") and name.endswith("Storage"):
            since = STORAGES_SINCE.get(name, (99,))
            if since > _torch(listed, listed.index):
                item = name.removeprefix("torch.").removesuffix("Storage")
                what = f"{listed.called} knows no tensors of {item}"
                elsewhere = [one for one in _of_name(listed) if since <= _torch(listed, one)]
                way = f"store them as another type, such as int32 or float16, {contents.leave_out}"
                yield _missing(what, way, listed, elsewhere)
        elif name.startswith("torch.") and name not in KNOWN_VALUES:
            what = f"{listed.called} knows no {name}, which its data names"
            yield _missing(what, f"write the model without it, {contents.leave_out}", listed, [])


def _missing(what: str, remedy: str, listed: Listed, elsewhere: list[int]) -> Reason:
    since = listed.table.runtimes[elsewhere[0]].version if elsewhere else ""
    return Reason(f"{what}: {has_since(listed, since)}", remedy, since=since)


def _of_name(listed: Listed) -> list[int]:
    """The indices of the runtime's versions in the table."""
    name = listed.runtime.name
    return [index for index, one in enumerate(listed.table.runtimes) if one.name == name]


def _torch(listed: Listed, index: int) -> tuple[int, ...]:
    """PyTorch's version, without the last number, of a runtime that shares its version numbers."""
    return tuple(int(n) for n in listed.table.runtimes[index].version.split(".")[:2])


def _has_class(name: str, listed: Listed, bit: int) -> bool:
    """Whether an operator has the class in its schema: both are registered together."""
    whole = re.compile(rf"{re.escape(name)}(?![\w.])")
    return name.removeprefix(CLASSES) in WITHOUT_OPERATOR or any(
        mask & bit and name in text and whole.search(text)
        for texts in listed.table.operators.values()
        for text, mask in texts
    )


def types(contents: Contents, listed: Listed) -> Iterator[Reason]:
    """The types that the lite interpreter cannot create (tried with PyTorch 1.13.1 and 2.14)."""
    for name in contents.types:
        # Its type parser takes any `__torch__.torch.` for the beginning of a C++ class.
        for inner in re.findall(r"__torch__\.torch\.(?!classes\.)[\w.]+", name):
            yield Reason(
                f"the lite interpreter of {listed.called} cannot create the type "
                f"{inner.removeprefix('__torch__.')} from bytecode",
                f"{TRACE}, {contents.leave_out}",
            )
    for name in contents.enums:
        yield Reason(
            f"the lite interpreter of {listed.called} cannot read the enum "
            f"({name.removeprefix('__torch__.')})",
            f"keep a number or a text instead, {contents.leave_out}",
        )
